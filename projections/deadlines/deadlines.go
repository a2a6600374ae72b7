// Package deadlines is the projection of what is due, by time: every running legal
// limit of every native case, until its duty is met, the case ends or the limit is
// recorded as passed; those of each office, until the duty is met; those whose date is
// provisional; and the day to which a public record stays on the register.
// Limits of foreign cases are shown elsewhere and never here.
package deadlines

import (
	"fangxin/domain/calendar"
	"fangxin/domain/es"
)

// Name and Version of the projection.
const (
	Name    = "deadlines"
	Version = 4
)

// Item is one running limit. Due is the strict date, for alarms; by the end of
// DueWide (24:00 Asia/Shanghai) the limit is passed.
type Item struct {
	Case    string
	Stream  es.StreamID
	Rule    string
	Due     calendar.Date
	DueWide calendar.Date
}
