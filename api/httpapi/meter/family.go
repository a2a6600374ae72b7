package meter

import (
	"maps"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// maxLabels is how many labels a metric has at most, maxSeries how many
// combinations of their values it keeps. The routes with their statuses are some
// hundreds.
const (
	maxLabels = 3
	maxSeries = 1000
)

// values are the label values of one series, in the order of the list.
type values [maxLabels]string

// bounds of the histograms, in seconds: from an append in process to the deadline of
// a request.
func bounds() [14]float64 {
	return [...]float64{.0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10}
}

// series is one figure. A counter counts in bits, a gauge keeps a float there; a
// histogram uses nanos and buckets.
type series struct {
	bits    atomic.Uint64
	nanos   atomic.Int64
	buckets []atomic.Int64
}

// family is all series of one metric. Readers load the map without a lock; a new
// series copies it, which happens at most maxSeries times.
type family struct {
	Metric
	buckets int
	mu      sync.Mutex
	series  atomic.Pointer[map[values]*series]
}

func newFamily(m Metric, buckets int) *family {
	f := &family{Metric: m}
	if m.Kind == KindHistogram {
		f.buckets = buckets
	}
	f.series.Store(&map[values]*series{})
	if len(m.Labels) == 0 && m.Kind != KindGauge && !m.Scraped {
		f.find(values{}) // a counter begins at 0, so that its first step shows
	}
	return f
}

// takes says whether the label values fit the metric.
func (f *family) takes(labels []string) bool {
	if len(labels) != len(f.Labels) {
		return false
	}
	for i, l := range f.Labels {
		if l.Values != nil && !slices.Contains(l.Values, labels[i]) {
			return false
		}
	}
	return true
}

// find returns the series, making it if there is room; else nil.
func (f *family) find(v values) *series {
	if s := (*f.series.Load())[v]; s != nil {
		return s
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	now := *f.series.Load()
	if s := now[v]; s != nil {
		return s
	}
	if len(now) >= maxSeries {
		return nil
	}
	next, s := maps.Clone(now), &series{buckets: make([]atomic.Int64, f.buckets)}
	for i := range v { // a caller's string may be part of a large buffer
		v[i] = strings.Clone(strings.ToValidUTF8(v[i], "\uFFFD"))
	}
	next[v] = s
	f.series.Store(&next)
	return s
}

func (f *family) forget(v values) {
	f.mu.Lock()
	defer f.mu.Unlock()
	now := *f.series.Load()
	if now[v] == nil {
		return
	}
	next := maps.Clone(now)
	delete(next, v)
	f.series.Store(&next)
}

// observe counts a duration in the bucket of the given index.
func (s *series) observe(bucket int, took time.Duration) {
	s.nanos.Add(int64(took))
	s.buckets[bucket].Add(1)
}
