package redis

import (
	"context"
	"fmt"
	"iter"
	"sync"
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
	"fangxin/projections/readmodel/readmodeltest"
	"fangxin/projections/responsetime"
)

type fastCodec struct{}

func (fastCodec) Marshal(v any) ([]byte, error)      { return json.Marshal(v) }
func (fastCodec) Unmarshal(data []byte, v any) error { return json.Unmarshal(data, v) }

// caseLog is a log in memory that is only read.
type caseLog struct {
	es.Store
	log []es.Envelope
}

func (s *caseLog) ReadAll(_ context.Context, after es.Position) iter.Seq2[es.Envelope, error] {
	return func(yield func(es.Envelope, error) bool) {
		for _, e := range s.log[after.Commit:] {
			if !yield(e, nil) {
				return
			}
		}
	}
}

// newCaseLog holds cases from filing to the register.
func newCaseLog(t testing.TB, cases int) (*caseLog, *es.Registry) {
	reg := usecase.NewRegistry(fastCodec{})
	s := &caseLog{}
	for i := range cases {
		id, events, days := projectiontest.Case(i)
		for n, e := range events {
			name, data, err := reg.Encode(e)
			if err != nil {
				t.Fatal(err)
			}
			meta, err := reg.EncodeMetadata(&es.Metadata{
				At: days[n].Start().Add(9 * time.Hour), Actor: "acc-1", Role: "officer", Name: "accept",
				Body: fmt.Sprintf("%064x", i), Ruleset: "ORD-121", Calendar: "cn-2026.1", Schema: 1, Source: "native", Salt: "AAAAAAAAAAAAAAAAAAAAAA==",
			})
			if err != nil {
				t.Fatal(err)
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

func allProjections(t testing.TB) []projections.Projection {
	cal, err := calendar.Load()
	if err != nil {
		t.Fatal(err)
	}
	all := func(version string) (statute.DisclosurePolicy, bool) {
		return statute.DisclosurePolicy{Version: version, PublishAll: true, NarrativeByConsent: true}, true
	}
	return []projections.Projection{casework.New(), deadlines.New(), disclosure.New(all), responsetime.New(cal)}
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

// recorder keeps the batches that projections commit.
type recorder struct {
	*readmodeltest.Simple
	mu      sync.Mutex
	batches []readmodel.Batch
}

func (r *recorder) Commit(ctx context.Context, b readmodel.Batch) error {
	r.mu.Lock()
	kept := b
	kept.Changes = append([]readmodel.Change(nil), b.Changes...)
	r.batches = append(r.batches, kept)
	r.mu.Unlock()
	return r.Simple.Commit(ctx, b)
}

// batchesOf are what the projections commit of so many cases.
func batchesOf(t testing.TB, cases int) []readmodel.Batch {
	store, reg := newCaseLog(t, cases)
	r := &recorder{Simple: readmodeltest.NewSimple()}
	if err := projections.Rebuild(t.Context(), store, reg, r, allProjections(t), nil); err != nil {
		t.Fatal(err)
	}
	return r.batches
}
