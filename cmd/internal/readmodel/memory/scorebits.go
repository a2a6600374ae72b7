package memory

import (
	"math/bits"
	"slices"

	"github.com/RoaringBitmap/roaring/v2"
)

// scoreBits is the members of a large index by the bits of their scores, so that the
// part of it between two scores is found without looking at members: bit by bit, as
// numbers are compared (bit-sliced index).
type scoreBits struct {
	all   *roaring.Bitmap
	least int64 // of the scores; bits are those of the distance from it
	bit   []*roaring.Bitmap
}

func scoreBitsOf(numbers []uint32, scores []int64) *scoreBits {
	s := &scoreBits{all: roaring.BitmapOf(numbers...), least: slices.Min(scores)}
	for i, n := range numbers {
		s.put(n, scores[i])
	}
	return s
}

func (s *scoreBits) put(number uint32, score int64) {
	d := uint64(score - s.least)
	for len(s.bit) < bits.Len64(d) {
		s.bit = append(s.bit, roaring.New())
	}
	for d != 0 {
		s.bit[bits.TrailingZeros64(d)].Add(number)
		d &= d - 1
	}
}

// set adds a member or gives it another score; false says that it does not fit.
func (s *scoreBits) set(number uint32, was, score int64, found bool) bool {
	if score < s.least {
		return false
	}
	if found {
		s.unset(number, was)
	}
	s.all.Add(number)
	s.put(number, score)
	return true
}

func (s *scoreBits) unset(number uint32, was int64) {
	s.all.Remove(number)
	for d := uint64(was - s.least); d != 0; d &= d - 1 {
		s.bit[bits.TrailingZeros64(d)].Remove(number)
	}
}

// between is the part of a set whose scores lie between the bounds; a zero hi is none.
// The set is not changed.
func (s *scoreBits) between(set *roaring.Bitmap, lo, hi int64) *roaring.Bitmap {
	out := roaring.And(set, s.all)
	if hi != 0 {
		if hi < s.least {
			return roaring.New()
		}
		out = s.atMost(out, uint64(hi-s.least))
	}
	if lo > s.least {
		out.AndNot(s.atMost(out, uint64(lo-s.least)-1))
	}
	return out
}

// atMost is the part of a set that stands no further from the least score. The set is
// not changed.
func (s *scoreBits) atMost(set *roaring.Bitmap, d uint64) *roaring.Bitmap {
	if bits.Len64(d) > len(s.bit) {
		return set.Clone()
	}
	below, same := roaring.New(), set.Clone()
	for i := len(s.bit) - 1; i >= 0; i-- {
		if d>>i&1 == 0 {
			same.AndNot(s.bit[i])
			continue
		}
		below.Or(roaring.AndNot(same, s.bit[i]))
		same.And(s.bit[i])
	}
	below.Or(same)
	return below
}
