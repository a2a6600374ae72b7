package kurrent_test

import (
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"google.golang.org/grpc/codes"

	"fangxin/cmd/internal/eventstore/kurrent"
	"fangxin/cmd/internal/eventstore/kurrent/kurrenttest"
	"fangxin/domain/es"
	"fangxin/domain/es/estest"
)

func subscribed(t testing.TB, s es.Store, after es.Position) es.Subscription {
	t.Helper()
	sub, err := s.Subscribe(t.Context(), after)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := sub.Close(); err != nil {
			t.Error(err)
		}
	})
	return sub
}

func next(t testing.TB, sub es.Subscription) es.Delivery {
	t.Helper()
	d, err := sub.Next(t.Context())
	if err != nil {
		t.Fatalf("next: %v", err)
	}
	return d
}

// written lets each writer append its events to its own stream.
func written(t *testing.T, log es.Store, writers, each int) *sync.WaitGroup {
	var all sync.WaitGroup
	for w := range writers {
		all.Go(func() {
			stream := es.StreamID(fmt.Sprintf("writer.%d", w))
			for i := range each {
				if _, err := log.Append(t.Context(), stream, es.Revision(i-1), []es.Pending{event(string(stream), i)}); err != nil {
					t.Error(err)
				}
			}
		})
	}
	return &all
}

// TestSubscriptionSurvives: the stream of the subscription is cut again and again,
// after any number of messages, and the server restarted, while others write. Every
// event arrives once, in order, and the server's own never.
func TestSubscriptionSurvives(t *testing.T) {
	const writers, each = 4, 250
	log := &noisy{Store: estest.NewStore()}
	server := served(t, log, kurrenttest.Options{})
	o := quick(server)
	o.Outage = time.Minute
	s := opened(t, o)
	for i := range 200 {
		server.Fail(kurrenttest.Fault{On: kurrenttest.Subscribe, Messages: 1 + i*7%40, Cut: i%3 == 0, Code: codes.Aborted})
	}
	all := written(t, log, writers, each)
	sub := subscribed(t, s, es.Position{})
	revisions := map[es.StreamID]es.Revision{}
	last := es.Position{}
	for n := 0; n < writers*each; {
		d := next(t, sub)
		if d.CaughtUp {
			continue
		}
		if revisions[d.Event.Stream] != d.Event.Revision || !last.Before(d.Position) {
			t.Fatalf("%s@%d at %s after %s, want @%d", d.Event.Stream, d.Event.Revision, d.Position, last, revisions[d.Event.Stream])
		}
		revisions[d.Event.Stream]++
		last = d.Position
		if n++; n%300 == 150 {
			server.Stop()
			if err := server.Restart(); err != nil {
				t.Fatal(err)
			}
		}
	}
	all.Wait()
	if n := s.Stats(); n.Restarts < 10 || n.Subscriptions != 1 {
		t.Fatalf("%+v", n)
	}
	if head, err := s.Head(t.Context()); err != nil || head != last {
		t.Fatalf("the reader is at %s, the head is %s, %v", last, head, err)
	}
}

// TestSubscriptionMarks: a stream that was lost while nothing was written does not
// make the reader catch up a second time.
func TestSubscriptionMarks(t *testing.T) {
	log := &noisy{Store: estest.NewStore()}
	server := served(t, log, kurrenttest.Options{})
	o := quick(server)
	o.Outage = time.Minute
	s := opened(t, o)
	first := appended(t, s, "case.1", 0)
	sub := subscribed(t, s, es.Position{})
	if d := next(t, sub); d.Position != first.Position {
		t.Fatalf("%+v", d)
	}
	if d := next(t, sub); !d.CaughtUp || d.Position != first.Position {
		t.Fatalf("%+v", d)
	}
	for range 3 {
		server.Stop()
		restarts := s.Stats().Restarts
		if err := server.Restart(); err != nil {
			t.Fatal(err)
		}
		until(t, "another stream", func() bool { return s.Stats().Restarts > restarts && server.Seen().Subscriptions == 1 })
	}
	second := appended(t, s, "case.1", 1)
	if d := next(t, sub); d.Event == nil || d.Position != second.Position {
		t.Fatalf("%+v", d)
	}
}

// TestSilentSubscription: the stream stays open and says nothing while events are
// written. The watchdog notices, and leaves idle streams and slow readers alone.
func TestSilentSubscription(t *testing.T) {
	log := estest.NewStore()
	server := served(t, log, kurrenttest.Options{})
	o := quick(server)
	o.Watch = 10 * time.Millisecond
	s := opened(t, o)
	idle := subscribed(t, s, es.Position{})
	if d := next(t, idle); !d.CaughtUp {
		t.Fatalf("%+v", d)
	}
	looks := server.Seen().Read
	until(t, "three looks at the head", func() bool { return server.Seen().Read >= looks+3 })
	if n := s.Stats(); n.Restarts != 0 {
		t.Fatalf("an idle subscription was restarted: %+v", n)
	}
	server.Fail(kurrenttest.Fault{On: kurrenttest.Subscribe, Messages: 3, Stall: true})
	sub := subscribed(t, s, es.Position{})
	for i := range 5 {
		appended(t, s, "case.1", i)
	}
	for i := 0; i < 5; {
		if d := next(t, sub); d.Event != nil {
			if d.Event.Revision != es.Revision(i) {
				t.Fatalf("event %d: %+v", i, d.Event)
			}
			i++
		}
	}
	if n := s.Stats(); n.Restarts == 0 {
		t.Fatalf("%+v", n)
	}
}

// TestSlowReaderIsNotSilent: a reader that takes nothing is not taken for a server
// that says nothing.
func TestSlowReaderIsNotSilent(t *testing.T) {
	log := estest.NewStore()
	server := served(t, log, kurrenttest.Options{})
	o := quick(server)
	o.Watch = 20 * time.Millisecond
	s := opened(t, o)
	slow := subscribed(t, s, es.Position{})
	for i := range 4 {
		batch := make([]es.Pending, 1000)
		for k := range batch {
			batch[k] = event("case.1", i*1000+k)
		}
		if _, err := s.Append(t.Context(), "case.1", es.Revision(i*1000-1), batch); err != nil {
			t.Fatal(err)
		}
	}
	head, err := s.Head(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	// The looks of an idle subscription at the head are the clock.
	idle := subscribed(t, s, head)
	if d := next(t, idle); !d.CaughtUp {
		t.Fatalf("%+v", d)
	}
	looks := func(n int) {
		before := server.Seen().Read
		until(t, "looks at the head", func() bool { return server.Seen().Read >= before+n })
	}
	looks(5) // until then the slow one may really have heard nothing
	before := s.Stats().Restarts
	looks(10)
	if n := s.Stats(); n.Restarts != before {
		t.Fatalf("%+v, %d restarts before", n, before)
	}
	for i := 0; i < 4000; {
		if d := next(t, slow); d.Event != nil {
			if d.Event.Revision != es.Revision(i) {
				t.Fatalf("event %d: %+v", i, d.Event)
			}
			i++
		}
	}
}

// TestSubscriptionEnds: a server that stays away, and one that refuses, end the
// subscription with a reason. A new one goes on from the last event.
func TestSubscriptionEnds(t *testing.T) {
	log := estest.NewStore()
	server := served(t, log, kurrenttest.Options{})
	o := quick(server)
	o.Outage = 30 * time.Millisecond
	s := opened(t, o)
	first := appended(t, s, "case.1", 0)
	sub := subscribed(t, s, es.Position{})
	for !next(t, sub).CaughtUp {
	}
	server.Stop()
	for range 2 {
		if _, err := sub.Next(t.Context()); !errors.Is(err, es.ErrUnavailable) || errors.Is(err, es.ErrClosed) {
			t.Fatalf("next: %v", err)
		}
	}
	if err := server.Restart(); err != nil {
		t.Fatal(err)
	}
	appended(t, s, "case.1", 1)
	sub = subscribed(t, s, first.Position)
	if d := next(t, sub); d.Event == nil || d.Event.Revision != 1 {
		t.Fatalf("%+v", d)
	}
	server.Fail(kurrenttest.Fault{On: kurrenttest.Subscribe, Code: codes.PermissionDenied})
	sub = subscribed(t, s, first.Position)
	if _, err := sub.Next(t.Context()); !errors.Is(err, kurrent.ErrCredentials) {
		t.Fatalf("next: %v", err)
	}
}
