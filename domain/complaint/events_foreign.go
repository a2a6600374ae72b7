package complaint

import "fangxin/domain/calendar"

// ForeignCase is a complaint as another system states it. Dates are civil, as
// written there. What the source states stays beside what we compute.
type ForeignCase struct {
	System   string        `json:"system"` // cfpb
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
