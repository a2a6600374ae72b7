package estest

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"

	"fangxin/domain/es"
)

var appendTests = []test{
	{"a new stream starts at revision 0", appendNew},
	{"a conflict carries expected and actual", appendConflict},
	{"no events write nothing", appendEmpty},
	{"a batch is consecutive", appendBatch},
	{"the size limit is strict", appendSize},
	{"impossible appends are refused unsent", appendInvalid},
	{"names are kept apart", appendNames},
	{"bytes survive", appendBytes},
	{"the caller may reuse its slices", appendOwnership},
	{"one of many writers wins", appendRace},
	{"concurrent first use", appendFirstUse},
	{"a context that has ended", appendContext},
}

func appendNew(t *testing.T, f *fixture) {
	if !f.head(t).IsStart() {
		t.Fatalf("head of an empty store: %s", f.head(t))
	}
	r := f.append(t, "case.1", es.None, event("a", 0))
	if r.Repeated || r.Position.IsStart() || r.Position != f.head(t) {
		t.Fatalf("receipt %+v, head %s", r, f.head(t))
	}
	second := f.append(t, "case.1", 0, event("a", 1))
	if !r.Position.Before(second.Position) {
		t.Fatalf("positions %s, then %s", r.Position, second.Position)
	}
	sameIDs(t, "stream", f.read(t, "case.1", 0), eventRange("a", 0, 2))
}

// appendConflict walks the cells of expected revision and state of the stream.
func appendConflict(t *testing.T, f *fixture) {
	f.append(t, "case.1", es.None, eventRange("a", 0, 3)...)
	head := f.head(t)
	for _, c := range []struct {
		stream           es.StreamID
		expected, actual es.Revision
	}{
		{"case.none", 0, es.None}, {"case.none", 5, es.None},
		{"case.1", es.None, 2}, {"case.1", 0, 2}, {"case.1", 1, 2}, {"case.1", 3, 2}, {"case.1", 1 << 40, 2},
	} {
		_, err := f.Store.Append(f.ctx, c.stream, c.expected, []es.Pending{event("new", 0)})
		var conflict *es.ConflictError
		if !errors.As(err, &conflict) || errors.Is(err, es.ErrUnavailable) {
			t.Fatalf("%s at %d: %v, not a conflict", c.stream, c.expected, err)
		}
		if want := (es.ConflictError{Stream: c.stream, Expected: c.expected, Actual: c.actual}); *conflict != want {
			t.Fatalf("conflict %+v, want %+v", *conflict, want)
		}
	}
	if f.head(t) != head {
		t.Fatal("a conflict moved the head")
	}
}

func appendEmpty(t *testing.T, f *fixture) {
	if r := f.append(t, "case.1", es.None); r.Repeated {
		t.Fatalf("receipt %+v", r)
	}
	if _, err := gathered(f.Store.Read(f.ctx, "case.1", 0)); !only(err, es.ErrStreamNotFound) {
		t.Fatalf("an empty append made a stream: %v", err)
	}
	f.append(t, "case.1", es.None, eventRange("a", 0, 2)...)
	head := f.head(t)
	f.append(t, "case.1", 1)
	for _, expected := range []es.Revision{es.None, 0, 2} {
		var conflict *es.ConflictError
		if _, err := f.Store.Append(f.ctx, "case.1", expected, nil); !errors.As(err, &conflict) || conflict.Actual != 1 {
			t.Fatalf("no events at %d: %v", expected, err)
		}
	}
	if f.head(t) != head {
		t.Fatal("an empty append moved the head")
	}
}

func appendBatch(t *testing.T, f *fixture) {
	want := eventRange("a", 0, es.MaxAppendEvents)
	f.append(t, "case.1", es.None, want[:1]...)
	f.append(t, "case.2", es.None, event("b", 0))
	r := f.append(t, "case.1", 0, want[1:]...)
	got := f.read(t, "case.1", 0)
	sameIDs(t, "stream", got, want)
	for i, e := range got {
		if e.Revision != es.Revision(i) || e.Stream != "case.1" || e.Type != want[i].Type {
			t.Fatalf("event %d: %+v", i, e)
		}
	}
	log := f.readAll(t, es.Position{})
	if last := log[len(log)-1]; last.Position != r.Position || last.Revision != r.Revision {
		t.Fatalf("receipt %+v, last event %s %d", r, last.Position, last.Revision)
	}
}

// appendSize: data + metadata + twice the type's length, 1 MiB and not a byte more.
func appendSize(t *testing.T, f *fixture) {
	sized := func(i, total int) es.Pending {
		e := event("big", i)
		e.Meta = []byte(`{}`)
		e.Data = bytes.Repeat([]byte("x"), total-len(e.Meta)-2*len(e.Type))
		return e
	}
	f.append(t, "case.1", es.None, sized(0, es.MaxAppend))
	f.append(t, "case.1", 0, sized(1, es.MaxAppend/2), sized(2, es.MaxAppend/2))
	for _, events := range [][]es.Pending{
		{sized(3, es.MaxAppend+1)},
		{sized(3, es.MaxAppend/2), sized(4, es.MaxAppend/2+1)},
	} {
		_, err := f.Store.Append(f.ctx, "case.1", 2, events)
		var large *es.TooLargeError
		if !errors.As(err, &large) || large.Size != es.MaxAppend+1 || large.Limit != es.MaxAppend {
			t.Fatalf("too large: %v", err)
		}
	}
	got := f.read(t, "case.1", 0)
	if len(got) != 3 || !bytes.Equal(got[0].Data, sized(0, es.MaxAppend).Data) {
		t.Fatalf("%d events", len(got))
	}
}

func appendInvalid(t *testing.T, f *fixture) {
	long := event("a", 0)
	long.Type = strings.Repeat("t", es.MaxType+1)
	for name, c := range map[string]struct {
		stream   es.StreamID
		expected es.Revision
		events   []es.Pending
	}{
		"no name":          {"", es.None, eventRange("a", 0, 1)},
		"system name":      {"$case", es.None, eventRange("a", 0, 1)},
		"control":          {"case.\n", es.None, eventRange("a", 0, 1)},
		"not UTF-8":        {"case.\xff", es.None, eventRange("a", 0, 1)},
		"long name":        {es.StreamID(strings.Repeat("a", es.MaxStreamID+1)), es.None, eventRange("a", 0, 1)},
		"expected":         {"case.1", -2, eventRange("a", 0, 1)},
		"no id":            {"case.1", es.None, []es.Pending{{Type: "x"}}},
		"no type":          {"case.1", es.None, []es.Pending{{ID: event("a", 0).ID}}},
		"long type":        {"case.1", es.None, []es.Pending{long}},
		"one id twice":     {"case.1", es.None, []es.Pending{event("a", 0), event("a", 1), event("a", 0)}},
		"too many at once": {"case.1", es.None, eventRange("a", 0, es.MaxAppendEvents+1)},
	} {
		if _, err := f.Store.Append(f.ctx, c.stream, c.expected, c.events); !only(err, es.ErrInvalidAppend) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if !f.head(t).IsStart() {
		t.Fatal("something was written")
	}
}

// names that a store may confuse, cut or fold.
var names = []es.StreamID{
	"case.a-b", "case-a.b", "case.A-b", "CASE.a-b", "case.投诉-一", "case.é", "case.e\u0301", "case.a b", "case.%", "case._",
	"case.'; DROP TABLE events; --", "case.a.2026-11", "case.", ".", "-", "case.😀", "a$", "case.\u00a0",
	es.StreamID(strings.Repeat("n", es.MaxStreamID-1) + "1"), es.StreamID(strings.Repeat("n", es.MaxStreamID-1) + "2"),
	es.StreamID(strings.Repeat("诉", es.MaxStreamID/3)),
}

func appendNames(t *testing.T, f *fixture) {
	for i, name := range names {
		f.append(t, name, es.None, event("name", i))
	}
	for i, name := range names {
		got := f.read(t, name, 0)
		sameIDs(t, string(name), got, eventRange("name", i, i+1))
		if got[0].Stream != name {
			t.Fatalf("stream %q came back as %q", name, got[0].Stream)
		}
	}
}

func appendBytes(t *testing.T, f *fixture) {
	every := make([]byte, 256)
	for i := range every {
		every[i] = byte(i)
	}
	payloads := [][]byte{
		[]byte(`{ "b":1,	"a" : 1.0e2 }` + "\r\n"), []byte("{\"t\":\"投诉 😀 \\u0000\"}"),
		every, {0}, {}, nil, []byte("null"), bytes.Repeat([]byte("长"), 70_000),
	}
	var events []es.Pending
	for i, p := range payloads {
		events = append(events, es.Pending{ID: event("p", i).ID, Type: "测试.v1", Data: p, Meta: payloads[len(payloads)-1-i]})
	}
	f.append(t, "case.1", es.None, events...)
	for what, got := range map[string][]es.Envelope{"stream": f.read(t, "case.1", 0), "log": f.readAll(t, es.Position{})} {
		for i, e := range got {
			if !bytes.Equal(e.Data, events[i].Data) || !bytes.Equal(e.Meta, events[i].Meta) || e.Type != events[i].Type {
				t.Errorf("%s: event %d came back changed", what, i)
			}
			if _, offset := e.Recorded.Zone(); offset != 0 || e.Recorded.IsZero() {
				t.Errorf("%s: recorded %s is not UTC", what, e.Recorded)
			}
		}
		sameIDs(t, what, got, events)
	}
}

// appendOwnership changes the caller's slices after Append and what a reader got.
func appendOwnership(t *testing.T, f *fixture) {
	sub, err := f.Store.Subscribe(f.ctx, es.Position{})
	if err != nil {
		t.Fatal(err)
	}
	defer closed(t, sub)
	mark(t, f, sub)
	events := eventRange("a", 0, 2)
	want := string(events[0].Data)
	f.append(t, "case.1", es.None, events...)
	clear(events[0].Data)
	events[0].ID = es.ID{}
	check := func(what string, e es.Envelope) {
		t.Helper()
		if string(e.Data) != want || e.ID != event("a", 0).ID {
			t.Fatalf("%s: the event has changed: %q", what, e.Data)
		}
		clear(e.Data)
	}
	check("subscription", *delivered(t, f, sub))
	for range 2 {
		check("stream", f.read(t, "case.1", 0)[0])
		check("log", f.readAll(t, es.Position{})[0])
	}
}

func appendRace(t *testing.T, f *fixture) {
	const writers, rounds = 16, 5
	for round := range rounds {
		expected := es.Revision(round - 1)
		results := make([]error, writers)
		var all sync.WaitGroup
		for w := range writers {
			all.Go(func() {
				e := event("race", round*writers+w)
				_, results[w] = f.Store.Append(f.ctx, "case.race", expected, []es.Pending{e})
			})
		}
		within(t, "racing appends", all.Wait)
		won := 0
		for _, err := range results {
			var conflict *es.ConflictError
			switch {
			case err == nil:
				won++
			case !errors.As(err, &conflict) || conflict.Actual != expected+1 || conflict.Expected != expected:
				t.Fatalf("a loser got %v", err)
			}
		}
		if won != 1 {
			t.Fatalf("%d writers won at revision %d", won, expected)
		}
	}
	if got := f.read(t, "case.race", 0); len(got) != rounds {
		t.Fatalf("%d events after %d rounds", len(got), rounds)
	}
}

func appendFirstUse(t *testing.T, f *fixture) {
	const writers = 24
	errs := make([]error, 3*writers)
	var all sync.WaitGroup
	for w := range writers {
		stream := es.StreamID("case." + es.EventID(es.ID{1}, w).String())
		all.Go(func() { _, errs[3*w] = f.Store.Append(f.ctx, stream, es.None, eventRange("first", w, w+1)) })
		all.Go(func() { _, errs[3*w+1] = gathered(f.Store.ReadAll(f.ctx, es.Position{})) })
		all.Go(func() { _, errs[3*w+2] = f.Store.Head(f.ctx) })
	}
	within(t, "first calls", all.Wait)
	if err := errors.Join(errs...); err != nil {
		t.Fatal(err)
	}
	if got := f.readAll(t, es.Position{}); len(got) != writers {
		t.Fatalf("%d events", len(got))
	}
}

func appendContext(t *testing.T, f *fixture) {
	ctx, cancel := context.WithCancel(f.ctx)
	cancel()
	if _, err := f.Store.Append(ctx, "case.1", es.None, eventRange("a", 0, 1)); !only(err, context.Canceled) {
		t.Fatalf("append: %v", err)
	}
	if _, err := gathered(f.Store.Read(f.ctx, "case.1", 0)); !only(err, es.ErrStreamNotFound) {
		t.Fatalf("an append whose context had ended was written: %v", err)
	}
	// However late the end of the context comes, the answer and the log agree.
	for i := range 50 {
		stream := es.StreamID("case.late." + es.EventID(es.ID{2}, i).String())
		ctx, cancel := context.WithCancel(f.ctx)
		go cancel()
		_, err := f.Store.Append(ctx, stream, es.None, eventRange(string(stream), 0, 1))
		got, missing := gathered(f.Store.Read(f.ctx, stream, 0))
		switch {
		case err == nil && len(got) != 1:
			t.Fatalf("acknowledged and not there: %v", missing)
		case err != nil && !slices.ContainsFunc([]error{context.Canceled, es.ErrUnknownOutcome}, func(e error) bool { return errors.Is(err, e) }):
			t.Fatalf("append: %v", err)
		case err != nil && !errors.Is(err, es.ErrUnknownOutcome) && len(got) != 0:
			t.Fatalf("written although the answer was %v", err)
		}
		cancel()
	}
}
