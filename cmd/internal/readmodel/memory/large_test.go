package memory

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"fangxin/domain/es"
	"fangxin/projections/readmodel"
)

// town is a space with indexes large enough for bitmaps and orders, beside the same as
// plain maps.
type town struct {
	m       *Model
	at      es.Position
	indexes map[string]map[string]int64
}

const townSize = 3000

// names of a town's indexes: all and days have scores, the others have none; few is
// small, last has a score here and there.
var townNames = []string{"all", "days", "half", "third", "few", "last", "none"}

func newTown(seed uint64) *town {
	w := &town{m: New(), indexes: map[string]map[string]int64{}}
	random := rand.New(rand.NewPCG(seed, 1))
	var changes []readmodel.Change
	for i := range townSize {
		member := fmt.Sprintf("m%04d", random.IntN(2*townSize))
		day := int64(1 + i/7)
		changes = append(changes, readmodel.Add("all", member, day))
		for name, keep := range map[string]bool{
			"days": i%5 > 0, "half": random.IntN(2) == 0, "third": random.IntN(3) == 0, "few": random.IntN(100) == 0, "last": i > townSize/3,
		} {
			score := int64(0)
			switch {
			case name == "days":
				score = int64(random.IntN(2000))
			case name == "last" && i > townSize-50:
				score = day
			}
			if keep {
				changes = append(changes, readmodel.Add(name, member, score))
			}
		}
		if random.IntN(8) == 0 {
			changes = append(changes, readmodel.Remove(townNames[random.IntN(6)], fmt.Sprintf("m%04d", random.IntN(2*townSize))))
		}
	}
	w.commit(changes)
	return w
}

func (w *town) commit(changes []readmodel.Change) {
	next := es.Position{Commit: w.at.Commit + 1, Prepare: 1}
	if err := w.m.Commit(context.Background(), readmodel.Batch{Space: space1, From: w.at, To: next, Changes: changes}); err != nil {
		panic(err)
	}
	w.at = next
	for _, c := range changes {
		if w.indexes[c.Key] == nil {
			w.indexes[c.Key] = map[string]int64{}
		}
		if c.Op == readmodel.AddMember {
			w.indexes[c.Key][c.Member] = c.Score
		} else {
			delete(w.indexes[c.Key], c.Member)
		}
	}
}

// members is an expression by the port's words.
func (w *town) members(e readmodel.Expr) map[string]int64 {
	out := map[string]int64{}
	switch {
	case len(e.All) > 0:
		out = w.members(e.All[0])
		for _, a := range e.All[1:] {
			other := w.members(a)
			maps.DeleteFunc(out, func(m string, _ int64) bool { _, ok := other[m]; return !ok })
		}
	case len(e.Any) > 0:
		for _, a := range slices.Backward(e.Any) {
			maps.Copy(out, w.members(a))
		}
	default:
		maps.Copy(out, w.indexes[e.Index])
	}
	for _, x := range e.Not {
		for m := range w.members(x) {
			delete(out, m)
		}
	}
	return out
}

func (w *town) rows(p readmodel.Page) []readmodel.Row {
	var out []readmodel.Row
	for m, s := range w.members(p.Where) {
		if s >= p.Min && (p.Max == 0 || s <= p.Max) {
			out = append(out, readmodel.Row{Member: m, Score: s})
		}
	}
	slices.SortFunc(out, func(a, b readmodel.Row) int {
		c := cmp.Or(cmp.Compare(a.Score, b.Score), strings.Compare(a.Member, b.Member))
		if p.Order == readmodel.Newest {
			return -c
		}
		return c
	})
	return out
}

func townExpr(depth int) *rapid.Generator[readmodel.Expr] {
	return rapid.Custom(func(t *rapid.T) readmodel.Expr {
		var e readmodel.Expr
		switch kind := rapid.IntRange(0, 4).Draw(t, "kind"); {
		case depth == 0 || kind < 2:
			e.Index = rapid.SampledFrom(townNames).Draw(t, "index")
		case kind < 4:
			e.All = rapid.SliceOfN(townExpr(depth-1), 1, 3).Draw(t, "all")
		default:
			e.Any = rapid.SliceOfN(townExpr(depth-1), 1, 2).Draw(t, "any")
		}
		if depth > 0 && rapid.IntRange(0, 3).Draw(t, "not") == 0 {
			e.Not = []readmodel.Expr{townExpr(0).Draw(t, "without")}
		}
		return e
	})
}

// Bitmaps, orders and what is kept beside them answer what plain maps do, also after
// changes to what readers had made.
func TestLargeSetsAgainstMaps(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		seed := rapid.Uint64Range(0, 5).Draw(t, "seed")
		w := newTown(seed)
		defer w.m.Close()
		random := rand.New(rand.NewPCG(seed, 2))
		for range 4 {
			e := townExpr(2).Draw(t, "where")
			if e.Terms() > readmodel.MaxTerms {
				continue
			}
			w.ask(t, readmodel.Page{
				Where: e, Limit: rapid.SampledFrom([]int{1, 20, 200}).Draw(t, "limit"),
				Order: readmodel.Order(rapid.Bool().Draw(t, "order")),
				Min:   rapid.Int64Range(0, 300).Draw(t, "min"), Max: rapid.SampledFrom([]int64{0, 150, 400, 1500}).Draw(t, "max"),
			})
			var changes []readmodel.Change
			for range 20 {
				name, member := townNames[random.IntN(6)], fmt.Sprintf("m%04d", random.IntN(2*townSize))
				if random.IntN(3) == 0 {
					changes = append(changes, readmodel.Remove(name, member))
					continue
				}
				score := int64(0)
				if name == "all" || name == "days" {
					score = int64(1 + random.IntN(500))
				}
				changes = append(changes, readmodel.Add(name, member, score))
			}
			w.commit(changes)
		}
	})
}

// ask compares the count, and the pages up to a few.
func (w *town) ask(t *rapid.T, p readmodel.Page) {
	want := w.rows(p)
	n, err := w.m.Count(context.Background(), space1, p.Where, p.Min, p.Max)
	if err != nil || p.Max+p.Min > 0 && n != (readmodel.Number{N: int64(len(want))}) {
		t.Fatalf("count of %+v: %v (%v), want %d", p, n, err, len(want))
	}
	var got []readmodel.Row
	for range 3 {
		r, err := w.m.Page(context.Background(), space1, p)
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, r.Rows...)
		if p.After = r.Next; p.After == "" {
			break
		}
	}
	if p.After == "" && len(got) != len(want) || len(got) > len(want) || !slices.Equal(got, want[:len(got)]) {
		t.Fatalf("page %+v: got %d rows %v, want %d %v", p, len(got), got, len(want), want[:min(len(want), len(got))])
	}
}

// Orders, bitmaps and groups of counters come back from a snapshot.
func TestLargeSetsInASnapshot(t *testing.T) {
	w := newTown(9)
	defer w.m.Close()
	raw, err := w.m.encode()
	if err != nil {
		t.Fatal(err)
	}
	again := New()
	defer again.Close()
	if err := again.decode(raw, func(readmodel.Space) []readmodel.DocType { return nil }); err != nil {
		t.Fatal(err)
	}
	if err := Compare(t.Context(), again, space1, w.m, space1, func(d Difference) bool {
		t.Errorf("%+v", d)
		return false
	}); err != nil {
		t.Fatal(err)
	}
	p := readmodel.Page{Where: readmodel.All(readmodel.In("all"), readmodel.In("half"), readmodel.In("third")), Limit: 50}
	a, err1 := w.m.Page(t.Context(), space1, p)
	b, err2 := again.Page(t.Context(), space1, p)
	if err := errors.Join(err1, err2); err != nil || !slices.Equal(a.Rows, b.Rows) || len(a.Rows) != 50 {
		t.Fatal(a, b, err)
	}
}
