package words

import (
	"context"
	"unicode/utf8"

	"fangxin/projections/readmodel"
)

// Plan is a query as terms over indexes.
type Plan struct {
	// Terms are to be intersected.
	Terms []readmodel.Expr
	// Exact says that whoever is in all terms holds the query; otherwise texts must
	// be checked with Query.In.
	Exact bool
	// None says that nothing can match.
	None bool
}

// Plan asks which pieces exist under the prefix of index names and spends at most
// budget terms. A beginning that more words share than the budget allows makes no
// term: what it asks for is checked against the texts, so that nothing is missed.
func (q Query) Plan(ctx context.Context, m readmodel.Model, s readmodel.Space, prefix string, budget int) (Plan, error) {
	p := Plan{Exact: true}
	for i, r := range q.runs {
		left := len(q.runs) - i - 1
		share := budget - left
		if share < 1 {
			p.Exact = false
			break
		}
		if r.class == dense && utf8.RuneCountInString(r.text) > 1 {
			budget -= p.pairs(prefix, r.text, max(1, min(share, budget/(left+1))))
			continue
		}
		names, err := m.Indexes(ctx, s, prefix+r.text, "", share+1)
		if err != nil {
			return Plan{}, err
		}
		switch {
		case len(names) == 0:
			return Plan{None: true}, nil
		case len(names) > share:
			p.Exact = false
			continue
		}
		budget -= len(names)
		p.Terms = append(p.Terms, readmodel.Any(names...))
	}
	return p, nil
}

// pairs adds the pairs of a run, at most n of them, and returns how many.
func (p *Plan) pairs(prefix, text string, n int) int {
	cs := []rune(text)
	used := 0
	for i := 0; i+1 < len(cs); i++ {
		if used == n {
			p.Exact = false
			return used
		}
		p.Terms = append(p.Terms, readmodel.In(prefix+string(cs[i:i+2])))
		used++
	}
	p.Exact = p.Exact && len(cs) == 2
	return used
}
