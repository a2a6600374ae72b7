package complaint

import (
	"cmp"
	"slices"
	"time"

	"fangxin/domain/calendar"
	"fangxin/domain/statute"
)

// sitting: the case is mediated by the department, and no recusal stands open, which
// suspends the sessions (Order 121 art 21).
func (t *deciding) sitting() error {
	if err := t.accepted(); err != nil {
		return err
	}
	if t.Mediation.Suspended {
		return t.refuse("mediation_suspended", "", lawRecusal)
	}
	return nil
}

func (ScheduleSession) may(t *deciding) error {
	return first(t.sitting(), t.room(len(t.Mediation.Sessions)))
}

// decide announces one session at a time. For mediation on site the sides are told time,
// place and mediator beforehand (Order 121 art 20); by telephone or over a network the
// sides are reached when they are reached.
func (a ScheduleSession) decide(t *deciding) error {
	if err := a.known(t); err != nil {
		return err
	}
	if err := a.sound(t); err != nil {
		return err
	}
	told, err := t.occurred(a.Occurred, t.AcceptedOn)
	if err != nil {
		return err
	}
	if err := a.beforehand(t, told.On); err != nil {
		return err
	}
	a.Mediator = cmp.Or(a.Mediator, t.Officer, t.Actor.ID)
	if slices.Contains(t.Mediation.Recused, a.Mediator) {
		return t.refuse("mediator_recused", "/mediator", lawRecusal)
	}
	t.emit(&MediationScheduled{
		Session: a.Session, Form: a.Form, On: a.On, Time: a.Time, Place: a.Place, Mediator: a.Mediator,
		Again: a.Again, Reason: a.Reason, Occurred: &told,
	})
	if a.On >= t.today {
		if err := t.setDate(statute.DateHearing, a.On, "/on"); err != nil {
			return err
		}
	}
	return t.setDate(statute.DateRecusal, a.RecuseBy, "/recuse_by")
}

// known: a new session while none is announced, or the one that is.
func (a ScheduleSession) known(t *deciding) error {
	now, there := t.Mediation.scheduled()
	switch {
	case a.Session == "" || !a.Again && t.hasSession(a.Session):
		return t.refuse("session_exists", "", houseCase)
	case a.Again && (!there || now.Session != a.Session):
		return t.refuse("session_unknown", "/session", lawSession)
	case !a.Again && there, a.Again && a.Form == now.Form && a.On == now.On && a.Time == now.Time:
		return t.refuse("session_scheduled", "/session", lawSession)
	case a.Again && a.Reason == nil:
		return t.refuse("reason_required", "/reason", lawSession)
	}
	return nil
}

func (t *deciding) hasSession(id string) bool {
	return slices.ContainsFunc(t.Mediation.Sessions, func(s SessionState) bool { return s.Session == id })
}

func sessionForms() []string { return []string{FormOnSite, "internet", "phone", "audio", "video"} }

// sound: the day, and for a session on site also hour and place.
func (a ScheduleSession) sound(t *deciding) error {
	_, hour := time.Parse("15:04", a.Time)
	switch {
	case !slices.Contains(sessionForms(), a.Form):
		return t.refuse("form_unknown", "/form", lawSession)
	case a.On.IsZero():
		return t.refuse("date_missing", "/on", lawSession)
	case a.On < t.AcceptedOn:
		return t.refuse("date_order", "/on", lawSession)
	case a.Time != "" && hour != nil, a.Form == FormOnSite && a.Time == "":
		return t.refuse("time_required", "/time", lawSession)
	case a.Form == FormOnSite && a.Place == nil:
		return t.refuse("place_required", "/place", lawSession)
	case !a.RecuseBy.IsZero() && a.RecuseBy > a.On:
		return t.refuse("date_order", "/recuse_by", lawRecusal)
	}
	return nil
}

// beforehand: an announcement is made before the session. One of the same day must be
// made before its hour; entered later, only an earlier day shows that it was.
func (a ScheduleSession) beforehand(t *deciding, told calendar.Date) error {
	hour, _ := time.Parse("15:04", a.Time)
	begins := a.On.Start().Add(time.Duration(hour.Hour())*time.Hour + time.Duration(hour.Minute())*time.Minute)
	switch {
	case told < a.On:
		return nil
	case told == a.On && told == t.today && (a.Form != FormOnSite || t.At.Before(begins)):
		return nil
	}
	return t.refuse("not_beforehand", "/on", lawSession)
}

// announced finds the session that is announced.
func (t *deciding) announced() (SessionState, error) {
	s, ok := t.Mediation.scheduled()
	if !ok {
		return s, t.refuse("no_session", "", lawSession)
	}
	return s, nil
}

func (CancelSession) may(t *deciding) error {
	if err := t.accepted(); err != nil {
		return err
	}
	_, err := t.announced()
	return err
}

func (a CancelSession) decide(t *deciding) error {
	if a.Reason == nil {
		return t.refuse("reason_required", "/reason", lawSession)
	}
	s, _ := t.Mediation.scheduled()
	o, err := t.occurred(a.Occurred, s.Announced)
	if err != nil {
		return err
	}
	t.emit(&MediationCancelled{Session: s.Session, Reason: a.Reason, Occurred: o})
	return nil
}

// may: each side says it once for a session.
func (a CannotAttend) may(t *deciding) error {
	if err := t.mediating(byConsumer | byMerchant | byOfficer); err != nil {
		return err
	}
	s, err := t.announced()
	if err != nil {
		return err
	}
	for _, p := range t.voices(a.Party) {
		if !s.excused(p) {
			return nil
		}
	}
	return t.refuse("already_said", "", lawSession)
}

func (s SessionState) excused(p Party) bool {
	return slices.ContainsFunc(s.Excuses, func(e *AbsenceAnnounced) bool { return e.By == p })
}

// voices are the sides for whom the actor can speak: its own; for an officer the one
// that is named, else both.
func (t *deciding) voices(named Party) []Party {
	switch p := t.party(); {
	case p != Office:
		return []Party{p}
	case named == "" || t.asking:
		return []Party{Consumer, Merchant}
	}
	return []Party{named}
}

// speaksFor is the side whose word this is. An officer records what a side said and
// names it; nobody else speaks for another.
func (t *deciding) speaksFor(named Party) (Party, error) {
	p := t.party()
	switch {
	case p == Office && named != Consumer && named != Merchant:
		return "", t.refuse("party_required", "/party", lawMediation)
	case p == Office:
		return named, nil
	case named != "" && named != p:
		return "", t.refuse("not_for_another", "/party", houseAccess)
	}
	return p, nil
}

// said is the day of a side's own word, which is today's, or of what an officer records.
func (t *deciding) said(o Occurred, cause calendar.Date) (Occurred, error) {
	if t.party() != Office && !o.On.IsZero() && o.On != t.today {
		return o, t.refuse("not_backdated", "/occurred/on", houseAccess)
	}
	return t.occurred(o, cause)
}

// decide records the reason; whether it is a good one the department judges when the
// session is held (Order 121 art 23(2)).
func (a CannotAttend) decide(t *deciding) error {
	party, err := t.speaksFor(a.Party)
	if err != nil {
		return err
	}
	s, _ := t.Mediation.scheduled()
	switch {
	case s.excused(party):
		return t.refuse("already_said", "/party", lawSession)
	case a.Reason == nil:
		return t.refuse("reason_required", "/reason", lawSession)
	}
	o, err := t.said(a.Occurred, s.Announced)
	if err != nil {
		return err
	}
	t.emit(&AbsenceAnnounced{Session: s.Session, By: party, Reason: a.Reason, Occurred: o})
	return nil
}

func (HoldSession) may(t *deciding) error {
	if err := first(t.sitting(), t.room(len(t.Mediation.Sessions))); err != nil {
		return err
	}
	if s, there := t.Mediation.scheduled(); there && s.Form == FormOnSite && s.On > t.today {
		return t.refuse("session_not_due", "", lawSession)
	}
	return nil
}

// decide records a session. What was announced for a day is held on it; on site nothing is
// held that was not announced (Order 121 art 20). A record is kept of every session: art
// 24 asks for one wherever no document follows.
func (a HoldSession) decide(t *deciding) error {
	s, there := t.Mediation.scheduled()
	if !there {
		s = SessionState{Session: a.Session, Form: a.Form, Mediator: cmp.Or(a.Mediator, t.Officer, t.Actor.ID)}
		if err := a.unannounced(t); err != nil {
			return err
		}
	}
	if a.Occurred.On.IsZero() && s.On <= t.today {
		a.Occurred.On = s.On
	}
	if err := a.took(t); err != nil {
		return err
	}
	o, err := t.occurred(a.Occurred, max(t.AcceptedOn, s.Announced))
	if err != nil {
		return err
	}
	if there && s.Form == FormOnSite && o.On != s.On {
		return t.refuse("session_other_day", "/occurred/on", lawSession)
	}
	t.emit(&MediationHeld{
		Session: s.Session, Form: s.Form, Mediator: s.Mediator, Present: a.Present, Absent: a.Absent,
		Result: a.Result, Record: a.Record, Occurred: o,
	})
	return nil
}

func (a HoldSession) unannounced(t *deciding) error {
	switch {
	case a.Form == FormOnSite:
		return t.refuse("not_beforehand", "/form", lawSession)
	case !slices.Contains(sessionForms(), a.Form):
		return t.refuse("form_unknown", "/form", lawSession)
	case a.Session == "" || t.hasSession(a.Session):
		return t.refuse("session_exists", "", houseCase)
	case slices.Contains(t.Mediation.Recused, a.Mediator):
		return t.refuse("mediator_recused", "/mediator", lawRecusal)
	}
	return nil
}

// took: each side either came or did not, and nobody agrees alone.
func (a HoldSession) took(t *deciding) error {
	seen := map[Party]int{}
	for _, p := range a.Present {
		seen[p]++
	}
	for _, p := range a.Absent {
		seen[p.Party]++
	}
	switch {
	case seen[Consumer] != 1 || seen[Merchant] != 1 || len(seen) != 2:
		return t.refuse("who_came", "/present", lawSession)
	case !slices.Contains([]string{SessionAgreed, SessionFailed, SessionAdjourned}, a.Result):
		return t.refuse("result_unknown", "/result", lawSession)
	case a.Result == SessionAgreed && len(a.Absent) > 0:
		return t.refuse("side_missing", "/result", lawMediation)
	case a.Record == nil:
		return t.refuse("record_required", "/record", lawAgreement)
	}
	return nil
}
