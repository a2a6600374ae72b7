package memory

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/goccy/go-json"

	"fangxin/domain/calendar"
	"fangxin/domain/es"
	"fangxin/domain/statute"
	"fangxin/domain/usecase"
	"fangxin/projections"
	"fangxin/projections/casework"
	"fangxin/projections/deadlines"
	"fangxin/projections/disclosure"
	"fangxin/projections/projectiontest"
	"fangxin/projections/readmodel"
	"fangxin/projections/responsetime"
)

type fastCodec struct{}

func (fastCodec) Marshal(v any) ([]byte, error)      { return json.Marshal(v) }
func (fastCodec) Unmarshal(data []byte, v any) error { return json.Unmarshal(data, v) }

// logStore is a log in memory that is only read.
type logStore struct {
	es.Store
	log []es.Envelope
}

func (s *logStore) ReadAll(_ context.Context, after es.Position) iter.Seq2[es.Envelope, error] {
	return func(yield func(es.Envelope, error) bool) {
		for _, e := range s.log[after.Commit:] {
			if !yield(e, nil) {
				return
			}
		}
	}
}

func syntheticLog(b testing.TB, cases int) (*logStore, *es.Registry) {
	reg := usecase.NewRegistry(fastCodec{})
	s := &logStore{}
	for i := range cases {
		id, events, days := projectiontest.Case(i)
		for n, e := range events {
			name, data, err := reg.Encode(e)
			if err != nil {
				b.Fatal(err)
			}
			meta, err := reg.EncodeMetadata(&es.Metadata{
				At: days[n].Start().Add(9 * time.Hour), Actor: "acc-1", Role: "officer", Name: "accept",
				Body: fmt.Sprintf("%064x", i), Ruleset: "ORD-121", Calendar: "cn-2026.1", Schema: 1, Source: "native", Salt: "AAAAAAAAAAAAAAAAAAAAAA==",
			})
			if err != nil {
				b.Fatal(err)
			}
			at := uint64(len(s.log) + 1)
			s.log = append(s.log, es.Envelope{
				Stream: es.StreamID("complaint." + id), Revision: es.Revision(n), Type: name, Data: data, Meta: meta,
				Position: es.Position{Commit: at, Prepare: at},
			})
		}
	}
	return s, reg
}

func allProjections(b testing.TB) []projections.Projection {
	cal, err := calendar.Load()
	if err != nil {
		b.Fatal(err)
	}
	return []projections.Projection{
		casework.New(), deadlines.New(), disclosure.New(publishAll), responsetime.New(cal),
	}
}

func publishAll(version string) (statute.DisclosurePolicy, bool) {
	return statute.DisclosurePolicy{Version: version, PublishAll: true, NarrativeByConsent: true}, true
}

const benchCases = 10_000

// BenchmarkProject is a rebuild of all projections beside decoding alone; figures
// are per event.
func BenchmarkProject(b *testing.B) {
	store, reg := syntheticLog(b, benchCases)
	n := len(store.log)
	perEvent := func(b *testing.B) {
		b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*n), "ns/event")
	}
	b.Run("decode", func(b *testing.B) {
		for b.Loop() {
			for i := range store.log {
				if _, err := reg.Decode(&store.log[i]); err != nil {
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
	b.Run("all", rebuild(func() []projections.Projection { return allProjections(b) }))
	for i, p := range allProjections(b) {
		b.Run(p.Name(), rebuild(func() []projections.Projection { return allProjections(b)[i : i+1] }))
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
	store, reg := syntheticLog(b, benchCases)
	dir := b.TempDir()
	m, _, err := Open(Options{Dir: dir})
	if err != nil {
		b.Fatal(err)
	}
	if err := projections.Rebuild(b.Context(), store, reg, m, allProjections(b), nil); err != nil {
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
		m, found, err := Open(Options{Dir: dir, Types: typesOf(allProjections(b))})
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
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*len(store.log)), "ns/event")
	b.ReportMetric(float64(info.Size())/benchCases, "B/case")
}

func typesOf(ps []projections.Projection) func(readmodel.Space) []readmodel.DocType {
	return func(s readmodel.Space) []readmodel.DocType {
		for _, p := range ps {
			if s.Projection == p.Name() && s.Builds(p.Version()) {
				return p.Docs()
			}
		}
		return nil
	}
}

// BenchmarkFilings projects the events of new cases in batches as they arrive under
// load; the figure is per filing.
func BenchmarkFilings(b *testing.B) {
	all, reg := syntheticLog(b, benchCases)
	store := &logStore{}
	for _, e := range all.log {
		if e.Revision < 2 {
			at := uint64(len(store.log) + 1)
			e.Position = es.Position{Commit: at, Prepare: at}
			store.log = append(store.log, e)
		}
	}
	for b.Loop() {
		r, err := projections.NewRunner(liveStore{store}, reg, New(), allProjections(b), projections.Options{Batch: 256})
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
