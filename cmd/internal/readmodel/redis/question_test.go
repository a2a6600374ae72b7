package redis

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"fangxin/domain/es"
	"fangxin/projections/readmodel"
	"fangxin/projections/readmodel/readmodeltest"
)

// crowd puts the same members into both models: into indexes with scores that repeat,
// without scores, and with some of both.
func crowd(t *testing.T, random *rand.Rand, m, oracle readmodel.Model, members int) {
	t.Helper()
	batches := make([]readmodel.Batch, m.Partitions())
	for i := range members {
		name := fmt.Sprintf("case.%05d", random.IntN(100_000))
		b := &batches[readmodel.PartitionOf(es.StreamID(name), m.Partitions())]
		for k, share := range []int{100, 60, 30, 8, 2} {
			for _, kind := range []string{"scored", "plain", "both"} {
				if random.IntN(100) >= share {
					continue
				}
				score := int64(0)
				if kind == "scored" || kind == "both" && random.IntN(2) == 0 {
					score = int64(random.IntN(members/5+1)) - 20
				}
				b.Changes = append(b.Changes, readmodel.Add(fmt.Sprint(kind, k), name, score))
			}
		}
		if i%7 == 0 {
			b.Changes = append(b.Changes, readmodel.Remove("plain0", name), readmodel.Remove("scored1", name))
		}
	}
	for p := range batches {
		batches[p].Space, batches[p].Partition, batches[p].To = space, p, at(1)
		must(t, m.Commit(context.Background(), batches[p]))
		must(t, oracle.Commit(context.Background(), batches[p]))
	}
}

func anyExpr(random *rand.Rand, depth int) readmodel.Expr {
	var e readmodel.Expr
	list := func() []readmodel.Expr {
		out := make([]readmodel.Expr, 1+random.IntN(2))
		for i := range out {
			out[i] = anyExpr(random, depth-1)
		}
		return out
	}
	switch kind := random.IntN(6); {
	case depth == 0 || kind == 0:
		e.Index = fmt.Sprint([]string{"scored", "plain", "both"}[random.IntN(3)], random.IntN(6))
	case kind < 4:
		e.All = list()
	default:
		e.Any = list()
	}
	if depth > 0 && random.IntN(4) == 0 {
		e.Not = []readmodel.Expr{anyExpr(random, 0)}
	}
	return e
}

// TestQuestions asks a crowd what it asks the model of the port, in steps of usual size
// and in smaller ones.
func TestQuestions(t *testing.T) {
	_, client := server(t, "set-max-intset-entries 64")
	smaller := usualSizes()
	smaller.vector, smaller.few, smaller.fewest, smaller.page, smaller.count, smaller.least, smaller.most = 20, 60, 4, 90, 90, 10, 40
	questions, members := 120, 2_500
	if testing.Short() {
		questions, members = 40, 800
	}
	for name, s := range map[string]sizes{"usual": usualSizes(), "smaller": smaller} {
		t.Run(name, func(t *testing.T) {
			random := rand.New(rand.NewPCG(1, uint64(s.vector)))
			m, oracle := fresh(t, client, 3, s), readmodeltest.NewPartitioned(3)
			crowd(t, random, m, oracle, members)
			for range questions {
				p := readmodel.Page{
					Where: anyExpr(random, 2), Order: readmodel.Order(random.IntN(2) == 0), Limit: 1 + random.IntN(60),
					Min: int64(random.IntN(30) - 25), Max: int64(random.IntN(3) * random.IntN(members/5)),
				}
				compare(t, m, oracle, p)
			}
		})
	}
}

// compare asks both models for some pages and the count.
func compare(t *testing.T, m, oracle readmodel.Model, p readmodel.Page) {
	t.Helper()
	ctx := context.Background()
	want, err := oracle.Count(ctx, space, p.Where, p.Min, p.Max)
	must(t, err)
	if got, err := m.Count(ctx, space, p.Where, p.Min, p.Max); err != nil || got != want {
		t.Fatalf("count of %+v: %v (%v), want %v", p, got, err, want)
	}
	for range 4 {
		want, err := oracle.Page(ctx, space, p)
		must(t, err)
		got, err := m.Page(ctx, space, p)
		must(t, err)
		if !slices.Equal(got.Rows, want.Rows) || got.Next != want.Next {
			t.Fatalf("page %+v:\ngot  %v %q\nwant %v %q", p, got.Rows, got.Next, want.Rows, want.Next)
		}
		if p.After = got.Next; p.After == "" {
			return
		}
	}
}
