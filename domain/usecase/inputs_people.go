package usecase

// Inputs of the rights of the persons of a case (PIPL 44 to 50).

// CorrectPerson /correct-person (更正): what is given replaces what stands; contact_ways
// replaces all of them.
type CorrectPerson struct {
	Name        string         `json:"name,omitempty" validate:"omitempty,person" pii:"name"`
	Phone       string         `json:"phone,omitempty" validate:"omitempty,phone" pii:"phone"`
	Address     string         `json:"address,omitempty" validate:"max=300" pii:"address"`
	Region      string         `json:"region,omitempty" validate:"omitempty,region"`
	IDType      string         `json:"id_type,omitempty" validate:"omitempty,oneof=id_card passport hk_macao_permit taiwan_permit residence_permit other"`
	IDNumber    string         `json:"id_number,omitempty" validate:"omitempty,max=40" pii:"id_number"`
	Language    string         `json:"language,omitempty" validate:"omitempty,max=20"`
	ContactWays []ContactInput `json:"contact_ways,omitempty" validate:"max=5,dive"`
}

// RefuseCorrection /refuse-correction: an application to correct is refused, with the
// reason.
type RefuseCorrection struct {
	Fields   []string       `json:"fields" validate:"required,min=1,max=7,dive,oneof=name phone address id_number contact_ways language region"`
	Reason   string         `json:"reason" validate:"required,max=2000" pii:"text"`
	Occurred *OccurredInput `json:"occurred,omitempty"`
}

// ChangeConsent /change-consent: what is given changes; wording is the text that the
// consumer saw.
type ChangeConsent struct {
	Publish           *bool          `json:"publish,omitempty"`
	DelegateMediation *bool          `json:"delegate_mediation,omitempty"`
	Wording           string         `json:"wording" validate:"required,max=40"`
	Occurred          *OccurredInput `json:"occurred,omitempty"`
}

// RequestErasure /request-erasure (申请删除).
type RequestErasure struct {
	Reason   string         `json:"reason,omitempty" validate:"max=2000" pii:"text"`
	Occurred *OccurredInput `json:"occurred,omitempty"`
}

// DecideErasure /decide-erasure. Basis and reason are those of a refusal.
type DecideErasure struct {
	Result string `json:"result" validate:"required,oneof=erased restricted refused"`
	Basis  string `json:"basis,omitempty" validate:"omitempty,oneof=case_open retention_runs held not_theirs other"`
	Reason string `json:"reason,omitempty" validate:"max=2000" pii:"text"`
}

// LiftRestriction /lift-restriction (解除停止处理): why the data may be handled again.
type LiftRestriction struct {
	Reason   string         `json:"reason" validate:"required,max=2000" pii:"text"`
	Occurred *OccurredInput `json:"occurred,omitempty"`
}

// Hold /hold: a court, a review (行政复议) or an inquiry needs the file.
type Hold struct {
	Kind     string         `json:"kind" validate:"required,oneof=court review inquiry"`
	Reason   string         `json:"reason,omitempty" validate:"max=2000" pii:"text"`
	Occurred *OccurredInput `json:"occurred,omitempty"`
}

// ReleaseHold /release-hold. Hold may be left out where there is one.
type ReleaseHold struct {
	Hold     string         `json:"hold,omitempty" validate:"max=60"`
	Reason   string         `json:"reason,omitempty" validate:"max=2000" pii:"text"`
	Occurred *OccurredInput `json:"occurred,omitempty"`
}
