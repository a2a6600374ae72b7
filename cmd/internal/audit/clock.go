package audit

import (
	"strings"

	"fangxin/domain/complaint"
	"fangxin/domain/statute"
)

// clock computes a clock again from its rule, its start and the pauses of the case.
// Under another calendar only a date that was final then must still come out.
func (r *reading) clock(place string, c *complaint.Clock) {
	switch {
	case c.Rule == "":
		return
	case c.Rule == complaint.ClockPerform || strings.HasPrefix(c.Rule, complaint.ClockPerform+"."):
		// The parties set this date; no calendar takes part.
		if r.sum.Clocks++; c.Due != c.DueWide || c.Calendar != "" {
			r.tell(place, "clock %s: a promised day is that day, not %s to %s", c.Rule, c.Due, c.DueWide)
		}
		return
	case c.Calendar != "" && c.Calendar != r.Law.CalendarIn(r.state.Region).Version() && c.Provisional:
		r.sum.Unsure++
		return
	}
	rules, err := r.Law.Rules(&r.state)
	if err != nil {
		r.tell(place, "clock %s: %v", c.Rule, err)
		return
	}
	rule, ok := r.Law.ClockRule(&r.state, rules, c.Rule)
	if !ok {
		r.tell(place, "rule set %s has no clock %s", rules.ID, c.Rule)
		return
	}
	r.sum.Clocks++
	var first statute.Clock
	for i, try := range r.ways(rule) {
		again, err := statute.Compute(r.Law.CalendarIn(r.state.Region), try.rule, c.StartedOn, try.pauses)
		if err != nil {
			r.tell(place, "clock %s: %v", c.Rule, err)
			return
		}
		if again.Due == c.Due && again.DueWide == c.DueWide && (again.Calendar != c.Calendar || again.Provisional == c.Provisional) {
			return
		}
		if i == 0 {
			first = again
		}
	}
	r.tell(place, "clock %s from %s: stored %s (%s), computed %s (%s)", c.Rule, c.StartedOn, c.Due, c.DueWide, first.Due, first.DueWide)
}

// way is one lawful way to count a clock.
type way struct {
	rule   statute.ClockRule
	pauses []statute.Pause
}

// ways a clock may have been counted: plainly, with the pauses the case has had, and
// with the extension the law allows.
func (r *reading) ways(rule statute.ClockRule) []way {
	all := []way{{rule: rule}}
	if now, ok := r.state.Clock(rule.ID); ok && len(now.Pauses) > 0 {
		all = append(all, way{rule, now.Pauses})
	}
	if rule.Extension != nil {
		all = append(all, way{rule: rule.Extended()})
	}
	return all
}
