package keyring

import (
	"container/list"
	"slices"
	"sync"

	"fangxin/domain/sealed"
)

// entry is the durable key of an active subject, unwrapped.
type entry struct {
	subject sealed.Subject
	row     int64
	key     *sealed.DataKey
	// marks known to be stored; guarded by the cache's mutex.
	marks []mark
}

// maxMarks bounds what is remembered of a subject's stored marks.
const maxMarks = 32

// cache keeps the keys used last. Only the writer adds and drops, so an entry
// dropped by an erasure cannot come back.
type cache struct {
	mu      sync.Mutex
	limit   int
	byName  map[sealed.Subject]*list.Element
	recency list.List // of *entry, newest first
}

func newCache(limit int) *cache {
	return &cache{limit: limit, byName: make(map[sealed.Subject]*list.Element)}
}

// get answers the entry, and whether all marks are known to be stored.
func (c *cache) get(s sealed.Subject, marks []mark) (e *entry, stored bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	el := c.byName[s]
	if el == nil {
		return nil, false
	}
	c.recency.MoveToFront(el)
	e = el.Value.(*entry)
	for _, m := range marks {
		if !slices.Contains(e.marks, m) {
			return e, false
		}
	}
	return e, true
}

// put adds the entry, or adds marks to the one that stands.
func (c *cache) put(e *entry, marks []mark) {
	c.mu.Lock()
	defer c.mu.Unlock()
	el := c.byName[e.subject]
	if el == nil {
		el = c.recency.PushFront(e)
		c.byName[e.subject] = el
	}
	e = el.Value.(*entry)
	for _, m := range marks {
		if len(e.marks) < maxMarks && !slices.Contains(e.marks, m) {
			e.marks = append(e.marks, m)
		}
	}
	for c.recency.Len() > c.limit {
		oldest := c.recency.Back()
		delete(c.byName, oldest.Value.(*entry).subject)
		c.recency.Remove(oldest)
	}
}

func (c *cache) drop(s sealed.Subject) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if el := c.byName[s]; el != nil {
		c.recency.Remove(el)
		delete(c.byName, s)
	}
}
