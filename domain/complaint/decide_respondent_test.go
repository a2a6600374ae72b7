package complaint

import (
	"testing"

	"fangxin/domain/statute"
)

var otherShop = Identity{ID: "mch-3", USCC: "91150100MA00000011", Name: "青城电器城", Region: "150103"}

var newcomer = Actor{ID: "m-3", Role: RoleMerchant, Side: Merchant, Merchant: "mch-3"}

func replaceBy(when string) Command {
	return by(officer, when, ReplaceRespondent{Merchant: &otherShop, Source: "licence", Reason: words()})
}

func dismiss(when string) Command { return by(officer, when, ReplaceRespondent{Reason: words()}) }

func police(when string) Command {
	return by(officer, when, ReferPolice{To: "新城区公安分局", Reason: words(), Document: "sha256:p"})
}

// The wrong merchant loses its part at once; what it said binds nobody.
func TestWrongMerchantIsReplaced(t *testing.T) {
	past := append(mediated(), tell("n-2", AboutMediation, Merchant, "2026-06-05"),
		by(merchant, "2026-06-05", Respond{Kind: "final", Text: words(), Evidence: []string{"sha256:m"}}),
		offer(merchant, "f-1", "", "2026-06-05"),
		by(consumer, "2026-06-06", ConsentDelegation{Yes: true}), by(merchant, "2026-06-06", ConsentDelegation{Yes: true}),
		delegate("2026-06-08"))
	d := complaints(t)
	before := d.Given(after(t, d, past...)...).State()
	s := walk(t, past...).When(replaceBy("2026-06-10")).Then(t,
		&NoticeVoided{Notice: "n-2"},
		&DelegationEnded{To: "呼和浩特市消费者协会", Result: "respondent_replaced", Occurred: Occurred{On: day("2026-06-10"), Source: "record"}},
		&RespondentReplaced{From: shop, To: otherShop, Source: "licence", Reason: words()},
	).State()
	if len(s.Responses)+len(s.Offers) > 0 || len(s.Former) != 1 || len(s.Former[0].Responses) != 1 || len(s.Former[0].Offers) != 1 || len(s.Evidence) > 0 {
		t.Errorf("%+v", s.Former)
	}
	if yes, said := s.Mediation.Consents[Merchant]; said || yes || !s.Mediation.Consents[Consumer] || !before.Mediation.Consents[Merchant] {
		t.Errorf("%+v", s.Mediation.Consents)
	}
	now := append(past, replaceBy("2026-06-10"))
	refused(t, now, by(merchant, "2026-06-11", Respond{Kind: "final", Text: words()}), "not_your_part", "")
	refused(t, now, by(consumer, "2026-06-11", AcceptOffer{Offer: "f-1"}), "no_open_offer", "")
	refused(t, now, by(officer, "2026-06-11", Delegate{To: "x", Kind: "association"}), "delegation_consent_missing", "ORD-121.19")
	if err := walk(t, now...).When(by(newcomer, "2026-06-11", Respond{Kind: "final", Text: words()})).Err(); err != nil {
		t.Fatal(err)
	}
}

// Neither period begins anew: they run from receipt and from acceptance.
func TestReplacementRestartsNoClock_Order121Arts15And23(t *testing.T) {
	for name, past := range map[string][]Command{"received": confirmed(), "accepted": mediated()} {
		d := complaints(t)
		before := d.Given(after(t, d, past...)...).State()
		s := walk(t, append(past, replaceBy("2026-06-08"))...).State()
		for _, was := range before.Clocks {
			if now, _ := s.Clock(was.Rule); now.Clock != was.Clock || now.State != was.State {
				t.Errorf("%s: %+v, was %+v", name, now, was)
			}
		}
	}
	// Who is competent for the right one has its own seven working days from its receipt.
	s := walk(t, append(confirmed(), replaceBy("2026-06-04"), by(officer, "2026-06-05", Forward{To: "150103"}))...).State()
	if c, _ := s.Clock(statute.ClockAccept); c.StartedOn != day("2026-06-05") || s.Region != "150103" {
		t.Errorf("%+v", c)
	}
}

// Nobody is known to be the right one: the wrong one is out all the same.
func TestWrongMerchantIsDismissed(t *testing.T) {
	past := append(mediated(), dismiss("2026-06-10"))
	s := walk(t, past...).State()
	if s.Identity != IdentityUnknown || s.Respondent != nil || len(s.Former) != 1 {
		t.Fatalf("%s", s.Identity)
	}
	refused(t, past, by(merchant, "2026-06-11", Respond{}), "respondent_not_confirmed", "")
	again := append(past, by(officer, "2026-06-12", ConfirmRespondent{Merchant: otherShop, Source: "register"}))
	if s := walk(t, again...).State(); s.Respondent.ID != "mch-3" || s.Status != StatusAccepted {
		t.Fatalf("%+v", s.Respondent)
	}
}

// After an agreement the case is reopened first; after termination the register is
// corrected, and the right one is not published for another's refusal.
func TestReplacementAfterTheEnd(t *testing.T) {
	refused(t, agreed(), replaceBy("2026-06-21"), "agreement_binds", "ORD-121.24")
	public := append(mediated(), terminate("TM_REFUSED"), tell("n-2", AboutTermination, Consumer, "2026-06-22"), tell("n-3", AboutTermination, Merchant, "2026-06-22"),
		by(officer, "2026-06-23", ReviewDisclosure{}))
	told := walk(t, append(public, replaceBy("2026-06-24"))...).State()
	if told.Disclosure.State != DisclosureNot || told.Disclosure.Why != whyWrongMerchant {
		t.Errorf("%+v", told.Disclosure)
	}
	objects := append(public, by(merchant, "2026-06-24", ObjectDisclosure{Text: words()}), replaceBy("2026-06-25"))
	if s := walk(t, objects...).State(); s.Disclosure.Why != whyUpheld {
		t.Errorf("%+v", s.Disclosure)
	}
	public = append(public, by(officer, "2026-07-02", Publish{}))
	if walk(t, public...).State().Disclosure.State != DisclosurePublic {
		t.Fatal("not public")
	}
	walk(t, public...).When(replaceBy("2026-07-03")).Then(t,
		&NoticeVoided{Notice: "n-3"}, &NoticeVoided{Notice: "publication-1"},
		&DisclosureWithdrawn{Class: whyWrongMerchant, On: day("2026-07-03")},
		&RespondentReplaced{From: shop, To: otherShop, Source: "licence", Reason: words()})
	refused(t, append(public, replaceBy("2026-07-03")), by(officer, "2026-07-04", ReviewDisclosure{}), "disclosure_decided", "")
}

func TestReplacementIsRefused(t *testing.T) {
	for code, a := range map[string]ReplaceRespondent{
		"reason_required":     {Merchant: &otherShop, Source: "register"},
		"same_respondent":     {Merchant: &shop, Source: "register", Reason: words()},
		"source_required":     {Merchant: &otherShop, Source: "rumour", Reason: words()},
		"identity_incomplete": {Merchant: &Identity{ID: "x"}, Source: "register", Reason: words()},
		"identity_ambiguous":  {Merchant: &Identity{ID: "x", Name: "x", Person: words()}, Source: "register", Reason: words()},
	} {
		refused(t, mediated(), by(officer, "2026-06-10", a), code, "")
	}
	refused(t, received(), replaceBy("2026-06-10"), "respondent_not_confirmed", "ORD-121.13")
	refused(t, mediated(), by(consumer, "2026-06-10", ReplaceRespondent{}), "not_your_part", "")
	past := mediated()
	for range maxFormer / 2 {
		past = append(past, replaceBy("2026-06-10"), by(officer, "2026-06-10", ReplaceRespondent{Merchant: &shop, Source: "register", Reason: words()}))
	}
	refused(t, past, replaceBy("2026-06-10"), "too_many", "")
}

// Suspected fraud goes to the police; mediation ends on it only when an officer says so.
func TestReferralToThePolice_Order121Art42(t *testing.T) {
	past := append(mediated(), police("2026-06-10"))
	s := walk(t, mediated()...).When(police("2026-06-10")).Then(t, &PoliceReferred{
		To: "新城区公安分局", Reason: words(), Document: "sha256:p", Occurred: Occurred{On: day("2026-06-10"), Source: "record"},
	}).State()
	if s.Ended() || s.Police == nil {
		t.Fatal("a referral ends nothing")
	}
	refused(t, past, police("2026-06-11"), "already_referred", "ORD-121.42")
	refused(t, under("2025-06-03", "2025-06-04"), by(officer, "2025-06-05", ReferPolice{}), "police_required", "REG-778.49")
	refused(t, mediated(), by(officer, "2026-06-10", ReferPolice{To: "x"}), "reason_required", "ORD-121.42")
	refused(t, mediated(), by(officer, "2026-06-10", ReferPolice{To: "x", Reason: words()}), "document_missing", "ORD-121.42")
	refused(t, mediated(), by(merchant, "2026-06-10", ReferPolice{}), "not_your_part", "")
	refused(t, []Command{file(LaneDirect)}, police("2026-06-10"), "not_competent_lane", "")
	if s := walk(t, append(past, terminate("TM_NA_FOUND"))...).State(); s.EndedAs != StatusTerminated {
		t.Fatal(s.EndedAs)
	}
	if s := walk(t, append(past, terminate("TM_REFUSED"), by(officer, "2026-06-22", ReviewDisclosure{}))...).State(); s.Disclosure.State != DisclosureNot {
		t.Fatalf("%+v", s.Disclosure)
	}
}
