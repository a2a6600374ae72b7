package memory

import (
	"context"
	"errors"
	"strconv"
	"testing"

	"fangxin/domain/es"
	"fangxin/projections/readmodel"
)

// Who still writes to a space that was dropped is told so, and does not make it again.
func TestADroppedSpaceStaysDropped(t *testing.T) {
	ctx, m := context.Background(), New()
	defer m.Close()
	s := readmodel.First("p", 1)
	one, two := es.Position{Commit: 1, Prepare: 1}, es.Position{Commit: 2, Prepare: 2}
	if err := m.Commit(ctx, readmodel.Batch{Space: s, To: one}); err != nil {
		t.Fatal(err)
	}
	if err := m.Drop(ctx, s); err != nil {
		t.Fatal(err)
	}
	if err := m.Commit(ctx, readmodel.Batch{Space: s, From: one, To: two}); !errors.Is(err, readmodel.ErrCheckpoint) {
		t.Fatalf("a dropped space was written to: %v", err)
	}
	if len(m.spaces) > 0 {
		t.Fatal("the dropped space is there again")
	}
}

// A build that a crash broke off is not read back: the next rebuild begins anew. One
// of another version goes on where it was.
func TestABrokenBuildIsNotReadBack(t *testing.T) {
	ctx, dir := context.Background(), t.TempDir()
	types := func(readmodel.Space) []readmodel.DocType {
		return []readmodel.DocType{{Prefix: "", New: func() any { return new(string) }}}
	}
	m, _, err := Open(Options{Dir: dir, Types: types})
	if err != nil {
		t.Fatal(err)
	}
	now := readmodel.First("p", 1)
	for _, s := range []readmodel.Space{now, now.Next(), readmodel.First("p", 2), readmodel.First("q", 1)} {
		if err := m.Commit(ctx, readmodel.Batch{Space: s, To: es.Position{Commit: 1, Prepare: 1}, Changes: []readmodel.Change{readmodel.Add("x", "m", 1)}}); err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(m.Flip(ctx, now), m.Close()); err != nil {
		t.Fatal(err)
	}
	m, found, err := Open(Options{Dir: dir, Types: types})
	if err != nil || found.Damaged != nil {
		t.Fatal(err, found)
	}
	defer m.Close()
	if m.spaces[now.Next()] != nil || len(m.spaces) != 3 {
		t.Fatalf("read %d spaces", len(m.spaces))
	}
}

// Sets are counted whole, however large; the work of looking at scores one by one is
// bounded, and the count then says "at least".
func TestCountsOfLargeSets(t *testing.T) {
	ctx, m, s := context.Background(), New(), readmodel.First("p", 1)
	defer m.Close()
	changes := []readmodel.Change{readmodel.Add("x", "0", 1)}
	for i := range readmodel.MaxWork + 10 {
		changes = append(changes, readmodel.Add("a", "a"+strconv.Itoa(i), int64(i)), readmodel.Add("b", "b"+strconv.Itoa(i), int64(i)))
	}
	if err := m.Commit(ctx, readmodel.Batch{Space: s, To: es.Position{Commit: 1, Prepare: 1}, Changes: changes}); err != nil {
		t.Fatal(err)
	}
	apart := readmodel.Expr{Any: []readmodel.Expr{readmodel.In("x"), readmodel.All(readmodel.In("a"), readmodel.In("b"))}}
	for i, c := range []struct {
		where  readmodel.Expr
		lo, hi int64
		want   readmodel.Number
	}{
		{apart, 0, 0, readmodel.Number{N: 1}},
		{readmodel.Any("a", "b"), 0, 0, readmodel.Number{N: 2*readmodel.MaxWork + 20}},
		{readmodel.In("a"), 10, 0, readmodel.Number{N: readmodel.MaxWork}},
		{readmodel.All(readmodel.In("a"), readmodel.Any("a", "b")), 10_010, 90_009, readmodel.Number{N: 80_000}},
		{readmodel.Any("a", "b"), 1, 0, readmodel.Number{N: readmodel.MaxWork - 2, AtLeast: true}},
	} {
		if n, err := m.Count(ctx, s, c.where, c.lo, c.hi); err != nil || n != c.want {
			t.Errorf("%d: %+v (%v), want %+v", i, n, err, c.want)
		}
	}
}
