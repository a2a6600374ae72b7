package sqlite

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"

	"fangxin/domain/es"
)

// request is one append on its way to the writer and back.
type request struct {
	stream   es.StreamID
	expected es.Revision
	events   []es.Pending // their bytes belong to the store
	size     int          // of those bytes

	state   atomic.Int32
	receipt es.Receipt
	err     error
	done    chan struct{} // one signal when the answer stands
}

// States of a request. Whoever leaves waiting first decides: the writer takes the
// request, or the caller, whose context has ended, withdraws it.
const (
	waiting int32 = iota
	taken
	withdrawn
)

// requests are reused: a request that was answered has no other reference.
type requests struct{ pool sync.Pool }

// get copies the append, so that the caller may reuse its slices at once, and
// may leave while the writer is still at work.
func (p *requests) get(stream es.StreamID, expected es.Revision, events []es.Pending) *request {
	r, ok := p.pool.Get().(*request)
	if !ok {
		r = &request{done: make(chan struct{}, 1)}
	}
	r.stream, r.expected, r.receipt, r.err, r.size = stream, expected, es.Receipt{}, nil, 0
	r.state.Store(waiting)
	for _, e := range events {
		r.size += len(e.Data) + len(e.Meta)
	}
	room := make([]byte, 0, r.size)
	own := func(b []byte) []byte {
		start := len(room)
		room = append(room, b...)
		return room[start:len(room):len(room)]
	}
	r.events = r.events[:0]
	for _, e := range events {
		r.events = append(r.events, es.Pending{ID: e.ID, Type: e.Type, Data: own(e.Data), Meta: own(e.Meta)})
	}
	return r
}

func (p *requests) put(r *request) {
	clear(r.events)
	p.pool.Put(r)
}

// Append queues the events and waits until the group they were committed with is
// on disk. If ctx ends before the writer took them, nothing is written; if it ends
// later the answer wraps es.ErrUnknownOutcome and the context's error.
func (s *Store) Append(ctx context.Context, stream es.StreamID, expected es.Revision, events []es.Pending) (es.Receipt, error) {
	if err := s.using.enter(); err != nil {
		return es.Receipt{}, err
	}
	defer s.using.leave()
	if err := es.CheckAppend(stream, expected, events); err != nil {
		return es.Receipt{}, err
	}
	if err := ctx.Err(); err != nil {
		return es.Receipt{}, err
	}
	r := s.writer.requests.get(stream, expected, events)
	select {
	case s.writer.queue <- r:
	case <-ctx.Done():
		return es.Receipt{}, ctx.Err()
	}
	select {
	case <-r.done:
	case <-ctx.Done():
		if r.state.CompareAndSwap(waiting, withdrawn) {
			return es.Receipt{}, ctx.Err()
		}
		select {
		case <-r.done: // both at once: the answer is the better news
		default:
			return es.Receipt{}, fmt.Errorf("append to %s: %w: %w", stream, es.ErrUnknownOutcome, ctx.Err())
		}
	}
	receipt, err := r.receipt, r.err
	s.writer.requests.put(r)
	return receipt, err
}
