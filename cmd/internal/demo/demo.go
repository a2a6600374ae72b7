// Package demo fills an empty installation with sample cases: a year of complaints of a
// region, played by a simulated town through the real use cases. It is played on a draft
// in memory, whose facts are kept as they are, in their order. Everything in it is made
// up and marked as a sample (样例); the same seed gives the same cases.
package demo

import (
	"context"
	"errors"
	"iter"
	"log/slog"
	"time"

	"fangxin/cmd/internal/simulation"
	"fangxin/cmd/internal/timers"
	"fangxin/domain/calendar"
	"fangxin/domain/complaint"
	"fangxin/domain/es"
	"fangxin/domain/usecase"
	"fangxin/projections/responsetime"
)

// Stage is what a demonstration is played for.
type Stage struct {
	// Deps are those of the installation. The play has a log and a clock of its own.
	Deps usecase.Deps
	// Keep writes entries into the installation's log, in their order; when it returns
	// they are durable.
	Keep func(ctx context.Context, entries iter.Seq[es.Entry]) error
	Log  *slog.Logger
	// Seed and Cases choose another play than the usual one; 0 is the usual.
	Seed  uint64
	Cases int
}

const prefix = "demo"

// Accounts lists one account a role, for tokens and for reading along.
func Accounts() []usecase.Actor {
	return []usecase.Actor{
		simulation.FirstConsumer(prefix),
		operators()[0].Account(prefix),
		{ID: "demo-officer", Role: usecase.RoleOfficer, Region: "15"},
		{ID: "demo-institution", Role: usecase.RoleInstitution, Institution: "demo-institution"},
		{ID: "demo-fund", Role: usecase.RoleFund, Fund: "demo-fund"},
		{ID: "demo-auditor", Role: usecase.RoleAuditor},
		{ID: "demo-admin", Role: usecase.RoleAdmin},
	}
}

// Play files the sample cases so that the last day of their story is the day of now,
// and waits until they are durable. It returns how many cases were filed: those of the
// last days may lie ahead.
func Play(ctx context.Context, s Stage, now time.Time) (int, error) {
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	entries, kept := make(chan es.Entry, 4096), make(chan error, 1)
	go func() {
		err := s.Keep(ctx, received(entries))
		if err != nil {
			stop(err) // the play is for nothing
		}
		kept <- err
	}()
	p := &play{Stage: s, until: now}
	filed, err := p.act(ctx, entries)
	close(entries)
	return filed, errors.Join(err, <-kept)
}

// chunk is how many entries are kept at once: a commit costs the same for many.
const chunk = 2000

// received yields what comes, many at a time.
func received(entries <-chan es.Entry) iter.Seq[es.Entry] {
	return func(yield func(es.Entry) bool) {
		waiting := make([]es.Entry, 0, chunk)
		for open := true; open; {
			waiting = waiting[:0]
			for e := range entries {
				if waiting = append(waiting, e); len(waiting) == chunk {
					break
				}
			}
			open = len(waiting) == chunk
			for _, e := range waiting {
				if !yield(e) {
					return
				}
			}
		}
	}
}

// play is one demonstration under way.
type play struct {
	Stage
	until time.Time
	clock time.Time
	cases *usecase.Complaints
}

func (p *play) now() time.Time { return p.clock }

// act plays on a draft.
func (p *play) act(ctx context.Context, entries chan<- es.Entry) (filed int, err error) {
	plan := planOf(&p.Stage, calendar.DateOf(p.until))
	p.clock = plan.First.Start()
	log := newDraft(p.now, entries)
	deps := p.Deps
	deps.Store, deps.Now = log, p.now
	if deps.Blobs != nil {
		files := goAhead(ctx, deps.Blobs)
		defer func() { err = errors.Join(err, files.written()) }()
		deps.Blobs = files
	}
	if p.cases, err = usecase.NewComplaints(deps); err != nil {
		return 0, err
	}
	limits := &alarms{cases: p.cases, draft: log}
	clock := &timers.Timers{Due: limits.due, Record: p.passed, Now: p.now, Log: p.Log}
	night := func(ctx context.Context) error {
		if _, err := clock.Pass(ctx); err != nil {
			return err
		}
		return p.month(ctx, plan.First)
	}
	town := simulation.NewTown(plan, simulation.Stage{
		Cases: p.cases, Calendar: p.Deps.Law.Calendar, Set: func(at time.Time) { p.clock = at }, Night: night, Refused: p.refused,
	})
	if err := town.Play(ctx, p.until); err != nil {
		return town.Filed(), err
	}
	p.clock = p.until
	return town.Filed(), night(ctx)
}

func (p *play) passed(ctx context.Context, l timers.Limit) error {
	_, err := p.cases.RecordDeadlinePassed(ctx, l.Case, l.Rule, l.Due)
	return err
}

// closingDay is the day of a month after which the figures of the last one become final.
const closingDay = 10

// month closes the last month once its closing day is over.
func (p *play) month(ctx context.Context, first calendar.Date) error {
	today := calendar.DateOf(p.clock)
	_, _, day := today.Civil()
	last := today - calendar.Date(day) // of the month before
	if day != closingDay+1 || last <= first.AddMonths(1) {
		return nil
	}
	month := last.Month()
	_, _, err := p.cases.ClosePeriod(ctx, usecase.Actor{ID: prefix + "-admin", Role: usecase.RoleAdmin}, month, usecase.ClosePeriod{AsOf: (today - 1).String()},
		usecase.Publication{Formulas: responsetime.FormulaNames(), Policy: responsetime.TablePolicy().ID},
		usecase.Options{Key: prefix + "-close-" + month})
	return err
}

// refused leaves a step out that its case refused.
func (p *play) refused(m simulation.Move, err error) error {
	var refusal *complaint.Refusal
	if !errors.As(err, &refusal) {
		return err
	}
	p.Log.Warn("a sample step was refused", "route", m.Route, "error", err)
	return nil
}
