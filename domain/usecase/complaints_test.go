package usecase

import (
	"context"
	"errors"
	"reflect"
	"slices"
	"sync"
	"testing"
	"time"

	"fangxin/domain/complaint"
	"fangxin/domain/es"
)

func TestFilingAgainWithTheSameKeyIsOneCase(t *testing.T) {
	w := newWorld(t)
	in := complaintOf("暖阳家电")
	first, v, err := w.File(t.Context(), anyConsumer, in, Options{Key: "k"})
	if err != nil || first.Repeated {
		t.Fatal(first, err)
	}
	again, v2, err := w.File(t.Context(), anyConsumer, in, Options{Key: "k"})
	if err != nil || !again.Repeated || again.ID != first.ID || again.Revision != first.Revision || !reflect.DeepEqual(v, v2) {
		t.Fatalf("%+v %v\n%+v\n%+v", again, err, v, v2)
	}
	// A year later, after the case went on, it is still the first receipt and the case
	// as it is now.
	w.confirm(v.ID)
	w.at("2027-09-14")
	again, v2, err = w.File(t.Context(), anyConsumer, in, Options{Key: "k"})
	if err != nil || again.Revision != first.Revision || v2.Revision != 2 || v2.Number != v.Number || !v2.FiledAt.Equal(v.FiledAt) {
		t.Fatalf("%+v %+v %v", again, v2, err)
	}
	in.Subject.AmountFen++
	if _, _, err := w.File(t.Context(), anyConsumer, in, Options{Key: "k"}); !errors.Is(err, es.ErrKeyReused) {
		t.Error("the key of another body:", err)
	}
	if r, _, err := w.File(t.Context(), stranger, in, Options{Key: "k"}); err != nil || r.ID == first.ID {
		t.Error("another person's key:", r, err)
	}
	if n := len(w.envelopes()); n != 5 {
		t.Errorf("%d events", n)
	}
}

func TestActingAgainWithTheSameKeyIsOneAct(t *testing.T) {
	w := newWorld(t)
	v := w.accepted()
	o := Options{Key: "k"}
	in := &Offer{Terms: TermsInput{Kind: "refund", AmountFen: 100, Text: "退一半"}}
	first, a, err := w.Act(t.Context(), shop, v.ID, "offer", in, o)
	if err != nil {
		t.Fatal(err)
	}
	again, b, err := w.Act(t.Context(), shop, v.ID, "offer", in, o)
	if err != nil || !again.Repeated || again.Revision != first.Revision || len(b.Offers) != 1 || a.Offers[0].ID != b.Offers[0].ID {
		t.Fatalf("%+v %+v %v", again, b.Offers, err)
	}
	in.Terms.AmountFen = 200
	if _, _, err := w.Act(t.Context(), shop, v.ID, "offer", in, o); !errors.Is(err, es.ErrKeyReused) {
		t.Error(err)
	}
	// The key on another case is another command.
	other := w.accepted()
	if r, _, err := w.Act(t.Context(), shop, other.ID, "offer", in, o); err != nil || r.Repeated {
		t.Error(r, err)
	}
}

func TestIfMatchOfAStaleRevision(t *testing.T) {
	w := newWorld(t)
	v := w.accepted()
	seen := es.Revision(v.Revision)
	w.do(shop, v.ID, "respond", &Respond{Kind: "interim", Text: "正在核实"})
	_, _, err := w.Act(t.Context(), desk, v.ID, "assign", &Assign{Unit: "u-1"}, Options{IfMatch: &seen})
	var stale *es.StaleError
	if !errors.As(err, &stale) || stale.Actual != seen+1 {
		t.Fatal(err)
	}
}

func TestWhoMayNotKnowGetsNotFound(t *testing.T) {
	w := newWorld(t)
	v := w.file(complaintOf("暖阳家电"))
	for _, a := range []Actor{stranger, shop, otherShop, {ID: "o-2", Role: RoleOfficer, Region: "150200"}} {
		if _, err := w.View(t.Context(), a, v.ID, nil); !errors.Is(err, ErrNotFound) {
			t.Errorf("view by %+v: %v", a, err)
		}
		if _, err := w.History(t.Context(), a, v.ID, es.None, 0); !errors.Is(err, ErrNotFound) {
			t.Errorf("history by %+v: %v", a, err)
		}
		if _, err := w.Clocks(t.Context(), a, v.ID); !errors.Is(err, ErrNotFound) {
			t.Errorf("clocks by %+v: %v", a, err)
		}
	}
	w.refused(ErrNotFound, stranger, v.ID, "withdraw", &Withdraw{})
	w.refused(ErrNotFound, otherShop, v.ID, "respond", &Respond{Kind: "final", Text: "x"})
	for _, id := range []string{"", "no-such-case", "../x", "\x00", string(make([]byte, 300))} {
		w.refused(ErrNotFound, desk, id, "accept", &Accept{})
	}
	w.refused(ErrForbidden, anyConsumer, v.ID, "accept", &Accept{})
	w.refused(ErrForbidden, shop, v.ID, "accept", &Accept{})
	w.refused(ErrForbidden, auditor, v.ID, "close", &Close{})
	w.refused(ErrForbidden, admin, v.ID, "close", &Close{})
	w.refused(ErrForbidden, desk, v.ID, "no-such-action", &Close{})
	w.refused(ErrUnknownAction, desk, v.ID, "accept", &Close{})
	w.refused(ErrUnknownAction, desk, v.ID, "accept", nil)
	if _, _, err := w.File(t.Context(), shop, complaintOf("x"), Options{}); !errors.Is(err, ErrForbidden) {
		t.Error("a merchant files:", err)
	}
	if n := len(w.envelopes()); n != 2 {
		t.Errorf("%d events: something was written", n)
	}
}

func TestRefusalByLawPassesThrough(t *testing.T) {
	w := newWorld(t)
	v := w.file(complaintOf("暖阳家电"))
	_, _, err := w.Act(t.Context(), desk, v.ID, "accept", &Accept{}, Options{})
	var refusal *complaint.Refusal
	if !errors.As(err, &refusal) || refusal.Code != "respondent_not_confirmed" || refusal.Rule == "" {
		t.Fatal(err)
	}
	if slices.Contains(v.Actions, "accept") || slices.Contains(w.view(desk, v.ID).Actions, "accept") {
		t.Error("accept is offered before the respondent is confirmed")
	}
	if a := w.confirm(v.ID).Actions; !slices.Contains(a, "accept") || !slices.Contains(a, "decline") || slices.Contains(a, "rate") {
		t.Error(a)
	}
}

func TestMeaninglessFieldsAreAllNamed(t *testing.T) {
	w := newWorld(t)
	in := complaintOf("")
	in.Merchant.Phone = ""
	in.Consumer.Region, in.Merchant.Region, in.Subject.Category = "159999", "110101", "unobtainium"
	in.Subject.BoughtOn, in.ReceivedOn = "2026-02-30", "2026-09-01"
	in.ExternalRefs = []ExternalRefInput{{System: "12345", Number: "1", ReceivedOn: "1899-12-31"}}
	_, _, err := w.File(t.Context(), anyConsumer, in, Options{})
	var invalid *InvalidError
	if !errors.As(err, &invalid) {
		t.Fatal(err)
	}
	want := []Fault{
		{Pointer: "/external_refs/0/received_on", Code: FaultDate}, {Pointer: "/received_on", Code: FaultOfficersOnly}, {Pointer: "/consumer/region", Code: FaultRegion},
		{Pointer: "/merchant", Code: FaultUnrecognisable}, {Pointer: "/merchant/region", Code: FaultRegion}, {Pointer: "/subject/bought_on", Code: FaultDate}, {Pointer: "/subject/category", Code: FaultCategory},
	}
	if !slices.Equal(invalid.Faults, want) {
		t.Errorf("%v\nwant %v", invalid.Faults, want)
	}
	in.Consumer = nil
	if _, _, err := w.File(t.Context(), anyConsumer, in, Options{}); !errors.As(err, &invalid) {
		t.Error(err)
	}
	if n := len(w.envelopes()); n != 0 {
		t.Errorf("%d events", n)
	}
}

func TestOneWayToRecogniseTheMerchantIsEnough(t *testing.T) {
	w := newWorld(t)
	for name, m := range map[string]MerchantInput{
		"credit code": {USCC: uscc}, "sign": {Sign: "老李修车"}, "stall": {Market: &MarketInput{Name: "东瓦窑市场", Stall: "3-12"}}, "phone": {Phone: "0471-4961234"}, "person": {Person: "李某"},
		"platform shop": {Platform: &PlatformInput{Name: "平台", Shop: "小店"}}, "payee": {Payee: &PayeeInput{Name: "李某某", Channel: "wechat"}},
	} {
		m.Region = "150102"
		in := complaintOf("")
		in.Merchant = m
		if _, _, err := w.File(t.Context(), anyConsumer, in, Options{}); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	w.never("李某")
}

func TestAWrongCreditCodeIsAWarning(t *testing.T) {
	w := newWorld(t)
	in := complaintOf("暖阳家电")
	in.Merchant.USCC = "91350203M0001QAY9B" // a real early code that does not follow the standard
	v := w.file(in)
	if got := w.view(desk, v.ID).Warnings; !slices.Equal(got, []string{"uscc_check"}) {
		t.Error(got)
	}
	if v.Warnings != nil {
		t.Error("the consumer sees", v.Warnings)
	}
}

func TestAsOfIsTheLongestPrefixKnownThen(t *testing.T) {
	w := newWorld(t)
	v := w.file(complaintOf("暖阳家电"))
	w.at("2026-09-15")
	w.confirm(v.ID)
	w.do(desk, v.ID, "accept", &Accept{})
	look := func(at time.Time) (CaseView, error) { return w.View(t.Context(), anyConsumer, v.ID, &at) }
	if _, err := look(v.FiledAt.Add(-time.Microsecond)); !errors.Is(err, ErrNotFound) {
		t.Error("before it was filed:", err)
	}
	then, err := look(v.FiledAt)
	if err != nil || then.Status != "received" || then.Merchant.Identity != "claimed" || then.Revision != 1 || len(then.Actions) != 0 {
		t.Errorf("%+v, %v", then, err)
	}
	if now, err := look(day("2026-09-16")); err != nil || now.Status != "accepted" || now.Revision != 3 || now.AsOf == nil {
		t.Errorf("%+v, %v", now, err)
	}
	// The merchant's access goes by the case as it is, not as it was.
	at := v.FiledAt
	if seen, err := w.View(t.Context(), shop, v.ID, &at); err != nil || seen.Status != "received" {
		t.Errorf("%+v, %v", seen, err)
	}
}

func TestTwoOfficersAtOnce(t *testing.T) {
	w := newWorld(t)
	v := w.file(complaintOf("暖阳家电"))
	w.confirm(v.ID)
	var wg sync.WaitGroup
	var mu sync.Mutex
	accepted, refused := 0, 0
	for i := range 8 {
		wg.Go(func() {
			officer := desk
			officer.ID = "o-" + itoa(i)
			_, _, err := w.Act(context.Background(), officer, v.ID, "accept", &Accept{}, Options{})
			mu.Lock()
			defer mu.Unlock()
			switch {
			case err == nil:
				accepted++
			case errors.Is(err, &complaint.Refusal{Code: "already_accepted"}):
				refused++
			default:
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if accepted != 1 || refused != 7 {
		t.Errorf("%d accepted, %d refused", accepted, refused)
	}
}
