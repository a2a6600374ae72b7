package readmodeltest

import (
	"context"
	"maps"
	"slices"
	"strings"
	"sync"

	"fangxin/domain/es"
	"fangxin/projections/readmodel"
)

// Simple is the port written down without any thought of speed: the measure of
// other adapters, and a model for the tests of projections and queries.
type Simple struct {
	mu          sync.Mutex
	spaces      map[readmodel.Space]*naive
	checkpoints map[readmodel.Space]map[int]es.Position
	current     map[string]int
	closed      bool
}

// NewSimple returns an empty model.
func NewSimple() *Simple {
	return &Simple{
		spaces:      map[readmodel.Space]*naive{},
		checkpoints: map[readmodel.Space]map[int]es.Position{},
		current:     map[string]int{},
	}
}

var _ readmodel.Model = (*Simple)(nil)

// enter locks the model and finds a space, an empty one where there is none.
func (m *Simple) enter(ctx context.Context, s readmodel.Space) (*naive, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	m.mu.Lock()
	if m.closed {
		m.mu.Unlock()
		return nil, readmodel.ErrClosed
	}
	n := m.spaces[s]
	if n == nil {
		n = &naive{docs: map[string]any{}, indexes: map[string]map[string]int64{}, counters: map[string]int64{}}
		m.spaces[s], m.checkpoints[s] = n, map[int]es.Position{}
	}
	return n, nil
}

// Commit applies a batch.
func (m *Simple) Commit(ctx context.Context, b readmodel.Batch) error {
	n, err := m.enter(ctx, b.Space)
	if err != nil {
		return err
	}
	defer m.mu.Unlock()
	if m.checkpoints[b.Space][b.Partition] != b.From {
		return readmodel.ErrCheckpoint
	}
	for _, c := range b.Changes {
		n.apply(c)
	}
	m.checkpoints[b.Space][b.Partition] = b.To
	return nil
}

// Checkpoint of one partition.
func (m *Simple) Checkpoint(ctx context.Context, s readmodel.Space, partition int) (es.Position, error) {
	if _, err := m.enter(ctx, s); err != nil {
		return es.Position{}, err
	}
	defer m.mu.Unlock()
	return m.checkpoints[s][partition], nil
}

// Current version of a projection.
func (m *Simple) Current(ctx context.Context, projection string) (int, error) {
	if _, err := m.enter(ctx, readmodel.Space{}); err != nil {
		return 0, err
	}
	defer m.mu.Unlock()
	return m.current[projection], nil
}

// Flip makes a version the current one.
func (m *Simple) Flip(ctx context.Context, s readmodel.Space) error {
	if _, err := m.enter(ctx, s); err != nil {
		return err
	}
	defer m.mu.Unlock()
	m.current[s.Projection] = s.Version
	return nil
}

// Drop removes a version.
func (m *Simple) Drop(ctx context.Context, s readmodel.Space) error {
	if _, err := m.enter(ctx, s); err != nil {
		return err
	}
	defer m.mu.Unlock()
	delete(m.spaces, s)
	delete(m.checkpoints, s)
	if m.current[s.Projection] == s.Version {
		delete(m.current, s.Projection)
	}
	return nil
}

// Get returns a document.
func (m *Simple) Get(ctx context.Context, s readmodel.Space, key string) (any, error) {
	docs, err := m.GetMany(ctx, s, []string{key})
	if err == nil && docs[0] == nil {
		err = readmodel.ErrNotFound
	}
	if err != nil {
		return nil, err
	}
	return docs[0], nil
}

// GetMany returns documents.
func (m *Simple) GetMany(ctx context.Context, s readmodel.Space, keys []string) ([]any, error) {
	n, err := m.enter(ctx, s)
	if err != nil {
		return nil, err
	}
	defer m.mu.Unlock()
	out := make([]any, len(keys))
	for i, k := range keys {
		out[i] = n.docs[k]
	}
	return out, nil
}

// Page returns rows of a set.
func (m *Simple) Page(ctx context.Context, s readmodel.Space, p readmodel.Page) (readmodel.Rows, error) {
	if p.Where.Terms() > readmodel.MaxTerms {
		return readmodel.Rows{}, readmodel.ErrTooComplex
	}
	n, err := m.enter(ctx, s)
	if err != nil {
		return readmodel.Rows{}, err
	}
	defer m.mu.Unlock()
	rows := n.rows(p)
	if p.After != "" {
		after, err := readmodel.ParseCursor(p.After)
		if err != nil {
			return readmodel.Rows{}, err
		}
		rows = slices.DeleteFunc(rows, func(r readmodel.Row) bool { return compare(r, after, p.Order) <= 0 })
	}
	limit := min(readmodel.MaxPage, max(1, p.Limit))
	if len(rows) <= limit {
		return readmodel.Rows{Rows: rows}, nil
	}
	return readmodel.Rows{Rows: rows[:limit], Next: readmodel.CursorOf(rows[limit-1])}, nil
}

// Count counts a set.
func (m *Simple) Count(ctx context.Context, s readmodel.Space, where readmodel.Expr, lo, hi int64) (readmodel.Number, error) {
	if where.Terms() > readmodel.MaxTerms {
		return readmodel.Number{}, readmodel.ErrTooComplex
	}
	n, err := m.enter(ctx, s)
	if err != nil {
		return readmodel.Number{}, err
	}
	defer m.mu.Unlock()
	return readmodel.Number{N: int64(len(n.rows(readmodel.Page{Where: where, Min: lo, Max: hi})))}, nil
}

// Indexes lists names.
func (m *Simple) Indexes(ctx context.Context, s readmodel.Space, prefix, after string, limit int) ([]string, error) {
	n, err := m.enter(ctx, s)
	if err != nil {
		return nil, err
	}
	defer m.mu.Unlock()
	var out []string
	for _, name := range slices.Sorted(maps.Keys(n.indexes)) {
		if strings.HasPrefix(name, prefix) && name > after && len(n.indexes[name]) > 0 && len(out) < limit {
			out = append(out, name)
		}
	}
	return out, nil
}

// Counters lists counters of [from, to).
func (m *Simple) Counters(ctx context.Context, s readmodel.Space, from, to string, limit int) ([]readmodel.Counter, error) {
	n, err := m.enter(ctx, s)
	if err != nil {
		return nil, err
	}
	defer m.mu.Unlock()
	var out []readmodel.Counter
	for _, k := range slices.Sorted(maps.Keys(n.counters)) {
		if k >= from && (to == "" || k < to) && len(out) < limit {
			out = append(out, readmodel.Counter{Key: k, Value: n.counters[k]})
		}
	}
	return out, nil
}

// Close ends the model.
func (m *Simple) Close() error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.closed = true
	return nil
}

// Content is all of a space that tells two builds of it apart: documents as what
// show makes of them, index members and counters other than zero.
func Content(m *Simple, s readmodel.Space, show func(doc any) string) map[string]string {
	m.mu.Lock()
	defer m.mu.Unlock()
	out := map[string]string{}
	n := m.spaces[s]
	if n == nil {
		return out
	}
	for k, d := range n.docs {
		out["doc "+k] = show(d)
	}
	for name, set := range n.indexes {
		for member, score := range set {
			out["index "+name+" "+member] = number(score)
		}
	}
	for k, v := range n.counters {
		if v != 0 {
			out["counter "+k] = number(v)
		}
	}
	return out
}
