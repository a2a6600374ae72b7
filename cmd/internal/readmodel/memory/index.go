package memory

import (
	"slices"
	"strings"
	"sync"

	"github.com/RoaringBitmap/roaring/v2"

	"fangxin/projections/readmodel"
)

// Sizes of an index. Up to smallIndex members are sorted each time they are read in
// order. With more than largeIndex members a bitmap stands in the place of an index
// without scores, and is made beside one with scores when an expression first asks;
// below, a list of numbers is both smaller and faster.
const (
	smallIndex = 16
	largeIndex = 1024
)

// index is a set of members with scores. Most are small and never read in order, so
// what only readers want is made when it is first asked for and kept from then on;
// and an index of a snapshot is read when it is first touched.
type index struct {
	lazy *packed // what a snapshot holds, nil once read
	// set holds the members, or many does: a large index in which all scores are zero.
	set  members
	many *roaring.Bitmap

	made *made
	// making guards made, and lazy, under the space's read lock.
	making sync.Mutex
}

// made is what was made of an index for readers.
type made struct {
	order  *order          // of more than smallIndex members
	bits   *roaring.Bitmap // of a large set with scores
	dense  dense           // of a large share of all members
	scores *scoreBits
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
	switch {
	case x.lazy != nil:
		return x.lazy.n
	case x.many != nil:
		return int(x.many.GetCardinality())
	}
	return x.set.n
}

// add says whether the member is new in the index.
func (x *index) add(number uint32, score int64) bool {
	x.load()
	was, found := x.put(number, score)
	m := x.made
	if m == nil || found && was == score {
		return !found
	}
	if m.order != nil {
		if found {
			m.order.remove(was, number)
		}
		m.order.insert(score, number)
	}
	if m.bits != nil && !found {
		m.bits.Add(number)
	}
	if m.dense != nil && !found {
		m.dense.add(number)
	}
	if m.scores != nil && !m.scores.set(number, was, score, found) {
		m.scores = nil
	}
	return !found
}

func (x *index) put(number uint32, score int64) (was int64, found bool) {
	if x.many != nil {
		if score == 0 {
			return 0, !x.many.CheckedAdd(number)
		}
		x.spread()
	}
	was, found = x.set.put(number, score)
	if !found && x.set.n == largeIndex+1 && !x.set.scored() {
		x.gather()
	}
	return was, found
}

// gather puts a bitmap in the place of the set.
func (x *index) gather() { x.many, x.set = bitmapOf(&x.set), members{} }

// spread puts the set back in the place of the bitmap.
func (x *index) spread() {
	x.set = members{}
	x.set.fill(x.many.ToArray(), nil)
	x.many = nil
}

// remove says whether the member was in the index.
func (x *index) remove(number uint32) bool {
	x.load()
	if m := x.made; m != nil && m.order != nil {
		// While its name and its score can still be found.
		if score, found := x.score(&finger{}, number); found {
			m.order.remove(score, number)
		}
	}
	var was int64
	var found bool
	if x.many != nil {
		found = x.many.CheckedRemove(number)
	} else {
		was, found = x.set.take(number)
	}
	if m := x.made; found && m != nil {
		if m.bits != nil {
			m.bits.Remove(number)
		}
		m.dense.remove(number)
		if m.scores != nil {
			m.scores.unset(number, was)
		}
	}
	return found
}

// score of a member; near remembers where the last one was.
func (x *index) score(near *finger, number uint32) (int64, bool) {
	if x.many != nil {
		return 0, x.many.Contains(number)
	}
	return x.set.scoreFrom(near, number)
}

// holds is score where only membership counts.
func (x *index) holds(near *finger, number uint32) bool {
	_, found := x.score(near, number)
	return found
}

// ready reads the index from its snapshot. It may be called by many readers.
func (x *index) ready() {
	x.making.Lock()
	x.load()
	x.making.Unlock()
}

// load is ready for who has the index alone.
func (x *index) load() {
	if x.lazy == nil {
		return
	}
	x.lazy.read(&x.set)
	x.lazy = nil
	if x.set.n > largeIndex && !x.set.scored() {
		x.gather()
	}
}

// reading calls make with what was made for readers so far. Many may call it.
func (x *index) reading(make func(m *made)) {
	x.making.Lock()
	defer x.making.Unlock()
	if x.made == nil {
		x.made = &made{}
	}
	make(x.made)
}

// bitmap is a large index as a bitmap that nobody changes while the space is read,
// nil of another. The caller has called ready.
func (x *index) bitmap() (bits *roaring.Bitmap) {
	if x.many != nil || x.set.n <= largeIndex {
		return x.many
	}
	x.reading(func(m *made) {
		if m.bits == nil {
			m.bits = bitmapOf(&x.set)
		}
		bits = m.bits
	})
	return bits
}

// inBits is an index of a large share of so many numbers with a bit for each, which nobody
// changes while the space is read; nil of another. The caller has called ready.
func (x *index) inBits(numbers int) (d dense) {
	if n := x.len(); n <= largeIndex || n < numbers/denseShare {
		return nil
	}
	x.reading(func(m *made) {
		if m.dense == nil {
			m.dense = denseOf(x, numbers)
		}
		d = m.dense
	})
	return d
}

func bitmapOf(set *members) *roaring.Bitmap {
	bits := roaring.New()
	for b := range set.blocks {
		bits.AddMany(b.numbers)
	}
	return bits
}

// numbers lists the members in rising order.
func (x *index) numbers() []uint32 {
	if x.many != nil {
		return x.many.ToArray()
	}
	out := make([]uint32, 0, x.set.n)
	for b := range x.set.blocks {
		out = append(out, b.numbers...)
	}
	return out
}

// each calls yield with each member in rising order.
func (x *index) each(yield func(uint32) bool) {
	if x.many != nil {
		x.many.Iterate(yield)
		return
	}
	for b := range x.set.blocks {
		for _, n := range b.numbers {
			if !yield(n) {
				return
			}
		}
	}
}

// pairs are the members with their scores, in rising order of their numbers.
func (x *index) pairs() (numbers []uint32, scores []int64) {
	numbers = x.numbers()
	scores = make([]int64, len(numbers))
	if x.many != nil {
		return numbers, scores
	}
	from := 0
	for b := range x.set.blocks {
		copy(scores[from:], b.scores)
		from += len(b.numbers)
	}
	return numbers, scores
}

// inOrder is the members in order. It may be called by many readers.
func (x *index) inOrder(roll *roll) (o *order) {
	x.ready()
	if x.len() <= smallIndex {
		return orderOf(x, roll)
	}
	x.reading(func(m *made) {
		if m.order == nil {
			m.order = orderOf(x, roll)
		}
		o = m.order
	})
	return o
}

// scored is the index by the bits of its scores. It may be called by many readers.
func (x *index) scored() (s *scoreBits) {
	x.reading(func(m *made) {
		if m.scores == nil {
			m.scores = scoreBitsOf(x.pairs())
		}
		s = m.scores
	})
	return s
}

func orderOf(x *index, roll *roll) *order {
	numbers, scores := x.pairs()
	o := &order{roll: roll}
	rows := make([]placed, len(numbers))
	for i, n := range numbers {
		rows[i] = placed{scores[i], n}
	}
	slices.SortFunc(rows, o.compare)
	o.fill(rows)
	return o
}
