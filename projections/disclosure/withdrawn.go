package disclosure

import (
	"context"

	"fangxin/domain/calendar"
	"fangxin/domain/es"
	"fangxin/projections/readmodel"
)

// Stone is what is left of a record that was taken down: no content, but that it was
// there, the class of the reason and the day. A copy of the register elsewhere drops the
// row by it.
type Stone struct {
	Case     string        `json:"id"`
	Source   string        `json:"source"`
	Class    string        `json:"reason"`
	On       calendar.Date `json:"withdrawn_on"`
	Position es.Position   `json:"-"`
}

// Stones is a page of withdrawn rows in the order of the log, the oldest first. AsOf is
// how far it reaches; Next is "" at the end, Last always goes on behind the last row: a
// reader who keeps it misses none that come later.
type Stones struct {
	Rows []Stone
	Next string
	Last string
	AsOf es.Position
}

// Withdrawn returns the rows that were taken down, behind the cursor. A record that was
// published again is no stone any more. readmodel.ErrCursor, readmodel.ErrUnavailable.
func Withdrawn(ctx context.Context, m readmodel.Model, cursor string, limit int) (Stones, error) {
	s, at, err := readmodel.Reading(ctx, m, Name, Version)
	if err != nil {
		return Stones{}, err
	}
	out := Stones{AsOf: at, Last: cursor}
	if at.IsStart() {
		return out, nil
	}
	p := readmodel.Page{
		Where: readmodel.In(ixWithdrawn), Order: readmodel.Oldest, After: cursor, Limit: limit, Max: place(at),
	}
	out.Rows, out.Next, err = readmodel.Select(ctx, m, s, p, func(view any) (Stone, bool) {
		v, ok := view.(*View)
		if !ok || v.Record.Withdrawn == "" || at.Before(v.Record.Position) {
			return Stone{}, false
		}
		r := &v.Record
		return Stone{Case: r.Case, Source: r.Source, Class: r.Withdrawn, On: r.WithdrawnOn, Position: r.Position}, true
	})
	if err != nil {
		return Stones{}, err
	}
	if n := len(out.Rows); n > 0 {
		last := &out.Rows[n-1]
		out.Last = readmodel.CursorOf(readmodel.Row{Member: string(es.StreamID("complaint." + last.Case)), Score: place(last.Position)})
	}
	return out, nil
}
