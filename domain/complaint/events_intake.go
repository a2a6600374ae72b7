package complaint

import (
	"fangxin/domain/calendar"
	"fangxin/domain/sealed"
)

// Event is a fact in a complaint's stream: a closed union. Every type says itself
// what it does to the state, so that none can be forgotten: it would not compile.
type Event interface {
	isComplaintEvent()
	applyTo(*State)
}

type fact struct{}

func (*fact) isComplaintEvent() {}

// Filed (提交投诉): the consumer's complaint as filed. The respondent in it is
// the claim; what becomes of the claim are facts of their own.
type Filed struct {
	fact       `json:"-"`
	ID         string        `json:"id"`
	Number     string        `json:"number"`
	Lane       Lane          `json:"lane"`
	FiledOn    calendar.Date `json:"filed_on"`
	Channel    string        `json:"channel"` // online, counter, letter, phone, hotline, fax, station
	ReceivedOn Occurred      `json:"received_on"`
	Ruleset    string        `json:"ruleset"`
	Consumer   Person        `json:"consumer"`
	Filer      *Filer        `json:"filer,omitempty"`
	Respondent Told          `json:"respondent"`
	Purchase   Purchase      `json:"purchase"`
	History    *History      `json:"history,omitempty"`
	Harm       *Harm         `json:"harm,omitempty"`
	Facts      Text          `json:"facts,omitempty"`
	Requests   []Request     `json:"requests"`
	Evidence   []string      `json:"evidence,omitempty"`
	Consent    Consent       `json:"consent"`
	// EverydayUse and Truthful are true only where the consumer declared so.
	EverydayUse   bool          `json:"everyday_use"`
	Truthful      bool          `json:"truthful"`
	ExternalRefs  []ExternalRef `json:"external_refs,omitempty"`
	ServiceClocks []Clock       `json:"service_clocks,omitempty"`
}

// RespondentProposed: candidates for the respondent were found.
type RespondentProposed struct {
	fact       `json:"-"`
	Candidates []Candidate `json:"candidates"`
}

// RespondentConfirmed: an officer confirmed who the respondent is.
type RespondentConfirmed struct {
	fact     `json:"-"`
	Merchant Identity `json:"merchant"`
	Source   string   `json:"source"` // register, licence, platform, merchant, officer
}

// RespondentUnknown: nobody could be recognised.
type RespondentUnknown struct {
	fact   `json:"-"`
	Reason Text `json:"reason,omitempty"`
}

// RespondentReplaced: the wrong merchant had been confirmed. It loses access at
// once; clocks and jurisdiction follow the new one.
type RespondentReplaced struct {
	fact   `json:"-"`
	From   Identity `json:"from"`
	To     Identity `json:"to"`
	Source string   `json:"source"`
	Reason Text     `json:"reason,omitempty"`
	Clocks []Clock  `json:"clocks,omitempty"`
}

// LaneChanged: the case moved up with the consumer's consent.
type LaneChanged struct {
	fact      `json:"-"`
	From      Lane   `json:"from"`
	To        Lane   `json:"to"`
	ConsentBy string `json:"consent_by"`
	Wording   string `json:"wording,omitempty"`
	Reason    Text   `json:"reason,omitempty"`
}

// Received (收到): the department that is competent has the complaint; the 7
// working days of acceptance run from this day (Order 121 art 15).
type Received struct {
	fact     `json:"-"`
	Region   string   `json:"region"`
	Unit     string   `json:"unit,omitempty"`
	Basis    string   `json:"basis"` // filed_here, forwarded, lane_changed, jurisdiction_decided
	Occurred Occurred `json:"occurred"`
	Clock    Clock    `json:"clock"`
}

// Assigned (分送) to a unit inside the office.
type Assigned struct {
	fact    `json:"-"`
	Region  string `json:"region"`
	Unit    string `json:"unit"`
	Officer string `json:"officer,omitempty"`
}

// ReturnedToDesk: a unit without competence sends the case back to the desk
// (Order 121 art 41).
type ReturnedToDesk struct {
	fact   `json:"-"`
	Region string `json:"region"`
	Unit   string `json:"unit"`
	Reason Text   `json:"reason,omitempty"`
}

// Forwarded to another authority (移送), with a report-back date where one is set.
type Forwarded struct {
	fact     `json:"-"`
	From     string        `json:"from"`
	To       string        `json:"to"`
	ReportBy calendar.Date `json:"report_by,omitempty"`
	Occurred Occurred      `json:"occurred"`
	Reason   Text          `json:"reason,omitempty"`
}

// ReportedBack (反馈): the authority that forwarded the case was told what came of it.
type ReportedBack struct {
	fact     `json:"-"`
	To       string   `json:"to"`
	Text     Text     `json:"text,omitempty"`
	Occurred Occurred `json:"occurred"`
}

// JurisdictionDisputed (管辖争议): two authorities disagree (Order 121 art 33).
type JurisdictionDisputed struct {
	fact     `json:"-"`
	Between  []string `json:"between"`
	Occurred Occurred `json:"occurred"`
	Clock    Clock    `json:"clock"`
}

// JurisdictionDecided: agreed or designated.
type JurisdictionDecided struct {
	fact     `json:"-"`
	Region   string   `json:"region"`
	By       string   `json:"by"` // agreement, designation
	Occurred Occurred `json:"occurred"`
}

// Accepted (受理): the department will mediate; the mediation clock starts.
type Accepted struct {
	fact     `json:"-"`
	Region   string   `json:"region"`
	Unit     string   `json:"unit,omitempty"`
	Occurred Occurred `json:"occurred"`
	Clock    Clock    `json:"clock"`
}

// Declined (不予受理), with its ground, the reason and the other ways open to the
// consumer (from 2024-07-01: Regulation 778 art 46).
type Declined struct {
	fact     `json:"-"`
	Ground   string   `json:"ground"`
	Factors  []string `json:"factors,omitempty"`
	Reason   Text     `json:"reason,omitempty"`
	Routes   []string `json:"routes,omitempty"`
	Occurred Occurred `json:"occurred"`
}

// SupplementRequested: the consumer is asked for materials by a date. It stops no
// clock.
type SupplementRequested struct {
	fact  `json:"-"`
	Items []string      `json:"items"`
	Text  Text          `json:"text,omitempty"`
	By    calendar.Date `json:"by"`
}

// Supplemented: the consumer added facts or evidence.
type Supplemented struct {
	fact     `json:"-"`
	Text     Text     `json:"text,omitempty"`
	Evidence []string `json:"evidence,omitempty"`
	Occurred Occurred `json:"occurred"`
}

// IdentityProofRequested (限期提供身份证明材料): form 4, with a date.
type IdentityProofRequested struct {
	fact `json:"-"`
	By   calendar.Date `json:"by"`
}

// IdentityVerified: the complainant's identity was checked.
type IdentityVerified struct {
	fact     `json:"-"`
	Result   string   `json:"result"` // verified, refused, false_name
	Method   string   `json:"method"`
	Occurred Occurred `json:"occurred"`
}

// EvidenceAdded: a party offered a file.
type EvidenceAdded struct {
	fact        `json:"-"`
	By          Party  `json:"by"`
	Evidence    string `json:"evidence"`
	Nature      string `json:"nature"` // original, screenshot, copy, original_seen
	SeenBy      string `json:"seen_by,omitempty"`
	DerivedFrom string `json:"derived_from,omitempty"`
	Tool        string `json:"tool,omitempty"`
}

// JointFormed: several complaints are handled as one (共同投诉, Order 121 art 12).
// Representatives are the complainants who speak for all: complainants by their ids in
// the case, Cases the cases whose dispute it is.
type JointFormed struct {
	fact            `json:"-"`
	Cases           []string `json:"cases"`
	Representatives []string `json:"representatives"`
	// Document is the writing by which they were chosen.
	Document string    `json:"document,omitempty"`
	Occurred *Occurred `json:"occurred,omitempty"`
}

// JointConsented: one complainant agreed to be joined, or one represented agreed to a
// waiver, change or settlement; or said no.
type JointConsented struct {
	fact     `json:"-"`
	Case     string   `json:"case"`
	To       string   `json:"to"` // join, settle, change_requests, waive, withdraw
	Occurred Occurred `json:"occurred"`
	// Complainant is the id in the case, Offer what a settlement was agreed to on.
	Complainant string `json:"complainant,omitempty"`
	Offer       string `json:"offer,omitempty"`
	Refused     bool   `json:"refused,omitempty"`
	Document    string `json:"document,omitempty"`
}

// FilerAuthorised: the original power of attorney was seen, or what proves a guardian,
// an heir or a representative.
type FilerAuthorised struct {
	fact     `json:"-"`
	Document string   `json:"document"`
	Scope    []string `json:"scope"`
	// Until is the end of its term, absent where it has none.
	Until    calendar.Date `json:"until,omitempty"`
	Occurred Occurred      `json:"occurred"`
	// Matter is what it was given for; IDType and IDNumber are of the agent's proof of
	// identity, sealed under the filer.
	Matter   Text          `json:"matter,omitempty"`
	IDType   string        `json:"id_type,omitempty"`
	IDNumber *sealed.Value `json:"id_number,omitempty"`
}

// DuplicateFlagged: the case may be the same dispute as another; shown, never an
// automatic refusal.
type DuplicateFlagged struct {
	fact `json:"-"`
	Case string `json:"case"`
	By   string `json:"by"` // order, merchant_and_dates, officer
}

// ExternalRefRecorded: the same matter has a number in another system.
type ExternalRefRecorded struct {
	fact `json:"-"`
	Ref  ExternalRef `json:"ref"`
}

// SyncRecorded: a statutory act and its entry in the official record.
type SyncRecorded struct {
	fact   `json:"-"`
	Act    string        `json:"act"`   // as Act
	State  string        `json:"state"` // not_needed, to_enter, entered, differs
	By     string        `json:"by,omitempty"`
	On     calendar.Date `json:"on,omitempty"`
	Field  string        `json:"field,omitempty"`
	Ours   Text          `json:"ours,omitempty"` // sealed: the field may name a person
	Theirs Text          `json:"theirs,omitempty"`
}

// RulesetOverridden: an officer applies another rule set, with reasons.
type RulesetOverridden struct {
	fact   `json:"-"`
	From   string  `json:"from"`
	To     string  `json:"to"`
	Reason Text    `json:"reason,omitempty"`
	Clocks []Clock `json:"clocks,omitempty"`
	// ReasonCode is of the vocabulary's override_reason.
	ReasonCode string `json:"reason_code,omitempty"`
	Approver   string `json:"approver,omitempty"`
	// Lapsed are rules of clocks that the new rules do not know; Gained and Lost are
	// provisions and grounds that hold from now on, or no longer.
	Lapsed []string `json:"lapsed,omitempty"`
	Gained []string `json:"gained,omitempty"`
	Lost   []string `json:"lost,omitempty"`
}

// ConsentChanged: the consumer gave or withdrew a consent.
type ConsentChanged struct {
	fact     `json:"-"`
	Consent  Consent  `json:"consent"`
	Occurred Occurred `json:"occurred"`
}

// ConsumerCorrected: personal data were corrected (PIPL 46).
type ConsumerCorrected struct {
	fact     `json:"-"`
	Consumer Person `json:"consumer"`
}

// SubjectErased: a person's key was destroyed, or its data restricted, after the
// check that nothing forbids it. It is broadcast to every partition.
type SubjectErased struct {
	fact    `json:"-"`
	Subject sealed.Subject `json:"subject"`
	Manner  string         `json:"manner"` // restricted, erased
	Basis   string         `json:"basis"`
}
