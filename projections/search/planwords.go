package search

import (
	"unicode/utf8"

	"fangxin/projections/disclosure"
	"fangxin/projections/readmodel"
	"fangxin/projections/words"
)

// query plans a part of a query.
func (b *planner) query(n *node, budget int) (plan, error) {
	switch {
	case n == nil:
		return everything(true), nil
	case budget < 1:
		return everything(false), nil
	}
	switch n.op {
	case isAll:
		return b.all(n.kids, budget)
	case isAny:
		return b.any(n.kids, budget)
	case isNot:
		p, err := b.query(n.kids[0], budget)
		return p.but(), err
	}
	return b.leaf(n.leaf, budget)
}

// all plans what must all hold. Each part leaves a term to each of those after it.
func (b *planner) all(kids []*node, budget int) (plan, error) {
	out := everything(true)
	for i, k := range kids {
		left := budget - out.terms()
		p, err := b.query(k, max(min(left, 1), left-(len(kids)-i-1)))
		if err != nil {
			return plan{}, err
		}
		out = out.both(p)
	}
	return out, nil
}

// any plans alternatives. One that is not bounded by indexes makes the whole unbounded.
func (b *planner) any(kids []*node, budget int) (plan, error) {
	var alternatives []readmodel.Expr
	out, used := plan{exact: true}, 0
	for i, k := range kids {
		p, err := b.query(k, budget-used-(len(kids)-i-1))
		if err != nil {
			return plan{}, err
		}
		switch {
		case p.none:
			out.exact = out.exact && p.exact
			continue
		case len(p.pos) == 0:
			return everything(false), nil
		}
		alternatives = append(alternatives, p.expr())
		used += p.terms()
		out.exact = out.exact && p.exact
	}
	if len(alternatives) == 0 {
		out.none = true
		return out, nil
	}
	out.pos = []readmodel.Expr{union(alternatives)}
	return out, nil
}

// leaf plans a word or phrase: its text, and the numbers and categories it may mean.
func (b *planner) leaf(x *leaf, budget int) (plan, error) {
	var others []readmodel.Expr
	for _, c := range x.categories {
		others = append(others, readmodel.In(Category.Index(c)))
	}
	if n := x.number; n != "" {
		others = append(others, readmodel.In(disclosure.NumberIndex(n[:disclosure.NumberPiece])))
	}
	p, err := b.runs(x, budget-len(others))
	if err != nil || len(others) == 0 {
		return p, err
	}
	// A number's piece may hold other numbers.
	exact := p.exact && x.number == ""
	switch {
	case p.none:
		return plan{pos: []readmodel.Expr{union(others)}, exact: exact}, nil
	case len(p.pos) == 0:
		return everything(false), nil
	}
	return plan{pos: []readmodel.Expr{union(append(others, p.expr()))}, exact: exact}, nil
}

// runs plans the text of a leaf. Order and neighbourhood are for Match.
func (b *planner) runs(x *leaf, budget int) (plan, error) {
	out := everything(!x.phrase || len(x.runs) == 1)
	for i, r := range x.runs {
		left := budget - out.terms()
		share := max(min(left, 1), left-(len(x.runs)-i-1))
		if share < 1 {
			out.exact = false
			break
		}
		p, err := b.run(r, x.phrase, share)
		if err != nil {
			return plan{}, err
		}
		out = out.both(p)
	}
	return out, nil
}

func (b *planner) run(r words.Run, whole bool, budget int) (plan, error) {
	if !r.Spaced && utf8.RuneCountInString(r.Text) > 1 {
		return pairs(r.Text, budget), nil
	}
	if r.Spaced && whole {
		return plan{pos: []readmodel.Expr{readmodel.In(disclosure.WordIndex + r.Text)}, exact: true}, nil
	}
	names, err := b.model.Indexes(b.ctx, b.space, disclosure.WordIndex+r.Text, "", budget+1)
	switch {
	case err != nil:
		return plan{}, err
	case len(names) == 0:
		return plan{none: true, exact: true}, nil
	case len(names) > budget:
		return everything(false), nil
	}
	return plan{pos: []readmodel.Expr{readmodel.Any(names...)}, exact: true}, nil
}

// pairs plans a stretch of characters by its pairs, evenly chosen where there are more
// than the budget allows.
func pairs(text string, budget int) plan {
	cs := []rune(text)
	n := min(len(cs)-1, budget)
	out := plan{exact: len(cs) == 2}
	for i := range n {
		at := i
		if n > 1 {
			at = i * (len(cs) - 2) / (n - 1)
		}
		out.pos = append(out.pos, readmodel.In(disclosure.WordIndex+string(cs[at:at+2])))
	}
	return out
}
