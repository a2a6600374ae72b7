package program

import (
	"context"
	"slices"
	"strings"

	"fangxin/projections/deadlines"
)

// unsure adapts the deadlines projection to the timers: cases with a provisional date
// that none of today's calendars gave. The cursor names the calendar and the place in it.
func (n *node) unsure(ctx context.Context, cursor string, limit int) ([]string, string, error) {
	versions, err := deadlines.Unsure(ctx, n.model)
	if err != nil {
		return nil, "", err
	}
	now := n.law.Versions()
	versions = slices.DeleteFunc(versions, func(v string) bool { return slices.Contains(now, v) })
	at, after, _ := strings.Cut(cursor, " ")
	for i, v := range versions {
		if v < at {
			continue
		}
		if v > at {
			after = ""
		}
		items, next, err := deadlines.UnsureUnder(ctx, n.model, v, after, limit)
		if err != nil {
			return nil, "", err
		}
		cases := make([]string, len(items))
		for j, item := range items {
			cases[j] = item.Case
		}
		switch {
		case next != "":
			return slices.Compact(cases), v + " " + next, nil
		case i+1 < len(versions):
			return slices.Compact(cases), versions[i+1] + " ", nil
		}
		return slices.Compact(cases), "", nil
	}
	return nil, "", nil
}
