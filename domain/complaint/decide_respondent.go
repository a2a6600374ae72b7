package complaint

import (
	"slices"

	"fangxin/domain/statute"
)

// whyWrongMerchant says that a record is not public because it named another merchant.
const whyWrongMerchant = "wrong_merchant"

// maxFormer bounds how often a case changes its respondent: each keeps what the former
// one said.
const maxFormer = 20

// may: only a confirmed respondent is replaced; until then it is identified. An
// agreement was made by two persons, and another's name cannot be put under it: the
// record of such a case comes off the register as wrong_merchant, and the case is
// reopened before its respondent is replaced [design].
func (ReplaceRespondent) may(t *deciding) error {
	if err := first(t.by(byOffice), t.confirmed()); err != nil {
		return err
	}
	switch {
	case t.Agreement != nil:
		return t.refuse("agreement_binds", "", lawAgreement)
	case len(t.Former) >= maxFormer:
		return t.refuse("too_many", "", houseCase)
	}
	return nil
}

// decide: the wrong merchant is out from this moment on, and what it said, offered and
// consented to falls with it. The complaint stays the same one, received on the same
// day: neither the seven working days of acceptance nor the days of mediation begin
// anew (Order 121 arts 15 and 23 count from receipt and acceptance, whoever the
// respondent is) [design]. Where the right one is found elsewhere an officer forwards
// the case, as in any other, and the next authority's days run from its own receipt.
func (a ReplaceRespondent) decide(t *deciding) error {
	if err := a.sound(t); err != nil {
		return err
	}
	t.voidNotices()
	t.endDelegation()
	t.unpublish()
	if a.Merchant == nil {
		t.emit(&RespondentUnknown{Reason: a.Reason})
		return nil
	}
	t.emit(&RespondentReplaced{From: *t.Respondent, To: *a.Merchant, Source: a.Source, Reason: a.Reason})
	return nil
}

func (a ReplaceRespondent) sound(t *deciding) error {
	if a.Reason == nil {
		return t.refuse("reason_required", "/reason", lawCompetence)
	}
	if a.Merchant == nil {
		return nil
	}
	if err := t.identifies(*a.Merchant, a.Source); err != nil {
		return err
	}
	if a.Merchant.ID == t.Respondent.ID && a.Merchant.Store == t.Respondent.Store {
		return t.refuse("same_respondent", "/merchant", lawCompetence)
	}
	return nil
}

// identifies: an identity that is whole, of one kind, and from a source.
func (t *deciding) identifies(m Identity, source string) error {
	switch {
	case m.ID == "" || m.Name == "" && m.Person == nil:
		return t.refuse("identity_incomplete", "/merchant", lawContent)
	case m.Name != "" && m.Person != nil:
		return t.refuse("identity_ambiguous", "/merchant/person", lawContent)
	case !slices.Contains([]string{"register", "licence", "platform", "merchant", "officer"}, source):
		return t.refuse("source_required", "/source", lawCompetence)
	}
	return nil
}

// voidNotices: what was addressed to the wrong merchant told nobody. The numbers stay
// visible. Why is said once, by the fact that follows.
func (t *deciding) voidNotices() {
	for _, n := range t.Notices {
		if n.Recipient == Merchant && n.State != NoticeInvalid {
			t.emit(&NoticeVoided{Notice: n.Notice})
		}
	}
}

// endDelegation: it stood on the wrong merchant's consent (Order 121 art 19). A recusal
// that it asked for is moot.
func (t *deciding) endDelegation() {
	if yes, said := t.Mediation.Consents[Merchant]; said && yes && t.Mediation.Delegated != "" {
		t.emit(&DelegationEnded{To: t.Mediation.Delegated, Result: "respondent_replaced", Occurred: t.now()})
	}
	if r := t.Mediation.Recusal; r != nil && r.By == Merchant && t.Mediation.Suspended {
		t.emit(&MediationResumed{Occurred: t.now()})
	}
}

// unpublish takes the wrong merchant off the register, or stops its record on the way.
// Its objection was right.
func (t *deciding) unpublish() {
	switch d := t.Disclosure; d.State {
	case DisclosurePublic:
		t.emit(&DisclosureWithdrawn{Class: whyWrongMerchant, On: t.today})
	case DisclosureContested:
		t.emit(&ObjectionDecided{Result: ObjectionUpheld, On: t.today})
	case DisclosureTold:
		policy := ""
		if d.Record != nil {
			policy = d.Record.Policy
		}
		t.emit(&DisclosureRefused{Why: whyWrongMerchant, Policy: policy})
	}
}

// may: a suspicion can come up at any time, also when the case is over. Nothing else
// follows by itself: whether mediation ends on it (art 23(6)) an officer decides.
func (ReferPolice) may(t *deciding) error {
	if err := first(t.by(byOfficer), t.atOffice()); err != nil {
		return err
	}
	if t.Police != nil {
		return t.refuse("already_referred", "", lawPolice)
	}
	return nil
}

// decide records the referral (Order 121 art 42, Regulation 778 art 49). No party reads it.
func (a ReferPolice) decide(t *deciding) error {
	switch {
	case a.To == "":
		return t.refuse("police_required", "/to", lawPolice)
	case a.Reason == nil:
		return t.refuse("reason_required", "/reason", lawPolice)
	case a.Document == "":
		return t.refuse("document_missing", "/document", lawPolice)
	}
	o, err := t.occurred(a.Occurred, t.Filing.ReceivedOn.On)
	if err != nil {
		return err
	}
	t.emit(&PoliceReferred{To: a.To, Reason: a.Reason, Document: a.Document, Occurred: o})
	t.takeOff("other", statute.WhenReferral) // the public is not told of the referral
	return nil
}
