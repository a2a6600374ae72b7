package complaint

import (
	"testing"

	"fangxin/domain/calendar"
	"fangxin/domain/es/estest"
	"fangxin/domain/sealed"
)

func acceptClock(started, due, wide string) Clock {
	return Clock{Rule: "CP.ACCEPT", StartedOn: day(started), Due: day(due), DueWide: day(wide), Calendar: "CN-2026.1"}
}

func TestFileInTheDepartmentStartsTheAcceptanceClock_Order121Art15(t *testing.T) {
	f := filing(LaneDepartment)
	o := Occurred{On: day("2026-06-01"), Source: "online"}
	walk(t).When(file(LaneDepartment)).Then(t,
		&Filed{
			ID: f.ID, Number: f.Number, Lane: LaneDepartment, FiledOn: day("2026-06-01"), Channel: "online",
			ReceivedOn: o, Ruleset: "ORD-121", Consumer: f.Consumer, Respondent: f.Respondent,
			Purchase: f.Purchase, Facts: f.Facts, Requests: f.Requests, Consent: f.Consent,
			EverydayUse: true, Truthful: true,
		},
		// 7 working days, the day of receipt not counted.
		&Received{Region: "150102", Basis: "filed_here", Occurred: o, Clock: acceptClock("2026-06-01", "2026-06-10", "2026-06-10")},
	)
}

func TestFileElsewhereStartsNoStatutoryClock(t *testing.T) {
	for _, lane := range []Lane{LaneDirect, LaneAssociation} {
		o := walk(t).When(file(lane))
		if s := o.State(); s.Status != StatusFiled || len(s.Clocks) != 0 || len(o.Events()) != 1 {
			t.Fatalf("%s: %s, %v", lane, s.Status, s.Clocks)
		}
	}
}

func TestFilingDayIsTheShanghaiDayAndPinsTheRuleSet(t *testing.T) {
	for _, c := range []struct{ at, ruleset, filed string }{
		{"2020-01-01 00:00", "ORD-20", "2020-01-01"},
		{"2024-06-30 23:59", "ORD-20", "2024-06-30"},
		{"2024-07-01 00:00", "ORD-20+REG-778", "2024-07-01"},
		{"2026-04-14 23:59", "ORD-20+REG-778", "2026-04-14"},
		{"2026-04-15 00:00", "ORD-121", "2026-04-15"},
	} {
		f := filing(LaneDepartment)
		f.Purchase.BoughtOn = day("2019-12-01")
		s := walk(t).When(by(consumer, c.at, f)).State()
		if s.Ruleset != c.ruleset || s.FiledOn != day(c.filed) {
			t.Errorf("%s: %s, %s", c.at, s.Ruleset, s.FiledOn)
		}
	}
	refused(t, nil, by(consumer, "2019-12-31", filing(LaneDirect)), "no_rule_set", "")
}

func TestFileWithoutLaneTakesTheFirstOfTheInstallation(t *testing.T) {
	if s := walk(t).When(file("")).State(); s.Lane != LaneDirect {
		t.Fatal(s.Lane)
	}
	l := law(t)
	l.Lanes = []Lane{LaneDepartment}
	d := gwt(NewDecider(l))
	r := estest.RefusedAs[*Refusal](t, d.Given().When(file(LaneDirect)))
	if r.Code != "lane_not_run" || r.Pointer != "/lane" {
		t.Fatal(r)
	}
	refused(t, nil, file(LaneForeign), "lane_not_run", "")
}

// What comes by letter, by telephone or at the counter is written down by the staff (Order
// 121 art 10, Order 20 art 9), and was received on its own day.
func TestReceivedDayOfAPaperComplaint(t *testing.T) {
	paper := func(received, entered string) Command {
		f := filing(LaneDepartment)
		f.Channel, f.ReceivedOn = "letter", Occurred{On: day(received), Source: "postmark"}
		return by(officer, entered, f)
	}
	t.Run("the next working day is not late", func(t *testing.T) {
		s := walk(t).When(paper("2026-05-29", "2026-06-01")).State() // Friday, Monday
		if s.LateMarks != 0 || s.ReceivedOn != day("2026-05-29") || s.Clocks[0].StartedOn != day("2026-05-29") {
			t.Fatalf("%+v", s)
		}
	})
	t.Run("later needs a reason and is marked for the auditor", func(t *testing.T) {
		late := paper("2026-05-28", "2026-06-01")
		if r := refused(t, nil, late, "reason_required", "FANGXIN.filing"); r.Pointer != "/intake/reason" {
			t.Fatal(r.Pointer)
		}
		f := late.Do.(File)
		f.ReceivedOn.Reason = words()
		late.Do = f
		if s := walk(t).When(late).State(); s.LateMarks == 0 || !s.Filing.ReceivedOn.Late {
			t.Fatalf("%+v", s)
		}
	})
	t.Run("by a way that is known", func(t *testing.T) {
		f := filing(LaneDepartment)
		f.Channel = "pigeon"
		refused(t, nil, by(officer, "2026-06-01", f), "intake_channel_unknown", "FANGXIN.filing")
	})
	t.Run("not in the future", func(t *testing.T) {
		if r := refused(t, nil, paper("2026-06-02", "2026-06-01"), "in_future", "ORD-121.45"); r.Pointer != "/received_on" {
			t.Fatal(r.Pointer)
		}
	})
	t.Run("only the office knows another day", func(t *testing.T) {
		f := filing(LaneDepartment)
		f.ReceivedOn = on("2026-05-29")
		refused(t, nil, by(consumer, "2026-06-01", f), "not_backdated", "")
	})
}

func TestFileRefusesDaysInTheWrongOrderAllAtOnce(t *testing.T) {
	f := filing(LaneDepartment)
	f.Purchase.BoughtOn = day("2026-06-02")
	f.Purchase.DeliveredOn = day("2026-05-01")
	f.Purchase.InstalledOn = day("2026-04-01")
	f.Purchase.AmountFen = -1
	f.History = &History{KnewOn: day("2026-07-01"), ToldMerchantOn: day("2026-07-02")}
	f.Requests, f.Respondent, f.Number = nil, Told{Region: "150102"}, "2026-0000-0000-0000-00"
	r := refused(t, nil, by(consumer, "2026-06-01", f), "number_invalid", "")
	got := map[string]string{}
	for _, o := range append(r.Others, r) {
		got[o.Pointer] = o.Code
	}
	for pointer, code := range map[string]string{
		"": "number_invalid", "/merchant": "respondent_unclear", "/requests": "request_missing",
		"/subject/amount_fen": "amount_negative", "/subject/bought_on": "date_order",
		"/subject/delivered_on": "date_order", "/subject/installed_on": "date_order",
		"/history/knew_on": "date_order", "/history/told_merchant_on": "date_order",
	} {
		if got[pointer] != code {
			t.Errorf("%s: %q, not %q", pointer, got[pointer], code)
		}
	}
}

func TestOneWayToRecogniseTheRespondentIsEnough_Order121Art10(t *testing.T) {
	v := &sealed.Value{Suite: sealed.SuiteA1}
	for name, told := range map[string]Told{
		"name and region":    {Name: "店", Region: "150102"},
		"person and address": {Person: v, Address: v},
		"platform shop":      {Platform: &Platform{Name: "p", Shop: "s"}},
		"stall":              {Market: &Market{Name: "m"}, Region: "150102"},
		"payee":              {Payee: &Payee{Name: v}, Region: "150102"},
		"photo":              {Photos: []string{"sha256:a"}, Region: "150102"},
	} {
		if !told.recognisable() {
			t.Errorf("%s is not enough", name)
		}
	}
	for name, told := range map[string]Told{
		"only a region": {Region: "150102"}, "only a name": {Name: "店"}, "nothing": {},
	} {
		if told.recognisable() {
			t.Errorf("%s is enough", name)
		}
	}
}

func TestFilingTwiceIsRefused(t *testing.T) {
	refused(t, received(), file(LaneDepartment), "already_filed", "")
	refused(t, nil, by(merchant, "2026-06-01", filing(LaneDirect)), "not_your_part", "")
	refused(t, nil, accept(), "no_such_case", "")
	refused(t, nil, Command{At: at("2026-06-01")}, "no_action", "")
}

func TestMovingUpNeedsConsentAndReachesTheDepartment(t *testing.T) {
	direct := []Command{file(LaneDirect)}
	up := func(to Lane, wording string) Command {
		return by(consumer, "2026-06-05", ChangeLane{To: to, Wording: wording, Warned: true})
	}
	o := Occurred{On: day("2026-06-05"), Source: "online"}
	walk(t, direct...).When(up(LaneDepartment, "2026-1")).Then(t,
		&LaneChanged{From: LaneDirect, To: LaneDepartment, ConsentBy: "consumer", Wording: "2026-1"},
		&Received{Region: "150102", Basis: "lane_changed", Occurred: o, Clock: acceptClock("2026-06-05", "2026-06-16", "2026-06-16")},
	)
	if r := refused(t, direct, up(LaneDepartment, ""), "consent_required", ""); r.Pointer != "/wording" {
		t.Fatal(r.Pointer)
	}
	refused(t, received(), up(LaneAssociation, "2026-1"), "no_lane_above", "")
	refused(t, []Command{file(LaneAssociation)}, up(LaneDirect, "2026-1"), "lane_not_above", "")
	refused(t, direct, by(stranger, "2026-06-05", ChangeLane{To: LaneDepartment, Wording: "x"}), "not_your_part", "")
}

func TestDeskAndUnits_Order121Art41(t *testing.T) {
	give := func(unit string) Command { return by(officer, "2026-06-02", Assign{Unit: unit, Officer: "o-2"}) }
	walk(t, received()...).When(give("xincheng")).
		Then(t, &Assigned{Region: "150102", Unit: "xincheng", Officer: "o-2"}).
		When(by(officer, "2026-06-02", ReturnToDesk{})).
		Then(t, &ReturnedToDesk{Region: "150102", Unit: "xincheng"})
	refused(t, append(received(), give("xincheng")), give("xincheng"), "already_assigned", "ORD-121.41")
	refused(t, received(), give(""), "unit_required", "")
	refused(t, received(), by(officer, "2026-06-02", ReturnToDesk{}), "not_assigned", "ORD-121.41")
}

func TestIdentityOfTheRespondentIsAFactOfItsOwn(t *testing.T) {
	propose := by(officer, "2026-06-02", ProposeRespondent{Candidates: []Candidate{{Identity: shop, By: "name"}}})
	unknown := by(officer, "2026-06-02", RespondentNotFound{Reason: words()})
	s := walk(t, received()...).State()
	if s.Identity != IdentityClaimed {
		t.Fatal(s.Identity)
	}
	o := walk(t, received()...).When(propose)
	if s := o.State(); s.Identity != IdentityProposed || len(s.Candidates) != 1 {
		t.Fatalf("%+v", s)
	}
	o = o.When(confirm()).Then(t, &RespondentConfirmed{Merchant: shop, Source: "register"})
	if s := o.State(); s.Identity != IdentityConfirmed || s.Respondent.ID != "mch-1" || s.Candidates != nil {
		t.Fatalf("%+v", s)
	}
	if s := walk(t, received()...).When(unknown).State(); s.Identity != IdentityUnknown {
		t.Fatal(s.Identity)
	}
	refused(t, append(received(), unknown), unknown, "already_unknown", "")
	refused(t, confirmed(), propose, "respondent_confirmed", "ORD-121.13")
	refused(t, received(), by(officer, "2026-06-02", ProposeRespondent{}), "candidates_missing", "")
	for code, c := range map[string]ConfirmRespondent{
		"identity_incomplete": {Merchant: Identity{ID: "x"}, Source: "register"},
		"source_required":     {Merchant: shop},
		"identity_ambiguous":  {Merchant: Identity{ID: "x", Name: "n", Person: words()}, Source: "officer"},
	} {
		refused(t, received(), by(officer, "2026-06-02", c), code, "")
	}
	refused(t, received(), by(consumer, "2026-06-02", ConfirmRespondent{Merchant: shop, Source: "register"}), "not_your_part", "")
}

func TestSupplements(t *testing.T) {
	more := by(consumer, "2026-06-02", Supplement{Text: words(), Evidence: []string{"sha256:b"}})
	if s := walk(t, received()...).When(more).State(); len(s.Supplements) != 1 || s.Evidence[0] != "sha256:b" {
		t.Fatalf("%+v", s)
	}
	refused(t, received(), by(consumer, "2026-06-02", Supplement{}), "nothing_added", "")
	refused(t, ended(), by(consumer, "2026-06-24", Supplement{Text: words()}), "ended", "")
}

// No text stops the acceptance clock for a supplement (rules 2.5 A3).
func TestASupplementStopsNoClock(t *testing.T) {
	past := append(received(), by(consumer, "2026-06-05", Supplement{Text: words()}))
	if c, _ := walk(t, past...).State().Clock("CP.ACCEPT"); c.State != ClockRunning || c.Due != day("2026-06-10") {
		t.Fatalf("%+v", c)
	}
}

func TestAnActEnteredLateNeedsAReasonAndIsMarked(t *testing.T) {
	late := func(o Occurred) Command { return by(officer, "2026-06-08", Accept{Occurred: o}) }
	if r := refused(t, confirmed(), late(on("2026-06-04")), "reason_required", ""); r.Pointer != "/occurred/reason" {
		t.Fatal(r.Pointer)
	}
	s := walk(t, confirmed()...).When(late(onBecause("2026-06-04"))).State()
	if s.LateMarks != 1 || s.AcceptedOn != day("2026-06-04") {
		t.Fatalf("%+v", s)
	}
	// Friday's act entered on Monday is in time.
	if s := walk(t, confirmed()...).When(late(on("2026-06-05"))).State(); s.LateMarks != 0 {
		t.Fatal("marked")
	}
	refused(t, confirmed(), late(on("2026-06-09")), "in_future", "ORD-121.45")
	refused(t, confirmed(), late(onBecause("2026-05-29")), "before_cause", "ORD-121.45")
	// Behind a later fact, even if entered the next day.
	past := append(confirmed(), by(merchant, "2026-06-05", Respond{Kind: "interim", Text: words()}))
	refused(t, past, by(officer, "2026-06-05", Accept{Occurred: on("2026-06-04")}), "reason_required", "")
}

func TestCalendarDayOfLateEntryCrossesHolidays(t *testing.T) {
	// 2026-09-30 is the last working day before the National Day break.
	f := filing(LaneDepartment)
	f.ReceivedOn = on("2026-09-30")
	cal := law(t).Calendar
	next, _ := cal.AddWorkingDays(day("2026-09-30"), 1)
	s := walk(t).When(Command{At: next.Start(), Actor: officer, Do: f}).State()
	if s.LateMarks != 0 || next-day("2026-09-30") < calendar.Date(7) {
		t.Fatalf("next working day %s, marks %d", next, s.LateMarks)
	}
}
