package complaint

import (
	"testing"

	"fangxin/domain/statute"
)

func review(when string) Command { return by(officer, when, ReviewDisclosure{Summary: "已退款"}) }

func record() PublicRecord {
	return PublicRecord{
		Policy: "NM-2026.1", Merchant: shop, Region: "150102", Category: "appliances", Kind: "goods",
		Requests: []string{"refund", "apologise"}, Band: "100000-500000", Outcome: OutcomeAgreement,
		Class: "ordinary", FiledOn: day("2026-06-01"), EndedOn: day("2026-06-20"), Days: 19,
		Office: "150102", Summary: "已退款",
	}
}

// The merchant sees the exact record first and has 5 working days (rules 18).
func TestReviewShowsTheMerchantTheExactRecord(t *testing.T) {
	walk(t, ended()...).When(review("2026-06-24")).Then(t, &DisclosureNotified{
		Record: record(), Reviewed: "o-1",
		Clock: Clock{Rule: "PUB.OBJECT", StartedOn: day("2026-06-24"), Due: day("2026-07-01"), DueWide: day("2026-07-01"), Calendar: "CN-2026.1"},
	}, shown(t, 1, record()), sent(1, "internet", "2026-06-24"))
	refused(t, mediated(), review("2026-06-24"), "not_ended", "ORD-121.38")
	refused(t, notified(), review("2026-06-25"), "disclosure_decided", "ORD-121.38")
	refused(t, ended(), by(merchant, "2026-06-24", ReviewDisclosure{}), "not_your_part", "")
}

// What the policy keeps private; the refusal to publish is itself a fact. Complaints are
// published as the law says (Regulation 778 art 29, Order 121 art 38).
func TestWhatIsNeverPublished(t *testing.T) {
	consent := filing(LaneDepartment)
	consent.Consent.Publish = false
	person := ConfirmRespondent{Merchant: Identity{ID: "mch-1", Person: words(), Region: "150102"}, Source: "licence"}
	court := filing(LaneDepartment)
	court.ExternalRefs = []ExternalRef{{System: "court", Number: "1"}}
	first := func(f File) []Command { return append([]Command{by(consumer, "2026-06-01", f)}, agreed()[1:]...) }
	for _, c := range []struct {
		name, why string
		past      []Command
	}{
		{"declined", statute.WhenNotAccepted, append(received(), decline("NA1_SCOPE"))},
		{"prior settlement", statute.WhenNotAccepted, append(received(), by(consumer, "2026-06-02", Settle{Terms: terms()}))},
		{"withdrawn", statute.WhenWithdrawn, append(mediated(), by(consumer, "2026-06-05", Withdraw{}))},
		{"a ground of refusal found later", "TM_NA_FOUND", append(mediated(), terminate("TM_NA_FOUND"))},
		{"no consent", statute.WhenNoConsent, first(consent)},
		{"in court", statute.WhenCourt, first(court)},
		{"a natural person", "natural_person", append(received(), by(officer, "2026-06-02", person), accept(), agree())},
	} {
		o := walk(t, c.past...).When(review("2026-06-24"))
		o.Then(t, &DisclosureRefused{Why: c.why, Policy: "NM-2026.1"})
		if s := o.State(); s.Disclosure.State != DisclosureNot || s.Disclosure.Why != c.why {
			t.Errorf("%s: %+v", c.name, s.Disclosure)
		}
	}
	d := complaints(t)
	for why, e := range map[string]Event{
		statute.WhenReferral:      &PoliceReferred{To: "police", Occurred: on("2026-06-20")},
		statute.WhenIdentityTheft: &IdentityVerified{Result: "false_name"},
		statute.WhenAppraisal:     &AppraisalCommissioned{Appraisal: "a-1", Occurred: on("2026-06-20")},
	} {
		d.Given(append(after(t, d, ended()...), e)...).When(review("2026-06-24")).
			Then(t, &DisclosureRefused{Why: why, Policy: "NM-2026.1"})
	}
}

func TestTerminatedCasesArePublishedWithTheirGround(t *testing.T) {
	o := walk(t, append(mediated(), byPhone("2026-06-15"), terminate("TM_NO_AGREEMENT"))...).When(review("2026-06-24"))
	if r := o.State().Disclosure.Record; r == nil || r.Ground != "TM_NO_AGREEMENT" || r.Outcome != OutcomeNoAgreement {
		t.Fatalf("%+v", r)
	}
}

func TestBandsNameTheirEdges(t *testing.T) {
	policy, ok := law(t).Catalogue.Policy("NM-2026.1")
	if !ok {
		t.Fatal("no policy")
	}
	for fen, want := range map[int64]string{0: "0-10000", 9999: "0-10000", 10000: "10000-50000", 10000000: "10000000-", -1: ""} {
		if got := band(policy, fen); got != want {
			t.Errorf("%d: %s", fen, got)
		}
	}
}

func TestPublicationAfterTheTimeToObject(t *testing.T) {
	publish := func(a Actor, when string) Command { return by(a, when, Publish{}) }
	refused(t, notified(), publish(officer, "2026-07-01 23:59"), "objection_time_runs", "")
	public := &Disclosed{Record: record(), On: day("2026-07-02"), Until: day("2027-07-02")}
	walk(t, notified()...).When(publish(officer, "2026-07-02 00:00")).Then(t, public)
	walk(t, notified()...).When(by(machine, "2026-07-02", RecordDeadlinePassed{Rule: "PUB.OBJECT", Due: day("2026-07-01")})).Then(t, public)
	refused(t, notified(), by(machine, "2026-07-01", RecordDeadlinePassed{Rule: "PUB.OBJECT", Due: day("2026-07-01")}), "moved_on", "")
	done := append(notified(), publish(officer, "2026-07-02"))
	refused(t, done, publish(officer, "2026-07-03"), "already_public", "")
	refused(t, done, by(machine, "2026-07-03", RecordDeadlinePassed{Rule: "PUB.OBJECT", Due: day("2026-07-01")}), "moved_on", "")
	refused(t, ended(), publish(officer, "2026-07-03"), "not_notified", "")
	refused(t, notified(), publish(merchant, "2026-07-03"), "not_your_part", "")
}

func TestConsentWithdrawnBeforePublication_PIPL(t *testing.T) {
	d := complaints(t)
	past := append(after(t, d, notified()...), &ConsentChanged{Consent: Consent{}})
	d.Given(past...).When(by(officer, "2026-07-02", Publish{})).
		Then(t, &DisclosureRefused{Why: statute.WhenNoConsent, Policy: "NM-2026.1"})
}

func TestAnObjectionHoldsPublication(t *testing.T) {
	object := func(a Actor, when string) Command { return by(a, when, ObjectDisclosure{Text: words()}) }
	walk(t, notified()...).When(object(merchant, "2026-07-01 23:59")).Then(t, &DisclosureObjected{
		Text:  words(),
		Clock: Clock{Rule: "PUB.CORRECT", StartedOn: day("2026-07-01"), Due: day("2026-07-06"), DueWide: day("2026-07-06"), Calendar: "CN-2026.1"},
	})
	refused(t, notified(), object(merchant, "2026-07-02 00:00"), "objection_over", "")
	refused(t, notified(), object(consumer, "2026-06-25"), "not_your_part", "")
	refused(t, notified(), object(rival, "2026-06-25"), "not_your_part", "")
	refused(t, objected(), object(merchant, "2026-06-25"), "already_objected", "")
	refused(t, ended(), object(merchant, "2026-06-25"), "not_notified", "")
	refused(t, notified(), by(merchant, "2026-06-25", ObjectDisclosure{}), "text_required", "")
	refused(t, objected(), by(officer, "2026-07-20", Publish{}), "objection_open", "")
	refused(t, objected(), by(machine, "2026-07-20", RecordDeadlinePassed{Rule: "PUB.OBJECT", Due: day("2026-07-01")}), "moved_on", "")
	if c, _ := walk(t, objected()...).State().Clock("PUB.OBJECT"); c.State != ClockMet {
		t.Fatal(c.State)
	}
}

func TestObjectionIsDecided(t *testing.T) {
	decide := func(d DecideObjection) Command { return by(officer, "2026-06-26", d) }
	publish := by(officer, "2026-06-26", Publish{})
	upheld := append(objected(), decide(DecideObjection{Result: ObjectionUpheld, Reason: words()}))
	if s := walk(t, upheld...).State(); s.Disclosure.State != DisclosureNot || s.Disclosure.Why != "objection_upheld" {
		t.Fatalf("%+v", s.Disclosure)
	}
	refused(t, upheld, publish, "not_notified", "")
	dismissed := append(objected(), decide(DecideObjection{Result: ObjectionDismissed, Reason: words()}))
	walk(t, dismissed...).When(publish).Then(t, &Disclosed{Record: record(), On: day("2026-06-26"), Until: day("2027-06-26")})
	refused(t, dismissed, by(merchant, "2026-06-26", ObjectDisclosure{Text: words()}), "already_objected", "")
	right := record()
	right.Summary = "已全额退款"
	corrected := append(objected(), decide(DecideObjection{Result: ObjectionCorrected, Reason: words(), Summary: right.Summary}))
	walk(t, corrected...).When(publish).Then(t, &Disclosed{Record: right, On: day("2026-06-26"), Until: day("2027-06-26")})
	refused(t, notified(), decide(DecideObjection{Result: ObjectionUpheld, Reason: words()}), "no_objection", "")
	refused(t, objected(), decide(DecideObjection{Result: ObjectionUpheld}), "reason_required", "")
	refused(t, objected(), decide(DecideObjection{Result: "maybe", Reason: words()}), "result_unknown", "")
	late := append(objected(), by(machine, "2026-07-01", RecordDeadlinePassed{Rule: "PUB.CORRECT", Due: day("2026-06-30")}),
		by(officer, "2026-07-02", DecideObjection{Result: ObjectionDismissed, Reason: words()}))
	if c, _ := walk(t, late...).State().Clock("PUB.CORRECT"); c.State != ClockMetLate {
		t.Fatal(c.State)
	}
}

func TestWithdrawalFromTheRegister(t *testing.T) {
	public := append(notified(), by(officer, "2026-07-02", Publish{}))
	off := func(when, class string) Command { return by(officer, when, WithdrawDisclosure{Class: class}) }
	walk(t, public...).When(off("2026-07-03", "wrong_merchant")).
		Then(t, &DisclosureWithdrawn{Class: "wrong_merchant", On: day("2026-07-03")})
	refused(t, public, off("2026-07-03", "because"), "class_unknown", "")
	refused(t, public, off("2026-07-03", "other"), "reason_required", "")
	refused(t, public, off("2027-07-02", "period_over"), "period_runs", "")
	if err := walk(t, public...).When(by(machine, "2027-07-03", WithdrawDisclosure{Class: "period_over"})).Err(); err != nil {
		t.Fatal(err)
	}
	refused(t, notified(), off("2026-07-03", "court"), "not_public", "")
	gone := append(public, off("2026-07-03", "court"))
	refused(t, gone, off("2026-07-03", "court"), "not_public", "")
	refused(t, gone, by(officer, "2026-07-04", Publish{}), "not_notified", "")
}
