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
	young, old map[es.StreamID]*folded // a case is large, and only ever replaced
}

// generation is how many cases are young: those that people work on at one time.
const generation = 1024

func (m *memory) get(s es.StreamID) (folded, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	f := m.young[s]
	if f == nil {
		if f = m.old[s]; f == nil {
			return folded{}, false
		}
		m.keep(s, f)
	}
	return *f, true
}

func (m *memory) put(s es.StreamID, f folded) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.keep(s, &f)
}

func (m *memory) keep(s es.StreamID, f *folded) {
	if m.young[s] == nil && len(m.young) >= generation || m.young == nil {
		m.old, m.young = m.young, map[es.StreamID]*folded{}
	}
	m.young[s] = f
}
