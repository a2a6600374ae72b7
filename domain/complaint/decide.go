package complaint

import (
	"errors"

	"fangxin/domain/calendar"
	"fangxin/domain/statute"
)

// deciding is one decision under way: the state as far as it has got, the command,
// the law of the case and the facts so far.
type deciding struct {
	State
	Command
	law   Law
	rules statute.RuleSet
	today calendar.Date
	// calendar is that of the case's region.
	calendar *calendar.Calendar
	events   []Event
	// asking: only whether is asked, not why not; refusals cite nothing.
	asking bool
	denied Refusal // every refusal while asking
}

// emit adds a fact; what follows in the same decision already sees it.
func (t *deciding) emit(e Event) {
	e.applyTo(&t.State)
	t.events = append(t.events, e)
}

// open finds the law of the case and refuses what can never be asked of it: a
// second filing, anything of a case that is not there, native acts on a foreign case.
func (t *deciding) open() error {
	_, files := t.Do.(File)
	_, takes := t.Do.(RecordForeignCase)
	native, foreign := t.Filing != nil, t.Filing == nil && t.Foreign != nil
	err := t.standIn(t.place())
	if errors.Is(err, statute.ErrNoRuleSet) {
		return t.refuse("no_rule_set", "", houseCase)
	}
	if err != nil {
		return err
	}
	switch {
	case !native && !foreign && !files && !takes:
		return t.refuse("no_such_case", "", houseCase)
	case (native || foreign) && files:
		return t.refuse("already_filed", "", houseCase)
	case foreign && !takes:
		return t.refuse("foreign_case", "", houseImport)
	case native && takes:
		return t.refuse("native_case", "", houseImport)
	}
	return nil
}

// filingDay is the day that picks the law of a new case: for a letter or a call that
// the office enters later it is the day on which the complaint came in, else today.
func (t *deciding) filingDay() calendar.Date {
	if f, ok := t.Do.(File); ok && t.party() == Office && !f.ReceivedOn.On.IsZero() {
		return min(f.ReceivedOn.On, t.today)
	}
	return t.today
}

// side is a set of those who may act.
type side uint8

const (
	byConsumer side = 1 << iota
	byMerchant
	byOffice // officers in every lane, institutions in the association's
	byOfficer
	bySystem
)

// by says whether the actor is one of those who may act. A merchant's people act
// only once an officer confirmed that the respondent is this merchant.
func (t *deciding) by(who side) error {
	a := t.Actor
	switch a.Role {
	case RoleConsumer:
		if who&byConsumer != 0 && t.Speaks(a.ID) {
			return nil
		}
	case RoleMerchant:
		if who&byMerchant == 0 {
			break
		}
		if t.Identity != IdentityConfirmed {
			return t.refuse("respondent_not_confirmed", "", lawCompetence)
		}
		if t.isRespondent(a) {
			return nil
		}
	case RoleOfficer:
		if who&(byOffice|byOfficer) != 0 {
			return nil
		}
	case RoleInstitution:
		if who&byOffice != 0 && t.Lane == LaneAssociation {
			return nil
		}
	case RoleSystem:
		if who&bySystem != 0 {
			return nil
		}
	}
	return t.refuse("not_your_part", "", houseAccess)
}

// isRespondent: the actor is of the confirmed merchant, and of its store where both
// name one.
func (t *deciding) isRespondent(a Actor) bool {
	r := t.Respondent
	return r != nil && a.Merchant != "" && a.Merchant == r.ID &&
		(a.Store == "" || r.Store == "" || a.Store == r.Store)
}

// party is the side the actor speaks for; by has checked its role.
func (t *deciding) party() Party {
	switch {
	case t.Actor.Side != "":
		return t.Actor.Side
	case t.Actor.Role == RoleConsumer:
		return Consumer
	case t.Actor.Role == RoleMerchant:
		return Merchant
	}
	return Office
}

// live refuses when the proceedings are over.
func (t *deciding) live() error {
	if t.Ended() {
		return t.refuse("ended", "", houseCase)
	}
	return nil
}

// confirmed refuses while the respondent's identity is not established.
func (t *deciding) confirmed() error {
	if t.Identity != IdentityConfirmed {
		return t.refuse("respondent_not_confirmed", "", lawCompetence)
	}
	return nil
}

// occurred settles the day of an act: not in the future, not before the fact it
// rests on. Entered later than the next working day, or behind a later fact, it
// needs a reason and is marked.
func (t *deciding) occurred(o Occurred, cause calendar.Date) (Occurred, error) {
	if o.On.IsZero() {
		o.On = t.today
	}
	o.Source = t.source(o.Source)
	switch {
	case o.On > t.today:
		return o, t.refuse("in_future", "/occurred/on", lawCounting)
	case o.On < cause:
		return o, t.refuse("before_cause", "/occurred/on", lawCounting)
	}
	o.Late = t.late(o.On) || o.On < t.LatestOn
	if o.Late && o.Reason == nil {
		return o, t.refuse("reason_required", "/occurred/reason", houseCase)
	}
	return o, nil
}

func (t *deciding) late(on calendar.Date) bool {
	next, _ := t.calendar.AddWorkingDays(on, 1)
	return t.today > next
}

func (t *deciding) source(stated string) string {
	switch {
	case stated != "":
		return stated
	case t.party() == Office:
		return "record"
	}
	return "online"
}

// now is an act of this moment, on line.
func (t *deciding) now() Occurred { return Occurred{On: t.today, Source: t.source("")} }

// first returns the first refusal.
func first(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}
