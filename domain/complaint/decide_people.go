package complaint

import (
	"slices"

	"fangxin/domain/calendar"
	"fangxin/domain/statute"
)

// maxRequests bounds how often the same right is used in one case.
const maxRequests = 50

// withRestricted are the routes that stay open where the consumer's data are
// restricted or gone: those about storing and protecting them, and the program's own.
func withRestricted(do Action) bool {
	switch do.(type) {
	case RequestErasure, DecideErasure, LiftRestriction, PlaceHold, ReleaseHold, RecordErased, RecordRetentionOver,
		RecordDeadlinePassed, WithdrawDisclosure:
		return true
	}
	return false
}

// usable refuses everything but storage and protection where the consumer's data are
// restricted or gone (PIPL 47(2)).
func (t *deciding) usable(do Action) error {
	switch gone := t.Gone(); {
	case gone == "" || withRestricted(do):
		return nil
	case gone == ErasureErased:
		return t.refuse("data_erased", "", lawErasure)
	}
	return t.refuse("data_restricted", "", lawErasure)
}

func (CorrectConsumer) may(t *deciding) error {
	if err := t.by(byConsumer | byOffice); err != nil {
		return err
	}
	return t.rightsRoom(t.People.Corrections)
}

// rightsRoom bounds how often a right is used: a right that is abused fills the file
// of a case without end [design].
func (t *deciding) rightsRoom(n int) error {
	if n >= maxRequests {
		return t.refuse("too_many", "", houseCase)
	}
	return nil
}

// decide: what is wrong or incomplete is corrected and completed without delay
// (PIPL 46). It changes nothing that was decided; an identity that was verified is
// that of the old name or number, and is verified again (see ConsumerCorrected).
func (a CorrectConsumer) decide(t *deciding) error {
	if t.Consumer == nil {
		return t.refuse("nothing_to_correct", "", lawCorrection)
	}
	now, was, n := *t.Consumer, t.Consumer, &a.Consumer
	changed := false
	if n.Name != nil {
		now.Name, changed = n.Name, true
	}
	if n.Phone != nil {
		now.Phone, changed = n.Phone, true
	}
	if n.Address != nil {
		now.Address, changed = n.Address, true
	}
	if n.IDNumber != nil {
		now.IDNumber, changed = n.IDNumber, true
	}
	if n.Contacts != nil {
		now.Contacts, changed = n.Contacts, true
	}
	for _, f := range []struct{ is, to *string }{
		{&now.Region, &n.Region}, {&now.IDType, &n.IDType}, {&now.Language, &n.Language},
	} {
		if *f.to != "" && *f.to != *f.is {
			*f.is, changed = *f.to, true
		}
	}
	if !changed {
		return t.refuse("nothing_to_correct", "", lawCorrection)
	}
	now.Subject, now.Account = was.Subject, was.Account
	t.emit(&ConsumerCorrected{Consumer: now})
	return nil
}

func (RefuseCorrection) may(t *deciding) error {
	if err := t.by(byOffice); err != nil {
		return err
	}
	return t.rightsRoom(t.People.Corrections)
}

// decide: a refusal gives its reasons (PIPL 50).
func (a RefuseCorrection) decide(t *deciding) error {
	fields := []string{"name", "phone", "address", "id_number", "contact_ways", "language", "region"}
	if len(a.Fields) == 0 || slices.ContainsFunc(a.Fields, func(f string) bool { return !slices.Contains(fields, f) }) {
		return t.refuse("field_unknown", "/fields", lawCorrection)
	}
	if a.Reason == nil {
		return t.refuse("reason_required", "/reason", lawRefusing)
	}
	o, err := t.occurred(a.Occurred, t.Filing.ReceivedOn.On)
	if err != nil {
		return err
	}
	t.emit(&CorrectionRefused{Fields: a.Fields, Reason: a.Reason, Occurred: o})
	return nil
}

func (ChangeConsent) may(t *deciding) error { return t.by(byConsumer | byOffice) }

// decide: a consent may be withdrawn at any time, as easily as it was given; what was
// done before stays lawful (PIPL 15, 16). What rests on it ends: a record that the
// policy publishes by consent leaves the register, and a delegate stops (Order 121
// art 19).
func (a ChangeConsent) decide(t *deciding) error {
	next := t.Consent
	if a.Publish != nil {
		next.Publish = *a.Publish
	}
	if a.DelegateMediation != nil {
		next.DelegateMediation = *a.DelegateMediation
	}
	same := next == t.Consent
	next.Wording = a.Wording
	switch {
	case same:
		return t.refuse("consent_unchanged", "", lawConsent)
	case a.Wording == "":
		return t.refuse("wording_required", "/wording", lawConsent)
	}
	if on := a.Occurred.On; t.party() == Consumer && !on.IsZero() && on != t.today {
		return t.refuse("not_backdated", "/occurred/on", houseAccess)
	}
	o, err := t.occurred(a.Occurred, t.Filing.ReceivedOn.On)
	if err != nil {
		return err
	}
	was := t.Consent
	t.emit(&ConsentChanged{Consent: next, Occurred: o})
	if was.Publish && !next.Publish {
		t.withdrawByConsent()
	}
	if was.DelegateMediation != next.DelegateMediation {
		t.redelegate(next.DelegateMediation, o)
	}
	return nil
}

// withdrawByConsent ends what was to be published, or is, by the consumer's consent.
func (t *deciding) withdrawByConsent() {
	switch t.Disclosure.State {
	case DisclosurePublic:
		if policy, known := t.recordPolicy(); !known || policy.RequiresConsent {
			t.emit(&DisclosureWithdrawn{Class: "consent_withdrawn", On: t.today})
		}
	case DisclosureTold, DisclosureContested:
		if policy, known := t.recordPolicy(); known && policy.RequiresConsent {
			t.emit(&DisclosureRefused{Why: statute.WhenNoConsent, Policy: policy.Version})
		}
	}
}

// redelegate is the consumer's answer to delegation while the case is mediated. A
// withdrawal ends a delegation under way.
func (t *deciding) redelegate(yes bool, o Occurred) {
	if t.AcceptedOn.IsZero() || t.Ended() {
		return
	}
	t.emit(&DelegationConsented{By: Consumer, Yes: yes, Occurred: Occurred{On: o.On, Source: o.Source}})
	if !yes && t.Mediation.Delegated != "" && t.rules.Has(statute.DelegationNeedsBoth) {
		t.emit(&DelegationEnded{To: t.Mediation.Delegated, Result: DelegationWithdrawn, Occurred: Occurred{On: o.On, Source: o.Source}})
	}
}

// retain computes for how long the file of a closed case is kept: PIPL 19 asks for the
// shortest time that the purpose needs. Where the law names no period it is the
// installation's own.
func (t *deciding) retain() {
	if kept, ok := t.retention(); ok {
		t.emit(kept)
	}
}

func (t *deciding) retention() (*RetentionSet, bool) {
	class, ok := t.law.Catalogue.Retention(statute.RetainComplaint)
	if !ok || class.Period.N == 0 || t.ClosedOn.IsZero() {
		return nil, false
	}
	return &RetentionSet{
		Class: class.ID, From: t.ClosedOn, Until: t.addPeriod(t.ClosedOn, class.Period), Version: class.Version,
	}, true
}

func (RecordRetentionOver) may(t *deciding) error { return t.by(bySystem) }

// decide proposes to an officer what is to become of the file, once.
func (a RecordRetentionOver) decide(t *deciding) error {
	r := t.People.Retention
	if r == nil || r.Until != a.Until || t.today <= r.Until || t.People.Over || t.Gone() == ErasureErased || t.ClosedOn.IsZero() {
		return t.refuse("moved_on", "", houseCase)
	}
	t.emit(&RetentionOver{Class: r.Class, Until: r.Until})
	return nil
}

// retained says whether the retention period still runs on a day.
func (t *deciding) retained(on calendar.Date) bool {
	r := t.People.Retention
	if r == nil {
		r, _ = t.retention() // closed before periods were recorded
	}
	return r != nil && on <= r.Until
}
