package complaint

import (
	"slices"
	"testing"

	"fangxin/domain/sealed"
	"fangxin/domain/statute"
)

func closedCase() []Command { return append(ended(), by(officer, "2026-06-24", Close{})) }

func erasureAsked() []Command {
	return append(closedCase(), by(consumer, "2026-06-25", RequestErasure{Request: "e-1", Reason: words()}))
}

func subjects() []sealed.Subject { return []sealed.Subject{"s-1", "f-1"} }

func erase() DecideErasure { return DecideErasure{Result: ErasureErased, Subjects: subjects()} }

func restrict() DecideErasure { return DecideErasure{Result: ErasureRestricted, Subjects: subjects()} }

func restricted() []Command {
	return append(erasureAsked(), by(officer, "2026-06-26", restrict()), by(machine, "2026-06-26", RecordErased{}))
}

// retentionOver: the period of three years from 2026-06-24 is over.
func retentionOver() []Command {
	return append(closedCase(), by(machine, "2029-06-25", RecordRetentionOver{Until: day("2029-06-24")}))
}

func stateAfter(t *testing.T, commands ...Command) State {
	t.Helper()
	return walk(t, commands...).State()
}

// PIPL 46: what is wrong is corrected, the rest stays; an identity that was verified
// was that of the old name.
func TestCorrection_PIPL46(t *testing.T) {
	verified := append(received(), by(officer, "2026-06-02", VerifyIdentity{Result: "verified", Method: "document"}))
	phone := &sealed.Value{Suite: sealed.SuiteA1, Subject: "s-1", Cipher: []byte{2}}
	was := stateAfter(t, verified...)
	s := stateAfter(t, append(verified, by(consumer, "2026-06-03", CorrectConsumer{Consumer: Person{Phone: phone, Language: "mn"}}))...)
	if !sameValue(s.Consumer.Phone, phone) || !sameValue(s.Consumer.Name, was.Consumer.Name) || s.Consumer.Language != "mn" ||
		s.Consumer.Account != consumer.ID || s.Consumer.Subject != "s-1" || s.IdentityResult != "verified" {
		t.Errorf("%+v %s", s.Consumer, s.IdentityResult)
	}
	name := &sealed.Value{Suite: sealed.SuiteA1, Subject: "s-1", Cipher: []byte{3}}
	s = stateAfter(t, append(verified, by(officer, "2026-06-03", CorrectConsumer{Consumer: Person{Name: name}}))...)
	if s.IdentityResult != "" {
		t.Error("the identity of another name stays verified")
	}
	refused(t, received(), by(consumer, "2026-06-03", CorrectConsumer{}), "nothing_to_correct", "PIPL.46")
	refused(t, received(), by(consumer, "2026-06-03", CorrectConsumer{Consumer: Person{Region: "150102"}}), "nothing_to_correct", "PIPL.46")
	refused(t, received(), by(stranger, "2026-06-03", CorrectConsumer{Consumer: Person{Name: name}}), "not_your_part", "")
	refused(t, confirmed(), by(merchant, "2026-06-03", CorrectConsumer{Consumer: Person{Name: name}}), "not_your_part", "")
}

// PIPL 50: a refusal gives its reasons.
func TestRefusedCorrection_PIPL50(t *testing.T) {
	walk(t, received()...).When(by(officer, "2026-06-03", RefuseCorrection{Fields: []string{"name"}, Reason: words()})).
		Then(t, &CorrectionRefused{Fields: []string{"name"}, Reason: words(), Occurred: Occurred{On: day("2026-06-03"), Source: "record"}})
	refused(t, received(), by(officer, "2026-06-03", RefuseCorrection{Fields: []string{"name"}}), "reason_required", "PIPL.50")
	refused(t, received(), by(officer, "2026-06-03", RefuseCorrection{Fields: []string{"age"}, Reason: words()}), "field_unknown", "PIPL.46")
	refused(t, received(), by(officer, "2026-06-03", RefuseCorrection{Fields: []string{"name"}, Reason: words(), Occurred: on("2026-06-09")}), "in_future", "")
	refused(t, received(), by(consumer, "2026-06-03", RefuseCorrection{Fields: []string{"name"}, Reason: words()}), "not_your_part", "")
}

func consent(publish, delegate *bool) ChangeConsent {
	return ChangeConsent{Publish: publish, DelegateMediation: delegate, Wording: "2026-2"}
}

// PIPL 15: a consent is withdrawn at any time; the record that rests on it leaves the
// register (PIPL 25), the one that is being prepared never gets there.
func TestWithdrawnConsent_PIPL15(t *testing.T) {
	public := append(notified(), by(officer, "2026-07-02", Publish{}))
	s := stateAfter(t, append(public, by(consumer, "2026-07-03", consent(new(false), nil)))...)
	if s.Consent.Publish || s.Consent.Wording != "2026-2" || s.Disclosure.State != DisclosureOff || s.Disclosure.Why != "consent_withdrawn" {
		t.Errorf("%+v %+v", s.Consent, s.Disclosure)
	}
	if s = stateAfter(t, append(notified(), by(consumer, "2026-06-25", consent(new(false), nil)))...); s.Disclosure.State != DisclosureNot || s.Disclosure.Why != statute.WhenNoConsent {
		t.Errorf("%+v", s.Disclosure)
	}
	refused(t, append(notified(), by(consumer, "2026-06-25", consent(new(false), nil))), by(officer, "2026-07-05", Publish{}), "not_notified", "")
	refused(t, received(), by(consumer, "2026-06-02", consent(new(true), nil)), "consent_unchanged", "PIPL.15")
	refused(t, received(), by(consumer, "2026-06-02", ChangeConsent{Publish: new(false)}), "wording_required", "PIPL.15")
	refused(t, confirmed(), by(merchant, "2026-06-02", consent(new(false), nil)), "not_your_part", "")
	back := consent(new(false), nil)
	back.Occurred = on("2026-06-01")
	refused(t, received(), by(consumer, "2026-06-02", back), "not_backdated", "")
}

// Order 121 art 19: delegation rests on both sides' consent; the consumer who takes it
// back ends it.
func TestWithdrawnConsentEndsADelegation_ORD121_19(t *testing.T) {
	delegated := append(bothAgree(), delegate("2026-06-08"))
	if s := stateAfter(t, append(received(), by(consumer, "2026-06-02", consent(nil, new(true))))...); !s.Consent.DelegateMediation {
		t.Error("a consent given later is not there")
	}
	given := append(delegated, by(consumer, "2026-06-09", consent(nil, new(true))))
	s := stateAfter(t, append(given, by(consumer, "2026-06-10", consent(nil, new(false))))...)
	if s.Mediation.Delegated != "" || s.Mediation.Consents[Consumer] {
		t.Errorf("%+v", s.Mediation)
	}
}

// PIPL 19: the period begins when the case is closed, and is the installation's.
func TestRetentionRunsFromTheEnd_PIPL19(t *testing.T) {
	s := stateAfter(t, closedCase()...)
	if r := s.People.Retention; r == nil || r.Class != statute.RetainComplaint || r.From != day("2026-06-24") || r.Until != day("2029-06-24") {
		t.Fatalf("%+v", r)
	}
	over := by(machine, "2029-06-25", RecordRetentionOver{Until: day("2029-06-24")})
	walk(t, closedCase()...).When(over).Then(t, &RetentionOver{Class: statute.RetainComplaint, Until: day("2029-06-24")})
	refused(t, retentionOver(), over, "moved_on", "")
	refused(t, closedCase(), by(machine, "2029-06-24", RecordRetentionOver{Until: day("2029-06-24")}), "moved_on", "")
	refused(t, closedCase(), by(machine, "2029-06-25", RecordRetentionOver{Until: day("2029-06-20")}), "moved_on", "")
	refused(t, closedCase(), by(officer, "2029-06-25", RecordRetentionOver{Until: day("2029-06-24")}), "not_your_part", "")
}

// PIPL 47: asked for, checked, decided; restricted while a period runs.
func TestErasure_PIPL47(t *testing.T) {
	refused(t, append(mediated(), by(consumer, "2026-06-10", RequestErasure{Request: "e"})), by(officer, "2026-06-11", restrict()), "case_open", "PIPL.47")
	refused(t, erasureAsked(), by(officer, "2026-06-26", erase()), "retention_runs", "PIPL.47")
	refused(t, closedCase(), by(officer, "2026-06-26", restrict()), "nothing_requested", "PIPL.47")
	refused(t, erasureAsked(), by(consumer, "2026-06-26", RequestErasure{Request: "e-2"}), "already_requested", "PIPL.47")
	refused(t, erasureAsked(), by(consumer, "2026-06-26", restrict()), "not_your_part", "")
	refused(t, erasureAsked(), by(officer, "2026-06-26", DecideErasure{Result: ErasureRestricted, Subjects: []sealed.Subject{"x"}}), "subject_missing", "")
	walk(t, erasureAsked()...).When(by(officer, "2026-06-26", restrict())).Then(t, &ErasureDecided{
		Request: "e-1", Result: ErasureRestricted, Basis: "request", Subjects: subjects(), On: day("2026-06-26"),
	})
	decided := append(erasureAsked(), by(officer, "2026-06-26", restrict()))
	if s := stateAfter(t, decided...); s.Gone() != "restricted" || !slices.Equal(s.Outstanding(), subjects()) {
		t.Errorf("%q %v", s.Gone(), s.Outstanding())
	}
	walk(t, decided...).When(by(machine, "2026-06-26", RecordErased{})).Then(t,
		&SubjectErased{Subject: "s-1", Manner: "restricted", Basis: "request"}, &SubjectErased{Subject: "f-1", Manner: "restricted", Basis: "request"})
	refused(t, restricted(), by(machine, "2026-06-27", RecordErased{}), "moved_on", "")
	gone := append(retentionOver(), by(officer, "2029-06-26", erase()))
	if s := stateAfter(t, gone...); s.Gone() != "erased" || len(s.Outstanding()) != 2 || s.People.Over {
		t.Errorf("%q %v", s.Gone(), s.Outstanding())
	}
	later := append(restricted(), by(machine, "2029-06-25", RecordRetentionOver{Until: day("2029-06-24")}), by(officer, "2029-06-26", erase()))
	if s := stateAfter(t, later...); s.Gone() != "erased" || len(s.Outstanding()) != 2 {
		t.Errorf("restricted, then erased: %q %v", s.Gone(), s.Outstanding())
	}
}

// PIPL 47(2): what is restricted is stored and protected only.
func TestRestrictedIsOnlyKept_PIPL47(t *testing.T) {
	for _, c := range []Command{
		by(consumer, "2026-06-27", Rate{View: ViewNot}), by(consumer, "2026-06-27", CorrectConsumer{Consumer: Person{Name: words()}}),
		by(officer, "2026-06-27", ReviewDisclosure{}), by(consumer, "2026-06-27", consent(new(false), nil)),
	} {
		refused(t, restricted(), c, "data_restricted", "PIPL.47")
	}
	erased := append(retentionOver(), by(officer, "2029-06-26", erase()), by(machine, "2029-06-26", RecordErased{}))
	refused(t, erased, by(consumer, "2029-06-27", Rate{View: ViewNot}), "data_erased", "PIPL.47")
	refused(t, erased, by(consumer, "2029-06-27", RequestErasure{Request: "e"}), "data_erased", "PIPL.47")
}

// A court or a review needs the file: it is neither erased nor restricted before.
func TestHoldsComeFirst_PIPL47(t *testing.T) {
	held := append(erasureAsked(), by(officer, "2026-06-25", PlaceHold{Hold: "h-1", Kind: "court", Reason: words()}))
	refused(t, held, by(officer, "2026-06-26", restrict()), "held", "PIPL.47")
	refused(t, held, by(officer, "2026-06-26", PlaceHold{Hold: "h-2", Kind: "court"}), "hold_exists", "")
	refused(t, held, by(officer, "2026-06-26", PlaceHold{Hold: "h-2", Kind: "curiosity"}), "hold_unknown", "PIPL.47")
	refused(t, held, by(officer, "2026-06-26", ReleaseHold{Hold: "h-9"}), "hold_not_known", "")
	refused(t, erasureAsked(), by(officer, "2026-06-26", ReleaseHold{}), "no_hold", "")
	refused(t, held, by(consumer, "2026-06-26", ReleaseHold{}), "not_your_part", "")
	free := append(held, by(officer, "2026-06-26", ReleaseHold{Reason: words()}))
	if s := stateAfter(t, append(free, by(officer, "2026-06-26", restrict()))...); s.Gone() != "restricted" {
		t.Error("released, and still held")
	}
	kept := append(retentionOver(), by(officer, "2029-06-26", PlaceHold{Hold: "h-1", Kind: "review"}))
	refused(t, kept, by(officer, "2029-06-27", erase()), "held", "PIPL.47")
}

// PIPL 50: an application is refused with reasons, and they are true.
func TestRefusedErasure_PIPL50(t *testing.T) {
	say := func(basis string) DecideErasure {
		return DecideErasure{Result: ErasureRefused, Basis: basis, Reason: words()}
	}
	walk(t, erasureAsked()...).When(by(officer, "2026-06-26", say("retention_runs"))).Then(t, &ErasureDecided{
		Request: "e-1", Result: ErasureRefused, Basis: "retention_runs", Reason: words(), On: day("2026-06-26"),
	})
	for _, untrue := range []string{"case_open", "held"} {
		refused(t, erasureAsked(), by(officer, "2026-06-26", say(untrue)), "ground_not_given", "PIPL.50")
	}
	refused(t, erasureAsked(), by(officer, "2026-06-26", say("")), "ground_unknown", "PIPL.50")
	refused(t, erasureAsked(), by(officer, "2026-06-26", DecideErasure{Result: ErasureRefused, Basis: "other"}), "reason_required", "PIPL.50")
	refused(t, erasureAsked(), by(officer, "2026-06-26", DecideErasure{Result: "perhaps"}), "result_unknown", "PIPL.47")
	refused(t, retentionOver(), by(officer, "2029-06-26", say("other")), "nothing_requested", "PIPL.47")
	again := append(erasureAsked(), by(officer, "2026-06-26", say("other")), by(consumer, "2026-06-27", RequestErasure{Request: "e-2"}))
	if s := stateAfter(t, again...); s.People.Asked == nil || s.Gone() != "" {
		t.Error("who was refused cannot ask again")
	}
}
