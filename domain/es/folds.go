package es

import (
	"sync"
	"time"
)

// Past is the fold of a stream's first events. A log only grows, so it stays true
// whatever is written later; whoever has it reads on from its revision.
type Past[S any] struct {
	State    S
	Revision Revision
	// Seen is the revision as the caller counts it, see Runner.Counts.
	Seen Revision
	// At is the time of the last event.
	At time.Time
	// IDs are those of the events, in order.
	IDs []ID
}

// Folds remembers the folds of the streams used last, so that a long stream costs no
// more than a short one. What is in it must never be changed in place. It is safe for
// use by many goroutines.
type Folds[F any] struct {
	half       int
	mu         sync.Mutex
	young, old map[StreamID]F // two generations: what is recalled is young again
}

// NewFolds remembers up to size streams; at least two.
func NewFolds[F any](size int) *Folds[F] {
	return &Folds[F]{half: max(1, size/2), young: map[StreamID]F{}}
}

// Recall is the fold remembered last, if it is still known.
func (m *Folds[F]) Recall(s StreamID) (F, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if f, ok := m.young[s]; ok {
		return f, true
	}
	f, ok := m.old[s]
	if ok {
		m.put(s, f)
	}
	return f, ok
}

// Remember keeps a fold in place of an earlier one.
func (m *Folds[F]) Remember(s StreamID, f F) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.put(s, f)
}

func (m *Folds[F]) put(s StreamID, f F) {
	if _, ok := m.young[s]; !ok && len(m.young) >= m.half {
		m.old, m.young = m.young, make(map[StreamID]F, m.half)
	}
	m.young[s] = f
}
