package usecase

// Inputs of the roads beside the main one (inputs.go).

// Forward /forward: the case goes to the authority that is competent.
type Forward struct {
	To       string         `json:"to" validate:"required,region"`
	ReportBy string         `json:"report_by,omitempty" validate:"omitempty,civil"`
	Reason   string         `json:"reason,omitempty" validate:"max=500" pii:"text"`
	Occurred *OccurredInput `json:"occurred,omitempty"`
}

// ReportBack /report-back: the authority that forwarded the case is told.
type ReportBack struct {
	Text     string         `json:"text" validate:"required,max=2000" pii:"text"`
	Occurred *OccurredInput `json:"occurred,omitempty"`
}

// Pause /pause: an appraisal or test is commissioned (委托鉴定、检测); the period of
// mediation stands still until it is reported.
type Pause struct {
	Institution string `json:"institution" validate:"required,line"`
	By          string `json:"by" validate:"required,oneof=both department"`
	FeePayer    string `json:"fee_payer,omitempty" validate:"omitempty,oneof=consumer merchant shared department other"`
	// Cause is what is commissioned; absent is an appraisal.
	Cause    string         `json:"cause,omitempty" validate:"omitempty,oneof=appraisal testing inspection verification quarantine identification"`
	Occurred *OccurredInput `json:"occurred,omitempty"`
}

// Resume /resume: the department has the report. Appraisal may be left out where one is
// under way.
type Resume struct {
	Appraisal string         `json:"appraisal,omitempty" validate:"max=60"`
	Result    string         `json:"result" validate:"required,oneof=defect no_defect undetermined not_done"`
	Report    string         `json:"report,omitempty" validate:"omitempty,blob"`
	Occurred  *OccurredInput `json:"occurred,omitempty"`
}

// Recuse /recuse (申请回避). Person is the mediator's account, absent where it is not known.
type Recuse struct {
	Person   string         `json:"person,omitempty" validate:"max=60"`
	Reason   string         `json:"reason" validate:"required,max=2000" pii:"text"`
	Occurred *OccurredInput `json:"occurred,omitempty"`
}

// DecideRecusal /decide-recusal. Replaced is the account of the next mediator.
type DecideRecusal struct {
	Decision string         `json:"decision" validate:"required,oneof=granted refused"`
	Replaced string         `json:"replaced,omitempty" validate:"max=60"`
	Occurred *OccurredInput `json:"occurred,omitempty"`
}

// ConsentDelegation /consent-delegation. Officers say whose answer they record.
type ConsentDelegation struct {
	Via      string         `json:"via,omitempty" validate:"omitempty,oneof=letter phone sms visit counter"`
	Answer   string         `json:"answer" validate:"required,oneof=yes no"`
	Party    string         `json:"party,omitempty" validate:"omitempty,oneof=consumer merchant"`
	Occurred *OccurredInput `json:"occurred,omitempty"`
}

// Delegate /delegate (委托调解).
type Delegate struct {
	To       string         `json:"to" validate:"required,line"`
	Kind     string         `json:"kind" validate:"required,oneof=association mediation_body other_unit"`
	Occurred *OccurredInput `json:"occurred,omitempty"`
}

// EndDelegation /end-delegation: the delegate reports back.
type EndDelegation struct {
	Result   string         `json:"result" validate:"required,oneof=agreed no_agreement returned"`
	Occurred *OccurredInput `json:"occurred,omitempty"`
}

// BreakPerformance /break-performance (未履行): what was agreed, or one instalment of it,
// was not done in time.
type BreakPerformance struct {
	Instalment int            `json:"instalment,omitempty" validate:"min=0,max=36"`
	Reason     string         `json:"reason,omitempty" validate:"max=2000" pii:"text"`
	Occurred   *OccurredInput `json:"occurred,omitempty"`
}

// FindLead /find-lead: leads of a breach of law were found in mediation (发现违法线索).
type FindLead struct {
	Text     string         `json:"text" validate:"required,max=5000" pii:"text"`
	Occurred *OccurredInput `json:"occurred,omitempty"`
}

// ExtendLeadCheck /extend-lead-check: the department's head approved 15 working days more.
type ExtendLeadCheck struct {
	Approver string `json:"approver" validate:"required,max=60"`
}

// CheckLead /check-lead: what came of the check.
type CheckLead struct {
	Result   string         `json:"result" validate:"required,oneof=filed not_filed transferred"`
	Text     string         `json:"text,omitempty" validate:"max=5000" pii:"text"`
	Occurred *OccurredInput `json:"occurred,omitempty"`
}

// RequestSupplement /request-supplement (要求补充材料): items are fields of the law's
// list, or other.
type RequestSupplement struct {
	Items []string `json:"items,omitempty" validate:"max=20,dive,max=40"`
	Text  string   `json:"text,omitempty" validate:"max=2000" pii:"text"`
	By    string   `json:"by" validate:"required,civil"`
}

// RequestIdentityProof /request-identity-proof (限期提供身份证明材料).
type RequestIdentityProof struct {
	By string `json:"by" validate:"required,civil"`
}

// VerifyIdentity /verify-identity (核实身份).
type VerifyIdentity struct {
	Result   string         `json:"result" validate:"required,oneof=verified refused false_name"`
	Method   string         `json:"method" validate:"required,oneof=document in_person database phone"`
	Occurred *OccurredInput `json:"occurred,omitempty"`
}

// DisputeJurisdiction /dispute-jurisdiction (管辖争议).
type DisputeJurisdiction struct {
	With     string         `json:"with" validate:"required,region"`
	Occurred *OccurredInput `json:"occurred,omitempty"`
}

// DecideJurisdiction /decide-jurisdiction: agreed between the authorities, or designated by
// their common superior.
type DecideJurisdiction struct {
	Region   string         `json:"region" validate:"required,region"`
	By       string         `json:"by" validate:"required,oneof=agreement designation"`
	Occurred *OccurredInput `json:"occurred,omitempty"`
}
