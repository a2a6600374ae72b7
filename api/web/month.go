package web

import (
	"fmt"

	"fangxin/domain/calendar"
)

// yearMonth is a month of the civil calendar.
type yearMonth struct{ Year, Month int }

// String writes a month for machines, "2026-11".
func (m yearMonth) String() string { return fmt.Sprintf("%04d-%02d", m.Year, m.Month) }

// monthOf is the month of a day.
func monthOf(d calendar.Date) yearMonth {
	y, m, _ := d.Civil()
	return yearMonth{y, int(m)}
}

// parseMonth reads "2026-11".
func parseMonth(s string) (yearMonth, bool) {
	var m yearMonth
	if len(s) != len("2006-01") || s[4] != '-' {
		return m, false
	}
	y, ok1 := digits(s[:4])
	n, ok2 := digits(s[5:])
	return yearMonth{y, n}, ok1 && ok2 && y >= 1900 && n >= 1 && n <= 12
}

func digits(s string) (n int, ok bool) {
	for _, b := range []byte(s) {
		if b < '0' || b > '9' {
			return 0, false
		}
		n = n*10 + int(b-'0')
	}
	return n, s != ""
}

// add moves by n months.
func (m yearMonth) add(n int) yearMonth {
	k := m.Year*12 + m.Month - 1 + n
	return yearMonth{k / 12, k%12 + 1}
}

func (m yearMonth) before(o yearMonth) bool {
	return m.Year < o.Year || m.Year == o.Year && m.Month < o.Month
}

// lastMonths lists n months up to m, the oldest first.
func lastMonths(m yearMonth, n int) []yearMonth {
	out := make([]yearMonth, n)
	for i := range out {
		out[i] = m.add(i + 1 - n)
	}
	return out
}
