package usecase

import (
	"time"

	"fangxin/domain/calendar"
	"fangxin/domain/complaint"
	"fangxin/domain/es"
)

// CaseView is a case as one actor may see it, now or as of a time. It is made by
// folding the case's own stream, so it is never stale. Fields the actor may not see
// are absent.
type CaseView struct {
	ID           string                  `json:"id"`
	Number       string                  `json:"number"`
	Kind         string                  `json:"kind"`
	Lane         string                  `json:"lane"`
	Status       string                  `json:"status"`
	Revision     int64                   `json:"revision"`
	FiledAt      time.Time               `json:"filed_at"`
	AsOf         *time.Time              `json:"as_of,omitempty"`
	Source       string                  `json:"source"`
	Merchant     MerchantView            `json:"merchant"`
	Region       string                  `json:"region"`
	Unit         string                  `json:"unit,omitempty"`
	Handovers    *HandoversView          `json:"handovers,omitempty"`
	Category     string                  `json:"category"`
	AmountFen    int64                   `json:"amount_fen"`
	Ruleset      string                  `json:"ruleset"`
	Clocks       []ClockView             `json:"clocks"`
	Actions      []string                `json:"actions"`
	Outcome      string                  `json:"outcome,omitempty"`
	Rating       *RatingView             `json:"rating,omitempty"`
	ExternalRefs []complaint.ExternalRef `json:"external_refs"`
	Links        []LinkView              `json:"links"`
	Consumer     *PersonView             `json:"consumer,omitempty"`
	Filer        *FilerView              `json:"filer,omitempty"`
	Joint        *JointView              `json:"joint,omitempty"`
	Intake       *IntakeView             `json:"intake,omitempty"`
	Duplicates   []DuplicateView         `json:"duplicates,omitempty"`
	// ClaimCode is told once, to the officer who asked for it.
	ClaimCode   string           `json:"claim_code,omitempty"`
	AnswerLinks []AnswerLinkView `json:"answer_links,omitempty"`
	Told        *ToldView        `json:"told,omitempty"`
	Subject     *PurchaseView    `json:"subject,omitempty"`
	Before      *BeforeView      `json:"before,omitempty"`
	Declared    *DeclaredView    `json:"declared,omitempty"`
	Requests    []RequestView    `json:"requests"`
	Facts       string           `json:"facts,omitempty"`
	Evidence    []string         `json:"evidence"`
	Responses   []ResponseView   `json:"responses"`
	Offers      []OfferView      `json:"offers"`
	Supplements []SupplementView `json:"supplements"`
	Decision    *DecisionView    `json:"decision,omitempty"`
	Asked       []AskedView      `json:"asked,omitempty"`
	Lanes       []LaneView       `json:"lanes,omitempty"`
	Leads       []LeadView       `json:"leads,omitempty"`
	Former      []FormerView     `json:"former,omitempty"`
	Police      *PoliceView      `json:"police,omitempty"`
	Splits      []SplitView      `json:"splits,omitempty"`
	Competence  *CompetenceView  `json:"competence,omitempty"`
	Missing     []MissingView    `json:"missing,omitempty"`
	Scope       []MatterView     `json:"scope,omitempty"`
	TimeBar     *TimeBarView     `json:"time_bar,omitempty"`
	Mediation   *MediationView   `json:"mediation,omitempty"`
	Agreement   *TermsView       `json:"agreement,omitempty"`
	Performance string           `json:"performance,omitempty"` // due, performed, confirmed, broken
	// Remedies are where the sides can go when an agreement is broken; it is not
	// enforceable by itself (form 9).
	Remedies []string `json:"remedies,omitempty"`
	// Earlier are the ends after which the case was taken up again.
	Earlier     []EarlierView          `json:"earlier,omitempty"`
	CallBacks   []CallBackView         `json:"call_backs,omitempty"`
	Notices     []NoticeView           `json:"notices"`
	Sync        []SyncView             `json:"sync,omitempty"`
	Disclosure  *DisclosureView        `json:"disclosure,omitempty"`
	Warnings    []string               `json:"warnings,omitempty"`
	Foreign     *complaint.ForeignCase `json:"foreign,omitempty"`
	Rights      *RightsView            `json:"rights,omitempty"`
	Corrections []CorrectionView       `json:"corrections,omitempty"`
}

// MerchantView is the respondent; Identity says how sure it is.
type MerchantView struct {
	ID         string                `json:"id,omitempty"`
	USCC       string                `json:"uscc,omitempty"`
	Name       string                `json:"name"`
	Identity   string                `json:"identity"`
	Candidates []complaint.Candidate `json:"candidates,omitempty"`
}

// ClockView is one clock, the most urgent first.
type ClockView struct {
	Rule        string        `json:"rule"`
	StartedOn   calendar.Date `json:"started_on"`
	Due         calendar.Date `json:"due"`
	DueWide     calendar.Date `json:"due_wide"`
	Paused      bool          `json:"paused"`
	Provisional bool          `json:"provisional"`
	// State is running, met, met_late or passed.
	State string        `json:"state"`
	MetOn calendar.Date `json:"met_on,omitempty"`
}

// RatingView is the consumer's rating.
type RatingView struct {
	View     string `json:"view"`
	Merchant int    `json:"merchant,omitempty"`
	Office   int    `json:"office,omitempty"`
	Text     string `json:"text,omitempty"`
}

// LinkView is a case that grew from this one.
type LinkView struct {
	Kind     string `json:"kind"`
	ID       string `json:"id"`
	Relation string `json:"relation"`
}

// PersonView shows a person; values are opened or masked by the access table.
type PersonView struct {
	Name     string `json:"name,omitempty"`
	Phone    string `json:"phone,omitempty"`
	Address  string `json:"address,omitempty"`
	Region   string `json:"region,omitempty"`
	IDType   string `json:"id_type,omitempty"`
	IDNumber string `json:"id_number,omitempty"`
	Language string `json:"language,omitempty"`
	// Contacts are further ways to reach the person.
	Contacts []ContactView `json:"contact_ways,omitempty"`
	// Erased is "restricted" or "erased" when the data are gone.
	Erased string `json:"erased,omitempty"`
}

// PurchaseView is the goods or service.
type PurchaseView struct {
	Kind      string        `json:"kind"`
	Category  string        `json:"category"`
	Name      string        `json:"name"`
	OrderNo   string        `json:"order_no,omitempty"`
	Place     string        `json:"place,omitempty"`
	BoughtOn  calendar.Date `json:"bought_on"`
	Channel   string        `json:"channel"`
	AmountFen int64         `json:"amount_fen"`
	Brand     string        `json:"brand,omitempty"`
	Model     string        `json:"model,omitempty"`

	DeliveredOn calendar.Date `json:"delivered_on,omitempty"`
	InstalledOn calendar.Date `json:"installed_on,omitempty"`
	Maker       string        `json:"maker,omitempty"`
	Serial      string        `json:"serial,omitempty"`
	Batch       string        `json:"batch,omitempty"`
	Quantity    int64         `json:"quantity,omitempty"`
	Prepaid     *PrepaidView  `json:"prepaid,omitempty"`
}

// RequestView is one request.
type RequestView struct {
	Kind      string `json:"kind"`
	AmountFen int64  `json:"amount_fen,omitempty"`
	Text      string `json:"text,omitempty"`
}

// ResponseView is one answer of the merchant.
type ResponseView struct {
	Kind string        `json:"kind"`
	On   calendar.Date `json:"on"`
	Via  string        `json:"via"`
	Text string        `json:"text,omitempty"`
}

// DecisionView is the office's decision against going on: not to accept (不予受理) or
// to end mediation (终止调解). The parties are told the ground and the reason, and the
// consumer the other ways to resolve the dispute (Regulation 778 art 46, CRPL 39).
type DecisionView struct {
	Kind      string        `json:"kind"` // declined, terminated
	Ground    string        `json:"ground"`
	Reason    string        `json:"reason,omitempty"`
	Routes    []string      `json:"routes"`
	DecidedOn calendar.Date `json:"decided_on"`
}

// SupplementView is what was added to the complaint after filing.
type SupplementView struct {
	On       calendar.Date `json:"on"`
	Text     string        `json:"text,omitempty"`
	Evidence []string      `json:"evidence"`
}

// TermsView are terms of an offer or agreement.
type TermsView struct {
	Kind      string        `json:"kind"`
	AmountFen int64         `json:"amount_fen,omitempty"`
	Text      string        `json:"text,omitempty"`
	PerformBy calendar.Date `json:"perform_by,omitempty"`
	Form      string        `json:"form,omitempty"`

	Instalments []InstalmentView `json:"instalments,omitempty"`
}

// InstalmentView is one instalment. State is due, performed, confirmed or broken.
type InstalmentView struct {
	AmountFen int64         `json:"amount_fen"`
	Due       calendar.Date `json:"due"`
	State     string        `json:"state"`
}

// OfferView is one offer. State is open, accepted, refused, withdrawn, countered or lapsed.
type OfferView struct {
	ID    string    `json:"id"`
	By    string    `json:"by"`
	Terms TermsView `json:"terms"`
	State string    `json:"state"`
	// Via is how it reached the officer who recorded it; absent where the party made it.
	Via string `json:"via,omitempty"`
}

// NoticeView is one notice. State is issued, sent, delivered, failed, refused, read or voided.
type NoticeView struct {
	ID        string        `json:"id"`
	Form      string        `json:"form"`
	Number    string        `json:"number,omitempty"`
	About     string        `json:"about"`
	Recipient string        `json:"recipient"`
	State     string        `json:"state"`
	SentOn    calendar.Date `json:"sent_on,omitempty"`
	Channel   string        `json:"channel,omitempty"`
	// On is the day of the last fact about it; Code why it came back.
	On    calendar.Date `json:"on,omitempty"`
	Code  string        `json:"code,omitempty"`
	Proof *ProofView    `json:"proof,omitempty"`
}

// DisclosureView says where publication stands: notified, objected, public,
// withdrawn or refused, and the exact record.
type DisclosureView struct {
	State  string                  `json:"state"`
	Record *complaint.PublicRecord `json:"record,omitempty"`
	Until  calendar.Date           `json:"until,omitempty"`
	Why    string                  `json:"why,omitempty"`
	// Disputed: the merchant asked for the public record to be corrected.
	Disputed bool `json:"disputed,omitempty"`
	// RevisedOn is the day on which the public record was put right last.
	RevisedOn calendar.Date `json:"revised_on,omitempty"`
	// Statement is the merchant's that stands beside the record.
	Statement string `json:"statement,omitempty"`
	// Offered is the statement that waits for its review, or was refused with a reason.
	Offered *StatementView `json:"offered,omitempty"`
}

// StatementView is a statement that does not stand beside the record.
type StatementView struct {
	ID    string `json:"id"`
	State string `json:"state"` // waiting, refused
	// Text is there while it waits, Reason once it was refused.
	Text   string        `json:"text,omitempty"`
	Reason string        `json:"reason,omitempty"`
	On     calendar.Date `json:"on,omitempty"`
}

// Receipt answers a command.
type Receipt struct {
	ID       string
	Revision es.Revision
	Position es.Position
	Repeated bool
}

// HistoryEntry is one envelope of a case's history, cut to what the actor may see.
type HistoryEntry struct {
	ID       string      `json:"id"`
	Revision int64       `json:"revision"`
	Type     string      `json:"type"`
	At       time.Time   `json:"at"`
	Recorded *time.Time  `json:"recorded,omitempty"`
	Actor    string      `json:"actor,omitempty"`
	Role     string      `json:"role"`
	Command  string      `json:"command,omitempty"`
	Ruleset  string      `json:"ruleset,omitempty"`
	Calendar string      `json:"calendar,omitempty"`
	Source   string      `json:"source"`
	Data     any         `json:"data,omitempty"`
	Position es.Position `json:"-"`
}
