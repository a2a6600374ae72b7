package demo

import (
	"cmp"

	"fangxin/cmd/internal/simulation"
	"fangxin/domain/calendar"
)

// Cases is how many complaints are filed in the usual play.
const Cases = 1500

const (
	days = 365
	seed = 20260415
)

// planOf is the year up to a day.
func planOf(s *Stage, today calendar.Date) simulation.Plan {
	names := make([]string, len(s.Deps.Law.Lanes))
	for i, l := range s.Deps.Law.Lanes {
		names[i] = string(l)
	}
	count := cmp.Or(s.Cases, Cases)
	return simulation.Plan{
		Seed: cmp.Or(s.Seed, seed), Prefix: prefix, First: today - days, Last: today, Filing: days, Cases: count,
		Operators: operators(), Season: season, Busy: busy, Consumers: max(1, count/4), Lanes: names, Patience: 2, Everyday: true,
	}
}
