package bench

import (
	"context"
	"fmt"
	"iter"
	"time"

	"fangxin/domain/calendar"
	"fangxin/domain/es"
	"fangxin/domain/usecase"
)

// marketLog is a log of a market's cases that is made while it is read: a million
// cases need no room.
type marketLog struct {
	es.Store
	*market
	registry *es.Registry
}

// ReadAll yields all events; it is only asked from the beginning.
func (l *marketLog) ReadAll(ctx context.Context, after es.Position) iter.Seq2[es.Envelope, error] {
	return func(yield func(es.Envelope, error) bool) {
		at := uint64(0)
		for i := range l.cases {
			envelopes, err := l.events(i)
			if err == nil {
				err = ctx.Err()
			}
			if err != nil {
				yield(es.Envelope{}, err)
				return
			}
			for _, e := range envelopes {
				at++
				if e.Position = (es.Position{Commit: at, Prepare: at}); e.Position.Compare(after) > 0 && !yield(e, nil) {
					return
				}
			}
		}
	}
}

// Read finds no other streams: no period was closed.
func (l *marketLog) Read(context.Context, es.StreamID, es.Revision) iter.Seq2[es.Envelope, error] {
	return func(yield func(es.Envelope, error) bool) { yield(es.Envelope{}, es.ErrStreamNotFound) }
}

// events are those of the i-th case.
func (l *marketLog) events(i int) ([]es.Envelope, error) {
	row := l.row(i)
	e, on := l.recorded(&row)
	first, err := l.envelope(&row, 0, on, e)
	if err != nil {
		return nil, err
	}
	out := []es.Envelope{first}
	if later, day := l.changed(&row); later != nil {
		second, err := l.envelope(&row, 1, day, later)
		if err != nil {
			return nil, err
		}
		out = append(out, second)
	}
	return out, nil
}

func (l *marketLog) envelope(row *marketRow, revision int, day calendar.Date, e any) (es.Envelope, error) {
	name, data, err := l.registry.Encode(e)
	if err != nil {
		return es.Envelope{}, err
	}
	meta, err := l.registry.EncodeMetadata(&es.Metadata{
		At: day.Start().Add(9 * time.Hour), Actor: "import", Role: "machine", Command: es.EventID(row.id, 100+revision), Name: "record-foreign",
		Body: fmt.Sprintf("%064d", row.merchant), Ruleset: "CFPB", Calendar: "CN-2026.1", Schema: 1, Source: marketSource, Salt: "AAAAAAAAAAAAAAAAAAAAAA==",
	})
	return es.Envelope{
		Stream: usecase.Stream(row.id.String()), Revision: es.Revision(revision), ID: es.EventID(row.id, revision), Type: name, Data: data, Meta: meta,
	}, err
}
