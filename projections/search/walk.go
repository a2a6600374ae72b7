package search

import (
	"context"
	"errors"

	"fangxin/domain/es"
	"fangxin/projections/disclosure"
	"fangxin/projections/readmodel"
)

// Walk gives every record that the filter asks for, in order, some at a time, to give;
// asOf is the place in the log up to which they stand at least. It holds no lock and
// gathers nothing: a record that changes meanwhile is given as it is when its turn
// comes. It goes on where a new build of the projection takes the place of the one it
// began with. Errors of give end it. readmodel.ErrUnavailable.
func Walk(ctx context.Context, m readmodel.Model, f Filter, o Order, give func(list []*Record, asOf es.Position) error) error {
	c, err := open(ctx, m, &f, readmodel.MaxTerms)
	if err != nil {
		return err
	}
	for cursor := ""; ; {
		list, next, failed := c.page(ctx, o, cursor, readmodel.MaxPage)
		s, at, err := readmodel.Reading(ctx, m, disclosure.Name, disclosure.Version)
		if err != nil {
			return err
		}
		if s != c.space {
			// The build may have gone while the page was read.
			if c, err = open(ctx, m, &f, readmodel.MaxTerms); err != nil {
				return err
			}
			continue
		}
		if failed != nil {
			return failed
		}
		if err := errors.Join(give(list, c.asOf), ctx.Err()); err != nil || next == "" {
			return err
		}
		c.asOf, cursor = at, next
	}
}
