// Package meter counts requests and writes them as Prometheus text (exposition
// format 0.0.4). Labels are routes and statuses, never anything a caller chose.
package meter

import (
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// bounds of the latency histogram, in seconds.
func bounds() [11]float64 {
	return [...]float64{.0005, .001, .0025, .005, .01, .025, .05, .1, .25, 1, 5}
}

// Registry counts requests. It may be used by many goroutines.
type Registry struct {
	bounds [11]float64
	series sync.Map // key -> *series
}

type key struct {
	method, route string
	status        int
}

type series struct {
	count   atomic.Int64
	nanos   atomic.Int64
	buckets [12]atomic.Int64
}

// New returns an empty registry.
func New() *Registry { return &Registry{bounds: bounds()} }

// Request counts one request. An unknown route is "".
func (r *Registry) Request(method, route string, status int, took time.Duration) {
	k := key{method, route, status}
	v, ok := r.series.Load(k)
	if !ok {
		v, _ = r.series.LoadOrStore(k, &series{})
	}
	s := v.(*series)
	s.count.Add(1)
	s.nanos.Add(int64(took))
	i, _ := slices.BinarySearch(r.bounds[:], took.Seconds())
	s.buckets[i].Add(1)
}

// Gauge is one figure from elsewhere: lag of a projection, events appended.
// Kind is gauge or counter.
type Gauge struct {
	Name, Help, Kind string
	Labels           map[string]string
	Value            float64
}

// Write writes everything counted, then the gauges, in a stable order.
func (r *Registry) Write(w io.Writer, gauges []Gauge) error {
	var b strings.Builder
	keys := r.keys()
	b.WriteString("# HELP fangxin_http_requests_total Requests answered.\n# TYPE fangxin_http_requests_total counter\n")
	for _, k := range keys {
		fmt.Fprintf(&b, "fangxin_http_requests_total%s %d\n", k.labels(""), r.of(k).count.Load())
	}
	b.WriteString("# HELP fangxin_http_request_seconds Time to answer.\n# TYPE fangxin_http_request_seconds histogram\n")
	for _, k := range keys {
		r.histogram(&b, k)
	}
	writeGauges(&b, gauges)
	_, err := io.WriteString(w, b.String())
	return err
}

func (r *Registry) of(k key) *series {
	v, _ := r.series.Load(k)
	return v.(*series)
}

func (r *Registry) keys() []key {
	var keys []key
	r.series.Range(func(k, _ any) bool { keys = append(keys, k.(key)); return true })
	slices.SortFunc(keys, func(a, b key) int {
		return strings.Compare(a.labels(""), b.labels(""))
	})
	return keys
}

func (r *Registry) histogram(b *strings.Builder, k key) {
	s, sum := r.of(k), int64(0)
	for i, le := range r.bounds {
		sum += s.buckets[i].Load()
		fmt.Fprintf(b, "fangxin_http_request_seconds_bucket%s %d\n", k.labels(strconv.FormatFloat(le, 'g', -1, 64)), sum)
	}
	sum += s.buckets[len(r.bounds)].Load()
	fmt.Fprintf(b, "fangxin_http_request_seconds_bucket%s %d\n", k.labels("+Inf"), sum)
	fmt.Fprintf(b, "fangxin_http_request_seconds_sum%s %g\n", k.labels(""), time.Duration(s.nanos.Load()).Seconds())
	fmt.Fprintf(b, "fangxin_http_request_seconds_count%s %d\n", k.labels(""), sum)
}

func (k key) labels(le string) string {
	s := fmt.Sprintf(`{method=%q,route=%q,status="%d"`, k.method, k.route, k.status)
	if le != "" {
		s += `,le="` + le + `"`
	}
	return s + "}"
}

func writeGauges(b *strings.Builder, gauges []Gauge) {
	last := ""
	for _, g := range gauges {
		if g.Name != last {
			fmt.Fprintf(b, "# HELP %s %s\n# TYPE %s %s\n", g.Name, g.Help, g.Name, g.Kind)
			last = g.Name
		}
		names := make([]string, 0, len(g.Labels))
		for n := range g.Labels {
			names = append(names, n)
		}
		slices.Sort(names)
		for i, n := range names {
			names[i] = fmt.Sprintf("%s=%q", n, g.Labels[n])
		}
		labels := ""
		if len(names) > 0 {
			labels = "{" + strings.Join(names, ",") + "}"
		}
		fmt.Fprintf(b, "%s%s %g\n", g.Name, labels, g.Value)
	}
}
