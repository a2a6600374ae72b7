package complaint

import "testing"

func askFor(by_, when string) Command {
	return by(officer, when, RequestSupplement{Items: []string{"factual_basis"}, Text: words(), By: day(by_)})
}

// Materials are asked for by a day, and no text stops the period of acceptance.
func TestASupplementIsAskedForByADay_Order121Art15(t *testing.T) {
	s := walk(t, received()...).When(askFor("2026-06-12", "2026-06-02")).Then(t,
		&SupplementRequested{Items: []string{"factual_basis"}, Text: words(), By: day("2026-06-12")},
		&OfficerDateSet{Rule: "CP.SUPPLEMENT", Due: day("2026-06-12"), On: day("2026-06-02")}).State()
	if c, _ := s.Clock("CP.ACCEPT"); c.State != ClockRunning || c.Due != day("2026-06-10") || len(c.Pauses) > 0 {
		t.Fatalf("%+v", c)
	}
	past := append(received(), askFor("2026-06-12", "2026-06-02"))
	// The clock starts on the day of asking, though a later fact is known by then.
	if c, _ := walk(t, past...).State().Clock("CP.SUPPLEMENT"); c.StartedOn != day("2026-06-02") {
		t.Errorf("started on %s", c.StartedOn)
	}
	for when, want := range map[string]string{"2026-06-12": ClockMet, "2026-06-15": ClockMetLate} {
		s := walk(t, past...).When(by(consumer, when, Supplement{Text: words()})).State()
		if c, _ := s.Clock("CP.SUPPLEMENT"); c.State != want {
			t.Errorf("%s: %s", when, c.State)
		}
	}
	// A letter of the 11th that an officer enters on the 12th.
	letter := by(officer, "2026-06-12", Supplement{Evidence: []string{"sha256:b"}, Occurred: Occurred{On: day("2026-06-11"), Source: "postmark"}})
	walk(t, past...).When(letter).Then(t, &Supplemented{Evidence: []string{"sha256:b"}, Occurred: Occurred{On: day("2026-06-11"), Source: "postmark"}})
	refused(t, past, by(consumer, "2026-06-12", Supplement{Text: words(), Occurred: on("2026-06-11")}), "not_backdated", "FANGXIN.access")
	// The end of the case asks for nothing more.
	if c, _ := walk(t, append(past, by(consumer, "2026-06-05", Withdraw{}))...).State().Clock("CP.SUPPLEMENT"); c.State != ClockLapsed {
		t.Fatal(c.State)
	}
	refused(t, received(), by(officer, "2026-06-02", RequestSupplement{By: day("2026-06-12")}), "nothing_asked", "ORD-121.10")
	refused(t, received(), by(officer, "2026-06-02", RequestSupplement{Items: []string{"blood"}, By: day("2026-06-12")}), "item_unknown", "ORD-121.10")
	refused(t, received(), by(officer, "2026-06-02", RequestSupplement{Text: words()}), "date_missing", "FANGXIN.dates")
	refused(t, received(), askFor("2026-06-01", "2026-06-02"), "date_order", "ORD-121.45")
	refused(t, received(), by(consumer, "2026-06-02", RequestSupplement{}), "not_your_part", "")
}

// The department may demand proof of identity since 2026-04-15; a failed check ends
// nothing by itself.
func TestIdentityIsCheckedByADay_Order121Art10(t *testing.T) {
	ask := func(when string) Command { return by(officer, when, RequestIdentityProof{By: day("2026-06-12")}) }
	past := append(received(), ask("2026-06-02"))
	check := func(result string) Command {
		return by(officer, "2026-06-08", VerifyIdentity{Result: result, Method: "document"})
	}
	s := walk(t, past...).When(check("refused")).Then(t, &IdentityVerified{
		Result: "refused", Method: "document", Occurred: Occurred{On: day("2026-06-08"), Source: "record"},
	}).State()
	if c, _ := s.Clock("CP.IDENTITY"); c.State != ClockMet || s.Ended() {
		t.Fatalf("%+v", c)
	}
	if c, _ := s.Clock("CP.ACCEPT"); c.Due != day("2026-06-10") {
		t.Fatalf("%+v", c)
	}
	refused(t, under20(), by(officer, "2024-06-04", RequestIdentityProof{By: day("2024-06-10")}), "identity_not_demanded", "ORD-20.9")
	refused(t, mediated(), ask("2026-06-05"), "already_accepted", "ORD-121.15")
	refused(t, received(), by(officer, "2026-06-02", RequestIdentityProof{}), "date_missing", "")
	refused(t, append(past, check("verified")), check("verified"), "already_verified", "ORD-121.10")
	refused(t, past, check("maybe"), "result_unknown", "ORD-121.10")
	refused(t, past, by(officer, "2026-06-08", VerifyIdentity{Result: "verified", Method: "guess"}), "method_unknown", "")
}
