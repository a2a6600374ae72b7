package complaint

import "fangxin/domain/calendar"

// Performed (履行): the merchant did what was agreed, or one instalment of it.
type Performed struct {
	fact       `json:"-"`
	AmountFen  int64    `json:"amount_fen,omitempty"`
	Instalment int      `json:"instalment,omitempty"` // from 1; 0 is the whole, -1 a part that settles no instalment
	By         Party    `json:"by"`
	Evidence   []string `json:"evidence,omitempty"`
	Occurred   Occurred `json:"occurred"`
	// Via says how the merchant's statement reached the officer who recorded it.
	Via string `json:"via,omitempty"`
}

// PerformanceConfirmed by the consumer, or by an officer who saw the proof.
type PerformanceConfirmed struct {
	fact       `json:"-"`
	Instalment int   `json:"instalment,omitempty"`
	By         Party `json:"by"`
}

// PerformanceBroken: what was agreed was not done in time.
type PerformanceBroken struct {
	fact       `json:"-"`
	Instalment int      `json:"instalment,omitempty"`
	By         Party    `json:"by"`
	Reason     Text     `json:"reason,omitempty"`
	Occurred   Occurred `json:"occurred"`
}

// Rated (评价): the consumer's view and grades of 1 to 5; 0 is not given.
type Rated struct {
	fact     `json:"-"`
	View     ConsumerView `json:"view"`
	Merchant int          `json:"merchant,omitempty"`
	Office   int          `json:"office,omitempty"`
	Text     Text         `json:"text,omitempty"`
}

// Closed (办结).
type Closed struct {
	fact     `json:"-"`
	Outcome  Outcome  `json:"outcome"`
	Occurred Occurred `json:"occurred"`
}

// Reopened (重新处理) with a reason.
type Reopened struct {
	fact   `json:"-"`
	Reason Text    `json:"reason,omitempty"`
	Clocks []Clock `json:"clocks,omitempty"`
	// Basis is review_revoked, new_evidence, error or agreement_broken.
	Basis string `json:"basis,omitempty"`
	// Stage to which the case goes back, acceptance or mediation; empty: as far as it had come.
	Stage    string    `json:"stage,omitempty"`
	Occurred *Occurred `json:"occurred,omitempty"`
}

// DeadlinePassed: a limit was not kept. It ends nothing by itself (art 23).
type DeadlinePassed struct {
	fact    `json:"-"`
	Rule    string        `json:"rule"`
	Due     calendar.Date `json:"due"`
	DueWide calendar.Date `json:"due_wide"`
}

// ClockRecomputed under a newer calendar.
type ClockRecomputed struct {
	fact  `json:"-"`
	From  Clock `json:"from"`
	Clock Clock `json:"clock"`
}

// OfficerDateSet: a date that an officer set (report back, hearing, identity).
type OfficerDateSet struct {
	fact `json:"-"`
	Rule string        `json:"rule"`
	Due  calendar.Date `json:"due"`
	Text Text          `json:"text,omitempty"`
	// On is the day on which it was set.
	On calendar.Date `json:"on,omitempty"`
}

// NoteAdded by an officer, for officers.
type NoteAdded struct {
	fact `json:"-"`
	Text Text `json:"text"`
}

// NoticeIssued (文书): the notice was made out. Number is gap-free per office and
// year where the form has one.
type NoticeIssued struct {
	fact      `json:"-"`
	Notice    string `json:"notice"`
	Form      string `json:"form"`
	Number    string `json:"number,omitempty"`
	TextHash  string `json:"text_hash"`
	Recipient Party  `json:"recipient"`
	Contact   Text   `json:"contact,omitempty"`
	About     string `json:"about"` // acceptance, decline, termination, publication, mediation, identity
}

// NoticeSent: the duty to tell is met on this day.
type NoticeSent struct {
	fact     `json:"-"`
	Notice   string   `json:"notice"`
	Channel  string   `json:"channel"` // internet, phone, sms, email, letter, in_person
	Occurred Occurred `json:"occurred"`
}

// NoticeDelivered, NoticeFailed, NoticeRefused and NoticeRead are what became of it.
type NoticeDelivered struct {
	fact     `json:"-"`
	Notice   string   `json:"notice"`
	Occurred Occurred `json:"occurred"`
}

// NoticeFailed: the channel gave it back.
type NoticeFailed struct {
	fact   `json:"-"`
	Notice string `json:"notice"`
	Code   string `json:"code"`
}

// NoticeRefused: the recipient did not take it.
type NoticeRefused struct {
	fact     `json:"-"`
	Notice   string   `json:"notice"`
	Occurred Occurred `json:"occurred"`
}

// NoticeRead: the recipient opened it.
type NoticeRead struct {
	fact   `json:"-"`
	Notice string `json:"notice"`
}

// NoticeVoided: the number stays visible.
type NoticeVoided struct {
	fact   `json:"-"`
	Notice string `json:"notice"`
	Reason Text   `json:"reason,omitempty"`
}

// PublicRecord is exactly what the register (消费投诉信息公示) will show of a case.
type PublicRecord struct {
	Policy   string        `json:"policy"`
	Merchant Identity      `json:"merchant"`
	Region   string        `json:"region"`
	Category string        `json:"category"`
	Kind     string        `json:"kind"` // goods, service
	Requests []string      `json:"requests,omitempty"`
	Band     string        `json:"band"`
	Outcome  Outcome       `json:"outcome"`
	Ground   string        `json:"ground,omitempty"`
	Class    string        `json:"class"` // ordinary, prior_settlement
	FiledOn  calendar.Date `json:"filed_on"`
	EndedOn  calendar.Date `json:"ended_on"`
	Days     int           `json:"days"`
	Office   string        `json:"office"`
	Summary  string        `json:"summary,omitempty"`
}

// DisclosureNotified: an officer reviewed the record and the merchant was shown
// it; it may object until the clock ends.
type DisclosureNotified struct {
	fact     `json:"-"`
	Record   PublicRecord `json:"record"`
	Reviewed string       `json:"reviewed_by"`
	Clock    Clock        `json:"clock"`
}

// DisclosureObjected by the merchant: publication waits.
type DisclosureObjected struct {
	fact  `json:"-"`
	Text  Text  `json:"text,omitempty"`
	Clock Clock `json:"clock"`
}

// ObjectionDecided by an officer, with a corrected record where the merchant was right.
type ObjectionDecided struct {
	fact   `json:"-"`
	Result string        `json:"result"` // upheld, dismissed, corrected
	On     calendar.Date `json:"on"`     // meets the clock of DisclosureObjected
	Reason Text          `json:"reason,omitempty"`
	Record *PublicRecord `json:"record,omitempty"`
}

// StatementAdded: the merchant's statement beside the record, reviewed. It replaces the
// one before it.
type StatementAdded struct {
	fact     `json:"-"`
	Text     string `json:"text"`
	Reviewed string `json:"reviewed_by"`
	// Statement is the id under which the merchant handed it in.
	Statement string `json:"statement,omitempty"`
}

// Disclosed (公示): the record is public from this day to Until.
type Disclosed struct {
	fact   `json:"-"`
	Record PublicRecord  `json:"record"`
	On     calendar.Date `json:"on"`
	Until  calendar.Date `json:"until"`
	// Revises is the number of the record that this one puts right, counted from 1 in the
	// case. On and Until are then those of the first, RevisedOn is the day of the note.
	Revises   string        `json:"revises,omitempty"`
	RevisedOn calendar.Date `json:"revised_on,omitempty"`
	Reason    Text          `json:"reason,omitempty"`
}

// DisclosureWithdrawn from the register, with a class of reason.
type DisclosureWithdrawn struct {
	fact   `json:"-"`
	Class  string        `json:"class"` // consent_withdrawn, corrected, wrong_merchant, period_over, court, reopened, personal_data, other
	On     calendar.Date `json:"on"`
	Reason Text          `json:"reason,omitempty"`
}

// DisclosureRefused: an officer decided that the case is not published, and why.
type DisclosureRefused struct {
	fact   `json:"-"`
	Why    string `json:"why"` // no_consent, ground, not_ended, pending_court, ...
	Policy string `json:"policy"`
}
