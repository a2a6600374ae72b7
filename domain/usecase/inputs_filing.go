package usecase

// Inputs about who stands behind a complaint, and what it asks for (inputs.go).

// IntakeInput is how a complaint came that an officer writes down. Reason is needed where
// it came before the last working day.
type IntakeInput struct {
	Channel string `json:"channel,omitempty" validate:"omitempty,oneof=counter letter phone hotline fax station"`
	Source  string `json:"source,omitempty" validate:"omitempty,oneof=counter call postmark record"`
	Reason  string `json:"reason,omitempty" validate:"max=500" pii:"text"`
}

// JoinComplainant /join-complainant (共同投诉人): a further person of the same dispute.
type JoinComplainant struct {
	Complainant ConsumerInput `json:"complainant"`
}

// ConsentJoint /consent-joint: a complainant agrees or not. Officers say whose word it is.
type ConsentJoint struct {
	Complainant string         `json:"complainant,omitempty" validate:"max=60"`
	To          string         `json:"to" validate:"required,oneof=join settle change_requests waive withdraw"`
	Answer      string         `json:"answer" validate:"required,oneof=yes no"`
	Offer       string         `json:"offer,omitempty" validate:"max=60"`
	Document    string         `json:"document,omitempty" validate:"omitempty,blob"`
	Occurred    *OccurredInput `json:"occurred,omitempty"`
}

// FormJoint /form-joint: the case is handled as a joint complaint. Document is the
// writing by which two representatives were chosen.
type FormJoint struct {
	Representatives []string       `json:"representatives" validate:"required,max=10,dive,max=60"`
	Document        string         `json:"document" validate:"required,blob"`
	Occurred        *OccurredInput `json:"occurred,omitempty"`
}

// AuthoriseFiler /authorise-filer: the original power of attorney was seen (授权委托书原件),
// or what proves a guardian, an heir or a representative.
type AuthoriseFiler struct {
	Document string         `json:"document" validate:"required,blob"`
	Matter   string         `json:"matter,omitempty" validate:"max=500" pii:"text"`
	Scope    []string       `json:"scope,omitempty" validate:"max=12,dive,oneof=file supplement mediate receive settle agree accept_offer withdraw change_requests waive"`
	Until    string         `json:"until,omitempty" validate:"omitempty,civil"`
	Signed   bool           `json:"signed,omitempty"`
	IDType   string         `json:"id_type,omitempty" validate:"omitempty,oneof=id_card passport hk_macao_permit taiwan_permit residence_permit other"`
	IDNumber string         `json:"id_number,omitempty" validate:"omitempty,max=40" pii:"id_number"`
	Occurred *OccurredInput `json:"occurred,omitempty"`
}

// ChangeRequests /change-requests (变更投诉请求): these take the place of the old ones.
type ChangeRequests struct {
	Requests []RequestInput `json:"requests" validate:"required,min=1,max=10,dive"`
	Reason   string         `json:"reason,omitempty" validate:"max=500" pii:"text"`
	InPerson bool           `json:"in_person,omitempty"`
	Occurred *OccurredInput `json:"occurred,omitempty"`
}

// WithdrawRequest /withdraw-request (放弃部分请求), counted from 1.
type WithdrawRequest struct {
	Request  int            `json:"request" validate:"required,min=1,max=10"`
	Reason   string         `json:"reason,omitempty" validate:"max=500" pii:"text"`
	InPerson bool           `json:"in_person,omitempty"`
	Occurred *OccurredInput `json:"occurred,omitempty"`
}

// OfferClaim /offer-claim: a code for the consumer, told once.
type OfferClaim struct{}

// Claim /claim (认领): the code that stands on the paper.
type Claim struct {
	Code string `json:"code" validate:"required,max=40" pii:"text"`
}

// LinkAccount /link-account: an officer who checked who it is.
type LinkAccount struct {
	Account string `json:"account" validate:"required,max=128"`
}

// FlagDuplicate /flag-duplicate: an officer names the other case by its id.
type FlagDuplicate struct {
	Case string `json:"case" validate:"required,max=60"`
}

// DecideDuplicate /decide-duplicate.
type DecideDuplicate struct {
	Case   string `json:"case" validate:"required,max=60"`
	Result string `json:"result" validate:"required,oneof=dismissed same joined"`
	Reason string `json:"reason,omitempty" validate:"max=500" pii:"text"`
}
