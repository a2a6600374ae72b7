package web

import (
	"context"
	"slices"

	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"

	"fangxin/domain/calendar"
	"fangxin/projections/responsetime"
)

// revisionsShown is how many revisions a page holds, about.
const revisionsShown = 50

// closedRow is one closing of a month.
type closedRow struct {
	Label, ISO string
	Number     int
	AsOf       calendar.Date
	Figures    templ.SafeURL // as of the closing
	Revisions  templ.SafeURL
}

// periodView is a closed month with what became known of it later.
type periodView struct {
	closedRow
	Rows []responsetime.Revision
	Next templ.SafeURL
	File templ.SafeURL
}

// closedRow leads to the figures of a month as they were closed.
func (p *page) closedRow(month string, number int, asOf calendar.Date) closedRow {
	r := closedRow{Label: month, ISO: month, Number: number, AsOf: asOf, Revisions: p.URL("/periods/" + month),
		Figures: p.figureURL("", responsetime.Question{Metric: "received", Source: native, Period: month, AsOf: asOf})}
	if m, ok := parseMonth(month); ok {
		r.Label = p.Month(m.Year, m.Month)
	}
	return r
}

// periods lists the months that are closed, newest first.
func (s *Site) periods(ctx context.Context, _ echo.Context, p *page) (templ.Component, error) {
	p.title = p.T("periods.title")
	if err := p.cover(ctx, native); err != nil {
		return nil, err
	}
	closings, err := s.source.Closings(ctx)
	if err != nil {
		return nil, err
	}
	rows := make([]closedRow, 0, len(closings))
	for _, c := range slices.Backward(closings) {
		rows = append(rows, p.closedRow(c.Period, c.Number, c.AsOf))
	}
	return periodsPage(p, rows), nil
}

// period shows what became known of a month after it was closed first.
func (s *Site) period(ctx context.Context, c echo.Context, p *page) (templ.Component, error) {
	month := c.Param("period")
	if _, ok := parseMonth(month); !ok {
		return nil, ErrNotFound
	}
	if err := p.cover(ctx, native); err != nil {
		return nil, err
	}
	found, err := s.source.Revisions(ctx, responsetime.RevisionQuestion{Period: month}, c.QueryParam("cursor"), revisionsShown)
	if err != nil {
		return nil, bad(err)
	}
	v := periodView{closedRow: p.closedRow(month, found.Closing, found.AsOf), Rows: found.Rows,
		File: templ.SafeURL("/api/v1/public/periods/" + month + "/revisions")}
	if found.Next != "" {
		v.Next = p.URL("/periods/"+month, "cursor", found.Next)
	}
	p.title = p.T("period.title", "month", v.Label)
	p.hidden = len(c.QueryParams()) > 0
	return periodPage(p, v), nil
}
