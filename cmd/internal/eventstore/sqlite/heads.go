package sqlite

import "fangxin/domain/es"

// heads remembers the newest revision of streams lately written, so that an
// append to one of them need not ask the database. Two generations bound it: when
// the young one is full it becomes the old one and the old one is forgotten.
// It belongs to the writer.
type heads struct {
	limit      int // of one generation
	young, old map[es.StreamID]es.Revision
}

func newHeads(limit int) *heads {
	return &heads{limit: limit, young: map[es.StreamID]es.Revision{}, old: map[es.StreamID]es.Revision{}}
}

func (h *heads) get(s es.StreamID) (es.Revision, bool) {
	if r, ok := h.young[s]; ok {
		return r, true
	}
	r, ok := h.old[s]
	return r, ok
}

func (h *heads) set(s es.StreamID, r es.Revision) {
	if len(h.young) >= h.limit {
		h.old, h.young = h.young, make(map[es.StreamID]es.Revision, h.limit)
	}
	h.young[s] = r
}

// forget drops everything: what was set since the last commit is no longer true.
func (h *heads) forget() {
	clear(h.young)
	clear(h.old)
}
