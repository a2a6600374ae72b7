package search

import (
	"context"
	"math"

	"fangxin/domain/calendar"
	"fangxin/domain/es"
	"fangxin/projections/disclosure"
	"fangxin/projections/readmodel"
)

// Change says that a record became what it is at a place in the log. Each record stands
// once in the feed, with the last of its changes: whoever follows the feed misses
// nothing and reads a record that changed twice only once.
type Change struct {
	ID     string
	Source string
	State  State
	// On is the day of publication, of the correction, or of the withdrawal.
	On calendar.Date
	// Reason is the class of the reason of a withdrawal.
	Reason   string
	Position es.Position
}

// State of a record in the change feed.
type State string

// States.
const (
	Published State = "published" // or published anew, or with another statement
	Corrected State = "corrected"
	Withdrawn State = "withdrawn"
)

// ChangesPage is a stretch of the change feed. Next goes on behind it and is good for
// ever, also where there is nothing more yet. AsOf is the place in the log up to which
// the feed stands; nothing behind it is told.
type ChangesPage struct {
	Changes []Change
	Next    string
	AsOf    es.Position
}

// Changes lists what became of the records of a source ("" for native ones) since a
// cursor, the oldest first; "" begins with the first. It goes up to the lowest
// checkpoint, so that no partition can tell something earlier afterwards. ErrCursor,
// readmodel.ErrUnavailable.
func Changes(ctx context.Context, m readmodel.Model, source, since string, limit int) (ChangesPage, error) {
	s, at, err := readmodel.Reading(ctx, m, disclosure.Name, disclosure.Version)
	if err != nil {
		return ChangesPage{}, err
	}
	if source == "" {
		source = disclosure.SourceNative
	}
	tag := mark("changes;" + source)
	after, err := cursorFor(tag, since)
	if err != nil {
		return ChangesPage{}, err
	}
	out := ChangesPage{Next: since, AsOf: at}
	if since == "" {
		out.Next = tag + readmodel.CursorOf(readmodel.Row{})
	}
	upTo := int64(min(at.Commit, math.MaxInt64))
	if upTo == 0 {
		return out, nil
	}
	list, next, err := listed(ctx, m, s, readmodel.Page{
		Where: readmodel.In(disclosure.ChangeIndex(source)), Order: readmodel.Oldest, Max: upTo, After: after, Limit: limit,
	})
	if err != nil {
		return ChangesPage{}, err
	}
	for i := range list {
		out.Changes = append(out.Changes, changeOf(&list[i]))
	}
	if next != "" {
		out.Next = tag + next
	}
	return out, nil
}

// Since is the cursor of the change feed of a source behind a place in the log.
func Since(source string, at es.Position) string {
	return mark("changes;"+source) + readmodel.CursorOf(readmodel.Row{Score: int64(min(at.Commit, math.MaxInt64-1)) + 1})
}

// listed reads the records of an index, withdrawn ones among them. next is the cursor
// behind the last of them.
func listed(ctx context.Context, m readmodel.Model, s readmodel.Space, p readmodel.Page) (list []Record, next string, err error) {
	rows, err := m.Page(ctx, s, p)
	if err != nil || len(rows.Rows) == 0 {
		return nil, rows.Next, err
	}
	keys := make([]string, len(rows.Rows))
	for i, r := range rows.Rows {
		keys[i] = readmodel.ViewPrefix + r.Member
	}
	views, err := m.GetMany(ctx, s, keys)
	if err != nil {
		return nil, "", err
	}
	for _, doc := range views {
		// One that moved on since the page was read stands further on in the feed.
		if v, ok := doc.(*disclosure.View); ok && (v.Public || v.Record.Withdrawn != "") && !beyond(p, &v.Record) {
			list = append(list, v.Record)
		}
	}
	return list, readmodel.CursorOf(rows.Rows[len(rows.Rows)-1]), nil
}

func beyond(p readmodel.Page, r *Record) bool {
	return p.Order == readmodel.Oldest && p.Max != 0 && int64(r.Position.Commit) > p.Max
}

func changeOf(r *Record) Change {
	c := Change{ID: r.Case, Source: r.Source, State: Published, Position: r.Position, On: r.Published}
	switch {
	case r.Withdrawn != "":
		c.State, c.On, c.Reason = Withdrawn, r.WithdrawnOn, r.Withdrawn
	case r.Corrected != 0:
		c.State, c.On = Corrected, r.Corrected
	}
	return c
}

// WithdrawnPage is a page of records that were taken back, without content.
type WithdrawnPage struct {
	Rows  []Change
	Next  string
	Total readmodel.Number
	AsOf  es.Position
}

// WithdrawnRows lists the records of a source ("" for native ones) that were taken
// back, the last first, so that whoever keeps an old copy can take them out of it.
// ErrCursor, readmodel.ErrUnavailable.
func WithdrawnRows(ctx context.Context, m readmodel.Model, source, cursor string, limit int) (WithdrawnPage, error) {
	s, at, err := readmodel.Reading(ctx, m, disclosure.Name, disclosure.Version)
	if err != nil {
		return WithdrawnPage{}, err
	}
	if source == "" {
		source = disclosure.SourceNative
	}
	tag := mark("withdrawn;" + source)
	after, err := cursorFor(tag, cursor)
	if err != nil {
		return WithdrawnPage{}, err
	}
	out := WithdrawnPage{AsOf: at}
	where := readmodel.In(disclosure.WithdrawnIndex(source))
	if out.Total, err = m.Count(ctx, s, where, 0, 0); err != nil {
		return WithdrawnPage{}, err
	}
	rows, next, err := readmodel.Select(ctx, m, s, readmodel.Page{Where: where, Order: readmodel.Newest, After: after, Limit: limit},
		func(view any) (Change, bool) {
			v, ok := view.(*disclosure.View)
			if !ok || v.Record.Withdrawn == "" {
				return Change{}, false
			}
			return changeOf(&v.Record), true
		})
	out.Rows = rows
	if next != "" {
		out.Next = tag + next
	}
	return out, err
}
