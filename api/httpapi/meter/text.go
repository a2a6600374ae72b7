package meter

import (
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Gauge is one figure taken at the time of the scrape instead of being fed: a gauge
// or a counter of the list, its label values in the list's order.
type Gauge struct {
	Metric ID
	Labels []string
	Value  float64
}

// sample is one line, or the lines of one histogram.
type sample struct {
	labels string // without braces
	value  float64
	series *series // of a histogram
}

// Write writes everything fed and the gauges, in the list's order. A gauge with
// labels that do not fit is refused.
func (r *Registry) Write(w io.Writer, gauges []Gauge) error {
	taken := make([][]sample, metricCount)
	for _, g := range gauges {
		if !r.fits(g) {
			r.refuse(g.Metric, refusedMisuse)
			continue
		}
		taken[g.Metric] = append(taken[g.Metric], sample{labels: r.families[g.Metric].text(g.Labels), value: g.Value})
	}
	var b strings.Builder
	for id, f := range r.families {
		// What is taken now comes before what was fed, and wins.
		samples := append(taken[id], f.samples()...)
		if len(samples) == 0 {
			continue
		}
		fmt.Fprintf(&b, "# HELP %s %s\n# TYPE %s %s\n", f.Name, escaped(f.Help), f.Name, f.Kind)
		slices.SortStableFunc(samples, func(x, y sample) int { return strings.Compare(x.labels, y.labels) })
		for _, s := range slices.CompactFunc(samples, func(x, y sample) bool { return x.labels == y.labels }) {
			r.line(&b, f, s)
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func (r *Registry) fits(g Gauge) bool {
	return g.Metric >= 0 && g.Metric < metricCount && r.families[g.Metric].Kind != KindHistogram && r.families[g.Metric].takes(g.Labels)
}

func (f *family) samples() []sample {
	all := *f.series.Load()
	samples := make([]sample, 0, len(all))
	for v, s := range all {
		one := sample{labels: f.text(v[:len(f.Labels)])}
		switch f.Kind {
		case KindCounter:
			one.value = float64(s.bits.Load())
		case KindGauge:
			one.value = math.Float64frombits(s.bits.Load())
		case KindHistogram:
			one.series = s
		}
		samples = append(samples, one)
	}
	return samples
}

func (f *family) text(labels []string) string {
	var b strings.Builder
	for i, l := range f.Labels {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString(l.Name + `="` + strings.ReplaceAll(escaped(labels[i]), `"`, `\"`) + `"`)
	}
	return b.String()
}

func (r *Registry) line(b *strings.Builder, f *family, s sample) {
	if s.series == nil {
		fmt.Fprintf(b, "%s%s %s\n", f.Name, braced(s.labels), number(s.value))
		return
	}
	sum, comma := int64(0), ""
	if s.labels != "" {
		comma = ","
	}
	for i := range s.series.buckets {
		le := "+Inf"
		if i < len(r.bounds) {
			le = number(r.bounds[i])
		}
		sum += s.series.buckets[i].Load()
		fmt.Fprintf(b, "%s_bucket{%s%sle=%q} %d\n", f.Name, s.labels, comma, le, sum)
	}
	fmt.Fprintf(b, "%s_sum%s %s\n", f.Name, braced(s.labels), number(time.Duration(s.series.nanos.Load()).Seconds()))
	fmt.Fprintf(b, "%s_count%s %d\n", f.Name, braced(s.labels), sum)
}

func braced(labels string) string {
	if labels == "" {
		return ""
	}
	return "{" + labels + "}"
}

func number(v float64) string { return strconv.FormatFloat(v, 'g', -1, 64) }

// escaped is a text as the format wants it: backslash and line feed.
func escaped(text string) string {
	return strings.ReplaceAll(strings.ReplaceAll(text, `\`, `\\`), "\n", `\n`)
}
