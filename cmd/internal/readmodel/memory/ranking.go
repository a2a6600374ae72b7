package memory

import (
	"cmp"
	"maps"
	"slices"

	"fangxin/projections/readmodel"
)

// ranking keeps the first rows of an order out of many.
type ranking struct {
	order readmodel.Order
	limit int
	rows  []readmodel.Row
	full  bool
	last  readmodel.Row // of the first rows, once full
}

// offer keeps a row; from time to time what cannot be among the first is dropped.
func (k *ranking) offer(r readmodel.Row) {
	if k.full && k.compare(r, k.last) > 0 {
		return
	}
	k.rows = append(k.rows, r)
	if len(k.rows) >= 8*k.limit+64 {
		k.cut()
		k.full, k.last = true, k.rows[k.limit-1]
	}
}

func (k *ranking) compare(a, b readmodel.Row) int {
	if k.order == readmodel.Oldest {
		return rowCompare(a, b)
	}
	return rowCompare(b, a)
}

func (k *ranking) cut() {
	slices.SortFunc(k.rows, k.compare)
	k.rows = k.rows[:min(k.limit, len(k.rows))]
}

func (k *ranking) sorted() []readmodel.Row {
	k.cut()
	return k.rows
}

func sortedKeys[K cmp.Ordered, V any](m map[K]V) []K {
	return slices.Sorted(maps.Keys(m))
}
