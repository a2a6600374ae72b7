package estest_test

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"testing"

	"fangxin/domain/es"
	"fangxin/domain/es/estest"
)

// Without a script the wrapper is a store like any other.
func TestFaultyIsTransparent(t *testing.T) {
	estest.Run(t, func(testing.TB) estest.Instance {
		return estest.Instance{Store: estest.Faulty(estest.NewStore())}
	},
		estest.Without(estest.Restart, "the reference store keeps nothing after Close"),
		estest.Without(estest.Faults, "the wrapper's faults are scripted, see below"))
}

func pending(n int) []es.Pending {
	var all []es.Pending
	for i := range n {
		all = append(all, es.Pending{ID: es.EventID(es.Namespace, i), Type: "test.v1", Data: []byte(`{}`), Meta: []byte(`{}`)})
	}
	return all
}

// faulty is a wrapped store that holds n events in the stream case.1.
func faulty(t *testing.T, n int) *estest.FaultStore {
	t.Helper()
	store := estest.NewStore()
	t.Cleanup(func() {
		if err := store.Close(); err != nil {
			t.Error(err)
		}
	})
	if n > 0 {
		if _, err := store.Append(t.Context(), "case.1", es.None, pending(n)); err != nil {
			t.Fatal(err)
		}
	}
	return estest.Faulty(store)
}

func count(sequence iter.Seq2[es.Envelope, error]) (n int, err error) {
	for _, err := range sequence {
		if err != nil {
			return n, err
		}
		n++
	}
	return n, nil
}

func TestFailBeforeWritesNothing(t *testing.T) {
	f := faulty(t, 0)
	f.Next(estest.Appending, estest.FailBefore(nil), estest.FailBefore(es.ErrFull))
	for _, want := range []error{es.ErrUnavailable, es.ErrFull} {
		if _, err := f.Append(t.Context(), "case.1", es.None, pending(1)); !errors.Is(err, want) {
			t.Fatalf("append: %v, want %v", err, want)
		}
		if _, err := count(f.Read(t.Context(), "case.1", 0)); !errors.Is(err, es.ErrStreamNotFound) {
			t.Fatalf("read: %v", err)
		}
	}
	if r, err := f.Append(t.Context(), "case.1", es.None, pending(1)); err != nil || r.Repeated {
		t.Fatalf("the script is at its end: %+v, %v", r, err)
	}
	if f.Left() != 0 || f.Calls(estest.Appending) != 3 {
		t.Fatalf("%d faults left, %d appends", f.Left(), f.Calls(estest.Appending))
	}
}

func TestFailAfterHasWritten(t *testing.T) {
	f := faulty(t, 0)
	f.Next(estest.Appending, estest.FailAfter(), estest.Pass(), estest.FailAfter())
	if _, err := f.Append(t.Context(), "case.1", es.None, pending(2)); !errors.Is(err, es.ErrUnknownOutcome) {
		t.Fatalf("append: %v", err)
	}
	r, err := f.Append(t.Context(), "case.1", es.None, pending(2))
	if err != nil || !r.Repeated || r.Revision != 1 {
		t.Fatalf("the same again: %+v, %v", r, err)
	}
	var conflict *es.ConflictError
	if _, err := f.Append(t.Context(), "case.1", 5, pending(1)); !errors.As(err, &conflict) {
		t.Fatalf("a refusal stays a refusal: %v", err)
	}
}

func TestCutAfterSomeEvents(t *testing.T) {
	f := faulty(t, 10)
	for call, read := range map[estest.Call]func() iter.Seq2[es.Envelope, error]{
		estest.ReadStream: func() iter.Seq2[es.Envelope, error] { return f.Read(t.Context(), "case.1", 0) },
		estest.ReadLog:    func() iter.Seq2[es.Envelope, error] { return f.ReadAll(t.Context(), es.Position{}) },
	} {
		for _, n := range []int{0, 1, 7, 10} {
			f.Next(call, estest.Cut(n, es.ErrDamaged))
			if got, err := count(read()); got != n || !errors.Is(err, es.ErrDamaged) {
				t.Fatalf("%s cut after %d: %d events, %v", call, n, got, err)
			}
		}
		if got, err := count(read()); got != 10 || err != nil {
			t.Fatalf("%s: %d events, %v", call, got, err)
		}
	}
	f.Next(estest.ReadStream, estest.Cut(3, nil))
	if got, err := count(f.ReadBack(t.Context(), "case.1", es.Last)); got != 3 || !errors.Is(err, es.ErrUnavailable) {
		t.Fatalf("back: %d events, %v", got, err)
	}
}

func TestStallUntilReleased(t *testing.T) {
	f := faulty(t, 10)
	release := make(chan struct{})
	f.Next(estest.ReadLog, estest.Stall(4, release))
	n := 0
	for _, err := range f.ReadAll(t.Context(), es.Position{}) {
		if err != nil {
			t.Fatal(err)
		}
		if n++; n == 4 {
			close(release) // else the fifth would never come
		}
	}
	if n != 10 {
		t.Fatalf("%d events", n)
	}
}

func TestStallEndsWithTheContext(t *testing.T) {
	f := faulty(t, 10)
	never := make(chan struct{})
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for _, call := range []estest.Call{estest.Appending, estest.AskHead, estest.ReadStream, estest.ReadLog, estest.Subscribing} {
		f.Next(call, estest.Stall(0, never))
	}
	_, appendErr := f.Append(ctx, "case.1", 9, pending(1))
	_, headErr := f.Head(ctx)
	_, readErr := count(f.Read(ctx, "case.1", 0))
	_, logErr := count(f.ReadAll(ctx, es.Position{}))
	_, subscribeErr := f.Subscribe(ctx, es.Position{})
	for i, err := range []error{appendErr, headErr, readErr, logErr, subscribeErr} {
		if !errors.Is(err, context.Canceled) {
			t.Errorf("call %d: %v", i, err)
		}
	}
	if n, err := count(f.Read(t.Context(), "case.1", 0)); n != 10 || err != nil {
		t.Fatalf("a stalled append was written: %d events, %v", n, err)
	}
}

// deliveries are the revisions delivered up to the mark or the error.
func deliveries(t *testing.T, sub es.Subscription) (revisions []es.Revision, err error) {
	t.Helper()
	for {
		d, err := sub.Next(t.Context())
		if err != nil || d.CaughtUp {
			return revisions, err
		}
		revisions = append(revisions, d.Event.Revision)
	}
}

func TestSubscriptionFaults(t *testing.T) {
	f := faulty(t, 4)
	released := make(chan struct{})
	close(released)
	f.Next(estest.Subscribing, estest.Duplicate(2), estest.Cut(3, es.ErrUnavailable), estest.Cut(0, nil),
		estest.Stall(2, released), estest.FailBefore(nil))
	for _, c := range []struct {
		want string
		err  error
	}{
		{"[0 1 1 2 3]", nil}, {"[0 1 2]", es.ErrUnavailable}, {"[]", es.ErrUnavailable}, {"[0 1 2 3]", nil},
	} {
		sub, err := f.Subscribe(t.Context(), es.Position{})
		if err != nil {
			t.Fatal(err)
		}
		got, err := deliveries(t, sub)
		if fmt.Sprint(got) != c.want || !errors.Is(err, c.err) {
			t.Fatalf("delivered %v, %v; want %s, %v", got, err, c.want, c.err)
		}
		if c.err != nil {
			if _, err := sub.Next(t.Context()); !errors.Is(err, c.err) {
				t.Fatalf("a dropped subscription lives: %v", err)
			}
		}
		if err := sub.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := f.Subscribe(t.Context(), es.Position{}); !errors.Is(err, es.ErrUnavailable) {
		t.Fatalf("subscribe: %v", err)
	}
	if f.Left() != 0 {
		t.Fatalf("%d faults left", f.Left())
	}
}

func TestScriptRefusesWhatCannotHappen(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Fatal("an append was scripted to be delivered twice")
		}
	}()
	faulty(t, 0).Next(estest.Appending, estest.Duplicate(1))
}
