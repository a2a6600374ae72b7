package sqlite

import (
	"sync"

	"fangxin/domain/es"
)

// tail is the newest part of the log, in memory, for subscriptions: a ring of
// committed events, bounded in number and bytes. A subscription that is not fast
// enough for it reads the database instead.
type tail struct {
	mu    sync.RWMutex
	ring  []es.Envelope // the event at position p stands at p modulo len
	first int64         // the oldest position held; first > last: none
	last  int64         // the newest committed position
	bytes int
	limit int           // of bytes
	grown chan struct{} // closed and replaced by every publish
}

func newTail(head int64, events, bytes int) *tail {
	return &tail{
		ring: make([]es.Envelope, events), first: head + 1, last: head,
		limit: bytes, grown: make(chan struct{}),
	}
}

func (t *tail) head() int64 {
	t.mu.RLock()
	defer t.mu.RUnlock()
	return t.last
}

func (t *tail) slot(position int64) *es.Envelope { return &t.ring[position%int64(len(t.ring))] }

// publish makes committed events visible up to last, and wakes who waits.
func (t *tail) publish(last int64, events []es.Envelope) {
	if len(events) == 0 {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, e := range events {
		if t.last+1-t.first == int64(len(t.ring)) {
			t.drop()
		}
		t.last++
		*t.slot(t.last) = e
		t.bytes += len(e.Data) + len(e.Meta)
		for t.bytes > t.limit && t.first < t.last {
			t.drop()
		}
	}
	close(t.grown)
	t.grown = make(chan struct{})
}

// drop lets the oldest event go.
func (t *tail) drop() {
	e := t.slot(t.first)
	t.bytes -= len(e.Data) + len(e.Meta)
	*e = es.Envelope{}
	t.first++
}

// from copies events that follow the position into the buffer. It answers the
// head, whether the events after the position are still held, and the channel
// that announces more.
func (t *tail) from(position int64, into []es.Envelope) (n int, head int64, held bool, grown <-chan struct{}) {
	t.mu.RLock()
	defer t.mu.RUnlock()
	held = position+1 >= t.first
	for p := position + 1; held && p <= t.last && n < len(into); p++ {
		into[n] = *t.slot(p)
		n++
	}
	return n, t.last, held, t.grown
}
