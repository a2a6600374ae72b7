package complaint

import (
	"fangxin/domain/calendar"
	"fangxin/domain/statute"
)

// Law is what decisions rest on: rule sets, calendar, and the lanes this
// installation may run (its first is the default).
type Law struct {
	Catalogue *statute.Catalogue
	// Calendar is the national one.
	Calendar *calendar.Calendar
	// Calendars are those of regions with local festivals; the zero value has none.
	Calendars statute.Calendars
	Lanes     []Lane
}

// CalendarIn returns the calendar of a region: the national one where nothing is added.
func (l Law) CalendarIn(region string) *calendar.Calendar {
	if c := l.Calendars.For(region); c != nil {
		return c
	}
	return l.Calendar
}

// Rules returns the rule set that a case pins, with what its region adds for the day on
// which it came in. statute.ErrNoRuleSet.
func (l Law) Rules(s *State) (statute.RuleSet, error) {
	return l.Catalogue.NamedIn(s.Ruleset, s.Region, s.lawDay())
}

// lawDay is the day that picks the law of a case: for a letter or a call that the office
// entered later it is the day on which the complaint came in, else the day of filing.
func (s *State) lawDay() calendar.Date {
	if s.Filing != nil && !s.Filing.ReceivedOn.On.IsZero() {
		return s.Filing.ReceivedOn.On
	}
	return s.FiledOn
}

// standIn takes the law and the calendar of a region: what an authority decides on, it
// counts by its own days, and by what its region says in more detail.
func (t *deciding) standIn(region string) (err error) {
	t.calendar = t.law.CalendarIn(region)
	id, filedOn := t.Ruleset, t.lawDay()
	switch _, takes := t.Do.(RecordForeignCase); {
	case id != "":
		t.rules, err = t.law.Catalogue.NamedIn(id, region, filedOn)
	case !takes:
		t.rules, err = t.law.Catalogue.AtIn(t.filingDay(), region)
	}
	return err
}

// place is the division whose law and calendar hold now: that of the case, before there
// is one that of the respondent as told, else that of the office.
func (t *deciding) place() string {
	f, files := t.Do.(File)
	switch {
	case t.Region != "":
		return t.Region
	case files && f.Respondent.Region != "":
		return f.Respondent.Region
	}
	return t.Actor.Region
}

// Versions names the calendars by which dates are counted here.
func (l Law) Versions() []string { return append(l.Calendars.Versions(), l.Calendar.Version()) }
