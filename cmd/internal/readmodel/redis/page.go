package redis

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"fangxin/projections/readmodel"
)

// errDropped: the space went away while it was read; who asks again finds the next.
var errDropped = fmt.Errorf("%w: it was replaced while it was read", readmodel.ErrUnavailable)

// errMoved: a batch came between two rounds of a page.
var errMoved = errors.New("partition moved")

// Page returns rows of a set. Every partition tells its rows in order, along each
// index that orders the set, and they are merged here. MaxWork bounds the members
// looked at, but for those that have no score: they have no order to go along, so all
// of them are looked at, some thousand at a time.
func (m *Model) Page(ctx context.Context, s readmodel.Space, p readmodel.Page) (readmodel.Rows, error) {
	if p.Where.Terms() > readmodel.MaxTerms {
		return readmodel.Rows{}, readmodel.ErrTooComplex
	}
	q := paging{
		m: m, page: p, limit: min(readmodel.MaxPage, max(1, p.Limit)), bounds: boundsOf(p.Min, p.Max), legs: legs(p.Where),
	}
	if p.After != "" {
		after, err := readmodel.ParseCursor(p.After)
		if err != nil {
			return readmodel.Rows{}, err
		}
		q.after = &after
	}
	var rows readmodel.Rows
	err := m.do(ctx, func() (err error) {
		for moved := 0; ; moved++ {
			try := q
			try.loose = moved >= maxMoved
			try.begin(s)
			if rows, err = try.run(ctx); !errors.Is(err, errMoved) {
				return err
			}
		}
	})
	if err != nil {
		return readmodel.Rows{}, err
	}
	return rows, nil
}

// paging is one page under way.
type paging struct {
	m      *Model
	page   readmodel.Page
	limit  int
	bounds bounds
	legs   []string
	// after is the row behind which the page goes on: that of its cursor, then the last
	// one it has taken.
	after *readmodel.Row
	parts []part
	// loose pages go on when a batch comes between two rounds.
	loose bool
	// looked at in all partitions.
	looked int64
	rows   []readmodel.Row
}

// part is one partition.
type part struct {
	head, version string
	walks         []*walk
	looked        int64
}

// walk goes through a partition along one index, or through the members of it that
// have no score.
type walk struct {
	leg    string
	zero   bool
	done   bool
	begun  bool
	place  readmodel.Row // looked at up to here
	cursor string        // of a walk without scores
	rows   []readmodel.Row
	told   int // of rows
	// met by a walk without scores, in no order, until it has met all.
	met []readmodel.Row
}

func (q *paging) begin(s readmodel.Space) {
	q.parts = make([]part, q.m.partitions)
	for i, h := range q.m.heads(s) {
		q.parts[i].head = h
		for _, l := range q.legs {
			w := &walk{leg: l}
			if q.after != nil {
				w.begun, w.place = true, *q.after
			}
			q.parts[i].walks = append(q.parts[i].walks, w)
		}
	}
}

// compare puts rows in the order of the page.
func (q *paging) compare(a, b readmodel.Row) int {
	c := strings.Compare(a.Member, b.Member)
	if a.Score != b.Score {
		c = 1
		if a.Score < b.Score {
			c = -1
		}
	}
	if q.page.Order == readmodel.Newest {
		return -c
	}
	return c
}

func (w *walk) next() (readmodel.Row, bool) {
	if w.told == len(w.rows) {
		return readmodel.Row{}, false
	}
	return w.rows[w.told], true
}

// maybeBefore says whether a walk that has told all it knows may still tell a row
// before this one.
func (q *paging) maybeBefore(w *walk, r readmodel.Row) bool {
	if w.zero {
		return r.Score == 0 || (r.Score > 0) == (q.page.Order == readmodel.Oldest)
	}
	return !w.begun || q.compare(w.place, r) < 0
}

// run merges what the walks tell until the page is full.
func (q *paging) run(ctx context.Context) (readmodel.Rows, error) {
	for first := true; ; first = false {
		var best *walk
		var row readmodel.Row
		for i := range q.parts {
			for _, w := range q.parts[i].walks {
				if r, ok := w.next(); ok && (best == nil || q.compare(r, row) < 0) {
					best, row = w, r
				}
			}
		}
		if waits := q.waits(best != nil, row); len(waits) > 0 {
			if !first && q.looked >= readmodel.MaxWork && q.ends(waits) {
				return q.early(waits), nil
			}
			if err := q.fetch(ctx, waits, first); err != nil {
				return readmodel.Rows{}, err
			}
			continue
		}
		if best == nil {
			return readmodel.Rows{Rows: q.rows}, nil
		}
		best.told++
		if q.after != nil && q.compare(row, *q.after) <= 0 {
			continue // told by another partition, or before the cursor
		}
		if len(q.rows) == q.limit {
			return readmodel.Rows{Rows: q.rows, Next: readmodel.CursorOf(q.rows[q.limit-1])}, nil
		}
		q.rows = append(q.rows, row)
		q.after = &row
	}
}

// waits are the walks, by partition, that have to be asked before the row can be
// taken, or, without a row, before the page can end.
func (q *paging) waits(have bool, r readmodel.Row) map[int][]*walk {
	var out map[int][]*walk
	for i := range q.parts {
		for _, w := range q.parts[i].walks {
			if _, more := w.next(); more || w.done || have && !q.maybeBefore(w, r) {
				continue
			}
			if out == nil {
				out = map[int][]*walk{}
			}
			out[i] = append(out[i], w)
		}
	}
	return out
}

// ends says whether the page can end here: every walk that is waited for has a place.
func (q *paging) ends(waits map[int][]*walk) bool {
	for _, list := range waits {
		if slices.ContainsFunc(list, func(w *walk) bool { return w.zero }) {
			return false
		}
	}
	return true
}

// early ends the page behind the place that all walks have reached.
func (q *paging) early(waits map[int][]*walk) readmodel.Rows {
	var low *readmodel.Row
	for _, list := range waits {
		for _, w := range list {
			if low == nil || q.compare(w.place, *low) < 0 {
				low = &w.place
			}
		}
	}
	return readmodel.Rows{Rows: q.rows, Next: readmodel.CursorOf(*low)}
}

// fetch asks partitions to go on.
func (q *paging) fetch(ctx context.Context, waits map[int][]*walk, first bool) error {
	var calls []call
	var which []int
	n := 0
	for _, list := range waits {
		n += len(list)
	}
	for i := range q.parts {
		if list := waits[i]; len(list) > 0 {
			calls = append(calls, call{keys: []string{q.parts[i].head}, args: []any{q.request(&q.parts[i], list, n)}})
			which = append(which, i)
		}
	}
	answers, err := q.m.read(ctx, q.m.scripts.page, calls)
	if err != nil {
		return err
	}
	for k, answer := range answers {
		p := &q.parts[which[k]]
		if answer == nil && first {
			p.walks = nil
			continue
		}
		if answer == nil {
			return errDropped
		}
		if len(answer) == 0 {
			return errMoved
		}
		if err := q.take(p, waits[which[k]], answer); err != nil {
			return err
		}
	}
	return nil
}

// request is what one partition is asked; n walks are asked at once.
func (q *paging) request(p *part, walks []*walk, n int) []byte {
	var w packer
	fields := 8 + fieldsOfBounds
	if p.version != "" {
		fields += 2
	}
	if q.after != nil {
		fields++
	}
	w.fields(fields)
	w.text("e")
	packExpr(&w, q.page.Where)
	q.bounds.pack(&w)
	w.text("oldest")
	w.truth(q.page.Order == readmodel.Oldest)
	w.text("legs")
	w.texts(q.legs)
	w.text("want")
	w.number(min(q.limit+1, 2*(q.limit+1)/n+4))
	w.text("budget")
	w.number(q.m.sizes.share(q.m.sizes.page, n))
	w.text("walked")
	w.number(int(min(p.looked, readmodel.MaxWork)))
	w.text("limit")
	w.number(q.limit + 1)
	if p.version != "" {
		w.text("version")
		w.text(p.version)
		w.text("loose")
		w.truth(q.loose)
	}
	if q.after != nil {
		w.text("from")
		w.score(q.after.Score)
	}
	w.text("walks")
	w.list(len(walks))
	for _, k := range walks {
		k.pack(&w)
	}
	return w.b
}

func (w *walk) pack(to *packer) {
	switch {
	case w.zero:
		to.texts([]string{w.leg, w.cursor})
	case w.begun:
		to.texts([]string{w.leg, strconv.FormatInt(w.place.Score, 10), w.place.Member})
	default:
		to.texts([]string{w.leg})
	}
}
