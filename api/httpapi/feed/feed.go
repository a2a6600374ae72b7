// Package feed delivers changes of cases to those who may see them, in log order and
// without gap: first what was written since the place they know, then what is being
// written. The node's one reader of the log serves everybody.
package feed

import (
	"context"
	"errors"
	"strings"
	"sync"
	"time"

	"fangxin/domain/es"
	"fangxin/domain/usecase"
	"fangxin/projections"
)

// Bounds of a stream.
const (
	// MaxPending is how many changes wait for a slow reader before it is let go.
	MaxPending = 256
	// MaxPerActor is how many streams one account may have at once.
	MaxPerActor = 4
	// MaxStreams is how many streams a node serves.
	MaxStreams = 2000
	// MaxCatchUp is how many events of the log one stream reads before it goes live;
	// who is further behind reads the lists again.
	MaxCatchUp = 10_000
)

// What following may answer.
var (
	// ErrTooMany: the account, or the node, has as many streams as it may.
	ErrTooMany = errors.New("too many streams")
	// ErrSlow: the reader did not keep up and begins again from what it has.
	ErrSlow = errors.New("reader is too slow")
	// ErrBehind: too far behind to catch up here.
	ErrBehind = errors.New("too far behind")
	// ErrClosed: the feed was closed.
	ErrClosed = errors.New("feed closed")
)

// Change is one change of a case: which, when and up to which revision as its reader
// counts, never what.
type Change struct {
	Position es.Position
	Case     string
	Revision es.Revision
	Type     string
	At       time.Time
}

// Sees says whether the actor may see the event, and at which revision it stands for it.
type Sees func(ctx context.Context, actor usecase.Actor, env *es.Envelope) (es.Revision, bool)

// From says whether a stream begins after a position, or with what comes next.
type From bool

// Beginnings.
const (
	Live  From = false
	After From = true
)

// Hub hands events to streams.
type Hub struct {
	store es.Store
	sees  Sees

	mu      sync.Mutex
	streams map[*Stream]struct{}
	perID   map[string]int
	closed  bool
}

// NewHub returns a hub that Run feeds.
func NewHub(store es.Store, sees Sees) *Hub {
	return &Hub{store: store, sees: sees, streams: map[*Stream]struct{}{}, perID: map[string]int{}}
}

// Source is the node's one reader of the log; *projections.Tail is one.
type Source interface {
	After(at es.Position, most int) (events []projections.Event, upTo es.Position, more <-chan struct{}, ok bool, err error)
	Status() projections.TailStatus
}

// batch is how many events are taken from the source at once.
const batch = 1024

// errLeft: the hub was left behind by the source.
var errLeft = errors.New("live feed was left behind")

// Run hands on what the source reads from now on, until the context ends or the
// source stops. All streams end with it: their readers come again with the place they
// know.
func (h *Hub) Run(ctx context.Context, source Source) error {
	defer h.drop(ErrClosed)
	begun, at := false, es.Position{}
	for {
		if !begun {
			at = h.begin(source)
		}
		events, upTo, more, ok, err := source.After(at, batch)
		switch {
		case err != nil:
			return err
		case !ok && begun:
			return errLeft
		}
		begun = ok
		for i := range events {
			if e := &events[i].Envelope; isCase(e) {
				h.deliver(e)
			}
		}
		if at = upTo; len(events) > 0 {
			continue
		}
		select {
		case <-more:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// begin is where the source stands. Streams that were there before have perhaps not
// read that far: they come again.
func (h *Hub) begin(source Source) es.Position {
	h.mu.Lock()
	defer h.mu.Unlock()
	at := source.Status().At
	for s := range h.streams {
		h.end(s, ErrClosed)
	}
	return at
}

// Streams is how many are open.
func (h *Hub) Streams() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return len(h.streams)
}

// Close ends all streams and refuses new ones.
func (h *Hub) Close() {
	h.mu.Lock()
	h.closed = true
	h.mu.Unlock()
	h.drop(ErrClosed)
}

func isCase(e *es.Envelope) bool { return strings.HasPrefix(string(e.Stream), "complaint.") }

func (h *Hub) deliver(e *es.Envelope) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for s := range h.streams {
		select {
		case s.live <- e:
		default:
			h.end(s, ErrSlow)
		}
	}
}

func (h *Hub) drop(why error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for s := range h.streams {
		h.end(s, why)
	}
}

// end takes a stream out; the lock is held.
func (h *Hub) end(s *Stream, why error) {
	if _, ok := h.streams[s]; !ok {
		return
	}
	delete(h.streams, s)
	if h.perID[s.actor.ID]--; h.perID[s.actor.ID] == 0 {
		delete(h.perID, s.actor.ID)
	}
	s.why = why
	close(s.live)
}

// Follow opens a stream. ErrTooMany, ErrClosed.
func (h *Hub) Follow(actor usecase.Actor, after es.Position, from From) (*Stream, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	switch {
	case h.closed:
		return nil, ErrClosed
	case len(h.streams) >= MaxStreams || h.perID[actor.ID] >= MaxPerActor:
		return nil, ErrTooMany
	}
	s := &Stream{hub: h, actor: actor, last: after, catchUp: from == After, live: make(chan *es.Envelope, MaxPending)}
	h.streams[s] = struct{}{}
	h.perID[actor.ID]++
	return s, nil
}
