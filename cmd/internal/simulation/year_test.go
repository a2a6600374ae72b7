package simulation_test

import (
	"runtime/debug"
	"testing"
	"time"

	"fangxin/domain/calendar"
	"fangxin/domain/es"
)

// year is a banner (旗) over a year: 5,000 complaints on two nodes, with faults.
func year() config {
	return config{
		seed: 2026, cases: 5000, filing: 365, after: 60, merchants: 200, folks: 1500, first: calendar.MustDate("2025-03-03"),
		nodes: 2, faults: 10, deaths: 20, rivals: 10, repeats: 10, mistakes: 10, crashes: 3, naps: 20, patience: 1,
	}
}

// BenchmarkYear plays a banner's year and checks it. facts/op are the events of the
// cases, readings/op the traces of who looked at them; play is the time of the people,
// the faults, the timers and the lists, without the check.
//
// Like a rebuild it lets the heap grow: what a year leaves in memory is mostly kept.
func BenchmarkYear(b *testing.B) {
	defer debug.SetGCPercent(debug.SetGCPercent(400))
	for b.Loop() {
		w, err := newWorld(year())
		if err != nil {
			b.Fatal(err)
		}
		begun := time.Now()
		last := w.config.first + calendar.Date(w.config.filing+w.config.after)
		if err := w.town.Play(b.Context(), (last + 2).Start()); err != nil {
			b.Fatal(err)
		}
		if err := w.settle(b.Context(), last); err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(time.Since(begun).Seconds(), "play-s/op")
		if err := w.check(b.Context()); err != nil {
			b.Fatal(err)
		}
		w.close()
		events, readings := 0, 0
		for env := range w.log.ReadAll(b.Context(), es.Position{}) {
			if events++; env.Stream.Kind() == "access" {
				readings++
			}
		}
		b.ReportMetric(float64(events-readings), "facts/op")
		b.ReportMetric(float64(readings), "readings/op")
	}
}
