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
	mu         sync.Mutex
	partitions int
	spaces     map[readmodel.Space][]*naive
	current    map[readmodel.Space]int // by the first build of a version
	closed     bool
}

// NewSimple returns an empty model of one partition.
func NewSimple() *Simple { return NewPartitioned(1) }

// NewPartitioned returns an empty model of so many partitions.
func NewPartitioned(partitions int) *Simple {
	return &Simple{partitions: partitions, spaces: map[readmodel.Space][]*naive{}, current: map[readmodel.Space]int{}}
}

var _ readmodel.Model = (*Simple)(nil)

// enter locks the model and finds the partitions of a space, empty ones where there
// are none.
func (m *Simple) enter(ctx context.Context, s readmodel.Space) ([]*naive, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	m.mu.Lock()
	if m.closed {
		m.mu.Unlock()
		return nil, readmodel.ErrClosed
	}
	if parts := m.spaces[s]; parts != nil {
		return parts, nil
	}
	parts := make([]*naive, m.partitions)
	for i := range parts {
		parts[i] = newNaive()
	}
	return parts, nil
}

// Partitions is the number of partitions.
func (m *Simple) Partitions() int { return m.partitions }

// Commit applies a batch.
func (m *Simple) Commit(ctx context.Context, b readmodel.Batch) error {
	if b.Partition < 0 || b.Partition >= m.partitions {
		return readmodel.ErrPartition
	}
	parts, err := m.enter(ctx, b.Space)
	if err != nil {
		return err
	}
	defer m.mu.Unlock()
	n := parts[b.Partition]
	switch {
	case b.Fence < n.fence:
		return readmodel.ErrFenced
	case n.at != b.From:
		return readmodel.ErrCheckpoint
	}
	for _, c := range b.Changes {
		n.apply(c)
	}
	n.at, n.fence = b.To, b.Fence
	m.spaces[b.Space] = parts
	return nil
}

// Checkpoint of one partition.
func (m *Simple) Checkpoint(ctx context.Context, s readmodel.Space, partition int) (es.Position, error) {
	parts, err := m.enter(ctx, s)
	if err != nil {
		return es.Position{}, err
	}
	defer m.mu.Unlock()
	return parts[partition].at, nil
}

// Lowest checkpoint.
func (m *Simple) Lowest(ctx context.Context, s readmodel.Space) (es.Position, error) {
	parts, err := m.enter(ctx, s)
	if err != nil {
		return es.Position{}, err
	}
	defer m.mu.Unlock()
	low := parts[0].at
	for _, n := range parts[1:] {
		if n.at.Before(low) {
			low = n.at
		}
	}
	return low, nil
}

// Current build of a version of a projection.
func (m *Simple) Current(ctx context.Context, projection string, version int) (int, error) {
	if _, err := m.enter(ctx, readmodel.Space{}); err != nil {
		return 0, err
	}
	defer m.mu.Unlock()
	return m.current[readmodel.First(projection, version)], nil
}

// Flip makes a build the current one.
func (m *Simple) Flip(ctx context.Context, s readmodel.Space) error {
	if _, err := m.enter(ctx, s); err != nil {
		return err
	}
	defer m.mu.Unlock()
	m.current[readmodel.First(s.Projection, s.Major())] = s.Version
	return nil
}

// Drop removes a build.
func (m *Simple) Drop(ctx context.Context, s readmodel.Space) error {
	if _, err := m.enter(ctx, s); err != nil {
		return err
	}
	defer m.mu.Unlock()
	delete(m.spaces, s)
	if of := readmodel.First(s.Projection, s.Major()); m.current[of] == s.Version {
		delete(m.current, of)
	}
	return nil
}

// Spaces lists builds.
func (m *Simple) Spaces(ctx context.Context, projection string) ([]readmodel.Space, error) {
	if _, err := m.enter(ctx, readmodel.Space{}); err != nil {
		return nil, err
	}
	defer m.mu.Unlock()
	var out []readmodel.Space
	for s := range m.spaces {
		if s.Projection == projection {
			out = append(out, s)
		}
	}
	slices.SortFunc(out, func(a, b readmodel.Space) int { return a.Version - b.Version })
	return out, nil
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
	parts, err := m.enter(ctx, s)
	if err != nil {
		return nil, err
	}
	defer m.mu.Unlock()
	out := make([]any, len(keys))
	for i, k := range keys {
		var latest es.Position
		for _, n := range parts {
			d, ok := n.docs[k]
			if ok && (out[i] == nil || latest.Before(d.at)) {
				out[i], latest = d.doc, d.at
			}
		}
	}
	return out, nil
}

// Page returns rows of a set.
func (m *Simple) Page(ctx context.Context, s readmodel.Space, p readmodel.Page) (readmodel.Rows, error) {
	if p.Where.Terms() > readmodel.MaxTerms {
		return readmodel.Rows{}, readmodel.ErrTooComplex
	}
	parts, err := m.enter(ctx, s)
	if err != nil {
		return readmodel.Rows{}, err
	}
	defer m.mu.Unlock()
	rows := rowsOf(parts, p)
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

// rowsOf are the rows of all partitions in order, shared ones once.
func rowsOf(parts []*naive, p readmodel.Page) []readmodel.Row {
	var rows []readmodel.Row
	for _, n := range parts {
		rows = append(rows, n.rows(p)...)
	}
	slices.SortFunc(rows, func(a, b readmodel.Row) int { return compare(a, b, p.Order) })
	return slices.Compact(rows)
}

// Count counts a set.
func (m *Simple) Count(ctx context.Context, s readmodel.Space, where readmodel.Expr, lo, hi int64) (readmodel.Number, error) {
	if where.Terms() > readmodel.MaxTerms {
		return readmodel.Number{}, readmodel.ErrTooComplex
	}
	parts, err := m.enter(ctx, s)
	if err != nil {
		return readmodel.Number{}, err
	}
	defer m.mu.Unlock()
	n := 0
	for _, part := range parts {
		n += len(part.rows(readmodel.Page{Where: where, Min: lo, Max: hi}))
	}
	return readmodel.Number{N: int64(n)}, nil
}

// Indexes lists names.
func (m *Simple) Indexes(ctx context.Context, s readmodel.Space, prefix, after string, limit int) ([]string, error) {
	parts, err := m.enter(ctx, s)
	if err != nil {
		return nil, err
	}
	defer m.mu.Unlock()
	names := map[string]bool{}
	for _, n := range parts {
		for name, set := range n.indexes {
			if strings.HasPrefix(name, prefix) && name > after && len(set) > 0 {
				names[name] = true
			}
		}
	}
	out := slices.Sorted(maps.Keys(names))
	return out[:min(limit, len(out))], nil
}

// Counters lists counters of [from, to).
func (m *Simple) Counters(ctx context.Context, s readmodel.Space, from, to string, limit int) ([]readmodel.Counter, error) {
	parts, err := m.enter(ctx, s)
	if err != nil {
		return nil, err
	}
	defer m.mu.Unlock()
	sums := map[string]int64{}
	for _, n := range parts {
		for k, v := range n.counters {
			if k >= from && (to == "" || k < to) {
				sums[k] += v
			}
		}
	}
	var out []readmodel.Counter
	for _, k := range slices.Sorted(maps.Keys(sums)) {
		if len(out) < limit {
			out = append(out, readmodel.Counter{Key: k, Value: sums[k]})
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

// Content is all of a space that tells two builds of it apart, also builds of
// different numbers of partitions: documents as what show makes of them, index
// members and counters other than zero.
func Content(m *Simple, s readmodel.Space, show func(doc any) string) map[string]string {
	m.mu.Lock()
	defer m.mu.Unlock()
	out, at, sums := map[string]string{}, map[string]es.Position{}, map[string]int64{}
	for _, n := range m.spaces[s] {
		for k, d := range n.docs {
			if _, ok := at[k]; !ok || at[k].Before(d.at) {
				out["doc "+k], at[k] = show(d.doc), d.at
			}
		}
		for name, set := range n.indexes {
			for member, score := range set {
				out["index "+name+" "+member] = number(score)
			}
		}
		for k, v := range n.counters {
			sums[k] += v
		}
	}
	for k, v := range sums {
		if v != 0 {
			out["counter "+k] = number(v)
		}
	}
	return out
}
