package web

import (
	"math"
	"slices"
	"strconv"
	"strings"

	"fangxin/projections/responsetime"
)

// metrics lists the metrics that have a meaning over public cases of a source.
func metricsOf(source string) (out []responsetime.Metric) {
	for _, m := range responsetime.Catalogue() {
		if m.Whole || source == native && !m.Native || source != native && !m.Foreign {
			continue
		}
		out = append(out, m)
	}
	return out
}

// metricByID finds a metric that the pages show.
func metricByID(id string) (responsetime.Metric, bool) {
	for _, m := range responsetime.Catalogue() {
		if m.ID == id && !m.Whole {
			return m, true
		}
	}
	return responsetime.Metric{}, false
}

// MetricName names a metric by its id.
func (p *page) MetricName(id string) string { return p.Name("metric.", id) }

// percentOf writes a share with one decimal.
func percentOf(x float64) string {
	return strconv.FormatFloat(math.Round(x*1000)/10, 'f', -1, 64) + "%"
}

// Share writes a share, growth with its sign.
func (p *page) Share(x float64, signed bool) string {
	s := percentOf(x)
	if signed && x > 0 {
		s = "+" + s
	}
	return s
}

// decimals writes a mean.
func decimals(x float64) string { return strconv.FormatFloat(math.Round(x*10)/10, 'f', -1, 64) }

// Value writes a figure's value; below the least number of cases there is none.
func (p *page) Value(m *responsetime.Metric, f *responsetime.Figure) string {
	switch {
	case m.Kind == responsetime.KindSum && f.SumFen != nil:
		return p.Money(*f.SumFen)
	case m.Kind == responsetime.KindCount:
		return grouped(f.N)
	case f.TooFew:
		return p.T("figure.toofew")
	case m.Kind == responsetime.KindDuration && f.P50 != nil:
		return p.N("days", int64(f.P50.Value))
	case m.Kind == responsetime.KindMean && f.Mean != nil:
		return decimals(f.Mean.Value)
	case f.Value != nil && (m.Kind == responsetime.KindShare || m.Kind == responsetime.KindGrowth):
		return p.Share(*f.Value, m.Kind == responsetime.KindGrowth)
	}
	return p.T("chart.none")
}

// Interval writes the interval of a value, "" where it has none.
func (p *page) Interval(m *responsetime.Metric, f *responsetime.Figure) string {
	between := func(lo, hi string) string { return p.T("figure.between", "lo", lo, "hi", hi) }
	switch {
	case f.TooFew:
	case m.Kind == responsetime.KindDuration && f.P50 != nil:
		return between(strconv.Itoa(f.P50.Low), strconv.Itoa(f.P50.High))
	case m.Kind == responsetime.KindMean && f.Mean != nil:
		return between(decimals(f.Mean.Low), decimals(f.Mean.High))
	case f.Low != nil && f.High != nil:
		return between(percentOf(*f.Low), percentOf(*f.High))
	}
	return ""
}

// point is the figure as a point of a chart.
func (p *page) point(m *responsetime.Metric, f *responsetime.Figure) value {
	v := value{Text: p.Value(m, f)}
	set := func(y, lo, hi float64) { v.Y, v.Lo, v.Hi, v.Known = y, lo, hi, drawable(y) }
	switch {
	case m.Kind == responsetime.KindSum && f.SumFen != nil:
		set(float64(*f.SumFen)/100, 0, 0)
	case m.Kind == responsetime.KindCount:
		set(float64(f.N), 0, 0)
	case f.TooFew:
	case m.Kind == responsetime.KindDuration && f.P50 != nil:
		set(float64(f.P50.Value), float64(f.P50.Low), float64(f.P50.High))
	case m.Kind == responsetime.KindMean && f.Mean != nil:
		set(f.Mean.Value, f.Mean.Low, f.Mean.High)
	case m.Kind == responsetime.KindShare && f.Value != nil && f.Low != nil && f.High != nil:
		set(*f.Value*100, *f.Low*100, *f.High*100)
	}
	return v
}

// Excluded writes what was left out of the denominator and why.
func (p *page) Excluded(f *responsetime.Figure) string {
	reasons := make([]string, 0, len(f.Excluded))
	for reason := range f.Excluded {
		reasons = append(reasons, reason)
	}
	slices.Sort(reasons)
	for i, reason := range reasons {
		reasons[i] = p.T("figure.excluded", "reason", p.Name("reason.", reason), "n", grouped(f.Excluded[reason]))
	}
	return strings.Join(reasons, p.T("list.separator"))
}

// Axis names the upright axis of a metric.
func (p *page) Axis(m *responsetime.Metric) string { return p.Name("chart.axis.", m.Unit) }

// PartName names a part of a distribution.
func (p *page) PartName(m *responsetime.Metric, code string) string {
	switch m.ID {
	case "refused_by_ground", "discontinued_by_reason":
		return p.Ground(code)
	}
	return p.Name("part.", code)
}

// timeline puts the figures of an answer by month on a line of months without gaps.
func (p *page) timeline(a *responsetime.Answer, months []yearMonth) (s, counts series) {
	at := map[string]*responsetime.Figure{}
	for i := range a.Figures {
		at[strings.Join(a.Figures[i].Key, " ")] = &a.Figures[i]
	}
	s.Values, counts.Values = make([]value, len(months)), make([]value, len(months))
	counts.Name = p.T("col.cases")
	for i, m := range months {
		if f := at[m.String()]; f != nil {
			s.Values[i], counts.Values[i] = p.point(&a.Metric, f), value{Text: grouped(f.N)}
		}
	}
	return s, counts
}

// spread makes the histogram of a figure of days.
func (p *page) spread(id string, a *responsetime.Answer, f *responsetime.Figure) histogram {
	h := histogram{
		ID: id, Title: p.T("spread.title", "metric", p.MetricName(a.Metric.ID)), Note: p.T("spread.note", "n", grouped(f.N)),
		Axis: p.T("chart.axis.case"), First: p.T("chart.axis." + a.Metric.Unit), Second: p.T("col.cases"),
	}
	if len(f.Days) == 0 {
		return h
	}
	lo, hi := f.Days[0].Value, f.Days[len(f.Days)-1].Value
	lo = max(min(lo, 0), hi-10*maxBins)
	wide := (hi-lo)/(maxBins-1) + 1
	if hi-lo >= 30 && wide < 2 {
		wide = 2
	}
	h.Bins = make([]bin, (hi-lo)/wide+1)
	ticks := make([]string, len(h.Bins))
	for i := range h.Bins {
		from := lo + i*wide
		h.Bins[i].Label = strconv.Itoa(from)
		if wide > 1 {
			h.Bins[i].Label = p.T("figure.between", "lo", strconv.Itoa(from), "hi", strconv.Itoa(from+wide-1))
		}
		ticks[i] = strconv.Itoa(from)
	}
	for i, t := range thin(ticks, 8) {
		h.Bins[i].Tick = t
	}
	for _, d := range f.Days {
		h.Bins[max(0, d.Value-lo)/wide].N += d.N
	}
	if f.P50 != nil && f.P90 != nil {
		h.Rules = []place{
			{max(0, f.P50.Value-lo) / wide, p.T("spread.p50", "days", p.N("days", int64(f.P50.Value)))},
			{max(0, f.P90.Value-lo) / wide, p.T("spread.p90", "days", p.N("days", int64(f.P90.Value)))},
		}
	}
	return h
}
