package complaint

import "testing"

func heard(p Party, via, when string) Spoken {
	return Spoken{Party: p, Via: via, Occurred: on(when)}
}

// A merchant that never enrols answers by letter, phone or a visit; the officer records
// whose statement it is, how it came, and its day (Order 121 art 20: internet or phone).
func TestOfficersRecordWhatAMerchantWithoutAccountSays_Order121Art20(t *testing.T) {
	past := mediated()
	made := walk(t, past...).When(by(officer, "2026-06-08", MakeOffer{
		Offer: "f-1", Terms: terms(), ValidTo: day("2026-06-12"), Spoken: heard(Merchant, "letter", "2026-06-05"),
	})).Then(t, &OfferMade{
		Offer: "f-1", By: Merchant, Terms: terms(), ValidTo: day("2026-06-12"), Via: "letter",
		Occurred: Occurred{On: day("2026-06-05"), Source: "record"},
	})
	_ = made
	past = append(past, by(consumer, "2026-06-08", MakeOffer{Offer: "f-1", Terms: terms(), ValidTo: day("2026-06-12")}))
	took := Occurred{On: day("2026-06-11"), Source: "record", Reason: words(), Late: true}
	said := Spoken{Party: Merchant, Via: "phone", Occurred: onBecause("2026-06-11")}
	// It said so while the offer stood, whenever that is entered.
	walk(t, past...).When(by(officer, "2026-06-16", AcceptOffer{Offer: "f-1", Spoken: said})).
		Then(t, &OfferAccepted{Offer: "f-1", By: Merchant, Via: "phone", Occurred: &took})
	walk(t, past...).When(by(officer, "2026-06-10", RefuseOffer{Offer: "f-1", Reason: words(), Spoken: heard(Merchant, "visit", "2026-06-10")})).
		Then(t, &OfferRefused{Offer: "f-1", By: Merchant, Reason: words(), Via: "visit", Occurred: &Occurred{On: day("2026-06-10"), Source: "record"}})

	accept := func(who Actor, s Spoken) Command {
		return by(who, "2026-06-10", AcceptOffer{Offer: "f-1", Spoken: s})
	}
	refused(t, past, accept(officer, Spoken{}), "party_required", "")
	refused(t, past, accept(officer, Spoken{Party: Merchant, Via: "rumour"}), "via_required", "")
	refused(t, past, accept(officer, heard(Consumer, "phone", "2026-06-10")), "own_offer", "")
	refused(t, past, accept(officer, heard(Merchant, "phone", "2026-06-07")), "before_cause", "")
	refused(t, past, accept(officer, heard(Merchant, "phone", "2026-06-11")), "in_future", "")
	refused(t, past, by(officer, "2026-06-16", AcceptOffer{Offer: "f-1", Spoken: heard(Merchant, "phone", "2026-06-15")}), "offer_expired", "ORD-121.18")
	refused(t, past, accept(merchant, heard(Consumer, "", "2026-06-10")), "not_for_another", "")
	refused(t, past, accept(merchant, Spoken{Via: "phone"}), "via_of_officers", "")
	refused(t, past, accept(merchant, Spoken{Occurred: on("2026-06-09")}), "not_backdated", "")
	direct := []Command{file(LaneDirect), confirm(), offer(consumer, "f-1", "", "2026-06-03")}
	refused(t, direct, accept(officer, heard(Merchant, "phone", "2026-06-10")), "not_competent_lane", "")
}

// Consent to delegation and performance carry their source as well.
func TestOtherStatementsCarryTheirSource(t *testing.T) {
	walk(t, mediated()...).When(by(officer, "2026-06-08", ConsentDelegation{Party: Merchant, Yes: true, Via: "sms"})).
		Then(t, &DelegationConsented{By: Merchant, Yes: true, Via: "sms", Occurred: Occurred{On: day("2026-06-08"), Source: "record"}})
	refused(t, mediated(), by(officer, "2026-06-08", ConsentDelegation{Party: Merchant, Yes: true, Via: "?"}), "via_required", "")
	refused(t, mediated(), by(merchant, "2026-06-08", ConsentDelegation{Yes: true, Via: "sms"}), "via_of_officers", "")
	walk(t, agreed()...).When(by(officer, "2026-06-23", Perform{Evidence: []string{"e"}, Via: "visit", Occurred: on("2026-06-22")})).
		Then(t, &Performed{By: Office, Evidence: []string{"e"}, Via: "visit", Occurred: Occurred{On: day("2026-06-22"), Source: "record"}})
	refused(t, agreed(), by(officer, "2026-06-23", Perform{Evidence: []string{"e"}, Via: "?"}), "via_required", "")
	walk(t, mediated()...).When(by(officer, "2026-06-08", Respond{Kind: "final", Text: words(), Via: "visit"})).
		Then(t, &Responded{Kind: "final", Text: words(), Via: "visit", Occurred: Occurred{On: day("2026-06-08"), Source: "record"}})
}
