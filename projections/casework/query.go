package casework

import (
	"context"
	"slices"
	"strings"

	"fangxin/domain/es"
	"fangxin/domain/sealed"
	"fangxin/projections/facet"
	"fangxin/projections/readmodel"
	"fangxin/projections/words"
)

// maxNumbers bounds how many case numbers one beginning of a number finds.
const maxNumbers = 3

// List returns a page of cases, the most urgent limit first; then open cases
// without a limit, then ended ones, both newest filed first.
// readmodel.ErrCursor, readmodel.ErrUnavailable.
func List(ctx context.Context, m readmodel.Model, f Filter, cursor string, limit int) (Page, error) {
	s, at, err := readmodel.Reading(ctx, m, Name, Version)
	if err != nil {
		return Page{}, err
	}
	page := Page{AsOf: at}
	set, err := f.find(ctx, m, s)
	if err != nil || set.none {
		return page, err
	}
	p := readmodel.Page{Where: set.where, Order: readmodel.Oldest, After: cursor, Limit: limit}
	if f.DueBefore != 0 {
		p.Max = dueBefore(f.DueBefore)
	}
	page.Rows, page.Next, err = readmodel.Select(ctx, m, s, p, func(view any) (Row, bool) {
		v, ok := view.(*View)
		if !ok || !set.holds(v) {
			return Row{}, false
		}
		return v.Row, true
	})
	if err != nil {
		return Page{}, err
	}
	p.After = ""
	page.Total, err = set.count(ctx, m, s, p)
	return page, err
}

// Get returns the row of one case. readmodel.ErrNotFound.
func Get(ctx context.Context, m readmodel.Model, stream es.StreamID) (Row, error) {
	s, _, err := readmodel.Reading(ctx, m, Name, Version)
	if err != nil {
		return Row{}, err
	}
	view, err := m.Get(ctx, s, readmodel.ViewKey(stream))
	if err != nil {
		return Row{}, err
	}
	v, ok := view.(*View)
	if !ok || v.Hidden {
		return Row{}, readmodel.ErrNotFound
	}
	return v.Row, nil
}

// OfSubjects returns the streams of the cases whose consumer is one of the subjects, at
// most limit. A case whose data are restricted is not among them.
func OfSubjects(ctx context.Context, m readmodel.Model, subjects []sealed.Subject, limit int) ([]es.StreamID, error) {
	s, _, err := readmodel.Reading(ctx, m, Name, Version)
	if err != nil {
		return nil, err
	}
	var streams []es.StreamID
	for part := range slices.Chunk(subjects, readmodel.MaxTerms) {
		var either readmodel.Expr
		for _, subject := range part {
			either.Any = append(either.Any, readmodel.In(ixSubject+string(subject)))
		}
		page := readmodel.Page{Where: either, Order: readmodel.Oldest, Limit: limit - len(streams)}
		rows, _, err := readmodel.Select(ctx, m, s, page, func(view any) (es.StreamID, bool) {
			v, ok := view.(*View)
			if !ok || v.Hidden || !slices.Contains(part, v.Subject) {
				return "", false
			}
			return es.StreamID(streamPrefix + v.Row.ID), true
		})
		if err != nil {
			return nil, err
		}
		if streams = append(streams, rows...); len(streams) >= limit {
			break
		}
	}
	return streams, nil
}

// found is a filter as a set, with what the set cannot say by itself.
type found struct {
	where readmodel.Expr
	none  bool
	// query is checked against each row where checked is set.
	query   words.Query
	number  string
	checked bool
}

func (s *found) holds(v *View) bool {
	if !s.checked {
		return true
	}
	return s.number != "" && strings.HasPrefix(strings.ToUpper(v.Row.Number), s.number) ||
		s.query.In(v.Row.Merchant, v.Row.Item)
}

func (s *found) count(ctx context.Context, m readmodel.Model, space readmodel.Space, p readmodel.Page) (readmodel.Number, error) {
	if !s.checked {
		return m.Count(ctx, space, p.Where, p.Min, p.Max)
	}
	return readmodel.CountKept(ctx, m, space, p, func(view any) bool {
		v, ok := view.(*View)
		return ok && s.holds(v)
	})
}

// find turns the filter into a set.
func (f Filter) find(ctx context.Context, m readmodel.Model, s readmodel.Space) (found, error) {
	terms := []readmodel.Expr{readmodel.In(orderOf(f.Status))}
	source := f.Source
	if source == "" {
		source = SourceNative
	}
	if source == SourceAll {
		source = ""
	}
	for _, t := range []struct{ prefix, value string }{
		{ixSource, source}, {ixStatus, f.Status}, {ixKind, f.Kind}, {ixLane, f.Lane}, {ixSync, f.Sync},
		{ixMerchant, f.Merchant}, {ixConcerned, f.Concerned}, {ixRegion, facet.Division(f.Region)}, {ixUnit, f.Unit}, {ixAccount, f.Account}, {ixErasure, f.Erasure},
	} {
		if t.value != "" {
			terms = append(terms, readmodel.In(t.prefix+t.value))
		}
	}
	for _, t := range []struct{ prefix, value string }{{ixStore, f.Store}, {ixUnit, f.Desk}} {
		if t.value != "" {
			terms = append(terms, readmodel.Expr{Any: []readmodel.Expr{readmodel.In(t.prefix + t.value), readmodel.In(t.prefix + without)}})
		}
	}
	out := found{query: words.Parse(f.Q)}
	if !out.query.Empty() {
		more, err := out.search(ctx, m, s, f.Q, readmodel.MaxTerms-len(terms))
		if err != nil || out.none {
			return out, err
		}
		terms = append(terms, more...)
	}
	out.where = readmodel.All(terms...)
	return out, nil
}

// search adds the terms of a search text: its words, or a case number.
func (s *found) search(ctx context.Context, m readmodel.Model, space readmodel.Space, q string, budget int) ([]readmodel.Expr, error) {
	numbers, err := s.numbers(ctx, m, space, q, min(maxNumbers, budget-1))
	if err != nil {
		return nil, err
	}
	plan, err := s.query.Plan(ctx, m, space, ixWord, budget-len(numbers))
	if err != nil {
		return nil, err
	}
	s.checked = !plan.Exact
	switch {
	case s.checked && len(plan.Terms) == 0:
		return nil, nil // every row is checked, for words and number
	case plan.None && len(numbers) == 0:
		s.none = true
		return nil, nil
	case plan.None:
		return []readmodel.Expr{readmodel.Any(numbers...)}, nil
	case len(numbers) == 0:
		return plan.Terms, nil
	}
	either := readmodel.Any(numbers...)
	if either.Index != "" {
		either = readmodel.Expr{Any: []readmodel.Expr{either}}
	}
	either.Any = append(either.Any, readmodel.All(plan.Terms...))
	return []readmodel.Expr{either}, nil
}

// numbers lists the indexes of case numbers that begin with q.
func (s *found) numbers(ctx context.Context, m readmodel.Model, space readmodel.Space, q string, most int) ([]string, error) {
	s.number = strings.ToUpper(strings.TrimSpace(q))
	if most < 1 || len(s.number) > 40 || !strings.ContainsAny(s.number, "0123456789") {
		s.number = ""
		return nil, nil
	}
	names, err := m.Indexes(ctx, space, ixNumber+s.number, "", most)
	if err != nil {
		return nil, err
	}
	return names, nil
}
