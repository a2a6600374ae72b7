package estest

import (
	"context"
	"sync"

	"fangxin/domain/es"
)

// lagging is the number of waiting events at which a subscription of the
// reference store counts as fallen behind.
const lagging = 1024

// Subscribe delivers the log after the position.
func (s *Store) Subscribe(ctx context.Context, from es.Position) (es.Subscription, error) {
	if err := s.alive(ctx); err != nil {
		return nil, err
	}
	return &subscription{store: s, ctx: ctx, next: after(from), behind: true, ended: make(chan struct{})}, nil
}

type subscription struct {
	store  *Store
	ctx    context.Context // of Subscribe: its end is the subscription's end
	next   uint64          // index of the next event in the log
	behind bool            // a caught-up mark is due at the head
	failed error           // why the subscription is over

	once  sync.Once
	ended chan struct{}
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
		d, grown, ok := s.ready()
		if ok {
			return d, nil
		}
		select {
		case <-grown:
		case <-ctx.Done():
		case <-s.ctx.Done():
		case <-s.ended:
		case <-s.store.ended:
		}
	}
}

// over is the error that ended the subscription. The first one stays.
func (s *subscription) over() error {
	if s.failed == nil {
		select {
		case <-s.ended:
			s.failed = es.ErrClosed
		default:
			s.failed = s.store.alive(s.ctx)
		}
	}
	return s.failed
}

// ready is what can be delivered now, or the channel that announces more.
func (s *subscription) ready() (es.Delivery, <-chan struct{}, bool) {
	s.store.mu.RLock()
	log, grown := s.store.log, s.store.grown
	s.store.mu.RUnlock()
	head := uint64(len(log))
	switch {
	case s.next < head:
		s.behind = s.behind || head-s.next > lagging
		e := s.store.copied(log[s.next])
		s.next++
		return es.Delivery{Event: &e, Position: e.Position}, nil, true
	case s.behind:
		s.behind = false
		return es.Delivery{CaughtUp: true, Position: place(head)}, nil, true
	}
	return es.Delivery{}, grown, false
}

// Close ends the subscription; a Next under way answers ErrClosed.
func (s *subscription) Close() error {
	s.once.Do(func() { close(s.ended) })
	return nil
}
