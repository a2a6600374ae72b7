package complaint

import (
	"slices"

	"fangxin/domain/calendar"
	"fangxin/domain/statute"
)

// happened notes the day of a fact.
func (s *State) happened(o Occurred) {
	s.reached(o.On)
	if o.Late {
		s.LateMarks++
	}
}

func (s *State) reached(on calendar.Date) { s.LatestOn = max(s.LatestOn, on) }

// added appends without touching what an older state shares.
func added[T any](list []T, more ...T) []T { return append(slices.Clip(list), more...) }

func (e *Filed) applyTo(s *State) {
	s.ID, s.Number, s.Lane, s.Ruleset = e.ID, e.Number, e.Lane, e.Ruleset
	s.Status, s.FiledOn = StatusFiled, e.FiledOn
	s.Filing, s.Consumer, s.Consent, s.Account = e, &e.Consumer, e.Consent, e.Consumer.Account
	s.Requests, s.Behind.Own = e.Requests, e.Consumer.Account != "" && (!s.ByAgent() || e.Channel != "online")
	s.Identity, s.Region = IdentityClaimed, e.Respondent.Region
	s.Evidence = added(s.Evidence, e.Evidence...)
	s.ExternalRefs = added(s.ExternalRefs, e.ExternalRefs...)
	s.setClocks(e.ServiceClocks)
	s.happened(e.ReceivedOn)
	s.reached(e.FiledOn)
}

func (e *RespondentProposed) applyTo(s *State) {
	if s.Identity != IdentityConfirmed {
		s.Identity = IdentityProposed
	}
	s.Candidates = e.Candidates
}

func (e *RespondentConfirmed) applyTo(s *State) {
	s.Identity, s.Respondent, s.Candidates = IdentityConfirmed, &e.Merchant, nil
}

func (e *RespondentUnknown) applyTo(s *State) {
	s.dismiss()
	s.Identity, s.Candidates = IdentityUnknown, nil
}

func (e *RespondentReplaced) applyTo(s *State) {
	s.dismiss()
	s.Identity, s.Respondent, s.Candidates = IdentityConfirmed, &e.To, nil
	s.setClocks(e.Clocks)
}

func (e *LaneChanged) applyTo(s *State) { s.Lane = e.To }

func (e *Received) applyTo(s *State) {
	s.Status, s.Region, s.Unit, s.Officer = StatusReceived, e.Region, e.Unit, ""
	s.ReceivedOn = e.Occurred.On
	if e.Basis != BasisForwarded {
		s.Handovers.to(e.Region, "")
	}
	s.setClock(e.Clock)
	if e.Basis == BasisFiledHere { // the mark of the same act stands in Filed
		s.reached(e.Occurred.On)
		return
	}
	s.happened(e.Occurred)
}

func (e *Assigned) applyTo(s *State) {
	if e.Unit != s.Unit {
		s.Handovers.to(e.Region, e.Unit)
	}
	s.Region, s.Unit, s.Officer = e.Region, e.Unit, e.Officer
}

func (e *ReturnedToDesk) applyTo(s *State) {
	s.Unit, s.Officer = "", ""
	s.Handovers.Returned++
}

func (e *Forwarded) applyTo(s *State) {
	s.Region, s.Unit, s.Officer = e.To, "", ""
	s.Handovers.Forwarded++
	s.Handovers.From, s.Handovers.ForwardedOn = e.From, e.Occurred.On
	s.Handovers.to(e.To, "")
	s.happened(e.Occurred)
}

func (e *ReportedBack) applyTo(s *State) {
	s.meetClock(statute.DateReportBack, e.Occurred.On)
	s.happened(e.Occurred)
}

func (e *JurisdictionDisputed) applyTo(s *State) {
	s.Disputed = e
	s.Disputes++
	s.setClock(e.Clock)
	s.happened(e.Occurred)
}

func (e *JurisdictionDecided) applyTo(s *State) {
	s.Disputed = nil
	s.Region = e.Region
	s.meetClock(statute.ClockJurisdiction, e.Occurred.On)
	s.happened(e.Occurred)
}

func (e *Accepted) applyTo(s *State) {
	s.Status, s.Region, s.AcceptedOn = StatusAccepted, e.Region, e.Occurred.On
	if e.Unit != "" {
		s.Unit = e.Unit
	}
	s.setClock(e.Clock)
	s.happened(e.Occurred)
	s.meetAcceptance()
}

func (e *Declined) applyTo(s *State) {
	s.Declined = e
	s.end(StatusDeclined, OutcomeDeclined, e.Occurred)
	s.meetAcceptance()
}

// meetAcceptance: the duty of art 15 is met when the decision is made and the
// complainant was told, on the later of the two days.
func (s *State) meetAcceptance() {
	decided, about := s.AcceptedOn, AboutAcceptance
	if s.Declined != nil {
		decided, about = s.Declined.Occurred.On, AboutDecline
	}
	if sent, ok := s.told(about, Consumer); ok && !decided.IsZero() {
		s.meetClock(statute.ClockAccept, max(decided, sent))
	}
}

// meetTermination: notice to both sides meets the duty of art 23.
func (s *State) meetTermination() {
	one, toConsumer := s.told(AboutTermination, Consumer)
	other, toMerchant := s.told(AboutTermination, Merchant)
	if toConsumer && toMerchant {
		s.meetClock(statute.ClockTermNotice, max(one, other))
	}
}

func (e *SupplementRequested) applyTo(s *State) { s.Asked = added(s.Asked, e) }

func (e *Supplemented) applyTo(s *State) {
	s.Supplements = added(s.Supplements, e)
	s.meetClock(statute.DateSupplement, e.Occurred.On)
	s.Evidence = added(s.Evidence, e.Evidence...)
	s.happened(e.Occurred)
}

func (e *IdentityProofRequested) applyTo(*State) {}

func (e *IdentityVerified) applyTo(s *State) {
	s.IdentityResult = e.Result
	s.meetClock(statute.DateIdentity, e.Occurred.On)
	s.happened(e.Occurred)
}

func (e *EvidenceAdded) applyTo(s *State) { s.Evidence = added(s.Evidence, e.Evidence) }

func (e *ExternalRefRecorded) applyTo(s *State) {
	for i, r := range s.ExternalRefs {
		if r.System == e.Ref.System && r.Number == e.Ref.Number {
			s.ExternalRefs = slices.Clone(s.ExternalRefs)
			s.ExternalRefs[i] = e.Ref
			return
		}
	}
	s.ExternalRefs = added(s.ExternalRefs, e.Ref)
}

func (e *RulesetOverridden) applyTo(s *State) {
	s.Ruleset = e.To
	s.lapseClocks(func(rule string) bool { return slices.Contains(e.Lapsed, rule) })
	s.setClocks(e.Clocks)
}

func (e *ConsentChanged) applyTo(s *State) {
	s.Consent = e.Consent
	s.happened(e.Occurred)
}

// applyTo: an identity that was verified was that of the old name or number.
func (e *ConsumerCorrected) applyTo(s *State) {
	if was := s.Consumer; was != nil && s.IdentityResult == "verified" &&
		(!sameValue(was.Name, e.Consumer.Name) || !sameValue(was.IDNumber, e.Consumer.IDNumber)) {
		s.IdentityResult = ""
	}
	if s.Consumer != nil {
		s.People.replace(s.Consumer, &e.Consumer)
	}
	s.Consumer = &e.Consumer
	s.People.Corrections++
}

func (e *SubjectErased) applyTo(s *State) {
	s.Erased = added(s.Erased, Erasure{Subject: e.Subject, Manner: e.Manner})
	s.endLinks(LinkErased)
}
