package responsetime

import (
	"fmt"
	"maps"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// town is some months of made-up cases, closed again and again.
type town struct {
	months [][]snapshot // by month and closing
	told   [][]edition
	parts  [][]edition // a breakdown beside them
}

const townKeys = 4

// drawTown draws months of cells of few cases, so that most of them are small. Counts
// are of all cases, undisclosed ones, and two parts of those.
func drawTown(t *rapid.T) *town {
	w := &town{}
	most := rapid.SampledFrom([]int64{4, 8, 20, 60}).Draw(t, "most")
	for m := range 3 {
		cells := map[string]counts{}
		var closings []snapshot
		for range rapid.IntRange(1, 3).Draw(t, "closings") {
			cells = maps.Clone(cells)
			for k := range townKeys {
				key := fmt.Sprint(k)
				step := rapid.SampledFrom([]int64{0, 0, 1, 2, most}).Draw(t, "step")
				if len(closings) == 0 {
					step = most
				}
				old := append(counts{}, cells[key]...).plus(counts{0, 0, 0, 0})
				public := max(0, old[0]-old[1]+rapid.Int64Range(-step/4, step).Draw(t, "public"))
				one := max(0, old[2]+rapid.Int64Range(-step/2, step).Draw(t, "one"))
				two := max(0, old[3]+rapid.Int64Range(-step/2, step).Draw(t, "two"))
				cells[key] = counts{public + one + two, one + two, one, two}
			}
			closings = append(closings, snapshotOf(cells))
		}
		w.months = append(w.months, closings)
		w.told, w.parts = append(w.told, nil), append(w.parts, nil)
		for _, s := range closings {
			w.told[m] = append(w.told[m], publish(w.told[m], totals(s), nil))
			w.parts[m] = append(w.parts[m], publish(w.parts[m], s, &w.told[m][len(w.told[m])-1]))
		}
	}
	return w
}

func snapshotOf(cells map[string]counts) snapshot {
	s := snapshot{total: counts{0, 0, 0, 0}, cuts: []map[string]counts{cells}}
	for _, c := range cells {
		s.total = s.total.plus(c)
	}
	return s
}

// totals leaves out the parts.
func totals(s snapshot) snapshot {
	out := snapshot{total: s.total[:2], cuts: []map[string]counts{{}}}
	for key, c := range s.cuts[0] {
		out.cuts[0][key] = c[:2]
	}
	return out
}

// attacker is linear algebra over all that was published: an unknown for each hidden
// cell of each month and edition, an equation for each cut and each sum. It works modulo
// a large prime.
type attacker struct {
	unknown map[string]int
	rows    [][]int64 // reduced
}

const prime = 1_000_000_007

func (a *attacker) column(m, closing int, key string) int {
	name := fmt.Sprintf("%d/%d/%s", m, closing, key)
	n, ok := a.unknown[name]
	if !ok {
		n = len(a.unknown)
		a.unknown[name] = n
	}
	return n
}

// reduce takes what the equations say away from a functional; nothing is left of one
// that can be worked out.
func (a *attacker) reduce(row []int64) []int64 {
	row = slices.Clone(row)
	for _, r := range a.rows {
		lead := slices.IndexFunc(r, func(x int64) bool { return x != 0 })
		if f := row[lead]; f != 0 {
			for i := range row {
				row[i] = ((row[i]-f*r[i])%prime + prime) % prime
			}
		}
	}
	return row
}

func (a *attacker) learn(row []int64) {
	row = a.reduce(row)
	lead := slices.IndexFunc(row, func(x int64) bool { return x != 0 })
	if lead < 0 {
		return
	}
	inverse := power(row[lead], prime-2)
	for i := range row {
		row[i] = row[i] * inverse % prime
	}
	for _, r := range a.rows {
		if f := r[lead]; f != 0 {
			for i := range r {
				r[i] = ((r[i]-f*row[i])%prime + prime) % prime
			}
		}
	}
	a.rows = append(a.rows, row)
}

func power(x, n int64) int64 {
	out := int64(1)
	for ; n > 0; n >>= 1 {
		if n&1 == 1 {
			out = out * x % prime
		}
		x = x * x % prime
	}
	return out
}

func (a *attacker) knows(row []int64) bool {
	return !slices.ContainsFunc(a.reduce(row), func(x int64) bool { return x != 0 })
}

const maxUnknown = 3 * 3 * townKeys

func newAttacker(told [][]edition, sums map[string]bool) *attacker {
	a := &attacker{unknown: map[string]int{}}
	for m := range told {
		for j := range told[m] {
			if e := &told[m][j]; e.whole {
				row := make([]int64, maxUnknown)
				for key := range e.cuts[0] {
					if e.hides(0, key) {
						row[a.column(m, j, key)] = 1
					}
				}
				a.learn(row)
			}
		}
	}
	for key := range sums {
		row := make([]int64, maxUnknown)
		for m := range told {
			if told[m][0].hides(0, key) {
				row[a.column(m, 0, key)] = 1
			}
		}
		a.learn(row)
	}
	return a
}

// check tries every set of hidden cells of one month and its change between two
// editions, and every set of hidden cells of all months as they were published first.
func (w *town) check(t *rapid.T, what string, told [][]edition, sums map[string]bool) {
	a := newAttacker(told, sums)
	for m := range told {
		for j := range told[m] {
			for i := -1; i < j; i++ {
				for set := 1; set < 1<<townKeys; set++ {
					w.try(t, what, a, told, m, i, j, set)
				}
			}
		}
	}
	for set := 1; set < 1<<(3*townKeys); set++ {
		row, value, all := make([]int64, maxUnknown), counts{}, true
		for n := range 3 * townKeys {
			m, key := n/townKeys, fmt.Sprint(n%townKeys)
			if set&(1<<n) == 0 {
				continue
			}
			if all = all && told[m][0].hides(0, key); !all {
				break
			}
			row[a.column(m, 0, key)] = 1
			value = value.plus(told[m][0].cuts[0][key])
		}
		if all && !value.safe() && a.knows(row) {
			t.Fatalf("%s: %v of the cells %b of the quarter can be worked out", what, value, set)
		}
	}
}

func (w *town) try(t *rapid.T, what string, a *attacker, told [][]edition, m, i, j, set int) {
	row, value := make([]int64, maxUnknown), counts{}
	add := func(closing int, sign int64) {
		e := &told[m][closing]
		for k := range townKeys {
			if key := fmt.Sprint(k); set&(1<<k) != 0 {
				if e.hides(0, key) || !e.whole {
					row[a.column(m, closing, key)] = (sign + prime) % prime
				}
				value = value.combined(e.cuts[0][key], sign)
			}
		}
	}
	for k := range townKeys { // what is shown in both is not to be worked out
		key := fmt.Sprint(k)
		if set&(1<<k) != 0 && !told[m][j].hides(0, key) && (i < 0 || !told[m][i].hides(0, key)) {
			return
		}
	}
	if add(j, 1); i >= 0 {
		add(i, -1)
	}
	if !value.safe() && a.knows(row) {
		t.Fatalf("%s: month %d, cells %b: %v between editions %d and %d can be worked out", what, m, set, value, i, j)
	}
}

// Whoever subtracts every published total, cut, sum and closing from each other and from
// the counts of the register, however cleverly, finds no remainder of 1 to 4 cases.
func TestNothingOfOneToFourCanBeWorkedOut(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := drawTown(t)
		firsts, partFirsts := []edition{}, []edition{}
		for m := range w.told {
			firsts, partFirsts = append(firsts, w.told[m][0]), append(partFirsts, w.parts[m][0])
		}
		sums := publishSum(firsts, 0, nil)
		partSums := publishSum(partFirsts, 0, sums)
		w.check(t, "totals", w.told, sums)
		w.check(t, "parts", w.parts, partSums)
		for _, told := range [][][]edition{w.told, w.parts} {
			for m := range told {
				for j, e := range told[m] {
					checkShown(t, told[m][:j], e)
				}
			}
		}
		for key := range partSums {
			if !sums[key] {
				t.Fatalf("the parts of %s are shown without it", key)
			}
		}
	})
}

// checkShown subtracts plainly what is shown.
func checkShown(t *rapid.T, earlier []edition, e edition) {
	if !e.whole {
		if len(e.shown[0]) > 0 {
			t.Fatal("cells without a total")
		}
		return
	}
	left := e.total
	for key := range e.shown[0] {
		if left = left.minus(e.cuts[0][key]); !e.cuts[0][key].safe() {
			t.Fatalf("%s shows %v", key, e.cuts[0][key])
		}
	}
	if !e.total.safe() || !left.safe() {
		t.Fatalf("of %v is left %v", e.total, left)
	}
	for _, was := range earlier {
		if !was.whole {
			continue
		}
		if !e.total.minus(was.total).safe() {
			t.Fatalf("%v became %v", was.total, e.total)
		}
		for key := range e.shown[0] {
			if was.shown[0][key] && !e.cuts[0][key].minus(was.cuts[0][key]).safe() {
				t.Fatalf("%s: %v became %v", key, was.cuts[0][key], e.cuts[0][key])
			}
		}
	}
}

// What is large enough is shown, and the least is hidden beside what is not.
func TestWhatIsLargeIsShown(t *testing.T) {
	of := func(n ...int64) map[string]counts {
		cells := map[string]counts{}
		for i, n := range n {
			cells[fmt.Sprint(i)] = counts{n, n, n, 0}
		}
		return cells
	}
	show := func(e edition) []string { return slices.Sorted(maps.Keys(e.shown[0])) }
	for _, c := range []struct {
		cells map[string]counts
		want  string
	}{
		{of(10, 20, 30), "[0 1 2]"},
		{of(10, 0, 30), "[0 1 2]"},  // an empty cell tells of nobody
		{of(3, 20, 30, 9), "[1 2]"}, // the 3 could be subtracted: the next smallest goes with it
		{of(3, 4, 30, 9), "[2 3]"},  // 7 together
		{of(2, 1, 30, 9), "[2]"},    // 3 together
		{of(2, 40), "[]"},           // nothing else to hide it with
		{of(1, 1, 1), ""},           // the total itself
		{of(5, 5, 5), "[0 1 2]"},
	} {
		e := publish(nil, snapshotOf(c.cells), nil)
		if got := fmt.Sprint(show(e)); e.whole != (c.want != "") || e.whole && got != c.want {
			t.Errorf("%v: %v, %v, want %s", c.cells, e.whole, got, c.want)
		}
	}
	// Two more cases in one cell: neither it nor the total is published anew.
	first := publish(nil, snapshotOf(of(10, 20, 30)), nil)
	if again := publish([]edition{first}, snapshotOf(of(12, 20, 30)), nil); again.whole {
		t.Error("a change of 2 is published")
	}
	// Two more here and four more there: the change of six is published, not whose it is.
	again := publish([]edition{first}, snapshotOf(of(12, 24, 30)), nil)
	if got := fmt.Sprint(show(again)); !again.whole || got != "[2]" {
		t.Error(got, again.whole)
	}
	// Who is hidden once is hidden later, since it was part of what was left.
	third := publish([]edition{first, again}, snapshotOf(of(40, 60, 30)), nil)
	if got := fmt.Sprint(show(third)); !third.whole || got != "[2]" {
		t.Error(got, third.whole)
	}
}

// A quarter shows what its months do, and of what they hide only what stays hidden.
func TestAQuarterTellsNoMonth(t *testing.T) {
	month := func(n ...int64) edition {
		cells := map[string]counts{}
		for i, n := range n {
			cells[fmt.Sprint(i)] = counts{n, n, n, 0}
		}
		return publish(nil, snapshotOf(cells), nil)
	}
	whole := []edition{month(10, 20, 30), month(10, 20, 30), month(10, 20, 30)}
	if got := publishSum(whole, 0, nil); len(got) != 3 {
		t.Error(got)
	}
	// The first month hides 0 and 1: their sums would tell them.
	if got := publishSum([]edition{month(3, 9, 30), whole[1], whole[2]}, 0, nil); len(got) != 1 || !got["2"] {
		t.Error(got)
	}
	// Hidden in all months, large enough together.
	if got := publishSum([]edition{month(3, 9, 30), month(3, 9, 30), month(3, 9, 30)}, 0, nil); len(got) != 3 {
		t.Error(got)
	}
	if got := publishSum([]edition{month(1, 1, 1), whole[1], whole[2]}, 0, nil); len(got) != 0 {
		t.Error(got)
	}
}
