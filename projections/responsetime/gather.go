package responsetime

import (
	"slices"
	"strings"

	"fangxin/domain/calendar"
)

// gathered are the tallies of one key: of all cases that were asked for, and where
// everyone was, of the disclosed ones, and of the others by class.
type gathered struct {
	key    []string
	all    tally
	beside *beside // where everyone was asked for
}

// beside are the disclosed ones of all, and the others by class.
type beside struct {
	public tally
	hidden [1 << codeBits]int64
}

// gathering makes figures of observations, whichever way these were found.
type gathering struct {
	*compiled
	plan     *plan
	asOf     calendar.Date
	everyone bool
	cells    map[string]*gathered
	inOrder  []*gathered // as they came, which mostly is the order of their keys
}

func newGathering(p *plan) *gathering {
	return &gathering{compiled: p.metric, plan: p, asOf: p.AsOf, everyone: p.Everyone, cells: map[string]*gathered{}}
}

// at returns the tallies of a key.
func (g *gathering) at(key []string) *gathered {
	name := strings.Join(key, string(sep))
	one := g.cells[name]
	if one == nil {
		one = &gathered{key: key}
		if g.everyone {
			one.beside = &beside{}
		}
		g.cells[name] = one
		g.inOrder = append(g.inOrder, one)
	}
	return one
}

// counted is so many observations of cases of a class; fen is their amount.
type counted struct {
	measure measure
	observation
	class  uint8
	n, fen int64
}

// add takes observations under a role, which is the metric or a part of it.
func (g *gathering) add(to *gathered, role *compiled, x *counted) {
	if !g.everyone && x.class != publicCode {
		return
	}
	to.all.add(role, x, g.asOf)
	switch {
	case !g.everyone:
	case x.class == publicCode:
		to.beside.public.add(role, x, g.asOf)
	default:
		var one tally
		one.add(role, x, g.asOf)
		to.beside.hidden[x.class&(1<<codeBits-1)] += one.n(g.compiled)
	}
}

// figures in the order of their keys. Without a dimension there is always one.
func (g *gathering) figures() []Figure {
	if len(g.plan.By) == 0 {
		g.at([]string{})
	}
	out := make([]Figure, 0, len(g.cells))
	for _, x := range g.inOrder {
		if x.all.empty() && (x.beside == nil || x.beside.public.empty()) && len(g.plan.By) > 0 {
			continue
		}
		f := x.all.figure(g.compiled, x.key)
		if g.everyone {
			f.Sides = &Sides{All: x.all.side(g.compiled), Public: x.beside.public.side(g.compiled), Hidden: hidden(&x.beside.hidden)}
		}
		out = append(out, f)
	}
	slices.SortFunc(out, func(a, b Figure) int { return slices.Compare(a.Key, b.Key) })
	return out
}

func hidden(counts *[1 << codeBits]int64) map[string]int64 {
	out := map[string]int64{}
	for i, c := range classes() {
		if n := counts[i+1]; n != 0 {
			out[string(c)] = n
		}
	}
	return out
}
