package memory

import (
	"slices"

	"github.com/RoaringBitmap/roaring/v2"
)

// fewNumbers is up to how many members of a set are worked out one by one: each is
// looked for in the other sets. More are worked out as bitmaps.
const fewNumbers = 2048

// numbers are the members of a set, a list in rising order, a bitmap or a dense set.
// Nobody changes them: they may belong to an index.
type numbers struct {
	list  []uint32
	bits  *roaring.Bitmap // nil for a list
	dense dense           // nil for a list
	n     int             // of a dense set
}

func (s *numbers) len() int {
	switch {
	case s.dense != nil:
		return s.n
	case s.bits != nil:
		return int(s.bits.GetCardinality())
	}
	return len(s.list)
}

func (s *numbers) holds(number uint32) bool {
	switch {
	case s.dense != nil:
		return s.dense.has(number)
	case s.bits != nil:
		return s.bits.Contains(number)
	}
	_, found := slices.BinarySearch(s.list, number)
	return found
}

func (s *numbers) each(yield func(uint32) bool) {
	switch {
	case s.dense != nil:
		s.dense.each(yield)
		return
	case s.bits != nil:
		s.bits.Iterate(yield)
		return
	}
	for _, n := range s.list {
		if !yield(n) {
			return
		}
	}
}

// numbers lists them in rising order.
func (s *numbers) numbers() []uint32 {
	if s.bits == nil && s.dense == nil {
		return s.list
	}
	out := make([]uint32, 0, s.len())
	for n := range s.each {
		out = append(out, n)
	}
	return out
}

// falling is each from the highest number down.
func (s *numbers) falling(yield func(uint32) bool) {
	if s.dense != nil {
		s.dense.falling(yield)
		return
	}
	if s.bits != nil {
		for it := s.bits.ReverseIterator(); it.HasNext(); {
			if !yield(it.Next()) {
				return
			}
		}
		return
	}
	for _, n := range slices.Backward(s.list) {
		if !yield(n) {
			return
		}
	}
}

// bitmap is the set as a bitmap, which nobody changes.
func (s *numbers) bitmap() *roaring.Bitmap {
	switch {
	case s.dense != nil:
		return roaring.FromDense(s.dense, true)
	case s.bits != nil:
		return s.bits
	}
	return roaring.BitmapOf(s.list...)
}

// members works the set out, once.
func (n *node) members() *numbers {
	if n.known == nil {
		n.known = n.work()
	}
	return n.known
}

func (n *node) work() *numbers {
	switch {
	case n.index != nil:
		if bits := n.index.bitmap(); bits != nil {
			return &numbers{bits: bits}
		}
		return &numbers{list: n.index.numbers()}
	case n.size() <= fewNumbers:
		return &numbers{list: n.few()}
	case n.isDense():
		return n.workDense()
	case n.all != nil:
		return &numbers{bits: n.less(n.both())}
	}
	parts := make([]*roaring.Bitmap, len(n.any))
	for i, a := range n.any {
		parts[i] = a.members().bitmap()
	}
	return &numbers{bits: n.less(roaring.FastOr(parts...))}
}

// few lists the members of a small set.
func (n *node) few() []uint32 {
	var out []uint32
	if n.all != nil {
		least := n.smallest()
		for m := range n.all[least].members().each {
			if n.withOthers(m, least) {
				out = append(out, m)
			}
		}
		return out
	}
	for _, a := range n.any {
		for m := range a.members().each {
			if !n.excluded(m) {
				out = append(out, m)
			}
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// both intersects the parts of an intersection, the smallest ones first. What it
// answers belongs to the caller.
func (n *node) both() *roaring.Bitmap {
	sets := make([]*roaring.Bitmap, len(n.all))
	for i, a := range n.all {
		sets[i] = a.members().bitmap()
	}
	slices.SortFunc(sets, func(a, b *roaring.Bitmap) int { return int(a.GetCardinality()) - int(b.GetCardinality()) })
	if len(sets) == 1 {
		return sets[0].Clone()
	}
	out := roaring.And(sets[0], sets[1])
	for _, s := range sets[2:] {
		out.And(s)
	}
	return out
}

// less takes away what is not wanted from a bitmap that is the caller's own.
func (n *node) less(from *roaring.Bitmap) *roaring.Bitmap {
	for _, x := range n.not {
		from.AndNot(x.members().bitmap())
	}
	return from
}
