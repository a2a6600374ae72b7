package responsetime

import (
	"slices"
	"strconv"
	"strings"

	"fangxin/domain/calendar"
)

// condition is a term made ready for counting.
type condition struct {
	measure      measure
	codes, flags uint32 // sets of bits; 0 is any
	atMost       int32
	due          string
	after        int32
	second       bool
	sign         int64
	reason       int // index among the reasons of exclusion
}

// compiled is a metric made ready: conditions by measure.
type compiled struct {
	Metric
	num, den, out [measures][]condition
	reasons       []string
	codes         []string // of a distribution
	second        bool
	wants         [measures]bool
}

func compile(m Metric) *compiled {
	c := &compiled{Metric: m, second: m.Value == second}
	table := measureTable()
	put := func(into *[measures][]condition, terms []Term) {
		for _, t := range terms {
			x := conditionOf(&table, t)
			if t.Reason != "" {
				if x.reason = slices.Index(c.reasons, t.Reason); x.reason < 0 {
					c.reasons = append(c.reasons, t.Reason)
					x.reason = len(c.reasons) - 1
				}
			}
			into[x.measure] = append(into[x.measure], x)
			c.wants[x.measure] = true
		}
	}
	put(&c.num, m.Numerator)
	put(&c.den, m.Denominator)
	put(&c.out, m.Excluded)
	if m.Kind == KindDistribution {
		c.codes = table[conditionOf(&table, m.Numerator[0]).measure].codes
	}
	return c
}

func conditionOf(table *[measures]measureData, t Term) condition {
	x := condition{atMost: t.AtMost, due: t.Due, after: t.After, second: t.Wide, sign: 1}
	if t.Less {
		x.sign = -1
	}
	for m, data := range table {
		if data.id == t.Measure {
			x.measure = measure(m)
			for _, code := range t.Codes {
				x.codes |= 1 << (slices.Index(data.codes, code) + 1)
			}
		}
	}
	for _, f := range t.Flags {
		x.flags |= 1 << slices.Index(flagNames(), f)
	}
	return x
}

// holds says whether an observation is one of the term's, as of a day.
func (x *condition) holds(o *observation, asOf calendar.Date) bool {
	if x.codes != 0 && x.codes&(1<<o.Code) == 0 || x.flags != 0 && x.flags&(1<<o.Flag) == 0 {
		return false
	}
	if x.atMost != 0 && o.First > x.atMost {
		return false
	}
	if x.due == "" {
		return true
	}
	last := o.First
	if x.second {
		last = o.Second
	}
	past := int32(asOf) > last+x.after
	return past == (x.due == DuePast)
}

// find returns a metric; version 0 is the newest.
func find(id string, version int) (Metric, bool) {
	all := Catalogue()
	i := slices.IndexFunc(all, func(m Metric) bool { return m.ID == id && (version == 0 || m.Version == version) })
	if i < 0 {
		return Metric{}, false
	}
	return all[i], true
}

// months are a span, both inclusive, as years times 12 plus the month from 0; to is 0
// where it has no end.
type span struct{ from, to int }

const noEnd = 1 << 30

func (s span) holds(month int) bool { return month >= s.from && month <= s.to }

// monthNumber of "2026-05".
func monthNumber(text string) (int, bool) {
	year, month, ok := strings.Cut(text, "-")
	y, err1 := strconv.Atoi(year)
	m, err2 := strconv.Atoi(month)
	if !ok || err1 != nil || err2 != nil || len(year) != 4 || len(month) != 2 || y < 1900 || y > 2100 || m < 1 || m > 12 {
		return 0, false
	}
	return y*12 + m - 1, true
}

// monthName is the reverse of monthNumber.
func monthName(n int) string {
	name := strconv.Itoa(n/12) + "-"
	if n%12 < 9 {
		name += "0"
	}
	return name + strconv.Itoa(n%12+1)
}

// spanOf reads a period: "2026", "2026-Q2", "2026-05".
func spanOf(period string) (span, bool) {
	if m, ok := monthNumber(period); ok {
		return span{m, m}, true
	}
	year, quarter, quarterly := strings.Cut(period, "-Q")
	first, ok := monthNumber(year + "-01")
	if !ok {
		return span{}, false
	}
	if !quarterly {
		return span{first, first + 11}, true
	}
	if len(quarter) != 1 || quarter[0] < '1' || quarter[0] > '4' {
		return span{}, false
	}
	first += 3 * int(quarter[0]-'1')
	return span{first, first + 2}, true
}

// timeKey is the month, quarter or year of a month.
func timeKey(by Dimension, month int) string {
	switch by {
	case Quarter:
		return strconv.Itoa(month/12) + "-Q" + strconv.Itoa(month%12/3+1)
	case Year:
		return strconv.Itoa(month / 12)
	}
	return monthName(month)
}
