package complaint

// Limits of a code that lets an account take a case over [design].
const (
	claimDays  = 90
	claimTries = 5
)

// claimable: nobody has the case yet, or only an agent has it for its consumer.
func (t *deciding) claimable() error {
	if t.Behind.Own {
		return t.refuse("account_linked", "", houseFiling)
	}
	return nil
}

func (OfferClaim) may(t *deciding) error { return first(t.by(byOffice), t.claimable()) }

// decide: a new code takes the place of the one before.
func (a OfferClaim) decide(t *deciding) error {
	if a.Claim == "" {
		return t.refuse("claim_missing", "", houseFiling)
	}
	t.emit(&ClaimOffered{Claim: a.Claim, Until: t.today + claimDays})
	return nil
}

// may: a code is out, still good, and was not missed too often.
func (Claim) may(t *deciding) error {
	if t.Actor.Role != RoleConsumer || t.Actor.ID == "" {
		return t.refuse("not_your_part", "", houseAccess)
	}
	if err := t.claimable(); err != nil {
		return err
	}
	switch c := t.Behind.Claim; {
	case c.Claim == "", t.today > c.Until, c.Failed >= claimTries:
		return t.refuse("no_claim", "", houseFiling)
	}
	return nil
}

// decide: a wrong code is a fact too, so that guesses are counted.
func (a Claim) decide(t *deciding) error {
	if !a.Right {
		t.emit(&ClaimFailed{})
		return nil
	}
	t.emit(&Claimed{Account: t.Actor.ID, By: "code"})
	return nil
}

func (LinkAccount) may(t *deciding) error { return first(t.by(byOfficer), t.claimable()) }

func (a LinkAccount) decide(t *deciding) error {
	switch {
	case a.Account == "":
		return t.refuse("account_required", "/account", houseFiling)
	case t.ComplainantOf(a.Account) != "":
		return t.refuse("account_linked", "/account", houseFiling)
	}
	t.emit(&Claimed{Account: a.Account, By: "officer"})
	return nil
}
