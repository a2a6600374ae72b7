package estest

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"

	"fangxin/domain/es"
)

var subscribeTests = []test{
	{"after a position, exclusively", subscribeAfter},
	{"the mark comes once and then live events", subscribeMark},
	{"no gap and no duplicate while 8 writers append", subscribeSwitch},
	{"a slow reader loses nothing", subscribeSlow},
	{"many readers", subscribeMany},
	{"the caller's context ends one wait, not the subscription", subscribeWait},
	{"closing ends it", subscribeClose},
	{"the context of Subscribe ends it", subscribeContext},
	{"the end of the store ends it", subscribeStoreClosed},
}

// next is the next delivery, within reason.
func next(t testing.TB, f *fixture, sub es.Subscription) es.Delivery {
	t.Helper()
	ctx, cancel := context.WithTimeout(f.ctx, patience)
	defer cancel()
	d, err := sub.Next(ctx)
	if err != nil {
		t.Fatalf("next: %v", err)
	}
	if d.CaughtUp == (d.Event != nil) {
		t.Fatalf("a delivery is an event or a mark: %+v", d)
	}
	if d.Event != nil && d.Position != d.Event.Position && !d.Position.IsStart() {
		t.Fatalf("delivery at %s of an event at %s", d.Position, d.Event.Position)
	}
	return d
}

// delivered is the next event; marks are passed over.
func delivered(t testing.TB, f *fixture, sub es.Subscription) *es.Envelope {
	t.Helper()
	for {
		if d := next(t, f, sub); d.Event != nil {
			return d.Event
		}
	}
}

// mark expects the caught-up mark now.
func mark(t testing.TB, f *fixture, sub es.Subscription) es.Position {
	t.Helper()
	d := next(t, f, sub)
	if !d.CaughtUp {
		t.Fatalf("an event (%s@%d) where the mark was due", d.Event.Stream, d.Event.Revision)
	}
	return d.Position
}

func closed(t testing.TB, sub es.Subscription) {
	t.Helper()
	if err := sub.Close(); err != nil {
		t.Errorf("close subscription: %v", err)
	}
}

func (f *fixture) subscribe(t testing.TB, after es.Position) es.Subscription {
	t.Helper()
	sub, err := f.Store.Subscribe(f.ctx, after)
	if err != nil {
		t.Fatalf("subscribe: %v", err)
	}
	t.Cleanup(func() { closed(t, sub) })
	return sub
}

// concurrently lets each writer append its events one by one to its own stream.
func (f *fixture) concurrently(t testing.TB, writers, each int) {
	t.Helper()
	errs := make([]error, writers)
	var all sync.WaitGroup
	for w := range writers {
		all.Go(func() {
			stream := es.StreamID(fmt.Sprintf("writer.%d", w))
			for i := 0; i < each && errs[w] == nil; i++ {
				_, errs[w] = f.Store.Append(f.ctx, stream, es.Revision(i-1), eventRange(string(stream), i, i+1))
			}
		})
	}
	within(t, "writers", all.Wait)
	if err := errors.Join(errs...); err != nil {
		t.Fatalf("concurrent writers: %v", err)
	}
}

func subscribeAfter(t *testing.T, f *fixture) {
	f.append(t, "case.1", es.None, eventRange("a", 0, 20)...)
	log := f.readAll(t, es.Position{})
	for _, i := range []int{0, 7, 18} {
		sub := f.subscribe(t, log[i].Position)
		for _, want := range log[i+1:] {
			if got := next(t, f, sub); got.Event == nil || got.Event.ID != want.ID || got.Event.Position != want.Position {
				t.Fatalf("after event %d: %+v, want %s@%d", i, got, want.Stream, want.Revision)
			}
		}
		if at := mark(t, f, sub); at != log[len(log)-1].Position {
			t.Fatalf("mark at %s", at)
		}
	}
}

func subscribeMark(t *testing.T, f *fixture) {
	empty := f.subscribe(t, es.Position{})
	if at := mark(t, f, empty); !at.IsStart() {
		t.Fatalf("mark of an empty log at %s", at)
	}
	f.append(t, "case.1", es.None, eventRange("a", 0, 3)...)
	sub := f.subscribe(t, f.head(t))
	if at := mark(t, f, sub); at != f.head(t) {
		t.Fatalf("mark at %s, head %s", at, f.head(t))
	}
	for i := 3; i < 30; i++ {
		f.append(t, "case.1", es.Revision(i-1), event("a", i))
		if d := next(t, f, sub); d.Event == nil || d.Event.ID != event("a", i).ID {
			t.Fatalf("live event %d: %+v", i, d)
		}
	}
	for i := range 30 {
		if d := next(t, f, empty); d.Event == nil || d.Event.ID != event("a", i).ID {
			t.Fatalf("event %d after the mark: %+v", i, d)
		}
	}
}

// subscribeSwitch begins subscriptions at many places while the writers are at
// work, so that the change from stored to live events happens under load.
func subscribeSwitch(t *testing.T, f *fixture) {
	const writers, each, readers = 8, 150, 6
	f.append(t, "case.before", es.None, eventRange("before", 0, 300)...)
	before := f.readAll(t, es.Position{})
	const total = writers*each + 300
	var all sync.WaitGroup
	seen := make([][]es.Envelope, readers)
	for r := range readers {
		from := es.Position{}
		if r > 0 {
			from = before[r*50-1].Position
		}
		sub := f.subscribe(t, from)
		all.Go(func() {
			for len(seen[r]) < total-r*50 {
				d, err := sub.Next(f.ctx)
				if err != nil {
					t.Errorf("reader %d: %v", r, err)
					return
				}
				if d.Event != nil {
					seen[r] = append(seen[r], *d.Event)
				}
			}
		})
	}
	f.concurrently(t, writers, each)
	within(t, "readers", all.Wait)
	log := f.readAll(t, es.Position{})
	for r := range readers {
		want := log[r*50:]
		if len(seen[r]) != len(want) {
			t.Fatalf("reader %d: %d events, want %d", r, len(seen[r]), len(want))
		}
		for i, e := range seen[r] {
			if e.ID != want[i].ID || e.Position != want[i].Position {
				t.Fatalf("reader %d: event %d is %s@%d, want %s@%d", r, i, e.Stream, e.Revision, want[i].Stream, want[i].Revision)
			}
		}
	}
}

func subscribeSlow(t *testing.T, f *fixture) {
	sub := f.subscribe(t, es.Position{})
	mark(t, f, sub)
	const n = 9000 // more than any store should hold back in memory
	for from := 0; from < n; from += 500 {
		f.append(t, "case.1", es.Revision(from-1), eventRange("a", from, from+500)...)
	}
	marks := 0
	for i := 0; i < n; {
		d := next(t, f, sub)
		if d.CaughtUp {
			marks++
			continue
		}
		if d.Event.ID != event("a", i).ID {
			t.Fatalf("event %d: got %s@%d", i, d.Event.Stream, d.Event.Revision)
		}
		i++
	}
	if marks != 0 {
		t.Fatalf("%d marks with events waiting", marks)
	}
	// A store that held all of them back itself need not say that it caught up.
	head := f.head(t)
	f.append(t, "case.1", n-1, event("a", n))
	d := next(t, f, sub)
	if d.CaughtUp {
		if d.Position != head && d.Position != f.head(t) {
			t.Fatalf("mark at %s, head %s", d.Position, f.head(t))
		}
		d = next(t, f, sub)
	}
	if d.Event == nil || d.Event.ID != event("a", n).ID {
		t.Fatalf("live after falling behind: %+v", d)
	}
}

func subscribeMany(t *testing.T, f *fixture) {
	const readers = 40
	subs := make([]es.Subscription, readers)
	for i := range subs {
		subs[i] = f.subscribe(t, es.Position{})
	}
	f.append(t, "case.1", es.None, eventRange("a", 0, 10)...)
	for i := range 10 {
		for _, sub := range subs {
			if e := delivered(t, f, sub); e.ID != event("a", i).ID {
				t.Fatalf("event %d: %+v", i, e)
			}
		}
	}
}

func subscribeWait(t *testing.T, f *fixture) {
	sub := f.subscribe(t, es.Position{})
	mark(t, f, sub)
	for i := range 20 {
		ctx, cancel := context.WithCancel(f.ctx)
		go cancel()
		within(t, "a wait whose context ends", func() {
			if _, err := sub.Next(ctx); !only(err, context.Canceled) {
				t.Errorf("next: %v", err)
			}
		})
		f.append(t, "case.1", es.Revision(i-1), event("a", i))
		if e := delivered(t, f, sub); e.ID != event("a", i).ID {
			t.Fatalf("after an abandoned wait: %+v", e)
		}
	}
}

// ends expects that a waiting Next, and every later one, answers the error.
func ends(t testing.TB, f *fixture, sub es.Subscription, want error, end func()) {
	t.Helper()
	mark(t, f, sub)
	waiting := make(chan error, 1)
	go func() {
		_, err := sub.Next(f.ctx)
		waiting <- err
	}()
	end()
	within(t, "the end of a subscription", func() {
		if err := <-waiting; !only(err, want) {
			t.Errorf("next: %v, want %v", err, want)
		}
		if _, err := sub.Next(f.ctx); !only(err, want) {
			t.Errorf("next after the end: %v, want %v", err, want)
		}
		closed(t, sub)
	})
}

func subscribeClose(t *testing.T, f *fixture) {
	sub := f.subscribe(t, es.Position{})
	ends(t, f, sub, es.ErrClosed, func() { closed(t, sub) })
	f.append(t, "case.1", es.None, event("a", 0))
}

func subscribeContext(t *testing.T, f *fixture) {
	ctx, cancel := context.WithCancel(f.ctx)
	defer cancel()
	sub, err := f.Store.Subscribe(ctx, es.Position{})
	if err != nil {
		t.Fatal(err)
	}
	ends(t, f, sub, context.Canceled, cancel)
}

func subscribeStoreClosed(t *testing.T, f *fixture) {
	sub := f.subscribe(t, es.Position{})
	ends(t, f, sub, es.ErrClosed, func() {
		if err := f.Store.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
}
