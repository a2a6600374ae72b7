package complaint

import (
	"slices"
	"strconv"
)

// Acts for which an agent's authority must have been seen, and its scope name them.
const (
	ActSettle      = "settle"
	ActAgree       = "agree"
	ActAcceptOffer = "accept_offer"
	ActWithdraw    = "withdraw"
	ActChange      = "change_requests"
	ActWaive       = "waive"
)

// scopes are what a power of attorney can be for (委托权限).
func scopes() []string {
	return []string{"file", "supplement", "mediate", "receive", ActSettle, ActAgree, ActAcceptOffer, ActWithdraw, ActChange, ActWaive}
}

func (AuthoriseFiler) may(t *deciding) error {
	if err := first(t.by(byOffice), t.live()); err != nil {
		return err
	}
	if !t.ByAgent() {
		return t.refuse("no_filer", "", lawAgent)
	}
	return nil
}

// decide: an agent brings the original of a power of attorney that names matter, scope
// and term and is signed by the principal, and its own proof of identity (Order 121
// art 11, Order 20 art 10). What proves a guardian, an heir or a representative the
// order does not say; the document is named [design].
func (a AuthoriseFiler) decide(t *deciding) error {
	if a.Document == "" {
		return t.refuse("proof_document_required", "/document", t.lawOfFiler())
	}
	if t.Filing.Filer.As == FilerAgent {
		if err := a.power(t); err != nil {
			return err
		}
	}
	for i, scope := range a.Scope {
		if !slices.Contains(scopes(), scope) {
			return t.refuse("scope_unknown", "/scope/"+strconv.Itoa(i), lawAgent)
		}
	}
	o, err := t.occurred(a.Occurred, 0)
	switch {
	case err != nil:
		return err
	case !a.Until.IsZero() && a.Until < o.On:
		return t.refuse("authority_ended", "/until", lawAgent)
	}
	t.emit(&FilerAuthorised{
		Document: a.Document, Scope: a.Scope, Until: a.Until, Matter: a.Matter,
		IDType: a.IDType, IDNumber: a.IDNumber, Occurred: o,
	})
	return nil
}

func (a AuthoriseFiler) power(t *deciding) error {
	switch {
	case a.Matter == nil:
		return t.refuse("matter_required", "/matter", lawAgent)
	case len(a.Scope) == 0:
		return t.refuse("scope_required", "/scope", lawAgent)
	case a.Until.IsZero():
		return t.refuse("date_missing", "/until", lawAgent)
	case !a.Signed:
		return t.refuse("power_unsigned", "/signed", lawAgent)
	case a.IDNumber == nil:
		return t.refuse("agent_identity_required", "/id_number", lawAgent)
	}
	return nil
}

// lawOfFiler is where the law speaks of the filer; only of agents it does.
func (t *deciding) lawOfFiler() string {
	if t.Filing.Filer.As == FilerAgent {
		return lawAgent
	}
	return houseFiling
}

// authorised: before an agent settles, agrees, withdraws or accepts an offer, the
// original was seen, its term runs and its scope names the act (Order 121 art 11). The
// consumer's own account, and a consumer who was there itself, need none.
func (t *deciding) authorised(act string, inPerson bool) error {
	if inPerson && t.party() == Office {
		return nil
	}
	if t.party() == Consumer && t.Behind.Own && t.Actor.ID == t.Account {
		return nil
	}
	if id := t.ComplainantOf(t.Actor.ID); t.party() == Consumer && id != MainComplainant && id != "" {
		return nil
	}
	switch a := t.Behind.Authority; t.AuthorityOn(t.today) {
	case AuthorityNone:
		return t.refuse("authority_not_seen", "", t.lawOfFiler())
	case AuthorityEnded:
		return t.refuse("authority_ended", "", t.lawOfFiler())
	case AuthoritySeen:
		if t.Filing.Filer.As == FilerAgent && !slices.Contains(a.Scope, act) {
			return t.refuse("authority_scope", "", lawAgent)
		}
	}
	return nil
}

// maySpeak asks what can be known before the content: an officer may say that the
// consumer was there itself.
func (t *deciding) maySpeak(act, consent string) error {
	if t.party() == Merchant {
		return nil
	}
	return first(t.authorised(act, true), t.represented(consent, anyOffer))
}

// disposes checks an act that disposes of what is asked for: the filer's authority, and
// the consents of those who are represented.
func (t *deciding) disposes(act, consent, offer string, inPerson bool) error {
	return first(t.authorised(act, inPerson), t.represented(consent, offer))
}
