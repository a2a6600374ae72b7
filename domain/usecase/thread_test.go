package usecase

import (
	"errors"
	"slices"
	"testing"

	"fangxin/domain/complaint"
	"fangxin/domain/statute"
)

// The whole thread: filed, identified, accepted, told, answered, agreed, performed,
// rated, closed, shown to the merchant, public.
func TestAComplaintFromFilingToTheRegister(t *testing.T) {
	w := newWorld(t)
	v := w.file(complaintOf("暖阳家电"))
	if v.Status != "received" || v.Merchant.Identity != "claimed" || v.Merchant.Name != "暖阳家电" ||
		v.Consumer.Name != consumerName || v.Consumer.IDNumber != "110***********002X" || v.Facts != facts ||
		v.Ruleset != "ORD-121" || !complaint.CheckNumber(v.Number) || v.Subject.OrderNo != orderNumber {
		t.Fatalf("%+v", v)
	}
	if c := v.Clocks[0]; c.Rule != statute.ClockAccept || c.DueWide.String() != "2026-09-22" || c.State != "running" {
		t.Errorf("acceptance clock (Order 121 art 15): %+v", c)
	}
	id := v.ID
	w.do(desk, id, "identify-merchant", &IdentifyMerchant{State: "proposed", Candidates: []CandidateInput{
		{IdentityInput: IdentityInput{Name: "呼和浩特市暖阳家电有限公司", Region: "150102"}, By: "name"},
	}})
	w.confirm(id)
	w.at("2026-09-15")
	w.do(desk, id, "accept", &Accept{})
	v = w.do(desk, id, "notify", &Notify{About: "acceptance", Recipient: "consumer", Channel: "sms", Text: "已受理"})
	if c := v.Clocks[len(v.Clocks)-1]; c.Rule != statute.ClockAccept || c.State != "met" {
		t.Errorf("acceptance decided and told: %+v", v.Clocks)
	}
	w.at("2026-09-16")
	w.do(shop, id, "respond", &Respond{Kind: "final", Text: "同意退货退款"})
	v = w.do(shop, id, "offer", &Offer{Terms: TermsInput{Kind: "refund", AmountFen: 329900, PerformBy: "2026-09-20", Text: "三日内退款"}})
	w.at("2026-09-17")
	w.do(anyConsumer, id, "accept-offer", &AnswerOffer{Offer: v.Offers[0].ID})
	v = w.do(desk, id, "agree", &Agree{Form: "record", Record: "电话调解", Offer: v.Offers[0].ID, Terms: TermsInput{Kind: "refund", AmountFen: 329900, PerformBy: "2026-09-20"}})
	if v.Status != "agreed" || v.Agreement.AmountFen != 329900 || v.Performance != "due" {
		t.Fatalf("%+v", v)
	}
	w.do(shop, id, "perform", &Perform{AmountFen: 329900})
	w.do(anyConsumer, id, "confirm-performance", &ConfirmPerformance{})
	w.do(anyConsumer, id, "rate", &Rate{View: "resolved", Merchant: 4, Office: 5, Text: "谢谢"})
	v = w.do(desk, id, "close", &Close{})
	if v.Status != "closed" || v.Outcome != "agreement" || v.Rating.View != "resolved" {
		t.Fatalf("%+v", v)
	}
	w.register(id)
	w.never(consumerName, consumerPhone, consumerID, consumerHome, orderNumber, facts, "退款到原账户", "赛罕区大学西路一号", "0471-4961234", "同意退货退款", "三日内退款", "谢谢")
}

// register walks a closed case to the public register.
func (w *world) register(id string) {
	w.t.Helper()
	_, _, err := w.Act(w.t.Context(), desk, id, "review-disclosure", &ReviewDisclosure{Summary: "冰箱不制冷，商家全额退款。电话 13900001111"}, Options{})
	if invalid := new(InvalidError); !errors.As(err, &invalid) || invalid.Faults[0] != (Fault{Pointer: "/summary", Code: FaultPersonal, From: 16, To: 27}) {
		w.t.Fatalf("a phone in a summary: %v", err)
	}
	v := w.do(desk, id, "review-disclosure", &ReviewDisclosure{Summary: "冰箱不制冷，商家全额退款。"})
	if n := w.view(shop, id).Notices; len(n) == 0 || n[len(n)-1].About != complaint.AboutPublication || n[len(n)-1].State != complaint.NoticeGone {
		w.t.Fatalf("the merchant is told by a notice: %+v", n)
	}
	if v.Disclosure.State != "notified" {
		w.t.Fatalf("%+v", v.Disclosure)
	}
	i := slices.IndexFunc(v.Clocks, func(c ClockView) bool { return c.Rule == statute.ClockPubObject })
	due := v.Clocks[i].Due
	if _, err := w.RecordDeadlinePassed(w.t.Context(), id, statute.ClockPubObject, due); err == nil {
		w.t.Error("published while the merchant may still object")
	}
	w.at("2026-10-20")
	for range 2 {
		if _, err := w.RecordDeadlinePassed(w.t.Context(), id, statute.ClockPubObject, due); err != nil {
			w.t.Fatal(err)
		}
	}
	v = w.view(anyConsumer, id)
	if v.Disclosure.State != "public" || v.Disclosure.Record.Merchant.Name != "呼和浩特市暖阳家电有限公司" || v.Disclosure.Until.IsZero() {
		w.t.Fatalf("%+v", v.Disclosure)
	}
}

func TestOfficerFilesForACallerOnAnEarlierDay(t *testing.T) {
	w := newWorld(t)
	in := complaintOf("暖阳家电")
	in.ReceivedOn = "2026-09-11"
	in.Filer = &FilerInput{As: "self", Helper: &HelperInput{Kind: "officer", Name: "值班员", Unit: "12315"}}
	_, v, err := w.File(t.Context(), desk, in, Options{})
	if err != nil || v.Status != "received" || v.Clocks[0].StartedOn.String() != "2026-09-11" {
		t.Fatalf("%+v, %v", v, err)
	}
	w.never("值班员")
}
