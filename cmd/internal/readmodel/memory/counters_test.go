package memory

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"fangxin/projections/readmodel"
)

// between is the range of a map of counters, by the port's words.
func between(counts map[string]int64, from, to string, limit int) []readmodel.Counter {
	var out []readmodel.Counter
	for _, k := range slices.Sorted(maps.Keys(counts)) {
		if k >= from && (to == "" || k < to) && len(out) < limit {
			out = append(out, readmodel.Counter{Key: k, Value: counts[k]})
		}
	}
	return out
}

func count(c *counters, counts map[string]int64, key string, delta int64) {
	c.add(key, delta)
	if counts[key] += delta; counts[key] == 0 {
		delete(counts, key)
	}
}

// Counters are a map whose ranges come in order, wherever names of groups begin others.
func TestCountersAreAMap(t *testing.T) {
	key := rapid.StringMatching(`(ab|a|b){0,3}[ab]{0,14}`)
	rapid.Check(t, func(t *rapid.T) {
		c, counts := newCounters(), map[string]int64{}
		for range rapid.IntRange(1, 4).Draw(t, "rounds") {
			for range rapid.IntRange(0, 60).Draw(t, "adds") {
				k := key.Draw(t, "key")
				count(&c, counts, k, rapid.SampledFrom([]int64{-1, 1, 1, 127, -300, 1 << 20, -1 << 40}).Draw(t, "delta"))
				if rapid.IntRange(0, 4).Draw(t, "take back") == 0 {
					count(&c, counts, k, -counts[k])
				}
			}
			from, to, limit := key.Draw(t, "from"), key.Draw(t, "to"), rapid.IntRange(1, 40).Draw(t, "limit")
			c.order()
			if got, want := c.between(from, to, limit), between(counts, from, to, limit); !slices.Equal(got, want) {
				t.Fatalf("from %q to %q, %d: %v, want %v", from, to, limit, got, want)
			}
		}
	})
}

// A group of many counters stays in order, whatever comes and goes.
func TestLargeGroup(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	c, counts := newCounters(), map[string]int64{}
	for i := range 20_000 {
		k := fmt.Sprintf("figure/%012d", random.IntN(4000))
		if i > 15_000 {
			count(&c, counts, k, -counts[k])
			continue
		}
		count(&c, counts, k, int64(random.IntN(1000)))
	}
	for i := range 2 * partSize { // in order
		count(&c, counts, fmt.Sprintf("figure/%012d", 10_000+i), 1)
	}
	c.order()
	if g := c.groups["figure/"]; int(g.n) != len(counts) || len(g.parts) < 3 {
		t.Fatalf("%d counters in %d parts, want %d", g.n, len(g.parts), len(counts))
	}
	for _, r := range [][2]string{{"", ""}, {"figure/000000001", "figure/00000000200"}, {"figure/1", ""}, {"figurf", ""}, {"f", "figure/"}} {
		if got, want := c.between(r[0], r[1], 1<<20), between(counts, r[0], r[1], 1<<20); !slices.Equal(got, want) {
			t.Fatalf("%q: %d counters, want %d", r, len(got), len(want))
		}
	}
	var w writer
	w.uint(1)
	c.groups["figure/"].encode(&w)
	again := newCounters()
	again.decode(&reader{b: w.b})
	again.order()
	if !slices.Equal(again.between("", "", 1<<20), c.between("", "", 1<<20)) {
		t.Fatal("a group came back another from a snapshot")
	}
}
