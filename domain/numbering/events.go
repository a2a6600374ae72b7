package numbering

import (
	"fangxin/domain/calendar"
	"fangxin/domain/sealed"
)

// Event is a fact in a row of numbers: a closed union.
type Event interface {
	isNumberingEvent()
	applyTo(*State)
}

// Taken (取号): a document got the next number of the row. Text is the number as it is
// printed, so that a later change of the office's pattern changes no document.
// Stored as number.taken.v1.
type Taken struct {
	Number int           `json:"number"` // from 1
	Text   string        `json:"text"`
	Notice string        `json:"notice"` // the notice or document that has it
	Case   string        `json:"case"`
	Form   int           `json:"form,omitempty"` // official form, absent for a plain letter
	Dated  calendar.Date `json:"dated"`          // 成文日期
}

// Voided (作废): the number belongs to a document that is not valid. It stays taken.
// Stored as number.voided.v1.
type Voided struct {
	Number int           `json:"number"`
	Why    Why           `json:"why"`
	Reason *sealed.Value `json:"reason,omitempty"` // free text, sealed
	On     calendar.Date `json:"on"`
}

func (*Taken) isNumberingEvent()  {}
func (*Voided) isNumberingEvent() {}

// Why is the class of reason for voiding a number.
type Why string

// The reasons.
const (
	WhyMisprint       Why = "misprint"        // 文书有误
	WhyWrongRecipient Why = "wrong_recipient" // 收件人有误
	WhyRevoked        Why = "revoked"         // 决定撤销
	WhyNotIssued      Why = "not_issued"      // 取号后未制发
	WhyOther          Why = "other"           // 其他, with a reason
)

func (w Why) known() bool {
	switch w {
	case WhyMisprint, WhyWrongRecipient, WhyRevoked, WhyNotIssued, WhyOther:
		return true
	}
	return false
}
