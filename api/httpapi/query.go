package httpapi

import (
	"net/url"
	"slices"
	"strconv"
	"time"
	"unicode/utf8"

	"fangxin/api/problem"
	"fangxin/domain/calendar"

	"github.com/labstack/echo/v4"
)

// query reads the parameters of one request strictly: what it does not know, or
// finds twice, is a fault. All faults are told at once.
type query struct {
	values url.Values
	known  []string
	faults []problem.Fault
}

const (
	maxParameter = 200
	maxCursor    = 2048
	defaultLimit = 20
)

func queryOf(c echo.Context) *query {
	values, err := url.ParseQuery(c.Request().URL.RawQuery)
	q := &query{values: values}
	if err != nil {
		q.fault("query", "bad_value")
	}
	return q
}

func (q *query) fault(name, code string) { q.faults = append(q.faults, problem.In(name, code)) }

// text is a parameter of at most 200 bytes of clean text.
func (q *query) text(name string) string { return q.bounded(name, maxParameter) }

func (q *query) bounded(name string, max int) string {
	q.known = append(q.known, name)
	v := q.values[name]
	if len(v) > 1 {
		q.fault(name, "repeated_parameter")
		return ""
	}
	if len(v) == 0 {
		return ""
	}
	if len(v[0]) > max || !utf8.ValidString(v[0]) || slices.ContainsFunc([]byte(v[0]), func(b byte) bool { return b < 0x20 || b == 0x7f }) {
		q.fault(name, "bad_value")
		return ""
	}
	return v[0]
}

// one is a parameter with a closed list of values.
func (q *query) one(name string, allowed ...string) string {
	v := q.text(name)
	if v != "" && !slices.Contains(allowed, v) {
		q.fault(name, "bad_value")
	}
	return v
}

func (q *query) date(name string) calendar.Date {
	v := q.text(name)
	if v == "" {
		return 0
	}
	d, err := calendar.ParseDate(v)
	if err != nil {
		q.fault(name, "bad_date")
	}
	return d
}

func (q *query) month(name string) string {
	v := q.text(name)
	if v == "" {
		return ""
	}
	if _, err := calendar.ParseDate(v + "-01"); err != nil {
		q.fault(name, "bad_month")
	}
	return v
}

func (q *query) time(name string) *time.Time {
	v := q.text(name)
	if v == "" {
		return nil
	}
	t, ok := parseTime(v)
	if !ok {
		q.fault(name, "bad_time")
		return nil
	}
	return &t
}

// parseTime reads an RFC 3339 time of the years 1900 to 2100.
func parseTime(s string) (time.Time, bool) {
	t, err := time.Parse(time.RFC3339Nano, s)
	return t, err == nil && t.Year() >= 1900 && t.Year() <= 2100
}

func (q *query) flag(name string) bool { return q.one(name, "true", "false") == "true" }

// page is cursor and limit.
func (q *query) page() (cursor string, limit int) {
	return q.bounded("cursor", maxCursor), q.atMost("limit", defaultLimit, maxLimit)
}

// atMost is a number from 1 to most.
func (q *query) atMost(name string, usual, most int) int {
	v := q.text(name)
	if v == "" {
		return usual
	}
	n, err := strconv.Atoi(v)
	if err != nil || n < 1 || n > most {
		q.fault(name, "bad_number")
		return usual
	}
	return n
}

// err is called last: by then every known parameter was asked for.
func (q *query) err() error {
	for name := range q.values {
		if !slices.Contains(q.known, name) {
			q.fault(shortened(name), "unknown_parameter")
		}
	}
	if len(q.faults) == 0 {
		return nil
	}
	slices.SortStableFunc(q.faults, func(a, b problem.Fault) int {
		return slices.Compare([]string{a.Parameter}, []string{b.Parameter})
	})
	return problem.New(problem.BadParameter, q.faults[:min(len(q.faults), 50)]...)
}

func shortened(name string) string {
	if len(name) > 60 || !utf8.ValidString(name) {
		return "…"
	}
	return name
}
