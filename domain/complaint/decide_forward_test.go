package complaint

import "testing"

// forwarded is a case that the desk sent on to another city, to be told by 06-20.
func forwarded() []Command {
	return append(received(), by(officer, "2026-06-04", Forward{To: "150202", ReportBy: day("2026-06-20"), Reason: words()}))
}

// The seven working days run from receipt by the competent authority.
func TestForwardingBeginsTheSevenDaysAnew_Order121Art15(t *testing.T) {
	o := walk(t, received()...).When(forwarded()[1]).Then(t,
		&Forwarded{From: "150102", To: "150202", ReportBy: day("2026-06-20"), Reason: words(), Occurred: Occurred{On: day("2026-06-04"), Source: "record"}},
		&OfficerDateSet{Rule: "CP.REPORT_BACK", Due: day("2026-06-20"), On: day("2026-06-04")},
		&Received{
			Region: "150202", Basis: BasisForwarded, Occurred: Occurred{On: day("2026-06-04"), Source: "record"},
			Clock: acceptClock("2026-06-04", "2026-06-15", "2026-06-15"),
		})
	s := o.State()
	if s.Region != "150202" || s.Unit != "" || s.ReceivedOn != day("2026-06-04") || s.Filing.ReceivedOn.On != day("2026-06-01") {
		t.Fatalf("%+v", s)
	}
	// A forwarding of days ago, entered now: the other authority has the case now.
	late := by(officer, "2026-06-09", Forward{To: "150202", Occurred: onBecause("2026-06-02")})
	s = walk(t, received()...).When(late).State()
	if c, _ := s.Clock("CP.ACCEPT"); c.StartedOn != day("2026-06-09") || s.LateMarks != 1 {
		t.Fatalf("%+v", c)
	}
}

func TestOnlyTheDeskForwardsWhatIsUndecided_Order121Art41(t *testing.T) {
	to := func(a Actor, region string) Command { return by(a, "2026-06-03", Forward{To: region}) }
	inUnit := append(received(), by(officer, "2026-06-02", Assign{Unit: "xincheng"}))
	worker := officer
	worker.Unit = "xincheng"
	r := refused(t, inUnit, to(worker, "150202"), "return_to_desk_instead", "ORD-121.41")
	if r.Citation != "市场监督管理投诉举报处理办法 第四十一条" {
		t.Fatal(r.Citation)
	}
	refused(t, received(), to(officer, "999999"), "region_unknown", "ORD-121.13")
	refused(t, received(), to(officer, "150102"), "already_there", "ORD-121.13")
	refused(t, received(), to(consumer, "150202"), "not_your_part", "")
	refused(t, mediated(), by(officer, "2026-06-05", Forward{To: "150202"}), "already_accepted", "ORD-121.15")
	refused(t, append(received(), decline("NA1_SCOPE")), by(officer, "2026-06-05", Forward{To: "150202"}), "already_declined", "ORD-121.15")
	refused(t, []Command{file(LaneAssociation)}, to(officer, "150202"), "not_competent_lane", "ORD-121.16")
	past := by(officer, "2026-06-03", Forward{To: "150202", ReportBy: day("2026-06-02")})
	if r := refused(t, received(), past, "date_order", ""); r.Pointer != "/report_by" {
		t.Fatal(r.Pointer)
	}
	// Order 20 asked the same, in its article 37.
	old := append(under20(), by(officer, "2024-06-03", Assign{Unit: "xincheng"}))
	refused(t, old, by(worker, "2024-06-04", Forward{To: "150202"}), "return_to_desk_instead", "ORD-20.37")
}

func TestTheSenderIsToldByItsDate_Form3(t *testing.T) {
	report := func(when string) Command { return by(officer, when, ReportBack{Text: words()}) }
	for when, want := range map[string]string{"2026-06-20": ClockMet, "2026-06-22": ClockMetLate} {
		s := walk(t, forwarded()...).When(report(when)).Then(t, &ReportedBack{
			To: "150102", Text: words(), Occurred: Occurred{On: day(when), Source: "record"},
		}).State()
		if c, _ := s.Clock("CP.REPORT_BACK"); c.State != want || c.StartedOn != day("2026-06-04") {
			t.Errorf("%s: %+v", when, c)
		}
	}
	refused(t, received(), report("2026-06-20"), "no_report_due", "ORD-121.41")
	refused(t, append(forwarded(), report("2026-06-05")), report("2026-06-06"), "no_report_due", "")
	refused(t, forwarded(), by(officer, "2026-06-05", ReportBack{}), "text_required", "")
}

// Each way back to where the case had been is counted: 150102, 150202, 150102; unit a,
// the desk, unit a.
func TestPingPongIsCounted(t *testing.T) {
	give := func(when string) Command { return by(officer, when, Assign{Unit: "a"}) }
	back := func(when string) Command { return by(officer, when, ReturnToDesk{}) }
	s := walk(t, append(forwarded(), by(officer, "2026-06-05", Forward{To: "150102"}),
		give("2026-06-05"), back("2026-06-08"), give("2026-06-08"), by(officer, "2026-06-08", Assign{Unit: "a", Officer: "o-3"}))...).State()
	if h := s.Handovers; h.Forwarded != 2 || h.Returned != 1 || h.Back != 2 {
		t.Fatalf("%+v", h)
	}
	if h := walk(t, received()...).State().Handovers; h.Forwarded+h.Returned+h.Back != 0 {
		t.Fatalf("%+v", h)
	}
}

// Who is competent is settled by agreement or by the superior while a dispute is open
// (Order 121 art 33): nobody hands the case to a third authority meanwhile.
func TestNothingIsForwardedInADispute_Order121Art33(t *testing.T) {
	disputed := append(received(), by(officer, "2026-06-02", DisputeJurisdiction{With: "150103"}))
	refused(t, disputed, by(officer, "2026-06-02", Forward{To: "150202"}), "dispute_open", "ORD-121.33")
}
