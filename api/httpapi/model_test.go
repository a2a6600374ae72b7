package httpapi_test

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"sync"

	"fangxin/domain/es"
	"fangxin/projections/readmodel"
)

// model is a read model that is plainly right: maps, and sorting at every question.
type model struct {
	mu     sync.Mutex
	spaces map[readmodel.Space]*space
	down   error
}

type space struct {
	at       es.Position
	docs     map[string]any
	indexes  map[string]map[string]int64
	counters map[string]int64
}

func newModel() *model { return &model{spaces: map[readmodel.Space]*space{}} }

func (m *model) of(s readmodel.Space) *space {
	if m.spaces[s] == nil {
		m.spaces[s] = &space{docs: map[string]any{}, indexes: map[string]map[string]int64{}, counters: map[string]int64{}}
	}
	return m.spaces[s]
}

func (m *model) Commit(_ context.Context, b readmodel.Batch) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	s := m.of(b.Space)
	if s.at != b.From {
		return readmodel.ErrCheckpoint
	}
	for _, c := range b.Changes {
		switch c.Op {
		case readmodel.PutDoc:
			s.docs[c.Key] = c.Doc
		case readmodel.DeleteDoc:
			delete(s.docs, c.Key)
		case readmodel.AddMember:
			if s.indexes[c.Key] == nil {
				s.indexes[c.Key] = map[string]int64{}
			}
			s.indexes[c.Key][c.Member] = c.Score
		case readmodel.RemoveMember:
			delete(s.indexes[c.Key], c.Member)
		case readmodel.AddCount:
			s.counters[c.Key] += c.Delta
		}
	}
	s.at = b.To
	return nil
}

func (m *model) Checkpoint(_ context.Context, s readmodel.Space, _ int) (es.Position, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.of(s).at, m.down
}

func (m *model) Current(context.Context, string) (int, error) { return 0, m.down }
func (m *model) Flip(context.Context, readmodel.Space) error  { return nil }
func (m *model) Drop(context.Context, readmodel.Space) error  { return nil }
func (m *model) Close() error                                 { return nil }

func (m *model) Get(_ context.Context, s readmodel.Space, key string) (any, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if d, ok := m.of(s).docs[key]; ok {
		return d, nil
	}
	return nil, readmodel.ErrNotFound
}

func (m *model) GetMany(ctx context.Context, s readmodel.Space, keys []string) ([]any, error) {
	out := make([]any, len(keys))
	for i, k := range keys {
		out[i], _ = m.Get(ctx, s, k)
	}
	return out, nil
}

func (s *space) holds(e readmodel.Expr, member string) bool {
	if e.Index != "" {
		_, ok := s.indexes[e.Index][member]
		return ok
	}
	for _, x := range e.All {
		if !s.holds(x, member) {
			return false
		}
	}
	if len(e.Any) > 0 && !slices.ContainsFunc(e.Any, func(x readmodel.Expr) bool { return s.holds(x, member) }) {
		return false
	}
	return !slices.ContainsFunc(e.Not, func(x readmodel.Expr) bool { return s.holds(x, member) })
}

func first(e readmodel.Expr) string {
	for e.Index == "" {
		e = append(slices.Clone(e.All), e.Any...)[0]
	}
	return e.Index
}

func (s *space) rows(p readmodel.Page) []readmodel.Row {
	var rows []readmodel.Row
	for member, score := range s.indexes[first(p.Where)] {
		if score >= p.Min && (p.Max == 0 || score <= p.Max) && s.holds(p.Where, member) {
			rows = append(rows, readmodel.Row{Member: member, Score: score})
		}
	}
	slices.SortFunc(rows, func(a, b readmodel.Row) int { return order(p.Order, a, b) })
	return rows
}

func order(o readmodel.Order, a, b readmodel.Row) int {
	n := cmp.Or(cmp.Compare(a.Score, b.Score), strings.Compare(a.Member, b.Member))
	if o == readmodel.Newest {
		return -n
	}
	return n
}

func (m *model) Page(_ context.Context, sp readmodel.Space, p readmodel.Page) (readmodel.Rows, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	rows := m.of(sp).rows(p)
	if p.After != "" {
		after, err := readmodel.ParseCursor(p.After)
		if err != nil {
			return readmodel.Rows{}, err
		}
		rows = slices.DeleteFunc(rows, func(r readmodel.Row) bool { return order(p.Order, r, after) <= 0 })
	}
	out := readmodel.Rows{Rows: rows}
	if limit := max(1, min(p.Limit, readmodel.MaxPage)); len(rows) > limit {
		out.Rows, out.Next = rows[:limit], readmodel.CursorOf(rows[limit-1])
	}
	return out, nil
}

func (m *model) Count(_ context.Context, sp readmodel.Space, where readmodel.Expr, least, most int64) (readmodel.Number, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return readmodel.Number{N: int64(len(m.of(sp).rows(readmodel.Page{Where: where, Min: least, Max: most})))}, nil
}

func (m *model) Indexes(_ context.Context, sp readmodel.Space, prefix, after string, limit int) ([]string, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var out []string
	for name := range m.of(sp).indexes {
		if strings.HasPrefix(name, prefix) && name > after && len(m.of(sp).indexes[name]) > 0 {
			out = append(out, name)
		}
	}
	slices.Sort(out)
	return out[:min(limit, len(out))], nil
}

func (m *model) Counters(_ context.Context, sp readmodel.Space, from, to string, limit int) ([]readmodel.Counter, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var out []readmodel.Counter
	for k, v := range m.of(sp).counters {
		if k >= from && k < to {
			out = append(out, readmodel.Counter{Key: k, Value: v})
		}
	}
	slices.SortFunc(out, func(a, b readmodel.Counter) int { return strings.Compare(a.Key, b.Key) })
	return out[:min(limit, len(out))], nil
}
