package kurrent

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/EventStore/EventStore-Client-Go/v4/protos/streams"
	"google.golang.org/grpc/metadata"

	"fangxin/domain/es"
)

// ahead is how many deliveries wait for a reader: at most 64 MiB. What it does not
// take stays with the server, which reads it from the log again.
const ahead = 64

// subscription follows the log over any number of connections. Its place is the
// last event it was given, never a checkpoint of the server, so that whatever the
// server or the connection loses is asked for again.
type subscription struct {
	store  *Store
	ctx    context.Context // of Subscribe: its end is the subscription's end
	run    context.Context // ends with ctx, with Close, and with the store
	cancel context.CancelFunc
	unhook func() bool
	closed atomic.Bool
	queue  chan es.Delivery
	done   chan struct{} // closed when the pump has ended
	broken error         // why the pump gave up; read after done

	// Of the goroutine that calls Next.
	last   es.Position // delivered
	failed error       // why the subscription is over
	owed   bool        // a mark is to be delivered at the target
	aimed  bool        // the target is known
	target es.Position
	marked bool // the last delivery was a mark
}

// Subscribe follows the log after the position. It does not wait for the server;
// the server's absence shows in Next.
func (s *Store) Subscribe(ctx context.Context, after es.Position) (es.Subscription, error) {
	if err := s.enter(); err != nil {
		return nil, err
	}
	if err := ctx.Err(); err != nil {
		s.calls.Done()
		return nil, err
	}
	sub := &subscription{store: s, ctx: ctx, last: after, queue: make(chan es.Delivery, ahead), done: make(chan struct{})}
	sub.run, sub.cancel = context.WithCancel(ctx)
	sub.unhook = context.AfterFunc(s.life, sub.cancel)
	s.supervisor.count(func(n *Stats) { n.Subscriptions++ })
	go func() {
		defer s.calls.Done()
		defer close(sub.done)
		p := &pump{store: s, ctx: sub.run, queue: sub.queue, at: after}
		sub.broken = p.follow()
		sub.unhook()
		s.supervisor.count(func(n *Stats) { n.Subscriptions-- })
	}()
	return sub, nil
}

// Next waits for the next delivery.
func (s *subscription) Next(ctx context.Context) (es.Delivery, error) {
	for {
		if err := s.over(); err != nil {
			return es.Delivery{}, err
		}
		if err := ctx.Err(); err != nil {
			return es.Delivery{}, err
		}
		var d es.Delivery
		select {
		case d = <-s.queue:
		default:
			if s.owed && s.due(ctx) {
				s.owed, s.aimed, s.marked = false, false, true
				return es.Delivery{CaughtUp: true, Position: s.last}, nil
			}
			if !s.wait(ctx, &d) {
				continue
			}
		}
		if d.CaughtUp {
			// A mark that follows a mark tells nothing new.
			s.owed, s.aimed = s.owed || !s.marked, false
			continue
		}
		s.last, s.marked = d.Position, false
		return d, nil
	}
}

// due says whether the owed mark can be delivered now that nothing is waiting. The
// server's word may be old when the reader is slow, and what it sent since may
// still be on its way; so the reader aims at the head of now.
func (s *subscription) due(ctx context.Context) bool {
	if !s.aimed {
		head, err := s.store.Head(ctx)
		if ctx.Err() != nil || s.run.Err() != nil {
			return false
		}
		if err != nil { // then the server's word stands
			head = s.last
		}
		s.aimed, s.target = true, head
	}
	return !s.last.Before(s.target)
}

// wait takes a delivery, or answers false when something has ended.
func (s *subscription) wait(ctx context.Context, d *es.Delivery) bool {
	select {
	case *d = <-s.queue:
		return true
	case <-s.done: // what the pump left comes first
		select {
		case *d = <-s.queue:
			return true
		default:
			if s.run.Err() == nil {
				s.failed = s.broken
			}
		}
	case <-ctx.Done():
	case <-s.run.Done():
	}
	return false
}

// over is the error that ended the subscription. The first one stays.
func (s *subscription) over() error {
	switch {
	case s.failed != nil:
	case s.closed.Load() || s.store.life.Err() != nil:
		s.failed = es.ErrClosed
	default:
		s.failed = s.ctx.Err()
	}
	return s.failed
}

// Close ends the subscription; a Next under way answers es.ErrClosed.
func (s *subscription) Close() error {
	s.closed.Store(true)
	s.cancel()
	<-s.done
	return nil
}

// pump brings the log into the queue.
type pump struct {
	store *Store
	ctx   context.Context
	queue chan<- es.Delivery

	mu      sync.Mutex
	at      es.Position // the last event put into the queue
	heard   uint64      // messages that show life
	putting bool        // waiting for the reader, not for the server
}

// follow subscribes again and again until the context ends, the server refuses, or
// no server was found for Options.Outage.
func (p *pump) follow() error {
	var lost time.Time // when the server was last heard, during an outage
	failures := 0
	for {
		before := p.life()
		verdict, err := p.stream()
		if p.ctx.Err() != nil {
			return p.ctx.Err()
		}
		if verdict == refused {
			return err
		}
		if p.life() != before || failures == 0 {
			lost, failures = p.store.options.now(), 0
		}
		if silent := p.store.options.now().Sub(lost); silent > p.store.options.Outage {
			return fmt.Errorf("no server for %s: %w", silent.Truncate(time.Millisecond), err)
		}
		failures++
		p.store.options.Log.Warn("event store: subscription lost", "after", p.place().String(), "failures", failures, "error", err)
		if !p.store.rest(p.ctx, pause(p.store.options, failures)) {
			return p.ctx.Err()
		}
		p.store.supervisor.count(func(n *Stats) { n.Restarts++ })
	}
}

// stream is one subscription of the server, from the pump's place to its loss.
func (p *pump) stream() (verdict, error) {
	v := p.store.supervisor
	g, err := v.acquire(p.ctx)
	if err != nil {
		return failed, err
	}
	before := p.life()
	defer func() { v.release(g, p.life() != before) }()
	ctx, cancel := context.WithCancelCause(p.ctx)
	watched := make(chan struct{})
	go func() {
		defer close(watched)
		p.watch(ctx, cancel)
	}()
	defer func() {
		cancel(nil)
		<-watched
	}()
	q := ours(logQuery(p.place()))
	q.CountOption = &streams.ReadReq_Options_Subscription{Subscription: &streams.ReadReq_Options_SubscriptionOptions{}}
	var trailers metadata.MD
	call, err := g.streams.Read(v.outgoing(ctx), &streams.ReadReq{Options: q})
	for err == nil {
		var m *streams.ReadResp
		if m, err = call.Recv(); err != nil {
			trailers = call.Trailer()
		} else {
			err = p.take(m)
		}
	}
	if cause := context.Cause(ctx); cause != nil && p.ctx.Err() == nil {
		v.retire(g, "")
		return failed, fmt.Errorf("%w: %w", ErrConnection, cause)
	}
	verdict, leader, reason := judge(g.contact.address, err, trailers)
	if verdict == redirected || verdict == failed && broken(err) {
		v.retire(g, leader)
	}
	return verdict, reason
}

// take handles one message.
func (p *pump) take(m *streams.ReadResp) error {
	if m.GetCaughtUp() != nil {
		return p.put(es.Delivery{CaughtUp: true}, p.place())
	}
	event := m.GetEvent().GetEvent()
	if event == nil {
		if m.GetCheckpoint() != nil {
			p.hear()
		}
		return nil
	}
	at := place(event)
	if system(event) || !at.IsStart() && !p.place().Before(at) {
		p.hear()
		return nil
	}
	if at.IsStart() {
		return errPlace
	}
	e, err := envelope(event)
	if err != nil {
		return err
	}
	p.store.seen.raise(at)
	return p.put(es.Delivery{Event: &e, Position: at}, at)
}

// put hands a delivery to the reader, who may take his time.
func (p *pump) put(d es.Delivery, at es.Position) error {
	p.mu.Lock()
	p.at, p.putting = at, true
	p.heard++
	p.mu.Unlock()
	defer func() {
		p.mu.Lock()
		p.putting = false
		p.mu.Unlock()
	}()
	select {
	case p.queue <- d:
		return nil
	case <-p.ctx.Done():
		return p.ctx.Err()
	}
}

func (p *pump) hear() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.heard++
}

func (p *pump) life() uint64 {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.heard
}

func (p *pump) place() es.Position {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.at
}

// watch ends a subscription that has gone silent although events were written: a
// middlebox, or a server that lost track, may leave it open for ever.
func (p *pump) watch(ctx context.Context, end context.CancelCauseFunc) {
	ticker := time.NewTicker(p.store.options.Watch)
	defer ticker.Stop()
	heard := p.life()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
		if !p.silentSince(heard) {
			heard = p.life()
			continue
		}
		head, err := p.store.Head(ctx)
		if p.silentSince(heard) && (err != nil || p.place().Before(head)) {
			end(errStale)
			return
		}
	}
}

// silentSince says whether nothing was heard since, and the reader is not why.
func (p *pump) silentSince(heard uint64) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.heard == heard && !p.putting
}
