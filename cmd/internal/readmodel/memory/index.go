package memory

import (
	"iter"
	"slices"
	"strings"
	"sync"

	"github.com/tidwall/btree"

	"fangxin/projections/readmodel"
)

// smallIndex is up to how many members an index is sorted each time it is read in
// order.
const smallIndex = 16

// index is a set of members with scores. Most are small and never read in order, so
// order is made when it is first asked for and kept from then on; and an index of a
// snapshot is read when it is first touched.
type index struct {
	lazy *packed // what a snapshot holds, nil once read
	set  members

	// ordering guards the making of tree under the space's read lock.
	ordering sync.Mutex
	tree     *btree.BTreeG[row] // of a large index, nil until asked for
}

// row is a row of the port with the number of its member.
type row struct {
	readmodel.Row
	number uint32
}

func rowLess(a, b readmodel.Row) bool {
	return a.Score < b.Score || a.Score == b.Score && a.Member < b.Member
}

func rowCompare(a, b readmodel.Row) int {
	switch {
	case a.Score < b.Score:
		return -1
	case a.Score > b.Score:
		return 1
	}
	return strings.Compare(a.Member, b.Member)
}

func (x *index) len() int {
	if l := x.lazy; l != nil {
		return l.n
	}
	return x.set.n
}

// add says whether the member is new in the index.
func (x *index) add(r row) bool {
	x.load()
	was, found := x.set.put(r.number, r.Score)
	if x.tree != nil && !(found && was == r.Score) {
		if found {
			x.tree.Delete(row{Row: readmodel.Row{Member: r.Member, Score: was}})
		}
		x.tree.Set(r)
	}
	return !found
}

// remove says whether the member was in the index.
func (x *index) remove(member string, number uint32) bool {
	x.load()
	was, found := x.set.take(number)
	if found && x.tree != nil {
		x.tree.Delete(row{Row: readmodel.Row{Member: member, Score: was}})
	}
	return found
}

// each calls yield with the number of each member. The caller has called ready.
func (x *index) each(yield func(number uint32) bool) bool {
	for b := range x.set.blocks {
		for _, n := range b.numbers {
			if !yield(n) {
				return false
			}
		}
	}
	return true
}

// ready reads the index from its snapshot. It may be called by many readers.
func (x *index) ready() {
	x.ordering.Lock()
	x.load()
	x.ordering.Unlock()
}

// load is ready for who has the index alone.
func (x *index) load() {
	if x.lazy != nil {
		x.lazy.read(&x.set)
		x.lazy = nil
	}
}

// ordered returns the members in order: a sorted list of a small index, the tree of
// a large one. It may be called by many readers.
func (x *index) ordered(names []string) (list []row, tree *btree.BTreeG[row]) {
	x.ordering.Lock()
	defer x.ordering.Unlock()
	x.load()
	if x.tree != nil {
		return nil, x.tree
	}
	list = x.sorted(names)
	if len(list) <= smallIndex {
		return list, nil
	}
	// From sorted members a tree is made much faster than one by one.
	x.tree = btree.NewBTreeGOptions(func(a, b row) bool { return rowLess(a.Row, b.Row) }, btree.Options{NoLocks: true})
	for _, r := range list {
		x.tree.Load(r)
	}
	return nil, x.tree
}

func (x *index) sorted(names []string) []row {
	rows := make([]row, 0, x.set.n)
	for b := range x.set.blocks {
		for i, n := range b.numbers {
			rows = append(rows, row{readmodel.Row{Member: names[n], Score: b.score(i)}, n})
		}
	}
	slices.SortFunc(rows, func(a, b row) int { return rowCompare(a.Row, b.Row) })
	return rows
}

// inOrder yields rows at or after start.
func (x *index) inOrder(names []string, o readmodel.Order, start *readmodel.Row) iter.Seq[row] {
	return func(yield func(row) bool) {
		list, tree := x.ordered(names)
		switch {
		case tree == nil && o == readmodel.Oldest:
			for _, r := range list {
				if start != nil && rowLess(r.Row, *start) {
					continue
				}
				if !yield(r) {
					return
				}
			}
		case tree == nil:
			for _, r := range slices.Backward(list) {
				if start != nil && rowLess(*start, r.Row) {
					continue
				}
				if !yield(r) {
					return
				}
			}
		case o == readmodel.Oldest && start != nil:
			tree.Ascend(row{Row: *start}, yield)
		case o == readmodel.Oldest:
			tree.Scan(yield)
		case start != nil:
			tree.Descend(row{Row: *start}, yield)
		default:
			tree.Reverse(yield)
		}
	}
}
