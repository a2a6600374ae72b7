package projections

import (
	"context"
	"time"

	"fangxin/domain/es"
)

// Status says where the projections stand.
type Status struct {
	// At is the place in the log up to which all of them are committed.
	At es.Position
	// CaughtUp: the head was reached; before that lists are older than they need be.
	CaughtUp bool
	// Degraded is why the group stopped, nil while it runs.
	Degraded error
}

// Status of the runner.
func (r *Runner) Status() Status {
	r.mu.Lock()
	defer r.mu.Unlock()
	return Status{At: r.at, CaughtUp: r.caughtUp, Degraded: r.degraded}
}

// WaitFor waits until everything up to a place in the log is projected, so that who
// wrote there reads it. The context bounds the wait. ErrDegraded.
func (r *Runner) WaitFor(ctx context.Context, at es.Position) error {
	for {
		r.mu.Lock()
		now, degraded, moved := r.at, r.degraded, r.moved
		r.mu.Unlock()
		switch {
		case at.Compare(now) <= 0:
			return nil
		case degraded != nil:
			return degraded
		}
		select {
		case <-moved:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

func (r *Runner) degrade(err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.degraded = err
	close(r.moved)
	r.moved = make(chan struct{})
}

// reached tells who waits and who listens what was committed.
func (r *Runner) reached(g *group, events []Event, caughtUp bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	// What was projected while nobody was told: listeners have to ask for it.
	if at := g.lowest(); len(events) == 0 && r.at.Before(at) {
		for l := range r.listeners {
			r.cut(l)
		}
	}
	r.at, r.caughtUp, r.degraded = g.lowest(), caughtUp, nil
	close(r.moved)
	r.moved = make(chan struct{})
	for i := range events {
		h := Happened{
			Stream: events[i].Envelope.Stream, Revision: events[i].Envelope.Revision,
			Type: events[i].Envelope.Type, Position: events[i].Envelope.Position, At: events[i].At,
		}
		for l := range r.listeners {
			r.tell(l, h)
		}
	}
}

// Happened tells that an event is projected: lists show it now.
type Happened struct {
	Stream   es.StreamID
	Revision es.Revision
	Type     string
	Position es.Position
	At       time.Time
}

type listener struct{ out chan Happened }

// listenAhead is how many events wait for one listener.
const listenAhead = 256

// Listen tells of every event projected from now on, in order. A listener that does
// not keep up is cut off: its channel is closed, and it has to ask for what it
// missed by position. leave ends the listening.
func (r *Runner) Listen() (events <-chan Happened, leave func()) {
	l := &listener{out: make(chan Happened, listenAhead)}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.listeners[l] = struct{}{}
	return l.out, func() {
		r.mu.Lock()
		defer r.mu.Unlock()
		r.cut(l)
	}
}

func (r *Runner) tell(l *listener, h Happened) {
	select {
	case l.out <- h:
	default:
		r.cut(l)
	}
}

func (r *Runner) cut(l *listener) {
	if _, ok := r.listeners[l]; ok {
		delete(r.listeners, l)
		close(l.out)
	}
}
