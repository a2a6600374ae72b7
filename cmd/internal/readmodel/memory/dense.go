package memory

import (
	"math/bits"
	"slices"
)

// denseShare is the least share of all numbers, one in so many, at which an index has a
// bit for each of them beside it: a bitmap of a page's conditions that is neither packed
// nor searched.
const denseShare = 64

// dense is a set with one bit for each number.
type dense []uint64

func denseOf(x *index, numbers int) dense {
	d := make(dense, (numbers+63)/64)
	if x.many != nil {
		for it := x.many.Iterator(); it.HasNext(); {
			d.add(it.Next())
		}
		return d
	}
	for b := range x.set.blocks {
		for _, n := range b.numbers {
			d.add(n)
		}
	}
	return d
}

func (d dense) has(number uint32) bool {
	at := int(number >> 6)
	return at < len(d) && d[at]>>(number&63)&1 != 0
}

func (d *dense) add(number uint32) {
	at := int(number >> 6)
	for at >= len(*d) {
		*d = append(*d, 0)
	}
	(*d)[at] |= 1 << (number & 63)
}

func (d dense) remove(number uint32) {
	if at := int(number >> 6); at < len(d) {
		d[at] &^= 1 << (number & 63)
	}
}

// bound finds the dense set of each part of an intersection, and of what is taken away
// from it, where it has one.
func (n *node) bound() {
	for _, parts := range [][]*node{n.all, n.not} {
		for _, x := range parts {
			if x.index != nil {
				x.dense = x.index.inBits(len(n.space.roll.names))
			}
		}
	}
}

// isDense says that an intersection is one of dense sets only, so that whether a member
// is in it takes hardly any time.
func (n *node) isDense() bool {
	for _, parts := range [][]*node{n.all, n.not} {
		for _, x := range parts {
			if x.dense == nil {
				return false
			}
		}
	}
	return len(n.all) > 0
}

// besideDense says that an intersection is one of an index, which orders it, with dense
// sets only.
func (n *node) besideDense() bool {
	if len(n.all) < 2 || n.all[0].index == nil {
		return false
	}
	rest := node{all: n.all[1:], not: n.not}
	return rest.isDense()
}

// stretch is how many words of dense sets are intersected at a time.
const stretch = 64

// words calls yield with the words of an intersection of dense sets, a stretch after the
// other, and where each begins.
func (n *node) words(yield func(from int, words []uint64) bool) {
	size := len(n.all[0].dense)
	for _, x := range n.all[1:] {
		size = min(size, len(x.dense))
	}
	var room [stretch]uint64
	for from := 0; from < size; from += stretch {
		to := min(size, from+stretch)
		out := room[:copy(room[:], n.all[0].dense[from:to])]
		for _, x := range n.all[1:] {
			for i, w := range x.dense[from:to] {
				out[i] &= w
			}
		}
		for _, x := range n.not {
			for i, w := range x.dense[min(from, len(x.dense)):min(to, len(x.dense))] {
				out[i] &^= w
			}
		}
		if !yield(from, out) {
			return
		}
	}
}

// countDense counts an intersection of dense sets.
func (n *node) countDense() (count int) {
	for _, words := range n.words {
		for _, w := range words {
			count += bits.OnesCount64(w)
		}
	}
	return count
}

// workDense works an intersection of dense sets out.
func (n *node) workDense() *numbers {
	all := make(dense, 0, len(n.all[0].dense))
	for _, words := range n.words {
		all = append(all, words...)
	}
	count := all.count()
	if count > fewNumbers {
		return &numbers{dense: all, n: count}
	}
	list := make([]uint32, 0, count)
	for number := range all.each {
		list = append(list, number)
	}
	return &numbers{list: list}
}

func (d dense) count() (n int) {
	for _, w := range d {
		n += bits.OnesCount64(w)
	}
	return n
}

// both counts what is in another dense set too.
func (d dense) both(other dense) (n int) {
	size := min(len(d), len(other))
	d, other = d[:size], other[:size]
	for i, w := range d {
		n += bits.OnesCount64(w & other[i])
	}
	return n
}

// each calls yield with each member in rising order.
func (d dense) each(yield func(uint32) bool) {
	for at, w := range d {
		for ; w != 0; w &= w - 1 {
			if !yield(uint32(at*64 + bits.TrailingZeros64(w))) {
				return
			}
		}
	}
}

// falling is each from the highest number down.
func (d dense) falling(yield func(uint32) bool) {
	for at, w := range slices.Backward(d) {
		for w != 0 {
			top := 63 - bits.LeadingZeros64(w)
			w &^= 1 << top
			if !yield(uint32(at*64 + top)) {
				return
			}
		}
	}
}
