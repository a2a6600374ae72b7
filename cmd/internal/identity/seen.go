package identity

import (
	"crypto/sha256"
	"sync"
	"time"

	"fangxin/domain/usecase"
)

type digest = [sha256.Size]byte

// verified is a token that passed, and until when it is good.
type verified struct {
	actor usecase.Actor
	until time.Time
}

// seen remembers verified tokens in two generations: when the young one is full it
// becomes the old one, and what was old and not asked for since is forgotten. It
// holds at most twice its limit. Refused tokens are not remembered, so nobody can
// push good ones out with garbage.
type seen struct {
	mu    sync.RWMutex
	limit int
	young map[digest]verified
	old   map[digest]verified
}

func newSeen(limit int) *seen { return &seen{limit: limit, young: make(map[digest]verified)} }

func (s *seen) get(d digest) (verified, bool) {
	s.mu.RLock()
	v, young := s.young[d]
	var old bool
	if !young {
		v, old = s.old[d]
	}
	s.mu.RUnlock()
	if old {
		s.put(d, v)
	}
	return v, young || old
}

func (s *seen) put(d digest, v verified) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.young) >= s.limit {
		s.old, s.young = s.young, make(map[digest]verified)
	}
	s.young[d] = v
}
