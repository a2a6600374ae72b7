package complaint

import (
	"testing"

	"pgregory.net/rapid"

	"fangxin/domain/calendar"
	"fangxin/domain/statute"
)

func reopen(basis, stage, when string) Command {
	return by(officer, when, Reopen{Basis: basis, Stage: stage, Reason: words()})
}

// bothTold are both sides' notices of a termination.
func bothTold(past []Command, when string) []Command {
	return append(past, tell("n-a"+when, AboutTermination, Consumer, when), tell("n-b"+when, AboutTermination, Merchant, when))
}

// A declined case whose decision fell is decided upon anew, within 7 working days of the
// reopening; what was told of the old decision tells nothing of the new (art 15).
func TestADeclinedCaseIsDecidedAnew_Order121Art15(t *testing.T) {
	declined := append(confirmed(), decline("NA1_SCOPE"), tell("n-1", AboutDecline, Consumer, "2026-06-04"), by(officer, "2026-06-05", Close{}))
	past := append(declined, reopen(ReopenReview, "", "2026-07-01"))
	s := walk(t, past...).State()
	c, _ := s.Clock(statute.ClockAccept)
	if s.Status != StatusReceived || c.State != ClockRunning || c.StartedOn != day("2026-07-01") || c.Due != day("2026-07-10") {
		t.Fatalf("%s %+v", s.Status, c)
	}
	past = append(past, by(officer, "2026-07-02", Accept{}))
	if c, _ = walk(t, past...).State().Clock(statute.ClockAccept); !c.Open() {
		t.Fatal("the old notice met the new duty")
	}
	past = append(past, tell("n-2", AboutAcceptance, Consumer, "2026-07-03"))
	s = walk(t, past...).State()
	if c, _ = s.Clock(statute.ClockAccept); c.State != ClockMet || s.AcceptedOn != day("2026-07-02") {
		t.Fatalf("%+v", c)
	}
	if e := s.Earlier; len(e) != 1 || e[0].As != StatusDeclined || e[0].Ground != "NA1_SCOPE" || e[0].ReopenedOn != day("2026-07-01") {
		t.Fatalf("%+v", e)
	}
}

// Both sides are told of each termination anew within 7 working days (art 23); mediation has
// the time it had, and no limit that passed ends the case.
func TestASecondTerminationIsToldAnew_Order121Art23(t *testing.T) {
	past := bothTold(append(mediated(), terminate("TM_REFUSED")), "2026-06-22")
	was, _ := walk(t, append(mediated(), byPhone("2026-06-15"))...).State().mediationClock()
	past = append(past, reopen(ReopenError, "", "2026-07-01"))
	s := walk(t, past...).State()
	now, _ := s.mediationClock()
	if s.Status != StatusAccepted || now.Clock != was.Clock || now.State != ClockRunning || s.AcceptedOn.IsZero() {
		t.Fatalf("%s %+v", s.Status, now)
	}
	passed := RecordDeadlinePassed{Rule: now.Rule, Due: now.Due}
	late := append(past, by(machine, "2026-08-05", passed))
	if s = walk(t, late...).State(); s.Status != StatusAccepted || s.Ended() {
		t.Fatal("a passed limit ended the case")
	}
	again := append(late, by(officer, "2026-08-06", Terminate{Ground: "TM_TIMEOUT"}))
	s = walk(t, again...).State()
	c, _ := s.Clock(statute.ClockTermNotice)
	if c.State != ClockRunning || c.StartedOn != day("2026-08-06") || c.Due != day("2026-08-17") {
		t.Fatalf("the second notice: %+v", c)
	}
	refused(t, again, by(officer, "2026-08-07", Close{}), "notice_outstanding", "ORD-121.23")
	again = bothTold(again, "2026-08-07")
	if c, _ = walk(t, again...).State().Clock(statute.ClockTermNotice); c.State != ClockMet {
		t.Fatalf("%+v", c)
	}
	// Taken up once more after the limit had passed: that it passed is recorded once.
	third := append(again, reopen(ReopenEvidence, "", "2026-08-20"))
	if now, _ = walk(t, third...).State().mediationClock(); now.State != ClockPassed {
		t.Fatalf("%+v", now)
	}
	refused(t, third, by(machine, "2026-08-21", passed), "moved_on", "")
}

func TestWhatReopensACase(t *testing.T) {
	terminated := append(mediated(), terminate("TM_REFUSED"))
	withdrawn := append(mediated(), by(consumer, "2026-06-05", Withdraw{}))
	for _, tt := range []struct {
		name string
		past []Command
		do   Reopen
		code string
	}{
		{"not ended", mediated(), Reopen{Basis: ReopenError}, "not_ended"},
		{"no basis", terminated, Reopen{}, "basis_unknown"},
		{"a withdrawal is no decision", withdrawn, Reopen{Basis: ReopenReview}, "basis_does_not_fit"},
		{"an agreement rests on the sides' will", ended(), Reopen{Basis: ReopenEvidence}, "basis_does_not_fit"},
		{"it was performed", ended(), Reopen{Basis: ReopenBroken}, "basis_does_not_fit"},
		{"never accepted", append(received(), by(consumer, "2026-06-02", Withdraw{})), Reopen{Basis: ReopenError, Stage: StageMediation}, "stage_not_reached"},
		{"no such stage", terminated, Reopen{Basis: ReopenError, Stage: "court"}, "stage_unknown"},
		{"before its end", terminated, Reopen{Basis: ReopenError, Occurred: onBecause("2026-06-19")}, "before_cause"},
		{"in the direct lane", []Command{file(LaneDirect), by(consumer, "2026-06-02", Withdraw{})}, Reopen{Basis: ReopenError}, "not_competent_lane"},
	} {
		tt.do.Reason = words()
		refused(t, tt.past, by(officer, "2026-07-01", tt.do), tt.code, "")
	}
	refused(t, terminated, by(officer, "2026-07-01", Reopen{Basis: ReopenError}), "reason_required", "FANGXIN.reopening")
	refused(t, terminated, by(consumer, "2026-07-01", Reopen{Basis: ReopenError, Reason: words()}), "not_your_part", "")
	// Back to acceptance: it is decided upon anew, and the merchant's part ends.
	s := walk(t, append(terminated, reopen(ReopenError, StageAcceptance, "2026-07-01"))...).State()
	if s.Status != StatusReceived || !s.AcceptedOn.IsZero() {
		t.Fatalf("%s %s", s.Status, s.AcceptedOn)
	}
	if c, _ := s.Clock(statute.ClockAccept); c.StartedOn != day("2026-07-01") || c.State != ClockRunning {
		t.Fatalf("%+v", c)
	}
}

// Agreed by instalments, broken, ended: an agreement is not enforceable by itself, the
// sides are told that they can sue (form 9), and what was paid stays known.
func TestABrokenAgreementIsEndedOrMediatedAnew_Order121Arts23And25(t *testing.T) {
	past := append(broken(), by(officer, "2026-07-03", Terminate{Ground: "TM_REFUSED", Party: Merchant, Reason: words()}))
	s := walk(t, past...).State()
	if s.Status != StatusTerminated || s.Outcome != OutcomeNoAgreement || s.Agreement != nil {
		t.Fatalf("%s %s", s.Status, s.Outcome)
	}
	if e := s.Earlier[0]; e.Outcome != OutcomeAgreement || e.Performance != PerformanceNotInTime || e.Agreement == nil || e.Basis != ReopenBroken {
		t.Fatalf("%+v", e)
	}
	for _, c := range s.Clocks {
		if isPerformance(c.Rule) && c.Open() {
			t.Errorf("%s is still %s", c.Rule, c.State)
		}
	}
	past = bothTold(past, "2026-07-04")
	if err := walk(t, past...).When(by(officer, "2026-07-06", Close{})).Err(); err != nil {
		t.Fatal(err)
	}
	refused(t, inParts(), by(officer, "2026-06-25", Terminate{Ground: "TM_REFUSED"}), "ended", "")
	again := append(broken(), reopen(ReopenBroken, "", "2026-07-03"),
		by(officer, "2026-07-05", document(Terms{Kind: "refund", AmountFen: 200000, PerformBy: day("2026-08-01")})))
	s = walk(t, again...).State()
	if c, _ := s.Clock(ClockPerform); s.Status != StatusAgreed || c.Due != day("2026-08-01") || s.Performance != PerformanceDue {
		t.Fatalf("%s %+v", s.Status, c)
	}
}

// The register tells nothing of an end that no longer stands; the next end is reviewed anew.
func TestTheRecordOfAReopenedCaseIsWithdrawn(t *testing.T) {
	past := append(broken(), by(officer, "2026-07-03", ReviewDisclosure{}), by(officer, "2026-07-13", Publish{}))
	o := walk(t, past...).When(reopen(ReopenBroken, "", "2026-07-14"))
	if e, ok := o.Events()[0].(*DisclosureWithdrawn); !ok || e.Class != whyReopened || e.On != day("2026-07-14") {
		t.Fatalf("%+v", o.Events())
	}
	past = append(past, reopen(ReopenBroken, "", "2026-07-14"))
	refused(t, past, by(officer, "2026-07-15", ReviewDisclosure{}), "not_ended", "")
	past = bothTold(append(past, by(officer, "2026-07-15", Terminate{Ground: "TM_REFUSED"})), "2026-07-15")
	s := walk(t, past...).When(by(officer, "2026-07-16", ReviewDisclosure{})).State()
	if s.Disclosure.State != DisclosureTold || s.Disclosure.Record.Outcome != OutcomeNoAgreement {
		t.Fatalf("%+v", s.Disclosure)
	}
	waiting := append(notified(), reopen(ReopenError, "", "2026-06-25"))
	if c, _ := walk(t, waiting...).State().Clock(statute.ClockPubObject); c.Open() {
		t.Fatal("a record of no end waits for an objection")
	}
	refused(t, append(past, by(officer, "2026-07-16", ReviewDisclosure{})), by(officer, "2026-07-16", WithdrawDisclosure{Class: whyReopened}), "not_public", "")
}

// Spot checks and call backs assess the handling and change nothing (art 26).
func TestCallBacksChangeNothing_Order121Art26(t *testing.T) {
	call := CallBack{Kind: "call_back", Asked: Consumer, Reached: true, Result: words()}
	before := walk(t, ended()...).State()
	s := walk(t, append(ended(), by(officer, "2026-06-25", call))...).State()
	if s.Outcome != before.Outcome || s.Status != before.Status || s.Rating != nil || s.Performance != before.Performance || len(s.CallBacks) != 1 {
		t.Fatalf("%+v", s)
	}
	refused(t, mediated(), by(officer, "2026-06-25", call), "not_ended", "ORD-121.26")
	refused(t, ended(), by(consumer, "2026-06-25", call), "not_your_part", "")
	for code, c := range map[string]CallBack{
		"kind_unknown":   {Kind: "visit"},
		"party_required": {Kind: "call_back", Asked: Office},
		"text_required":  {Kind: "spot_check", Reached: true},
	} {
		refused(t, ended(), by(officer, "2026-06-25", c), code, "ORD-121.26")
	}
	old := append(mediatedUnder("2024-06-03"), by(officer, "2024-06-10", Terminate{Ground: "TM_REFUSED"}))
	refused(t, old, by(officer, "2024-06-12", CallBack{Kind: "visit"}), "kind_unknown", "FANGXIN.case")
}

// Outcome, the consumer's own view and the state of the case are three facts: no command
// but its own changes the view, and the view changes neither of the others.
func TestOutcomeViewAndStatusAreThreeFacts(t *testing.T) {
	d := NewDecider(law(t))
	rapid.Check(t, func(t *rapid.T) {
		l := life{d: d, at: at("2026-06-01"), state: d.Initial()}
		l.do(t, Command{At: l.at, Actor: consumer, Do: filing(LaneDepartment)})
		for range rapid.IntRange(1, 40).Draw(t, "steps") {
			l.at = l.at.Add(30 * 60 * 1e9 * 17)
			before := l.state
			action := rapid.SampledFrom(wellFormed(before, calendar.DateOf(l.at))).Draw(t, "action")
			actor := rapid.SampledFrom([]Actor{consumer, merchant, officer, officer}).Draw(t, "actor")
			l.do(t, Command{At: l.at, Actor: actor, Do: action})
			_, rates := action.(Rate)
			switch {
			case !rates && l.state.Rating != before.Rating:
				t.Fatalf("%T changed the consumer's view", action)
			case rates && (l.state.Outcome != before.Outcome || l.state.Status != before.Status || l.state.Performance != before.Performance):
				t.Fatal("the consumer's view changed the case")
			}
		}
	})
}

// A second end can be seen otherwise than the first; the first view stays until then.
func TestAReopenedCaseIsRatedAnew(t *testing.T) {
	rated := append(mediated(), terminate("TM_REFUSED"), by(consumer, "2026-06-24", Rate{View: ViewNot}))
	refused(t, rated, by(consumer, "2026-06-25", Rate{View: ViewPartly}), "already_rated", "")
	past := append(rated, reopen(ReopenError, "", "2026-06-25"))
	if s := walk(t, past...).State(); s.Rating == nil || s.Rating.View != ViewNot {
		t.Fatal("reopening took the view away")
	}
	past = append(past, by(officer, "2026-06-26", document(terms())))
	if s := walk(t, past...).When(by(consumer, "2026-06-27", Rate{View: ViewResolved})).State(); s.Rating.View != ViewResolved {
		t.Fatal(s.Rating)
	}
}

// Talks between the sides delay nothing: whatever they offer, the limits are those of the
// same case without it (Order 121 arts 15, 18 and 23).
func TestTalksDelayNothing(t *testing.T) {
	for _, past := range [][]Command{confirmed(), mediated()} {
		quiet := walk(t, past...).State()
		s := walk(t, append(past, offer(merchant, "f-1", "", "2026-06-05"), offer(consumer, "f-2", "f-1", "2026-06-06"),
			by(merchant, "2026-06-07", RefuseOffer{Offer: "f-2"}), offer(consumer, "f-3", "", "2026-06-08"),
			by(consumer, "2026-06-08", WithdrawOffer{Offer: "f-3"}))...).State()
		if len(s.Clocks) != len(quiet.Clocks) {
			t.Fatal("talks made a clock")
		}
		for i, c := range s.Clocks {
			if c.Clock != quiet.Clocks[i].Clock || c.State != quiet.Clocks[i].State {
				t.Errorf("%+v, quiet %+v", c, quiet.Clocks[i])
			}
		}
	}
	direct := []Command{file(LaneDirect), confirm(), offer(merchant, "f-1", "", "2026-06-03")}
	up := by(consumer, "2026-06-04", ChangeLane{To: LaneDepartment, Wording: "w"})
	if c, _ := walk(t, append(direct, up)...).State().Clock(statute.ClockAccept); c.StartedOn != day("2026-06-04") {
		t.Fatalf("an open offer delayed the filing: %+v", c)
	}
}
