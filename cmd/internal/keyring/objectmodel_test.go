package keyring_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"fangxin/cmd/internal/keyring"
	"fangxin/cmd/internal/objects"
	"fangxin/domain/sealed"
	"fangxin/domain/sealed/sealedtest"
)

// fickle is an object store in memory that fails when it likes, before or after it has
// done what was asked.
type fickle struct {
	mu      sync.Mutex
	objects map[string]string
	// mood is asked before each request: 0 serves, 1 fails before, 2 after.
	mood func() int
}

var errMood = fmt.Errorf("out of order: %w", objects.ErrUnavailable)

func (f *fickle) do(what func() error) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	mood := f.mood()
	if mood == 1 {
		return errMood
	}
	if err := what(); err != nil || mood == 0 {
		return err
	}
	return errMood
}

func (f *fickle) put(name string, content io.ReaderAt, size int64, replace bool) error {
	return f.do(func() error {
		if _, stands := f.objects[name]; stands && !replace {
			return objects.ErrExists
		}
		all, err := io.ReadAll(io.NewSectionReader(content, 0, size))
		f.objects[name] = string(all)
		return err
	})
}

func (f *fickle) Put(_ context.Context, name string, content io.ReaderAt, size int64) error {
	return f.put(name, content, size, true)
}

func (f *fickle) PutIfAbsent(_ context.Context, name string, content io.ReaderAt, size int64) error {
	return f.put(name, content, size, false)
}

func (f *fickle) Get(_ context.Context, name string, offset, length int64) (p objects.Part, err error) {
	err = f.do(func() error {
		content, stands := f.objects[name]
		if !stands {
			return objects.ErrNotFound
		}
		p.Content, p.Size = []byte(content[offset:min(offset+length, int64(len(content)))]), int64(len(content))
		return nil
	})
	return p, err
}

func (f *fickle) Delete(_ context.Context, name string) error {
	return f.do(func() error {
		delete(f.objects, name)
		return nil
	})
}

func (f *fickle) List(_ context.Context, prefix, after string, limit int) (page []objects.Entry, err error) {
	err = f.do(func() error {
		for _, name := range slices.Sorted(maps.Keys(f.objects)) {
			if strings.HasPrefix(name, prefix) && name > after && len(page) < limit {
				page = append(page, objects.Entry{Name: name, Size: int64(len(f.objects[name]))})
			}
		}
		return nil
	})
	return page, err
}

// model is two nodes on a fickle store beside a keyring that is right.
type model struct {
	store  *fickle
	nodes  []*keyring.Keyring
	clocks []*stopwatch
	right  *sealedtest.Keyring
	values map[sealed.Subject][]sealed.Value
}

// until repeats what the store's mood has spoilt.
func until(do func() error) error {
	for {
		if err := do(); !errors.Is(err, errMood) {
			return err
		}
	}
}

// both does the same to one node and to the right keyring: they must answer alike.
func (m *model) both(t *rapid.T, what string, do func(sealed.Keyring) error) {
	n := rapid.IntRange(0, len(m.nodes)-1).Draw(t, "node")
	m.clocks[n].pass(time.Hour)
	got, want := until(func() error { return do(m.nodes[n]) }), do(m.right)
	for _, e := range []error{sealed.ErrErased, sealed.ErrRestricted, sealed.ErrNoKey, nil} {
		if errors.Is(got, e) != errors.Is(want, e) {
			t.Fatalf("%s on node %d: %v, want %v", what, n, got, want)
		}
	}
}

func (m *model) check(t *rapid.T) {
	refusals := map[sealed.State]error{sealed.Active: nil, sealed.Restricted: sealed.ErrRestricted, sealed.Erased: sealed.ErrErased}
	for s, values := range m.values {
		state, err := m.right.StateOf(context.Background(), s)
		if err != nil {
			t.Fatal(err)
		}
		for i, v := range values {
			n := i % len(m.nodes)
			m.clocks[n].pass(time.Hour)
			err := until(func() error {
				_, err := m.nodes[n].Open(context.Background(), "consumer.phone", v)
				return err
			})
			if !errors.Is(err, refusals[state]) {
				t.Fatalf("%s is %s, but opens on node %d: %v", s, state, n, err)
			}
		}
	}
	for i := range 3 {
		phone := fmt.Sprintf("138%08d", i)
		want, err := m.right.Same(context.Background(), sealed.Phone, phone, 99)
		if err != nil {
			t.Fatal(err)
		}
		var got []sealed.Subject
		err = until(func() (err error) {
			got, err = m.nodes[0].Same(context.Background(), sealed.Phone, phone, 99)
			return err
		})
		slices.Sort(got)
		if slices.Sort(want); err != nil || !slices.Equal(got, want) {
			t.Fatalf("%s: %v, %v; want %v", phone, got, err, want)
		}
	}
	m.checkErased(t)
}

// checkErased: of the erased no key and no hash stands anywhere.
func (m *model) checkErased(t *rapid.T) {
	if len(m.right.Erasures()) < len(m.values) {
		return
	}
	for name, content := range m.store.objects {
		known := strings.HasPrefix(name, "keys/known/") || strings.HasPrefix(name, "keys/marks/") || strings.HasPrefix(name, "keys/unfinished/")
		if known || strings.Contains(content, `"key"`) {
			t.Fatalf("left: %s %s", name, content)
		}
	}
}

// TestFickleStore: whatever fails before or after it was done, repeating leads to where
// a keyring that never fails would be.
func TestFickleStore(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		moods := rapid.SliceOfN(rapid.SampledFrom([]int{0, 0, 0, 0, 1, 2}), 0, 200).Draw(t, "moods")
		m := &model{right: sealedtest.NewKeyring(), values: map[sealed.Subject][]sealed.Value{}, store: &fickle{objects: map[string]string{}}}
		m.store.mood = func() int { return 0 }
		for range 2 {
			w := &stopwatch{}
			o := inObjects(m.store, w)
			o.Staleness = time.Hour // the sweeper sleeps
			k, err := keyring.Open(o)
			if err != nil {
				t.Fatal(err)
			}
			defer k.Close()
			m.nodes, m.clocks = append(m.nodes, k), append(m.clocks, w)
		}
		m.store.mood = func() (mood int) {
			if len(moods) > 0 {
				mood, moods = moods[0], moods[1:]
			}
			return mood
		}
		for range rapid.IntRange(1, 12).Draw(t, "steps") {
			m.step(t)
		}
		m.check(t)
	})
}

func (m *model) step(t *rapid.T) {
	s := sealed.Subject(rapid.SampledFrom([]string{"s-1", "s-2", "s-3"}).Draw(t, "subject"))
	ctx := context.Background()
	switch rapid.IntRange(0, 5).Draw(t, "what") {
	case 0, 1, 2:
		p := person(s, rapid.IntRange(0, 2).Draw(t, "phone"))
		m.both(t, "seal", func(k sealed.Keyring) error {
			v, err := k.Seal(ctx, p)
			if err == nil && k != sealed.Keyring(m.right) {
				m.values[s] = append(m.values[s], v[0][1])
			}
			return err
		})
	case 3:
		m.both(t, "erase", func(k sealed.Keyring) error { return k.Erase(ctx, s) })
	case 4:
		m.both(t, "restrict", func(k sealed.Keyring) error { return k.Restrict(ctx, s) })
	case 5:
		m.both(t, "lift", func(k sealed.Keyring) error { return k.Lift(ctx, s) })
	}
}
