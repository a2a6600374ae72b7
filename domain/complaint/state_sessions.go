package complaint

import (
	"slices"

	"fangxin/domain/calendar"
)

// States of a session.
const (
	SessionSet       = "scheduled"
	SessionHeld      = "held"
	SessionCancelled = "cancelled"
	// SessionLapsed: the proceedings ended before it was held.
	SessionLapsed = "lapsed"
)

// FormOnSite is a session (现场调解) to which the sides come; the other forms are remote.
const FormOnSite = "on_site"

// Results of a session.
const (
	SessionAgreed    = "agreement"
	SessionFailed    = "no_agreement"
	SessionAdjourned = "adjourned"
)

// SessionState is one session of mediation (调解会) and what became of it.
type SessionState struct {
	Session  string
	Form     string
	On       calendar.Date
	Time     string
	Place    Text
	Mediator string
	State    string
	// Announced is the day on which the parties were told, zero for one that was not
	// announced.
	Announced calendar.Date
	// Moved counts how often it was moved to another day.
	Moved int
	Held  *MediationHeld
	// Excuses are what the sides said beforehand.
	Excuses []*AbsenceAnnounced
	// Past: it belongs to proceedings that ended and were taken up again.
	Past bool
}

// present says whether a side took part.
func (s SessionState) present(p Party) bool {
	return s.Held != nil && slices.Contains(s.Held.Present, p)
}

// absentWithoutReason says whether a side stayed away without good reason.
func (s SessionState) absentWithoutReason(p Party) bool {
	return s.Held != nil && slices.Contains(s.Held.Absent, Absence{Party: p})
}

// scheduled is the session that is announced and not yet held.
func (m MediationState) scheduled() (SessionState, bool) {
	for _, s := range m.Sessions {
		if s.State == SessionSet && !s.Past {
			return s, true
		}
	}
	return SessionState{}, false
}

// held lists the sessions of these proceedings that took place.
func (m MediationState) held() []SessionState {
	var list []SessionState
	for _, s := range m.Sessions {
		if s.Held != nil && !s.Past {
			list = append(list, s)
		}
	}
	return list
}

// mediated: both sides took part in mediation, together or, by telephone, one after
// the other.
func (m MediationState) mediated() bool {
	took := func(p Party) bool {
		return slices.ContainsFunc(m.held(), func(s SessionState) bool { return s.present(p) })
	}
	return took(Consumer) && took(Merchant)
}

func (s *State) changeSession(id string, change func(*SessionState)) {
	for i, was := range s.Mediation.Sessions {
		if was.Session == id {
			s.Mediation.Sessions = slices.Clone(s.Mediation.Sessions)
			change(&s.Mediation.Sessions[i])
		}
	}
}

func (s *State) changeSessions(change func(*SessionState)) {
	s.Mediation.Sessions = slices.Clone(s.Mediation.Sessions)
	for i := range s.Mediation.Sessions {
		change(&s.Mediation.Sessions[i])
	}
}

// heldOn is the day on which it was held, zero where it was not.
func (s SessionState) heldOn() calendar.Date {
	if s.Held == nil {
		return 0
	}
	return s.Held.Occurred.On
}
