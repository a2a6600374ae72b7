package kurrent

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"time"

	"github.com/EventStore/EventStore-Client-Go/v4/protos/streams"
	"google.golang.org/grpc/metadata"

	"fangxin/domain/es"
)

// Read yields the stream from the revision on. A hole, where an operator has
// truncated the stream, is es.ErrDamaged.
func (s *Store) Read(ctx context.Context, stream es.StreamID, from es.Revision) iter.Seq2[es.Envelope, error] {
	return func(yield func(es.Envelope, error) bool) {
		next := min(max(from, 0), es.Last-1)
		for e, err := range s.stream(ctx, stream, streamQuery(stream, next)) {
			if err == nil && e.Revision != next {
				err = hole(stream, e.Revision, next)
			}
			if !yield(e, err) || err != nil {
				return
			}
			next++
		}
	}
}

// ReadBack yields the stream backwards to its first event.
func (s *Store) ReadBack(ctx context.Context, stream es.StreamID, from es.Revision) iter.Seq2[es.Envelope, error] {
	return func(yield func(es.Envelope, error) bool) {
		next := es.Last // not yet known
		for e, err := range s.stream(ctx, stream, backQuery(stream, max(from, 0))) {
			switch {
			case err != nil:
			case from < 0:
				return // before the first event: the stream exists, and that is all
			case next != es.Last && e.Revision != next:
				err = hole(stream, e.Revision, next)
			}
			if !yield(e, err) || err != nil {
				return
			}
			next = e.Revision - 1
		}
		if next >= 0 && next != es.Last {
			yield(es.Envelope{}, hole(stream, es.None, next))
		}
	}
}

func hole(stream es.StreamID, got, due es.Revision) error {
	return fmt.Errorf("%s: revision %d where %d was due: %w", stream, got, due, es.ErrDamaged)
}

// stream yields one stream's events as the server sends them.
func (s *Store) stream(ctx context.Context, stream es.StreamID, q *streams.ReadReq_Options) iter.Seq2[es.Envelope, error] {
	return func(yield func(es.Envelope, error) bool) {
		if err := es.CheckStream(stream); err != nil && s.life.Err() == nil && ctx.Err() == nil {
			yield(es.Envelope{}, fmt.Errorf("%.40q: %w", string(stream), es.ErrStreamNotFound))
			return
		}
		s.each(ctx, q)(yield)
	}
}

// ReadAll yields the log after the position up to the head at the call. A log that
// ends before that head, on a node that lags behind, is es.ErrUnavailable.
func (s *Store) ReadAll(ctx context.Context, after es.Position) iter.Seq2[es.Envelope, error] {
	return func(yield func(es.Envelope, error) bool) {
		head, err := s.Head(ctx)
		if err != nil {
			yield(es.Envelope{}, err)
			return
		}
		last := after
		if !last.Before(head) {
			return
		}
		for e, err := range s.each(ctx, ours(logQuery(after))) {
			switch {
			case err != nil:
				yield(e, err)
				return
			case !last.Before(e.Position): // the server reads from a position, not after it
				continue
			case head.Before(e.Position):
				return
			}
			last = e.Position
			if !yield(e, nil) || last == head {
				return
			}
		}
		yield(es.Envelope{}, fmt.Errorf("the log ends at %s before its head %s: %w", last, head, es.ErrUnavailable))
	}
}

// Head is the position of the newest event that ReadAll and Subscribe deliver: what
// the server writes for itself is not counted.
func (s *Store) Head(ctx context.Context) (es.Position, error) {
	began := s.options.now()
	for count := uint64(1); ; count *= 64 {
		q := ours(headQuery())
		q.CountOption = &streams.ReadReq_Options_Count{Count: count}
		position, looked, err := s.newest(ctx, q)
		if err != nil {
			return es.Position{}, err
		}
		if !position.IsStart() || looked < count {
			s.seen.head(position, began)
			return position, nil
		}
	}
}

// newest is the position of the first event of ours that the query yields, and the
// number of events it looked at.
func (s *Store) newest(ctx context.Context, q *streams.ReadReq_Options) (es.Position, uint64, error) {
	r, err := s.begin(ctx, q)
	if err != nil {
		return es.Position{}, 0, err
	}
	defer r.close()
	var looked uint64
	for {
		m, err := r.next()
		if errors.Is(err, io.EOF) {
			return es.Position{}, looked, nil
		}
		if err != nil {
			return es.Position{}, looked, err
		}
		if e := m.GetEvent().GetEvent(); e != nil {
			looked++
			if at := place(e); !system(e) && at.IsStart() {
				return at, looked, errPlace
			} else if !system(e) {
				return at, looked, nil
			}
		}
	}
}

// glance makes sure that the head was seen lately, and answers the newest position
// seen. It counts the server's own events too: the log has one order for all.
func (s *Store) glance(ctx context.Context) (es.Position, error) {
	began := s.options.now()
	if p, ok := s.seen.lately(began, s.options.HeadAge); ok {
		return p, ctx.Err()
	}
	q := headQuery()
	q.CountOption = &streams.ReadReq_Options_Count{Count: 1}
	r, err := s.begin(ctx, q)
	if err != nil {
		return es.Position{}, err
	}
	defer r.close()
	var at es.Position
	if m, err := r.next(); err == nil {
		at = place(m.GetEvent().GetEvent())
	} else if !errors.Is(err, io.EOF) {
		return es.Position{}, err
	}
	s.seen.head(at, began)
	p, _ := s.seen.lately(began, s.options.HeadAge)
	return p, nil
}

// each yields the events that the query finds.
func (s *Store) each(ctx context.Context, q *streams.ReadReq_Options) iter.Seq2[es.Envelope, error] {
	inLog := q.GetAll() != nil
	return func(yield func(es.Envelope, error) bool) {
		r, err := s.begin(ctx, q)
		if err != nil {
			yield(es.Envelope{}, err)
			return
		}
		defer r.close()
		for {
			m, err := r.next()
			if errors.Is(err, io.EOF) {
				return
			}
			event := m.GetEvent().GetEvent()
			if err == nil && (event == nil || inLog && system(event)) {
				continue // what a newer server may say beside the events
			}
			var e es.Envelope
			if err == nil {
				e, err = envelope(event)
			}
			if !yield(e, err) || err != nil {
				return
			}
		}
	}
}

// reading is one read call. Its server must not be silent for longer than
// Options.Attempt; the time the caller takes does not count.
type reading struct {
	store    *Store
	caller   context.Context
	ctx      context.Context
	cancel   context.CancelCauseFunc
	unhook   func() bool
	g        *generation
	call     streams.Streams_ReadClient
	silence  *time.Timer
	answered bool
	held     *streams.ReadResp // read by begin
	over     error             // read by begin: the end of an empty answer
}

// begin sends the query and waits for the first message, so that a connection lost
// in the meantime costs another try and not the read.
func (s *Store) begin(ctx context.Context, q *streams.ReadReq_Options) (*reading, error) {
	for try := 1; ; try++ {
		r, chance, err := s.beginOnce(ctx, q)
		if err == nil {
			return r, nil
		}
		if chance != again || try == tries || !s.rest(ctx, pause(s.options, try)) {
			return nil, s.reason(ctx, err)
		}
	}
}

func (s *Store) beginOnce(ctx context.Context, q *streams.ReadReq_Options) (*reading, chance, error) {
	if s.life.Err() != nil {
		return nil, never, es.ErrClosed
	}
	g, err := s.supervisor.acquire(ctx)
	if err != nil {
		return nil, later, err
	}
	r := &reading{store: s, caller: ctx, g: g}
	r.ctx, r.cancel = context.WithCancelCause(ctx)
	r.unhook = context.AfterFunc(s.life, func() { r.cancel(es.ErrClosed) })
	r.silence = time.AfterFunc(s.options.Attempt, func() { r.cancel(errSilent) })
	r.call, err = g.streams.Read(s.supervisor.outgoing(r.ctx), &streams.ReadReq{Options: q})
	if err == nil {
		r.held, err = r.receive()
	}
	if err != nil && !errors.Is(err, io.EOF) {
		verdict, reason := r.failure(err)
		r.close()
		if verdict == refused {
			return nil, never, reason
		}
		return nil, again, reason
	}
	r.answered, r.over = true, err
	return r, again, nil
}

// receive waits for a message, under the timer.
func (r *reading) receive() (*streams.ReadResp, error) {
	r.silence.Reset(r.store.options.Attempt)
	m, err := r.call.Recv()
	r.silence.Stop()
	if err == nil && m.GetStreamNotFound() != nil {
		err = fmt.Errorf("%.300s: %w", m.GetStreamNotFound().GetStreamIdentifier().GetStreamName(), es.ErrStreamNotFound)
	}
	return m, err
}

// next is the next message, or io.EOF.
func (r *reading) next() (*streams.ReadResp, error) {
	if r.over != nil {
		return nil, r.over
	}
	if m := r.held; m != nil {
		r.held = nil
		return m, nil
	}
	m, err := r.receive()
	if err != nil && !errors.Is(err, io.EOF) {
		_, err = r.failure(err)
		err = r.store.reason(r.caller, err)
	}
	return m, err
}

// failure judges an error, and retires the connection if it is to blame.
func (r *reading) failure(err error) (verdict, error) {
	if errors.Is(err, es.ErrStreamNotFound) {
		r.answered = true
		return refused, err
	}
	if cause := context.Cause(r.ctx); errors.Is(cause, errSilent) {
		r.store.supervisor.retire(r.g, "")
		return failed, fmt.Errorf("%w: %w", ErrConnection, cause)
	}
	var trailers metadata.MD
	if r.call != nil {
		trailers = r.call.Trailer()
	}
	v, leader, reason := judge(r.g.contact.address, err, trailers)
	r.answered = r.answered || v != failed
	if v == redirected || v == failed && broken(err) {
		r.store.supervisor.retire(r.g, leader)
	}
	return v, reason
}

func (r *reading) close() {
	r.silence.Stop()
	r.unhook()
	r.cancel(nil)
	r.store.supervisor.release(r.g, r.answered)
}

// reason is what the caller is told: that the store was closed, that its own
// context ended, or err.
func (s *Store) reason(ctx context.Context, err error) error {
	if s.life.Err() != nil {
		return es.ErrClosed
	}
	return ended(ctx, err)
}
