package memory

import (
	"iter"

	"fangxin/projections/readmodel"
)

// node is an expression with its indexes found. An index nobody wrote is an empty
// one.
type node struct {
	names    []string // of members, by number
	index    *index
	finger   finger // in index
	all, any []*node
	not      []*node
}

func (s *space) compile(e readmodel.Expr) *node {
	n := &node{names: s.roll.names}
	switch {
	case len(e.All) > 0:
		n.all = s.compileAll(e.All)
	case len(e.Any) > 0:
		n.any = s.compileAll(e.Any)
	default:
		if n.index = s.indexes[e.Index]; n.index == nil {
			n.index = &index{}
		}
		n.index.ready()
	}
	if len(e.Not) > 0 {
		// An index with something taken away is an intersection of one.
		if n.index != nil {
			n = &node{names: n.names, all: []*node{n}}
		}
		n.not = s.compileAll(e.Not)
	}
	return n
}

func (s *space) compileAll(es []readmodel.Expr) []*node {
	out := make([]*node, len(es))
	for i, e := range es {
		out[i] = s.compile(e)
	}
	return out
}

// size is an upper bound of the members.
func (n *node) size() int {
	switch {
	case n.index != nil:
		return n.index.len()
	case n.all != nil:
		return n.smallest().size()
	}
	total := 0
	for _, a := range n.any {
		total += a.size()
	}
	return total
}

// smallest is the smallest part that holds all members.
func (n *node) smallest() *node {
	if n.all == nil {
		return n
	}
	best := n.all[0].smallest()
	for _, a := range n.all[1:] {
		if c := a.smallest(); c.size() < best.size() {
			best = c
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

// score of a member in the order of the set, false where it is not in it.
func (n *node) score(member uint32) (int64, bool) {
	s, ok := n.scoreIn(member)
	if !ok || n.excluded(member) {
		return 0, false
	}
	return s, true
}

func (n *node) scoreIn(member uint32) (int64, bool) {
	switch {
	case n.index != nil:
		return n.index.set.scoreFrom(&n.finger, member)
	case n.all != nil:
		s, ok := n.all[0].score(member)
		return s, ok && n.others(member)
	}
	for _, a := range n.any {
		if s, ok := a.score(member); ok {
			return s, true
		}
	}
	return 0, false
}

// others says whether a member is in all parts of an intersection but the first.
func (n *node) others(member uint32) bool {
	for _, a := range n.all[1:] {
		if _, ok := a.score(member); !ok {
			return false
		}
	}
	return true
}

func (n *node) excluded(member uint32) bool {
	for _, x := range n.not {
		if _, ok := x.score(member); ok {
			return true
		}
	}
	return false
}

// each calls yield with the members of a part that smallest chose, each once, in no
// order, and with others it had to look at, so that whoever counts the work counts
// them: score says which are members.
func (n *node) each(yield func(member uint32) bool) bool {
	switch {
	case n.index != nil:
		return n.index.each(yield)
	case n.all != nil:
		return n.smallest().each(yield)
	}
	for i, a := range n.any {
		if !a.each(func(m uint32) bool {
			first := n.first(m)
			return first >= 0 && first != i || yield(m)
		}) {
			return false
		}
	}
	return true
}

// first is the number of the first part of a union that holds the member.
func (n *node) first(member uint32) int {
	for i, a := range n.any {
		if _, ok := a.score(member); ok {
			return i
		}
	}
	return -1
}

// inOrder yields rows of the part that orders the set, at or after start; whether
// they are in the set is for holdsBeside to say.
func (n *node) inOrder(o readmodel.Order, start *readmodel.Row) iter.Seq[row] {
	n = n.order()
	if n.index != nil {
		return n.index.inOrder(n.names, o, start)
	}
	return n.merged(o, start)
}

// holdsBeside says whether a row that inOrder yielded is in the set, at this score.
func (n *node) holdsBeside(r row) bool {
	switch {
	case n.index != nil:
		return true // it came from there
	case n.all != nil && n.all[0].index != nil:
		return n.others(r.number) && !n.excluded(r.number)
	}
	s, ok := n.score(r.number)
	return ok && s == r.Score
}

// merged yields the rows of a union in order.
func (n *node) merged(o readmodel.Order, start *readmodel.Row) iter.Seq[row] {
	return func(yield func(row) bool) {
		type head struct {
			row  row
			next func() (row, bool)
		}
		var heads []head
		for _, a := range n.any {
			next, stop := iter.Pull(a.inOrder(o, start))
			defer stop()
			if r, ok := next(); ok {
				heads = append(heads, head{r, next})
			}
		}
		var last *row
		for len(heads) > 0 {
			best := 0
			for i := range heads {
				if before := rowLess(heads[i].row.Row, heads[best].row.Row); i > 0 && before == (o == readmodel.Oldest) && heads[i].row != heads[best].row {
					best = i
				}
			}
			r := heads[best].row
			if (last == nil || *last != r) && !yield(r) {
				return
			}
			last = &r
			next, ok := heads[best].next()
			if heads[best].row = next; !ok {
				heads = append(heads[:best], heads[best+1:]...)
			}
		}
	}
}

// count counts the members whose scores lie between the bounds; a zero hi is none.
func (n *node) count(lo, hi int64) readmodel.Number {
	if n.index != nil && lo <= 0 && hi == 0 {
		return readmodel.Number{N: int64(n.index.len())}
	}
	var out readmodel.Number
	work := 0
	look := func(member uint32) bool {
		if work++; work > readmodel.MaxWork {
			out.AtLeast = true
			return false
		}
		if s, ok := n.score(member); ok && s >= lo && (hi == 0 || s <= hi) {
			out.N++
		}
		return true
	}
	if n.index != nil {
		n.countRange(lo, hi, look)
		return out
	}
	n.smallest().each(look)
	return out
}

// countRange looks only at the part of one index between the bounds.
func (n *node) countRange(lo, hi int64, look func(member uint32) bool) {
	for r := range n.inOrder(readmodel.Oldest, &readmodel.Row{Score: lo}) {
		if hi != 0 && r.Score > hi || !look(r.number) {
			return
		}
	}
}
