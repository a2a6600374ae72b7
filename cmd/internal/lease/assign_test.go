package lease

import (
	"context"
	"errors"
	"slices"
	"testing"
	"testing/synctest"
	"time"
)

// run has node n0 keep leases of the town with an Assign of the test's own.
func run(t *testing.T, w *town, store Store, assign func(ctx context.Context, held []Held) error) (stop func()) {
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		Keeper{Store: store, Group: "g", Node: "n0", Names: w.names, Assign: assign}.Run(ctx)
	}()
	return func() {
		cancel()
		<-ended
	}
}

// A node that is slow to become idle keeps its leases until it is.
func TestNothingIsReleasedBeforeItIsIdle(t *testing.T) {
	check(t, inTown(t, strict(16), func(w *town) {
		w.start("n0")
		w.setStall("n0", 20*time.Second)
		time.Sleep(quiet)
		w.start("n1")
		time.Sleep(15 * time.Second)
		synctest.Wait()
		if owners := w.owners(); slices.Contains(owners, "n1") {
			w.fault("given away early: %v", owners)
		}
		time.Sleep(10 * time.Second)
		w.settled()
		w.setStall("n0", 0)
	}))
}

// What an Assign under way may be taking up is not given back behind its back.
func TestNothingIsReleasedWhileItIsTakenUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newTown(4, true)
		stop := run(t, w, w.store, func(ctx context.Context, _ []Held) error {
			select {
			case <-ctx.Done():
				return ctx.Err()
			case <-time.After(30 * time.Second):
				return nil
			}
		})
		time.Sleep(quiet)
		w.start("n1")
		for _, c := range []struct {
			after time.Duration
			has   int
		}{{quiet, 0}, {30 * time.Second, 0}, {30 * time.Second, 2}} {
			time.Sleep(c.after)
			if owners := w.owners(); len(owners) != c.has {
				t.Errorf("after %v the other has %d", c.after, len(owners))
			}
		}
		stop()
		w.close()
	})
}

// Where nobody knows what is idle nothing is given back, not even at the end: it runs
// out by itself.
func TestNothingIsReleasedWhenNobodyKnows(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newTown(4, true)
		stop := run(t, w, w.store, func(context.Context, []Held) error { return errors.New("half done") })
		time.Sleep(quiet)
		w.start("n1")
		time.Sleep(quiet)
		if owners := w.owners(); len(owners) != 0 {
			t.Errorf("the other has %d", len(owners))
		}
		stop()
		time.Sleep(usualTTL / 2)
		if owners := w.owners(); len(owners) != 0 {
			t.Errorf("early, the other has %d", len(owners))
		}
		time.Sleep(usualTTL)
		if owners := w.owners(); len(owners) != 4 {
			t.Errorf("the other has %d", len(owners))
		}
		w.close()
	})
}

// A node that cannot take up its leases is asked again, at the pace of the rounds.
func TestAFailedAssignmentIsRepeated(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		calls := 0
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		Keeper{
			Store: NewMemory(time.Now), Group: "g", Node: "n", Names: []string{"a"},
			Assign: func(context.Context, []Held) error {
				if calls++; calls < 4 {
					return errors.New("no room")
				}
				return nil
			},
		}.Run(ctx)
		if calls != 5 { // three failures, one success, the end
			t.Errorf("%d calls", calls)
		}
	})
}

// An Assign that waits for something to become idle is cut short when the leases it
// works on are lost meanwhile, and the node is told again.
func TestALossCutsAnAssignmentShort(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newTown(4, true)
		g := &gate{Store: w.store}
		cut := make(chan time.Time, 1)
		var last []Held
		stop := run(t, w, g, func(ctx context.Context, held []Held) error {
			if len(held) == 2 { // n1 has joined
				select {
				case <-ctx.Done():
					cut <- time.Now()
					return ctx.Err()
				case <-time.After(time.Hour):
					return errors.New("never cut short")
				}
			}
			last = held
			return nil
		})
		time.Sleep(quiet)
		w.start("n1")
		time.Sleep(2 * usualEvery)
		away := time.Now()
		g.set(refuse)
		select {
		case at := <-cut:
			if took := at.Sub(away); took > usualTTL-usualTTL/4 {
				t.Errorf("cut after %v", took)
			}
		case <-time.After(quiet):
			t.Error("not cut short")
		}
		synctest.Wait()
		if len(last) != 0 {
			t.Errorf("it still has %v", last)
		}
		stop()
		w.close()
	})
}
