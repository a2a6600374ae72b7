package complaint

import "testing"

// broken is a case whose first instalment did not come.
func broken() []Command {
	return append(inParts(), by(consumer, "2026-07-02", BreakPerformance{Instalment: 1}))
}

// inParts is an agreement of 3,000 yuan in two instalments: 07-01 and 08-03.
func inParts() []Command {
	return append(mediated(), by(officer, "2026-06-20", Agree{Form: FormRecord, Record: words(), Terms: Terms{
		Kind: "refund", AmountFen: 300000, Instalments: []Instalment{
			{AmountFen: 100000, Due: day("2026-07-01")}, {AmountFen: 200000, Due: day("2026-08-03")},
		},
	}}))
}

func performPart(n int, fen int64, when string) Command {
	return by(merchant, when, Perform{Instalment: n, AmountFen: fen})
}

func confirmPart(a Actor, n int, when string) Command {
	return by(a, when, ConfirmPerformance{Instalment: n})
}

// An agreement in instalments is performed when each of them is (Order 121 art 24).
func TestInstalmentsArePerformedOneByOne_Order121Art24(t *testing.T) {
	past := append(inParts(), performPart(1, 100000, "2026-07-01"))
	s := walk(t, past...).State()
	one, _ := s.Clock("CP.PERFORM.1")
	two, _ := s.Clock("CP.PERFORM.2")
	if one.State != ClockMet || two.State != ClockRunning || s.Performance != PerformanceDue {
		t.Fatalf("%s %s %s", one.State, two.State, s.Performance)
	}
	refused(t, past, performPart(1, 0, "2026-07-02"), "instalment_performed", "ORD-121.24")
	refused(t, past, performPart(3, 0, "2026-07-02"), "instalment_unknown", "ORD-121.24")
	refused(t, past, by(merchant, "2026-07-02", Perform{Instalment: -1}), "instalment_unknown", "")
	refused(t, past, performPart(2, 199999, "2026-07-02"), "instalment_short", "ORD-121.24")
	past = append(past, confirmPart(consumer, 1, "2026-07-02"))
	refused(t, past, confirmPart(consumer, 1, "2026-07-03"), "already_confirmed", "ORD-121.24")
	refused(t, past, confirmPart(officer, 2, "2026-07-03"), "not_performed", "ORD-121.24")
	past = append(past, performPart(2, 0, "2026-08-04"))
	if s = walk(t, past...).State(); s.Performance != PerformanceDone {
		t.Fatal(s.Performance)
	}
	if s = walk(t, past...).When(confirmPart(consumer, 2, "2026-08-05")).State(); s.Performance != PerformanceSeen {
		t.Fatal(s.Performance)
	}
	// The consumer's word is enough where the merchant said nothing.
	walk(t, inParts()...).When(confirmPart(consumer, 1, "2026-07-01")).Then(t,
		&Performed{Instalment: 1, By: Consumer, Occurred: Occurred{On: day("2026-07-01"), Source: "online"}},
		&PerformanceConfirmed{Instalment: 1, By: Consumer})
}

// A part is not the whole, also where no instalments were agreed.
func TestAPartIsNotTheWhole_Order121Art24(t *testing.T) {
	for name, past := range map[string][]Command{"at once": agreed(), "in parts": inParts()} {
		s := walk(t, past...).When(performPart(0, 50000, "2026-06-25")).Then(t, &Performed{
			AmountFen: 50000, Instalment: PartOfPerformance, By: Merchant, Occurred: Occurred{On: day("2026-06-25"), Source: "online"},
		}).State()
		if s.Performance != PerformanceDue {
			t.Fatalf("%s: %s", name, s.Performance)
		}
		for _, c := range s.Clocks {
			if isPerformance(c.Rule) && c.State != ClockRunning {
				t.Errorf("%s: %s is %s", name, c.Rule, c.State)
			}
		}
	}
	// 2,000 yuan agreed: 500, then the rest.
	past := append(agreed(), performPart(0, 50000, "2026-06-25"))
	if s := walk(t, append(past, performPart(0, 149999, "2026-06-26"))...).State(); s.Performance != PerformanceDue {
		t.Fatal(s.Performance)
	}
	if s := walk(t, append(past, performPart(0, 150000, "2026-06-26"))...).State(); s.Performance != PerformanceDone {
		t.Fatal(s.Performance)
	}
	// An instalment counts, whether or not its sum was said.
	rest := append(inParts(), performPart(1, 0, "2026-07-01"), performPart(0, 200000, "2026-07-02"))
	if s := walk(t, rest...).State(); s.Performance != PerformanceDone {
		t.Fatal(s.Performance)
	}
}

func TestBrokenPerformance_Order121Art24(t *testing.T) {
	broken := func(a Actor, n int, when string) Command {
		return by(a, when, BreakPerformance{Instalment: n, Reason: words()})
	}
	refused(t, inParts(), broken(consumer, 1, "2026-07-01 23:59"), "performance_time_runs", "ORD-121.24")
	o := walk(t, inParts()...).When(broken(consumer, 1, "2026-07-02")).Then(t, &PerformanceBroken{
		Instalment: 1, By: Consumer, Reason: words(), Occurred: Occurred{On: day("2026-07-02"), Source: "online"},
	})
	if s := o.State(); s.Performance != PerformanceNotInTime || !s.Instalments[1].Broken {
		t.Fatalf("%+v", s.Instalments)
	}
	past := append(inParts(), broken(consumer, 1, "2026-07-02"))
	refused(t, past, broken(officer, 1, "2026-07-03"), "already_broken", "ORD-121.24")
	refused(t, past, broken(officer, 2, "2026-07-03"), "performance_time_runs", "ORD-121.24")
	refused(t, past, broken(merchant, 1, "2026-07-03"), "not_your_part", "")
	refused(t, mediated(), broken(consumer, 0, "2026-07-03"), "nothing_agreed", "ORD-121.24")
	refused(t, agreed(), broken(consumer, 0, "2026-07-10"), "performance_time_runs", "ORD-121.24")
	refused(t, ended(), broken(consumer, 0, "2026-07-11"), "already_confirmed", "ORD-121.24")
	twice := append(agreed(), broken(consumer, 0, "2026-07-11"))
	refused(t, twice, broken(consumer, 0, "2026-07-12"), "already_broken", "ORD-121.24")
	refused(t, agreed(), broken(consumer, 1, "2026-07-12"), "instalment_unknown", "ORD-121.24")
	// What is broken can be closed at once, and performed late.
	if err := walk(t, past...).When(by(officer, "2026-07-03", Close{})).Err(); err != nil {
		t.Fatal(err)
	}
	late := append(past, performPart(1, 0, "2026-07-05"), performPart(2, 0, "2026-08-01"))
	if s := walk(t, late...).State(); s.Performance != PerformanceDone {
		t.Fatal(s.Performance)
	}
}

func TestInstalmentsAddUp(t *testing.T) {
	with := func(list ...Instalment) Command {
		return by(officer, "2026-06-20", Agree{Form: FormRecord, Record: words(), Terms: Terms{Kind: "refund", AmountFen: 3, Instalments: list}})
	}
	refused(t, mediated(), with(Instalment{1, day("2026-07-01")}), "instalments_sum", "ORD-121.24")
	refused(t, mediated(), with(Instalment{1, day("2026-07-02")}, Instalment{2, day("2026-07-01")}), "date_order", "ORD-121.45")
}
