package memory

import (
	"context"

	"fangxin/projections/readmodel"
)

// Page returns rows of a set.
func (m *Model) Page(ctx context.Context, s readmodel.Space, p readmodel.Page) (readmodel.Rows, error) {
	q, sp, err := m.asked(ctx, s, p)
	if sp == nil || err != nil {
		return readmodel.Rows{}, err
	}
	sp.mu.RLock()
	defer sp.mu.RUnlock()
	return q.run(sp.compile(p.Where)), nil
}

// PageViews is Page with the views of its rows, all of one moment; nil where a member has
// none.
func (m *Model) PageViews(ctx context.Context, s readmodel.Space, p readmodel.Page) (readmodel.Rows, []any, error) {
	q, sp, err := m.asked(ctx, s, p)
	if sp == nil || err != nil {
		return readmodel.Rows{}, nil, err
	}
	sp.mu.RLock()
	rows := q.run(sp.compile(p.Where))
	found := make([]document, len(q.numbers))
	for i, n := range q.numbers {
		found[i] = sp.view(n)
	}
	sp.mu.RUnlock()
	views, err := valuesOf(found)
	return rows, views, err
}

// asked looks a page's question through and finds its space, nil where there is none.
func (m *Model) asked(ctx context.Context, s readmodel.Space, p readmodel.Page) (*query, *space, error) {
	if p.Where.Terms() > readmodel.MaxTerms {
		return nil, nil, readmodel.ErrTooComplex
	}
	q := &query{p: p, limit: min(readmodel.MaxPage, max(1, p.Limit))}
	if p.After != "" {
		after, err := readmodel.ParseCursor(p.After)
		if err != nil {
			return nil, nil, err
		}
		q.after = &after
	}
	sp, err := m.find(ctx, s)
	return q, sp, err
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
	sp.locked(sp.counters.ordered, sp.counters.order)
	defer sp.mu.RUnlock()
	return sp.counters.between(from, to, limit), nil
}

// query is one page under way.
type query struct {
	p     readmodel.Page
	limit int
	after *readmodel.Row
	// last is where the walk along the order stands.
	last *readmodel.Row
	rows []readmodel.Row
	// numbers of the rows.
	numbers []uint32
	more    bool
}

// Bounds of one page. A set of up to fewCandidates is gathered and sorted. Of a larger
// one members are looked for along the order, so many at first; only where that was in
// vain the set is worked out, and gathered where it is not too large. In dense sets many
// more are looked at before that is worth it.
const (
	fewCandidates  = 512
	firstLook      = 2048
	denseLook      = 32_768
	manyCandidates = 32_768
)

// run answers the page, looking at no more than about MaxWork members.
func (q *query) run(n *node) readmodel.Rows {
	looks := firstLook
	if n.besideDense() {
		looks = denseLook
	}
	if q.sparse(n, looks) {
		return q.gather(n)
	}
	if looks == denseLook {
		q.sift(n, looks)
	} else {
		q.walk(n, looks)
	}
	if q.more && len(q.rows) < q.limit {
		if n.all != nil {
			n.known = n.keep()
		}
		members := n.members().len()
		if members > manyCandidates {
			q.walk(n, readmodel.MaxWork-looks)
		}
		if q.more && len(q.rows) < q.limit && members <= readmodel.MaxWork {
			return q.gather(n)
		}
	}
	out := readmodel.Rows{Rows: q.rows}
	if q.more {
		out.Next = readmodel.CursorOf(*q.last)
	}
	return out
}

// sparse says that so few members of the order seem to be in the set that it is cheaper
// to gather them. Where that is likely the set is worked out, and remembered.
func (q *query) sparse(n *node, first int) bool {
	if n.all == nil {
		return n.any != nil && n.size() <= fewCandidates
	}
	all := float64(n.order().size())
	left := all
	for _, a := range n.all[1:] {
		left *= min(1, float64(a.size())/all)
	}
	looks := float64(q.limit) * all / max(1, left)
	switch size := n.size(); {
	case looks < float64(first/2) && looks < float64(2*size):
		return false
	case size <= fewCandidates:
		return true
	}
	n.known = n.keep()
	few := float64(n.known.len())
	return few*few < 2*float64(q.limit)*all
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

// gather works the set out and sorts what belongs to the page. What came last is mostly
// the newest: members of the page are looked for first where they are likely to be.
func (q *query) gather(n *node) readmodel.Rows {
	top := ranking{order: q.p.Order, limit: q.limit + 1, names: n.roll().names}
	members := n.members().falling
	if q.p.Order == readmodel.Oldest {
		members = n.members().each
	}
	for member := range members {
		if s := n.score(member); q.within(s) && top.wants(s) {
			if p := (placed{s, member}); q.after == nil || q.beyond(top.row(p)) {
				top.offer(p)
			}
		}
	}
	found := top.sorted()
	more := len(found) > q.limit
	found = found[:min(len(found), q.limit)]
	out := readmodel.Rows{Rows: make([]readmodel.Row, len(found))}
	q.numbers = make([]uint32, len(found))
	for i, p := range found {
		out.Rows[i], q.numbers[i] = top.row(p), p.number
	}
	if more {
		out.Next = readmodel.CursorOf(out.Rows[q.limit-1])
	}
	return out
}

// walk goes on along the order until the page is full or so many members were looked at.
// more says that there may be further ones.
func (q *query) walk(n *node, looks int) {
	q.more = false
	var last placed
	looked := false
	names := n.roll().names
	behind := false // the row that was seen last
	n.inOrder(q.p.Order, q.start(), func(p placed) bool {
		if !behind {
			r := readmodel.Row{Member: names[p.number], Score: p.score}
			if q.last == nil && !q.beyond(r) || q.last != nil && r == *q.last {
				return true
			}
			behind = true
		}
		if q.p.Order == readmodel.Oldest && q.p.Max != 0 && p.score > q.p.Max ||
			q.p.Order == readmodel.Newest && p.score < q.p.Min {
			return false
		}
		if len(q.rows) == q.limit || looks == 0 {
			q.more = true
			return false
		}
		last, looked = p, true
		looks--
		if q.within(p.score) && n.holdsBeside(p) {
			if q.rows == nil {
				q.rows, q.numbers = make([]readmodel.Row, 0, q.limit), make([]uint32, 0, q.limit)
			}
			q.rows = append(q.rows, readmodel.Row{Member: names[p.number], Score: p.score})
			q.numbers = append(q.numbers, p.number)
		}
		return true
	})
	if looked {
		q.last = &readmodel.Row{Member: names[last.number], Score: last.score}
	}
}

// start is the row at or before which nothing is looked at.
func (q *query) start() *readmodel.Row {
	switch {
	case q.last != nil:
		return q.last
	case q.after != nil:
		return q.after
	case q.p.Order == readmodel.Oldest && q.p.Min > 0:
		return &readmodel.Row{Score: q.p.Min}
	case q.p.Order == readmodel.Newest && q.p.Max != 0:
		return &readmodel.Row{Score: q.p.Max, Member: highest}
	}
	return nil
}
