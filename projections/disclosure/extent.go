package disclosure

import (
	"context"

	"fangxin/domain/calendar"
	"fangxin/projections/readmodel"
)

// Extent is how much a source has on the register, with the first and the last day,
// as Filter.From counts them.
type Extent struct {
	Total       readmodel.Number
	First, Last calendar.Date
}

// ExtentOf returns the extent of a source, "" for native cases.
// readmodel.ErrUnavailable.
func ExtentOf(ctx context.Context, m readmodel.Model, source string) (Extent, error) {
	s, _, err := readmodel.Reading(ctx, m, Name, Version)
	if err != nil {
		return Extent{}, err
	}
	if source == "" {
		source = SourceNative
	}
	var e Extent
	where := readmodel.In(BySource.Index(source))
	if e.Total, err = m.Count(ctx, s, where, 0, 0); err != nil {
		return Extent{}, err
	}
	for order, day := range map[readmodel.Order]*calendar.Date{readmodel.Oldest: &e.First, readmodel.Newest: &e.Last} {
		p, err := m.Page(ctx, s, readmodel.Page{Where: where, Order: order, Limit: 1})
		if err != nil {
			return Extent{}, err
		}
		if len(p.Rows) > 0 {
			*day = calendar.Date(p.Rows[0].Score)
		}
	}
	return e, nil
}
