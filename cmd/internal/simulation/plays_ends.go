package simulation

import (
	"slices"

	"fangxin/domain/usecase"
)

// ends are how proceedings end, and what comes after.
func ends() map[string]play {
	return map[string]play{
		"agree":               {weigh: func(t *turn) int { return t.agreeWeight() }, body: func(t *turn) any { return t.agree() }},
		"settle":              {weigh: only(usecase.RoleConsumer, 4), body: func(t *turn) any { return &usecase.Settle{Terms: t.terms()} }},
		"withdraw":            {weigh: func(t *turn) int { return t.withdrawWeight() }, body: func(t *turn) any { return &usecase.Withdraw{Reason: t.say("不再主张。")} }},
		"terminate":           {weigh: func(t *turn) int { return t.terminateWeight() }, body: func(t *turn) any { return t.terminate() }},
		"perform":             {weigh: func(t *turn) int { return t.performWeight() }, body: func(t *turn) any { return t.perform() }, done: paid},
		"confirm-performance": {weigh: func(t *turn) int { return t.confirmWeight() }, body: func(t *turn) any { return t.confirm() }},
		"break-performance":   {weigh: always(8), body: func(t *turn) any { return t.broken() }},
		"rate":                {weigh: when(30, func(t *turn) bool { return t.m.who.habit != tired }), body: func(t *turn) any { return t.rating() }},
		"close":               {weigh: always(50), body: func(*turn) any { return &usecase.Close{} }},
	}
}

// taken is the offer that was accepted.
func (t *turn) taken() (usecase.OfferView, bool) {
	for _, o := range t.view.Offers {
		if o.State == "accepted" {
			return o, true
		}
	}
	return usecase.OfferView{}, false
}

func (t *turn) agreeWeight() int {
	if _, ok := t.taken(); ok {
		return 150
	}
	return 4
}

// agree records what was accepted, with new days where the old ones went by.
func (t *turn) agree() any {
	in := &usecase.Agree{
		Form: pick(t, "document", "document", "document", "performed", "waived"), Terms: t.terms(),
		SignedBy: []string{"consumer", "merchant"}, Sealed: true, Copies: 3, Record: t.say("双方达成一致。"),
	}
	if o, ok := t.taken(); ok {
		in.Offer, in.Terms.AmountFen, in.Terms.Instalments = o.ID, o.Terms.AmountFen, nil
	}
	return in
}

func (t *turn) withdrawWeight() int {
	switch {
	case t.by(usecase.RoleOfficer):
		return 0
	case t.m.who.habit == tired:
		return 5
	}
	return 1
}

func (t *turn) terminateWeight() int {
	c, ok := t.clock("CP.MEDIATE.")
	switch {
	case ok && c.State == "passed":
		return 60
	case t.m.whom.habit == Silent || t.m.whom.habit == Stubborn:
		return 8
	}
	return 2
}

func (t *turn) terminate() any {
	ground := pick(t, "TM_REFUSED", "TM_OTHER")
	met := func(s usecase.SessionView) bool { return s.State == "held" && len(s.Present) == 2 }
	if m := t.view.Mediation; m != nil && slices.ContainsFunc(m.Sessions, met) && len(t.view.Earlier) == 0 && t.one(2) {
		ground = "TM_NO_AGREEMENT" // both sides came, or were on the line
	}
	if c, ok := t.clock("CP.MEDIATE."); ok && c.State == "passed" && !c.Paused {
		ground = "TM_TIMEOUT"
	}
	return &usecase.Terminate{Ground: ground, Reason: t.say("双方意见分歧较大。")}
}

func (t *turn) performWeight() int {
	switch {
	case !t.by(usecase.RoleMerchant), t.m.whom.habit == Silent: // the office would need proof
		return 0
	case t.m.whom.habit == Prompt:
		return 50
	}
	return 10
}

// perform pays an instalment, the whole, or a part of it; never more than is owed.
func (t *turn) perform() any {
	a := t.view.Agreement
	if a == nil || !t.by(usecase.RoleMerchant) {
		return nil
	}
	for i, part := range a.Instalments {
		if part.State == "due" || part.State == "broken" {
			return &usecase.Perform{Instalment: i + 1, AmountFen: part.AmountFen}
		}
	}
	owed := a.AmountFen - t.m.paid
	if len(a.Instalments) > 0 || owed < 0 {
		return nil
	}
	if owed > 2 && t.one(5) {
		owed /= 2
	}
	return &usecase.Perform{AmountFen: owed}
}

func paid(t *turn, in any) { t.m.paid += in.(*usecase.Perform).AmountFen }

func (t *turn) confirmWeight() int {
	switch {
	case t.by(usecase.RoleOfficer) || t.m.who.habit == tired:
		return 2
	case t.view.Performance == "performed":
		return 80
	}
	return 6
}

// confirm says that what was stated came. Who was not paid confirms nothing.
func (t *turn) confirm() any {
	a := t.view.Agreement
	if a == nil {
		return nil
	}
	for i, part := range a.Instalments {
		if part.State == "performed" {
			return &usecase.ConfirmPerformance{Instalment: i + 1}
		}
	}
	if t.view.Performance == "performed" && len(a.Instalments) == 0 {
		return &usecase.ConfirmPerformance{}
	}
	return nil
}

// broken names the first part whose day went by.
func (t *turn) broken() any {
	a := t.view.Agreement
	if a == nil || t.view.Performance == "confirmed" || t.view.Performance == "performed" {
		return nil
	}
	for i, part := range a.Instalments {
		if part.Due < t.today && part.State == "due" {
			return &usecase.BreakPerformance{Instalment: i + 1, Reason: t.say("到期未履行。")}
		}
	}
	if len(a.Instalments) > 0 || t.view.Performance == "broken" || a.PerformBy >= t.today {
		return nil
	}
	return &usecase.BreakPerformance{Reason: t.say("到期未履行。")}
}
