package sqlite

import (
	"bytes"
	"context"
	"sync"

	"fangxin/domain/es"
)

// atOnce is how many events a subscription takes from memory in one go.
const atOnce = 64

// subscription reads the log by position: from the database while it is behind,
// from the tail in memory once it has caught up. Positions have no gaps, so the
// next event is always the one at last+1, wherever it comes from, and the switch
// can neither lose nor repeat one.
type subscription struct {
	store  *Store
	ctx    context.Context // of Subscribe: its end is the subscription's end
	last   int64           // position of the newest event fetched
	behind bool            // reading the database; the caught-up mark is due
	page   []es.Envelope   // fetched
	next   int             // index in page of the next event to deliver
	shared bool            // page holds bytes that belong to the tail
	failed error           // why the subscription is over

	once  sync.Once
	ended chan struct{}
}

// Subscribe delivers the log after the position, then what is being written. It
// ends with ctx, with Close, or with the store.
func (s *Store) Subscribe(ctx context.Context, from es.Position) (es.Subscription, error) {
	if err := s.using.enter(); err != nil {
		return nil, err
	}
	defer s.using.leave()
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	return &subscription{store: s, ctx: ctx, last: after(from), behind: true, ended: make(chan struct{})}, nil
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
		if s.next < len(s.page) {
			return s.deliver(), nil
		}
		grown, mark, err := s.fetch(ctx)
		switch {
		case err != nil && ctx.Err() != nil:
			return es.Delivery{}, ctx.Err() // the caller's own; the subscription lives
		case err != nil:
			s.failed = err
		case mark:
			return es.Delivery{CaughtUp: true, Position: position(s.last)}, nil
		case grown != nil:
			s.wait(ctx, grown)
		}
	}
}

// over is the error that ended the subscription. The first one stays.
func (s *subscription) over() error {
	if s.failed != nil {
		return s.failed
	}
	select {
	case <-s.ended:
		s.failed = es.ErrClosed
	case <-s.store.closing:
		s.failed = es.ErrClosed
	default:
		s.failed = s.ctx.Err()
	}
	return s.failed
}

func (s *subscription) deliver() es.Delivery {
	e := s.page[s.next]
	s.page[s.next] = es.Envelope{}
	s.next++
	if s.shared {
		e.Data, e.Meta = bytes.Clone(e.Data), bytes.Clone(e.Meta)
	}
	return es.Delivery{Event: &e, Position: e.Position}
}

// fetch fills the page. When there is nothing to fetch it answers that the mark is
// due, or the channel that announces more.
func (s *subscription) fetch(ctx context.Context) (grown <-chan struct{}, mark bool, err error) {
	if cap(s.page) < atOnce {
		s.page = make([]es.Envelope, 0, atOnce)
	}
	n, head, held, grown := s.store.tail.from(s.last, s.page[:atOnce])
	s.page, s.next, s.shared = s.page[:n], 0, true
	switch {
	case n > 0:
		s.last += int64(n)
		return nil, false, nil
	case !held && s.last < head:
		s.behind = true
		return nil, false, s.fetchStored(ctx, head)
	case s.behind && s.last >= head:
		s.behind = false
		s.page = nil // pages of the database are larger than live ones
		return nil, true, nil
	}
	return grown, false, nil
}

func (s *subscription) fetchStored(ctx context.Context, head int64) error {
	s.shared = false
	err := s.store.with(ctx, func(r *reader) (err error) {
		s.page, err = r.span(s.page[:0], s.last, head)
		return err
	})
	if err != nil {
		s.page = nil
		return classify("read the log", err)
	}
	s.last += int64(len(s.page))
	return nil
}

func (s *subscription) wait(ctx context.Context, grown <-chan struct{}) {
	select {
	case <-grown:
	case <-ctx.Done():
	case <-s.ctx.Done():
	case <-s.ended:
	case <-s.store.closing:
	}
}

// Close ends the subscription; a Next under way answers es.ErrClosed.
func (s *subscription) Close() error {
	s.once.Do(func() { close(s.ended) })
	return nil
}
