package complaint

import "testing"

func recuse(a Actor, when string) Command {
	return by(a, when, Recuse{Person: "o-1", Reason: words()})
}

// The application suspends the sessions; the period of mediation runs on.
func TestRecusalSuspendsSessionsNotThePeriod_Order121Art21(t *testing.T) {
	o := walk(t, mediated()...).When(recuse(consumer, "2026-06-10")).Then(t,
		&RecusalRequested{By: Consumer, Person: "o-1", Reason: words(), Occurred: Occurred{On: day("2026-06-10"), Source: "online"}},
		&MediationSuspended{Why: "recusal", Occurred: Occurred{On: day("2026-06-10"), Source: "online"}})
	s := o.State()
	if c, _ := s.mediationClock(); c.Paused() || c.Due != day("2026-08-02") || !s.Mediation.Suspended {
		t.Fatalf("%+v", c)
	}
	past := append(mediated(), recuse(consumer, "2026-06-10"))
	refused(t, past, agree(), "mediation_suspended", "ORD-121.21")
	refused(t, past, recuse(merchant, "2026-06-11"), "recusal_pending", "ORD-121.21")
	other := officer
	other.ID = "o-2"
	decided := by(other, "2026-06-12", DecideRecusal{Granted: true, Replaced: "o-2"})
	refused(t, past, by(officer, "2026-06-12", DecideRecusal{Granted: true, Replaced: "o-2"}), "own_recusal", "ORD-121.21")
	walk(t, past...).When(decided).Then(t,
		&RecusalDecided{Person: "o-1", Granted: true, Replaced: "o-2", Occurred: Occurred{On: day("2026-06-12"), Source: "record"}},
		&MediationResumed{Occurred: Occurred{On: day("2026-06-12"), Source: "record"}})
	if err := walk(t, append(past, decided)...).When(agree()).Err(); err != nil {
		t.Fatal(err)
	}
	if c, _ := walk(t, append(past, decided)...).State().mediationClock(); c.Due != day("2026-08-02") || len(c.Pauses) > 0 {
		t.Fatalf("%+v", c)
	}
}

func TestRecusalsAreSound_Order121Art21(t *testing.T) {
	refused(t, mediated(), by(consumer, "2026-06-10", Recuse{}), "reason_required", "ORD-121.21")
	refused(t, confirmed(), recuse(consumer, "2026-06-10"), "not_accepted", "ORD-121.18")
	refused(t, mediated(), by(officer, "2026-06-10", DecideRecusal{}), "no_recusal", "ORD-121.21")
	past := append(mediated(), by(officer, "2026-06-05", Assign{Unit: "u", Officer: "o-7"}), by(merchant, "2026-06-10", Recuse{Reason: words()}))
	for _, who := range []string{"", "o-7"} {
		refused(t, past, by(officer, "2026-06-11", DecideRecusal{Granted: true, Replaced: who}), "replacement_required", "ORD-121.21")
	}
	s := walk(t, past...).When(by(officer, "2026-06-11", DecideRecusal{Granted: true, Replaced: "o-8"})).State()
	if s.Officer != "o-8" || s.Mediation.Recusal != nil {
		t.Fatalf("%+v", s.Mediation)
	}
	if s := walk(t, past...).When(by(officer, "2026-06-11", DecideRecusal{Replaced: "o-8"})).State(); s.Officer != "o-7" || s.Mediation.Suspended {
		t.Fatalf("%+v", s.Mediation)
	}
	refused(t, under("2024-06-03", "2024-06-04"), by(consumer, "2024-06-05", Recuse{}), "reason_required", "ORD-20.19")
}
