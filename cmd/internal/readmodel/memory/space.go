package memory

import (
	"strings"
	"sync"

	"fangxin/domain/es"
	"fangxin/projections/readmodel"
)

// space holds one version of one projection. What the lock covers is seen whole.
type space struct {
	mu          sync.RWMutex
	checkpoints map[int]es.Position
	fence       uint64 // of the latest lease that wrote
	docs        map[string]document
	roll        roll
	indexes     map[string]*index
	names       families
	counters    counters
}

func newSpace() *space {
	return &space{
		checkpoints: map[int]es.Position{},
		docs:        map[string]document{},
		indexes:     map[string]*index{},
		names:       families{},
		counters:    newCounters(),
	}
}

func (s *space) commit(b *readmodel.Batch) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case b.Fence < s.fence:
		return readmodel.ErrFenced
	case s.checkpoints[b.Partition] != b.From:
		return readmodel.ErrCheckpoint
	}
	s.fence = b.Fence
	for i := range b.Changes {
		s.apply(&b.Changes[i])
	}
	s.checkpoints[b.Partition] = b.To
	return nil
}

func (s *space) apply(c *readmodel.Change) {
	switch c.Op {
	case readmodel.PutDoc:
		s.docs[c.Key] = document{c.Doc}
	case readmodel.DeleteDoc:
		delete(s.docs, c.Key)
	case readmodel.AddMember:
		s.add(c)
	case readmodel.RemoveMember:
		s.remove(c)
	case readmodel.AddCount:
		s.counters.add(c.Key, c.Delta)
	}
}

func (s *space) add(c *readmodel.Change) {
	x := s.indexes[c.Key]
	if x == nil {
		x = &index{}
		s.indexes[c.Key] = x
		s.names.add(c.Key)
	}
	n := s.roll.of(c.Member)
	if x.add(row{readmodel.Row{Member: c.Member, Score: c.Score}, n}) {
		s.roll.uses[n]++
	}
}

func (s *space) remove(c *readmodel.Change) {
	x := s.indexes[c.Key]
	if x == nil {
		return
	}
	n, ok := s.roll.find(c.Member)
	if !ok || !x.remove(c.Member, n) {
		return
	}
	s.roll.release(n)
	if x.set.n == 0 {
		delete(s.indexes, c.Key)
		s.names.remove(c.Key)
	}
}

// indexNames lists names with the prefix that come after a name.
func (s *space) indexNames(prefix, after string, limit int) []string {
	var out []string
	s.ordered(prefix, func(names *ordered) {
		names.Ascend(max(prefix, after), func(n string) bool {
			if !strings.HasPrefix(n, prefix) || len(out) == limit {
				return n < prefix
			}
			if n > after {
				out = append(out, n)
			}
			return len(out) < limit
		})
	})
	return out
}

// ordered calls read, under the read lock, with the names of a prefix's family. They
// are put in order when they are first asked for.
func (s *space) ordered(prefix string, read func(*ordered)) {
	of := family(prefix)
	s.mu.RLock()
	if s.names[of] == nil {
		s.mu.RUnlock()
		s.mu.Lock()
		s.names.order(of, s.indexes)
		s.mu.Unlock()
		s.mu.RLock()
	}
	defer s.mu.RUnlock()
	read(s.names[of])
}
