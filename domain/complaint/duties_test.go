package complaint

import (
	"strings"
	"testing"

	"fangxin/domain/calendar"
	"fangxin/domain/statute"
)

// A letter is filed on the day on which it came in, also for the law that governs it
// (rules 0.2): what was received on 2026-04-14 stands under Order 20.
func TestALetterStandsUnderTheLawOfTheDayItCameIn(t *testing.T) {
	f := filing(LaneDepartment)
	f.Purchase.BoughtOn = day("2026-04-01")
	for received, want := range map[string]string{"2026-04-14": "ORD-20+REG-778", "2026-04-15": "ORD-121"} {
		f.ReceivedOn = Occurred{On: day(received), Source: "postmark", Reason: words()}
		s := walk(t).When(by(officer, "2026-04-20", f)).State()
		if s.Ruleset != want || s.Filing.Ruleset != want || s.ReceivedOn != day(received) {
			t.Errorf("received %s: %s", received, s.Ruleset)
		}
	}
	f.ReceivedOn.On = day("2019-12-31")
	refused(t, nil, by(officer, "2026-04-20", f), "no_rule_set", "")
	f.ReceivedOn.On = day("2026-04-14")
	refused(t, nil, by(consumer, "2026-04-20", f), "not_backdated", "")
}

// The seven working days run from receipt by the competent department, not by the desk
// that took in a letter for another place (art 15).
func TestALetterForAnotherPlaceIsReceivedThereWhenItIsEntered_ORD121_15(t *testing.T) {
	f := filing(LaneDepartment)
	f.ReceivedOn = Occurred{On: day("2026-05-25"), Source: "postmark", Reason: words()}
	f.Respondent.Region = "150202"
	s := walk(t).When(by(officer, "2026-06-01", f)).State()
	if c := s.Clocks[0]; c.StartedOn != day("2026-06-01") || s.Filing.ReceivedOn.On != day("2026-05-25") || s.Region != "150202" {
		t.Errorf("%+v", c)
	}
	f.Respondent.Region = "150102"
	if s := walk(t).When(by(officer, "2026-06-01", f)).State(); s.Clocks[0].StartedOn != day("2026-05-25") {
		t.Errorf("%+v", s.Clocks)
	}
}

// A case whose acceptance limit passed before it was withdrawn can still be closed:
// nobody is left to be told.
func TestACaseThatWasNeverDecidedCanBeClosed(t *testing.T) {
	s := walk(t, received()...).State()
	c, _ := s.Clock(statute.ClockAccept)
	past := append(received(),
		by(machine, "2026-06-20", RecordDeadlinePassed{Rule: c.Rule, Due: c.Due}),
		by(consumer, "2026-06-21", Withdraw{}))
	if s := walk(t, past...).When(by(officer, "2026-06-22", Close{})).State(); s.Status != StatusClosed || !s.Clocks[0].Passed {
		t.Errorf("%+v", s.Clocks)
	}
}

// Withdrawal and settlement after acceptance end mediation by art 23(1): both sides
// are told within 7 working days, and the case stays open until they are.
func TestBothSidesAreToldThatMediationEnded_ORD121_23(t *testing.T) {
	for name, end := range map[string]Action{"withdrawn": Withdraw{}, "settled": Settle{Terms: Terms{Kind: "refund"}}} {
		past := append(mediated(), by(consumer, "2026-06-08", end))
		s := walk(t, past...).State()
		c, ok := s.Clock(statute.ClockTermNotice)
		if !ok || c.StartedOn != day("2026-06-08") || c.Due != day("2026-06-17") || !c.Open() {
			t.Fatalf("%s: %+v", name, s.Clocks)
		}
		if name == "withdrawn" {
			refused(t, past, by(officer, "2026-06-09", Close{}), "notice_outstanding", "ORD-121.23")
		}
		past = append(past, tell("n-2", AboutTermination, Consumer, "2026-06-09"), tell("n-3", AboutTermination, Merchant, "2026-06-10"))
		s = walk(t, past...).State()
		if c, _ := s.Clock(statute.ClockTermNotice); c.State != ClockMet || c.MetOn != day("2026-06-10") {
			t.Errorf("%s, told: %+v", name, c)
		}
		if s.Notices[1].Form != "8" {
			t.Errorf("%s: form %s", name, s.Notices[1].Form)
		}
		walk(t, past...).When(by(officer, "2026-06-11", Close{})).State()
	}
	before := walk(t, append(confirmed(), by(consumer, "2026-06-03", Withdraw{}))...).State()
	if _, ok := before.Clock(statute.ClockTermNotice); ok {
		t.Error("nothing was mediated, so nothing is terminated")
	}
}

// Only the desk, or the office above, passes a case on (art 41).
func TestAUnitDoesNotPassACaseOn_ORD121_41(t *testing.T) {
	past := append(received(), by(officer, "2026-06-02", Assign{Unit: "u-1"}))
	unit := officer
	unit.Unit = "u-1"
	refused(t, past, by(unit, "2026-06-03", Assign{Unit: "u-2"}), "return_to_desk_instead", "ORD-121.41")
	walk(t, past...).When(by(unit, "2026-06-03", Assign{Unit: "u-1", Officer: "o-7"})).State()
	walk(t, past...).When(by(officer, "2026-06-03", Assign{Unit: "u-2"})).State()
}

// The answer to an objection is dated: given late it is late, whether or not the
// timers had noticed.
func TestALateAnswerToAnObjectionIsLate(t *testing.T) {
	s := walk(t, append(objected(), by(officer, "2026-07-20", DecideObjection{Result: ObjectionDismissed, Reason: words()}))...).State()
	if c, _ := s.Clock(statute.ClockPubCorrect); c.State != ClockMetLate || c.MetOn != day("2026-07-20") {
		t.Errorf("%+v", c)
	}
}

// A case that was kept private for what has passed since can be reviewed again; one
// that is private for good cannot.
func TestWhatWasPendingCanBeReviewedAgain(t *testing.T) {
	d := complaints(t)
	pending := append(after(t, d, ended()...), &AppraisalCommissioned{Appraisal: "a-1", Occurred: on("2026-06-20")},
		&DisclosureRefused{Why: statute.WhenAppraisal, Policy: "NM-2026.1"})
	if r := d.Given(pending...).When(by(officer, "2026-06-25", ReviewDisclosure{})); len(r.Events()) != 0 {
		t.Error("reviewed while it is pending")
	}
	reported := append(pending, &AppraisalReported{Appraisal: "a-1", Occurred: on("2026-06-26")})
	if s := d.Given(reported...).When(by(officer, "2026-06-27", ReviewDisclosure{})).State(); s.Disclosure.State != DisclosureTold {
		t.Errorf("%+v", s.Disclosure)
	}
	upheld := append(objected(), by(officer, "2026-06-26", DecideObjection{Result: ObjectionUpheld, Reason: words()}))
	refused(t, upheld, by(officer, "2026-06-27", ReviewDisclosure{}), "disclosure_decided", "")
	refused(t, append(received(), decline("NA1_SCOPE"), by(officer, "2026-06-04", ReviewDisclosure{})),
		by(officer, "2026-06-05", ReviewDisclosure{}), "disclosure_decided", "")
}

// A record that was shown to one merchant is never published about another.
func TestTheRecordOfAReplacedMerchantIsNotPublished(t *testing.T) {
	d := complaints(t)
	past := append(after(t, d, notified()...), &RespondentReplaced{From: shop, To: Identity{ID: "mch-2", Name: "别家"}, Source: "register"})
	d.Given(past...).When(by(officer, "2026-07-02", Publish{})).
		Then(t, &DisclosureRefused{Why: "wrong_merchant", Policy: "NM-2026.1"})
}

// A provisional date is computed again under the calendar of now before anything is
// said to have passed (design 6).
func TestAProvisionalLimitIsRecomputedFirst(t *testing.T) {
	law := law(t)
	past := walk(t, by(consumer, "2026-12-28", filing(LaneDepartment))).State()
	was, _ := past.Clock(statute.ClockAccept)
	if !was.Provisional || was.Due != day("2027-01-06") {
		t.Fatalf("%+v", was)
	}
	newer, err := calendar.Parse(strings.NewReader("calendar CN-2027.0\nrange 2026-01-01..2027-12-31\n" +
		"festival new_year 元旦 New Year's Day\nnotice 2027\nnew_year off 01-01..01-04\n"))
	if err != nil {
		t.Fatal(err)
	}
	law.Calendar = newer
	d := NewDecider(law)
	passed := by(machine, "2027-01-07", RecordDeadlinePassed{Rule: was.Rule, Due: was.Due})
	events, err := d.Decide(past, passed)
	if err != nil || len(events) != 1 {
		t.Fatal(events, err)
	}
	e, ok := events[0].(*ClockRecomputed)
	if !ok || e.From != was.Clock || e.Clock.Due <= was.Due || e.Clock.Provisional || e.Clock.Calendar != "CN-2027.0" {
		t.Fatalf("%+v", events[0])
	}
	if _, err := d.Decide(d.Evolve(past, e), passed); err == nil {
		t.Error("the old day passed all the same")
	}
}
