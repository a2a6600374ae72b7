package usecase

import "fangxin/domain/calendar"

// JointView is who complains together (共同投诉), and who speaks for all once an officer
// formed the joint complaint.
type JointView struct {
	FormedOn     calendar.Date     `json:"formed_on,omitempty"`
	Document     string            `json:"document,omitempty"`
	Complainants []ComplainantView `json:"complainants"`
}

// ComplainantView is one complainant. You marks the caller's own.
type ComplainantView struct {
	ID             string             `json:"id"`
	Person         *PersonView        `json:"person,omitempty"`
	Representative bool               `json:"representative"`
	You            bool               `json:"you,omitempty"`
	Consents       []JointConsentView `json:"consents,omitempty"`
}

// JointConsentView is an answer of a complainant.
type JointConsentView struct {
	To     string        `json:"to"`
	Answer string        `json:"answer"` // yes, no
	Offer  string        `json:"offer,omitempty"`
	On     calendar.Date `json:"on"`
}

// IntakeView is how the complaint came, and from where its day is known.
type IntakeView struct {
	Channel    string        `json:"channel"`
	ReceivedOn calendar.Date `json:"received_on"`
	Source     string        `json:"source,omitempty"`
	Late       bool          `json:"late,omitempty"`
}

// AuthorityView is the filer's authority: not_seen, seen or ended.
type AuthorityView struct {
	State    string        `json:"state"`
	Document string        `json:"document,omitempty"`
	Matter   string        `json:"matter,omitempty"`
	Scope    []string      `json:"scope,omitempty"`
	Until    calendar.Date `json:"until,omitempty"`
	SeenOn   calendar.Date `json:"seen_on,omitempty"`
	IDType   string        `json:"id_type,omitempty"`
	IDNumber string        `json:"id_number,omitempty"`
}

// DuplicateView is a case that may be the same dispute. Officers see it only; without a
// result it waits for one of them.
type DuplicateView struct {
	Case   string `json:"case"`
	By     string `json:"by"` // order, merchant_and_dates, officer
	Result string `json:"result,omitempty"`
}
