package usecase

import (
	"slices"
	"testing"

	"fangxin/domain/complaint"
)

// byPhone is the record of mediation by telephone with both sides.
func byPhone() *HoldSession {
	return &HoldSession{Form: "phone", Present: []string{"consumer", "merchant"}, Result: "no_agreement", Record: "双方电话调解，未能达成一致。"}
}

// documentOf is a mediation document as Order 121 art 24 wants it.
func documentOf(terms TermsInput) *Agree {
	return &Agree{Form: "document", Terms: terms, SignedBy: []string{"consumer", "merchant"}, Sealed: true, Copies: 3}
}

// An agreement by instalments that is broken, and ended: each side reads where it can go,
// is told once more, and what was paid stays known (form 9, Order 121 arts 20, 23, 24).
func TestAgreedByInstalmentsBrokenTerminated(t *testing.T) {
	w := newWorld(t)
	id := w.accepted().ID
	v := w.do(desk, id, "schedule-session", &ScheduleSession{Form: "on_site", On: "2026-09-16", Time: "09:30", Place: "赛罕区市场监管所", Mediator: "o-1", RecuseBy: "2026-09-15"})
	if s := v.Mediation.Sessions[0]; s.Place != "赛罕区市场监管所" || s.State != "scheduled" {
		t.Fatalf("%+v", s)
	}
	w.do(shop, id, "cannot-attend", &CannotAttend{Reason: "外地参展"})
	session := v.Mediation.Sessions[0].ID
	w.do(desk, id, "schedule-session", &ScheduleSession{Session: session, Form: "on_site", On: "2026-09-17", Time: "09:30", Place: "赛罕区市场监管所", Reason: "商家改期"})
	w.at("2026-09-17")
	w.do(desk, id, "hold-session", &HoldSession{Present: []string{"consumer", "merchant"}, Result: "agreement", Record: "双方到场，达成一致。"})
	parts := TermsInput{Kind: "refund", AmountFen: 300, Instalments: []InstalmentInput{{AmountFen: 100, Due: "2026-09-20"}, {AmountFen: 200, Due: "2026-10-10"}}}
	w.refused(&complaint.Refusal{Code: "document_required", Rule: "ORD-121.24"}, desk, id, "agree", &Agree{Form: "record", Terms: parts})
	w.do(desk, id, "agree", documentOf(parts))
	w.do(shop, id, "perform", &Perform{Instalment: 1})
	w.at("2026-10-12")
	v = w.do(anyConsumer, id, "break-performance", &BreakPerformance{Instalment: 2, Reason: "未付"})
	if !slices.Equal(v.Remedies, []string{"sue", "arbitrate"}) || !slices.Equal(w.view(shop, id).Remedies, v.Remedies) {
		t.Errorf("remedies: %v", v.Remedies)
	}
	v = w.do(desk, id, "terminate", &Terminate{Ground: "TM_REFUSED", Party: "merchant", Reason: "商家拒绝继续履行"})
	if v.Status != "terminated" || v.Outcome != "no_agreement" || len(v.Earlier) != 1 {
		t.Fatalf("%s %s %+v", v.Status, v.Outcome, v.Earlier)
	}
	if e := v.Earlier[0]; e.Performance != "broken" || e.Basis != "agreement_broken" || e.Agreement.Instalments[0].State != "performed" {
		t.Errorf("%+v", e)
	}
	w.do(desk, id, "notify", &Notify{About: "termination", Recipient: "consumer", Channel: "sms", Text: "终止"})
	w.do(desk, id, "notify", &Notify{About: "termination", Recipient: "merchant", Channel: "sms", Text: "终止"})
	if v = w.do(desk, id, "close", &Close{}); v.Status != "closed" {
		t.Fatal(v.Status)
	}
	v = w.do(desk, id, "call-back", &CallBack{Kind: "call_back", Asked: "consumer", Reached: true, Result: "对处理过程满意"})
	if len(v.CallBacks) != 1 || v.CallBacks[0].Result == "" || v.Outcome != "no_agreement" || v.Rating != nil {
		t.Errorf("%+v", v.CallBacks)
	}
	for _, party := range []Actor{anyConsumer, shop} {
		if v := w.view(party, id); v.CallBacks != nil || len(v.Earlier) != 1 {
			t.Errorf("%s: %+v", party.Role, v.CallBacks)
		}
	}
	if v := w.view(auditor, id); v.CallBacks[0].Result != "" {
		t.Error("the auditor reads what was said")
	}
}

// Who made an offer takes it back while nobody answered it.
func TestAnOfferIsTakenBack(t *testing.T) {
	w := newWorld(t)
	id := w.accepted().ID
	offer := w.do(shop, id, "offer", &Offer{Terms: TermsInput{Kind: "refund", AmountFen: 100}}).Offers[0].ID
	w.refused(&complaint.Refusal{Code: "no_open_offer"}, anyConsumer, id, "withdraw-offer", &WithdrawOffer{Offer: offer})
	w.refused(&complaint.Refusal{Code: "party_required"}, desk, id, "withdraw-offer", &WithdrawOffer{Offer: offer})
	if v := w.do(shop, id, "withdraw-offer", &WithdrawOffer{Offer: offer}); v.Offers[0].State != "withdrawn" {
		t.Fatalf("%+v", v.Offers)
	}
	w.refused(&complaint.Refusal{Code: "no_open_offer"}, anyConsumer, id, "accept-offer", &AnswerOffer{Offer: offer})
}

// An appraisal report that nobody handed in is faulted where it stands.
func TestAnUncitedReportIsFaultedAtItsField(t *testing.T) {
	_, pointer := evidenceOf(complaint.ReportAppraisal{Report: "sha256:00"})
	if pointer(0) != "/report" {
		t.Fatal(pointer(0))
	}
	if _, pointer = evidenceOf(complaint.Perform{Evidence: []string{"a", "b"}}); pointer(1) != "/evidence/1" {
		t.Fatal(pointer(1))
	}
}
