package memory

import (
	"fmt"
	"maps"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"fangxin/projections/readmodel"
)

// A set of numbers holds what a map would, in rising order, in blocks that are
// neither empty nor too large.
func TestMembersAreAMap(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var have members
		var near finger
		want := map[uint32]int64{}
		last := uint32(0)
		for range rapid.IntRange(0, 40).Draw(t, "steps") {
			from := rapid.SampledFrom([]uint32{last, 0, last / 2, last + 7}).Draw(t, "from")
			run := rapid.Uint32Range(1, 2*blockSize).Draw(t, "run")
			every := rapid.Uint32Range(1, 3).Draw(t, "every")
			score := rapid.Int64Range(-1, 1).Draw(t, "score")
			remove := rapid.IntRange(0, 2).Draw(t, "remove") == 0
			for n := from; n < from+run; n += every {
				was, found := want[n]
				got, held := have.scoreFrom(&finger{}, n)
				if got != was || held != found {
					t.Fatalf("score of %d is %d, %v", n, got, held)
				}
				if got, held = have.scoreFrom(&near, n); got != was || held != found {
					t.Fatalf("near the last, score of %d is %d, %v", n, got, held)
				}
				if remove {
					got, held = have.take(n)
					delete(want, n)
				} else {
					got, held = have.put(n, score)
					want[n] = score
				}
				if got != was || held != found {
					t.Fatalf("%d was %d, %v", n, got, held)
				}
				last = max(last, n)
			}
			checkMembers(t, &have, want)
		}
	})
}

func checkMembers(t *rapid.T, have *members, want map[uint32]int64) {
	var order []uint32
	for b := range have.blocks {
		if len(b.numbers) == 0 || len(b.numbers) > blockSize || b.scores != nil && len(b.scores) != len(b.numbers) {
			t.Fatalf("block of %d numbers and %d scores", len(b.numbers), len(b.scores))
		}
		for i, n := range b.numbers {
			order = append(order, n)
			if score, ok := want[n]; !ok || score != b.score(i) {
				t.Fatalf("%d at %d, want %d, %v", n, b.score(i), score, ok)
			}
		}
	}
	if have.n != len(want) || !slices.Equal(order, slices.Sorted(maps.Keys(want))) {
		t.Fatalf("%d members, want %d", len(order), len(want))
	}
}

// An index of a snapshot holds what was written.
func TestPackedMembers(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := map[uint32]int64{}
		numbers := slices.Sorted(slices.Values(rapid.SliceOfNDistinct(rapid.Uint32(), 0, 3*blockSize, rapid.ID).Draw(t, "numbers")))
		var scores []int64
		if rapid.Bool().Draw(t, "scored") {
			scores = rapid.SliceOfN(rapid.Int64(), len(numbers), len(numbers)).Draw(t, "scores")
		}
		for i, n := range numbers {
			if want[n] = 0; scores != nil {
				want[n] = scores[i]
			}
		}
		var w writer
		packIndex(&w, numbers, scores)
		var have members
		(&packed{n: len(numbers), limit: 1 << 32, raw: w.b}).read(&have)
		checkMembers(t, &have, want)
	})
}

// A number whose member left every index serves the next one, and nothing that read
// the old member sees the new one.
func TestNumbersAreGivenAnew(t *testing.T) {
	s := newSpace()
	apply := func(changes ...readmodel.Change) {
		for i := range changes {
			s.apply(&changes[i])
		}
	}
	for round := range 50 {
		for i := range 40 {
			m := fmt.Sprintf("m%d-%02d", round, i)
			apply(readmodel.Add("all", m, int64(i)), readmodel.Add("some", m, 0), readmodel.Add("some", m, 1))
		}
		o := s.indexes["all"].inOrder(&s.roll)
		if o.n != 40 {
			t.Fatalf("round %d: %d rows in order", round, o.n)
		}
		last := int64(-1)
		o.walk(readmodel.Oldest, nil, func(p placed) bool {
			if want := fmt.Sprintf("m%d-%02d", round, p.score); s.roll.names[p.number] != want || p.score != last+1 {
				t.Fatalf("round %d: %s at %d, want %s", round, s.roll.names[p.number], p.score, want)
			}
			last = p.score
			return true
		})
		for i := range 40 {
			m := fmt.Sprintf("m%d-%02d", round, i)
			apply(readmodel.Remove("some", m), readmodel.Remove("some", m), readmodel.Remove("all", m))
		}
	}
	if len(s.roll.names) != 40 || s.roll.held != 0 || len(s.roll.free) != 40 || len(s.indexes)+len(s.ones) != 0 {
		t.Fatalf("%d names, %d numbers, %d free, %d indexes left", len(s.roll.names), s.roll.held, len(s.roll.free), len(s.indexes)+len(s.ones))
	}
}
