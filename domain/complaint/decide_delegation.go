package complaint

import (
	"slices"

	"fangxin/domain/statute"
)

// How a delegation ended.
const (
	DelegationAgreed    = "agreed"
	DelegationFailed    = "no_agreement"
	DelegationReturned  = "returned"
	DelegationWithdrawn = "consent_withdrawn"
)

// agrees says what a party answered to delegation; the consumer may have said so when
// filing (the official form asks).
func (t *deciding) agrees(p Party) (yes, said bool) {
	if yes, said = t.Mediation.Consents[p]; said {
		return yes, true
	}
	return p == Consumer && t.Consent.DelegateMediation, p == Consumer
}

func (ConsentDelegation) may(t *deciding) error {
	return first(t.mediating(byConsumer|byMerchant|byOfficer), t.room(t.Mediation.Answers))
}

// decide: who takes a consent back while the delegate is at work ends the delegation:
// mediation rests on both sides' will (Order 121 arts 18 and 19).
func (a ConsentDelegation) decide(t *deciding) error {
	party := t.party()
	switch {
	case party == Office && a.Party != Consumer && a.Party != Merchant:
		return t.refuse("party_required", "/party", lawDelegation)
	case party == Office:
		party = a.Party
	case a.Party != "" && a.Party != party:
		return t.refuse("not_for_another", "/party", houseAccess)
	}
	if err := t.stated(a.Via); err != nil {
		return err
	}
	if yes, said := t.Mediation.Consents[party]; said && yes == a.Yes {
		return t.refuse("already_said", "/answer", lawDelegation)
	}
	o, err := t.occurred(a.Occurred, t.AcceptedOn)
	if err != nil {
		return err
	}
	t.emit(&DelegationConsented{By: party, Yes: a.Yes, Occurred: o, Via: a.Via})
	if !a.Yes && t.Mediation.Delegated != "" && t.rules.Has(statute.DelegationNeedsBoth) {
		t.emit(&DelegationEnded{To: t.Mediation.Delegated, Result: DelegationWithdrawn, Occurred: Occurred{On: o.On, Source: o.Source}})
	}
	return nil
}

// may: both sides' consent, a duty since 2024-07-01 (Regulation 778 art 46) and art 19
// since 2026-04-15; a delegate delegates no further.
func (Delegate) may(t *deciding) error {
	if err := t.accepted(); err != nil {
		return err
	}
	if t.Mediation.Delegated != "" {
		return t.refuse("already_delegated", "", lawDelegation)
	}
	if t.rules.Has(statute.DelegationNeedsBoth) {
		consumer, _ := t.agrees(Consumer)
		merchant, _ := t.agrees(Merchant)
		if !consumer || !merchant {
			return t.refuse("delegation_consent_missing", "", lawDelegation)
		}
	}
	return nil
}

func (a Delegate) decide(t *deciding) error {
	kinds := []string{"association", "mediation_body"}
	if t.rules.Has(statute.DelegateOtherUnits) {
		kinds = append(kinds, "other_unit")
	}
	switch {
	case !slices.Contains(kinds, a.Kind):
		return t.refuse("delegate_not_lawful", "/kind", lawDelegation)
	case a.To == "":
		return t.refuse("delegate_required", "/to", lawDelegation)
	}
	o, err := t.occurred(a.Occurred, t.AcceptedOn)
	if err != nil {
		return err
	}
	t.emit(&Delegated{To: a.To, Occurred: o})
	return nil
}

func (EndDelegation) may(t *deciding) error {
	if err := t.accepted(); err != nil {
		return err
	}
	if t.Mediation.Delegated == "" {
		return t.refuse("not_delegated", "", lawDelegation)
	}
	return nil
}

// decide ends the delegation and nothing else: what the delegate reached is recorded as
// agreement or termination by the department, in whose name it mediated.
func (a EndDelegation) decide(t *deciding) error {
	if !slices.Contains([]string{DelegationAgreed, DelegationFailed, DelegationReturned}, a.Result) {
		return t.refuse("result_unknown", "/result", lawDelegation)
	}
	o, err := t.occurred(a.Occurred, t.Mediation.DelegatedOn)
	if err != nil {
		return err
	}
	t.emit(&DelegationEnded{To: t.Mediation.Delegated, Result: a.Result, Occurred: o})
	return nil
}
