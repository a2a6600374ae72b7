package readmodeltest

import (
	"context"
	"fmt"
	"sync"
	"testing"

	"fangxin/domain/es"
	"fangxin/projections/readmodel"
)

func testPages(t *testing.T, m readmodel.Model) {
	w := &writer{t: t, m: m, s: one}
	var changes []readmodel.Change
	for i := range 95 {
		changes = append(changes, readmodel.Add("i", fmt.Sprintf("m%02d", i), int64(i/2)))
	}
	w.commit(changes...)
	for _, order := range []readmodel.Order{readmodel.Newest, readmodel.Oldest} {
		var got []string
		p := readmodel.Page{Where: readmodel.In("i"), Order: order, Limit: 10}
		for {
			r := page(t, m, p)
			if len(r.Rows) > 10 {
				t.Fatalf("%d rows", len(r.Rows))
			}
			got = append(got, members(r)...)
			if r.Next == "" {
				break
			}
			p.After = r.Next
		}
		want := make([]string, 95)
		for i := range want {
			n := i
			if order == readmodel.Newest {
				n = 94 - i
			}
			want[i] = fmt.Sprintf("m%02d", n)
		}
		same(t, "all pages", got, want)
	}
	if r := page(t, m, readmodel.Page{Where: readmodel.In("none"), Limit: 5}); len(r.Rows) != 0 || r.Next != "" {
		t.Fatalf("an index nobody wrote: %v", r)
	}
}

func testCursors(t *testing.T, m readmodel.Model) {
	w := &writer{t: t, m: m, s: one}
	w.commit(readmodel.Add("i", "a", 1), readmodel.Add("i", "b", 2), readmodel.Add("i", "c", 3), readmodel.Add("i", "d", 4))
	p := readmodel.Page{Where: readmodel.In("i"), Order: readmodel.Oldest, Limit: 2}
	first := page(t, m, p)
	same(t, "first", members(first), []string{"a", "b"})
	// The row of the cursor goes, one comes before it, one moves behind it.
	w.commit(readmodel.Remove("i", "b"), readmodel.Add("i", "0", 0), readmodel.Add("i", "c", 9))
	p.After = first.Next
	same(t, "second", members(page(t, m, p)), []string{"d", "c"})
}

func testExpressions(t *testing.T, m readmodel.Model) {
	w := &writer{t: t, m: m, s: one}
	w.commit(
		readmodel.Add("all", "a", 4), readmodel.Add("all", "b", 3), readmodel.Add("all", "c", 2), readmodel.Add("all", "d", 1),
		readmodel.Add("x", "a", 10), readmodel.Add("x", "c", 20), readmodel.Add("y", "c", 7), readmodel.Add("y", "d", 8),
	)
	in := readmodel.In
	for _, c := range []struct {
		name  string
		where readmodel.Expr
		want  []readmodel.Row
	}{
		{"and", readmodel.All(in("all"), in("x")), []readmodel.Row{{Member: "a", Score: 4}, {Member: "c", Score: 2}}},
		{"the first orders", readmodel.All(in("x"), in("all")), []readmodel.Row{{Member: "c", Score: 20}, {Member: "a", Score: 10}}},
		{"or", readmodel.All(in("all"), readmodel.Any("x", "y")), []readmodel.Row{{Member: "a", Score: 4}, {Member: "c", Score: 2}, {Member: "d", Score: 1}}},
		{"or orders by the first that holds", readmodel.Any("x", "y"), []readmodel.Row{{Member: "c", Score: 20}, {Member: "a", Score: 10}, {Member: "d", Score: 8}}},
		{"and not", readmodel.Expr{All: []readmodel.Expr{in("all")}, Not: []readmodel.Expr{in("x")}}, []readmodel.Row{{Member: "b", Score: 3}, {Member: "d", Score: 1}}},
		{"index and not", readmodel.Expr{Index: "all", Not: []readmodel.Expr{in("y")}}, []readmodel.Row{{Member: "a", Score: 4}, {Member: "b", Score: 3}}},
		{"or and not", readmodel.Expr{Any: []readmodel.Expr{in("x"), in("y")}, Not: []readmodel.Expr{readmodel.All(in("x"), in("y"))}}, []readmodel.Row{{Member: "a", Score: 10}, {Member: "d", Score: 8}}},
		{"empty part", readmodel.All(in("all"), in("none")), nil},
		{"nothing", readmodel.Expr{}, nil},
	} {
		same(t, c.name, page(t, m, readmodel.Page{Where: c.where, Limit: 9}).Rows, c.want)
		n, err := m.Count(context.Background(), one, c.where, 0, 0)
		must(t, err)
		if n.N != int64(len(c.want)) || n.AtLeast {
			t.Fatalf("%s: count %v, want %d", c.name, n, len(c.want))
		}
	}
}

func testBounds(t *testing.T, m readmodel.Model) {
	w := &writer{t: t, m: m, s: one}
	var changes []readmodel.Change
	for i := range 60 {
		changes = append(changes, readmodel.Add("i", fmt.Sprintf("m%02d", i), int64(i)), readmodel.Add("even", fmt.Sprintf("m%02d", i-i%2), 0))
	}
	w.commit(changes...)
	where := readmodel.All(readmodel.In("i"), readmodel.In("even"))
	same(t, "both ends are in", members(page(t, m, readmodel.Page{Where: where, Min: 10, Max: 14, Limit: 9})), []string{"m14", "m12", "m10"})
	same(t, "oldest", members(page(t, m, readmodel.Page{Where: readmodel.In("i"), Order: readmodel.Oldest, Min: 57, Limit: 9})), []string{"m57", "m58", "m59"})
	same(t, "newest", members(page(t, m, readmodel.Page{Where: readmodel.In("i"), Max: 2, Limit: 9})), []string{"m02", "m01", "m00"})
	n, err := m.Count(context.Background(), one, readmodel.In("i"), 10, 14)
	must(t, err)
	if n.N != 5 {
		t.Fatalf("count %v", n)
	}
}

// testCounts: past MaxWork a count is a lower bound.
func testCounts(t *testing.T, m readmodel.Model) {
	if testing.Short() {
		t.Log("a small set only")
		return
	}
	w := &writer{t: t, m: m, s: one}
	const n = readmodel.MaxWork + 1000
	for from := 0; from < n; from += 10_000 {
		var changes []readmodel.Change
		for i := from; i < min(n, from+10_000); i++ {
			name := fmt.Sprintf("m%06d", i)
			changes = append(changes, readmodel.Add("i", name, int64(i)), readmodel.Add("j", name, 0))
		}
		w.commit(changes...)
	}
	ctx := context.Background()
	if got, err := m.Count(ctx, one, readmodel.In("i"), 0, 0); err != nil || got != (readmodel.Number{N: n}) {
		t.Fatalf("one index is counted whole: %v (%v)", got, err)
	}
	got, err := m.Count(ctx, one, readmodel.All(readmodel.In("i"), readmodel.In("j")), 0, 0)
	must(t, err)
	if !got.AtLeast && got.N != n || got.AtLeast && (got.N > n || got.N < 1) {
		t.Fatalf("count %v of %d", got, n)
	}
	// A page that looks in vain ends early, with a cursor that goes on.
	w.commit(readmodel.Add("k", "m000000", 0), readmodel.Add("k", "m000001", 0))
	p := readmodel.Page{Where: readmodel.All(readmodel.In("i"), readmodel.In("k")), Limit: 2}
	var rows []string
	for {
		r := page(t, m, p)
		rows = append(rows, members(r)...)
		if r.Next == "" {
			break
		}
		p.After = r.Next
	}
	same(t, "found in the end", rows, []string{"m000001", "m000000"})
}

// testWhole: every batch moves all members between two indexes and counts both; no
// reader sees a member in none or in both.
func testWhole(t *testing.T, m readmodel.Model) {
	const n, rounds = 40, 60
	w := &writer{t: t, m: m, s: one}
	move := func(from, to string) {
		var changes []readmodel.Change
		for i := range n {
			name := fmt.Sprintf("m%02d", i)
			changes = append(changes, readmodel.Remove(from, name), readmodel.Add(to, name, int64(i)))
		}
		w.commit(append(changes, readmodel.Put("at", &Doc{Text: to, N: int64(w.at.Commit)}))...)
	}
	move("b", "a")
	done := make(chan struct{})
	var readers sync.WaitGroup
	for range 3 {
		readers.Go(func() {
			last := es.Position{}
			for {
				select {
				case <-done:
					return
				default:
				}
				c, err := m.Count(context.Background(), one, readmodel.Any("a", "b"), 0, 0)
				if err != nil || c.N != n {
					t.Errorf("half a batch: %v (%v)", c, err)
					return
				}
				at, err := m.Checkpoint(context.Background(), one, 0)
				if err != nil || at.Before(last) {
					t.Errorf("checkpoint went back: %v (%v)", at, err)
					return
				}
				last = at
			}
		})
	}
	for i := range rounds {
		if i%2 == 0 {
			move("a", "b")
		} else {
			move("b", "a")
		}
	}
	close(done)
	readers.Wait()
}
