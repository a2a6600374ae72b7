package complaint

import (
	"reflect"
	"slices"

	"fangxin/domain/calendar"
	"fangxin/domain/statute"
)

// reclock computes the clocks that start on a corrected day anew: those that run and
// those whose duty is met. What fell away stays so.
func (t *deciding) reclock(e *Corrected) error {
	was, now := e.days()
	for _, c := range t.Clocks {
		if now.IsZero() || c.StartedOn != was || !startsOn(e.Field, c.Rule) {
			continue
		}
		if t.Ended() && !t.decided() && c.Rule == statute.ClockAccept { // nobody has to decide any more
			continue
		}
		again, err := t.recount(c, now)
		switch {
		case err != nil:
			return err
		case c.Open():
			e.Clocks = append(e.Clocks, again)
		case c.State == ClockMet || c.State == ClockMetLate:
			e.Met = append(e.Met, again)
		}
	}
	return nil
}

// startsOn says which clocks start on the day of a field: acceptance on that of receipt
// (Order 121 art 15), mediation on that of acceptance, notice of its end on that of the
// end (art 23). What the parties promised starts when they agreed and keeps its day.
func startsOn(field, rule string) bool {
	switch field {
	case FieldReceived:
		return rule == statute.ClockAccept
	case FieldAccepted:
		return isMediation(rule)
	case FieldEnded:
		return rule == statute.ClockTermNotice || isPerformance(rule)
	}
	return false
}

// recount counts a clock of the case from another day. A pause that has not ended is left
// out: the dates stay those before it until it ends.
func (t *deciding) recount(c ClockState, from calendar.Date) (Clock, error) {
	again := c.Clock
	again.StartedOn = from
	rule, known := t.law.ClockRule(&t.State, t.rules, c.Rule)
	if !known { // a day that the parties set
		return again, nil
	}
	if c.Extended {
		rule = rule.Extended()
	}
	pauses := slices.DeleteFunc(slices.Clone(c.Pauses), func(p statute.Pause) bool { return p.To.IsZero() })
	now, err := statute.Compute(t.calendar, rule, from, pauses)
	if err != nil {
		return Clock{}, err
	}
	return clockOf(now), nil
}

// step is one day of a case and the steps that come before it.
type step struct {
	name  string
	on    calendar.Date
	after []string
}

// course lists the days of a case: bought, handed over, filed, received, decided, told,
// ended, performed, closed, published.
func (s *State) course() []step {
	f, p := s.Filing, &s.Filing.Purchase
	list := []step{
		{"bought", p.BoughtOn, nil}, {"delivered", p.DeliveredOn, []string{"bought"}},
		{"installed", p.InstalledOn, []string{"bought", "delivered"}},
		{"filed", f.ReceivedOn.On, []string{"bought", "delivered", "installed", "known", "merchant_told"}},
		{"entered", f.FiledOn, []string{"filed"}},
		{"received", s.ReceivedOn, []string{"filed"}},
		{"accepted", s.AcceptedOn, []string{"filed", "received"}},
		{"ended", s.EndedOn, []string{"filed", "received", "accepted", "reported"}},
		{"closed", s.ClosedOn, []string{"filed", "ended"}}, {"public", s.Disclosure.On, []string{"ended"}},
	}
	if h := f.History; h != nil {
		list = append(list, step{"known", h.KnewOn, []string{"bought"}}, step{"merchant_told", h.ToldMerchantOn, []string{"bought"}})
	}
	for _, a := range s.Mediation.Appraisals {
		list = append(list, step{"appraised", a.Occurred.On, []string{"accepted"}})
		if a.Report != nil {
			list = append(list, step{"reported", a.Report.Occurred.On, []string{"accepted"}})
		}
	}
	for _, q := range s.Performances {
		list = append(list, step{"performed", q.Occurred.On, []string{"filed", "ended"}})
	}
	for _, n := range s.Notices {
		list = append(list, step{n.Notice, n.SentOn, []string{"filed", decidedBy(n.About)}}, step{"arrived", n.On, []string{n.Notice}})
	}
	return list
}

// decidedBy is the step that a notice tells of.
func decidedBy(about string) string {
	switch about {
	case AboutAcceptance:
		return "accepted"
	case AboutDecline, AboutTermination:
		return "ended"
	}
	return ""
}

// inCourse refuses a day that puts acts out of their order. What was out of order before
// is not held against it.
func (t *deciding) inCourse(next *State) error {
	was, now := t.course(), next.course()
	for i, s := range now {
		for j, prior := range now {
			if !slices.Contains(s.after, prior.name) || s.on.IsZero() || prior.on.IsZero() || s.on >= prior.on || was[i].on < was[j].on {
				continue
			}
			if prior.name == factFiled && was[i].on != s.on {
				return t.refuse("before_filing", "/value", lawCounting)
			}
			return t.refuse("days_out_of_order", "/value", lawCounting)
		}
	}
	return nil
}

// hangs refuses to correct what a decision rests on: the decision is taken back or taken
// anew first, and the refusal says which.
func (t *deciding) hangs(e *Corrected, next *State) error {
	switch {
	case e.Field == FieldRegion && t.Disputed != nil:
		return t.refuse("hangs_on_dispute", "/field", lawJurisdiction)
	case e.Field == FieldRegion && t.Disputes > 0:
		return t.refuse("hangs_on_jurisdiction", "/field", lawJurisdiction)
	case e.Field == FieldReceived && !t.sameLaw(next):
		return t.refuse("hangs_on_ruleset", "/value", lawTransition)
	}
	// Mediation was ended because its time was over (art 23(5)): on the right days it must
	// have been.
	if c, ok := next.mediationClock(); ok && next.Terminated != nil && next.Terminated.Ground == "TM_TIMEOUT" &&
		next.EndedOn <= c.DueWide {
		return t.refuse("hangs_on_timeout", "/value", lawEnd)
	}
	return nil
}

// sameLaw: the day on which a complaint came in picks its rule set. Another one is an
// officer's decision of its own (see OverrideRuleset).
func (t *deciding) sameLaw(next *State) bool {
	was, err := t.law.Catalogue.At(t.lawDay())
	if err != nil {
		return false
	}
	now, err := t.law.Catalogue.At(next.lawDay())
	return err == nil && was.ID == now.ID
}

// republish: what the register shows, or the merchant objects to, is corrected with the
// fact and dated by it.
func (t *deciding) republish(e *Corrected, next *State) error {
	d := t.Disclosure
	if d.State != DisclosurePublic && d.State != DisclosureContested {
		return nil
	}
	record := t.righting(next)
	if record == nil {
		return nil
	}
	e.Record = record
	if d.State != DisclosurePublic {
		return nil
	}
	// What an officer wrote about it is reviewed again in the time for corrections.
	clock, err := t.publicationClock(statute.ClockPubCorrect, t.today)
	if err == nil {
		e.Clocks = append(e.Clocks, clock)
	}
	return err
}

// righting is the record that was shown, with what the facts say now; nil where it says
// so already.
func (t *deciding) righting(next *State) *PublicRecord {
	d := t.Disclosure
	policy, known := statute.DisclosurePolicy{}, false
	if d.Record != nil && t.Respondent != nil {
		policy, known = t.law.Catalogue.Policy(d.Record.Policy)
	}
	if !known {
		return nil
	}
	then := *t
	then.State = *next
	is, record := then.record(policy, d.Record.Summary), *d.Record
	record.Category, record.Band = is.Category, is.Band
	record.FiledOn, record.EndedOn, record.Days = is.FiledOn, is.EndedOn, is.Days
	if reflect.DeepEqual(record, *d.Record) {
		return nil
	}
	return &record
}

// follow is what comes of a correction beside its clocks. A record that the merchant was
// shown and that is not public yet is shown anew, with the whole time to object; the
// retention period runs from the right day.
func (t *deciding) follow(e *Corrected) error {
	if e.Field == FieldClosed && t.People.Retention != nil {
		t.retain()
	}
	if t.Disclosure.State != DisclosureTold {
		return nil
	}
	record := t.righting(&t.State)
	if record == nil {
		return nil
	}
	return t.showMerchant(*record, "")
}
