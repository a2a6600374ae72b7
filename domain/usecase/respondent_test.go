package usecase

import (
	"context"
	"slices"
	"testing"

	"fangxin/domain/complaint"
)

func (w *world) history(actor Actor, id string) (types []string) {
	w.t.Helper()
	list, err := w.History(context.Background(), actor, id, -1, 100)
	if err != nil {
		w.t.Fatal(err)
	}
	for _, e := range list {
		types = append(types, e.Type)
	}
	return types
}

// The wrong merchant loses the case with the command that replaces it, and the right one
// reads nothing of what the wrong one said.
func TestWrongMerchantLosesAccessAtOnce(t *testing.T) {
	w := newWorld(t)
	id := w.mediated()
	w.do(shop, id, "respond", &Respond{Kind: "final", Text: "本店同意退一半"})
	w.do(shop, id, "offer", &Offer{Terms: TermsInput{Kind: "refund", AmountFen: 100}})
	w.do(desk, id, "notify", &Notify{About: "mediation", Recipient: "merchant", Channel: "letter", Text: "调解通知"})
	right := Actor{ID: "m-9", Role: RoleMerchant, Merchant: MerchantID("", "别家", "150102")}
	w.refused(ErrNotFound, right, id, "respond", &Respond{Kind: "final", Text: "x"})
	v := w.do(desk, id, "replace-merchant", &ReplaceMerchant{
		Merchant: &IdentityInput{Name: "别家", Region: "150102"}, Source: "licence", Reason: "同名商户，营业执照不符",
	})
	if v.Merchant.ID != right.Merchant || len(v.Former) != 1 || v.Former[0].Responses[0].Text != "本店同意退一半" || len(v.Former[0].Offers) != 1 || len(v.Responses)+len(v.Offers) > 0 {
		t.Fatalf("%+v", v.Former)
	}
	w.refused(ErrNotFound, shop, id, "respond", &Respond{Kind: "final", Text: "x"})
	if _, err := w.View(context.Background(), shop, id, nil); err == nil {
		t.Error("the wrong merchant still reads it")
	}
	if _, err := w.History(context.Background(), shop, id, -1, 10); err == nil {
		t.Error("and its history")
	}
	if v := w.view(right, id); len(v.Responses)+len(v.Offers)+len(v.Notices)+len(v.Former) > 0 || v.Competence != nil {
		t.Errorf("the right one reads %+v", v)
	}
	for _, e := range w.history(right, id) {
		if e == "complaint.responded.v1" || e == "complaint.offer_made.v1" || e == "complaint.respondent_replaced.v1" {
			t.Errorf("the right one reads %s", e)
		}
	}
	w.do(right, id, "respond", &Respond{Kind: "final", Text: "同意退款"})
	if got := w.history(right, id); !slices.Contains(got, "complaint.responded.v1") {
		t.Errorf("its own answer: %v", got)
	}
	if v := w.view(anyConsumer, id); len(v.Former) > 0 || v.Merchant.Name != "别家" {
		t.Errorf("%+v", v.Merchant)
	}
	// Nobody is known to be the right one.
	w.do(desk, id, "replace-merchant", &ReplaceMerchant{Reason: "仍不是"})
	w.refused(ErrNotFound, right, id, "respond", &Respond{Kind: "final", Text: "x"})
	w.refused(&complaint.Refusal{Code: "respondent_not_confirmed"}, desk, id, "replace-merchant", &ReplaceMerchant{Reason: "再一次"})
}

// A natural person who is the right respondent has a key and an id of its own.
func TestANaturalPersonReplacesAMerchant(t *testing.T) {
	w := newWorld(t)
	id := w.mediated()
	v := w.do(desk, id, "replace-merchant", &ReplaceMerchant{Merchant: &IdentityInput{Person: "巴特尔", Region: "150102"}, Source: "officer", Reason: "系个人销售"})
	if v.Merchant.Name != "巴特尔" || v.Merchant.ID == "" || v.Merchant.ID == shop.Merchant {
		t.Fatalf("%+v", v.Merchant)
	}
	w.never("巴特尔")
	s, _, err := w.State(context.Background(), id)
	if err != nil || s.Respondent.Person.Subject == subjectOf(id, "respondent") {
		t.Errorf("%+v, %v", s.Respondent, err)
	}
}

// A referral to the police shows to officers alone; nothing that a party reads changes.
func TestReferralToThePoliceIsForOfficersOnly_Order121Art42(t *testing.T) {
	w := newWorld(t)
	id := w.mediated()
	before := map[Role]CaseView{RoleMerchant: w.view(shop, id), RoleConsumer: w.view(anyConsumer, id)}
	v := w.do(desk, id, "refer-police", &ReferPolice{To: "新城区公安分局", Reason: "疑似调包", Document: "sha256:1"})
	if v.Police == nil || v.Police.Reason != "疑似调包" || v.Police.Document != "sha256:1" {
		t.Fatalf("%+v", v.Police)
	}
	if v := w.view(auditor, id); v.Police == nil || v.Police.Reason == "疑似调包" {
		t.Errorf("auditor: %+v", v.Police)
	}
	for _, party := range []Actor{shop, anyConsumer} {
		now := w.view(party, id)
		was := before[party.Role]
		if now.Police != nil || now.Status != was.Status || !slices.Equal(now.Actions, was.Actions) || !slices.Equal(now.Clocks, was.Clocks) {
			t.Errorf("%s reads %+v", party.Role, now)
		}
		if slices.Contains(w.history(party, id), "complaint.police_referred.v1") {
			t.Errorf("%s reads it in the history", party.Role)
		}
	}
	w.refused(ErrForbidden, shop, id, "refer-police", &ReferPolice{})
}

// The officer's view says who is competent and what other bodies close (rules 2.3, art 16).
func TestCompetenceIsShownToTheOffice_Order121Art13(t *testing.T) {
	w := newWorld(t)
	in := complaintOf("呼和浩特市暖阳家电有限公司")
	in.Merchant.Platform = &PlatformInput{USCC: "91330100799655058B", Name: "某平台", Shop: "暖阳家电旗舰店"}
	in.ExternalRefs = []ExternalRefInput{{System: "court", Number: "（2026）内0102民初1号"}}
	id := w.file(in).ID
	c := w.view(desk, id).Competence
	if c == nil || c.Kind != "on_platform" || len(c.Places) != 1 || c.Places[0].Region != "330100" || !c.Places[0].Instead || c.Places[0].Here {
		t.Fatalf("%+v", c)
	}
	if len(c.Closed) != 1 || c.Closed[0].Ground != "NA2_ALREADY" || c.Closed[0].Citation == "" || c.Places[0].Rule != "ORD-121.13" {
		t.Errorf("%+v", c.Closed)
	}
	if w.view(anyConsumer, id).Competence != nil {
		t.Error("the consumer reads it")
	}
}

// A mixed submission: the tip-off is kept for officers, the other complaint is a case of
// its own. Whether a tip-off grew, the merchant reads the same (Order 121 arts 9 and 37).
func TestMixedSubmissionIsSplit_Order121Art37(t *testing.T) {
	read := func(kind string) CaseView {
		w := newWorld(t)
		in := complaintOf("呼和浩特市暖阳家电有限公司")
		id := w.file(in).ID
		if kind != "" {
			w.do(desk, id, "split", &Split{Kind: kind, Text: "该店销售无强制认证的插座。", Rest: "冰箱送货三天后不制冷。", Requests: []RequestInput{{Kind: "refund"}}[:map[string]int{"complaint": 1}[kind]]})
		} else {
			w.do(desk, id, "split", &Split{Kind: "complaint", Text: "另购电饭煲漏电。", Rest: "冰箱送货三天后不制冷。", Requests: []RequestInput{{Kind: "refund"}}})
		}
		w.confirm(id)
		w.do(desk, id, "accept", &Accept{})
		if kind == "tipoff" {
			if v := w.view(desk, id); len(v.Splits) != 1 || v.Splits[0].Text != "该店销售无强制认证的插座。" || v.Facts != facts {
				t.Errorf("officer: %+v", v.Splits)
			}
			if v := w.view(anyConsumer, id); len(v.Splits) > 0 || v.Facts != facts {
				t.Errorf("consumer: %+v", v.Splits)
			}
		}
		return w.view(shop, id)
	}
	one, other := read("tipoff"), read("")
	if one.Facts != "冰箱送货三天后不制冷。" || one.Facts != other.Facts || one.Revision != other.Revision || len(one.Splits)+len(one.Links) > 0 || !slices.Equal(one.Actions, other.Actions) {
		t.Errorf("the merchant reads\n%+v\n%+v", one, other)
	}
}

// The other complaint: same consumer, same day of receipt, its own facts and requests;
// a repeat of the command completes what broke off, and opens nothing twice.
func TestSplitOpensALinkedCaseOnce(t *testing.T) {
	w := newWorld(t)
	id := w.received()
	w.at("2026-09-16")
	in := &Split{
		Kind: "complaint", Text: "另购电饭煲漏电，要求换货。", Rest: "冰箱不制冷。", Requests: []RequestInput{{Kind: "replace"}},
		Merchant: &MerchantInput{Name: "另一家电器行", Region: "150102", Address: "x"},
		Subject:  &PurchaseInput{Kind: "goods", Category: "appliances", Name: "电饭煲", BoughtOn: "2026-09-10", Channel: "offline", AmountFen: 19900},
	}
	do := func() CaseView {
		t.Helper()
		_, v, err := w.Act(context.Background(), desk, id, "split", in, Options{Key: "k"})
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	v := do()
	grown := v.Splits[0].Case
	c := w.view(desk, grown)
	if c.Facts != in.Text || c.Subject.Name != "电饭煲" || c.Told.Name != "另一家电器行" || c.Consumer.Name != consumerName || c.Number == v.Number ||
		len(c.Links) != 1 || c.Links[0].ID != id || c.Clocks[0].StartedOn.String() != "2026-09-14" {
		t.Fatalf("%+v", c)
	}
	before := len(w.envelopes())
	if again := do(); len(again.Splits) != 1 || len(w.envelopes()) > before+2 {
		t.Errorf("%d facts became %d", before, len(w.envelopes()))
	}
	if s, _, err := w.State(context.Background(), grown); err != nil || len(s.Links) != 1 || s.Consumer.Subject != subjectOf(id, "consumer") {
		t.Errorf("%+v, %v", s.Links, err)
	}
	// The consumer follows both.
	if w.view(anyConsumer, grown).ID != grown {
		t.Error("not the consumer's")
	}
	// What would be refused opens nothing.
	w.do(anyConsumer, id, "withdraw", &Withdraw{})
	before = len(w.envelopes())
	w.refused(&complaint.Refusal{Code: "ended"}, desk, id, "split", in)
	if len(w.envelopes()) != before {
		t.Error("a case was opened for a split that was refused")
	}
}
