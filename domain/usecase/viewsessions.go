package usecase

import "fangxin/domain/calendar"

// SessionView is one session of mediation (调解会). State is scheduled, held, cancelled or
// lapsed; what was said in it is told with its result.
type SessionView struct {
	ID       string        `json:"id"`
	Form     string        `json:"form"`
	On       calendar.Date `json:"on"`
	Time     string        `json:"time,omitempty"`
	Place    string        `json:"place,omitempty"`
	Mediator string        `json:"mediator"`
	State    string        `json:"state"`
	// Moved counts how often it was moved to another day.
	Moved  int           `json:"moved,omitempty"`
	HeldOn calendar.Date `json:"held_on,omitempty"`
	Result string        `json:"result,omitempty"`
	Record string        `json:"record,omitempty"`
	// Present and Absent are the sides; an absence is excused where there was good reason.
	Present []string      `json:"present,omitempty"`
	Absent  []AbsenceView `json:"absent,omitempty"`
	Excuses []ExcuseView  `json:"excuses,omitempty"`
}

// AbsenceView is a side that did not come.
type AbsenceView struct {
	Party   string `json:"party"`
	Excused bool   `json:"excused"`
}

// ExcuseView is what a side said beforehand.
type ExcuseView struct {
	Party  string        `json:"party"`
	On     calendar.Date `json:"on"`
	Reason string        `json:"reason,omitempty"`
}

// EarlierView is how the case had ended before it was taken up again (重新处理).
type EarlierView struct {
	Status      string        `json:"status"`
	Outcome     string        `json:"outcome"`
	Ground      string        `json:"ground,omitempty"`
	EndedOn     calendar.Date `json:"ended_on"`
	ReopenedOn  calendar.Date `json:"reopened_on,omitempty"`
	Basis       string        `json:"basis,omitempty"`
	Agreement   *TermsView    `json:"agreement,omitempty"`
	Performance string        `json:"performance,omitempty"`
}

// CallBackView is one spot check or call back (抽查、回访). Officers see it only.
type CallBackView struct {
	Kind    string        `json:"kind"`
	Asked   string        `json:"asked,omitempty"`
	On      calendar.Date `json:"on"`
	Reached bool          `json:"reached"`
	Result  string        `json:"result,omitempty"`
}
