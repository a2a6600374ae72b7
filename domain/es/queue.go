package es

import (
	"context"
	"sync"
)

// Queue orders the commands on one stream inside a process, so that they do not
// meet as conflicts in the store. The zero Queue is ready.
type Queue struct {
	mu    sync.Mutex
	turns map[StreamID]*turn
}

type turn struct {
	token   chan struct{}
	waiting int
}

// enter waits for the stream's turn; release passes it on.
func (q *Queue) enter(ctx context.Context, s StreamID) (release func(), err error) {
	q.mu.Lock()
	if q.turns == nil {
		q.turns = map[StreamID]*turn{}
	}
	t := q.turns[s]
	if t == nil {
		t = &turn{token: make(chan struct{}, 1)}
		q.turns[s] = t
	}
	t.waiting++
	q.mu.Unlock()
	select {
	case t.token <- struct{}{}:
		return func() { <-t.token; q.leave(s, t) }, nil
	case <-ctx.Done():
		q.leave(s, t)
		return nil, ctx.Err()
	}
}

func (q *Queue) leave(s StreamID, t *turn) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if t.waiting--; t.waiting == 0 {
		delete(q.turns, s)
	}
}
