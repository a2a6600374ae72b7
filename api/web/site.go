package web

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"

	"fangxin/domain/calendar"
	"fangxin/domain/sealed"
	"fangxin/domain/statute"
	"fangxin/projections/readmodel"
	"fangxin/projections/search"
)

// timeout bounds the making of one page.
const timeout = 10 * time.Second

// Config is what the pages need.
type Config struct {
	Model readmodel.Model
	// Keyring opens consented narratives of foreign data when they are shown.
	Keyring sealed.Keyring
	// Law names divisions, categories, grounds and policies.
	Law *statute.Catalogue
	Now func() time.Time
	// Log gets what went wrong; without it nothing is logged.
	Log *slog.Logger
	// Allow takes one page from an address's rate and says how long to wait; nil is
	// no limit.
	Allow func(ctx context.Context, address string) time.Duration
	// API is the whole HTTP surface: the page on which a merchant without an account
	// answers calls it within the process. Without it there is no such page.
	API http.Handler
	// Secure says that readers come by HTTPS: cookies are sent no other way.
	Secure bool
	// Demo puts a banner on every page: sample data, practice clock.
	Demo bool
	// Source replaces the read model, for tests.
	Source Source
}

// Site serves the public pages. It is immutable and safe for use by many goroutines.
type Site struct {
	source    Source
	law       *statute.Catalogue
	now       func() time.Time
	log       *slog.Logger
	allow     func(ctx context.Context, address string) time.Duration
	demo      bool
	languages map[string]*messages
	assets    *assets
	answering *answering // nil where there is no API
}

// New reads the message catalogues and the static files.
func New(c Config) (*Site, error) {
	s := &Site{source: c.Source, law: c.Law, now: c.Now, log: c.Log, allow: c.Allow, demo: c.Demo,
		languages: map[string]*messages{}}
	if s.log == nil {
		s.log = slog.New(slog.DiscardHandler)
	}
	if s.source == nil {
		if c.Model == nil || c.Keyring == nil {
			return nil, errors.New("web: read model and keyring are needed")
		}
		s.source = &reading{model: c.Model, keyring: c.Keyring, law: c.Law, now: c.Now}
	}
	if s.law == nil || s.now == nil {
		return nil, errors.New("web: law and clock are needed")
	}
	for _, lang := range []string{chinese, english} {
		m, err := loadMessages(lang)
		if err != nil {
			return nil, fmt.Errorf("web: %w", err)
		}
		s.languages[lang] = m
	}
	if c.API != nil {
		s.answering = &answering{Site: s, api: caller{c.API}, secure: c.Secure}
	}
	var err error
	if s.assets, err = loadAssets(); err != nil {
		return nil, fmt.Errorf("web: %w", err)
	}
	return s, nil
}

// Register adds the routes of the pages and of their files. Errors of addresses
// outside of /api/ become pages for those who ask for pages; all others stay with the
// error handler that was there before.
func (s *Site) Register(e *echo.Echo) {
	e.HTTPErrorHandler = s.errors(e.HTTPErrorHandler)
	both := func(path string, h echo.HandlerFunc) {
		e.GET(path, h)
		e.HEAD(path, h)
	}
	both("/", s.handle("home", short, s.home))
	both("/register", s.handle("register", short, s.list))
	both("/register/:id", s.handle("register", check, s.record))
	both("/merchants/:id", s.handle("register", check, s.merchant))
	both("/regions", s.handle("regions", short, s.regions))
	both("/regions/:code", s.handle("regions", short, s.region))
	both("/figures", s.handle("figures", short, s.metrics))
	both("/figures/:id", s.handle("figures", short, s.metric))
	both("/figures/:id/cases", s.handle("figures", short, s.cases))
	both("/periods", s.handle("figures", short, s.periods))
	both("/periods/:period", s.handle("figures", check, s.period))
	both("/data", s.handle("data", short, s.data))
	both("/about", s.handle("about", short, s.about))
	both("/assets/:name", s.asset)
	if s.answering != nil {
		s.answering.register(e)
	}
}

// answer is a page that was made: a body, or an error that fail turns into one.
type answer func(ctx context.Context, c echo.Context, p *page) (templ.Component, error)

func (s *Site) handle(nav, cache string, make answer) echo.HandlerFunc {
	return func(c echo.Context) error {
		ctx, cancel := context.WithTimeout(c.Request().Context(), timeout)
		defer cancel()
		p := s.page(c)
		p.nav = nav
		if s.allow != nil {
			if wait := s.allow(ctx, c.RealIP()); wait > 0 {
				c.Response().Header().Set("Retry-After", strconv.Itoa(int(math.Ceil(wait.Seconds()))))
				return s.problem(ctx, c, p, http.StatusTooManyRequests, nil)
			}
		}
		if len(c.Request().URL.RawQuery) > maxQuery {
			return s.fail(ctx, c, p, &refused{})
		}
		body, err := make(ctx, c, p)
		if err != nil {
			return s.fail(ctx, c, p, err)
		}
		if p.offers {
			return allowing(ctx, c, cache, body)
		}
		return respond(ctx, c, http.StatusOK, cache, body)
	}
}

// page reads language and address of a request.
func (s *Site) page(c echo.Context) *page {
	q := c.QueryParams()
	lang, pinned := negotiate(q.Get("lang"), c.Request().Header.Get("Accept-Language"))
	p := &page{messages: s.languages[lang], other: s.languages[english], site: s, pinned: pinned,
		path: c.Request().URL.EscapedPath(), query: bounded(q), today: calendar.DateOf(s.now())}
	if lang == english {
		p.other = s.languages[chinese]
	}
	return p
}

// parameters are all that the pages know, beside those of the fields.
func parameters() []string {
	names := []string{"q", "source", "from", "to", "order", "cursor", "trail", "limit", "metric", "version",
		"by", "period", "as_of", "part"}
	for _, f := range narrowing() {
		names = append(names, string(f), "not_"+string(f))
	}
	return names
}

// bounded keeps the parameters that the pages know, so that nothing else is carried
// into links.
func bounded(q url.Values) url.Values {
	v := url.Values{}
	for _, name := range parameters() {
		for _, s := range q[name][:min(len(q[name]), search.MaxValues)] {
			if s != "" && len(s) <= maxQuery && clean(s) {
				v.Add(name, s)
			}
		}
	}
	return v
}

// cover fills the standing line of a source.
func (p *page) cover(ctx context.Context, source string) error {
	c, err := p.site.source.Covered(ctx, source)
	if err != nil {
		return err
	}
	p.foreign, p.covered = source != native, &c
	return nil
}
