package memory

import (
	"slices"
	"strings"
	"sync"

	"github.com/tidwall/btree"

	"fangxin/projections/readmodel"
)

// smallIndex is up to how many members an index is a plain list.
const smallIndex = 16

// index is a set of members with scores. Most are small and never read in order,
// so order is made when it is first asked for and kept from then on; and an index
// of a snapshot is read when it is first touched.
type index struct {
	lazy   *packed          // what a snapshot holds, nil once read
	list   []readmodel.Row  // while small, in no order
	scores map[string]int64 // once large

	// ordering guards the making of tree under the space's read lock.
	ordering sync.Mutex
	tree     *btree.BTreeG[readmodel.Row] // of a large index, nil until asked for
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
	switch l := x.lazy; {
	case l != nil:
		return l.n
	case x.scores != nil:
		return len(x.scores)
	}
	return len(x.list)
}

func (x *index) add(member string, score int64) {
	x.load()
	if x.scores == nil {
		for i := range x.list {
			if x.list[i].Member == member {
				x.list[i].Score = score
				return
			}
		}
		if len(x.list) < smallIndex {
			x.list = append(x.list, readmodel.Row{Member: member, Score: score})
			return
		}
		x.grow()
	}
	if x.tree != nil {
		if was, ok := x.scores[member]; ok {
			if was == score {
				return
			}
			x.tree.Delete(readmodel.Row{Member: member, Score: was})
		}
		x.tree.Set(readmodel.Row{Member: member, Score: score})
	}
	x.scores[member] = score
}

func (x *index) grow() {
	x.scores = make(map[string]int64, 2*len(x.list))
	for _, r := range x.list {
		x.scores[r.Member] = r.Score
	}
	x.list = nil
}

func (x *index) remove(member string) {
	x.load()
	if x.scores == nil {
		for i := range x.list {
			if x.list[i].Member == member {
				last := len(x.list) - 1
				x.list[i] = x.list[last]
				x.list = x.list[:last]
				return
			}
		}
		return
	}
	was, ok := x.scores[member]
	if !ok {
		return
	}
	delete(x.scores, member)
	if x.tree != nil {
		x.tree.Delete(readmodel.Row{Member: member, Score: was})
	}
}

// score of a member. The caller has called ready.
func (x *index) score(member string) (int64, bool) {
	if x == nil {
		return 0, false
	}
	if x.scores != nil {
		s, ok := x.scores[member]
		return s, ok
	}
	for i := range x.list {
		if x.list[i].Member == member {
			return x.list[i].Score, true
		}
	}
	return 0, false
}

// members calls yield with each, in no order. The caller has called ready.
func (x *index) members(yield func(readmodel.Row) bool) bool {
	for _, r := range x.list {
		if !yield(r) {
			return false
		}
	}
	for m, s := range x.scores {
		if !yield(readmodel.Row{Member: m, Score: s}) {
			return false
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
	if x.lazy == nil {
		return
	}
	rows := x.lazy.rows()
	x.lazy = nil
	if len(rows) <= smallIndex {
		x.list = rows
		return
	}
	x.scores = make(map[string]int64, len(rows))
	for _, r := range rows {
		x.scores[r.Member] = r.Score
	}
}

// ordered returns the members in order: a sorted list of a small index, the tree of
// a large one. It may be called by many readers.
func (x *index) ordered() (list []readmodel.Row, tree *btree.BTreeG[readmodel.Row]) {
	x.ordering.Lock()
	defer x.ordering.Unlock()
	x.load()
	if x.scores == nil {
		list = slices.Clone(x.list)
		slices.SortFunc(list, rowCompare)
		return list, nil
	}
	if x.tree == nil {
		x.tree = x.sorted()
	}
	return nil, x.tree
}

// sorted makes the tree from sorted members, which is much faster than one by one.
func (x *index) sorted() *btree.BTreeG[readmodel.Row] {
	rows := make([]readmodel.Row, 0, len(x.scores))
	for m, s := range x.scores {
		rows = append(rows, readmodel.Row{Member: m, Score: s})
	}
	slices.SortFunc(rows, rowCompare)
	t := btree.NewBTreeGOptions(rowLess, btree.Options{NoLocks: true})
	for _, r := range rows {
		t.Load(r)
	}
	return t
}
