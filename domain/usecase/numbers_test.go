package usecase

import (
	"context"
	"errors"
	"testing"
	"time"

	"fangxin/domain/complaint"
	"fangxin/domain/es"
	"fangxin/domain/es/estest"
	"fangxin/domain/numbering"
)

const office = "150102"

// decided is a case that was accepted and not told.
func (w *world) decided() CaseView {
	w.t.Helper()
	v := w.file(complaintOf("暖阳家电"))
	w.confirm(v.ID)
	return w.do(desk, v.ID, "accept", &Accept{})
}

func tellAcceptance() *Notify {
	return &Notify{About: "acceptance", Recipient: "consumer", Channel: "sms", Text: "已受理。"}
}

func (w *world) list(year int) NumberPage {
	w.t.Helper()
	p, err := w.Numbers(w.t.Context(), desk, office, year, "", 0)
	if err != nil {
		w.t.Fatal(err)
	}
	return p
}

// reopened is the same world after its process died: nothing but the stores is left.
func (w *world) reopened(store es.Store) {
	w.t.Helper()
	d := w.Deps
	d.Store = store
	c, err := NewComplaints(d)
	if err != nil {
		w.t.Fatal(err)
	}
	w.Complaints = c
}

// Each notice on an official form has the next number of its office and year, which
// stands in the view.
func TestNoticesOnOfficialFormsAreNumbered(t *testing.T) {
	w := newWorld(t)
	for n, want := range []string{"新城区市监投受〔2026〕第1号", "新城区市监投受〔2026〕第2号"} {
		v := w.decided()
		v = w.do(desk, v.ID, "notify", tellAcceptance())
		if v.Notices[0].Form != "5" || v.Notices[0].Number != want {
			t.Errorf("%d: %+v", n, v.Notices)
		}
	}
	p := w.list(2026)
	if p.Last != 2 || len(p.Numbers) != 2 || p.Numbers[0].Number != 2 || p.Numbers[0].State != "valid" || p.Voids != 0 {
		t.Errorf("%+v", p)
	}
	w.at("2027-01-05")
	v := w.decided()
	if v = w.do(desk, v.ID, "notify", tellAcceptance()); v.Notices[0].Number != "新城区市监投受〔2027〕第1号" {
		t.Errorf("a new year: %+v", v.Notices)
	}
}

// A number that the office gave by hand takes none of the row.
func TestANumberGivenByHandTakesNone(t *testing.T) {
	w := newWorld(t)
	v := w.decided()
	in := tellAcceptance()
	in.Number = "手〔2026〕7号"
	if v = w.do(desk, v.ID, "notify", in); v.Notices[0].Number != in.Number || w.list(2026).Last != 0 {
		t.Errorf("%+v", v.Notices)
	}
}

// What is refused takes no number, a repeat takes no second.
func TestRefusalsAndRepeatsTakeNoNumber(t *testing.T) {
	w := newWorld(t)
	v := w.decided()
	in := tellAcceptance()
	in.Recipient = "merchant"
	w.refused(&complaint.Refusal{Code: "not_a_recipient"}, desk, v.ID, "notify", in)
	stale := es.Revision(0)
	_, _, err := w.Act(t.Context(), desk, v.ID, "notify", tellAcceptance(), Options{IfMatch: &stale})
	var seen *es.StaleError
	if !errors.As(err, &seen) {
		t.Error(err)
	}
	for range 3 {
		if _, _, err := w.Act(t.Context(), desk, v.ID, "notify", tellAcceptance(), Options{Key: "k"}); err != nil {
			t.Fatal(err)
		}
	}
	if p := w.list(2026); p.Last != 1 || len(w.view(desk, v.ID).Notices) != 1 {
		t.Errorf("%+v", p)
	}
}

// The process dies after the number and before the notice. A repeat completes it with
// the same number, at whichever append it died.
func TestARepeatAfterACrashCompletesTheNotice(t *testing.T) {
	for name, script := range map[string][]estest.Fault{
		"before the number":                {estest.FailBefore(nil)},
		"the number's answer is lost":      {estest.FailAfter(), estest.FailBefore(nil)},
		"before the notice":                {estest.Pass(), estest.FailBefore(nil)},
		"the notice's answer is lost":      {estest.Pass(), estest.FailAfter(), estest.FailBefore(nil)},
		"at the number, and at the notice": {estest.FailBefore(nil), estest.Pass(), estest.FailBefore(nil)},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			v := w.decided()
			faulty := estest.Faulty(w.store)
			faulty.Next(estest.Appending, script...)
			for try := 0; ; try++ {
				w.reopened(faulty)
				ctx, cancel := context.WithCancel(t.Context())
				w.Complaints.Wait = func(context.Context, int) error { cancel(); return context.Canceled } // it dies instead of waiting
				_, _, err := w.Act(ctx, desk, v.ID, "notify", tellAcceptance(), Options{Key: "k"})
				cancel()
				if err == nil {
					break
				}
				if try == 5 {
					t.Fatal(err)
				}
			}
			p := w.list(2026)
			got := w.view(desk, v.ID)
			if p.Last != 1 || p.Voids != 0 || len(got.Notices) != 1 || got.Notices[0].Number != p.Numbers[0].Text {
				t.Errorf("%+v, %+v", p, got.Notices)
			}
		})
	}
}

// A number whose notice never came is pending at first and then voided: it is visible
// and no gap. The number after it goes on.
func TestANumberThatWasNeverIssuedIsVoided(t *testing.T) {
	w := newWorld(t)
	v := w.decided()
	faulty := estest.Faulty(w.store)
	faulty.Next(estest.Appending, estest.Pass(), estest.FailBefore(nil))
	w.reopened(faulty)
	if _, _, err := w.Act(t.Context(), desk, v.ID, "notify", tellAcceptance(), Options{Key: "k"}); !errors.Is(err, es.ErrUnavailable) {
		t.Fatal(err)
	}
	if p := w.list(2026); p.Last != 1 || p.Numbers[0].State != "pending" {
		t.Fatalf("%+v", p)
	}
	w.mu.Lock()
	w.clock = w.clock.Add(settleAfter + time.Minute)
	w.mu.Unlock()
	other := w.decided()
	w.do(desk, other.ID, "notify", tellAcceptance())
	p := w.list(2026)
	if p.Last != 2 || p.Voids != 1 || p.Numbers[1].State != "voided" || p.Numbers[1].Voided.Why != "not_issued" || p.Numbers[0].State != "valid" {
		t.Errorf("%+v", p)
	}
	_, _, err := w.Act(t.Context(), desk, v.ID, "notify", tellAcceptance(), Options{Key: "k"})
	if !errors.Is(err, &complaint.Refusal{Code: "number_voided"}) {
		t.Error("the lost request, sent again too late:", err)
	}
	if v := w.do(desk, v.ID, "notify", tellAcceptance()); v.Notices[0].Number != "新城区市监投受〔2026〕第3号" {
		t.Errorf("%+v", v.Notices)
	}
}

// The notice is refused after its number was taken: the number is voided at once.
func TestARefusedNoticeVoidsItsNumber(t *testing.T) {
	w := newWorld(t)
	v := w.decided()
	f, err := w.load(t.Context(), v.ID, nil)
	if err != nil {
		t.Fatal(err)
	}
	// Another officer tells the consumer between the two steps.
	do := complaint.Notify{Notice: "n-late", About: "acceptance", Recipient: complaint.Consumer, Channel: "sms", TextHash: "h"}
	w.do(desk, v.ID, "notify", tellAcceptance())
	q := request{actor: desk, route: "notify", id: v.ID, command: es.DeriveID(es.Namespace, "late"), body: "b", do: do}
	if _, err := w.runNumbered(t.Context(), q, &f); !errors.Is(err, &complaint.Refusal{Code: "already_notified"}) {
		t.Fatal(err)
	}
	p := w.list(2026)
	if p.Last != 2 || p.Voids != 1 || p.Numbers[0].Voided == nil || p.Numbers[0].Voided.Why != "not_issued" {
		t.Errorf("%+v", p)
	}
}

// Voiding a notice voids its number; a crash between the two is made good by the
// repeat, or by the next look at the row.
func TestVoidingANoticeVoidsItsNumber(t *testing.T) {
	w := newWorld(t)
	v := w.decided()
	v = w.do(desk, v.ID, "notify", tellAcceptance())
	in := &VoidNotice{Notice: v.Notices[0].ID, Why: "misprint", Reason: "日期印错"}
	faulty := estest.Faulty(w.store)
	faulty.Next(estest.Appending, estest.Pass(), estest.FailBefore(nil))
	w.reopened(faulty)
	if _, _, err := w.Act(t.Context(), desk, v.ID, "void-notice", in, Options{Key: "v"}); !errors.Is(err, es.ErrUnavailable) {
		t.Fatal(err)
	}
	if _, _, err := w.Act(t.Context(), desk, v.ID, "void-notice", in, Options{Key: "v"}); err != nil {
		t.Fatal(err)
	}
	p := w.list(2026)
	if p.Voids != 1 || p.Numbers[0].Voided.Why != "misprint" || w.view(desk, v.ID).Notices[0].State != "voided" {
		t.Errorf("%+v", p)
	}
	w.never("日期印错")
	if again := w.do(desk, v.ID, "notify", tellAcceptance()); again.Notices[1].Number != "新城区市监投受〔2026〕第2号" {
		t.Errorf("%+v", again.Notices)
	}
}

// Who may see the row, and its pages.
func TestNumbersAreListedByPages(t *testing.T) {
	w := newWorld(t)
	for range 3 {
		w.do(desk, w.decided().ID, "notify", tellAcceptance())
	}
	first, err := w.Numbers(t.Context(), auditor, office, 2026, "", 2)
	if err != nil || len(first.Numbers) != 2 || first.Next == "" {
		t.Fatalf("%+v, %v", first, err)
	}
	rest, err := w.Numbers(t.Context(), auditor, office, 2026, first.Next, 2)
	if err != nil || len(rest.Numbers) != 1 || rest.Numbers[0].Number != 1 || rest.Next != "" {
		t.Errorf("%+v, %v", rest, err)
	}
	for _, c := range []struct {
		actor  Actor
		office string
		year   int
		cursor string
		want   error
	}{
		{anyConsumer, office, 2026, "", ErrForbidden}, {shop, office, 2026, "", ErrForbidden},
		{Actor{ID: "o-2", Role: RoleOfficer, Region: "150200"}, office, 2026, "", ErrNotFound},
		{desk, "150102", 1900, "", ErrNotFound}, {auditor, "no office!", 2026, "", ErrNotFound},
		{desk, office, 2026, "x", ErrCursor}, {desk, office, 2026, "-1", ErrCursor},
	} {
		if _, err := w.Numbers(t.Context(), c.actor, c.office, c.year, c.cursor, 0); !errors.Is(err, c.want) {
			t.Errorf("%s, %s, %d, %q: %v", c.actor.Role, c.office, c.year, c.cursor, err)
		}
	}
}

// A notice that waits to be sent has its number; sending is recorded with its proof,
// which a party does not see.
func TestDeliveryIsProven(t *testing.T) {
	w := newWorld(t)
	v := w.decided()
	in := tellAcceptance()
	in.Channel = ""
	v = w.do(desk, v.ID, "notify", in)
	n := v.Notices[0]
	if n.State != "issued" || n.Number == "" {
		t.Fatalf("%+v", n)
	}
	v = w.do(desk, v.ID, "record-delivery", &RecordDelivery{
		Notice: n.ID, State: "sent", Channel: "letter", Proof: &ProofInput{Kind: "postal", Number: "XA12345678915"},
	})
	if n = v.Notices[0]; n.State != "sent" || n.Proof == nil || n.Proof.Number != "XA12345678915" {
		t.Errorf("%+v", n)
	}
	if n = w.view(anyConsumer, v.ID).Notices[0]; n.Proof != nil || n.SentOn.IsZero() {
		t.Errorf("the consumer sees %+v", n)
	}
	w.never("XA12345678915")
}

// The official record: its number and how each act stands there.
func TestTheOfficialRecord(t *testing.T) {
	w := newWorld(t)
	v := w.decided()
	w.do(desk, v.ID, "record-external-ref", &RecordExternalRef{ExternalRefInput{System: "12315", Number: "1150102002026091412345678"}})
	v = w.do(desk, v.ID, "record-sync", &RecordSync{Act: "accepted", State: "differs", Field: "accepted_on", Ours: "2026-09-14", Theirs: "2026-09-15"})
	byAct := map[string]SyncView{}
	for _, s := range v.Sync {
		byAct[s.Act] = s
	}
	if byAct["filed"].State != "to_enter" || byAct["accepted"].State != "differs" || byAct["accepted"].Theirs != "2026-09-15" || v.ExternalRefs[0].Number == "" {
		t.Errorf("%+v", v.Sync)
	}
	if got := w.view(anyConsumer, v.ID).Sync; got != nil {
		t.Errorf("the consumer sees %+v", got)
	}
	_, _, err := w.Act(t.Context(), desk, v.ID, "record-external-ref", &RecordExternalRef{ExternalRefInput{System: "other", Number: consumerID}}, Options{})
	var invalid *InvalidError
	if !errors.As(err, &invalid) {
		t.Error("an ID number as a reference:", err)
	}
}

// The row of a case that moved on is still found when its notice is voided.
func TestARowIsFoundAfterTheCaseMovedOn(t *testing.T) {
	w := newWorld(t)
	v := w.file(complaintOf("暖阳家电"))
	v = w.do(desk, v.ID, "notify", &Notify{About: "identity", Recipient: "consumer", Channel: "letter", Text: "请补充。"})
	w.do(desk, v.ID, "forward", &Forward{To: "150103"})
	v = w.do(desk, v.ID, "void-notice", &VoidNotice{Notice: v.Notices[0].ID, Why: "revoked", Reason: "已移送"})
	if p := w.list(2026); p.Voids != 1 || p.Numbers[0].Voided.Why != string(numbering.WhyRevoked) || v.Region != "150103" {
		t.Errorf("%+v", p)
	}
}

// A command that voids notices on its way voids their numbers too, and says for whom
// they were wrong; a crash between the two is made good by the repeat.
func TestReplacingTheMerchantVoidsNumbers(t *testing.T) {
	w := newWorld(t)
	v := w.decided()
	w.do(desk, v.ID, "notify", tellAcceptance())
	w.do(desk, v.ID, "notify", &Notify{About: "mediation", Recipient: "merchant", Channel: "letter", Text: "调解通知"})
	w.do(desk, v.ID, "notify", &Notify{About: "mediation", Recipient: "merchant", Channel: "letter", Text: "再次通知"})
	in := &ReplaceMerchant{Merchant: &IdentityInput{Name: "别家", Region: "150102"}, Source: "licence", Reason: "同名商户"}
	faulty := estest.Faulty(w.store)
	faulty.Next(estest.Appending, estest.Pass(), estest.Pass(), estest.FailBefore(nil))
	w.reopened(faulty)
	if _, _, err := w.Act(t.Context(), desk, v.ID, "replace-merchant", in, Options{Key: "r"}); !errors.Is(err, es.ErrUnavailable) {
		t.Fatal(err)
	}
	if _, _, err := w.Act(t.Context(), desk, v.ID, "replace-merchant", in, Options{Key: "r"}); err != nil {
		t.Fatal(err)
	}
	p := w.list(2026)
	if p.Last != 3 || p.Voids != 2 || p.Numbers[2].State != "valid" {
		t.Fatalf("%+v", p)
	}
	for _, n := range p.Numbers[:2] {
		if n.Voided == nil || n.Voided.Why != "wrong_recipient" {
			t.Errorf("%+v", n)
		}
	}
}
