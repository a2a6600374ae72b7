package redis

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	driver "github.com/redis/go-redis/v9"

	"fangxin/cmd/internal/redistest"
	"fangxin/domain/es"
	"fangxin/projections/readmodel"
	"fangxin/projections/readmodel/readmodeltest"
)

var space = readmodel.First("weather", 1)

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func at(n int) es.Position {
	if n == 0 {
		return es.Position{}
	}
	return es.Position{Commit: uint64(n), Prepare: uint64(n)}
}

// nth is a batch that can be told from all others by what it leaves: n batches leave
// the counter n, n members and a document that says n.
func nth(n int) readmodel.Batch {
	b := readmodel.Batch{Space: space, From: at(n - 1), To: at(n), Changes: []readmodel.Change{
		readmodel.Count("n", 1), readmodel.Put("n", &readmodeltest.Doc{N: int64(n)}),
		readmodel.Add("all", fmt.Sprintf("m%06d", n), int64(n)),
	}}
	for i := range 10 {
		b.Changes = append(b.Changes, readmodel.Add(fmt.Sprintf("i%d", i), fmt.Sprintf("m%06d", n), 0), readmodel.Count(fmt.Sprintf("c%d", i), 1))
	}
	return b
}

// holds checks that what is there is what n batches leave.
func holds(t testing.TB, m *Model, n int) {
	t.Helper()
	ctx := context.Background()
	cs, err := m.Counters(ctx, space, "n", "o", 9)
	must(t, err)
	c, err := m.Count(ctx, space, readmodel.In("all"), 0, 0)
	must(t, err)
	if n == 0 {
		if len(cs) != 0 || c.N != 0 {
			t.Fatalf("counter %v, members %v after no batch", cs, c)
		}
		return
	}
	d, err := m.Get(ctx, space, "n")
	must(t, err)
	if len(cs) != 1 || cs[0].Value != int64(n) || c.N != int64(n) || d.(*readmodeltest.Doc).N != int64(n) {
		t.Fatalf("counter %v, members %v, document %v after %d batches", cs, c, d, n)
	}
	both, err := m.Count(ctx, space, readmodel.All(readmodel.In("all"), readmodel.In("i0"), readmodel.In("i9")), 0, 0)
	must(t, err)
	if both.N != int64(n) {
		t.Fatalf("%v members in all indexes after %d batches", both, n)
	}
}

func server(t testing.TB, config ...string) (*redistest.Server, driver.UniversalClient) {
	s := redistest.Run(t, redistest.Options{ExtraConfig: config})
	return s, redistest.Client(t, s.Address())
}

// TestTwoRunners: several runners write to one partition; each batch is applied once.
func TestTwoRunners(t *testing.T) {
	_, client := server(t)
	for _, changes := range []int{2000, 4} {
		t.Run(fmt.Sprintf("steps of %d", changes), func(t *testing.T) {
			small := usualSizes()
			small.changes = changes
			m, other := fresh(t, client, 1, small), fresh(t, client, 1, small)
			other.prefix = m.prefix
			const batches = 150
			var runners sync.WaitGroup
			for _, m := range []*Model{m, other, m, other} {
				runners.Go(func() {
					for {
						now, err := m.Checkpoint(context.Background(), space, 0)
						if err != nil || now.Commit == batches {
							if err != nil {
								t.Error(err)
							}
							return
						}
						err = m.Commit(context.Background(), nth(int(now.Commit)+1))
						if err != nil && !errors.Is(err, readmodel.ErrCheckpoint) {
							t.Error(err)
							return
						}
					}
				})
			}
			runners.Wait()
			holds(t, m, batches)
			if s := m.Stats(); s.Commits+other.Stats().Commits != batches {
				t.Fatalf("%d and %d batches applied, want %d together", s.Commits, other.Stats().Commits, batches)
			}
		})
	}
}

func TestFlushed(t *testing.T) {
	s, client := server(t)
	m, ctx := fresh(t, client, 3, usualSizes()), context.Background()
	must(t, m.Commit(ctx, nth(1)))
	must(t, m.Flip(ctx, space))
	must(t, s.Flush(ctx))
	if v, err := m.Current(ctx, space.Projection, 1); err != nil || v != 0 {
		t.Fatalf("current %d (%v)", v, err)
	}
	if low, err := m.Lowest(ctx, space); err != nil || !low.IsStart() {
		t.Fatalf("lowest %v (%v)", low, err)
	}
	if err := m.Commit(ctx, nth(2)); !errors.Is(err, readmodel.ErrCheckpoint) {
		t.Fatalf("a batch after what is gone: %v", err)
	}
	holds(t, m, 0)
	must(t, m.Commit(ctx, nth(1)))
	holds(t, m, 1)
	if spaces, err := m.Spaces(ctx, space.Projection); err != nil || len(spaces) != 1 {
		t.Fatalf("spaces %v (%v)", spaces, err)
	}
}

// TestKilled: the server is killed while batches are written, large ones among them.
func TestKilled(t *testing.T) {
	t.Parallel()
	s := redistest.Run(t, redistest.Options{AppendOnly: true})
	client := redistest.Client(t, s.Address())
	small := usualSizes()
	small.changes = 4
	m, ctx := fresh(t, client, 1, small), context.Background()
	n := 0
	for range 4 {
		failed, written := make(chan struct{}), make(chan struct{})
		go func() {
			defer close(failed)
			for i := n + 1; ; i++ {
				ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
				err := m.Commit(ctx, nth(i))
				cancel()
				if err != nil {
					return
				}
				if i == n+30 {
					close(written)
				}
			}
		}()
		<-written
		must(t, s.Stop())
		<-failed
		must(t, s.Restart(ctx))
		must(t, m.help(ctx, m.head(space, 0)))
		now, err := m.Checkpoint(ctx, space, 0)
		must(t, err)
		n = int(now.Commit)
		holds(t, m, n)
	}
}

// calls are all methods that ask the server.
func calls(m *Model) map[string]func(context.Context) error {
	return map[string]func(context.Context) error{
		"Commit":     func(ctx context.Context) error { return m.Commit(ctx, nth(2)) },
		"Checkpoint": func(ctx context.Context) error { _, err := m.Checkpoint(ctx, space, 0); return err },
		"Lowest":     func(ctx context.Context) error { _, err := m.Lowest(ctx, space); return err },
		"Current":    func(ctx context.Context) error { _, err := m.Current(ctx, "weather", 1); return err },
		"Flip":       func(ctx context.Context) error { return m.Flip(ctx, space) },
		"Drop":       func(ctx context.Context) error { return m.Drop(ctx, space) },
		"Spaces":     func(ctx context.Context) error { _, err := m.Spaces(ctx, "weather"); return err },
		"Get":        func(ctx context.Context) error { _, err := m.Get(ctx, space, "n"); return err },
		"Page": func(ctx context.Context) error {
			_, err := m.Page(ctx, space, readmodel.Page{Where: readmodel.In("all")})
			return err
		},
		"Count":    func(ctx context.Context) error { _, err := m.Count(ctx, space, readmodel.In("all"), 0, 0); return err },
		"Indexes":  func(ctx context.Context) error { _, err := m.Indexes(ctx, space, "", "", 9); return err },
		"Counters": func(ctx context.Context) error { _, err := m.Counters(ctx, space, "", "", 9); return err },
		"Sweep":    m.Sweep,
	}
}

func TestServerGone(t *testing.T) {
	t.Parallel()
	s, client := server(t)
	m, ctx := fresh(t, client, 3, usualSizes()), context.Background()
	must(t, m.Commit(ctx, nth(1)))
	must(t, s.Stop())
	for name, ask := range calls(m) {
		if err := ask(ctx); !errors.Is(err, readmodel.ErrUnavailable) {
			t.Errorf("%s: %v", name, err)
		}
	}
	must(t, s.Restart(ctx))
	if n := settled(t, m); n != 0 {
		t.Fatalf("a server that kept nothing is at %d", n)
	}
	must(t, again(t.Context(), func() error { return m.Commit(ctx, nth(1)) }))
	holds(t, m, 1)
}

// TestServerStalls: nobody waits past the end of the context, however it ends.
func TestServerStalls(t *testing.T) {
	s, client := server(t)
	m, ctx := fresh(t, client, 1, usualSizes()), context.Background()
	must(t, m.Commit(ctx, nth(1)))
	must(t, s.Pause())
	var all sync.WaitGroup
	for name, ask := range calls(m) {
		all.Go(func() {
			ctx, cancel := context.WithCancel(ctx)
			stop := time.AfterFunc(20*time.Millisecond, cancel)
			defer stop.Stop()
			if err := ask(ctx); !errors.Is(err, context.Canceled) {
				t.Errorf("%s when told to stop: %v", name, err)
			}
		})
		all.Go(func() {
			ctx, cancel := context.WithTimeout(ctx, 20*time.Millisecond)
			defer cancel()
			if err := ask(ctx); !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("%s at its deadline: %v", name, err)
			}
		})
	}
	all.Wait()
	must(t, s.Resume())
}

// TestMemoryFull: a server without memory refuses the whole batch and answers questions.
func TestMemoryFull(t *testing.T) {
	_, client := server(t)
	m, ctx := fresh(t, client, 1, usualSizes()), context.Background()
	must(t, m.Commit(ctx, nth(1)))
	must(t, client.ConfigSet(ctx, "maxmemory", "1").Err())
	if err := m.Commit(ctx, nth(2)); !errors.Is(err, readmodel.ErrUnavailable) {
		t.Fatalf("no memory: %v", err)
	}
	holds(t, m, 1)
	must(t, client.ConfigSet(ctx, "maxmemory", "0").Err())
	must(t, m.Commit(ctx, nth(2)))
	holds(t, m, 2)
}

func TestSentinel(t *testing.T) {
	t.Parallel()
	pair := redistest.RunSentinel(t)
	client, ctx := redistest.Client(t, pair.Address()), context.Background()
	t.Run("suite", func(t *testing.T) { suite(t, client, 3, usualSizes()) })
	m := fresh(t, client, 1, usualSizes())
	for n := range 20 {
		must(t, m.Commit(ctx, nth(n+1)))
	}
	must(t, pair.Failover(ctx))
	// The replica may lack the last batches: its checkpoint says so.
	now := settled(t, m)
	holds(t, m, now)
	for n := now; n < 30; n++ {
		must(t, again(ctx, func() error { return m.Commit(ctx, nth(n+1)) }))
	}
	holds(t, m, 30)
}

// settled waits until the server answers, and returns its checkpoint.
func settled(t testing.TB, m *Model) int {
	t.Helper()
	var now es.Position
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	must(t, again(ctx, func() (err error) {
		now, err = m.Checkpoint(ctx, space, 0)
		return err
	}))
	return int(now.Commit)
}

// again asks until the server is there.
func again(ctx context.Context, f func() error) error {
	pause := time.NewTicker(10 * time.Millisecond)
	defer pause.Stop()
	for {
		err := f()
		if !errors.Is(err, readmodel.ErrUnavailable) {
			return err
		}
		select {
		case <-ctx.Done():
			return err
		case <-pause.C:
		}
	}
}
