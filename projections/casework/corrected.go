package casework

import (
	"strconv"

	"fangxin/domain/complaint"
)

// corrected takes what is right into the row. FiledOn stays: it is the day of entry.
func (v *View) corrected(d *complaint.Corrected) {
	switch d.Field {
	case complaint.FieldAmount:
		if n, err := strconv.ParseInt(d.Now, 10, 64); err == nil {
			v.Row.AmountFen = n
		}
	case complaint.FieldCategory:
		v.Row.Category = d.Now
	case complaint.FieldItem:
		v.Row.Item = d.Now
	case complaint.FieldRegion:
		if d.Moves {
			v.place(d.Now, v.Row.Unit)
		}
	}
}

// reenter: what is in the official record is wrong now, and is to be entered anew.
func (s *Sync) reenter(a complaint.Act) {
	if a == "" {
		return
	}
	if b := bit(a); (s.ToEnter|s.Differs|s.Entered)&b != 0 {
		s.Recorded, s.ToEnter, s.Differs, s.Entered = s.Recorded&^b, s.ToEnter&^b, s.Differs&^b, s.Entered&^b
	}
}
