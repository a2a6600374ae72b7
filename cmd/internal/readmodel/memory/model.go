// Package memory is the embedded read model: maps and ordered trees in process,
// with a snapshot on disk from which it starts. Everything in it can be made again
// from the log, so a snapshot that is missing, older or damaged is no error: what
// it does not hold is folded again.
package memory

import (
	"cmp"
	"context"
	"slices"
	"sync"

	"fangxin/domain/es"
	"fangxin/projections/readmodel"
)

// Model is the in-process read model. The zero Model is not usable; see New and
// Open.
type Model struct {
	mu     sync.RWMutex
	spaces map[readmodel.Space]*space
	// current names, for the first build of each version, the one that readers use.
	current map[readmodel.Space]int
	closed  bool

	saver *saver // nil where nothing is kept on disk
}

// New returns an empty model that keeps nothing on disk.
func New() *Model {
	return &Model{spaces: map[readmodel.Space]*space{}, current: map[readmodel.Space]int{}}
}

var (
	_ readmodel.Model      = (*Model)(nil)
	_ readmodel.Viewer     = (*Model)(nil)
	_ readmodel.Rememberer = (*Model)(nil)
)

// find returns a space, nil where nothing was committed to it.
func (m *Model) find(ctx context.Context, s readmodel.Space) (*space, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	m.mu.RLock()
	defer m.mu.RUnlock()
	if m.closed {
		return nil, readmodel.ErrClosed
	}
	return m.spaces[s], nil
}

func (m *Model) findOrMake(ctx context.Context, s readmodel.Space) (*space, error) {
	sp, err := m.find(ctx, s)
	if sp != nil || err != nil {
		return sp, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.closed {
		return nil, readmodel.ErrClosed
	}
	if sp = m.spaces[s]; sp == nil {
		sp = newSpace()
		m.spaces[s] = sp
	}
	return sp, nil
}

// Commit applies a batch: all of it is seen at once.
func (m *Model) Commit(ctx context.Context, b readmodel.Batch) error {
	if b.Partition != 0 {
		return readmodel.ErrPartition
	}
	sp, err := m.find(ctx, b.Space)
	if sp == nil && err == nil {
		// A space that was dropped is not made again by who still writes to it.
		if !b.From.IsStart() {
			return readmodel.ErrCheckpoint
		}
		sp, err = m.findOrMake(ctx, b.Space)
	}
	if err != nil {
		return err
	}
	if err := sp.commit(&b); err != nil {
		return err
	}
	if m.saver != nil {
		m.saver.changed(len(b.Changes))
	}
	return nil
}

// Partitions of the embedded model: one.
func (m *Model) Partitions() int { return 1 }

// Lowest is the checkpoint of the one partition.
func (m *Model) Lowest(ctx context.Context, s readmodel.Space) (es.Position, error) {
	return m.Checkpoint(ctx, s, 0)
}

// Checkpoint of one partition.
func (m *Model) Checkpoint(ctx context.Context, s readmodel.Space, partition int) (es.Position, error) {
	sp, err := m.find(ctx, s)
	if sp == nil || err != nil {
		return es.Position{}, err
	}
	sp.mu.RLock()
	defer sp.mu.RUnlock()
	return sp.checkpoints[partition], nil
}

// Current is the build that readers of a version use, 0 where none.
func (m *Model) Current(ctx context.Context, projection string, version int) (int, error) {
	if err := ctx.Err(); err != nil {
		return 0, err
	}
	m.mu.RLock()
	defer m.mu.RUnlock()
	if m.closed {
		return 0, readmodel.ErrClosed
	}
	return m.current[readmodel.First(projection, version)], nil
}

// Flip makes a build the current one of its version.
func (m *Model) Flip(ctx context.Context, s readmodel.Space) error {
	return m.change(ctx, func() { m.current[versionOf(s)] = s.Version })
}

// Drop removes a build.
func (m *Model) Drop(ctx context.Context, s readmodel.Space) error {
	return m.change(ctx, func() {
		delete(m.spaces, s)
		if m.current[versionOf(s)] == s.Version {
			delete(m.current, versionOf(s))
		}
	})
}

// versionOf is the key of a build's version in current.
func versionOf(s readmodel.Space) readmodel.Space { return readmodel.First(s.Projection, s.Major()) }

// Spaces lists the builds of a projection.
func (m *Model) Spaces(ctx context.Context, projection string) ([]readmodel.Space, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	m.mu.RLock()
	defer m.mu.RUnlock()
	if m.closed {
		return nil, readmodel.ErrClosed
	}
	var out []readmodel.Space
	for s := range m.spaces {
		if s.Projection == projection {
			out = append(out, s)
		}
	}
	slices.SortFunc(out, func(a, b readmodel.Space) int { return cmp.Compare(a.Version, b.Version) })
	return out, nil
}

func (m *Model) change(ctx context.Context, do func()) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.closed {
		return readmodel.ErrClosed
	}
	do()
	if m.saver != nil {
		m.saver.changed(1)
	}
	return nil
}

// Get returns a document.
func (m *Model) Get(ctx context.Context, s readmodel.Space, key string) (any, error) {
	sp, err := m.find(ctx, s)
	if err != nil {
		return nil, err
	}
	if sp == nil {
		return nil, readmodel.ErrNotFound
	}
	var d document
	sp.reading(func() { d = sp.document(key) })
	if d.doc == nil {
		return nil, readmodel.ErrNotFound
	}
	return d.value()
}

// GetMany returns documents in the order of the keys, nil where there is none.
func (m *Model) GetMany(ctx context.Context, s readmodel.Space, keys []string) ([]any, error) {
	sp, err := m.find(ctx, s)
	if err != nil {
		return nil, err
	}
	if sp == nil {
		return make([]any, len(keys)), nil
	}
	found := make([]document, len(keys))
	sp.reading(func() {
		for i, k := range keys {
			found[i] = sp.document(k)
		}
	})
	return valuesOf(found)
}

// valuesOf reads documents, nil where there is none.
func valuesOf(found []document) ([]any, error) {
	out := make([]any, len(found))
	for i, d := range found {
		if d.doc == nil {
			continue
		}
		var err error
		if out[i], err = d.value(); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// Close writes a last snapshot, where one is kept, and ends the model.
func (m *Model) Close() error {
	var err error
	if m.saver != nil {
		err = m.saver.close(m)
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.closed = true
	m.spaces, m.current = nil, nil
	return err
}
