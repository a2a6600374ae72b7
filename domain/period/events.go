package period

import "fangxin/domain/calendar"

// Event is a fact about periods: a closed union.
type Event interface {
	isPeriodEvent()
	applyTo(*State)
}

// Closed (关账): the figures of a month, as they were known at the end of a day, are
// published for good. Stored as period.closed.v1.
type Closed struct {
	Period Month         `json:"period"`
	AsOf   calendar.Date `json:"as_of"`
	// Formulas are the metrics by which the figures are counted, as "id@version" in
	// order of text.
	Formulas []string `json:"formulas"`
	// Policy is the version of the rules by which tables are published: which there are,
	// and how small cells are protected.
	Policy string `json:"policy"`
	// Closing counts the closings of the period, from 1; every further one is a
	// republication.
	Closing int           `json:"closing"`
	On      calendar.Date `json:"on"` // the day of the closing itself
}

func (*Closed) isPeriodEvent() {}

func (e *Closed) applyTo(s *State) {
	s.all = append(s.all[:len(s.all):len(s.all)], e)
}
