package sqlite

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"sync"
	"testing"
	"time"

	"fangxin/domain/es"
)

// TestGroup holds the writer back, so that many appends become one group, and looks
// at each answer: a conflict, a repeat and a stream opened twice do not disturb the
// others.
func TestGroup(t *testing.T) {
	entered, release := make(chan struct{}), make(chan struct{})
	var first sync.Once
	s := opened(t, path(t), Options{Now: func() time.Time {
		first.Do(func() { close(entered); <-release })
		return time.Unix(1, 0)
	}})
	abandonTwo(t, s, entered)
	answers := held{t: t, s: s, queued: 1}
	opens := answers.send("case.a", es.None, crashEvents("case.a", es.None, 2))
	conflicts := answers.send("case.a", es.None, crashEvents("case.b", es.None, 1))
	repeats := answers.send("case.a", es.None, crashEvents("case.a", es.None, 2))
	goesOn := answers.send("case.a", 1, crashEvents("case.a", 1, 1))
	another := answers.send("case.b", es.None, crashEvents("case.b", es.None, 1))
	close(release)
	for _, c := range []struct {
		what string
		got  chan answer
		want es.Receipt
	}{
		{"opens", opens, es.Receipt{Revision: 1, Position: position(3)}},
		{"repeats", repeats, es.Receipt{Revision: 1, Position: position(3), Repeated: true}},
		{"goes on", goesOn, es.Receipt{Revision: 2, Position: position(4)}},
		{"another", another, es.Receipt{Revision: 0, Position: position(5)}},
	} {
		if a := <-c.got; a.err != nil || a.receipt != c.want {
			t.Errorf("%s: %+v, want %+v", c.what, a, c.want)
		}
	}
	var conflict *es.ConflictError
	if a := <-conflicts; !errors.As(a.err, &conflict) || conflict.Actual != 1 {
		t.Errorf("conflicts: %+v", a)
	}
	if got := count(t, s); got != 5 {
		t.Errorf("%d events", got)
	}
}

// abandonTwo sends an append the writer takes and is held back with, and one that
// waits behind it, and lets the callers of both go away.
func abandonTwo(t *testing.T, s *Store, entered <-chan struct{}) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	abandoned := make(chan error, 1)
	go func() {
		_, err := s.Append(ctx, "case.first", es.None, crashEvents("case.first", es.None, 1))
		abandoned <- err
	}()
	<-entered
	withdrawn := make(chan error, 1)
	go func() {
		_, err := s.Append(ctx, "case.withdrawn", es.None, crashEvents("case.withdrawn", es.None, 1))
		withdrawn <- err
	}()
	(&held{t: t, s: s, queued: 1}).wait()
	cancel()
	if err := <-abandoned; !errors.Is(err, es.ErrUnknownOutcome) || !errors.Is(err, context.Canceled) {
		t.Fatalf("an append in the writer's hands: %v", err)
	}
	if err := <-withdrawn; !errors.Is(err, context.Canceled) || errors.Is(err, es.ErrUnknownOutcome) {
		t.Fatalf("a waiting append: %v", err)
	}
}

// held sends appends to a store whose writer is held back, one behind the other.
type held struct {
	t      *testing.T
	s      *Store
	queued int
}

type answer struct {
	receipt es.Receipt
	err     error
}

func (h *held) send(stream es.StreamID, expected es.Revision, events []es.Pending) chan answer {
	c := make(chan answer, 1)
	go func() {
		r, err := h.s.Append(h.t.Context(), stream, expected, events)
		c <- answer{r, err}
	}()
	h.queued++
	h.wait()
	return c
}

// wait until the queue has that many requests.
func (h *held) wait() {
	for len(h.s.writer.queue) < h.queued {
		runtime.Gosched()
	}
}

// TestHeads: the cache stays bounded and never answers what it was not told last.
func TestHeads(t *testing.T) {
	h := newHeads(4)
	for i := range es.Revision(100) {
		h.set("a", i)
		h.set(es.StreamID(fmt.Sprint(i)), i)
		if r, ok := h.get("a"); !ok || r != i {
			t.Fatalf("a at %d: %d %v", i, r, ok)
		}
		if len(h.young)+len(h.old) > 8 {
			t.Fatalf("%d entries", len(h.young)+len(h.old))
		}
	}
	if _, ok := h.get("3"); ok {
		t.Fatal("nothing is forgotten")
	}
}

// TestAppendAll: entries stand in the log in their order, and the first that fails ends
// the row with what came before it on disk.
func TestAppendAll(t *testing.T) {
	s := opened(t, path(t), Options{})
	const streams, rounds = 7, 400
	var want []es.StreamID
	entries := func(yield func(es.Entry) bool) {
		for i := range rounds * streams {
			stream := es.StreamID(fmt.Sprintf("case.%d", i%streams))
			at := es.Revision(i/streams) - 1
			want = append(want, stream)
			if !yield(es.Entry{Stream: stream, Expected: at, Events: crashEvents(stream, at, 1)}) {
				return
			}
		}
	}
	if err := s.AppendAll(t.Context(), entries); err != nil {
		t.Fatal(err)
	}
	i := 0
	for env, err := range s.ReadAll(t.Context(), es.Position{}) {
		if err != nil || env.Stream != want[i] || env.Revision != es.Revision(i/streams) {
			t.Fatalf("%d: %s/%d, %v", i, env.Stream, env.Revision, err)
		}
		i++
	}
	if i != len(want) {
		t.Errorf("%d of %d events", i, len(want))
	}
	wrong := func(yield func(es.Entry) bool) {
		_ = yield(es.Entry{Stream: "case.x", Expected: es.None, Events: crashEvents("case.x", es.None, 1)}) &&
			yield(es.Entry{Stream: "case.x", Expected: es.None, Events: crashEvents("case.y", es.None, 1)})
	}
	var conflict *es.ConflictError
	if err := s.AppendAll(t.Context(), wrong); !errors.As(err, &conflict) || conflict.Actual != 0 {
		t.Errorf("the second of one stream: %v", err)
	}
	if got := count(t, s); got != len(want)+1 {
		t.Errorf("%d events", got)
	}
}
