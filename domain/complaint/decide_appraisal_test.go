package complaint

import (
	"strings"
	"testing"
)

func commission(id, by_, when string) Command {
	return by(officer, when, CommissionAppraisal{Appraisal: id, Institution: "内蒙古质检院", By: by_, FeePayer: "shared"})
}

func reported(id, when string) Command {
	return by(officer, when, ReportAppraisal{Appraisal: id, Result: "defect", Report: "sha256:r"})
}

// The days from commission to report do not count; nothing else stops the period.
func TestOnlyAppraisalStopsTheMediationPeriod_Order121Art22(t *testing.T) {
	o := walk(t, mediated()...).When(commission("a-1", "both", "2026-06-10")).Then(t, &AppraisalCommissioned{
		Appraisal: "a-1", Institution: "内蒙古质检院", By: "both", FeePayer: "shared",
		Occurred: Occurred{On: day("2026-06-10"), Source: "record"},
	})
	if c, _ := o.State().mediationClock(); !c.Paused() {
		t.Fatalf("%+v", c)
	}
	past := append(mediated(), commission("a-1", "both", "2026-06-10"))
	refused(t, past, by(machine, "2026-08-04", RecordDeadlinePassed{Rule: "CP.MEDIATE.M3", Due: day("2026-08-02")}), "moved_on", "")
	// Accepted on 06-03, 60 days, 20 of them out of the count: 2026-08-22, a Saturday.
	after := walk(t, past...).When(reported("a-1", "2026-06-30")).Then(t, &AppraisalReported{
		Appraisal: "a-1", Result: "defect", Report: "sha256:r", Occurred: Occurred{On: day("2026-06-30"), Source: "record"},
		Clock: Clock{Rule: "CP.MEDIATE.M3", StartedOn: day("2026-06-03"), Due: day("2026-08-22"), DueWide: day("2026-08-24"), Calendar: "CN-2026.1"},
	})
	s := after.State()
	if c, _ := s.mediationClock(); c.Paused() || len(c.Pauses) != 1 || c.Pauses[0].To != day("2026-06-30") || s.Evidence[len(s.Evidence)-1] != "sha256:r" {
		t.Fatalf("%+v", c)
	}
	refused(t, past, by(officer, "2026-08-10", Terminate{Ground: "TM_TIMEOUT"}), "mediation_time_runs", "ORD-121.23(5)")
	refused(t, append(past, reported("a-1", "2026-06-30")), by(officer, "2026-08-24", Terminate{Ground: "TM_TIMEOUT"}), "mediation_time_runs", "")
}

func TestTheClockStandsStillUntilTheLastReport_Order121Art22(t *testing.T) {
	past := append(mediated(), commission("a-1", "both", "2026-06-10"), commission("a-2", "department", "2026-06-12"), reported("a-1", "2026-06-20"))
	s := walk(t, past...).State()
	if c, _ := s.mediationClock(); !c.Paused() || len(s.Mediation.pending()) != 1 {
		t.Fatalf("%+v", c)
	}
	s = walk(t, past...).When(by(officer, "2026-06-30", ReportAppraisal{Result: "undetermined"})).State()
	if c, _ := s.mediationClock(); c.Paused() || c.Due != day("2026-08-22") {
		t.Fatalf("%+v", c)
	}
	refused(t, past, by(officer, "2026-06-22", ReportAppraisal{Appraisal: "a-2", Result: "defect", Occurred: onBecause("2026-06-11")}), "before_cause", "")
}

// A mediation that ends while the clock stands still did not last too long.
func TestAnEndDuringAppraisalIsNotLate(t *testing.T) {
	past := append(mediated(), commission("a-1", "both", "2026-06-10"), by(consumer, "2026-09-01", Settle{Terms: Terms{Kind: "refund"}}))
	if c, _ := walk(t, past...).State().mediationClock(); c.State != ClockMet {
		t.Fatal(c.State)
	}
}

// What is commissioned after the last day stops nothing, and a passed limit is recorded
// once.
func TestAppraisalAfterTheLastDayStopsNothing(t *testing.T) {
	passed := by(machine, "2026-08-04", RecordDeadlinePassed{Rule: "CP.MEDIATE.M3", Due: day("2026-08-02")})
	past := append(mediated(), passed, commission("a-1", "both", "2026-08-05"))
	if c, _ := walk(t, past...).State().mediationClock(); c.Paused() || c.State != ClockPassed {
		t.Fatalf("%+v", c)
	}
	past = append(past, reported("a-1", "2026-08-20"))
	if c, _ := walk(t, past...).State().mediationClock(); c.State != ClockPassed || c.Due != day("2026-08-02") {
		t.Fatalf("%+v", c)
	}
	refused(t, past, by(machine, "2026-08-21", RecordDeadlinePassed{Rule: "CP.MEDIATE.M3", Due: day("2026-08-02")}), "moved_on", "")
}

// under is a case filed on a day, accepted the next.
func under(filed, accepted string) []Command {
	f := filing(LaneDepartment)
	f.Purchase.BoughtOn = day("2024-01-05")
	return []Command{
		by(consumer, filed, f), by(officer, filed, ConfirmRespondent{Merchant: shop, Source: "register"}),
		by(officer, accepted, Accept{}),
	}
}

// Since 2024-07-01 the department may designate the body (Regulation 778 art 47), so a
// dispute about the body ends nothing since 2026-04-15; one about the fee does.
func TestDisputesAboutBodyAndFee_Order121Arts22And23(t *testing.T) {
	designate := func(when string) Command { return commission("a-1", "department", when) }
	end := func(when, ground string) Command {
		return by(officer, when, Terminate{Ground: ground, Reason: words()})
	}
	old, between, now := under("2024-06-03", "2024-06-04"), under("2025-03-03", "2025-03-04"), under("2026-06-01", "2026-06-02")
	refused(t, old, designate("2024-06-05"), "body_not_designated", "ORD-20.20")
	for _, c := range []struct {
		past   []Command
		when   string
		ground string
		code   string
		rule   string
	}{
		{old, "2024-06-05", "TM_APPRAISAL_BODY", "", ""},
		{old, "2024-06-05", "TM_APPRAISAL_FEE", "", ""},
		{between, "2025-03-05", "TM_APPRAISAL_BODY", "", ""},
		{append(between, designate("2025-03-05")), "2025-03-06", "TM_APPRAISAL_BODY", "ground_displaced", "ORD-20.21(2)"},
		{between, "2025-03-05", "TM_APPRAISAL_FEE", "", ""},
		{now, "2026-06-03", "TM_APPRAISAL_BODY", "ground_unknown", "ORD-121.23"},
		{now, "2026-06-03", "TM_APPRAISAL_FEE", "", ""},
	} {
		if c.code != "" {
			refused(t, c.past, end(c.when, c.ground), c.code, c.rule)
		} else if err := walk(t, c.past...).When(end(c.when, c.ground)).Err(); err != nil {
			t.Errorf("%s, %s: %v", c.when, c.ground, err)
		}
	}
}

// What the law takes out of the limit stops it, and nothing else (rules of three regimes:
// Order 20 art 21, Regulation 778 art 46, Order 121 art 22).
func TestCausesThatStopTheLimit_Order121Art22(t *testing.T) {
	for _, c := range []struct{ filed, accepted, when, rule, stops string }{
		{"2024-06-03", "2024-06-04", "2024-06-05", "ORD-20.20", "appraisal testing inspection verification"},
		{"2025-03-03", "2025-03-04", "2025-03-05", "", "appraisal testing"},
		{"2026-06-01", "2026-06-02", "2026-06-03", "ORD-121.22", "appraisal testing"},
	} {
		for _, cause := range []string{"appraisal", "testing", "inspection", "verification", "quarantine", "identification", "recusal", "x"} {
			do := by(officer, c.when, CommissionAppraisal{Appraisal: "a-1", Institution: "x", By: "both", FeePayer: "shared", Cause: cause})
			if !strings.Contains(c.stops, cause) || cause == "x" {
				refused(t, under(c.filed, c.accepted), do, "cause_stops_nothing", c.rule)
				continue
			}
			s := walk(t, under(c.filed, c.accepted)...).When(do).State()
			if clock, _ := s.mediationClock(); !clock.Paused() || clock.Pauses[0].Cause != cause {
				t.Errorf("%s, %s: %+v", c.filed, cause, clock)
			}
		}
	}
}

// Two that are under way at once are one stand-still, whatever their causes.
func TestCausesSideBySide_Order121Art22(t *testing.T) {
	test := by(officer, "2026-06-12", CommissionAppraisal{Appraisal: "a-2", Institution: "x", By: "both", FeePayer: "shared", Cause: "testing"})
	past := append(mediated(), commission("a-1", "both", "2026-06-10"), test, reported("a-2", "2026-06-20"))
	if c, _ := walk(t, past...).State().mediationClock(); !c.Paused() {
		t.Fatalf("%+v", c)
	}
	c, _ := walk(t, append(past, reported("a-1", "2026-06-30"))...).State().mediationClock()
	if c.Paused() || c.Due != day("2026-08-22") || len(c.Pauses) != 2 {
		t.Fatalf("%+v", c)
	}
}

func TestAnAppraisalIsSound_Order121Art22(t *testing.T) {
	good := CommissionAppraisal{Appraisal: "a-1", Institution: "x", By: "both", FeePayer: "merchant"}
	for code, change := range map[string]func(*CommissionAppraisal){
		"body_required":    func(c *CommissionAppraisal) { c.Institution = "" },
		"picker_unknown":   func(c *CommissionAppraisal) { c.By = "merchant" },
		"fee_not_agreed":   func(c *CommissionAppraisal) { c.FeePayer = "" },
		"appraisal_exists": func(c *CommissionAppraisal) { c.Appraisal = "" },
	} {
		bad := good
		change(&bad)
		refused(t, mediated(), by(officer, "2026-06-10", bad), code, "")
	}
	refused(t, mediated(), by(merchant, "2026-06-10", good), "not_your_part", "")
	refused(t, confirmed(), by(officer, "2026-06-10", good), "not_accepted", "ORD-121.18")
	refused(t, mediated(), reported("a-1", "2026-06-10"), "no_appraisal", "ORD-121.22")
	past := append(mediated(), by(officer, "2026-06-10", good))
	refused(t, past, reported("a-9", "2026-06-11"), "appraisal_unknown", "ORD-121.22")
	refused(t, past, by(officer, "2026-06-11", ReportAppraisal{Result: "fine"}), "result_unknown", "ORD-121.22")
	refused(t, past, by(officer, "2026-06-11", ReportAppraisal{Result: "defect", Occurred: onBecause("2026-06-09")}), "before_cause", "")
}
