package responsetime

import (
	"slices"
	"strconv"

	"fangxin/domain/calendar"
	"fangxin/domain/complaint"
)

// corrected takes what is right: what it changes is counted -1 as it was and +1 as it is,
// both under the day on which the correction became known.
func (v *View) corrected(d *complaint.Corrected) {
	v.clocks(d.Clocks)
	v.clocks(d.Met)
	switch d.Field {
	case complaint.FieldCategory:
		v.Category = d.Now
		return
	case complaint.FieldAmount:
		if n, err := strconv.ParseInt(d.Now, 10, 64); err == nil {
			v.Claimed = n
		}
		return
	case complaint.FieldRegion:
		if d.Moves {
			v.place(d.Now)
		}
		return
	}
	was, err := calendar.ParseDate(d.Was)
	now, err2 := calendar.ParseDate(d.Now)
	if err == nil && err2 == nil {
		v.redated(d, was, now)
	}
}

// redated puts the day of an act right.
func (v *View) redated(d *complaint.Corrected, was, now calendar.Date) {
	move := func(day *calendar.Date, is bool) {
		if is && *day == was {
			*day = now
		}
	}
	switch d.Field {
	case complaint.FieldReceived:
		filed := d.Event == string(complaint.ActFiled)
		move(&v.Complete, filed)
		move(&v.Filed, filed)
		move(&v.Received, true)
	case complaint.FieldAccepted:
		move(&v.Accepted, true)
		move(&v.Decided, true)
	case complaint.FieldEnded:
		move(&v.Decided, d.Event == string(complaint.StatusDeclined))
		move(&v.Mediated, d.Event != string(complaint.StatusDeclined))
		move(&v.Ended, true)
	case complaint.FieldClosed:
		move(&v.Closed, true)
	case complaint.FieldSent:
		move(&v.Told, slices.Contains(v.Notices, d.Of))
	}
}
