package responsetime

import (
	"fangxin/domain/calendar"
	"fangxin/domain/complaint"
)

// decisionAccepted is the code of 受理 among the decisions.
const decisionAccepted = 1

// foundGround is the ground of article 16 that came up after acceptance.
const foundGround = "TM_NA_FOUND"

func (v *View) foldEnd(data any) {
	switch d := data.(type) {
	case *complaint.Agreed:
		v.end(endAgreement, d.Occurred.On)
		v.Bargain = agreed(&d.Terms, d.Form == complaint.FormPerformed)
	case *complaint.Settled:
		v.end(v.settled(d.Before), d.Occurred.On)
		v.Bargain = agreed(&d.Terms, false)
	case *complaint.Withdrawn:
		v.end(endWithdrawnBefore, d.Occurred.On)
		if v.Accepted != 0 {
			v.End, v.Stopped = endWithdrawn, lookup(discontinuations(), "TM_WITHDRAW")
		}
	case *complaint.Terminated:
		v.end(endNoAgreement, d.Occurred.On)
		if d.Ground == foundGround {
			v.End = endFound
		}
		v.Stopped = lookup(discontinuations(), d.Ground)
	}
}

// settled tells settlements apart: after acceptance, before it, and before it where the
// merchant alone had the case (先行和解).
func (v *View) settled(before bool) uint8 {
	switch {
	case !before:
		return endSettlement
	case v.Lane == lookup(lanes(), string(complaint.LaneDirect)):
		return endPriorDirect
	}
	return endPrior
}

// end of the proceedings, and of mediation where it had begun.
func (v *View) end(how uint8, on calendar.Date) {
	v.End, v.Ended, v.Stopped, v.Bargain = how, on, 0, nil
	if v.Accepted != 0 && how != endDeclined {
		v.Mediated = on
	}
}

// handled says that the case was handled to an end with or without a solution: neither
// refused nor taken back.
func handled(end uint8) bool { return end >= endAgreement && end <= endNoAgreement }

// bargain is what the parties agreed, and what became of it.
type bargain struct {
	Monetary bool          `json:"monetary,omitempty"`
	State    uint8         `json:"state"` // as performances numbers it
	Due      calendar.Date `json:"due,omitempty"`
	Agreed   int64         `json:"agreed,omitempty"`
	Paid     int64         `json:"paid,omitempty"`
	Parts    []instalment  `json:"parts,omitempty"`
}

type instalment struct {
	Fen       int64 `json:"fen,omitempty"`
	Performed bool  `json:"performed,omitempty"`
	Confirmed bool  `json:"confirmed,omitempty"`
}

// What became of what was agreed.
const (
	performanceDue uint8 = iota + 1
	performanceDone
	performanceSeen
	performanceBroken
)

func agreed(t *complaint.Terms, performed bool) *bargain {
	b := &bargain{
		Monetary: t.AmountFen > 0 || t.Kind == "refund" || t.Kind == "compensate",
		State:    performanceDue, Due: t.PerformBy, Agreed: t.AmountFen,
	}
	for _, i := range t.Instalments {
		b.Parts = append(b.Parts, instalment{Fen: i.AmountFen})
		b.Due = max(b.Due, i.Due)
	}
	if performed {
		b.State, b.Paid = performanceDone, b.Agreed
	}
	return b
}

// foldAfter takes what follows the end.
func (v *View) foldAfter(data any) {
	switch d := data.(type) {
	case *complaint.Rated:
		v.Rating = rating{View: lookup(views(), string(d.View)), Merchant: uint8(d.Merchant), Office: uint8(d.Office)}
	case *complaint.Performed:
		if v.Bargain != nil {
			v.Bargain.performed(d)
		}
	case *complaint.PerformanceConfirmed:
		if v.Bargain != nil {
			v.Bargain.confirmed(d.Instalment)
		}
	case *complaint.PerformanceBroken:
		if v.Bargain != nil {
			v.Bargain.State = performanceBroken
		}
	}
}

// performed counts what was paid: the amount stated, or where none is what was agreed.
func (b *bargain) performed(d *complaint.Performed) {
	fen, whole := d.AmountFen, d.Instalment == 0
	if fen == 0 && whole {
		fen = b.Agreed - b.Paid
	}
	if n := d.Instalment - 1; n >= 0 && n < len(b.Parts) {
		if fen == 0 {
			fen = b.Parts[n].Fen
		}
		b.Parts[n].Performed = true
		whole = every(b.Parts, func(i instalment) bool { return i.Performed })
	}
	b.Paid += fen
	if whole && b.State != performanceSeen {
		b.State = performanceDone
	}
}

func (b *bargain) confirmed(n int) {
	if n >= 1 && n <= len(b.Parts) {
		b.Parts[n-1].Confirmed = true
	}
	if n == 0 || every(b.Parts, func(i instalment) bool { return i.Confirmed }) {
		b.State = performanceSeen
	}
}

// every says whether all instalments are so; false where there are none.
func every(parts []instalment, is func(instalment) bool) bool {
	for _, p := range parts {
		if !is(p) {
			return false
		}
	}
	return len(parts) > 0
}
