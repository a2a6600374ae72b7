package memory

import (
	"slices"

	"fangxin/projections/readmodel"
)

// fewRows is up to how many members are looked at one by one for their scores before
// bitmaps are asked.
const fewRows = 4096

// count counts the members whose scores lie between the bounds; a zero hi is none, and
// so is a zero lo. Sets are counted whole, as bitmaps. Only where the scores of a union
// are asked for is each member looked at, and past MaxWork the number is "at least".
func (n *node) count(lo, hi int64) readmodel.Number {
	lo = max(0, lo)
	switch first := n.order().index; {
	case first == nil && lo+hi != 0:
		return n.countEach(lo, hi)
	case n.index != nil:
		return readmodel.Number{N: int64(n.countIndex(lo, hi))}
	case len(n.all) < 2:
		return readmodel.Number{N: int64(n.between(lo, hi).len())}
	case lo+hi == 0 && len(n.all)+len(n.not) <= 3 && n.isDense():
		return readmodel.Number{N: int64(n.countDense())}
	case lo+hi == 0 && len(n.all) == 2:
		if least := n.smallest(); n.all[least].index != nil && n.all[least].size() <= fewRows {
			return readmodel.Number{N: int64(n.countBeside(least))}
		}
	}
	last := len(n.all) - 1
	base := &node{space: n.space, expr: readmodel.Expr{All: n.expr.All[:last], Not: n.expr.Not}, all: n.all[:last], not: n.not}
	name := nameOf(base.expr, lo, hi)
	// Worth working out where it is small, or asked for again and again.
	if n.all[last].size() <= fewNumbers && base.size() > fewNumbers && !n.space.kept.again(name) {
		return readmodel.Number{N: int64(n.between(lo, hi).len())}
	}
	set := n.space.kept.get(name, func() *numbers { return base.between(lo, hi) })
	return readmodel.Number{N: int64(set.with(n.all[last]))}
}

// countBeside counts the members of one part, an index, that are in all of the set.
func (n *node) countBeside(part int) (count int) {
	for member := range n.all[part].index.each {
		if n.withOthers(member, part) {
			count++
		}
	}
	return count
}

// keep is the set, remembered until something is written.
func (n *node) keep() *numbers { return n.space.kept.get(nameOf(n.expr, 0, 0), n.work) }

// with counts those that are in another set too.
func (s *numbers) with(other *node) int {
	switch {
	case s.dense != nil && other.dense != nil:
		return s.dense.both(other.dense)
	case s.dense != nil && other.index != nil:
		count := 0
		for number := range other.index.each {
			if s.dense.has(number) {
				count++
			}
		}
		return count
	case s.dense != nil:
		return countIf(other.members().numbers(), s.dense.has)
	case s.bits != nil:
		o := other.members()
		if o.bits != nil {
			return int(s.bits.AndCardinality(o.bits))
		}
		return countIf(o.numbers(), s.bits.Contains)
	}
	return countIf(s.list, other.holds)
}

func countIf(list []uint32, is func(uint32) bool) (n int) {
	for _, number := range list {
		if is(number) {
			n++
		}
	}
	return n
}

// countIndex counts one index.
func (n *node) countIndex(lo, hi int64) int {
	switch {
	case lo == 0 && hi == 0:
		return n.index.len()
	case n.index.many != nil && lo == 0 && hi > 0:
		return n.index.len()
	case n.index.many != nil:
		return 0
	}
	o := n.index.inOrder(n.roll())
	from, to := o.between(lo, hi)
	return max(0, o.rank(to)-o.rank(from))
}

// between is the set within bounds. An index orders the set where there are any.
func (n *node) between(lo, hi int64) *numbers {
	first := n.order().index
	switch {
	case lo == 0 && hi == 0:
		return n.members()
	case first.many != nil && lo == 0 && hi > 0:
		return n.members()
	case first.many != nil:
		return &numbers{}
	case n.size() <= fewRows || first.bitmap() == nil:
		return n.eachBetween(lo, hi)
	}
	o := first.inOrder(n.roll())
	from, to := o.between(lo, hi)
	switch within := o.rank(to) - o.rank(from); {
	case within == o.n:
		return n.members()
	case within <= fewRows:
		return n.rowsBetween(o, from, to)
	}
	return &numbers{bits: first.scored().between(n.members().bitmap(), lo, hi)}
}

func (n *node) eachBetween(lo, hi int64) *numbers {
	out := &numbers{}
	for m := range n.members().each {
		if s := n.score(m); s >= lo && (hi == 0 || s <= hi) {
			out.list = append(out.list, m)
		}
	}
	return out
}

// rowsBetween looks at the members of an order between two places.
func (n *node) rowsBetween(o *order, from, to place) *numbers {
	out := &numbers{}
	o.rising(from, to, func(p placed) bool {
		if n.holdsBeside(p) {
			out.list = append(out.list, p.number)
		}
		return true
	})
	slices.Sort(out.list)
	return out
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
