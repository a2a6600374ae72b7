package responsetime_test

import (
	"slices"

	"fangxin/domain/calendar"
	"fangxin/domain/complaint"
	"fangxin/domain/es"
	"fangxin/projections/projectiontest"
	"fangxin/projections/responsetime"
)

// naiveCase is a second way to the figures: it reads the events of a case up to a
// day and shares no code with the projection.
type naiveCase struct {
	filed, received, decided, told, answered, accepted, ended, closed calendar.Date
	acceptBy, mediateBy                                               complaint.Clock
	merchant, region, category                                        string
	noticed                                                           bool
	appraisals                                                        []string
	still                                                             map[calendar.Date]bool
	since                                                             calendar.Date
}

func recompute(events []projectiontest.Added, asOf calendar.Date) []naiveCase {
	var order []es.StreamID
	cases := map[es.StreamID]*naiveCase{}
	for _, e := range events {
		if calendar.DateOf(e.At) > asOf {
			continue
		}
		c := cases[e.Stream]
		if c == nil {
			c = &naiveCase{still: map[calendar.Date]bool{}}
			cases[e.Stream] = c
			order = append(order, e.Stream)
		}
		c.add(e.Data)
	}
	out := []naiveCase{}
	for _, s := range order {
		out = append(out, *cases[s])
	}
	return out
}

func (c *naiveCase) add(e any) {
	c.appraise(e)
	switch e := e.(type) {
	case *complaint.Filed:
		c.filed, c.region, c.category = e.ReceivedOn.On, e.Respondent.Region, e.Purchase.Category
	case *complaint.RespondentConfirmed:
		c.merchant = who(e.Merchant)
	case *complaint.RespondentUnknown:
		c.merchant, c.answered = "", 0
	case *complaint.RespondentReplaced:
		if c.merchant != e.To.ID {
			c.answered = 0
		}
		c.merchant = who(e.To)
	case *complaint.Received:
		c.received, c.decided, c.told, c.noticed, c.acceptBy = e.Occurred.On, 0, 0, false, e.Clock
	case *complaint.Accepted:
		if c.decided == 0 || c.told == 0 {
			c.decided = e.Occurred.On
		}
		c.accepted, c.mediateBy = e.Occurred.On, e.Clock
	case *complaint.NoticeIssued:
		c.noticed = true
	case *complaint.NoticeSent:
		if c.noticed && c.told == 0 {
			c.told = e.Occurred.On
		}
	case *complaint.Responded:
		if c.answered == 0 {
			c.answered = e.Occurred.On
		}
	case *complaint.OfferMade:
		if c.answered == 0 {
			c.answered = e.Occurred.On
		}
	case *complaint.Agreed:
		if c.accepted != 0 {
			c.ended = e.Occurred.On
		}
	case *complaint.Terminated:
		if c.accepted != 0 {
			c.ended = e.Occurred.On
		}
	case *complaint.Closed:
		c.closed = e.Occurred.On
	case *complaint.Reopened:
		c.ended, c.closed = 0, 0
	}
}

// appraise follows what stops mediation.
func (c *naiveCase) appraise(e any) {
	switch e := e.(type) {
	case *complaint.AppraisalCommissioned:
		c.appraisals = append(c.appraisals, e.Appraisal)
		if c.accepted != 0 && c.ended == 0 && c.since == 0 && !(c.mediateBy.Due != 0 && e.Occurred.On > max(c.mediateBy.Due, c.mediateBy.DueWide)) {
			c.since = e.Occurred.On
		}
	case *complaint.AppraisalReported:
		c.mediateBy = e.Clock
		c.appraisals = slices.DeleteFunc(c.appraisals, func(a string) bool { return a == e.Appraisal })
		if len(c.appraisals) == 0 {
			c.stand(e.Occurred.On)
			c.since = 0
		}
	}
}

// stand marks the days since an appraisal stopped mediation.
func (c *naiveCase) stand(to calendar.Date) {
	if c.still == nil {
		c.still = map[calendar.Date]bool{}
	}
	for d := c.since; c.since != 0 && d < to; d++ {
		c.still[d] = true
	}
}

// who is a merchant with figures of its own, which a natural person has not.
func who(m complaint.Identity) string {
	if m.Person != nil {
		return ""
	}
	return m.ID
}

// measure gives a case's duration at a stage, and whether it was on time.
func (c naiveCase) measure(cal *calendar.Calendar, stage string) (days int, onTime, counts bool) {
	switch stage {
	case responsetime.StageFiled:
		return 0, false, true
	case responsetime.StageAccept:
		if c.received == 0 || c.decided == 0 || c.told == 0 {
			return 0, false, false
		}
		end, n := max(c.decided, c.told), 0
		for d := min(c.received, end) + 1; d <= max(c.received, end); d++ {
			if w, _ := cal.Working(d); w {
				n++
			}
		}
		if end < c.received {
			n = -n
		}
		return n, end <= c.acceptBy.DueWide, true
	case responsetime.StageFirstResponse:
		return int(c.answered - c.filed), false, c.answered != 0
	case responsetime.StageMediation:
		c.stand(c.ended)
		n := int(min(c.ended-c.accepted, 0))
		for d := c.accepted; d < c.ended; d++ {
			if !c.still[d] {
				n++
			}
		}
		return n, c.ended <= c.mediateBy.DueWide || c.since != 0 && c.since <= c.mediateBy.DueWide, c.accepted != 0 && c.ended != 0
	}
	return int(c.closed - c.filed), false, c.closed != 0
}

func (c naiveCase) key(by string) string {
	switch by {
	case responsetime.ByMonth:
		return c.filed.Month()
	case responsetime.ByRegion:
		return c.region[:4]
	case responsetime.ByCategory:
		return c.category
	}
	return c.merchant
}
