package redis

import "fmt"

// sizes bound what one run of a script does, so that other callers of the server do
// not wait: some milliseconds at most. Tests make them small.
type sizes struct {
	// changes and bytes of a step that writes.
	changes, bytes int
	// vector is how many members of a set are looked at at a time, few up to how many
	// are read at once, fewest up to how many that is always done rather than to go
	// along an order.
	vector, few, fewest int
	// page and count are how many members all partitions together look at in one
	// round, least and most how many one of them does.
	page, count, least, most int
}

func usualSizes() sizes {
	return sizes{
		changes: 2000, bytes: 512 << 10,
		vector: 500, few: 4096, fewest: 64,
		page: 8_000, count: 16_000, least: 100, most: 1_000,
	}
}

// share is what one of n partitions looks at of a round's sum.
func (s sizes) share(sum, n int) int { return min(s.most, max(s.least, sum/n)) }

// lua makes the sizes known to the scripts that read sets.
func (s sizes) lua() string {
	return fmt.Sprintf("local VECTOR, FEW, FEWEST = %d, %d, %d\n", s.vector, s.few, s.fewest)
}
