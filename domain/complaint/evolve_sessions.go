package complaint

import (
	"slices"

	"fangxin/domain/statute"
)

func (e *MediationScheduled) applyTo(s *State) {
	next := SessionState{
		Session: e.Session, Form: e.Form, On: e.On, Time: e.Time, Place: e.Place, Mediator: e.Mediator, State: SessionSet,
	}
	if e.Occurred != nil {
		next.Announced = e.Occurred.On
		s.happened(*e.Occurred)
	}
	for _, was := range s.Mediation.Sessions {
		if was.Session == e.Session {
			next.Moved, next.Excuses = was.Moved+1, nil // who could not come then may come now
			s.changeSession(e.Session, func(is *SessionState) { *is = next })
			return
		}
	}
	s.Mediation.Sessions = added(s.Mediation.Sessions, next)
}

func (e *MediationCancelled) applyTo(s *State) {
	s.changeSession(e.Session, func(is *SessionState) { is.State = SessionCancelled })
	s.dropClocks(func(rule string) bool { return rule == statute.DateHearing })
	s.happened(e.Occurred)
}

func (e *AbsenceAnnounced) applyTo(s *State) {
	s.changeSession(e.Session, func(is *SessionState) { is.Excuses = added(is.Excuses, e) })
	s.happened(e.Occurred)
}

// A session that nobody announced, by telephone, is known from its record alone. Where
// the sides let it take place, they waive to ask for another mediator beforehand.
func (e *MediationHeld) applyTo(s *State) {
	if !slices.ContainsFunc(s.Mediation.Sessions, func(is SessionState) bool { return is.Session == e.Session }) {
		s.Mediation.Sessions = added(s.Mediation.Sessions, SessionState{
			Session: e.Session, Form: e.Form, On: e.Occurred.On, Mediator: e.Mediator,
		})
	}
	s.changeSession(e.Session, func(is *SessionState) { is.State, is.Held = SessionHeld, e })
	s.meetClock(statute.DateHearing, e.Occurred.On)
	s.dropClocks(func(rule string) bool { return rule == statute.DateRecusal })
	s.happened(e.Occurred)
}

func (e *CalledBack) applyTo(s *State) {
	s.CallBacks = added(s.CallBacks, e)
	s.happened(e.Occurred)
}

// dropClocks ends open clocks whose duty no longer exists at all, also one that passed;
// that it passed stays known.
func (s *State) dropClocks(is func(rule string) bool) {
	for i, c := range s.Clocks {
		if c.Open() && is(c.Rule) {
			s.changeClock(i, func(c *ClockState) { c.State = ClockLapsed })
		}
	}
}

// ofSessions says of a clock that it is a day of sessions, which end with mediation.
func ofSessions(rule string) bool {
	return rule == statute.DateHearing || rule == statute.DateRecusal
}
