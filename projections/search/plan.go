package search

import (
	"context"
	"slices"

	"fangxin/projections/disclosure"
	"fangxin/projections/readmodel"
)

// plan is a set of records as an expression over indexes: the members of all of pos
// without those of not. It holds at least all records that are asked for; where it is
// exact it holds no others, else each has to be looked at (Match).
type plan struct {
	pos, not []readmodel.Expr
	// none: nothing can match. A plan without pos and not is everything.
	none  bool
	exact bool
}

func everything(exact bool) plan { return plan{exact: exact} }

func (p plan) terms() int {
	n := 0
	for _, list := range [][]readmodel.Expr{p.pos, p.not} {
		for _, e := range list {
			n += e.Terms()
		}
	}
	return n
}

// expr is the set; only of a plan with pos.
func (p plan) expr() readmodel.Expr {
	e := readmodel.All(p.pos...)
	if len(p.not) == 0 {
		return e
	}
	return readmodel.Expr{All: p.pos, Not: p.not}
}

// both is what is in two plans.
func (p plan) both(o plan) plan {
	return plan{
		pos: slices.Concat(p.pos, o.pos), not: slices.Concat(p.not, o.not),
		none: p.none || o.none, exact: p.exact && o.exact,
	}
}

// but is everything without what is in the plan. Without an exact plan nothing can be
// taken away: what is in it need not match.
func (p plan) but() plan {
	switch {
	case !p.exact:
		return everything(false)
	case p.none:
		return everything(true)
	case len(p.pos) > 0:
		return plan{not: []readmodel.Expr{p.expr()}, exact: true}
	case len(p.not) > 0:
		return plan{pos: []readmodel.Expr{union(p.not)}, exact: true}
	}
	return plan{none: true, exact: true}
}

func union(list []readmodel.Expr) readmodel.Expr {
	if len(list) == 1 {
		return list[0]
	}
	return readmodel.Expr{Any: list}
}

// planner turns a filter into a plan of few enough terms.
type planner struct {
	ctx   context.Context
	model readmodel.Model
	space readmodel.Space
}

// filter plans within a budget of terms. The first term orders the set by day. What
// does not fit is left to Match.
func (b *planner) filter(f *Filter, budget int) (plan, error) {
	sources, err := b.sources(f)
	if err != nil || len(sources) == 0 {
		return plan{none: true, exact: true}, err
	}
	out := everything(true)
	if m := f.chosen(Merchant); len(m.In) > 0 && len(m.In)+len(sources) <= budget {
		out = out.both(values(Merchant, m.In)) // a merchant's records are few, and ordered as well
	} else if len(m.In) > 0 {
		out.exact = false
	}
	out = out.both(values(Source, sources))
	out = b.choices(f, out, budget-min(2, leaves(f.Query.root)))
	left := budget - out.terms()
	q, err := b.query(f.Query.root, left)
	if err != nil {
		return plan{}, err
	}
	return b.excluded(f, out.both(q), budget), nil
}

// choices adds what is asked for, the cheapest first.
func (b *planner) choices(f *Filter, out plan, budget int) plan {
	fields := f.named()
	slices.SortStableFunc(fields, func(x, y Field) int { return len(f.chosen(x).In) - len(f.chosen(y).In) })
	for _, field := range fields {
		c := f.chosen(field)
		if len(c.In) == 0 || field == Source || field == Merchant {
			continue
		}
		if out.terms()+len(c.In) > budget {
			out.exact = false
			continue
		}
		out = out.both(values(field, c.In))
	}
	return out
}

// excluded takes away what is not wanted.
func (b *planner) excluded(f *Filter, out plan, budget int) plan {
	for _, field := range f.named() {
		if field == Source {
			continue // taken out of the sources already
		}
		for _, v := range f.chosen(field).Out {
			if out.terms() == budget {
				out.exact = false
				return out
			}
			out.not = append(out.not, readmodel.In(field.Index(v)))
		}
	}
	return out
}

func values(field Field, list []string) plan {
	names := make([]string, 0, len(list))
	for _, v := range list {
		if n := field.Index(v); !slices.Contains(names, n) {
			names = append(names, n)
		}
	}
	return plan{pos: []readmodel.Expr{readmodel.Any(names...)}, exact: true}
}

// maxSources bounds the sources that are listed where only some are excluded.
const maxSources = 8

// sources are those asked for, that of native records without a word on it.
func (b *planner) sources(f *Filter) ([]string, error) {
	c := f.chosen(Source)
	list := c.In
	if len(list) == 0 && len(c.Out) == 0 {
		return []string{disclosure.SourceNative}, nil
	}
	if len(list) == 0 {
		prefix := string(Source) + "/"
		names, err := b.model.Indexes(b.ctx, b.space, prefix, "", maxSources)
		if err != nil {
			return nil, err
		}
		for _, n := range names {
			list = append(list, n[len(prefix):])
		}
	}
	list = slices.DeleteFunc(slices.Clone(list), func(s string) bool { return slices.Contains(c.Out, s) })
	slices.Sort(list)
	return slices.Compact(list), nil
}

// leaves counts the words and phrases below a node.
func leaves(n *node) int {
	if n == nil {
		return 0
	}
	if n.op == isLeaf {
		return 1
	}
	sum := 0
	for _, k := range n.kids {
		sum += leaves(k)
	}
	return sum
}
