// Package responsetime is the projection of how complaints are dealt with and how fast.
//
// What is counted are measures of a case: that it came in, was decided upon, answered,
// ended, rated, performed, and in how many days. Counters are keyed by kind, source,
// dimension, month of the case and cell, and by the measure with its values, the day on
// which it became known and whether the case is public. A metric is data over measures
// (Catalogue), so that a new one needs no new counter. A figure as of day D is the sum over
// known days up to D. Nothing is ever edited: what was corrected counts -1 under the new
// day and +1 beside it.
//
// A duty that is open is counted under its last day, until it is met: how many are overdue
// as of a day is a sum too.
//
// Each case's view keeps a ledger of what was counted of it, so that the cases behind any
// figure are listed as of any day (Cases), and a figure over cuts without counters is read
// off the cases themselves.
package responsetime

// Name and Version of the projection.
const (
	Name    = "responsetime"
	Version = 4
)
