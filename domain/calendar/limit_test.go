package calendar

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func load(t testing.TB) *Calendar {
	t.Helper()
	c, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// TestPeriods holds the table to periods computed by hand from the notices of the
// State Council. want has the strict date, and the wide one where it differs.
func TestPeriods(t *testing.T) {
	tests := []struct {
		rule        string
		start       string
		n           int
		unit        Unit
		due, wide   string
		provisional bool
	}{
		{"ORD-121 15", "2026-09-18", 7, WorkingDays, "2026-09-29", "", false},
		{"ORD-20 14, over Spring Festival", "2026-02-10", 7, WorkingDays, "2026-02-26", "", false},
		{"ORD-121 15, over Labour Day", "2026-04-30", 7, WorkingDays, "2026-05-13", "", false},
		{"a Saturday worked is day 1", "2026-05-08", 7, WorkingDays, "2026-05-18", "", false},
		{"a Sunday worked is day 1", "2026-01-01", 7, WorkingDays, "2026-01-12", "", false},
		{"REG-778 46, over National Day", "2025-09-25", 7, WorkingDays, "2025-10-11", "", false},
		{"REG-778 46, two make-up days", "2025-01-24", 7, WorkingDays, "2025-02-10", "", false},
		{"ORD-20 14, Spring Festival 2024", "2024-02-05", 7, WorkingDays, "2024-02-20", "", false},
		{"ORD-20 14, Saturday before Mid-Autumn", "2024-09-10", 7, WorkingDays, "2024-09-20", "", false},
		{"ORD-20 14, Sunday before Labour Day", "2023-04-20", 7, WorkingDays, "2023-04-28", "", false},
		{"ORD-20 14, the long break of 2020", "2020-01-22", 7, WorkingDays, "2020-02-10", "", false},
		{"past the table", "2026-12-28", 7, WorkingDays, "2027-01-06", "", true},
		{"PENPROC 18", "2026-09-14", 15, WorkingDays, "2026-10-10", "", false},
		{"PENPROC 18, extended", "2026-09-14", 30, WorkingDays, "2026-10-30", "", false},
		{"M1: ORD-20 21(5)", "2024-06-28", 45, WorkingDays, "2024-08-30", "", false},
		{"M2: ORD-20 21(5)", "2026-01-05", 45, WorkingDays, "2026-03-13", "", false},
		{"M2: REG-778 46", "2026-01-05", 60, CalendarDays, "2026-03-06", "", false},
		{"M3: ORD-121 23(5), 45, National Day", "2026-08-03", 60, CalendarDays, "2026-10-08", "", false},
		{"M3: ORD-121 23(5), 45, Mid-Autumn", "2026-07-27", 60, CalendarDays, "2026-09-28", "", false},
		{"M3: ends on a plain Sunday", "2026-06-03", 60, CalendarDays, "2026-08-02", "2026-08-03", false},
		{"CRPL 25, civil code 203", "2026-09-24", 7, CalendarDays, "2026-10-08", "", false},
		{"CRPL 25, civil code 203, Sunday", "2026-05-24", 7, CalendarDays, "2026-05-31", "2026-06-01", false},
		{"civil code 202, month end", "2026-01-31", 1, Months, "2026-02-28", "", false},
		{"ORD-121 16(4), civil code 202", "2024-02-29", 3, Years, "2027-02-28", "2027-03-01", true},
		{"ends on the last day of the table", "2026-12-24", 7, CalendarDays, "2026-12-31", "", false},
		{"days off that follow the table are unknown", "2026-12-25", 7, CalendarDays, "2027-01-01", "", true},
		{"before the table", "2019-12-26", 7, WorkingDays, "2020-01-07", "", true},
	}
	c := load(t)
	for _, tt := range tests {
		t.Run(tt.rule+" "+tt.start, func(t *testing.T) {
			term := Term{Start: MustDate(tt.start), Period: Period{tt.n, tt.unit}}
			if tt.wide == "" {
				tt.wide = tt.due
			}
			want := Limit{Due: MustDate(tt.due), DueWide: MustDate(tt.wide), Provisional: tt.provisional}
			got, err := c.Due(term)
			if diff := cmp.Diff(want, got); err != nil || diff != "" {
				t.Errorf("%s + %s: %v %s", term.Start, term.Period, err, diff)
			}
		})
	}
}

// TestEarliest: from 2024-07-01 to 2026-04-14 the 45 WD of Order 20 and the 60 CD
// of Regulation 778 art 46 stand side by side.
func TestEarliest(t *testing.T) {
	a := Limit{Due: 10, DueWide: 12}
	b := Limit{Due: 11, DueWide: 11, Provisional: true}
	if diff := cmp.Diff(Limit{Due: 10, DueWide: 11, Provisional: true}, Earliest(a, b)); diff != "" {
		t.Error(diff)
	}
	stopped := Limit{Suspended: true}
	if got := Earliest(stopped, stopped); got != stopped {
		t.Errorf("suspended: %+v", got)
	}
	if got := Earliest(stopped, a, stopped); got != a {
		t.Errorf("one ended before the pause: %+v", got)
	}
	if got := Earliest(); got != (Limit{}) {
		t.Errorf("nothing: %+v", got)
	}
}

func span(from, to string) Span {
	s := Span{From: MustDate(from)}
	if to != "" {
		s.To = MustDate(to)
	}
	return s
}

// TestPauses: days of appraisal are not counted (Order 121 art 22).
func TestPauses(t *testing.T) {
	cd60 := Period{60, CalendarDays}
	tests := []struct {
		name, start string
		p           Period
		pauses      []Span
		due, wide   string
	}{
		{"ten days in the middle", "2026-04-20", cd60, []Span{span("2026-05-11", "2026-05-21")}, "2026-06-29", "2026-06-29"},
		{"commissioned and reported on one day", "2026-04-20", cd60, []Span{span("2026-05-11", "2026-05-11")}, "2026-06-22", "2026-06-22"},
		{"overlapping spans count once", "2026-04-20", cd60, []Span{span("2026-05-16", "2026-05-21"), span("2026-05-11", "2026-05-18")}, "2026-06-29", "2026-06-29"},
		{"begun before the start", "2026-04-20", cd60, []Span{span("2026-04-01", "2026-04-23")}, "2026-06-22", "2026-06-22"},
		{"begins on the last day", "2026-04-27", cd60, []Span{span("2026-06-26", "2026-07-06")}, "2026-07-06", "2026-07-06"},
		{"begins after the end", "2026-04-27", cd60, []Span{span("2026-06-27", "2026-07-06")}, "2026-06-26", "2026-06-26"},
		{"begins while the end rolls over a break", "2026-08-03", cd60, []Span{span("2026-10-06", "2026-10-15")}, "2026-10-15", "2026-10-15"},
		{"working days of the pause only", "2026-09-18", Period{7, WorkingDays}, []Span{span("2026-09-24", "2026-09-29")}, "2026-10-08", "2026-10-08"},
		{"a pause over a break moves nothing", "2026-09-18", Period{7, WorkingDays}, []Span{span("2026-09-25", "2026-09-28")}, "2026-09-29", "2026-09-29"},
	}
	c := load(t)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := c.Due(Term{Start: MustDate(tt.start), Period: tt.p, Pauses: tt.pauses})
			want := Limit{Due: MustDate(tt.due), DueWide: MustDate(tt.wide)}
			if diff := cmp.Diff(want, got); err != nil || diff != "" {
				t.Errorf("%v %s (due %s)", err, diff, got.Due)
			}
		})
	}
}

func TestOpenPauseSuspends(t *testing.T) {
	c := load(t)
	start := MustDate("2026-08-03")
	for _, from := range []string{"2026-08-04", "2026-10-02", "2026-10-05", "2026-10-08"} {
		got, err := c.Due(Term{Start: start, Period: Period{60, CalendarDays}, Pauses: []Span{span(from, "")}})
		if err != nil || !got.Suspended || got.Due != 0 || got.DueWide != 0 {
			t.Errorf("open from %s: %+v %v", from, got, err)
		}
	}
	got, err := c.Due(Term{Start: start, Period: Period{60, CalendarDays}, Pauses: []Span{span("2026-10-09", "")}})
	if err != nil || got.Suspended || got.Due != MustDate("2026-10-08") {
		t.Errorf("opened after the end: %+v %v", got, err)
	}
}

func TestForeignPeriodDoesNotRoll(t *testing.T) {
	c := load(t)
	got, err := c.Due(Term{Start: MustDate("2026-09-16"), Period: Period{15, CalendarDays}, Roll: RollNone})
	if want := MustDate("2026-10-01"); err != nil || got != (Limit{Due: want, DueWide: want}) {
		t.Errorf("%+v %v", got, err)
	}
}

func TestRefusedTerms(t *testing.T) {
	c := load(t)
	day := MustDate("2026-05-05")
	good := Period{7, WorkingDays}
	for name, term := range map[string]Term{
		"no start":          {Period: good},
		"no length":         {Start: day, Period: Period{0, WorkingDays}},
		"negative":          {Start: day, Period: Period{-1, CalendarDays}},
		"no unit":           {Start: day, Period: Period{N: 1}},
		"too long":          {Start: day, Period: Period{MaxPeriod + 1, CalendarDays}},
		"too many years":    {Start: day, Period: Period{MaxPeriod, Years}},
		"ends after 2100":   {Start: day, Period: Period{MaxPeriod, CalendarDays}},
		"pause backwards":   {Start: day, Period: good, Pauses: []Span{{From: day + 5, To: day + 4}}},
		"pause out of time": {Start: day, Period: good, Pauses: []Span{{From: day, To: MaxDate + 1}}},
	} {
		if l, err := c.Due(term); !errors.Is(err, ErrPeriod) {
			t.Errorf("%s: %+v %v", name, l, err)
		}
		if _, err := c.Explain(term); !errors.Is(err, ErrPeriod) {
			t.Errorf("explain %s: %v", name, err)
		}
	}
}

func TestUnitText(t *testing.T) {
	for u := WorkingDays; u <= Years; u++ {
		b, err := u.MarshalText()
		var back Unit
		if err != nil || back.UnmarshalText(b) != nil || back != u {
			t.Errorf("%s: %v, back %s", b, err, back)
		}
	}
	var u Unit
	if _, err := u.MarshalText(); err == nil || u.UnmarshalText([]byte("weeks")) == nil {
		t.Error("an unknown unit was accepted")
	}
}

func BenchmarkDue(b *testing.B) {
	c := load(b)
	wd := Term{Start: MustDate("2026-01-05"), Period: Period{45, WorkingDays}}
	cd := Term{Start: MustDate("2026-08-03"), Period: Period{60, CalendarDays}}
	paused := cd
	paused.Pauses = []Span{span("2026-09-01", "2026-09-10")}
	for name, t := range map[string]Term{"45WD": wd, "60CD": cd, "60CD paused": paused} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := c.Due(t); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkAddWorkingDays(b *testing.B) {
	c := load(b)
	from := MustDate("2020-03-01")
	for _, n := range []int{7, 45, 1500} {
		b.Run(Period{n, WorkingDays}.String(), func(b *testing.B) {
			for b.Loop() {
				c.AddWorkingDays(from, n)
			}
		})
	}
}
