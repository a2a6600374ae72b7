package projections_test

import (
	"context"
	"errors"
	"iter"
	"testing"

	"pgregory.net/rapid"

	"fangxin/domain/calendar"
	"fangxin/domain/es"
	"fangxin/domain/es/estest"
	"fangxin/domain/period"
	"fangxin/projections"
	"fangxin/projections/readmodel"
	"fangxin/projections/readmodel/readmodeltest"
)

// diary keeps for each case on which days its facts became known.
type diary struct{}

type diaryView struct {
	Known  []calendar.Date `json:"known"`
	Closed []int           `json:"closed"` // closings before each
}

func (diary) Name() string                                                            { return "diary" }
func (diary) Version() int                                                            { return 1 }
func (diary) Handles() []string                                                       { return []string{"added.v1"} }
func (diary) Ignores() []string                                                       { return []string{"erased.v1", "noted.v1", "period.closed.v1"} }
func (diary) Docs() []readmodel.DocType                                               { return nil }
func (diary) Begin(v any) any                                                         { c := *v.(*diaryView); return &c }
func (diary) Diff(_ es.StreamID, _, _ any, out []readmodel.Change) []readmodel.Change { return out }
func (diary) Project(v any, e *projections.Event, out []readmodel.Change) (any, []readmodel.Change) {
	d, _ := v.(*diaryView)
	if d == nil {
		d = &diaryView{}
	}
	d.Known = append(d.Known[:len(d.Known):len(d.Known)], e.Known)
	d.Closed = append(d.Closed[:len(d.Closed):len(d.Closed)], e.Closings.Len())
	return d, out
}

func diaryTypes() *es.Registry {
	r := toyTypes()
	es.Register[period.Closed](r, "period.closed.v1")
	return r
}

// ledger writes a log of cases and closings, and knows by itself what is known when.
type ledger struct {
	t       rapid.TB
	store   es.Store
	types   *es.Registry
	last    map[es.StreamID]es.Revision
	settled calendar.Date
	closed  int
	want    map[es.StreamID]*diaryView
}

func newLedger(t rapid.TB) *ledger {
	return &ledger{t: t, store: estest.NewStore(), types: diaryTypes(), last: map[es.StreamID]es.Revision{}, want: map[es.StreamID]*diaryView{}}
}

func (l *ledger) write(stream es.StreamID, on calendar.Date, e any) {
	l.t.Helper()
	expected, ok := l.last[stream]
	if !ok {
		expected = es.None
	}
	name, data, err := l.types.Encode(e)
	meta, err2 := l.types.EncodeMetadata(&es.Metadata{At: on.Start(), Schema: 1})
	_, err3 := l.store.Append(context.Background(), stream, expected, []es.Pending{{ID: es.DeriveID(es.Namespace, string(stream), string(rune(expected+2))), Type: name, Data: data, Meta: meta}})
	if err := errors.Join(err, err2, err3); err != nil {
		l.t.Fatal(err)
	}
	l.last[stream] = expected + 1
}

func (l *ledger) add(stream es.StreamID, on calendar.Date) {
	l.write(stream, on, &added{N: 1})
	v := l.want[stream]
	if v == nil {
		v = &diaryView{}
		l.want[stream] = v
	}
	v.Known, v.Closed = append(v.Known, max(on, l.settled+1)), append(v.Closed, l.closed)
}

func (l *ledger) close(asOf calendar.Date) {
	l.write(period.Complaints, asOf+3, &period.Closed{Period: "2026-05", AsOf: asOf, Closing: l.closed + 1})
	l.settled, l.closed = max(l.settled, asOf), l.closed+1
}

// check compares what a read model holds.
func (l *ledger) check(how string, m readmodel.Model) {
	l.t.Helper()
	s := readmodel.First("diary", 1)
	for stream, want := range l.want {
		doc, err := m.Get(context.Background(), s, readmodel.ViewKey(stream))
		got, ok := doc.(*diaryView)
		if err != nil || !ok || len(got.Known) != len(want.Known) {
			l.t.Fatalf("%s: %s: %+v, want %+v (%v)", how, stream, got, want, err)
		}
		for i := range want.Known {
			if got.Known[i] != want.Known[i] || got.Closed[i] != want.Closed[i] {
				l.t.Fatalf("%s: event %d of %s known on %s after %d closings, want %s after %d", how, i, stream, got.Known[i], got.Closed[i], want.Known[i], want.Closed[i])
			}
		}
	}
}

// follow projects what is there with a runner that is started anew, as one that comes
// from elsewhere or was behind.
func (l *ledger) follow(m readmodel.Model) {
	l.t.Helper()
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	r, err := projections.NewRunner(l.store, l.types, m, []projections.Projection{diary{}}, projections.Options{Batch: 2})
	if err != nil {
		l.t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() { done <- r.Run(ctx) }()
	head, err := l.store.Head(ctx)
	if err == nil {
		err = r.WaitFor(ctx, head)
	}
	stop()
	if err := errors.Join(err, <-done); err != nil {
		l.t.Fatal(err)
	}
}

// The day on which a fact became known is a function of the log alone: the same where
// all is folded at once, by runners that stop and go on in the middle, and by readers
// that were there all the time.
func TestKnownDayIsAFunctionOfTheLog(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l := newLedger(t)
		steps := readmodeltest.NewSimple()
		ctx, stop := context.WithCancel(context.Background())
		defer stop()
		live := readmodeltest.NewSimple()
		r, err := projections.NewRunner(l.store, l.types, live, []projections.Projection{diary{}}, projections.Options{Batch: 3})
		if err != nil {
			t.Fatal(err)
		}
		done := make(chan error, 1)
		go func() { done <- r.Run(ctx) }()
		asOf := calendar.MustDate("2026-05-31")
		for range rapid.IntRange(1, 25).Draw(t, "n") {
			switch rapid.IntRange(0, 5).Draw(t, "what") {
			case 0:
				asOf += calendar.Date(rapid.IntRange(0, 30).Draw(t, "later"))
				l.close(asOf)
			case 1:
				l.follow(steps)
			default:
				stream := es.StreamID(rapid.SampledFrom([]string{"case.a", "case.b", "case.c"}).Draw(t, "stream"))
				l.add(stream, asOf+calendar.Date(rapid.IntRange(-60, 40).Draw(t, "day")))
			}
		}
		l.follow(steps)
		l.check("step by step", steps)
		whole := readmodeltest.NewSimple()
		if err := projections.Rebuild(ctx, l.store, l.types, whole, []projections.Projection{diary{}}, nil); err != nil {
			t.Fatal(err)
		}
		l.check("rebuilt", whole)
		head, err := l.store.Head(ctx)
		if err == nil {
			err = r.WaitFor(ctx, head)
		}
		stop()
		if err := errors.Join(err, <-done); err != nil {
			t.Fatal(err)
		}
		l.check("live", live)
	})
}

// Facts of one day, told before and after a closing as of that day, and the import of an
// old file: what was closed stays as it was.
func TestWhatComesAfterAClosingIsKnownLater(t *testing.T) {
	l := newLedger(t)
	closing := calendar.MustDate("2026-06-15")
	l.add("case.a", closing)
	l.add("case.a", closing+2) // before the closing, after its day
	l.close(closing)
	l.add("case.b", closing-40) // an old file
	l.add("case.b", closing)
	l.add("case.b", closing+1)
	l.add("case.b", closing+9)
	want := &diaryView{Known: []calendar.Date{closing + 1, closing + 1, closing + 1, closing + 9}, Closed: []int{1, 1, 1, 1}}
	for i, day := range l.want["case.b"].Known {
		if day != want.Known[i] {
			t.Fatal(l.want["case.b"])
		}
	}
	m := readmodeltest.NewSimple()
	l.follow(m)
	l.check("followed", m)
}

// closingless loses closings as a store would that answers with less than it has.
type closingless struct{ es.Store }

func (c closingless) Read(ctx context.Context, s es.StreamID, from es.Revision) iter.Seq2[es.Envelope, error] {
	if s == period.Complaints {
		return func(yield func(es.Envelope, error) bool) { yield(es.Envelope{}, es.ErrStreamNotFound) }
	}
	return c.Store.Read(ctx, s, from)
}

// A gap before a closing is no reason to count by fewer: the work stops and is tried
// again.
func TestAGapBeforeAClosingStopsTheWork(t *testing.T) {
	l := newLedger(t)
	l.close(calendar.MustDate("2026-06-15"))
	m := readmodeltest.NewSimple()
	l.follow(m)
	l.add("case.a", calendar.MustDate("2026-06-10"))
	l.close(calendar.MustDate("2026-07-15"))
	r, err := projections.NewRunner(closingless{l.store}, l.types, m, []projections.Projection{diary{}}, projections.Options{Batch: 1})
	if err != nil {
		t.Fatal(err)
	}
	if err := r.Run(t.Context()); !errors.Is(err, projections.ErrClosings) || !errors.Is(err, es.ErrUnavailable) {
		t.Fatal(err)
	}
}
