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
}

// offer keeps a row; from time to time what cannot be among the first is dropped.
func (k *ranking) offer(r readmodel.Row) {
	k.rows = append(k.rows, r)
	if len(k.rows) >= 8*k.limit+64 {
		k.cut()
	}
}

func (k *ranking) cut() {
	slices.SortFunc(k.rows, func(a, b readmodel.Row) int {
		if k.order == readmodel.Oldest {
			return rowCompare(a, b)
		}
		return rowCompare(b, a)
	})
	k.rows = k.rows[:min(k.limit, len(k.rows))]
}

func (k *ranking) sorted() []readmodel.Row {
	k.cut()
	return k.rows
}

func sortedKeys[K cmp.Ordered, V any](m map[K]V) []K {
	return slices.Sorted(maps.Keys(m))
}
