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
	channels := []string{"letter", "phone", "sms", "counter"}
	if t.party() == Merchant {
		channels = []string{"portal", "api"}
		if a.Via == "" {
			a.Via = "portal"
		}
		if on := a.Occurred.On; !on.IsZero() && on != t.today {
			return t.refuse("not_backdated", "/occurred/on", houseAccess)
		}
	}
	if !slices.Contains(channels, a.Via) {
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
