package usecase

import (
	"sync"

	"fangxin/domain/es"
)

// memory keeps the cases used last as they were folded, so that a long case costs no
// more than a short one: two generations, and what is used is young again. A case is a
// few kilobytes; values stay sealed in it. Nothing that was put in may be changed in
// place. The zero memory is ready, and safe for use by many goroutines.
type memory struct {
	mu         sync.Mutex
	young, old map[es.StreamID]folded
}

// generation is how many cases are young: those that people work on at one time.
const generation = 1024

func (m *memory) get(s es.StreamID) (folded, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	f, ok := m.young[s]
	if ok {
		return f, true
	}
	if f, ok = m.old[s]; ok {
		m.keep(s, f)
	}
	return f, ok
}

func (m *memory) put(s es.StreamID, f folded) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.keep(s, f)
}

func (m *memory) keep(s es.StreamID, f folded) {
	if _, ok := m.young[s]; !ok && len(m.young) >= generation || m.young == nil {
		m.old, m.young = m.young, map[es.StreamID]folded{}
	}
	m.young[s] = f
}
