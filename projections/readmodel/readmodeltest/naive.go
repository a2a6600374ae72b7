package readmodeltest

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"fangxin/domain/es"
	"fangxin/projections/readmodel"
)

// naive is one partition of the port written down without any thought of speed.
type naive struct {
	at       es.Position
	fence    uint64
	docs     map[string]placed
	indexes  map[string]map[string]int64
	counters map[string]int64
}

// placed is a document with the place of the fact it is from.
type placed struct {
	doc any
	at  es.Position
}

func newNaive() *naive {
	return &naive{docs: map[string]placed{}, indexes: map[string]map[string]int64{}, counters: map[string]int64{}}
}

func (n *naive) apply(c readmodel.Change) {
	switch c.Op {
	case readmodel.PutDoc:
		n.docs[c.Key] = placed{c.Doc, c.At}
	case readmodel.DeleteDoc:
		delete(n.docs, c.Key)
	case readmodel.AddMember:
		if n.indexes[c.Key] == nil {
			n.indexes[c.Key] = map[string]int64{}
		}
		n.indexes[c.Key][c.Member] = c.Score
	case readmodel.RemoveMember:
		delete(n.indexes[c.Key], c.Member)
	case readmodel.AddCount:
		n.counters[c.Key] += c.Delta
	}
}

// eval is the set of an expression, by the port's words.
func (n *naive) eval(e readmodel.Expr) map[string]int64 {
	out := map[string]int64{}
	switch {
	case len(e.All) > 0:
		out = n.eval(e.All[0])
		for _, a := range e.All[1:] {
			set := n.eval(a)
			maps.DeleteFunc(out, func(m string, _ int64) bool { _, ok := set[m]; return !ok })
		}
	case len(e.Any) > 0:
		for _, a := range slices.Backward(e.Any) {
			maps.Copy(out, n.eval(a))
		}
	default:
		maps.Copy(out, n.indexes[e.Index])
	}
	for _, x := range e.Not {
		for m := range n.eval(x) {
			delete(out, m)
		}
	}
	return out
}

func (n *naive) rows(p readmodel.Page) []readmodel.Row {
	var out []readmodel.Row
	for m, s := range n.eval(p.Where) {
		if s >= p.Min && (p.Max == 0 || s <= p.Max) {
			out = append(out, readmodel.Row{Member: m, Score: s})
		}
	}
	slices.SortFunc(out, func(a, b readmodel.Row) int { return compare(a, b, p.Order) })
	return out
}

// compare puts rows in the order of a page.
func compare(a, b readmodel.Row, o readmodel.Order) int {
	c := cmp.Or(cmp.Compare(a.Score, b.Score), strings.Compare(a.Member, b.Member))
	if o == readmodel.Newest {
		return -c
	}
	return c
}

func number(n int64) string { return strconv.FormatInt(n, 10) }

func anyChange() *rapid.Generator[readmodel.Change] {
	return rapid.Custom(func(t *rapid.T) readmodel.Change {
		key := rapid.SampledFrom([]string{"a", "b", "c", "ab", "d"}).Draw(t, "key")
		member := rapid.StringMatching(`[a-f]{1,2}`).Draw(t, "member")
		score := rapid.Int64Range(0, 5).Draw(t, "score")
		switch rapid.IntRange(0, 9).Draw(t, "op") {
		case 0:
			return readmodel.Put(key, &Doc{Text: member, N: score})
		case 1:
			return readmodel.Delete(key)
		case 2, 3:
			return readmodel.Remove(key, member)
		case 4:
			return readmodel.Count(key, score-2)
		}
		return readmodel.Add(key, member, score)
	})
}

func anyExpr(depth int) *rapid.Generator[readmodel.Expr] {
	return rapid.Custom(func(t *rapid.T) readmodel.Expr {
		kind := rapid.IntRange(0, 3).Draw(t, "kind")
		var e readmodel.Expr
		switch {
		case depth == 0 || kind < 2:
			e.Index = rapid.SampledFrom([]string{"a", "b", "c", "ab", "d", "none"}).Draw(t, "index")
		case kind == 2:
			e.All = rapid.SliceOfN(anyExpr(depth-1), 1, 2).Draw(t, "all")
		default:
			e.Any = rapid.SliceOfN(anyExpr(depth-1), 1, 2).Draw(t, "any")
		}
		if depth > 0 && rapid.IntRange(0, 3).Draw(t, "not") == 0 {
			e.Not = []readmodel.Expr{anyExpr(0).Draw(t, "without")}
		}
		return e
	})
}

// testNaive runs random batches and questions against the naive model, which has one
// partition whatever the model has. Each run has a space of its own.
func testNaive(t *testing.T, m readmodel.Model) {
	version := 100
	rapid.Check(t, func(rt *rapid.T) {
		version++
		s := readmodel.Space{Projection: "naive", Version: version}
		n, at := newNaive(), make([]es.Position, m.Partitions())
		for i := range rapid.IntRange(1, 6).Draw(rt, "batches") {
			changes := rapid.SliceOfN(anyChange(), 0, 25).Draw(rt, "changes")
			next := es.Position{Commit: uint64(i + 1), Prepare: uint64(i + 1)}
			for p := range at {
				mine := changesOf(changes, p, m.Partitions(), next)
				if err := m.Commit(context.Background(), readmodel.Batch{Space: s, Partition: p, From: at[p], To: next, Changes: mine}); err != nil {
					rt.Fatal(err)
				}
				at[p] = next
				for _, c := range mine {
					n.apply(c)
				}
			}
			n.ask(rt, m, s)
		}
		if err := m.Drop(context.Background(), s); err != nil {
			rt.Fatal(err)
		}
	})
}

// changesOf are the changes that a partition makes: members belong to one, counters
// are added to in all in turn, a shared document is put by one at a time.
func changesOf(all []readmodel.Change, partition, of int, at es.Position) []readmodel.Change {
	var out []readmodel.Change
	for i, c := range all {
		owner := readmodel.PartitionOf(es.StreamID(c.Member), of)
		switch c.Op {
		case readmodel.AddCount:
			owner = i % of
		case readmodel.PutDoc:
			owner, c.At = int(at.Commit)%of, at
		case readmodel.DeleteDoc:
			// Who else put a shared document is not asked.
			if of > 1 {
				continue
			}
		}
		if owner%of == partition {
			out = append(out, c)
		}
	}
	return out
}

// ask compares one page after the other, a count, the names and the counters.
func (n *naive) ask(t *rapid.T, m readmodel.Model, s readmodel.Space) {
	ctx := context.Background()
	p := readmodel.Page{
		Where: anyExpr(2).Draw(t, "where"), Limit: rapid.IntRange(1, 4).Draw(t, "limit"),
		Order: readmodel.Order(rapid.Bool().Draw(t, "order")),
		Min:   rapid.Int64Range(0, 2).Draw(t, "min"), Max: rapid.Int64Range(0, 5).Draw(t, "max"),
	}
	want := n.rows(p)
	count, err := m.Count(ctx, s, p.Where, p.Min, p.Max)
	if err != nil || count != (readmodel.Number{N: int64(len(want))}) {
		t.Fatalf("count of %+v: %v (%v), want %d", p, count, err, len(want))
	}
	var got []readmodel.Row
	for range len(want) + 2 {
		r, err := m.Page(ctx, s, p)
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, r.Rows...)
		if p.After = r.Next; p.After == "" {
			break
		}
	}
	if !slices.Equal(got, want) {
		t.Fatalf("page %+v: got %v, want %v", p, got, want)
	}
	names, err := m.Indexes(ctx, s, "a", "", 99)
	wantNames := slices.DeleteFunc([]string{"a", "ab"}, func(x string) bool { return len(n.indexes[x]) == 0 })
	if err != nil || !slices.Equal(names, wantNames) {
		t.Fatalf("names %v (%v), want %v", names, err, wantNames)
	}
	n.askRest(t, m, s)
}

func (n *naive) askRest(t *rapid.T, m readmodel.Model, s readmodel.Space) {
	ctx := context.Background()
	cs, err := m.Counters(ctx, s, "ab", "d", 99)
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]int64{}
	for _, c := range cs {
		got[c.Key] = c.Value
	}
	for _, k := range []string{"ab", "b", "c"} {
		if got[k] != n.counters[k] {
			t.Fatalf("counter %s: %d, want %d", k, got[k], n.counters[k])
		}
	}
	for _, k := range []string{"a", "b", "c"} {
		doc, err := m.GetMany(ctx, s, []string{k})
		want, ok := n.docs[k]
		if err != nil || (doc[0] != nil) != ok || ok && *doc[0].(*Doc) != *want.doc.(*Doc) {
			t.Fatalf("document %s: %v (%v), want %v", k, doc[0], err, want)
		}
	}
}
