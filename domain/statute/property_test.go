package statute

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"fangxin/domain/calendar"
)

// trial is a rule, a first day and pauses of the causes that the law knows.
type trial struct {
	rs     RuleSet
	rule   ClockRule
	start  calendar.Date
	pauses []Pause
}

func anyTrial(c *Catalogue) *rapid.Generator[trial] {
	var causes []string
	for _, w := range c.words.Names["pause"] {
		causes = append(causes, w.Code)
	}
	return rapid.Custom(func(t *rapid.T) trial {
		timed := slices.DeleteFunc(slices.Clone(c.ruleSets), func(rs RuleSet) bool { return len(rs.ClockIDs) == 0 })
		rs := rapid.SampledFrom(timed).Draw(t, "rules")
		x := trial{rs: rs, start: day("2019-06-01") + calendar.Date(rapid.IntRange(0, 3200).Draw(t, "start"))}
		x.rule, _ = rs.Clock(rapid.SampledFrom(rs.ClockIDs).Draw(t, "clock"))
		for range rapid.IntRange(0, 3).Draw(t, "pauses") {
			from := x.start + calendar.Date(rapid.IntRange(-10, 90).Draw(t, "from"))
			x.pauses = append(x.pauses, Pause{rapid.SampledFrom(causes).Draw(t, "cause"),
				calendar.Span{From: from, To: from + calendar.Date(rapid.IntRange(0, 40).Draw(t, "days"))}})
		}
		return x
	})
}

func computed(t *rapid.T, cal *calendar.Calendar, r ClockRule, start calendar.Date, pauses []Pause) Clock {
	c, err := Compute(cal, r, start, pauses)
	if err != nil {
		t.Fatalf("%s from %s with %v: %v", r.ID, start, pauses, err)
	}
	return c
}

// TestClockProperties holds every clock of every rule set to what any count of days
// must keep.
func TestClockProperties(t *testing.T) {
	c, cal := load(t), loadCalendar(t)
	trials := anyTrial(c)
	rapid.Check(t, func(t *rapid.T) {
		x := trials.Draw(t, "trial")
		got := computed(t, cal, x.rule, x.start, x.pauses)
		if got.Due > got.DueWide || got.Due <= x.start {
			t.Fatalf("strict %s, wide %s, from %s", got.Due, got.DueWide, x.start)
		}
		e, err := Explain(cal, x.rule, x.start, x.pauses)
		if err != nil || e.Clock != got {
			t.Fatalf("explained %+v, computed %+v, %v", e.Clock, got, err)
		}
		if bare := computed(t, cal, x.rule, x.start, nil); got.Due < bare.Due || got.DueWide < bare.DueWide {
			t.Fatalf("pauses %v shorten %s to %s", x.pauses, bare.Due, got.Due)
		}
		if n := len(x.pauses); n > 0 {
			longer := slices.Clone(x.pauses)
			longer[n-1].To++
			if l := computed(t, cal, x.rule, x.start, longer); l.Due < got.Due || l.DueWide < got.DueWide {
				t.Fatalf("a pause one day longer moves %s to %s", got.Due, l.Due)
			}
		}
		if later := computed(t, cal, x.rule, x.start+1, x.pauses); later.Due < got.Due || later.DueWide < got.DueWide {
			t.Fatalf("from %s due %s, a day later due %s (%v)", x.start, got.Due, later.Due, x.pauses)
		}
		if longer := computed(t, cal, x.rule.Extended(), x.start, x.pauses); longer.Due < got.Due {
			t.Fatalf("extended from %s to %s", got.Due, longer.Due)
		}
		deaf := slices.DeleteFunc(slices.Clone(x.pauses), func(p Pause) bool { return !x.rule.Pauses(p.Cause) })
		if same := computed(t, cal, x.rule, x.start, deaf); same != got {
			t.Fatalf("pauses of other causes changed %+v to %+v", same, got)
		}
		if len(deaf)+len(e.Ignored) != len(x.pauses) {
			t.Fatalf("%d pauses, %d ignored, %d taken", len(x.pauses), len(e.Ignored), len(deaf))
		}
	})
}

// TestSplitPause: two pauses that meet, or overlap, stop what one stops; their order
// does not matter.
func TestSplitPause(t *testing.T) {
	c, cal := load(t), loadCalendar(t)
	trials := anyTrial(c)
	rapid.Check(t, func(t *rapid.T) {
		x := trials.Draw(t, "trial")
		got := computed(t, cal, x.rule, x.start, x.pauses)
		var split []Pause
		for _, p := range x.pauses {
			cut := p.From + calendar.Date(rapid.IntRange(0, int(p.To-p.From)).Draw(t, "cut"))
			over := min(p.To, cut+calendar.Date(rapid.IntRange(0, 3).Draw(t, "over")))
			split = append(split, Pause{p.Cause, calendar.Span{From: cut, To: p.To}}, Pause{p.Cause, calendar.Span{From: p.From, To: over}})
		}
		if parts := computed(t, cal, x.rule, x.start, split); parts != got {
			t.Fatalf("%v due %s, split %v due %s", x.pauses, got.Due, split, parts.Due)
		}
	})
}

// TestExplanationCounts: counted by hand, day by day, the days of each derivation are
// the length of its period.
func TestExplanationCounts(t *testing.T) {
	c, cal := load(t), loadCalendar(t)
	trials := anyTrial(c)
	rapid.Check(t, func(t *rapid.T) {
		x := trials.Draw(t, "trial")
		e, err := Explain(cal, x.rule, x.start, x.pauses)
		if err != nil {
			t.Fatal(err)
		}
		for i, d := range e.Periods {
			if d.Period.Unit != calendar.WorkingDays && d.Period.Unit != calendar.CalendarDays {
				continue
			}
			causes, n := x.rule.stops(x.rule.Periods[i]), 0
			for on := d.Start + 1; on <= d.RawEnd; on++ {
				paused := slices.ContainsFunc(x.pauses, func(p Pause) bool {
					return slices.Contains(causes, p.Cause) && on >= p.From && on < p.To
				})
				works, _ := cal.Working(on)
				if !paused && (works || d.Period.Unit == calendar.CalendarDays) {
					n++
				}
			}
			if n != d.Period.N {
				t.Fatalf("%s: %d days counted of %s: %+v", x.rule.ID, n, d.Period, d)
			}
		}
	})
}

// TestRefinedIsNeverLater: whatever region and day, no clock of the law ends later
// than the law has it.
func TestRefinedIsNeverLater(t *testing.T) {
	c, cal := refined(t), loadCalendar(t)
	trials := anyTrial(c)
	rapid.Check(t, func(t *rapid.T) {
		x := trials.Draw(t, "trial")
		region := rapid.SampledFrom(c.regions.All()).Draw(t, "region").Code
		rs, err := c.NamedIn(x.rs.ID, region, x.start)
		if err != nil {
			t.Fatal(err)
		}
		rule, _ := rs.Clock(x.rule.ID)
		if x.rule.Alarm {
			return
		}
		law, local := computed(t, cal, x.rule, x.start, x.pauses), computed(t, cal, rule, x.start, x.pauses)
		if local.Due > law.Due || local.DueWide > law.DueWide {
			t.Fatalf("%s in %s due %s, by law %s", rule.ID, region, local.Due, law.Due)
		}
	})
}

// TestOverrideThereAndBack: clocks that both rule sets know come back as they were.
func TestOverrideThereAndBack(t *testing.T) {
	c, cal := load(t), loadCalendar(t)
	trials := anyTrial(c)
	rapid.Check(t, func(t *rapid.T) {
		x := trials.Filter(func(x trial) bool { return !x.rs.Foreign() }).Draw(t, "trial")
		other := rapid.SampledFrom(c.ruleSets).Filter(func(rs RuleSet) bool { return !rs.Foreign() && rs.ID != x.rs.ID }).Draw(t, "other")
		was := Running{Clock: computed(t, cal, x.rule, x.start, x.pauses), Pauses: x.pauses}
		q := OverrideRequest{From: x.rs.ID, To: other.ID, Reason: "entered_wrongly", FiledOn: day("2020-01-02"), Today: day("2026-11-23"), Running: []Running{was}}
		there, err := c.Override(cal, q)
		if err != nil {
			t.Fatal(err)
		}
		if len(there.Clocks) == 0 {
			if len(there.Lapsed) != 1 {
				t.Fatalf("%+v lost without a word: %+v", was, there)
			}
			return
		}
		q.From, q.To = q.To, q.From
		q.Running = []Running{{Clock: there.Clocks[0], Pauses: x.pauses}}
		back, err := c.Override(cal, q)
		if err != nil || back.Clocks[0] != was.Clock {
			t.Fatalf("%+v came back as %+v (%v)", was.Clock, back.Clocks, err)
		}
		if !slices.Equal(there.Gained, back.Lost) || !slices.Equal(there.Lost, back.Gained) {
			t.Fatalf("%+v and %+v", there, back)
		}
	})
}

// TestInspectionStopsOneOfTwo: ORD-20 20 leaves inspection out of its 45 WD,
// REG-778 47 does not leave it out of the 60 CD.
func TestInspectionStopsOneOfTwo(t *testing.T) {
	rule := at(t, load(t), "2025-03-03").Mediation()
	pause := []Pause{{PauseInspection, calendar.Span{From: day("2025-03-10"), To: day("2025-04-10")}}}
	e, err := Explain(loadCalendar(t), rule, day("2025-03-03"), pause)
	if err != nil || e.Due != day("2025-05-06") || e.Binding != 1 || len(e.Ignored) != 0 {
		t.Errorf("%+v %v", e, err)
	}
	if len(e.Periods[0].Pauses) != 1 || len(e.Periods[1].Pauses) != 0 {
		t.Errorf("%+v", e.Periods)
	}
	open := []Pause{{PauseInspection, calendar.Span{From: day("2025-03-10")}}}
	if c, err := Compute(loadCalendar(t), rule, day("2025-03-03"), open); err != nil || c.Suspended || c.Due != day("2025-05-06") {
		t.Errorf("the 60 days run on: %+v %v", c, err)
	}
}
