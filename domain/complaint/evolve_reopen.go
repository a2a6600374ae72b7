package complaint

import (
	"slices"

	"fangxin/domain/statute"
)

// A reopened case is handled anew: what ended it no longer does, what was told of that
// decision tells nothing of the next, and what was agreed no longer stands. How it had
// ended stays known.
func (e *Reopened) applyTo(s *State) {
	s.Earlier = added(s.Earlier, s.endedOnce(e))
	s.EndedAs, s.Outcome, s.EndedOn, s.ClosedOn, s.BrokenOn = StatusNone, OutcomeNone, 0, 0, 0
	s.Declined, s.Terminated, s.Agreement, s.Performance = nil, nil, nil, PerformanceNone
	s.Performances, s.Instalments = nil, nil
	s.forgetSync(ActDeclined, ActEnded, ActClosed)
	s.People.Retention, s.People.Over = nil, false
	s.unmistaken()
	if e.Stage == StageAcceptance {
		s.AcceptedOn = 0
		s.forgetSync(ActAccepted)
	}
	switch {
	case !s.AcceptedOn.IsZero():
		s.Status = StatusAccepted
	case !s.ReceivedOn.IsZero():
		s.Status = StatusReceived
	default:
		s.Status = StatusFiled
	}
	s.forgetNotices()
	s.forgetTalks()
	s.dropClocks(func(rule string) bool {
		return isPerformance(rule) || rule == statute.ClockTermNotice || rule == statute.ClockPubObject || rule == statute.ClockPubCorrect
	})
	if s.Disclosure.State == DisclosureNot { // decided about another end
		s.Disclosure = DisclosureState{}
	}
	s.setClocks(e.Clocks)
	if e.Occurred != nil {
		s.happened(*e.Occurred)
	}
}

func (s *State) endedOnce(e *Reopened) Ended {
	once := Ended{
		As: s.EndedAs, Outcome: s.Outcome, On: s.EndedOn, Basis: e.Basis, Ground: s.ground(),
		Agreement: s.Agreement, Performance: s.Performance, Performances: s.Performances, Instalments: s.Instalments,
	}
	if e.Occurred != nil {
		once.ReopenedOn = e.Occurred.On
	}
	return once
}

// forgetNotices: the notices of what was decided before are of the past.
func (s *State) forgetNotices() {
	s.Notices = slices.Clone(s.Notices)
	for i, n := range s.Notices {
		if n.About == AboutDecline || n.About == AboutTermination || n.About == AboutAcceptance && s.AcceptedOn.IsZero() {
			s.Notices[i].Past = true
		}
	}
}

// forgetTalks: sessions belong to the proceedings that ended, and an offer that was
// accepted was used up by what came of it.
func (s *State) forgetTalks() {
	s.changeSessions(func(is *SessionState) { is.Past = true })
	s.Mediation.Returned = ""
	offers := make([]OfferState, len(s.Offers))
	for i, o := range s.Offers {
		if o.State == OfferTaken {
			o.State = OfferLapsed
		}
		offers[i] = o
	}
	s.Offers = offers
}
