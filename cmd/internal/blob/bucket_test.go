package blob

import (
	"bytes"
	"context"
	"errors"
	"io"
	"strings"
	"testing"

	"fangxin/cmd/internal/objects/s3test"
	"fangxin/domain/sealed"
	"fangxin/domain/usecase"
)

func random(n int) []byte {
	b := bytes.Repeat([]byte("0123456789abcdef"), n/16+1)[:n]
	copy(b, "%PDF-1.7\n")
	return b
}

// A small file is read by one request, a large one by few, and a place far behind by
// one of its own.
func TestReadingByRanges(t *testing.T) {
	h, server := inObjects(t)
	h.options.Limit = DefaultLimit
	s, _ := h.newStore(t)
	small, large := put(t, s, "s-1", random(30000)), put(t, s, "s-1", random(9<<20))
	requests := func(do func()) int {
		before := server.Requests()
		do()
		return server.Requests() - before
	}
	if n := requests(func() { wantContent(t, s, small.ID, random(30000)) }); n != 2 {
		t.Errorf("%d requests for a small file: a listing and its content", n)
	}
	if n := requests(func() { wantContent(t, s, large.ID, random(9<<20)) }); n > 12 {
		t.Errorf("%d requests for 9 MiB", n)
	}
	r, _, err := s.Open(t.Context(), large.ID)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	n := requests(func() {
		p := make([]byte, 100)
		if _, err := r.Seek(5<<20, io.SeekStart); err != nil {
			t.Fatal(err)
		}
		if _, err := io.ReadFull(r, p); err != nil || !bytes.Equal(p, random(9 << 20)[5<<20:5<<20+100]) {
			t.Errorf("%.20q, %v", p, err)
		}
	})
	if n != 1 {
		t.Errorf("%d requests for one place", n)
	}
}

// What stands and can be read is left alone, so that a reader is never disturbed;
// what is damaged is written anew.
func TestPuttingAgain(t *testing.T) {
	h, server := inObjects(t)
	s, _ := h.newStore(t)
	content := random(200000)
	id := put(t, s, "s-1", content).ID
	name := server.Names()[0]
	whole := server.Object(name)
	r, _, err := s.Open(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	put(t, s, "s-1", content)
	if !bytes.Equal(server.Object(name), whole) {
		t.Error("a whole copy was exchanged")
	}
	if got, err := io.ReadAll(r); err != nil || !bytes.Equal(got, content) {
		t.Errorf("%d bytes, %v", len(got), err)
	}
	for _, at := range []int{10, 70000, len(whole) - 1} {
		bad := bytes.Clone(whole)
		bad[at] ^= 1
		server.Replace(name, bad)
		put(t, s, "s-1", content)
		wantContent(t, s, id, content)
	}
	r, _, err = s.Open(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	server.Replace(name, whole[:1000])
	if _, err := io.ReadAll(r); err == nil {
		t.Error("an object that changed while it was read was read to its end")
	}
}

// Given any weather, a put that answers has kept the bytes, one that fails can be
// repeated, and a reader is told that the store is away, not that evidence is damaged.
func TestWeather(t *testing.T) {
	h, server := inObjects(t)
	s, _ := h.newStore(t)
	content := random(200000)
	for _, v := range []s3test.Verdict{s3test.Busy, s3test.Lost, s3test.Cut, s3test.CutAfter, s3test.Conflict} {
		server.Next(1, v)
		id := put(t, s, sealed.Subject(rune('a'+v)), content).ID
		server.Next(1, s3test.Busy)
		wantContent(t, s, id, content)
	}
	server.Next(1000, s3test.Deny)
	if _, err := s.Put(t.Context(), "s-1", bytes.NewReader(content), 0); !errors.Is(err, usecase.ErrBlobUnavailable) || strings.Contains(err.Error(), "\n") {
		t.Errorf("Put = %v", err)
	}
	if _, _, err := s.Open(t.Context(), idOf(content)); !errors.Is(err, usecase.ErrBlobUnavailable) || errors.Is(err, usecase.ErrBlobNotFound) {
		t.Errorf("Open = %v", err)
	}
	server.Clear()
	r, _, err := s.Open(t.Context(), put(t, s, "s-1", content).ID)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	server.Next(1000, s3test.Deny)
	if _, err := io.ReadAll(r); !errors.Is(err, usecase.ErrBlobUnavailable) || errors.Is(err, usecase.ErrBlobDamaged) {
		t.Errorf("Read = %v", err)
	}
	server.Clear()
	if got, err := io.ReadAll(r); err != nil || !bytes.Equal(got, content) {
		t.Errorf("when it is back: %d bytes, %v", len(got), err)
	}
	release := server.Hold()
	defer release()
	ctx, cancel := context.WithCancel(t.Context())
	result := make(chan error)
	go func() {
		_, err := s.Put(ctx, "s-9", bytes.NewReader(content), 0)
		result <- err
	}()
	cancel()
	if err := <-result; !errors.Is(err, context.Canceled) {
		t.Errorf("Put = %v", err)
	}
}

// Where one copy cannot be reached and another is erased, the answer is that the
// store is away: the evidence may be there.
func TestCopyOutOfReachOutweighsErased(t *testing.T) {
	h, server := inObjects(t)
	s, k := h.newStore(t)
	content := random(1000)
	id := put(t, s, "s-1", content).ID
	put(t, s, "s-2", content)
	if err := k.Erase(t.Context(), "s-1"); err != nil {
		t.Fatal(err)
	}
	wantContent(t, s, id, content)
	for _, name := range server.Names() {
		server.Intercept(func(r s3test.Request) s3test.Verdict {
			if r.Name == name {
				return s3test.Deny
			}
			return s3test.Pass
		})
		if _, _, err := s.Open(t.Context(), id); err != nil && !errors.Is(err, usecase.ErrBlobUnavailable) {
			t.Errorf("Open = %v", err)
		}
	}
}
