package complaint

import (
	"fmt"
	"slices"

	"fangxin/domain/calendar"
	"fangxin/domain/statute"
)

// Who picks the body of an appraisal.
const (
	PickedByBoth       = "both"
	PickedByDepartment = "department"
)

func (CommissionAppraisal) may(t *deciding) error {
	return first(t.accepted(), t.room(len(t.Mediation.Appraisals)))
}

// decide: the parties agree on the body; where they do not, the department may
// designate one since 2024-07-01 (Regulation 778 art 47, Order 121 art 22). Who pays is
// agreed between them; without that the mediation ends (Order 121 art 23(4)).
func (a CommissionAppraisal) decide(t *deciding) error {
	_, there := t.Mediation.appraisal(a.Appraisal)
	switch {
	case there || a.Appraisal == "":
		return t.refuse("appraisal_exists", "", houseCase)
	case a.Institution == "":
		return t.refuse("body_required", "/institution", lawAppraisal)
	case a.By != PickedByBoth && a.By != PickedByDepartment:
		return t.refuse("picker_unknown", "/by", lawAppraisal)
	case a.By == PickedByDepartment && !t.rules.Has(statute.BodyMayBeDesignated):
		return t.refuse("body_not_designated", "/by", lawAppraisal)
	case !slices.Contains([]string{"consumer", "merchant", "shared", "department", "other"}, a.FeePayer):
		return t.refuse("fee_not_agreed", "/fee_payer", lawAppraisal)
	case a.Cause != "" && !t.mediationRule().StandsStill(a.Cause):
		return t.refuse("cause_stops_nothing", "/cause", lawAppraisal)
	}
	if a.Cause == statute.PauseAppraisal {
		a.Cause = ""
	}
	o, err := t.occurred(a.Occurred, t.AcceptedOn)
	if err != nil {
		return err
	}
	t.emit(&AppraisalCommissioned{Appraisal: a.Appraisal, Institution: a.Institution, By: a.By, FeePayer: a.FeePayer, Cause: a.Cause, Occurred: o})
	return nil
}

// mediationRule is the rule of the limit of mediation that runs, else that of the rule
// set. What stops it is the law's to say: under Order 20 verification, inspection, testing
// and appraisal (检定、检验、检测、鉴定, art 21), since 2024-07-01 testing and appraisal alone
// (Regulation 778 art 46, Order 121 art 22).
func (t *deciding) mediationRule() statute.ClockRule {
	if c, ok := t.mediationClock(); ok {
		if rule, ok := t.rules.Clock(c.Rule); ok {
			return rule
		}
	}
	return t.rules.Mediation()
}

func (ReportAppraisal) may(t *deciding) error {
	if err := t.accepted(); err != nil {
		return err
	}
	if len(t.Mediation.pending()) == 0 {
		return t.refuse("no_appraisal", "", lawAppraisal)
	}
	return nil
}

// decide counts the period anew without the days from the commission up to the report.
// While another appraisal is under way the clock goes on standing still.
func (a ReportAppraisal) decide(t *deciding) error {
	pending := t.Mediation.pending()
	if a.Appraisal == "" && len(pending) == 1 {
		a.Appraisal = pending[0].Appraisal
	}
	if !slices.ContainsFunc(pending, func(p AppraisalState) bool { return p.Appraisal == a.Appraisal }) {
		return t.refuse("appraisal_unknown", "/appraisal", lawAppraisal)
	}
	if !slices.Contains([]string{"defect", "no_defect", "undetermined", "not_done"}, a.Result) {
		return t.refuse("result_unknown", "/result", lawAppraisal)
	}
	last := len(pending) == 1
	o, err := t.occurred(a.Occurred, t.commissioned(a.Appraisal, last))
	if err != nil {
		return err
	}
	clock, err := t.mediationAfter(o.On, last)
	if err != nil {
		return err
	}
	t.emit(&AppraisalReported{Appraisal: a.Appraisal, Result: a.Result, Report: a.Report, Occurred: o, Clock: clock})
	return nil
}

// commissioned is the day before which a report cannot have come: that of its
// commission, and for the last one that of every pause which it ends.
func (t *deciding) commissioned(id string, last bool) calendar.Date {
	p, _ := t.Mediation.appraisal(id)
	day := p.Occurred.On
	if c, ok := t.mediationClock(); ok && last {
		for _, pause := range c.Pauses {
			if pause.To.IsZero() {
				day = max(day, pause.From)
			}
		}
	}
	return day
}

// mediationAfter is the clock of mediation with its open pauses ended on a day.
func (t *deciding) mediationAfter(on calendar.Date, last bool) (Clock, error) {
	c, ok := t.mediationClock()
	if !ok || !last || !c.Paused() {
		return c.Clock, nil
	}
	rule, ok := t.rules.Clock(c.Rule)
	if !ok {
		return Clock{}, fmt.Errorf("rule set %s has no clock %s", t.rules.ID, c.Rule)
	}
	pauses := slices.Clone(c.Pauses)
	for i := range pauses {
		if pauses[i].To.IsZero() {
			pauses[i].To = on
		}
	}
	now, err := statute.Compute(t.calendar, rule, c.StartedOn, pauses)
	return clockOf(now), err
}
