package responsetimetest

import (
	"fmt"
	"math"
	"slices"

	"fangxin/projections/responsetime"
)

// gathered is one figure by hand: every case that has anything to do with it.
type gathered struct {
	key      []string
	verdicts []verdict
	classes  []string
	cases    []string
}

// numbers of a figure over some of its cases.
type numbers struct {
	num, den, fen int64
	values        []int
	codes         map[string]int64
	excluded      map[string]int64
}

func (g *gathered) numbers(keep func(class string) bool) numbers {
	n := numbers{codes: map[string]int64{}, excluded: map[string]int64{}}
	for i, v := range g.verdicts {
		if !keep(g.classes[i]) {
			continue
		}
		if v.num {
			n.num++
		}
		if v.den {
			n.den++
		}
		if v.valued {
			n.values = append(n.values, v.value)
		}
		if v.code != "" {
			n.codes[v.code]++
		}
		if v.excluded != "" {
			n.excluded[v.excluded]++
		}
		n.fen += v.fen
	}
	slices.Sort(n.values)
	return n
}

func near(a, b float64) bool { return math.Abs(a-b) <= 1e-9*max(1, math.Abs(a), math.Abs(b)) }

func same(got *float64, want float64, is bool) bool {
	return is == (got != nil) && (!is || near(*got, want))
}

// bounds of a share solve (p - x)^2 = z^2 x (1 - x) / n for x.
func bounds(num, den int64) (low, high float64) {
	n, p, z := float64(den), float64(num)/float64(den), 1.959963984540054
	a, b, c := 1+z*z/n, -(2*p + z*z/n), p*p
	root := math.Sqrt(max(0, b*b-4*a*c))
	return max(0, (-b-root)/(2*a)), min(1, (-b+root)/(2*a))
}

// differs says in what a figure is not what it should be, "" for nothing.
func (n *numbers) differs(m *responsetime.Metric, f *responsetime.Figure) string {
	den := n.den
	few := den < m.MinimumN
	switch {
	case f.Numerator != n.num || f.Denominator != den || f.N != den:
		return fmt.Sprintf("%d of %d, n %d; by hand %d of %d", f.Numerator, f.Denominator, f.N, n.num, den)
	case f.TooFew != few:
		return fmt.Sprintf("too few: %v of %d", f.TooFew, den)
	case len(f.Excluded) != len(n.excluded):
		return fmt.Sprintf("excluded %v, by hand %v", f.Excluded, n.excluded)
	}
	for why, count := range n.excluded {
		if f.Excluded[why] != count {
			return fmt.Sprintf("excluded %v, by hand %v", f.Excluded, n.excluded)
		}
	}
	switch m.Kind {
	case responsetime.KindCount:
		return unless(same(f.Value, float64(n.num), true), "value")
	case responsetime.KindSum:
		return unless(f.SumFen != nil && *f.SumFen == n.fen, "sum")
	case responsetime.KindShare:
		return n.shares(f, few)
	case responsetime.KindGrowth:
		is := !few && den > 0
		return unless(same(f.Value, (float64(n.num)-float64(den))/float64(den), is), "growth")
	case responsetime.KindDistribution:
		return n.parts(f)
	}
	return n.spread(m, f, few)
}

func unless(ok bool, what string) string {
	if ok {
		return ""
	}
	return what
}

func (n *numbers) shares(f *responsetime.Figure, few bool) string {
	if few || n.den == 0 {
		return unless(f.Value == nil && f.Low == nil && f.High == nil, "a value of too few")
	}
	low, high := bounds(n.num, n.den)
	return unless(same(f.Value, float64(n.num)/float64(n.den), true) && same(f.Low, low, true) && same(f.High, high, true), "share or interval")
}

func (n *numbers) parts(f *responsetime.Figure) string {
	if len(f.Parts) != len(n.codes) {
		return fmt.Sprintf("parts %v, by hand %v", f.Parts, n.codes)
	}
	for _, p := range f.Parts {
		if n.codes[p.Code] != p.N {
			return fmt.Sprintf("parts %v, by hand %v", f.Parts, n.codes)
		}
		is := n.num >= 30
		if !same(p.Share, float64(p.N)/float64(n.num), is) {
			return "share of " + p.Code
		}
		if is {
			low, high := bounds(p.N, n.num)
			if !same(p.Low, low, true) || !same(p.High, high, true) {
				return "interval of " + p.Code
			}
		}
	}
	return ""
}

// spread compares percentiles and means with the sorted list of all values.
func (n *numbers) spread(m *responsetime.Metric, f *responsetime.Figure, few bool) string {
	var told []int
	for _, d := range f.Days {
		told = append(told, slices.Repeat([]int{d.Value}, int(d.N))...)
	}
	if !slices.Equal(told, n.values) {
		return fmt.Sprintf("values %v, by hand %v", told, n.values)
	}
	if few {
		return unless(f.P50 == nil && f.Mean == nil && f.Value == nil, "a value of too few")
	}
	count, sum, spread, z := float64(len(told)), 0.0, 0.0, 1.959963984540054
	for _, v := range told {
		sum += float64(v)
	}
	mean := sum / count
	for _, v := range told {
		spread += (float64(v) - mean) * (float64(v) - mean)
	}
	half := z * math.Sqrt(spread/(count-1)) / math.Sqrt(count)
	if f.Mean == nil || !near(f.Mean.Value, mean) || math.Abs(f.Mean.Low-(mean-half)) > 1e-6 || math.Abs(f.Mean.High-(mean+half)) > 1e-6 {
		return fmt.Sprintf("mean %+v, by hand %v ± %v", f.Mean, mean, half)
	}
	if m.Kind == responsetime.KindMean {
		return unless(same(f.Value, mean, true), "value")
	}
	for p, q := range map[float64]*responsetime.Quantile{0.5: f.P50, 0.9: f.P90, 0.99: f.P99} {
		at := func(rank float64) int { return told[int(min(count, max(1, rank)))-1] }
		half := z * math.Sqrt(count*p*(1-p))
		rank := math.Ceil(math.Round(count*p*1e6) / 1e6)
		if q == nil || q.Value != at(rank) || q.Low != at(math.Floor(count*p-half)) || q.High != at(math.Ceil(count*p+half)+1) {
			return fmt.Sprintf("percentile %v: %+v, by hand %d", p, q, at(rank))
		}
	}
	return unless(same(f.Value, float64(f.P50.Value), true), "value")
}

// sides compares both sides and the reasons of the difference.
func (g *gathered) sides(m *responsetime.Metric, f *responsetime.Figure) string {
	if f.Sides == nil {
		return "no sides"
	}
	all, public := g.numbers(func(string) bool { return true }), g.numbers(func(c string) bool { return c == "public" })
	if a := f.Sides.All; a.N != all.den || a.Numerator != all.num {
		return fmt.Sprintf("all %+v, by hand %d of %d", a, all.num, all.den)
	}
	p := f.Sides.Public
	if p.N != public.den || p.Numerator != public.num || m.Kind == responsetime.KindSum && *p.SumFen != public.fen {
		return fmt.Sprintf("public %+v, by hand %d of %d", p, public.num, public.den)
	}
	if m.Kind == responsetime.KindShare && !same(p.Value, float64(public.num)/float64(public.den), public.den >= m.MinimumN) {
		return "value of the public side"
	}
	want := map[string]int64{}
	for i, v := range g.verdicts {
		if c := g.classes[i]; v.den && c != "public" {
			want[c]++
		}
	}
	if len(want) != len(f.Sides.Hidden) {
		return fmt.Sprintf("hidden %v, by hand %v", f.Sides.Hidden, want)
	}
	for c, n := range want {
		if f.Sides.Hidden[c] != n {
			return fmt.Sprintf("hidden %v, by hand %v", f.Sides.Hidden, want)
		}
	}
	return ""
}
