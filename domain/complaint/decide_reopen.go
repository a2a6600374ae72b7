package complaint

import (
	"slices"

	"fangxin/domain/statute"
)

// Why proceedings are taken up again.
const (
	// ReopenReview: the decision was revoked on administrative review (行政复议).
	ReopenReview = "review_revoked"
	// ReopenEvidence: new evidence.
	ReopenEvidence = "new_evidence"
	// ReopenError: the end was recorded in error.
	ReopenError = "error"
	// ReopenBroken: what was agreed was not performed.
	ReopenBroken = "agreement_broken"
)

// whyReopened takes a record off the register, or stops one on its way there: the end it
// tells of no longer stands.
const whyReopened = "reopened"

// may: in the direct lane no office has received anything that it could take up again.
func (Reopen) may(t *deciding) error {
	if err := first(t.by(byOfficer), t.atOffice(), t.room(len(t.Earlier))); err != nil {
		return err
	}
	if !t.Ended() {
		return t.refuse("not_ended", "", houseReopen)
	}
	return nil
}

// decide [design]: no text says how a case is taken up again. The basis must fit how it
// ended, the reason is stated, and the consumer's view of the first end stays as it is.
func (a Reopen) decide(t *deciding) error {
	switch {
	case !slices.Contains([]string{ReopenReview, ReopenEvidence, ReopenError, ReopenBroken}, a.Basis):
		return t.refuse("basis_unknown", "/basis", houseReopen)
	case !a.fits(t):
		return t.refuse("basis_does_not_fit", "/basis", houseReopen)
	case a.Stage != "" && a.Stage != StageAcceptance && a.Stage != StageMediation:
		return t.refuse("stage_unknown", "/stage", houseReopen)
	case a.Stage == StageMediation && t.AcceptedOn.IsZero(), a.Stage == StageAcceptance && t.ReceivedOn.IsZero():
		return t.refuse("stage_not_reached", "/stage", houseReopen)
	case a.Reason == nil:
		return t.refuse("reason_required", "/reason", houseReopen)
	}
	o, err := t.occurred(a.Occurred, max(t.EndedOn, t.BrokenOn))
	if err != nil {
		return err
	}
	return t.reopen(a.Basis, a.Stage, a.Reason, o)
}

// fits: only a decision of the office is revoked; an agreement or a settlement is the
// sides' own, and is taken up again where it was broken or recorded in error.
func (a Reopen) fits(t *deciding) bool {
	decided := t.EndedAs == StatusDeclined || t.EndedAs == StatusTerminated
	switch a.Basis {
	case ReopenReview:
		return decided
	case ReopenEvidence:
		return decided || t.EndedAs == StatusWithdrawn
	case ReopenBroken:
		return t.Agreement != nil && t.Performance == PerformanceNotInTime
	}
	return true
}

// reopen takes the record off the register and the case back. Where acceptance is to be
// decided anew its time runs anew, from this day. Mediation has the time it had: it is
// counted from acceptance, and nothing but an appraisal stops it (Order 121 arts 22 and
// 23(5)); where that is over, the case still goes on until an officer ends it.
func (t *deciding) reopen(basis, stage string, reason Text, o Occurred) error {
	t.takeBackRecord()
	if stage == "" && !t.AcceptedOn.IsZero() {
		stage = StageMediation
	} else if stage == "" && !t.ReceivedOn.IsZero() {
		stage = StageAcceptance
	}
	again := &Reopened{Basis: basis, Stage: stage, Reason: reason, Occurred: &o}
	switch stage {
	case StageAcceptance:
		clock, err := t.start(statute.ClockAccept, o.On)
		if err != nil {
			return err
		}
		again.Clocks = []Clock{clock}
	case StageMediation:
		if c, ok := t.mediationClock(); ok {
			again.Clocks = []Clock{c.Clock}
		}
	}
	t.emit(again)
	return nil
}

// takeBackRecord: the register tells nothing of an end that no longer stands.
func (t *deciding) takeBackRecord() {
	switch d := t.Disclosure; {
	case d.State == DisclosurePublic:
		t.emit(&DisclosureWithdrawn{Class: whyReopened, On: t.today})
	case (d.State == DisclosureTold || d.State == DisclosureContested) && d.Record != nil:
		t.emit(&DisclosureRefused{Why: whyReopened, Policy: d.Record.Policy})
	}
}

// may: the office looks at how it handled a case that ended (Order 121 art 26).
func (CallBack) may(t *deciding) error {
	if err := first(t.by(byOfficer), t.atOffice(), t.room(len(t.CallBacks))); err != nil {
		return err
	}
	if !t.Ended() {
		return t.refuse("not_ended", "", lawCallBack)
	}
	return nil
}

// decide records what was found, and nothing else follows: outcome, the consumer's own
// view and the state of the case are other facts.
func (a CallBack) decide(t *deciding) error {
	asked := a.Asked == Consumer || a.Asked == Merchant
	switch {
	case a.Kind != "spot_check" && a.Kind != "call_back":
		return t.refuse("kind_unknown", "/kind", lawCallBack)
	case a.Kind == "call_back" && !asked, a.Asked != "" && !asked:
		return t.refuse("party_required", "/asked", lawCallBack)
	case a.Reached && a.Result == nil:
		return t.refuse("text_required", "/result", lawCallBack)
	}
	o, err := t.occurred(a.Occurred, t.EndedOn)
	if err != nil {
		return err
	}
	t.emit(&CalledBack{Kind: a.Kind, Asked: a.Asked, Reached: a.Reached, Result: a.Result, Occurred: o})
	return nil
}
