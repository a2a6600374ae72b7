// Package responsetimetest works out the figures of the projection a second way, for tests:
// from the raw facts, by the state that the domain makes of them, each metric written down
// by hand. It shares nothing with the projection but the question and the answer.
package responsetimetest

import (
	"slices"
	"strings"

	"fangxin/domain/calendar"
	"fangxin/domain/complaint"
	"fangxin/domain/es"
	"fangxin/domain/statute"
)

// Fact is one fact of a log.
type Fact struct {
	Stream es.StreamID
	Known  calendar.Date
	Data   any
}

// life is a case as it was known on a day.
type life struct {
	id    string
	state complaint.State
	facts []any
	cal   *calendar.Calendar
}

// lives folds what was known on a day, case by case in the order of the log.
func lives(facts []Fact, cal *calendar.Calendar, asOf calendar.Date) []*life {
	var order []*life
	known := map[es.StreamID]*life{}
	decider := complaint.NewDecider(complaint.Law{Calendar: cal})
	for _, f := range facts {
		event, ok := f.Data.(complaint.Event)
		if !ok || f.Stream.Kind() != "complaint" || f.Known > asOf {
			continue
		}
		l := known[f.Stream]
		if l == nil {
			l = &life{id: strings.TrimPrefix(string(f.Stream), "complaint."), cal: cal}
			known[f.Stream] = l
			order = append(order, l)
		}
		l.state = decider.Evolve(l.state, event)
		l.facts = append(l.facts, event)
	}
	return order
}

func (l *life) foreign() bool { return l.state.Foreign != nil }

// cameIn is the day on which the complaint came in.
func (l *life) cameIn() calendar.Date {
	switch {
	case l.foreign():
		return l.state.Foreign.Case.Received
	case l.state.Filing.ReceivedOn.On != 0:
		return l.state.Filing.ReceivedOn.On
	}
	return l.state.Filing.FiledOn
}

func (l *life) source() string {
	if l.foreign() {
		return l.state.Foreign.Case.System
	}
	return "native"
}

func (l *life) region() string {
	if l.foreign() {
		return l.state.Foreign.Case.State
	}
	return l.state.Region
}

func (l *life) category() string {
	if l.foreign() {
		return l.state.Foreign.Case.Product
	}
	return l.state.Filing.Purchase.Category
}

func (l *life) merchant() string {
	r := l.state.Respondent
	if r == nil || r.Person != nil {
		return ""
	}
	return r.ID
}

// class of a case: public, or why it is not.
func (l *life) class() string {
	d := l.state.Disclosure
	contested := d.State == complaint.DisclosureContested
	if l.foreign() || d.State == complaint.DisclosurePublic {
		return "public"
	}
	if d.Why != "reopened" && d.State == complaint.DisclosureOff {
		switch d.Why {
		case "period_over":
			return "period_over"
		case "consent_withdrawn":
			return "no_consent"
		}
		return "taken_down"
	}
	if d.Why != "reopened" && d.State == complaint.DisclosureNot {
		words := map[string]string{
			"not_accepted": "not_accepted", "withdrawn": "withdrawn", "consent_refused": "no_consent", "objection_upheld": "objection",
		}
		if c, ok := words[d.Why]; ok {
			return c
		}
		return "policy"
	}
	switch end := l.state.EndedAs; {
	case end == complaint.StatusNone:
		return "not_ended"
	case contested:
		return "objection"
	case d.State == complaint.DisclosureTold:
		return "in_review"
	case end == complaint.StatusDeclined:
		return "not_accepted"
	case end == complaint.StatusWithdrawn:
		return "withdrawn"
	case !l.state.Consent.Publish:
		return "no_consent"
	}
	return "in_review"
}

// clock whose rule begins so.
func (l *life) clock(rule string) (complaint.ClockState, bool) {
	for _, c := range l.state.Clocks {
		if strings.HasPrefix(c.Rule, rule) {
			return c, true
		}
	}
	return complaint.ClockState{}, false
}

// kept says how a day stands to a limit.
func kept(on calendar.Date, c complaint.Clock) string {
	switch {
	case on <= c.Due:
		return "strict"
	case on <= c.DueWide:
		return "wide"
	}
	return "late"
}

// check is the decision on acceptance: how it stands to its limit, or that it is open.
func (l *life) check() (flag string, days int, open *complaint.ClockState) {
	c, ok := l.clock(statute.ClockAccept)
	switch {
	case !ok || c.State == complaint.ClockLapsed:
		return "", 0, nil
	case c.Open() && (l.state.EndedAs == complaint.StatusNone || l.decision() != ""):
		return "", 0, &c
	case c.Open():
		return "", 0, nil
	}
	return kept(c.MetOn, c.Clock), l.working(c.StartedOn, c.MetOn), nil
}

// working days after from, up to and with to.
func (l *life) working(from, to calendar.Date) (n int) {
	sign := 1
	if to < from {
		from, to, sign = to, from, -1
	}
	for d := from + 1; d <= to; d++ {
		if is, _ := l.cal.Working(d); is {
			n++
		}
	}
	return sign * n
}

// decision is accepted, or the ground of refusal, or nothing.
func (l *life) decision() string {
	switch {
	case l.state.Declined != nil:
		return l.state.Declined.Ground
	case l.state.AcceptedOn != 0:
		return "accepted"
	}
	return ""
}

// answered is the first answer of the respondent that there is now.
func (l *life) answered() calendar.Date {
	begin, who := 0, ""
	for i, f := range l.facts {
		switch f := f.(type) {
		case *complaint.RespondentConfirmed:
			who = id(&f.Merchant)
		case *complaint.RespondentUnknown:
			begin, who = i, ""
		case *complaint.RespondentReplaced:
			if who != f.To.ID {
				begin = i
			}
			who = id(&f.To)
		}
	}
	for _, f := range l.facts[begin:] {
		switch f := f.(type) {
		case *complaint.Responded:
			return f.Occurred.On
		case *complaint.OfferMade:
			if f.By == complaint.Merchant {
				return f.Occurred.On
			}
		}
	}
	return 0
}

func id(m *complaint.Identity) string {
	if m.Person != nil {
		return ""
	}
	return m.ID
}

// mediated is how long mediation took without the days of appraisals.
func (l *life) mediated() (days int, flag string, ok bool) {
	s := &l.state
	if s.AcceptedOn == 0 || s.EndedAs == complaint.StatusNone || s.EndedAs == complaint.StatusDeclined {
		return 0, "none", false
	}
	c, limited := l.clock("CP.MEDIATE.")
	until, still := s.EndedOn, map[calendar.Date]bool{}
	for _, p := range c.Pauses {
		to := p.To
		if to == 0 {
			to, until = s.EndedOn, min(until, p.From)
		}
		for d := p.From; d < to; d++ {
			still[d] = true
		}
	}
	for d := s.AcceptedOn; d < s.EndedOn; d++ {
		if !still[d] {
			days++
		}
	}
	days += int(min(s.EndedOn-s.AcceptedOn, 0))
	if !limited {
		return days, "none", true
	}
	return days, kept(until, c.Clock), true
}

// ended tells how.
func (l *life) ended() string {
	s := &l.state
	switch s.EndedAs {
	case complaint.StatusAgreed:
		return "agreement"
	case complaint.StatusSettled:
		switch {
		case s.Outcome != complaint.OutcomePrior:
			return "settlement"
		case s.Filing.Lane == complaint.LaneDirect:
			return "prior_direct"
		}
		return "prior"
	case complaint.StatusTerminated:
		if s.Terminated.Ground == "TM_NA_FOUND" {
			return "found"
		}
		return "no_agreement"
	case complaint.StatusWithdrawn:
		if s.AcceptedOn != 0 {
			return "withdrawn"
		}
		return "withdrawn_before"
	case complaint.StatusDeclined:
		return "declined"
	}
	return ""
}

func oneOf(s string, list string) bool { return s != "" && slices.Contains(strings.Fields(list), s) }

// complete is the day on which the file was.
func (l *life) complete() calendar.Date {
	day, decided := l.cameIn(), false
	for _, f := range l.facts {
		switch f := f.(type) {
		case *complaint.Accepted, *complaint.Declined:
			decided = true
		case *complaint.Reopened:
			if f.Stage == complaint.StageAcceptance {
				decided = false
			}
		case *complaint.Supplemented:
			if !decided {
				day = max(day, f.Occurred.On)
			}
		}
	}
	return day
}

// rated is the consumer's view of the end that stands.
func (l *life) rated() *complaint.Rated {
	var last *complaint.Rated
	for _, f := range l.facts {
		switch f := f.(type) {
		case *complaint.Rated:
			last = f
		case *complaint.Reopened:
			last = nil
		}
	}
	if l.state.EndedAs == complaint.StatusNone {
		return nil
	}
	return last
}

// paid is what was paid of what was agreed.
func (l *life) paid() (fen int64) {
	a := l.state.Agreement
	if a == nil {
		return 0
	}
	if a.Form == complaint.FormPerformed {
		fen = a.Terms.AmountFen
	}
	for _, p := range l.state.Performances {
		part := p.AmountFen
		if part == 0 && p.Instalment == 0 {
			part = a.Terms.AmountFen - fen
		}
		if n := p.Instalment; part == 0 && n > 0 && n <= len(a.Terms.Instalments) {
			part = a.Terms.Instalments[n-1].AmountFen
		}
		fen += part
	}
	return fen
}
