package responsetime

import (
	"cmp"
	"slices"
)

// Withhold empties the cells of fewer than least cases, so that a public table tells
// nothing of single cases that are not public themselves (rules of small cells). What
// is hidden can be read off the total where it is one cell, or so few cases that they
// fill the cells with one each: then the next smallest are hidden with it. The keys
// stay, so that a reader sees that something is there.
func (t Table) Withhold(least int64) Table {
	order := make([]int, 0, len(t.Rows))
	for i, c := range t.Rows {
		if c.N > 0 {
			order = append(order, i)
		}
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(t.Rows[a].N, t.Rows[b].N) })
	t.Rows = slices.Clone(t.Rows)
	hidden, cases := 0, int64(0)
	for _, i := range order {
		c := &t.Rows[i]
		if c.N >= least && (hidden == 0 || hidden > 1 && cases >= least) {
			break
		}
		hidden, cases = hidden+1, cases+c.N
		*c = Cell{Key: c.Key, Label: c.Label, Withheld: true}
	}
	return t
}
