package complaint

import (
	"fangxin/domain/calendar"
	"fangxin/domain/sealed"
)

// Commands of the persons' rights (PIPL 44 to 50).

// CorrectConsumer (更正个人信息): fields that are set replace those of the consumer;
// Contacts replaces all further ways where it is not nil.
type CorrectConsumer struct{ Consumer Person }

// RefuseCorrection: an application to correct is refused, with the reason (PIPL 50).
type RefuseCorrection struct {
	Fields   []string
	Reason   Text
	Occurred Occurred
}

// ChangeConsent (变更同意): a consent that is not nil is given or withdrawn, under the
// wording that the consumer saw (PIPL 15).
type ChangeConsent struct {
	Publish           *bool
	DelegateMediation *bool
	Wording           string
	Occurred          Occurred
}

// RequestErasure (申请删除).
type RequestErasure struct {
	Request  string // new id
	Reason   Text
	Occurred Occurred
}

// DecideErasure (决定是否删除). Subjects is found by the use case, and so are Linked, the
// cases of the same submission that still need one of them; Basis of a refusal is one of
// erasureGrounds.
type DecideErasure struct {
	Result   string
	Basis    string
	Subjects []sealed.Subject
	Linked   []string
	Reason   Text
}

// LiftRestriction (解除停止处理): the ground on which the data were restricted fell away.
type LiftRestriction struct {
	Reason   Text
	Occurred Occurred
}

// PlaceHold (保全): a court, a review or an inquiry needs the file.
type PlaceHold struct {
	Hold     string // new id
	Kind     string
	Reason   Text
	Occurred Occurred
}

// ReleaseHold. Hold may be left out where there is one.
type ReleaseHold struct {
	Hold     string
	Reason   Text
	Occurred Occurred
}

// RecordErased is sent by the use case once the keys of the subjects that the decision
// names are destroyed or restricted.
type RecordErased struct{}

// RecordRetentionOver is sent by the timers when the period is over.
type RecordRetentionOver struct{ Until calendar.Date }

// Route names.
func (CorrectConsumer) Route() string     { return "correct-person" }
func (RefuseCorrection) Route() string    { return "refuse-correction" }
func (ChangeConsent) Route() string       { return "change-consent" }
func (RequestErasure) Route() string      { return "request-erasure" }
func (DecideErasure) Route() string       { return "decide-erasure" }
func (PlaceHold) Route() string           { return "hold" }
func (ReleaseHold) Route() string         { return "release-hold" }
func (LiftRestriction) Route() string     { return "lift-restriction" }
func (RecordErased) Route() string        { return "record-erased" }
func (RecordRetentionOver) Route() string { return "record-retention-over" }
