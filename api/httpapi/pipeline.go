package httpapi

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"
	"strings"
	"time"

	"fangxin/api/httpapi/gcra"
	"fangxin/api/httpapi/meter"
	"fangxin/api/problem"
	"fangxin/domain/complaint"
	"fangxin/domain/usecase"

	"github.com/goccy/go-json"
	"github.com/labstack/echo/v4"
)

// visit is what the pipeline learns of one request, for its line in the log.
type visit struct {
	correlation string
	actor       usecase.Actor
	err         error
	command     string // the name of what was to be done, "" for questions
}

const visitKey = "visit"

func visitOf(c echo.Context) *visit {
	v, _ := c.Get(visitKey).(*visit)
	if v == nil {
		v = &visit{}
	}
	return v
}

// pipeline is around everything, also around what is not found.
func (s *surface) pipeline(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		start := s.Now()
		v := &visit{correlation: s.correlation(c.Request())}
		c.Set(visitKey, v)
		s.setHeaders(c.Response().Header(), v.correlation)
		if err := s.guarded(c, next); err != nil {
			c.Error(err)
		}
		s.record(c, v, s.Now().Sub(start))
		return nil
	}
}

// guarded runs the handler within its deadline and its rate, and turns a panic into
// an error. A handler that gives up in the middle of a stream still aborts it.
func (s *surface) guarded(c echo.Context, next echo.HandlerFunc) (err error) {
	defer func() {
		r := recover()
		if e, ok := r.(error); ok && errors.Is(e, http.ErrAbortHandler) {
			s.record(c, visitOf(c), 0)
			panic(r)
		}
		if r != nil {
			err = fmt.Errorf("panic: %v\n%s", r, debug.Stack())
		}
	}()
	if isAPI(c.Path()) {
		if err := s.allow(c, "address "+c.RealIP(), s.PerAddress); err != nil {
			return err
		}
	}
	if !streams(c.Path()) {
		whole := c.Request()
		ctx, cancel := context.WithTimeout(whole.Context(), s.Deadline)
		defer cancel()
		defer c.SetRequest(whole)
		c.SetRequest(whole.WithContext(ctx))
	}
	return next(c)
}

func isAPI(path string) bool { return strings.HasPrefix(path, "/api/") }

// streams says which routes answer for as long as their reader goes on.
func streams(path string) bool {
	return path == "/api/v1/events" || strings.HasPrefix(path, "/api/v1/public/disclosures.")
}

// correlation is the caller's, if it is short and visible, else a new one.
func (s *surface) correlation(r *http.Request) string {
	if id := r.Header.Get("X-Correlation-ID"); id != "" && len(id) <= 64 && visible(id) {
		return id
	}
	return s.NewID()
}

func visible(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return r <= 0x20 || r >= 0x7f }) < 0
}

// setHeaders are right for answers of the API; pages set their own policy.
func (s *surface) setHeaders(h http.Header, correlation string) {
	h.Set("X-Correlation-ID", correlation)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("X-Frame-Options", "DENY")
	h.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
	if s.HSTS {
		h.Set("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
	}
}

// allow takes one request from the key's rate. A limiter that cannot answer lets
// the request pass: it protects the service, it is not a right.
func (s *surface) allow(c echo.Context, key string, l gcra.Limit) error {
	if l.Every <= 0 {
		return nil
	}
	wait, err := s.Limiter.Allow(c.Request().Context(), key, l, s.Now())
	if err != nil || wait <= 0 {
		return nil
	}
	return &problem.Error{Code: problem.RateLimited, RetryAfter: wait}
}

// signed lets only callers with a valid token through.
func (s *surface) signed(next func(c echo.Context, actor usecase.Actor) error) echo.HandlerFunc {
	return func(c echo.Context) error {
		scheme, token, _ := strings.Cut(c.Request().Header.Get(echo.HeaderAuthorization), " ")
		if !strings.EqualFold(scheme, "Bearer") || token == "" {
			return problem.New(problem.Unauthenticated)
		}
		actor, err := s.Auth.Verify(strings.TrimSpace(token))
		if err != nil {
			return &problem.Error{Code: problem.Unauthenticated, Cause: err}
		}
		visitOf(c).actor = actor
		if err := s.allow(c, "actor "+actor.ID, s.PerActor); err != nil {
			return err
		}
		c.Response().Header().Set("Cache-Control", "no-store")
		if actor.Case != "" {
			if err := s.byLink(c, actor); err != nil {
				return err
			}
		}
		return next(c, actor)
	}
}

// fail is the one place where an error becomes an answer.
func (s *surface) fail(err error, c echo.Context) {
	v := visitOf(c)
	v.err = err
	if c.Response().Committed || errors.Is(c.Request().Context().Err(), context.Canceled) {
		return
	}
	lang := problem.Language(c.Request().Header.Get("Accept-Language"))
	p := s.messages.Say(problem.From(err), lang)
	p.Correlation = v.correlation
	raw, err := json.MarshalWithOption(p, json.DisableHTMLEscape())
	if err != nil {
		c.Response().WriteHeader(http.StatusInternalServerError)
		return
	}
	h := c.Response().Header()
	p.SetHeaders(h)
	h.Set("Content-Language", string(lang))
	c.Response().WriteHeader(p.Status)
	if c.Request().Method != http.MethodHead {
		_, _ = c.Response().Write(raw) // the reader is gone: nobody is left to tell
	}
}

// outcome is what became of a command, for the figures.
func outcome(status int, err error) string {
	var refusal *complaint.Refusal
	switch {
	case status < http.StatusBadRequest:
		return meter.Done
	case status == http.StatusConflict, status == http.StatusPreconditionFailed:
		return meter.Conflict
	case status >= http.StatusInternalServerError, status == http.StatusTooManyRequests:
		return meter.Unavailable
	case errors.As(err, &refusal), status == http.StatusForbidden, status == http.StatusNotFound:
		return meter.Refused
	}
	return meter.Invalid
}

// record counts the request and writes its line: no address, no query, no body, no
// account. What an error says is only kept where it is ours.
func (s *surface) record(c echo.Context, v *visit, took time.Duration) {
	status := c.Response().Status
	s.meter.Request(c.Request().Method, c.Path(), status, took)
	if v.command != "" {
		s.meter.Command(v.command, outcome(status, v.err), took)
	}
	level := slog.LevelInfo
	if status >= http.StatusInternalServerError {
		level = slog.LevelError
	}
	ctx := c.Request().Context()
	if !s.Log.Enabled(ctx, level) {
		return
	}
	attrs := []slog.Attr{
		slog.String("method", c.Request().Method), slog.String("route", c.Path()), slog.Int("status", status),
		slog.Int64("bytes", c.Response().Size), slog.Duration("took", took),
		slog.String("correlation", v.correlation), slog.String("role", string(v.actor.Role)),
	}
	if v.err != nil && status >= http.StatusInternalServerError {
		attrs = append(attrs, slog.String("error", v.err.Error()))
	}
	s.Log.LogAttrs(ctx, level, "request", attrs...)
}
