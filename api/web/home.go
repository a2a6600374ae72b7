package web

import (
	"context"

	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"

	"fangxin/domain/calendar"
	"fangxin/projections/search"
)

// How much the home page shows.
const (
	newest     = 6
	homeMonths = 13
)

// home is what the first page shows.
type home struct {
	Covered  Covered
	Newest   []Record
	Foreign  Number
	Outcomes []OutcomeCount
	// This month up to today beside the whole last one, by day of publication.
	Now, Last  yearMonth
	NowN       Number
	LastN      Number
	LastMonths lineChart
}

func (s *Site) home(ctx context.Context, _ echo.Context, p *page) (templ.Component, error) {
	p.title = p.T("home.title")
	if err := p.cover(ctx, native); err != nil {
		return nil, err
	}
	own := search.Filter{}.With(search.Source, native)
	list, err := s.source.Find(ctx, own, search.Newest, "", newest)
	if err != nil {
		return nil, err
	}
	foreign, err := s.source.Covered(ctx, cfpb)
	if err != nil {
		return nil, err
	}
	h := home{Covered: *p.covered, Newest: list.Records, Foreign: foreign.Records}
	for _, o := range outcomes() {
		n, err := s.source.Count(ctx, own.With(search.Outcome, string(o)))
		if err != nil {
			return nil, err
		}
		h.Outcomes = append(h.Outcomes, OutcomeCount{string(o), n.N})
	}
	if err := s.published(ctx, p, own, &h); err != nil {
		return nil, err
	}
	p.offers = true
	return homePage(p, h), nil
}

// published counts the records of each of the last months by the day of publication.
func (s *Site) published(ctx context.Context, p *page, f search.Filter, h *home) error {
	h.Now = monthOf(p.today)
	h.Last = h.Now.add(-1)
	list := lastMonths(h.Now, homeMonths)
	values := make([]value, len(list))
	for i, m := range list {
		f.From, f.To = m.days()
		n, err := s.source.Count(ctx, f)
		if err != nil {
			return err
		}
		values[i] = known(float64(n.N), p.number(n))
		switch m {
		case h.Now:
			h.NowN = n
		case h.Last:
			h.LastN = n
		}
	}
	h.LastMonths = lineChart{
		ID: "months", Title: p.T("home.months"), Note: p.T("home.months.note", "date", p.Date(p.today)), Axis: p.T("chart.axis.records"),
		First: p.T("col.month"), Steps: p.months(list), Series: []series{{Name: p.T("home.months.records"), Values: values}},
	}
	return nil
}

// days of a month, half-open.
func (m yearMonth) days() (from, to calendar.Date) {
	n := m.add(1)
	return calendar.MustDate(m.String() + "-01"), calendar.MustDate(n.String() + "-01")
}
