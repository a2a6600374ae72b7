package sqlite

import (
	"context"
	"fmt"
	"iter"

	"fangxin/domain/es"
)

// AppendAll writes entries in their order, many to a transaction, and waits for the
// last. It stops at the first that fails; those before it are on disk, those behind it
// may be. What an entry holds must not change until AppendAll returns.
func (s *Store) AppendAll(ctx context.Context, entries iter.Seq[es.Entry]) error {
	if err := s.using.enter(); err != nil {
		return err
	}
	defer s.using.leave()
	var sent []*request
	for e := range entries {
		if err := es.CheckAppend(e.Stream, e.Expected, e.Events); err != nil {
			return err
		}
		r := s.writer.requests.get(e.Stream, e.Expected, e.Events)
		select {
		case s.writer.queue <- r:
		case <-ctx.Done():
			return ctx.Err()
		}
		var err error
		if sent, err = s.answered(ctx, append(sent, r), groupRequests); err != nil {
			return err
		}
	}
	_, err := s.answered(ctx, sent, 0)
	return err
}

// answered takes the answers to what was sent, the oldest first, until no more than a
// number are open.
func (s *Store) answered(ctx context.Context, sent []*request, open int) ([]*request, error) {
	for len(sent) > open {
		r := sent[0]
		select {
		case <-r.done:
		case <-ctx.Done():
			return nil, fmt.Errorf("append to %s: %w: %w", r.stream, es.ErrUnknownOutcome, ctx.Err())
		}
		err := r.err
		sent = sent[1:]
		s.writer.requests.put(r)
		if err != nil {
			return nil, err
		}
	}
	return sent, nil
}
