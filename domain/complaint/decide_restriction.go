package complaint

import (
	"time"

	"fangxin/domain/calendar"
)

// Dispensable says whether a case could do without the personal data that it shares with
// another of the same submission: nothing forbids to restrict them, and to erase them its
// own period is over (PIPL 47). One key serves both, so it goes when both may.
func (d Decider) Dispensable(s State, result string, at time.Time) bool {
	t := &deciding{State: s, Command: Command{At: at, Do: DecideErasure{}}, law: d.law, today: calendar.DateOf(at), asking: true}
	switch {
	case s.Gone() == ErasureErased:
		return true
	case t.open() != nil || t.erasable() != nil:
		return false
	}
	return result != ErasureErased || !t.retained(t.today)
}

// may: only a restriction is lifted; what was erased is gone.
func (LiftRestriction) may(t *deciding) error {
	if err := t.by(byOfficer); err != nil {
		return err
	}
	switch t.Gone() {
	case ErasureErased:
		return t.refuse("data_erased", "", lawErasure)
	case ErasureRestricted:
		return t.rightsRoom(t.People.Lifts)
	}
	return t.refuse("not_restricted", "", lawErasure)
}

// decide: handling was stopped because the period still ran (PIPL 47(2)). Where that
// ground falls away, because the application was withdrawn or was another person's, the
// office may go on, and says why. The law names no procedure for it [design].
func (a LiftRestriction) decide(t *deciding) error {
	if a.Reason == nil {
		return t.refuse("reason_required", "/reason", lawErasure)
	}
	o, err := t.occurred(a.Occurred, t.Filing.ReceivedOn.On)
	if err != nil {
		return err
	}
	subjects := t.Restricted()
	t.emit(&RestrictionLifted{Reason: a.Reason, Occurred: o})
	for _, subject := range subjects {
		t.emit(&SubjectReleased{Subject: subject})
	}
	return nil
}
