package complaint

import (
	"testing"
	"time"

	"fangxin/domain/calendar"
	"fangxin/domain/statute"
)

// Time, place and mediator of a session on site are announced beforehand; by telephone
// the sides are reached when they are reached.
func TestSessionsOnSiteAreAnnouncedBeforehand_Order121Art20(t *testing.T) {
	sound := ScheduleSession{Session: "s-1", Form: FormOnSite, On: day("2026-06-15"), Time: "14:30", Place: words(), Mediator: "o-1"}
	for code, change := range map[string]func(*ScheduleSession){
		"form_unknown":   func(a *ScheduleSession) { a.Form = "letter" },
		"date_missing":   func(a *ScheduleSession) { a.On = 0 },
		"date_order":     func(a *ScheduleSession) { a.On = day("2026-06-02") },
		"time_required":  func(a *ScheduleSession) { a.Time = "" },
		"place_required": func(a *ScheduleSession) { a.Place = nil },
		"not_beforehand": func(a *ScheduleSession) { a.On = day("2026-06-09") },
		"session_exists": func(a *ScheduleSession) { a.Session = "" },
	} {
		a := sound
		change(&a)
		refused(t, mediated(), by(officer, "2026-06-10", a), code, "")
	}
	bad := sound
	bad.Time = "25:00"
	refused(t, mediated(), by(officer, "2026-06-10", bad), "time_required", "ORD-121.20")
	refused(t, confirmed(), by(officer, "2026-06-10", sound), "not_accepted", "ORD-121.18")
	refused(t, mediated(), by(merchant, "2026-06-10", sound), "not_your_part", "")
	// On the day itself: before its hour, not after; entered later, an earlier day shows it.
	if err := walk(t, mediated()...).When(by(officer, "2026-06-15 14:29", sound)).Err(); err != nil {
		t.Error(err)
	}
	refused(t, mediated(), by(officer, "2026-06-15 14:30", sound), "not_beforehand", "ORD-121.20")
	late := sound
	late.Occurred = onBecause("2026-06-12")
	if err := walk(t, mediated()...).When(by(officer, "2026-06-18", late)).Err(); err != nil {
		t.Error(err)
	}
	late.Occurred = onBecause("2026-06-15")
	refused(t, mediated(), by(officer, "2026-06-18", late), "not_beforehand", "ORD-121.20")
	// What nobody announced is held remotely only.
	held := HoldSession{Session: "s-2", Form: FormOnSite, Present: []Party{Consumer, Merchant}, Result: SessionAdjourned, Record: words()}
	refused(t, mediated(), by(officer, "2026-06-10", held), "not_beforehand", "ORD-121.20")
}

func TestOneSessionAtATimeIsMovedCancelledOrHeld(t *testing.T) {
	past := append(mediated(), onSite("2026-06-10", "2026-06-15"))
	again := ScheduleSession{Session: "s-2026-06-15", Again: true, Form: FormOnSite, On: day("2026-06-17"), Time: "09:00", Place: words(), Reason: words()}
	refused(t, past, onSite("2026-06-11", "2026-06-16"), "session_scheduled", "ORD-121.20")
	other := again
	other.Session = "s-9"
	refused(t, past, by(officer, "2026-06-11", other), "session_unknown", "ORD-121.20")
	other = again
	other.Reason = nil
	refused(t, past, by(officer, "2026-06-11", other), "reason_required", "")
	past = append(past, by(merchant, "2026-06-11", CannotAttend{Reason: words()}))
	moved := append(past, by(officer, "2026-06-12", again))
	s := walk(t, moved...).State()
	if is := s.Mediation.Sessions[0]; len(s.Mediation.Sessions) != 1 || is.Moved != 1 || is.On != day("2026-06-17") || len(is.Excuses) != 0 || is.Mediator != "o-1" {
		t.Fatalf("%+v", is)
	}
	if c, _ := s.Clock(statute.DateHearing); c.Due != day("2026-06-17") || c.State != ClockRunning {
		t.Fatalf("%+v", c)
	}
	refused(t, moved, by(officer, "2026-06-16", HoldSession{Present: []Party{Consumer}, Absent: []Absence{{Party: Merchant}}, Result: SessionAdjourned, Record: words()}), "session_not_due", "")
	refused(t, moved, by(officer, "2026-06-18", HoldSession{Present: []Party{Consumer, Merchant}, Result: SessionAdjourned, Record: words(), Occurred: on("2026-06-18")}), "session_other_day", "ORD-121.20")
	cancelled := append(moved, by(officer, "2026-06-15", CancelSession{Reason: words()}))
	s = walk(t, cancelled...).State()
	if c, _ := s.Clock(statute.DateHearing); c.State != ClockLapsed || s.Mediation.Sessions[0].State != SessionCancelled {
		t.Fatalf("%+v", c)
	}
	refused(t, cancelled, by(officer, "2026-06-15", CancelSession{Reason: words()}), "no_session", "ORD-121.20")
	refused(t, mediated(), by(consumer, "2026-06-15", CannotAttend{Reason: words()}), "no_session", "ORD-121.20")
}

func TestASideSaysThatItCannotCome_Order121Art20(t *testing.T) {
	past := append(mediated(), onSite("2026-06-10", "2026-06-15"))
	refused(t, past, by(officer, "2026-06-11", CannotAttend{Reason: words()}), "party_required", "")
	refused(t, past, by(consumer, "2026-06-11", CannotAttend{Party: Merchant, Reason: words()}), "not_for_another", "FANGXIN.access")
	refused(t, past, by(consumer, "2026-06-12", CannotAttend{Reason: words(), Occurred: on("2026-06-11")}), "not_backdated", "")
	refused(t, past, by(consumer, "2026-06-11", CannotAttend{}), "reason_required", "")
	walk(t, past...).When(by(officer, "2026-06-11", CannotAttend{Party: Merchant, Reason: words()})).
		Then(t, &AbsenceAnnounced{Session: "s-2026-06-15", By: Merchant, Reason: words(), Occurred: Occurred{On: day("2026-06-11"), Source: "record"}})
	past = append(past, by(consumer, "2026-06-11", CannotAttend{Reason: words()}))
	refused(t, past, by(consumer, "2026-06-12", CannotAttend{Reason: words()}), "already_said", "")
}

func TestWhoCameIsSaidOfEachSide(t *testing.T) {
	hold := func(change func(*HoldSession)) Command {
		a := HoldSession{Session: "s-1", Form: "video", Present: []Party{Consumer, Merchant}, Result: SessionAgreed, Record: words()}
		change(&a)
		return by(officer, "2026-06-10", a)
	}
	for code, change := range map[string]func(*HoldSession){
		"who_came":        func(a *HoldSession) { a.Present = []Party{Consumer} },
		"result_unknown":  func(a *HoldSession) { a.Result = "fine" },
		"record_required": func(a *HoldSession) { a.Record = nil },
		"side_missing": func(a *HoldSession) {
			a.Present, a.Absent = []Party{Consumer}, []Absence{{Party: Merchant, Excused: true}}
		},
		"form_unknown": func(a *HoldSession) { a.Form = "" },
	} {
		refused(t, mediated(), hold(change), code, "")
	}
	refused(t, mediated(), hold(func(a *HoldSession) { a.Absent = []Absence{{Party: Consumer}} }), "who_came", "ORD-121.20")
	refused(t, mediated(), hold(func(a *HoldSession) { a.Present = append(a.Present, Office) }), "who_came", "")
}

// Art 21: an application for recusal suspends the sessions, and the period runs on.
func TestWhileARecusalIsOpenNobodySits_Order121Art21(t *testing.T) {
	notice := onSite("2026-06-10", "2026-06-15").Do.(ScheduleSession)
	notice.RecuseBy = day("2026-06-12")
	past := append(mediated(), by(officer, "2026-06-10", notice))
	before := walk(t, past...).State()
	if c, _ := before.Clock(statute.DateRecusal); c.Due != day("2026-06-12") {
		t.Fatalf("%+v", c)
	}
	asked := append(past, by(consumer, "2026-06-11", Recuse{Reason: words()}))
	s := walk(t, asked...).State()
	was, _ := before.mediationClock()
	now, _ := s.mediationClock()
	if now.Clock != was.Clock || now.Paused() || s.Mediation.Recusal.Person != "o-1" {
		t.Fatalf("%+v", now)
	}
	if c, _ := s.Clock(statute.DateRecusal); c.State != ClockMet {
		t.Fatalf("%+v", c)
	}
	refused(t, asked, by(officer, "2026-06-15 15:00", HoldSession{Present: []Party{Consumer, Merchant}, Result: SessionAdjourned, Record: words()}), "mediation_suspended", "ORD-121.21")
	refused(t, asked, by(officer, "2026-06-15", document(terms())), "mediation_suspended", "ORD-121.21")
	other := officer
	other.ID = "o-2"
	granted := append(asked, by(other, "2026-06-12", DecideRecusal{Granted: true, Replaced: "o-3"}))
	s = walk(t, granted...).State()
	if is, _ := s.Mediation.scheduled(); is.Mediator != "o-3" {
		t.Fatalf("%+v", is)
	}
	again := ScheduleSession{Session: "s-2026-06-15", Again: true, Form: "video", On: day("2026-06-16"), Mediator: "o-1", Reason: words()}
	refused(t, granted, by(other, "2026-06-12", again), "mediator_recused", "ORD-121.21")
}

// The time to ask for recusal (form 7) is nobody's duty: that it passed is recorded once, and
// leaves nothing open. The day of a session that nobody held stays open.
func TestDatesOfSessionsPass(t *testing.T) {
	notice := onSite("2026-06-10", "2026-06-15").Do.(ScheduleSession)
	notice.RecuseBy = day("2026-06-12")
	past := append(mediated(), by(officer, "2026-06-10", notice),
		by(machine, "2026-06-13", RecordDeadlinePassed{Rule: statute.DateRecusal, Due: day("2026-06-12")}),
		by(machine, "2026-06-16", RecordDeadlinePassed{Rule: statute.DateHearing, Due: day("2026-06-15")}))
	s := walk(t, past...).State()
	r, _ := s.Clock(statute.DateRecusal)
	h, _ := s.Clock(statute.DateHearing)
	if r.State != ClockLapsed || !r.Passed || h.State != ClockPassed || s.Status != StatusAccepted {
		t.Fatalf("%+v %+v", r, h)
	}
	refused(t, past, by(machine, "2026-06-16", RecordDeadlinePassed{Rule: statute.DateRecusal, Due: day("2026-06-12")}), "moved_on", "")
}

// Art 24: after mediation on site a document, unless performed at once or waived by both;
// signed by both and sealed, three copies; without a document a record.
func TestFormsOfAgreement_Order121Art24(t *testing.T) {
	both := []Party{Consumer, Merchant}
	remote := append(mediated(), byPhone("2026-06-15"))
	site := append(mediated(), onSite("2026-06-10", "2026-06-15"),
		by(officer, "2026-06-15 16:00", HoldSession{Present: both, Result: SessionAgreed, Record: words()}))
	never := mediated()
	for _, tt := range []struct {
		name string
		past []Command
		do   Agree
		code string
	}{
		{"remote, record", remote, Agree{Form: FormRecord}, ""},
		{"remote, document", remote, document(Terms{}), ""},
		{"on site, record", site, Agree{Form: FormRecord, Record: words()}, "document_required"},
		{"on site, document", site, document(Terms{}), ""},
		{"on site, performed at once", site, Agree{Form: FormPerformed}, ""},
		{"on site, waived by both", site, Agree{Form: FormWaived, SignedBy: both}, ""},
		{"on site, waived by one", site, Agree{Form: FormWaived, SignedBy: both[:1]}, "waiver_incomplete"},
		{"unsigned", site, Agree{Form: FormDocument, SignedBy: both[1:], Sealed: true, Copies: 3}, "signatures_missing"},
		{"signed twice by one", site, Agree{Form: FormDocument, SignedBy: []Party{Consumer, Consumer}, Sealed: true, Copies: 3}, "signatures_missing"},
		{"without seal", site, Agree{Form: FormDocument, SignedBy: both, Copies: 3}, "seal_missing"},
		{"two copies", site, Agree{Form: FormDocument, SignedBy: both, Sealed: true, Copies: 2}, "copies_missing"},
		{"no record at all", never, Agree{Form: FormRecord}, "record_required"},
		{"performed, no record", never, Agree{Form: FormPerformed}, "record_required"},
		{"recorded with the agreement", never, Agree{Form: FormRecord, Record: words()}, ""},
		{"by handshake", remote, Agree{Form: "handshake"}, "form_unknown"},
	} {
		tt.do.Terms = terms()
		if tt.code != "" {
			refused(t, tt.past, by(officer, "2026-06-20", tt.do), tt.code, "ORD-121.24")
		} else if err := walk(t, tt.past...).When(by(officer, "2026-06-20", tt.do)).Err(); err != nil {
			t.Errorf("%s: %v", tt.name, err)
		}
	}
	s := walk(t, remote...).When(by(officer, "2026-06-20", Agree{Form: FormPerformed, Terms: terms()})).State()
	if _, runs := s.Clock(ClockPerform); s.Performance != PerformanceDone || runs {
		t.Errorf("performed at once: %s", s.Performance)
	}
	refused(t, site, by(officer, "2026-06-20", Agree{Form: FormPerformed, Terms: terms(), Occurred: onBecause("2026-06-12")}), "before_cause", "")
}

// Every ground of the law needs its facts (Order 20 art 21, Order 121 art 23).
func TestGroundsOfTerminationNeedTheirFacts(t *testing.T) {
	old := mediatedUnder("2024-06-03")
	between := mediatedUnder("2025-06-03")
	for _, tt := range []struct {
		name string
		past []Command
		do   Terminate
		code string
		rule string
	}{
		{"nobody sat", mediated(), Terminate{Ground: "TM_NO_SHOW"}, "nobody_stayed_away", "ORD-121.23(2)"},
		{"nobody sat, Order 20", old, Terminate{Ground: "TM_NO_SHOW"}, "nobody_stayed_away", "ORD-20.21(3)"},
		{"stayed away", append(mediated(), stayedAway("2026-06-15")), Terminate{Ground: "TM_NO_SHOW"}, "", ""},
		{"the other stayed away", append(mediated(), stayedAway("2026-06-15")), Terminate{Ground: "TM_NO_SHOW", Party: Consumer}, "nobody_stayed_away", "ORD-121.23(2)"},
		{"with good reason", append(mediated(), excused("2026-06-15")), Terminate{Ground: "TM_NO_SHOW"}, "nobody_stayed_away", "ORD-121.23(2)"},
		{"the merchant refuses, Order 20", old, Terminate{Ground: "TM_REFUSED"}, "", ""},
		{"the consumer refuses, Order 20", old, Terminate{Ground: "TM_REFUSED", Party: Consumer}, "only_respondent", "ORD-20.21(3)"},
		{"the consumer refuses, between", between, Terminate{Ground: "TM_REFUSED", Party: Consumer}, "only_respondent", "ORD-20.21(3)"},
		{"the consumer refuses", mediated(), Terminate{Ground: "TM_REFUSED", Party: Consumer}, "", ""},
		{"the office refuses", mediated(), Terminate{Ground: "TM_REFUSED", Party: Office}, "party_required", "ORD-121.23(2)"},
		{"never mediated", mediated(), Terminate{Ground: "TM_NO_AGREEMENT"}, "not_mediated", "ORD-121.23(3)"},
		{"never mediated, Order 20", old, Terminate{Ground: "TM_NO_AGREEMENT"}, "not_mediated", "ORD-20.21(4)"},
		{"one side heard", append(mediated(), stayedAway("2026-06-15")), Terminate{Ground: "TM_NO_AGREEMENT"}, "not_mediated", "ORD-121.23(3)"},
		{"mediated", append(mediated(), byPhone("2026-06-15")), Terminate{Ground: "TM_NO_AGREEMENT"}, "", ""},
		{"the delegate failed", append(bothAgree(), delegate("2026-06-08"), by(officer, "2026-06-15", EndDelegation{Result: DelegationFailed})), Terminate{Ground: "TM_NO_AGREEMENT"}, "", ""},
		{"the delegate gave it back", append(bothAgree(), delegate("2026-06-08"), by(officer, "2026-06-15", EndDelegation{Result: DelegationReturned})), Terminate{Ground: "TM_NO_AGREEMENT"}, "not_mediated", "ORD-121.23(3)"},
		{"fee agreed", append(mediated(), commission("a-1", "both", "2026-06-10")), Terminate{Ground: "TM_APPRAISAL_FEE"}, "appraisal_agreed", "ORD-121.23(4)"},
		{"nothing found", mediated(), Terminate{Ground: "TM_NA_FOUND"}, "found_unknown", "ORD-121.23(6)"},
		{"fraud found", mediated(), Terminate{Ground: "TM_NA_FOUND", Found: GroundFraud}, "", ""},
		{"fraud is no ground of Order 20", old, Terminate{Ground: "TM_NA_FOUND", Found: GroundFraud}, "found_unknown", "ORD-20.21(6)"},
		{"identity is no ground of Order 20", old, Terminate{Ground: "TM_NA_FOUND", Found: "NA6_IDENTITY"}, "found_unknown", "ORD-20.21(6)"},
		{"who is gone", mediated(), Terminate{Ground: "TM_PARTY_GONE"}, "party_required", "ORD-121.23(7)"},
		{"no ground of Order 20", old, Terminate{Ground: "TM_PARTY_GONE", Party: Merchant}, "ground_unknown", "ORD-20.21"},
		{"too early", mediated(), Terminate{Ground: "TM_TIMEOUT"}, "mediation_time_runs", "ORD-121.23(5)"},
	} {
		when := at("2026-06-20")
		if s := walk(t, tt.past...).State(); s.FiledOn < day("2026-01-01") {
			when = s.FiledOn.Start().Add(20 * 24 * time.Hour)
		}
		c := Command{At: when, Actor: officer, Do: tt.do}
		if tt.code != "" {
			refused(t, tt.past, c, tt.code, tt.rule)
		} else if err := walk(t, tt.past...).When(c).Err(); err != nil {
			t.Errorf("%s: %v", tt.name, err)
		}
	}
	s := walk(t, old...).When(Command{At: at("2024-06-20"), Actor: officer, Do: Terminate{Ground: "TM_REFUSED"}}).State()
	if s.Terminated.Party != Merchant {
		t.Error("Order 20 art 21(3) names the respondent")
	}
}

// mediatedUnder is a mediated case that was filed on a day.
func mediatedUnder(filed string) []Command {
	f := filing(LaneDepartment)
	f.Purchase.BoughtOn = calendar.MustDate(filed) - 10
	return []Command{
		by(consumer, filed, f), by(officer, filed, ConfirmRespondent{Merchant: shop, Source: "register"}), by(officer, filed, Accept{}),
	}
}

func excused(when string) Command {
	c := stayedAway(when)
	hold := c.Do.(HoldSession)
	hold.Absent = []Absence{{Party: Merchant, Excused: true}}
	c.Do = hold
	return c
}
