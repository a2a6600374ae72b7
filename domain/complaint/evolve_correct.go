package complaint

import (
	"slices"
	"strconv"

	"fangxin/domain/calendar"
	"fangxin/domain/statute"
)

func (e *Corrected) applyTo(s *State) {
	s.Corrections = added(s.Corrections, e)
	was, now := e.days()
	e.refile(s, was, now)
	if !now.IsZero() {
		e.redate(s, was, now)
		s.reached(now)
	}
	s.setClocks(e.Clocks)
	for _, c := range e.Met {
		s.redateMet(c)
	}
	e.rejudge(s, was, now)
	if e.Record != nil {
		s.Disclosure.Record = e.Record
	}
	s.reenter(e.Act())
}

// days are the corrected day before and after, zero where another field was corrected.
func (e *Corrected) days() (was, now calendar.Date) {
	was, _ = calendar.ParseDate(e.Was)
	now, err := calendar.ParseDate(e.Now)
	if err != nil {
		return 0, 0
	}
	return was, now
}

// refile puts what is right on a copy of the filing.
func (e *Corrected) refile(s *State, was, now calendar.Date) {
	if s.Filing == nil || e.Event != factFiled {
		return
	}
	f := *s.Filing
	s.Filing = &f
	p := &f.Purchase
	switch e.Field {
	case FieldAmount:
		if n, err := strconv.ParseInt(e.Now, 10, 64); err == nil {
			p.AmountFen = n
		}
	case FieldCategory:
		p.Category = e.Now
	case FieldItem:
		p.Name = e.Now
	case FieldSold:
		p.Channel = e.Now
	case FieldBought:
		p.BoughtOn = now
	case FieldDelivered:
		p.DeliveredOn = now
	case FieldReceived:
		f.ReceivedOn.On = now
	case FieldRegion:
		f.Respondent.Region = e.Now
		if e.Moves {
			s.Region = e.Now
		}
	}
}

// redate puts the day of an act right, where acts are kept.
func (e *Corrected) redate(s *State, was, now calendar.Date) {
	switch e.Field {
	case FieldReceived:
		if e.Event == factReceived || s.ReceivedOn == was {
			s.ReceivedOn = now
		}
	case FieldAccepted:
		s.AcceptedOn = now
	case FieldSent:
		s.changeNotice(e.Of, func(n *NoticeState) {
			n.SentOn = now
			if n.On == was {
				n.On = now
			}
		})
	case FieldEnded:
		s.redateEnd(now)
	case FieldPerformed:
		if i := s.performance(e.Of); i >= 0 {
			p := *s.Performances[i]
			p.Occurred.On = now
			s.Performances = slices.Clone(s.Performances)
			s.Performances[i] = &p
		}
	case FieldClosed:
		s.ClosedOn = now
	}
}

func (s *State) redateEnd(now calendar.Date) {
	s.EndedOn = now
	if s.Declined != nil {
		d := *s.Declined
		d.Occurred.On = now
		s.Declined = &d
	}
	if s.Terminated != nil {
		t := *s.Terminated
		t.Occurred.On = now
		s.Terminated = &t
	}
	if s.Agreement != nil {
		a := *s.Agreement
		a.On = now
		s.Agreement = &a
	}
}

// performance finds the statement that settled an instalment, or the whole; -1 for none.
func (s *State) performance(of string) int {
	n, err := strconv.Atoi(of)
	if err != nil && of != "" {
		return -1
	}
	return slices.IndexFunc(s.Performances, func(p *Performed) bool { return p.Instalment == n })
}

// redateMet puts new dates on a clock whose duty is met.
func (s *State) redateMet(c Clock) {
	for i, was := range s.Clocks {
		if was.Rule == c.Rule && !was.Open() {
			s.changeClock(i, func(k *ClockState) { k.Clock = c })
		}
	}
}

// rejudge looks again at which duties were met in time: those whose limit moved, and
// those whose act did.
func (e *Corrected) rejudge(s *State, was, now calendar.Date) {
	for i, c := range s.Clocks {
		if c.MetOn.IsZero() || c.State != ClockMet && c.State != ClockMetLate {
			continue
		}
		on := e.metOn(s, &c, was, now)
		moved := slices.ContainsFunc(e.Met, func(m Clock) bool { return m.Rule == c.Rule })
		if on == c.MetOn && !moved {
			continue
		}
		stood := slices.ContainsFunc(c.Pauses, func(p statute.Pause) bool { return p.To.IsZero() })
		s.changeClock(i, func(k *ClockState) {
			k.MetOn, k.State = on, ClockMet
			if on > k.DueWide && !stood {
				k.State = ClockMetLate
			}
		})
	}
}

// metOn is the day on which a duty was met, as the facts stand now.
func (e *Corrected) metOn(s *State, c *ClockState, was, now calendar.Date) calendar.Date {
	switch {
	case e.Field == FieldEnded && isMediation(c.Rule) && c.MetOn == was:
		return now
	case e.Field == FieldPerformed && c.MetOn == was && (c.Rule == instalmentClock(e.instalment()) || e.Of == "" && isPerformance(c.Rule)):
		return now
	case e.Field != FieldAccepted && e.Field != FieldSent && e.Field != FieldEnded:
		return c.MetOn
	case c.Rule == statute.ClockTermNotice:
		one, toConsumer := s.told(AboutTermination, Consumer)
		other, toMerchant := s.told(AboutTermination, Merchant)
		if toConsumer && toMerchant {
			return max(one, other)
		}
	case c.Rule == statute.ClockAccept:
		decided, about := s.AcceptedOn, AboutAcceptance
		if s.Declined != nil {
			decided, about = s.Declined.Occurred.On, AboutDecline
		}
		if sent, ok := s.told(about, Consumer); ok && !decided.IsZero() {
			return max(decided, sent)
		}
	}
	return c.MetOn
}

func (e *Corrected) instalment() int {
	n, _ := strconv.Atoi(e.Of)
	return n
}

// Act is the statutory act that was corrected, empty for another fact.
func (e *Corrected) Act() Act {
	switch e.Field {
	case FieldAccepted:
		return ActAccepted
	case FieldEnded:
		if e.Event == string(StatusDeclined) {
			return ActDeclined
		}
		return ActEnded
	case FieldClosed:
		return ActClosed
	case FieldSent, FieldPerformed:
		return ""
	}
	if e.Event == factReceived {
		return ActReceived
	}
	return ActFiled
}

// reenter: the official record holds what was wrong, so the act is to be entered there
// anew (Order 121 art 40). What needs no entry still needs none.
func (s *State) reenter(a Act) {
	if r, ok := s.Syncs[a]; ok && r.State != SyncNotNeeded {
		s.forgetSync(a)
	}
}
