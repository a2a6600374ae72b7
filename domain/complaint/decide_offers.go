package complaint

import "slices"

// negotiating: offers pass between the consumer and the confirmed respondent, while
// nothing is agreed. Mediation rests on both sides' will (Order 121 art 18). An officer
// records what a side that does not use the system said.
func (t *deciding) negotiating() error {
	if err := first(t.by(byConsumer|byMerchant|byOffice), t.live(), t.confirmed()); err != nil {
		return err
	}
	if slices.ContainsFunc(t.Offers, func(o OfferState) bool { return o.State == OfferTaken }) {
		return t.refuse("offer_accepted_already", "", lawMediation)
	}
	return nil
}

func (MakeOffer) may(t *deciding) error { return first(t.negotiating(), t.room(len(t.Offers))) }

func (a MakeOffer) decide(t *deciding) error {
	by, err := t.speaksFor(a.Party)
	if err != nil {
		return err
	}
	if _, there := t.offer(a.Offer); there || a.Offer == "" {
		return t.refuse("offer_exists", "", houseCase)
	}
	if a.Answers != "" {
		if err := t.answerable(a.Answers, "/answers", by); err != nil {
			return err
		}
	}
	o, err := t.said(a.Occurred, t.Filing.ReceivedOn.On)
	if err != nil {
		return err
	}
	if !a.ValidTo.IsZero() && a.ValidTo < o.On {
		return t.refuse("date_order", "/valid_to", lawCounting)
	}
	if err := t.soundTerms(a.Terms, o.On); err != nil {
		return err
	}
	via, err := t.via(a.Via)
	if err != nil {
		return err
	}
	t.emit(&OfferMade{
		Offer: a.Offer, By: by, Answers: a.Answers, Terms: a.Terms, ValidTo: a.ValidTo, Occurred: o, Via: via,
	})
	return nil
}

// via is the channel on which an officer had it; who speaks for itself names none.
func (t *deciding) via(stated string) (string, error) {
	switch {
	case t.party() != Office:
		return "", nil
	case !slices.Contains([]string{"letter", "phone", "sms", "counter"}, stated):
		return "", t.refuse("via_required", "/via", houseCase)
	}
	return stated, nil
}

// answerable: an offer of the other side that still stands.
func (t *deciding) answerable(id, pointer string, by Party) error {
	o, ok := t.offer(id)
	switch {
	case !ok:
		return t.refuse("offer_unknown", pointer, houseCase)
	case o.By == by:
		return t.refuse("own_offer", pointer, lawMediation)
	}
	return t.standing(o, pointer)
}

func (t *deciding) standing(o OfferState, pointer string) error {
	switch {
	case o.StateOn(t.today) == OfferLapsed:
		return t.refuse("offer_expired", pointer, lawMediation)
	case o.State != OfferOpen:
		return t.refuse("offer_answered", pointer, lawMediation)
	}
	return nil
}

// mayAnswer: some offer of the other side still stands.
func (t *deciding) mayAnswer() error {
	if err := t.negotiating(); err != nil {
		return err
	}
	for _, o := range t.Offers {
		for _, p := range t.voices("") {
			if t.answerable(o.Offer, "", p) == nil {
				return nil
			}
		}
	}
	return t.refuse("no_open_offer", "/offer", lawMediation)
}

// answer settles whose answer it is, of which day, and that the offer still stands.
func (t *deciding) answer(id string, named Party, stated Occurred) (Party, *Occurred, error) {
	by, err := t.speaksFor(named)
	if err != nil {
		return by, nil, err
	}
	if err := t.answerable(id, "/offer", by); err != nil {
		return by, nil, err
	}
	offer, _ := t.offer(id)
	o, err := t.said(stated, offer.Occurred.On)
	return by, &o, err
}

func (AcceptOffer) may(t *deciding) error {
	return first(t.mayAnswer(), t.maySpeak(ActAcceptOffer, ConsentSettle))
}

// decide: before the department accepted the case, and in the lanes without it, an
// accepted offer is a settlement (先行和解). Afterwards the parties' will is known
// and the officer records the agreement, or the consumer the settlement. So it is where
// the merchant takes an offer to which some whom it binds have not consented yet.
func (a AcceptOffer) decide(t *deciding) error {
	by, o, err := t.answer(a.Offer, a.Party, a.Occurred)
	if err != nil {
		return err
	}
	bound := t.disposes(ActAcceptOffer, ConsentSettle, a.Offer, false)
	if bound != nil && by == Consumer {
		return bound
	}
	t.emit(&OfferAccepted{Offer: a.Offer, By: by, Occurred: o})
	if t.Status == StatusAccepted || bound != nil {
		return nil
	}
	when := Occurred{On: o.On, Source: o.Source} // the mark of the same act stands in OfferAccepted
	offer, _ := t.offer(a.Offer)
	t.emit(&Settled{
		Before: true, Offer: a.Offer, Terms: offer.Terms, Occurred: when,
		Clocks: performanceClocks(offer.Terms, when.On),
	})
	return nil
}

func (RefuseOffer) may(t *deciding) error { return t.mayAnswer() }

func (a RefuseOffer) decide(t *deciding) error {
	by, o, err := t.answer(a.Offer, a.Party, a.Occurred)
	if err != nil {
		return err
	}
	t.emit(&OfferRefused{Offer: a.Offer, By: by, Reason: a.Reason, Occurred: o})
	return nil
}

// may: an offer of one's own that nobody answered.
func (WithdrawOffer) may(t *deciding) error {
	if err := t.negotiating(); err != nil {
		return err
	}
	for _, o := range t.Offers {
		if slices.Contains(t.voices(""), o.By) && t.standing(o, "") == nil {
			return nil
		}
	}
	return t.refuse("no_open_offer", "/offer", lawMediation)
}

func (a WithdrawOffer) decide(t *deciding) error {
	by, err := t.speaksFor(a.Party)
	if err != nil {
		return err
	}
	offer, ok := t.offer(a.Offer)
	switch {
	case !ok:
		return t.refuse("offer_unknown", "/offer", houseCase)
	case offer.By != by:
		return t.refuse("not_own_offer", "/offer", lawMediation)
	}
	if err := t.standing(offer, "/offer"); err != nil {
		return err
	}
	o, err := t.said(a.Occurred, offer.Occurred.On)
	if err != nil {
		return err
	}
	t.emit(&OfferWithdrawn{Offer: a.Offer, By: by, Occurred: &o})
	return nil
}
