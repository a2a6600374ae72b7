package httpapi

import (
	"errors"
	"net/http"
	"strconv"

	"fangxin/domain/calendar"
	"fangxin/domain/usecase"
	"fangxin/projections/casework"
	"fangxin/projections/deadlines"
	"fangxin/projections/readmodel"

	"github.com/labstack/echo/v4"
)

// deadlinePage is a page of what an office will miss.
type deadlinePage struct {
	Today calendar.Date `json:"today"`
	UpTo  calendar.Date `json:"up_to"`
	// Calendar is the version by which the working days up to UpTo were counted.
	Calendar  string        `json:"calendar"`
	Deadlines []deadlineRow `json:"deadlines"`
	Next      string        `json:"next,omitempty"`
	Overdue   tally         `json:"overdue"`
	Days      []tally       `json:"days"`
	Rules     []tally       `json:"rules"`
}

// deadlineRow is one open limit. Overdue: the last day on the wide reading is over.
type deadlineRow struct {
	Rule    string        `json:"rule"`
	Due     calendar.Date `json:"due"`
	DueWide calendar.Date `json:"due_wide"`
	Overdue bool          `json:"overdue"`
	Case    casework.Row  `json:"case"`
}

type tally struct {
	Day     calendar.Date `json:"day,omitempty"`
	Rule    string        `json:"rule,omitempty"`
	Count   int64         `json:"count"`
	AtLeast bool          `json:"at_least,omitempty"`
}

const (
	defaultDays = 10
	maxDays     = 60
)

// deadlines tells an office what it will miss in the next working days (即将到期), what is
// overdue first. It is read now, by the calendar of the officer's region.
func (s *surface) deadlines(c echo.Context, actor usecase.Actor) error {
	q := queryOf(c)
	days, rule := q.number("days", defaultDays, maxDays), q.text("rule")
	f := casework.Filter{Region: q.text("region"), Unit: q.text("unit")}
	cursor, limit := q.page()
	if err := s.lists(actor, "deadlines"); err != nil {
		return err
	}
	err := bind(&f, actor, q)
	if err == nil {
		err = q.err()
	}
	if err != nil {
		return err
	}
	if err := s.await(c); err != nil {
		return err
	}
	cal := s.CalendarIn(actor.Region)
	page := deadlinePage{Today: calendar.DateOf(s.Now()), Calendar: cal.Version(), Deadlines: []deadlineRow{}}
	page.UpTo, _ = cal.AddWorkingDays(page.Today, days)
	office := deadlines.Office{Region: f.Region, Unit: f.Unit}
	if office.Unit == "" {
		office.Unit = f.Desk
	}
	if err := s.missing(c, &page, office, rule, cursor, limit); err != nil {
		return err
	}
	return answer(c, http.StatusOK, page)
}

// missing fills the page. A case that lists do not show any more is left out.
func (s *surface) missing(c echo.Context, page *deadlinePage, o deadlines.Office, rule, cursor string, limit int) error {
	ctx := c.Request().Context()
	items, next, at, err := deadlines.ForOffice(ctx, s.Model, o, rule, page.UpTo, cursor, limit)
	if err != nil {
		return err
	}
	for _, i := range items {
		row, err := casework.Get(ctx, s.Model, i.Stream)
		if isNotFound(err) {
			continue
		}
		if err != nil {
			return err
		}
		page.Deadlines = append(page.Deadlines, deadlineRow{
			Rule: i.Rule, Due: i.Due, DueWide: i.DueWide, Overdue: i.DueWide < page.Today, Case: row,
		})
	}
	page.Next = next
	before, days, rules, err := deadlines.Tallies(ctx, s.Model, o, page.Today, page.UpTo)
	if err != nil {
		return err
	}
	page.Overdue, page.Days, page.Rules = tallyOf(before), tallies(days), tallies(rules)
	s.stands(c, at)
	return nil
}

func tallies(list []deadlines.Tally) []tally {
	out := make([]tally, len(list))
	for i, t := range list {
		out[i] = tallyOf(t)
	}
	return out
}

func tallyOf(t deadlines.Tally) tally {
	return tally{Day: t.Day, Rule: t.Rule, Count: t.N, AtLeast: t.AtLeast}
}

func isNotFound(err error) bool { return errors.Is(err, readmodel.ErrNotFound) }

// number is a whole number of 1 to most.
func (q *query) number(name string, otherwise, most int) int {
	v := q.text(name)
	if v == "" {
		return otherwise
	}
	n, err := strconv.Atoi(v)
	if err != nil || n < 1 || n > most {
		q.fault(name, "bad_number")
		return otherwise
	}
	return n
}
