package estest

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"fangxin/domain/es"
)

// Instance is one empty store under test.
type Instance struct {
	Store es.Store
	// Reopen opens the same data again, after Store was closed. It is required
	// unless the adapter goes without Restart.
	Reopen func(testing.TB) es.Store
	// Damage hurts the stored data or the connection, so that reading the whole
	// log, which holds several thousand events by then, cannot succeed. It is
	// required unless the adapter goes without Faults.
	Damage func(testing.TB)
}

// Factory makes an empty store for one test. The suite closes it.
type Factory func(testing.TB) Instance

// Category is a part of the suite that an adapter may go without, for a reason.
type Category string

// Restart: the data outlive Close. Faults: a medium that can fail.
const (
	Restart Category = "restart"
	Faults  Category = "faults"
)

// SuiteOption changes what Run asks of an adapter.
type SuiteOption func(map[Category]string)

// Without leaves a category out. The reason is part of the test's log.
func Without(c Category, reason string) SuiteOption {
	return func(left map[Category]string) { left[c] = strings.TrimSpace(reason) }
}

// Run holds an adapter to every sentence of the port.
func Run(t *testing.T, factory Factory, options ...SuiteOption) {
	without := map[Category]string{}
	for _, o := range options {
		o(without)
	}
	for c, reason := range without {
		if c != Restart && c != Faults || reason == "" {
			t.Fatalf("going without %q needs a known category and a reason, not %q", c, reason)
		}
		t.Logf("without %s: %s", c, reason)
	}
	for _, group := range []struct {
		name     string
		category Category
		tests    []test
	}{
		{"append", "", appendTests},
		{"repeat", "", repeatTests},
		{"read", "", readTests},
		{"subscribe", "", subscribeTests},
		{"close", "", closeTests},
		{"model", "", modelTests},
		{"restart", Restart, restartTests},
		{"faults", Faults, faultTests},
	} {
		if without[group.category] != "" {
			continue
		}
		t.Run(group.name, func(t *testing.T) {
			for _, c := range group.tests {
				t.Run(c.name, func(t *testing.T) { isolated(t, factory, group.category, c) })
			}
		})
	}
}

type test struct {
	name string
	run  func(*testing.T, *fixture)
}

// isolated runs one test on a store of its own and looks for goroutines left
// behind.
func isolated(t *testing.T, factory Factory, c Category, test test) {
	before := goleak.IgnoreCurrent()
	t.Cleanup(func() { goleak.VerifyNone(t, before) })
	in := factory(t)
	if c == Restart && in.Reopen == nil || c == Faults && in.Damage == nil {
		t.Fatalf("the factory offers nothing for %s; use Without and give the reason", c)
	}
	f := &fixture{Instance: in, tb: t, ctx: t.Context()}
	t.Cleanup(func() {
		if err := f.Store.Close(); err != nil && !f.damaged {
			t.Errorf("close: %v", err)
		}
	})
	test.run(t, f)
}

// fixture is a store with shorthands that fail the test.
type fixture struct {
	Instance
	tb      testing.TB
	ctx     context.Context
	damaged bool // closing may fail
}

// patience bounds what must happen at once. Only a store at fault waits so long.
const patience = 20 * time.Second

// within fails the test if do takes too long.
func within(t testing.TB, what string, do func()) {
	t.Helper()
	done := make(chan struct{})
	go func() {
		defer close(done)
		do()
	}()
	timer := time.NewTimer(patience)
	defer timer.Stop()
	select {
	case <-done:
	case <-timer.C:
		t.Fatalf("%s: no answer within %s", what, patience)
	}
}

// event is the i-th event of a test, with bytes that JSON does not need.
func event(key string, i int) es.Pending {
	return es.Pending{
		ID:   es.EventID(es.DeriveID(es.Namespace, key), i),
		Type: fmt.Sprintf("test.happened.v%d", i%3+1),
		Data: fmt.Appendf(nil, `{"key": %q, "n":%d}`, key, i),
		Meta: fmt.Appendf(nil, "{\"n\":\t%d }", i),
	}
}

func eventRange(key string, from, to int) []es.Pending {
	var all []es.Pending
	for i := from; i < to; i++ {
		all = append(all, event(key, i))
	}
	return all
}

func (f *fixture) append(t testing.TB, stream es.StreamID, expected es.Revision, events ...es.Pending) es.Receipt {
	t.Helper()
	r, err := f.Store.Append(f.ctx, stream, expected, events)
	if err != nil {
		t.Fatalf("append %d events to %s at %d: %v", len(events), stream, expected, err)
	}
	if want := expected + es.Revision(len(events)); r.Revision != want {
		t.Fatalf("append %d events to %s at %d: receipt of revision %d", len(events), stream, expected, r.Revision)
	}
	return r
}

func (f *fixture) read(t testing.TB, stream es.StreamID, from es.Revision) []es.Envelope {
	t.Helper()
	return collected(t, "read "+string(stream), f.Store.Read(f.ctx, stream, from))
}

func (f *fixture) readAll(t testing.TB, after es.Position) []es.Envelope {
	t.Helper()
	all := collected(t, "read all", f.Store.ReadAll(f.ctx, after))
	for i, e := range all {
		if before := after; !before.Before(e.Position) {
			t.Fatalf("event %d of the log at %s, not after %s", i, e.Position, before)
		}
		after = e.Position
	}
	return all
}

func collected(t testing.TB, what string, sequence iter.Seq2[es.Envelope, error]) []es.Envelope {
	t.Helper()
	all, err := gathered(sequence)
	if err != nil {
		t.Fatalf("%s: %v", what, err)
	}
	return all
}

// only says whether err means the one thing and none of the others the port keeps
// apart: callers test for them in any order.
func only(err, want error) bool {
	for _, other := range []error{
		es.ErrStreamNotFound, es.ErrUnknownOutcome, es.ErrUnavailable, es.ErrDamaged, es.ErrNewerSchema,
		es.ErrClosed, es.ErrInvalidAppend, context.Canceled,
	} {
		if errors.Is(err, other) != errors.Is(want, other) {
			return false
		}
	}
	return errors.Is(err, want)
}

// gathered ranges to the end and insists that an error is the last thing.
func gathered(sequence iter.Seq2[es.Envelope, error]) (all []es.Envelope, err error) {
	for e, failed := range sequence {
		if err != nil {
			return all, fmt.Errorf("the sequence went on after an error: %w", err)
		}
		if err = failed; err == nil {
			all = append(all, e)
		}
	}
	return all, err
}

// ids names events for comparison.
func ids(all []es.Envelope) []es.ID {
	var out []es.ID
	for _, e := range all {
		out = append(out, e.ID)
	}
	return out
}

func sameIDs(t testing.TB, what string, got []es.Envelope, want []es.Pending) {
	t.Helper()
	var wanted []es.ID
	for _, p := range want {
		wanted = append(wanted, p.ID)
	}
	if !slices.Equal(ids(got), wanted) {
		t.Fatalf("%s: %d events, want %d; got %v want %v", what, len(got), len(want), brief(ids(got)), brief(wanted))
	}
}

func brief(all []es.ID) []es.ID { return all[:min(len(all), 8)] }

// head is the store's own answer.
func (f *fixture) head(t testing.TB) es.Position {
	t.Helper()
	p, err := f.Store.Head(f.ctx)
	if err != nil {
		t.Fatalf("head: %v", err)
	}
	return p
}
