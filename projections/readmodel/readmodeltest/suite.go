// Package readmodeltest is the conformance suite of the read-model port. Every
// adapter runs it.
package readmodeltest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"

	"fangxin/domain/es"
	"fangxin/projections/readmodel"
)

// Doc is the document type of the suite.
type Doc struct {
	Text string `json:"text"`
	N    int64  `json:"n"`
}

// Types lists the documents of the suite, for adapters that store bytes.
func Types(readmodel.Space) []readmodel.DocType {
	return []readmodel.DocType{{Prefix: "", New: func() any { return new(Doc) }}}
}

// Open makes an empty model.
type Open func(t testing.TB) readmodel.Model

// Run runs the suite.
func Run(t *testing.T, open Open) {
	for _, c := range []struct {
		name string
		test func(*testing.T, readmodel.Model)
	}{
		{"batch and checkpoint", testCheckpoint},
		{"fences", testFences},
		{"partitions", testPartitions},
		{"documents", testDocuments},
		{"changes in one batch", testMerge},
		{"pages", testPages},
		{"cursors while rows move", testCursors},
		{"expressions", testExpressions},
		{"bounds of scores", testBounds},
		{"counts", testCounts},
		{"names of indexes", testNames},
		{"counters", testCounters},
		{"spaces", testSpaces},
		{"refusals", testRefusals},
		{"readers see whole batches", testWhole},
		{"against a naive model", testNaive},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := open(t)
			t.Cleanup(func() { _ = m.Close() })
			c.test(t, m)
		})
	}
}

var one = readmodel.Space{Projection: "suite", Version: 1}

// writer commits batches one after the other.
type writer struct {
	t  testing.TB
	m  readmodel.Model
	s  readmodel.Space
	at es.Position
}

func (w *writer) commit(changes ...readmodel.Change) {
	w.t.Helper()
	next := es.Position{Commit: w.at.Commit + 1, Prepare: w.at.Prepare + 1}
	err := w.m.Commit(context.Background(), readmodel.Batch{Space: w.s, From: w.at, To: next, Changes: changes})
	must(w.t, err)
	w.at = next
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func page(t testing.TB, m readmodel.Model, p readmodel.Page) readmodel.Rows {
	t.Helper()
	r, err := m.Page(context.Background(), one, p)
	must(t, err)
	return r
}

func members(r readmodel.Rows) []string {
	out := []string{}
	for _, row := range r.Rows {
		out = append(out, row.Member)
	}
	return out
}

func same[T comparable](t testing.TB, what string, got, want []T) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Fatalf("%s: got %v, want %v", what, got, want)
	}
}

func testCheckpoint(t *testing.T, m readmodel.Model) {
	ctx := context.Background()
	at, err := m.Checkpoint(ctx, one, 0)
	must(t, err)
	if !at.IsStart() {
		t.Fatalf("checkpoint of nothing: %v", at)
	}
	w := &writer{t: t, m: m, s: one}
	w.commit(readmodel.Put("a", &Doc{Text: "x"}), readmodel.Add("i", "a", 1), readmodel.Count("c", 2))
	stale := readmodel.Batch{Space: one, To: es.Position{Commit: 9, Prepare: 9}, Changes: []readmodel.Change{
		readmodel.Delete("a"), readmodel.Remove("i", "a"), readmodel.Count("c", 5),
	}}
	if err := m.Commit(ctx, stale); !errors.Is(err, readmodel.ErrCheckpoint) {
		t.Fatalf("stale batch: %v", err)
	}
	if at, err = m.Checkpoint(ctx, one, 0); err != nil || at != w.at {
		t.Fatalf("checkpoint %v (%v), want %v", at, err, w.at)
	}
	if _, err := m.Get(ctx, one, "a"); err != nil {
		t.Fatalf("a refused batch deleted a document: %v", err)
	}
	same(t, "members", members(page(t, m, readmodel.Page{Where: readmodel.In("i"), Limit: 9})), []string{"a"})
	cs, err := m.Counters(ctx, one, "c", "d", 9)
	must(t, err)
	same(t, "counters", cs, []readmodel.Counter{{Key: "c", Value: 2}})
	for _, p := range []int{-1, m.Partitions()} {
		if err := m.Commit(ctx, readmodel.Batch{Space: one, Partition: p, To: w.at}); !errors.Is(err, readmodel.ErrPartition) {
			t.Fatalf("partition %d: %v", p, err)
		}
	}
}

// testFences: who holds a partition under an older lease than it has seen writes no
// more, wherever its checkpoint stands.
func testFences(t *testing.T, m readmodel.Model) {
	ctx := context.Background()
	at := func(n uint64) es.Position { return es.Position{Commit: n, Prepare: n} }
	for i, c := range []struct {
		fence, from, to uint64
		want            error
	}{
		{5, 0, 1, nil}, {5, 1, 2, nil}, {9, 2, 3, nil}, {5, 3, 4, readmodel.ErrFenced}, {0, 3, 4, readmodel.ErrFenced},
		{12, 2, 4, readmodel.ErrCheckpoint}, {9, 3, 4, nil},
	} {
		err := m.Commit(ctx, readmodel.Batch{Space: one, Fence: c.fence, From: at(c.from), To: at(c.to), Changes: []readmodel.Change{readmodel.Count("n", 1)}})
		if !errors.Is(err, c.want) {
			t.Fatalf("batch %d: %v, want %v", i, err, c.want)
		}
	}
	cs, err := m.Counters(ctx, one, "", "", 9)
	must(t, err)
	same(t, "counters", cs, []readmodel.Counter{{Key: "n", Value: 4}})
}

// testPartitions: what several partitions hold is read as one.
func testPartitions(t *testing.T, m readmodel.Model) {
	ctx := context.Background()
	if m.Partitions() == 1 {
		t.Log("one partition")
	}
	var streams []es.StreamID
	for i := range 8 * m.Partitions() {
		streams = append(streams, es.StreamID(fmt.Sprintf("case.%04d", i)))
	}
	for p := range m.Partitions() {
		if at, err := m.Lowest(ctx, one); err != nil || !at.IsStart() {
			t.Fatalf("lowest before partition %d: %v (%v)", p, at, err)
		}
		to := es.Position{Commit: uint64(p + 1), Prepare: uint64(p + 1)}
		changes := []readmodel.Change{
			readmodel.Add("shared", "m", 3), readmodel.Count("all", 2),
			{Op: readmodel.PutDoc, Key: "name", Doc: &Doc{N: int64(p)}, At: es.Position{Commit: uint64(100 - p), Prepare: 1}},
		}
		for i, s := range streams {
			if readmodel.PartitionOf(s, m.Partitions()) == p {
				changes = append(changes, readmodel.Put(readmodel.ViewKey(s), &Doc{Text: string(s)}), readmodel.Add("i", string(s), int64(i/2)))
			}
		}
		must(t, m.Commit(ctx, readmodel.Batch{Space: one, Partition: p, To: to, Changes: changes}))
		if at, err := m.Checkpoint(ctx, one, p); err != nil || at != to {
			t.Fatalf("checkpoint of partition %d: %v (%v)", p, at, err)
		}
	}
	if at, err := m.Lowest(ctx, one); err != nil || at.Commit != 1 {
		t.Fatalf("lowest: %v (%v)", at, err)
	}
	keys, want := []string{}, []string{}
	for i := len(streams) - 1; i >= 0; i-- {
		keys, want = append(keys, readmodel.ViewKey(streams[i])), append(want, string(streams[i]))
	}
	docs, err := m.GetMany(ctx, one, keys)
	must(t, err)
	for i, d := range docs {
		if d == nil || d.(*Doc).Text != want[i] {
			t.Fatalf("view %s: %v", keys[i], d)
		}
	}
	p, got := readmodel.Page{Where: readmodel.In("i"), Limit: 5}, []string{}
	for {
		r := page(t, m, p)
		got = append(got, members(r)...)
		if p.After = r.Next; p.After == "" {
			break
		}
	}
	same(t, "pages", got, want)
	same(t, "a shared member", page(t, m, readmodel.Page{Where: readmodel.In("shared"), Limit: 9}).Rows, []readmodel.Row{{Member: "m", Score: 3}})
	if d, err := m.Get(ctx, one, "name"); err != nil || d.(*Doc).N != 0 {
		t.Fatalf("the latest of a shared document: %v (%v)", d, err)
	}
	if n, err := m.Count(ctx, one, readmodel.In("i"), 0, 0); err != nil || n.N != int64(len(streams)) {
		t.Fatalf("count %v (%v)", n, err)
	}
	cs, err := m.Counters(ctx, one, "", "", 9)
	must(t, err)
	same(t, "counters", cs, []readmodel.Counter{{Key: "all", Value: 2 * int64(m.Partitions())}})
}

func testDocuments(t *testing.T, m readmodel.Model) {
	ctx := context.Background()
	w := &writer{t: t, m: m, s: one}
	w.commit(readmodel.Put("a", &Doc{Text: "投诉", N: 1}), readmodel.Put("b", &Doc{N: 2}))
	got, err := m.Get(ctx, one, "a")
	must(t, err)
	if d, ok := got.(*Doc); !ok || *d != (Doc{Text: "投诉", N: 1}) {
		t.Fatalf("got %#v", got)
	}
	many, err := m.GetMany(ctx, one, []string{"b", "none", "a"})
	must(t, err)
	if len(many) != 3 || many[0].(*Doc).N != 2 || many[1] != nil || many[2].(*Doc).N != 1 {
		t.Fatalf("got %v", many)
	}
	w.commit(readmodel.Delete("a"), readmodel.Delete("none"))
	if _, err := m.Get(ctx, one, "a"); !errors.Is(err, readmodel.ErrNotFound) {
		t.Fatalf("deleted document: %v", err)
	}
}

func testMerge(t *testing.T, m readmodel.Model) {
	ctx := context.Background()
	w := &writer{t: t, m: m, s: one}
	w.commit(
		readmodel.Put("a", &Doc{N: 1}), readmodel.Put("a", &Doc{N: 2}),
		readmodel.Add("i", "a", 1), readmodel.Add("i", "a", 7), readmodel.Add("i", "b", 3), readmodel.Remove("i", "b"),
		readmodel.Remove("i", "c"), readmodel.Add("i", "c", 5),
		readmodel.Count("n", 3), readmodel.Count("n", -1), readmodel.Count("zero", 1), readmodel.Count("zero", -1),
	)
	got, err := m.Get(ctx, one, "a")
	must(t, err)
	if got.(*Doc).N != 2 {
		t.Fatalf("the last document wins: %v", got)
	}
	rows := page(t, m, readmodel.Page{Where: readmodel.In("i"), Limit: 9}).Rows
	same(t, "rows", rows, []readmodel.Row{{Member: "a", Score: 7}, {Member: "c", Score: 5}})
	cs, err := m.Counters(ctx, one, "", "zz", 9)
	must(t, err)
	cs = slices.DeleteFunc(cs, func(c readmodel.Counter) bool { return c.Value == 0 })
	same(t, "counters", cs, []readmodel.Counter{{Key: "n", Value: 2}})
}

func testNames(t *testing.T, m readmodel.Model) {
	ctx := context.Background()
	w := &writer{t: t, m: m, s: one}
	w.commit(readmodel.Add("w/ab", "x", 0), readmodel.Add("w/a", "x", 0), readmodel.Add("w/b", "x", 0),
		readmodel.Add("w/饭店", "x", 0), readmodel.Add("v/a", "x", 0))
	for _, c := range []struct {
		prefix, after string
		limit         int
		want          []string
	}{
		{"w/", "", 9, []string{"w/a", "w/ab", "w/b", "w/饭店"}},
		{"w/a", "", 9, []string{"w/a", "w/ab"}},
		{"w/", "w/a", 2, []string{"w/ab", "w/b"}},
		{"w/饭", "", 9, []string{"w/饭店"}},
		{"x/", "", 9, nil},
	} {
		got, err := m.Indexes(ctx, one, c.prefix, c.after, c.limit)
		must(t, err)
		same(t, "names "+c.prefix, got, c.want)
	}
	w.commit(readmodel.Remove("w/a", "x"))
	got, err := m.Indexes(ctx, one, "w/a", "", 9)
	must(t, err)
	same(t, "an empty index has no name", got, []string{"w/ab"})
}

func testCounters(t *testing.T, m readmodel.Model) {
	ctx := context.Background()
	w := &writer{t: t, m: m, s: one}
	w.commit(readmodel.Count("a/2", 2), readmodel.Count("a/1", 1), readmodel.Count("b", 5), readmodel.Count("a/3", 3))
	got, err := m.Counters(ctx, one, "a/", "a0", 9)
	must(t, err)
	same(t, "range", got, []readmodel.Counter{{Key: "a/1", Value: 1}, {Key: "a/2", Value: 2}, {Key: "a/3", Value: 3}})
	got, err = m.Counters(ctx, one, "a/1\x00", "a0", 1)
	must(t, err)
	same(t, "limit", got, []readmodel.Counter{{Key: "a/2", Value: 2}})
	w.commit(readmodel.Count("a/2", -2), readmodel.Count("a/4", 4), readmodel.Count("a/1", -3))
	got, err = m.Counters(ctx, one, "a/", "", 9)
	must(t, err)
	got = slices.DeleteFunc(got, func(c readmodel.Counter) bool { return c.Value == 0 })
	same(t, "no end", got, []readmodel.Counter{{Key: "a/1", Value: -2}, {Key: "a/3", Value: 3}, {Key: "a/4", Value: 4}, {Key: "b", Value: 5}})
}

func testSpaces(t *testing.T, m readmodel.Model) {
	ctx := context.Background()
	two, later := readmodel.Space{Projection: "suite", Version: 2}, readmodel.First("suite", 1)
	(&writer{t: t, m: m, s: one}).commit(readmodel.Put("a", &Doc{N: 1}), readmodel.Add("i", "a", 1))
	(&writer{t: t, m: m, s: two}).commit(readmodel.Put("a", &Doc{N: 2}))
	if v, err := m.Current(ctx, "suite", 0); err != nil || v != 0 {
		t.Fatalf("current %d (%v)", v, err)
	}
	must(t, m.Flip(ctx, one))
	must(t, m.Flip(ctx, two))
	if v, err := m.Current(ctx, "suite", 0); err != nil || v != 2 {
		t.Fatalf("current %d (%v)", v, err)
	}
	(&writer{t: t, m: m, s: later}).commit(readmodel.Put("a", &Doc{N: 3}))
	must(t, m.Flip(ctx, later))
	if v, err := m.Current(ctx, "suite", 0); err != nil || v != 2 {
		t.Fatalf("another version was made: current %d (%v)", v, err)
	}
	spaces, err := m.Spaces(ctx, "suite")
	must(t, err)
	same(t, "spaces", spaces, []readmodel.Space{one, two, later})
	must(t, m.Drop(ctx, one))
	spaces, err = m.Spaces(ctx, "suite")
	must(t, err)
	same(t, "spaces", spaces, []readmodel.Space{two, later})
	if _, err := m.Get(ctx, one, "a"); !errors.Is(err, readmodel.ErrNotFound) {
		t.Fatalf("dropped: %v", err)
	}
	if at, err := m.Checkpoint(ctx, one, 0); err != nil || !at.IsStart() {
		t.Fatalf("checkpoint of a dropped space: %v (%v)", at, err)
	}
	got, err := m.Get(ctx, two, "a")
	must(t, err)
	if got.(*Doc).N != 2 {
		t.Fatalf("the other space changed: %v", got)
	}
}

func testRefusals(t *testing.T, m readmodel.Model) {
	ctx := context.Background()
	(&writer{t: t, m: m, s: one}).commit(readmodel.Add("i", "a", 1))
	many := readmodel.Expr{}
	for range readmodel.MaxTerms + 1 {
		many.All = append(many.All, readmodel.In("i"))
	}
	if _, err := m.Page(ctx, one, readmodel.Page{Where: many}); !errors.Is(err, readmodel.ErrTooComplex) {
		t.Fatalf("13 terms: %v", err)
	}
	if _, err := m.Count(ctx, one, many, 0, 0); !errors.Is(err, readmodel.ErrTooComplex) {
		t.Fatalf("13 terms: %v", err)
	}
	if _, err := m.Page(ctx, one, readmodel.Page{Where: readmodel.In("i"), After: "%%"}); !errors.Is(err, readmodel.ErrCursor) {
		t.Fatalf("bad cursor: %v", err)
	}
	over, cancel := context.WithCancel(ctx)
	cancel()
	if _, err := m.Get(over, one, "a"); !errors.Is(err, context.Canceled) {
		t.Fatalf("ended context: %v", err)
	}
	must(t, m.Close())
	if err := m.Commit(ctx, readmodel.Batch{Space: one}); !errors.Is(err, readmodel.ErrClosed) {
		t.Fatalf("closed: %v", err)
	}
	if _, err := m.Page(ctx, one, readmodel.Page{Where: readmodel.In("i")}); !errors.Is(err, readmodel.ErrClosed) {
		t.Fatalf("closed: %v", err)
	}
}
