package usecase

import (
	"context"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"

	"fangxin/domain/complaint"
	"fangxin/domain/es"
	"fangxin/domain/sealed"
)

// found is a lookup in the streams of a test.
type found struct{ w *world }

func (f found) CasesOf(_ context.Context, account, _ string, _ int) (ids []string, _ string, _ error) {
	for _, e := range f.w.envelopes() {
		if d, _ := f.w.Registry.Decode(&e); d != nil {
			if filed, ok := d.(*complaint.Filed); ok && filed.Consumer.Account == account {
				ids = append(ids, filed.ID)
			}
		}
	}
	return ids, "", nil
}

func (f found) Citing(_ context.Context, file string, _ int) (ids []string, _ error) {
	for _, e := range f.w.envelopes() {
		if d, _ := f.w.Registry.Decode(&e); d != nil {
			if filed, ok := d.(*complaint.Filed); ok && slices.Contains(filed.Evidence, file) {
				ids = append(ids, filed.ID)
			}
		}
	}
	return ids, nil
}

func newPeople(t testing.TB) *world {
	w := newWorld(t)
	w.Lookup = found{w}
	return w
}

// closed is a case whose file is kept for three years from 2026-09-14.
func (w *world) closed() string {
	w.t.Helper()
	v := w.accepted()
	w.do(shop, v.ID, "respond", &Respond{Kind: "final", Text: "同意退款给" + consumerName})
	w.do(desk, v.ID, "agree", &Agree{Form: "performed", Record: "当场退款", Terms: TermsInput{Kind: "refund", Text: "退给" + consumerName}})
	w.do(desk, v.ID, "close", &Close{})
	return v.ID
}

func (w *world) json(v any) string {
	w.t.Helper()
	raw, err := es.StdCodec{}.Marshal(v)
	if err != nil {
		w.t.Fatal(err)
	}
	return string(raw)
}

// everythingShown is what every role is told of the case on every road that reads.
func (w *world) everythingShown(id string) string {
	w.t.Helper()
	var b strings.Builder
	early := w.now()
	for _, a := range []Actor{anyConsumer, shop, desk, auditor} {
		if v, err := w.View(w.t.Context(), a, id, nil); err == nil {
			b.WriteString(w.json(v))
		}
		if v, err := w.View(w.t.Context(), a, id, &early); err == nil {
			b.WriteString(w.json(v))
		}
		if h, err := w.History(w.t.Context(), a, id, es.None, 0); err == nil {
			b.WriteString(w.json(h))
		}
		if c, err := w.Clocks(w.t.Context(), a, id); err == nil {
			b.WriteString(w.json(c))
		}
		if r, _, err := w.Reads(w.t.Context(), a, id); err == nil {
			b.WriteString(w.json(r))
		}
	}
	_, err := w.Held(w.t.Context(), anyConsumer, func(d *CaseData) error { b.WriteString(w.json(d)); return nil })
	if err != nil {
		w.t.Fatal(err)
	}
	return b.String()
}

// personal are the words, and their masks, that nobody may find.
func personal() []string {
	return []string{consumerName, consumerPhone, consumerID, consumerHome, orderNumber, "不制冷", "乌*", "138****2233", "110***"}
}

func (w *world) showsNothing(id string) {
	w.t.Helper()
	shown := w.everythingShown(id)
	for _, p := range personal() {
		if strings.Contains(shown, p) {
			w.t.Errorf("%s is shown", p)
		}
	}
}

// PIPL 46: the new value is shown at once and in looks at the past, the old one stays
// sealed and recognises nobody.
func TestCorrectedDataReplaceTheOld_PIPL46(t *testing.T) {
	w := newPeople(t)
	v := w.accepted()
	before := w.now()
	w.at("2026-09-16")
	const phone, name = "13900001111", "娜仁·格日乐"
	got := w.do(anyConsumer, v.ID, "correct-person", &CorrectPerson{Phone: phone, Name: name, Language: "mn"})
	if got.Consumer.Phone != phone || got.Consumer.Name != name || got.Consumer.Address != consumerHome || got.Consumer.Language != "mn" {
		t.Errorf("%+v", got.Consumer)
	}
	past, err := w.View(t.Context(), desk, v.ID, &before)
	if err != nil || past.Consumer.Phone != phone || past.Consumer.Name != name {
		t.Errorf("%+v, %v", past.Consumer, err)
	}
	for _, a := range []Actor{desk, auditor} {
		h, err := w.History(t.Context(), a, v.ID, es.None, 0)
		if text := w.json(h); err != nil || strings.Contains(text, "138****2233") || strings.Contains(text, "乌*") || !strings.Contains(text, "139****1111") {
			t.Errorf("%s: %v %s", a.Role, err, text)
		}
	}
	if old, _ := w.keyring.Same(t.Context(), sealed.Phone, consumerPhone, 9); len(old) != 0 {
		t.Errorf("the old phone recognises %v", old)
	}
	if now, _ := w.keyring.Same(t.Context(), sealed.Phone, phone, 9); len(now) != 1 {
		t.Errorf("the new phone recognises %v", now)
	}
	w.never(phone, name)
	w.refused(&complaint.Refusal{Code: "nothing_to_correct"}, anyConsumer, v.ID, "correct-person", &CorrectPerson{})
	w.refused(ErrNotFound, stranger, v.ID, "correct-person", &CorrectPerson{Phone: phone})
	w.refused(ErrForbidden, shop, v.ID, "correct-person", &CorrectPerson{Phone: phone})
	// PIPL 50: refused with the reason, which the consumer reads.
	w.do(desk, v.ID, "refuse-correction", &RefuseCorrection{Fields: []string{"id_number"}, Reason: "证件号码不符"})
	if r := w.view(anyConsumer, v.ID).Rights.CorrectionRefused; r == nil || r.Reason != "证件号码不符" || r.Fields[0] != "id_number" {
		t.Errorf("%+v", r)
	}
	if w.view(shop, v.ID).Rights != nil {
		t.Error("the merchant sees the rights")
	}
}

// PIPL 47(2): restricted data are stored and protected only.
func TestRestrictedCase_PIPL47(t *testing.T) {
	w := newPeople(t)
	id := w.closed()
	w.do(anyConsumer, id, "request-erasure", &RequestErasure{Reason: "请删除" + consumerName})
	w.refused(&complaint.Refusal{Code: "retention_runs"}, desk, id, "decide-erasure", &DecideErasure{Result: "erased"})
	receipt, bare, err := w.Act(t.Context(), desk, id, "decide-erasure", &DecideErasure{Result: "restricted"}, Options{})
	if err != nil || receipt.Repeated || bare.Consumer != nil || bare.Facts != "" {
		t.Fatalf("%v %+v", err, bare)
	}
	for _, a := range []Actor{desk, shop} {
		_, viewed := w.View(t.Context(), a, id, nil)
		_, history := w.History(t.Context(), a, id, es.None, 0)
		_, clocks := w.Clocks(t.Context(), a, id)
		if !errors.Is(viewed, ErrRestricted) || !errors.Is(history, ErrRestricted) || !errors.Is(clocks, ErrRestricted) {
			t.Errorf("%s: %v, %v, %v", a.Role, viewed, history, clocks)
		}
	}
	own := w.view(anyConsumer, id)
	if own.Rights.Data != "restricted" || own.Rights.Erasure.State != "restricted" || own.Consumer.Erased != "restricted" || own.Rights.Retention.Until.String() != "2029-09-14" {
		t.Errorf("%+v %+v", own.Rights, own.Consumer)
	}
	if seen := w.view(auditor, id); seen.Status != "closed" || seen.Consumer.Name != "" {
		t.Errorf("%+v", seen.Consumer)
	}
	w.refused(ErrRestricted, desk, id, "review-disclosure", &ReviewDisclosure{})
	w.showsNothing(id)
	if state, _ := w.keyring.StateOf(t.Context(), subjectOf(id, "consumer")); state != sealed.Restricted {
		t.Error(state)
	}
	w.at("2029-09-15")
	w.over(id)
	w.do(desk, id, "decide-erasure", &DecideErasure{Result: "erased"})
	w.showsNothing(id)
	if state, _ := w.keyring.StateOf(t.Context(), subjectOf(id, "consumer")); state != sealed.Erased {
		t.Error(state)
	}
}

// over lets the timers ask, twice: it is recorded once.
func (w *world) over(id string) {
	w.t.Helper()
	s, _, err := w.State(w.t.Context(), id)
	if err != nil {
		w.t.Fatal(err)
	}
	for i := range 2 {
		_, err := w.RecordDeadlinePassed(w.t.Context(), id, complaint.ClockRetention, s.RetainedUntil())
		if err != nil {
			w.t.Fatalf("%d: %v", i, err)
		}
	}
	n := 0
	for _, e := range w.stream(id) {
		if e.Type == "complaint.retention_over.v1" {
			n++
		}
	}
	if n != 1 {
		w.t.Errorf("%d times over", n)
	}
}

// PIPL 47: after erasure nothing personal is opened by any road, and every person and
// file of the case is in the list of erasures.
func TestErasedCaseShowsNothing_PIPL47(t *testing.T) {
	w := newPeople(t)
	id := w.closed()
	for _, p := range []string{consumerName, consumerPhone, consumerHome} {
		if !strings.Contains(w.everythingShown(id), p) {
			t.Fatalf("%s is not shown to begin with", p)
		}
	}
	w.at("2029-09-15")
	w.over(id)
	w.do(desk, id, "decide-erasure", &DecideErasure{Result: "erased"})
	w.showsNothing(id)
	if strings.Contains(w.everythingShown(id), "0471") {
		t.Error("the respondent's phone is shown")
	}
	for _, who := range []string{"consumer", "respondent"} {
		if !slices.Contains(w.keyring.Erasures(), subjectOf(id, who)) {
			t.Errorf("%s is not in the list of erasures", who)
		}
	}
	if seen := w.view(desk, id); seen.Status != "closed" || seen.AmountFen != 329900 || seen.Rights.Data != "erased" {
		t.Errorf("the figures are gone too: %+v", seen)
	}
}

// Who asks early keeps the respondent's data out of it: they are another person's.
func TestOnlyTheConsumersOwnDataGo_PIPL47(t *testing.T) {
	w := newPeople(t)
	id := w.closed()
	w.do(anyConsumer, id, "request-erasure", &RequestErasure{})
	w.do(desk, id, "decide-erasure", &DecideErasure{Result: "restricted"})
	if state, err := w.keyring.StateOf(t.Context(), subjectOf(id, "respondent")); err != nil || state != sealed.Active {
		t.Error(state, err)
	}
}

// A file goes with its consumer, unless another case that lives on cites it.
func TestFilesGoWithTheirOwner_PIPL47(t *testing.T) {
	for _, shared := range []bool{false, true} {
		w := newPeople(t)
		w.Blobs = &files{kept: map[string]string{}}
		blob, err := w.Offer(t.Context(), anyConsumer, strings.NewReader("a receipt"), 0)
		if err != nil {
			t.Fatal(err)
		}
		offers, err := w.offersOf(t.Context(), blob.ID)
		if err != nil {
			t.Fatal(err)
		}
		in := complaintOf("暖阳家电")
		in.Evidence = []string{blob.ID}
		id := w.file(in).ID
		if shared {
			w.file(in)
		}
		s, _, err := w.State(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		list, err := w.subjectsToErase(t.Context(), &s, "restricted")
		if err != nil || slices.Contains(list, offers[0].Subject) == shared || !slices.Contains(list, subjectOf(id, "consumer")) {
			t.Errorf("shared %v: %v, %v", shared, list, err)
		}
	}
}

// PIPL 44, 45: the consumer may know which office read the case, and not who sat there.
func TestWhoReadMyCase_PIPL45(t *testing.T) {
	w := newPeople(t)
	v := w.accepted()
	officer := desk
	officer.Unit = ""
	w.view(officer, v.ID)
	w.view(shop, v.ID)
	if _, err := w.Clocks(t.Context(), desk, v.ID); err != nil {
		t.Fatal(err)
	}
	w.at("2026-11-02")
	if _, err := w.History(t.Context(), auditor, v.ID, es.None, 0); err != nil {
		t.Fatal(err)
	}
	reads, more, err := w.Reads(t.Context(), anyConsumer, v.ID)
	if err != nil || more || len(reads) != 4 {
		t.Fatalf("%+v %v %v", reads, more, err)
	}
	if first, last := reads[0], reads[3]; first.What != "history" || first.Role != "auditor" || last.What != "view" || last.Region != "150100" || last.Fields != "open" {
		t.Errorf("%+v", reads)
	}
	for _, r := range reads {
		if r.Actor != "" {
			t.Errorf("the consumer is told of %s", r.Actor)
		}
	}
	if named, _, err := w.Reads(t.Context(), auditor, v.ID); err != nil || named[0].Actor == "" {
		t.Errorf("%+v %v", named, err)
	}
	for a, want := range map[*Actor]error{&stranger: ErrNotFound, &desk: ErrForbidden, &shop: ErrForbidden, &admin: ErrForbidden} {
		if _, _, err := w.Reads(t.Context(), *a, v.ID); !errors.Is(err, want) {
			t.Errorf("%s: %v", a.Role, err)
		}
	}
}

// An officer who opens a file that it took in itself is recorded too.
func TestReadingOnesOwnIntakeIsRecorded(t *testing.T) {
	w := newPeople(t)
	w.Blobs = &files{kept: map[string]string{}}
	id := w.accepted().ID
	blob, err := w.Offer(t.Context(), desk, strings.NewReader("taken in at the counter"), 0)
	if err != nil {
		t.Fatal(err)
	}
	file, _, err := w.Show(t.Context(), desk, id, blob.ID)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.Copy(io.Discard, file); err != nil {
		t.Fatal(err)
	}
	if reads, _, err := w.Reads(t.Context(), anyConsumer, id); err != nil || len(reads) != 1 || reads[0].What != "file" {
		t.Errorf("%+v %v", reads, err)
	}
}

// PIPL 45: all of it, opened, for the account alone.
func TestWhatIsHeldAboutMe_PIPL45(t *testing.T) {
	w := newPeople(t)
	a, b := w.accepted().ID, w.closed()
	if _, _, err := w.File(t.Context(), stranger, complaintOf("暖阳家电"), Options{}); err != nil {
		t.Fatal(err)
	}
	no := false
	w.do(anyConsumer, a, "change-consent", &ChangeConsent{Publish: &no, Wording: "v2"})
	w.view(desk, a)
	var got []*CaseData
	more, err := w.Held(t.Context(), anyConsumer, func(d *CaseData) error { got = append(got, d); return nil })
	if err != nil || more || len(got) != 2 || got[0].Case.ID != a || got[1].Case.ID != b {
		t.Fatalf("%+v %v %v", got, more, err)
	}
	d := got[0]
	if d.Case.Consumer.Phone != consumerPhone || d.Case.Consumer.Address != consumerHome || d.Case.Facts != facts || len(d.Reads) != 1 {
		t.Errorf("%+v", d)
	}
	if len(d.Consents) != 2 || !d.Consents[0].Publish || d.Consents[1].Publish || d.Consents[1].Wording != "v2" {
		t.Errorf("%+v", d.Consents)
	}
	if r := got[1].Case.Rights.Retention; r == nil || r.Class != "complaint_file" || r.Until.String() != "2029-09-14" {
		t.Errorf("%+v", r)
	}
	for _, other := range []Actor{desk, shop, auditor, admin, {Role: RoleConsumer}} {
		if _, err := w.Held(t.Context(), other, func(*CaseData) error { t.Error("given"); return nil }); !errors.Is(err, ErrForbidden) {
			t.Errorf("%s: %v", other.Role, err)
		}
	}
	stop := errors.New("the reader is gone")
	if _, err := w.Held(t.Context(), anyConsumer, func(*CaseData) error { return stop }); !errors.Is(err, stop) {
		t.Error(err)
	}
}
