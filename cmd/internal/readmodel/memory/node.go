package memory

import (
	"iter"

	"fangxin/projections/readmodel"
)

// node is an expression with its indexes found. An index nobody wrote is an empty
// one.
type node struct {
	space    *space
	expr     readmodel.Expr
	index    *index
	near     finger // in index
	dense    dense  // of an index that is a large part of an intersection
	all, any []*node
	not      []*node
	known    *numbers // the members, once they were worked out
}

func (s *space) compile(e readmodel.Expr) *node {
	n := &node{space: s, expr: e}
	switch {
	case len(e.All) > 0:
		n.all = s.compileAll(e.All)
	case len(e.Any) > 0:
		n.any = s.compileAll(e.Any)
	default:
		n.index = s.index(e.Index)
		n.index.ready()
	}
	if len(e.Not) > 0 {
		// An index with something taken away is an intersection of one.
		if n.index != nil {
			n = &node{space: s, expr: readmodel.Expr{All: []readmodel.Expr{readmodel.In(e.Index)}, Not: e.Not}, all: []*node{n}}
		}
		n.not = s.compileAll(e.Not)
	}
	n.bound()
	return n
}

func (s *space) compileAll(es []readmodel.Expr) []*node {
	out := make([]*node, len(es))
	for i, e := range es {
		out[i] = s.compile(e)
	}
	return out
}

func (n *node) roll() *roll { return &n.space.roll }

// size is an upper bound of the members.
func (n *node) size() int {
	switch {
	case n.known != nil:
		return n.known.len()
	case n.index != nil:
		return n.index.len()
	case n.all != nil:
		return n.all[n.smallest()].size()
	}
	total := 0
	for _, a := range n.any {
		total += a.size()
	}
	return total
}

// smallest is the number of the smallest part of an intersection.
func (n *node) smallest() int {
	best, least := 0, n.all[0].size()
	for i, a := range n.all[1:] {
		if size := a.size(); size < least {
			best, least = i+1, size
		}
	}
	return best
}

// order is the part that orders the members.
func (n *node) order() *node {
	if n.all != nil {
		return n.all[0].order()
	}
	return n
}

// holds says whether a member is in the set.
func (n *node) holds(member uint32) bool {
	switch {
	case n.known != nil:
		return n.known.holds(member)
	case n.dense != nil:
		return n.dense.has(member)
	case n.index != nil:
		return n.index.holds(&n.near, member)
	case n.all != nil:
		return n.all[0].holds(member) && n.others(member)
	}
	for _, a := range n.any {
		if a.holds(member) {
			return !n.excluded(member)
		}
	}
	return false
}

// others says whether a member of the first part of an intersection is in all of it.
func (n *node) others(member uint32) bool { return n.withOthers(member, 0) }

// withOthers is others of a member of any one part.
func (n *node) withOthers(member uint32, part int) bool {
	for i, a := range n.all {
		if i != part && !a.holds(member) {
			return false
		}
	}
	return !n.excluded(member)
}

func (n *node) excluded(member uint32) bool {
	for _, x := range n.not {
		if x.holds(member) {
			return true
		}
	}
	return false
}

// score of a member of the set, in the order of the set.
func (n *node) score(member uint32) int64 {
	switch {
	case n.index != nil:
		s, _ := n.index.score(&n.near, member)
		return s
	case n.all != nil:
		return n.all[0].score(member)
	}
	for _, a := range n.any {
		if a.holds(member) {
			return a.score(member)
		}
	}
	return 0
}

// inOrder yields the part that orders the set, at or after start; whether members are
// in the set is for holdsBeside to say.
func (n *node) inOrder(by readmodel.Order, start *readmodel.Row, yield func(placed) bool) {
	n = n.order()
	if n.index != nil {
		n.index.inOrder(n.roll()).walk(by, start, yield)
		return
	}
	n.merged(by, start, yield)
}

// holdsBeside says whether a member that inOrder yielded is in the set, at this score.
func (n *node) holdsBeside(p placed) bool {
	switch {
	case n.index != nil:
		return true // it came from there
	case n.known != nil && n.order().index != nil:
		return n.known.holds(p.number)
	case n.all != nil && n.all[0].index != nil:
		return n.others(p.number)
	}
	return n.holds(p.number) && n.score(p.number) == p.score
}

// merged yields the members of a union in order.
func (n *node) merged(by readmodel.Order, start *readmodel.Row, yield func(placed) bool) {
	type head struct {
		placed
		next func() (placed, bool)
	}
	var heads []head
	for _, a := range n.any {
		next, stop := iter.Pull(func(yield func(placed) bool) { a.inOrder(by, start, yield) })
		defer stop()
		if p, ok := next(); ok {
			heads = append(heads, head{p, next})
		}
	}
	o, first := order{roll: n.roll()}, -1
	if by == readmodel.Newest {
		first = 1
	}
	var last *placed
	for len(heads) > 0 {
		best := 0
		for i := range heads {
			if o.compare(heads[i].placed, heads[best].placed) == first {
				best = i
			}
		}
		p := heads[best].placed
		if (last == nil || p != *last) && !yield(p) {
			return
		}
		last = &p
		next, ok := heads[best].next()
		if heads[best].placed = next; !ok {
			heads = append(heads[:best], heads[best+1:]...)
		}
	}
}
