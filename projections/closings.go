package projections

import (
	"context"
	"errors"
	"fmt"
	"sort"
	"time"

	"fangxin/domain/calendar"
	"fangxin/domain/es"
	"fangxin/domain/period"
)

// typeClosed is the stored name of a closing.
const typeClosed = "period.closed.v1"

// Closings are the closings of periods (关账) that stand before a place in the log, in
// log order. It is a value that is never changed: events carry theirs with them.
type Closings struct{ all []closing }

type closing struct {
	at es.Position
	// asOf is the latest day as of which anything was closed so far.
	asOf   calendar.Date
	closed *period.Closed
}

// ErrClosings: the store answered with less of the closings than the log names.
var ErrClosings = fmt.Errorf("closings are not read whole: %w", es.ErrUnavailable)

// ReadClosings reads all closings of complaints. es.ErrUnknownType, *es.DecodeError,
// errors of the store.
func ReadClosings(ctx context.Context, store es.Store, reg *es.Registry) (Closings, error) {
	var c Closings
	for env, err := range store.Read(ctx, period.Complaints, 0) {
		if errors.Is(err, es.ErrStreamNotFound) {
			break
		}
		if err != nil {
			return Closings{}, err
		}
		data, err := reg.Decode(&env)
		if err != nil {
			return Closings{}, err
		}
		if c, err = c.with(&env, data); err != nil {
			return Closings{}, err
		}
	}
	return c, nil
}

// with adds the next event of the stream of closings; one that is there already adds
// nothing. ErrClosings where there is a gap before it.
func (c Closings) with(env *es.Envelope, data any) (Closings, error) {
	closed, ok := data.(*period.Closed)
	switch {
	case !ok || env.Stream != period.Complaints:
		return c, nil
	case int(env.Revision) < len(c.all):
		return c, nil
	case int(env.Revision) > len(c.all):
		return c, ErrClosings
	}
	asOf := closed.AsOf
	if n := len(c.all); n > 0 {
		asOf = max(asOf, c.all[n-1].asOf)
	}
	return Closings{append(c.all, closing{env.Position, asOf, closed})}, nil
}

// Before are the closings that stand before a place in the log.
func (c Closings) Before(at es.Position) Closings {
	n := len(c.all)
	if n > 0 && !c.all[n-1].at.Before(at) {
		n = sort.Search(n, func(i int) bool { return !c.all[i].at.Before(at) })
	}
	return Closings{c.all[:n:n]}
}

// Known is the day on which a fact of that time became known, where these closings
// stand before it: the Shanghai day on which it falls, but never a day that a closing
// had settled; then the day after.
func (c Closings) Known(at time.Time) calendar.Date {
	day := calendar.DateOf(at)
	if n := len(c.all); n > 0 {
		day = max(day, c.all[n-1].asOf+1)
	}
	return day
}

// Of lists the closings of a period, the first one first.
func (c Closings) Of(m period.Month) (out []*period.Closed) {
	for i := range c.all {
		if c.all[i].closed.Period == m {
			out = append(out, c.all[i].closed)
		}
	}
	return out
}

// First is the first closing of a period, nil where it is still open: what changes its
// figures from then on is a revision.
func (c Closings) First(m period.Month) *period.Closed {
	for i := range c.all {
		if c.all[i].closed.Period == m {
			return c.all[i].closed
		}
	}
	return nil
}

// Len is how many there are.
func (c Closings) Len() int { return len(c.all) }
