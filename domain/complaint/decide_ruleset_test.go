package complaint

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"fangxin/domain/calendar"
	"fangxin/domain/statute"
)

// standing is the state to which commands lead.
func standing(t *testing.T, d Decider, commands []Command) State {
	t.Helper()
	s := d.Initial()
	for _, c := range commands {
		events, err := d.Decide(s, c)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range events {
			s = d.Evolve(s, e)
		}
	}
	return s
}

func override(to, reason string) Command {
	return by(officer, "2026-06-10", OverrideRuleset{To: to, Reason: reason, Approver: "o-9"})
}

// older is a case under Order 20 beside Regulation 778: filed, confirmed, accepted.
func older(filed, confirmed, accepted string) []Command {
	f := filing(LaneDepartment)
	f.Purchase.BoughtOn = day("2026-03-01")
	return []Command{
		by(consumer, filed, f), by(officer, confirmed, ConfirmRespondent{Merchant: shop, Source: "register"}), by(officer, accepted, Accept{}),
	}
}

func pending() []Command { return older("2026-04-01", "2026-04-02", "2026-04-03") }

// Order 121 has no transitional clause (absence in art 46): an officer puts a case under
// other rules with a reason and an approver, and what is running is counted anew. Order
// 121 art 23(5) gives 60 days where Order 20 art 21(5) stood beside them.
func TestOverrideCountsTheClocksAnew(t *testing.T) {
	d := NewDecider(law(t))
	s := standing(t, d, pending())
	before, _ := s.mediationClock()
	events, err := d.Decide(s, override("ORD-121", "pending_at_change"))
	if err != nil || len(events) != 1 {
		t.Fatal(events, err)
	}
	e := events[0].(*RulesetOverridden)
	if e.ReasonCode != "pending_at_change" || e.Approver != "o-9" || !slices.Contains(e.Gained, "NA6_IDENTITY") || len(e.Clocks) != 2 {
		t.Errorf("%+v", e)
	}
	s = d.Evolve(s, e)
	now, _ := s.mediationClock()
	if s.Ruleset != "ORD-121" || before.Rule != statute.ClockMediateM2 || now.Rule != statute.ClockMediateM3 || now.StartedOn != before.StartedOn {
		t.Errorf("%s: %+v, was %+v", s.Ruleset, now, before)
	}
	back, err := d.Decide(s, override("ORD-20+REG-778", "entered_wrongly"))
	if err != nil {
		t.Fatal(err)
	}
	if c, _ := d.Evolve(s, back[0]).mediationClock(); c.Clock != before.Clock {
		t.Errorf("back: %+v, was %+v", c.Clock, before.Clock)
	}
}

// A pause that is open stays open under the other rules, and ends as it would (art 22).
func TestOverrideOfAnOpenPauseKeepsTheDates(t *testing.T) {
	d := NewDecider(law(t))
	s := standing(t, d, append(pending(), commission("a-1", "both", "2026-05-09")))
	events, err := d.Decide(s, override("ORD-121", "pending_at_change"))
	if err != nil {
		t.Fatal(err)
	}
	s = d.Evolve(s, events[0])
	c, _ := s.mediationClock()
	if !c.Paused() || c.DueWide.IsZero() {
		t.Fatalf("%+v", c)
	}
	if events, err = d.Decide(s, by(officer, "2026-06-20", ReportAppraisal{Result: "defect"})); err != nil {
		t.Fatal(err)
	}
	after := d.Evolve(s, events[0])
	if m, _ := after.mediationClock(); m.Rule != statute.ClockMediateM3 || m.Due <= c.Due {
		t.Errorf("%+v, was %+v", m, c)
	}
}

// A clock that the other rules do not know falls away; what passed stays on record.
func TestARuleThatTheOthersDoNotKnowLapses(t *testing.T) {
	s := standing(t, NewDecider(law(t)), pending())
	(&RulesetOverridden{To: "ORD-121", Lapsed: []string{statute.ClockAccept}}).applyTo(&s)
	if c, _ := s.Clock(statute.ClockAccept); c.State != ClockLapsed {
		t.Errorf("%+v", c)
	}
}

func TestOverrideRefused(t *testing.T) {
	for name, c := range map[string]struct {
		do      OverrideRuleset
		code, p string
	}{
		"no approver":  {OverrideRuleset{To: "ORD-121", Reason: "entered_wrongly"}, "approver_required", "/approver"},
		"oneself":      {OverrideRuleset{To: "ORD-121", Reason: "entered_wrongly", Approver: officer.ID}, "approver_self", "/approver"},
		"the same":     {OverrideRuleset{To: "ORD-20+REG-778", Reason: "entered_wrongly", Approver: "o-9"}, "ruleset_same", "/to"},
		"repealed":     {OverrideRuleset{To: "ORD-20", Reason: "entered_wrongly", Approver: "o-9"}, "ruleset_repealed", "/to"},
		"foreign":      {OverrideRuleset{To: "CFPB", Reason: "entered_wrongly", Approver: "o-9"}, "ruleset_foreign", "/to"},
		"unknown":      {OverrideRuleset{To: "ORD-999", Reason: "entered_wrongly", Approver: "o-9"}, "no_rule_set", "/to"},
		"no reason":    {OverrideRuleset{To: "ORD-121", Reason: "", Approver: "o-9"}, "override_reason_unknown", "/reason"},
		"other reason": {OverrideRuleset{To: "ORD-121", Reason: "weather", Approver: "o-9"}, "override_reason_unknown", "/reason"},
	} {
		t.Run(name, func(t *testing.T) {
			if r := refused(t, pending(), by(officer, "2026-06-10", c.do), c.code, "FANGXIN.ruleset"); r.Pointer != c.p || r.Citation == "" {
				t.Errorf("%+v", r)
			}
		})
	}
	refused(t, older("2026-04-01", "2026-04-02", "2026-04-03"), by(consumer, "2026-06-10", OverrideRuleset{To: "ORD-121"}), "not_your_part", "")
	refused(t, mediated(), override("ORD-20", "entered_wrongly"), "no_other_ruleset", "")
	early := OverrideRuleset{To: "ORD-121", Reason: "entered_wrongly", Approver: "o-9"}
	refused(t, pending(), by(officer, "2026-04-10", early), "no_other_ruleset", "")
	f := filing(LaneDepartment)
	f.Purchase.BoughtOn = day("2024-06-01")
	refused(t, []Command{by(consumer, "2024-06-28", f)}, by(officer, "2024-07-02", early), "ruleset_not_yet", "")
}

// nextYear is the embedded calendar with the notice of 2027, which gives 3 days off at New
// Year as this test has it.
func nextYear(t *testing.T) *calendar.Calendar {
	t.Helper()
	cal, err := calendar.Parse(strings.NewReader(`calendar CN-TEST-2027
range 2020-01-01..2027-12-31
festival new_year 元旦 New Year's Day
notice 2027
new_year off 01-01..01-03 work 01-09
`))
	if err != nil {
		t.Fatal(err)
	}
	return cal
}

// Design §6: a case with a provisional date is asked to recompute when a calendar is
// replaced; the answer is one event a clock, also where the day stays, and only once.
func TestRecomputeUnderANewerCalendar(t *testing.T) {
	old := law(t)
	f := filing(LaneDepartment)
	f.Purchase.BoughtOn = day("2026-12-20")
	s := standing(t, NewDecider(law(t)), []Command{by(consumer, "2026-12-28", f)})
	c, _ := s.Clock(statute.ClockAccept)
	if !c.Provisional || c.Due != day("2027-01-06") {
		t.Fatalf("%+v", c)
	}
	ask := by(machine, "2026-12-29", RecomputeClocks{})
	if events, err := NewDecider(old).Decide(s, ask); err != nil || len(events) != 0 {
		t.Fatalf("the same calendar: %v %v", events, err)
	}
	now := old
	now.Calendar = nextYear(t)
	d := NewDecider(now)
	events, err := d.Decide(s, ask)
	if err != nil || len(events) != 1 {
		t.Fatal(events, err)
	}
	e := events[0].(*ClockRecomputed)
	// 12-29, 30, 31, 01-04, 05, 06, 07.
	if e.Clock.Due != day("2027-01-07") || e.Clock.DueWide != day("2027-01-07") || e.Clock.Provisional || e.Clock.Calendar != "CN-TEST-2027" || e.From != c.Clock {
		t.Errorf("%+v", e)
	}
	if len(s.Outdated(now.Calendar)) != 1 {
		t.Error("the case does not wait for it")
	}
	s = d.Evolve(s, e)
	if events, err := d.Decide(s, ask); err != nil || len(events) != 0 || len(s.Outdated(now.Calendar)) > 0 {
		t.Errorf("again: %v %v", events, err)
	}
	if _, err := d.Decide(s, by(officer, "2026-12-29", RecomputeClocks{})); !errors.Is(err, &Refusal{Code: "not_your_part"}) {
		t.Errorf("an officer: %v", err)
	}
}

// Order 121 art 17: prefecture level and above refine factors and periods; they hold for
// cases of their region, which counts by its own calendar.
func TestTheRegionSaysItInMoreDetail(t *testing.T) {
	file, err := statute.ReadRefinements(strings.NewReader(refinements))
	if err != nil {
		t.Fatal(err)
	}
	l := law(t)
	if l.Catalogue, err = statute.LoadWith(file); err != nil {
		t.Fatal(err)
	}
	if l.Calendars, err = l.Catalogue.Calendars(l.Calendar); err != nil {
		t.Fatal(err)
	}
	d := NewDecider(l)
	here := standing(t, d, received())
	if c, _ := here.Clock(statute.ClockAccept); c.Due != day("2026-06-08") || c.Calendar == l.Calendar.Version() {
		t.Errorf("%+v", c) // 5 working days, and a local festival on the 5th in the wide reading alone
	}
	if c, _ := here.Clock(statute.ClockAccept); c.DueWide != day("2026-06-09") {
		t.Errorf("%+v", c)
	}
	no := Decline{Ground: "NA3_NOT_CONSUMER", Factors: []string{"F1.HOHHOT"}, Reason: words(), Routes: []string{"sue"}}
	if _, err := d.Decide(here, by(officer, "2026-06-03", no)); err != nil {
		t.Errorf("a factor of the region: %v", err)
	}
	there := standing(t, d, append(received(), by(officer, "2026-06-02", Forward{To: "150202"})))
	if c, _ := there.Clock(statute.ClockAccept); c.Due != day("2026-06-11") || c.Calendar != l.Calendar.Version() {
		t.Errorf("in Baotou: %+v", c)
	}
	baotou := officer
	baotou.Region = "150200"
	if _, err := d.Decide(there, by(baotou, "2026-06-03", no)); !errors.Is(err, &Refusal{Code: "factor_out_of_place"}) {
		t.Errorf("in Baotou: %v", err)
	}
}

const refinements = `{"version": "HOHHOT-2026.1", "title": {"zh": "细则", "en": "Refinements"},
 "laws": [{"id": "HOHHOT-1", "title": {"zh": "呼和浩特市投诉处理细则", "en": "Hohhot measures"}, "from": "2026-04-15", "mark": "verified", "from_mark": "verified"}],
 "refinements": [
  {"id": "accept-5", "kind": "period", "region": "1501", "from": "2026-04-15", "clock": "CP.ACCEPT", "period": {"n": 5, "unit": "WD"}, "citations": ["HOHHOT-1 3"], "mark": "verified"},
  {"id": "f1", "kind": "factor", "region": "1501", "from": "2026-04-15", "factor": "F1", "code": "F1.HOHHOT", "title": {"zh": "同一商品三件以上", "en": "More than three of one kind"}, "citations": ["HOHHOT-1 4"], "mark": "verified"},
  {"id": "fair", "kind": "days_off", "region": "1501", "code": "nadam", "title": {"zh": "那达慕", "en": "Naadam"}, "off": ["2026-06-05"], "citations": ["HOHHOT-1 5"], "mark": "verified"}]}`
