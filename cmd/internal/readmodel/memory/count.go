package memory

import "fangxin/projections/readmodel"

// fewRows is up to how many members are looked at one by one for their scores before
// bitmaps are asked.
const fewRows = 4096

// count counts the members whose scores lie between the bounds; a zero hi is none, and
// so is a zero lo. Sets are counted whole, as bitmaps. Only where the scores of a union
// are asked for is each member looked at, and past MaxWork the number is "at least".
func (n *node) count(lo, hi int64) readmodel.Number {
	first := n.order().index
	switch plain := first != nil && first.many != nil; {
	case lo <= 0 && hi == 0, plain && lo <= 0 && hi > 0:
		return readmodel.Number{N: int64(n.total())}
	case plain:
		return readmodel.Number{}
	case first == nil || n.size() <= fewRows:
		return n.countEach(lo, hi)
	}
	o := first.inOrder(n.roll)
	from, to := o.between(lo, hi)
	within := o.rank(to) - o.rank(from)
	switch {
	case n.index != nil, within <= 0:
		return readmodel.Number{N: int64(max(0, within))}
	case within == o.n:
		return readmodel.Number{N: int64(n.total())}
	case within <= fewRows:
		return n.countRows(o, from, to)
	}
	return readmodel.Number{N: int64(first.scored().between(n.members().bitmap(), lo, hi).GetCardinality())}
}

func (n *node) countEach(lo, hi int64) readmodel.Number {
	var out readmodel.Number
	work := 0
	for m := range n.members().each {
		if work++; work > readmodel.MaxWork {
			out.AtLeast = true
			break
		}
		if s := n.score(m); s >= lo && (hi == 0 || s <= hi) {
			out.N++
		}
	}
	return out
}

// countRows looks at the members of an order between two places.
func (n *node) countRows(o *order, from, to place) readmodel.Number {
	var out readmodel.Number
	o.rising(from, to, func(p placed) bool {
		if n.holdsBeside(p) {
			out.N++
		}
		return true
	})
	return out
}
