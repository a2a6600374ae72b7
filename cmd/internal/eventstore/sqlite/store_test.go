package sqlite

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"fangxin/domain/es"
	"fangxin/domain/es/estest"
)

func TestConformance(t *testing.T) {
	estest.Run(t, func(t testing.TB) estest.Instance {
		path := filepath.Join(t.TempDir(), "events.db")
		reopen := func(t testing.TB) es.Store { return mustOpen(t, path, Options{}) }
		return estest.Instance{
			Store:  reopen(t),
			Reopen: reopen,
			Damage: func(t testing.TB) { scribble(t, path) },
		}
	})
}

func mustOpen(t testing.TB, path string, options Options) *Store {
	t.Helper()
	s, err := Open(context.Background(), path, options)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// scribble overwrites the middle third of the file and of the write-ahead log.
func scribble(t testing.TB, path string) {
	t.Helper()
	for _, name := range []string{path, path + "-wal"} {
		f, err := os.OpenFile(name, os.O_RDWR, 0)
		if err != nil {
			t.Fatal(err)
		}
		info, err := f.Stat()
		if err != nil {
			t.Fatal(err)
		}
		noise := make([]byte, info.Size()/3)
		for i := range noise {
			noise[i] = 0xA5
		}
		if _, err := f.WriteAt(noise, info.Size()/3); err != nil {
			t.Fatal(err)
		}
		if err := f.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

// The same suite with so little memory that subscriptions fall behind at once, and
// one reading connection.
func TestConformanceNarrow(t *testing.T) {
	estest.Run(t, func(t testing.TB) estest.Instance {
		p := path(t)
		narrow := Options{Tail: 3, TailBytes: 200, Readers: 1}
		return estest.Instance{
			Store:  mustOpen(t, p, narrow),
			Reopen: func(t testing.TB) es.Store { return mustOpen(t, p, narrow) },
			Damage: func(t testing.TB) { scribble(t, p) },
		}
	})
}

// TestFallingBehind: a subscription that the tail has left behind is told when it
// has caught up again; one that the tail still serves is not.
func TestFallingBehind(t *testing.T) {
	s := opened(t, path(t), Options{Tail: 50})
	sub, err := s.Subscribe(t.Context(), es.Position{})
	if err != nil {
		t.Fatal(err)
	}
	total := 0
	for _, n := range []int{0, 40, 60, 200, 50} {
		stream := es.StreamID(fmt.Sprintf("case.%d", n))
		fill(t, s, stream, n)
		total += n
		for i := range n {
			d, err := sub.Next(t.Context())
			if err != nil || d.Event == nil || d.Event.Stream != stream || d.Event.Revision != es.Revision(i) {
				t.Fatalf("%d waiting, event %d: %+v, %v", n, i, d, err)
			}
		}
		if n > 0 && n <= 50 {
			continue
		}
		if d, err := sub.Next(t.Context()); err != nil || !d.CaughtUp || d.Position != position(int64(total)) {
			t.Fatalf("%d waiting, then: %+v, %v", n, d, err)
		}
	}
	if err := sub.Close(); err != nil {
		t.Fatal(err)
	}
}
