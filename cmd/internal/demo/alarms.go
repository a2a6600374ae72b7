package demo

import (
	"context"
	"slices"

	"fangxin/cmd/internal/timers"
	"fangxin/domain/calendar"
	"fangxin/domain/complaint"
	"fangxin/domain/usecase"
)

// alarms are the running limits of the cases in a draft, for its timers.
type alarms struct {
	cases *usecase.Complaints
	draft *draft
	open  []alarm
}

type alarm struct {
	timers.Limit
	wide calendar.Date
}

// due lists what ended before the day. There is one page.
func (a *alarms) due(ctx context.Context, before calendar.Date, _ string, _ int) ([]timers.Limit, string, error) {
	if err := a.look(ctx); err != nil {
		return nil, "", err
	}
	var limits []timers.Limit
	for _, l := range a.open {
		if l.wide < before {
			limits = append(limits, l.Limit)
		}
	}
	return limits, "", nil
}

// look reads the limits of the cases that changed.
func (a *alarms) look(ctx context.Context) error {
	ids := a.draft.cases()
	changed := make(map[string]bool, len(ids))
	for _, id := range ids {
		changed[id] = true
	}
	a.open = slices.DeleteFunc(a.open, func(l alarm) bool { return changed[l.Case] })
	for _, id := range ids {
		state, _, err := a.cases.State(ctx, id)
		if err != nil {
			return err
		}
		for _, c := range state.Clocks {
			if c.State == complaint.ClockRunning && !c.Paused() && !c.Passed {
				a.open = append(a.open, alarm{timers.Limit{Case: id, Rule: c.Rule, Due: c.Due}, c.DueWide})
			}
		}
	}
	return nil
}
