// Package meter keeps the node's figures and writes them as Prometheus text
// (exposition format 0.0.4). Which figures there are is one list, Metrics; whoever
// feeds the registry names an entry of it. Labels are routes, commands, partitions
// and the like, never anything a caller chose.
package meter

import (
	"math"
	"net/http"
	"slices"
	"strconv"
	"time"
)

// Registry keeps figures. It may be used by many goroutines; feeding it takes no lock
// and allocates nothing once a series is known.
type Registry struct {
	bounds   [14]float64
	families [metricCount]*family
	statuses [500]string // 100 to 599
}

// New returns an empty registry.
func New() *Registry {
	r := &Registry{bounds: bounds()}
	for id, m := range Metrics() {
		r.families[id] = newFamily(m, len(r.bounds)+1)
	}
	for i := range r.statuses {
		r.statuses[i] = strconv.Itoa(i + 100)
	}
	return r
}

// Add adds to a counter, by no less than nothing. Labels are the values in the
// list's order, here and below.
func (r *Registry) Add(id ID, delta int64, labels ...string) {
	if delta < 0 {
		r.refuse(id, refusedMisuse)
	} else if s := r.series(id, KindCounter, labels); s != nil {
		s.bits.Add(uint64(delta))
	}
}

// Set says what a gauge shows.
func (r *Registry) Set(id ID, value float64, labels ...string) {
	if s := r.series(id, KindGauge, labels); s != nil {
		s.bits.Store(math.Float64bits(value))
	}
}

// SetBool shows 1 or 0.
func (r *Registry) SetBool(id ID, is bool, labels ...string) {
	value := 0.0
	if is {
		value = 1
	}
	r.Set(id, value, labels...)
}

// Observe counts a duration in a histogram.
func (r *Registry) Observe(id ID, took time.Duration, labels ...string) {
	if s := r.series(id, KindHistogram, labels); s != nil {
		bucket, _ := slices.BinarySearch(r.bounds[:], took.Seconds())
		s.observe(bucket, took)
	}
}

// Forget takes a figure away that no longer concerns this node, such as the lag of a
// partition given to another.
func (r *Registry) Forget(id ID, labels ...string) {
	if id < 0 || id >= metricCount || len(labels) > maxLabels {
		return
	}
	var v values
	copy(v[:], labels)
	r.families[id].forget(v)
}

// Request counts one request. An unknown route is "".
func (r *Registry) Request(method, route string, status int, took time.Duration) {
	method, text := knownMethod(method), "other"
	if i := status - 100; i >= 0 && i < len(r.statuses) {
		text = r.statuses[i]
	}
	r.Add(HTTPRequests, 1, method, route, text)
	r.Observe(HTTPRequestSeconds, took, method, route, text)
}

// Command counts a command by its outcome, with the time from its arrival to its
// receipt. An unknown command is "".
func (r *Registry) Command(command, outcome string, took time.Duration) {
	r.Add(Commands, 1, command, outcome)
	r.Observe(CommandSeconds, took, command)
}

// knownMethod keeps made-up methods from filling the table.
func knownMethod(method string) string {
	switch method {
	case http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete, http.MethodOptions:
		return method
	}
	return "other"
}

// series finds what is fed, or counts that it was refused and returns nil.
func (r *Registry) series(id ID, kind Kind, labels []string) *series {
	if id < 0 || id >= metricCount || r.families[id].Kind != kind || !r.families[id].takes(labels) {
		r.refuse(id, refusedMisuse)
		return nil
	}
	var v values
	copy(v[:], labels)
	s := r.families[id].find(v)
	if s == nil {
		r.refuse(id, refusedOverflow)
	}
	return s
}

func (r *Registry) refuse(id ID, reason string) {
	name := "unknown"
	if id >= 0 && id < metricCount {
		name = r.families[id].Name
	}
	if s := r.families[MetricsRefused].find(values{name, reason}); s != nil {
		s.bits.Add(1)
	}
}
