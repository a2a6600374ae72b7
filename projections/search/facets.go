package search

import (
	"context"
	"slices"
	"strings"

	"fangxin/domain/es"
	"fangxin/projections/disclosure"
	"fangxin/projections/readmodel"
)

// Facet is what a field offers for a further choice: each value with the number of
// records that it would leave, counted with everything the filter asks for but of this
// field. Values without records are left out. They come in the order of their codes.
type Facet struct {
	Field  Field
	Values []Value
}

// Value is one value of a facet. Below it stand its parts: prefectures of a province,
// categories of goods, issues of an issue. Divisions of the third level stand only
// below a division that is chosen.
type Value struct {
	Value string
	N     readmodel.Number
	// In and Out: the filter asks for it, or excludes it.
	In, Out bool
	Below   []Value
}

// FacetsPage is all facets of a filter. AsOf is the place in the log up to which they
// stand at least.
type FacetsPage struct {
	Facets []Facet
	AsOf   es.Position
}

// FacetFields lists the fields that have a facet: all but merchants, for which there is
// Suggest.
func FacetFields() []Field {
	return slices.DeleteFunc(disclosure.Fields(), func(f Field) bool { return f == Merchant })
}

// maxFacet bounds the values of one facet.
const maxFacet = 500

// Facets counts what each further choice would leave. readmodel.ErrUnavailable.
func Facets(ctx context.Context, m readmodel.Model, f Filter) (FacetsPage, error) {
	base, err := open(ctx, m, &f, readmodel.MaxTerms-1)
	if err != nil {
		return FacetsPage{}, err
	}
	out := FacetsPage{AsOf: base.asOf}
	var walked *seen // of base, which most facets share
	for _, field := range FacetFields() {
		c := base
		if choice := f.chosen(field); len(choice.In)+len(choice.Out) > 0 {
			free := f.Free(field)
			if c, err = open(ctx, m, &free, readmodel.MaxTerms-1); err != nil {
				return FacetsPage{}, err
			}
		}
		counts := counting{ctx: ctx, cut: c, field: field, chosen: f.chosen(field)}
		if c == base {
			counts.seen = walked
		}
		facet, err := counts.facet()
		if err != nil {
			return FacetsPage{}, err
		}
		if c == base {
			walked = counts.seen
		}
		if len(facet.Values) > 0 {
			out.Facets = append(out.Facets, facet)
		}
	}
	return out, nil
}

// counting is one facet under way.
type counting struct {
	ctx    context.Context
	cut    *cut
	field  Field
	chosen Choice
	// seen is what looking at the records gave, nil where nobody looked yet.
	seen *seen
	// totals are the counts of all records of the sources, by value; single where it is
	// one source. The values of several may mean each other.
	totals map[string]int64
	single bool
}

func (c *counting) facet() (Facet, error) {
	out := Facet{Field: c.field}
	if c.cut.plan.none {
		return out, nil
	}
	order, err := c.known()
	if err != nil {
		return out, err
	}
	out.Values, err = c.level(order, "")
	return out, err
}

// known lists the values that records of the sources have, with their totals.
func (c *counting) known() ([]string, error) {
	sources := []string{""}
	if c.field != Source {
		var err error
		if sources, err = (&planner{c.ctx, c.cut.model, c.cut.space}).sources(c.cut.filter); err != nil {
			return nil, err
		}
	}
	c.totals, c.single = map[string]int64{}, len(sources) == 1
	var order []string
	for _, s := range sources {
		from := disclosure.TotalsKey(s, c.field)
		counters, err := c.cut.model.Counters(c.ctx, c.cut.space, from, from+"\xff", maxFacet)
		if err != nil {
			return nil, err
		}
		for _, n := range counters {
			v := n.Key[len(from):]
			if n.Value > 0 && c.totals[v] == 0 {
				order = append(order, v)
			}
			c.totals[v] += n.Value
		}
	}
	slices.Sort(order)
	return order, nil
}

// level counts the values directly below one, "" for the highest.
func (c *counting) level(order []string, above string) ([]Value, error) {
	var out []Value
	for _, v := range order {
		if c.above(v) != above || !c.shown(v) {
			continue
		}
		n, err := c.count(v)
		if err != nil {
			return nil, err
		}
		one := Value{Value: v, N: n, In: c.has(c.chosen.In, v), Out: c.has(c.chosen.Out, v)}
		if n.N == 0 && !n.AtLeast && !one.In && !one.Out {
			continue
		}
		if one.Below, err = c.level(order, v); err != nil {
			return nil, err
		}
		out = append(out, one)
	}
	return out, nil
}

func (c *counting) has(list []string, v string) bool {
	return slices.ContainsFunc(list, func(x string) bool { return c.field.Value(x) == v })
}

// above is the value above one.
func (c *counting) above(v string) string {
	switch c.field {
	case Region:
		if len(v) > 2 && v[0] >= '0' && v[0] <= '9' {
			return v[:len(v)-2]
		}
		return ""
	case Category, Issue:
		above, _, deeper := strings.Cut(v, disclosure.Nested)
		if deeper {
			return above
		}
	}
	return ""
}

// shown: the counties of a region are many, so only those of a chosen prefecture, or
// next to a chosen county, are counted.
func (c *counting) shown(v string) bool {
	if c.field != Region || len(v) < 6 {
		return true
	}
	return slices.ContainsFunc(slices.Concat(c.chosen.In, c.chosen.Out), func(x string) bool {
		return strings.HasPrefix(c.field.Value(x), v[:4])
	})
}

// count counts the records that have the value.
func (c *counting) count(v string) (readmodel.Number, error) {
	switch {
	case c.single && c.whole():
		return readmodel.Number{N: c.totals[v]}, nil
	case c.field == Source:
		return c.ofSource(v)
	case !c.cut.plan.exact:
		return c.look(v)
	}
	p, plan := c.cut.where(), c.cut.plan
	plan.pos = append(slices.Clone(plan.pos), readmodel.In(c.field.Index(v)))
	return c.cut.model.Count(c.ctx, c.cut.space, plan.expr(), p.Min, p.Max)
}

// ofSource counts what the filter finds in another source: sources order the set, so
// that each is a question of its own.
func (c *counting) ofSource(v string) (readmodel.Number, error) {
	f := c.cut.filter.Free(Source).With(Source, v)
	k := cut{model: c.cut.model, filter: &f, space: c.cut.space}
	var err error
	if k.plan, err = (&planner{c.ctx, k.model, k.space}).filter(&f, readmodel.MaxTerms); err != nil {
		return readmodel.Number{}, err
	}
	return k.count(c.ctx)
}

// whole: nothing is asked but the source.
func (c *counting) whole() bool {
	f := c.cut.filter
	if f.From != 0 || f.To != 0 || !f.Query.Empty() {
		return false
	}
	for field, choice := range f.Choices {
		if field != Source && len(choice.In)+len(choice.Out) > 0 {
			return false
		}
	}
	return true
}

// seen is what records had, as far as they were looked at.
type seen struct {
	counts map[Field]map[string]int64
	more   bool
}

// look counts the value by looking at the records, once for all fields.
func (c *counting) look(v string) (readmodel.Number, error) {
	if c.seen == nil {
		s := &seen{counts: map[Field]map[string]int64{}}
		for _, f := range FacetFields() {
			s.counts[f] = map[string]int64{}
		}
		var room [8]string
		n, err := readmodel.CountKept(c.ctx, c.cut.model, c.cut.space, c.cut.where(), func(view any) bool {
			r, ok := c.cut.keep(view)
			if ok {
				for f, counts := range s.counts {
					for _, v := range f.Of(r, room[:0]) {
						counts[v]++
					}
				}
			}
			return ok
		})
		if err != nil {
			return readmodel.Number{}, err
		}
		s.more, c.seen = n.AtLeast, s
	}
	return readmodel.Number{N: c.seen.counts[c.field][v], AtLeast: c.seen.more}, nil
}
