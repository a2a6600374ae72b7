package web

import (
	"context"
	"errors"
	"net/url"
	"slices"

	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"

	"fangxin/projections/responsetime"
)

// casesPage is how many cases a page lists.
const casesPage = 50

// casesView lists the public cases behind a figure.
type casesView struct {
	Metric   responsetime.Metric
	Question responsetime.Question
	Part     responsetime.CasePart
	Rows     []caseRow
	Next     templ.SafeURL
	Parts    []figureChoice
}

// caseRow is a case with its record, where it still stands.
type caseRow struct {
	responsetime.CaseRow
	Record *Record
}

// Coded says whether any case counts as something of its own.
func (v *casesView) Coded() bool {
	return slices.ContainsFunc(v.Rows, func(r caseRow) bool { return r.Code != "" })
}

// Valued says whether any case brings a value.
func (v *casesView) Valued() bool {
	return slices.ContainsFunc(v.Rows, func(r caseRow) bool { return r.Value != nil })
}

func (s *Site) cases(ctx context.Context, c echo.Context, p *page) (templ.Component, error) {
	q, err := s.question(c, p)
	if err != nil {
		return nil, err
	}
	q.By = nil
	of := responsetime.CasePart(c.QueryParam("part"))
	if of == "" {
		of = responsetime.OfDenominator
	}
	if err := p.cover(ctx, q.Source); err != nil {
		return nil, err
	}
	p.title, p.hidden = p.T("cases.title", "metric", p.MetricName(q.Metric)), true
	m, _ := metricByID(q.Metric)
	after := c.QueryParam("cursor")
	list, err := s.source.Cases(ctx, q, of, after, casesPage)
	if errors.Is(err, ErrCursor) {
		return nil, &refused{[]string{"cursor"}}
	}
	if err != nil {
		return nil, bad(err)
	}
	v := casesView{Metric: m, Question: q, Part: of}
	for _, r := range list.Rows {
		row := caseRow{CaseRow: r}
		if record, err := s.source.Record(ctx, r.Case); err == nil {
			row.Record = &record
		}
		v.Rows = append(v.Rows, row)
	}
	link := func(part responsetime.CasePart, cursor string) templ.SafeURL {
		base := string(p.casesURL(q))
		u, err := url.Parse(base)
		if err != nil {
			return templ.SafeURL(base)
		}
		values := u.Query()
		values.Set("part", string(part))
		if cursor != "" {
			values.Set("cursor", cursor)
		}
		return address(u.EscapedPath(), values)
	}
	if list.Next != "" {
		v.Next = link(of, list.Next)
	}
	if m.Kind == responsetime.KindShare {
		for _, part := range []responsetime.CasePart{responsetime.OfDenominator, responsetime.OfNumerator, responsetime.OfExcluded} {
			v.Parts = append(v.Parts, figureChoice{Key: string(part), Link: link(part, ""), Current: part == of})
		}
	}
	return casesPageOf(p, v), nil
}
