package kurrenttest

import (
	"sync"

	"fangxin/domain/es"
)

// recentBytes bounds the ids of recent events, counted as the server counts: it
// holds some 100 000 of them.
const recentBytes = 8 << 20

// recent knows the ids of the newest events, first in first out. Only appends
// without an exact revision look at it, so a repeat of those is noticed while it
// lasts and not after a restart.
type recent struct {
	mu    sync.Mutex
	byID  map[es.ID]place
	order []es.ID
	size  int
}

type place struct {
	stream   es.StreamID
	revision es.Revision
	at       es.Position // of the append the event came with
}

func newRecent() *recent { return &recent{byID: map[es.ID]place{}} }

func (r *recent) forget() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.byID, r.order, r.size = map[es.ID]place{}, nil, 0
}

func cost(stream es.StreamID) int { return 16 + 4 + 8 + 2*len(stream) }

// wrote remembers events that stand at the end of the receipt.
func (r *recent) wrote(stream es.StreamID, events []es.Pending, receipt es.Receipt) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for i, e := range events {
		if _, known := r.byID[e.ID]; !known {
			r.order = append(r.order, e.ID)
			r.size += cost(stream)
		}
		r.byID[e.ID] = place{stream, receipt.Revision - es.Revision(len(events)-1-i), receipt.Position}
	}
	for r.size > recentBytes {
		r.size -= cost(r.byID[r.order[0]].stream)
		delete(r.byID, r.order[0])
		r.order = r.order[1:]
	}
}

// known is where the last of the events stands, and how many of them, from the
// first on, are known in the stream.
func (r *recent) known(stream es.StreamID, events []es.Pending) (last place, n int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, e := range events {
		p, ok := r.byID[e.ID]
		if !ok || p.stream != stream {
			break
		}
		last, n = p, n+1
	}
	return last, n
}
