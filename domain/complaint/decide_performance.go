package complaint

import (
	"slices"

	"fangxin/domain/calendar"
)

// PartOfPerformance stands for the number of an instalment where what was paid settles
// none: a part, which is never the whole.
const PartOfPerformance = -1

// agreedUpon: there is something to perform.
func (t *deciding) agreedUpon() error {
	switch {
	case t.Agreement == nil:
		return t.refuse("nothing_agreed", "", lawAgreement)
	case t.Performance == PerformanceSeen:
		return t.refuse("already_confirmed", "", lawAgreement)
	}
	return nil
}

func (Perform) may(t *deciding) error {
	t = t.performing()
	if err := first(t.by(byMerchant|byOffice), t.agreedUpon(), t.room(len(t.Performances))); err != nil {
		return err
	}
	if t.Performance == PerformanceDone {
		return t.refuse("already_performed", "", lawAgreement)
	}
	return nil
}

// decide takes the merchant's word; an officer brings proof. Without a sum what was
// agreed was done; a smaller sum than is owed is a part of it.
func (a Perform) decide(t *deciding) error {
	t.State = t.performing().State
	switch {
	case a.AmountFen < 0:
		return t.refuse("amount_negative", "/amount_fen", lawAgreement)
	case t.party() == Office && len(a.Evidence) == 0:
		return t.refuse("proof_required", "/evidence", houseCase)
	}
	if err := first(t.stated(a.Via), a.instalment(t)); err != nil {
		return err
	}
	o, err := t.occurred(a.Occurred, t.Filing.ReceivedOn.On)
	if err != nil {
		return err
	}
	part := a.Instalment
	if part == 0 && a.AmountFen > 0 && a.AmountFen < t.owed() {
		part = PartOfPerformance
	}
	t.emit(&Performed{AmountFen: a.AmountFen, Instalment: part, By: t.party(), Evidence: a.Evidence, Occurred: o, Via: a.Via})
	return nil
}

// instalment checks the number that is named: it was agreed, is not performed yet, and
// the sum is not short of it.
func (a Perform) instalment(t *deciding) error {
	part, err := t.instalment(a.Instalment)
	switch {
	case err != nil || a.Instalment == 0:
		return err
	case t.Instalments[a.Instalment].Performed:
		return t.refuse("instalment_performed", "/instalment", lawAgreement)
	case a.AmountFen > 0 && a.AmountFen < part.AmountFen:
		return t.refuse("instalment_short", "/amount_fen", lawAgreement)
	}
	return nil
}

// instalment finds one part of what was agreed; 0 is the whole.
func (t *deciding) instalment(n int) (Instalment, error) {
	list := t.Agreement.Terms.Instalments
	if n < 0 || n > len(list) {
		return Instalment{}, t.refuse("instalment_unknown", "/instalment", lawAgreement)
	}
	if n == 0 {
		return Instalment{}, nil
	}
	return list[n-1], nil
}

// owed is what is left of the sum agreed upon, 0 where none was.
func (t *deciding) owed() int64 {
	left := t.Agreement.Terms.AmountFen
	list := t.Agreement.Terms.Instalments
	if left == 0 {
		for _, part := range list {
			left += part.AmountFen
		}
	}
	for _, p := range t.Performances {
		paid := p.AmountFen
		if p.Instalment > 0 && p.Instalment <= len(list) {
			paid = max(paid, list[p.Instalment-1].AmountFen)
		}
		left -= paid
	}
	return max(left, 0)
}

// The consumer may confirm without the merchant's word; an officer confirms what was
// stated and proven.
func (a ConfirmPerformance) may(t *deciding) error {
	t = t.performing()
	if err := first(t.by(byConsumer|byOffice), t.agreedUpon()); err != nil {
		return err
	}
	if t.Instalments[a.Instalment].Confirmed {
		return t.refuse("already_confirmed", "/instalment", lawAgreement)
	}
	if t.party() == Office && t.Performance != PerformanceDone && !t.unseen() {
		return t.refuse("not_performed", "", lawAgreement)
	}
	return nil
}

// unseen: an instalment was performed and is not confirmed.
func (t *deciding) unseen() bool {
	for _, i := range t.Instalments {
		if i.Performed && !i.Confirmed {
			return true
		}
	}
	return false
}

func (a ConfirmPerformance) decide(t *deciding) error {
	t.State = t.performing().State
	if _, err := t.instalment(a.Instalment); err != nil {
		return err
	}
	done := t.Performance == PerformanceDone || t.Instalments[a.Instalment].Performed
	switch {
	case !done && t.party() == Office:
		return t.refuse("not_performed", "/instalment", lawAgreement)
	case !done:
		t.emit(&Performed{Instalment: a.Instalment, By: t.party(), Occurred: t.now()})
	}
	t.emit(&PerformanceConfirmed{Instalment: a.Instalment, By: t.party()})
	return nil
}

// may: who was to be paid says so, or an officer who looked into it.
func (a BreakPerformance) may(t *deciding) error {
	if err := first(t.by(byConsumer|byOffice), t.agreedUpon()); err != nil {
		return err
	}
	parts := t.breakable()
	if slices.ContainsFunc(parts, func(n int) bool { return t.mayBreak(n) == nil }) {
		return nil
	}
	if slices.Contains(parts, a.Instalment) {
		return t.mayBreak(a.Instalment)
	}
	return t.mayBreak(0)
}

// breakable lists the whole and each instalment.
func (t *deciding) breakable() []int {
	parts := []int{0}
	for i := range t.Agreement.Terms.Instalments {
		parts = append(parts, i+1)
	}
	return parts
}

// mayBreak: its day is over, and nobody saw it done. The whole is over when its last
// day is.
func (t *deciding) mayBreak(n int) error {
	was := t.Instalments[n]
	switch {
	case was.Confirmed:
		return t.refuse("already_confirmed", "/instalment", lawAgreement)
	case was.Broken:
		return t.refuse("already_broken", "/instalment", lawAgreement)
	}
	last := t.lastDue()
	if n > 0 {
		c, _ := t.Clock(instalmentClock(n))
		last = c.Clock
	}
	if !last.DueWide.IsZero() && !t.over(last) {
		return t.refuse("performance_time_runs", "/instalment", lawAgreement)
	}
	return nil
}

// decide records it. An agreement is not enforceable by itself: the consumer can sue or
// go to arbitration (form 9), and the merchant can still perform late.
func (a BreakPerformance) decide(t *deciding) error {
	if _, err := t.instalment(a.Instalment); err != nil {
		return err
	}
	if err := t.mayBreak(a.Instalment); err != nil {
		return err
	}
	o, err := t.occurred(a.Occurred, t.brokenSince(a.Instalment))
	if err != nil {
		return err
	}
	t.emit(&PerformanceBroken{Instalment: a.Instalment, By: t.party(), Reason: a.Reason, Occurred: o})
	return nil
}

// brokenSince is the first day on which it can have been broken.
func (t *deciding) brokenSince(n int) calendar.Date {
	last := t.lastDue()
	if n > 0 {
		c, _ := t.Clock(instalmentClock(n))
		last = c.Clock
	}
	if last.DueWide.IsZero() {
		return t.Agreement.On
	}
	return last.DueWide + 1
}
