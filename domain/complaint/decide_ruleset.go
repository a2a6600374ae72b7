package complaint

import (
	"errors"

	"fangxin/domain/calendar"
	"fangxin/domain/statute"
)

// OverrideRuleset (变更适用规定): the case is judged by another rule set than that of its
// filing day, because an officer decides so, with a reason and an approver.
type OverrideRuleset struct {
	To       string // rule set
	Reason   string // a code of the vocabulary's override_reason
	Text     Text
	Approver string
}

// RecomputeClocks (重新计算期限): a calendar was replaced; the timers ask a case to count
// its provisional dates again.
type RecomputeClocks struct{}

// Route names.
func (OverrideRuleset) Route() string { return "override-ruleset" }
func (RecomputeClocks) Route() string { return "recompute-clocks" }

// lawTransition: no text says which rules govern a case that is pending when new ones come
// into force (absence in Order 121 art 46), so the filing day decides, or an officer.
const lawTransition = "ORD-121 46|FANGXIN ruleset"

// may: while the case is open, an office has it, and other rules were in force since it
// came in.
func (OverrideRuleset) may(t *deciding) error {
	if err := first(t.by(byOfficer), t.live(), t.atOffice()); err != nil {
		return err
	}
	if !t.law.Catalogue.Overridable(t.Ruleset, t.lawDay(), t.today) {
		return t.refuse("no_other_ruleset", "", lawTransition)
	}
	return nil
}

// decide puts the case under the other rules: what they know is counted anew from its own
// first day, what they do not know falls away, and both are told in one fact. Four eyes
// are a rule of the house.
func (a OverrideRuleset) decide(t *deciding) error {
	switch {
	case a.Approver == "":
		return t.refuse("approver_required", "/approver", lawTransition)
	case a.Approver == t.Actor.ID:
		return t.refuse("approver_self", "/approver", lawTransition)
	}
	o, err := t.law.Catalogue.Override(t.calendar, statute.OverrideRequest{
		From: t.Ruleset, To: a.To, Reason: a.Reason, FiledOn: t.lawDay(), Today: t.today, Region: t.Region, Running: t.running(),
	})
	if err != nil {
		return t.notOverridden(err)
	}
	e := &RulesetOverridden{
		From: o.From, To: o.To, Reason: a.Text, ReasonCode: o.Reason, Approver: a.Approver,
		Lapsed: o.Lapsed, Gained: o.Gained, Lost: o.Lost,
	}
	for _, c := range o.Clocks {
		e.Clocks = append(e.Clocks, clockOf(c))
	}
	t.emit(e)
	return nil
}

// notOverridden tells why not.
func (t *deciding) notOverridden(err error) error {
	switch {
	case errors.Is(err, statute.ErrOverrideSame):
		return t.refuse("ruleset_same", "/to", lawTransition)
	case errors.Is(err, statute.ErrOverrideForeign):
		return t.refuse("ruleset_foreign", "/to", lawTransition)
	case errors.Is(err, statute.ErrOverrideNotYet):
		return t.refuse("ruleset_not_yet", "/to", lawTransition)
	case errors.Is(err, statute.ErrOverrideRepealed):
		return t.refuse("ruleset_repealed", "/to", lawTransition)
	case errors.Is(err, statute.ErrOverrideReason):
		return t.refuse("override_reason_unknown", "/reason", lawTransition)
	case errors.Is(err, statute.ErrNoRuleSet):
		return t.refuse("no_rule_set", "/to", lawTransition)
	}
	return err
}

// running are the open clocks of the case as the law counts them again. A pause that has
// not ended is left out: the dates stay those before it until it ends.
func (t *deciding) running() []statute.Running {
	var list []statute.Running
	for _, c := range t.Clocks {
		if !c.Open() {
			continue
		}
		r := statute.Running{Extended: c.Extended, Clock: statute.Clock{
			Rule: c.Rule, StartedOn: c.StartedOn, Due: c.Due, DueWide: c.DueWide, Provisional: c.Provisional, Calendar: c.Calendar,
		}}
		for _, p := range c.Pauses {
			if !p.To.IsZero() {
				r.Pauses = append(r.Pauses, p)
			}
		}
		list = append(list, r)
	}
	return list
}

func (RecomputeClocks) may(t *deciding) error { return t.by(bySystem) }

// decide answers once for each clock whose date was provisional under an older calendar,
// also where the newer one gives the same day. What stands still is counted when it
// runs again; what passed is on record and stays there.
func (RecomputeClocks) decide(t *deciding) error {
	for _, c := range t.Clocks {
		if c.State != ClockRunning || c.Paused() {
			continue
		}
		again, err := t.recomputed(c)
		if err != nil {
			return err
		}
		if again != c.Clock {
			t.emit(&ClockRecomputed{From: c.Clock, Clock: again})
		}
	}
	return nil
}

// Outdated lists the clocks of the case that wait for RecomputeClocks under a calendar:
// those whose date is provisional and was given by another one.
func (s *State) Outdated(cal *calendar.Calendar) []Clock {
	var list []Clock
	for _, c := range s.Clocks {
		if c.State == ClockRunning && !c.Paused() && c.Provisional && c.Calendar != cal.Version() {
			list = append(list, c.Clock)
		}
	}
	return list
}
