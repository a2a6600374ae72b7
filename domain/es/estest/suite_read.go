package estest

import (
	"context"
	"fmt"
	"iter"
	"slices"
	"testing"

	"fangxin/domain/es"
)

var readTests = []test{
	{"missing is not empty", readMissing},
	{"forwards from a revision", readForwards},
	{"backwards from a revision", readBackwards},
	{"the log after a position", readLog},
	{"one order everywhere", readOrder},
	{"the log ends while it grows", readGrowing},
	{"a reader may stop and range again", readStop},
	{"a long stream", readLong},
	{"a context that has ended", readContext},
}

func readMissing(t *testing.T, f *fixture) {
	f.append(t, "case.1", es.None, eventRange("a", 0, 2)...)
	for _, stream := range []es.StreamID{"case.2", "case.", "CASE.1", "case.1 ", "$all", "", "case.\xff"} {
		for _, from := range []es.Revision{0, 1, es.Last} {
			for what, sequence := range f.bothWays(stream, from) {
				if got, err := gathered(sequence); !only(err, es.ErrStreamNotFound) || len(got) != 0 {
					t.Errorf("%s %q from %d: %d events, %v", what, stream, from, len(got), err)
				}
			}
		}
	}
	for _, from := range []es.Revision{2, 3, 1 << 40, es.Last} {
		if got := f.read(t, "case.1", from); len(got) != 0 {
			t.Errorf("past the end from %d: %d events", from, len(got))
		}
	}
}

func (f *fixture) bothWays(stream es.StreamID, from es.Revision) map[string]iter.Seq2[es.Envelope, error] {
	return map[string]iter.Seq2[es.Envelope, error]{
		"read":      f.Store.Read(f.ctx, stream, from),
		"read back": f.Store.ReadBack(f.ctx, stream, from),
	}
}

func readForwards(t *testing.T, f *fixture) {
	const n = 150
	f.append(t, "case.1", es.None, eventRange("a", 0, n)...)
	f.append(t, "case.10", es.None, eventRange("b", 0, 3)...)
	for _, from := range []int{0, 1, 63, 64, 65, n - 1, n} {
		got := f.read(t, "case.1", es.Revision(from))
		sameIDs(t, fmt.Sprintf("from %d", from), got, eventRange("a", from, n))
		for i, e := range got {
			if e.Revision != es.Revision(from+i) || e.Stream != "case.1" {
				t.Fatalf("from %d: event %d is %s@%d", from, i, e.Stream, e.Revision)
			}
		}
	}
}

func readBackwards(t *testing.T, f *fixture) {
	const n = 150
	f.append(t, "case.1", es.None, eventRange("a", 0, n)...)
	f.append(t, "case.10", es.None, eventRange("b", 0, 3)...)
	for _, c := range []struct {
		from es.Revision
		want int
	}{{es.Last, n}, {n + 7, n}, {n - 1, n}, {n - 2, n - 1}, {64, 65}, {63, 64}, {0, 1}} {
		got := collected(t, "read back", f.Store.ReadBack(f.ctx, "case.1", c.from))
		slices.Reverse(got)
		sameIDs(t, fmt.Sprintf("back from %d", c.from), got, eventRange("a", 0, c.want))
	}
	if got := collected(t, "read back", f.Store.ReadBack(f.ctx, "case.1", es.None)); len(got) != 0 {
		t.Fatalf("back from before the first: %d events", len(got))
	}
}

func readLog(t *testing.T, f *fixture) {
	if got := f.readAll(t, es.Position{}); len(got) != 0 {
		t.Fatalf("empty log: %d events", len(got))
	}
	var want []es.Pending
	for i := range 30 {
		batch := eventRange("log", i*3, i*3+3)
		f.append(t, es.StreamID(fmt.Sprintf("case.%d", i%7)), es.Revision(i/7*3-1), batch...)
		want = append(want, batch...)
	}
	log := f.readAll(t, es.Position{})
	sameIDs(t, "log", log, want)
	if head := f.head(t); head != log[len(log)-1].Position {
		t.Fatalf("head %s, last event at %s", head, log[len(log)-1].Position)
	}
	for _, i := range []int{0, 1, 2, 40, len(log) - 2, len(log) - 1} {
		sameIDs(t, fmt.Sprintf("after event %d", i), f.readAll(t, log[i].Position), want[i+1:])
	}
	text, err := es.ParsePosition(log[40].Position.String())
	if err != nil {
		t.Fatal(err)
	}
	sameIDs(t, "after a position kept as text", f.readAll(t, text), want[41:])
}

func readOrder(t *testing.T, f *fixture) {
	f.concurrently(t, 8, 25)
	log := f.readAll(t, es.Position{})
	streams := map[es.StreamID][]es.Envelope{}
	for _, e := range log {
		streams[e.Stream] = append(streams[e.Stream], e)
	}
	if len(log) != 8*25 || len(streams) != 8 {
		t.Fatalf("%d events in %d streams", len(log), len(streams))
	}
	for name, want := range streams {
		got := f.read(t, name, 0)
		if !slices.Equal(ids(got), ids(want)) {
			t.Fatalf("%s: order differs from the log's", name)
		}
		for i, e := range got {
			if !e.Position.IsStart() && e.Position != want[i].Position {
				t.Fatalf("%s@%d at %s, in the log at %s", name, i, e.Position, want[i].Position)
			}
		}
	}
	sub, err := f.Store.Subscribe(f.ctx, es.Position{})
	if err != nil {
		t.Fatal(err)
	}
	defer closed(t, sub)
	for i, want := range log {
		if e := delivered(t, f, sub); e.ID != want.ID || e.Position != want.Position {
			t.Fatalf("delivery %d differs from the log's", i)
		}
	}
}

// readGrowing appends an event for every event read. The sequence must end all the
// same, at a head that was one after the call.
func readGrowing(t *testing.T, f *fixture) {
	f.append(t, "case.1", es.None, eventRange("a", 0, 100)...)
	n := 0
	for _, err := range f.Store.ReadAll(f.ctx, es.Position{}) {
		if err != nil {
			t.Fatal(err)
		}
		if n > 5000 {
			t.Fatal("the sequence follows its own appends")
		}
		f.append(t, "case.2", es.Revision(n-1), event("b", n))
		n++
	}
	if n < 100 {
		t.Fatalf("%d events, 100 were there", n)
	}
}

func readStop(t *testing.T, f *fixture) {
	f.append(t, "case.1", es.None, eventRange("a", 0, 100)...)
	for range 50 { // more often than any pool of connections is large
		for what, sequence := range map[string]iter.Seq2[es.Envelope, error]{
			"read": f.Store.Read(f.ctx, "case.1", 10), "log": f.Store.ReadAll(f.ctx, es.Position{}),
			"back": f.Store.ReadBack(f.ctx, "case.1", es.Last),
		} {
			var rounds [2][]es.Envelope
			for round := range rounds {
				for e, err := range sequence {
					if err != nil {
						t.Fatal(err)
					}
					if rounds[round] = append(rounds[round], e); len(rounds[round]) == 3 {
						break
					}
				}
			}
			if len(rounds[0]) != 3 || !slices.Equal(ids(rounds[0]), ids(rounds[1])) {
				t.Fatalf("%s: ranging twice differs", what)
			}
		}
	}
}

func readLong(t *testing.T, f *fixture) {
	const n = 10_000
	for from := 0; from < n; from += 500 {
		f.append(t, "case.long", es.Revision(from-1), eventRange("long", from, from+500)...)
	}
	want := eventRange("long", 0, n)
	sameIDs(t, "stream", f.read(t, "case.long", 0), want)
	sameIDs(t, "log", f.readAll(t, es.Position{}), want)
	back := collected(t, "read back", f.Store.ReadBack(f.ctx, "case.long", es.Last))
	slices.Reverse(back)
	sameIDs(t, "backwards", back, want)
}

func readContext(t *testing.T, f *fixture) {
	const n = 3000
	for from := 0; from < n; from += 500 {
		f.append(t, "case.1", es.Revision(from-1), eventRange("a", from, from+500)...)
	}
	sequences := func(ctx context.Context) map[string]iter.Seq2[es.Envelope, error] {
		return map[string]iter.Seq2[es.Envelope, error]{
			"read": f.Store.Read(ctx, "case.1", 0), "log": f.Store.ReadAll(ctx, es.Position{}),
			"back": f.Store.ReadBack(ctx, "case.1", es.Last),
		}
	}
	gone, cancel := context.WithCancel(f.ctx)
	cancel()
	for what, sequence := range sequences(gone) {
		if got, err := gathered(sequence); !only(err, context.Canceled) || len(got) != 0 {
			t.Errorf("%s: %d events, %v", what, len(got), err)
		}
	}
	if _, err := f.Store.Head(gone); !only(err, context.Canceled) {
		t.Errorf("head: %v", err)
	}
	if _, err := f.Store.Subscribe(gone, es.Position{}); !only(err, context.Canceled) {
		t.Errorf("subscribe: %v", err)
	}
	for _, what := range []string{"read", "log", "back"} {
		ctx, cancel := context.WithCancel(f.ctx)
		f.interrupted(t, what, n, context.Canceled, sequences(ctx)[what], cancel)
		cancel()
	}
}

// interrupted ranges, interrupts after ten events, and accepts all events or the
// error, never fewer without one.
func (f *fixture) interrupted(t testing.TB, what string, n int, want error, sequence iter.Seq2[es.Envelope, error], interrupt func()) {
	t.Helper()
	got := 0
	for _, err := range sequence {
		if err != nil {
			if !only(err, want) {
				t.Errorf("%s: interrupted with %v, not %v", what, err, want)
			}
			return
		}
		if got++; got == 10 {
			interrupt()
		}
	}
	if got != n {
		t.Errorf("%s: %d of %d events and no error", what, got, n)
	}
}
