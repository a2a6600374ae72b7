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
	roll        roll
	views       []document          // of streams, by number
	docs        map[string]document // all others
	indexes     map[string]*index
	// ones are indexes of a single member without a score: names of subjects, accounts
	// and numbers hardly repeat.
	ones     map[string]uint32
	names    families
	counters counters
	kept     kept
	answers  answers
}

func newSpace() *space {
	return &space{
		checkpoints: map[int]es.Position{},
		docs:        map[string]document{},
		indexes:     map[string]*index{},
		ones:        map[string]uint32{},
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
	s.kept.forget()
	s.answers.forget()
	for i := range b.Changes {
		s.apply(&b.Changes[i])
	}
	s.checkpoints[b.Partition] = b.To
	return nil
}

func (s *space) apply(c *readmodel.Change) {
	switch c.Op {
	case readmodel.PutDoc:
		s.put(c.Key, document{c.Doc})
	case readmodel.DeleteDoc:
		s.delete(c.Key)
	case readmodel.AddMember:
		s.add(c)
	case readmodel.RemoveMember:
		s.remove(c)
	case readmodel.AddCount:
		s.counters.add(c.Key, c.Delta)
	}
}

// locked takes the read lock once ready holds; make makes it so for who has the space
// alone.
func (s *space) locked(ready func() bool, make func()) {
	s.mu.RLock()
	for !ready() {
		s.mu.RUnlock()
		s.mu.Lock()
		make()
		s.mu.Unlock()
		s.mu.RLock()
	}
}

func (s *space) put(key string, d document) {
	stream, ok := strings.CutPrefix(key, readmodel.ViewPrefix)
	if !ok {
		s.docs[key] = d
		return
	}
	n := s.roll.of(stream)
	for int(n) >= len(s.views) {
		s.views = append(s.views, document{})
	}
	if s.views[n].doc == nil {
		s.roll.uses[n]++
	}
	s.views[n] = d
}

func (s *space) delete(key string) {
	stream, ok := strings.CutPrefix(key, readmodel.ViewPrefix)
	if !ok {
		delete(s.docs, key)
		return
	}
	if n, found := s.roll.find(stream); found && s.view(n).doc != nil {
		s.views[n] = document{}
		s.roll.release(n)
	}
}

// view is that of a number, the zero document where there is none.
func (s *space) view(number uint32) document {
	if int(number) >= len(s.views) {
		return document{}
	}
	return s.views[number]
}

// document finds by key. The roll is ready.
func (s *space) document(key string) document {
	stream, ok := strings.CutPrefix(key, readmodel.ViewPrefix)
	if !ok {
		return s.docs[key]
	}
	if n, found := s.roll.look(stream); found {
		return s.view(n)
	}
	return document{}
}

// reading calls read under the read lock, with the numbers of all members known.
func (s *space) reading(read func()) {
	s.locked(s.roll.isReady, s.roll.ready)
	defer s.mu.RUnlock()
	read()
}

// index finds an index to read; one that nobody wrote is empty.
func (s *space) index(name string) *index {
	if x := s.indexes[name]; x != nil {
		return x
	}
	x := &index{}
	if n, ok := s.ones[name]; ok {
		x.set.put(n, 0)
	}
	return x
}

func (s *space) add(c *readmodel.Change) {
	n := s.roll.of(c.Member)
	s.roll.share(n, c.Member)
	x := s.indexes[c.Key]
	if x == nil {
		if x = s.begin(c.Key, n, c.Score); x == nil {
			return
		}
	}
	if x.add(n, c.Score) {
		s.roll.uses[n]++
	}
}

// begin makes an index for a member that comes to it; nil says that the member is in
// it already, as the only one.
func (s *space) begin(name string, number uint32, score int64) *index {
	only, some := s.ones[name]
	switch {
	case some && only == number && score == 0:
		return nil
	case !some:
		s.names.add(name)
		if score == 0 {
			s.ones[name] = number
			s.roll.uses[number]++
			return nil
		}
	}
	x := &index{}
	if some {
		x.set.put(only, 0)
		delete(s.ones, name)
	}
	s.indexes[name] = x
	return x
}

func (s *space) remove(c *readmodel.Change) {
	n, ok := s.roll.find(c.Member)
	if !ok {
		return
	}
	x := s.indexes[c.Key]
	if x == nil {
		if only, some := s.ones[c.Key]; some && only == n {
			delete(s.ones, c.Key)
			s.names.remove(c.Key)
			s.roll.release(n)
		}
		return
	}
	if !x.remove(n) {
		return
	}
	s.roll.release(n)
	if x.len() == 0 {
		delete(s.indexes, c.Key)
		s.names.remove(c.Key)
	}
}

// indexNames lists names with the prefix that come after a name. They are put in order
// when their family is first asked for.
func (s *space) indexNames(prefix, after string, limit int) []string {
	of := family(prefix)
	s.locked(func() bool { return s.names[of] != nil }, func() { s.names.order(of, s.eachName) })
	defer s.mu.RUnlock()
	var out []string
	s.names[of].Ascend(max(prefix, after), func(n string) bool {
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

// eachName calls yield with the name of each index.
func (s *space) eachName(yield func(string) bool) {
	for name := range s.indexes {
		if !yield(name) {
			return
		}
	}
	for name := range s.ones {
		if !yield(name) {
			return
		}
	}
}
