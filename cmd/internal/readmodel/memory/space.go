package memory

import (
	"strings"
	"sync"

	"github.com/tidwall/btree"

	"fangxin/domain/es"
	"fangxin/projections/readmodel"
)

// space holds one version of one projection. What the lock covers is seen whole.
type space struct {
	mu          sync.RWMutex
	checkpoints map[int]es.Position
	docs        map[string]*document
	indexes     map[string]*index
	names       *btree.BTreeG[string] // of indexes that have members
	counters    counters
}

func newSpace() *space {
	return &space{
		checkpoints: map[int]es.Position{},
		docs:        map[string]*document{},
		indexes:     map[string]*index{},
		names:       newNames(),
		counters:    newCounters(),
	}
}

func newNames() *btree.BTreeG[string] {
	return btree.NewBTreeGOptions(func(a, b string) bool { return a < b }, btree.Options{NoLocks: true})
}

func (s *space) commit(b *readmodel.Batch) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.checkpoints[b.Partition] != b.From {
		return readmodel.ErrCheckpoint
	}
	for i := range b.Changes {
		s.apply(&b.Changes[i])
	}
	s.checkpoints[b.Partition] = b.To
	return nil
}

func (s *space) apply(c *readmodel.Change) {
	switch c.Op {
	case readmodel.PutDoc:
		s.docs[c.Key] = &document{doc: c.Doc}
	case readmodel.DeleteDoc:
		delete(s.docs, c.Key)
	case readmodel.AddMember:
		x := s.indexes[c.Key]
		if x == nil {
			x = &index{}
			s.indexes[c.Key] = x
			s.names.Set(c.Key)
		}
		x.add(c.Member, c.Score)
	case readmodel.RemoveMember:
		x := s.indexes[c.Key]
		if x == nil {
			return
		}
		if x.remove(c.Member); x.len() == 0 {
			delete(s.indexes, c.Key)
			s.names.Delete(c.Key)
		}
	case readmodel.AddCount:
		s.counters.add(c.Key, c.Delta)
	}
}

// indexNames lists names with the prefix that come after a name.
func (s *space) indexNames(prefix, after string, limit int) []string {
	s.mu.RLock()
	defer s.mu.RUnlock()
	var out []string
	s.names.Ascend(max(prefix, after), func(n string) bool {
		if !strings.HasPrefix(n, prefix) || len(out) == limit {
			return n < prefix
		}
		if n > after {
			out = append(out, n)
		}
		return len(out) < limit
	})
	return out
}
