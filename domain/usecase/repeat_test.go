package usecase

import (
	"errors"
	"testing"

	"fangxin/domain/complaint"
	"fangxin/domain/es"
	"fangxin/domain/sealed"
)

// found all the same, and nothing is lost in silence.
func TestAKeyWithOtherWordsIsReused(t *testing.T) {
	w := newWorld(t)
	in := complaintOf("暖阳家电")
	if _, _, err := w.File(t.Context(), anyConsumer, in, Options{Key: "k"}); err != nil {
		t.Fatal(err)
	}
	for name, change := range map[string]func(*FileComplaint){
		"facts": func(in *FileComplaint) { in.Facts = "另一件事。" },
		"a name": func(in *FileComplaint) {
			in.Consumer = &ConsumerInput{}
			*in.Consumer = *complaintOf("").Consumer
			in.Consumer.Name = "别人"
		},
		"one field off": func(in *FileComplaint) { in.Subject.OrderNo = "" },
		"one field on":  func(in *FileComplaint) { in.Subject.Place = "柜台" },
	} {
		other := complaintOf("暖阳家电")
		change(&other)
		if _, _, err := w.File(t.Context(), anyConsumer, other, Options{Key: "k"}); !errors.Is(err, es.ErrKeyReused) {
			t.Errorf("%s: %v", name, err)
		}
	}
	v := w.accepted()
	say := func(text string) error {
		_, _, err := w.Act(t.Context(), anyConsumer, v.ID, "supplement", &Supplement{Text: text}, Options{Key: "s"})
		return err
	}
	if err := errors.Join(say("甲"), say("甲")); err != nil {
		t.Error(err)
	}
	if err := say("乙"); !errors.Is(err, es.ErrKeyReused) {
		t.Error(err)
	}
}

// Two roles of one subject are two accounts: a key of the one is none of the other.
func TestAKeyBelongsToARole(t *testing.T) {
	w := newWorld(t)
	officer := Actor{ID: anyConsumer.ID, Role: RoleOfficer, Region: "150100"}
	a, _, err := w.File(t.Context(), anyConsumer, complaintOf("暖阳家电"), Options{Key: "k"})
	if err != nil {
		t.Fatal(err)
	}
	b, _, err := w.File(t.Context(), officer, complaintOf("暖阳家电"), Options{Key: "k"})
	if err != nil || b.ID == a.ID || b.Repeated {
		t.Error(b, err)
	}
}

// and nothing of what became of it; a retry that shows the case is a reading.
func TestARetryShowsNoMoreThanALook(t *testing.T) {
	w := newWorld(t)
	in := complaintOf("暖阳家电")
	in.Merchant.Region = "150202"
	file := func() CaseView {
		_, v, err := w.File(t.Context(), desk, in, Options{Key: "k"})
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	first := file()
	if again := file(); again.ID != first.ID || again.Number != first.Number || again.Consumer != nil || again.Facts != "" || again.Status != "" {
		t.Errorf("%+v", again)
	}
	in.Merchant.Region = "150102"
	read := func() (n int) {
		for _, e := range w.envelopes() {
			if e.Type == "access.read.v1" {
				n++
			}
		}
		return n
	}
	one := func() {
		if _, _, err := w.File(t.Context(), desk, in, Options{Key: "k2"}); err != nil {
			t.Fatal(err)
		}
	}
	one()
	before := read()
	if one(); read() != before+1 {
		t.Error("the retry left no trace of the reading")
	}
}

// A filing that is refused leaves nothing in the keyring.
func TestARefusedFilingLeavesNoKey(t *testing.T) {
	w := newWorld(t)
	in := complaintOf("暖阳家电")
	in.Subject.BoughtOn = "2026-12-01" // after filing
	_, _, err := w.File(t.Context(), anyConsumer, in, Options{Key: "k"})
	var refusal *complaint.Refusal
	if !errors.As(err, &refusal) {
		t.Fatal(err)
	}
	same, err := w.keyring.Same(t.Context(), sealed.Phone, consumerPhone, 10)
	if err != nil || len(same) != 0 {
		t.Error(same, err)
	}
	// A repeat is answered also where the law would refuse it today.
	in = complaintOf("暖阳家电")
	first, _, err := w.File(t.Context(), anyConsumer, in, Options{Key: "k"})
	if err != nil {
		t.Fatal(err)
	}
	w.at("2026-09-01") // before the delivery
	if again, _, err := w.File(t.Context(), anyConsumer, in, Options{Key: "k"}); err != nil || again.ID != first.ID || !again.Repeated {
		t.Error(again, err)
	}
}

// Who forwards a case out of its own reach, and lost the answer, is told on asking again
// that it was done; the case itself it does not see any more (design §4, §7).
func TestAForwardingThatLostItsAnswerIsAnswered(t *testing.T) {
	w := newWorld(t)
	v := w.file(complaintOf("暖阳家电"))
	body := &Forward{To: "150203"}
	send := func(actor Actor, key string) (Receipt, CaseView, error) {
		return w.Act(t.Context(), actor, v.ID, "forward", body, Options{Key: key})
	}
	first, _, err := send(desk, "k-1")
	if err != nil {
		t.Fatal(err)
	}
	again, view, err := send(desk, "k-1")
	if err != nil || !again.Repeated || again.Revision != first.Revision || view.Status != "" {
		t.Errorf("sent again: %+v %+v, %v", again, view, err)
	}
	if _, _, err := send(desk, "k-2"); !errors.Is(err, ErrNotFound) {
		t.Errorf("another command: %v", err)
	}
	other := desk
	other.ID = "o-9"
	if _, _, err := send(other, "k-1"); !errors.Is(err, ErrNotFound) {
		t.Errorf("another officer: %v", err)
	}
}

// The reason of a replacement stands in each fact that follows from it; sent again with
// the same key it is the same request.
func TestATextThatStandsInSeveralFactsIsOneText(t *testing.T) {
	w := newWorld(t)
	v := w.accepted()
	w.do(desk, v.ID, "notify", &Notify{About: "mediation", Recipient: "merchant", Channel: "sms", Text: "调解通知"})
	send := func(reason string) (Receipt, error) {
		r, _, err := w.Act(t.Context(), desk, v.ID, "replace-merchant", &ReplaceMerchant{
			Reason: reason, Source: "register", Merchant: &IdentityInput{Name: "别家", Region: "150102"},
		}, Options{Key: "k"})
		return r, err
	}
	first, err := send("认定有误")
	if err != nil {
		t.Fatal(err)
	}
	if again, err := send("认定有误"); err != nil || !again.Repeated || again.Revision != first.Revision {
		t.Errorf("sent again: %+v, %v", again, err)
	}
	if _, err := send("另一理由"); !errors.Is(err, es.ErrKeyReused) {
		t.Errorf("another reason: %v", err)
	}
}

// A correction writes the whole person; only what was corrected is the request's own.
func TestACorrectionSentTwiceIsOne(t *testing.T) {
	w := newWorld(t)
	v := w.file(complaintOf("暖阳家电"))
	send := func(phone string) (Receipt, error) {
		r, _, err := w.Act(t.Context(), anyConsumer, v.ID, "correct-person", &CorrectPerson{Phone: phone}, Options{Key: "k"})
		return r, err
	}
	first, err := send("13900001111")
	if err != nil {
		t.Fatal(err)
	}
	if again, err := send("13900001111"); err != nil || !again.Repeated || again.Revision != first.Revision {
		t.Errorf("sent again: %+v, %v", again, err)
	}
	if _, err := send("13900002222"); !errors.Is(err, es.ErrKeyReused) {
		t.Errorf("another phone: %v", err)
	}
}

// What restricts a case, or sets it free, may be sent again: its reason lies under the
// key that was right before it (PIPL 47).
func TestRestrictingAndLiftingAreRepeatable(t *testing.T) {
	w := newPeople(t)
	id := w.closed()
	for _, c := range []struct {
		route, key string
		in, other  any
	}{
		{"decide-erasure", "r", &DecideErasure{Result: "restricted", Reason: "依申请。"}, &DecideErasure{Result: "restricted", Reason: "另一理由。"}},
		{"lift-restriction", "l", &LiftRestriction{Reason: "撤回申请。"}, &LiftRestriction{Reason: "另一理由。"}},
		// A second time: what was written meanwhile has a key that is never restricted.
		{"decide-erasure", "r2", &DecideErasure{Result: "restricted", Reason: "依申请。"}, &DecideErasure{Result: "restricted"}},
	} {
		if c.route == "decide-erasure" {
			w.do(anyConsumer, id, "request-erasure", &RequestErasure{Reason: "不再需要。"})
		}
		first, _, err := w.Act(t.Context(), desk, id, c.route, c.in, Options{Key: c.key})
		if err != nil {
			t.Fatal(c.route, err)
		}
		again, _, err := w.Act(t.Context(), desk, id, c.route, c.in, Options{Key: c.key})
		if err != nil || !again.Repeated || again.Revision != first.Revision {
			t.Errorf("%s again: %+v, %+v, %v", c.route, first, again, err)
		}
		// Restricted words are taken for the same; free ones are compared.
		_, _, err = w.Act(t.Context(), desk, id, c.route, c.other, Options{Key: c.key})
		if c.route == "lift-restriction" && !errors.Is(err, es.ErrKeyReused) {
			t.Errorf("%s with other words: %v", c.route, err)
		}
	}
}
