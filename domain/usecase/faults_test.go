package usecase

import (
	"bytes"
	"context"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"fangxin/domain/complaint"
	"fangxin/domain/es"
	"fangxin/domain/es/estest"
	"fangxin/domain/sealed"
)

func TestUseCasesNeedTheirParts(t *testing.T) {
	w := newWorld(t)
	for name, remove := range map[string]func(*Deps){
		"store": func(d *Deps) { d.Store = nil }, "registry": func(d *Deps) { d.Registry = nil }, "keyring": func(d *Deps) { d.Keyring = nil },
		"clock": func(d *Deps) { d.Now = nil }, "entropy": func(d *Deps) { d.Entropy = nil }, "wait": func(d *Deps) { d.Wait = nil },
		"catalogue": func(d *Deps) { d.Law.Catalogue = nil }, "calendar": func(d *Deps) { d.Law.Calendar = nil }, "lanes": func(d *Deps) { d.Law.Lanes = nil },
	} {
		d := w.Deps
		remove(&d)
		if _, err := NewComplaints(d); err == nil {
			t.Errorf("made without %s", name)
		}
	}
}

func TestWithoutEntropyNothingIsWritten(t *testing.T) {
	w := newWorld(t)
	d := w.Deps
	d.Entropy = iotest.ErrReader(io.ErrUnexpectedEOF)
	c, err := NewComplaints(d)
	if err != nil {
		t.Fatal(err)
	}
	for _, o := range []Options{{}, {Key: "k"}} {
		if _, _, err := c.File(t.Context(), anyConsumer, complaintOf("暖阳家电"), o); !errors.Is(err, io.ErrUnexpectedEOF) {
			t.Error(err)
		}
	}
	if n := len(w.envelopes()); n != 0 {
		t.Error(n)
	}
}

// lossy answers every append twice with an unknown outcome, once written and once
// not, before it tells.
type lossy struct {
	es.Store
	n int
}

func (s *lossy) Append(ctx context.Context, stream es.StreamID, at es.Revision, p []es.Pending) (es.Receipt, error) {
	s.n++
	switch s.n % 3 {
	case 1:
		return es.Receipt{}, es.ErrUnknownOutcome
	case 2:
		if _, err := s.Store.Append(ctx, stream, at, p); err != nil {
			return es.Receipt{}, err
		}
		return es.Receipt{}, es.ErrUnknownOutcome
	}
	return s.Store.Append(ctx, stream, at, p)
}

func TestLostAnswersLoseAndDoubleNothing(t *testing.T) {
	w := newWorld(t)
	w.Store = &lossy{Store: w.Store}
	v := w.accepted()
	w.view(desk, v.ID)
	// The case has its six facts once each; the reading is traced beside it.
	if n := len(w.stream(v.ID)); n != 6 || len(w.envelopes()) == n || v.Status != "accepted" || v.Revision != 5 {
		t.Errorf("%d events, %+v", n, v)
	}
}

func TestAStreamOfANewerProgramIsNotFolded(t *testing.T) {
	w := newWorld(t)
	v := w.file(complaintOf("暖阳家电"))
	appendRaw := func(revision es.Revision, name, data, meta string) {
		t.Helper()
		_, err := w.store.Append(t.Context(), Stream(v.ID), revision, []es.Pending{{
			ID: es.DeriveID(es.Namespace, name), Type: name, Data: []byte(data), Meta: []byte(meta),
		}})
		if err != nil {
			t.Fatal(err)
		}
	}
	appendRaw(1, "complaint.teleported.v1", "{}", "{}")
	if _, err := w.View(t.Context(), desk, v.ID, nil); !errors.Is(err, es.ErrUnknownType) {
		t.Error(err)
	}
	w.refused(es.ErrUnknownType, desk, v.ID, "assign", &Assign{Unit: "u"})
	if _, err := w.RecordDeadlinePassed(t.Context(), v.ID, "CP.ACCEPT", 1); !errors.Is(err, es.ErrUnknownType) {
		t.Error(err)
	}

	v = w.file(complaintOf("暖阳家电"))
	appendRaw(1, "access.read.v1", "{}", "{}")
	var broken *es.DecodeError
	if _, err := w.View(t.Context(), desk, v.ID, nil); !errors.As(err, &broken) {
		t.Error("a fact of another kind in a case's stream:", err)
	}
	v = w.file(complaintOf("暖阳家电"))
	appendRaw(1, "complaint.closed.v1", `{"outcome":7}`, "{}")
	if _, err := w.View(t.Context(), desk, v.ID, nil); !errors.As(err, &broken) || broken.At != 2 {
		t.Error("damaged data:", err)
	}
}

func TestACutReadIsNeverAShorterCase(t *testing.T) {
	w := newWorld(t)
	v := w.accepted()
	faulty := estest.Faulty(w.Store)
	w.Store = faulty
	for n := range 6 {
		for what, ask := range map[string]func() error{
			"view":    func() error { _, err := w.View(t.Context(), anyConsumer, v.ID, nil); return err },
			"state":   func() error { _, _, err := w.State(t.Context(), v.ID); return err },
			"clocks":  func() error { _, err := w.Clocks(t.Context(), anyConsumer, v.ID); return err },
			"history": func() error { _, err := w.History(t.Context(), anyConsumer, v.ID, es.None, 0); return err },
			"act": func() error {
				_, _, err := w.Act(t.Context(), anyConsumer, v.ID, "withdraw", &Withdraw{}, Options{})
				return err
			},
		} {
			w.remembered.young, w.remembered.old = nil, nil // a process that knows nothing yet reads the whole stream
			faulty.Next(estest.ReadStream, estest.Cut(n, es.ErrUnavailable))
			if err := ask(); !errors.Is(err, es.ErrUnavailable) {
				t.Errorf("%s, cut after %d: %v", what, n, err)
			}
		}
	}
	if v := w.view(anyConsumer, v.ID); v.Status != "accepted" {
		t.Error(v.Status)
	}
}

// deafKeyring cannot answer.
type deafKeyring struct{ sealed.Keyring }

func (deafKeyring) Seal(context.Context, ...sealed.Matter) ([][]sealed.Value, error) {
	return nil, sealed.ErrUnavailable
}
func (deafKeyring) Open(context.Context, string, sealed.Value) (string, error) {
	return "", sealed.ErrUnavailable
}

func TestWithoutKeyringNothingIsWrittenOrShown(t *testing.T) {
	w := newWorld(t)
	v := w.accepted()
	n := len(w.envelopes())
	w.Keyring = deafKeyring{w.Keyring}
	if _, _, err := w.File(t.Context(), anyConsumer, complaintOf("x"), Options{}); !errors.Is(err, sealed.ErrUnavailable) {
		t.Error(err)
	}
	w.refused(sealed.ErrUnavailable, shop, v.ID, "respond", &Respond{Kind: "final", Text: "x"})
	w.refused(sealed.ErrUnavailable, desk, v.ID, "notify", &Notify{About: "mediation", Recipient: "merchant", Channel: "sms", Text: "x"})
	if _, err := w.View(t.Context(), desk, v.ID, nil); !errors.Is(err, sealed.ErrUnavailable) {
		t.Error("half a view:", err)
	}
	if len(w.envelopes()) != n {
		t.Error("something was written")
	}
	// Masks need no keyring.
	if got := w.view(auditor, v.ID); got.Consumer.Name != "乌*" {
		t.Error(got.Consumer)
	}
}

func TestAFieldThatCannotBeSealed(t *testing.T) {
	w := newWorld(t)
	in := complaintOf("暖阳家电")
	in.Facts = strings.Repeat("长", sealed.MaxPlain)
	var invalid *InvalidError
	if _, _, err := w.File(t.Context(), anyConsumer, in, Options{}); !errors.As(err, &invalid) || invalid.Faults[0].Code != FaultUnsealable || invalid.Error() == "" {
		t.Error(err)
	}
}

// shelf keeps blobs in memory, as far as notices need it.
type shelf struct {
	Blobs
	kept []string
	err  error
}

func (s *shelf) Put(_ context.Context, subject sealed.Subject, r io.Reader, _ int64) (Blob, error) {
	if s.err != nil {
		return Blob{}, s.err
	}
	var b bytes.Buffer
	if _, err := b.ReadFrom(r); err != nil {
		return Blob{}, err
	}
	s.kept = append(s.kept, b.String())
	return Blob{ID: "sha256:" + string(subject)}, nil
}

func TestTheWordsOfANoticeAreKept(t *testing.T) {
	w := newWorld(t)
	shelf := &shelf{}
	w.Blobs = shelf
	a, b := w.accepted(), w.accepted()
	if len(shelf.kept) != 2 || !strings.HasPrefix(shelf.kept[0], "已受理："+consumerName) || shelf.kept[0] == shelf.kept[1] {
		t.Errorf("%q", shelf.kept)
	}
	s, _, err := w.State(t.Context(), a.ID)
	if err != nil || s.Notices[0].TextHash != "sha256:"+string(subjectOf(a.ID, "consumer")) {
		t.Error(s.Notices[0].NoticeIssued, err)
	}
	shelf.err = ErrBlobUnavailable
	w.refused(ErrBlobUnavailable, desk, b.ID, "notify", &Notify{About: "mediation", Recipient: "merchant", Channel: "sms", Text: "x"})
}

func TestTipOffsAreForOfficersOnly(t *testing.T) {
	w := newWorld(t)
	v := w.accepted()
	before := map[Role]int{}
	readers := []Actor{anyConsumer, shop, desk, auditor}
	for _, a := range readers {
		before[a.Role] = len(w.view(a, v.ID).Links)
	}
	meta := []byte(`{"at":"2026-09-14T03:00:00Z"}`)
	var pending []es.Pending
	for _, e := range []any{
		&complaint.Linked{Kind: "tipoff", Case: "t-1", Relation: "grew_from"},
		&complaint.Linked{Kind: "compensation", Case: "k-1", Relation: "grew_from"},
	} {
		name, data, err := w.Registry.Encode(e)
		if err != nil {
			t.Fatal(err)
		}
		pending = append(pending, es.Pending{ID: es.DeriveID(es.Namespace, string(data)), Type: name, Data: data, Meta: meta})
	}
	if _, err := w.store.Append(t.Context(), Stream(v.ID), es.Revision(v.Revision), pending); err != nil {
		t.Fatal(err)
	}
	for _, a := range readers {
		want := 1
		if a.Role == RoleOfficer || a.Role == RoleAuditor {
			want = 2
		}
		if got := len(w.view(a, v.ID).Links) - before[a.Role]; got != want {
			t.Errorf("%s sees %d links more, want %d", a.Role, got, want)
		}
	}
}
