package feed

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"sync"
	"testing"

	"fangxin/domain/es"
	"fangxin/domain/es/estest"
	"fangxin/domain/usecase"
	"fangxin/projections"

	"go.uber.org/goleak"
)

var me = usecase.Actor{ID: "c-1", Role: usecase.RoleConsumer}

func everything(_ context.Context, _ usecase.Actor, e *es.Envelope) (es.Revision, bool) {
	return e.Revision, true
}

// write appends n events to a stream of its own.
func write(t *testing.T, s es.Store, stream string, n int) {
	t.Helper()
	for i := range n {
		id := es.DeriveID(es.Namespace, stream, fmt.Sprint(i))
		_, err := s.Append(t.Context(), es.StreamID(stream), es.Revision(i-1), []es.Pending{{ID: id, Type: "t", Data: []byte("{}"), Meta: []byte(`{"at":"2026-11-23T00:00:00Z"}`)}})
		if err != nil {
			t.Fatal(err)
		}
	}
}

// started runs the hub until the test ends and returns when it reads.
func started(t *testing.T, h *Hub) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	tail := projections.NewTail(h.store, registry(), projections.TailOptions{})
	var tasks sync.WaitGroup
	tasks.Go(func() { _ = tail.Run(ctx) })
	tasks.Go(func() { _ = h.Run(ctx, tail) })
	t.Cleanup(func() { cancel(); tasks.Wait() })
	for i := 0; !reads(t, h, fmt.Sprintf("complaint.probe-%d", i)); i++ {
		runtime.Gosched()
	}
}

// reads says whether what is written now came to a stream.
func reads(t *testing.T, h *Hub, stream string) bool {
	t.Helper()
	probe, err := h.Follow(usecase.Actor{ID: "probe"}, es.Position{}, Live)
	if err != nil {
		t.Fatal(err)
	}
	defer probe.Close()
	write(t, h.store, stream, 1)
	return len(probe.live) > 0
}

type happened struct{}

func registry() *es.Registry {
	r := es.NewRegistry(es.StdCodec{})
	es.Register[happened](r, "t")
	return r
}

// What was written before, while and after a stream opens comes once each, in order.
func TestNoGapAndNoDuplicateAroundTheLiveSwitch(t *testing.T) {
	defer goleak.VerifyNone(t)
	t.Run("", func(t *testing.T) {
		store := estest.NewStore()
		write(t, store, "complaint.a", 5)
		write(t, store, "evidence.x", 3)
		h := NewHub(store, everything)
		started(t, h)
		s, err := h.Follow(me, es.Position{}, After)
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		write(t, store, "complaint.b", 5)
		seen, last := map[string]int{}, es.Position{}
		for seen["b"] < 5 {
			c, err := s.Next(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if !last.Before(c.Position) || c.At.IsZero() {
				t.Fatalf("%v after %v", c, last)
			}
			last = c.Position
			if seen[c.Case] != int(c.Revision) {
				t.Fatalf("%s: revision %d, want %d", c.Case, c.Revision, seen[c.Case])
			}
			seen[c.Case]++
		}
		if seen["a"] != 5 || seen["x"] != 0 {
			t.Errorf("%v", seen)
		}
	})
}

func TestBounds(t *testing.T) {
	store := estest.NewStore()
	h := NewHub(store, everything)
	for range MaxPerActor {
		if _, err := h.Follow(me, es.Position{}, Live); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := h.Follow(me, es.Position{}, Live); !errors.Is(err, ErrTooMany) {
		t.Error(err)
	}
	slow, err := h.Follow(usecase.Actor{ID: "slow"}, es.Position{}, Live)
	if err != nil {
		t.Fatal(err)
	}
	for i := range MaxPending + 1 {
		h.deliver(&es.Envelope{Stream: "complaint.a", Revision: es.Revision(i), Position: es.Position{Commit: uint64(i + 1)}})
	}
	for range MaxPending {
		if _, err := slow.Next(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := slow.Next(t.Context()); !errors.Is(err, ErrSlow) {
		t.Error(err)
	}
	slow.Close()
	h.Close()
	if _, err := h.Follow(me, es.Position{}, Live); !errors.Is(err, ErrClosed) {
		t.Error(err)
	}
	if len(h.perID) != 0 || len(h.streams) != 0 {
		t.Errorf("left: %v", h.perID)
	}
}

func TestTooFarBehind(t *testing.T) {
	store := estest.NewStore()
	pending := make([]es.Pending, 1000)
	for b := range MaxCatchUp/1000 + 1 {
		for i := range pending {
			pending[i] = es.Pending{ID: es.DeriveID(es.Namespace, fmt.Sprint(b), fmt.Sprint(i)), Type: "t", Data: []byte("{}"), Meta: []byte("{}")}
		}
		if _, err := store.Append(t.Context(), "complaint.a", es.Revision(b*1000-1), pending); err != nil {
			t.Fatal(err)
		}
	}
	h := NewHub(store, everything)
	s, err := h.Follow(me, es.Position{}, After)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	for n := 0; ; n++ {
		if _, err := s.Next(t.Context()); err == nil && n < MaxCatchUp {
			continue
		} else if !errors.Is(err, ErrBehind) {
			t.Error(err)
		}
		return
	}
}
