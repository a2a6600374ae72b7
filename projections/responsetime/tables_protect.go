package responsetime

import (
	"cmp"
	"maps"
	"slices"
)

// leastShown is the smallest count of cases, beside 0, that a published table tells of
// or lets be worked out.
const leastShown = 5

// counts are the numbers of one cell, in a fixed order: everything that is printed of
// it, and what follows from that and from the register, where each public case is
// listed.
type counts []int64

// safe says that none of the numbers is 1 to 4. Differences may be negative.
func (c counts) safe() bool {
	for _, n := range c {
		if n != 0 && n > -leastShown && n < leastShown {
			return false
		}
	}
	return true
}

// plus and minus never change their operands; a cell without counts is all zeros.
func (c counts) plus(d counts) counts  { return c.combined(d, 1) }
func (c counts) minus(d counts) counts { return c.combined(d, -1) }

func (c counts) combined(d counts, sign int64) counts {
	out := make(counts, max(len(c), len(d)))
	copy(out, c)
	for i, n := range d {
		out[i] += sign * n
	}
	return out
}

// size orders cells: the first number is that of all cases.
func (c counts) size() int64 {
	if len(c) == 0 {
		return 0
	}
	return c[0]
}

// snapshot is a period at one closing: its total and the ways in which it is divided,
// each of which adds up to the total.
type snapshot struct {
	total counts
	cuts  []map[string]counts
}

// edition is what one closing made known of a period: nothing where it is not whole, so
// that the closing left standing what was published before it.
type edition struct {
	snapshot
	whole bool
	shown []map[string]bool // by cut
}

// publish decides what a closing makes known beside the editions before it. Nothing of
// 1 to 4 cases can be worked out: not in a cell, nor in what is left of the total after
// the shown cells of a cut, nor in the change of either since any earlier edition. A
// cell that one edition hides is hidden in all later ones, so that what is left is the
// same cells and its change is known for all of them together only. Of a breakdown,
// beside is the edition of what is broken down: what that hides is hidden here as well.
func publish(earlier []edition, now snapshot, beside *edition) edition {
	e := edition{snapshot: snapshot{total: now.total}, whole: now.total.safe() && (beside == nil || beside.whole)}
	for _, was := range earlier {
		e.whole = e.whole && (!was.whole || now.total.minus(was.total).safe())
	}
	for cut := range now.cuts {
		e.cuts = append(e.cuts, withKeys(now.cuts[cut], earlier, cut))
		e.shown = append(e.shown, map[string]bool{})
		if e.whole {
			e.show(cut, earlier, beside)
		}
	}
	return e
}

// withKeys are the cells of a cut with those of earlier editions that are empty now.
func withKeys(cells map[string]counts, earlier []edition, cut int) map[string]counts {
	out := maps.Clone(cells)
	for _, was := range earlier {
		for key := range was.cuts[cut] {
			if _, there := out[key]; !there {
				out[key] = nil
			}
		}
	}
	return out
}

// show chooses the cells of a cut.
func (e *edition) show(cut int, earlier []edition, beside *edition) {
	shown := e.shown[cut]
	for key := range e.cuts[cut] {
		if (beside == nil || !beside.hides(cut, key)) && e.tellable(cut, key, earlier) {
			shown[key] = true
		}
	}
	order := bySize(shown, func(key string) counts { return e.cuts[cut][key] })
	for _, next := range order {
		if e.closed(cut, earlier) {
			return
		}
		delete(shown, next) // the smallest goes first
	}
}

// tellable says that a cell by itself, and its change, tell of no few cases.
func (e *edition) tellable(cut int, key string, earlier []edition) bool {
	now := e.cuts[cut][key]
	if !now.safe() {
		return false
	}
	for _, was := range earlier {
		if was.whole && (was.hides(cut, key) || !now.minus(was.cuts[cut][key]).safe()) {
			return false
		}
	}
	return true
}

// hides says that a cell was there and not shown; one that was not there is known to
// have been 0.
func (e *edition) hides(cut int, key string) bool {
	_, there := e.cuts[cut][key]
	return there && !e.shown[cut][key]
}

// closed says that what is left beside the shown cells, and its change, tell of no few.
func (e *edition) closed(cut int, earlier []edition) bool {
	left := e.left(cut, e.shown[cut])
	if !left.safe() {
		return false
	}
	for _, was := range earlier {
		if was.whole && !left.minus(was.left(cut, e.shown[cut])).safe() {
			return false
		}
	}
	return true
}

// left is the total less the cells named.
func (s *snapshot) left(cut int, keys map[string]bool) counts {
	left := s.total
	for key := range keys {
		left = left.minus(s.cuts[cut][key])
	}
	return left
}

// bySize orders keys by their counts, the smallest first.
func bySize(keys map[string]bool, of func(key string) counts) []string {
	return slices.SortedFunc(maps.Keys(keys), func(a, b string) int {
		return cmp.Or(cmp.Compare(of(a).size(), of(b).size()), cmp.Compare(a, b))
	})
}

// publishSum decides which cells are shown of a span of months, by one of their cuts;
// its cells are the sums of theirs as each was published first. What the months hide
// must not follow from the sums: the hidden cells form a table of months and keys, of
// which the rests of the months and the sums that are shown are the margins. What can be
// worked out is the rest of any set of months less the sums of those keys that are
// hidden in no other month, and the converse. A key that is hidden in one month alone is
// not shown: its sum would tell the month's cell. Nothing is shown where a month was not
// published whole. Of a breakdown, beside are the keys that the span itself shows.
func publishSum(months []edition, cut int, beside map[string]bool) map[string]bool {
	shown := map[string]bool{}
	if slices.ContainsFunc(months, func(e edition) bool { return !e.whole }) {
		return shown
	}
	sums := sumsOf(months, cut)
	for key, sum := range sums {
		hidden := hiddenIn(months, cut, key)
		single := hidden != 0 && hidden&(hidden-1) == 0
		if sum.safe() && hiddenSum(months, cut, key, hidden).safe() && !single && (beside == nil || beside[key]) {
			shown[key] = true
		}
	}
	order := bySize(shown, func(key string) counts { return sums[key] })
	for _, next := range order {
		if marginsSafe(months, cut, sums, shown) {
			break
		}
		delete(shown, next)
	}
	return shown
}

func sumsOf(months []edition, cut int) map[string]counts {
	sums := map[string]counts{}
	for _, m := range months {
		for key, c := range m.cuts[cut] {
			sums[key] = sums[key].plus(c)
		}
	}
	return sums
}

// hiddenIn is the set of months, as bits, in which a key is not shown.
func hiddenIn(months []edition, cut int, key string) (set int) {
	for i := range months {
		if months[i].hides(cut, key) {
			set |= 1 << i
		}
	}
	return set
}

// marginsSafe checks every set of months against the sums that are shown.
func marginsSafe(months []edition, cut int, sums map[string]counts, shown map[string]bool) bool {
	for set := 1; set < 1<<len(months); set++ {
		rest := counts{}
		for i := range months {
			if set&(1<<i) != 0 {
				rest = rest.plus(months[i].left(cut, months[i].shown[cut]))
			}
		}
		within, touching, all := counts{}, counts{}, true
		for key := range sums {
			hidden := hiddenIn(months, cut, key)
			sum := hiddenSum(months, cut, key, hidden)
			if shown[key] && hidden&^set == 0 {
				within = within.plus(sum)
			}
			if hidden&set != 0 {
				all, touching = all && shown[key], touching.plus(sum)
			}
		}
		if !rest.minus(within).safe() || all && !touching.minus(rest).safe() {
			return false
		}
	}
	return true
}

// hiddenSum adds up the cells of a key in those months.
func hiddenSum(months []edition, cut int, key string, set int) counts {
	sum := counts{}
	for i := range months {
		if set&(1<<i) != 0 {
			sum = sum.plus(months[i].cuts[cut][key])
		}
	}
	return sum
}
