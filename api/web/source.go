package web

import (
	"context"
	"errors"
	"fmt"

	"fangxin/domain/calendar"
)

// Sources of records.
const (
	native = "native"
	cfpb   = "cfpb"
)

// Source is what the pages ask of the read model. Methods may be called from many
// goroutines; each answers ErrUnavailable while no read model is current.
type Source interface {
	// List returns public records, newest first, from the cursor on. ErrCursor.
	List(ctx context.Context, f Filter, cursor string, limit int) (List, error)
	// Record returns one record. ErrNotFound; *Withdrawn for one that was taken down.
	Record(ctx context.Context, id string) (Record, error)
	// Merchant returns a merchant's page without its records. ErrNotFound.
	Merchant(ctx context.Context, id string) (Merchant, error)
	// Merchants finds merchants of a source by the beginning of their name.
	Merchants(ctx context.Context, source, name string, limit int) ([]MerchantName, error)
	// Covered says what the register of a source holds at the moment.
	Covered(ctx context.Context, source string) (Covered, error)
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

// Filter chooses records; empty fields do not filter.
type Filter struct {
	Source   string
	Merchant string
	Region   string // a division code, with all below it; a US state in foreign data
	Category string
	Outcome  string
	Words    string
}

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
}

// Merchant is a merchant's page.
type Merchant struct {
	MerchantName
	Region   string
	Outcomes []OutcomeCount
	Total    int64
	Months   []Month
}

// OutcomeCount counts the public records with an outcome.
type OutcomeCount struct {
	Outcome string
	N       int64
}

// Month is the response time of one month: N cases with percentiles in days, and
// OnTime of Due; small cells are withheld.
type Month struct {
	Year, Month int
	N           int64
	P50, P90    int
	OnTime, Due int64
	Unit        string // wd working days, cd calendar days
	Withheld    bool
}

// Covered is what a register holds.
type Covered struct {
	Records Number
	First   calendar.Date
	Last    calendar.Date
}
