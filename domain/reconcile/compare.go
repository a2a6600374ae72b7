package reconcile

import (
	"slices"
	"strconv"
	"strings"

	"fangxin/domain/complaint"
)

// Difference is one field on which both records disagree. Dates are written
// 2006-01-02, money in fen, names masked; empty means not recorded.
type Difference struct {
	Field  Field  `json:"field"`
	Ours   string `json:"ours"`
	Theirs string `json:"theirs"`
}

// differences compares two rows of one matter. A date or state that only one side
// records is a difference; an amount, code or name only where both state it, since
// neither side must hold them.
func differences(o, t *row, stated []Field) []Difference {
	var found []Difference
	note := func(f Field, ours, theirs string) {
		if ours != theirs && slices.Contains(stated, f) {
			found = append(found, Difference{f, ours, theirs})
		}
	}
	for i, f := range dateFields() {
		note(f, o.dates[i].String(), t.dates[i].String())
	}
	if !sameState(states()[o.state], states()[t.state]) {
		note(FieldState, string(states()[o.state]), string(states()[t.state]))
	}
	if o.amount > 0 && t.amount > 0 {
		note(FieldAmount, strconv.FormatInt(o.amount, 10), strconv.FormatInt(t.amount, 10))
	}
	both := func(f Field, ours, theirs string) {
		if ours != "" && theirs != "" {
			note(f, ours, theirs)
		}
	}
	both(FieldMerchant, o.part(partMerchant), t.part(partMerchant))
	if shows(o.part(partComplainant)) && shows(t.part(partComplainant)) {
		note(FieldComplainant, o.part(partComplainant), t.part(partComplainant))
	}
	both(FieldNumber, o.part(partNumber), t.part(partOurNumber))
	if refs := o.refs(); len(refs) > 0 && !slices.Contains(refs, t.part(partNumber)) {
		found = append(found, Difference{FieldExternalRef, strings.Join(refs, " "), t.part(partNumber)})
	}
	return found
}

// shows says whether a mask leaves something to compare.
func shows(mask string) bool { return mask != "" && mask != "*" }

// sameState holds "closed" (办结) for the same as any end, because an export may say
// that a case is over without saying how. A state that the export writes in words
// nobody mapped is not compared.
func sameState(ours, theirs complaint.Status) bool {
	switch {
	case ours == theirs, theirs == complaint.StatusNone:
		return true
	case ours == complaint.StatusClosed:
		return over(theirs)
	case theirs == complaint.StatusClosed:
		return over(ours)
	}
	return false
}

func over(s complaint.Status) bool {
	switch s {
	case complaint.StatusDeclined, complaint.StatusAgreed, complaint.StatusSettled, complaint.StatusWithdrawn, complaint.StatusTerminated:
		return true
	}
	return false
}
