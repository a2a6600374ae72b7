package complaint

import "fangxin/domain/calendar"

// Corrected (更正): an earlier fact was wrong. The fact stays; this one says which, what
// it said, what is right and why.
type Corrected struct {
	fact   `json:"-"`
	Event  string  `json:"event"` // filed, received, accepted, declined, agreed, settled, withdrawn, terminated, notice, performed, closed
	Field  string  `json:"field"`
	From   Text    `json:"from,omitempty"` // sealed: the field may name a person
	To     Text    `json:"to,omitempty"`
	Reason Text    `json:"reason,omitempty"`
	Clocks []Clock `json:"clocks,omitempty"`
	// Of names one among several: a notice by its id, an instalment by its number.
	Of string `json:"of,omitempty"`
	// Was and Now are the field before and after where it stands open in its fact too: a
	// number, a code, a name, a civil day.
	Was string `json:"was,omitempty"`
	Now string `json:"now,omitempty"`
	// Met are clocks that start on the corrected day and whose duty is met. Clocks are
	// those that still run.
	Met []Clock `json:"met,omitempty"`
	// Moves: no office has the case yet, and it lies where its respondent is.
	Moves bool `json:"moves,omitempty"`
	// Record is what the register, or the merchant who objects to it, is shown from On.
	Record *PublicRecord `json:"record,omitempty"`
	On     calendar.Date `json:"on,omitempty"`
}
