package complaint

import (
	"fmt"
	"slices"

	"fangxin/domain/calendar"
	"fangxin/domain/statute"
)

// start computes a clock of the case's rule set.
func (t *deciding) start(rule string, on calendar.Date) (Clock, error) {
	r, ok := t.rules.Clock(rule)
	if !ok {
		return Clock{}, fmt.Errorf("rule set %s has no clock %s", t.rules.ID, rule)
	}
	c, err := statute.Compute(t.calendar, r, on, nil)
	if err != nil {
		return Clock{}, err
	}
	return clockOf(c), nil
}

// clockOf is a computed clock as events carry it.
func clockOf(c statute.Clock) Clock {
	return Clock{
		Rule: c.Rule, StartedOn: c.StartedOn, Due: c.Due, DueWide: c.DueWide,
		Provisional: c.Provisional, Calendar: c.Calendar,
	}
}

// performanceClocks are the dates the parties set in their terms. No calendar takes
// part: a promised day is that day.
func performanceClocks(terms Terms, on calendar.Date) []Clock {
	var clocks []Clock
	set := func(rule string, due calendar.Date) {
		if !due.IsZero() {
			clocks = append(clocks, Clock{Rule: rule, StartedOn: on, Due: due, DueWide: due})
		}
	}
	if len(terms.Instalments) == 0 { // each has its own day, and the last is the whole's
		set(ClockPerform, terms.PerformBy)
	}
	for i, part := range terms.Instalments {
		set(instalmentClock(i+1), part.Due)
	}
	return clocks
}

func instalmentClock(n int) string {
	if n == 0 {
		return ClockPerform
	}
	return fmt.Sprintf("%s.%d", ClockPerform, n)
}

// over says whether a clock's last day has ended (24:00 Asia/Shanghai), on the wide
// reading by which "on time" is judged.
func (t *deciding) over(c Clock) bool { return !t.At.Before(c.DueWide.End()) }

// addPeriod counts a period of policy from a day; its end does not roll.
func (t *deciding) addPeriod(from calendar.Date, p calendar.Period) calendar.Date {
	switch p.Unit {
	case calendar.WorkingDays:
		d, _ := t.calendar.AddWorkingDays(from, p.N)
		return d
	case calendar.Months:
		return from.AddMonths(p.N)
	case calendar.Years:
		return from.AddMonths(12 * p.N)
	default:
		return from + calendar.Date(p.N)
	}
}

// setClock starts a clock, or starts it anew where the same duty ran already. One whose
// days did not move stays passed: that a limit passed is recorded once, also where the
// duty was met after it and came back in a reopened case.
func (s *State) setClock(c Clock) {
	next := ClockState{Clock: c, State: ClockRunning}
	for i, was := range s.Clocks {
		if was.Rule == c.Rule || isMediation(was.Rule) && isMediation(c.Rule) {
			next.Pauses = was.Pauses
			if was.Passed && was.Rule == c.Rule && was.Due == c.Due && was.DueWide == c.DueWide {
				next.State, next.Passed = ClockPassed, true
			}
			s.changeClock(i, func(c *ClockState) { *c = next })
			return
		}
	}
	s.Clocks = append(slices.Clip(s.Clocks), next)
}

func (s *State) setClocks(clocks []Clock) {
	for _, c := range clocks {
		s.setClock(c)
	}
}

func (s *State) changeClock(i int, change func(*ClockState)) {
	s.Clocks = slices.Clone(s.Clocks)
	change(&s.Clocks[i])
}

// meetClocks ends the open clocks that is picks out. A zero day means that the fact
// does not say when; then only a recorded passing makes it late.
func (s *State) meetClocks(on calendar.Date, is func(rule string) bool) {
	for i, c := range s.Clocks {
		if !c.Open() || !is(c.Rule) {
			continue
		}
		s.changeClock(i, func(c *ClockState) {
			late := on > c.DueWide && !c.Paused() || on.IsZero() && c.Passed
			c.MetOn, c.State = on, ClockMet
			if late {
				c.State = ClockMetLate
			}
		})
	}
}

func (s *State) meetClock(rule string, on calendar.Date) {
	s.meetClocks(on, func(r string) bool { return r == rule })
}

// lapseClocks ends running clocks whose duty fell away; a passed one stays passed.
func (s *State) lapseClocks(is func(rule string) bool) {
	for i, c := range s.Clocks {
		if c.State == ClockRunning && is(c.Rule) {
			s.changeClock(i, func(c *ClockState) { c.State = ClockLapsed })
		}
	}
}

// pauseClock and resumeClock mark the days of an appraisal or test on the mediation clock. What
// begins after its last day stops nothing any more.
func (s *State) pauseClock(cause string, from calendar.Date) {
	for i, c := range s.Clocks {
		if c.Open() && isMediation(c.Rule) && from <= c.DueWide {
			s.changeClock(i, func(c *ClockState) {
				c.Pauses = append(slices.Clip(c.Pauses), statute.Pause{Cause: cause, Span: calendar.Span{From: from}})
			})
		}
	}
}

func (s *State) resumeClock(to calendar.Date) {
	for i, c := range s.Clocks {
		if !isMediation(c.Rule) {
			continue
		}
		s.changeClock(i, func(c *ClockState) {
			c.Pauses = slices.Clone(c.Pauses)
			for j, p := range c.Pauses {
				if p.To.IsZero() {
					c.Pauses[j].To = to
				}
			}
		})
	}
}
