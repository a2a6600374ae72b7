package complaint

import (
	"slices"
	"testing"

	"fangxin/domain/sealed"
)

// A second and a third complainant; the second has an account.
var second = Actor{ID: "c-3", Role: RoleConsumer, Side: Consumer}

func person(s sealed.Subject, account string) Person {
	return Person{Subject: s, Name: words(), Phone: words(), Account: account}
}

func join(id, account string) Command {
	return by(officer, "2026-06-02", JoinComplainant{Complainant: id, Person: person(sealed.Subject("s-"+id), account)})
}

func agreeTo(id, to string) Command {
	return by(officer, "2026-06-08", ConsentJoint{Complainant: id, To: to, Yes: true})
}

func agreedToJoin() []Command {
	past := append(mediated(), by(officer, "2026-06-05", JoinComplainant{Complainant: "p-2", Person: person("s-2", second.ID)}),
		by(officer, "2026-06-05", JoinComplainant{Complainant: "p-3", Person: person("s-3", "")}))
	for _, id := range []string{MainComplainant, "p-2", "p-3"} {
		past = append(past, by(officer, "2026-06-05", ConsentJoint{Complainant: id, To: ConsentJoin, Yes: true}))
	}
	return past
}

func formJoint(who ...string) Command {
	return by(officer, "2026-06-08", FormJoint{Representatives: who, Document: "sha256:choice"})
}

func joint() []Command { return append(agreedToJoin(), formJoint(MainComplainant, "p-2")) }

// The department may handle the complaint as joint after all agreed; they choose two
// representatives in writing.
func TestAComplaintIsJointAfterAllAgreed_Order121Art12(t *testing.T) {
	walk(t, agreedToJoin()...).When(formJoint(MainComplainant, "p-2")).Then(t, &JointFormed{
		Cases: []string{"case-1"}, Representatives: []string{MainComplainant, "p-2"}, Document: "sha256:choice",
		Occurred: &Occurred{On: day("2026-06-08"), Source: "record"},
	})
	named := append(mediated(), by(officer, "2026-06-05", JoinComplainant{Complainant: "p-2", Person: person("s-2", second.ID)}))
	r := refused(t, named, formJoint(MainComplainant, "p-2"), "joint_consent_missing", "ORD-121.12")
	if !slices.Equal(r.Who, []string{MainComplainant, "p-2"}) || r.Citation == "" {
		t.Fatalf("%+v", r)
	}
	// The word of one's own account counts as the word an officer records; a later no undoes it.
	own := append(named, by(second, "2026-06-05", ConsentJoint{To: ConsentJoin, Yes: true}), by(consumer, "2026-06-05", ConsentJoint{To: ConsentJoin, Yes: true}))
	walk(t, own...).When(formJoint("p-2", MainComplainant)).State()
	refused(t, append(own, by(second, "2026-06-06", ConsentJoint{To: ConsentJoin})), formJoint("p-2", MainComplainant), "joint_consent_missing", "")
	for code, who := range map[string][]string{"two_representatives": {"p-2"}, "complainant_unknown": {"p-2", "p-7"}} {
		refused(t, agreedToJoin(), formJoint(who...), code, "ORD-121.12")
	}
	refused(t, agreedToJoin(), formJoint("p-2", "p-2"), "two_representatives", "ORD-121.12")
	refused(t, agreedToJoin(), formJoint("p-2", "p-3", MainComplainant), "two_representatives", "ORD-121.12")
	refused(t, agreedToJoin(), by(officer, "2026-06-08", FormJoint{Representatives: []string{"p-2", "p-3"}}), "choice_in_writing", "ORD-121.12")
	refused(t, mediated(), formJoint("p-2", MainComplainant), "joint_needs_two", "ORD-121.12")
	refused(t, joint(), formJoint("p-2", MainComplainant), "joint_already", "ORD-121.12")
	refused(t, agreedToJoin(), by(consumer, "2026-06-08", FormJoint{}), "not_your_part", "")
	refused(t, joint(), join("p-9", ""), "joint_already", "ORD-121.12")
	refused(t, under20(), by(officer, "2024-06-04", FormJoint{}), "joint_needs_two", "ORD-20.11")
}

// A waiver, a change of requests, a settlement, an agreement, an accepted offer and a
// withdrawal need the consent of each who is represented.
func TestRepresentativesNeedConsents_Order121Art12(t *testing.T) {
	offered := append(joint(), offer(merchant, "f-1", "", "2026-06-09"))
	later := "2026-06-10"
	for name, c := range map[string]struct {
		to string
		do Command
	}{
		"settle":       {ConsentSettle, by(consumer, later, Settle{Terms: terms()})},
		"officer":      {ConsentSettle, by(officer, later, Settle{Terms: terms()})},
		"agree":        {ConsentSettle, by(officer, later, Agree{Form: FormDocument, Terms: terms()})},
		"accept offer": {ConsentSettle, by(second, later, AcceptOffer{Offer: "f-1"})},
		"withdraw":     {ConsentWithdraw, by(second, later, Withdraw{})},
		"change":       {ConsentChange, by(consumer, later, ChangeRequests{Requests: []Request{{Kind: "repair"}}})},
		"waive":        {ConsentWaive, by(consumer, later, WithdrawRequest{Request: 2})},
	} {
		t.Run(name, func(t *testing.T) {
			r := refused(t, offered, c.do, "represented_consent_missing", "ORD-121.12")
			if !slices.Equal(r.Who, []string{"p-3"}) {
				t.Fatalf("names %v", r.Who)
			}
			walk(t, append(offered, by(officer, later, ConsentJoint{Complainant: "p-3", To: c.to, Yes: true}))...).When(c.do).State()
			refused(t, append(offered, by(officer, later, ConsentJoint{Complainant: "p-3", To: c.to})), c.do, "represented_consent_missing", "")
		})
	}
	// A word on one offer carries no other settlement.
	one := append(offered, by(officer, later, ConsentJoint{Complainant: "p-3", To: ConsentSettle, Offer: "f-1", Yes: true}))
	refused(t, one, by(consumer, later, Settle{Terms: terms()}), "represented_consent_missing", "")
	walk(t, one...).When(by(consumer, later, AcceptOffer{Offer: "f-1"})).State()
	// A change uses up its consents.
	changed := append(joint(), agreeTo("p-3", ConsentChange), by(consumer, later, ChangeRequests{Requests: []Request{{Kind: "repair"}}}))
	refused(t, changed, by(consumer, later, ChangeRequests{Requests: []Request{{Kind: "redo"}}}), "represented_consent_missing", "")
}

// Who chose representatives acts through them, and only a named person speaks.
func TestOnlyRepresentativesDispose_Order121Art12(t *testing.T) {
	past := append(agreedToJoin(), formJoint("p-2", "p-3"), agreeTo(MainComplainant, ConsentWithdraw))
	refused(t, past, by(consumer, "2026-06-10", Withdraw{}), "not_a_representative", "ORD-121.12")
	if s := walk(t, past...).When(by(second, "2026-06-10", Withdraw{})).State(); s.Status != StatusWithdrawn {
		t.Fatal(s.Status)
	}
	refused(t, agreedToJoin(), by(second, "2026-06-10", Withdraw{}), "not_your_part", "")
	refused(t, joint(), by(stranger, "2026-06-10", ConsentJoint{To: ConsentSettle, Yes: true}), "not_your_part", "")
	refused(t, joint(), by(second, "2026-06-10", ConsentJoint{Complainant: "p-3", To: ConsentSettle, Yes: true}), "not_your_part", "")
	refused(t, joint(), by(second, "2026-06-10", ConsentJoint{To: "dance", Yes: true}), "consent_unknown", "")
	refused(t, joint(), by(second, "2026-06-10", ConsentJoint{To: ConsentSettle, Offer: "f-7", Yes: true}), "offer_unknown", "")
	refused(t, joint(), by(second, "2026-06-10", ConsentJoint{To: ConsentSettle, Occurred: on("2026-06-09")}), "not_backdated", "")
	refused(t, received(), by(consumer, "2026-06-02", JoinComplainant{Complainant: "p", Person: person("s", "c-9")}), "not_your_part", "")
	refused(t, received(), by(officer, "2026-06-02", JoinComplainant{Complainant: "p", Person: Person{Subject: "s"}}), "complainant_incomplete", "ORD-121.10")
	refused(t, append(received(), join("p-2", "")), join("p-2", ""), "complainant_exists", "")
}

// A merchant that takes the representatives' offer is heard; the settlement waits for
// those whom it binds.
func TestAnAcceptedOfferOfRepresentativesWaits_Order121Art12(t *testing.T) {
	past := []Command{file(LaneDepartment), confirm(), by(officer, "2026-06-03", JoinComplainant{Complainant: "p-2", Person: person("s-2", "")}),
		by(officer, "2026-06-03", JoinComplainant{Complainant: "p-3", Person: person("s-3", "")})}
	for _, id := range []string{MainComplainant, "p-2", "p-3"} {
		past = append(past, by(officer, "2026-06-03", ConsentJoint{Complainant: id, To: ConsentJoin, Yes: true}))
	}
	past = append(past, by(officer, "2026-06-03", FormJoint{Representatives: []string{MainComplainant, "p-2"}, Document: "d"}), offer(consumer, "f-1", "", "2026-06-03"))
	take := by(merchant, "2026-06-04", AcceptOffer{Offer: "f-1"})
	walk(t, past...).When(take).Then(t, &OfferAccepted{Offer: "f-1", By: Merchant})
	settle := by(consumer, "2026-06-05", Settle{Offer: "f-1"})
	refused(t, append(past, take), settle, "represented_consent_missing", "")
	s := walk(t, append(past, take, by(officer, "2026-06-05", ConsentJoint{Complainant: "p-3", To: ConsentSettle, Offer: "f-1", Yes: true}))...).When(settle).State()
	if s.Status != StatusSettled {
		t.Fatal(s.Status)
	}
}

// A claim that is negative, in parts or in all, is named as such.
func TestANegativeInstalmentIsNamed(t *testing.T) {
	bad := Terms{Kind: "refund", AmountFen: 100, Instalments: []Instalment{{AmountFen: -100, Due: day("2026-07-01")}, {AmountFen: 200, Due: day("2026-08-01")}}}
	r := refused(t, mediated(), by(consumer, "2026-06-05", Settle{Terms: bad}), "amount_negative", "ORD-121.24")
	if r.Pointer != "/terms/instalments" {
		t.Fatal(r.Pointer)
	}
}

// Requests are changed, or dropped one by one, until the last.
func TestRequestsChange_Order121Art10(t *testing.T) {
	s := walk(t, mediated()...).When(by(consumer, "2026-06-05", WithdrawRequest{Request: 2, Reason: words()})).Then(t, &RequestsChanged{
		Requests: []Request{{Kind: "refund", AmountFen: 259900}, {Kind: "refund"}}, Waived: true, Reason: words(),
		Occurred: Occurred{On: day("2026-06-05"), Source: "online"},
	}).State()
	if len(s.Requests) != 2 || len(s.Filing.Requests) != 3 {
		t.Fatalf("%+v", s.Requests)
	}
	one := append(mediated(), by(officer, "2026-06-05", ChangeRequests{Requests: []Request{{Kind: "repair"}}, Occurred: Occurred{On: day("2026-06-04"), Source: "call"}}))
	refused(t, one, by(consumer, "2026-06-06", WithdrawRequest{Request: 1}), "last_request", "ORD-121.10")
	refused(t, mediated(), by(consumer, "2026-06-05", WithdrawRequest{Request: 4}), "request_unknown", "ORD-121.10")
	for code, bad := range map[string][]Request{"request_missing": nil, "amount_negative": {{Kind: "refund", AmountFen: -1}}, "kind_unknown": {{}}} {
		refused(t, mediated(), by(consumer, "2026-06-05", ChangeRequests{Requests: bad}), code, "ORD-121.10")
	}
	refused(t, mediated(), by(consumer, "2026-06-05", ChangeRequests{Requests: []Request{{Kind: "repair"}}, Occurred: on("2026-06-04")}), "not_backdated", "")
	refused(t, mediated(), by(merchant, "2026-06-05", WithdrawRequest{Request: 1}), "not_your_part", "")
	refused(t, agreed(), by(consumer, "2026-06-21", WithdrawRequest{Request: 1}), "ended", "")
}
