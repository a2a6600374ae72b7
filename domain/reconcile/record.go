package reconcile

import (
	"fmt"
	"strings"

	"fangxin/domain/calendar"
	"fangxin/domain/complaint"
)

// Field is something both records state.
type Field string

// The fields that are compared.
const (
	FieldFiledOn     Field = "filed_on"    // 登记
	FieldReceivedOn  Field = "received_on" // 收到
	FieldAcceptedOn  Field = "accepted_on" // 受理
	FieldDeclinedOn  Field = "declined_on" // 不予受理
	FieldEndedOn     Field = "ended_on"    // 和解、调解达成协议、终止调解、撤回
	FieldClosedOn    Field = "closed_on"   // 办结
	FieldState       Field = "state"       // 状态
	FieldAmount      Field = "amount_fen"  // 争议金额
	FieldMerchant    Field = "merchant"    // 统一社会信用代码
	FieldComplainant Field = "complainant" // masked name (投诉人)
	FieldNumber      Field = "number"      // our number as the export carries it
	// FieldExternalRef: our case names another number of theirs. Always compared.
	FieldExternalRef Field = "external_ref"
)

// Fields lists every field in the order of reports.
func Fields() []Field {
	return append(dateFields(), FieldState, FieldAmount, FieldMerchant, FieldComplainant, FieldNumber, FieldExternalRef)
}

func dateFields() []Field {
	return []Field{FieldFiledOn, FieldReceivedOn, FieldAcceptedOn, FieldDeclinedOn, FieldEndedOn, FieldClosedOn}
}

const dates = 6

// Dates are the days of the acts; a zero day means that the act is not recorded.
type Dates struct {
	FiledOn    calendar.Date `json:"filed_on,omitempty"`
	ReceivedOn calendar.Date `json:"received_on,omitempty"`
	AcceptedOn calendar.Date `json:"accepted_on,omitempty"`
	DeclinedOn calendar.Date `json:"declined_on,omitempty"`
	// EndedOn is the end of the proceedings other than by not accepting.
	EndedOn  calendar.Date `json:"ended_on,omitempty"`
	ClosedOn calendar.Date `json:"closed_on,omitempty"`
}

// list has the order of dateFields.
func (d Dates) list() [dates]calendar.Date {
	return [dates]calendar.Date{d.FiledOn, d.ReceivedOn, d.AcceptedOn, d.DeclinedOn, d.EndedOn, d.ClosedOn}
}

func datesOf(l [dates]calendar.Date) Dates {
	return Dates{FiledOn: l[0], ReceivedOn: l[1], AcceptedOn: l[2], DeclinedOn: l[3], EndedOn: l[4], ClosedOn: l[5]}
}

// Ours is one of our cases.
type Ours struct {
	// Case is the case id, Number the case number.
	Case   string `json:"case"`
	Number string `json:"number,omitempty"`
	// Refs are the numbers under which the 12315 platform has it.
	Refs []string `json:"refs,omitempty"`
	// Merchant is the respondent's unified social credit code.
	Merchant string `json:"merchant,omitempty"`
	// Complainant is the masked name; a clear one is masked as it comes in. Absent
	// once the person's data are erased.
	Complainant string `json:"-"`
	Dates
	// State says where the case stands; of a closed case, how it ended.
	State     complaint.Status `json:"state,omitempty"`
	AmountFen int64            `json:"amount_fen,omitempty"`
}

// Theirs is one record of the export. Record counts records from 1, Line is the
// physical line on which it begins, Offset its first byte in the file.
type Theirs struct {
	Record int   `json:"record"`
	Line   int   `json:"line"`
	Offset int64 `json:"byte,omitempty"`
	// Number is theirs; OurNumber is ours, where the export carries it.
	Number      string `json:"number"`
	OurNumber   string `json:"our_number,omitempty"`
	Merchant    string `json:"merchant,omitempty"`
	Complainant string `json:"-"`
	Dates
	State     complaint.Status `json:"state,omitempty"`
	AmountFen int64            `json:"amount_fen,omitempty"`
	// Region is the code of the division that has it, where the export carries one. It
	// is not compared.
	Region string `json:"region,omitempty"`
}

// RowError: a row cannot be taken. Reason is a code: no_case, no_number,
// too_long, personal_number or unknown_state.
type RowError struct {
	Row    string
	Reason string
}

func (e *RowError) Error() string { return fmt.Sprintf("%s: %s", e.Row, e.Reason) }

// Parts of a packed row.
const (
	partCase = iota // of theirs: empty
	partNumber
	partOurNumber
	partMerchant
	partComplainant
	partRefs // joined by NUL
	partRegion
	parts
)

const maxText = 4096

// row is a packed record of either side.
type row struct {
	text         string
	ends         [parts]uint16
	state        uint8
	dates        [dates]calendar.Date
	record, line int32
	offset       int64
	amount       int64
}

func pack(list [parts]string) (r row, ok bool) {
	total := 0
	for i, s := range list {
		total += len(s)
		if total > maxText {
			return r, false
		}
		r.ends[i] = uint16(total)
	}
	r.text = strings.Join(list[:], "")
	return r, true
}

func (r *row) part(i int) string {
	from := uint16(0)
	if i > 0 {
		from = r.ends[i-1]
	}
	return r.text[from:r.ends[i]]
}

func (r *row) refs() []string {
	if s := r.part(partRefs); s != "" {
		return strings.Split(s, "\x00")
	}
	return nil
}

// states are those that both records know; their place is the packed form.
func states() []complaint.Status {
	return []complaint.Status{complaint.StatusNone, complaint.StatusFiled, complaint.StatusReceived, complaint.StatusAccepted,
		complaint.StatusDeclined, complaint.StatusAgreed, complaint.StatusSettled, complaint.StatusWithdrawn,
		complaint.StatusTerminated, complaint.StatusClosed}
}

func (r *row) ours() Ours {
	return Ours{
		Case: r.part(partCase), Number: r.part(partNumber), Refs: r.refs(), Merchant: r.part(partMerchant),
		Complainant: r.part(partComplainant), Dates: datesOf(r.dates), State: states()[r.state], AmountFen: r.amount,
	}
}

func (r *row) theirs() Theirs {
	return Theirs{
		Record: int(r.record), Line: int(r.line), Offset: r.offset, Number: r.part(partNumber), OurNumber: r.part(partOurNumber),
		Merchant: r.part(partMerchant), Complainant: r.part(partComplainant), Dates: datesOf(r.dates),
		State: states()[r.state], AmountFen: r.amount, Region: r.part(partRegion),
	}
}
