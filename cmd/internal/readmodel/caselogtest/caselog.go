// Package caselogtest makes a log of whole cases in memory, with the projections of the
// program, for the tests and benchmarks of read models.
package caselogtest

import (
	"context"
	"fmt"
	"iter"
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

// codec is the fast one, as the program has it.
type codec struct{}

func (codec) Marshal(v any) ([]byte, error)      { return json.Marshal(v) }
func (codec) Unmarshal(data []byte, v any) error { return json.Unmarshal(data, v) }

// Log is a log in memory that is only read.
type Log struct {
	es.Store
	Events []es.Envelope
}

// ReadAll yields what comes after a place.
func (s *Log) ReadAll(_ context.Context, after es.Position) iter.Seq2[es.Envelope, error] {
	return func(yield func(es.Envelope, error) bool) {
		for _, e := range s.Events[after.Commit:] {
			if !yield(e, nil) {
				return
			}
		}
	}
}

// Read yields the events of one stream; of one that is not there none, but its error.
func (s *Log) Read(_ context.Context, stream es.StreamID, from es.Revision) iter.Seq2[es.Envelope, error] {
	return func(yield func(es.Envelope, error) bool) {
		known := false
		for _, e := range s.Events {
			if e.Stream == stream {
				known = true
				if e.Revision >= from && !yield(e, nil) {
					return
				}
			}
		}
		if !known {
			yield(es.Envelope{}, es.ErrStreamNotFound)
		}
	}
}

// New holds so many cases, from filing to the register.
func New(t testing.TB, cases int) (*Log, *es.Registry) {
	t.Helper()
	reg := usecase.NewRegistry(codec{})
	s := &Log{}
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
			at := uint64(len(s.Events) + 1)
			s.Events = append(s.Events, es.Envelope{
				Stream: es.StreamID("complaint." + id), Revision: es.Revision(n), Type: name, Data: data, Meta: meta,
				Position: es.Position{Commit: at, Prepare: at},
			})
		}
	}
	return s, reg
}

// Projections are all of the program's.
func Projections(t testing.TB) []projections.Projection {
	cal, err := calendar.Load()
	if err != nil {
		t.Fatal(err)
	}
	return []projections.Projection{casework.New(), deadlines.New(), disclosure.New(publishAll), responsetime.New(cal)}
}

// publishAll is the policy of every version.
func publishAll(version string) (statute.DisclosurePolicy, bool) {
	return statute.DisclosurePolicy{Version: version, PublishAll: true, NarrativeByConsent: true}, true
}

// TypesOf lists the documents of projections.
func TypesOf(ps []projections.Projection) func(readmodel.Space) []readmodel.DocType {
	return func(s readmodel.Space) []readmodel.DocType {
		for _, p := range ps {
			if s.Projection == p.Name() && s.Builds(p.Version()) {
				return p.Docs()
			}
		}
		return nil
	}
}
