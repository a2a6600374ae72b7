package complaint

import (
	"slices"

	"fangxin/domain/calendar"
)

func (Respond) may(t *deciding) error {
	return first(t.by(byMerchant|byOffice), t.live(), t.confirmed(), t.room(len(t.Responses)))
}

// decide takes the merchant's own answer as of today; an officer who records one
// says on which channel and day it came.
func (a Respond) decide(t *deciding) error {
	if a.Kind != "interim" && a.Kind != "final" {
		return t.refuse("kind_unknown", "/kind", lawMediation)
	}
	via := heardVia()
	if t.party() == Merchant {
		via = []string{"portal", "api"}
		if a.Via == "" {
			a.Via = "portal"
		}
		if on := a.Occurred.On; !on.IsZero() && on != t.today {
			return t.refuse("not_backdated", "/occurred/on", houseAccess)
		}
	}
	if !slices.Contains(via, a.Via) {
		return t.refuse("via_required", "/via", houseCase)
	}
	if a.Text == nil {
		return t.refuse("text_required", "/text", lawMediation)
	}
	o, err := t.occurred(a.Occurred, t.Filing.ReceivedOn.On)
	if err != nil {
		return err
	}
	t.emit(&Responded{Kind: a.Kind, Text: a.Text, Evidence: a.Evidence, Via: a.Via, Occurred: o})
	return nil
}

// negotiating: offers pass between the consumer and the confirmed respondent, while
// nothing is agreed. Mediation rests on both sides' will (Order 121 art 18).
func (t *deciding) negotiating() error {
	if err := first(t.negotiates(), t.live(), t.confirmed()); err != nil {
		return err
	}
	if slices.ContainsFunc(t.Offers, func(o OfferState) bool { return o.State == OfferTaken }) {
		return t.refuse("offer_accepted_already", "", lawMediation)
	}
	return nil
}

func (MakeOffer) may(t *deciding) error { return first(t.negotiating(), t.room(len(t.Offers))) }

func (a MakeOffer) decide(t *deciding) error {
	if _, there := t.offer(a.Offer); there || a.Offer == "" {
		return t.refuse("offer_exists", "", houseCase)
	}
	said, err := t.speaks(a.Spoken, t.Filing.ReceivedOn.On)
	if err != nil {
		return err
	}
	if a.Answers != "" {
		if said, err = t.answers(a.Answers, "/answers", said); err != nil {
			return err
		}
	}
	if !a.ValidTo.IsZero() && a.ValidTo < said.Occurred.On {
		return t.refuse("date_order", "/valid_to", lawCounting)
	}
	if err := t.soundTerms(a.Terms, said.Occurred.On); err != nil {
		return err
	}
	t.emit(&OfferMade{
		Offer: a.Offer, By: said.Party, Answers: a.Answers, Terms: a.Terms,
		ValidTo: a.ValidTo, Occurred: said.Occurred, Via: said.Via,
	})
	return nil
}

// soundTerms: they name a kind, no negative sum, and days that are not over.
func (t *deciding) soundTerms(terms Terms, on calendar.Date) error {
	switch {
	case terms.Kind == "":
		return t.refuse("terms_missing", "/terms/kind", lawAgreement)
	case terms.AmountFen < 0:
		return t.refuse("amount_negative", "/terms/amount_fen", lawAgreement)
	case !terms.PerformBy.IsZero() && terms.PerformBy < on:
		return t.refuse("date_order", "/terms/perform_by", lawCounting)
	}
	return t.soundInstalments(terms, on)
}

// soundInstalments: days in their order, and sums that add up to what is agreed.
func (t *deciding) soundInstalments(terms Terms, on calendar.Date) error {
	var sum int64
	for _, part := range terms.Instalments {
		switch {
		case part.AmountFen < 0:
			return t.refuse("amount_negative", "/terms/instalments", lawAgreement)
		case part.Due < on:
			return t.refuse("date_order", "/terms/instalments", lawCounting)
		}
		sum, on = sum+part.AmountFen, part.Due
	}
	if len(terms.Instalments) > 0 && terms.AmountFen > 0 && sum != terms.AmountFen {
		return t.refuse("instalments_sum", "/terms/instalments", lawAgreement)
	}
	return nil
}

// answerable: an offer of the other side that still stands on a day. Without a party it
// is anybody's.
func (t *deciding) answerable(id, pointer string, by Party, on calendar.Date) error {
	o, ok := t.offer(id)
	switch {
	case !ok:
		return t.refuse("offer_unknown", pointer, houseCase)
	case o.By == by:
		return t.refuse("own_offer", pointer, lawMediation)
	case o.StateOn(on) == OfferLapsed:
		return t.refuse("offer_expired", pointer, lawMediation)
	case o.State != OfferOpen:
		return t.refuse("offer_answered", pointer, lawMediation)
	}
	return nil
}

// answers settles who answers an offer and when: after it was made, while it stands.
func (t *deciding) answers(id, pointer string, said Spoken) (Spoken, error) {
	since := t.Filing.ReceivedOn.On
	if o, ok := t.offer(id); ok {
		since = max(since, o.Occurred.On)
	}
	said, err := t.speaks(said, since)
	if err != nil {
		return said, err
	}
	return said, t.answerable(id, pointer, said.Party, said.Occurred.On)
}

// mayAnswer: some offer of the other side still stands. One that lapsed may have been
// answered in time, and an officer records it later.
func (t *deciding) mayAnswer() error {
	if err := t.negotiating(); err != nil {
		return err
	}
	by, on := t.party(), t.today
	for _, o := range t.Offers {
		if by == Office {
			on = o.Occurred.On
		}
		if t.answerable(o.Offer, "", by, on) == nil {
			return nil
		}
	}
	return t.refuse("no_open_offer", "/offer", lawMediation)
}

func (AcceptOffer) may(t *deciding) error {
	return first(t.mayAnswer(), t.maySpeak(ActAcceptOffer, ConsentSettle))
}

// decide: before the department accepted the case, and in the lanes without it, an
// accepted offer is a settlement (先行和解). Afterwards the parties' will is known
// and the officer records the agreement, or the consumer the settlement. So it is where
// the merchant takes an offer to which some whom it binds have not consented yet.
func (a AcceptOffer) decide(t *deciding) error {
	said, err := t.answers(a.Offer, "/offer", a.Spoken)
	if err != nil {
		return err
	}
	bound := t.disposes(ActAcceptOffer, ConsentSettle, a.Offer, false)
	if bound != nil && said.Party == Consumer {
		return bound
	}
	t.emit(&OfferAccepted{Offer: a.Offer, By: said.Party, Via: said.Via, Occurred: said.recorded()})
	if t.Status == StatusAccepted || bound != nil {
		return nil
	}
	o, _ := t.offer(a.Offer)
	on := Occurred{On: said.Occurred.On, Source: said.Occurred.Source}
	t.emit(&Settled{
		Before: true, Offer: a.Offer, Terms: o.Terms, Occurred: on,
		Clocks: performanceClocks(o.Terms, on.On),
	})
	return nil
}

func (RefuseOffer) may(t *deciding) error { return t.mayAnswer() }

func (a RefuseOffer) decide(t *deciding) error {
	said, err := t.answers(a.Offer, "/offer", a.Spoken)
	if err != nil {
		return err
	}
	t.emit(&OfferRefused{Offer: a.Offer, By: said.Party, Reason: a.Reason, Via: said.Via, Occurred: said.recorded()})
	return nil
}

// Forms of an agreement (Order 121 art 24).
const (
	FormDocument  = "document"  // 调解书
	FormRecord    = "record"    // 调解记录
	FormPerformed = "performed" // performed at once
	FormWaived    = "waived"    // both waive the document
)

// accepted: only an accepted case is mediated.
func (t *deciding) accepted() error {
	if err := first(t.by(byOfficer), t.live()); err != nil {
		return err
	}
	if t.Status != StatusAccepted {
		return t.refuse("not_accepted", "", lawMediation)
	}
	return nil
}

// terms are those stated, else those of the accepted offer that is named.
func (t *deciding) terms(stated Terms, offer string, on calendar.Date) (Terms, error) {
	if offer != "" {
		o, ok := t.offer(offer)
		if !ok {
			return stated, t.refuse("offer_unknown", "/offer", houseCase)
		}
		if o.State != OfferTaken {
			return stated, t.refuse("offer_not_accepted", "/offer", lawMediation)
		}
		if stated.Kind == "" {
			return o.Terms, nil
		}
	}
	return stated, t.soundTerms(stated, on)
}
