package usecase

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"iter"
	"strings"
	"testing"

	"fangxin/domain/es"
	"fangxin/domain/sealed"
)

// files is an evidence store in memory; what begins with "movie" has no copy.
type files struct{ kept map[string]string }

func (f *files) Put(_ context.Context, _ sealed.Subject, r io.Reader, limit int64) (Blob, error) {
	if limit == 0 {
		limit = 1 << 20
	}
	b, err := io.ReadAll(io.LimitReader(r, limit+1))
	if err != nil {
		return Blob{}, err
	}
	if int64(len(b)) > limit {
		return Blob{}, ErrBlobTooLarge
	}
	return f.keep(string(b)), nil
}

func (f *files) keep(s string) Blob {
	sum := sha256.Sum256([]byte(s))
	id := "sha256:" + hex.EncodeToString(sum[:])
	f.kept[id] = s
	return Blob{ID: id, Size: int64(len(s)), Type: "text/plain"}
}

func (f *files) Open(_ context.Context, id string) (io.ReadSeekCloser, Blob, error) {
	s, ok := f.kept[id]
	if !ok {
		return nil, Blob{}, ErrBlobNotFound
	}
	return struct {
		*bytes.Reader
		io.Closer
	}{bytes.NewReader([]byte(s)), io.NopCloser(nil)}, Blob{ID: id, Size: int64(len(s))}, nil
}

func (f *files) Derive(_ context.Context, id string) (Blob, error) {
	if strings.HasPrefix(f.kept[id], "movie") {
		return Blob{}, ErrBlobNoCopy
	}
	b := f.keep("copy of " + f.kept[id])
	b.DerivedFrom, b.Tool = id, "test 1"
	return b, nil
}

func (w *world) offer(a Actor, text string) Blob {
	w.t.Helper()
	b, err := w.Offer(context.Background(), a, strings.NewReader(text), 1000)
	if err != nil {
		w.t.Fatal(err)
	}
	return b
}

func (w *world) shown(a Actor, inCase, id string) (string, error) {
	w.t.Helper()
	r, _, err := w.Show(context.Background(), a, inCase, id)
	if err != nil {
		return "", err
	}
	defer func() { _ = r.Close() }()
	b, err := io.ReadAll(r)
	return string(b), err
}

func TestEvidenceIsShownAsACopy(t *testing.T) {
	w := newWorld(t)
	w.Blobs = &files{kept: map[string]string{}}
	photo, movie := w.offer(anyConsumer, "receipt"), w.offer(anyConsumer, "movie of the fridge")
	in := complaintOf("暖阳家电")
	in.Evidence = []string{photo.ID, movie.ID}
	v := w.file(in)
	look := func(a Actor, inCase, id, want string, wantErr error) {
		t.Helper()
		if got, err := w.shown(a, inCase, id); got != want || !errors.Is(err, wantErr) {
			t.Errorf("%s: %q, %v; want %q, %v", a.Role, got, err, want, wantErr)
		}
	}
	look(anyConsumer, "", photo.ID, "receipt", nil)
	look(desk, v.ID, photo.ID, "copy of receipt", nil)
	look(desk, v.ID, movie.ID, "", ErrNotFound) // no copy can be made
	look(desk, "", photo.ID, "", ErrNotFound)
	look(stranger, v.ID, photo.ID, "", ErrNotFound)
	look(shop, v.ID, photo.ID, "", ErrNotFound)
	look(desk, v.ID, "sha256:"+strings.Repeat("0", 64), "", ErrNotFound)
	look(desk, v.ID, "\x00", "", ErrNotFound)
	w.confirm(v.ID)
	w.do(desk, v.ID, "accept", &Accept{})
	look(shop, v.ID, photo.ID, "copy of receipt", nil)
	other := w.accepted()
	look(desk, other.ID, photo.ID, "", ErrNotFound) // evidence of another case
}

func TestEveryOfferOfTheSameFileIsKept(t *testing.T) {
	w := newWorld(t)
	w.Blobs = &files{kept: map[string]string{}}
	a, b := w.offer(anyConsumer, "receipt"), w.offer(stranger, "receipt")
	if a.ID != b.ID {
		t.Fatal(a.ID, b.ID)
	}
	for _, who := range []Actor{anyConsumer, stranger} {
		if got, err := w.shown(who, "", a.ID); got != "receipt" || err != nil {
			t.Error(got, err)
		}
	}
	all := w.envelopes()
	if len(all) != 2 || all[0].Stream != EvidenceStream(a.ID) || all[1].Revision != 1 || all[0].Type != "evidence.offered.v1" {
		t.Errorf("%+v", all)
	}
}

func TestWhoMayOfferEvidence(t *testing.T) {
	w := newWorld(t)
	if _, err := w.Offer(t.Context(), anyConsumer, strings.NewReader("x"), 10); !errors.Is(err, ErrForbidden) {
		t.Error("without a store:", err)
	}
	if _, _, err := w.Show(t.Context(), anyConsumer, "", "x"); !errors.Is(err, ErrNotFound) {
		t.Error("without a store:", err)
	}
	w.Blobs = &files{kept: map[string]string{}}
	for _, a := range []Actor{auditor, admin, {ID: "f", Role: RoleFund}, {}} {
		if _, err := w.Offer(t.Context(), a, strings.NewReader("x"), 10); !errors.Is(err, ErrForbidden) {
			t.Errorf("%s: %v", a.Role, err)
		}
	}
	if _, err := w.Offer(t.Context(), shop, strings.NewReader("too long"), 3); !errors.Is(err, ErrBlobTooLarge) {
		t.Error(err)
	}
	w.Store = &lossy{Store: w.Store}
	blob := w.offer(desk, "x")
	if n := len(w.envelopes()); n != 1 {
		t.Errorf("%d events", n)
	}
	w.Store = noEvidence{w.Store}
	if _, err := w.shown(desk, "", blob.ID); !errors.Is(err, es.ErrUnknownType) {
		t.Error(err)
	}
}

// noEvidence holds something else under a file's name.
type noEvidence struct{ es.Store }

func (s noEvidence) Read(ctx context.Context, stream es.StreamID, from es.Revision) iter.Seq2[es.Envelope, error] {
	return func(yield func(es.Envelope, error) bool) {
		for e, err := range s.Store.Read(ctx, stream, from) {
			e.Type = "evidence.burned.v1"
			if !yield(e, err) {
				return
			}
		}
	}
}
