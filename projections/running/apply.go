package running

import (
	"slices"

	"fangxin/domain/complaint"
	"fangxin/domain/statute"
)

// Apply folds one event of a native case and says whether it could concern limits.
func (s *Set) Apply(event any) bool {
	switch e := event.(type) {
	case *complaint.Filed:
		s.startAll(e.ServiceClocks)
	case *complaint.Received:
		s.end(func(rule string) bool { return !lawful(rule) })
		s.start(&e.Clock)
	case *complaint.Accepted:
		s.Told |= accepted
		s.start(&e.Clock)
		s.meetAcceptance()
		s.endRule(statute.ClockJurisdiction)
	case *complaint.Declined:
		s.Told |= declined
		s.over()
		s.meetAcceptance()
	case *complaint.AppraisalCommissioned:
		s.Appraisals = append(s.Appraisals, e.Appraisal)
		s.pause(e.Occurred.On)
	case *complaint.AppraisalReported:
		s.Appraisals = slices.DeleteFunc(s.Appraisals, func(a string) bool { return a == e.Appraisal })
		if len(s.Appraisals) == 0 {
			s.resume()
		}
		s.start(&e.Clock)
	case *complaint.JurisdictionDisputed:
		s.start(&e.Clock)
	case *complaint.JurisdictionDecided:
		s.endRule(statute.ClockJurisdiction)
	case *complaint.DeadlinePassed:
		s.passed(e)
	default:
		return s.applyEnd(event) || s.applyNotice(event) || s.applyPublication(event) || s.applyClocks(event)
	}
	return true
}

// over ends what belongs to proceedings that have ended.
func (s *Set) over() {
	s.end(func(rule string) bool {
		return mediation(rule) || !lawful(rule) || complaint.EndsWithProceedings(rule)
	})
	s.Over = true
	if s.Told == 0 {
		s.end(func(rule string) bool { return rule == statute.ClockAccept && !s.isPassed(rule) })
	}
}

// reopen takes back the end: what was told of it tells nothing of the next, what was
// agreed stands no more, and a limit whose passing was recorded stays passed.
func (s *Set) reopen(e *complaint.Reopened) {
	s.Told &^= declined
	if e.Stage == complaint.StageAcceptance {
		s.Told = 0
	}
	s.Over, s.Closed = false, false
	s.Notices = slices.DeleteFunc(s.Notices, func(n Notice) bool { return n.About != "acceptance" || s.Told == 0 })
	s.end(func(rule string) bool {
		return performance(rule) || rule == statute.ClockTermNotice || rule == statute.ClockPubObject || rule == statute.ClockPubCorrect
	})
	s.startAll(e.Clocks)
}

// applyEnd folds how proceedings end and what comes after.
func (s *Set) applyEnd(event any) bool {
	switch e := event.(type) {
	case *complaint.Agreed:
		s.over()
		s.startAll(e.Clocks)
	case *complaint.Settled:
		s.over()
		s.startAll(e.Clocks)
		s.meetTermination()
	case *complaint.Withdrawn:
		s.over()
		s.startAll(e.Clocks)
		s.meetTermination()
	case *complaint.Terminated:
		s.over()
		s.start(&e.Clock)
		s.meetTermination()
	case *complaint.Performed:
		s.performed(e.Instalment)
	case *complaint.PerformanceBroken:
		s.broken(e.Instalment)
	case *complaint.Closed:
		s.close(e.Occurred.On)
	case *complaint.Reopened:
		s.reopen(e)
	default:
		return false
	}
	return true
}

// applyNotice folds the duty to tell: it is met when the notice was sent.
func (s *Set) applyNotice(event any) bool {
	switch e := event.(type) {
	case *complaint.NoticeIssued:
		switch e.About {
		case "acceptance", "decline", "termination":
			s.Notices = append(s.Notices, Notice{ID: e.Notice, About: e.About, Recipient: e.Recipient})
		}
	case *complaint.NoticeSent:
		s.sent(e.Notice, true)
		s.meetAcceptance()
		s.meetTermination()
	case *complaint.NoticeFailed:
		s.sent(e.Notice, false)
	case *complaint.NoticeVoided:
		s.sent(e.Notice, false)
	default:
		return false
	}
	return true
}

// sent says of a notice that it told, or that it told nobody: it came back or was
// voided. What it met before stays met.
func (s *Set) sent(notice string, sent bool) {
	for i := range s.Notices {
		if s.Notices[i].ID == notice {
			s.Notices[i].Sent = sent
		}
	}
}

// applyPublication folds the merchant's time to object and the office's to answer.
func (s *Set) applyPublication(event any) bool {
	switch e := event.(type) {
	case *complaint.DisclosureNotified:
		s.start(&e.Clock)
	case *complaint.DisclosureObjected:
		s.endRule(statute.ClockPubObject)
		s.start(&e.Clock)
	case *complaint.ObjectionDecided:
		s.endRule(statute.ClockPubCorrect)
	case *complaint.Disclosed:
		s.endRule(statute.ClockPubObject)
		if !e.RevisedOn.IsZero() {
			s.endRule(statute.ClockPubCorrect)
		}
	case *complaint.DisclosureRefused:
		s.endRule(statute.ClockPubObject)
	case *complaint.DisclosureWithdrawn:
		s.endRule(statute.ClockPubCorrect)
	default:
		return false
	}
	return true
}

// applyClocks folds events that start or replace clocks and change nothing else
// here.
func (s *Set) applyClocks(event any) bool {
	switch e := event.(type) {
	case *complaint.LeadFound:
		s.start(&e.Clock)
	case *complaint.LeadCheckExtended:
		s.start(&e.Clock)
	case *complaint.Supplemented:
		s.endRule(statute.DateSupplement)
	case *complaint.IdentityVerified:
		s.endRule(statute.DateIdentity)
	case *complaint.LeadChecked:
		s.endRule(statute.ClockLeadCheck)
	case *complaint.ClockRecomputed:
		s.recomputed(e)
	case *complaint.MediationHeld:
		s.endRule(statute.DateHearing)
		s.endRule(statute.DateRecusal)
	case *complaint.MediationCancelled:
		s.endRule(statute.DateHearing)
	case *complaint.RecusalRequested:
		s.endRule(statute.DateRecusal)
	case *complaint.OfficerDateSet:
		s.start(&complaint.Clock{Rule: e.Rule, Due: e.Due, DueWide: e.Due})
	case *complaint.ReportedBack:
		s.endRule(statute.DateReportBack)
	case *complaint.Corrected:
		s.startAll(e.Clocks)
	case *complaint.RespondentReplaced:
		s.startAll(e.Clocks)
	case *complaint.RulesetOverridden:
		s.end(func(rule string) bool { return slices.Contains(e.Lapsed, rule) && !s.isPassed(rule) })
		s.startAll(e.Clocks)
	default:
		return false
	}
	return true
}
