package simulation

import (
	"fmt"

	"fangxin/domain/calendar"
	"fangxin/domain/usecase"
)

// paper is what becomes of notices, of the official record, and of a case's law.
func paper() map[string]play {
	return map[string]play{
		"record-delivery": {weigh: when(3, func(t *turn) bool { return t.under() != nil }), body: func(t *turn) any { return t.delivery() }},
		"void-notice": {weigh: always(1), body: func(t *turn) any {
			for _, n := range t.view.Notices {
				if n.State != "voided" {
					return &usecase.VoidNotice{Notice: n.ID, Why: pick(t, "misprint", "wrong_recipient", "revoked", "other"), Reason: t.say("文书有误。")}
				}
			}
			return nil
		}},
		"record-external-ref": {weigh: when(1, func(t *turn) bool { return len(t.view.ExternalRefs) < 3 }), body: func(t *turn) any {
			in := &usecase.RecordExternalRef{}
			in.System, in.Number = pick(t, "12315", "12345", "association"), fmt.Sprintf("YL-%06d", t.r.IntN(1000000))
			in.ReceivedOn, in.Status = t.today.String(), "received"
			return in
		}},
		"record-sync": {weigh: when(1, func(t *turn) bool { return len(t.view.Sync) < 3 }), body: func(t *turn) any {
			return pick(t, &usecase.RecordSync{Act: "filed", State: "entered", On: t.today.String()},
				&usecase.RecordSync{Act: "filed", State: "differs", Field: "amount_fen", Ours: t.private("样例"), Theirs: t.private("样例二")})
		}},
		"override-ruleset": {weigh: always(1), body: func(t *turn) any { return t.otherLaw() }},
		"issue-link": {weigh: when(2, func(t *turn) bool { return len(t.view.AnswerLinks) < 3 }), body: func(t *turn) any {
			return &usecase.IssueLink{Channel: pick(t, "sms", "letter"), Days: 1 + t.r.IntN(20)}
		}},
		"revoke-link": {weigh: always(4), body: func(t *turn) any {
			for _, l := range t.view.AnswerLinks {
				if l.State == "in_force" {
					return &usecase.RevokeLink{Link: l.Link, Reason: t.say("号码有误。")}
				}
			}
			return nil
		}},
	}
}

// under is a notice of which something more can be said.
func (t *turn) under() *usecase.NoticeView {
	for i := range t.view.Notices {
		switch n := &t.view.Notices[i]; n.State {
		case "issued", "sent", "failed", "delivered":
			return n
		}
	}
	return nil
}

func (t *turn) delivery() any {
	n := t.under()
	if n == nil {
		return nil
	}
	in := &usecase.RecordDelivery{Notice: n.ID}
	switch n.State {
	case "issued", "failed":
		in.State, in.Channel = "sent", pick(t, "sms", "letter")
	case "delivered":
		in.State = "read"
	default:
		in.State = pick(t, "delivered", "delivered", "delivered", "failed", "refused", "read")
		if in.State == "failed" {
			in.Code = pick(t, "moved", "unreachable", "expired")
		}
	}
	if t.one(3) {
		in.Proof = &usecase.ProofInput{Kind: pick(t, "postal", "call", "receipt"), Number: t.private("样例回执")}
	}
	return in
}

// otherLaw moves a case to the rules that came into force while it was pending, or back
// to those before.
func (t *turn) otherLaw() any {
	to := "ORD-20+REG-778"
	switch {
	case t.view.Ruleset == to && t.today < calendar.MustDate("2026-04-15"):
		to = "ORD-20"
	case t.view.Ruleset == to:
		to = "ORD-121"
	}
	return &usecase.OverrideRuleset{To: to, Reason: pick(t, "pending_at_change", "superior_instruction", "entered_wrongly"), Text: t.say("新规定施行。"), Approver: t.plan.Prefix + "-head"}
}
