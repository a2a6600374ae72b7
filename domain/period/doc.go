// Package period closes months for statistics (统计期关账). The figures of a month change
// for as long as cases of it go on. A closing says: as of this day, by these formulas,
// the figures of this month are published, and they stay so for ever. What becomes
// known later is a revision, shown beside them; a period may be closed again, which is
// a dated republication (修订后重新发布), never an edit.
//
// The closings of a kind of case are one stream, period.<kind>. They also decide on
// which day a fact counts as known: never on a day that was closed when it came, so that
// a late entry, or the import of an old file, leaves published figures as they are.
//
// All rules here are this project's own [design].
package period

import (
	"errors"
	"strings"

	"fangxin/domain/calendar"
)

// Complaints is the stream in which months of complaints are closed.
const Complaints = streamPrefix + "complaint"

const streamPrefix = "period."

// Bounds of months that can be closed.
const (
	firstYear = 1900
	lastYear  = 2099
)

// ErrMonth says that a text names no month.
var ErrMonth = errors.New("not a month between 1900-01 and 2099-12")

// Month is a period of one calendar month, "2026-05". A case belongs to the month in
// which it came in.
type Month string

// ParseMonth reads a month. ErrMonth.
func ParseMonth(s string) (Month, error) {
	if len(s) != len("2006-01") {
		return "", ErrMonth
	}
	first, err := calendar.ParseDate(s + "-01")
	if err != nil {
		return "", ErrMonth
	}
	if year, _, _ := first.Civil(); year < firstYear || year > lastYear {
		return "", ErrMonth
	}
	return Month(s), nil
}

// Valid says whether it is a month that ParseMonth reads.
func (m Month) Valid() bool {
	_, err := ParseMonth(string(m))
	return err == nil
}

// First is the first day of a valid month.
func (m Month) First() calendar.Date { return calendar.MustDate(string(m) + "-01") }

// Last is the last day of a valid month.
func (m Month) Last() calendar.Date { return m.First().AddMonths(1) - 1 }

// Quarter is the quarter of a valid month, "2026-Q2".
func (m Month) Quarter() string {
	year, month, _ := strings.Cut(string(m), "-")
	number := (int(month[0]-'0')*10 + int(month[1]-'0') + 2) / 3
	return year + "-Q" + string(rune('0'+number))
}
