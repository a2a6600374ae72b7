package complaint

import (
	"slices"
	"testing"

	"fangxin/domain/statute"
)

// When the proceedings end, what only served them falls away, also where it had passed;
// what tells of the end, and what was promised in it, stays.
func TestDutiesFallAwayWithTheProceedings(t *testing.T) {
	asked := append(confirmed(),
		by(officer, "2026-06-02", RequestSupplement{Items: []string{"other"}, Text: words(), By: day("2026-06-05")}),
		by(officer, "2026-06-02", RequestIdentityProof{By: day("2026-06-05")}))
	missed := append(slices.Clip(asked),
		by(machine, "2026-06-06", RecordDeadlinePassed{Rule: statute.DateSupplement, Due: day("2026-06-05")}),
		by(machine, "2026-06-06", RecordDeadlinePassed{Rule: statute.DateIdentity, Due: day("2026-06-05")}))
	mediating := append(slices.Clip(missed), by(officer, "2026-06-08", Accept{}), onSite("2026-06-08", "2026-06-18"))
	for name, past := range map[string][]Command{
		"declined":   append(slices.Clip(missed), by(officer, "2026-06-09", decline("NA1_SCOPE").Do)),
		"withdrawn":  append(slices.Clip(missed), by(consumer, "2026-06-09", Withdraw{})),
		"settled":    append(slices.Clip(missed), by(consumer, "2026-06-09", Settle{Terms: terms()})),
		"in time":    append(slices.Clip(asked), by(consumer, "2026-06-03", Withdraw{})),
		"terminated": append(slices.Clip(mediating), by(officer, "2026-06-09", Terminate{Ground: "TM_REFUSED"})),
		"agreed":     append(slices.Clip(mediating), by(officer, "2026-06-09", document(terms()))),
	} {
		s := walk(t, past...).State()
		for _, c := range s.Clocks {
			if EndsWithProceedings(c.Rule) && (c.State != ClockLapsed || c.Passed != (name != "in time" && c.Rule != statute.DateHearing)) {
				t.Errorf("%s: %s is %s, passed %v", name, c.Rule, c.State, c.Passed)
			}
		}
		refused(t, past, by(machine, "2026-07-20", RecordDeadlinePassed{Rule: statute.DateSupplement, Due: day("2026-06-05")}), "moved_on", "")
	}
	s := walk(t, append(slices.Clip(mediating), by(officer, "2026-06-09", document(terms())))...).State()
	if c, _ := s.Clock(ClockPerform); c.State != ClockRunning {
		t.Errorf("%+v", c)
	}
}

// The authority that sent the case on is told how it ended (form 3), and leads are checked
// beside mediation, whose end does not end the check (Order 121 art 27).
func TestWhatOutlivesTheProceedings_Order121Art27(t *testing.T) {
	var s State
	for _, e := range []Event{
		&OfficerDateSet{Rule: statute.DateReportBack, Due: day("2026-06-20")}, &LeadFound{Lead: "l-1", Clock: Clock{Rule: statute.ClockLeadCheck}},
		&JurisdictionDisputed{Clock: Clock{Rule: statute.ClockJurisdiction}}, &Withdrawn{Clocks: []Clock{{Rule: statute.ClockTermNotice}}},
	} {
		s = Decider{}.Evolve(s, e)
	}
	want := map[string]string{
		statute.DateReportBack: ClockRunning, statute.ClockLeadCheck: ClockRunning,
		statute.ClockTermNotice: ClockRunning, statute.ClockJurisdiction: ClockLapsed,
	}
	for rule, state := range want {
		if c, _ := s.Clock(rule); c.State != state {
			t.Errorf("%s is %s", rule, c.State)
		}
	}
	if s.Disputed != nil {
		t.Error("nobody can decide the dispute any more")
	}
}

// What is broken is on record and the timers say it no second time; when the case is
// closed the office waits for no later instalment.
func TestPerformanceIsWatchedUntilDoneBrokenOrClosed_Order121Art24(t *testing.T) {
	s := walk(t, broken()...).State()
	one, _ := s.Clock("CP.PERFORM.1")
	two, _ := s.Clock("CP.PERFORM.2")
	if one.State != ClockPassed || !one.Passed || two.State != ClockRunning {
		t.Fatalf("%s %s", one.State, two.State)
	}
	refused(t, broken(), by(machine, "2026-07-03", RecordDeadlinePassed{Rule: "CP.PERFORM.1", Due: one.Due}), "moved_on", "")
	closed := append(broken(), by(officer, "2026-07-03", Close{}))
	s = walk(t, closed...).State()
	one, _ = s.Clock("CP.PERFORM.1")
	two, _ = s.Clock("CP.PERFORM.2")
	if one.State != ClockPassed || two.State != ClockLapsed || two.Passed {
		t.Fatalf("%s %s", one.State, two.State)
	}
	refused(t, closed, by(machine, "2026-08-10", RecordDeadlinePassed{Rule: "CP.PERFORM.2", Due: two.Due}), "moved_on", "")
	s = walk(t, append(closed, performPart(1, 100000, "2026-07-10"))...).State()
	if one, _ = s.Clock("CP.PERFORM.1"); one.State != ClockMetLate {
		t.Fatal(one.State)
	}
}

// What is paid after a broken agreement was ended is a fact too; how the case ended stays.
func TestPaidAfterTheTermination_Order121Art24(t *testing.T) {
	over := bothTold(append(broken(), by(officer, "2026-07-03", Terminate{Ground: "TM_REFUSED", Party: Merchant, Reason: words()})), "2026-07-04")
	before := walk(t, over...).State()
	past := append(over, performPart(1, 100000, "2026-07-06"))
	s := walk(t, past...).State()
	if e := s.Earlier[0]; !e.Instalments[1].Performed || e.Performance != PerformanceNotInTime || len(e.Performances) != 1 {
		t.Fatalf("%+v", e)
	}
	if before.Earlier[0].Instalments[1].Performed || len(before.Earlier[0].Performances) != 0 {
		t.Fatal("the older state changed")
	}
	refused(t, past, performPart(1, 0, "2026-07-07"), "instalment_performed", "ORD-121.24")
	past = append(past, by(officer, "2026-07-08", Close{}), performPart(2, 0, "2026-07-09"))
	if p := walk(t, past...).State().Earlier[0].Performance; p != PerformanceDone {
		t.Fatal(p)
	}
	past = append(past, confirmPart(consumer, 0, "2026-07-10"))
	s = walk(t, past...).State()
	if e := s.Earlier[0]; e.Performance != PerformanceSeen || e.Outcome != OutcomeAgreement {
		t.Fatalf("%+v", e)
	}
	if s.Outcome != OutcomeNoAgreement || s.Status != StatusClosed || s.Agreement != nil || s.Performance != PerformanceNone {
		t.Fatalf("%s %s %s", s.Outcome, s.Status, s.Performance)
	}
	refused(t, past, confirmPart(consumer, 0, "2026-07-11"), "already_confirmed", "ORD-121.24")
	refused(t, over, by(consumer, "2026-07-06", BreakPerformance{}), "nothing_agreed", "ORD-121.24")
	// Without a broken agreement there is nothing to pay.
	none := append(mediated(), terminate("TM_REFUSED"))
	refused(t, none, by(merchant, "2026-07-06", Perform{}), "nothing_agreed", "ORD-121.24")
	// Mediated anew, and not over yet: the next end says what is owed.
	refused(t, append(broken(), reopen(ReopenBroken, "", "2026-07-03")), performPart(1, 0, "2026-07-06"), "nothing_agreed", "ORD-121.24")
}
