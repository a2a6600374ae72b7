package complaint

import (
	"testing"
)

func TestAccept_Order121Art15(t *testing.T) {
	walk(t, confirmed()...).When(accept()).Then(t, &Accepted{
		Region: "150102", Occurred: Occurred{On: day("2026-06-03"), Source: "record"},
		// 60 calendar days; the last one is a Sunday, which only the wide reading rolls.
		Clock: Clock{
			Rule: "CP.MEDIATE.M3", StartedOn: day("2026-06-03"), Due: day("2026-08-02"),
			DueWide: day("2026-08-03"), Calendar: "CN-2026.1",
		},
	})
	refused(t, received(), accept(), "respondent_not_confirmed", "ORD-121.13")
	refused(t, mediated(), accept(), "already_accepted", "ORD-121.15")
	refused(t, append(confirmed(), decline("NA1_SCOPE")), accept(), "already_declined", "ORD-121.15")
	refused(t, append(confirmed(), by(consumer, "2026-06-02", Withdraw{})), accept(), "ended", "")
	refused(t, confirmed(), by(consumer, "2026-06-03", Accept{}), "not_your_part", "")
	refused(t, confirmed(), by(auditor, "2026-06-03", Accept{}), "not_your_part", "")
}

func TestOnlyTheDepartmentDecidesOnAcceptance_Order121Art16(t *testing.T) {
	for _, lane := range []Lane{LaneDirect, LaneAssociation} {
		past := []Command{file(lane), confirm()}
		r := refused(t, past, accept(), "not_competent_lane", "ORD-121.16")
		if r.Citation != "市场监督管理投诉举报处理办法 第十六条" {
			t.Fatal(r.Citation)
		}
		refused(t, past, decline("NA1_SCOPE"), "not_competent_lane", "ORD-121.16")
	}
}

// Three regimes, chosen by the filing day: Order 20 art 21(5), Regulation 778 art 46 beside
// it, Order 121 art 23(5).
func TestMediationLimitByFilingDate(t *testing.T) {
	for _, c := range []struct{ filed, accepted, rule, due, wide string }{
		{"2024-06-28", "2024-07-02", "CP.MEDIATE.M1", "2024-09-03", "2024-09-03"}, // 45 WD, Order 20 art 21(5)
		{"2024-07-01", "2024-07-02", "CP.MEDIATE.M2", "2024-08-31", "2024-09-02"}, // earlier of 45 WD, 60 CD (REG-778 46)
		{"2026-04-15", "2026-04-16", "CP.MEDIATE.M3", "2026-06-15", "2026-06-15"}, // 60 CD, Order 121 art 23(5)
	} {
		f := filing(LaneDepartment)
		f.Purchase.BoughtOn = day("2024-01-05")
		s := walk(t, by(consumer, c.filed, f),
			by(officer, c.filed, ConfirmRespondent{Merchant: shop, Source: "register"}),
			by(officer, c.accepted, Accept{})).State()
		k, ok := s.mediationClock()
		if !ok || k.Rule != c.rule || k.Due != day(c.due) || k.DueWide != day(c.wide) {
			t.Errorf("filed %s: %s due %s, wide %s", c.filed, k.Rule, k.Due, k.DueWide)
		}
	}
}

func TestDeclineNeedsAGroundOfThePinnedRuleSet_Order121Art16(t *testing.T) {
	for _, ground := range []string{"NA1_SCOPE", "NA2_ALREADY", "NA3_NOT_CONSUMER", "NA4_TIME", "NA5_MATERIALS", "NA6_IDENTITY", "NA7_OTHER"} {
		s := walk(t, received()...).When(decline(ground)).State()
		if s.Status != StatusDeclined || s.Outcome != OutcomeDeclined || s.ground() != ground {
			t.Errorf("%s: %s", ground, s.Status)
		}
	}
	r := refused(t, received(), decline("NA9"), "ground_unknown", "ORD-121.16")
	if r.Pointer != "/ground" {
		t.Fatal(r.Pointer)
	}
	refused(t, received(), decline("TM_OTHER"), "ground_unknown", "ORD-121.16")
	refused(t, append(received(), decline("NA1_SCOPE")), decline("NA1_SCOPE"), "already_declined", "")
	refused(t, mediated(), decline("NA1_SCOPE"), "already_accepted", "")
}

// NA6 (another's name, refusing verification) came with Order 121.
func TestDeclineForIdentityIsNoGroundUnderOrder20Art15(t *testing.T) {
	refused(t, under20(), by(officer, "2024-06-05", Decline{Ground: "NA6_IDENTITY"}), "ground_unknown", "ORD-20.15")
}

// under20 was filed on Monday 2024-06-03, before Regulation 778.
func under20() []Command {
	f := filing(LaneDepartment)
	f.Purchase.BoughtOn = day("2024-05-20")
	return []Command{by(consumer, "2024-06-03", f)}
}

func TestDeclineStatesReasonAndRoutesFrom20240701_Regulation778Art46(t *testing.T) {
	bare := func(d Decline) Command { d.Ground = "NA1_SCOPE"; return by(officer, "2026-06-03", d) }
	if r := refused(t, received(), bare(Decline{Routes: []string{"sue"}}), "reason_required", "REG-778.46"); r.Pointer != "/reason" {
		t.Fatal(r.Pointer)
	}
	if r := refused(t, received(), bare(Decline{Reason: words()}), "routes_required", "REG-778.46"); r.Pointer != "/routes" {
		t.Fatal(r.Pointer)
	}
	r := refused(t, received(), bare(Decline{Reason: words(), Routes: []string{"sue", "pray"}}), "route_unknown", "")
	if r.Pointer != "/routes/1" {
		t.Fatal(r.Pointer)
	}
	// Before that day neither was asked for.
	s := walk(t, under20()...).When(by(officer, "2024-06-05", Decline{Ground: "NA1_SCOPE"})).State()
	if s.Status != StatusDeclined {
		t.Fatal(s.Status)
	}
	refused(t, under20(), by(officer, "2024-06-05", Decline{Ground: "NA7_OTHER"}), "reason_required", "CRPL-2013.46")
}

func TestFactorsBelongToOneGroundOnly_Order121Art17(t *testing.T) {
	with := func(ground string, factors ...string) Command {
		return by(officer, "2026-06-03", Decline{Ground: ground, Factors: factors, Reason: words(), Routes: []string{"sue"}})
	}
	walk(t, received()...).When(with("NA3_NOT_CONSUMER", "F1", "F4")).Then(t, &Declined{
		Ground: "NA3_NOT_CONSUMER", Factors: []string{"F1", "F4"}, Reason: words(), Routes: []string{"sue"},
		Occurred: Occurred{On: day("2026-06-03"), Source: "record"},
	})
	r := refused(t, received(), with("NA5_MATERIALS", "F1"), "factor_out_of_place", "ORD-121.17")
	if r.Pointer != "/factors/0" {
		t.Fatal(r.Pointer)
	}
	refused(t, received(), with("NA3_NOT_CONSUMER", "F9"), "factor_out_of_place", "ORD-121.17")
	refused(t, under20(), by(officer, "2024-06-05", Decline{Ground: "NA3_NOT_CONSUMER", Factors: []string{"F1"}}), "factor_out_of_place", "ORD-20.15")
}

// The duty is to decide and to tell (Order 121 art 15, rules 18).
func TestAcceptanceDutyIsMetOnTheLaterOfDecisionAndNotice_Order121Art15(t *testing.T) {
	clock := func(commands ...Command) ClockState {
		c, _ := walk(t, append(confirmed(), commands...)...).State().Clock("CP.ACCEPT")
		return c
	}
	if c := clock(accept()); c.State != ClockRunning {
		t.Errorf("decided, not told: %s", c.State)
	}
	c := clock(accept(), tell("n-1", AboutAcceptance, Consumer, "2026-06-10"))
	if c.State != ClockMet || c.MetOn != day("2026-06-10") {
		t.Errorf("told on the last day: %s on %s", c.State, c.MetOn)
	}
	c = clock(accept(), tell("n-1", AboutAcceptance, Consumer, "2026-06-11"))
	if c.State != ClockMetLate || c.MetOn != day("2026-06-11") {
		t.Errorf("told a day late: %s", c.State)
	}
	c = clock(decline("NA1_SCOPE"), tell("n-1", AboutDecline, Consumer, "2026-06-04"))
	if c.State != ClockMet || c.MetOn != day("2026-06-04") {
		t.Errorf("declined and told: %s on %s", c.State, c.MetOn)
	}
	passed := by(machine, "2026-06-11", RecordDeadlinePassed{Rule: "CP.ACCEPT", Due: day("2026-06-10")})
	c = clock(accept(), passed, tell("n-1", AboutAcceptance, Consumer, "2026-06-12"))
	if c.State != ClockMetLate || !c.Passed {
		t.Errorf("passed, then told: %s", c.State)
	}
	// The letter went out in time and was only entered late.
	tellLate := by(officer, "2026-06-12", Notify{
		Notice: "n-1", About: AboutAcceptance, Recipient: Consumer, Channel: "letter", Occurred: onBecause("2026-06-09"),
	})
	if c = clock(accept(), passed, tellLate); c.State != ClockMet || c.MetOn != day("2026-06-09") {
		t.Errorf("told in time, entered late: %s", c.State)
	}
}

func TestANoticeThatCameBackToldNobody(t *testing.T) {
	d := complaints(t)
	past := after(t, d, append(confirmed(), accept(), tell("n-1", AboutAcceptance, Consumer, "2026-06-04"))...)
	back := append(past, &NoticeFailed{Notice: "n-1", Code: "unreachable"})
	d.Given(back...).When(tell("n-2", AboutAcceptance, Consumer, "2026-06-05")).Then(t,
		&NoticeIssued{Notice: "n-2", Form: "5", TextHash: "h", Recipient: Consumer, Contact: words(), About: AboutAcceptance},
		&NoticeSent{Notice: "n-2", Channel: "sms", Occurred: Occurred{On: day("2026-06-05"), Source: "record"}})
	void := append(past, &NoticeVoided{Notice: "n-1"})
	if len(d.Given(void...).When(tell("n-2", AboutAcceptance, Consumer, "2026-06-05")).Events()) != 2 {
		t.Fatal("a voided notice counts as told")
	}
}

func TestNoticesAreOnForms_Forms2026(t *testing.T) {
	form := func(about string, to Party, past ...Command) string {
		o := walk(t, past...).When(tell("n-9", about, to, "2026-06-24"))
		if o.Err() != nil {
			t.Fatalf("%s: %v", about, o.Err())
		}
		return o.Events()[0].(*NoticeIssued).Form
	}
	for _, c := range []struct {
		about string
		to    Party
		past  []Command
		form  string
	}{
		{AboutIdentity, Consumer, received(), "4"},
		{AboutAcceptance, Consumer, append(confirmed(), accept()), "5"},
		{AboutDecline, Consumer, append(received(), decline("NA1_SCOPE")), "6"},
		{AboutMediation, Merchant, mediated(), "7"},
		{AboutTermination, Merchant, append(mediated(), terminate("TM_REFUSED")), "8"},
		{AboutDecline, Consumer, append(under20(), by(officer, "2024-06-05", Decline{Ground: "NA1_SCOPE"})), "letter"},
	} {
		if got := form(c.about, c.to, c.past...); got != c.form {
			t.Errorf("%s: form %s, not %s", c.about, got, c.form)
		}
	}
}

func TestNoticesGoToWhomTheLawSaysAndOnce(t *testing.T) {
	accepted := append(confirmed(), accept())
	refused(t, received(), tell("n-1", AboutAcceptance, Consumer, "2026-06-03"), "nothing_to_tell", "ORD-121.15")
	refused(t, accepted, tell("n-1", AboutAcceptance, Merchant, "2026-06-03"), "not_a_recipient", "ORD-121.15")
	refused(t, accepted, tell("", AboutAcceptance, Consumer, "2026-06-03"), "notice_exists", "")
	refused(t, mediated(), tell("n-2", AboutAcceptance, Consumer, "2026-06-04"), "already_notified", "ORD-121.15")
	refused(t, mediated(), tell("n-1", AboutMediation, Merchant, "2026-06-04"), "notice_exists", "")
	refused(t, []Command{file(LaneDirect)}, tell("n-1", AboutAcceptance, Consumer, "2026-06-04"), "nothing_to_tell", "")
	refused(t, accepted, by(officer, "2026-06-04", Notify{Notice: "n-1", About: AboutAcceptance, Recipient: Consumer, Channel: "pigeon"}), "channel_unknown", "")
	early := by(officer, "2026-06-04", Notify{
		Notice: "n-1", About: AboutAcceptance, Recipient: Consumer, Channel: "sms", Occurred: onBecause("2026-06-02"),
	})
	refused(t, accepted, early, "before_cause", "")
	// Proof of identity can only be demanded under Order 121 art 10.
	refused(t, under20(), by(officer, "2024-06-05", Notify{Notice: "n-1", About: AboutIdentity, Recipient: Consumer, Channel: "sms"}), "nothing_to_tell", "ORD-20.14")
}
