package objects_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"go.uber.org/goleak"

	"fangxin/cmd/internal/objects"
	"fangxin/cmd/internal/objects/s3test"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func start(t *testing.T) *s3test.Server {
	t.Helper()
	s, err := s3test.Start(s3test.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Stop)
	return s
}

func open(t *testing.T, s *s3test.Server) *objects.S3 {
	t.Helper()
	o, err := objects.Open(t.Context(), s.Under("some/where"), objects.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { o.Close() })
	return o
}

func put(t *testing.T, o objects.Store, name, content string) {
	t.Helper()
	if err := o.Put(t.Context(), name, strings.NewReader(content), int64(len(content))); err != nil {
		t.Fatal(err)
	}
}

func create(ctx context.Context, o objects.Store, name, content string) error {
	return o.PutIfAbsent(ctx, name, strings.NewReader(content), int64(len(content)))
}

func wantErr(t *testing.T, what string, err, want error) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Errorf("%s: %v, want %v", what, err, want)
	}
}

func wantObject(t *testing.T, o objects.Store, name, want string) {
	t.Helper()
	p, err := o.Get(t.Context(), name, 0, objects.MaxPart)
	if err != nil || string(p.Content) != want || p.Size != int64(len(want)) {
		t.Fatalf("%s is %.40q of %d, %v; want %.40q", name, p.Content, p.Size, err, want)
	}
}

func TestObjects(t *testing.T) {
	s := start(t)
	o := open(t, s)
	if left := s.Names(); len(left) != 0 {
		t.Errorf("opening left %v", left)
	}
	put(t, o, "a/b.c-d_e", "one")
	wantObject(t, o, "a/b.c-d_e", "one")
	put(t, o, "a/b.c-d_e", "two and more")
	wantObject(t, o, "a/b.c-d_e", "two and more")
	wantErr(t, "create again", create(t.Context(), o, "a/b.c-d_e", "three"), objects.ErrExists)
	wantObject(t, o, "a/b.c-d_e", "two and more")
	if got := s.Names(); !slices.Equal(got, []string{"some/where/a/b.c-d_e"}) {
		t.Errorf("names: %v", got)
	}
	for range 2 {
		if err := o.Delete(t.Context(), "a/b.c-d_e"); err != nil {
			t.Error(err)
		}
	}
	_, err := o.Get(t.Context(), "a/b.c-d_e", 0, 1)
	wantErr(t, "get", err, objects.ErrNotFound)
	if err := create(t.Context(), o, "a/b.c-d_e", "four"); err != nil {
		t.Error(err)
	}
}

func TestLargeObject(t *testing.T) {
	o := open(t, start(t))
	content := bytes.Repeat([]byte("0123456789abcdef"), 17<<20/16)
	if err := o.Put(t.Context(), "large", bytes.NewReader(content), int64(len(content))); err != nil {
		t.Fatal(err)
	}
	for _, at := range []int64{0, 1, 16<<20 + 5} {
		p, err := o.Get(t.Context(), "large", at, 1000)
		if err != nil || !bytes.Equal(p.Content, content[at:at+1000]) || p.Size != int64(len(content)) {
			t.Errorf("at %d: %d of %d, %v", at, len(p.Content), p.Size, err)
		}
	}
}

func TestRanges(t *testing.T) {
	s := start(t)
	o := open(t, s)
	put(t, o, "x", "0123456789")
	for _, whole := range []bool{false, true} {
		s.IgnoreRanges(whole)
		for _, c := range []struct {
			offset, length int64
			want           string
			err            error
		}{
			{0, 1, "0", nil}, {0, 10, "0123456789", nil}, {0, 99, "0123456789", nil}, {3, 4, "3456", nil}, {9, 1, "9", nil},
			{8, 99, "89", nil}, {-1, 3, "789", nil}, {-1, 10, "0123456789", nil}, {-1, 99, "0123456789", nil},
			{10, 1, "", objects.ErrRange}, {1 << 40, 1, "", objects.ErrRange},
			{0, 0, "", objects.ErrInvalid}, {0, objects.MaxPart + 1, "", objects.ErrInvalid},
		} {
			p, err := o.Get(t.Context(), "x", c.offset, c.length)
			if string(p.Content) != c.want || !errors.Is(err, c.err) || err == nil && p.Size != 10 {
				t.Errorf("%d+%d, whole %v: %q of %d, %v", c.offset, c.length, whole, p.Content, p.Size, err)
			}
		}
	}
}

func TestList(t *testing.T) {
	s := start(t)
	o := open(t, s)
	var want []string
	for i := range 2345 {
		name := fmt.Sprintf("l/%04d", i)
		want = append(want, name)
		s.Replace("some/where/"+name, []byte("x"))
	}
	for _, other := range []string{"some/where/k", "some/where/m/1", "some/else", "zoo"} {
		s.Replace(other, []byte("x"))
	}
	var got []string
	for e, err := range objects.All(t.Context(), o, "l/") {
		if err != nil || e.Size != 1 || e.Modified.IsZero() {
			t.Fatal(e, err)
		}
		got = append(got, e.Name)
	}
	if !slices.Equal(got, want) {
		t.Errorf("%d names, want %d", len(got), len(want))
	}
	before := s.Requests()
	page, err := o.List(t.Context(), "l/", "l/0007", 3)
	if err != nil || len(page) != 3 || page[0].Name != "l/0008" || page[2].Name != "l/0010" || s.Requests() != before+1 {
		t.Errorf("page %v, %v, %d requests", page, err, s.Requests()-before)
	}
	for range objects.All(t.Context(), o, "l/") {
		break
	}
	if page, err := o.List(t.Context(), "none/", "", 3); err != nil || len(page) != 0 {
		t.Errorf("page %v, %v", page, err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = o.List(ctx, "l/", "", 3)
	wantErr(t, "caller gave up", err, context.Canceled)
}

func TestInvalidNames(t *testing.T) {
	o := open(t, start(t))
	for _, name := range []string{"", "a b", "a//b", "../a/../b", "a/./b", "人", "a\x00", strings.Repeat("a", 1025), "a?b"} {
		err := o.Put(t.Context(), name, strings.NewReader("x"), 1)
		_, got := o.Get(t.Context(), name, 0, 1)
		if !errors.Is(err, objects.ErrInvalid) || !errors.Is(got, objects.ErrInvalid) || !errors.Is(o.Delete(t.Context(), name), objects.ErrInvalid) {
			t.Errorf("%.20q: %v", name, err)
		}
	}
	wantErr(t, "size", o.Put(t.Context(), "a", strings.NewReader(""), objects.MaxSize+1), objects.ErrInvalid)
}

// Of many writers of one name exactly one wins, and its content stands.
func TestOneWriterWins(t *testing.T) {
	o := open(t, start(t))
	var won atomic.Int32
	var winner atomic.Value
	var wg sync.WaitGroup
	for i := range 16 {
		wg.Go(func() {
			content := fmt.Sprint("writer ", i)
			switch err := create(t.Context(), o, "x", content); {
			case err == nil:
				won.Add(1)
				winner.Store(content)
			case !errors.Is(err, objects.ErrExists):
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if won.Load() != 1 {
		t.Fatalf("%d winners", won.Load())
	}
	wantObject(t, o, "x", winner.Load().(string))
}
