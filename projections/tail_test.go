package projections_test

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"

	"fangxin/domain/es"
	"fangxin/domain/es/estest"
	"fangxin/projections"
)

// reading runs a tail; the returned function stops it and answers what Run did.
func reading(t testing.TB, store es.Store, reg *es.Registry, o projections.TailOptions) (*projections.Tail, func() error) {
	t.Helper()
	tail := projections.NewTail(store, reg, o)
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- tail.Run(ctx) }()
	return tail, func() error { stop(); return <-done }
}

// drain reads what a tail has after a place, a few events at a time.
func drain(t testing.TB, tail *projections.Tail, at es.Position) (got []uint64, err error) {
	t.Helper()
	for {
		events, upTo, more, ok, err := tail.After(at, 3)
		switch {
		case !ok:
			t.Fatalf("the tail does not reach back to %v", at)
		case err != nil || len(events) == 0:
			if more == nil {
				t.Fatal("nothing to wait for")
			}
			return got, err
		}
		for _, e := range events {
			got = append(got, e.Envelope.Position.Commit)
		}
		if at = upTo; at != events[len(events)-1].Envelope.Position {
			t.Fatalf("up to %v", at)
		}
	}
}

func place(n uint64) es.Position { return es.Position{Commit: n, Prepare: n} }

// From the head as it was, in order, whatever the subscription does: no gap and no
// duplicate.
func TestTailDeliversEverythingOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		rapid.Check(bubble{t}, func(rt *rapid.T) {
			l := newToyLog(t)
			for i := range rapid.IntRange(0, 3).Draw(rt, "before") {
				l.add("case.0", "added.v1", added{N: int64(i)})
			}
			store, restarts := estest.Faulty(l.store), 0
			before, failures := l.head(), rapid.IntRange(0, 4).Draw(rt, "failures")
			for range failures {
				fault := estest.Cut(rapid.IntRange(0, 4).Draw(rt, "cut"), nil)
				if rapid.Bool().Draw(rt, "duplicate") {
					fault = estest.Duplicate(1)
				}
				store.Next(estest.Subscribing, fault)
			}
			tail, stop := reading(t, store, toyTypes(), projections.TailOptions{Pause: pause, Restarted: func(error) { restarts++ }})
			synctest.Wait()
			var want []uint64
			for i := range rapid.IntRange(0, 20).Draw(rt, "events") {
				want = append(want, l.add("case.1", "added.v1", added{N: int64(i)}).Commit)
				if rapid.Bool().Draw(rt, "wait") {
					<-time.After(time.Second)
				}
			}
			<-time.After(10 * time.Second)
			got, err := drain(t, tail, before)
			if err != nil || fmt.Sprint(got) != fmt.Sprint(want) {
				rt.Fatalf("%v, %v after %d restarts, want %v", got, err, restarts, want)
			}
			if s := tail.Status(); s.At != l.head() || !s.CaughtUp || s.Failed != nil {
				rt.Fatalf("%+v", s)
			}
			if err := stop(); err != nil {
				rt.Fatal(err)
			}
		})
	})
}

// What is kept is bounded in number and size; who is further behind is told so.
func TestTailForgetsTheOldest(t *testing.T) {
	for _, o := range []projections.TailOptions{{Events: 4}, {Bytes: 2800}} {
		synctest.Test(t, func(t *testing.T) {
			l := newToyLog(t)
			tail, stop := reading(t, l.store, toyTypes(), o)
			if _, _, _, ok, _ := tail.After(es.Position{}, 1); ok {
				t.Error("a tail that has not begun reaches back")
			}
			synctest.Wait()
			for i := range 1000 {
				l.add("case.1", "added.v1", added{N: int64(i)})
				synctest.Wait()
			}
			got, err := drain(t, tail, place(996))
			if err != nil || fmt.Sprint(got) != "[997 998 999 1000]" {
				t.Errorf("%v, %v", got, err)
			}
			if _, _, more, ok, err := tail.After(place(995), 9); ok || err != nil || more == nil {
				t.Errorf("reaches back to what was forgotten: %v", err)
			}
			oldest, known := tail.Oldest(place(997))
			if want := time.Date(2020, 1, 1, 0, 0, 0, 998e6, time.UTC); !known || oldest != want {
				t.Errorf("oldest %v (%v), want %v", oldest, known, want)
			}
			if oldest, known := tail.Oldest(place(3)); known || oldest.IsZero() {
				t.Errorf("oldest %v (%v)", oldest, known)
			}
			if oldest, known := tail.Oldest(l.head()); !known || !oldest.IsZero() {
				t.Errorf("oldest %v (%v)", oldest, known)
			}
			if err := stop(); err != nil {
				t.Error(err)
			}
		})
	}
}

// Consumers get everything before an event that cannot be read, then the reason. A
// tail that knows the type goes on.
func TestTailStopsBeforeWhatItCannotRead(t *testing.T) {
	for name, c := range map[string]struct {
		kind string
		data any
		is   func(error) bool
	}{
		"unknown type": {"later.v1", later{}, func(err error) bool { return errors.Is(err, es.ErrUnknownType) }},
		"undecodable": {"added.v1", "text", func(err error) bool {
			var bad *es.DecodeError
			return errors.As(err, &bad)
		}},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				l := newToyLog(t)
				tail, stop := reading(t, l.store, toyTypes(), projections.TailOptions{Pause: pause})
				synctest.Wait()
				l.add("case.1", "added.v1", added{N: 1})
				l.add("case.1", c.kind, c.data)
				l.add("case.1", "added.v1", added{N: 2})
				synctest.Wait()
				got, err := drain(t, tail, es.Position{})
				if !c.is(err) || fmt.Sprint(got) != "[1]" {
					t.Errorf("%v, %v", got, err)
				}
				if err := stop(); !c.is(err) || !c.is(tail.Status().Failed) {
					t.Errorf("run answered %v, status %v", err, tail.Status().Failed)
				}
			})
		})
	}
}

// A tail that is stopped and run again goes on where it was.
func TestTailGoesOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newToyLog(t)
		tail := projections.NewTail(l.store, toyTypes(), projections.TailOptions{})
		for i := range 3 {
			ctx, stop := context.WithCancel(t.Context())
			done := make(chan error, 1)
			go func() { done <- tail.Run(ctx) }()
			synctest.Wait()
			l.add("case.1", "added.v1", added{N: 1})
			synctest.Wait()
			stop()
			if err := <-done; err != nil {
				t.Fatal(err)
			}
			l.add("case.1", "added.v1", added{N: 2})
			if got, err := drain(t, tail, es.Position{}); err != nil || len(got) != 2*i+1 {
				t.Fatalf("round %d: %v, %v", i, got, err)
			}
		}
	})
}

// swapped is a store whose log can be put in place of another.
type swapped struct {
	mu sync.Mutex
	es.Store
	cut chan struct{}
}

func newSwapped(l *toyLog) *swapped { return &swapped{Store: l.store, cut: make(chan struct{})} }

// put puts a log in place and ends what reads the other.
func (s *swapped) put(l *toyLog) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.Store = l.store
	close(s.cut)
	s.cut = make(chan struct{})
}

func (s *swapped) now() (es.Store, <-chan struct{}) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.Store, s.cut
}

func (s *swapped) Head(ctx context.Context) (es.Position, error) {
	store, _ := s.now()
	return store.Head(ctx)
}

func (s *swapped) ReadAll(ctx context.Context, after es.Position) iter.Seq2[es.Envelope, error] {
	store, _ := s.now()
	return store.ReadAll(ctx, after)
}

func (s *swapped) Subscribe(ctx context.Context, after es.Position) (es.Subscription, error) {
	store, cut := s.now()
	sub, err := store.Subscribe(ctx, after)
	return &cutOff{sub, cut}, err
}

type cutOff struct {
	es.Subscription
	cut <-chan struct{}
}

func (c *cutOff) Next(ctx context.Context) (es.Delivery, error) {
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	go func() {
		select {
		case <-c.cut:
			stop(es.ErrUnavailable)
		case <-ctx.Done():
		}
	}()
	d, err := c.Subscription.Next(ctx)
	if err != nil && errors.Is(context.Cause(ctx), es.ErrUnavailable) {
		err = es.ErrUnavailable
	}
	return d, err
}

// A log that was restored under a running tail begins it anew; who stood behind its
// end hears of it.
func TestTailNoticesARestoredLog(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newToyLog(t)
		store := newSwapped(l)
		tail, stop := reading(t, store, toyTypes(), projections.TailOptions{Pause: pause})
		synctest.Wait()
		for i := range 5 {
			l.add("case.1", "added.v1", added{N: int64(i)})
		}
		synctest.Wait()
		store.put(l.prefix(2))
		<-time.After(time.Second)
		if _, _, _, ok, err := tail.After(place(5), 9); !ok || !errors.Is(err, projections.ErrRestored) {
			t.Errorf("behind the end: %v, %v", ok, err)
		}
		if _, _, _, ok, err := tail.After(place(2), 9); !ok || err != nil {
			t.Errorf("at the end: %v, %v", ok, err)
		}
		if _, _, _, ok, _ := tail.After(place(1), 9); ok {
			t.Error("what came before the restoration is still there")
		}
		if err := stop(); err != nil {
			t.Error(err)
		}
	})
}

func TestTailWithoutPauseEndsWithTheStoresError(t *testing.T) {
	l := newToyLog(t)
	store := estest.Faulty(l.store)
	store.Next(estest.Subscribing, estest.Cut(0, nil))
	tail := projections.NewTail(store, toyTypes(), projections.TailOptions{})
	if err := tail.Run(t.Context()); !errors.Is(err, es.ErrUnavailable) {
		t.Fatal(err)
	}
	if _, _, _, _, err := tail.After(es.Position{}, 1); !errors.Is(err, es.ErrUnavailable) {
		t.Fatal(err)
	}
	if err := l.store.Close(); err != nil {
		t.Fatal(err)
	}
	if err := tail.Run(t.Context()); err != nil {
		t.Fatalf("a closed store is no error: %v", err)
	}
}
