package complaint

import "fangxin/domain/calendar"

// Commands of mediation sessions, and of what comes after an end.

// ScheduleSession (安排调解会): time, place and mediator are announced to both sides. With
// the Session that is announced already it is moved (改期).
type ScheduleSession struct {
	Session  string // new id, or the one that is moved
	Again    bool
	Form     string // on_site, internet, phone, audio, video
	On       calendar.Date
	Time     string // 15:04, Shanghai
	Place    Text
	Mediator string // account; empty: the officer of the case, else who asks
	// RecuseBy is the day up to which the sides are asked to say whether they want
	// another mediator (form 7); zero for none.
	RecuseBy calendar.Date
	Reason   Text
	// Occurred is the day on which the sides were told.
	Occurred Occurred
}

// CancelSession (取消调解会).
type CancelSession struct {
	Reason   Text
	Occurred Occurred
}

// CannotAttend (说明不能到场): a side says beforehand that it cannot come. Party is for
// officers, who record what a side said.
type CannotAttend struct {
	Party    Party
	Reason   Text
	Occurred Occurred
}

// HoldSession (召开调解会): who came, who did not and why, what came of it. Without an
// announced session it was held remotely, in this Form.
type HoldSession struct {
	Session  string // new id where none was announced
	Form     string
	Mediator string
	Present  []Party
	Absent   []Absence
	Result   string // agreement, no_agreement, adjourned
	Record   Text   // 调解记录
	Occurred Occurred
}

// WithdrawOffer takes back an offer that nobody answered.
type WithdrawOffer struct {
	Offer    string
	Party    Party // for officers: whose offer
	Occurred Occurred
}

// Reopen (重新处理) takes up proceedings that had ended.
type Reopen struct {
	Basis    string // review_revoked, new_evidence, error, agreement_broken
	Stage    string // acceptance, mediation; empty: as far as it had come
	Reason   Text
	Occurred Occurred
}

// CallBack (抽查、回访): how the case was handled is looked at.
type CallBack struct {
	Kind     string // spot_check, call_back
	Asked    Party  // for a call back: consumer, merchant
	Reached  bool
	Result   Text
	Occurred Occurred
}

// Route names.
func (ScheduleSession) Route() string { return "schedule-session" }
func (CancelSession) Route() string   { return "cancel-session" }
func (CannotAttend) Route() string    { return "cannot-attend" }
func (HoldSession) Route() string     { return "hold-session" }
func (WithdrawOffer) Route() string   { return "withdraw-offer" }
func (Reopen) Route() string          { return "reopen" }
func (CallBack) Route() string        { return "call-back" }
