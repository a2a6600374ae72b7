package keyring

import (
	"container/list"
	"slices"
	"sync"
	"time"

	"fangxin/domain/sealed"
)

// entry is the durable key of an active subject, unwrapped.
type entry struct {
	subject sealed.Subject
	row     int64
	key     *sealed.DataKey
	// marks known to be stored, and when the store was last asked whether the subject
	// is active; guarded by the cache's mutex.
	marks []mark
	asked time.Duration
}

// maxMarks bounds what is remembered of a subject's stored marks.
const maxMarks = 32

// cache keeps the keys used last. In a file's keyring only the writer adds and drops,
// so an entry dropped by an erasure cannot come back; others add by putSince.
type cache struct {
	mu      sync.Mutex
	limit   int
	byName  map[sealed.Subject]*list.Element
	recency list.List // of *entry, newest first
	drops   uint64
	// stale says whether an entry is too old to be used; nil where none ever is.
	stale func(asked time.Duration) bool
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
	if c.stale != nil && c.stale(el.Value.(*entry).asked) {
		c.remove(el)
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
	c.add(e, marks)
}

// dropped counts the drops, taken before the store is asked; see putSince.
func (c *cache) dropped() uint64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.drops
}

// putSince is put, unless something was dropped since: what the store answered may be
// older than that.
func (c *cache) putSince(drops uint64, e *entry, marks []mark) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.drops == drops {
		c.add(e, marks)
	}
}

func (c *cache) add(e *entry, marks []mark) {
	el := c.byName[e.subject]
	if el == nil {
		el = c.recency.PushFront(e)
		c.byName[e.subject] = el
	}
	asked := e.asked
	e = el.Value.(*entry)
	e.asked = max(e.asked, asked)
	for _, m := range marks {
		if len(e.marks) < maxMarks && !slices.Contains(e.marks, m) {
			e.marks = append(e.marks, m)
		}
	}
	for c.recency.Len() > c.limit {
		c.remove(c.recency.Back())
	}
}

func (c *cache) remove(el *list.Element) {
	c.recency.Remove(el)
	delete(c.byName, el.Value.(*entry).subject)
}

func (c *cache) drop(s sealed.Subject) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.drops++
	if el := c.byName[s]; el != nil {
		c.remove(el)
	}
}

// dropStale takes keys that may no longer be used out of memory, and answers how many
// are left.
func (c *cache) dropStale() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, el := range c.byName {
		if c.stale(el.Value.(*entry).asked) {
			c.remove(el)
		}
	}
	return len(c.byName)
}
