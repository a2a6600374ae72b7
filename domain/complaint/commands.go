package complaint

import (
	"time"

	"fangxin/domain/calendar"
)

// Command is a request on one case. Everything the decision needs comes with it:
// the time, who asks, and what; personal data are sealed already.
type Command struct {
	// At is the use case's clock; its Shanghai day is "today".
	At    time.Time
	Actor Actor
	Do    Action
}

// Roles of actors.
const (
	RoleConsumer    = "consumer"
	RoleMerchant    = "merchant"
	RoleOfficer     = "officer"
	RoleInstitution = "institution"
	RoleAdmin       = "admin"
	// RoleSystem is the program itself: timers, processes, imports.
	RoleSystem = "system"
)

// Actor is who asks. That the actor may touch this case at all (an officer's
// region and unit) was checked before; Decide checks which side it stands on.
type Actor struct {
	ID   string
	Role string
	// Side is the party the actor speaks for; empty, it follows from the role.
	Side Party
	// Merchant and Store are set for a merchant's people, Region and Unit for officers.
	Merchant string
	Store    string
	Region   string
	Unit     string
}

// Action is what a command asks for: a closed union. Route is the name under which
// the edge offers it; several actions may share one.
type Action interface {
	Route() string
	// may says whether the actor may do this now, before the action's own content
	// is looked at; decide then looks at the content.
	may(*deciding) error
	decide(*deciding) error
}

// File (提交投诉) opens a case. ReceivedOn is only looked at when an officer enters
// a complaint that came on paper or by phone; its zero On is today.
type File struct {
	ID           string
	Number       string // see Number
	Lane         Lane   // empty: the installation's first lane
	Channel      string // online, counter, letter, phone, hotline, fax, station
	ReceivedOn   Occurred
	Consumer     Person
	Filer        *Filer
	Respondent   Told
	Purchase     Purchase
	History      *History
	Harm         *Harm
	Facts        Text
	Requests     []Request
	Evidence     []string
	Consent      Consent
	EverydayUse  bool
	Truthful     bool
	ExternalRefs []ExternalRef
	// From is the case that this one was split from, empty for most.
	From string
	// Alike are cases that may be the same dispute, as the keyring and the work list
	// know them.
	Alike []DuplicateFlagged
}

// ChangeLane moves the case up. Wording names the consent text that the consumer saw;
// Warned: it said what acceptance there closes (see Decider.Lanes).
type ChangeLane struct {
	To      Lane
	Wording string
	Warned  bool
	Reason  Text
}

// Assign (分送) gives the case to a unit of the office.
type Assign struct {
	Unit    string
	Officer string
}

// ReturnToDesk: the unit has no competence (Order 121 art 41).
type ReturnToDesk struct{ Reason Text }

// ProposeRespondent offers candidates for the respondent's identity.
type ProposeRespondent struct{ Candidates []Candidate }

// ConfirmRespondent states who the respondent is, and from which source.
type ConfirmRespondent struct {
	Merchant Identity
	Source   string
}

// RespondentNotFound: nobody could be recognised.
type RespondentNotFound struct{ Reason Text }

// Accept (受理). As in every command, a zero Occurred.On is today, and whether an
// entry is Late is decided, not asked for.
type Accept struct{ Occurred Occurred }

// Decline (不予受理).
type Decline struct {
	Ground   string
	Factors  []string
	Reason   Text
	Routes   []string
	Occurred Occurred
}

// Notify (告知): a notice was made out and, unless Channel is empty, sent. The
// official form follows from About and the case's rule set.
type Notify struct {
	Notice    string // new id
	About     string // acceptance, decline, termination, mediation, identity
	Recipient Party
	Channel   string
	Number    string
	TextHash  string
	Contact   Text
	Occurred  Occurred
}

// Respond (商家回应): the merchant answers. An officer who records an answer says
// Via which channel it came.
type Respond struct {
	Kind     string // interim, final
	Text     Text
	Evidence []string
	Via      string
	Occurred Occurred
}

// MakeOffer (提出方案) to the other party. Answers names the offer it counters. An officer
// who records one names the Party and Via which channel it came.
type MakeOffer struct {
	Offer   string // new id
	Answers string
	Terms   Terms
	ValidTo calendar.Date
	Spoken
}

// AcceptOffer of the other party.
type AcceptOffer struct {
	Offer string
	Spoken
}

// RefuseOffer of the other party.
type RefuseOffer struct {
	Offer  string
	Reason Text
	Spoken
}

// Agree (达成调解协议): an officer records the agreement. With an accepted Offer the
// terms may be left out: they are the offer's.
type Agree struct {
	Form     string // document, record, performed, waived
	Offer    string
	Terms    Terms
	Document string
	// SignedBy are the sides that signed the document, or that waived it.
	SignedBy []Party
	Sealed   bool // by the department
	Copies   int
	Record   Text // 调解记录, where no session has one
	InPerson bool // as in Settle
	Occurred Occurred
}

// Settle (自行和解), stated by the consumer or recorded by an officer. With an
// accepted Offer the terms may be left out. InPerson is for officers: the complainant
// itself was there, not the agent.
type Settle struct {
	InPerson bool
	Offer    string
	Terms    Terms
	Occurred Occurred
}

// Withdraw (撤回投诉).
type Withdraw struct {
	InPerson bool
	Reason   Text
	Occurred Occurred
}

// Terminate (终止调解). Party is the side that the ground is about; Found is the ground of
// non-acceptance that came up after acceptance, or GroundFraud.
type Terminate struct {
	Ground   string
	Party    Party
	Found    string
	Reason   Text
	Occurred Occurred
}

// Supplement adds facts or evidence.
type Supplement struct {
	Text     Text
	Evidence []string
	Occurred Occurred
}

// Perform (履行): what was agreed was done.
type Perform struct {
	// Via says how the statement reached the officer who records it.
	Via        string
	AmountFen  int64 // 0: as agreed
	Instalment int   // from 1; 0 is the whole
	Evidence   []string
	Occurred   Occurred
}

// ConfirmPerformance by the consumer, or by an officer who saw the proof.
type ConfirmPerformance struct {
	Instalment int // from 1; 0 is the whole
}

// Rate (评价): the consumer's view, and grades of 1 to 5 (0 is not given).
type Rate struct {
	View     ConsumerView
	Merchant int
	Office   int
	Text     Text
}

// Close (办结).
type Close struct{ Occurred Occurred }

// ReviewDisclosure: an officer reviewed the summary; the decision is either the
// record shown to the merchant or a reasoned refusal to publish.
type ReviewDisclosure struct {
	Summary string
	// Channel by which the merchant is shown it; internet where none is named.
	Channel string
}

// ObjectDisclosure: the merchant objects to its record.
type ObjectDisclosure struct{ Text Text }

// DecideObjection: upheld (not published), dismissed, or corrected (Summary replaces
// the record's, and the facts are read anew).
type DecideObjection struct {
	Result  string
	Reason  Text
	Summary string
}

// Publish (公示) once nothing stands against it.
type Publish struct{}

// WithdrawDisclosure takes the record off the register.
type WithdrawDisclosure struct {
	Class  string
	Reason Text
}

// RecordDeadlinePassed is sent by the timers for a clock of the case. Due is the
// clock's strict date, as its event states it.
type RecordDeadlinePassed struct {
	Rule string
	Due  calendar.Date
}

// RecordForeignCase takes over a case of another system, or what changed in it.
// Sealed narratives cannot be compared: NarrativeChanged says that the text is new.
type RecordForeignCase struct {
	ID               string
	Ruleset          string
	Case             ForeignCase
	NarrativeChanged bool
}

// Route names.
func (File) Route() string                 { return "file" }
func (ChangeLane) Route() string           { return "change-lane" }
func (Assign) Route() string               { return "assign" }
func (ReturnToDesk) Route() string         { return "return-to-desk" }
func (ProposeRespondent) Route() string    { return "identify-merchant" }
func (ConfirmRespondent) Route() string    { return "identify-merchant" }
func (RespondentNotFound) Route() string   { return "identify-merchant" }
func (Accept) Route() string               { return "accept" }
func (Decline) Route() string              { return "decline" }
func (Notify) Route() string               { return "notify" }
func (Respond) Route() string              { return "respond" }
func (MakeOffer) Route() string            { return "offer" }
func (AcceptOffer) Route() string          { return "accept-offer" }
func (RefuseOffer) Route() string          { return "refuse-offer" }
func (Agree) Route() string                { return "agree" }
func (Settle) Route() string               { return "settle" }
func (Withdraw) Route() string             { return "withdraw" }
func (Terminate) Route() string            { return "terminate" }
func (Supplement) Route() string           { return "supplement" }
func (Perform) Route() string              { return "perform" }
func (ConfirmPerformance) Route() string   { return "confirm-performance" }
func (Rate) Route() string                 { return "rate" }
func (Close) Route() string                { return "close" }
func (ReviewDisclosure) Route() string     { return "review-disclosure" }
func (ObjectDisclosure) Route() string     { return "object-disclosure" }
func (DecideObjection) Route() string      { return "decide-objection" }
func (Publish) Route() string              { return "publish" }
func (WithdrawDisclosure) Route() string   { return "withdraw-disclosure" }
func (RecordDeadlinePassed) Route() string { return "record-deadline-passed" }
func (RecordForeignCase) Route() string    { return "record-foreign-case" }
