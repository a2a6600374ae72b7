package projections

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sort"
	"sync"
	"time"

	"fangxin/domain/es"
)

// ErrRestored: the log ends before a place that was reached earlier; another log, or
// an older state of it, was put in its place.
var ErrRestored = errors.New("the log ends before a place that was reached")

// TailOptions of a tail. Zero values mean the defaults.
type TailOptions struct {
	// Events and Bytes bound what is kept; 16,384 and 64 MB.
	Events, Bytes int
	// Pause waits before the attempt-th try again after the store could not answer.
	// Without it Run ends with that error.
	Pause func(ctx context.Context, attempt int) error
	// Restarted is told why the tail subscribes again.
	Restarted func(error)
}

// Tail is a node's one ordered reader of the log. It decodes each event once and
// keeps the newest. Who wants them asks for what comes after a place: no consumer
// holds up the reader or another consumer.
type Tail struct {
	store    es.Store
	registry *es.Registry
	options  TailOptions

	mu sync.Mutex
	// events are the newest, oldest first, none of them changed once it is there: the
	// room behind is only appended to. What was taken off the front is freed when the
	// room is made anew.
	events    []Event
	bytes     int // of events
	dead      int // bytes taken off since the room was made
	base      es.Position
	last      es.Position
	started   bool
	caughtUp  bool
	restored  bool
	delivered bool // something since the subscription began
	failed    error
	more      chan struct{} // nil while nobody waits
}

// NewTail returns a tail that Run feeds.
func NewTail(store es.Store, reg *es.Registry, o TailOptions) *Tail {
	if o.Events <= 0 {
		o.Events = 16_384
	}
	if o.Bytes <= 0 {
		o.Bytes = 64 << 20
	}
	if o.Restarted == nil {
		o.Restarted = func(error) {}
	}
	return &Tail{store: store, registry: reg, options: o}
}

// Run reads the log from its head as it is now, or from where an earlier Run ended,
// until the context ends or the store is closed, which is no error. It ends before an
// event that this program does not know or cannot read, with es.ErrUnknownType or
// *es.DecodeError, and, without TailOptions.Pause, when the store fails.
func (t *Tail) Run(ctx context.Context) error {
	for attempt := 1; ; attempt++ {
		err := t.read(ctx)
		switch {
		case ctx.Err() != nil || errors.Is(err, es.ErrClosed) && t.closed(ctx):
			return nil
		case unreadable(err) || t.options.Pause == nil:
			t.change(func() { t.failed = err })
			return err
		}
		if t.delivered {
			attempt = 1
		}
		t.options.Restarted(err)
		if t.options.Pause(ctx, attempt) != nil {
			return nil
		}
	}
}

// closed says that it is the store that was closed, not the subscription alone.
func (t *Tail) closed(ctx context.Context) bool {
	_, err := t.store.Head(ctx)
	return errors.Is(err, es.ErrClosed)
}

// read subscribes and delivers until something fails.
func (t *Tail) read(ctx context.Context) error {
	head, err := t.store.Head(ctx)
	if err != nil {
		return err
	}
	t.begin(head)
	decoder, err := newDecoder(ctx, t.store, t.registry)
	if err != nil {
		return err
	}
	sub, err := t.store.Subscribe(ctx, t.last)
	if err != nil {
		return err
	}
	defer sub.Close()
	for {
		d, err := sub.Next(ctx)
		switch {
		case err != nil:
			return err
		case d.Event == nil:
			t.change(func() { t.caughtUp = true })
		case t.last.Before(d.Event.Position):
			e, err := decoder.decode(d.Event)
			if err != nil {
				return err
			}
			t.add(e)
		}
	}
}

// begin takes the head for the beginning, unless the tail goes on from where it was.
func (t *Tail) begin(head es.Position) {
	t.change(func() {
		t.failed, t.delivered, t.caughtUp = nil, false, false
		shorter := t.started && head.Before(t.last)
		t.restored = t.restored || shorter
		if !t.started || shorter {
			t.events, t.bytes, t.dead = nil, 0, 0
			t.base, t.last = head, head
		}
		t.started = true
	})
}

// change does what is to be done and tells who waits.
func (t *Tail) change(do func()) {
	t.mu.Lock()
	defer t.mu.Unlock()
	do()
	if t.more != nil {
		close(t.more)
		t.more = nil
	}
}

func (t *Tail) add(e Event) {
	t.change(func() {
		if len(t.events) == cap(t.events) {
			t.events, t.dead = slices.Grow(t.events, max(64, len(t.events))), 0
		}
		t.events = append(t.events, e)
		t.bytes += sizeOf(&e)
		t.last, t.delivered = e.Envelope.Position, true
		for len(t.events) > t.options.Events || t.bytes > t.options.Bytes && len(t.events) > 1 {
			size := sizeOf(&t.events[0])
			t.base = t.events[0].Envelope.Position
			t.events = t.events[1:]
			t.bytes, t.dead = t.bytes-size, t.dead+size
		}
		if t.dead > t.options.Bytes {
			t.events, t.dead = slices.Clone(t.events), 0
		}
	})
}

// sizeOf is about what an event takes in memory, decoded.
func sizeOf(e *Event) int { return 512 + 3*len(e.Envelope.Data) + len(e.Envelope.Meta) }

// After returns events after a place in the log, in order, at most so many; they are
// shared and must not be changed. upTo is the place they reach. Where there are none,
// more is closed when that may have changed.
//
// ok is false where the tail does not reach back to the place, or has not begun: the
// log itself tells what comes after it. An error stands behind the last event:
// es.ErrUnknownType, *es.DecodeError, an error of the store without
// TailOptions.Pause, or ErrRestored where the place lies beyond a log that was put in
// place of another.
func (t *Tail) After(at es.Position, most int) (events []Event, upTo es.Position, more <-chan struct{}, ok bool, err error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.started && !at.Before(t.base) {
		from := t.search(at)
		to := min(len(t.events), from+most)
		if from < to {
			return t.events[from:to:to], t.events[to-1].Envelope.Position, nil, true, nil
		}
		ok, err = true, t.failed
		if err == nil && t.restored && t.last.Before(at) {
			err = fmt.Errorf("%w: %s", ErrRestored, at)
		}
	}
	if t.more == nil {
		t.more = make(chan struct{})
	}
	return nil, at, t.more, ok, err
}

// search finds the first event after a place.
func (t *Tail) search(at es.Position) int {
	return sort.Search(len(t.events), func(i int) bool { return at.Before(t.events[i].Envelope.Position) })
}

// TailStatus says where a tail stands.
type TailStatus struct {
	// At is the place of the last event delivered, or where the tail began.
	At es.Position
	// CaughtUp: the subscription has reached the head since it began.
	CaughtUp bool
	// Failed is why the tail stopped, nil while it runs.
	Failed error
}

// Status of the tail.
func (t *Tail) Status() TailStatus {
	t.mu.Lock()
	defer t.mu.Unlock()
	return TailStatus{At: t.last, CaughtUp: t.caughtUp, Failed: t.failed}
}

// Oldest is the recorded time of the oldest event after a place: how old data are
// that stand there. It is the zero time where nothing came after it. known is false
// where the tail does not reach back to the place: the event is older then.
func (t *Tail) Oldest(at es.Position) (recorded time.Time, known bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if i := t.search(at); i < len(t.events) {
		recorded = t.events[i].Envelope.Recorded
	}
	return recorded, t.started && !at.Before(t.base)
}
