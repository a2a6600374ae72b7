package complaint

import (
	"errors"
	"slices"

	"fangxin/domain/statute"
)

var errNoLeadClock = errors.New("the rule set has no clock for the check of leads")

// may: leads are found while the case is mediated, and one check is under way at a time.
func (FindLead) may(t *deciding) error {
	if err := first(t.accepted(), t.room(len(t.Leads))); err != nil {
		return err
	}
	if t.lead() != nil {
		return t.refuse("lead_under_check", "", lawLead)
	}
	return nil
}

// lead is the one that is being checked.
func (t *deciding) lead() *LeadState {
	for i := range t.Leads {
		if t.Leads[i].Checked == nil {
			return &t.Leads[i]
		}
	}
	return nil
}

// decide: they are checked within 15 working days of the day on which they were found
// (Order 121 art 27, penalty procedure art 18).
func (a FindLead) decide(t *deciding) error {
	switch {
	case a.Lead == "" || slices.ContainsFunc(t.Leads, func(l LeadState) bool { return l.Lead == a.Lead }):
		return t.refuse("lead_exists", "", houseCase)
	case a.Text == nil:
		return t.refuse("text_required", "/text", lawLead)
	}
	o, err := t.occurred(a.Occurred, t.AcceptedOn)
	if err != nil {
		return err
	}
	clock, err := t.start(statute.ClockLeadCheck, o.On)
	if err != nil {
		return err
	}
	t.emit(&LeadFound{Lead: a.Lead, Text: a.Text, Occurred: o, Clock: clock})
	return nil
}

// checking: a lead is under check. That goes on when mediation ended: termination frees
// nobody from it (Order 121 arts 23 and 27).
func (t *deciding) checking() error {
	if err := t.by(byOfficer); err != nil {
		return err
	}
	if t.lead() == nil {
		return t.refuse("no_lead", "", lawLead)
	}
	return nil
}

func (ExtendLeadCheck) may(t *deciding) error {
	if err := t.checking(); err != nil {
		return err
	}
	c, _ := t.Clock(statute.ClockLeadCheck)
	switch {
	case c.Extended:
		return t.refuse("already_extended", "", lawLead)
	case t.over(c.Clock):
		return t.refuse("lead_time_over", "", lawLead)
	}
	return nil
}

// decide: once, by 15 working days more, with the head's approval.
func (a ExtendLeadCheck) decide(t *deciding) error {
	if a.Approver == "" {
		return t.refuse("approver_required", "/approver", lawLead)
	}
	c, _ := t.Clock(statute.ClockLeadCheck)
	rule, ok := t.rules.Clock(c.Rule)
	if !ok {
		return errNoLeadClock
	}
	again, err := statute.Compute(t.calendar, rule.Extended(), c.StartedOn, c.Pauses)
	if err != nil {
		return err
	}
	t.emit(&LeadCheckExtended{Lead: t.lead().Lead, Approver: a.Approver, Clock: clockOf(again)})
	return nil
}

func (CheckLead) may(t *deciding) error { return t.checking() }

// decide ends the check: a case was opened (立案) or not, or another authority has it.
func (a CheckLead) decide(t *deciding) error {
	if !slices.Contains([]string{"filed", "not_filed", "transferred"}, a.Result) {
		return t.refuse("result_unknown", "/result", lawLead)
	}
	lead := t.lead()
	o, err := t.occurred(a.Occurred, lead.Occurred.On)
	if err != nil {
		return err
	}
	t.emit(&LeadChecked{Lead: lead.Lead, Result: a.Result, Text: a.Text, Occurred: o})
	return nil
}
