package complaint

import (
	"slices"

	"fangxin/domain/calendar"
	"fangxin/domain/sealed"
	"fangxin/domain/statute"
)

// State is a case as its facts make it: what Decide needs, and what the case view
// shows. It is a value; what it points at belongs to events and never changes.
type State struct {
	ID      string
	Number  string
	Lane    Lane
	Status  Status
	Outcome Outcome
	Ruleset string

	FiledOn calendar.Date
	// ReceivedOn is the day on which the competent department had it (收到).
	ReceivedOn calendar.Date
	AcceptedOn calendar.Date
	// EndedOn and EndedAs say how the proceedings ended; a closed case keeps them.
	EndedOn  calendar.Date
	EndedAs  Status
	ClosedOn calendar.Date
	// BrokenOn is the latest day on which performance was recorded as broken.
	BrokenOn calendar.Date
	// LatestOn is the latest day of any fact; an older one is entered with a reason.
	LatestOn calendar.Date
	// LateMarks counts facts that were entered late, for the auditor.
	LateMarks int

	Filing   *Filed
	Consumer *Person
	Consent  Consent
	// Account is the account that filed, if any.
	Account string

	Identity   IdentityState
	Candidates []Candidate
	Respondent *Identity

	Region  string
	Unit    string
	Officer string

	Declined   *Declined
	Terminated *Terminated

	Clocks      []ClockState
	Responses   []*Responded
	Offers      []OfferState
	Notices     []NoticeState
	Supplements []*Supplemented
	Evidence    []string
	Agreement   *Agreement
	Performance Performance
	// Performances are the merchant's statements of what it did.
	Performances []*Performed
	// Instalments by number, from 1; 0 is the whole.
	Instalments map[int]InstalmentState
	Rating      *Rated
	// Earlier are the ends of proceedings that were taken up again.
	Earlier []Ended
	// CallBacks (回访) assess how the case was handled and change nothing.
	CallBacks    []*CalledBack
	Disclosure   DisclosureState
	ExternalRefs []ExternalRef
	Links        []*Linked
	Foreign      *ForeignState
	// Syncs are what was recorded of acts and the official record.
	Syncs map[Act]SyncState

	// Behind is who stands behind the complaint beside its consumer.
	Behind Behind
	// Requests (诉求) are what the consumer asks for now.
	Requests []Request
	// Duplicates are cases that may be the same dispute.
	Duplicates []DuplicateState

	// Roads beside the main one.
	Handovers Handovers
	// Disputed is the dispute of competence that is not decided, Disputes how many there were.
	Disputed *JurisdictionDisputed
	Disputes int
	Leads    []LeadState
	// Asked are the supplements that were asked for.
	Asked     []*SupplementRequested
	Mediation MediationState
	// IdentityResult is what the check of the complainant's identity gave.
	IdentityResult string
	// Police is the last referral to the police, nil where there was none.
	Police *PoliceReferred
	// Splits are what a mixed submission was taken apart into. Rest and Withheld are the
	// facts and files as a respondent reads them, up to the first cut parts.
	Splits   []*Split
	Rest     Text
	Withheld []string
	cut      int
	// Former were taken for the respondent by mistake, the last one last.
	Former []FormerRespondent
	Erased []Erasure
	People PeopleState
	// AnswerLinks are those given to the respondent.
	AnswerLinks []AnswerLink
	// Corrections (更正) of facts that were entered wrongly, the last one last.
	Corrections []*Corrected

	// ratedEnd is the end that the consumer rated, counted from 1.
	ratedEnd int
}

// Ended says whether the proceedings are over.
func (s State) Ended() bool { return s.EndedAs != StatusNone }

// Performance (履行) of what was agreed.
type Performance string

// Stages of performance; empty where nothing was agreed.
const (
	PerformanceNone      Performance = ""
	PerformanceDue       Performance = "due"
	PerformanceDone      Performance = "performed"
	PerformanceSeen      Performance = "confirmed"
	PerformanceNotInTime Performance = "broken"
)

// Agreement is what the parties agreed on, in mediation or by themselves.
type Agreement struct {
	Form  string // as Agreed.Form; empty for a settlement
	Offer string
	Terms Terms
	On    calendar.Date
}

// States of a clock.
const (
	ClockRunning = "running"
	ClockMet     = "met"
	ClockMetLate = "met_late"
	// ClockPassed: the limit is over, it was recorded, and the duty is still open.
	ClockPassed = "passed"
	// ClockLapsed: the duty fell away before it was due.
	ClockLapsed = "lapsed"
	// ClockShown: a foreign limit that nobody enforces here.
	ClockShown = "shown"
)

// ClockPerform is the rule name of a date on which performance is due. The parties
// set it; an instalment's clock has its number behind a dot.
const ClockPerform = "CP.PERFORM"

// ClockPublic names the period of a record on the register where the timers ask for
// its end. It is a rule of the disclosure policy and no clock of the case.
const ClockPublic = "PUB.PERIOD"

// ClockState is one clock of the case and what became of it.
type ClockState struct {
	Clock
	State  string
	MetOn  calendar.Date
	Pauses []statute.Pause
	// Extended: more time was approved.
	Extended bool
	// Passed: that the limit passed was recorded, whatever came later.
	Passed bool
}

// Open says whether the duty still stands.
func (c ClockState) Open() bool { return c.State == ClockRunning || c.State == ClockPassed }

// Paused says whether the clock stands still.
func (c ClockState) Paused() bool {
	return c.Open() && slices.ContainsFunc(c.Pauses, func(p statute.Pause) bool { return p.To.IsZero() })
}

// Clock returns the case's clock under a rule.
func (s State) Clock(rule string) (ClockState, bool) {
	for _, c := range s.Clocks {
		if c.Rule == rule {
			return c, true
		}
	}
	return ClockState{}, false
}

// mediationClock returns the clock of mediation, under whichever regime.
func (s State) mediationClock() (ClockState, bool) {
	for _, c := range s.Clocks {
		if isMediation(c.Rule) {
			return c, true
		}
	}
	return ClockState{}, false
}

func isMediation(rule string) bool {
	return rule == statute.ClockMediateM1 || rule == statute.ClockMediateM2 || rule == statute.ClockMediateM3
}

// States of an offer.
const (
	OfferOpen      = "open"
	OfferTaken     = "accepted"
	OfferTurned    = "refused"
	OfferTakenBack = "withdrawn"
	OfferCountered = "countered"
	OfferLapsed    = "lapsed"
)

// OfferState is one offer and what became of it.
type OfferState struct {
	*OfferMade
	State string
}

// StateOn is the offer's state on a day: an open one lapses after its last day.
func (o OfferState) StateOn(day calendar.Date) string {
	if o.State == OfferOpen && !o.ValidTo.IsZero() && day > o.ValidTo {
		return OfferLapsed
	}
	return o.State
}

func (s State) offer(id string) (OfferState, bool) {
	for _, o := range s.Offers {
		if o.Offer == id {
			return o, true
		}
	}
	return OfferState{}, false
}

// States of a notice.
const (
	NoticeOut     = "issued"
	NoticeGone    = "sent"
	NoticeThere   = "delivered"
	NoticeBack    = "failed"
	NoticeNot     = "refused"
	NoticeSeen    = "read"
	NoticeInvalid = "voided"
)

// NoticeState is one notice and what became of it.
type NoticeState struct {
	*NoticeIssued
	State   string
	SentOn  calendar.Date
	Channel string
	// Past: it tells of a decision that a reopening took back.
	Past bool
	// On is the day of the last fact, where it has one; Code why it came back.
	On    calendar.Date
	Code  string
	Proof *NoticeProven
}

// told returns the day on which a recipient was told of a decision. A notice that
// was voided, or came back, told nobody; one that was refused did. What tells of a
// decision that was taken back tells nothing of the next.
func (s State) told(about string, recipient Party) (calendar.Date, bool) {
	for _, n := range s.Notices {
		if n.About == about && n.Recipient == recipient && !n.Past && !n.SentOn.IsZero() &&
			n.State != NoticeBack && n.State != NoticeInvalid {
			return n.SentOn, true
		}
	}
	return 0, false
}

// States of disclosure; empty where nobody decided yet.
const (
	DisclosureNone      = ""
	DisclosureTold      = "notified"
	DisclosureContested = "objected"
	DisclosurePublic    = "public"
	DisclosureOff       = "withdrawn"
	DisclosureNot       = "refused"
)

// DisclosureState says where publication (公示) stands.
type DisclosureState struct {
	State  string
	Record *PublicRecord
	On     calendar.Date
	Until  calendar.Date
	// Why it is not published, or the class of its withdrawal.
	Why       string
	Statement string
	// Heard: an objection was decided; the record may be published at once.
	Heard bool
	// Disputed: the merchant asked for a public record to be corrected.
	Disputed bool
	// AskedBack: that was decided for this record.
	AskedBack bool
	// Offered is the statement that waits for its review, Unfit the last one that was
	// refused, Statements how many there were.
	Offered    *StatementOffered
	Unfit      *StatementRefused
	Statements int
	// Records is how many records the case has had; RevisedOn when the public one was put
	// right last.
	Records   int
	RevisedOn calendar.Date
}

// ForeignState is a case of another system as it stands there now.
type ForeignState struct {
	Policy string
	Case   ForeignCase
	// Internal: seen by the offices of its division alone.
	Internal bool
}

// Erasure says what became of a person's data.
type Erasure struct {
	Subject sealed.Subject
	Manner  string
}
