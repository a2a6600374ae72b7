package usecase

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"

	"fangxin/domain/complaint"
	"fangxin/domain/es"
	"fangxin/domain/sealed"
)

func TestEveryReaderButTheConsumerLeavesATrace(t *testing.T) {
	w := newWorld(t)
	v := w.accepted()
	before := len(w.envelopes())
	w.view(anyConsumer, v.ID)
	if len(w.envelopes()) != before {
		t.Error("the consumer's own reading was recorded")
	}
	w.view(desk, v.ID)
	w.view(auditor, v.ID)
	w.view(shop, v.ID)
	if _, err := w.History(t.Context(), auditor, v.ID, es.None, 0); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Clocks(t.Context(), desk, v.ID); err != nil {
		t.Fatal(err)
	}
	w.at("2026-10-08")
	w.view(desk, v.ID)
	type trace struct {
		stream              es.StreamID
		actor, what, fields string
	}
	var got []trace
	for _, e := range w.envelopes()[before:] {
		read, err := w.Registry.Decode(&e)
		if err != nil {
			t.Fatal(err)
		}
		r := read.(*AccessRead)
		got = append(got, trace{e.Stream, r.Actor, r.What, r.Fields})
	}
	september, october := AccessStream(v.ID, day("2026-09-14")), AccessStream(v.ID, day("2026-10-08"))
	want := []trace{
		{september, "o-1", "view", "open"}, {september, "a-1", "view", "masked"}, {september, "m-1", "view", "open"},
		{september, "a-1", "history", "masked"}, {september, "o-1", "clocks", "none"}, {october, "o-1", "view", "open"},
	}
	if !slices.Equal(got, want) {
		t.Errorf("%v\nwant %v", got, want)
	}
	if september != es.StreamID("access."+v.ID+".2026-09") {
		t.Error(september)
	}
}

// noTrace refuses to write to the access log.
type noTrace struct{ es.Store }

func (s noTrace) Append(ctx context.Context, stream es.StreamID, at es.Revision, p []es.Pending) (es.Receipt, error) {
	if stream.Kind() == "access" {
		return es.Receipt{}, es.ErrUnavailable
	}
	return s.Store.Append(ctx, stream, at, p)
}

func TestNoTraceNoAnswer(t *testing.T) {
	w := newWorld(t)
	v := w.accepted()
	w.Store = noTrace{w.Store}
	if got, err := w.View(t.Context(), desk, v.ID, nil); !errors.Is(err, es.ErrUnavailable) || got.Facts != "" {
		t.Error(got.Facts, err)
	}
	if _, err := w.View(t.Context(), anyConsumer, v.ID, nil); err != nil {
		t.Error(err)
	}
}

func TestManyReadersOfOneCase(t *testing.T) {
	w := newWorld(t)
	v := w.accepted()
	before := len(w.envelopes())
	var wg sync.WaitGroup
	for range 20 {
		wg.Go(func() {
			if _, err := w.View(context.Background(), desk, v.ID, nil); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if n := len(w.envelopes()) - before; n != 20 {
		t.Errorf("%d traces", n)
	}
}

func TestWhatTheMerchantSees(t *testing.T) {
	w := newWorld(t)
	in := complaintOf("暖阳家电")
	in.Lane = "direct"
	v := w.file(in)
	w.confirm(v.ID)
	seen := w.view(shop, v.ID)
	if seen.Consumer.Name != consumerName || seen.Consumer.Phone != "" || seen.Consumer.Address != "" || seen.Consumer.IDNumber != "" ||
		seen.Consumer.IDType != "" || seen.Consumer.Region != "" || len(seen.Evidence) != 0 {
		t.Errorf("before acceptance: %+v", seen.Consumer)
	}
	if seen.Facts == "" || seen.Facts == facts {
		t.Errorf("facts with the phone in them: %q", seen.Facts)
	}
	accepted := w.view(shop, w.accepted().ID)
	if accepted.Consumer.Phone != consumerPhone || accepted.Consumer.Address != "" || accepted.Consumer.IDNumber != "" || len(accepted.Notices) != 0 {
		t.Errorf("after acceptance: %+v", accepted.Consumer)
	}
}

func TestAuditorsSeeMasks(t *testing.T) {
	w := newWorld(t)
	v := w.view(auditor, w.accepted().ID)
	if v.Consumer.Name != "乌*" || v.Consumer.Phone != "138****2233" || v.Consumer.Address != "" || v.Facts != "" || len(v.Actions) != 0 {
		t.Errorf("%+v %q %v", v.Consumer, v.Facts, v.Actions)
	}
}

func TestErasedAndRestrictedDataAreMarked(t *testing.T) {
	for manner, change := range map[string]func(*world, sealed.Subject) error{
		"erased":     func(w *world, s sealed.Subject) error { return w.keyring.Erase(context.Background(), s) },
		"restricted": func(w *world, s sealed.Subject) error { return w.keyring.Restrict(context.Background(), s) },
	} {
		t.Run(manner, func(t *testing.T) {
			w := newWorld(t)
			v := w.accepted()
			if err := change(w, subjectOf(v.ID, "consumer")); err != nil {
				t.Fatal(err)
			}
			for _, a := range []Actor{anyConsumer, desk} {
				got := w.view(a, v.ID)
				if got.Consumer.Erased != manner || got.Consumer.Name != "" || got.Consumer.Phone != "" || got.Facts != "" || got.Status != "accepted" {
					t.Errorf("%s: %+v", a.Role, got.Consumer)
				}
			}
			want := map[string]error{"erased": sealed.ErrErased, "restricted": sealed.ErrRestricted}[manner]
			w.refused(want, shop, v.ID, "respond", &Respond{Kind: "final", Text: "答复"})
		})
	}
}

func TestErasureByEventHidesTheMasksToo(t *testing.T) {
	w := newWorld(t)
	v := w.accepted()
	name, data, err := w.Registry.Encode(&complaint.SubjectErased{Subject: subjectOf(v.ID, "consumer"), Manner: "erased", Basis: "PIPL 47"})
	if err != nil {
		t.Fatal(err)
	}
	_, err = w.store.Append(t.Context(), Stream(v.ID), es.Revision(v.Revision), []es.Pending{{ID: es.DeriveID(es.Namespace, "e"), Type: name, Data: data,
		Meta: []byte(`{"at":"2026-09-14T03:00:00Z"}`)}})
	if err != nil {
		t.Fatal(err)
	}
	if got := w.view(auditor, v.ID).Consumer; got.Erased != "erased" || got.Name != "" || got.Phone != "" {
		t.Errorf("%+v", got)
	}
}

func TestASummaryForTheRegisterNamesNobody(t *testing.T) {
	w := newWorld(t)
	v := w.accepted()
	w.do(desk, v.ID, "hold-session", byPhone())
	w.do(desk, v.ID, "terminate", &Terminate{Ground: "TM_NO_AGREEMENT"})
	for _, text := range []string{"消费者" + consumerName + "称冰箱不制冷", "联系 " + consumerPhone, "订单" + orderNumber} {
		_, _, err := w.Act(t.Context(), desk, v.ID, "review-disclosure", &ReviewDisclosure{Summary: text}, Options{})
		var invalid *InvalidError
		if !errors.As(err, &invalid) || invalid.Faults[0] != (Fault{Pointer: "/summary", Code: FaultPersonal}) {
			t.Errorf("%q: %v", text, err)
		}
	}
	w.do(desk, v.ID, "review-disclosure", &ReviewDisclosure{Summary: "冰箱不制冷"})
}

func TestNaturalPersonAsRespondent(t *testing.T) {
	w := newWorld(t)
	v := w.file(complaintOf("老李修车"))
	proposed := w.do(desk, v.ID, "identify-merchant", &IdentifyMerchant{State: "proposed", Candidates: []CandidateInput{
		{IdentityInput: IdentityInput{Person: "李建国", Region: "150102"}, By: "payee"},
	}}).Merchant.Candidates
	if len(proposed) != 1 || proposed[0].Name != "李建国" || proposed[0].Person != nil {
		t.Errorf("%+v", proposed)
	}
	if seen := w.view(auditor, v.ID).Merchant.Candidates; seen[0].Name != "李*" {
		t.Errorf("%+v", seen)
	}
	got := w.do(desk, v.ID, "identify-merchant", &IdentifyMerchant{State: "confirmed", Source: "officer",
		Merchant: &IdentityInput{Person: "李建国", Region: "150102"}})
	if got.Merchant.Name != "李建国" || got.Merchant.ID != personalMerchantID(v.ID) {
		t.Errorf("%+v", got.Merchant)
	}
	if seen := w.view(auditor, v.ID).Merchant.Name; seen != "李*" {
		t.Error(seen)
	}
	w.never("李建国")
}
