package search

import (
	"context"
	"errors"
	"fmt"

	"fangxin/domain/es"
	"fangxin/projections/disclosure"
	"fangxin/projections/readmodel"
)

// Position is a place in the log.
type Position = es.Position

// Record is one public record.
type Record = disclosure.Record

// Order of a list, by the day that From and To bound.
type Order = readmodel.Order

// Orders.
const (
	Newest = readmodel.Newest
	Oldest = readmodel.Oldest
)

// ErrCursor: not a cursor of this question. Wraps readmodel.ErrCursor.
var ErrCursor = fmt.Errorf("of another question: %w", readmodel.ErrCursor)

// Page is one page of records. AsOf is the place in the log up to which it stands at
// least; Next the cursor of the following page, "" at the end. A page may be shorter
// than asked for and have a cursor, where much had to be looked at.
type Page struct {
	Records []*Record // nobody changes them
	Next    string
	Total   readmodel.Number
	AsOf    es.Position
}

// Find returns a page of the records that the filter asks for, and how many there are.
// A cursor goes on behind the row it was given for, however many came or went since;
// it is good for the same filter and order only. limit is within readmodel.MaxPage.
// ErrCursor, readmodel.ErrUnavailable.
func Find(ctx context.Context, m readmodel.Model, f Filter, o Order, cursor string, limit int) (Page, error) {
	c, err := open(ctx, m, &f, readmodel.MaxTerms)
	if err != nil {
		return Page{}, err
	}
	out := Page{AsOf: c.asOf}
	if out.Records, out.Next, err = c.page(ctx, o, cursor, limit); err != nil {
		return Page{}, err
	}
	out.Total, err = c.count(ctx)
	return out, err
}

// cut is a filter, planned against one build of the projection.
type cut struct {
	model  readmodel.Model
	filter *Filter
	space  readmodel.Space
	asOf   es.Position
	plan   plan
}

func open(ctx context.Context, m readmodel.Model, f *Filter, budget int) (*cut, error) {
	s, at, err := readmodel.Reading(ctx, m, disclosure.Name, disclosure.Version)
	if err != nil {
		return nil, err
	}
	c := &cut{model: m, filter: f, space: s, asOf: at}
	c.plan, err = (&planner{ctx, m, s}).filter(f, budget)
	return c, err
}

// where is the set with the days that bound it.
func (c *cut) where() readmodel.Page {
	p := readmodel.Page{Where: c.plan.expr(), Min: int64(c.filter.From)}
	if c.filter.To != 0 {
		p.Max = int64(c.filter.To) - 1
	}
	return p
}

// keep reads a record of the answer out of a view.
func (c *cut) keep(view any) (*Record, bool) {
	v, ok := view.(*disclosure.View)
	if !ok || !v.Public || !c.plan.exact && !c.filter.Match(&v.Record) {
		return nil, false
	}
	return &v.Record, true
}

// question names filter and order, for cursors.
func (c *cut) question(o Order) string {
	if o == Oldest {
		return "oldest;" + c.filter.String()
	}
	return "newest;" + c.filter.String()
}

func (c *cut) page(ctx context.Context, o Order, cursor string, limit int) ([]*Record, string, error) {
	tag := mark(c.question(o))
	after, err := cursorFor(tag, cursor)
	if err != nil || c.plan.none {
		return nil, "", err
	}
	p := c.where()
	p.Order, p.After, p.Limit = o, after, limit
	rows, next, err := readmodel.Select(ctx, c.model, c.space, p, c.keep)
	if err != nil || next == "" {
		return rows, "", err
	}
	return rows, tag + next, nil
}

// cursorFor takes the mark of its question off a cursor.
func cursorFor(tag, cursor string) (string, error) {
	if cursor == "" {
		return "", nil
	}
	if len(cursor) <= markLength || cursor[:markLength] != tag {
		return "", ErrCursor
	}
	if _, err := readmodel.ParseCursor(cursor[markLength:]); err != nil {
		return "", errors.Join(ErrCursor, err)
	}
	return cursor[markLength:], nil
}

// count counts the set: by indexes where they say it all, else by looking at records
// until it would be too many.
func (c *cut) count(ctx context.Context) (readmodel.Number, error) {
	if c.plan.none {
		return readmodel.Number{}, nil
	}
	p := c.where()
	if c.plan.exact {
		return c.model.Count(ctx, c.space, p.Where, p.Min, p.Max)
	}
	return readmodel.CountKept(ctx, c.model, c.space, p, func(view any) bool {
		_, ok := c.keep(view)
		return ok
	})
}

// Occurs says whether any public record has a value of a field.
// readmodel.ErrUnavailable.
func Occurs(ctx context.Context, m readmodel.Model, field Field, value string) (bool, error) {
	s, _, err := readmodel.Reading(ctx, m, disclosure.Name, disclosure.Version)
	if err != nil {
		return false, err
	}
	p, err := m.Page(ctx, s, readmodel.Page{Where: readmodel.In(field.Index(value)), Limit: 1})
	return len(p.Rows) > 0, err
}
