package feed

import (
	"context"
	"encoding/json"
	"time"

	"fangxin/domain/es"
	"fangxin/domain/usecase"
)

// Stream is one reader's changes. It is used by one goroutine at a time.
type Stream struct {
	hub     *Hub
	actor   usecase.Actor
	last    es.Position
	catchUp bool
	looked  int
	behind  []Change
	live    chan *es.Envelope
	// why is set before live is closed.
	why error
}

// Next waits for the next change that the actor may see. ErrSlow, ErrBehind,
// ErrClosed, errors of the store, the context's error.
func (s *Stream) Next(ctx context.Context) (Change, error) {
	for s.catchUp && len(s.behind) == 0 {
		if err := s.read(ctx); err != nil {
			return Change{}, err
		}
	}
	if len(s.behind) > 0 {
		c := s.behind[0]
		s.behind = s.behind[1:]
		return c, nil
	}
	for {
		select {
		case <-ctx.Done():
			return Change{}, ctx.Err()
		case e, ok := <-s.live:
			if !ok {
				return Change{}, s.why
			}
			// What was already read from the log comes here as well.
			if !s.last.Before(e.Position) {
				continue
			}
			s.last = e.Position
			if revision, sees := s.hub.sees(ctx, s.actor, e); sees {
				return change(e, revision), nil
			}
		}
	}
}

// read catches up with the log, as far as the buffer goes. The stream is live already,
// so nothing is lost between the two.
func (s *Stream) read(ctx context.Context) error {
	s.behind = make([]Change, 0, MaxPending)
	for e, err := range s.hub.store.ReadAll(ctx, s.last) {
		if err != nil {
			return err
		}
		if s.looked++; s.looked > MaxCatchUp {
			return ErrBehind
		}
		s.last = e.Position
		if !isCase(&e) {
			continue
		}
		revision, sees := s.hub.sees(ctx, s.actor, &e)
		if !sees {
			continue
		}
		if s.behind = append(s.behind, change(&e, revision)); len(s.behind) == MaxPending {
			return nil
		}
	}
	s.catchUp = false
	return nil
}

// Close ends the stream.
func (s *Stream) Close() {
	s.hub.mu.Lock()
	defer s.hub.mu.Unlock()
	s.hub.end(s, ErrClosed)
}

func change(e *es.Envelope, revision es.Revision) Change {
	var m struct {
		At time.Time `json:"at"`
	}
	// Metadata that cannot be read leave the time out; the case itself says more.
	_ = json.Unmarshal(e.Meta, &m)
	return Change{Position: e.Position, Case: e.Stream.Key(), Revision: revision, Type: e.Type, At: m.At}
}
