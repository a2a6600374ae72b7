package web

import (
	"context"
	"encoding/json"
	"errors"
	"net/url"
	"slices"

	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"

	"fangxin/domain/calendar"
	"fangxin/projections/facet"
	"fangxin/projections/responsetime"
)

// metricMonths is how many months a chart shows.
const metricMonths = 24

// metricGroup is a heading with its metrics.
type metricGroup struct {
	Key     string
	Metrics []responsetime.Metric
}

// metricGroups orders the catalogue for readers. A metric that is in no group stands
// under the last one.
func metricGroups(source string) []metricGroup {
	groups := []metricGroup{{Key: "many"}, {Key: "fast"}, {Key: "ontime"}, {Key: "result"}, {Key: "voice"}, {Key: "other"}}
	place := map[string]int{
		"received": 0, "growth": 0, "growth_year": 0, "amount_claimed": 0, "amount_agreed": 0, "amount_paid": 0,
		"initial_check_time": 1, "first_response_time": 1, "first_response_time_wd": 1, "time_from_receipt": 1,
		"time_from_complete_file": 1, "mediation_time": 1, "closing_time": 1, "received_to_sent_time": 1,
		"initial_check_on_time": 2, "initial_check_on_time_strict": 2, "response_rate_10d": 2, "response_rate_15d": 2,
		"untimely_outcome": 2, "closed_on_time": 2, "closed_on_time_strict": 2, "timely_stated": 2, "untimely_stated": 2,
		"mediation_success_closed": 3, "mediation_success_accepted": 3, "prior_settlement": 3, "relief": 3, "compliance": 3,
		"refused_share": 3, "refused_by_ground": 3, "discontinued_share": 3, "discontinued_by_reason": 3, "relief_stated": 3, "response_stated": 3,
		"solution_br_official": 4, "solution_rated": 4, "solution_confirmed": 4, "rating_coverage": 4, "satisfaction": 4,
		"satisfaction_office": 4, "disputed_stated": 4,
	}
	for _, m := range metricsOf(source) {
		i, ok := place[m.ID]
		if !ok {
			i = len(groups) - 1
		}
		groups[i].Metrics = append(groups[i].Metrics, m)
	}
	return slices.DeleteFunc(groups, func(g metricGroup) bool { return len(g.Metrics) == 0 })
}

func (s *Site) metrics(ctx context.Context, c echo.Context, p *page) (templ.Component, error) {
	source := c.QueryParam("source")
	if source == "" {
		source = native
	}
	if source != native && source != cfpb {
		return nil, &refused{[]string{"source"}}
	}
	p.title = p.T("metrics.title")
	if err := p.cover(ctx, source); err != nil {
		return nil, err
	}
	foreign, err := s.source.Covered(ctx, cfpb)
	if err != nil {
		return nil, err
	}
	return metricsPage(p, source, metricGroups(source), foreign.Records.N > 0), nil
}

// metricView is one metric with its figures.
type metricView struct {
	Metric   responsetime.Metric
	Question responsetime.Question
	Answer   responsetime.Answer
	Whole    total   // everything that was asked for, ungrouped
	Beside   []total // contested readings of the same words
	Chart    lineChart
	Spread   histogram
	Rows     []figureRow
	JSON     string
	Sources  []string
	Choices  []figureChoice
}

// figureRow is one figure of the table with its link to the cases.
type figureRow struct {
	Label  string
	ISO    string
	Figure responsetime.Figure
	Cases  templ.SafeURL
}

// figureChoice is another grouping of the same figures.
type figureChoice struct {
	Key     string
	Link    templ.SafeURL
	Current bool
}

// groupings that a page offers.
func groupings() []responsetime.Dimension {
	return []responsetime.Dimension{responsetime.Month, responsetime.Quarter, responsetime.Region, responsetime.Category}
}

// question reads the parameters of a page of figures and names all bad ones.
func (s *Site) question(c echo.Context, p *page) (responsetime.Question, error) {
	k := &asking{values: c.QueryParams(), law: s.law}
	q := responsetime.Question{Metric: c.Param("id"), Source: k.values.Get("source"), Period: k.values.Get("period"),
		Merchant: k.values.Get("merchant"), AsOf: p.today}
	m, ok := metricByID(q.Metric)
	if !ok {
		return q, ErrNotFound
	}
	if q.Source == "" {
		q.Source = native
		if !m.Native {
			q.Source = cfpb
		}
	}
	a := &asked{Source: q.Source}
	k.check("source", q.Source == native && m.Native || q.Source == cfpb && m.Foreign)
	k.check("merchant", code(q.Merchant))
	k.check("period", code(q.Period))
	q.Region = k.value(a, "region", k.values.Get("region"))
	q.Category = k.value(a, "category", k.values.Get("category"))
	if by := responsetime.Dimension(k.values.Get("by")); by != "" {
		k.check("by", slices.Contains(groupings(), by))
		q.By = []responsetime.Dimension{by}
	}
	if on := k.values.Get("as_of"); on != "" {
		d, err := calendar.ParseDate(on)
		k.check("as_of", err == nil && d <= p.today)
		q.AsOf = d
	}
	if k.bad != nil {
		return q, &refused{k.bad}
	}
	return q, nil
}

func (s *Site) metric(ctx context.Context, c echo.Context, p *page) (templ.Component, error) {
	q, err := s.question(c, p)
	if err != nil {
		return nil, err
	}
	if err := p.cover(ctx, q.Source); err != nil {
		return nil, err
	}
	p.title = p.T("metric.title", "metric", p.MetricName(q.Metric))
	p.hidden = len(c.QueryParams()) > 0
	grouped := q
	if len(grouped.By) == 0 {
		grouped.By = []responsetime.Dimension{responsetime.Month}
	}
	v := metricView{Question: grouped}
	if v.Answer, err = s.source.Ask(ctx, grouped); err != nil {
		return nil, bad(err)
	}
	v.Metric = v.Answer.Metric
	q.By = nil
	if v.Whole, err = s.total(ctx, p, q); err != nil {
		return nil, bad(err)
	}
	for _, id := range v.Metric.Beside {
		other := q
		other.Metric = id
		t, err := s.total(ctx, p, other)
		if err != nil {
			return nil, bad(err)
		}
		v.Beside = append(v.Beside, t)
	}
	return s.metricParts(p, v)
}

// total asks for the figure over everything that was asked for.
func (s *Site) total(ctx context.Context, p *page, q responsetime.Question) (total, error) {
	q.By = nil
	a, err := s.source.Ask(ctx, q)
	if err != nil {
		return total{}, err
	}
	t := total{Metric: a.Metric, Figure: responsetime.Figure{TooFew: a.Metric.MinimumN > 0}, Cases: p.casesURL(q)}
	if len(a.Figures) > 0 {
		t.Figure = a.Figures[0]
	}
	return t, nil
}

// metricParts lays out what was answered.
func (s *Site) metricParts(p *page, v metricView) (templ.Component, error) {
	text, err := json.MarshalIndent(v.Metric, "", "  ")
	if err != nil {
		return nil, err
	}
	v.JSON = string(text)
	v.Sources = v.Metric.Sources
	by := v.Question.By[0]
	for _, g := range groupings() {
		other := v.Question
		other.By = []responsetime.Dimension{g}
		v.Choices = append(v.Choices, figureChoice{Key: string(g), Link: p.figureURL("", other), Current: g == by})
	}
	for _, f := range v.Answer.Figures {
		if len(f.Key) == 1 {
			v.Rows = append(v.Rows, p.figureRow(v.Question, by, f))
		}
	}
	if by == responsetime.Month {
		slices.Reverse(v.Rows) // the newest first
		v.Chart = p.metricChart(&v)
	}
	if v.Metric.Kind == responsetime.KindDuration && len(v.Whole.Figure.Days) > 0 {
		a := responsetime.Answer{Metric: v.Metric}
		v.Spread = p.spread("spread", &a, &v.Whole.Figure)
	}
	return metricPage(p, v), nil
}

// metricChart draws the months up to the newest one that has figures.
func (p *page) metricChart(v *metricView) lineChart {
	last := monthOf(v.Question.AsOf)
	if len(v.Rows) > 0 {
		if m, ok := parseMonth(v.Rows[0].ISO); ok && m.before(last) {
			last = m
		}
	}
	months := lastMonths(last, metricMonths)
	one, counts := p.timeline(&v.Answer, months)
	one.Name = p.MetricName(v.Metric.ID)
	return lineChart{ID: "line", Title: p.T("metric.line", "metric", one.Name), Note: p.T("metric.line.note"), Axis: p.Axis(&v.Metric),
		First: p.T("col.month"), Steps: p.months(months), Series: []series{one}, Counts: &counts}
}

// figureRow names the key of a figure and leads to its cases.
func (p *page) figureRow(q responsetime.Question, by responsetime.Dimension, f responsetime.Figure) figureRow {
	r := figureRow{Label: f.Key[0], Figure: f}
	switch by {
	case responsetime.Month:
		if m, ok := parseMonth(f.Key[0]); ok {
			r.Label, r.ISO = p.Month(m.Year, m.Month), f.Key[0]
		}
		q.Period = f.Key[0]
	case responsetime.Quarter:
		q.Period = f.Key[0]
	case responsetime.Region:
		r.Label, q.Region = p.Region(f.Key[0]), f.Key[0]
	case responsetime.Category:
		r.Label, q.Category = p.categoryName(f.Key[0]), f.Key[0]
	}
	r.Cases = p.casesURL(q)
	return r
}

// figureURL leads to the page of a metric, or to what lies below it.
func (p *page) figureURL(below string, q responsetime.Question) templ.SafeURL {
	pairs := []string{"period", q.Period, "region", facet.Division(q.Region), "category", q.Category, "merchant", q.Merchant,
		"source", foreignOnly(q.Source)}
	if len(q.By) > 0 {
		pairs = append(pairs, "by", string(q.By[0]))
	}
	if q.AsOf != 0 && q.AsOf != p.today {
		pairs = append(pairs, "as_of", q.AsOf.String())
	}
	return p.URL("/figures/"+url.PathEscape(q.Metric)+below, pairs...)
}

// closedURL leads to the same figures as they were closed.
func (p *page) closedURL(v *metricView) templ.SafeURL {
	q := v.Question
	q.AsOf = v.Answer.Closed
	return p.figureURL("", q)
}

func (p *page) casesURL(q responsetime.Question) templ.SafeURL {
	q.By = nil
	return p.figureURL("/cases", q)
}

// bad names the parameter that a question cannot have.
func bad(err error) error {
	var q *responsetime.QuestionError
	if errors.As(err, &q) {
		if q.Field == "metric" {
			return ErrNotFound
		}
		return &refused{[]string{q.Field}}
	}
	return err
}
