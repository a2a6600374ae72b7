package calendar

import "slices"

// Reason says, as a code, why a run of days was not counted, or was.
type Reason string

const (
	// Weekend is a Saturday or Sunday that is not worked.
	Weekend Reason = "weekend"
	// FestivalBreak is a day off in a notice of the State Council.
	FestivalBreak Reason = "festival"
	// Paused is a day excluded by a pause.
	Paused Reason = "paused"
	// MakeUpDay is a Saturday or Sunday that is worked, and therefore counted.
	MakeUpDay Reason = "make_up"
)

// Run is a row of neighbouring days with the same reason, both ends included.
type Run struct {
	From     Date   `json:"from"`
	To       Date   `json:"to"`
	Days     int    `json:"days"`
	Reason   Reason `json:"reason"`
	Festival string `json:"festival,omitempty"` // codes of FestivalCode
}

// Derivation tells how a limit came about, in codes; the words belong to the pages.
type Derivation struct {
	Start       Date         `json:"start"`        // not counted
	CountedFrom Date         `json:"counted_from"` // the first day that counts
	Period      Period       `json:"period"`
	BaseEnd     Date         `json:"base_end"`              // last day before pauses
	Pauses      []PausedDays `json:"pauses,omitempty"`      // each with the days it added
	RawEnd      Date         `json:"raw_end,omitzero"`      // last day before the roll
	Notable     []Run        `json:"notable,omitempty"`     // days up to RawEnd left out, and make-up days counted
	Rolled      []Run        `json:"rolled,omitempty"`      // days passed over from RawEnd to Due
	RolledWide  []Run        `json:"rolled_wide,omitempty"` // the same to DueWide
	Due         Date         `json:"due,omitzero"`
	DueWide     Date         `json:"due_wide,omitzero"`
	Provisional bool         `json:"provisional"`
	Suspended   bool         `json:"suspended"`
	Calendar    string       `json:"calendar"`
	// Strict is the derivation without local festivals, where they changed
	// anything; all steps but Due and Rolled are then those with them.
	Strict *Derivation `json:"strict,omitempty"`
}

// Explain computes t as Due does, by the same code, and returns every step.
func (c *Calendar) Explain(t Term) (Derivation, error) {
	e, err := c.explain(t)
	if err != nil || c.local == nil || t.Roll == RollNone {
		return e, err
	}
	w, err := c.local.explain(t)
	if err != nil {
		return Derivation{}, err
	}
	if slices.Equal(w.Notable, e.Notable) && slices.Equal(w.RolledWide, e.RolledWide) && w.Limit() == e.Limit() {
		return e, nil
	}
	l := both(e.Limit(), w.Limit())
	w.Due, w.DueWide, w.Provisional, w.Suspended = l.Due, l.DueWide, l.Provisional, l.Suspended
	w.Rolled, w.Strict = e.Rolled, &e
	return w, nil
}

func (c *Calendar) explain(t Term) (Derivation, error) {
	s, err := c.solve(t)
	if err != nil {
		return Derivation{}, err
	}
	e := Derivation{
		Start: t.Start, CountedFrom: t.Start + 1, Period: t.Period,
		BaseEnd: s.base, Pauses: s.pauses, RawEnd: s.raw,
		Due: s.Due, DueWide: s.DueWide, Provisional: s.Provisional, Suspended: s.Suspended,
		Calendar: c.version,
	}
	spans := merged(t.Pauses, t.Start)
	working := t.Period.Unit == WorkingDays
	e.CountedFrom = c.firstCounted(t.Start+1, spans, working)
	if s.Suspended {
		return e, nil
	}
	e.Notable = c.runs(t.Start+1, s.raw, func(d Date) (Reason, bool) {
		if in(spans, d) {
			return Paused, true
		}
		if !working {
			return "", false
		}
		return c.reason(d)
	})
	passed := func(d Date) (Reason, bool) {
		if in(spans, d) {
			return Paused, true
		}
		r, ok := c.reason(d)
		return r, ok && r != MakeUpDay
	}
	e.Rolled = c.runs(s.raw, s.Due-1, passed)
	e.RolledWide = c.runs(s.raw, s.DueWide-1, passed)
	return e, nil
}

// firstCounted is the first day from d on that a period counts; zero when an open
// pause hides it.
func (c *Calendar) firstCounted(d Date, spans []Span, working bool) Date {
	end, open := c.rollOver(d, spans, func(d Date) bool {
		w, _ := c.Working(d)
		return working && !w
	})
	if open {
		return 0
	}
	return end
}

// reason classifies a day that stands out from the plain run of working days.
func (c *Calendar) reason(d Date) (Reason, bool) {
	if c.MakeUp(d) {
		return MakeUpDay, true
	}
	if c.breakOf(d).code != "" {
		return FestivalBreak, true
	}
	w, _ := c.Working(d)
	return Weekend, !w
}

// runs joins neighbouring days from..to with the same reason and festival.
func (c *Calendar) runs(from, to Date, why func(Date) (Reason, bool)) []Run {
	var out []Run
	for d := from; d <= to; d++ {
		r, ok := why(d)
		if !ok {
			continue
		}
		var festival string
		if r == FestivalBreak {
			festival = c.breakOf(d).code
		}
		if n := len(out) - 1; n >= 0 && out[n].To == d-1 && out[n].Reason == r && out[n].Festival == festival {
			out[n].To, out[n].Days = d, out[n].Days+1
			continue
		}
		out = append(out, Run{From: d, To: d, Days: 1, Reason: r, Festival: festival})
	}
	return out
}

// in says whether d lies in one of the merged spans.
func in(spans []Span, d Date) bool {
	for _, p := range spans {
		if p.From > d {
			return false
		}
		if p.To == 0 || d < p.To {
			return true
		}
	}
	return false
}

// Limit returns the result of the derivation as Due gives it.
func (e Derivation) Limit() Limit {
	return Limit{Due: e.Due, DueWide: e.DueWide, Provisional: e.Provisional, Suspended: e.Suspended}
}
