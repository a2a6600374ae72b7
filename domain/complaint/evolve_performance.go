package complaint

import (
	"slices"

	"fangxin/domain/calendar"
)

// BreaksClock says whether a clock is that of an instalment, or, for 0, of any part of
// what was agreed.
func BreaksClock(rule string, instalment int) bool {
	return instalment <= 0 && isPerformance(rule) || instalment > 0 && rule == instalmentClock(instalment)
}

// breakClocks: that it was not done in time is on record, the timers need not say it again.
func (s *State) breakClocks(instalment int) {
	for i, c := range s.Clocks {
		if c.Open() && BreaksClock(c.Rule, instalment) {
			s.changeClock(i, func(c *ClockState) { c.State, c.Passed = ClockPassed, true })
		}
	}
}

// unwatch ends the days of performance that are still to come when a case is closed: the
// promise stands between the sides, the office waits for it no more [design].
func (s *State) unwatch(on calendar.Date) {
	for i, c := range s.Clocks {
		if c.State == ClockRunning && isPerformance(c.Rule) && c.DueWide >= on {
			s.changeClock(i, func(c *ClockState) { c.State = ClockLapsed })
		}
	}
}

// brokenBefore is the end in an agreement that was broken, where mediation was ended after
// it; nil where there is none.
func (s *State) brokenBefore() *Ended {
	if s.Agreement != nil || s.EndedAs != StatusTerminated || len(s.Earlier) == 0 {
		return nil
	}
	if e := &s.Earlier[len(s.Earlier)-1]; e.Basis == ReopenBroken && e.Agreement != nil {
		return e
	}
	return nil
}

// as is the state in which what was agreed then is performed.
func (e *Ended) as(s State) State {
	s.Agreement, s.Performance, s.Performances, s.Instalments = e.Agreement, e.Performance, e.Performances, e.Instalments
	return s
}

// inBrokenEnd notes what was paid after a broken agreement was ended beside that end: how
// the case ended stays as it is. It says whether there is such an end.
func (s *State) inBrokenEnd(apply func(*State)) bool {
	e := s.brokenBefore()
	if e == nil {
		return false
	}
	then := e.as(State{})
	apply(&then)
	s.Earlier = slices.Clone(s.Earlier)
	e = s.brokenBefore()
	e.Performance, e.Performances, e.Instalments = then.Performance, then.Performances, then.Instalments
	return true
}

// performing sees what was agreed before mediation was ended in its place: a payment that
// comes late is a fact too [design].
func (t *deciding) performing() *deciding {
	e := t.brokenBefore()
	if e == nil {
		return t
	}
	then := *t
	then.State = e.as(t.State)
	return &then
}
