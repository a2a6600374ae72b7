package reconcile

import (
	"slices"
	"strconv"
	"strings"

	"fangxin/domain/sealed"
)

// Run gathers the rows of both sides. It is used by one goroutine.
type Run struct {
	ours, theirs []row
	stated       []Field
}

// New starts a run. stated are the fields that the export has a column for; others
// are not compared.
func New(stated []Field) *Run { return &Run{stated: slices.Clone(stated)} }

// AddOurs takes one of our cases; references that cannot be a number of the platform
// are left aside. *RowError.
func (r *Run) AddOurs(o Ours) error {
	if o.Case == "" {
		return &RowError{Row: "case", Reason: "no_case"}
	}
	refs := make([]string, 0, len(o.Refs))
	for _, ref := range o.Refs {
		if n := Number(ref); Usable(n) && !Personal(n) {
			refs = append(refs, n)
		}
	}
	slices.Sort(refs)
	packed, ok := pack([parts]string{
		partCase: o.Case, partNumber: Number(o.Number), partMerchant: MerchantCode(o.Merchant),
		partComplainant: sealed.MaskOf(sealed.Name, o.Complainant), partRefs: strings.Join(slices.Compact(refs), "\x00"),
	})
	if !ok {
		return &RowError{Row: "case", Reason: "too_long"}
	}
	state := slices.Index(states(), o.State)
	if state < 0 {
		return &RowError{Row: o.Case, Reason: "unknown_state"}
	}
	packed.state, packed.dates, packed.amount = uint8(state), o.list(), o.AmountFen
	r.ours = append(r.ours, packed)
	return nil
}

// AddTheirs takes one record of the export. *RowError.
func (r *Run) AddTheirs(t Theirs) error {
	refuse := func(reason string) error {
		return &RowError{Row: "record " + strconv.Itoa(t.Record), Reason: reason}
	}
	number, ourNumber := Number(t.Number), Number(t.OurNumber)
	switch {
	case !Usable(number):
		return refuse("no_number")
	case Personal(number):
		return refuse("personal_number")
	case !Usable(ourNumber) || Personal(ourNumber):
		ourNumber = ""
	}
	packed, ok := pack([parts]string{
		partNumber: number, partOurNumber: ourNumber, partMerchant: MerchantCode(t.Merchant),
		partComplainant: sealed.MaskOf(sealed.Name, t.Complainant), partRegion: t.Region,
	})
	if !ok {
		return refuse("too_long")
	}
	state := slices.Index(states(), t.State)
	if state < 0 {
		return refuse("unknown_state")
	}
	packed.state, packed.dates, packed.amount = uint8(state), t.list(), t.AmountFen
	packed.record, packed.line, packed.offset = int32(t.Record), int32(t.Line), t.Offset
	r.theirs = append(r.theirs, packed)
	return nil
}
