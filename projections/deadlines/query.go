package deadlines

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"fangxin/domain/calendar"
	"fangxin/domain/es"
	"fangxin/projections/readmodel"
	"fangxin/projections/running"
)

const separator = "\x00"

// member names a limit: stream, rule and both dates, so that no document is needed.
func member(s es.StreamID, l running.Limit) string {
	b := make([]byte, 0, len(s)+len(l.Rule)+18)
	b = append(append(append(b, s...), 0), l.Rule...)
	b = strconv.AppendInt(append(b, 0), int64(l.Due), 10)
	return string(strconv.AppendInt(append(b, 0), int64(l.DueWide), 10))
}

func parseMember(m string) (Item, error) {
	p := strings.Split(m, separator)
	if len(p) != 4 {
		return Item{}, fmt.Errorf("deadline %q: %w", m, errMember)
	}
	due, err1 := strconv.ParseInt(p[2], 10, 32)
	wide, err2 := strconv.ParseInt(p[3], 10, 32)
	if err1 != nil || err2 != nil {
		return Item{}, fmt.Errorf("deadline %q: %w", m, errMember)
	}
	s := es.StreamID(p[0])
	return Item{Case: s.Key(), Stream: s, Rule: p[1], Due: calendar.Date(due), DueWide: calendar.Date(wide)}, nil
}

var errMember = fmt.Errorf("not a limit: %w", readmodel.ErrUnavailable)

// Due lists limits whose wide date is upTo or earlier, the oldest first: as of the
// morning after upTo they have passed. A limit whose passing was recorded is gone.
func Due(ctx context.Context, m readmodel.Model, upTo calendar.Date, cursor string, limit int) ([]Item, string, error) {
	return list(ctx, m, ixWide, upTo, cursor, limit)
}

// Alarms lists limits whose strict date is upTo or earlier, the oldest first.
func Alarms(ctx context.Context, m readmodel.Model, upTo calendar.Date, cursor string, limit int) ([]Item, string, error) {
	return list(ctx, m, ixDue, upTo, cursor, limit)
}

// Count counts the limits whose wide date is upTo or earlier.
func Count(ctx context.Context, m readmodel.Model, upTo calendar.Date) (readmodel.Number, error) {
	s, _, err := readmodel.Reading(ctx, m, Name, Version)
	if err != nil {
		return readmodel.Number{}, err
	}
	return m.Count(ctx, s, readmodel.In(ixWide), 0, int64(upTo))
}

func list(ctx context.Context, m readmodel.Model, index string, upTo calendar.Date, cursor string, limit int) ([]Item, string, error) {
	if upTo <= 0 {
		return nil, "", nil
	}
	s, _, err := readmodel.Reading(ctx, m, Name, Version)
	if err != nil {
		return nil, "", err
	}
	page, err := m.Page(ctx, s, readmodel.Page{
		Where: readmodel.In(index), Order: readmodel.Oldest, Max: int64(upTo), After: cursor, Limit: limit,
	})
	if err != nil {
		return nil, "", err
	}
	items, err := itemsOf(page.Rows)
	return items, page.Next, err
}

func itemsOf(rows []readmodel.Row) ([]Item, error) {
	items := make([]Item, len(rows))
	for i, r := range rows {
		var err error
		if items[i], err = parseMember(r.Member); err != nil {
			return nil, err
		}
	}
	return items, nil
}
