// Package responsetime is the projection of how fast complaints are dealt with:
// counters keyed by formula, cell, month of the case and the day on which the fact
// became known. A figure as of day D is the sum over known days up to D. Nothing is
// ever edited: a corrected case counts -1 under the new day and +1 beside it.
package responsetime

import (
	"fangxin/domain/calendar"
	"fangxin/domain/es"
)

// Name and Version of the projection.
const (
	Name    = "responsetime"
	Version = 1
)

// Formula is one definition of a figure. A change of meaning is a new version; the
// old one stays readable beside it.
type Formula struct {
	ID      string `json:"id"`
	Version int    `json:"version"`
	Stage   string `json:"stage"`
	// Unit of the durations: "wd" working days, "cd" calendar days, "" for figures
	// without a duration.
	Unit string `json:"unit,omitempty"`
	// OnTime says whether the formula has an on-time rate.
	OnTime bool `json:"on_time"`
	// Foreign formulas exist for imported cases, the others for native ones; the
	// count exists for both.
	Native  bool `json:"native"`
	Foreign bool `json:"foreign"`
}

// Stages.
const (
	StageFiled          = "filed"            // count of cases
	StageAccept         = "accept"           // receipt by the competent body to decision and notice
	StageFirstResponse  = "first_response"   // filing to the merchant's first answer
	StageMediation      = "mediation"        // acceptance to the end of mediation
	StageClose          = "close"            // filing to closing
	StageTimelyStated   = "timely_stated"    // on time as the source states it
	StageReceivedToSent = "received_to_sent" // the source's receipt to its sending on
)

// What a table is grouped by.
const (
	ByAll      = "all"
	ByMonth    = "month"
	ByRegion   = "region"
	ByCategory = "category"
	ByMerchant = "merchant"
)

// Q asks for a table. At most one of Merchant, Region and Category narrows it, and
// only where it is grouped by month, by itself or not at all.
type Q struct {
	Stage string
	Kind  string // "" means complaint
	By    string // "" means all
	// Source is "" for native cases, or the name of an import.
	Source   string
	Merchant string
	Region   string
	Category string
	// Month of the case, "2026-11"; "" for all.
	Month string
	// AsOf leaves out what became known after this day; zero leaves out nothing.
	AsOf calendar.Date
}

// Table answers a question.
type Table struct {
	Formula Formula
	AsOf    calendar.Date
	// Position is the place in the log up to which the figures stand.
	Position es.Position
	Rows     []Cell
	// Truncated is true where not every cell could be looked at; the rows are then
	// a part.
	Truncated bool
}

// Rate is a share, with both its parts.
type Rate struct {
	Num int64 `json:"num"`
	Den int64 `json:"den"`
}

// Cell is one row of a table. Percentiles are whole days by the nearest rank
// (the smallest value with at least that share of the cases at or below it), exact
// because each whole day is counted.
type Cell struct {
	Key   string `json:"key"`
	Label string `json:"label"`
	N     int64  `json:"n"`
	// OnTime goes by the wide date (24:00 Asia/Shanghai), OnTimeStrict by the
	// strict one. Den counts the cases with a limit; 0 where the formula has none.
	OnTime       Rate    `json:"on_time"`
	OnTimeStrict Rate    `json:"on_time_strict"`
	P50          int     `json:"p50"`
	P90          int     `json:"p90"`
	P99          int     `json:"p99"`
	Mean         float64 `json:"mean"`
	// Withheld: too few cases to publish; the figures are then empty.
	Withheld bool `json:"withheld,omitempty"`
}
