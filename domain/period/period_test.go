package period

import (
	"errors"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"fangxin/domain/calendar"
	"fangxin/domain/es/estest"
)

func periods() estest.Decider[State, Command, Event] {
	var d Decider
	return estest.Decider[State, Command, Event]{Initial: d.Initial(), Decide: d.Decide, Evolve: d.Evolve}
}

func day(s string) calendar.Date { return calendar.MustDate(s) }

var formulas = []string{"count.filed@1", "first_response@2"}

// on is a command to close a period, at noon of a day in Shanghai.
func on(today string, m Month, asOf string) Command {
	return Command{At: day(today).Start().Add(12 * time.Hour), Period: m, AsOf: day(asOf), Formulas: formulas, Policy: "TABLES-1"}
}

func closed(m Month, asOf string, n int, today string) *Closed {
	return &Closed{Period: m, AsOf: day(asOf), Formulas: formulas, Policy: "TABLES-1", Closing: n, On: day(today)}
}

func TestAPeriodIsClosedAfterItsLastDay_FangxinPeriods(t *testing.T) {
	none := periods().Given()
	none.When(on("2026-05-31", "2026-05", "2026-05-31")).ThenError(t, &Refusal{Code: "period_running"})
	none.When(on("2026-06-01", "2026-05", "2026-05-30")).ThenError(t, &Refusal{Code: "as_of_before_end", Pointer: "/as_of"})
	none.When(on("2026-06-01", "2026-05", "2026-06-01")).ThenError(t, &Refusal{Code: "as_of_not_over", Pointer: "/as_of"})
	none.When(on("2026-06-01", "2026-05", "2026-06-02")).ThenError(t, &Refusal{Code: "as_of_not_over"})
	none.When(on("2026-06-01", "2026-05", "2026-05-31")).Then(t, closed("2026-05", "2026-05-31", 1, "2026-06-01"))
	none.When(on("2026-08-20", "2026-05", "2026-08-19")).Then(t, closed("2026-05", "2026-08-19", 1, "2026-08-20"))
	// A month ends when it does.
	none.When(on("2028-02-29", "2028-02", "2028-02-28")).ThenError(t, &Refusal{Code: "period_running"})
	none.When(on("2028-03-01", "2028-02", "2028-02-29")).Then(t, closed("2028-02", "2028-02-29", 1, "2028-03-01"))
}

func TestTheDayGoesByShanghai_FangxinPeriods(t *testing.T) {
	c := on("2026-06-01", "2026-05", "2026-05-31")
	c.At = time.Date(2026, 5, 31, 15, 59, 59, 0, time.UTC)
	periods().Given().When(c).ThenError(t, &Refusal{Code: "period_running"})
	c.At = c.At.Add(time.Second) // 00:00 on the first of June
	periods().Given().When(c).Then(t, closed("2026-05", "2026-05-31", 1, "2026-06-01"))
}

func TestClosingAgainIsARepublication_FangxinPeriods(t *testing.T) {
	past := periods().Given(closed("2026-05", "2026-06-15", 1, "2026-06-20"))
	past.When(on("2026-07-20", "2026-05", "2026-06-14")).ThenError(t, &Refusal{Code: "as_of_before_closing", Pointer: "/as_of"})
	past.When(on("2026-07-20", "2026-05", "2026-06-15")).ThenError(t, &Refusal{Code: "closed_already", Pointer: "/as_of"})
	other := on("2026-07-20", "2026-05", "2026-06-15")
	other.Policy = "TABLES-2"
	past.When(other).Then(t, &Closed{Period: "2026-05", AsOf: day("2026-06-15"), Formulas: formulas, Policy: "TABLES-2", Closing: 2, On: day("2026-07-20")})
	again := past.When(on("2026-07-20", "2026-05", "2026-07-15")).Then(t, closed("2026-05", "2026-07-15", 2, "2026-07-20"))
	again.When(on("2026-07-20", "2026-05", "2026-07-19")).Then(t, closed("2026-05", "2026-07-19", 3, "2026-07-20"))
	if got := again.State().Of("2026-05"); len(got) != 2 || got[0].Closing != 1 || got[1].Closing != 2 || again.State().Last() != got[1] {
		t.Errorf("%+v", got)
	}
}

// Months come in any order, but nothing is published as of a day before one of which
// something is published already.
func TestMonthsInAnyOrder_FangxinPeriods(t *testing.T) {
	past := periods().Given(closed("2026-06", "2026-07-15", 1, "2026-07-20"))
	past.When(on("2026-07-20", "2026-05", "2026-07-14")).ThenError(t, &Refusal{Code: "as_of_before_closing"})
	past.When(on("2026-07-20", "2026-05", "2026-07-15")).Then(t, closed("2026-05", "2026-07-15", 1, "2026-07-20"))
}

func TestWhatIsClosedIsNamed_FangxinPeriods(t *testing.T) {
	for name, change := range map[string]func(*Command){
		"period_unknown": func(c *Command) { c.Period = "2026-13" },
		"formulas_unknown": func(c *Command) {
			c.Formulas = []string{"b@1", "a@1"}
		},
	} {
		c := on("2026-06-01", "2026-05", "2026-05-31")
		change(&c)
		periods().Given().When(c).ThenError(t, &Refusal{Code: name})
	}
	for _, bad := range [][]string{nil, {"a"}, {"a@1", "a@1"}, {"a b@1"}, {""}} {
		c := on("2026-06-01", "2026-05", "2026-05-31")
		c.Formulas = bad
		periods().Given().When(c).ThenError(t, &Refusal{Code: "formulas_unknown"})
	}
}

func TestMonths(t *testing.T) {
	for _, bad := range []string{"", "2026", "2026-5", "2026-00", "2026-13", "2026-05-01", "1899-12", "2100-01", "二零二六年", "2026/05"} {
		if m, err := ParseMonth(bad); !errors.Is(err, ErrMonth) || m != "" || Month(bad).Valid() {
			t.Errorf("%q: %q, %v", bad, m, err)
		}
	}
	for s, quarter := range map[string]string{"2026-01": "2026-Q1", "2026-03": "2026-Q1", "2026-04": "2026-Q2", "2026-09": "2026-Q3", "2026-10": "2026-Q4", "2026-12": "2026-Q4"} {
		m, err := ParseMonth(s)
		if err != nil || m.Quarter() != quarter || m.First().Month() != s || m.Last().Month() != s || (m.Last()+1).Month() == s {
			t.Errorf("%s: %s, %v", s, m.Quarter(), err)
		}
	}
}

// Whatever is asked in whatever order, what was closed obeys the rules.
func TestClosingsAlwaysObeyTheRules(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var d Decider
		s, now := d.Initial(), day("2026-03-01")
		for range rapid.IntRange(1, 30).Draw(t, "n") {
			now += calendar.Date(rapid.IntRange(0, 20).Draw(t, "days"))
			m := Month(now.AddMonths(-rapid.IntRange(0, 4).Draw(t, "back")).Month())
			events, err := d.Decide(s, Command{At: now.Start(), Period: m, AsOf: now - calendar.Date(rapid.IntRange(-2, 60).Draw(t, "ago")), Formulas: formulas, Policy: "P"})
			var refusal *Refusal
			if err != nil && (!errors.As(err, &refusal) || !slices.Contains(Refusals(), refusal.Code)) {
				t.Fatal(err)
			}
			for _, e := range events {
				s = d.Evolve(s, e)
			}
		}
		last, number := calendar.Date(0), map[Month]int{}
		for c := range s.All() {
			number[c.Period]++
			if c.AsOf < last || c.AsOf < c.Period.Last() || c.AsOf >= c.On || c.Closing != number[c.Period] {
				t.Fatalf("%+v after a closing as of %s", c, last)
			}
			last = c.AsOf
		}
	})
}
