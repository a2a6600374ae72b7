// Package demo fills an empty installation with sample cases: half a year of
// complaints, run through the real use cases under the practice clock. Everything in
// it is made up and marked as a sample (样例); the same seed gives the same cases.
package demo

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"fangxin/domain/calendar"
	"fangxin/domain/usecase"
)

// Service is the part of the use cases that the demonstration calls.
type Service interface {
	File(ctx context.Context, a usecase.Actor, in usecase.FileComplaint, o usecase.Options) (usecase.Receipt, usecase.CaseView, error)
	Act(ctx context.Context, a usecase.Actor, id, action string, in any, o usecase.Options) (usecase.Receipt, usecase.CaseView, error)
}

// Stage is what a demonstration is played on.
type Stage struct {
	Cases    Service
	Calendar *calendar.Calendar
	// Set moves the practice clock; Night is called once a day after its last step,
	// for timers and projections.
	Set   func(time.Time)
	Night func(context.Context) error
}

// Accounts lists one account a role, for tokens and for reading along.
func Accounts() []usecase.Actor {
	first := merchants()[0]
	return []usecase.Actor{
		consumerAccount(0),
		merchantAccount(first),
		{ID: "demo-officer", Role: usecase.RoleOfficer, Region: "15"},
		{ID: "demo-institution", Role: usecase.RoleInstitution, Institution: "demo-institution"},
		{ID: "demo-fund", Role: usecase.RoleFund, Fund: "demo-fund"},
		{ID: "demo-auditor", Role: usecase.RoleAuditor},
		{ID: "demo-admin", Role: usecase.RoleAdmin},
	}
}

const (
	days  = 190
	count = 240
	seed  = 20260415
)

// step is one command of one case at one moment.
type step struct {
	at  time.Time
	run func(ctx context.Context, c *sample) error
}

type due struct {
	step
	c     *sample
	first bool
}

// Play files the sample cases so that the last day of their story is the day of
// now. It returns how many cases were filed: those of the last days may lie ahead.
func Play(ctx context.Context, s Stage, now time.Time) (int, error) {
	r := rand.New(rand.NewPCG(seed, 1))
	today := calendar.DateOf(now)
	var script []due
	for i := range count {
		c := newSample(s, r, i, today-days+calendar.Date(i*days/count))
		for n, st := range c.story(r) {
			if st.at.Before(now) {
				script = append(script, due{st, c, n == 0})
			}
		}
	}
	filed := 0
	slices.SortStableFunc(script, func(a, b due) int { return a.at.Compare(b.at) })
	day := calendar.Date(0)
	for _, d := range script {
		if on := calendar.DateOf(d.at); on != day {
			if err := s.night(ctx, day, on); err != nil {
				return 0, err
			}
			day = on
		}
		s.Set(d.at)
		if err := d.run(ctx, d.c); err != nil {
			return filed, fmt.Errorf("sample case %d (%s): %w", d.c.n, d.c.end, err)
		}
		if d.first {
			filed++
		}
	}
	s.Set(now)
	return filed, s.Night(ctx)
}

// night lets each day between two steps end, so that limits pass on their own day.
func (s Stage) night(ctx context.Context, from, to calendar.Date) error {
	if from == 0 {
		return nil
	}
	for d := from + 1; d <= to; d++ {
		s.Set(d.Start().Add(time.Minute))
		if err := s.Night(ctx); err != nil {
			return err
		}
	}
	return nil
}
