package complaint

import "testing"

func filedBy(as string) Command {
	f := filing(LaneDepartment)
	f.Filer = &Filer{As: as, Subject: "s-5", Name: words()}
	return by(consumer, "2026-06-01", f)
}

func power() AuthoriseFiler {
	return AuthoriseFiler{
		Document: "sha256:power", Matter: words(), Scope: []string{"file", ActSettle, ActAcceptOffer}, Until: day("2026-06-30"),
		Signed: true, IDType: "id_card", IDNumber: words(),
	}
}

func authorise() Command { return by(officer, "2026-06-02", power()) }

func counter() Command {
	f := filing(LaneDepartment)
	f.Channel, f.Consumer.Account = "counter", ""
	return by(officer, "2026-06-01", f)
}

// Before an agent settles, the original power of attorney was seen, its term runs and its
// scope names the act.
func TestAnAgentSettlesOnceTheOriginalWasSeen_Order121Art11(t *testing.T) {
	settle := by(consumer, "2026-06-05", Settle{Terms: terms()})
	refused(t, []Command{filedBy(FilerAgent)}, settle, "authority_not_seen", "ORD-121.11")
	refused(t, []Command{filedBy(FilerAgent)}, by(officer, "2026-06-05", Withdraw{}), "authority_not_seen", "ORD-121.11")
	// The missing original is asked for as a supplement.
	walk(t, filedBy(FilerAgent)).When(by(officer, "2026-06-02", RequestSupplement{Items: []string{"power_of_attorney", "agent_identity"}, By: day("2026-06-09")})).State()
	walk(t, filedBy(FilerAgent)).When(authorise()).Then(t, &FilerAuthorised{
		Document: "sha256:power", Scope: power().Scope, Until: day("2026-06-30"), Matter: words(), IDType: "id_card", IDNumber: words(),
		Occurred: Occurred{On: day("2026-06-02"), Source: "record"},
	})
	seen := []Command{filedBy(FilerAgent), authorise()}
	walk(t, seen...).When(settle).State()
	refused(t, seen, by(consumer, "2026-06-05", Withdraw{}), "authority_scope", "ORD-121.11")
	refused(t, seen, by(consumer, "2026-07-01", Settle{Terms: terms()}), "authority_ended", "ORD-121.11")
	refused(t, seen, by(consumer, "2026-06-05", WithdrawRequest{Request: 1}), "authority_scope", "ORD-121.11")
	// The consumer itself was there.
	walk(t, seen...).When(by(officer, "2026-07-01", Withdraw{InPerson: true})).State()
	walk(t, seen...).When(by(consumer, "2026-06-05", Supplement{Text: words()})).State()
}

// What the law asks of a power of attorney: matter, scope, term, signature, identity.
func TestAPowerOfAttorneyIsWhole_Order121Art11(t *testing.T) {
	for code, change := range map[string]func(*AuthoriseFiler){
		"proof_document_required": func(a *AuthoriseFiler) { a.Document = "" },
		"matter_required":         func(a *AuthoriseFiler) { a.Matter = nil },
		"scope_required":          func(a *AuthoriseFiler) { a.Scope = nil },
		"scope_unknown":           func(a *AuthoriseFiler) { a.Scope = []string{"everything"} },
		"date_missing":            func(a *AuthoriseFiler) { a.Until = 0 },
		"authority_ended":         func(a *AuthoriseFiler) { a.Until = day("2026-06-01") },
		"power_unsigned":          func(a *AuthoriseFiler) { a.Signed = false },
		"agent_identity_required": func(a *AuthoriseFiler) { a.IDNumber = nil },
	} {
		a := power()
		change(&a)
		refused(t, []Command{filedBy(FilerAgent)}, by(officer, "2026-06-02", a), code, "ORD-121.11")
	}
	refused(t, received(), authorise(), "no_filer", "ORD-121.11")
	refused(t, []Command{filedBy(FilerAgent)}, by(consumer, "2026-06-02", power()), "not_your_part", "")
}

// Guardians (监护人), heirs (继承人) and representatives prove their standing by a document
// of their own; a helper is no party and proves nothing.
func TestGuardiansAndHeirsProveTheirStanding(t *testing.T) {
	for _, as := range []string{FilerGuardian, FilerHeir, FilerRepresentative} {
		withdraw := by(consumer, "2026-06-05", Withdraw{})
		refused(t, []Command{filedBy(as)}, withdraw, "authority_not_seen", "FANGXIN.filing")
		walk(t, filedBy(as), by(officer, "2026-06-02", AuthoriseFiler{Document: "sha256:book"})).When(withdraw).State()
	}
	f := filing(LaneDepartment)
	f.Filer = &Filer{As: FilerSelf, Helper: &Helper{Kind: "service_station", Name: words()}}
	walk(t, by(consumer, "2026-06-01", f)).When(by(consumer, "2026-06-05", Withdraw{})).State()
	// An heir's case ends, if an officer decides so, as that of a party that died (art 23(7)).
	heir := []Command{filedBy(FilerHeir), confirm(), accept()}
	walk(t, heir...).When(terminate("TM_PARTY_GONE")).State()
}

// A case from the counter is taken over with a code; guesses are counted.
func TestACaseFromTheCounterIsClaimed(t *testing.T) {
	out := []Command{counter(), by(officer, "2026-06-02", OfferClaim{Claim: "s-9"})}
	s := walk(t, out...).When(by(consumer, "2026-06-03", Claim{Right: true})).Then(t, &Claimed{Account: consumer.ID, By: "code"}).State()
	if s.Account != consumer.ID || !s.Speaks(consumer.ID) || s.Speaks(stranger.ID) || s.Behind.Claim.Claim != "" {
		t.Fatalf("%+v", s.Behind)
	}
	wrong := by(stranger, "2026-06-03", Claim{})
	walk(t, out...).When(wrong).Then(t, &ClaimFailed{})
	spent := append(out, wrong, wrong, wrong, wrong, wrong)
	refused(t, spent, by(consumer, "2026-06-03", Claim{Right: true}), "no_claim", "FANGXIN.filing")
	walk(t, append(spent, by(officer, "2026-06-04", OfferClaim{Claim: "s-10"}))...).When(by(consumer, "2026-06-04", Claim{Right: true})).State()
	refused(t, out, by(consumer, "2026-09-01", Claim{Right: true}), "no_claim", "")
	refused(t, []Command{counter()}, by(consumer, "2026-06-03", Claim{Right: true}), "no_claim", "")
	refused(t, received(), by(officer, "2026-06-02", OfferClaim{Claim: "s-9"}), "account_linked", "")
	walk(t, counter()).When(by(officer, "2026-06-02", LinkAccount{Account: "c-2"})).Then(t, &Claimed{Account: "c-2", By: "officer"})
	refused(t, received(), by(officer, "2026-06-02", LinkAccount{Account: "c-2"}), "account_linked", "")
	refused(t, []Command{counter()}, by(officer, "2026-06-02", LinkAccount{}), "account_required", "")
}

// A consumer for whom an agent filed takes the case over; the agent stays the agent.
func TestAnAgentsConsumerClaims_Order121Art11(t *testing.T) {
	past := []Command{filedBy(FilerAgent), by(officer, "2026-06-02", LinkAccount{Account: stranger.ID})}
	walk(t, past...).When(by(stranger, "2026-06-05", Withdraw{})).State()
	refused(t, past, by(consumer, "2026-06-05", Withdraw{}), "authority_not_seen", "ORD-121.11")
}

// A possible duplicate is shown, decided by an officer, and ends nothing.
func TestADuplicateEndsNothing_Order121Art16(t *testing.T) {
	f := filing(LaneDepartment)
	f.Alike = []DuplicateFlagged{{Case: "case-9", By: "order"}}
	s := walk(t).When(by(consumer, "2026-06-01", f)).State()
	if len(s.Duplicates) != 1 || s.Status != StatusReceived || s.Ended() {
		t.Fatalf("%+v", s.Duplicates)
	}
	past := []Command{by(consumer, "2026-06-01", f)}
	look := func(result string) Command {
		return by(officer, "2026-06-02", DecideDuplicate{Case: "case-9", Result: result, Reason: words()})
	}
	walk(t, past...).When(look("dismissed")).Then(t, &DuplicateDecided{Case: "case-9", Result: "dismissed", Reason: words()})
	walk(t, past...).When(look("same")).Then(t, &DuplicateDecided{Case: "case-9", Result: "same", Reason: words()},
		&Linked{Kind: "complaint", Case: "case-9", Relation: "duplicate"})
	if s := walk(t, past...).When(look("joined")).State(); s.Ended() || s.Links[0].Relation != "joint" {
		t.Fatalf("%+v", s.Links)
	}
	walk(t, append(past, look("same"))...).When(decline("NA2_ALREADY")).State()
	refused(t, append(past, look("same")), look("same"), "no_duplicate", "ORD-121.16")
	refused(t, past, look("maybe"), "result_unknown", "")
	refused(t, past, by(officer, "2026-06-02", FlagDuplicate{Case: "case-9"}), "already_flagged", "")
	refused(t, past, by(officer, "2026-06-02", FlagDuplicate{Case: "case-1"}), "same_case", "")
	refused(t, past, by(officer, "2026-06-02", FlagDuplicate{}), "case_required", "")
	refused(t, past, by(officer, "2026-06-02", DecideDuplicate{Case: "case-8", Result: "same"}), "duplicate_unknown", "")
	refused(t, past, by(consumer, "2026-06-02", DecideDuplicate{Case: "case-9", Result: "same"}), "not_your_part", "")
}
