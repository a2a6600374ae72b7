package complaint

import "fangxin/domain/calendar"

// Commands of the roads beside the main one (commands.go).

// Forward (移送、转交): the case goes to the authority that is competent, which has it
// from that moment. ReportBy asks it to report back, zero where nobody asks.
type Forward struct {
	To       string // division code
	ReportBy calendar.Date
	Reason   Text
	Occurred Occurred
}

// ReportBack (反馈) to the authority that forwarded the case.
type ReportBack struct {
	Text     Text
	Occurred Occurred
}

// Route names.
func (Forward) Route() string    { return "forward" }
func (ReportBack) Route() string { return "report-back" }

// CommissionAppraisal (委托鉴定、检测) stops the period of mediation from the day on
// which the body is commissioned or designated.
type CommissionAppraisal struct {
	Appraisal   string // new id
	Institution string
	By          string // both, department
	FeePayer    string // consumer, merchant, shared, department, other
	// Cause is what is commissioned: a cause of pauses of package statute; empty is an
	// appraisal.
	Cause    string
	Occurred Occurred
}

// ReportAppraisal: the department has the report; the period runs again. Appraisal may
// be left out where one is under way.
type ReportAppraisal struct {
	Appraisal string
	Result    string // defect, no_defect, undetermined, not_done
	Report    string
	Occurred  Occurred
}

// Recuse (申请回避): a party asks that the mediator be replaced. Person is an account,
// empty for whoever mediates.
type Recuse struct {
	Person   string
	Reason   Text
	Occurred Occurred
}

// DecideRecusal (回避决定). Replaced is the account of who mediates from now on.
type DecideRecusal struct {
	Granted  bool
	Replaced string
	Occurred Occurred
}

// ConsentDelegation (同意委托调解), or its refusal. Party is for officers, who record
// what a party said.
type ConsentDelegation struct {
	// Via says how the answer reached the officer who records it.
	Via      string
	Party    Party
	Yes      bool
	Occurred Occurred
}

// Delegate (委托调解) to a body of a Kind: association, mediation_body, other_unit.
type Delegate struct {
	To       string
	Kind     string
	Occurred Occurred
}

// EndDelegation: the delegate reports back.
type EndDelegation struct {
	Result   string // agreed, no_agreement, returned
	Occurred Occurred
}

// Route names.
func (CommissionAppraisal) Route() string { return "pause" }
func (ReportAppraisal) Route() string     { return "resume" }
func (Recuse) Route() string              { return "recuse" }
func (DecideRecusal) Route() string       { return "decide-recusal" }
func (ConsentDelegation) Route() string   { return "consent-delegation" }
func (Delegate) Route() string            { return "delegate" }
func (EndDelegation) Route() string       { return "end-delegation" }

// BreakPerformance (未履行): what was agreed, or one instalment of it, was not done in time.
type BreakPerformance struct {
	Instalment int // from 1; 0 is the whole
	Reason     Text
	Occurred   Occurred
}

// FindLead (发现违法线索): leads of a breach of law were found in mediation.
type FindLead struct {
	Lead     string // new id
	Text     Text
	Occurred Occurred
}

// ExtendLeadCheck (延长核查): the department's head approved more time.
type ExtendLeadCheck struct{ Approver string }

// CheckLead (核查完毕): what came of the check.
type CheckLead struct {
	Result   string // filed, not_filed, transferred
	Text     Text
	Occurred Occurred
}

// Route names.
func (BreakPerformance) Route() string { return "break-performance" }
func (FindLead) Route() string         { return "find-lead" }
func (ExtendLeadCheck) Route() string  { return "extend-lead-check" }
func (CheckLead) Route() string        { return "check-lead" }

// RequestSupplement (要求补充材料) by a day. Items are fields of the law's list
// (statute.Field) or other. It stops no clock.
type RequestSupplement struct {
	Items []string
	Text  Text
	By    calendar.Date
}

// RequestIdentityProof (限期提供身份证明材料) by a day.
type RequestIdentityProof struct{ By calendar.Date }

// VerifyIdentity (核实身份): what the check gave.
type VerifyIdentity struct {
	Result   string // verified, refused, false_name
	Method   string // document, in_person, database, phone
	Occurred Occurred
}

// Route names.
func (RequestSupplement) Route() string    { return "request-supplement" }
func (RequestIdentityProof) Route() string { return "request-identity-proof" }
func (VerifyIdentity) Route() string       { return "verify-identity" }

// DisputeJurisdiction (管辖争议) with the authority of another division.
type DisputeJurisdiction struct {
	With     string // division code
	Occurred Occurred
}

// DecideJurisdiction: the authorities agreed, or their common superior designated one,
// which it may also do without a dispute (Order 121 art 33).
type DecideJurisdiction struct {
	Region   string
	By       string // agreement, designation
	Occurred Occurred
}

// Route names.
func (DisputeJurisdiction) Route() string { return "dispute-jurisdiction" }
func (DecideJurisdiction) Route() string  { return "decide-jurisdiction" }
