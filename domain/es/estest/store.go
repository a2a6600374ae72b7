package estest

import (
	"bytes"
	"context"
	"fmt"
	"iter"
	"sync"
	"time"

	"fangxin/domain/es"
)

// Store is the reference event store: everything in memory, positions 1, 2, 3.
// It obeys the port to the letter and is the model the conformance suite compares
// adapters with. Envelopes it hands out are copies.
type Store struct {
	now    func() time.Time
	shares bool

	mu      sync.RWMutex
	log     []es.Envelope            // grows only; a prefix once seen never changes
	streams map[es.StreamID][]uint64 // commit positions by revision
	grown   chan struct{}            // closed and replaced by every append
	closed  bool
	ended   chan struct{} // closed by Close
}

var _ es.Store = (*Store)(nil)

// Option changes a new Store.
type Option func(*Store)

// WithClock sets what the store takes for its own time. By default it is a
// logical clock: the n-th event is recorded n milliseconds after 2020-01-01.
func WithClock(now func() time.Time) Option { return func(s *Store) { s.now = now } }

// Shared lets all readers have the same bytes, for those that never write into what
// they read.
func Shared() Option { return func(s *Store) { s.shares = true } }

// NewStore is an empty store.
func NewStore(options ...Option) *Store {
	s := &Store{
		streams: map[es.StreamID][]uint64{},
		grown:   make(chan struct{}),
		ended:   make(chan struct{}),
	}
	for _, o := range options {
		o(s)
	}
	return s
}

// Append writes all events or none.
func (s *Store) Append(ctx context.Context, stream es.StreamID, expected es.Revision, events []es.Pending) (es.Receipt, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return es.Receipt{}, es.ErrClosed
	}
	if err := es.CheckAppend(stream, expected, events); err != nil {
		return es.Receipt{}, err
	}
	if err := ctx.Err(); err != nil {
		return es.Receipt{}, err
	}
	at := s.streams[stream]
	actual := es.Revision(len(at)) - 1
	if expected != actual {
		return s.repeated(stream, expected, events)
	}
	if len(events) == 0 {
		return es.Receipt{Revision: expected}, nil
	}
	return s.write(stream, expected, events), nil
}

// repeated answers an append that does not expect the stream's end: the first
// receipt if the very same ids were written there, a conflict otherwise.
func (s *Store) repeated(stream es.StreamID, expected es.Revision, events []es.Pending) (es.Receipt, error) {
	at := s.streams[stream]
	actual := es.Revision(len(at)) - 1
	last := expected + es.Revision(len(events))
	conflict := &es.ConflictError{Stream: stream, Expected: expected, Actual: actual}
	if len(events) == 0 || expected > actual || last > actual {
		return es.Receipt{}, conflict
	}
	for i, e := range events {
		if s.log[at[int(expected)+1+i]-1].ID != e.ID {
			return es.Receipt{}, conflict
		}
	}
	return es.Receipt{Revision: last, Position: place(at[last]), Repeated: true}, nil
}

func (s *Store) write(stream es.StreamID, expected es.Revision, events []es.Pending) es.Receipt {
	at := s.streams[stream]
	for i, e := range events {
		n := uint64(len(s.log)) + 1
		s.log = append(s.log, es.Envelope{
			ID: e.ID, Stream: stream, Revision: expected + 1 + es.Revision(i), Position: place(n),
			Type: e.Type, Data: bytes.Clone(e.Data), Meta: bytes.Clone(e.Meta), Recorded: s.time(n),
		})
		at = append(at, n)
	}
	s.streams[stream] = at
	close(s.grown)
	s.grown = make(chan struct{})
	return es.Receipt{Revision: es.Revision(len(at)) - 1, Position: place(at[len(at)-1])}
}

func (s *Store) time(n uint64) time.Time {
	if s.now != nil {
		return s.now().UTC()
	}
	return time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC).Add(time.Duration(n) * time.Millisecond)
}

func place(n uint64) es.Position { return es.Position{Commit: n, Prepare: n} }

// after is the number of events at or before p, so the index of the first event
// after it.
func after(p es.Position) uint64 {
	if p.Prepare < p.Commit {
		return p.Commit - 1
	}
	return p.Commit
}

// copied gives the caller bytes of its own.
func (s *Store) copied(e es.Envelope) es.Envelope {
	if !s.shares {
		e.Data, e.Meta = bytes.Clone(e.Data), bytes.Clone(e.Meta)
	}
	return e
}

// view is the log and one stream's places in it at one moment.
func (s *Store) view(stream es.StreamID) (log []es.Envelope, at []uint64, err error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	if s.closed {
		return nil, nil, es.ErrClosed
	}
	return s.log, s.streams[stream], nil
}

// alive is the reason why a sequence under way must end, or nil.
func (s *Store) alive(ctx context.Context) error {
	select {
	case <-s.ended:
		return es.ErrClosed
	default:
		return ctx.Err()
	}
}

// Read yields the stream from the revision on.
func (s *Store) Read(ctx context.Context, stream es.StreamID, from es.Revision) iter.Seq2[es.Envelope, error] {
	return s.sequence(ctx, func() ([]es.Envelope, iter.Seq[uint64], error) {
		log, at, err := s.view(stream)
		if err == nil && len(at) == 0 {
			err = fmt.Errorf("%s: %w", stream, es.ErrStreamNotFound)
		}
		return log, func(yield func(uint64) bool) {
			for r := max(from, 0); r < es.Revision(len(at)) && yield(at[r]); r++ {
			}
		}, err
	})
}

// ReadBack yields the stream from the revision backwards.
func (s *Store) ReadBack(ctx context.Context, stream es.StreamID, from es.Revision) iter.Seq2[es.Envelope, error] {
	return s.sequence(ctx, func() ([]es.Envelope, iter.Seq[uint64], error) {
		log, at, err := s.view(stream)
		if err == nil && len(at) == 0 {
			err = fmt.Errorf("%s: %w", stream, es.ErrStreamNotFound)
		}
		return log, func(yield func(uint64) bool) {
			for r := min(from, es.Revision(len(at))-1); r >= 0 && yield(at[r]); r-- {
			}
		}, err
	})
}

// ReadAll yields the log after the position.
func (s *Store) ReadAll(ctx context.Context, from es.Position) iter.Seq2[es.Envelope, error] {
	return s.sequence(ctx, func() ([]es.Envelope, iter.Seq[uint64], error) {
		log, _, err := s.view("")
		return log, func(yield func(uint64) bool) {
			for i := after(from); i < uint64(len(log)) && yield(i+1); i++ {
			}
		}, err
	})
}

// sequence yields the chosen events of the log as it is when ranging begins.
func (s *Store) sequence(ctx context.Context, choose func() ([]es.Envelope, iter.Seq[uint64], error)) iter.Seq2[es.Envelope, error] {
	return func(yield func(es.Envelope, error) bool) {
		log, chosen, err := choose()
		if ended := s.alive(ctx); ended != nil {
			err = ended
		}
		if err != nil {
			yield(es.Envelope{}, err)
			return
		}
		for n := range chosen {
			if err := s.alive(ctx); err != nil {
				yield(es.Envelope{}, err)
				return
			}
			if !yield(s.copied(log[n-1]), nil) {
				return
			}
		}
	}
}

// Head is the position of the newest event.
func (s *Store) Head(ctx context.Context) (es.Position, error) {
	if err := s.alive(ctx); err != nil {
		return es.Position{}, err
	}
	s.mu.RLock()
	defer s.mu.RUnlock()
	return place(uint64(len(s.log))), nil
}

// Close ends subscriptions. Nothing is kept.
func (s *Store) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.closed {
		s.closed = true
		close(s.ended)
	}
	return nil
}
