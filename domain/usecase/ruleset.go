package usecase

import (
	"context"
	"slices"
	"strings"

	"fangxin/domain/calendar"
	"fangxin/domain/complaint"
	"fangxin/domain/es"
)

// OverrideRuleset /override-ruleset (变更适用规定): an officer puts the case under other
// rules than those of its filing day. Reason is a code of the list override_reason.
type OverrideRuleset struct {
	To       string `json:"to" validate:"required,max=40"`
	Reason   string `json:"reason" validate:"required,max=40"`
	Text     string `json:"text,omitempty" validate:"max=2000" pii:"text"`
	Approver string `json:"approver" validate:"required,max=60"`
}

// RecomputeClocks is sent by the timers where a calendar was replaced: the case counts its
// provisional dates again, and the answer is one event a clock. Nothing is sent to a case
// that does not wait for it. ErrNotFound, errors of the store.
func (c *Complaints) RecomputeClocks(ctx context.Context, id string) (changed bool, err error) {
	f, err := c.load(ctx, id, nil)
	if err != nil {
		return false, err
	}
	cal := c.Law.CalendarIn(f.now.Region)
	waiting := outdated(&f.now, cal)
	if len(waiting) == 0 {
		return false, nil
	}
	do := complaint.RecomputeClocks{}
	// What waits is part of the command: a clock that another node started under the
	// older calendar since is asked for anew.
	of := strings.Join(waiting, " ")
	command := es.DeriveID(es.Namespace, do.Route(), id, cal.Version(), of)
	body, err := c.bodies.hash(do.Route(), id, &struct {
		Calendar string `json:"calendar"`
		Clocks   string `json:"clocks"`
	}{cal.Version(), of})
	if err != nil {
		return false, err
	}
	out, err := c.run(ctx, request{
		actor: Actor{ID: "timers", Role: roleSystem}, route: do.Route(), id: id, command: command, body: body, do: do,
	})
	return err == nil && !out.Receipt.Repeated, err
}

// outdated names the clocks that wait, with the calendar that gave their dates.
func outdated(s *complaint.State, cal *calendar.Calendar) []string {
	var list []string
	for _, clock := range s.Outdated(cal) {
		list = append(list, clock.Rule+"@"+clock.Calendar)
	}
	slices.Sort(list)
	return list
}
