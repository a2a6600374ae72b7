package numbering

import (
	"testing"

	"pgregory.net/rapid"
)

// The index finds what was added, also where keys meet, and an earlier one does not
// change.
func TestIndexAgainstAMap(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		key := rapid.Custom(func(t *rapid.T) uint64 {
			return rapid.Uint64Range(0, 40).Draw(t, "low") | rapid.Uint64Range(0, 2).Draw(t, "high")<<60
		})
		var x, before index[int]
		model, then := map[uint64]int{}, map[uint64]int{}
		for n := range rapid.IntRange(0, 80).Draw(t, "n") {
			if n == 20 {
				before = x
				for k, v := range model {
					then[k] = v
				}
			}
			k := key.Draw(t, "key")
			x, model[k] = x.with(k, n), n
		}
		same := func(x index[int], model map[uint64]int) {
			for low := range uint64(42) {
				for high := range uint64(4) {
					k := low | high<<60
					got, ok := x.find(k, func(int) bool { return true })
					if want, known := model[k]; ok != known || got != want {
						t.Fatalf("key %x: %d, %v, want %d, %v", k, got, ok, want, known)
					}
				}
			}
		}
		same(x, model)
		same(before, then)
	})
}

// Of entries of one key the one that is meant is found.
func TestIndexWithEntriesOfOneKey(t *testing.T) {
	x := index[string]{}.with(7, "a").with(7, "b").with(7|1<<63, "c").with(7, "d")
	for _, want := range []string{"a", "b", "d"} {
		if got, ok := x.find(7, func(s string) bool { return s == want }); !ok || got != want {
			t.Errorf("%q, %v", got, ok)
		}
	}
	if got, ok := x.find(7, func(s string) bool { return s == "c" }); ok {
		t.Error(got)
	}
}
