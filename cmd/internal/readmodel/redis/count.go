package redis

import (
	"context"

	"fangxin/projections/readmodel"
)

// Count counts a set, looking at no more than MaxWork members beyond what the server
// counts by itself.
func (m *Model) Count(ctx context.Context, s readmodel.Space, where readmodel.Expr, low, high int64) (readmodel.Number, error) {
	if where.Terms() > readmodel.MaxTerms {
		return readmodel.Number{}, readmodel.ErrTooComplex
	}
	var n readmodel.Number
	err := m.do(ctx, func() (err error) {
		c := counting{m: m, where: where, bounds: boundsOf(low, high)}
		n, err = c.run(ctx, s)
		return err
	})
	if err != nil {
		return readmodel.Number{}, err
	}
	return n, nil
}

// maxMoved is how often a partition is counted anew because a batch came between two
// rounds; after that the count goes on with what is there.
const maxMoved = 3

// counting is one count under way.
type counting struct {
	m      *Model
	where  readmodel.Expr
	bounds bounds
	looked int64
}

// tally is the count of one partition. It goes on from a state, nil at first.
type tally struct {
	head, version string
	state         []string
	n             int64
	moved         int
	done          bool
}

func (c *counting) run(ctx context.Context, s readmodel.Space) (readmodel.Number, error) {
	all := make([]tally, c.m.partitions)
	for p, h := range c.m.heads(s) {
		all[p].head = h
	}
	var out readmodel.Number
	for {
		var left []*tally
		out = readmodel.Number{}
		for p := range all {
			out.N += all[p].n
			if !all[p].done {
				left = append(left, &all[p])
			}
		}
		if len(left) == 0 {
			return out, nil
		}
		if c.looked >= readmodel.MaxWork {
			out.AtLeast = true
			return out, nil
		}
		if err := c.round(ctx, left); err != nil {
			return readmodel.Number{}, err
		}
	}
}

// round asks all partitions that are not done.
func (c *counting) round(ctx context.Context, left []*tally) error {
	calls := make([]call, len(left))
	for i, t := range left {
		calls[i] = call{keys: []string{t.head}, args: []any{c.request(t, c.m.sizes.share(c.m.sizes.count, len(left)))}}
	}
	answers, err := c.m.read(ctx, c.m.scripts.count, calls)
	if err != nil {
		return err
	}
	for i, answer := range answers {
		t := left[i]
		switch {
		case answer == nil && t.state != nil:
			return errDropped
		case answer == nil:
			t.done = true
		case len(answer) == 0:
			t.n, t.version, t.state, t.moved = 0, "", nil, t.moved+1
		default:
			looked, err := t.take(answer)
			if err != nil {
				return err
			}
			c.looked += looked
		}
	}
	return nil
}

// take reads what a partition answered.
func (t *tally) take(answer []any) (looked int64, err error) {
	n, err := numberAt(answer, 1)
	if err != nil {
		return 0, err
	}
	t.n += n
	if looked, err = numberAt(answer, 2); err != nil {
		return 0, err
	}
	if t.done = len(answer) == 3; t.done {
		return looked, nil
	}
	if t.version, err = textAt(answer, 0); err != nil {
		return 0, err
	}
	t.state, err = textsAt(answer, 3)
	return looked, err
}

func (c *counting) request(t *tally, budget int) []byte {
	var w packer
	terms := terms(c.where)
	fields := 3 + fieldsOfBounds
	if terms != nil {
		fields++
	}
	if t.state != nil {
		fields += 3
	}
	w.fields(fields)
	w.text("e")
	packExpr(&w, c.where)
	c.bounds.pack(&w)
	w.text("legs")
	w.texts(legs(c.where))
	w.text("budget")
	w.number(budget)
	if terms != nil {
		w.text("terms")
		w.texts(terms)
	}
	if t.state != nil {
		w.text("version")
		w.text(t.version)
		w.text("loose")
		w.truth(t.moved >= maxMoved)
		w.text("state")
		w.texts(t.state)
	}
	return w.b
}
