// Package disclosure is the projection behind the public register (消费投诉信息公示).
//
// A native case is shown exactly as the record in its disclosure.published event
// says, and only from that event on, until a fact takes it down: its withdrawal,
// another respondent in place of its merchant, or the end of the consumer's consent
// where the policy asks for one. A foreign case is shown from its recording on
// when its policy publishes all rows; its narrative stays sealed in the document,
// is there only while the source states the consumer's consent, and is opened by
// whoever presents it. A withdrawn record leaves every list and count; a stone
// without content stays and says the class of the reason.
package disclosure

import (
	"fangxin/domain/calendar"
	"fangxin/domain/complaint"
	"fangxin/domain/es"
	"fangxin/domain/sealed"
	"fangxin/projections/readmodel"
)

// Name and Version of the projection.
const (
	Name    = "disclosure"
	Version = 4
)

// SourceNative names the cases of this program in a filter and a record.
const SourceNative = "native"

// Record is one public record.
type Record struct {
	Case   string `json:"case"`
	Source string `json:"source"`
	// PublicRecord is the record as published; Foreign is filled beside it for an
	// imported case.
	complaint.PublicRecord
	Published calendar.Date `json:"published_on"`
	Until     calendar.Date `json:"until,omitempty"`
	Statement string        `json:"statement,omitempty"`
	// Objection is how an objection (异议) of the merchant to this record was decided:
	// dismissed, or corrected; "" where it did not object. One that was upheld leaves no
	// record.
	Objection string `json:"objection,omitempty"`
	Revises   string `json:"revises,omitempty"`
	// Corrected is the day on which a fact behind the record was last put right.
	Corrected calendar.Date `json:"corrected_on,omitempty"`
	Foreign   *Foreign      `json:"foreign,omitempty"`
	// Withdrawn is the class of the reason where the record was taken back; all
	// content is then gone.
	Withdrawn   string        `json:"withdrawn,omitempty"`
	WithdrawnOn calendar.Date `json:"withdrawn_on,omitempty"`
	// Position of the event that made the record what it is.
	Position es.Position `json:"position"`
}

// Foreign is what another system states of its case, in its own words.
type Foreign struct {
	System         string        `json:"system"`
	Number         string        `json:"number"`
	Received       calendar.Date `json:"received_on"`
	Sent           calendar.Date `json:"sent_on,omitempty"`
	Product        string        `json:"product,omitempty"`
	SubProduct     string        `json:"sub_product,omitempty"`
	Issue          string        `json:"issue,omitempty"`
	SubIssue       string        `json:"sub_issue,omitempty"`
	State          string        `json:"state,omitempty"`
	ZIP            string        `json:"zip,omitempty"`
	Tags           string        `json:"tags,omitempty"`
	Via            string        `json:"via,omitempty"`
	Response       string        `json:"response,omitempty"`
	PublicResponse string        `json:"public_response,omitempty"`
	Timely         string        `json:"timely,omitempty"`
	Disputed       string        `json:"disputed,omitempty"`
	HasNarrative   bool          `json:"has_narrative"`
	// Narrative is sealed; nil unless HasNarrative.
	Narrative *sealed.Value `json:"narrative,omitempty"`
}

// Filter narrows the register; empty fields ask for nothing.
type Filter struct {
	Merchant string // id
	// Region is a division or its leading digits, or the state of a foreign case.
	Region   string
	Category string // of a foreign case the product
	Outcome  string // of a foreign case the company's response
	// Source is "" for native cases, or the name of an import.
	Source string
	// From and To bound, both inclusive, the day of publication; of a foreign case
	// the day on which the source received it.
	From, To calendar.Date
	// Q is words of merchant, category, issue and reviewed summary; all must occur.
	Q string
}

// Page is one page of the register, newest first. AsOf is the place in the log up
// to which it stands.
type Page struct {
	Records []Record
	Next    string
	Total   readmodel.Number
	AsOf    es.Position
}

// Merchant is one merchant of the register with the counts of its public records.
type Merchant struct {
	ID     string `json:"id"`
	Name   string `json:"name"` // a natural person's as a mask
	USCC   string `json:"uscc,omitempty"`
	Region string `json:"region,omitempty"`
	// CodeTail is the end of the credit code. With region and stores it tells merchants
	// of the same name apart.
	CodeTail string `json:"code_tail,omitempty"`
	Industry string `json:"industry,omitempty"`
	Total    int64  `json:"total"`
	// Stores is how many of its stores (门店) public records name, counted up to 200;
	// counts of a chain are read beside it.
	Stores int     `json:"stores,omitempty"`
	Counts []Tally `json:"counts"`
	// First and Last are the first and last day of its records, as Filter.From
	// counts them.
	First calendar.Date `json:"first,omitempty"`
	Last  calendar.Date `json:"last,omitempty"`
}

// Tally counts a merchant's public records of one source and outcome.
type Tally struct {
	Source  string `json:"source"`
	Outcome string `json:"outcome"`
	N       int64  `json:"n"`
}

// Merchants is one page of merchants, in the order of their ids.
type Merchants struct {
	Rows []Merchant
	Next string
	AsOf es.Position
}
