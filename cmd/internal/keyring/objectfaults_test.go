package keyring_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
	"testing"
	"time"

	"fangxin/cmd/internal/keyring"
	"fangxin/cmd/internal/objects"
	"fangxin/cmd/internal/objects/s3test"
	"fangxin/domain/sealed"
)

// Damage concerns one subject alone, and Verify finds it.
func TestDamagedObject(t *testing.T) {
	for _, bad := range []string{"", "{", `{"suite":"A1","subject":"s-2","key":"AAAA"}`, `{"suite":"A1","subject":"s-1","key":"AAAA"}`, strings.Repeat("x", 20000)} {
		s, o := bucket(t)
		k, clock := node(t, o)
		v := seal(t, k, person("s-1", 1))[1]
		name := namesUnder(s, "keys/subject/")[0]
		other := seal(t, k, person("s-2", 2))[1]
		s.Replace(name, []byte(bad))
		clock.pass(time.Hour)
		wantOpens(t, k, other, nil)
		if bad == "" { // servers answer no range of nothing
			continue
		}
		wantOpens(t, k, v, keyring.ErrDamaged)
		if err := k.Verify(t.Context()); !errors.Is(err, keyring.ErrDamaged) {
			t.Errorf("Verify = %v", err)
		}
	}
	s, o := bucket(t)
	k, clock := node(t, o)
	v := seal(t, k, person("s-1", 1))[1]
	s.Replace(namesUnder(s, "keys/subject/")[0], []byte(`{"suite":"B9","subject":"s-1","key":"AAAA"}`))
	clock.pass(time.Hour)
	wantOpens(t, k, v, keyring.ErrNewerSchema)
}

// wantAway: a store that is away never looks like a person who was never known.
func wantAway(t *testing.T, k *keyring.Keyring, v sealed.Value) {
	t.Helper()
	for what, err := range map[string]error{
		"Open":    func() error { _, err := k.Open(t.Context(), "consumer.phone", v); return err }(),
		"Seal":    func() error { _, err := k.Seal(t.Context(), person("s-2", 2)); return err }(),
		"Same":    func() error { _, err := k.Same(t.Context(), sealed.Phone, "13800000001", 1); return err }(),
		"StateOf": func() error { _, err := k.StateOf(t.Context(), "s-1"); return err }(),
		"Erase":   k.Erase(t.Context(), "s-1"), "Restrict": k.Restrict(t.Context(), "s-1"), "Ready": k.Ready(t.Context()),
		"Count": func() error { _, err := k.Count(t.Context()); return err }(), "Verify": k.Verify(t.Context()),
	} {
		if !errors.Is(err, sealed.ErrUnavailable) || errors.Is(err, sealed.ErrNoKey) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: %v", what, err)
		}
	}
}

func TestStoreAway(t *testing.T) {
	s, o := bucket(t)
	k, clock := node(t, o)
	v := seal(t, k, person("s-1", 1))[1]
	s.Next(1000, s3test.Deny)
	wantOpens(t, k, v, nil) // still fresh
	clock.pass(time.Hour)
	for _, verdict := range []s3test.Verdict{s3test.Gone, s3test.Stray, s3test.Deny} {
		s.Next(1000, verdict)
		wantAway(t, k, v)
	}
	wantOpenErr(t, inObjects(o, &stopwatch{}), sealed.ErrUnavailable)
	s.Clear()
	wantOpens(t, k, v, nil)
	s.Stop()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Millisecond)
	defer cancel()
	if _, err := k.Seal(ctx, person("s-3", 3)); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("down: %v", err)
	}
	if err := s.Restart(); err != nil {
		t.Fatal(err)
	}
	seal(t, k, person("s-3", 3))
	// A bucket that is busy, and answers that are lost, cost time only.
	for _, after := range []bool{false, true} {
		s.Fail(2, after)
		v := seal(t, k, person(sealed.Subject(fmt.Sprint("f-", after)), 4))[1]
		clock.pass(time.Hour)
		wantOpens(t, k, v, nil)
	}
}

var errKilled = errors.New("killed")

// dying is a store whose process is killed at its n-th request: it and all that
// follow fail, the n-th perhaps after it has been done.
type dying struct {
	objects.Store
	mu    sync.Mutex
	left  int
	after bool
}

func (d *dying) step(do func() error) error {
	d.mu.Lock()
	d.left--
	left := d.left
	d.mu.Unlock()
	if left < 0 && !(left == -1 && d.after) {
		return errKilled
	}
	if err := do(); err != nil || left >= 0 {
		return err
	}
	return errKilled
}

func (d *dying) Put(ctx context.Context, name string, content io.ReaderAt, size int64) error {
	return d.step(func() error { return d.Store.Put(ctx, name, content, size) })
}
func (d *dying) PutIfAbsent(ctx context.Context, name string, content io.ReaderAt, size int64) error {
	return d.step(func() error { return d.Store.PutIfAbsent(ctx, name, content, size) })
}
func (d *dying) Delete(ctx context.Context, name string) error {
	return d.step(func() error { return d.Store.Delete(ctx, name) })
}

// Given a node that is killed at any write of sealing, then another seals for the
// same subject and all is as if nothing had happened.
func TestKilledWhileSealing(t *testing.T) {
	for step := range 6 {
		for _, after := range []bool{false, true} {
			s, o := bucket(t)
			node(t, o)
			d := &dying{Store: o, left: 1000}
			k, _ := node(t, d)
			d.left, d.after = step, after
			_, err := k.Seal(t.Context(), person("s-1", 1))
			if finished := step == 5; finished != (err == nil) {
				t.Fatalf("step %d: %v", step, err)
			}
			k, _ = node(t, o)
			if err := k.Verify(t.Context()); err != nil {
				t.Fatalf("step %d: %v", step, err)
			}
			v := seal(t, k, person("s-1", 1))[1]
			wantOpens(t, k, v, nil)
			wantSame(t, k, "13800000001", "s-1")
			if n := len(namesUnder(s, "keys/known/")); n != 2 {
				t.Errorf("step %d: %d hashes", step, n)
			}
			erase(t, k, "s-1")
			wantNothingLeft(t, s)
		}
	}
}

// Given a node that is killed at any write of an erasure, then once it was decided
// the next node that opens the keyring finishes it.
func TestKilledWhileErasing(t *testing.T) {
	for step := range 11 {
		for _, after := range []bool{false, true} {
			s, o := bucket(t)
			k, _ := node(t, o)
			v := seal(t, k, person("s-1", 1))[1]
			if step%2 == 1 {
				if err := k.Restrict(t.Context(), "s-1"); err != nil {
					t.Fatal(err)
				}
			}
			d := &dying{Store: o, left: 1000}
			k, _ = node(t, d)
			d.left, d.after = step, after
			err := k.Erase(t.Context(), "s-1")
			if step == 10 && err != nil {
				t.Fatalf("step %d: %v", step, err)
			}
			k, _ = node(t, o)
			if step == 0 && !after {
				state, err := k.StateOf(t.Context(), "s-1")
				if err != nil || state == sealed.Erased {
					t.Errorf("nothing was written: %v, %v", state, err)
				}
				continue
			}
			wantOpens(t, k, v, sealed.ErrErased)
			wantNothingLeft(t, s)
			if list, err := k.Erasures(t.Context()); err != nil || len(list) != 1 {
				t.Errorf("step %d: %v, %v", step, list, err)
			}
			if err := k.Verify(t.Context()); err != nil {
				t.Errorf("step %d: %v", step, err)
			}
		}
	}
}

// A hash that a killed writer left behind an erasure is found and removed: by the
// next search that meets it, and by Verify.
func TestLeftoverHash(t *testing.T) {
	for _, search := range []bool{true, false} {
		s, o := bucket(t)
		k, _ := node(t, o)
		seal(t, k, person("s-1", 1))
		left := make(map[string][]byte)
		for _, name := range append(namesUnder(s, "keys/known/"), namesUnder(s, "keys/marks/")...) {
			left[name] = s.Object(name)
		}
		erase(t, k, "s-1")
		for name, content := range left {
			s.Replace(name, content)
		}
		if search {
			wantSame(t, k, "13800000001")
		} else if err := k.Verify(t.Context()); err != nil {
			t.Error(err)
		}
		wantNothingLeft(t, s)
	}
}
