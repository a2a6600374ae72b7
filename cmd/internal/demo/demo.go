// Package demo fills an empty installation with sample cases: half a year of
// complaints, played by a simulated town through the real use cases under the practice
// clock. Everything in it is made up and marked as a sample (样例); the same seed gives
// the same cases.
package demo

import (
	"context"
	"errors"
	"time"

	"fangxin/cmd/internal/simulation"
	"fangxin/domain/calendar"
	"fangxin/domain/complaint"
	"fangxin/domain/usecase"
)

// Stage is what a demonstration is played on.
type Stage struct {
	Cases    simulation.Service
	Calendar *calendar.Calendar
	// Lanes that the installation runs, the usual one first.
	Lanes []complaint.Lane
	// Set moves the practice clock; Night is called once a day after its last step,
	// for timers and projections.
	Set   func(time.Time)
	Night func(context.Context) error
	// Refused is told of a step that its case refused; it is then left out. It may be nil.
	Refused func(route string, err error)
}

const prefix = "demo"

// Accounts lists one account a role, for tokens and for reading along.
func Accounts() []usecase.Actor {
	return []usecase.Actor{
		simulation.FirstConsumer(prefix),
		simulation.FirstMerchant(prefix),
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

// Play files the sample cases so that the last day of their story is the day of
// now. It returns how many cases were filed: those of the last days may lie ahead.
func Play(ctx context.Context, s Stage, now time.Time) (int, error) {
	today := calendar.DateOf(now)
	lanes := make([]string, len(s.Lanes))
	for i, l := range s.Lanes {
		lanes[i] = string(l)
	}
	town := simulation.NewTown(simulation.Plan{
		Seed: seed, Prefix: prefix, First: today - days, Last: today, Filing: days, Cases: count,
		Merchants: 14, Consumers: 24, Lanes: lanes, Patience: 2,
	}, simulation.Stage{
		Cases: s.Cases, Calendar: s.Calendar, Set: s.Set, Night: s.Night,
		Refused: func(m simulation.Move, err error) error {
			var refusal *complaint.Refusal
			if !errors.As(err, &refusal) {
				return err
			}
			if s.Refused != nil {
				s.Refused(m.Route, err)
			}
			return nil
		},
	})
	if err := town.Play(ctx, now); err != nil {
		return town.Filed(), err
	}
	s.Set(now)
	return town.Filed(), s.Night(ctx)
}
