package web

import (
	"context"
	"errors"
	"math"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"
)

// The page on which a merchant without an account answers a complaint (答复投诉). A code
// from a message is exchanged for a short token, which a cookie keeps; everything is done
// through the API with that token, so the page may do nothing that the API would not let
// it do. No address holds a case, a code or a token: the code stands behind the # of the
// address, which no browser sends, and a small script puts it into the form.
const (
	answerPath  = "/answer"
	answerAct   = "/answer/act"
	answerLeave = "/answer/leave"
	// answerCookie holds the case and the token, with a full stop between them.
	answerCookie = "answer"
	// maxAnswer bounds a form in bytes: five thousand characters as browsers write them.
	maxAnswer = 128 << 10
)

// answerPolicy allows the one script of this page beside what every page has.
const answerPolicy = policy + "; script-src 'self'"

// answering serves the page.
type answering struct {
	*Site
	api    caller
	secure bool
}

// register adds the routes.
func (a *answering) register(e *echo.Echo) {
	e.GET(answerPath, a.handle(a.show))
	e.HEAD(answerPath, a.handle(a.show))
	e.POST(answerPath, a.handle(a.exchange))
	e.POST(answerAct, a.handle(a.act))
	e.POST(answerLeave, a.handle(a.leave))
}

// session is what the cookie holds: a case, and the token for it.
type session struct{ id, token string }

// errForm: the form is not one that this page gave out.
var errForm = errors.New("foreign form")

func (a *answering) handle(do func(ctx context.Context, c echo.Context, p *page) error) echo.HandlerFunc {
	return func(c echo.Context) error {
		ctx, cancel := context.WithTimeout(c.Request().Context(), timeout)
		defer cancel()
		p := a.page(c)
		p.nav, p.hidden, p.query = "answer", true, nil
		// The language stays while a form is sent.
		p.path = answerPath
		if a.allow != nil {
			if wait := a.allow(ctx, c.RealIP()); wait > 0 {
				c.Response().Header().Set("Retry-After", strconv.Itoa(int(math.Ceil(wait.Seconds()))))
				return a.ask(ctx, c, p, http.StatusTooManyRequests, "", p.T("error.429.text"))
			}
		}
		c.Request().Body = http.MaxBytesReader(c.Response(), c.Request().Body, maxAnswer)
		return do(ctx, c, p)
	}
}

// show is the complaint where the cookie stands for one, else the form for the code.
func (a *answering) show(ctx context.Context, c echo.Context, p *page) error {
	s, ok := sessionOf(c)
	if !ok {
		return a.ask(ctx, c, p, http.StatusOK, "", "")
	}
	done := c.QueryParam("done")
	if !p.has("answer.done." + done) {
		done = ""
	}
	return a.present(ctx, c, p, s, http.StatusOK, draft{done: done})
}

// exchange takes a code and goes on to the complaint.
func (a *answering) exchange(ctx context.Context, c echo.Context, p *page) error {
	if site := c.Request().Header.Get("Sec-Fetch-Site"); site != "" && site != "same-origin" && site != "none" {
		return a.ask(ctx, c, p, http.StatusForbidden, "", p.T("answer.wrong.form"))
	}
	code := strings.TrimSpace(c.FormValue("code"))
	if code == "" {
		code = "-" // an empty one is as wrong as any
	}
	s, life, err := a.api.exchange(ctx, c, p.lang, code)
	if err != nil {
		return a.failed(ctx, c, p, err)
	}
	a.keep(c, s, life)
	return c.Redirect(http.StatusSeeOther, string(p.URL(answerPath)))
}

// act does what a form says, and shows the complaint as it is then.
func (a *answering) act(ctx context.Context, c echo.Context, p *page) error {
	s, ok := sessionOf(c)
	if !ok {
		return a.ask(ctx, c, p, http.StatusUnauthorized, "", p.T("answer.wrong.over"))
	}
	if err := c.Request().ParseForm(); err != nil || !s.made(c.Request().PostForm.Get("form")) {
		return a.failed(ctx, c, p, errForm)
	}
	d, body := readDraft(p, c.Request().PostForm)
	if len(d.faults) > 0 {
		return a.present(ctx, c, p, s, http.StatusUnprocessableEntity, d)
	}
	err := a.api.act(ctx, c, p.lang, s, d, body)
	var told *apiProblem
	switch {
	case err == nil:
		return c.Redirect(http.StatusSeeOther, string(p.URL(answerPath, "done", d.act.name)))
	case errors.As(err, &told) && told.Status != http.StatusUnauthorized:
		d.take(told)
		return a.present(ctx, c, p, s, told.Status, d)
	}
	return a.failed(ctx, c, p, err)
}

// leave forgets the token.
func (a *answering) leave(ctx context.Context, c echo.Context, p *page) error {
	a.forget(c)
	return c.Redirect(http.StatusSeeOther, string(p.URL(answerPath)))
}

// present shows the complaint; d is what the last form said and what became of it.
func (a *answering) present(ctx context.Context, c echo.Context, p *page, s session, status int, d draft) error {
	v, err := a.api.read(ctx, c, p.lang, s)
	if err != nil {
		return a.failed(ctx, c, p, err)
	}
	p.title = p.T("answer.title")
	return a.respond(ctx, c, status, answerCase(p, v, d, s.form()))
}

// failed asks for the code again and says why.
func (a *answering) failed(ctx context.Context, c echo.Context, p *page, err error) error {
	var told *apiProblem
	switch {
	case errors.Is(err, errForm):
		return a.ask(ctx, c, p, http.StatusForbidden, "", p.T("answer.wrong.form"))
	case errors.As(err, &told):
		if told.Status == http.StatusUnauthorized || told.Status == http.StatusNotFound {
			a.forget(c)
		}
		text := told.Detail
		switch {
		case told.Status == http.StatusNotFound:
			text = p.T("answer.wrong.code")
		case told.Status == http.StatusUnauthorized && told.Code != "link_ended":
			text = p.T("answer.wrong.over")
		case told.Status == http.StatusTooManyRequests && told.retryAfter != "":
			c.Response().Header().Set("Retry-After", told.retryAfter)
		}
		return a.ask(ctx, c, p, told.Status, "", text)
	}
	a.log.ErrorContext(ctx, "page failed", "path", c.Request().URL.Path, "error", err)
	return a.ask(ctx, c, p, http.StatusServiceUnavailable, "", p.T("error.503.text"))
}

// ask shows the form for the code.
func (a *answering) ask(ctx context.Context, c echo.Context, p *page, status int, code, wrong string) error {
	p.title = p.T("answer.code.title")
	return a.respond(ctx, c, status, answerCode(p, code, wrong))
}

// respond is like that of the public pages, but nobody may keep anything of it.
func (a *answering) respond(ctx context.Context, c echo.Context, status int, body templ.Component) error {
	var b strings.Builder
	if err := body.Render(context.WithoutCancel(ctx), &b); err != nil {
		return err
	}
	h := c.Response().Header()
	for name, value := range map[string]string{
		"Content-Security-Policy": answerPolicy, "X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer",
		"Cross-Origin-Opener-Policy": "same-origin", "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
		"Cache-Control": never, "X-Robots-Tag": "noindex, nofollow", "Content-Length": strconv.Itoa(b.Len()),
	} {
		h.Set(name, value)
	}
	h.Add("Vary", "Accept-Language")
	h.Add("Vary", "Cookie")
	return c.Blob(status, "text/html; charset=utf-8", []byte(b.String()))
}

func (a *answering) keep(c echo.Context, s session, life time.Duration) {
	a.cookie(c, s.id+"."+s.token, int(life/time.Second))
}

func (a *answering) forget(c echo.Context) { a.cookie(c, "", -1) }

func (a *answering) cookie(c echo.Context, value string, age int) {
	c.SetCookie(&http.Cookie{
		Name: answerCookie, Value: value, Path: answerPath, MaxAge: age,
		HttpOnly: true, Secure: a.secure, SameSite: http.SameSiteStrictMode,
	})
}

func sessionOf(c echo.Context) (session, bool) {
	cookie, err := c.Cookie(answerCookie)
	if err != nil {
		return session{}, false
	}
	id, token, ok := strings.Cut(cookie.Value, ".")
	return session{id: id, token: token}, ok && token != "" && isCase(id)
}

// isCase says whether a text can stand as a case in an address.
func isCase(id string) bool {
	return len(id) == 36 && strings.Trim(id, "0123456789abcdef-") == ""
}
