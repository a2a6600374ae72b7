package estest

import (
	"errors"
	"fmt"
	"sync"
	"testing"

	"fangxin/domain/es"
)

var closeTests = []test{
	{"use after Close", closeUse},
	{"closing twice, and from many goroutines", closeTwice},
	{"Close waits for appends under way", closeWaits},
	{"closing in the middle of a read", closeReading},
}

var restartTests = []test{
	{"everything is kept", restartKeeps},
	{"a repeat is still a repeat", restartRepeat},
	{"acknowledged before Close is there after", restartAcknowledged},
}

var faultTests = []test{
	{"a failing read is an error, never a short read", faultRead},
}

func closeUse(t *testing.T, f *fixture) {
	f.append(t, "case.1", es.None, event("a", 0))
	sequence := f.Store.Read(f.ctx, "case.1", 0)
	if err := f.Store.Close(); err != nil {
		t.Fatal(err)
	}
	_, appendErr := f.Store.Append(f.ctx, "case.1", 0, eventRange("a", 1, 2))
	_, readErr := gathered(f.Store.Read(f.ctx, "case.1", 0))
	_, oldErr := gathered(sequence)
	_, backErr := gathered(f.Store.ReadBack(f.ctx, "case.1", es.Last))
	_, allErr := gathered(f.Store.ReadAll(f.ctx, es.Position{}))
	_, headErr := f.Store.Head(f.ctx)
	_, subscribeErr := f.Store.Subscribe(f.ctx, es.Position{})
	for what, err := range map[string]error{
		"append": appendErr, "read": readErr, "a sequence from before": oldErr, "read back": backErr,
		"read all": allErr, "head": headErr, "subscribe": subscribeErr,
	} {
		if !only(err, es.ErrClosed) {
			t.Errorf("%s: %v", what, err)
		}
	}
}

func closeTwice(t *testing.T, f *fixture) {
	f.append(t, "case.1", es.None, event("a", 0))
	errs := make([]error, 8)
	var all sync.WaitGroup
	for i := range errs {
		all.Go(func() { errs[i] = f.Store.Close() })
	}
	within(t, "close", all.Wait)
	if err := errors.Join(append(errs, f.Store.Close())...); err != nil {
		t.Fatal(err)
	}
}

// closing appends from several goroutines, closes the store once some events are
// in, and answers the acknowledged events of each stream.
func (f *fixture) closing(t *testing.T) map[es.StreamID]int {
	const writers = 8
	acknowledged := make([]int, writers)
	enough := make(chan struct{}, writers)
	var all sync.WaitGroup
	for w := range writers {
		all.Go(func() {
			stream := es.StreamID(fmt.Sprintf("writer.%d", w))
			for i := 0; ; i++ {
				_, err := f.Store.Append(f.ctx, stream, es.Revision(i-1), eventRange(string(stream), i, i+1))
				if err != nil {
					if !only(err, es.ErrClosed) {
						t.Errorf("an append beside Close: %v", err)
					}
					return
				}
				if acknowledged[w]++; acknowledged[w] == 20 {
					enough <- struct{}{}
				}
			}
		})
	}
	within(t, "writers", func() {
		for range writers {
			<-enough
		}
	})
	within(t, "close under load", func() {
		if err := f.Store.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	within(t, "writers after close", all.Wait)
	result := map[es.StreamID]int{}
	for w, n := range acknowledged {
		result[es.StreamID(fmt.Sprintf("writer.%d", w))] = n
	}
	return result
}

func closeWaits(t *testing.T, f *fixture) { f.closing(t) }

func closeReading(t *testing.T, f *fixture) {
	const n = 5000
	for from := 0; from < n; from += 500 {
		f.append(t, "case.1", es.Revision(from-1), eventRange("a", from, from+500)...)
	}
	f.interrupted(t, "log", n, es.ErrClosed, f.Store.ReadAll(f.ctx, es.Position{}), func() {
		within(t, "close inside a read", func() {
			if err := f.Store.Close(); err != nil {
				t.Errorf("close: %v", err)
			}
		})
	})
}

func (f *fixture) restart(t testing.TB) {
	t.Helper()
	if err := f.Store.Close(); err != nil {
		t.Fatalf("close: %v", err)
	}
	f.Store = f.Reopen(t)
}

func restartKeeps(t *testing.T, f *fixture) {
	f.concurrently(t, 4, 10)
	before, head := f.readAll(t, es.Position{}), f.head(t)
	for range 2 {
		f.restart(t)
		if d := diff(before, f.readAll(t, es.Position{})); d != "" {
			t.Fatalf("the log has changed:\n%s", d)
		}
		if f.head(t) != head {
			t.Fatalf("head %s, was %s", f.head(t), head)
		}
	}
	r := f.append(t, "writer.0", 9, event("later", 0))
	if !head.Before(r.Position) {
		t.Fatalf("position %s after a restart, head was %s", r.Position, head)
	}
	sub := f.subscribe(t, head)
	if e := delivered(t, f, sub); e.ID != event("later", 0).ID {
		t.Fatalf("subscription from a checkpoint of before: %+v", e)
	}
}

func restartRepeat(t *testing.T, f *fixture) {
	first := f.append(t, "case.1", es.None, eventRange("a", 0, 3)...)
	f.append(t, "case.1", 2, eventRange("a", 3, 6)...)
	f.restart(t)
	f.repeats(t, first, es.None, eventRange("a", 0, 3))
	var conflict *es.ConflictError
	if _, err := f.Store.Append(f.ctx, "case.1", es.None, eventRange("b", 0, 1)); !errors.As(err, &conflict) || conflict.Actual != 5 {
		t.Fatalf("conflict after a restart: %v", err)
	}
	f.append(t, "case.1", 5, event("a", 6))
	sameIDs(t, "stream", f.read(t, "case.1", 0), eventRange("a", 0, 7))
}

func restartAcknowledged(t *testing.T, f *fixture) {
	acknowledged := f.closing(t)
	f.Store = f.Reopen(t)
	for stream, n := range acknowledged {
		if got := f.read(t, stream, 0); len(got) != n {
			t.Errorf("%s: %d events, %d acknowledged", stream, len(got), n)
		}
	}
}

func faultRead(t *testing.T, f *fixture) {
	const n = 6000
	for from := 0; from < n; from += 500 {
		f.append(t, "case.1", es.Revision(from-1), eventRange("a", from, from+500)...)
	}
	f.damaged = true
	f.Damage(t)
	for what, sequence := range f.bothWays("case.1", es.Last) {
		if what == "read" {
			sequence = f.Store.Read(f.ctx, "case.1", 0)
		}
		f.failing(t, what, n, func() ([]es.Envelope, error) { return gathered(sequence) })
	}
	f.failing(t, "log", n, func() ([]es.Envelope, error) { return gathered(f.Store.ReadAll(f.ctx, es.Position{})) })
	f.failing(t, "subscription", n, func() (all []es.Envelope, err error) {
		sub := f.subscribe(t, es.Position{})
		for len(all) < n {
			d, err := sub.Next(f.ctx)
			if err != nil {
				return all, err
			}
			if d.CaughtUp {
				return all, nil
			}
			all = append(all, *d.Event)
		}
		return all, nil
	})
}

func (f *fixture) failing(t testing.TB, what string, n int, read func() ([]es.Envelope, error)) {
	t.Helper()
	within(t, what, func() {
		got, err := read()
		switch {
		case err == nil && len(got) < n:
			t.Errorf("%s: %d of %d events and no error", what, len(got), n)
		case err == nil && what != "subscription": // which may have them in memory
			t.Errorf("%s: the damage was not noticed", what)
		case err == nil:
		case !errors.Is(err, es.ErrDamaged) && !errors.Is(err, es.ErrUnavailable):
			t.Errorf("%s: %v", what, err)
		}
		for i, e := range got {
			if what == "log" && e.ID != event("a", i).ID {
				t.Errorf("%s: event %d is wrong", what, i)
				return
			}
		}
	})
}
