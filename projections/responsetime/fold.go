package responsetime

import (
	"slices"
	"strings"

	"fangxin/domain/calendar"
	"fangxin/domain/complaint"
	"fangxin/domain/statute"
	"fangxin/projections/readmodel"
)

// fold takes the days that count from an event.
func (v *View) fold(data any) {
	switch d := data.(type) {
	case *complaint.Received:
		v.Received, v.Region, v.Decided, v.Told, v.Notices = d.Occurred.On, d.Region, 0, 0, nil
		v.clock(&d.Clock)
	case *complaint.Supplemented:
		if v.Decision == 0 {
			v.Complete = max(v.Complete, d.Occurred.On)
		}
	case *complaint.Assigned:
		v.place(d.Region)
	case *complaint.Forwarded:
		v.place(d.To)
	case *complaint.JurisdictionDecided:
		v.place(d.Region)
	case *complaint.Accepted:
		v.decided(d.Occurred.On)
		v.Accepted, v.Decision = d.Occurred.On, decisionAccepted
		v.place(d.Region)
		v.clock(&d.Clock)
	case *complaint.Declined:
		v.decided(d.Occurred.On)
		v.Decision = lookup(decisions(), d.Ground)
		v.end(endDeclined, d.Occurred.On)
	case *complaint.Responded:
		v.answered(d.Occurred.On)
	case *complaint.OfferMade:
		if d.By == complaint.Merchant {
			v.answered(d.Occurred.On)
		}
	case *complaint.Closed:
		v.Closed = d.Occurred.On
	case *complaint.Reopened:
		v.reopen(d)
	default:
		v.foldEnd(data)
		v.foldAfter(data)
		v.foldPublicity(data)
		v.foldNotice(data)
		v.foldClocks(data)
	}
}

func (v *View) place(region string) {
	if region != "" {
		v.Region = region
	}
}

// decided: once a decision was made and told, the duty of art 15 is met, whatever is
// decided in a reopened case.
func (v *View) decided(on calendar.Date) {
	if v.Decided == 0 || v.Told == 0 {
		v.Decided = on
	}
}

// reopen takes back the end, what was agreed and what the consumer thought of it. A new
// limit of acceptance asks for a new decision.
func (v *View) reopen(d *complaint.Reopened) {
	cs := d.Clocks
	v.Mediated, v.Ended, v.Closed, v.End, v.Stopped = 0, 0, 0, 0, 0
	v.Bargain, v.Rating, v.Again = nil, rating{}, true
	if v.Decision != decisionAccepted {
		v.Decision = 0
	}
	if d.Stage == complaint.StageAcceptance {
		v.Accepted, v.Decision = 0, 0
	}
	v.Publicity.reopened()
	v.clocks(cs)
	for i := range cs {
		if cs[i].Rule == statute.ClockAccept {
			v.Received, v.Decided, v.Told, v.Notices = cs[i].StartedOn, 0, 0, nil
		}
	}
}

func (v *View) answered(on calendar.Date) {
	if v.First == 0 {
		v.First = on
	}
}

// commissioned: an appraisal stops mediation where it is under way and its last day is
// not over (art 22).
func (v *View) commissioned(d *complaint.AppraisalCommissioned) {
	v.Appraisals = append(v.Appraisals, d.Appraisal)
	if v.Accepted != 0 && v.Mediated == 0 && !v.paused() && (v.MediateBy.Wide == 0 || d.Occurred.On <= v.MediateBy.Wide) {
		v.Pauses = append(v.Pauses, calendar.Span{From: d.Occurred.On})
	}
}

// reported: mediation goes on when no appraisal is left.
func (v *View) reported(d *complaint.AppraisalReported) {
	v.Appraisals = slices.DeleteFunc(v.Appraisals, func(a string) bool { return a == d.Appraisal })
	if len(v.Appraisals) == 0 && v.paused() {
		v.Pauses[len(v.Pauses)-1].To = max(d.Occurred.On, v.Pauses[len(v.Pauses)-1].From)
	}
	v.clock(&d.Clock)
}

func (v *View) paused() bool { return len(v.Pauses) > 0 && v.Pauses[len(v.Pauses)-1].To == 0 }

// excluded counts the days of mediation that do not count, up to its end.
func (v *View) excluded() (n int32) {
	last := v.Accepted
	for _, p := range v.Pauses {
		from, to := max(p.From, last), min(p.To, v.Mediated)
		if p.To == 0 {
			to = v.Mediated
		}
		if to > from {
			n, last = n+int32(to-from), to
		}
	}
	return n
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
		v.commissioned(d)
	case *complaint.AppraisalReported:
		v.reported(d)
	case *complaint.ClockRecomputed:
		v.clock(&d.Clock)
	case *complaint.Corrected:
		v.corrected(d)
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
	case c.Rule == statute.ClockAccept:
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
	if has("product") {
		v.Category = c.Product
	}
	if has("state") {
		v.Region = c.State
	}
	v.Stated.take(c, has)
	if has("merchant") {
		return p.merchant(v, &c.Merchant, out)
	}
	return out
}
