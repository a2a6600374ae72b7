package calendar

import (
	"errors"
	"strings"
	"testing"

	"github.com/6tail/lunar-go/calendar"
	"pgregory.net/rapid"
)

// TestStatutoryDays compares the festivals' own days with the sun and the moon: 11 a
// year to 2024, 13 from 2025 (全国年节及纪念日放假办法).
func TestStatutoryDays(t *testing.T) {
	c := load(t)
	for year := 2020; year <= 2026; year++ {
		own := map[Date]bool{NewDate(year, 1, 1): true, NewDate(year, 5, 1): true}
		lunar := func(month, day int) Date {
			return MustDate(calendar.NewLunarFromYmd(year, month, day).GetSolar().ToYmd())
		}
		spring := lunar(1, 1)
		for _, d := range []Date{spring, spring + 1, spring + 2, lunar(5, 5), lunar(8, 15), NewDate(year, 10, 1), NewDate(year, 10, 2), NewDate(year, 10, 3),
			MustDate(calendar.NewLunarFromYmd(year, 3, 1).GetJieQiTable()["清明"].ToYmd())} {
			own[d] = true
		}
		if year >= 2025 {
			own[spring-1], own[NewDate(year, 5, 2)] = true, true
		}
		for d := NewDate(year, 1, 1); d <= NewDate(year, 12, 31); d++ {
			if c.Statutory(d) != own[d] {
				t.Errorf("%s: statutory %v", d, c.Statutory(d))
			}
		}
	}
}

// TestStatutoryOnly: on that reading a period ends on a day in lieu.
func TestStatutoryOnly(t *testing.T) {
	c, err := load(t).StatutoryOnly()
	if err != nil || c.Version() != "CN-2026.1/statutory" {
		t.Fatalf("%s %v", c.Version(), err)
	}
	for _, tt := range []struct{ start, due, wide string }{
		{"2026-08-03", "2026-10-04", "2026-10-08"}, // raw 10-02, of the festival to 10-03
		{"2026-08-06", "2026-10-05", "2026-10-08"}, // raw 10-05, in lieu
		{"2026-07-27", "2026-09-26", "2026-09-28"}, // raw 09-25, Mid-Autumn itself
	} {
		got, err := c.Due(Term{Start: MustDate(tt.start), Period: Period{60, CalendarDays}})
		if err != nil || got.Due != MustDate(tt.due) || got.DueWide != MustDate(tt.wide) {
			t.Errorf("%s: %s, %s, %v", tt.start, got.Due, got.DueWide, err)
		}
	}
	if again, err := c.StatutoryOnly(); err != nil || again != c {
		t.Errorf("%v", err)
	}
	bare, err := Parse(strings.NewReader(tinyTable + "new_year off 01-01..01-03 work 01-04"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := bare.StatutoryOnly(); !errors.Is(err, ErrTable) {
		t.Errorf("a table without statutory days: %v", err)
	}
	for _, text := range []string{"new_year statutory 01-01", "new_year off 01-01 statutory 01-01 01-01", "new_year off 01-01 statutory 01-02", "new_year work 01-04 statutory 01-04"} {
		if _, err := Parse(strings.NewReader(tinyTable + text)); !errors.Is(err, ErrTable) {
			t.Errorf("%q: %v", text, err)
		}
	}
}

func naadam(off ...string) LocalBreak {
	b := LocalBreak{Festival: Festival{Code: "naadam", ZH: "那达慕", EN: "Naadam"}}
	for _, s := range off {
		b.Off = append(b.Off, MustDate(s))
	}
	return b
}

// TestWithLocal: 全国年节及纪念日放假办法 art 4; the wide date moves, the strict one does not.
func TestWithLocal(t *testing.T) {
	c, err := load(t).WithLocal("T.1", []LocalBreak{naadam("2026-08-03", "2026-08-04", "2027-08-04")})
	if err != nil || c.Version() != "CN-2026.1+T.1" {
		t.Fatalf("%v", err)
	}
	for _, tt := range []struct {
		start     string
		p         Period
		due, wide string
	}{
		{"2026-07-30", Period{7, WorkingDays}, "2026-08-10", "2026-08-12"},
		{"2026-06-03", Period{60, CalendarDays}, "2026-08-02", "2026-08-05"},
		{"2026-09-18", Period{7, WorkingDays}, "2026-09-29", "2026-09-29"},
	} {
		term := Term{Start: MustDate(tt.start), Period: tt.p}
		got, err := c.Due(term)
		if err != nil || got.Due != MustDate(tt.due) || got.DueWide != MustDate(tt.wide) {
			t.Errorf("%s: %s %s %v", tt.start, got.Due, got.DueWide, err)
		}
		e, err := c.Explain(term)
		if err != nil || e.Limit() != got || (e.Strict != nil) != (tt.due != tt.wide) {
			t.Errorf("explained %+v %v", e, err)
		}
	}
	if w, known := c.Working(MustDate("2026-08-03")); !w || !known {
		t.Error("the strict reading knows no local festival")
	}
	if name, ok := c.Local().Festival(MustDate("2026-08-03")); !ok || name != "那达慕" {
		t.Errorf("%q", name)
	}
	if load(t).Local().Version() != "CN-2026.1" {
		t.Error("a calendar without local festivals")
	}
	both, err := c.StatutoryOnly()
	if err != nil || both.Version() != "CN-2026.1+T.1/statutory" || both.Local().Version() != both.Version() {
		t.Errorf("%v", err)
	}
	open, err := c.Due(Term{Start: MustDate("2026-06-03"), Period: Period{60, CalendarDays}, Pauses: []Span{span("2026-08-05", "")}})
	if err != nil || !open.Suspended || open.Due != 0 {
		t.Errorf("a pause that opens while the wide end rolls: %+v %v", open, err)
	}
	foreign := Term{Start: MustDate("2026-07-19"), Period: Period{15, CalendarDays}, Roll: RollNone}
	if got, err := c.Due(foreign); err != nil || got.DueWide != MustDate("2026-08-03") {
		t.Errorf("a foreign period knows no local festival: %+v %v", got, err)
	}
	if e, err := c.Explain(foreign); err != nil || e.Strict != nil {
		t.Errorf("%+v %v", e, err)
	}
}

func TestWithLocalRefuses(t *testing.T) {
	c := load(t)
	local, err := c.WithLocal("T.1", nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := local.WithLocal("T.2", nil); !errors.Is(err, ErrTable) {
		t.Errorf("twice: %v", err)
	}
	taken, unnamed, signs := naadam(), naadam(), naadam()
	taken.Code, unnamed.EN, signs.Code = "qingming", "", "a+b"
	for name, breaks := range map[string][]LocalBreak{
		"code taken": {taken}, "no name": {unnamed}, "code with a sign": {signs}, "twice": {naadam(), naadam()},
		"too many": {{Festival: naadam().Festival, Off: make([]Date, maxLocalDays+1)}},
	} {
		if _, err := c.WithLocal("T.1", breaks); !errors.Is(err, ErrTable) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, version := range []string{"", strings.Repeat("v", 200)} {
		if _, err := c.WithLocal(version, nil); !errors.Is(err, ErrTable) {
			t.Errorf("version %q: %v", version, err)
		}
	}
}

// TestOtherReadings: on every reading the strict date is not after the wide one;
// days in lieu that do not count make it earlier only, local festivals move the wide
// date later only.
func TestOtherReadings(t *testing.T) {
	c := load(t)
	strict, err := c.StatutoryOnly()
	if err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(t *rapid.T) {
		b := naadam()
		for range rapid.IntRange(1, 8).Draw(t, "days off") {
			b.Off = append(b.Off, anyDate().Draw(t, "off"))
		}
		local, err := c.WithLocal("T.1", []LocalBreak{b})
		if err != nil {
			t.Fatal(err)
		}
		term := anyTerm().Draw(t, "term")
		plain, s, w := due(t, c, term), due(t, strict, term), due(t, local, term)
		if s.Due > plain.Due || s.DueWide != plain.DueWide {
			t.Fatalf("statutory days only: %+v, else %+v", s, plain)
		}
		if w.Due != plain.Due || w.DueWide < plain.DueWide {
			t.Fatalf("with local festivals %+v, without %+v", w, plain)
		}
		e, err := local.Explain(term)
		if err != nil || e.Limit() != w {
			t.Fatalf("explained %+v, computed %+v, %v", e, w, err)
		}
	})
}

func BenchmarkDueLocal(b *testing.B) {
	c, err := load(b).WithLocal("T.1", []LocalBreak{naadam("2026-08-03")})
	if err != nil {
		b.Fatal(err)
	}
	term := Term{Start: MustDate("2026-07-30"), Period: Period{7, WorkingDays}}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := c.Due(term); err != nil {
			b.Fatal(err)
		}
	}
}
