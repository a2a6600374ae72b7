package reconcile

import (
	"slices"

	"fangxin/domain/complaint"
)

// System is the name of the national 12315 platform among external references.
const System = "12315"

// FromState makes our row of a case. ok is false where the official record has no
// part in it: another system's case, or one that no department has received (Order
// 121 art 40 binds the department lane alone).
func FromState(s *complaint.State) (row Ours, ok bool) {
	if s.Filing == nil || s.Lane != complaint.LaneDepartment || s.Status == complaint.StatusForeign {
		return Ours{}, false
	}
	row = Ours{
		Case: s.ID, Number: s.Number, State: s.Status, AmountFen: s.Filing.Purchase.AmountFen, Merchant: s.Filing.Respondent.USCC,
		Dates: Dates{FiledOn: s.FiledOn, ReceivedOn: s.ReceivedOn, AcceptedOn: s.AcceptedOn, ClosedOn: s.ClosedOn},
	}
	for _, ref := range s.ExternalRefs {
		if ref.System == System {
			row.Refs = append(row.Refs, ref.Number)
		}
	}
	if s.Ended() && s.Status == complaint.StatusClosed {
		row.State = s.EndedAs
	}
	switch {
	case s.EndedAs == complaint.StatusDeclined:
		row.DeclinedOn = s.EndedOn
	case s.Ended():
		row.EndedOn = s.EndedOn
	}
	if s.Identity == complaint.IdentityConfirmed && s.Respondent != nil {
		row.Merchant = s.Respondent.USCC
	}
	row.Complainant = complainant(s)
	return row, true
}

// complainant is the mask of the consumer's name, which lives as long as its key.
func complainant(s *complaint.State) string {
	c := s.Consumer
	if c == nil || c.Name == nil || slices.ContainsFunc(s.Erased, func(e complaint.Erasure) bool { return e.Subject == c.Subject }) {
		return ""
	}
	return c.Name.Mask
}
