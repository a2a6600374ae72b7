package complaint

import "testing"

func respond(a Actor, when, via string) Command {
	return by(a, when, Respond{Kind: "final", Text: words(), Via: via})
}

func TestRespondBeforeAcceptanceInEveryLane(t *testing.T) {
	for _, lane := range []Lane{LaneDirect, LaneAssociation, LaneDepartment} {
		walk(t, file(lane), confirm()).When(respond(merchant, "2026-06-02", "")).Then(t, &Responded{
			Kind: "final", Text: words(), Via: "portal", Occurred: Occurred{On: day("2026-06-02"), Source: "online"},
		})
	}
}

func TestOnlyTheConfirmedMerchantResponds(t *testing.T) {
	refused(t, received(), respond(merchant, "2026-06-02", ""), "respondent_not_confirmed", "ORD-121.13")
	refused(t, confirmed(), respond(rival, "2026-06-02", ""), "not_your_part", "")
	refused(t, confirmed(), respond(consumer, "2026-06-02", ""), "not_your_part", "")
	refused(t, ended(), respond(merchant, "2026-06-24", ""), "ended", "")
	branch := shop
	branch.Store = "store-1"
	past := append(received(), by(officer, "2026-06-02", ConfirmRespondent{Merchant: branch, Source: "licence"}))
	other := merchant
	other.Store = "store-2"
	refused(t, past, respond(other, "2026-06-02", ""), "not_your_part", "")
	other.Store = "store-1"
	if walk(t, past...).When(respond(other, "2026-06-02", "")).Err() != nil {
		t.Fatal("the store itself is refused")
	}
}

func TestOfficersRecordAnswersWithTheirChannel(t *testing.T) {
	recorded := by(officer, "2026-06-05", Respond{Kind: "interim", Text: words(), Via: "phone", Occurred: Occurred{On: day("2026-06-04"), Source: "call"}})
	walk(t, confirmed()...).When(recorded).Then(t, &Responded{
		Kind: "interim", Text: words(), Via: "phone", Occurred: Occurred{On: day("2026-06-04"), Source: "call"},
	})
	if r := refused(t, confirmed(), respond(officer, "2026-06-05", ""), "via_required", ""); r.Pointer != "/via" {
		t.Fatal(r.Pointer)
	}
	refused(t, confirmed(), respond(officer, "2026-06-05", "portal"), "via_required", "")
	refused(t, confirmed(), by(merchant, "2026-06-05", Respond{Kind: "final", Text: words(), Occurred: on("2026-06-02")}), "not_backdated", "")
	refused(t, confirmed(), by(merchant, "2026-06-05", Respond{Kind: "x", Text: words()}), "kind_unknown", "")
	refused(t, confirmed(), by(merchant, "2026-06-05", Respond{Kind: "final"}), "text_required", "")
}

func TestOffersAndCounterOffers(t *testing.T) {
	past := append(mediated(), offer(merchant, "f-1", "", "2026-06-05"), offer(consumer, "f-2", "f-1", "2026-06-06"))
	s := walk(t, past...).State()
	if s.Offers[0].State != OfferCountered || s.Offers[1].State != OfferOpen || s.Offers[1].By != Consumer {
		t.Fatalf("%+v", s.Offers)
	}
	take := func(a Actor, id string) Command { return by(a, "2026-06-07", AcceptOffer{Offer: id}) }
	refused(t, past, take(consumer, "f-2"), "no_open_offer", "")
	refused(t, past, take(merchant, "f-1"), "own_offer", "ORD-121.18")
	refused(t, past, take(merchant, "f-9"), "offer_unknown", "")
	refused(t, past, by(officer, "2026-06-07", AcceptOffer{Offer: "f-2"}), "party_required", "")
	refused(t, past, offer(merchant, "f-1", "", "2026-06-07"), "offer_exists", "")
	walk(t, past...).When(take(merchant, "f-2")).Then(t, &OfferAccepted{Offer: "f-2", By: Merchant})
	walk(t, past...).When(by(merchant, "2026-06-07", RefuseOffer{Offer: "f-2", Reason: words()})).
		Then(t, &OfferRefused{Offer: "f-2", By: Merchant, Reason: words()})
	taken := append(past, take(merchant, "f-2"))
	refused(t, taken, offer(merchant, "f-3", "", "2026-06-07"), "offer_accepted_already", "")
	refused(t, append(past, by(merchant, "2026-06-07", RefuseOffer{Offer: "f-2"})), take(merchant, "f-2"), "no_open_offer", "")
	two := append(past, offer(consumer, "f-3", "", "2026-06-07"), by(merchant, "2026-06-07", RefuseOffer{Offer: "f-2"}))
	refused(t, two, take(merchant, "f-2"), "offer_answered", "")
}

func TestOffersExpireAfterTheirLastDay(t *testing.T) {
	valid := by(merchant, "2026-06-05", MakeOffer{Offer: "f-1", Terms: terms(), ValidTo: day("2026-06-08")})
	more := by(merchant, "2026-06-05", MakeOffer{Offer: "f-2", Terms: terms()})
	past := append(mediated(), valid, more)
	if walk(t, past...).When(by(consumer, "2026-06-08 23:59", AcceptOffer{Offer: "f-1"})).Err() != nil {
		t.Fatal("refused on its last day")
	}
	refused(t, past, by(consumer, "2026-06-09 00:00", AcceptOffer{Offer: "f-1"}), "offer_expired", "ORD-121.18")
	o := walk(t, past...).State().Offers[0]
	if o.StateOn(day("2026-06-08")) != OfferOpen || o.StateOn(day("2026-06-09")) != OfferLapsed {
		t.Fatal(o)
	}
}

func TestOffersAreSound(t *testing.T) {
	for code, m := range map[string]MakeOffer{
		"terms_missing":   {Offer: "f-1"},
		"amount_negative": {Offer: "f-1", Terms: Terms{Kind: "refund", AmountFen: -1}},
		"date_order":      {Offer: "f-1", Terms: Terms{Kind: "refund", PerformBy: day("2026-06-04")}},
		"offer_unknown":   {Offer: "f-1", Answers: "f-0", Terms: terms()},
	} {
		refused(t, mediated(), by(merchant, "2026-06-05", m), code, "")
	}
	old := MakeOffer{Offer: "f-1", Terms: terms(), ValidTo: day("2026-06-04")}
	if r := refused(t, mediated(), by(merchant, "2026-06-05", old), "date_order", ""); r.Pointer != "/valid_to" {
		t.Fatal(r.Pointer)
	}
	late := MakeOffer{Offer: "f-1", Terms: Terms{Kind: "refund", Instalments: []Instalment{{AmountFen: 1, Due: day("2026-06-01")}}}}
	refused(t, mediated(), by(merchant, "2026-06-05", late), "date_order", "")
	refused(t, received(), offer(consumer, "f-1", "", "2026-06-05"), "respondent_not_confirmed", "")
}

// Before acceptance an accepted offer is a prior settlement (先行和解).
func TestAcceptedOfferBeforeAcceptanceSettlesTheCase(t *testing.T) {
	for _, lane := range []Lane{LaneDirect, LaneAssociation, LaneDepartment} {
		o := walk(t, file(lane), confirm(), offer(merchant, "f-1", "", "2026-06-03"), offer(merchant, "f-2", "", "2026-06-03")).
			When(by(consumer, "2026-06-04", AcceptOffer{Offer: "f-1"})).
			Then(t, &OfferAccepted{Offer: "f-1", By: Consumer}, &Settled{
				Before: true, Offer: "f-1", Terms: terms(),
				Occurred: Occurred{On: day("2026-06-04"), Source: "online"},
				Clocks:   []Clock{{Rule: ClockPerform, StartedOn: day("2026-06-04"), Due: day("2026-07-10"), DueWide: day("2026-07-10")}},
			})
		s := o.State()
		if s.Status != StatusSettled || s.Outcome != OutcomePrior || s.Offers[1].State != OfferLapsed {
			t.Fatalf("%s: %s %s", lane, s.Status, s.Outcome)
		}
		if c, ok := s.Clock("CP.ACCEPT"); ok && c.State != ClockLapsed {
			t.Fatalf("nothing is left to decide, yet the clock is %s", c.State)
		}
	}
}
