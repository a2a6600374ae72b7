package complaint

import "testing"

func consentTo(a Actor, yes bool, when string) Command {
	return by(a, when, ConsentDelegation{Yes: yes})
}

func delegate(when string) Command {
	return by(officer, when, Delegate{To: "呼和浩特市消费者协会", Kind: "association"})
}

// both said yes on 2026-06-05.
func bothAgree() []Command {
	return append(mediated(), consentTo(consumer, true, "2026-06-05"), consentTo(merchant, true, "2026-06-05"))
}

func TestDelegationNeedsBothSides_Order121Art19(t *testing.T) {
	r := refused(t, mediated(), delegate("2026-06-08"), "delegation_consent_missing", "ORD-121.19")
	if r.Citation != "市场监督管理投诉举报处理办法 第十九条" {
		t.Fatal(r.Citation)
	}
	refused(t, append(mediated(), consentTo(consumer, true, "2026-06-05")), delegate("2026-06-08"), "delegation_consent_missing", "")
	refused(t, append(bothAgree(), consentTo(consumer, false, "2026-06-06")), delegate("2026-06-08"), "delegation_consent_missing", "")
	s := walk(t, bothAgree()...).When(delegate("2026-06-08")).Then(t, &Delegated{
		To: "呼和浩特市消费者协会", Occurred: Occurred{On: day("2026-06-08"), Source: "record"},
	}).State()
	// Delegation stops no clock.
	if c, _ := s.mediationClock(); c.Due != day("2026-08-02") || c.Paused() {
		t.Fatalf("%+v", c)
	}
	// What the consumer said when filing counts.
	f := filing(LaneDepartment)
	f.Consent.DelegateMediation = true
	past := []Command{by(consumer, "2026-06-01", f), confirm(), accept(), consentTo(merchant, true, "2026-06-05")}
	if err := walk(t, past...).When(delegate("2026-06-08")).Err(); err != nil {
		t.Fatal(err)
	}
	// An officer records what a party said.
	said := by(officer, "2026-06-05", ConsentDelegation{Party: Merchant, Yes: true})
	walk(t, mediated()...).When(said).Then(t, &DelegationConsented{By: Merchant, Yes: true, Occurred: Occurred{On: day("2026-06-05"), Source: "record"}})
}

// The duty came with Regulation 778; Order 20 let the department entrust others alone.
func TestDelegationBeforeAndAfter20240701_Regulation778Art46(t *testing.T) {
	to := func(when, kind string) Command { return by(officer, when, Delegate{To: "x", Kind: kind}) }
	old, between := under("2024-06-03", "2024-06-04"), under("2024-07-01", "2024-07-02")
	for _, kind := range []string{"association", "mediation_body", "other_unit"} {
		if err := walk(t, old...).When(to("2024-06-05", kind)).Err(); err != nil {
			t.Errorf("%s: %v", kind, err)
		}
	}
	refused(t, between, to("2024-07-03", "association"), "delegation_consent_missing", "REG-778.46")
	between = append(between, consentTo(consumer, true, "2024-07-03"), consentTo(merchant, true, "2024-07-03"))
	if err := walk(t, between...).When(to("2024-07-03", "other_unit")).Err(); err != nil {
		t.Error(err)
	}
	refused(t, bothAgree(), to("2026-06-08", "other_unit"), "delegate_not_lawful", "ORD-121.19")
	refused(t, old, to("2024-06-05", "friend"), "delegate_not_lawful", "ORD-20.17")
}

func TestTheDelegateDelegatesNoFurtherAndReportsBack_Order121Art19(t *testing.T) {
	past := append(bothAgree(), delegate("2026-06-08"))
	refused(t, past, delegate("2026-06-09"), "already_delegated", "ORD-121.19")
	over := func(result string) Command { return by(officer, "2026-06-20", EndDelegation{Result: result}) }
	walk(t, past...).When(over("no_agreement")).Then(t, &DelegationEnded{
		To: "呼和浩特市消费者协会", Result: "no_agreement", Occurred: Occurred{On: day("2026-06-20"), Source: "record"},
	})
	refused(t, past, over("won"), "result_unknown", "ORD-121.19")
	refused(t, mediated(), over("agreed"), "not_delegated", "ORD-121.19")
	refused(t, bothAgree(), by(officer, "2026-06-08", Delegate{Kind: "association"}), "delegate_required", "")
	// Taking the consent back ends it.
	walk(t, past...).When(consentTo(merchant, false, "2026-06-10")).Then(t,
		&DelegationConsented{By: Merchant, Occurred: Occurred{On: day("2026-06-10"), Source: "online"}},
		&DelegationEnded{To: "呼和浩特市消费者协会", Result: "consent_withdrawn", Occurred: Occurred{On: day("2026-06-10"), Source: "online"}})
	refused(t, past, consentTo(merchant, true, "2026-06-10"), "already_said", "")
	refused(t, mediated(), consentTo(officer, true, "2026-06-10"), "party_required", "")
	refused(t, mediated(), by(merchant, "2026-06-10", ConsentDelegation{Party: Consumer, Yes: true}), "not_for_another", "FANGXIN.access")
	refused(t, confirmed(), consentTo(consumer, true, "2026-06-10"), "not_accepted", "ORD-121.18")
}
