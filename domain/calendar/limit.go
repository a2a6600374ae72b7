package calendar

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strconv"
)

// MaxPeriod bounds the length of a period, in any unit.
const MaxPeriod = 36600

// ErrPeriod is wrapped by every refusal of a period.
var ErrPeriod = errors.New("not a period of time")

// Unit is the unit in which a law states a period.
type Unit uint8

// The units of Chinese periods. A Year is twelve Months.
const (
	WorkingDays  Unit = iota + 1 // 工作日
	CalendarDays                 // 日, 自然日
	Months                       // 月
	Years                        // 年
)

// String gives the short form used in data files: WD, CD, M, Y.
func (u Unit) String() string {
	switch u {
	case WorkingDays:
		return "WD"
	case CalendarDays:
		return "CD"
	case Months:
		return "M"
	case Years:
		return "Y"
	}
	return "?"
}

// MarshalText writes the short form.
func (u Unit) MarshalText() ([]byte, error) {
	if u < WorkingDays || u > Years {
		return nil, fmt.Errorf("unit %d: %w", u, ErrPeriod)
	}
	return []byte(u.String()), nil
}

// UnmarshalText reads the short form.
func (u *Unit) UnmarshalText(b []byte) error {
	for v := WorkingDays; v <= Years; v++ {
		if string(b) == v.String() {
			*u = v
			return nil
		}
	}
	return fmt.Errorf("unit %q: %w", bounded(string(b)), ErrPeriod)
}

// Period is a length of time as a law states it: 7 WD, 60 CD, 3 Y.
type Period struct {
	N    int  `json:"n"`
	Unit Unit `json:"unit"`
}

// String gives "60 CD".
func (p Period) String() string { return strconv.Itoa(p.N) + " " + p.Unit.String() }

// Check refuses a period without length, too long or of no known unit.
func (p Period) Check() error {
	if p.N < 1 || p.N > MaxPeriod || p.Unit < WorkingDays || p.Unit > Years ||
		p.Unit == Months && p.N > MaxPeriod/30 || p.Unit == Years && p.N > MaxPeriod/366 {
		return fmt.Errorf("%s: %w", p, ErrPeriod)
	}
	return nil
}

// Span is a run of whole days that do not count, from From up to but without To. A
// zero To means that the span is still open.
type Span struct {
	From Date `json:"from"`
	To   Date `json:"to,omitzero"`
}

// Roll says what happens when the last day of a period is a day off.
type Roll uint8

const (
	// RollForward moves the end to the first day after the days off (Order 121
	// art 45; 民法典 203). It is the zero value.
	RollForward Roll = iota
	// RollNone leaves the end where it falls: foreign periods, to which the
	// Chinese calendar says nothing.
	RollNone
)

// Term is a question to the calendar: when does this period end?
type Term struct {
	Start  Date // the day of the trigger; it is not counted (T1, T3, T4)
	Period Period
	Pauses []Span // days excluded, in any order, may overlap
	Roll   Roll
}

// Limit is the last day of a period, under two readings of "法定节假日" at its end:
// Due (strict) rolls over the days off of the State Council's notices only, DueWide
// over every day that is not worked. Due is never after DueWide. Provisional says
// that a date outside the table took part. Suspended says that a pause is still
// open: there is no last day yet, and both dates are zero.
type Limit struct {
	Due         Date
	DueWide     Date
	Provisional bool
	Suspended   bool
}

// Due computes when t ends. A period that Check refuses, a term without start, a
// pause that runs backwards and an end after MaxDate give ErrPeriod.
func (c *Calendar) Due(t Term) (Limit, error) {
	s, err := c.solve(t)
	if err != nil || c.local == nil || t.Roll == RollNone {
		return s.Limit, err
	}
	w, err := c.local.solve(t)
	return both(s.Limit, w.Limit), err
}

// both takes the strict date from the one reading and the wide one from the other.
func both(strict, wide Limit) Limit {
	if strict.Suspended || wide.Suspended {
		return Limit{Suspended: true}
	}
	return Limit{Due: strict.Due, DueWide: wide.DueWide, Provisional: strict.Provisional || wide.Provisional}
}

// Earliest returns the earliest end on each reading: the rule where two periods
// stand side by side (45 WD of Order 20, 60 CD of Regulation 778). One that an open
// pause suspends has no end yet and is left out; the result is suspended only when
// all are. It is provisional when one that counts is.
func Earliest(limits ...Limit) Limit {
	e := Limit{Suspended: len(limits) > 0}
	for _, l := range limits {
		switch {
		case l.Suspended:
		case e.Suspended:
			e = l
		default:
			e.Due, e.DueWide = min(e.Due, l.Due), min(e.DueWide, l.DueWide)
			e.Provisional = e.Provisional || l.Provisional
		}
	}
	return e
}

// solution is a limit with the steps that led to it.
type solution struct {
	Limit
	base   Date // the end before any pause
	raw    Date // the end with pauses, before the roll
	pauses []PausedDays
}

// PausedDays is a pause as it was applied: clipped to the period, merged with its
// neighbours, with the days by which it moved the end (working days in a period of
// working days).
type PausedDays struct {
	Span
	Days int `json:"days"`
}

// solve is the only place where the end of a period is computed; Due and Explain
// both report from it.
func (c *Calendar) solve(t Term) (solution, error) {
	var s solution
	if err := t.Period.Check(); err != nil {
		return s, err
	}
	if err := t.checkDates(); err != nil {
		return s, err
	}
	spans := merged(t.Pauses, t.Start)
	s.base = c.add(t.Start, t.Period)
	s.raw = s.base
	for _, p := range spans {
		if p.From > s.raw {
			break
		}
		if p.To == 0 {
			return solution{base: s.base, pauses: append(s.pauses, PausedDays{Span: p}),
				Limit: Limit{Suspended: true}}, nil
		}
		s.raw = c.shift(&s, t.Period.Unit, p)
	}
	c.roll(&s, t, spans)
	if s.DueWide > MaxDate {
		return s, fmt.Errorf("%s from %s ends after %s: %w", t.Period, t.Start, MaxDate, ErrPeriod)
	}
	return s, nil
}

// checkDates refuses dates that nobody could have entered.
func (t Term) checkDates() error {
	if t.Start < MinDate || t.Start > MaxDate {
		return fmt.Errorf("no start date: %w", ErrPeriod)
	}
	for _, p := range t.Pauses {
		if p.From < MinDate || p.From > MaxDate || p.To > MaxDate || p.To != 0 && p.To < p.From {
			return fmt.Errorf("pause from %s to %s: %w", p.From, p.To, ErrPeriod)
		}
	}
	return nil
}

// add counts an unpaused period from its start.
func (c *Calendar) add(start Date, p Period) Date {
	switch p.Unit {
	case WorkingDays:
		d, _ := c.AddWorkingDays(start, p.N)
		return d
	case Months:
		return start.AddMonths(p.N)
	case Years:
		return start.AddMonths(12 * p.N)
	default:
		return start + Date(p.N)
	}
}

// shift moves the end past a pause and notes by how much.
func (c *Calendar) shift(s *solution, u Unit, p Span) Date {
	days := int(p.To - p.From)
	if u == WorkingDays {
		days = c.WorkingDaysBetween(p.From-1, p.To-1)
	}
	s.pauses = append(s.pauses, PausedDays{Span: p, Days: days})
	if u == WorkingDays && days > 0 {
		return c.nthWorking(c.worked(s.raw) + days)
	}
	return s.raw + Date(days)
}

// roll moves the end off the days on which a period does not end. Days of a pause
// that begins within the roll do not count either.
func (c *Calendar) roll(s *solution, t Term, spans []Span) {
	s.Due, s.DueWide = s.raw, s.raw
	if t.Roll == RollNone && t.Period.Unit != WorkingDays {
		return
	}
	var open1, open2 bool
	s.Due, open1 = c.rollOver(s.raw, spans, func(d Date) bool { return c.breakOf(d).code != "" && (!c.statutoryOnly || c.Statutory(d)) })
	s.DueWide, open2 = c.rollOver(s.raw, spans, func(d Date) bool { w, _ := c.Working(d); return !w })
	if open1 || open2 {
		s.Limit = Limit{Suspended: true}
		return
	}
	s.Provisional = s.DueWide > c.last || s.DueWide < c.first ||
		t.Period.Unit == WorkingDays && t.Start+1 < c.first
}

// rollOver returns the first day from d on that is neither off nor paused; open is
// true when it runs into a pause that has not ended.
func (c *Calendar) rollOver(d Date, spans []Span, off func(Date) bool) (end Date, open bool) {
	for {
		for len(spans) > 0 && spans[0].To != 0 && spans[0].To <= d {
			spans = spans[1:]
		}
		switch {
		case len(spans) > 0 && spans[0].From <= d:
			if spans[0].To == 0 {
				return d, true
			}
			d = spans[0].To
		case off(d):
			d++
		default:
			return d, false
		}
	}
}

// merged returns the spans after start in order, clipped to the days after start,
// overlaps joined and empty ones left out.
func merged(spans []Span, start Date) []Span {
	if len(spans) == 0 {
		return nil
	}
	in := make([]Span, 0, len(spans))
	for _, p := range spans {
		p.From = max(p.From, start+1)
		if p.To == 0 || p.To > p.From {
			in = append(in, p)
		}
	}
	slices.SortFunc(in, func(a, b Span) int { return cmp.Compare(a.From, b.From) })
	out := in[:0]
	for _, p := range in {
		last := len(out) - 1
		switch {
		case last < 0 || out[last].To != 0 && p.From > out[last].To:
			out = append(out, p)
		case p.To == 0 || out[last].To != 0 && p.To > out[last].To:
			out[last].To = p.To
		}
	}
	return out
}
