package complaint

import "slices"

// standing: nobody answered it, and its last day is not over.
func (t *deciding) standing(o OfferState, pointer string) error {
	switch {
	case o.StateOn(t.today) == OfferLapsed:
		return t.refuse("offer_expired", pointer, lawMediation)
	case o.State != OfferOpen:
		return t.refuse("offer_answered", pointer, lawMediation)
	}
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
