package usecase

import (
	"fangxin/domain/complaint"
	"fangxin/domain/es"
)

// roadInputs makes the inputs of the roads beside the main one, by their routes.
func roadInputs() map[string]func() any {
	return map[string]func() any{
		"schedule-session":       func() any { return new(ScheduleSession) },
		"cancel-session":         func() any { return new(CancelSession) },
		"cannot-attend":          func() any { return new(CannotAttend) },
		"hold-session":           func() any { return new(HoldSession) },
		"withdraw-offer":         func() any { return new(WithdrawOffer) },
		"reopen":                 func() any { return new(Reopen) },
		"call-back":              func() any { return new(CallBack) },
		"forward":                func() any { return new(Forward) },
		"report-back":            func() any { return new(ReportBack) },
		"dispute-jurisdiction":   func() any { return new(DisputeJurisdiction) },
		"decide-jurisdiction":    func() any { return new(DecideJurisdiction) },
		"pause":                  func() any { return new(Pause) },
		"resume":                 func() any { return new(Resume) },
		"recuse":                 func() any { return new(Recuse) },
		"decide-recusal":         func() any { return new(DecideRecusal) },
		"consent-delegation":     func() any { return new(ConsentDelegation) },
		"delegate":               func() any { return new(Delegate) },
		"end-delegation":         func() any { return new(EndDelegation) },
		"request-supplement":     func() any { return new(RequestSupplement) },
		"request-identity-proof": func() any { return new(RequestIdentityProof) },
		"verify-identity":        func() any { return new(VerifyIdentity) },
		"break-performance":      func() any { return new(BreakPerformance) },
		"find-lead":              func() any { return new(FindLead) },
		"extend-lead-check":      func() any { return new(ExtendLeadCheck) },
		"check-lead":             func() any { return new(CheckLead) },
		"override-ruleset":       func() any { return new(OverrideRuleset) },
		"correct":                func() any { return new(CorrectFact) },
	}
}

// deskAction maps what goes from hand to hand, and what the consumer is asked for.
func (m *mapping) deskAction(in any) later {
	switch in := in.(type) {
	case *RequestSupplement:
		c := &complaint.RequestSupplement{Items: in.Items, By: m.date("/by", in.By)}
		m.text(fieldSupplement, in.Text, &c.Text)
		return ready(c)
	case *RequestIdentityProof:
		return ready(&complaint.RequestIdentityProof{By: m.date("/by", in.By)})
	case *VerifyIdentity:
		c := &complaint.VerifyIdentity{Result: in.Result, Method: in.Method}
		m.occurred(in.Occurred, &c.Occurred)
		return ready(c)
	case *Forward:
		c := &complaint.Forward{To: in.To, ReportBy: m.date("/report_by", in.ReportBy)}
		m.region("/to", in.To, true)
		m.text(fieldReason, in.Reason, &c.Reason)
		m.occurred(in.Occurred, &c.Occurred)
		return ready(c)
	case *DisputeJurisdiction:
		c := &complaint.DisputeJurisdiction{With: in.With}
		m.occurred(in.Occurred, &c.Occurred)
		return ready(c)
	case *DecideJurisdiction:
		c := &complaint.DecideJurisdiction{Region: in.Region, By: in.By}
		m.occurred(in.Occurred, &c.Occurred)
		return ready(c)
	case *OverrideRuleset:
		c := &complaint.OverrideRuleset{To: in.To, Reason: in.Reason, Approver: in.Approver}
		m.text(fieldReason, in.Text, &c.Text)
		return ready(c)
	case *CorrectFact:
		return m.correctFact(in)
	case *ReportBack:
		c := &complaint.ReportBack{}
		m.text(fieldReport, in.Text, &c.Text)
		m.occurred(in.Occurred, &c.Occurred)
		return ready(c)
	}
	return nil
}

// mediationAction maps what happens between acceptance and the end of mediation.
func (m *mapping) mediationAction(command es.ID, in any) later {
	switch in := in.(type) {
	case *Pause:
		c := &complaint.CommissionAppraisal{
			Appraisal:   es.DeriveID(command, "appraisal").String(),
			Institution: in.Institution, By: in.By, FeePayer: in.FeePayer, Cause: in.Cause,
		}
		m.occurred(in.Occurred, &c.Occurred)
		return ready(c)
	case *Resume:
		c := &complaint.ReportAppraisal{Appraisal: in.Appraisal, Result: in.Result, Report: in.Report}
		m.occurred(in.Occurred, &c.Occurred)
		return ready(c)
	case *Recuse:
		c := &complaint.Recuse{Person: in.Person}
		m.text(fieldReason, in.Reason, &c.Reason)
		m.occurred(in.Occurred, &c.Occurred)
		return ready(c)
	case *DecideRecusal:
		c := &complaint.DecideRecusal{Granted: in.Decision == "granted", Replaced: in.Replaced}
		m.occurred(in.Occurred, &c.Occurred)
		return ready(c)
	case *ConsentDelegation:
		c := &complaint.ConsentDelegation{Via: in.Via, Party: complaint.Party(in.Party), Yes: in.Answer == "yes"}
		m.occurred(in.Occurred, &c.Occurred)
		return ready(c)
	case *Delegate:
		c := &complaint.Delegate{To: in.To, Kind: in.Kind}
		m.occurred(in.Occurred, &c.Occurred)
		return ready(c)
	case *EndDelegation:
		c := &complaint.EndDelegation{Result: in.Result}
		m.occurred(in.Occurred, &c.Occurred)
		return ready(c)
	}
	return nil
}

// leadAction maps what concerns leads, and performance that did not come.
func (m *mapping) leadAction(command es.ID, in any) later {
	switch in := in.(type) {
	case *BreakPerformance:
		c := &complaint.BreakPerformance{Instalment: in.Instalment}
		m.text(fieldReason, in.Reason, &c.Reason)
		m.occurred(in.Occurred, &c.Occurred)
		return ready(c)
	case *FindLead:
		c := &complaint.FindLead{Lead: es.DeriveID(command, "lead").String()}
		m.text(fieldLead, in.Text, &c.Text)
		m.occurred(in.Occurred, &c.Occurred)
		return ready(c)
	case *ExtendLeadCheck:
		return ready(&complaint.ExtendLeadCheck{Approver: in.Approver})
	case *CheckLead:
		c := &complaint.CheckLead{Result: in.Result}
		m.text(fieldLead, in.Text, &c.Text)
		m.occurred(in.Occurred, &c.Occurred)
		return ready(c)
	}
	return nil
}
