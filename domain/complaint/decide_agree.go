package complaint

import "slices"

// MinCopies of a mediation document: one for each side and one on file (Order 121 art 24).
const MinCopies = 3

// may: while a recusal is undecided there is no mediation to agree in (art 21).
func (Agree) may(t *deciding) error {
	return first(t.sitting(), t.confirmed(), t.maySpeak(ActAgree, ConsentSettle))
}

// decide: after mediation on site a document is due, unless the agreement was
// performed at once or both sides waive it; otherwise a record is enough (art 24).
func (a Agree) decide(t *deciding) error {
	session, err := a.lawful(t)
	if err != nil {
		return err
	}
	if err := t.disposes(ActAgree, ConsentSettle, a.Offer, a.InPerson); err != nil {
		return err
	}
	o, err := t.occurred(a.Occurred, max(t.AcceptedOn, session.heldOn()))
	if err != nil {
		return err
	}
	terms, err := t.terms(a.Terms, a.Offer, o.On)
	if err != nil {
		return err
	}
	agreed := &Agreed{
		Form: a.Form, Offer: a.Offer, Terms: terms, Document: a.Document, Occurred: o,
		Session: session.Session, SignedBy: a.SignedBy, Sealed: a.Sealed, Copies: a.Copies, Record: a.Record,
	}
	if a.Form != FormPerformed {
		agreed.Clocks = performanceClocks(terms, o.On)
	}
	t.emit(agreed)
	return nil
}

// lawful checks the form against the session in which the sides agreed, the last one
// that was held.
func (a Agree) lawful(t *deciding) (SessionState, error) {
	var last SessionState
	if held := t.Mediation.held(); len(held) > 0 {
		last = held[len(held)-1]
	}
	recorded := a.Record != nil || last.Held != nil && last.Held.Record != nil
	switch {
	case !slices.Contains([]string{FormDocument, FormRecord, FormPerformed, FormWaived}, a.Form):
		return last, t.refuse("form_unknown", "/form", lawAgreement)
	case a.Form == FormRecord && last.Form == FormOnSite:
		return last, t.refuse("document_required", "/form", lawAgreement)
	case a.Form == FormDocument:
		return last, a.document(t)
	case a.Form == FormWaived && !a.signedByBoth():
		return last, t.refuse("waiver_incomplete", "/signed_by", lawAgreement)
	case !recorded:
		return last, t.refuse("record_required", "/record", lawAgreement)
	}
	return last, nil
}

// document: signed or sealed by both sides, with the department's seal, a copy for each
// side and one on file.
func (a Agree) document(t *deciding) error {
	switch {
	case !a.signedByBoth():
		return t.refuse("signatures_missing", "/signed_by", lawAgreement)
	case !a.Sealed:
		return t.refuse("seal_missing", "/sealed", lawAgreement)
	case a.Copies < MinCopies:
		return t.refuse("copies_missing", "/copies", lawAgreement)
	}
	return nil
}

func (a Agree) signedByBoth() bool {
	return len(a.SignedBy) == 2 && slices.Contains(a.SignedBy, Consumer) && slices.Contains(a.SignedBy, Merchant)
}
