package simulation

import (
	"slices"

	"fangxin/domain/calendar"
	"fangxin/domain/usecase"
)

// seldom says of routes that people take often in a town that tries everything how
// seldom they take them in everyday life: once in so many times.
func seldom(route string) int {
	switch route {
	case "request-erasure", "correct", "correct-person", "change-consent", "change-requests", "record-external-ref", "join-complainant", "hold", "override-ruleset",
		"refuse-correction", "record-sync":
		return 60
	case "replace-merchant", "recuse", "refer-police", "void-notice", "split",
		"reopen", "withdraw-disclosure", "revise-disclosure":
		return 25
	case "consent-delegation", "pause", "find-lead", "forward", "request-supplement", "request-identity-proof", "verify-identity",
		"schedule-session", "call-back", "flag-duplicate", "issue-link", "withdraw-offer", "record-delivery", "dispute-jurisdiction", "add-statement", "supplement":
		return 6
	case "decline", "withdraw", "hold-session":
		return 2
	}
	return 1
}

// felt is how much somebody feels like a route today.
func (t *turn) felt(route string, p play) int {
	if t.plan.Everyday {
		if n := seldom(route); n > 1 && t.r.IntN(n) > 0 {
			return 0
		}
	}
	return p.weigh(t)
}

// waits: in everyday life nobody leaves an open case alone, nor one on its way to the
// register.
func (t *Town) waits(m *matter) bool {
	if !t.plan.Everyday {
		return false
	}
	v := &m.view
	return v.Status != "closed" || v.Disclosure != nil && slices.Contains([]string{"notified", "objected"}, v.Disclosure.State)
}

// tempo is how many days an office of everyday life takes longer.
func (t *Town) tempo(m *matter) int {
	if !t.plan.Everyday || len(m.region) < 4 || !t.desk(m.region).slow {
		return 0
	}
	return t.r.IntN(6)
}

// rating is what the consumer thinks in the end: of what came of it, and of how the
// merchant behaved.
func (t *turn) rating() any {
	in := &usecase.Rate{Office: 2 + t.r.IntN(4), Text: t.say("评价。")}
	stars := func(low int) int { return min(5, low+t.r.IntN(3)) }
	switch v := &t.view; {
	case v.Performance == "confirmed":
		in.View, in.Merchant = pick(t, "resolved", "resolved", "resolved", "partly"), stars(3)
	case v.Performance == "broken":
		in.View, in.Merchant = pick(t, "not_resolved", "partly"), stars(0)
	case v.Outcome == "agreed" || v.Outcome == "settled":
		in.View, in.Merchant = pick(t, "resolved", "resolved", "partly", "not_resolved"), stars(2)
	default:
		in.View, in.Merchant = pick(t, "not_resolved", "not_resolved", "partly"), stars(0)
	}
	if t.m.whom.habit == Slow {
		in.Merchant = max(0, in.Merchant-1)
	}
	return in
}

// again is how many days pass before somebody looks once more at a case in which
// nothing happens.
func (t *Town) again(m *matter) calendar.Date {
	return calendar.Date(t.pause(m) + t.tempo(m))
}
