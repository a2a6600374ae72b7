package complaint

import (
	"fangxin/domain/calendar"
	"fangxin/domain/statute"
)

func (Settle) may(t *deciding) error {
	return first(t.by(byConsumer|byOffice), t.live(), t.maySpeak(ActSettle, ConsentSettle))
}

func (a Settle) decide(t *deciding) error {
	if err := t.disposes(ActSettle, ConsentSettle, a.Offer, a.InPerson); err != nil {
		return err
	}
	since := t.Filing.ReceivedOn.On
	before := t.Status != StatusAccepted
	if !before {
		since = t.AcceptedOn
	}
	o, err := t.occurred(a.Occurred, since)
	if err != nil {
		return err
	}
	terms, err := t.terms(a.Terms, a.Offer, o.On)
	if err != nil {
		return err
	}
	notice, err := t.endNotice(o.On)
	if err != nil {
		return err
	}
	t.emit(&Settled{
		Before: before, Offer: a.Offer, Terms: terms, Occurred: o,
		Clocks: append(notice, performanceClocks(terms, o.On)...),
	})
	return nil
}

func (Withdraw) may(t *deciding) error {
	return first(t.by(byConsumer|byOffice), t.live(), t.maySpeak(ActWithdraw, ConsentWithdraw))
}

func (a Withdraw) decide(t *deciding) error {
	if err := t.disposes(ActWithdraw, ConsentWithdraw, "", a.InPerson); err != nil {
		return err
	}
	o, err := t.occurred(a.Occurred, max(t.Filing.ReceivedOn.On, t.AcceptedOn))
	if err != nil {
		return err
	}
	notice, err := t.endNotice(o.On)
	if err != nil {
		return err
	}
	t.emit(&Withdrawn{Reason: a.Reason, Occurred: o, Clocks: notice})
	return nil
}

// endNotice is the clock of telling both sides that mediation ended because the
// complaint was withdrawn or the parties settled: these too are cases of termination
// (Order 121 art 23(1), Order 20 art 21(1)). Before acceptance nothing is terminated.
func (t *deciding) endNotice(on calendar.Date) ([]Clock, error) {
	if t.Status != StatusAccepted {
		return nil, nil
	}
	clock, err := t.start(statute.ClockTermNotice, on)
	if err != nil {
		return nil, err
	}
	return []Clock{clock}, nil
}

func (Rate) may(t *deciding) error {
	if err := t.by(byConsumer); err != nil {
		return err
	}
	switch {
	case !t.Ended():
		return t.refuse("not_ended", "", houseCase)
	case t.Rating != nil && t.ratedEnd > len(t.Earlier): // a second end may be seen otherwise
		return t.refuse("already_rated", "", houseCase)
	}
	return nil
}

func (a Rate) decide(t *deciding) error {
	grade := func(n int) bool { return n >= 0 && n <= 5 }
	switch {
	case a.View != ViewResolved && a.View != ViewPartly && a.View != ViewNot:
		return t.refuse("view_unknown", "/view", houseCase)
	case !grade(a.Merchant):
		return t.refuse("grade_out_of_range", "/merchant", houseCase)
	case !grade(a.Office):
		return t.refuse("grade_out_of_range", "/office", houseCase)
	}
	t.emit(&Rated{View: a.View, Merchant: a.Merchant, Office: a.Office, Text: a.Text})
	return nil
}

// A case is closed when it ended, the parties were told what the law says they must
// be told, and performance was seen or its day is over: an agreement is not
// enforceable by itself (form 9), so waiting longer would help nobody.
func (Close) may(t *deciding) error {
	who := byOffice
	if t.Lane == LaneDirect {
		who |= byConsumer | bySystem
	}
	if err := t.by(who); err != nil {
		return err
	}
	switch {
	case !t.Ended():
		return t.refuse("not_ended", "", houseCase)
	case t.Status == StatusClosed:
		return t.refuse("already_closed", "", houseCase)
	}
	for _, c := range t.Clocks {
		switch {
		case c.Open() && c.Rule == statute.ClockAccept && t.decided():
			return t.refuse("notice_outstanding", "", lawAcceptance)
		case c.Open() && c.Rule == statute.ClockTermNotice:
			return t.refuse("notice_outstanding", "", lawEnd)
		case c.Open() && isPerformance(c.Rule) && !t.over(c.Clock) && t.Performance != PerformanceNotInTime:
			return t.refuse("performance_open", "", lawAgreement)
		}
	}
	return t.unconfirmed()
}

// decided: acceptance was decided, either way. Where it never was, a limit that
// passed stays on record, but there is nothing left to tell.
func (t *deciding) decided() bool { return !t.AcceptedOn.IsZero() || t.Declined != nil }

// unconfirmed: what the merchant says it did is waited for until its day is over.
func (t *deciding) unconfirmed() error {
	by := t.lastDue()
	if t.Agreement != nil && t.Agreement.Form != FormPerformed && t.Performance == PerformanceDone &&
		!by.DueWide.IsZero() && !t.over(by) {
		return t.refuse("performance_open", "", lawAgreement)
	}
	return nil
}

func (t *deciding) lastDue() Clock {
	var last Clock
	for _, c := range t.Clocks {
		if isPerformance(c.Rule) && c.DueWide > last.DueWide {
			last = c.Clock
		}
	}
	return last
}

func (a Close) decide(t *deciding) error {
	o, err := t.occurred(a.Occurred, t.EndedOn)
	if err != nil {
		return err
	}
	t.emit(&Closed{Outcome: t.Outcome, Occurred: o})
	t.retain()
	return nil
}
