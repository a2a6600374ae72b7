package web

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"net/http"
	"strconv"
	"strings"

	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"
)

// How long others may keep a page. A single record is asked for again each time, so
// that one taken down is gone at once.
const (
	short = "public, max-age=60"
	check = "public, no-cache"
	never = "no-store"
)

// policy allows own styles and pictures and nothing else: no scripts, no frames.
const policy = "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// allowing answers like respond, under a policy that also lets scripts of our own run.
func allowing(ctx context.Context, c echo.Context, cache string, body templ.Component) error {
	c.Response().Before(func() { c.Response().Header().Set("Content-Security-Policy", searchPolicy) })
	return respond(ctx, c, http.StatusOK, cache, body)
}

// searchPolicy also allows the script that offers names, and its question.
const searchPolicy = policy + "; script-src 'self'; connect-src 'self'"

// respond renders a page whole before the first byte goes out, so that an error can
// still become an error page.
func respond(ctx context.Context, c echo.Context, status int, cache string, body templ.Component) error {
	var b bytes.Buffer
	b.Grow(16 << 10)
	if err := body.Render(ctx, &b); err != nil {
		return err
	}
	h := c.Response().Header()
	h.Set("Content-Security-Policy", policy)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "same-origin")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
	h.Set("Cache-Control", cache)
	h.Add("Vary", "Accept-Language")
	if status == http.StatusOK {
		sum := sha256.Sum256(b.Bytes())
		tag := `"` + hex.EncodeToString(sum[:12]) + `"`
		h.Set("ETag", tag)
		if matches(c.Request().Header.Get("If-None-Match"), tag) {
			return c.NoContent(http.StatusNotModified)
		}
	}
	h.Set("Content-Length", strconv.Itoa(b.Len()))
	return c.Blob(status, "text/html; charset=utf-8", b.Bytes())
}

// matches compares weakly (RFC 9110 13.1.2).
func matches(header, tag string) bool {
	for one := range strings.SplitSeq(header, ",") {
		one = strings.TrimPrefix(strings.TrimSpace(one), "W/")
		if one == tag || one == "*" {
			return true
		}
	}
	return false
}

// fail turns an error into a page.
func (s *Site) fail(ctx context.Context, c echo.Context, p *page, err error) error {
	var gone *Withdrawn
	var bad *refused
	switch {
	case errors.As(err, &gone):
		c.Response().Header().Set("X-Robots-Tag", "noindex")
		lines := []string{p.T("error.410.text", "reason", p.reason(gone.Class))}
		if !gone.On.IsZero() {
			lines = append(lines, p.T("error.410.on", "date", p.Date(gone.On)))
		}
		return s.problem(ctx, c, p, http.StatusGone, lines)
	case errors.As(err, &bad):
		names := make([]string, len(bad.fields))
		for i, f := range bad.fields {
			names[i] = p.T("field." + f)
		}
		return s.problem(ctx, c, p, http.StatusBadRequest,
			[]string{p.T("error.400.text", "fields", strings.Join(names, p.T("list.separator")))})
	case errors.Is(err, ErrNotFound):
		return s.problem(ctx, c, p, http.StatusNotFound, nil)
	case errors.Is(err, ErrUnavailable), errors.Is(err, context.DeadlineExceeded):
		return s.problem(ctx, c, p, http.StatusServiceUnavailable, nil)
	}
	s.log.ErrorContext(ctx, "page failed", "path", p.path, "error", err)
	return s.problem(ctx, c, p, http.StatusInternalServerError, nil)
}

// errors turns errors of addresses without a page into pages, for browsers.
func (s *Site) errors(next echo.HTTPErrorHandler) echo.HTTPErrorHandler {
	return func(err error, c echo.Context) {
		r := c.Request()
		browsing := (r.Method == http.MethodGet || r.Method == http.MethodHead) &&
			!strings.HasPrefix(r.URL.Path, "/api/") && strings.Contains(r.Header.Get("Accept"), "text/html")
		if !browsing || c.Response().Committed || r.Context().Err() != nil {
			next(err, c)
			return
		}
		status := http.StatusInternalServerError
		var known *echo.HTTPError
		if errors.As(err, &known) {
			status = known.Code
		}
		if status >= http.StatusInternalServerError {
			s.log.ErrorContext(r.Context(), "page failed", "path", r.URL.Path, "error", err)
		}
		if err := s.Error(c, status); err != nil {
			next(err, c)
		}
	}
}

// Error answers with a page for a status that was decided elsewhere: an unknown
// address, too many requests, a panic.
func (s *Site) Error(c echo.Context, status int) error {
	return s.problem(c.Request().Context(), c, s.page(c), status, nil)
}

// problem writes an error page; without lines it says what the status says.
func (s *Site) problem(ctx context.Context, c echo.Context, p *page, status int, lines []string) error {
	code := strconv.Itoa(status)
	if !p.has("error." + code + ".title") {
		code = strconv.Itoa(plainer(status))
	}
	if lines == nil {
		lines = []string{p.T("error." + code + ".text")}
	}
	if p.covered == nil && status < http.StatusInternalServerError {
		_ = p.cover(ctx, native) // the page's own error is the one to tell
	}
	p.title, p.hidden = p.T("error."+code+".title"), true
	if status == http.StatusServiceUnavailable {
		c.Response().Header().Set("Retry-After", "10")
	}
	return respond(context.WithoutCancel(ctx), c, status, never, problemPage(p, p.title, lines))
}

// plainer is the status whose words fit one that has none of its own.
func plainer(status int) int {
	if status >= 400 && status < 500 {
		return http.StatusNotFound
	}
	return http.StatusInternalServerError
}

// reason names a class of withdrawal; an unknown one is "other".
func (p *page) reason(class string) string {
	if p.has("withdrawn." + class) {
		return p.T("withdrawn." + class)
	}
	return p.T("withdrawn.other")
}
