package responsetime

import (
	"math"
	"slices"

	"fangxin/domain/calendar"
)

// tally gathers the observations of one figure over some of the cases.
type tally struct {
	num, den, fen int64
	out           []int64
	values        []DayCount // in no order, a value maybe more than once
	parts         *[1 << codeBits]int64
}

// add takes observations.
func (t *tally) add(c *compiled, x *counted, asOf calendar.Date) {
	m, o := x.measure, &x.observation
	for i := range c.num[m] {
		if when := &c.num[m][i]; when.holds(o, asOf) {
			t.num += when.sign * x.n
			t.fen += x.fen
			t.value(c, o, x.n)
		}
	}
	for i := range c.den[m] {
		if when := &c.den[m][i]; when.holds(o, asOf) {
			t.den += when.sign * x.n
		}
	}
	for i := range c.out[m] {
		if when := &c.out[m][i]; when.holds(o, asOf) {
			if t.out == nil {
				t.out = make([]int64, len(c.reasons))
			}
			t.out[when.reason] += when.sign * x.n
		}
	}
}

func (t *tally) value(c *compiled, o *observation, n int64) {
	switch c.Kind {
	case KindDistribution:
		if t.parts == nil {
			t.parts = new([1 << codeBits]int64)
		}
		t.parts[o.Code] += n
	case KindDuration, KindMean:
		v := o.First
		if c.second {
			v = o.Second
		}
		t.values = append(t.values, DayCount{int(v), n})
		if n := len(t.values); n == cap(t.values) && n >= manyValues {
			t.values = summed(t.values)
		}
	}
}

// manyValues is from how many values on equal ones are put together before more room is
// made.
const manyValues = 64

// summed puts equal values together and in order; those that nobody has are left out.
func summed(values []DayCount) []DayCount {
	slices.SortFunc(values, func(a, b DayCount) int { return a.Value - b.Value })
	out := values[:0]
	for _, v := range values {
		if last := len(out) - 1; last >= 0 && out[last].Value == v.Value {
			out[last].N += v.N
			continue
		}
		out = append(out, v)
	}
	return slices.DeleteFunc(out, func(v DayCount) bool { return v.N == 0 })
}

// empty says that nothing at all was counted.
func (t *tally) empty() bool {
	return t.num == 0 && t.den == 0 && t.fen == 0 && !slices.ContainsFunc(t.out, func(n int64) bool { return n != 0 })
}

// n is how many cases the figure speaks of.
func (t *tally) n(c *compiled) int64 {
	if c.Kind == KindShare || c.Kind == KindGrowth {
		return t.den
	}
	return t.num
}

// Confidence of all intervals, and its two-sided z.
const (
	confidence = 0.95
	zScore     = 1.959963984540054
)

// figure makes the figure.
func (t *tally) figure(c *compiled, key []string) Figure {
	f := Figure{Key: key, N: t.n(c), Numerator: t.num, Denominator: t.den}
	if c.Kind != KindShare && c.Kind != KindGrowth {
		f.Denominator = t.num
	}
	for i, n := range t.out {
		if n != 0 {
			if f.Excluded == nil {
				f.Excluded = map[string]int64{}
			}
			f.Excluded[c.reasons[i]] = n
		}
	}
	f.TooFew = f.N < c.MinimumN
	switch c.Kind {
	case KindCount:
		f.Value = real(float64(t.num))
	case KindSum:
		f.SumFen = &t.fen
	case KindShare:
		if !f.TooFew && t.den > 0 {
			f.Value, f.Low, f.High = wilson(t.num, t.den)
		}
	case KindGrowth:
		if !f.TooFew && t.den > 0 {
			f.Value = real(float64(t.num-t.den) / float64(t.den))
		}
	case KindDistribution:
		f.Parts = t.distribution(c)
	case KindDuration, KindMean:
		t.spread(c, &f)
	}
	return f
}

func real(x float64) *float64 { return &x }

// wilson is the share with its score interval (Wilson 1927).
func wilson(num, den int64) (value, low, high *float64) {
	n := float64(den)
	p := float64(num) / n
	const z2 = zScore * zScore
	mid := (p + z2/(2*n)) / (1 + z2/n)
	half := zScore / (1 + z2/n) * math.Sqrt(p*(1-p)/n+z2/(4*n*n))
	return &p, real(max(0, mid-half)), real(min(1, mid+half))
}

// distribution gives each code with its share; below so many cases only the counts.
func (t *tally) distribution(c *compiled) (parts []Part) {
	if t.parts == nil {
		return nil
	}
	for i, code := range c.codes {
		p := Part{Code: code, N: t.parts[i+1]}
		if p.N == 0 {
			continue
		}
		if t.num >= MinimumN {
			p.Share, p.Low, p.High = wilson(p.N, t.num)
		}
		parts = append(parts, p)
	}
	return parts
}

// spread gives percentiles, where the value is one of days, and the mean.
func (t *tally) spread(c *compiled, f *Figure) {
	total, squares := 0.0, 0.0
	if len(t.values) > 0 {
		t.values = summed(t.values)
		f.Days = slices.Clone(t.values)
	}
	for _, d := range f.Days {
		total += float64(d.Value) * float64(d.N)
		squares += float64(d.Value) * float64(d.Value) * float64(d.N)
	}
	if f.TooFew || t.num <= 0 {
		return
	}
	n := float64(t.num)
	mean := total / n
	half := zScore * math.Sqrt(max(0, squares-n*mean*mean)/max(1, n-1)/n)
	f.Mean = &Mean{mean, mean - half, mean + half}
	if c.Kind == KindMean {
		f.Value, f.Low, f.High = &f.Mean.Value, &f.Mean.Low, &f.Mean.High
		return
	}
	f.P50, f.P90, f.P99 = quantile(f.Days, t.num, 50), quantile(f.Days, t.num, 90), quantile(f.Days, t.num, 99)
	f.Value = real(float64(f.P50.Value))
}

// quantile is the percentile by the nearest rank: the smallest value with at least that
// share of the cases at or below it; its interval lies between the order statistics of
// the ranks np ∓ z·√(np(1−p)), by the normal reading of the binomial.
func quantile(days []DayCount, n, percent int64) *Quantile {
	p := float64(percent) / 100
	mid, half := float64(n)*p, zScore*math.Sqrt(float64(n)*p*(1-p))
	return &Quantile{
		Value: ranked(days, (n*percent+99)/100),
		Low:   ranked(days, max(1, int64(math.Floor(mid-half)))),
		High:  ranked(days, min(n, int64(math.Ceil(mid+half))+1)),
	}
}

// ranked is the value of a rank, from 1.
func ranked(days []DayCount, rank int64) int {
	for _, d := range days {
		if rank -= d.N; rank <= 0 {
			return d.Value
		}
	}
	return 0
}

// side is the figure as one of two sides.
func (t *tally) side(c *compiled) Side {
	f := t.figure(c, nil)
	return Side{N: f.N, Numerator: f.Numerator, Denominator: f.Denominator, Value: f.Value, SumFen: f.SumFen}
}
