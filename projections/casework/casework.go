// Package casework is the projection behind inboxes and case lists (办件列表): one
// row a case, found by what an officer, a merchant or a consumer asks for, ordered
// by what is due.
//
// A row holds codes, the merchant's name and the item, never sealed text. What a
// row may be shown to whom is decided by who asks for it: Filter.Region, Merchant
// and Account are set by the caller's rights, not by its wishes alone.
package casework

import (
	"time"

	"fangxin/domain/calendar"
	"fangxin/domain/es"
	"fangxin/projections/readmodel"
)

// Name and Version of the projection.
const (
	Name    = "casework"
	Version = 3
)

// Row is one case in a list.
type Row struct {
	ID         string        `json:"id"`
	Number     string        `json:"number"`
	Kind       string        `json:"kind"`
	Lane       string        `json:"lane"`
	Status     string        `json:"status"`
	MerchantID string        `json:"merchant_id,omitempty"`
	Merchant   string        `json:"merchant,omitempty"` // a natural person's as a mask
	Region     string        `json:"region,omitempty"`
	Unit       string        `json:"unit,omitempty"`
	Category   string        `json:"category,omitempty"`
	Item       string        `json:"item,omitempty"`
	AmountFen  int64         `json:"amount_fen"`
	FiledOn    calendar.Date `json:"filed_on"`
	// Clock is the most urgent one; a passed limit stays the most urgent until its
	// duty is met. nil where none runs, and for foreign cases.
	Clock    *ClockRow `json:"clock,omitempty"`
	Revision int64     `json:"revision"`
	Source   string    `json:"source"`
	Outcome  string    `json:"outcome,omitempty"`
	// Sync says how the case stands in the official record: to_enter, entered, differs
	// or not_needed; empty for cases that are not the department's.
	Sync      string    `json:"sync,omitempty"`
	UpdatedAt time.Time `json:"updated_at"`
	// Erasure is what an officer is asked to decide about the personal data: requested
	// or retention_over. It is shown to officers only.
	Erasure string `json:"erasure,omitempty"`
}

// ClockRow is a running limit of a row.
type ClockRow struct {
	Rule    string        `json:"rule"`
	Due     calendar.Date `json:"due"`
	DueWide calendar.Date `json:"due_wide"`
}

// Filter narrows a list; empty fields ask for nothing.
type Filter struct {
	Status string
	Kind   string
	// Region is a division or its leading digits: 15, 1501, 150102; 150100 means
	// 1501 and 150000 means 15.
	Region   string
	Unit     string
	Merchant string // id
	// Concerned is a merchant's id: only cases that concern it already. Store and Desk
	// narrow to one store or unit and what has none.
	Concerned string
	Store     string
	Desk      string
	Account   string // of the consumer
	Erasure   string // requested, retention_over
	Lane      string
	// Sync is a state in the official record.
	Sync string
	// Source is "" for native cases, SourceAll for all, or the name of an import.
	Source string
	// Q is a case number or its beginning, or words of merchant and item; all of
	// the words must occur.
	Q string
	// DueBefore keeps rows whose most urgent limit is due before this day.
	DueBefore calendar.Date
}

// Sources that a filter can name beside imports.
const (
	SourceNative = "native"
	SourceAll    = "all"
)

// Page is one page of a list. Next is the cursor of the following one, "" at the
// end. AsOf is the place in the log up to which the list stands.
type Page struct {
	Rows  []Row
	Next  string
	Total readmodel.Number
	AsOf  es.Position
}
