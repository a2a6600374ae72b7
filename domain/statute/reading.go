package statute

import "slices"

// Reading is a question that the texts leave open, with the answers that can be
// given and the two that this project works with: the strict one gives the date of
// the alarm, the wide one the date by which a limit is judged. Both dates are kept
// on the case.
type Reading struct {
	Code      string     `json:"code"`
	Question  Text       `json:"question"`
	Options   []Word     `json:"options"`
	Strict    string     `json:"strict"`
	Wide      string     `json:"wide"`
	Citations []Citation `json:"citations"`
	Mark      Mark       `json:"mark"`
}

// Codes of readings.
const (
	ReadRestAtEnd      = "rest_at_end"
	ReadLocalFestivals = "local_festivals"
	ReadEndOfLastDay   = "end_of_last_day"
	ReadAppraisalDays  = "appraisal_days"
	ReadTwoPeriods     = "two_periods"
	ReadPendingCases   = "pending_cases"
)

// Option returns an answer by its code.
func (r Reading) Option(code string) (Word, bool) { return Find(r.Options, code) }

// Readings returns the open questions.
func (c *Catalogue) Readings() []Reading { return slices.Clone(c.readings) }

// Reading returns an open question by its code.
func (c *Catalogue) Reading(code string) (Reading, bool) {
	for _, r := range c.readings {
		if r.Code == code {
			return r, true
		}
	}
	return Reading{}, false
}
