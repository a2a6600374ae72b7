package web

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

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
	Tables []responsetime.PublishedTable
	Rows   []responsetime.Revision
	Next   templ.SafeURL
	File   templ.SafeURL
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
	return periodsPage(p, rows, quarters(closings)), nil
}

// period shows the tables of a closed month or quarter, and what became known of a month
// after it was closed first.
func (s *Site) period(ctx context.Context, c echo.Context, p *page) (templ.Component, error) {
	period := c.Param("period")
	_, monthly := parseMonth(period)
	if !monthly && !quarterly(period) {
		return nil, ErrNotFound
	}
	if err := p.cover(ctx, native); err != nil {
		return nil, err
	}
	p.hidden = len(c.QueryParams()) > 0
	v := periodView{}
	if monthly {
		if err := s.revised(ctx, p, period, c.QueryParam("cursor"), &v); err != nil {
			return nil, err
		}
	}
	for _, kind := range responsetime.TablePolicy().Tables {
		t, err := s.source.Table(ctx, responsetime.TableQuestion{Table: kind.ID, Period: period, Closing: 1})
		if err != nil {
			return nil, bad(err)
		}
		v.Tables, v.AsOf = append(v.Tables, t), t.AsOf
	}
	if !monthly {
		v.closedRow = p.closedRow(period, 1, v.AsOf)
		v.File = templ.SafeURL("/api/v1/public/tables")
	}
	p.title = p.T("period.title", "month", v.Label)
	return periodPage(p, v), nil
}

// revised reads what became known of a month.
func (s *Site) revised(ctx context.Context, p *page, month, cursor string, v *periodView) error {
	found, err := s.source.Revisions(ctx, responsetime.RevisionQuestion{Period: month}, cursor, revisionsShown)
	if err != nil {
		return bad(err)
	}
	v.closedRow, v.Rows = p.closedRow(month, found.Closing, found.AsOf), found.Rows
	v.File = templ.SafeURL("/api/v1/public/periods/" + month + "/revisions")
	if found.Next != "" {
		v.Next = p.URL("/periods/"+month, "cursor", found.Next)
	}
	return nil
}

// quarterly says whether a text names a quarter, "2026-Q2".
func quarterly(s string) bool {
	year, quarter, ok := strings.Cut(s, "-Q")
	_, whole := digits(year)
	return ok && whole && len(year) == 4 && len(quarter) == 1 && quarter >= "1" && quarter <= "4"
}

// quarters lists those of which all months are closed, newest first.
func quarters(closings []responsetime.Closing) (out []string) {
	closed := map[string]int{}
	for _, c := range closings {
		if m, ok := parseMonth(c.Period); ok && c.Number == 1 {
			closed[fmt.Sprintf("%04d-Q%d", m.Year, (m.Month+2)/3)]++
		}
	}
	for quarter, n := range closed {
		if n == 3 {
			out = append(out, quarter)
		}
	}
	slices.Sort(out)
	slices.Reverse(out)
	return out
}

// told writes the counts of a cell with their names; one that is hidden says so. Of the
// reasons why cases are not public, those that there are.
func (p *page) told(t *responsetime.PublishedTable, cell *responsetime.TableCell) string {
	if cell.Hidden {
		return p.T("table.hidden", "n", strconv.Itoa(responsetime.TablePolicy().Least))
	}
	var parts []string
	for i, n := range cell.Counts {
		switch {
		case t.Kind.ID != responsetime.TableUndisclosed:
			parts = append(parts, p.T("table.count", "name", p.T("table.column."+t.Kind.Columns[i]), "n", grouped(n)))
		case n != 0:
			parts = append(parts, p.T("table.count", "name", p.T("publicity."+t.Kind.Columns[i]), "n", grouped(n)))
		}
	}
	if len(parts) == 0 {
		return p.T("table.nobody")
	}
	return strings.Join(parts, p.T("list.separator"))
}

// cellName names a cell of a cut.
func (p *page) cellName(by responsetime.Dimension, key string) string {
	switch {
	case key == "":
		return p.T("table.without")
	case by == responsetime.Region:
		return p.Region(key)
	}
	return p.Category(key)
}
