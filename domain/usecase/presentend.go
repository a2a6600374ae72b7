package usecase

import (
	"slices"

	"fangxin/domain/complaint"
)

// decision is what stands against the complaint: ground, reason and other ways.
func (p *presenting) decision() *DecisionView {
	d, t := p.s.Declined, p.s.Terminated
	switch {
	case !p.sees("decision"):
		return nil
	case d != nil:
		return &DecisionView{
			Kind: string(complaint.StatusDeclined), Ground: d.Ground, Routes: append([]string{}, d.Routes...),
			Reason: p.value("decision.reason", fieldReason, d.Reason), DecidedOn: d.Occurred.On,
		}
	case t != nil:
		return &DecisionView{
			Kind: string(complaint.StatusTerminated), Ground: t.Ground, Routes: []string{},
			Reason: p.value("decision.reason", fieldReason, t.Reason), DecidedOn: t.Occurred.On,
		}
	}
	return nil
}

// clockViews shows the clocks, the most urgent first: running ones by their day, then
// those that are over.
func clockViews(clocks []complaint.ClockState) []ClockView {
	views := make([]ClockView, len(clocks))
	for i, c := range clocks {
		views[i] = clockView(&c)
	}
	slices.SortStableFunc(views, func(a, b ClockView) int {
		if ra, rb := urgency(a), urgency(b); ra != rb {
			return ra - rb
		}
		return int(a.Due - b.Due)
	})
	return views
}

func clockView(c *complaint.ClockState) ClockView {
	return ClockView{
		Rule: c.Rule, StartedOn: c.StartedOn, Due: c.Due, DueWide: c.DueWide,
		Paused: c.Paused(), Provisional: c.Provisional, State: c.State, MetOn: c.MetOn,
	}
}

func urgency(c ClockView) int {
	switch {
	case c.State == complaint.ClockPassed:
		return 0
	case c.State == complaint.ClockRunning && !c.Paused:
		return 1
	case c.State == complaint.ClockRunning:
		return 2
	}
	return 3
}
