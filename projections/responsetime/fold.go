package responsetime

import (
	"slices"
	"strings"

	"fangxin/domain/calendar"
	"fangxin/domain/complaint"
	"fangxin/projections/readmodel"
)

// fold takes the days that count from an event.
func (v *View) fold(data any) {
	switch d := data.(type) {
	case *complaint.Received:
		v.Received, v.Region, v.Decided, v.Told, v.Notices = d.Occurred.On, d.Region, 0, 0, nil
		v.clock(&d.Clock)
	case *complaint.Assigned:
		v.place(d.Region)
	case *complaint.Forwarded:
		v.place(d.To)
	case *complaint.JurisdictionDecided:
		v.place(d.Region)
	case *complaint.Accepted:
		v.Decided, v.Accepted = d.Occurred.On, d.Occurred.On
		v.place(d.Region)
		v.clock(&d.Clock)
	case *complaint.Declined:
		v.Decided = d.Occurred.On
	case *complaint.Responded:
		v.answered(d.Occurred.On)
	case *complaint.OfferMade:
		if d.By == complaint.Merchant {
			v.answered(d.Occurred.On)
		}
	case *complaint.Closed:
		v.Closed = d.Occurred.On
	case *complaint.Reopened:
		v.Ended, v.Closed = 0, 0
		v.clocks(d.Clocks)
	default:
		v.foldEnd(data)
		v.foldNotice(data)
		v.foldClocks(data)
	}
}

func (v *View) place(region string) {
	if region != "" {
		v.Region = region
	}
}

func (v *View) answered(on calendar.Date) {
	if v.First == 0 {
		v.First = on
	}
}

func (v *View) foldEnd(data any) {
	switch d := data.(type) {
	case *complaint.Agreed:
		v.end(d.Occurred.On)
	case *complaint.Settled:
		v.end(d.Occurred.On)
	case *complaint.Withdrawn:
		v.end(d.Occurred.On)
	case *complaint.Terminated:
		v.end(d.Occurred.On)
	}
}

// end of mediation. An appraisal that is still under way stops counting.
func (v *View) end(on calendar.Date) {
	if v.Accepted == 0 {
		return
	}
	v.resume(on)
	v.Ended = on
}

func (v *View) resume(on calendar.Date) {
	if v.Stopped != 0 && on > v.Stopped {
		v.Excluded += int32(on - v.Stopped)
	}
	v.Stopped = 0
}

// foldNotice finds the day on which the complainant was told of the decision.
func (v *View) foldNotice(data any) {
	switch d := data.(type) {
	case *complaint.NoticeIssued:
		if d.Recipient == complaint.Consumer && (d.About == "acceptance" || d.About == "decline") {
			v.Notices = append(v.Notices, d.Notice)
		}
	case *complaint.NoticeSent:
		if i := slices.Index(v.Notices, d.Notice); i >= 0 && v.Told == 0 {
			v.Told = d.Occurred.On
		}
	case *complaint.NoticeVoided:
		v.Notices = slices.DeleteFunc(v.Notices, func(n string) bool { return n == d.Notice })
	}
}

func (v *View) foldClocks(data any) {
	switch d := data.(type) {
	case *complaint.AppraisalCommissioned:
		if v.Stopped == 0 {
			v.Stopped = d.Occurred.On
		}
	case *complaint.AppraisalReported:
		v.resume(d.Occurred.On)
		v.clock(&d.Clock)
	case *complaint.ClockRecomputed:
		v.clock(&d.Clock)
	case *complaint.Corrected:
		v.clocks(d.Clocks)
	case *complaint.RulesetOverridden:
		v.clocks(d.Clocks)
	}
}

func (v *View) clocks(cs []complaint.Clock) {
	for i := range cs {
		v.clock(&cs[i])
	}
}

func (v *View) clock(c *complaint.Clock) {
	switch {
	case c.Rule == "CP.ACCEPT":
		v.AcceptBy = by{c.Due, max(c.Due, c.DueWide)}
	case strings.HasPrefix(c.Rule, "CP.MEDIATE."):
		v.MediateBy = by{c.Due, max(c.Due, c.DueWide)}
	}
}

// foreign takes over what a source states; fields are the JSON names of what it
// states anew, nil for all.
func (p *Projection) foreign(v *View, c *complaint.ForeignCase, fields []string, out []readmodel.Change) []readmodel.Change {
	has := func(field string) bool { return fields == nil || slices.Contains(fields, field) }
	if has("received_on") {
		v.Filed = c.Received
	}
	if has("sent_on") {
		v.Sent = c.Sent
	}
	if has("product") {
		v.Category = c.Product
	}
	if has("state") {
		v.Region = c.State
	}
	if has("timely") {
		v.Timely = c.Timely
	}
	if has("merchant") {
		return p.merchant(v, &c.Merchant, out)
	}
	return out
}
