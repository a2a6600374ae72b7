package memory

import "slices"

// blockSize is up to how many members stand in one block. A change moves no more
// than one block, so it stays small.
const blockSize = 512

// inlined is how many members an index has room for without a slice of its own:
// names of cases, accounts and subjects hardly repeat.
const inlined = 2

// members is a set of numbers with scores. New members have the highest numbers, so
// that most changes go to the end.
type members struct {
	only  block   // all of them, while blocks is nil
	parts []block // in rising order, none empty
	n     int
	room  [inlined]uint32
}

// block is a run of numbers in rising order, with their scores unless all are zero.
type block struct {
	numbers []uint32
	scores  []int64
}

// find is where a number stands in the block or would be put.
func (b *block) find(number uint32) (int, bool) {
	n := len(b.numbers)
	if n == 0 || b.numbers[n-1] < number {
		return n, false
	}
	i := lowest(b.numbers, number)
	return i, b.numbers[i] == number
}

// findFrom is find where the number is likely to stand soon after a place.
func (b *block) findFrom(from int, number uint32) (int, bool) {
	n := len(b.numbers)
	if from >= n || b.numbers[from] > number || b.numbers[n-1] < number {
		return b.find(number)
	}
	to, step := from+1, 2
	for to < n && b.numbers[to-1] < number {
		from, to, step = to, to+step, 2*step
	}
	i := from + lowest(b.numbers[from:min(to, n)], number)
	return i, b.numbers[i] == number
}

// lowest is the place of the first that is not below number; there is one.
func lowest(numbers []uint32, number uint32) int {
	from, n := 0, len(numbers)
	for n > 1 {
		half := n / 2
		if numbers[from+half-1] < number {
			from += half
		}
		n -= half
	}
	return from
}

func (b *block) score(i int) int64 {
	if b.scores == nil {
		return 0
	}
	return b.scores[i]
}

func (b *block) setScore(i int, score int64) {
	if b.scores == nil {
		if score == 0 {
			return
		}
		b.scores = make([]int64, len(b.numbers), cap(b.numbers))
	}
	b.scores[i] = score
}

func (b *block) insert(i int, number uint32, score int64) {
	b.numbers = slices.Insert(b.numbers, i, number)
	if b.scores != nil {
		b.scores = slices.Insert(b.scores, i, score)
		return
	}
	b.setScore(i, score)
}

func (b *block) remove(i int) {
	b.numbers = slices.Delete(b.numbers, i, i+1)
	if b.scores != nil {
		b.scores = slices.Delete(b.scores, i, i+1)
	}
}

// split leaves the members before i and returns the rest.
func (b *block) split(i int) block {
	rest := block{numbers: append(make([]uint32, 0, blockSize), b.numbers[i:]...)}
	b.numbers = b.numbers[:i]
	if b.scores != nil {
		rest.scores = append(make([]int64, 0, blockSize), b.scores[i:]...)
		b.scores = b.scores[:i]
	}
	return rest
}

// part is the block in which a number stands or would be put, and its place.
func (m *members) part(number uint32) (*block, int) {
	if m.parts == nil {
		return &m.only, 0
	}
	last := len(m.parts) - 1
	if m.parts[last].numbers[0] <= number {
		return &m.parts[last], last
	}
	lo, hi := 0, last
	for lo < hi {
		mid := int(uint(lo+hi+1) >> 1)
		if m.parts[mid].numbers[0] <= number {
			lo = mid
		} else {
			hi = mid - 1
		}
	}
	return &m.parts[lo], lo
}

// put adds a number or gives it another score, and says which it was.
func (m *members) put(number uint32, score int64) (was int64, found bool) {
	b, at := m.part(number)
	i, found := b.find(number)
	if found {
		was = b.score(i)
		b.setScore(i, score)
		return was, true
	}
	m.n++
	if len(b.numbers) == blockSize {
		b, i = m.grow(at, i)
	}
	if b.numbers == nil && m.parts == nil {
		b.numbers = m.room[:0]
	}
	b.insert(i, number, score)
	return 0, false
}

// grow makes room at place i of a full block. A number beyond the end begins a block
// of its own, so that blocks filled in order stay full.
func (m *members) grow(at, i int) (*block, int) {
	if m.parts == nil {
		m.parts, m.only = []block{m.only}, block{}
	}
	half := blockSize / 2
	if at == len(m.parts)-1 && i == blockSize {
		half = blockSize
	}
	m.parts = slices.Insert(m.parts, at+1, m.parts[at].split(half))
	if i < half {
		return &m.parts[at], i
	}
	return &m.parts[at+1], i - half
}

// take removes a number.
func (m *members) take(number uint32) (was int64, found bool) {
	b, at := m.part(number)
	i, found := b.find(number)
	if !found {
		return 0, false
	}
	was = b.score(i)
	b.remove(i)
	m.n--
	if len(b.numbers) == 0 && m.parts != nil {
		if m.parts = slices.Delete(m.parts, at, at+1); len(m.parts) == 0 {
			m.parts = nil
		}
	}
	return was, true
}

// finger remembers where the last number was looked for.
type finger struct{ part, place int }

// scoreFrom is the score of a number, for numbers that mostly rise: it looks near the
// last one first.
func (m *members) scoreFrom(f *finger, number uint32) (int64, bool) {
	b := &m.only
	if m.parts != nil {
		if f.part >= len(m.parts) || number < m.parts[f.part].numbers[0] ||
			f.part+1 < len(m.parts) && number >= m.parts[f.part+1].numbers[0] {
			b, f.part = m.part(number)
			i, found := b.find(number)
			if f.place = i; !found {
				return 0, false
			}
			return b.score(i), true
		}
		b = &m.parts[f.part]
	}
	i, found := b.findFrom(f.place, number)
	if f.place = i; !found {
		return 0, false
	}
	return b.score(i), true
}

// blocks calls yield with each block in rising order.
func (m *members) blocks(yield func(*block) bool) {
	if m.parts == nil {
		if m.n > 0 {
			yield(&m.only)
		}
		return
	}
	for i := range m.parts {
		if !yield(&m.parts[i]) {
			return
		}
	}
}

// scored says whether any score was ever other than zero.
func (m *members) scored() bool {
	for b := range m.blocks {
		if b.scores != nil {
			return true
		}
	}
	return false
}

// fill makes an empty set of numbers in rising order, which it keeps.
func (m *members) fill(numbers []uint32, scores []int64) {
	m.n = len(numbers)
	if m.n <= blockSize {
		m.only = block{numbers, scores}
		return
	}
	m.parts = make([]block, 0, m.n/blockSize+1)
	for from := 0; from < m.n; from += blockSize {
		to := min(m.n, from+blockSize)
		b := block{numbers: numbers[from:to:to]}
		if scores != nil {
			b.scores = scores[from:to:to]
		}
		m.parts = append(m.parts, b)
	}
}
