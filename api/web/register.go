package web

import (
	"context"
	"errors"
	"net/url"
	"slices"
	"strings"

	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"

	"fangxin/domain/calendar"
	"fangxin/projections/search"
)

// namesFound bounds the merchants named beside a list.
const namesFound = 6

// suggestRoad answers with merchants for what was typed.
const suggestRoad = "/api/v1/public/suggest"

// registerView is what the register shows.
type registerView struct {
	asked      asked
	List       List
	Merchants  []MerchantName
	Facets     []facetView
	Chips      []chip
	HasForeign bool
}

// facetView is a field with the choices that are left.
type facetView struct {
	Field  search.Field
	Values []choiceView
	Out    []choiceView // what can be excluded, flat
}

// choiceView is one value of a facet.
type choiceView struct {
	Value, Name string
	N           Number
	In          bool
	Below       []choiceView
}

// chip is one choice that is in force, and the address without it.
type chip struct {
	Field, Name string
	Out         bool
	Without     templ.SafeURL
}

func (s *Site) list(ctx context.Context, c echo.Context, p *page) (templ.Component, error) {
	a, err := ask(c.QueryParams(), s.law)
	if err != nil {
		return nil, err
	}
	p.title = p.T("register.title")
	p.hidden = !a.first() || a.filtered()
	if err := p.cover(ctx, a.Source); err != nil {
		return nil, err
	}
	v := registerView{asked: a}
	v.List, err = s.source.Find(ctx, a.Filter, a.Order, a.Cursor, a.Limit)
	if errors.Is(err, ErrCursor) {
		return nil, &refused{[]string{"cursor"}}
	}
	if err != nil {
		return nil, err
	}
	if a.Words != "" && a.first() && len(a.Filter.Choices[search.Merchant].In) == 0 {
		if v.Merchants, err = s.source.Merchants(ctx, a.Source, a.Words, namesFound); err != nil {
			return nil, err
		}
	}
	if !p.foreign {
		foreign, err := s.source.Covered(ctx, cfpb)
		if err != nil {
			return nil, err
		}
		v.HasForeign = foreign.Records.N > 0
	}
	return s.facets(ctx, p, v)
}

// facets adds the live counts and the choices in force.
func (s *Site) facets(ctx context.Context, p *page, v registerView) (templ.Component, error) {
	all, err := s.source.Facets(ctx, v.asked.Filter)
	if err != nil {
		return nil, err
	}
	for _, field := range p.faceted(v.asked) {
		for _, f := range all {
			if f.Field == field {
				one := facetView{Field: field, Values: p.facetChoices(field, f.Values)}
				one.Out = flat(one.Values)
				v.Facets = append(v.Facets, one)
			}
		}
	}
	for _, f := range narrowing() {
		c := v.asked.Filter.Choices[f]
		for _, value := range c.In {
			v.Chips = append(v.Chips, s.chip(ctx, p, v.asked, f, value, false))
		}
		for _, value := range c.Out {
			v.Chips = append(v.Chips, s.chip(ctx, p, v.asked, f, value, true))
		}
	}
	p.offers = true
	return registerPage(p, v), nil
}

// faceted lists the fields whose choices a page offers. The issues of foreign data are
// many: they come once a product is chosen.
func (p *page) faceted(a asked) []search.Field {
	if p.foreign {
		fields := []search.Field{search.Outcome, search.Category, search.Region, search.Narrative}
		if len(a.Filter.Choices[search.Category].In) > 0 {
			fields = append(fields, search.Issue)
		}
		return fields
	}
	return []search.Field{search.Region, search.Category, search.Outcome, search.Class, search.Band, search.Request, search.Statement, search.Objection}
}

// Bounds of what a facet lists at each of its levels: a page stays small.
const (
	foreignValues = 70
	foreignIssues = 20
)

// facetChoices names the values of a facet. What stands below is listed where the value
// itself or one of them is chosen, or where there are few.
func (p *page) facetChoices(field search.Field, values []search.Value) []choiceView {
	var out []choiceView
	limit := foreignValues
	if field == search.Issue {
		limit = foreignIssues
	}
	for _, v := range values[:min(len(values), limit)] {
		if field == search.Region && v.Value == "15" { // the region itself holds all
			return p.facetChoices(field, v.Below)
		}
		one := choiceView{Value: v.Value, Name: p.choiceName(field, v.Value), N: Number(v.N), In: v.In}
		if !p.foreign || v.In || anyChosen(v.Below) {
			one.Below = p.facetChoices(field, v.Below)
		}
		out = append(out, one)
	}
	return out
}

// excludable is the number of values up to which a field offers to exclude one; of more,
// an address can still ask for it.
const excludable = 45

func anyChosen(values []search.Value) bool {
	for _, v := range values {
		if v.In || v.Out || anyChosen(v.Below) {
			return true
		}
	}
	return false
}

// flat lists the values of all levels.
func flat(values []choiceView) (out []choiceView) {
	for _, v := range values {
		out = append(out, v)
		out = append(out, flat(v.Below)...)
	}
	return out
}

// choiceName names a value of a field.
func (p *page) choiceName(field search.Field, value string) string {
	above, below, nested := strings.Cut(value, "•")
	switch {
	case p.foreign && field == search.Outcome:
		return p.Response(value)
	case p.foreign && nested:
		return below
	case p.foreign && field != search.Narrative:
		return value
	}
	switch field {
	case search.Region:
		return p.Region(value)
	case search.Category:
		if nested {
			return p.Category(below)
		}
		if p.has("kind." + above) {
			return p.T("kind." + above)
		}
		return p.Category(value)
	case search.Band:
		return p.Band(band(value))
	case search.Request:
		return p.Word(p.site.law.Vocabulary().RequestKinds, value)
	case search.Ground:
		return p.Ground(value)
	case search.Office:
		return p.Office(value)
	case search.Statement, search.Narrative:
		return p.Name("choice.", value)
	case search.Objection:
		return p.Name("objection.", value)
	}
	return p.Name(string(field)+".", value)
}

// chip is a choice in force with the address that takes it away.
func (s *Site) chip(ctx context.Context, p *page, a asked, f search.Field, value string, out bool) chip {
	name := string(f)
	if out {
		name = "not_" + name
	}
	c := chip{Field: p.T("field." + string(f)), Out: out, Without: p.URL("/register", a.less(pair{name, value})...)}
	c.Name = p.choiceName(f, value)
	if f == search.Merchant {
		c.Name = value
		if m, err := s.source.Merchant(ctx, value); err == nil {
			c.Name = p.MerchantName(m.MerchantName)
		}
	}
	return c
}

// listURL leads to a page of the register.
func (p *page) listURL(a asked) templ.SafeURL { return p.URL("/register", a.pairs()...) }

// exportURL leads to the same question asked of the interface for programs.
func exportURL(a asked, form string) templ.SafeURL {
	v := url.Values{}
	for _, x := range append(a.otherPairs(), a.choicePairs()...) {
		if x.Name != "limit" && x.Name != "order" {
			v.Add(x.Name, x.Value)
		}
	}
	return address("/api/v1/public/disclosures"+form, v)
}

// kept are the parameters that the form of choices carries along: all but the choices
// that it offers itself.
func (a asked) kept(facets []facetView) []pair {
	out := a.otherPairs()
	for _, c := range a.choicePairs() {
		field := search.Field(strings.TrimPrefix(c.Name, "not_"))
		i := slices.IndexFunc(facets, func(f facetView) bool { return f.Field == field })
		if i < 0 || c.Name == string(field) && !slices.ContainsFunc(flat(facets[i].Values), func(v choiceView) bool { return v.Value == c.Value }) {
			out = append(out, c)
		}
	}
	return out
}

func chosenBelow(values []choiceView) bool {
	return slices.ContainsFunc(flat(values), func(v choiceView) bool { return v.In })
}

// orderName says which records stand first.
func (p *page) orderName(a asked) string {
	if a.Order == search.Oldest {
		return p.T("register.oldest")
	}
	return p.T("register.newest")
}

// dayLabel names an edge of the days: of publication, in foreign data of receipt.
func (p *page) dayLabel(edge string) string {
	if p.foreign {
		return p.T("filter.day." + edge + ".foreign")
	}
	return p.T("filter.day." + edge)
}

// dayValue writes a day as a form does.
func dayValue(d calendar.Date) string {
	if d.IsZero() {
		return ""
	}
	return d.String()
}

// monthURL leads to the records published in a month.
func (p *page) monthURL(m yearMonth) templ.SafeURL {
	from, to := m.days()
	return p.URL("/register", "from", from.String(), "to", to.String())
}

// leastShare is the number of cases from which shares are made of them [design].
const leastShare = 30

// shareOf writes a share of enough cases, and of fewer both parts alone.
func (p *page) shareOf(n, total int64) string {
	if total < leastShare {
		return p.T("ratio", "n", grouped(n), "d", grouped(total))
	}
	return percent(n, total) + "%"
}
