package complaint

import (
	"cmp"

	"fangxin/domain/statute"
)

// mediating: an accepted case that is not over, and one of those who may act in it.
func (t *deciding) mediating(who side) error {
	if err := first(t.by(who), t.live()); err != nil {
		return err
	}
	if t.Status != StatusAccepted {
		return t.refuse("not_accepted", "", lawMediation)
	}
	return nil
}

func (Recuse) may(t *deciding) error {
	if err := t.mediating(byConsumer | byMerchant | byOfficer); err != nil {
		return err
	}
	if t.Mediation.Recusal != nil {
		return t.refuse("recusal_pending", "", lawRecusal)
	}
	return nil
}

// decide: the application suspends the sessions until it is decided upon, and no text
// takes that time out of the period (Order 121 art 21).
func (a Recuse) decide(t *deciding) error {
	if a.Reason == nil {
		return t.refuse("reason_required", "/reason", lawRecusal)
	}
	o, err := t.occurred(a.Occurred, t.AcceptedOn)
	if err != nil {
		return err
	}
	if a.Person == "" {
		s, _ := t.Mediation.scheduled()
		a.Person = cmp.Or(s.Mediator, t.Officer)
	}
	t.emit(&RecusalRequested{By: t.party(), Person: a.Person, Reason: a.Reason, Occurred: o})
	if t.rules.Has(statute.RecusalSuspends) && !t.Mediation.Suspended {
		t.emit(&MediationSuspended{Why: statute.PauseRecusal, Occurred: Occurred{On: o.On, Source: o.Source}})
	}
	return nil
}

// may: nobody decides about his own recusal.
func (DecideRecusal) may(t *deciding) error {
	if err := t.accepted(); err != nil {
		return err
	}
	r := t.Mediation.Recusal
	switch {
	case r == nil:
		return t.refuse("no_recusal", "", lawRecusal)
	case r.Person != "" && r.Person == t.Actor.ID:
		return t.refuse("own_recusal", "", lawRecusal)
	}
	return nil
}

func (a DecideRecusal) decide(t *deciding) error {
	r := t.Mediation.Recusal
	if a.Granted && (a.Replaced == "" || a.Replaced == r.Person) {
		return t.refuse("replacement_required", "/replaced", lawRecusal)
	}
	if !a.Granted {
		a.Replaced = ""
	}
	o, err := t.occurred(a.Occurred, r.Occurred.On)
	if err != nil {
		return err
	}
	t.emit(&RecusalDecided{Person: r.Person, Granted: a.Granted, Replaced: a.Replaced, Occurred: o})
	if t.Mediation.Suspended {
		t.emit(&MediationResumed{Occurred: Occurred{On: o.On, Source: o.Source}})
	}
	return nil
}
