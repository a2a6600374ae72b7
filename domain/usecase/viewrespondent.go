package usecase

import "fangxin/domain/calendar"

// FormerView is a merchant that was taken for the respondent by mistake, and what it
// said while it was. Officers see it only.
type FormerView struct {
	ID        string         `json:"id"`
	USCC      string         `json:"uscc,omitempty"`
	Name      string         `json:"name,omitempty"`
	Responses []ResponseView `json:"responses"`
	Offers    []OfferView    `json:"offers"`
	Evidence  []string       `json:"evidence"`
}

// PoliceView is a referral to the police (移送公安机关). Officers see it only.
type PoliceView struct {
	To         string        `json:"to"`
	ReferredOn calendar.Date `json:"referred_on"`
	Reason     string        `json:"reason,omitempty"`
	Document   string        `json:"document,omitempty"`
}

// CompetenceView is what the law says of who is competent (管辖提示).
type CompetenceView struct {
	Kind   string             `json:"kind"`
	Places []CompetenceAtView `json:"places"`
	// First is absent where one department alone is competent.
	First  *PlaceOfLawView `json:"first,omitempty"`
	Closed []ClosedByView  `json:"closed"`
}

// CompetenceAtView is a place whose county-level department is competent. Instead: it
// stands in for an address that is not shown. Here: the case lies there.
type CompetenceAtView struct {
	Place   string `json:"place"`
	Region  string `json:"region,omitempty"`
	Instead bool   `json:"instead,omitempty"`
	Here    bool   `json:"here"`
	PlaceOfLawView
}

// ClosedByView is a body that has the dispute already, and the ground for not accepting
// that this gives.
type ClosedByView struct {
	Body   string `json:"body"`
	Number string `json:"number,omitempty"`
	ClosesView
}

// PlaceOfLawView is a place in the law.
type PlaceOfLawView struct {
	Rule     string `json:"rule"`
	Citation string `json:"citation"`
}
