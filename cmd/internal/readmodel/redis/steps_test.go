package redis

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	driver "github.com/redis/go-redis/v9"

	"fangxin/projections/readmodel"
	"fangxin/projections/readmodel/readmodeltest"
)

// half accepts the n-th batch and applies one step of it.
func half(t testing.TB, m *Model, n int) {
	t.Helper()
	ctx := context.Background()
	b := nth(n)
	w := writing{m: m, batch: &b, token: fmt.Sprint("half ", n), head: m.head(space, 0)}
	p := newPiece()
	for i := range b.Changes {
		must(t, p.add(&b.Changes[i]))
		if i%5 == 4 {
			must(t, w.stage(ctx, p.pack()))
			p.reset()
		}
	}
	must(t, w.flush(ctx, p.pack()))
	must(t, w.finish(ctx, m.scripts.accept, []string{w.stageKey()}, w.steps))
	out, err := m.run(ctx, m.scripts.step, call{keys: []string{w.head}})
	must(t, err)
	if out[0].(int64) < 2 {
		t.Fatalf("%v steps left", out[0])
	}
}

// TestHalfApplied: who wrote a large batch is gone in the middle of it; whoever comes
// by finishes it.
func TestHalfApplied(t *testing.T) {
	_, client := server(t)
	ctx := context.Background()
	for name, ask := range map[string]func(*testing.T, *Model){
		"a reader": func(t *testing.T, m *Model) { holds(t, m, 2) },
		"the next writer": func(t *testing.T, m *Model) {
			if err := m.Commit(ctx, nth(2)); !errors.Is(err, readmodel.ErrCheckpoint) {
				t.Fatalf("a batch that is under way: %v", err)
			}
			must(t, m.Commit(ctx, nth(3)))
			holds(t, m, 3)
		},
		"who drops it": func(t *testing.T, m *Model) {
			must(t, m.Drop(ctx, space))
			holds(t, m, 0)
			must(t, m.Sweep(ctx))
			left(t, m)
		},
	} {
		t.Run(name, func(t *testing.T) {
			m := fresh(t, client, 1, usualSizes())
			must(t, m.Commit(ctx, nth(1)))
			half(t, m, 2)
			if now, err := m.Checkpoint(ctx, space, 0); err != nil || now != at(1) {
				t.Fatalf("checkpoint %v (%v)", now, err)
			}
			ask(t, m)
		})
	}
}

// TestStepsLost: a server that lost steps it had confirmed makes the partition
// unusable, and it is built again.
func TestStepsLost(t *testing.T) {
	_, client := server(t)
	m, ctx := fresh(t, client, 1, usualSizes()), context.Background()
	must(t, m.Commit(ctx, nth(1)))
	half(t, m, 2)
	stage, err := client.HGet(ctx, m.head(space, 0), "stage").Result()
	must(t, err)
	must(t, client.LPop(ctx, stage).Err())
	torn(t, m)
}

// TestTorn: a step that broke off makes the partition unusable, and it is built again.
func TestTorn(t *testing.T) {
	_, client := server(t)
	m, ctx := fresh(t, client, 1, usualSizes()), context.Background()
	must(t, m.Commit(ctx, nth(1)))
	// Foreign data where the step writes.
	life, err := client.HGet(ctx, m.head(space, 0), "life").Result()
	must(t, err)
	must(t, client.Set(ctx, strings.TrimSuffix(m.head(space, 0), "head")+life+":s:i7", "x", 0).Err())
	if err := m.Commit(ctx, nth(2)); err == nil {
		t.Log("the foreign key did not matter")
	}
	b := nth(2)
	b.Changes = append(b.Changes, readmodel.Add("i7", "another", 0))
	if err := m.Commit(ctx, b); !errors.Is(err, readmodel.ErrUnavailable) && !errors.Is(err, readmodel.ErrCheckpoint) {
		t.Fatalf("broken step: %v", err)
	}
	torn(t, m)
}

func torn(t *testing.T, m *Model) {
	t.Helper()
	ctx := context.Background()
	if _, err := m.Get(ctx, space, "n"); !errors.Is(err, readmodel.ErrUnavailable) {
		t.Fatalf("read of a torn partition: %v", err)
	}
	if now, err := m.Checkpoint(ctx, space, 0); err != nil || !now.IsStart() {
		t.Fatalf("checkpoint of a torn partition: %v (%v)", now, err)
	}
	for _, n := range []int{2, 3} {
		if err := m.Commit(ctx, nth(n)); !errors.Is(err, readmodel.ErrCheckpoint) {
			t.Fatalf("batch %d on a torn partition: %v", n, err)
		}
	}
	must(t, m.Commit(ctx, nth(1)))
	holds(t, m, 1)
	must(t, m.Drop(ctx, space))
	must(t, m.Sweep(ctx))
	left(t, m)
}

// left checks that nothing is left of a model whose spaces were dropped, but the
// number of the last life of each partition.
func left(t testing.TB, m *Model) {
	t.Helper()
	var keys []string
	scan := func(ctx context.Context, c *driver.Client) error {
		all := c.Scan(ctx, 0, m.prefix+"*", 1000).Iterator()
		for all.Next(ctx) {
			if !strings.HasSuffix(all.Val(), "}:lives") {
				keys = append(keys, all.Val())
			}
		}
		return all.Err()
	}
	var err error
	if c, ok := m.client.(*driver.ClusterClient); ok {
		var mu sync.Mutex
		err = c.ForEachMaster(context.Background(), func(ctx context.Context, c *driver.Client) error {
			mu.Lock()
			defer mu.Unlock()
			return scan(ctx, c)
		})
	} else {
		err = scan(context.Background(), m.client.(*driver.Client))
	}
	must(t, err)
	if len(keys) > 0 {
		t.Fatalf("%d keys are left: %v", len(keys), keys[:min(len(keys), 9)])
	}
}

func TestScriptsForgotten(t *testing.T) {
	_, client := server(t)
	forgotten(t, client, 3)
}

func forgotten(t *testing.T, client driver.UniversalClient, partitions int) {
	t.Helper()
	m, ctx := fresh(t, client, partitions, usualSizes()), context.Background()
	for n := range 5 {
		must(t, client.ScriptFlush(ctx).Err())
		must(t, m.Commit(ctx, nth(n+1)))
		must(t, client.ScriptFlush(ctx).Err())
		holds(t, m, n+1)
	}
	if m.Stats().Reloads == 0 {
		t.Fatal("no script was sent again")
	}
}

func TestDropped(t *testing.T) {
	_, client := server(t)
	dropped(t, client, 3)
}

// dropped fills a space, drops it and fills it again while two sweep what it was.
func dropped(t *testing.T, client driver.UniversalClient, partitions int) {
	t.Helper()
	m, ctx := fresh(t, client, partitions, usualSizes()), context.Background()
	other := fresh(t, client, partitions, usualSizes())
	other.prefix = m.prefix
	fill(t, m, 5_000)
	must(t, m.Flip(ctx, space))
	must(t, m.Drop(ctx, space))
	if v, err := m.Current(ctx, space.Projection, space.Major()); err != nil || v != 0 {
		t.Fatalf("current %d (%v)", v, err)
	}
	holds(t, m, 0)
	if err := m.Commit(ctx, nth(2)); !errors.Is(err, readmodel.ErrCheckpoint) {
		t.Fatalf("a late batch: %v", err)
	}
	var sweepers sync.WaitGroup
	for _, m := range []*Model{m, other} {
		sweepers.Go(func() {
			if err := m.Sweep(ctx); err != nil {
				t.Error(err)
			}
		})
	}
	for n := range 20 {
		must(t, m.Commit(ctx, nth(n+1)))
	}
	sweepers.Wait()
	holds(t, m, 20)
	if n := m.Stats().Swept + other.Stats().Swept; n < 50 {
		t.Fatalf("%d keys swept", n)
	}
	must(t, m.Drop(ctx, space))
	must(t, other.Sweep(ctx))
	left(t, m)
}

// TestSweptInTheBackground: nobody has to ask for it.
func TestSweptInTheBackground(t *testing.T) {
	_, client := server(t)
	ctx := context.Background()
	m, err := Open(ctx, Options{Client: client, Types: readmodeltest.Types, Partitions: 2, Every: time.Hour})
	must(t, err)
	t.Cleanup(func() { _ = m.Close() })
	must(t, m.Commit(ctx, nth(1)))
	must(t, m.Drop(ctx, space))
	ctx, cancel := context.WithTimeout(ctx, 20*time.Second)
	defer cancel()
	must(t, again(ctx, func() error {
		if n, err := client.Exists(ctx, m.gone(0)).Result(); err != nil || n == 0 {
			return err
		}
		return readmodel.ErrUnavailable
	}))
	left(t, m)
}

// TestRepeated: the answer to a batch got lost, and it is sent again.
func TestRepeated(t *testing.T) {
	_, client := server(t)
	m, ctx := fresh(t, client, 1, usualSizes()), context.Background()
	b := nth(1)
	w := writing{m: m, batch: &b, token: "once", head: m.head(space, 0)}
	p := newPiece()
	for i := range b.Changes {
		must(t, p.add(&b.Changes[i]))
	}
	for range 3 {
		must(t, w.finish(ctx, m.scripts.commit, nil, p.pack()))
	}
	holds(t, m, 1)
}

// TestStaleAndLarge: a large batch that is refused leaves nothing lying about.
func TestStaleAndLarge(t *testing.T) {
	_, client := server(t)
	small := usualSizes()
	small.changes = 3
	m, ctx := fresh(t, client, 1, small), context.Background()
	must(t, m.Commit(ctx, nth(1)))
	stale := nth(5)
	fenced := nth(2)
	stale.From, fenced.Fence = at(4), 7
	must(t, m.Commit(ctx, fenced))
	if err := m.Commit(ctx, stale); !errors.Is(err, readmodel.ErrCheckpoint) {
		t.Fatalf("stale batch: %v", err)
	}
	if err := m.Commit(ctx, nth(3)); !errors.Is(err, readmodel.ErrFenced) {
		t.Fatalf("batch under an older lease: %v", err)
	}
	holds(t, m, 2)
	must(t, m.Drop(ctx, space))
	must(t, m.Sweep(ctx))
	left(t, m)
}
