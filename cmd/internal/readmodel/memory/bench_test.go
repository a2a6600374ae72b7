package memory

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"fangxin/cmd/internal/readmodel/caselogtest"
	"fangxin/domain/es"
	"fangxin/projections"
	"fangxin/projections/casework"
	"fangxin/projections/readmodel"
)

const benchCases = 10_000

// BenchmarkProject is a rebuild of all projections beside decoding alone; figures
// are per event.
func BenchmarkProject(b *testing.B) {
	store, reg := caselogtest.New(b, benchCases)
	n := len(store.Events)
	perEvent := func(b *testing.B) {
		b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*n), "ns/event")
	}
	b.Run("decode", func(b *testing.B) {
		for b.Loop() {
			for i := range store.Events {
				if _, err := reg.Decode(&store.Events[i]); err != nil {
					b.Fatal(err)
				}
			}
		}
		perEvent(b)
	})
	rebuild := func(ps func() []projections.Projection) func(b *testing.B) {
		return func(b *testing.B) {
			for b.Loop() {
				if err := projections.Rebuild(b.Context(), store, reg, New(), ps(), nil); err != nil {
					b.Fatal(err)
				}
			}
			perEvent(b)
		}
	}
	b.Run("none", rebuild(func() []projections.Projection { return nil }))
	b.Run("all", rebuild(func() []projections.Projection { return caselogtest.Projections(b) }))
	for i, p := range caselogtest.Projections(b) {
		b.Run(p.Name(), rebuild(func() []projections.Projection { return caselogtest.Projections(b)[i : i+1] }))
	}
}

func BenchmarkNewest20(b *testing.B) {
	m := New()
	s := readmodel.Space{Projection: "b", Version: 1}
	changes := make([]readmodel.Change, 100_000)
	for i := range changes {
		changes[i] = readmodel.Add("i", fmt.Sprintf("m%06d", i*7919%100_000), int64(i))
	}
	if err := m.Commit(b.Context(), readmodel.Batch{Space: s, To: es.Position{Commit: 1}, Changes: changes}); err != nil {
		b.Fatal(err)
	}
	p := readmodel.Page{Where: readmodel.In("i"), Limit: 20}
	for b.Loop() {
		if r, err := m.Page(b.Context(), s, p); err != nil || len(r.Rows) != 20 {
			b.Fatal(err)
		}
	}
}

// BenchmarkApply puts members into as many indexes as a new case goes into.
func BenchmarkApply(b *testing.B) {
	const perCase = 35
	changes := make([]readmodel.Change, 100_000)
	for i := range changes {
		changes[i] = readmodel.Add(fmt.Sprintf("i%03d", i%(3*perCase)), fmt.Sprintf("m%06d", i/perCase), int64(i))
	}
	s := readmodel.Space{Projection: "b", Version: 1}
	for b.Loop() {
		if err := New().Commit(b.Context(), readmodel.Batch{Space: s, To: es.Position{Commit: 1}, Changes: changes}); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.N)*float64(len(changes))/b.Elapsed().Seconds(), "changes/s")
}

// BenchmarkStart is a start from a snapshot, to be held against BenchmarkProject/all.
func BenchmarkStart(b *testing.B) {
	store, reg := caselogtest.New(b, benchCases)
	dir := b.TempDir()
	m, _, err := Open(Options{Dir: dir})
	if err != nil {
		b.Fatal(err)
	}
	if err := projections.Rebuild(b.Context(), store, reg, m, caselogtest.Projections(b), nil); err != nil {
		b.Fatal(err)
	}
	if err := m.Close(); err != nil {
		b.Fatal(err)
	}
	info, err := os.Stat(filepath.Join(dir, fileName))
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		m, found, err := Open(Options{Dir: dir, Types: caselogtest.TypesOf(caselogtest.Projections(b))})
		if err != nil || found.Spaces != 4 {
			b.Fatal(found, err)
		}
		if _, err := casework.List(b.Context(), m, casework.Filter{}, "", 20); err != nil {
			b.Fatal(err)
		}
		b.StopTimer()
		_ = m.Close()
		b.StartTimer()
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*len(store.Events)), "ns/event")
	b.ReportMetric(float64(info.Size())/benchCases, "B/case")
}

// BenchmarkFilings projects the events of new cases in batches as they arrive under
// load; the figure is per filing.
func BenchmarkFilings(b *testing.B) {
	all, reg := caselogtest.New(b, benchCases)
	store := &caselogtest.Log{}
	for _, e := range all.Events {
		if e.Revision < 2 {
			at := uint64(len(store.Events) + 1)
			e.Position = es.Position{Commit: at, Prepare: at}
			store.Events = append(store.Events, e)
		}
	}
	for b.Loop() {
		r, err := projections.NewRunner(liveStore{store}, reg, New(), caselogtest.Projections(b), projections.Options{Batch: 256})
		if err != nil {
			b.Fatal(err)
		}
		ctx, stop := context.WithCancel(b.Context())
		done := make(chan error, 1)
		go func() { done <- r.Run(ctx) }()
		head, _ := liveStore{store}.Head(ctx)
		err = r.WaitFor(ctx, head)
		stop()
		if err = errors.Join(err, <-done); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*benchCases), "ns/filing")
}
