package complaint

import "fangxin/domain/calendar"

// Responded (商家回应): what the merchant answers, by itself or recorded by an officer.
type Responded struct {
	fact     `json:"-"`
	Kind     string   `json:"kind"` // interim, final
	Text     Text     `json:"text,omitempty"`
	Evidence []string `json:"evidence,omitempty"`
	// Via is portal, api, or the channel from which an officer recorded the answer.
	Via      string   `json:"via"`
	Occurred Occurred `json:"occurred"`
}

// OfferMade (提出方案) by one party to the other. A counter-offer answers an earlier one.
type OfferMade struct {
	fact     `json:"-"`
	Offer    string        `json:"offer"`
	By       Party         `json:"by"`
	Answers  string        `json:"answers,omitempty"`
	Terms    Terms         `json:"terms"`
	ValidTo  calendar.Date `json:"valid_to,omitempty"`
	Occurred Occurred      `json:"occurred"`
	// Via says how the offer reached the officer who recorded it; so in the events below.
	Via string `json:"via,omitempty"`
}

// OfferAccepted by the other party.
type OfferAccepted struct {
	fact     `json:"-"`
	Offer    string    `json:"offer"`
	By       Party     `json:"by"`
	Via      string    `json:"via,omitempty"`
	Occurred *Occurred `json:"occurred,omitempty"`
}

// OfferRefused by the other party.
type OfferRefused struct {
	fact   `json:"-"`
	Offer  string `json:"offer"`
	By     Party  `json:"by"`
	Reason Text   `json:"reason,omitempty"`

	Via      string    `json:"via,omitempty"`
	Occurred *Occurred `json:"occurred,omitempty"`
}

// OfferWithdrawn by who made it, before it was answered.
type OfferWithdrawn struct {
	fact     `json:"-"`
	Offer    string    `json:"offer"`
	By       Party     `json:"by"`
	Occurred *Occurred `json:"occurred,omitempty"`
}

// MediationScheduled: time, place and mediator of a session were announced (Order 121 art 20).
type MediationScheduled struct {
	fact     `json:"-"`
	Session  string        `json:"session"`
	Form     string        `json:"form"` // on_site, internet, phone, audio, video
	On       calendar.Date `json:"on"`
	Place    Text          `json:"place,omitempty"`
	Mediator string        `json:"mediator"`
	// Time is the hour in Shanghai, 15:04.
	Time string `json:"time,omitempty"`
	// Again: the session was announced before and is moved to this day (改期), for Reason.
	Again  bool `json:"again,omitempty"`
	Reason Text `json:"reason,omitempty"`
	// Occurred is the day on which the parties were told.
	Occurred *Occurred `json:"occurred,omitempty"`
}

// MediationHeld: a session took place; who came, and its record (调解记录).
type MediationHeld struct {
	fact     `json:"-"`
	Session  string   `json:"session"`
	Present  []Party  `json:"present"`
	Record   Text     `json:"record,omitempty"`
	Occurred Occurred `json:"occurred"`
	Form     string   `json:"form,omitempty"` // as announced
	Mediator string   `json:"mediator,omitempty"`
	// Absent are the sides that did not come.
	Absent []Absence `json:"absent,omitempty"`
	Result string    `json:"result,omitempty"` // agreement, no_agreement, adjourned
}

// RecusalRequested (申请回避).
type RecusalRequested struct {
	fact     `json:"-"`
	By       Party    `json:"by"`
	Person   string   `json:"person"` // account of the officer or mediator
	Reason   Text     `json:"reason,omitempty"`
	Occurred Occurred `json:"occurred"`
}

// RecusalDecided; a recusal suspends sessions, not the period.
type RecusalDecided struct {
	fact     `json:"-"`
	Person   string   `json:"person"`
	Granted  bool     `json:"granted"`
	Replaced string   `json:"replaced,omitempty"`
	Occurred Occurred `json:"occurred"`
}

// MediationSuspended (中止调解): sessions stop while a recusal is decided.
type MediationSuspended struct {
	fact     `json:"-"`
	Why      string   `json:"why"`
	Occurred Occurred `json:"occurred"`
}

// MediationResumed (恢复调解).
type MediationResumed struct {
	fact     `json:"-"`
	Occurred Occurred `json:"occurred"`
}

// DelegationConsented: a party agreed that another body mediates (委托调解, art 19).
type DelegationConsented struct {
	fact     `json:"-"`
	By       Party    `json:"by"`
	Yes      bool     `json:"yes"`
	Occurred Occurred `json:"occurred"`
	Via      string   `json:"via,omitempty"`
}

// Delegated to a consumer association or another lawful mediation organisation,
// which acts in the department's name.
type Delegated struct {
	fact     `json:"-"`
	To       string   `json:"to"`
	Occurred Occurred `json:"occurred"`
}

// DelegationEnded: the delegate reports back.
type DelegationEnded struct {
	fact     `json:"-"`
	To       string   `json:"to"`
	Result   string   `json:"result"`
	Occurred Occurred `json:"occurred"`
}

// AppraisalCommissioned (委托鉴定): the only fact that stops the mediation clock
// (Order 121 art 22).
type AppraisalCommissioned struct {
	fact        `json:"-"`
	Appraisal   string   `json:"appraisal"`
	Institution string   `json:"institution"`
	By          string   `json:"by"` // both, department
	FeePayer    string   `json:"fee_payer,omitempty"`
	Occurred    Occurred `json:"occurred"`
	// Cause is what was commissioned (检定、检验、检测), where it is no appraisal (鉴定).
	Cause string `json:"cause,omitempty"`
}

// AppraisalReported: the department has the report; the clock runs again with its
// new end.
type AppraisalReported struct {
	fact      `json:"-"`
	Appraisal string   `json:"appraisal"`
	Result    string   `json:"result"`
	Report    string   `json:"report,omitempty"`
	Occurred  Occurred `json:"occurred"`
	Clock     Clock    `json:"clock"`
}

// Agreed (达成调解协议): the parties agree in mediation.
type Agreed struct {
	fact `json:"-"`
	// Form is document (调解书), record (调解记录), performed (performed at once) or
	// waived (both waive the document), Order 121 art 24.
	Form     string   `json:"form"`
	Offer    string   `json:"offer,omitempty"`
	Terms    Terms    `json:"terms"`
	Document string   `json:"document,omitempty"`
	Occurred Occurred `json:"occurred"`
	Clocks   []Clock  `json:"clocks,omitempty"`
	// Session is the one in which they agreed.
	Session string `json:"session,omitempty"`
	// SignedBy are the sides that signed or sealed the document, or that waived it;
	// Sealed: it bears the department's seal; Copies made of it.
	SignedBy []Party `json:"signed_by,omitempty"`
	Sealed   bool    `json:"sealed,omitempty"`
	Copies   int     `json:"copies,omitempty"`
	// Record (调解记录) where no session has one.
	Record Text `json:"record,omitempty"`
}

// Settled (自行和解): the parties settled by themselves, before or after acceptance.
type Settled struct {
	fact     `json:"-"`
	Before   bool     `json:"before_acceptance"`
	Offer    string   `json:"offer,omitempty"`
	Terms    Terms    `json:"terms"`
	Occurred Occurred `json:"occurred"`
	Clocks   []Clock  `json:"clocks,omitempty"`
}

// Withdrawn (撤回投诉) by the consumer.
type Withdrawn struct {
	fact     `json:"-"`
	Reason   Text     `json:"reason,omitempty"`
	Occurred Occurred `json:"occurred"`
	// Clocks holds the notice that is due to both sides where mediation had begun.
	Clocks []Clock `json:"clocks,omitempty"`
}

// Terminated (终止调解): an officer's decision; notice to both sides is due within
// 7 working days (Order 121 art 23).
type Terminated struct {
	fact     `json:"-"`
	Ground   string   `json:"ground"`
	Reason   Text     `json:"reason,omitempty"`
	Occurred Occurred `json:"occurred"`
	Clock    Clock    `json:"clock"`
	// Party refused, stayed away or is gone; Found is the ground of article 16, or
	// ART42, that came up after acceptance.
	Party Party  `json:"party,omitempty"`
	Found string `json:"found,omitempty"`
}

// LeadFound: leads of a breach of law were found in mediation (art 27); the
// parallel check has its own clock.
type LeadFound struct {
	fact     `json:"-"`
	Lead     string   `json:"lead"`
	Text     Text     `json:"text,omitempty"`
	Occurred Occurred `json:"occurred"`
	Clock    Clock    `json:"clock"`
}

// LeadCheckExtended by the department head's approval.
type LeadCheckExtended struct {
	fact     `json:"-"`
	Lead     string `json:"lead"`
	Approver string `json:"approver"`
	Clock    Clock  `json:"clock"`
}

// LeadChecked: what came of the check of leads (核查), for officers only (art 37).
type LeadChecked struct {
	fact     `json:"-"`
	Lead     string   `json:"lead"`
	Result   string   `json:"result"` // filed, not_filed, transferred
	Text     Text     `json:"text,omitempty"`
	Occurred Occurred `json:"occurred"`
}

// Split: a mixed submission was taken apart (art 9). What grew from it is linked;
// the link to a tip-off is for officers only (art 37).
type Split struct {
	fact `json:"-"`
	Kind string `json:"kind"`
	Case string `json:"case"`
	// Part names the part, Text is what it says, Rest the facts without it, Evidence what
	// belongs to it.
	Part     string   `json:"part,omitempty"`
	Text     Text     `json:"text,omitempty"`
	Rest     Text     `json:"rest,omitempty"`
	Evidence []string `json:"evidence,omitempty"`
}

// PoliceReferred (移送公安) under art 42. Document is the transfer document, which is no
// evidence that a party may see.
type PoliceReferred struct {
	fact     `json:"-"`
	To       string   `json:"to"`
	Reason   Text     `json:"reason,omitempty"`
	Occurred Occurred `json:"occurred"`
	Document string   `json:"document,omitempty"`
}

// Linked to another case that grew from this one.
type Linked struct {
	fact     `json:"-"`
	Kind     string `json:"kind"`
	Case     string `json:"case"`
	Relation string `json:"relation"`
}
