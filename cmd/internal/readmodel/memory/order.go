package memory

import (
	"cmp"
	"slices"
	"strings"

	"fangxin/projections/readmodel"
)

// runSize is up to how many members stand in one run of an order.
const runSize = 512

// placed is a member by its number, with its score.
type placed struct {
	score  int64
	number uint32
}

// order is the members of an index by score, and by name where scores are equal. It
// holds numbers; names stand in the roll.
type order struct {
	roll *roll
	runs []run // none empty
	n    int
}

// run is a stretch of an order.
type run struct {
	scores  []int64
	numbers []uint32
}

// place is where a member stands in an order.
type place struct{ run, at int }

func (o *order) compare(a, b placed) int {
	if c := cmp.Compare(a.score, b.score); c != 0 || a.number == b.number {
		return c
	}
	return strings.Compare(o.roll.names[a.number], o.roll.names[b.number])
}

// before says whether a member of the order comes before a row that need not be there.
func (o *order) before(r *run, i int, than *readmodel.Row) bool {
	return r.scores[i] < than.Score || r.scores[i] == than.Score && o.roll.names[r.numbers[i]] < than.Member
}

// fill makes the order of sorted members.
func (o *order) fill(rows []placed) {
	o.n = len(rows)
	for part := range slices.Chunk(rows, runSize) {
		r := run{make([]int64, len(part)), make([]uint32, len(part))}
		for i, p := range part {
			r.scores[i], r.numbers[i] = p.score, p.number
		}
		o.runs = append(o.runs, r)
	}
}

// find is the place of the first member that is not before the row, which may be one
// beyond the last.
func (o *order) find(than *readmodel.Row) place {
	lo, hi := 0, len(o.runs) // the run whose last member is not before
	for lo < hi {
		mid := int(uint(lo+hi) >> 1)
		if r := &o.runs[mid]; o.before(r, len(r.numbers)-1, than) {
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	if lo == len(o.runs) {
		return place{lo, 0}
	}
	r := &o.runs[lo]
	from, to := 0, len(r.numbers)-1
	for from < to {
		mid := int(uint(from+to) >> 1)
		if o.before(r, mid, than) {
			from = mid + 1
		} else {
			to = mid
		}
	}
	return place{lo, from}
}

// insert puts a member in. Its name stands in the roll.
func (o *order) insert(score int64, number uint32) {
	o.n++
	if len(o.runs) == 0 {
		o.runs = []run{{[]int64{score}, []uint32{number}}}
		return
	}
	p := o.find(&readmodel.Row{Member: o.roll.names[number], Score: score})
	if p.run == len(o.runs) {
		p.run--
		p.at = len(o.runs[p.run].numbers)
	}
	r := &o.runs[p.run]
	if len(r.numbers) == runSize {
		if r, p.at = o.split(p); r == nil {
			o.runs = append(o.runs, run{[]int64{score}, []uint32{number}})
			return
		}
	}
	r.scores, r.numbers = slices.Insert(r.scores, p.at, score), slices.Insert(r.numbers, p.at, number)
}

// split makes room in a full run: nil says that what comes after all begins a run of its
// own, so that runs filled in order stay full.
func (o *order) split(p place) (*run, int) {
	if p.run == len(o.runs)-1 && p.at == runSize {
		return nil, 0
	}
	const half = runSize / 2
	r := &o.runs[p.run]
	rest := run{slices.Clone(r.scores[half:]), slices.Clone(r.numbers[half:])}
	r.scores, r.numbers = r.scores[:half], r.numbers[:half]
	o.runs = slices.Insert(o.runs, p.run+1, rest)
	if p.at <= half {
		return &o.runs[p.run], p.at
	}
	return &o.runs[p.run+1], p.at - half
}

// remove takes a member out that is there. Its name still stands in the roll.
func (o *order) remove(score int64, number uint32) {
	p := o.find(&readmodel.Row{Member: o.roll.names[number], Score: score})
	r := &o.runs[p.run]
	r.scores, r.numbers = slices.Delete(r.scores, p.at, p.at+1), slices.Delete(r.numbers, p.at, p.at+1)
	if o.n--; len(r.numbers) == 0 {
		o.runs = slices.Delete(o.runs, p.run, p.run+1)
	}
}

// rank is how many members stand before a place.
func (o *order) rank(p place) int {
	n := p.at
	for i := range o.runs[:p.run] {
		n += len(o.runs[i].numbers)
	}
	return n
}

// between are the places of the members whose scores lie between the bounds, the
// second one beyond; a zero hi is none.
func (o *order) between(lo, hi int64) (from, to place) {
	from, to = o.find(&readmodel.Row{Score: lo}), place{len(o.runs), 0}
	if hi != 0 {
		to = o.find(&readmodel.Row{Score: hi, Member: highest})
	}
	return from, to
}

// rising yields members from a place on, until another.
func (o *order) rising(from, to place, yield func(placed) bool) bool {
	for i := from.run; i < len(o.runs) && i <= to.run; i++ {
		r := &o.runs[i]
		end := len(r.numbers)
		if i == to.run {
			end = to.at
		}
		for at := from.at; at < end; at++ {
			if !yield(placed{r.scores[at], r.numbers[at]}) {
				return false
			}
		}
		from.at = 0
	}
	return true
}

// falling yields members before a place, the last first.
func (o *order) falling(before place, yield func(placed) bool) bool {
	for i := min(before.run, len(o.runs)-1); i >= 0; i-- {
		r := &o.runs[i]
		end := len(r.numbers)
		if i == before.run {
			end = before.at
		}
		for at := end - 1; at >= 0; at-- {
			if !yield(placed{r.scores[at], r.numbers[at]}) {
				return false
			}
		}
	}
	return true
}

// walk yields the members in an order, at or after a row; nil is from the beginning.
func (o *order) walk(by readmodel.Order, start *readmodel.Row, yield func(placed) bool) bool {
	end := place{len(o.runs), 0}
	switch {
	case by == readmodel.Oldest && start == nil:
		return o.rising(place{}, end, yield)
	case by == readmodel.Oldest:
		return o.rising(o.find(start), end, yield)
	case start == nil:
		return o.falling(end, yield)
	}
	p := o.find(start)
	// The row itself is to be seen too, where it is there.
	if o.stands(p, start) {
		p.at++
	}
	return o.falling(p, yield)
}

// highest sorts after every member that is valid UTF-8.
const highest = "\xff\xff"
