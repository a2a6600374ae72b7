package usecase

// Inputs of mediation sessions, and of what comes after an end.

// ScheduleSession /schedule-session (安排调解会): time, place and mediator are announced.
// With Session the one that is announced is moved to another day (改期).
type ScheduleSession struct {
	Session  string         `json:"session,omitempty" validate:"max=60"`
	Form     string         `json:"form" validate:"required,oneof=on_site internet phone audio video"`
	On       string         `json:"on" validate:"required,civil"`
	Time     string         `json:"time,omitempty" validate:"max=5"`
	Place    string         `json:"place,omitempty" validate:"max=200" pii:"address"`
	Mediator string         `json:"mediator,omitempty" validate:"max=60"`
	RecuseBy string         `json:"recuse_by,omitempty" validate:"omitempty,civil"`
	Reason   string         `json:"reason,omitempty" validate:"max=500" pii:"text"`
	Occurred *OccurredInput `json:"occurred,omitempty"`
}

// CancelSession /cancel-session (取消调解会).
type CancelSession struct {
	Reason   string         `json:"reason" validate:"required,max=500" pii:"text"`
	Occurred *OccurredInput `json:"occurred,omitempty"`
}

// CannotAttend /cannot-attend (说明不能到场). Officers say whose word they record.
type CannotAttend struct {
	Party    string         `json:"party,omitempty" validate:"omitempty,oneof=consumer merchant"`
	Reason   string         `json:"reason" validate:"required,max=500" pii:"text"`
	Occurred *OccurredInput `json:"occurred,omitempty"`
}

// HoldSession /hold-session (召开调解会): who came, who did not, what came of it. Form and
// Mediator are for a session by telephone or over a network that was not announced.
type HoldSession struct {
	Form     string         `json:"form,omitempty" validate:"omitempty,oneof=on_site internet phone audio video"`
	Mediator string         `json:"mediator,omitempty" validate:"max=60"`
	Present  []string       `json:"present,omitempty" validate:"max=2,dive,oneof=consumer merchant"`
	Absent   []AbsenceInput `json:"absent,omitempty" validate:"max=2,dive"`
	Result   string         `json:"result" validate:"required,oneof=agreement no_agreement adjourned"`
	Record   string         `json:"record" validate:"required,max=5000" pii:"text"`
	Occurred *OccurredInput `json:"occurred,omitempty"`
}

// AbsenceInput is a side that did not come; Excused: it had good reason (正当理由).
type AbsenceInput struct {
	Party   string `json:"party" validate:"required,oneof=consumer merchant"`
	Excused bool   `json:"excused,omitempty"`
}

// WithdrawOffer /withdraw-offer: an offer that nobody answered is taken back.
type WithdrawOffer struct {
	Offer    string         `json:"offer" validate:"required,max=60"`
	Party    string         `json:"party,omitempty" validate:"omitempty,oneof=consumer merchant"`
	Occurred *OccurredInput `json:"occurred,omitempty"`
}

// Reopen /reopen (重新处理). Stage is how far the case goes back; absent, as far as it had come.
type Reopen struct {
	Basis    string         `json:"basis" validate:"required,oneof=review_revoked new_evidence error agreement_broken"`
	Stage    string         `json:"stage,omitempty" validate:"omitempty,oneof=acceptance mediation"`
	Reason   string         `json:"reason" validate:"required,max=2000" pii:"text"`
	Occurred *OccurredInput `json:"occurred,omitempty"`
}

// CallBack /call-back (抽查、回访). Asked is the side that was called back.
type CallBack struct {
	Kind     string         `json:"kind" validate:"required,oneof=spot_check call_back"`
	Asked    string         `json:"asked,omitempty" validate:"omitempty,oneof=consumer merchant"`
	Reached  bool           `json:"reached"`
	Result   string         `json:"result,omitempty" validate:"max=2000" pii:"text"`
	Occurred *OccurredInput `json:"occurred,omitempty"`
}
