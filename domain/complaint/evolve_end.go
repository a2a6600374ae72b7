package complaint

import (
	"slices"
	"strings"

	"fangxin/domain/statute"
)

func isPerformance(rule string) bool {
	return rule == ClockPerform || strings.HasPrefix(rule, ClockPerform+".")
}

func (e *Performed) applyTo(s *State) {
	if s.inBrokenEnd(func(then *State) { e.applyTo(then) }) {
		s.Evidence = added(s.Evidence, e.Evidence...)
		s.happened(e.Occurred)
		return
	}
	s.Performances = added(s.Performances, e)
	s.Evidence = added(s.Evidence, e.Evidence...)
	s.happened(e.Occurred)
	switch {
	case e.Instalment < 0:
		return
	case e.Instalment == 0:
		s.performed()
		s.meetClocks(e.Occurred.On, isPerformance)
		return
	}
	s.changeInstalment(e.Instalment, func(i *InstalmentState) { i.Performed = true })
	s.meetClock(instalmentClock(e.Instalment), e.Occurred.On)
	if s.every(func(i InstalmentState) bool { return i.Performed }) {
		s.performed()
	}
}

// performed: all that was agreed was done, as who did it says.
func (s *State) performed() {
	if s.Performance != PerformanceSeen {
		s.Performance = PerformanceDone
	}
}

func (e *PerformanceConfirmed) applyTo(s *State) {
	if s.inBrokenEnd(func(then *State) { e.applyTo(then) }) {
		return
	}
	s.changeInstalment(max(e.Instalment, 0), func(i *InstalmentState) { i.Confirmed = true })
	if e.Instalment == 0 || s.every(func(i InstalmentState) bool { return i.Confirmed }) {
		s.Performance = PerformanceSeen
	}
}

func (e *PerformanceBroken) applyTo(s *State) {
	s.changeInstalment(max(e.Instalment, 0), func(i *InstalmentState) { i.Broken = true })
	s.Performance = PerformanceNotInTime
	s.breakClocks(e.Instalment)
	s.BrokenOn = max(s.BrokenOn, e.Occurred.On)
	s.happened(e.Occurred)
}

func (e *Rated) applyTo(s *State) { s.Rating, s.ratedEnd = e, len(s.Earlier)+1 }

func (e *Closed) applyTo(s *State) {
	s.Status, s.ClosedOn = StatusClosed, e.Occurred.On
	s.unwatch(e.Occurred.On)
	s.endLinks(LinkClosed)
	s.happened(e.Occurred)
}

func (e *DeadlinePassed) applyTo(s *State) {
	for i, c := range s.Clocks {
		if c.Rule == e.Rule && c.Due == e.Due {
			s.changeClock(i, func(c *ClockState) {
				c.Passed = true
				switch {
				case c.State != ClockRunning:
				case c.Rule == statute.DateRecusal: // a time to ask, nobody's duty
					c.State = ClockLapsed
				default:
					c.State = ClockPassed
				}
			})
		}
	}
}

func (e *ClockRecomputed) applyTo(s *State) {
	for i, c := range s.Clocks {
		if c.Rule == e.From.Rule {
			s.changeClock(i, func(c *ClockState) { c.Clock = e.Clock })
		}
	}
}

func (e *OfficerDateSet) applyTo(s *State) {
	on := e.On
	if on.IsZero() { // older facts do not say
		on = s.LatestOn
	}
	s.setClock(Clock{Rule: e.Rule, StartedOn: on, Due: e.Due, DueWide: e.Due})
}

func (e *NoteAdded) applyTo(*State) {}

func (e *NoticeIssued) applyTo(s *State) {
	if e.About == AboutPublication { // what was told of an earlier record tells nothing of this one
		s.Notices = slices.Clone(s.Notices)
		for i := range s.Notices {
			s.Notices[i].Past = s.Notices[i].Past || s.Notices[i].About == AboutPublication
		}
	}
	s.Notices = added(s.Notices, NoticeState{NoticeIssued: e, State: NoticeOut})
}

func (s *State) changeNotice(id string, change func(*NoticeState)) {
	for i, n := range s.Notices {
		if n.Notice == id {
			s.Notices = slices.Clone(s.Notices)
			change(&s.Notices[i])
		}
	}
}

func (e *NoticeSent) applyTo(s *State) {
	s.changeNotice(e.Notice, func(n *NoticeState) {
		n.State, n.SentOn, n.Channel, n.On, n.Code = NoticeGone, e.Occurred.On, e.Channel, e.Occurred.On, ""
	})
	s.happened(e.Occurred)
	s.meetAcceptance()
	s.meetTermination()
}

func (e *NoticeDelivered) applyTo(s *State) {
	s.changeNotice(e.Notice, func(n *NoticeState) { n.State, n.On = NoticeThere, e.Occurred.On })
	s.happened(e.Occurred)
}

func (e *NoticeFailed) applyTo(s *State) {
	s.changeNotice(e.Notice, func(n *NoticeState) { n.State, n.Code = NoticeBack, e.Code })
}

func (e *NoticeRefused) applyTo(s *State) {
	s.changeNotice(e.Notice, func(n *NoticeState) { n.State, n.On = NoticeNot, e.Occurred.On })
	s.happened(e.Occurred)
}

func (e *NoticeRead) applyTo(s *State) {
	s.changeNotice(e.Notice, func(n *NoticeState) { n.State = NoticeSeen })
}

func (e *NoticeVoided) applyTo(s *State) {
	s.changeNotice(e.Notice, func(n *NoticeState) { n.State = NoticeInvalid })
}

func (e *DisclosureNotified) applyTo(s *State) {
	was := s.Disclosure
	s.Disclosure = DisclosureState{State: DisclosureTold, Record: &e.Record, Records: was.Records}
	if was.State == DisclosureTold || was.State == DisclosureContested { // it is told anew
		s.Disclosure.Statement, s.Disclosure.Offered, s.Disclosure.Unfit = was.Statement, was.Offered, was.Unfit
		s.Disclosure.Statements = was.Statements
	}
	s.setClock(e.Clock)
	s.reached(e.Clock.StartedOn)
}

func (e *DisclosureObjected) applyTo(s *State) {
	if s.Disclosure.State == DisclosurePublic {
		s.Disclosure.Disputed = true
	} else {
		s.Disclosure.State = DisclosureContested
		s.meetClock(statute.ClockPubObject, e.Clock.StartedOn)
	}
	s.setClock(e.Clock)
	s.reached(e.Clock.StartedOn)
}

func (e *ObjectionDecided) applyTo(s *State) {
	s.Disclosure.Heard, s.Disclosure.Disputed = true, false
	s.meetClock(statute.ClockPubCorrect, e.On)
	s.reached(e.On)
	if s.Disclosure.State == DisclosurePublic { // what comes of it are facts of their own
		s.Disclosure.AskedBack = true
		return
	}
	if e.Result == ObjectionUpheld {
		s.Disclosure.State, s.Disclosure.Why = DisclosureNot, whyUpheld
		s.Disclosure.mute()
		return
	}
	s.Disclosure.State = DisclosureTold
	if e.Record != nil {
		s.Disclosure.Record = e.Record
	}
}

func (e *Disclosed) applyTo(s *State) {
	s.Disclosure.State, s.Disclosure.Record = DisclosurePublic, &e.Record
	s.Disclosure.On, s.Disclosure.Until = e.On, e.Until
	s.Disclosure.Records++
	s.lapseClocks(func(rule string) bool { return rule == statute.ClockPubObject })
	s.reached(max(e.On, e.RevisedOn))
	if !e.RevisedOn.IsZero() {
		s.Disclosure.AskedBack, s.Disclosure.RevisedOn = false, e.RevisedOn
		s.meetClock(statute.ClockPubCorrect, e.RevisedOn)
	}
}

func (e *DisclosureWithdrawn) applyTo(s *State) {
	s.Disclosure.State, s.Disclosure.Why = DisclosureOff, e.Class
	s.Disclosure.mute()
	s.lapseClocks(func(rule string) bool { return rule == statute.ClockPubCorrect })
	s.reached(e.On)
}

func (e *DisclosureRefused) applyTo(s *State) {
	s.Disclosure.State, s.Disclosure.Why = DisclosureNot, e.Why
	s.Disclosure.mute()
	s.lapseClocks(func(rule string) bool { return rule == statute.ClockPubObject })
}

// mute: a statement stands beside a record and goes with it.
func (d *DisclosureState) mute() {
	d.Statement, d.Offered, d.Disputed = "", nil, false
}

func (e *ForeignRecorded) applyTo(s *State) {
	s.ID, s.Number, s.Lane, s.Status = e.ID, e.Case.Number, LaneForeign, StatusForeign
	s.Ruleset, s.Identity, s.Respondent = e.Ruleset, IdentityConfirmed, &e.Case.Merchant
	s.FiledOn, s.ReceivedOn, s.Region = e.Case.Received, e.Case.Received, e.Case.State
	s.Foreign = &ForeignState{Policy: e.Policy, Case: e.Case, Internal: e.Internal}
	s.showClocks(e.Clocks)
	s.reached(e.Case.Received)
}

func (e *ForeignChanged) applyTo(s *State) {
	next := ForeignState{}
	if s.Foreign != nil {
		next = *s.Foreign
	}
	for _, f := range foreignFields() {
		if slices.Contains(e.Fields, f.name) {
			f.take(&next.Case, &e.Case)
		}
	}
	if slices.Contains(e.Fields, "sent_on") {
		s.Clocks = nil
	}
	s.Foreign, s.Respondent = &next, &next.Case.Merchant
	s.FiledOn, s.ReceivedOn, s.Region = next.Case.Received, next.Case.Received, next.Case.State
	s.showClocks(e.Clocks)
}

// showClocks sets clocks that nobody enforces here.
func (s *State) showClocks(clocks []Clock) {
	s.setClocks(clocks)
	for i := range s.Clocks {
		s.changeClock(i, func(c *ClockState) { c.State = ClockShown })
	}
}
