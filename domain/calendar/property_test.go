package calendar

import (
	"testing"

	"pgregory.net/rapid"
)

// anyDate draws dates around and inside the table.
func anyDate() *rapid.Generator[Date] {
	return rapid.Custom(func(t *rapid.T) Date {
		return Date(rapid.IntRange(int(MustDate("2018-06-01")), int(MustDate("2028-06-30"))).Draw(t, "date"))
	})
}

func anyTerm() *rapid.Generator[Term] {
	return rapid.Custom(func(t *rapid.T) Term {
		term := Term{
			Start:  anyDate().Draw(t, "start"),
			Period: Period{rapid.IntRange(1, 120).Draw(t, "n"), rapid.SampledFrom([]Unit{WorkingDays, CalendarDays, Months}).Draw(t, "unit")},
		}
		if term.Period.Unit == Months {
			term.Period.N = term.Period.N%12 + 1
		}
		for range rapid.IntRange(0, 3).Draw(t, "pauses") {
			from := term.Start + Date(rapid.IntRange(-10, 130).Draw(t, "from"))
			term.Pauses = append(term.Pauses, Span{From: from, To: from + Date(rapid.IntRange(0, 40).Draw(t, "days"))})
		}
		return term
	})
}

func due(t *rapid.T, c *Calendar, term Term) Limit {
	l, err := c.Due(term)
	if err != nil {
		t.Fatalf("%+v: %v", term, err)
	}
	return l
}

func TestCountingProperties(t *testing.T) {
	c := load(t)
	rapid.Check(t, func(t *rapid.T) {
		from, n := anyDate().Draw(t, "from"), rapid.IntRange(1, 900).Draw(t, "n")
		to, provisional := c.AddWorkingDays(from, n)
		if got := c.WorkingDaysBetween(from, to); got != n {
			t.Fatalf("%s + %d = %s, counted back %d", from, n, to, got)
		}
		if c.WorkingDaysBetween(to, from) != -n || c.WorkingDaysBetween(from, to-1) != n-1 {
			t.Fatalf("%s..%s: not the first such day", from, to)
		}
		if w, _ := c.Working(to); !w {
			t.Fatalf("%s + %d ends on %s, a day off", from, n, to)
		}
		if want := !c.Covers(from+1) || !c.Covers(to); provisional != want {
			t.Fatalf("%s..%s: provisional %v", from, to, provisional)
		}
		if next, _ := c.AddWorkingDays(from+1, n); next < to {
			t.Fatalf("a later start %s ends earlier: %s < %s", from+1, next, to)
		}
		if more, _ := c.AddWorkingDays(from, n+1); more <= to {
			t.Fatalf("one more day ends at %s, not after %s", more, to)
		}
	})
}

// TestCountingByHand compares the sums with a walk over the days.
func TestCountingByHand(t *testing.T) {
	c := load(t)
	rapid.Check(t, func(t *rapid.T) {
		from := anyDate().Draw(t, "from")
		to := from + Date(rapid.IntRange(0, 400).Draw(t, "days"))
		n := 0
		for d := from + 1; d <= to; d++ {
			if w, _ := c.Working(d); w {
				n++
			}
		}
		if got := c.WorkingDaysBetween(from, to); got != n {
			t.Fatalf("(%s, %s]: %d, by hand %d", from, to, got, n)
		}
	})
}

func TestLimitProperties(t *testing.T) {
	c := load(t)
	rapid.Check(t, func(t *rapid.T) {
		term := anyTerm().Draw(t, "term")
		l := due(t, c, term)
		if l.Due > l.DueWide || l.Due <= term.Start {
			t.Fatalf("%+v: %s, %s", term, l.Due, l.DueWide)
		}
		if name, off := c.Festival(l.Due); off {
			t.Fatalf("due on %s: %s", l.Due, name)
		}
		if w, _ := c.Working(l.DueWide); !w {
			t.Fatalf("due_wide on %s, not worked", l.DueWide)
		}
		if term.Period.Unit == WorkingDays && l.Due != l.DueWide {
			t.Fatalf("two readings of a period of working days: %s, %s", l.Due, l.DueWide)
		}
		for _, d := range []Date{l.Due, l.DueWide} {
			if in(merged(term.Pauses, term.Start), d) {
				t.Fatalf("%s lies in a pause of %v", d, term.Pauses)
			}
		}
		if !l.Provisional && (!c.Covers(l.DueWide) || term.Period.Unit == WorkingDays && !c.Covers(term.Start+1)) {
			t.Fatalf("%+v leaves the table and is not provisional", l)
		}
	})
}

func TestLimitIsMonotonic(t *testing.T) {
	c := load(t)
	rapid.Check(t, func(t *rapid.T) {
		term := anyTerm().Draw(t, "term")
		l := due(t, c, term)
		longer := term
		longer.Period.N++
		if m := due(t, c, longer); m.Due < l.Due || m.DueWide < l.DueWide {
			t.Fatalf("%s ends at %s, %s at %s", term.Period, l.Due, longer.Period, m.Due)
		}
		bare := term
		bare.Pauses = nil
		b := due(t, c, bare)
		if l.Due < b.Due || l.DueWide < b.DueWide {
			t.Fatalf("pauses %v shorten %s to %s", term.Pauses, b.Due, l.Due)
		}
		later := bare
		later.Start++
		if m := due(t, c, later); m.Due < b.Due || m.DueWide < b.DueWide {
			t.Fatalf("start %s ends at %s, a day later at %s", bare.Start, b.Due, m.Due)
		}
	})
}

// TestExplanationAddsUp counts the days of a derivation by hand: they must give the
// period, and the dates must be those of Due.
func TestExplanationAddsUp(t *testing.T) {
	c := load(t)
	rapid.Check(t, func(t *rapid.T) {
		term := anyTerm().Draw(t, "term")
		l := due(t, c, term)
		e, err := c.Explain(term)
		if err != nil || (Limit{e.Due, e.DueWide, e.Provisional, e.Suspended}) != l {
			t.Fatalf("explained %+v, computed %+v, %v", e, l, err)
		}
		left, moved := 0, 0
		for _, r := range e.Notable {
			if r.Days != int(r.To-r.From)+1 {
				t.Fatalf("run %+v", r)
			}
			if r.Reason != MakeUpDay {
				left += r.Days
			}
		}
		for _, p := range e.Pauses {
			moved += p.Days
		}
		counted := int(e.RawEnd-e.Start) - left
		switch term.Period.Unit {
		case Months:
			if int(e.RawEnd-e.BaseEnd) != moved || e.BaseEnd != term.Start.AddMonths(term.Period.N) {
				t.Fatalf("%+v", e)
			}
		default:
			if counted != term.Period.N {
				t.Fatalf("%s: %d days counted: %+v", term.Period, counted, e)
			}
		}
		passed := 0
		for _, r := range e.RolledWide {
			passed += r.Days
		}
		if int(e.DueWide-e.RawEnd) != passed {
			t.Fatalf("rolled %d days from %s to %s: %+v", passed, e.RawEnd, e.DueWide, e.RolledWide)
		}
	})
}
