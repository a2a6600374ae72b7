package timers

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"fangxin/domain/calendar"
	"fangxin/domain/complaint"
)

// paged serves limits two at a time, however many are asked for.
func paged(limits []Limit, asked *[]calendar.Date) Due {
	return func(_ context.Context, before calendar.Date, cursor string, _ int) ([]Limit, string, error) {
		*asked = append(*asked, before)
		from := 0
		fmt.Sscan(cursor, &from)
		to, next := min(from+2, len(limits)), ""
		if to < len(limits) {
			next = fmt.Sprint(to)
		}
		return limits[from:to], next, nil
	}
}

func TestPassRecordsEveryPageAndPassesOverWhatMovedOn(t *testing.T) {
	var asked []calendar.Date
	var recorded []string
	down := errors.New("store down")
	day := calendar.MustDate("2026-09-30")
	x := &Timers{
		Due: paged([]Limit{{Case: "a"}, {Case: "moved"}, {Case: "down"}, {Case: "d"}, {Case: "e"}}, &asked),
		Record: func(_ context.Context, l Limit) error {
			switch l.Case {
			case "moved":
				return &complaint.Refusal{Code: "moved_on"}
			case "down":
				return down
			}
			recorded = append(recorded, l.Case)
			return nil
		},
		// The day begins in Shanghai, not at Greenwich.
		Now: func() time.Time { return day.Start() },
		Log: slog.New(slog.DiscardHandler),
	}
	n, err := x.Pass(t.Context())
	if n != 3 || !errors.Is(err, down) || !slices.Equal(recorded, []string{"a", "d", "e"}) {
		t.Errorf("recorded %d %v, error %v", n, recorded, err)
	}
	if slices.ContainsFunc(asked, func(d calendar.Date) bool { return d != day }) {
		t.Errorf("asked for %v, want limits whose end lies before %v", asked, day)
	}
}

func TestRunPassesAtOnceWhenThePracticeClockMoves(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		moved := make(chan struct{})
		passes := make(chan time.Time, 16)
		x := &Timers{
			Due: func(context.Context, calendar.Date, string, int) ([]Limit, string, error) {
				passes <- time.Now()
				return nil, "", nil
			},
			Now: time.Now, Log: slog.New(slog.DiscardHandler), Every: time.Minute,
			Moved: func() <-chan struct{} { return moved },
		}
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan struct{})
		go func() { x.Run(ctx); close(ended) }()
		first := <-passes
		if second := <-passes; second.Sub(first) != time.Minute {
			t.Errorf("second pass after %v", second.Sub(first))
		}
		synctest.Wait()
		at := time.Now()
		moved <- struct{}{}
		if third := <-passes; !third.Equal(at) {
			t.Errorf("pass after the move came %v late", third.Sub(at))
		}
		cancel()
		<-ended
	})
}

// What a case refuses is not asked again on the same day, so that a limit that stays
// listed costs nothing; the next day it is.
func TestARefusedLimitIsNotHammered(t *testing.T) {
	day, asked := calendar.MustDate("2026-09-30"), 0
	var days []calendar.Date
	x := &Timers{
		Due:    paged([]Limit{{Case: "a"}, {Case: "b"}}, &days),
		Record: func(context.Context, Limit) error { asked++; return &complaint.Refusal{Code: "moved_on"} },
		Now:    func() time.Time { return day.Start() },
		Log:    slog.New(slog.DiscardHandler),
	}
	for range 3 {
		if n, err := x.Pass(t.Context()); n != 0 || err != nil {
			t.Fatal(n, err)
		}
	}
	if asked != 2 {
		t.Errorf("asked %d times on one day", asked)
	}
	day++
	if _, _ = x.Pass(t.Context()); asked != 4 {
		t.Errorf("asked %d times in two days", asked)
	}
}

// A store that is away ends the pass instead of failing once for every limit.
func TestAStoreThatIsAwayEndsThePass(t *testing.T) {
	down, asked := errors.New("store down"), 0
	var days []calendar.Date
	x := &Timers{
		Due:    paged(make([]Limit, 10*maxFailures), &days),
		Record: func(context.Context, Limit) error { asked++; return down },
		Now:    time.Now, Log: slog.New(slog.DiscardHandler),
	}
	if n, err := x.Pass(t.Context()); n != 0 || !errors.Is(err, down) || asked != maxFailures {
		t.Errorf("recorded %d, asked %d times, error %v", n, asked, err)
	}
}
