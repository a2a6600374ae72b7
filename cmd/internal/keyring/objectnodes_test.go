package keyring_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"fangxin/cmd/internal/keyring"
	"fangxin/cmd/internal/objects/s3test"
	"fangxin/domain/sealed"
	"fangxin/domain/sealed/sealedtest"
)

// alternating asks another node for every call: what one writes the other sees.
type alternating struct {
	mu    sync.Mutex
	nodes []*keyring.Keyring
	clock []*stopwatch
	turn  int
}

func (a *alternating) next() *keyring.Keyring {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.turn = (a.turn + 1) % len(a.nodes)
	a.clock[a.turn].pass(keyring.DefaultStaleness)
	return a.nodes[a.turn]
}

func (a *alternating) Seal(ctx context.Context, m ...sealed.Matter) ([][]sealed.Value, error) {
	return a.next().Seal(ctx, m...)
}
func (a *alternating) Open(ctx context.Context, field string, v sealed.Value) (string, error) {
	return a.next().Open(ctx, field, v)
}
func (a *alternating) Same(ctx context.Context, kind sealed.Kind, plain string, limit int) ([]sealed.Subject, error) {
	return a.next().Same(ctx, kind, plain, limit)
}
func (a *alternating) StateOf(ctx context.Context, s sealed.Subject) (sealed.State, error) {
	return a.next().StateOf(ctx, s)
}
func (a *alternating) Restrict(ctx context.Context, s sealed.Subject) error {
	return a.next().Restrict(ctx, s)
}
func (a *alternating) Lift(ctx context.Context, s sealed.Subject) error { return a.next().Lift(ctx, s) }
func (a *alternating) Forget(ctx context.Context, s sealed.Subject, kind sealed.Kind, plain string) error {
	return a.next().Forget(ctx, s, kind, plain)
}
func (a *alternating) Erase(ctx context.Context, s sealed.Subject) error {
	return a.next().Erase(ctx, s)
}

// Three nodes that are asked in turn are one keyring.
func TestConformanceOfThreeNodes(t *testing.T) {
	sealedtest.Run(t, func(t *testing.T) sealed.Keyring {
		_, o := bucket(t)
		a := &alternating{}
		at := time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC)
		for range 3 {
			w := &stopwatch{}
			options := inObjects(o, w)
			options.Now = func() time.Time {
				a.mu.Lock()
				defer a.mu.Unlock()
				at = at.Add(time.Microsecond)
				return at
			}
			a.nodes, a.clock = append(a.nodes, open(t, options)), append(a.clock, w)
		}
		return a
	})
}

// Of two nodes that begin at once with different master keys one is turned away.
func TestTwoNodesBegin(t *testing.T) {
	_, o := bucket(t)
	var mu sync.Mutex
	var refused, opened int
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			options := inObjects(o, &stopwatch{})
			options.Master = bytes.Repeat([]byte{byte(i)}, 32)
			k, err := keyring.Open(options)
			mu.Lock()
			defer mu.Unlock()
			switch {
			case err == nil:
				opened++
				k.Close()
			case errors.Is(err, keyring.ErrMasterKey):
				refused++
			default:
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if opened != 1 || refused != 7 {
		t.Errorf("%d opened, %d refused", opened, refused)
	}
}

// Given two nodes that seal for the same new subject at the same time, then one key
// wins and each opens what the other sealed.
func TestTwoNodesSealOneSubject(t *testing.T) {
	s, o := bucket(t)
	a, _ := node(t, o)
	b, _ := node(t, o)
	for i := range 40 {
		var values [2]sealed.Value
		var wg sync.WaitGroup
		for n, k := range []*keyring.Keyring{a, b} {
			wg.Go(func() {
				v, err := k.Seal(t.Context(), person(subject(i), i))
				if err != nil {
					t.Error(err)
					return
				}
				values[n] = v[0][1]
			})
		}
		wg.Wait()
		wantOpens(t, a, values[1], nil)
		wantOpens(t, b, values[0], nil)
		wantSame(t, a, fmt.Sprintf("138%08d", i), subject(i))
	}
	if n := len(namesUnder(s, "keys/subject/")); n != 40 {
		t.Errorf("%d keys", n)
	}
	if n := len(namesUnder(s, "keys/known/")); n != 80 {
		t.Errorf("%d hashes", n)
	}
}

// Given a node that learns another phone of a subject while another erases it, then
// either order leaves nothing of the subject.
func TestErasedWhileLearning(t *testing.T) {
	s, o := bucket(t)
	a, _ := node(t, o)
	b, _ := node(t, o)
	for i := range 40 {
		seal(t, a, person(subject(i), i))
		var wg sync.WaitGroup
		wg.Go(func() {
			_, err := a.Seal(t.Context(), person(subject(i), 1000+i))
			if err != nil && !errors.Is(err, sealed.ErrErased) {
				t.Error(err)
			}
		})
		wg.Go(func() {
			if err := b.Erase(t.Context(), subject(i)); err != nil {
				t.Error(err)
			}
		})
		wg.Wait()
	}
	wantNothingLeft(t, s)
}

// wantNothingLeft: everybody is erased, so no hash and no key may stand.
func wantNothingLeft(t *testing.T, s *s3test.Server) {
	t.Helper()
	for _, folder := range []string{"keys/known/", "keys/marks/", "keys/restricted/", "keys/unfinished/"} {
		if left := namesUnder(s, folder); len(left) != 0 {
			t.Errorf("left: %v", left)
		}
	}
	for _, name := range namesUnder(s, "keys/subject/") {
		if content := s.Object(name); bytes.Contains(content, []byte(`"key"`)) {
			t.Errorf("%s: %s", name, content)
		}
	}
}

// Given a key in another node's memory, when the subject is erased here, then the
// other uses it for Staleness at most and nothing brings it back.
func TestErasureReachesOtherNodes(t *testing.T) {
	s, o := bucket(t)
	a, _ := node(t, o)
	b, clock := node(t, o)
	v := seal(t, a, person("s-1", 1))[1]
	wantOpens(t, b, v, nil)
	if err := a.Erase(t.Context(), "s-1"); err != nil {
		t.Fatal(err)
	}
	wantOpens(t, a, v, sealed.ErrErased)
	clock.pass(keyring.DefaultStaleness)
	wantOpens(t, b, v, sealed.ErrErased)
	if _, err := b.Seal(t.Context(), person("s-1", 1)); !errors.Is(err, sealed.ErrErased) {
		t.Errorf("Seal = %v", err)
	}
	// Within the time the other may seal, but stores no hash again.
	seal(t, a, person("s-2", 2))
	seal(t, b, person("s-2", 2))
	if err := a.Erase(t.Context(), "s-2"); err != nil {
		t.Fatal(err)
	}
	if _, err := b.Seal(t.Context(), person("s-2", 3)); !errors.Is(err, sealed.ErrErased) {
		t.Errorf("Seal = %v", err)
	}
	wantNothingLeft(t, s)
}
