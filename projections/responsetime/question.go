package responsetime

import (
	"errors"

	"fangxin/domain/calendar"
	"fangxin/domain/es"
)

// ErrQuestion is wrapped by *QuestionError.
var ErrQuestion = errors.New("no such figure")

// QuestionError names the part of a question that has no answer.
type QuestionError struct{ Field, Value string }

func (e *QuestionError) Error() string { return "no figure with " + e.Field + " " + e.Value }

// Unwrap answers ErrQuestion.
func (e *QuestionError) Unwrap() error { return ErrQuestion }

// Question asks for the figures of one metric.
type Question struct {
	Metric string
	// Version of the formula; 0 is the newest.
	Version int
	// By groups: none, one or two different dimensions, of which at most one is of time.
	By []Dimension
	// Period is "2026", "2026-Q2" or "2026-05"; or else From and To are months, both
	// inclusive, either may be empty.
	Period, From, To string
	// Filters. Region is a division's code, 15, 1501, 150100 or 150102, and holds all
	// below it; of imported cases a state.
	Region, Category, Merchant string
	// Source is "" or "native" for this program's cases, or the name of an import.
	Source string
	// AsOf is the day as of which is asked; it is required, since no projection knows
	// what day it is.
	AsOf calendar.Date
	// Everyone counts undisclosed cases too, and gives both sides: for officers, and for
	// the published tables.
	Everyone bool
}

// Answer is what is known of it.
type Answer struct {
	Metric Metric
	AsOf   calendar.Date
	// Position in the log up to which the figures stand.
	Position es.Position
	// Final: the answer never changes, since all its months were closed by the day and no
	// later fact counts as known by it.
	Final bool
	// Closed is the day as of which the last of the months asked for was closed first; 0
	// where one of them is open, or where the question has no beginning or end.
	Closed calendar.Date
	// Confidence of the intervals, and the z that belongs to it.
	Confidence, Z float64
	// Figures are in the order of their keys, never of their counts.
	Figures []Figure
	// Truncated: not everything could be looked at; the figures are a part.
	Truncated bool
}

// Figure is one value with all that it was made of.
type Figure struct {
	// Key has a value for each dimension of By, Label a name for the last one.
	Key   []string `json:"key"`
	Label string   `json:"label,omitempty"`
	// N is how many cases the value speaks of: of a share its denominator.
	N           int64 `json:"n"`
	Numerator   int64 `json:"numerator"`
	Denominator int64 `json:"denominator"`
	// Excluded counts, by reason, the cases left out of the denominator.
	Excluded map[string]int64 `json:"excluded,omitempty"`
	// TooFew: fewer than the metric's minimum; there is then no value but of counts and
	// sums, and the cases themselves are the answer.
	TooFew bool `json:"too_few,omitempty"`
	// Value with its interval. A share is between 0 and 1.
	Value *float64 `json:"value,omitempty"`
	Low   *float64 `json:"low,omitempty"`
	High  *float64 `json:"high,omitempty"`
	// SumFen is the value of a sum of money.
	SumFen *int64 `json:"sum_fen,omitempty"`
	// Percentiles in whole days by the nearest rank, exact; and the mean.
	P50  *Quantile `json:"p50,omitempty"`
	P90  *Quantile `json:"p90,omitempty"`
	P99  *Quantile `json:"p99,omitempty"`
	Mean *Mean     `json:"mean,omitempty"`
	// Parts of a distribution, in the order of the codes.
	Parts []Part `json:"parts,omitempty"`
	// Days of a duration or grades of a mean: how many cases have each value, rising.
	Days []DayCount `json:"days,omitempty"`
	// Sides are given where everyone was asked for.
	Sides *Sides `json:"sides,omitempty"`
	// Final: the figure never changes, as in Answer, for its own months.
	Final bool `json:"final"`
}

// Quantile is a percentile with the interval of its order statistics.
type Quantile struct {
	Value int `json:"value"`
	Low   int `json:"low"`
	High  int `json:"high"`
}

// Mean with its interval.
type Mean struct {
	Value float64 `json:"value"`
	Low   float64 `json:"low"`
	High  float64 `json:"high"`
}

// Part of a distribution.
type Part struct {
	Code  string   `json:"code"`
	N     int64    `json:"n"`
	Share *float64 `json:"share,omitempty"`
	Low   *float64 `json:"low,omitempty"`
	High  *float64 `json:"high,omitempty"`
}

// DayCount is how many cases have one value.
type DayCount struct {
	Value int   `json:"value"`
	N     int64 `json:"n"`
}

// Sides are a figure over all cases and over the disclosed ones, and why cases of the
// denominator are not disclosed, by class.
type Sides struct {
	All    Side             `json:"all"`
	Public Side             `json:"public"`
	Hidden map[string]int64 `json:"hidden,omitempty"`
}

// Side is a figure over some of the cases. Value is the share, the mean, the growth or
// the median; SumFen that of a sum.
type Side struct {
	N           int64    `json:"n"`
	Numerator   int64    `json:"numerator"`
	Denominator int64    `json:"denominator"`
	Value       *float64 `json:"value,omitempty"`
	SumFen      *int64   `json:"sum_fen,omitempty"`
}

// Class says whether a case is public, or why it is not.
type Class string

// Classes.
const (
	ClassPublic      Class = "public"
	ClassNotEnded    Class = "not_ended"    // proceedings are under way
	ClassInReview    Class = "in_review"    // ended, and not yet reviewed or the merchant's time to object runs
	ClassNotAccepted Class = "not_accepted" // 不予受理
	ClassWithdrawn   Class = "withdrawn"    // 撤回
	ClassNoConsent   Class = "no_consent"   // the consumer did not agree
	ClassObjection   Class = "objection"    // the merchant objected, or its objection was right
	ClassPolicy      Class = "policy"       // another rule of the policy forbids it
	ClassTakenDown   Class = "taken_down"   // it was public
	ClassPeriodOver  Class = "period_over"  // its period on the register is over
)

// CasePart names the cases that are asked for.
type CasePart string

// Parts of a figure.
const (
	OfNumerator   CasePart = "numerator"
	OfDenominator CasePart = "denominator"
	OfExcluded    CasePart = "excluded"
)

// CaseRow is one case behind a figure.
type CaseRow struct {
	Case string `json:"case"`
	// Value in the metric's unit, where it has one.
	Value *int64 `json:"value,omitempty"`
	// Code of a distribution, or the reason of an exclusion.
	Code string `json:"code,omitempty"`
	// Class of the case as of the day.
	Class Class `json:"class,omitempty"`
}

// CasePage lists cases behind a figure. Next is the cursor of the following page.
type CasePage struct {
	Version  int // of the metric
	Rows     []CaseRow
	Next     string
	AsOf     calendar.Date
	Position es.Position
}
