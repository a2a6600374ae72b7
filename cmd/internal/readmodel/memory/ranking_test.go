package memory

import (
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"fangxin/projections/readmodel"
)

// A ranking holds what sorting all rows would put first.
func TestRankingIsTheBeginningOfAll(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		k := ranking{order: readmodel.Order(rapid.Bool().Draw(t, "oldest")), limit: rapid.IntRange(1, 9).Draw(t, "limit")}
		scores := rapid.SliceOfN(rapid.Int64Range(-9, 9), 0, 700).Draw(t, "scores")
		all := make([]readmodel.Row, len(scores))
		for i, s := range scores {
			k.names = append(k.names, fmt.Sprintf("m%03d", i*7919%1000))
			all[i] = readmodel.Row{Member: k.names[i], Score: s}
			if k.wants(s) {
				k.offer(placed{s, uint32(i)})
			}
		}
		slices.SortFunc(all, rowCompare)
		if k.order == readmodel.Newest {
			slices.Reverse(all)
		}
		var got []readmodel.Row
		for _, p := range k.sorted() {
			got = append(got, k.row(p))
		}
		if !slices.Equal(got, all[:min(k.limit, len(all))]) {
			t.Fatalf("%v, want the first %d of %v", got, k.limit, all)
		}
	})
}
