package complaint

import (
	"fangxin/domain/calendar"
	"fangxin/domain/statute"
)

// BasisForwarded: another authority sent the complaint on.
const BasisForwarded = "forwarded"

// may: an authority hands on what it has not decided on. A unit never does: it
// returns the case to the desk (Order 121 art 41).
func (Forward) may(t *deciding) error {
	if err := first(undecided(t), t.room(t.Handovers.Forwarded+t.Handovers.Returned)); err != nil {
		return err
	}
	if t.Unit != "" && t.Actor.Unit == t.Unit {
		return t.refuse("return_to_desk_instead", "", lawDesk)
	}
	// Who is competent is being settled between two authorities; no third one gets the
	// case meanwhile (Order 121 art 33).
	if t.Disputed != nil {
		return t.refuse("dispute_open", "", lawJurisdiction)
	}
	return nil
}

// decide: the seven working days run from receipt by the authority that is competent
// (Order 121 art 15), so they begin again with the one that has the case now, on the
// day on which it has it, however late the forwarding is entered.
func (a Forward) decide(t *deciding) error {
	if _, known := t.law.Catalogue.Regions().ByCode(a.To); !known {
		return t.refuse("region_unknown", "/to", lawCompetence)
	}
	if a.To == t.Region {
		return t.refuse("already_there", "/to", lawCompetence)
	}
	o, err := t.occurred(a.Occurred, t.ReceivedOn)
	if err != nil {
		return err
	}
	from := t.Region
	t.emit(&Forwarded{From: from, To: a.To, ReportBy: a.ReportBy, Occurred: o, Reason: a.Reason})
	if err := t.setDate(statute.DateReportBack, a.ReportBy, "/report_by"); err != nil {
		return err
	}
	return t.receiveAt(a.To, BasisForwarded, t.now())
}

// setDate starts the clock of a date that an officer sets; none for a zero date.
func (t *deciding) setDate(code string, due calendar.Date, pointer string) error {
	if due.IsZero() {
		return nil
	}
	rule, ok := t.rules.DateRule(code)
	if !ok {
		return t.refuse("date_not_known", pointer, houseDates)
	}
	if _, err := rule.On(t.today, due); err != nil {
		return t.refuseBy("date_order", pointer, rule.Citations, lawCounting)
	}
	t.emit(&OfficerDateSet{Rule: code, Due: due, On: t.today})
	return nil
}

// may: somebody asked to be told, and was not.
func (ReportBack) may(t *deciding) error {
	if err := t.by(byOfficer); err != nil {
		return err
	}
	if c, ok := t.Clock(statute.DateReportBack); !ok || !c.Open() {
		return t.refuse("no_report_due", "", lawDesk)
	}
	return nil
}

func (a ReportBack) decide(t *deciding) error {
	if a.Text == nil {
		return t.refuse("text_required", "/text", lawDesk)
	}
	o, err := t.occurred(a.Occurred, t.Handovers.ForwardedOn)
	if err != nil {
		return err
	}
	t.emit(&ReportedBack{To: t.Handovers.From, Text: a.Text, Occurred: o})
	return nil
}

// OfficeOnly says of a clock that it is between offices: the parties do not see it. That
// leads are checked must not show in what a respondent sees (Order 121 art 37).
func OfficeOnly(rule string) bool {
	return rule == statute.DateReportBack || rule == statute.ClockLeadCheck
}
