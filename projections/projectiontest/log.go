// Package projectiontest writes logs for the tests of projections and folds them.
package projectiontest

import (
	"context"
	"encoding/json"
	"strconv"
	"testing"
	"time"

	"fangxin/domain/calendar"
	"fangxin/domain/complaint"
	"fangxin/domain/es"
	"fangxin/domain/es/estest"
	"fangxin/domain/period"
	"fangxin/domain/usecase"
	"fangxin/projections"
	"fangxin/projections/readmodel"
	"fangxin/projections/readmodel/readmodeltest"
)

// Log is a log under way, on the in-memory store.
type Log struct {
	t     testing.TB
	Store es.Store
	Types *es.Registry
	// Now is the at of the next event.
	Now time.Time
	// Events are what was added, for recomputation from scratch.
	Events []Added

	last map[es.StreamID]es.Revision
	// settled is the latest day as of which a period was closed.
	settled  calendar.Date
	closings map[string]int // of each month
}

// Added is one event with what a recomputation needs of its envelope.
type Added struct {
	Stream es.StreamID
	At     time.Time
	// Known is the day on which it became known: that of At, but later than any day as of
	// which a period was closed before.
	Known calendar.Date
	Data  any
}

// NewLog returns an empty log that begins on a day.
func NewLog(t testing.TB, begin string) *Log {
	return &Log{
		t: t, Store: estest.NewStore(), Types: usecase.NewRegistry(es.StdCodec{}),
		Now:  calendar.MustDate(begin).Start().Add(9 * time.Hour),
		last: map[es.StreamID]es.Revision{}, closings: map[string]int{},
	}
}

// On sets the day of the next events.
func (l *Log) On(day string) *Log {
	l.Now = calendar.MustDate(day).Start().Add(9 * time.Hour)
	return l
}

// Add writes events to a case's stream.
func (l *Log) Add(id string, events ...any) *Log {
	l.t.Helper()
	return l.write(es.StreamID("complaint."+id), events...)
}

// Close closes a month as of a day, on the day of Now.
func (l *Log) Close(month, asOf string) *Log {
	l.t.Helper()
	l.closings[month]++
	l.write(period.Complaints, &period.Closed{
		Period: period.Month(month), AsOf: calendar.MustDate(asOf), Formulas: []string{"count.filed@1"}, Policy: "TABLES-2026.1",
		Closing: l.closings[month], On: calendar.DateOf(l.Now),
	})
	l.settled = max(l.settled, calendar.MustDate(asOf))
	return l
}

func (l *Log) write(stream es.StreamID, events ...any) *Log {
	l.t.Helper()
	for _, e := range events {
		expected, ok := l.last[stream]
		if !ok {
			expected = es.None
		}
		name, data, err := l.Types.Encode(e)
		l.must(err)
		meta, err := l.Types.EncodeMetadata(&es.Metadata{At: l.Now, Schema: 1, Source: "native"})
		l.must(err)
		key := es.DeriveID(es.Namespace, string(stream), strconv.FormatInt(int64(expected), 10))
		_, err = l.Store.Append(context.Background(), stream, expected, []es.Pending{{ID: key, Type: name, Data: data, Meta: meta}})
		l.must(err)
		l.last[stream] = expected + 1
		l.Events = append(l.Events, Added{Stream: stream, At: l.Now, Known: max(calendar.DateOf(l.Now), l.settled+1), Data: e})
	}
	return l
}

func (l *Log) must(err error) {
	l.t.Helper()
	if err != nil {
		l.t.Fatal(err)
	}
}

// Rebuild folds the log into a fresh model, all at once.
func (l *Log) Rebuild(ps ...projections.Projection) *readmodeltest.Simple {
	l.t.Helper()
	m := readmodeltest.NewSimple()
	l.must(projections.Rebuild(context.Background(), l.Store, l.Types, m, ps, nil))
	return m
}

// Same fails unless folding event by event gives what folding all at once gives.
func (l *Log) Same(p projections.Projection, fresh func() projections.Projection) {
	l.t.Helper()
	whole := l.Rebuild(p)
	steps := readmodeltest.NewSimple()
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	r, err := projections.NewRunner(l.Store, l.Types, steps, []projections.Projection{fresh()}, projections.Options{Batch: 1})
	l.must(err)
	done := make(chan error, 1)
	go func() { done <- r.Run(ctx) }()
	head, err := l.Store.Head(ctx)
	l.must(err)
	l.must(r.WaitFor(ctx, head))
	stop()
	l.must(<-done)
	s := readmodel.First(p.Name(), p.Version())
	a, b := readmodeltest.Content(whole, s, show), readmodeltest.Content(steps, s, show)
	for k, v := range a {
		if b[k] != v {
			l.t.Fatalf("%s: rebuilt %s, event by event %s", k, v, b[k])
		}
	}
	for k, v := range b {
		if _, ok := a[k]; !ok {
			l.t.Fatalf("%s: only event by event: %s", k, v)
		}
	}
}

func show(doc any) string {
	b, err := json.Marshal(doc)
	if err != nil {
		return err.Error()
	}
	return string(b)
}

// Days reads a day.
func Days(day string) calendar.Date { return calendar.MustDate(day) }

// On is an act on a day.
func On(day string) complaint.Occurred { return complaint.Occurred{On: calendar.MustDate(day)} }

// Limit is a clock with both its dates.
func Limit(rule, due, wide string) complaint.Clock {
	return complaint.Clock{Rule: rule, Due: calendar.MustDate(due), DueWide: calendar.MustDate(wide)}
}
