package memory

import (
	"slices"

	"fangxin/projections/readmodel"
)

// ranking keeps the first members of an order out of many.
type ranking struct {
	order readmodel.Order
	limit int
	names []string // of members by number
	rows  []placed
	full  bool
	last  placed // of the first rows, once full
}

// wants says whether a member of this score can be among the first.
func (k *ranking) wants(score int64) bool {
	switch {
	case !k.full:
		return true
	case k.order == readmodel.Oldest:
		return score <= k.last.score
	}
	return score >= k.last.score
}

// offer keeps a member; from time to time what cannot be among the first is dropped.
func (k *ranking) offer(p placed) {
	if k.full && k.compare(p, k.last) > 0 {
		return
	}
	k.rows = append(k.rows, p)
	if len(k.rows) >= 8*k.limit+64 {
		k.cut()
		k.full, k.last = true, k.rows[k.limit-1]
	}
}

func (k *ranking) row(p placed) readmodel.Row {
	return readmodel.Row{Member: k.names[p.number], Score: p.score}
}

func (k *ranking) compare(a, b placed) int {
	c := rowCompare(k.row(a), k.row(b))
	if k.order == readmodel.Oldest {
		return c
	}
	return -c
}

func (k *ranking) cut() {
	slices.SortFunc(k.rows, k.compare)
	k.rows = k.rows[:min(k.limit, len(k.rows))]
}

func (k *ranking) sorted() []placed {
	k.cut()
	return k.rows
}
