package usecase

// ProofInput shows that a notice was sent, arrived or was refused.
type ProofInput struct {
	Kind     string   `json:"kind" validate:"required,oneof=postal call receipt system witness"`
	Number   string   `json:"number,omitempty" validate:"max=100" pii:"text"`
	Evidence []string `json:"evidence,omitempty" validate:"max=10,dive,blob"`
}

// RecordDelivery /record-delivery: what became of a notice.
type RecordDelivery struct {
	Notice   string         `json:"notice" validate:"required,max=40"`
	State    string         `json:"state" validate:"required,oneof=sent delivered failed refused read"`
	Channel  string         `json:"channel,omitempty" validate:"omitempty,oneof=internet phone sms email letter in_person"`
	Code     string         `json:"code,omitempty" validate:"omitempty,oneof=unknown_at_address moved unreachable expired other"`
	Proof    *ProofInput    `json:"proof,omitempty"`
	Occurred *OccurredInput `json:"occurred,omitempty"`
}

// VoidNotice /void-notice: a notice is not valid (作废).
type VoidNotice struct {
	Notice string `json:"notice" validate:"required,max=40"`
	Why    string `json:"why" validate:"required,oneof=misprint wrong_recipient revoked other"`
	Reason string `json:"reason" validate:"required,max=500" pii:"text"`
}

// RecordExternalRef /record-external-ref: the matter's number in another system.
type RecordExternalRef struct {
	ExternalRefInput
}

// RecordSync /record-sync: how one act stands in the official record.
type RecordSync struct {
	Act    string `json:"act" validate:"required,oneof=filed received accepted declined ended closed"`
	State  string `json:"state" validate:"required,oneof=not_needed to_enter entered differs"`
	On     string `json:"on,omitempty" validate:"omitempty,civil"`
	Field  string `json:"field,omitempty" validate:"omitempty,oneof=filed_on received_on accepted_on declined_on ended_on closed_on state amount_fen merchant complainant number external_ref"`
	Ours   string `json:"ours,omitempty" validate:"max=200" pii:"text"`
	Theirs string `json:"theirs,omitempty" validate:"max=200" pii:"text"`
}
