package complaint

import (
	"cmp"
	"maps"
	"slices"

	"fangxin/domain/statute"
)

func (e *Responded) applyTo(s *State) {
	s.Responses = added(s.Responses, e)
	s.Evidence = added(s.Evidence, e.Evidence...)
	s.happened(e.Occurred)
}

func (e *OfferMade) applyTo(s *State) {
	if e.Answers != "" {
		s.answerOffer(e.Answers, OfferCountered)
	}
	s.Offers = added(s.Offers, OfferState{OfferMade: e, State: OfferOpen})
	s.happened(e.Occurred)
}

func (e *OfferAccepted) applyTo(s *State) {
	s.answerOffer(e.Offer, OfferTaken)
	s.happenedThen(e.Occurred)
}

func (e *OfferRefused) applyTo(s *State) {
	s.answerOffer(e.Offer, OfferTurned)
	s.happenedThen(e.Occurred)
}

func (e *OfferWithdrawn) applyTo(s *State) {
	s.answerOffer(e.Offer, OfferTakenBack)
	s.happenedThen(e.Occurred)
}

func (s *State) answerOffer(id, state string) {
	for i, o := range s.Offers {
		if o.Offer == id && o.State == OfferOpen {
			s.Offers = slices.Clone(s.Offers)
			s.Offers[i].State = state
		}
	}
}

func (e *RecusalRequested) applyTo(s *State) {
	s.Mediation.Recusal = e
	s.meetClock(statute.DateRecusal, e.Occurred.On)
	s.happened(e.Occurred)
}

func (e *RecusalDecided) applyTo(s *State) {
	s.Mediation.Recusal = nil
	if e.Granted && e.Replaced != "" && s.Officer == e.Person {
		s.Officer = e.Replaced
	}
	if e.Granted {
		s.Mediation.Recused = added(s.Mediation.Recused, e.Person)
		s.changeSessions(func(is *SessionState) {
			if is.State == SessionSet && is.Mediator == e.Person {
				is.Mediator = e.Replaced
			}
		})
	}
	s.happened(e.Occurred)
}

func (e *MediationSuspended) applyTo(s *State) {
	s.Mediation.Suspended = true
	s.happened(e.Occurred)
}

func (e *MediationResumed) applyTo(s *State) {
	s.Mediation.Suspended = false
	s.happened(e.Occurred)
}

func (e *DelegationConsented) applyTo(s *State) {
	said := maps.Clone(s.Mediation.Consents)
	if said == nil {
		said = map[Party]bool{}
	}
	said[e.By] = e.Yes
	s.Mediation.Consents = said
	s.Mediation.Answers++
	s.happened(e.Occurred)
}

func (e *Delegated) applyTo(s *State) {
	s.Mediation.Delegated, s.Mediation.DelegatedOn = e.To, e.Occurred.On
	s.happened(e.Occurred)
}

func (e *DelegationEnded) applyTo(s *State) {
	s.Mediation.Delegated, s.Mediation.Returned = "", e.Result
	s.happened(e.Occurred)
}

func (e *AppraisalCommissioned) applyTo(s *State) {
	s.Mediation.Appraisals = added(s.Mediation.Appraisals, AppraisalState{AppraisalCommissioned: e})
	s.Mediation.BodyDesignated = s.Mediation.BodyDesignated || e.By == PickedByDepartment
	s.pauseClock(cmp.Or(e.Cause, statute.PauseAppraisal), e.Occurred.On)
	s.happened(e.Occurred)
}

func (e *AppraisalReported) applyTo(s *State) {
	list := slices.Clone(s.Mediation.Appraisals)
	for i := range list {
		if list[i].Appraisal == e.Appraisal && list[i].Report == nil {
			list[i].Report = e
		}
	}
	s.Mediation.Appraisals = list
	if len(s.Mediation.pending()) == 0 {
		s.resumeClock(e.Occurred.On)
	}
	if e.Report != "" {
		s.Evidence = added(s.Evidence, e.Report)
	}
	s.setClock(e.Clock)
	s.happened(e.Occurred)
}

func (e *Agreed) applyTo(s *State) {
	s.Agreement = &Agreement{Form: e.Form, Offer: e.Offer, Terms: e.Terms, On: e.Occurred.On}
	s.Performance = PerformanceDue
	if e.Form == FormPerformed {
		s.Performance = PerformanceDone
	}
	s.end(StatusAgreed, OutcomeAgreement, e.Occurred)
	s.setClocks(e.Clocks)
}

func (e *Settled) applyTo(s *State) {
	s.Agreement = &Agreement{Offer: e.Offer, Terms: e.Terms, On: e.Occurred.On}
	s.Performance = PerformanceDue
	outcome := OutcomeSettlement
	if e.Before {
		outcome = OutcomePrior
	}
	s.end(StatusSettled, outcome, e.Occurred)
	s.setClocks(e.Clocks)
	s.meetTermination()
}

func (e *Withdrawn) applyTo(s *State) {
	s.end(StatusWithdrawn, OutcomeWithdrawn, e.Occurred)
	s.setClocks(e.Clocks)
	s.meetTermination()
}

func (e *Terminated) applyTo(s *State) {
	s.Terminated = e
	s.end(StatusTerminated, OutcomeNoAgreement, e.Occurred)
	s.setClock(e.Clock)
	s.meetTermination()
}

// end closes the proceedings: mediation is over, offers nobody answered lapse, what only
// served the proceedings falls away, and where nothing was decided on acceptance that
// duty does too.
func (s *State) end(as Status, outcome Outcome, o Occurred) {
	s.Status, s.EndedAs, s.Outcome, s.EndedOn = as, as, outcome, o.On
	s.meetClocks(o.On, isMediation)
	if s.AcceptedOn.IsZero() && s.Declined == nil {
		s.lapseClocks(func(rule string) bool { return rule == statute.ClockAccept })
	}
	s.dropClocks(EndsWithProceedings)
	s.Disputed = nil
	s.changeSessions(func(is *SessionState) {
		if is.State == SessionSet {
			is.State = SessionLapsed
		}
	})
	for i, offer := range s.Offers {
		if offer.State == OfferOpen {
			s.Offers = slices.Clone(s.Offers)
			s.Offers[i].State = OfferLapsed
		}
	}
	s.happened(o)
}

func (e *LeadFound) applyTo(s *State) {
	s.Leads = added(s.Leads, LeadState{LeadFound: e})
	s.setClock(e.Clock)
	s.happened(e.Occurred)
}

func (e *LeadCheckExtended) applyTo(s *State) {
	s.setClock(e.Clock)
	for i, c := range s.Clocks {
		if c.Rule == e.Clock.Rule {
			s.changeClock(i, func(c *ClockState) { c.Extended = true })
		}
	}
}

func (e *LeadChecked) applyTo(s *State) {
	list := slices.Clone(s.Leads)
	for i := range list {
		if list[i].Lead == e.Lead && list[i].Checked == nil {
			list[i].Checked = e
		}
	}
	s.Leads = list
	s.meetClock(statute.ClockLeadCheck, e.Occurred.On)
	s.happened(e.Occurred)
}

func (e *PoliceReferred) applyTo(s *State) {
	s.Police = e
	s.happened(e.Occurred)
}

func (e *Linked) applyTo(s *State) { s.Links = added(s.Links, e) }
