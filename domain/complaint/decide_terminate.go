package complaint

import (
	"slices"

	"fangxin/domain/calendar"
	"fangxin/domain/statute"
)

// GroundFraud stands for a case of article 42 found after acceptance (Order 121 art 23(6)).
const GroundFraud = "ART42"

// may: mediation runs; or what was agreed in it was not done, and the officer ends what
// the sides take up no more.
func (Terminate) may(t *deciding) error {
	if t.brokenEnd() {
		return t.by(byOfficer)
	}
	return t.accepted()
}

// brokenEnd: the case ended in an agreement after acceptance that was not performed.
func (t *deciding) brokenEnd() bool {
	return t.Ended() && !t.AcceptedOn.IsZero() && t.Agreement != nil && t.Performance == PerformanceNotInTime
}

// decide: a ground of the pinned rule set. Withdrawal and settlement are acts of the
// parties with facts of their own; a passed limit is a ground only once it passed,
// and ends nothing by itself (art 23). After a broken agreement mediation is taken up again
// and ended in one decision [design]: no text says what becomes of it, the agreement is
// not enforceable by itself, and the sides are told that they can sue (form 9, art 25).
func (a Terminate) decide(t *deciding) error {
	broken := t.brokenEnd()
	if err := a.grounded(t, broken); err != nil {
		return err
	}
	since := t.AcceptedOn
	if broken {
		since = max(since, t.brokenOn())
	}
	o, err := t.occurred(a.Occurred, since)
	if err != nil {
		return err
	}
	if c, ok := t.mediationClock(); a.Ground == "TM_TIMEOUT" && (!ok || c.Paused() || o.On <= c.DueWide) {
		return t.refuseGround("mediation_time_runs", "/ground", a.Ground)
	}
	clock, err := t.start(statute.ClockTermNotice, o.On)
	if err != nil {
		return err
	}
	if broken {
		if err := t.reopen(ReopenBroken, StageMediation, a.Reason, Occurred{On: o.On, Source: o.Source}); err != nil {
			return err
		}
	}
	t.emit(&Terminated{Ground: a.Ground, Reason: a.Reason, Occurred: o, Clock: clock, Party: a.side(t), Found: a.Found})
	return nil
}

// brokenOn is the day on which it was recorded that the agreement was not performed, or
// that of the agreement.
func (t *deciding) brokenOn() calendar.Date { return max(t.EndedOn, t.BrokenOn) }

// refuseGround cites the ground's own place in the law.
func (t *deciding) refuseGround(code, pointer, ground string) error {
	g, _ := t.rules.TerminationGround(ground)
	return t.refuseBy(code, pointer, g.Citations, lawEnd)
}

// grounded: the ground is one of the rule set, and what it needs is on file.
func (a Terminate) grounded(t *deciding, broken bool) error {
	ground, ok := t.rules.TerminationGround(a.Ground)
	refused := func(code, pointer string) error { return t.refuseGround(code, pointer, a.Ground) }
	switch {
	case !ok:
		return t.refuse("ground_unknown", "/ground", lawEnd)
	case a.Ground == "TM_WITHDRAW":
		return refused("withdraw_instead", "/ground")
	case a.Ground == "TM_SETTLED":
		return refused("settle_instead", "/ground")
	case a.Party != "" && a.Party != Consumer && a.Party != Merchant:
		return refused("party_required", "/party")
	case ground.Unless == statute.BodyDesignated && t.Mediation.BodyDesignated:
		return refused("ground_displaced", "/ground")
	case a.Ground == residualTermination && a.Reason == nil:
		return refused("reason_required", "/reason")
	}
	return a.proven(t, ground, broken)
}

// proven looks for the facts of each ground (Order 121 art 23, Order 20 art 21).
func (a Terminate) proven(t *deciding, ground statute.Ground, broken bool) error {
	refused := func(code, pointer string) error { return t.refuseGround(code, pointer, a.Ground) }
	switch a.Ground {
	case "TM_NO_SHOW":
		if !t.stayedAway(a.Party) {
			return refused("nobody_stayed_away", "/ground")
		}
	case "TM_REFUSED":
		if ground.Side == statute.SideRespondent && a.Party == Consumer {
			return refused("only_respondent", "/party")
		}
	case "TM_NO_AGREEMENT":
		if !broken && !t.Mediation.mediated() && t.Mediation.Returned != DelegationFailed {
			return refused("not_mediated", "/ground")
		}
	case "TM_APPRAISAL_FEE", "TM_APPRAISAL_BODY":
		if len(t.Mediation.pending()) > 0 {
			return refused("appraisal_agreed", "/ground")
		}
	case "TM_NA_FOUND":
		_, known := t.rules.DeclineGround(a.Found)
		if !known && (a.Found != GroundFraud || !t.rules.Has(statute.PoliceReferral)) {
			return refused("found_unknown", "/found")
		}
	case "TM_PARTY_GONE":
		if a.Party == "" {
			return refused("party_required", "/party")
		}
	}
	return nil
}

// stayedAway: a session was held, and the side, or either where none is named, did not
// come and had no good reason.
func (t *deciding) stayedAway(p Party) bool {
	sides := []Party{p}
	if p == "" {
		sides = []Party{Consumer, Merchant}
	}
	return slices.ContainsFunc(t.Mediation.held(), func(s SessionState) bool {
		return slices.ContainsFunc(sides, s.absentWithoutReason)
	})
}

// side is whose conduct the ground is about: as stated, by the law's own words, or by
// the record of the session.
func (a Terminate) side(t *deciding) Party {
	ground, _ := t.rules.TerminationGround(a.Ground)
	switch {
	case a.Party != "":
		return a.Party
	case ground.Side == statute.SideRespondent:
		return Merchant
	case a.Ground != "TM_NO_SHOW":
		return ""
	case t.stayedAway(Consumer) && !t.stayedAway(Merchant):
		return Consumer
	case t.stayedAway(Merchant) && !t.stayedAway(Consumer):
		return Merchant
	}
	return ""
}
