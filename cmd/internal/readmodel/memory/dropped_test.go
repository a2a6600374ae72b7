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

// Members that a union looks at in vain are work too: the count says "at least".
func TestWorkInsideAUnionIsBounded(t *testing.T) {
	ctx, m, s := context.Background(), New(), readmodel.First("p", 1)
	defer m.Close()
	changes := []readmodel.Change{readmodel.Add("x", "0", 1)}
	for i := range readmodel.MaxWork + 10 {
		changes = append(changes, readmodel.Add("a", "a"+strconv.Itoa(i), 0), readmodel.Add("b", "b"+strconv.Itoa(i), 0))
	}
	if err := m.Commit(ctx, readmodel.Batch{Space: s, To: es.Position{Commit: 1, Prepare: 1}, Changes: changes}); err != nil {
		t.Fatal(err)
	}
	union := readmodel.Expr{Any: []readmodel.Expr{readmodel.In("x"), readmodel.All(readmodel.In("a"), readmodel.In("b"))}}
	n, err := m.Count(ctx, s, union, 0, 0)
	if err != nil || n != (readmodel.Number{N: 1, AtLeast: true}) {
		t.Fatalf("%+v (%v)", n, err)
	}
}
