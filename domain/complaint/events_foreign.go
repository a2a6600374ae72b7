package complaint

import "fangxin/domain/calendar"

// ForeignCase is a complaint as another system states it. Dates are civil, as
// written there. What the source states stays beside what we compute.
type ForeignCase struct {
	System   string        `json:"system"` // cfpb or 12315
	Number   string        `json:"number"`
	Received calendar.Date `json:"received_on"`
	Sent     calendar.Date `json:"sent_on,omitempty"`
	// Merchant has a generated id that is stable for the source's name.
	Merchant       Identity `json:"merchant"`
	Product        string   `json:"product,omitempty"`
	SubProduct     string   `json:"sub_product,omitempty"`
	Issue          string   `json:"issue,omitempty"`
	SubIssue       string   `json:"sub_issue,omitempty"`
	State          string   `json:"state,omitempty"`
	ZIP            string   `json:"zip,omitempty"`
	Tags           string   `json:"tags,omitempty"`
	Consent        string   `json:"consent,omitempty"`
	Via            string   `json:"via,omitempty"`
	Response       string   `json:"response,omitempty"`
	PublicResponse string   `json:"public_response,omitempty"`
	Timely         string   `json:"timely,omitempty"`
	Disputed       string   `json:"disputed,omitempty"`
	// Narrative is sealed: it is public only while its consent stands.
	Narrative Text `json:"narrative,omitempty"`
	// Official is what only the record of the national 12315 platform states.
	Official *OfficialFacts `json:"official,omitempty"`
}

// OfficialFacts are the days of the acts and the sum in dispute as the national 12315
// platform has them (Order 121 art 40). A zero day or sum is not stated.
type OfficialFacts struct {
	AcceptedOn calendar.Date `json:"accepted_on,omitempty"` // 受理
	DeclinedOn calendar.Date `json:"declined_on,omitempty"` // 不予受理
	EndedOn    calendar.Date `json:"ended_on,omitempty"`    // 和解、调解达成协议、终止调解、撤回
	ClosedOn   calendar.Date `json:"closed_on,omitempty"`   // 办结
	AmountFen  int64         `json:"amount_fen,omitempty"`  // 争议金额
}

// ForeignRecorded: a case of another system was taken over, with its own rule set
// and disclosure policy. Its clocks are shown, not enforced.
type ForeignRecorded struct {
	fact    `json:"-"`
	ID      string      `json:"id"`
	Ruleset string      `json:"ruleset"`
	Policy  string      `json:"policy"`
	Case    ForeignCase `json:"case"`
	Clocks  []Clock     `json:"clocks,omitempty"`
	// Internal: the policy never publishes. The case is seen by the offices of its
	// division alone and stands in no public list or figure.
	Internal bool `json:"internal,omitempty"`
}

// ForeignChanged: a later file of the source states some fields otherwise. Fields
// lists the JSON names that differ; Case is the source's new statement of them,
// other fields are empty.
type ForeignChanged struct {
	fact   `json:"-"`
	Fields []string    `json:"fields"`
	Case   ForeignCase `json:"case"`
	Clocks []Clock     `json:"clocks,omitempty"`
}
