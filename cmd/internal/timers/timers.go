// Package timers tells cases that a time limit has ended. It owns no rule: what is
// due comes from the deadlines projection, what follows is decided by the case,
// which refuses when it has moved on. Losing the timers loses nothing, running two
// changes nothing.
package timers

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"fangxin/domain/calendar"
	"fangxin/domain/complaint"
)

// Limit is a clock whose end has come.
type Limit struct {
	Case string
	Rule string
	Due  calendar.Date
}

// Due lists limits whose wide end lies before the day, after the cursor, with the
// next cursor ("" at the end).
type Due func(ctx context.Context, before calendar.Date, cursor string, limit int) (limits []Limit, next string, err error)

// Record tells one case that a limit has passed.
type Record func(ctx context.Context, l Limit) error

// Unsure lists cases with a provisional date that another calendar than today's gave,
// after the cursor, with the next cursor ("" at the end).
type Unsure func(ctx context.Context, cursor string, limit int) (cases []string, next string, err error)

// Recompute asks one case to count its provisional dates again, and says whether it had
// to.
type Recompute func(ctx context.Context, id string) (changed bool, err error)

// Timers runs passes over what is due.
type Timers struct {
	Due    Due
	Record Record
	// Unsure and Recompute may be nil: then no calendar is ever replaced.
	Unsure    Unsure
	Recompute Recompute
	Now       func() time.Time
	Log       *slog.Logger
	// Every is the pause between passes; Moved, if set, starts one at once.
	Every time.Duration
	Moved func() <-chan struct{}

	passing sync.Mutex
	// refused holds the limits that their cases refused on this day: they are asked
	// again on the next.
	refused map[Limit]struct{}
	day     calendar.Date
}

const (
	page = 200
	// maxFailures in a row end a pass: the store is away, not one case.
	maxFailures = 20
	// maxRefused bounds what is remembered.
	maxRefused = 100_000
)

// Run makes passes until the context ends.
func (t *Timers) Run(ctx context.Context) {
	for {
		var moved <-chan struct{}
		if t.Moved != nil {
			moved = t.Moved()
		}
		if _, err := t.Pass(ctx); err != nil && ctx.Err() == nil {
			t.Log.WarnContext(ctx, "timers: pass ended early", "error", err)
		}
		wait := time.NewTimer(t.Every)
		select {
		case <-ctx.Done():
			wait.Stop()
			return
		case <-wait.C:
		case <-moved:
			wait.Stop()
		}
	}
}

// Pass records every limit that has ended and says how many were recorded. A case
// that has moved on is passed over; a failure of one case does not keep the others
// waiting and is returned at the end. Passes are made one at a time.
func (t *Timers) Pass(ctx context.Context) (int, error) {
	t.passing.Lock()
	defer t.passing.Unlock()
	today := t.today()
	recorded, inARow := 0, 0
	// Dates first: what a newer calendar moves is not due by the older one.
	failed := t.recount(ctx)
	for cursor := ""; ; {
		limits, next, err := t.Due(ctx, today, cursor, page)
		if err != nil {
			return recorded, errors.Join(failed, err)
		}
		for _, l := range limits {
			if _, ok := t.refused[l]; ok {
				continue
			}
			var refusal *complaint.Refusal
			err := t.Record(ctx, l)
			inARow++
			switch {
			case err == nil:
				recorded, inARow = recorded+1, 0
			case errors.As(err, &refusal):
				inARow = 0
				t.refuse(l)
				t.Log.DebugContext(ctx, "timers: the case has moved on", "case", l.Case, "rule", l.Rule)
			case ctx.Err() != nil:
				return recorded, ctx.Err()
			default:
				if failed = errors.Join(failed, err); inARow == maxFailures {
					return recorded, failed
				}
			}
		}
		if next == "" {
			return recorded, failed
		}
		cursor = next
	}
}

// today forgets what was refused on another day.
func (t *Timers) today() calendar.Date {
	if today := calendar.DateOf(t.Now()); today != t.day {
		t.day, t.refused = today, map[Limit]struct{}{}
	}
	return t.day
}

func (t *Timers) refuse(l Limit) {
	if len(t.refused) < maxRefused {
		t.refused[l] = struct{}{}
	}
}

// recount asks every case that waits for a newer calendar. A case that answered is not
// listed again; one that cannot be asked keeps no other waiting.
func (t *Timers) recount(ctx context.Context) error {
	if t.Unsure == nil || t.Recompute == nil {
		return nil
	}
	var failed error
	inARow := 0
	for cursor := ""; ; {
		cases, next, err := t.Unsure(ctx, cursor, page)
		if err != nil {
			return errors.Join(failed, err)
		}
		for _, id := range cases {
			changed, err := t.Recompute(ctx, id)
			switch {
			case err == nil:
				if inARow = 0; changed {
					t.Log.InfoContext(ctx, "timers: dates counted again under a newer calendar", "case", id)
				}
			case ctx.Err() != nil:
				return ctx.Err()
			default:
				failed = errors.Join(failed, err)
				if inARow++; inARow == maxFailures {
					return failed
				}
			}
		}
		if next == "" {
			return failed
		}
		cursor = next
	}
}
