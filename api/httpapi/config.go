package httpapi

import (
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"time"

	"fangxin/api"
	"fangxin/api/explain"
	"fangxin/api/export"
	"fangxin/api/httpapi/body"
	"fangxin/api/httpapi/gcra"
	"fangxin/api/httpapi/meter"
	"fangxin/api/paper"
	"fangxin/api/problem"
	"fangxin/domain/calendar"
	"fangxin/domain/statute"
	"fangxin/projections/readmodel"
	"fangxin/projections/search"

	"github.com/labstack/echo/v4"
)

// Bounds of a request.
const (
	maxJSON = 1 << 20
	// overhead is what multipart adds to a file.
	overhead    = 64 << 10
	maxEvidence = 20 << 20
	maxHeader   = 32 << 10
	maxLimit    = readmodel.MaxPage
	waitAtMost  = 2 * time.Second
	heartbeat   = 15 * time.Second
)

// Config is what the surface is made of. Complaints, Model, Auth, Law, Now and NewID
// are needed; everything else has a default or is left out.
type Config struct {
	Complaints Complaints
	Model      readmodel.Model
	Auth       Authenticator
	// Mint makes tokens for who shows the code of a link; without it no code is taken.
	Mint     Minter
	Law      *statute.Catalogue
	Evidence Evidence
	// CalendarIn gives the calendar of a region; without it there is no list of deadlines.
	CalendarIn func(region string) *calendar.Calendar
	Feed       Feed
	Node       Node

	// Now is the clock of the use cases, which may be a practice clock; Machine is the
	// machine's, for deadlines of connections. Without it streams have none but the
	// server's own.
	Now     func() time.Time
	Machine func() time.Time
	// NewID names a request in the log.
	NewID func() string
	Log   *slog.Logger

	// Limiter bounds rates: PerActor for who signed in, PerAddress for everybody
	// before that. A zero limit is no limit.
	Limiter    gcra.Limiter
	PerActor   gcra.Limit
	PerAddress gcra.Limit
	// PerFile bounds whole files of the register for one address, beside PerAddress.
	PerFile gcra.Limit
	// TrustedProxies are the ranges whose X-Forwarded-For is believed.
	TrustedProxies []*net.IPNet
	// MaxEvidence bounds a file, in bytes; Deadline one request.
	MaxEvidence int64
	Deadline    time.Duration
	// HSTS tells browsers to use TLS only; for installations behind TLS.
	HSTS bool
	// Meter keeps the node's figures; nil means one for requests alone.
	Meter *meter.Registry
}

// surface is the configured surface; its methods are the handlers.
type surface struct {
	Config
	bodies   *body.Reader
	messages *problem.Catalogue
	words    *explain.Words
	meter    *meter.Registry
	// categories is read for every complaint.
	categories map[string]bool
	press      *paper.Printer
	// lexicon finds categories by their names.
	lexicon *search.Lexicon
	// sheets are the texts of files.
	sheets map[problem.Lang]export.Words
}

var errConfig = errors.New("httpapi: incomplete configuration")

// New builds the surface. Pages may be registered on the same echo.
func New(c Config) (*echo.Echo, error) {
	if c.Complaints == nil || c.Model == nil || c.Auth == nil || c.Law == nil || c.Now == nil || c.NewID == nil {
		return nil, errConfig
	}
	messages, err := problem.LoadCatalogue()
	if err != nil {
		return nil, fmt.Errorf("httpapi: %w", err)
	}
	words, err := explain.Load()
	if err != nil {
		return nil, fmt.Errorf("httpapi: %w", err)
	}
	s := &surface{Config: c.withDefaults(), messages: messages, words: words, meter: c.Meter, categories: map[string]bool{}}
	if s.meter == nil {
		s.meter = meter.New()
	}
	for _, w := range c.Law.Vocabulary().Categories {
		s.categories[w.Code] = true
	}
	if s.press, err = press(c.Law); err != nil {
		return nil, fmt.Errorf("httpapi: %w", err)
	}
	if s.sheets, err = sheets(); err != nil {
		return nil, fmt.Errorf("httpapi: %w", err)
	}
	s.lexicon = search.CategoryNames(c.Law.Vocabulary().Categories)
	s.bodies = body.New(body.Lists{Region: s.knowsRegion, Category: s.knowsCategory})
	e := echo.New()
	e.HideBanner, e.HidePort = true, true
	e.IPExtractor = s.addresses()
	e.HTTPErrorHandler = s.fail
	e.Use(s.pipeline)
	s.routes(e)
	return e, nil
}

// press makes the printer of the official forms.
func press(law *statute.Catalogue) (*paper.Printer, error) {
	forms, err := statute.LoadForms(law)
	if err != nil {
		return nil, err
	}
	return paper.New(law, forms)
}

func (c Config) withDefaults() Config {
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	if c.Limiter == nil {
		c.Limiter = gcra.NewMemory()
	}
	if c.MaxEvidence <= 0 {
		c.MaxEvidence = maxEvidence
	}
	if c.Deadline <= 0 {
		c.Deadline = 30 * time.Second
	}
	return c
}

// addresses says how a caller's address is found: from the connection, unless
// proxies are trusted. Echo's own default believes every X-Forwarded-For.
func (s *surface) addresses() echo.IPExtractor {
	if len(s.TrustedProxies) == 0 {
		return echo.ExtractIPDirect()
	}
	options := []echo.TrustOption{echo.TrustLoopback(false), echo.TrustLinkLocal(false), echo.TrustPrivateNet(false)}
	for _, r := range s.TrustedProxies {
		options = append(options, echo.TrustIPRange(r))
	}
	return echo.ExtractIPFromXFFHeader(options...)
}

// Server is an http.Server with bounds on everything. Handlers that stream move
// their own write deadline on.
func Server(address string, h http.Handler) *http.Server {
	return &http.Server{
		Addr: address, Handler: h,
		ReadHeaderTimeout: 10 * time.Second, ReadTimeout: 60 * time.Second,
		WriteTimeout: 90 * time.Second, IdleTimeout: 120 * time.Second,
		MaxHeaderBytes: maxHeader,
	}
}

func (s *surface) routes(e *echo.Echo) {
	both(e, "/healthz", s.healthz)
	both(e, "/readyz", s.readyz)
	both(e, "/metrics", s.metrics)
	both(e, "/openapi.yaml", s.openAPI)
	both(e, "/problems/:code", s.explain)

	v1 := e.Group("/api/v1")
	v1.POST("/complaints", s.signed(s.file))
	both(v1, "/complaints/:id", s.signed(s.view))
	both(v1, "/complaints/:id/history", s.signed(s.history))
	both(v1, "/complaints/:id/clocks", s.signed(s.clocks))
	both(v1, "/complaints/:id/signals", s.signed(s.signals))
	both(v1, "/complaints/:id/reads", s.signed(s.reads))
	both(v1, "/me/data", s.signed(s.held))
	both(v1, "/me/data.ndjson", s.signed(s.heldLines))
	for action, input := range s.Complaints.Actions() {
		v1.POST("/complaints/:id/"+action, s.signed(s.act(action, input)))
	}
	both(v1, "/complaints/:id/forms/:form", s.signed(s.form))
	both(v1, "/forms/:form", s.signed(s.blankForm))
	both(v1, "/numbers", s.signed(s.numbers))
	both(v1, "/cases", s.signed(s.cases))
	if s.CalendarIn != nil {
		both(v1, "/deadlines", s.signed(s.deadlines))
	}
	both(v1, "/cases/transfer-sheet.csv", s.signed(s.transferSheet))
	both(v1, "/public/disclosures", s.disclosures)
	v1.GET("/public/disclosures.csv", s.disclosuresCSV)
	v1.GET("/public/disclosures.ndjson", s.disclosuresNDJSON)
	v1.GET("/public/disclosures.zip", s.disclosuresZIP)
	v1.GET("/public/disclosures.manifest", s.manifest)
	both(v1, "/public/facets", s.facets)
	both(v1, "/public/suggest", s.suggest)
	both(v1, "/public/changes", s.changes)
	both(v1, "/public/withdrawn", s.withdrawn)
	both(v1, "/public/dictionary", s.dictionary)
	both(v1, "/public/disclosures/:id", s.disclosure)
	both(v1, "/public/merchants", s.merchants)
	both(v1, "/public/merchants/:id", s.merchant)
	both(v1, "/public/metrics", s.catalogue)
	both(v1, "/public/metrics/response-times", s.responseTimes)
	both(v1, "/public/metrics/:metric", s.metric)
	both(v1, "/public/metrics/:metric/cases", s.metricCases)
	both(v1, "/metrics/:metric", s.signed(s.metricOfAll))
	both(v1, "/metrics/:metric/cases", s.signed(s.metricCasesOfAll))
	v1.POST("/periods/:period/close", s.signed(s.closePeriod))
	both(v1, "/public/periods", s.periods)
	both(v1, "/public/periods/:period/revisions", s.revisions)
	both(v1, "/public/tables", s.tables)
	both(v1, "/public/tables/:table", s.table)
	both(v1, "/periods/:period/revisions", s.signed(s.revisionsOfAll))
	if s.Mint != nil {
		v1.POST("/links/exchange", s.exchangeLink)
	}
	if s.Feed != nil {
		v1.GET("/events", s.signed(s.events))
	}
	if s.Evidence != nil {
		v1.POST("/evidence", s.signed(s.offerEvidence))
		both(v1, "/evidence/:id", s.signed(s.showEvidence))
	}
	if s.Node.MoveClock != nil {
		v1.POST("/demo/clock", s.signed(s.moveClock))
	}
}

// both answers HEAD where GET is answered (RFC 9110 section 9.1); the server leaves the
// body out. Streams have no HEAD: they would be read to their end for nobody.
func both(to interface {
	GET(path string, h echo.HandlerFunc, m ...echo.MiddlewareFunc) *echo.Route
	HEAD(path string, h echo.HandlerFunc, m ...echo.MiddlewareFunc) *echo.Route
}, path string, h echo.HandlerFunc) {
	to.GET(path, h)
	to.HEAD(path, h)
}

// openAPI serves the document that this surface is tested against.
func (s *surface) openAPI(c echo.Context) error {
	return c.Blob(http.StatusOK, "application/yaml", []byte(api.OpenAPI()))
}
