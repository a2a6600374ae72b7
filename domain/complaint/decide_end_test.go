package complaint

import "testing"

func TestAgreementOnlyInMediation_Order121Art18(t *testing.T) {
	refused(t, confirmed(), agree(), "not_accepted", "ORD-121.18")
	refused(t, agreed(), agree(), "ended", "")
	refused(t, mediated(), by(consumer, "2026-06-20", Agree{Form: FormRecord, Record: words(), Terms: terms()}), "not_your_part", "")
	o := walk(t, mediated()...).When(agree()).Then(t, &Agreed{
		Form: FormDocument, Terms: terms(), SignedBy: []Party{Consumer, Merchant}, Sealed: true, Copies: 3, Occurred: Occurred{On: day("2026-06-20"), Source: "record"},
		Clocks: []Clock{{Rule: ClockPerform, StartedOn: day("2026-06-20"), Due: day("2026-07-10"), DueWide: day("2026-07-10")}},
	})
	s := o.State()
	if c, _ := s.mediationClock(); s.Outcome != OutcomeAgreement || c.State != ClockMet || s.Performance != PerformanceDue {
		t.Fatalf("%s %s %s", s.Outcome, c.State, s.Performance)
	}
}

func TestAgreementTakesTheTermsOfTheAcceptedOffer(t *testing.T) {
	past := append(mediated(), offer(merchant, "f-1", "", "2026-06-05"))
	by1 := func(terms Terms) Command {
		return by(officer, "2026-06-20", Agree{Form: FormRecord, Record: words(), Offer: "f-1", Terms: terms})
	}
	refused(t, past, by1(Terms{}), "offer_not_accepted", "ORD-121.18")
	past = append(past, by(consumer, "2026-06-06", AcceptOffer{Offer: "f-1"}))
	if a := walk(t, past...).When(by1(Terms{})).State().Agreement; a.Terms.AmountFen != 200000 || a.Offer != "f-1" {
		t.Fatalf("%+v", a)
	}
	refused(t, past, by(officer, "2026-06-20", Agree{Form: FormRecord, Record: words(), Offer: "f-9"}), "offer_unknown", "")
	refused(t, past, by(officer, "2026-06-20", Agree{Form: FormRecord, Record: words()}), "terms_missing", "")
	refused(t, mediated(), by(officer, "2026-06-20", Agree{Form: FormRecord, Record: words(), Terms: terms(), Occurred: onBecause("2026-06-02")}), "before_cause", "")
}

func TestSettlementBeforeAndAfterAcceptance_Order121Art18(t *testing.T) {
	settle := func(a Actor, when string) Command { return by(a, when, Settle{Terms: terms()}) }
	s := walk(t, append(received(), settle(consumer, "2026-06-02"))...).State()
	if s.Outcome != OutcomePrior || s.EndedAs != StatusSettled {
		t.Fatal(s.Outcome)
	}
	s = walk(t, append(mediated(), settle(officer, "2026-06-20"))...).State()
	if c, _ := s.mediationClock(); s.Outcome != OutcomeSettlement || c.State != ClockMet {
		t.Fatal(s.Outcome)
	}
	refused(t, agreed(), settle(consumer, "2026-06-21"), "ended", "")
	refused(t, mediated(), settle(merchant, "2026-06-20"), "not_your_part", "")
	refused(t, mediated(), by(consumer, "2026-06-20", Settle{}), "terms_missing", "")
}

func TestWithdrawAnyTimeBeforeTheEnd(t *testing.T) {
	withdrawn := Withdrawn{Occurred: Occurred{On: day("2026-06-08"), Source: "online"}}
	for _, past := range [][]Command{{file(LaneDirect)}, received(), confirmed()} {
		walk(t, past...).When(by(consumer, "2026-06-08", Withdraw{})).Then(t, &withdrawn)
	}
	told := withdrawn // what was accepted is terminated: both sides are told (art 23)
	told.Clocks = []Clock{{Rule: "CP.TERM_NOTICE", StartedOn: day("2026-06-08"), Due: day("2026-06-17"), DueWide: day("2026-06-17"), Calendar: "CN-2026.1"}}
	walk(t, mediated()...).When(by(consumer, "2026-06-08", Withdraw{})).Then(t, &told)
	refused(t, agreed(), by(consumer, "2026-06-21", Withdraw{}), "ended", "")
	refused(t, mediated(), by(merchant, "2026-06-08", Withdraw{}), "not_your_part", "")
	s := walk(t, append(received(), by(consumer, "2026-06-02", Withdraw{}))...).State()
	if c, _ := s.Clock("CP.ACCEPT"); c.State != ClockLapsed {
		t.Fatal(c.State)
	}
}

func TestTerminationNeedsAGroundAndStartsTheNoticeClock_Order121Art23(t *testing.T) {
	past := append(mediated(), stayedAway("2026-06-15"), byPhone("2026-06-16"))
	for _, ground := range []string{"TM_NO_SHOW", "TM_REFUSED", "TM_NO_AGREEMENT", "TM_APPRAISAL_FEE", "TM_NA_FOUND", "TM_PARTY_GONE", "TM_OTHER"} {
		end := terminate(ground)
		side := end.Do.(Terminate).Party
		if ground == "TM_NO_SHOW" { // the record of the session says who
			side = Merchant
		}
		walk(t, past...).When(end).Then(t, &Terminated{
			Ground: ground, Reason: words(), Party: side, Found: end.Do.(Terminate).Found, Occurred: Occurred{On: day("2026-06-20"), Source: "record"},
			// 7 working days from Saturday 2026-06-20.
			Clock: Clock{Rule: "CP.TERM_NOTICE", StartedOn: day("2026-06-20"), Due: day("2026-06-30"), DueWide: day("2026-06-30"), Calendar: "CN-2026.1"},
		})
	}
	refused(t, mediated(), terminate("NA1_SCOPE"), "ground_unknown", "ORD-121.23")
	refused(t, mediated(), terminate("TM_WITHDRAW"), "withdraw_instead", "ORD-121.23(1)")
	r := refused(t, mediated(), terminate("TM_SETTLED"), "settle_instead", "ORD-121.23(1)")
	if r.Citation != "市场监督管理投诉举报处理办法 第二十三条第（一）项" {
		t.Fatal(r.Citation)
	}
	refused(t, mediated(), by(officer, "2026-06-20", Terminate{Ground: "TM_OTHER"}), "reason_required", "ORD-121.23(8)")
	refused(t, confirmed(), terminate("TM_REFUSED"), "not_accepted", "ORD-121.18")
	refused(t, append(mediated(), terminate("TM_REFUSED")), terminate("TM_REFUSED"), "ended", "")
}

// No agreement on the body was a ground of Order 20 art 21(2); Regulation 778 art 47
// let a designation displace it; Order 121 dropped it.
func TestTerminationOverTheAppraisalBodyByRuleSet(t *testing.T) {
	refused(t, mediated(), terminate("TM_APPRAISAL_BODY"), "ground_unknown", "ORD-121.23")
	past := func(filed string) []Command {
		f := filing(LaneDepartment)
		f.Purchase.BoughtOn = day("2024-05-01")
		return []Command{
			by(consumer, filed, f), by(officer, filed, ConfirmRespondent{Merchant: shop, Source: "register"}),
			by(officer, filed, Accept{}),
		}
	}
	end := by(officer, "2024-08-01", Terminate{Ground: "TM_APPRAISAL_BODY"})
	for _, filed := range []string{"2024-06-28", "2024-07-01"} {
		if err := walk(t, past(filed)...).When(end).Err(); err != nil {
			t.Errorf("filed %s: %v", filed, err)
		}
	}
	d := complaints(t)
	designated := append(after(t, d, past("2024-07-01")...), &AppraisalCommissioned{
		Appraisal: "a-1", Institution: "i", By: "department", Occurred: on("2024-07-10"),
	})
	if r := d.Given(designated...).When(end).Err().(*Refusal); r.Code != "ground_displaced" || r.Rule != "ORD-20.21(2)" {
		t.Fatal(r)
	}
}

// 60 days from acceptance on 2026-06-03 end on Sunday 2026-08-02, so on the Monday.
func TestTimeoutIsAGroundOnlyWhenTheLimitPassed_Order121Art23_5(t *testing.T) {
	timeout := func(when string) Command { return by(officer, when, Terminate{Ground: "TM_TIMEOUT"}) }
	refused(t, mediated(), timeout("2026-08-03 23:59"), "mediation_time_runs", "ORD-121.23(5)")
	s := walk(t, append(mediated(), timeout("2026-08-04 00:00"))...).State()
	if c, _ := s.mediationClock(); s.Status != StatusTerminated || c.State != ClockMetLate {
		t.Fatalf("%s, clock %s", s.Status, c.State)
	}
	// A passed limit ends nothing by itself.
	passed := append(mediated(), by(machine, "2026-08-04", RecordDeadlinePassed{Rule: "CP.MEDIATE.M3", Due: day("2026-08-02")}))
	if s := walk(t, passed...).State(); s.Status != StatusAccepted || s.Ended() {
		t.Fatal(s.Status)
	}
}

func TestOnlyAppraisalStopsTheMediationClock_Order121Art22(t *testing.T) {
	d := complaints(t)
	paused := append(after(t, d, mediated()...), &AppraisalCommissioned{
		Appraisal: "a-1", Institution: "i", By: "both", Occurred: on("2026-07-01"),
	})
	passed := by(machine, "2026-08-10", RecordDeadlinePassed{Rule: "CP.MEDIATE.M3", Due: day("2026-08-02")})
	if r := d.Given(paused...).When(passed).Err().(*Refusal); r.Code != "moved_on" {
		t.Fatal(r)
	}
	if r := d.Given(paused...).When(by(officer, "2026-08-10", Terminate{Ground: "TM_TIMEOUT"})).Err().(*Refusal); r.Code != "mediation_time_runs" {
		t.Fatal(r)
	}
	again := Clock{Rule: "CP.MEDIATE.M3", StartedOn: day("2026-06-03"), Due: day("2026-08-12"), DueWide: day("2026-08-12")}
	reported := append(paused, &AppraisalReported{Appraisal: "a-1", Result: "x", Occurred: on("2026-07-11"), Clock: again})
	s := d.Given(reported...).State()
	c, _ := s.mediationClock()
	if c.Paused() || c.Due != again.Due || len(c.Pauses) != 1 || c.Pauses[0].To != day("2026-07-11") {
		t.Fatalf("%+v", c)
	}
	suspended := append(after(t, d, mediated()...), &MediationSuspended{Why: "recusal", Occurred: on("2026-07-01")})
	if c, _ := d.Given(suspended...).State().mediationClock(); c.Paused() {
		t.Fatal("a recusal stopped the period (art 21)")
	}
}

func TestTerminationNoticeGoesToBothSidesWithin7WorkingDays_Order121Art23(t *testing.T) {
	past := append(mediated(), terminate("TM_REFUSED"), tell("n-2", AboutTermination, Consumer, "2026-06-22"))
	if c, _ := walk(t, past...).State().Clock("CP.TERM_NOTICE"); c.State != ClockRunning {
		t.Fatalf("told one side only: %s", c.State)
	}
	both := append(past, tell("n-3", AboutTermination, Merchant, "2026-06-30"))
	if c, _ := walk(t, both...).State().Clock("CP.TERM_NOTICE"); c.State != ClockMet || c.MetOn != day("2026-06-30") {
		t.Fatalf("%s on %s", c.State, c.MetOn)
	}
	late := append(past, tell("n-3", AboutTermination, Merchant, "2026-07-01"))
	if c, _ := walk(t, late...).State().Clock("CP.TERM_NOTICE"); c.State != ClockMetLate {
		t.Fatal(c.State)
	}
	refused(t, past, tell("n-4", AboutTermination, Consumer, "2026-06-23"), "already_notified", "")
	refused(t, past, by(officer, "2026-06-23", Close{}), "notice_outstanding", "ORD-121.23")
}

func TestPerformance(t *testing.T) {
	perform := by(merchant, "2026-06-22", Perform{AmountFen: 200000, Evidence: []string{"sha256:a"}})
	walk(t, agreed()...).When(perform).Then(t, &Performed{
		AmountFen: 200000, By: Merchant, Evidence: []string{"sha256:a"},
		Occurred: Occurred{On: day("2026-06-22"), Source: "online"},
	})
	s := walk(t, ended()...).State()
	if c, _ := s.Clock(ClockPerform); c.State != ClockMet || s.Performance != PerformanceSeen {
		t.Fatalf("%s, %s", c.State, s.Performance)
	}
	refused(t, append(agreed(), perform), perform, "already_performed", "")
	refused(t, ended(), perform, "already_confirmed", "")
	refused(t, mediated(), perform, "nothing_agreed", "ORD-121.24")
	refused(t, agreed(), by(officer, "2026-06-22", Perform{}), "proof_required", "")
	refused(t, agreed(), by(merchant, "2026-06-22", Perform{AmountFen: -1}), "amount_negative", "")
	seen := func(a Actor) Command { return by(a, "2026-06-22", ConfirmPerformance{}) }
	refused(t, agreed(), seen(officer), "not_performed", "")
	refused(t, agreed(), seen(merchant), "not_your_part", "")
	refused(t, ended(), seen(consumer), "already_confirmed", "")
	// The consumer's word is enough where the merchant said nothing.
	walk(t, agreed()...).When(seen(consumer)).Then(t,
		&Performed{By: Consumer, Occurred: Occurred{On: day("2026-06-22"), Source: "online"}},
		&PerformanceConfirmed{By: Consumer})
	walk(t, append(agreed(), perform)...).When(seen(officer)).Then(t, &PerformanceConfirmed{By: Office})
}

func TestPerformanceByInstalmentsHasAClockEach(t *testing.T) {
	parts := Terms{Kind: "refund", AmountFen: 3, Instalments: []Instalment{
		{AmountFen: 1, Due: day("2026-07-01")}, {AmountFen: 2, Due: day("2026-08-01")},
	}}
	past := append(mediated(), by(officer, "2026-06-20", Agree{Form: FormRecord, Record: words(), Terms: parts}))
	d := complaints(t)
	events := append(after(t, d, past...), &Performed{Instalment: 1, AmountFen: 1, By: Merchant, Occurred: on("2026-07-02")})
	s := d.Given(events...).State()
	one, _ := s.Clock("CP.PERFORM.1")
	two, _ := s.Clock("CP.PERFORM.2")
	if one.State != ClockMetLate || two.State != ClockRunning || s.Performance != PerformanceDue {
		t.Fatalf("%s %s %s", one.State, two.State, s.Performance)
	}
}

func TestRatingIsTheConsumersOwnViewOnce(t *testing.T) {
	rate := func(a Actor, r Rate) Command { return by(a, "2026-06-24", r) }
	good := Rate{View: ViewPartly, Merchant: 3, Office: 5}
	declined := append(received(), decline("NA1_SCOPE"))
	withdrawn := append(received(), by(consumer, "2026-06-02", Withdraw{}))
	for _, past := range [][]Command{ended(), declined, withdrawn, append(mediated(), terminate("TM_REFUSED"))} {
		walk(t, past...).When(rate(consumer, good)).Then(t, &Rated{View: ViewPartly, Merchant: 3, Office: 5})
	}
	s := walk(t, append(declined, rate(consumer, Rate{View: ViewResolved}))...).State()
	if s.Outcome != OutcomeDeclined || s.Rating.View != ViewResolved {
		t.Fatal("outcome and view are one")
	}
	refused(t, mediated(), rate(consumer, good), "not_ended", "")
	refused(t, ended(), rate(merchant, good), "not_your_part", "")
	refused(t, ended(), rate(officer, good), "not_your_part", "")
	refused(t, append(ended(), rate(consumer, good)), rate(consumer, good), "already_rated", "")
	refused(t, ended(), rate(consumer, Rate{View: "great"}), "view_unknown", "")
	for pointer, r := range map[string]Rate{
		"/merchant": {View: ViewNot, Merchant: 6}, "/office": {View: ViewNot, Office: -1},
	} {
		if f := refused(t, ended(), rate(consumer, r), "grade_out_of_range", ""); f.Pointer != pointer {
			t.Error(f.Pointer)
		}
	}
}

func TestCloseNeedsNoticesAndPerformance(t *testing.T) {
	closing := func(when string) Command { return by(officer, when, Close{}) }
	walk(t, ended()...).When(closing("2026-06-24")).Then(t, &Closed{
		Outcome: OutcomeAgreement, Occurred: Occurred{On: day("2026-06-24"), Source: "record"},
	}, &RetentionSet{Class: "complaint_file", From: day("2026-06-24"), Until: day("2029-06-24"), Version: "2026.1"})
	refused(t, mediated(), closing("2026-06-24"), "not_ended", "")
	refused(t, append(ended(), closing("2026-06-24")), closing("2026-06-24"), "already_closed", "")
	declined := append(received(), decline("NA1_SCOPE"))
	refused(t, declined, closing("2026-06-04"), "notice_outstanding", "ORD-121.15")
	walk(t, append(declined, tell("n-1", AboutDecline, Consumer, "2026-06-04"))...).When(closing("2026-06-05")).
		Then(t, &Closed{Outcome: OutcomeDeclined, Occurred: Occurred{On: day("2026-06-05"), Source: "record"}},
			&RetentionSet{Class: "complaint_file", From: day("2026-06-05"), Until: day("2029-06-05"), Version: "2026.1"})
	// Accepted, settled, but never told of the acceptance.
	untold := append(confirmed(), accept(), by(consumer, "2026-06-04", Settle{Terms: Terms{Kind: "refund"}}))
	refused(t, untold, closing("2026-06-05"), "notice_outstanding", "ORD-121.15")
	// Performance is waited for until its day is over: 2026-07-10.
	refused(t, agreed(), closing("2026-07-10 23:59"), "performance_open", "ORD-121.24")
	if err := walk(t, agreed()...).When(closing("2026-07-11 00:00")).Err(); err != nil {
		t.Fatal(err)
	}
	stated := append(agreed(), by(merchant, "2026-06-22", Perform{}))
	refused(t, stated, closing("2026-06-24"), "performance_open", "ORD-121.24")
	if err := walk(t, stated...).When(closing("2026-07-11")).Err(); err != nil {
		t.Fatal(err)
	}
	refused(t, ended(), by(consumer, "2026-06-24", Close{}), "not_your_part", "")
}

func TestInTheDirectLaneTheConsumerOrTheProgramCloses(t *testing.T) {
	past := []Command{file(LaneDirect), by(consumer, "2026-06-02", Settle{Terms: Terms{Kind: "apologise"}})}
	for _, a := range []Actor{consumer, machine, officer} {
		if err := walk(t, past...).When(by(a, "2026-06-03", Close{})).Err(); err != nil {
			t.Errorf("%s: %v", a.Role, err)
		}
	}
	refused(t, past, by(merchant, "2026-06-03", Close{}), "not_your_part", "")
}

func TestTheAssociationWorksInItsOwnLaneOnly(t *testing.T) {
	act := by(mediator, "2026-06-02", Assign{Unit: "u"})
	if err := walk(t, file(LaneAssociation)).When(act).Err(); err != nil {
		t.Fatal(err)
	}
	refused(t, received(), act, "not_your_part", "")
}
