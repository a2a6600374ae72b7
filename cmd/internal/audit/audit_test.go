package audit

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"reflect"
	"strings"
	"testing"
	"time"

	"fangxin/domain/calendar"
	"fangxin/domain/complaint"
	"fangxin/domain/es"
	"fangxin/domain/es/estest"
	"fangxin/domain/sealed"
	"fangxin/domain/statute"
	"fangxin/domain/usecase"
)

func lawOf(t *testing.T) complaint.Law {
	t.Helper()
	catalogue, err := statute.Load()
	if err != nil {
		t.Fatal(err)
	}
	days, err := calendar.Load()
	if err != nil {
		t.Fatal(err)
	}
	return complaint.Law{Catalogue: catalogue, Calendar: days, Lanes: []complaint.Lane{complaint.LaneDepartment}}
}

// written appends events of one command each to a stream, with the times given.
func written(t *testing.T, s es.Store, stream es.StreamID, at []string, events ...any) {
	t.Helper()
	reg := usecase.NewRegistry(es.StdCodec{})
	for i, e := range events {
		name, data, err := reg.Encode(e)
		if err != nil {
			t.Fatal(err)
		}
		when, err := time.Parse(time.RFC3339, at[i])
		if err != nil {
			t.Fatal(err)
		}
		command := es.DeriveID(es.Namespace, string(stream), fmt.Sprint(i))
		meta, err := reg.EncodeMetadata(&es.Metadata{At: when, Command: command, Schema: 1, Source: "native"})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.Append(t.Context(), stream, es.Revision(i-1), []es.Pending{{ID: es.EventID(command, 0), Type: name, Data: data, Meta: meta}}); err != nil {
			t.Fatal(err)
		}
	}
}

func checked(t *testing.T, s es.Store) (Summary, []string) {
	t.Helper()
	var found []string
	l := Log{Store: s, Registry: usecase.NewRegistry(es.StdCodec{}), Law: lawOf(t), Tell: func(f Finding) { found = append(found, f.Where+": "+f.What) }}
	sum, err := l.Check(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return sum, found
}

func TestClocksAreComputedAgain(t *testing.T) {
	law := lawOf(t)
	day := calendar.MustDate
	version := law.Calendar.Version()
	for _, c := range []struct {
		name  string
		clock complaint.Clock
		want  string
	}{
		// rules.md 13.1: 2026-09-18 + 7 working days (Order 121 art 15).
		{"as computed", complaint.Clock{Rule: statute.ClockAccept, StartedOn: day("2026-09-18"), Due: day("2026-09-29"), DueWide: day("2026-09-29"), Calendar: version}, ""},
		{"a day too late", complaint.Clock{Rule: statute.ClockAccept, StartedOn: day("2026-09-18"), Due: day("2026-09-30"), DueWide: day("2026-09-30"), Calendar: version}, "stored 2026-09-30 (2026-09-30), computed 2026-09-29"},
		{"final under an older calendar", complaint.Clock{Rule: statute.ClockAccept, StartedOn: day("2026-09-18"), Due: day("2026-09-28"), DueWide: day("2026-09-28"), Calendar: "CN-2025.9"}, "stored 2026-09-28"},
		{"provisional under an older calendar", complaint.Clock{Rule: statute.ClockAccept, StartedOn: day("2026-09-18"), Due: day("2026-09-28"), DueWide: day("2026-09-28"), Calendar: "CN-2025.9", Provisional: true}, ""},
		{"of no rule", complaint.Clock{Rule: "CP.NONE", StartedOn: day("2026-09-18"), Calendar: version}, "has no clock CP.NONE"},
		{"a promised day", complaint.Clock{Rule: complaint.ClockPerform, StartedOn: day("2026-09-18"), Due: day("2026-10-01"), DueWide: day("2026-10-01")}, ""},
		{"a promised day that rolled", complaint.Clock{Rule: complaint.ClockPerform + ".2", StartedOn: day("2026-09-18"), Due: day("2026-10-01"), DueWide: day("2026-10-08")}, "a promised day is that day"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := estest.NewStore()
			written(t, s, "complaint.x", []string{"2026-09-18T02:00:00Z", "2026-09-18T03:00:00Z"},
				&complaint.Filed{ID: "x", Ruleset: "ORD-121"}, &complaint.ClockRecomputed{Clock: c.clock})
			_, found := checked(t, s)
			switch {
			case c.want == "" && len(found) > 0:
				t.Error(found)
			case c.want != "" && (len(found) != 1 || !strings.Contains(found[0], c.want)):
				t.Errorf("%q, want %q", found, c.want)
			}
		})
	}
}

func TestStreamsAreFolded(t *testing.T) {
	s := estest.NewStore()
	written(t, s, "complaint.a", []string{"2026-09-18T02:00:00Z", "2026-09-18T01:00:00Z"}, &complaint.Filed{ID: "a", Ruleset: "ORD-121"}, &complaint.NoteAdded{})
	written(t, s, "complaint.b", []string{"2026-09-18T02:00:00Z"}, &complaint.Filed{ID: "other", Ruleset: "ORD-121"})
	written(t, s, "complaint.c", []string{"2026-09-18T02:00:00Z"}, &usecase.AccessRead{Case: "a"})
	written(t, s, "access.a.2026-09", []string{"2026-09-18T02:00:00Z"}, &usecase.AccessRead{Case: "a"})
	sum, found := checked(t, s)
	if sum.Events != 5 || sum.Streams != 4 || sum.Cases != 1 {
		t.Errorf("%+v", sum)
	}
	all := strings.Join(found, "\n")
	for _, want := range []string{"complaint.a/1@2: time runs backwards", `complaint.b/0@3: folds to case "other"`, "complaint.c/0@4: *usecase.AccessRead is no event of a complaint"} {
		if !strings.Contains(all, want) {
			t.Errorf("no %q in %s", want, all)
		}
	}
	if len(found) != 3 {
		t.Error(all)
	}
}

// failing yields some events and then an error.
type failing struct {
	es.Store
	after int
	err   error
}

func (f failing) ReadAll(ctx context.Context, p es.Position) iter.Seq2[es.Envelope, error] {
	return func(yield func(es.Envelope, error) bool) {
		n := 0
		for env, err := range f.Store.ReadAll(ctx, p) {
			if n++; n > f.after {
				yield(es.Envelope{}, f.err)
				return
			}
			if !yield(env, err) {
				return
			}
		}
	}
}

// TestReadingThatEnds: damage is a finding that says how far reading came; a store
// that cannot answer is an error, never a clean log.
func TestReadingThatEnds(t *testing.T) {
	s := estest.NewStore()
	written(t, s, "complaint.a", []string{"2026-09-18T02:00:00Z", "2026-09-18T02:00:00Z"}, &complaint.Filed{ID: "a", Ruleset: "ORD-121"}, &complaint.NoteAdded{})
	_, found := checked(t, failing{s, 1, fmt.Errorf("%w: a hole", es.ErrDamaged)})
	if len(found) != 1 || !strings.Contains(found[0], "a hole; from position") {
		t.Error(found)
	}
	l := Log{Store: failing{s, 1, es.ErrUnavailable}, Registry: usecase.NewRegistry(es.StdCodec{}), Law: lawOf(t), Tell: func(Finding) {}}
	if _, err := l.Check(t.Context()); !errors.Is(err, es.ErrUnavailable) {
		t.Error(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := l.Check(ctx); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

// TestWalk finds what lies deep inside an event, with its pointer.
func TestWalk(t *testing.T) {
	v := func(n string) *sealed.Value { return &sealed.Value{Suite: sealed.SuiteA1, Subject: sealed.Subject(n)} }
	event := &complaint.Filed{
		Consumer:      complaint.Person{Name: v("name"), Contacts: []complaint.ContactWay{{}, {Value: v("contact")}}},
		ServiceClocks: []complaint.Clock{{Rule: "R"}},
	}
	got := map[string]bool{}
	w := newWalker()
	for range 2 {
		err := w.walk(event, visitor{
			sealed: func(owner field, pointer string, x *sealed.Value) error {
				got[pointer+"="+string(x.Subject)] = true
				if owner.owner.Kind() != reflect.Struct {
					t.Error(owner)
				}
				return nil
			},
			clock: func(pointer string, c *complaint.Clock) error { got[pointer+"="+c.Rule] = true; return nil },
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	for _, want := range []string{"/consumer/name=name", "/consumer/contacts/1/value=contact", "/service_clocks/0=R"} {
		if !got[want] {
			t.Errorf("no %s in %v", want, got)
		}
	}
	if len(got) != 3 {
		t.Error(got)
	}
}
