package web

import (
	"context"
	"errors"
	"fmt"

	"fangxin/domain/calendar"
	"fangxin/projections/responsetime"
	"fangxin/projections/search"
)

// Sources of records.
const (
	native = "native"
	cfpb   = "cfpb"
)

// Source is what the pages ask of the read model. Methods may be called from many
// goroutines; each answers ErrUnavailable while no read model is current.
type Source interface {
	// Find returns public records by day, from the cursor on. ErrCursor.
	Find(ctx context.Context, f search.Filter, o search.Order, cursor string, limit int) (List, error)
	// Count counts the public records of a filter.
	Count(ctx context.Context, f search.Filter) (Number, error)
	// Facets counts what each further choice would leave.
	Facets(ctx context.Context, f search.Filter) ([]search.Facet, error)
	// Record returns one record. ErrNotFound; *Withdrawn for one that was taken down.
	Record(ctx context.Context, id string) (Record, error)
	// Merchant returns a merchant's page without its records. ErrNotFound.
	Merchant(ctx context.Context, id string) (Merchant, error)
	// Merchants finds merchants of a source by what was typed of their name.
	Merchants(ctx context.Context, source, typed string, limit int) ([]MerchantName, error)
	// Covered says what the register of a source holds at the moment.
	Covered(ctx context.Context, source string) (Covered, error)
	// Ask answers with figures over the public cases. *responsetime.QuestionError.
	Ask(ctx context.Context, q responsetime.Question) (responsetime.Answer, error)
	// Cases lists the public cases behind a figure. ErrCursor, *responsetime.QuestionError.
	Cases(ctx context.Context, q responsetime.Question, of responsetime.CasePart, cursor string, limit int) (responsetime.CasePage, error)
	// Closings lists the closings of months, in the order of their days.
	Closings(ctx context.Context) ([]responsetime.Closing, error)
	// Table reads a published table. ErrNotFound where the period is not closed.
	Table(ctx context.Context, q responsetime.TableQuestion) (responsetime.PublishedTable, error)
	// Revisions lists what became known of a closed month over the public cases.
	// ErrNotFound where it is not closed, ErrCursor, *responsetime.QuestionError.
	Revisions(ctx context.Context, q responsetime.RevisionQuestion, cursor string, limit int) (responsetime.RevisionPage, error)
}

// What a Source may answer.
var (
	ErrNotFound    = errors.New("no such public record")
	ErrCursor      = errors.New("not a cursor of this list")
	ErrUnavailable = errors.New("register not available")
)

// Withdrawn is the answer for a record that was public once: its class of reason
// and the day.
type Withdrawn struct {
	Class string
	On    calendar.Date
}

func (w *Withdrawn) Error() string { return fmt.Sprintf("record withdrawn: %s", w.Class) }

// List is one page of records. Next is "" at the end.
type List struct {
	Records []Record
	Next    string
	Count   Number
}

// Number is a count that may be a lower bound.
type Number struct {
	N       int64
	AtLeast bool
}

// Record is one public record.
type Record struct {
	ID       string
	Source   string
	Merchant MerchantName
	Store    string
	Industry string
	Region   string
	Category string
	Kind     string // goods, service
	Requests []string
	Band     Band
	Outcome  string
	Ground   string
	Class    string
	FiledOn  calendar.Date
	EndedOn  calendar.Date
	Days     int
	Office   string
	Summary  string
	// Statement is the merchant's own, shown at the size of the summary.
	Statement string
	// Objection says how the merchant's was decided: dismissed, corrected; "" for none.
	Objection string
	On        calendar.Date
	Until     calendar.Date
	Policy    string
	Revised   bool // it replaces an earlier record of the case
	// Corrected is the day on which a fact behind it was put right.
	Corrected calendar.Date
	Foreign   *Foreign
}

// Band is a band of money in fen: From included, To not; To is 0 in the last band.
type Band struct {
	From, To int64
	Known    bool
}

// Foreign is what another system states of its complaint, in its own words.
type Foreign struct {
	Number, Product, SubProduct, Issue, SubIssue string
	State, ZIP, Tags, Via                        string
	Received, Sent                               calendar.Date
	Response, PublicResponse, Timely, Disputed   string
	// Narrative is open only while its consent stands; Closed says that there is one
	// that cannot be opened now.
	Narrative string
	Closed    bool
}

// MerchantName names a merchant. Person is set for a natural person, whose name is
// personal data: Name is then its mask.
type MerchantName struct {
	ID     string
	Name   string
	USCC   string
	Person bool
	Source string
	N      int64 // public records, 0 where not counted
	// Region, and Stores where the register names some, tell merchants of one name
	// apart; Namesake says that there is another one.
	Region   string
	Stores   int
	Namesake bool
}

// Merchant is a merchant's page without its records.
type Merchant struct {
	MerchantName
	Outcomes []OutcomeCount
	Total    int64
	First    calendar.Date
	Last     calendar.Date
}

// OutcomeCount counts the public records with an outcome.
type OutcomeCount struct {
	Outcome string
	N       int64
}

// Covered is what a register holds.
type Covered struct {
	Records Number
	First   calendar.Date
	Last    calendar.Date
}
