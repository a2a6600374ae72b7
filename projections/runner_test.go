package projections_test

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

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

func all(t testing.TB) []projections.Projection {
	t.Helper()
	cal, err := calendar.Load()
	if err != nil {
		t.Fatal(err)
	}
	return []projections.Projection{
		casework.New(), deadlines.New(), disclosure.New(publishAll), responsetime.New(cal),
	}
}

func publishAll(version string) (statute.DisclosurePolicy, bool) {
	return statute.DisclosurePolicy{Version: version, PublishAll: true, NarrativeByConsent: true}, true
}

// Every type the program knows is, per projection, handled or named as not wanted.
func TestEveryTypeIsHandledOrIgnored(t *testing.T) {
	types := usecase.NewRegistry(es.StdCodec{}).Types()
	for _, p := range all(t) {
		if err := projections.Covers(p, types); err != nil {
			t.Error(err)
		}
	}
	var bad *projections.CoverageError
	if err := projections.Covers(all(t)[0], append(types, "complaint.new.v1")); !errors.As(err, &bad) || len(bad.Missing) != 1 {
		t.Errorf("a new type goes unseen: %v", err)
	}
}

// Views and documents survive being written as JSON, as adapters that store bytes do.
func TestDocumentsSurviveJSON(t *testing.T) {
	l := projectiontest.NewLog(t, "2026-05-01")
	for i := range 3 {
		id, events, _ := projectiontest.Case(i)
		l.Add(id, events...)
	}
	for _, p := range all(t) {
		m := l.Rebuild(p)
		s := readmodel.First(p.Name(), p.Version())
		for i := range 3 {
			id, _, _ := projectiontest.Case(i)
			key := readmodel.ViewKey(es.StreamID("complaint." + id))
			doc, err := m.Get(context.Background(), s, key)
			if err != nil {
				t.Fatal(p.Name(), err)
			}
			kind, ok := readmodel.DocTypeOf(p.Docs(), key)
			if !ok {
				t.Fatalf("%s: no type for %s", p.Name(), key)
			}
			once, err := json.Marshal(doc)
			if err != nil {
				t.Fatal(err)
			}
			again := kind.New()
			if err := json.Unmarshal(once, again); err != nil {
				t.Fatal(err)
			}
			if twice, err := json.Marshal(again); err != nil || string(twice) != string(once) {
				t.Errorf("%s: %s became %s (%v)", p.Name(), once, twice, err)
			}
		}
	}
}

// Folding event by event, with a restart at any place, gives what a rebuild gives.
func TestStepsAndRebuildAgree(t *testing.T) {
	l := projectiontest.NewLog(t, "2026-05-01")
	for i := range 12 {
		id, events, _ := projectiontest.Case(i)
		l.Add(id, events...)
	}
	for i := range all(t) {
		l.Same(all(t)[i], func() projections.Projection { return all(t)[i] })
	}
}

func start(t *testing.T, l *projectiontest.Log, m readmodel.Model) (*projections.Runner, func() error) {
	t.Helper()
	r, err := projections.NewRunner(l.Store, l.Types, m, all(t), projections.Options{})
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- r.Run(ctx) }()
	return r, func() error { stop(); return <-done }
}

func wait(t *testing.T, r *projections.Runner, l *projectiontest.Log) {
	t.Helper()
	head, err := l.Store.Head(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	if err := r.WaitFor(ctx, head); err != nil {
		t.Fatal(err)
	}
}

func rows(t *testing.T, m readmodel.Model) int {
	t.Helper()
	p, err := casework.List(context.Background(), m, casework.Filter{}, "", 200)
	if err != nil {
		t.Fatal(err)
	}
	return len(p.Rows)
}

// Who wrote reads it after waiting for its position; a restart goes on from the
// checkpoint.
func TestRunnerFollowsTheLog(t *testing.T) {
	l, m := projectiontest.NewLog(t, "2026-05-01"), readmodeltest.NewSimple()
	id, events, _ := projectiontest.Case(0)
	l.Add(id, events...)
	r, stop := start(t, l, m)
	wait(t, r, l)
	if n := rows(t, m); n != 1 {
		t.Fatalf("%d rows", n)
	}
	id, events, _ = projectiontest.Case(1)
	l.Add(id, events...)
	wait(t, r, l)
	wait(t, r, l)
	if s := r.Status(); !s.CaughtUp || s.Degraded != nil {
		t.Fatalf("status %+v", s)
	}
	if err := stop(); err != nil {
		t.Fatal(err)
	}
	id, events, _ = projectiontest.Case(2)
	l.Add(id, events...)
	r, stop = start(t, l, m)
	wait(t, r, l)
	if n := rows(t, m); n != 3 {
		t.Fatalf("%d rows after a restart", n)
	}
	if err := stop(); err != nil {
		t.Fatal(err)
	}
}

// An unknown type stops the group before it: what came earlier is served, the
// reason is seen, nobody waits for ever.
func TestUnknownTypeDegrades(t *testing.T) {
	for _, bad := range []es.Pending{
		{ID: es.ID{1}, Type: "complaint.from_the_future.v9", Data: []byte(`{}`), Meta: []byte(`{}`)},
		{ID: es.ID{2}, Type: "complaint.accepted.v1", Data: []byte(`{"occurred":7}`), Meta: []byte(`{}`)},
	} {
		l, m := projectiontest.NewLog(t, "2026-05-01"), readmodeltest.NewSimple()
		id, events, _ := projectiontest.Case(0)
		l.Add(id, events...)
		r, stop := start(t, l, m)
		wait(t, r, l)
		got, err := l.Store.Append(context.Background(), "complaint.bad", es.None, []es.Pending{bad})
		if err != nil {
			t.Fatal(err)
		}
		if err := r.WaitFor(context.Background(), got.Position); !errors.Is(err, projections.ErrDegraded) {
			t.Fatalf("waiting answered %v", err)
		}
		if err := stop(); !errors.Is(err, projections.ErrDegraded) {
			t.Fatalf("run answered %v", err)
		}
		if r.Status().Degraded == nil || rows(t, m) != 1 {
			t.Fatalf("status %+v, %d rows", r.Status(), rows(t, m))
		}
	}
}

// A read model ahead of the log belongs to another log and is made again.
func TestCheckpointAheadOfTheLog(t *testing.T) {
	long, m := projectiontest.NewLog(t, "2026-05-01"), readmodeltest.NewSimple()
	for i := range 3 {
		id, events, _ := projectiontest.Case(i)
		long.Add(id, events...)
	}
	if err := projections.Rebuild(context.Background(), long.Store, long.Types, m, all(t), nil); err != nil {
		t.Fatal(err)
	}
	short := projectiontest.NewLog(t, "2026-05-01")
	id, events, _ := projectiontest.Case(7)
	short.Add(id, events...)
	r, stop := start(t, short, m)
	wait(t, r, short)
	if err := stop(); err != nil {
		t.Fatal(err)
	}
	if n := rows(t, m); n != 1 {
		t.Fatalf("%d rows of a log with one case", n)
	}
}

// A rebuild fills the next build, turns readers over and drops the old one.
func TestRebuildTurnsOver(t *testing.T) {
	l := projectiontest.NewLog(t, "2026-05-01")
	id, events, _ := projectiontest.Case(0)
	l.Add(id, events...)
	m := l.Rebuild(all(t)...)
	l.Add("second", projectiontest.Filed("second", "N2", "2026-05-02", "150102", "店", "货", 1))
	for range 3 {
		if err := projections.Rebuild(context.Background(), l.Store, l.Types, m, all(t), nil); err != nil {
			t.Fatal(err)
		}
		if n := rows(t, m); n != 2 {
			t.Fatalf("%d rows", n)
		}
	}
	if old := readmodeltest.Content(m, readmodel.First(casework.Name, casework.Version), func(any) string { return "" }); len(old) > 0 {
		t.Fatalf("the first build is still there: %d keys", len(old))
	}
}

// Another runner moved the checkpoint: the runner goes on from there.
func TestTwoRunners(t *testing.T) {
	l, m := projectiontest.NewLog(t, "2026-05-01"), readmodeltest.NewSimple()
	first, stop1 := start(t, l, m)
	second, stop2 := start(t, l, m)
	for i := range 5 {
		id, events, _ := projectiontest.Case(i)
		l.Add(id, events...)
	}
	wait(t, first, l)
	wait(t, second, l)
	one, two := stop1(), stop2()
	if one != nil && !errors.Is(one, readmodel.ErrCheckpoint) || two != nil && !errors.Is(two, readmodel.ErrCheckpoint) {
		t.Fatal(one, two)
	}
	s := readmodel.First(responsetime.Name, responsetime.Version)
	got := readmodeltest.Content(m, s, func(any) string { return "" })
	want := readmodeltest.Content(l.Rebuild(all(t)[3]), s, func(any) string { return "" })
	for k, v := range want {
		if strings.HasPrefix(k, "counter") && got[k] != v {
			t.Fatalf("%q: %s, want %s", k, got[k], v)
		}
	}
}

// A rebuild that is broken off leaves nothing behind, and the current build as it was.
func TestARebuildThatIsBrokenOffFreesWhatItFilled(t *testing.T) {
	l := projectiontest.NewLog(t, "2026-05-01")
	id, events, _ := projectiontest.Case(0)
	l.Add(id, events...)
	m := l.Rebuild(all(t)...)
	bad := es.Pending{ID: es.ID{1}, Type: "complaint.from_the_future.v9", Data: []byte(`{}`), Meta: []byte(`{}`)}
	if _, err := l.Store.Append(context.Background(), "complaint.bad", es.None, []es.Pending{bad}); err != nil {
		t.Fatal(err)
	}
	if err := projections.Rebuild(context.Background(), l.Store, l.Types, m, all(t), nil); !errors.Is(err, es.ErrUnknownType) {
		t.Fatal(err)
	}
	for _, p := range all(t) {
		next := readmodel.First(p.Name(), p.Version()).Next()
		if left := readmodeltest.Content(m, next, func(any) string { return "" }); len(left) > 0 {
			t.Errorf("%s: %d keys are left", p.Name(), len(left))
		}
	}
	if n := rows(t, m); n != 1 {
		t.Errorf("%d rows", n)
	}
}
