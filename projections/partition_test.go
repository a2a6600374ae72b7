package projections_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"fangxin/domain/es"
	"fangxin/domain/es/estest"
	"fangxin/projections"
	"fangxin/projections/readmodel"
	"fangxin/projections/readmodel/readmodeltest"
)

// started runs a runner by the virtual clock; the returned function stops it and
// answers what Run did.
func started(t testing.TB, store es.Store, reg *es.Registry, m readmodel.Model, ps []projections.Projection, o projections.Options) (*projections.Runner, func() error) {
	t.Helper()
	o.Tick, o.Pause = tick, pause
	r, err := projections.NewRunner(store, reg, m, ps, o)
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- r.Run(ctx) }()
	return r, func() error { stop(); return <-done }
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// streamOf finds a stream of a partition.
func streamOf(partition, of int) es.StreamID {
	for i := 0; ; i++ {
		s := es.StreamID(fmt.Sprintf("case.%d", i))
		if readmodel.PartitionOf(s, of) == partition {
			return s
		}
	}
}

func within(t testing.TB, d time.Duration) context.Context {
	ctx, stop := context.WithTimeout(context.Background(), d)
	t.Cleanup(stop)
	return ctx
}

// same fails unless readers see all of the log, as a fold from scratch gives it.
func same(t testing.TB, m *readmodeltest.Simple, l *toyLog) {
	t.Helper()
	for _, p := range toys() {
		got, at, err := published(m, p)
		if err != nil || at != l.head() {
			t.Fatalf("%s stands at %v of %v: %v", p.Name(), at, l.head(), err)
		}
		if d := differs(got, l.scratch(p)); d != "" {
			t.Fatalf("%s: %s", p.Name(), d)
		}
	}
}

func holdings(fence uint64, partitions ...int) []projections.Holding {
	var out []projections.Holding
	for _, p := range partitions {
		out = append(out, projections.Holding{Partition: p, Fence: fence})
	}
	return out
}

// Partitions with nothing to do follow the head, and not more often than every
// ProgressEvery; who wrote waits for one partition only.
func TestIdlePartitionsFollow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const partitions = 16
		l, m := newToyLog(t), readmodeltest.NewPartitioned(partitions)
		var commits [partitions]atomic.Int32
		var traced atomic.Int32
		events := 0
		r, stop := started(t, l.store, toyTypes(), m, toys(), projections.Options{
			Around: func(p int, commit func() error) error {
				commits[p].Add(1)
				return commit()
			},
			Step:  func(n int) { events += n },
			Trace: func(*projections.Event) { traced.Add(1) },
		})
		must(t, r.WaitFor(within(t, time.Second), es.Position{}))
		busy := streamOf(5, partitions)
		for range 50 {
			at := l.add(busy, "added.v1", added{N: 1, Name: "x"})
			began := time.Now()
			must(t, r.WaitForPartition(within(t, time.Second), 5, at))
			if took := time.Since(began); took != 0 {
				t.Errorf("the partition of the event took %v", took)
			}
			<-time.After(10 * time.Millisecond)
		}
		must(t, r.WaitFor(within(t, projections.ProgressEvery), l.head()))
		same(t, m, l)
		for p := range partitions {
			if n := commits[p].Load(); p == 5 && n != 100 || p != 5 && (n < 8 || n > 14) {
				t.Errorf("partition %d committed %d times", p, n)
			}
		}
		before := commits[0].Load()
		<-time.After(time.Minute)
		if commits[0].Load() != before {
			t.Error("commits while nothing happens")
		}
		if events != 50 || traced.Load() != 50 {
			t.Errorf("told of %d events, shown %d", events, traced.Load())
		}
		must(t, stop())
	})
}

// What a node does not hold it asks the read model for.
func TestWaitingForWhatOthersHold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l, m := newToyLog(t), readmodeltest.NewPartitioned(3)
		one, stop1 := started(t, l.store, toyTypes(), m, toys(), projections.Options{Leased: true})
		two, stop2 := started(t, l.store, toyTypes(), m, toys(), projections.Options{Leased: true})
		at := l.add(streamOf(2, 3), "added.v1", added{N: 1, Name: "x"})
		if err := one.WaitForPartition(within(t, time.Second), 2, at); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("nobody works on it: %v", err)
		}
		must(t, one.Assign(t.Context(), holdings(1, 0)))
		must(t, two.Assign(t.Context(), holdings(1, 1, 2)))
		must(t, one.WaitForPartition(within(t, time.Second), 2, at))
		must(t, one.WaitFor(within(t, time.Second), at))
		must(t, two.WaitFor(within(t, time.Second), at))
		same(t, m, l)
		if err := one.WaitForPartition(t.Context(), 3, at); !errors.Is(err, readmodel.ErrPartition) {
			t.Error(err)
		}
		if err := one.Assign(t.Context(), holdings(1, 3)); !errors.Is(err, readmodel.ErrPartition) {
			t.Error(err)
		}
		// One that is waited for here moves away meanwhile.
		waited := make(chan error, 1)
		later := place(at.Commit + 1)
		go func() { waited <- two.WaitForPartition(within(t, time.Minute), 2, later) }()
		synctest.Wait()
		must(t, two.Assign(t.Context(), holdings(1, 1)))
		must(t, one.Assign(t.Context(), holdings(2, 0, 2)))
		l.add(streamOf(2, 3), "added.v1", added{N: 1, Name: "x"})
		must(t, <-waited)
		must(t, stop1())
		must(t, stop2())
	})
}

// A node that stops loses its partitions to another, which goes on from where they
// stand; what it did under its lease is refused afterwards.
func TestTakeover(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l, m := newToyLog(t), readmodeltest.NewPartitioned(16)
		for i := range 40 {
			l.add(es.StreamID(fmt.Sprintf("case.%d", i)), "added.v1", added{N: int64(i), Name: "x"})
		}
		all := make([]int, 16)
		for i := range all {
			all[i] = i
		}
		var lost sync.Map
		first, stop1 := started(t, l.store, toyTypes(), m, toys(), projections.Options{Leased: true, Lost: func(p int) { lost.Store(p, true) }})
		second, stop2 := started(t, l.store, toyTypes(), m, toys(), projections.Options{Leased: true})
		must(t, first.Assign(t.Context(), holdings(1, all...)))
		must(t, first.WaitFor(within(t, time.Second), l.head()))
		// The first does not hear that its leases have passed on.
		must(t, second.Assign(t.Context(), holdings(2, all...)))
		for i := range 40 {
			l.add(es.StreamID(fmt.Sprintf("case.%d", i)), "added.v1", added{N: int64(i), Name: "y"})
		}
		must(t, second.WaitFor(within(t, time.Second), l.head()))
		<-time.After(time.Second)
		same(t, m, l)
		// Whoever comes first commits; the first node hears of it when it comes second,
		// which by the way goroutines are woken can take many rounds.
		for round := 0; ; round++ {
			left := 0
			for _, p := range all {
				if _, ok := lost.Load(p); !ok {
					l.add(streamOf(p, 16), "added.v1", added{N: 1, Name: "z"})
					left++
				}
			}
			if left == 0 {
				break
			}
			if round == 2000 {
				t.Fatalf("%d partitions were not lost", left)
			}
			<-time.After(200 * time.Millisecond)
		}
		same(t, m, l)
		must(t, stop1())
		must(t, stop2())
	})
}

// slow is a read model whose commits take a while, whatever the context.
type slow struct {
	readmodel.Model
	mu    sync.Mutex
	under int
	takes time.Duration
}

func (m *slow) Commit(ctx context.Context, b readmodel.Batch) error {
	m.mu.Lock()
	m.under++
	m.mu.Unlock()
	defer func() {
		m.mu.Lock()
		defer m.mu.Unlock()
		m.under--
	}()
	select {
	case <-time.After(m.takes):
		return m.Model.Commit(ctx, b)
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (m *slow) idle() bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.under == 0
}

// Assign returns when no commit of what was held can follow: what is under way ends,
// or is broken off when there is no time.
func TestAssignWaitsForCommitsUnderWay(t *testing.T) {
	for given, whole := range map[time.Duration]bool{time.Minute: true, time.Second: false} {
		synctest.Test(t, func(t *testing.T) {
			l, m := newToyLog(t), &slow{Model: readmodeltest.NewPartitioned(3), takes: 10 * time.Second}
			r, stop := started(t, l.store, toyTypes(), m, toys(), projections.Options{Leased: true})
			at := l.add(streamOf(1, 3), "added.v1", added{N: 1, Name: "x"})
			must(t, r.Assign(t.Context(), holdings(1, 0, 1, 2)))
			<-time.After(2 * time.Second)
			if m.idle() {
				t.Fatal("no commit is under way")
			}
			err := r.Assign(within(t, given), nil)
			if !m.idle() {
				t.Error("a commit is under way")
			}
			stands, _ := m.Checkpoint(t.Context(), readmodel.First("one", 3), 1)
			if (err == nil) != whole || (stands == at) != whole {
				t.Errorf("%v, stands at %v", err, stands)
			}
			if !whole {
				must(t, r.Assign(within(t, given), nil))
			}
			<-time.After(time.Minute)
			if !m.idle() {
				t.Error("a commit follows")
			}
			must(t, stop())
		})
	}
}

// An unknown type stops every partition before it, and nothing is skipped; a newer
// program carries on.
func TestANewerNodeCarriesOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const partitions = 3
		l, m := newToyLog(t), readmodeltest.NewPartitioned(partitions)
		old, stop := started(t, l.store, toyTypes(), m, toys(), projections.Options{})
		must(t, old.WaitFor(within(t, time.Second), es.Position{}))
		var before es.Position
		for i := range 10 {
			before = l.add(es.StreamID(fmt.Sprintf("case.%d", i)), "added.v1", added{N: 1, Name: "x"})
		}
		at := l.add("case.1", "later.v1", later{})
		for i := range 10 {
			l.add(es.StreamID(fmt.Sprintf("case.%d", i)), "added.v1", added{N: 1, Name: "y"})
		}
		must(t, old.WaitFor(within(t, time.Second), before))
		for p := range partitions {
			if err := old.WaitForPartition(within(t, time.Second), p, at); !errors.Is(err, projections.ErrDegraded) || !errors.Is(err, es.ErrUnknownType) {
				t.Errorf("partition %d: %v", p, err)
			}
		}
		if s := old.Status(); !errors.Is(s.Degraded, projections.ErrDegraded) || s.At != before || s.CaughtUp {
			t.Errorf("%+v", s)
		}
		if _, at, err := published(m, toys()[0]); err != nil || at != before {
			t.Errorf("what is served: %v, %v", at, err)
		}
		if err := stop(); !errors.Is(err, projections.ErrDegraded) {
			t.Errorf("run answered %v", err)
		}
		newer, stop := started(t, l.store, newerTypes(), m, toys("later.v1"), projections.Options{})
		must(t, newer.WaitFor(within(t, time.Second), l.head()))
		one, err := readmodel.First("one", 3), error(nil)
		cs, err := m.Counters(t.Context(), one, "sum", "sun", 1)
		if err != nil || len(cs) != 1 || cs[0].Value != 20 {
			t.Errorf("%v, %v", cs, err)
		}
		must(t, stop())
	})
}

// A node that lags reads what it does not hold without decoding it, but does not pass
// over a type it does not know.
func TestAPassDecodesOnlyWhatIsHeld(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l, m := newToyLog(t), readmodeltest.NewPartitioned(3)
		mine := streamOf(0, 3)
		l.add(streamOf(1, 3), "added.v1", "cannot be read")
		l.add(mine, "added.v1", added{N: 1, Name: "x"})
		r, stop := started(t, l.store, toyTypes(), m, toys(), projections.Options{Leased: true})
		must(t, r.Assign(t.Context(), holdings(1, 0)))
		<-time.After(time.Second)
		if s := r.Status(); s.Degraded != nil || s.At != l.head() {
			t.Errorf("%+v", s)
		}
		must(t, stop())
		l.add(streamOf(1, 3), "later.v1", later{})
		l.add(mine, "added.v1", added{N: 1, Name: "x"})
		r, stop = started(t, l.store, toyTypes(), m, toys(), projections.Options{Leased: true})
		must(t, r.Assign(t.Context(), holdings(2, 0)))
		<-time.After(time.Second)
		if s := r.Status(); !errors.Is(s.Degraded, es.ErrUnknownType) || s.At != place(2) {
			t.Errorf("%+v", s)
		}
		if err := stop(); !errors.Is(err, projections.ErrDegraded) {
			t.Error(err)
		}
	})
}

// All partitions that lag are taken through the log together.
func TestOnePassForAll(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l, m := newToyLog(t), readmodeltest.NewPartitioned(16)
		for i := range 3000 {
			l.add(es.StreamID(fmt.Sprintf("case.%d", i%100)), "added.v1", added{N: int64(i), Name: "x"})
		}
		store := estest.Faulty(l.store)
		r, stop := started(t, store, toyTypes(), m, toys(), projections.Options{Batch: 100})
		must(t, r.WaitFor(within(t, time.Minute), l.head()))
		if n := store.Calls(estest.ReadLog); n != 1 {
			t.Errorf("the log was read %d times", n)
		}
		if n := store.Calls(estest.Subscribing); n != 1 {
			t.Errorf("%d subscriptions", n)
		}
		same(t, m, l)
		must(t, stop())
	})
}
