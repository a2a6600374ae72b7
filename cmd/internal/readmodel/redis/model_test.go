package redis

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	driver "github.com/redis/go-redis/v9"

	"fangxin/cmd/internal/redistest"
	"fangxin/domain/es"
	"fangxin/projections/readmodel"
	"fangxin/projections/readmodel/readmodeltest"
)

// names gives each model of the tests of a server a name of its own.
var names atomic.Int64

// fresh opens a model without content.
func fresh(t testing.TB, client driver.UniversalClient, partitions int, s sizes) *Model {
	t.Helper()
	m, err := open(context.Background(), Options{
		Client: client, Name: fmt.Sprintf("test-%d", names.Add(1)), Partitions: partitions, Types: readmodeltest.Types, Every: -1,
	}, s)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = m.Close() })
	return m
}

func suite(t *testing.T, client driver.UniversalClient, partitions int, s sizes) {
	readmodeltest.Run(t, func(t testing.TB) readmodel.Model { return fresh(t, client, partitions, s) })
}

func TestSingleServer(t *testing.T) {
	client := redistest.Client(t, redistest.Run(t, redistest.Options{}).Address())
	for _, partitions := range []int{1, 3, 16} {
		t.Run(fmt.Sprintf("%d partitions", partitions), func(t *testing.T) { suite(t, client, partitions, usualSizes()) })
	}
}

// TestSmallSteps takes all ways through scripts that large sets and batches take.
func TestSmallSteps(t *testing.T) {
	client := redistest.Client(t, redistest.Run(t, redistest.Options{ExtraConfig: []string{"set-max-intset-entries 1"}}).Address())
	for _, s := range []sizes{
		{changes: 1, bytes: 1 << 10, vector: 2, few: 1, fewest: 0, page: 1, count: 1, least: 1, most: 1},
		{changes: 3, bytes: 64, vector: 3, few: 4, fewest: 2, page: 6, count: 6, least: 2, most: 6},
		{changes: 7, bytes: 1 << 20, vector: 1, few: 0, fewest: 0, page: 3, count: 3, least: 3, most: 3},
	} {
		t.Run(fmt.Sprintf("%d changes", s.changes), func(t *testing.T) { small(t, client, s.changes/2+1, s) })
	}
}

// small runs the suite in small steps, but for the test of a large set, and of batches
// that come between all rounds of a question.
func small(t *testing.T, client driver.UniversalClient, partitions int, s sizes) {
	readmodeltest.Run(t, func(t testing.TB) readmodel.Model {
		usual := usualSizes()
		switch {
		case strings.HasSuffix(t.Name(), "/counts"):
			return fresh(t, client, partitions, usual)
		case strings.HasSuffix(t.Name(), "/readers_see_whole_batches"):
			usual.changes, usual.bytes = s.changes, s.bytes
			return fresh(t, client, partitions, usual)
		}
		return fresh(t, client, partitions, s)
	})
}

func TestCluster(t *testing.T) {
	t.Parallel()
	client := redistest.Client(t, redistest.RunCluster(t, 3).Address())
	suite(t, client, 16, usualSizes())
	t.Run("scripts forgotten", func(t *testing.T) { forgotten(t, client, 16) })
	t.Run("dropped", func(t *testing.T) { dropped(t, client, 16) })
}

// TestClusterLosesNode: what lay on a node that came back empty is at the start again,
// the rest stands, and the lowest checkpoint tells the age of both together.
func TestClusterLosesNode(t *testing.T) {
	t.Parallel()
	cluster := redistest.RunCluster(t, 3)
	m, ctx := fresh(t, redistest.Client(t, cluster.Address()), 16, usualSizes()), context.Background()
	nthOf := func(p, n int) readmodel.Batch {
		b := nth(n)
		b.Partition = p
		return b
	}
	for p := range 16 {
		must(t, m.Commit(ctx, nthOf(p, 1)))
	}
	must(t, cluster.Nodes[1].Stop())
	if _, err := m.Lowest(ctx, space); !errors.Is(err, readmodel.ErrUnavailable) {
		t.Fatalf("lowest without a node: %v", err)
	}
	must(t, cluster.Nodes[1].Restart(ctx))
	limit, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	must(t, cluster.Settle(limit))
	lost := 0
	for p := range 16 {
		var now es.Position
		must(t, again(limit, func() (err error) {
			now, err = m.Checkpoint(ctx, space, p)
			return err
		}))
		want := error(nil)
		if now.IsStart() {
			lost++
			want = readmodel.ErrCheckpoint
		}
		if err := again(limit, func() error { return m.Commit(ctx, nthOf(p, 2)) }); !errors.Is(err, want) {
			t.Fatalf("partition %d at %v: %v, want %v", p, now, err, want)
		}
	}
	if low, err := m.Lowest(ctx, space); err != nil || !low.IsStart() || lost == 0 || lost == 16 {
		t.Fatalf("%d partitions lost, lowest %v (%v)", lost, low, err)
	}
}
