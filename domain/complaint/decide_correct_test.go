package complaint

import (
	"testing"

	"fangxin/domain/calendar"
	"fangxin/domain/statute"
)

// corrections that could be sensible in a state.
func corrections(s State) []Action {
	list := []Action{
		Correct{Field: FieldAmount, Value: "100", Reason: words()}, Correct{Field: FieldCategory, Value: "food", Reason: words()},
		Correct{Field: FieldSold, Value: "online", Reason: words()}, Correct{Field: FieldItem, Value: "电视机", Reason: words()},
		Correct{Field: FieldRegion, Value: "150104", Reason: words()}, Correct{Field: FieldBought, Value: "2026-05-19", Reason: words()},
		Correct{Field: FieldDelivered, Value: "2026-05-21", Reason: words()},
	}
	moved := func(field, of string, on calendar.Date) {
		if !on.IsZero() {
			list = append(list, Correct{Field: field, Of: of, Value: (on + 1).String(), Reason: words()}, Correct{Field: field, Of: of, Value: (on - 1).String(), Reason: words()})
		}
	}
	moved(FieldReceived, "", s.ReceivedOn)
	moved(FieldAccepted, "", s.AcceptedOn)
	moved(FieldEnded, "", s.EndedOn)
	moved(FieldClosed, "", s.ClosedOn)
	for _, n := range s.Notices {
		moved(FieldSent, n.Notice, n.SentOn)
	}
	for _, p := range s.Performances {
		moved(FieldPerformed, "", p.Occurred.On)
	}
	return list
}

func correct(when, field, value string) Command {
	return by(officer, when, Correct{Field: field, Value: value, Reason: words()})
}

// A letter that the office enters: its days are entered by hand.
func letter() []Command {
	f := filing(LaneDepartment)
	f.Channel, f.ReceivedOn = "letter", on("2026-05-29")
	return []Command{by(officer, "2026-06-01", f), confirm()}
}

func corrected(t *testing.T, past []Command, c Command) (*Corrected, State) {
	t.Helper()
	d := NewDecider(law(t))
	s := standing(t, d, past)
	events, err := d.Decide(s, c)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range events {
		s = d.Evolve(s, e)
	}
	return events[0].(*Corrected), s
}

// What was bought, for how much and where: before and after both stand in the fact, and
// the filing itself is not touched.
func TestWhatWasFiledIsCorrectedByAnotherFact(t *testing.T) {
	for field, want := range map[string][2]string{
		FieldAmount: {"259900", "25990"}, FieldCategory: {"appliances", "food"}, FieldItem: {"洗衣机", "烘干机"},
		FieldSold: {"offline", "online"}, FieldRegion: {"150102", "150104"},
		FieldBought: {"2026-05-20", "2026-05-02"}, FieldDelivered: {"", "2026-05-22"},
	} {
		d := NewDecider(law(t))
		before := standing(t, d, mediated())
		e, s := corrected(t, mediated(), correct("2026-06-10", field, want[1]))
		if e.Event != "filed" || e.Field != field || e.Was != want[0] || e.Now != want[1] || e.Reason == nil || e.On != day("2026-06-10") {
			t.Errorf("%s: %+v", field, e)
		}
		if len(s.Corrections) != 1 || s.Filing == before.Filing || before.Filing.Purchase.AmountFen != 259900 || s.Region != before.Region {
			t.Errorf("%s: %+v", field, s.Filing)
		}
		refused(t, append(mediated(), correct("2026-06-10", field, want[1])), correct("2026-06-11", field, want[1]), "nothing_corrected", "")
	}
	_, s := corrected(t, mediated(), correct("2026-06-10", FieldItem, "打电话 13812345678"))
	if s.Filing.Purchase.Name == "打电话 13812345678" {
		t.Error("a phone number in the name of an item stands open")
	}
	e, s := corrected(t, []Command{file(LaneDirect)}, correct("2026-06-10", FieldRegion, "150104"))
	if !e.Moves || s.Region != "150104" {
		t.Errorf("no office has it, and it lies at %s: %+v", s.Region, e)
	}
}

// Order 121 art 15: the seven working days run from receipt, whichever day it really was.
func TestACorrectedReceiptRedatesAcceptance(t *testing.T) {
	d := NewDecider(law(t))
	before, _ := standing(t, d, letter()).Clock(statute.ClockAccept)
	e, s := corrected(t, letter(), correct("2026-06-03", FieldReceived, "2026-05-27"))
	c, _ := s.Clock(statute.ClockAccept)
	if e.Event != "filed" || len(e.Clocks) != 1 || s.ReceivedOn != day("2026-05-27") || s.Filing.ReceivedOn.On != s.ReceivedOn {
		t.Fatalf("%+v", e)
	}
	if c.StartedOn != day("2026-05-27") || c.Due != day("2026-06-05") || c.State != ClockRunning {
		t.Errorf("%+v, was %+v", c, before)
	}
	// On the right day the decision came too late, or in time.
	told := append(letter(), accept(), tell("n-1", AboutAcceptance, Consumer, "2026-06-09"))
	if c, _ := standing(t, d, told).Clock(statute.ClockAccept); c.State != ClockMet {
		t.Fatalf("%+v", c)
	}
	e, s = corrected(t, told, correct("2026-06-10", FieldReceived, "2026-05-27"))
	if c, _ := s.Clock(statute.ClockAccept); c.State != ClockMetLate || len(e.Met) != 1 || len(e.Clocks) != 0 {
		t.Errorf("%+v", c)
	}
	_, s = corrected(t, append(told, correct("2026-06-10", FieldReceived, "2026-05-27")), correct("2026-06-10", FieldReceived, "2026-05-29"))
	if c, _ := s.Clock(statute.ClockAccept); c.State != ClockMet {
		t.Errorf("corrected back: %+v", c)
	}
}

// Art 15: decided and told. The day on which the notice went out decides too.
func TestACorrectedNoticeIsJudgedAnew(t *testing.T) {
	past := append(confirmed(), accept(), tell("n-1", AboutAcceptance, Consumer, "2026-06-12"))
	c := by(officer, "2026-06-15", Correct{Field: FieldSent, Of: "n-1", Value: "2026-06-09", Reason: words()})
	before, _ := standing(t, NewDecider(law(t)), past).Clock(statute.ClockAccept)
	e, s := corrected(t, past, c)
	now, _ := s.Clock(statute.ClockAccept)
	if before.State != ClockMetLate || now.State != ClockMet || now.MetOn != day("2026-06-09") || e.Event != "notice" || s.Notices[0].SentOn != now.MetOn {
		t.Errorf("%+v, was %+v", now, before)
	}
}

// Art 23: sixty days from acceptance; a limit that passed on the wrong day runs again.
func TestACorrectedAcceptanceRedatesMediation(t *testing.T) {
	before, _ := standing(t, NewDecider(law(t)), mediated()).mediationClock()
	_, s := corrected(t, mediated(), correct("2026-06-10", FieldAccepted, "2026-06-02"))
	now, _ := s.mediationClock()
	if s.AcceptedOn != day("2026-06-02") || now.StartedOn != day("2026-06-02") || now.Due > before.Due {
		t.Errorf("%+v, was %+v", now, before)
	}
	over := append(mediated(), by(machine, "2026-08-20", RecordDeadlinePassed{Rule: before.Rule, Due: before.Due}))
	c := correct("2026-08-20", FieldAccepted, "2026-06-04")
	if _, s = corrected(t, over, c); s.Clocks[1].State != ClockRunning {
		t.Errorf("%+v", s.Clocks)
	}
}

// An end on another day: mediation is judged anew and the notice of it (art 23) counted anew.
func TestACorrectedEnd(t *testing.T) {
	past := append(mediated(), terminate("TM_REFUSED"))
	e, s := corrected(t, past, correct("2026-06-25", FieldEnded, "2026-06-18"))
	c, _ := s.Clock(statute.ClockTermNotice)
	m, _ := s.mediationClock()
	if e.Event != "terminated" || c.StartedOn != day("2026-06-18") || m.MetOn != day("2026-06-18") || s.Terminated.Occurred.On != s.EndedOn {
		t.Errorf("%+v %+v", c, m)
	}
	_, s = corrected(t, agreed(), correct("2026-06-25", FieldEnded, "2026-06-18"))
	if s.Agreement.On != day("2026-06-18") {
		t.Errorf("%+v", s.Agreement)
	}
	_, s = corrected(t, append(received(), decline("NA1_SCOPE")), correct("2026-06-25", FieldEnded, "2026-06-02"))
	if s.Declined.Occurred.On != day("2026-06-02") {
		t.Errorf("%+v", s.Declined)
	}
}

// A performance on another day is in time or late by that day; a close moves retention.
func TestACorrectedPerformanceAndClose(t *testing.T) {
	past := append(agreed(), by(officer, "2026-07-15", Perform{Evidence: []string{"e"}, Occurred: onBecause("2026-07-12")}))
	before, _ := standing(t, NewDecider(law(t)), past).Clock(ClockPerform)
	_, s := corrected(t, past, correct("2026-07-16", FieldPerformed, "2026-07-09"))
	if c, _ := s.Clock(ClockPerform); before.State != ClockMetLate || c.State != ClockMet || s.Performances[0].Occurred.On != day("2026-07-09") {
		t.Errorf("%+v, was %+v", c, before)
	}
	_, s = corrected(t, closedCase(), correct("2026-06-26", FieldClosed, "2026-06-23"))
	if s.ClosedOn != day("2026-06-23") || s.People.Retention.From != s.ClosedOn {
		t.Errorf("%s %+v", s.ClosedOn, s.People.Retention)
	}
}

func TestWhatIsNotCorrected(t *testing.T) {
	refused(t, mediated(), correct("2026-06-10", "facts", "x"), "not_correctable", "")
	refused(t, mediated(), correct("2026-06-10", FieldEnded, "2026-06-09"), "nothing_entered", "")
	refused(t, mediated(), correct("2026-06-10", FieldSent, "2026-06-09"), "nothing_entered", "")
	refused(t, mediated(), correct("2026-06-10", FieldReceived, "2026-05-30"), "day_recorded", "")
	refused(t, mediated(), by(officer, "2026-06-10", Correct{Field: FieldAmount, Value: "1"}), "reason_required", "")
	for field, value := range map[string]string{FieldAmount: "-1", FieldCategory: "moon", FieldItem: "", FieldSold: "air", FieldRegion: "999999", FieldBought: "2026-02-30"} {
		if r := refused(t, mediated(), correct("2026-06-10", field, value), "value_invalid", ""); r.Pointer != "/value" {
			t.Errorf("%s: %s", field, r.Pointer)
		}
	}
	refused(t, mediated(), correct("2026-06-10", FieldAccepted, "2026-06-11"), "in_future", "ORD-121.45")
	refused(t, mediated(), correct("2026-06-10", FieldAccepted, "2026-05-29"), "before_filing", "ORD-121.45")
	refused(t, mediated(), correct("2026-06-10", FieldAccepted, "2026-06-05"), "days_out_of_order", "ORD-121.45")
	refused(t, mediated(), correct("2026-06-10", FieldBought, "2026-06-02"), "days_out_of_order", "")
	refused(t, letter(), correct("2026-06-10", FieldReceived, "2026-06-02"), "days_out_of_order", "")
	for _, a := range []Actor{consumer, merchant, machine} {
		c := correct("2026-06-10", FieldAmount, "1")
		c.Actor = a
		refused(t, mediated(), c, "not_your_part", "")
	}
}

// What a decision rests on is not corrected under it; the refusal says which decision.
func TestADecisionThatHangsOnAFact(t *testing.T) {
	refused(t, disputed(), correct("2026-06-10", FieldRegion, "150104"), "hangs_on_dispute", "ORD-121.33")
	settled := append(disputed(), by(officer, "2026-06-10", DecideJurisdiction{Region: "150102", By: ByAgreement}))
	refused(t, settled, correct("2026-06-11", FieldRegion, "150104"), "hangs_on_jurisdiction", "ORD-121.33")

	// Order 121 came into force on 2026-04-15; no clause carries pending cases over.
	f := filing(LaneDepartment)
	f.Channel, f.ReceivedOn, f.Purchase.BoughtOn = "letter", on("2026-04-16"), day("2026-03-01")
	refused(t, []Command{by(officer, "2026-04-16", f)}, correct("2026-04-17", FieldReceived, "2026-04-14"), "hangs_on_ruleset", "ORD-121.46")

	// Art 23(5): ended because sixty days were over, which on the right day they were not.
	late := append(mediated(), by(officer, "2026-08-04", Terminate{Ground: "TM_TIMEOUT"}))
	refused(t, late, correct("2026-08-05", FieldEnded, "2026-08-01"), "hangs_on_timeout", "ORD-121.23")
}

// A record on the register is corrected by the fact, with its day; one that the merchant
// was shown is shown anew; one it objects to is put right under the objection.
func TestTheRegisterFollows(t *testing.T) {
	public := append(notified(), by(officer, "2026-07-02", Publish{}))
	e, s := corrected(t, public, correct("2026-07-03", FieldCategory, "food"))
	if c, ok := s.Clock("PUB.CORRECT"); !ok || c.StartedOn != day("2026-07-03") || c.Due != day("2026-07-08") {
		t.Errorf("it is reviewed again within three working days: %+v", c)
	}
	if e.Record == nil || e.Record.Category != "food" || e.Record.Summary != "已退款" || s.Disclosure.State != DisclosurePublic || s.Disclosure.Record.Category != "food" {
		t.Errorf("%+v", e)
	}
	if e, _ := corrected(t, public, correct("2026-07-03", FieldItem, "烘干机")); e.Record != nil {
		t.Error("the register does not show the item")
	}
	d := NewDecider(law(t))
	events, err := d.Decide(standing(t, d, notified()), correct("2026-06-26", FieldCategory, "food"))
	if err != nil || len(events) != 4 {
		t.Fatal(events, err)
	}
	if again := events[1].(*DisclosureNotified); again.Record.Category != "food" || again.Clock.StartedOn != day("2026-06-26") {
		t.Errorf("%+v", again)
	}
	if e, s := corrected(t, objected(), correct("2026-06-26", FieldCategory, "food")); e.Record == nil || s.Disclosure.State != DisclosureContested {
		t.Errorf("%+v", e)
	}
}

// Order 121 art 40: what was entered there is entered anew.
func TestACorrectedActIsEnteredAnew(t *testing.T) {
	past := append(mediated(), by(officer, "2026-06-05", RecordSync{Act: ActAccepted, State: SyncEntered, On: day("2026-06-05")}))
	_, s := corrected(t, past, correct("2026-06-10", FieldAccepted, "2026-06-02"))
	for _, a := range s.Sync() {
		if a.Act == ActAccepted && a.State != SyncToEnter {
			t.Errorf("%+v", a)
		}
	}
}
