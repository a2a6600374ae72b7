package memory

import (
	"context"

	"fangxin/projections/readmodel"
)

// Page returns rows of a set.
func (m *Model) Page(ctx context.Context, s readmodel.Space, p readmodel.Page) (readmodel.Rows, error) {
	if p.Where.Terms() > readmodel.MaxTerms {
		return readmodel.Rows{}, readmodel.ErrTooComplex
	}
	q := query{p: p, limit: min(readmodel.MaxPage, max(1, p.Limit))}
	if p.After != "" {
		after, err := readmodel.ParseCursor(p.After)
		if err != nil {
			return readmodel.Rows{}, err
		}
		q.after = &after
	}
	sp, err := m.find(ctx, s)
	if sp == nil || err != nil {
		return readmodel.Rows{}, err
	}
	sp.mu.RLock()
	defer sp.mu.RUnlock()
	return q.run(sp.compile(p.Where)), nil
}

// Count counts a set.
func (m *Model) Count(ctx context.Context, s readmodel.Space, where readmodel.Expr, lo, hi int64) (readmodel.Number, error) {
	if where.Terms() > readmodel.MaxTerms {
		return readmodel.Number{}, readmodel.ErrTooComplex
	}
	sp, err := m.find(ctx, s)
	if sp == nil || err != nil {
		return readmodel.Number{}, err
	}
	sp.mu.RLock()
	defer sp.mu.RUnlock()
	return sp.compile(where).count(lo, hi), nil
}

// Indexes lists names of indexes with the prefix, after a name.
func (m *Model) Indexes(ctx context.Context, s readmodel.Space, prefix, after string, limit int) ([]string, error) {
	sp, err := m.find(ctx, s)
	if sp == nil || err != nil || limit < 1 {
		return nil, err
	}
	return sp.indexNames(prefix, after, limit), nil
}

// Counters lists counters of [from, to); an empty to has no end.
func (m *Model) Counters(ctx context.Context, s readmodel.Space, from, to string, limit int) ([]readmodel.Counter, error) {
	sp, err := m.find(ctx, s)
	if sp == nil || err != nil || limit < 1 {
		return nil, err
	}
	sp.mu.RLock()
	if sp.counters.keys == nil {
		sp.mu.RUnlock()
		sp.mu.Lock()
		sp.counters.order()
		sp.mu.Unlock()
		sp.mu.RLock()
	}
	defer sp.mu.RUnlock()
	return sp.counters.between(from, to, limit), nil
}

// query is one page under way.
type query struct {
	p     readmodel.Page
	limit int
	after *readmodel.Row
	seen  int
}

// fewCandidates is up to how many members are gathered and sorted rather than
// looked for in order.
const fewCandidates = 4096

// run answers the page: from the smallest set that bounds the answer where that is
// small, else along the order, looking at no more than MaxWork members.
func (q *query) run(n *node) readmodel.Rows {
	c := n.smallest()
	if n.index == nil && c.size() <= max(fewCandidates, n.order().size()/64) && c.size() <= readmodel.MaxWork {
		return q.gather(n, c)
	}
	out := q.scan(n)
	// Looked in vain along the order: then from the smallest set after all.
	if len(out.Rows) < q.limit && out.Next != "" && c.size() <= readmodel.MaxWork {
		return q.gather(n, c)
	}
	return out
}

// beyond says whether a row comes after the cursor.
func (q *query) beyond(r readmodel.Row) bool {
	if q.after == nil {
		return true
	}
	if q.p.Order == readmodel.Oldest {
		return rowLess(*q.after, r)
	}
	return rowLess(r, *q.after)
}

func (q *query) within(score int64) bool {
	return score >= q.p.Min && (q.p.Max == 0 || score <= q.p.Max)
}

func (q *query) gather(n, candidates *node) readmodel.Rows {
	top := ranking{order: q.p.Order, limit: q.limit + 1}
	candidates.each(func(member uint32) bool {
		if s, ok := n.score(member); ok && q.within(s) {
			if r := (readmodel.Row{Member: n.names[member], Score: s}); q.beyond(r) {
				top.offer(r)
			}
		}
		return true
	})
	rows := top.sorted()
	if len(rows) <= q.limit {
		return readmodel.Rows{Rows: rows}
	}
	rows = rows[:q.limit]
	return readmodel.Rows{Rows: rows, Next: readmodel.CursorOf(rows[q.limit-1])}
}

func (q *query) scan(n *node) readmodel.Rows {
	out := readmodel.Rows{}
	var last readmodel.Row
	more := false
	for r := range n.inOrder(q.p.Order, q.start()) {
		if !q.beyond(r.Row) {
			continue
		}
		if q.p.Order == readmodel.Oldest && q.p.Max != 0 && r.Score > q.p.Max ||
			q.p.Order == readmodel.Newest && r.Score < q.p.Min {
			break
		}
		if len(out.Rows) == q.limit || q.seen == readmodel.MaxWork {
			more = true
			break
		}
		last = r.Row
		q.seen++
		if q.within(r.Score) && n.holdsBeside(r) {
			out.Rows = append(out.Rows, r.Row)
		}
	}
	if more {
		out.Next = readmodel.CursorOf(last)
	}
	return out
}

// start is the row at or before which nothing is looked at.
func (q *query) start() *readmodel.Row {
	if q.after != nil {
		return q.after
	}
	switch {
	case q.p.Order == readmodel.Oldest && q.p.Min > 0:
		return &readmodel.Row{Score: q.p.Min}
	case q.p.Order == readmodel.Newest && q.p.Max != 0:
		return &readmodel.Row{Score: q.p.Max, Member: highest}
	}
	return nil
}

// highest sorts after every member that is valid UTF-8.
const highest = "\xff\xff"
