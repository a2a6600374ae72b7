package projections_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"fangxin/domain/es"
	"fangxin/projections"
	"fangxin/projections/projectiontest"
	"fangxin/projections/readmodel"
	"fangxin/projections/readmodel/readmodeltest"
)

// A fresh installation shows empty lists, not errors.
func TestAnEmptyLogIsPublishedAtOnce(t *testing.T) {
	for _, partitions := range []int{1, 16} {
		synctest.Test(t, func(t *testing.T) {
			l, m := newToyLog(t), readmodeltest.NewPartitioned(partitions)
			r, stop := started(t, l.store, toyTypes(), m, toys(), projections.Options{})
			must(t, r.WaitFor(within(t, time.Second), es.Position{}))
			same(t, m, l)
			synctest.Wait() // partitions that nobody asked for follow by themselves
			if s := r.Status(); !s.CaughtUp || len(s.Parts) != partitions {
				t.Errorf("%+v", s)
			}
			must(t, stop())
		})
	}
}

// A build that others made is taken over, and an emptied read model is filled again,
// while the log stands still.
func TestOthersBuildsAreNoticed(t *testing.T) {
	for _, partitions := range []int{1, 3} {
		synctest.Test(t, func(t *testing.T) {
			l, m := newToyLog(t), readmodeltest.NewPartitioned(partitions)
			r, stop := started(t, l.store, toyTypes(), m, toys(), projections.Options{})
			for i := range 20 {
				l.add(es.StreamID(fmt.Sprintf("case.%d", i)), "added.v1", added{N: int64(i), Name: "x"})
			}
			must(t, r.WaitFor(within(t, time.Second), l.head()))
			for range 2 {
				must(t, projections.Rebuild(t.Context(), l.store, toyTypes(), m, toys(), nil))
				same(t, m, l)
				<-time.After(2 * projections.LookEvery)
				at := l.add("case.3", "added.v1", added{N: 3, Name: "y"})
				must(t, r.WaitFor(within(t, time.Second), at))
				same(t, m, l)
			}
			spaces, err := m.Spaces(t.Context(), "one")
			if err != nil || len(spaces) != 1 {
				t.Errorf("builds left: %v, %v", spaces, err)
			}
			must(t, projections.Retire(t.Context(), m, toys(), func(readmodel.Space) bool { return false }))
			<-time.After(2 * projections.LookEvery)
			same(t, m, l)
			must(t, stop())
		})
	}
}

// A version that nobody has made yet is made beside what is served, and nobody waits
// for it. Builds of other versions stay, unless the node is alone.
func TestAnotherVersionIsMadeBeside(t *testing.T) {
	for _, alone := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			l, whole := newToyLog(t), readmodeltest.NewPartitioned(3)
			l.add("case.1", "added.v1", added{N: 1, Name: "x"})
			must(t, projections.Rebuild(t.Context(), l.store, toyTypes(), whole, toys()[:1], nil))
			older := readmodel.First("two", 2)
			must(t, whole.Commit(t.Context(), readmodel.Batch{Space: older, To: place(1)}))
			must(t, whole.Flip(t.Context(), older))
			m := &held{Model: whole, projection: "two", release: make(chan struct{})}
			r, stop := started(t, l.store, toyTypes(), m, toys(), projections.Options{Alone: alone})
			at := l.add("case.2", "added.v1", added{N: 1, Name: "x"})
			must(t, r.WaitFor(within(t, time.Second), at))
			if _, _, err := published(whole, toys()[1]); !errors.Is(err, readmodel.ErrFilling) {
				t.Errorf("half a build is served: %v", err)
			}
			close(m.release)
			<-time.After(time.Second)
			same(t, whole, l)
			if v, err := whole.Current(t.Context(), "two", 2); err != nil || (v == 0) != alone {
				t.Errorf("alone %v: %d, %v", alone, v, err)
			}
			must(t, stop())
		})
	}
}

// held is a read model in which one projection cannot be written until it is released.
type held struct {
	readmodel.Model
	projection string
	release    chan struct{}
}

func (m *held) Commit(ctx context.Context, b readmodel.Batch) error {
	if b.Space.Projection == m.projection {
		select {
		case <-m.release:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return m.Model.Commit(ctx, b)
}

// A log that is put in place of another under running nodes is projected anew.
func TestALogRestoredUnderARunner(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l, m := newToyLog(t), readmodeltest.NewPartitioned(3)
		store := newSwapped(l)
		r, stop := started(t, store, toyTypes(), m, toys(), projections.Options{})
		for i := range 20 {
			l.add(es.StreamID(fmt.Sprintf("case.%d", i)), "added.v1", added{N: int64(i), Name: "x"})
		}
		must(t, r.WaitFor(within(t, time.Second), l.head()))
		l = l.prefix(7)
		store.put(l)
		<-time.After(3 * time.Second)
		same(t, m, l)
		must(t, stop())
	})
}

// The program's own projections give in 16 partitions what they give in one: names
// that several cases tell among them.
func TestPartitionsAgreeWithOne(t *testing.T) {
	l := projectiontest.NewLog(t, "2026-05-01")
	for i := range 1100 {
		id, events, _ := projectiontest.Case(i)
		l.Add(id, events[:3+i%8]...)
	}
	m := readmodeltest.NewPartitioned(16)
	must(t, projections.Rebuild(t.Context(), l.Store, l.Types, m, all(t), nil))
	one := l.Rebuild(all(t)...)
	for _, p := range all(t) {
		s := readmodel.First(p.Name(), p.Version())
		got, want := readmodeltest.Content(m, s, showJSON), readmodeltest.Content(one, s, showJSON)
		if d := differs(got, want); d != "" || len(want) == 0 {
			t.Errorf("%s: %s (%d keys)", p.Name(), d, len(want))
		}
	}
}

// What a projection broadcasts it must handle.
func TestBroadcastsAreHandled(t *testing.T) {
	p := &onlyNoted{toy: newToy("one", "added.v1", "erased.v1")}
	var bad *projections.CoverageError
	if err := projections.Covers(p, toyTypes().Types()); !errors.As(err, &bad) || !strings.Contains(err.Error(), "erased.v1") {
		t.Error(err)
	}
}

type onlyNoted struct{ *toy }

func (onlyNoted) Handles() []string { return nil }

// away is a read model of which one partition cannot be reached for a while.
type away struct {
	readmodel.Model
	mu        sync.Mutex
	partition int
}

func (m *away) Commit(ctx context.Context, b readmodel.Batch) error {
	m.mu.Lock()
	gone := m.partition == b.Partition
	m.mu.Unlock()
	if gone {
		return readmodel.ErrUnavailable
	}
	return m.Model.Commit(ctx, b)
}

func TestOthersGoOnWhileAPartitionIsAway(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		whole := readmodeltest.NewPartitioned(3)
		l, m := newToyLog(t), &away{Model: whole, partition: -1}
		r, stop := started(t, l.store, toyTypes(), m, toys(), projections.Options{})
		must(t, r.WaitFor(within(t, time.Second), es.Position{}))
		m.mu.Lock()
		m.partition = 1
		m.mu.Unlock()
		for i := range 100 {
			for p := range 3 {
				at := l.add(streamOf(p, 3), "added.v1", added{N: int64(i), Name: "x"})
				if p != 1 {
					must(t, r.WaitForPartition(within(t, time.Second), p, at))
				}
			}
		}
		<-time.After(time.Minute)
		s := r.Status()
		if s.Degraded != nil || s.CaughtUp || s.Parts[1].CaughtUp || !s.Parts[0].CaughtUp || s.Parts[1].Oldest.IsZero() || !s.Parts[0].Oldest.IsZero() {
			t.Errorf("%+v", s)
		}
		m.mu.Lock()
		m.partition = -1
		m.mu.Unlock()
		must(t, r.WaitFor(within(t, 3*time.Second), l.head()))
		same(t, whole, l)
		must(t, stop())
	})
}
