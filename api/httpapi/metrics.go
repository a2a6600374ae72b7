package httpapi

import (
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"fangxin/api/problem"
	"fangxin/domain/calendar"
	"fangxin/domain/es"
	"fangxin/domain/usecase"
	"fangxin/projections/responsetime"

	"github.com/labstack/echo/v4"
)

// Where figures are, of disclosed cases and of all.
const (
	publicMetrics   = "/api/v1/public/metrics/"
	officialMetrics = "/api/v1/metrics/"
)

// catalogueView lists the definitions of all figures.
type catalogueView struct {
	Metrics []responsetime.Metric `json:"metrics"`
}

// metricView is an answer with all that its figures were made of.
type metricView struct {
	Metric     responsetime.Metric      `json:"metric"`
	By         []responsetime.Dimension `json:"by"`
	AsOf       calendar.Date            `json:"as_of"`
	Position   es.Position              `json:"position"`
	Final      bool                     `json:"final"`
	Confidence float64                  `json:"confidence"`
	Z          float64                  `json:"z"`
	Figures    []figureView             `json:"figures"`
	Truncated  bool                     `json:"truncated,omitempty"`
}

// figureView is a figure and where its cases are listed.
type figureView struct {
	responsetime.Figure
	Cases string `json:"cases"`
}

// behindView lists the cases behind a figure.
type behindView struct {
	Metric   string                 `json:"metric"`
	Version  int                    `json:"version"`
	Part     responsetime.CasePart  `json:"part"`
	AsOf     calendar.Date          `json:"as_of"`
	Position es.Position            `json:"position"`
	Cases    []responsetime.CaseRow `json:"cases"`
	Next     string                 `json:"next,omitempty"`
}

// catalogue of the metrics as data.
func (s *surface) catalogue(c echo.Context) error {
	q := queryOf(c)
	if err := q.err(); err != nil {
		return err
	}
	public(c)
	return answer(c, http.StatusOK, catalogueView{responsetime.Catalogue()})
}

// question reads what figures are asked for. Without a day it is today.
func (s *surface) question(c echo.Context, q *query) responsetime.Question {
	today := calendar.DateOf(s.Now())
	ask := responsetime.Question{
		Metric: c.Param("metric"), Version: q.number("version", 0, maxVersion), Period: q.text("period"),
		From: q.month("from"), To: q.month("to"), Region: q.text("region"), Category: q.text("category"),
		Merchant: q.text("merchant"), Source: q.text("source"), AsOf: q.date("as_of"),
	}
	if ask.AsOf == 0 {
		ask.AsOf = today
	}
	if ask.AsOf > today { // nobody knows yet what will be known then
		q.fault("as_of", "bad_value")
	}
	if ask.From != "" && ask.To != "" && ask.From > ask.To {
		q.fault("to", "bad_value")
	}
	return ask
}

// maxVersion of a formula.
const maxVersion = 1000

// metric answers with figures over disclosed cases.
func (s *surface) metric(c echo.Context) error {
	return s.figures(c, publicMetrics, false)
}

// metricOfAll answers officers with figures over all cases, and with both sides.
func (s *surface) metricOfAll(c echo.Context, actor usecase.Actor) error {
	if err := s.lists(actor, "metrics"); err != nil {
		return err
	}
	return s.figures(c, officialMetrics, true)
}

func (s *surface) figures(c echo.Context, at string, everyone bool) error {
	q := queryOf(c)
	ask := s.question(c, q)
	ask.Everyone = everyone
	if by := q.text("by"); by != "" {
		for d := range strings.SplitSeq(by, ",") {
			ask.By = append(ask.By, responsetime.Dimension(d))
		}
	}
	if err := q.err(); err != nil {
		return err
	}
	if err := s.await(c); err != nil {
		return err
	}
	a, err := responsetime.Ask(c.Request().Context(), s.Model, ask)
	if err != nil {
		return unasked(err)
	}
	if !everyone {
		public(c)
	}
	s.stands(c, a.Position)
	out := metricView{
		Metric: a.Metric, By: ask.By, AsOf: a.AsOf, Position: a.Position, Final: a.Final, Confidence: a.Confidence, Z: a.Z,
		Figures: make([]figureView, len(a.Figures)), Truncated: a.Truncated,
	}
	if out.By == nil {
		out.By = []responsetime.Dimension{}
	}
	for i := range a.Figures {
		out.Figures[i] = figureView{a.Figures[i], behind(at, ask, a.Metric.Version, a.Figures[i].Key)}
	}
	return answer(c, http.StatusOK, out)
}

// behind is where the cases of one figure are listed: its key takes the place of what the
// question left open.
func behind(at string, ask responsetime.Question, version int, key []string) string {
	for i, d := range ask.By {
		switch d {
		case responsetime.Region:
			ask.Region = key[i]
		case responsetime.Category:
			ask.Category = key[i]
		case responsetime.Merchant:
			ask.Merchant = key[i]
		default:
			ask.Period, ask.From, ask.To = key[i], "", ""
		}
	}
	v := url.Values{"version": {strconv.Itoa(version)}, "as_of": {ask.AsOf.String()}}
	for name, value := range map[string]string{
		"period": ask.Period, "from": ask.From, "to": ask.To, "region": ask.Region, "category": ask.Category,
		"merchant": ask.Merchant, "source": ask.Source,
	} {
		if value != "" {
			v.Set(name, value)
		}
	}
	return at + ask.Metric + "/cases?" + v.Encode()
}

// metricCases lists the disclosed cases behind a figure.
func (s *surface) metricCases(c echo.Context) error {
	return s.casesBehind(c, false)
}

// metricCasesOfAll lists all of them, each with its class.
func (s *surface) metricCasesOfAll(c echo.Context, actor usecase.Actor) error {
	if err := s.lists(actor, "metrics"); err != nil {
		return err
	}
	return s.casesBehind(c, true)
}

func (s *surface) casesBehind(c echo.Context, everyone bool) error {
	q := queryOf(c)
	ask := s.question(c, q)
	ask.Everyone = everyone
	part := responsetime.CasePart(q.one("part", string(responsetime.OfNumerator), string(responsetime.OfDenominator), string(responsetime.OfExcluded)))
	if part == "" {
		part = responsetime.OfDenominator
	}
	cursor, limit := q.page()
	if err := q.err(); err != nil {
		return err
	}
	if err := s.await(c); err != nil {
		return err
	}
	page, err := responsetime.Cases(c.Request().Context(), s.Model, ask, part, cursor, limit)
	if err != nil {
		return unasked(err)
	}
	if !everyone {
		public(c)
	}
	s.stands(c, page.Position)
	return answer(c, http.StatusOK, behindView{
		Metric: ask.Metric, Version: page.Version, Part: part, AsOf: page.AsOf, Position: page.Position, Cases: page.Rows, Next: page.Next,
	})
}

// unasked names the parameter of a question that has no answer. A metric that there is
// not is no page.
func unasked(err error) error {
	var bad *responsetime.QuestionError
	switch {
	case !errors.As(err, &bad):
		return err
	case bad.Field == "metric":
		return problem.New(problem.NotFound)
	}
	return problem.New(problem.BadParameter, problem.In(bad.Field, "bad_value"))
}
