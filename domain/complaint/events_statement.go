package complaint

import "fangxin/domain/calendar"

// StatementOffered: the merchant handed in a statement for its record. It is sealed, and
// nobody but the case's own people reads it, until an officer has reviewed it.
type StatementOffered struct {
	fact      `json:"-"`
	Statement string `json:"statement"`
	Text      Text   `json:"text"`
}

// StatementRefused: an officer did not let the statement stand beside the record.
type StatementRefused struct {
	fact      `json:"-"`
	Statement string        `json:"statement"`
	Reason    Text          `json:"reason,omitempty"`
	On        calendar.Date `json:"on"`
}

func (e *StatementOffered) applyTo(s *State) {
	s.Disclosure.Offered = e
	s.Disclosure.Statements++
}

func (e *StatementRefused) applyTo(s *State) {
	s.Disclosure.Offered, s.Disclosure.Unfit = nil, e
	s.reached(e.On)
}

func (e *StatementAdded) applyTo(s *State) {
	s.Disclosure.Statement, s.Disclosure.Offered, s.Disclosure.Unfit = e.Text, nil, nil
}
