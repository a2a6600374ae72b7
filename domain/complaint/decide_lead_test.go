package complaint

import (
	"testing"

	"fangxin/domain/statute"
)

func findLead(when string) Command { return by(officer, when, FindLead{Lead: "l-1", Text: words()}) }

func checkLead(when string) Command { return by(officer, when, CheckLead{Result: "filed"}) }

// 15 working days from the day on which they were found.
func TestLeadsAreCheckedWithin15WorkingDays_Order121Art27(t *testing.T) {
	s := walk(t, mediated()...).When(findLead("2026-06-10")).Then(t, &LeadFound{
		Lead: "l-1", Text: words(), Occurred: Occurred{On: day("2026-06-10"), Source: "record"},
		Clock: Clock{Rule: "CP.LEAD_CHECK", StartedOn: day("2026-06-10"), Due: day("2026-07-02"), DueWide: day("2026-07-02"), Calendar: "CN-2026.1"},
	}).State()
	if c, _ := s.mediationClock(); c.Paused() || !OfficeOnly("CP.LEAD_CHECK") {
		t.Fatalf("%+v", c)
	}
	past := append(mediated(), findLead("2026-06-10"))
	for when, want := range map[string]string{"2026-07-02": ClockMet, "2026-07-03": ClockMetLate} {
		s := walk(t, past...).When(checkLead(when)).Then(t, &LeadChecked{
			Lead: "l-1", Result: "filed", Occurred: Occurred{On: day(when), Source: "record"},
		}).State()
		if c, _ := s.Clock(statute.ClockLeadCheck); c.State != want {
			t.Errorf("%s: %s", when, c.State)
		}
	}
	refused(t, past, by(officer, "2026-06-11", FindLead{Lead: "l-2", Text: words()}), "lead_under_check", "ORD-121.27")
	again := append(past, checkLead("2026-06-20"), by(officer, "2026-06-22", FindLead{Lead: "l-2", Text: words()}))
	if s := walk(t, again...).State(); len(s.Leads) != 2 {
		t.Fatalf("%+v", s.Leads)
	} else if c, _ := s.Clock(statute.ClockLeadCheck); c.State != ClockRunning || c.StartedOn != day("2026-06-22") {
		t.Fatalf("%+v", c)
	}
}

// The head approves 15 working days more, once; a newer calendar keeps them.
func TestTheCheckIsExtendedOnce_Order121Art27(t *testing.T) {
	past := append(mediated(), findLead("2026-06-10"))
	extend := func(when string) Command { return by(officer, when, ExtendLeadCheck{Approver: "o-9"}) }
	s := walk(t, past...).When(extend("2026-07-02")).Then(t, &LeadCheckExtended{
		Lead: "l-1", Approver: "o-9",
		Clock: Clock{Rule: "CP.LEAD_CHECK", StartedOn: day("2026-06-10"), Due: day("2026-07-23"), DueWide: day("2026-07-23"), Calendar: "CN-2026.1"},
	}).State()
	if c, _ := s.Clock(statute.ClockLeadCheck); !c.Extended {
		t.Fatalf("%+v", c)
	}
	refused(t, append(past, extend("2026-07-01")), extend("2026-07-02"), "already_extended", "ORD-121.27")
	refused(t, past, extend("2026-07-03"), "lead_time_over", "ORD-121.27")
	refused(t, past, by(officer, "2026-07-01", ExtendLeadCheck{}), "approver_required", "ORD-121.27")
	refused(t, mediated(), extend("2026-07-01"), "no_lead", "ORD-121.27")
}

// The end of mediation ends no check (arts 23 and 27).
func TestTerminationKeepsTheLeads_Order121Art23(t *testing.T) {
	past := append(mediated(), findLead("2026-06-10"), terminate("TM_REFUSED"))
	if c, _ := walk(t, past...).State().Clock(statute.ClockLeadCheck); c.State != ClockRunning {
		t.Fatal(c.State)
	}
	if err := walk(t, past...).When(checkLead("2026-06-25")).Err(); err != nil {
		t.Fatal(err)
	}
	refused(t, append(past, checkLead("2026-06-25")), checkLead("2026-06-26"), "no_lead", "ORD-121.27")
	refused(t, past, findLead("2026-06-25"), "ended", "")
	refused(t, confirmed(), findLead("2026-06-25"), "not_accepted", "ORD-121.18")
	refused(t, mediated(), by(officer, "2026-06-10", FindLead{Text: words()}), "lead_exists", "")
	refused(t, mediated(), by(officer, "2026-06-10", FindLead{Lead: "l-1"}), "text_required", "ORD-121.27")
	open := append(mediated(), findLead("2026-06-10"))
	refused(t, open, by(officer, "2026-06-11", CheckLead{Result: "?"}), "result_unknown", "ORD-121.27")
	refused(t, open, by(merchant, "2026-06-11", CheckLead{Result: "filed"}), "not_your_part", "")
	refused(t, under("2024-06-03", "2024-06-04"), by(officer, "2024-06-05", FindLead{Lead: "x"}), "text_required", "PENPROC.18")
}
