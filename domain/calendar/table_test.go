package calendar

import (
	"encoding/csv"
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/6tail/lunar-go/HolidayUtil"
)

// TestEveryDayAgainstLunarGo compares each day of the table with an independent
// library. The library also lists plain weekend days inside a break, which changes
// nothing in effect.
func TestEveryDayAgainstLunarGo(t *testing.T) {
	c := load(t)
	first, last := c.Range()
	if first != MustDate("2020-01-01") || last != MustDate("2026-12-31") || c.Version() != "CN-2026.1" {
		t.Fatalf("%s %s..%s", c.Version(), first, last)
	}
	for d := first; d <= last; d++ {
		wd := d.Weekday()
		weekend := wd == time.Saturday || wd == time.Sunday
		want := !weekend
		h := HolidayUtil.GetHoliday(d.String())
		if h != nil {
			want = h.IsWork()
		}
		if got, known := c.Working(d); got != want || !known {
			t.Errorf("%s: working %v, known %v; want %v", d, got, known, want)
		}
		if name, ok := c.Festival(d); ok && (h == nil || h.IsWork()) {
			t.Errorf("%s: %s is a festival here only", d, name)
		} else if !ok && h != nil && !h.IsWork() && !weekend {
			t.Errorf("%s: day off there only", d)
		}
		if makeUp := want && weekend; c.MakeUp(d) != makeUp {
			t.Errorf("%s: make-up %v, want %v", d, c.MakeUp(d), makeUp)
		}
	}
}

// TestEveryDayAgainstNotices compares with the export of the State Council's
// notices where that file is at hand.
func TestEveryDayAgainstNotices(t *testing.T) {
	dir := os.Getenv("FANGXIN_REALDATA")
	if dir == "" {
		dir = filepath.Join("..", "..", "..", "shared", "data")
	}
	f, err := os.Open(filepath.Join(dir, "holidays_cn.csv"))
	if errors.Is(err, os.ErrNotExist) {
		t.Log("no export of the notices; the library alone was compared")
		return
	}
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	compareWithNotices(t, load(t), rows[1:])
}

func compareWithNotices(t *testing.T, c *Calendar, rows [][]string) {
	t.Helper()
	off := 0
	for _, r := range rows {
		d, work := MustDate(r[0]), r[1] == "workday"
		if got, _ := c.Working(d); got != work {
			t.Errorf("%s %s: working %v", d, r[2], got)
		}
		name, ok := c.Festival(d)
		if ok == work || ok && name != r[2] {
			t.Errorf("%s: %q, the notice says %s %s", d, name, r[1], r[2])
		}
		if !work {
			off++
			if got := c.breakOf(d).notice; !strings.HasSuffix(r[3], strconv.Itoa(got)) {
				t.Errorf("%s: notice of %d, want %s", d, got, r[3])
			}
		}
	}
	first, last := c.Range()
	for d := first; d <= last; d++ {
		if _, ok := c.Festival(d); ok {
			off--
		}
	}
	if off != 0 {
		t.Errorf("%d days off are in the notices only", off)
	}
}

func TestWorkingDaysOfTheYears(t *testing.T) {
	c := load(t)
	for year, want := range map[int]int{2020: 249, 2021: 250, 2022: 249, 2023: 249, 2024: 251, 2025: 248, 2026: 248} {
		if got := c.WorkingDaysBetween(NewDate(year-1, 12, 31), NewDate(year, 12, 31)); got != want {
			t.Errorf("%d: %d working days, want %d", year, got, want)
		}
	}
}

func TestFestivalNames(t *testing.T) {
	c := load(t)
	if name, ok := c.Festival(MustDate("2025-10-06")); !ok || name != "国庆节、中秋节" {
		t.Errorf("%q", name)
	}
	if code, ok := c.FestivalCode(MustDate("2023-10-01")); !ok || code != "mid_autumn+national_day" {
		t.Errorf("%q", code)
	}
	if f, ok := c.FestivalByCode("qingming"); !ok || f.ZH != "清明节" || f.EN != "Qingming Festival" {
		t.Errorf("%+v", f)
	}
	for _, d := range []string{"2026-01-04", "2026-03-03", "2019-10-01", "2027-10-01"} {
		if name, ok := c.Festival(MustDate(d)); ok {
			t.Errorf("%s: %s", d, name)
		}
	}
}

func TestNextWorking(t *testing.T) {
	c := load(t)
	for from, want := range map[string]string{
		"2026-10-01": "2026-10-08", "2026-10-10": "2026-10-10", "2026-11-07": "2026-11-09",
		"2027-01-02": "2027-01-04", "2019-12-29": "2019-12-30",
	} {
		if got := c.NextWorking(MustDate(from)); got != MustDate(want) {
			t.Errorf("%s: %s, want %s", from, got, want)
		}
	}
}

const tinyTable = "calendar T-1\nrange 2026-01-01..2026-01-31\nfestival new_year 元旦 New Year's Day\nnotice 2026\n"

func TestParseRefuses(t *testing.T) {
	if _, err := Parse(strings.NewReader(tinyTable + "new_year off 01-01..01-03 work 01-04")); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{
		"empty":             "",
		"no range":          "calendar X\n",
		"no version":        "range 2026-01-01..2026-01-31\n",
		"two versions":      "calendar A\ncalendar B\n",
		"range backwards":   "calendar A\nrange 2026-01-31..2026-01-01\n",
		"range too long":    "calendar A\nrange 1900-01-01..2100-12-31\n",
		"bad date":          tinyTable + "new_year off 02-30",
		"outside the range": tinyTable + "new_year off 02-01",
		"unknown festival":  tinyTable + "harvest off 01-01",
		"named twice":       tinyTable + "new_year off 01-01 01-01",
		"break too long":    "calendar T\nrange 2026-01-01..2026-12-31\nfestival a b c\nnotice 2026\na off 01-01..03-01",
		"make-up on Monday": tinyTable + "new_year work 01-05",
		"neither":           tinyTable + "new_year 01-01 01-02",
		"before a notice":   "calendar A\nrange 2026-01-01..2026-01-31\nfestival a b c\na off 01-01",
		"festival twice":    tinyTable + "festival new_year 元旦 x",
		"plus in a code":    tinyTable + "festival a+b 元旦 x",
		"year":              tinyTable + "notice 26",
		"words":             tinyTable + "hello",
		"too big":           strings.Repeat("# x\n", maxTableBytes/4+1),
	} {
		if _, err := Parse(strings.NewReader(text)); !errors.Is(err, ErrTable) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// FuzzParse: whatever is read, counting and its inverse agree on it.
func FuzzParse(f *testing.F) {
	f.Add(embedded)
	f.Add(tinyTable + "new_year off 01-01..01-03 work 01-04")
	f.Add("calendar A\nrange 2026-01-01..2026-01-01\n")
	f.Add(tinyTable + "new_year off 01-01..01-03 statutory 01-01 work 01-04")
	f.Fuzz(func(t *testing.T, text string) {
		c, err := Parse(strings.NewReader(text))
		if err != nil {
			if !errors.Is(err, ErrTable) {
				t.Fatalf("untyped: %v", err)
			}
			return
		}
		first, last := c.Range()
		for _, d := range []Date{first - 1, first, (first + last) / 2, last, last + 1} {
			to, _ := c.AddWorkingDays(d, 9)
			if n := c.WorkingDaysBetween(d, to); n != 9 {
				t.Fatalf("%s + 9 WD = %s, counted back %d", d, to, n)
			}
		}
	})
}

// FuzzParseDate: what is accepted is exactly what String writes.
func FuzzParseDate(f *testing.F) {
	for _, s := range []string{"2026-02-28", "2024-02-29", "2023-02-29", "1900-01-01", "2100-12-31", "2101-01-01", "", "2026-2-28", "２０２６-01-01", "2026-00-10"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		d, err := ParseDate(s)
		if err != nil {
			if !errors.Is(err, ErrDate) || d != 0 {
				t.Fatalf("%q: %d %v", s, d, err)
			}
			return
		}
		want, terr := time.Parse(time.DateOnly, s)
		if terr != nil || d.String() != s || d < MinDate || d > MaxDate || NewDate(want.Date()) != d {
			t.Fatalf("%q read as %s (%v)", s, d, terr)
		}
		var back Date
		if b, err := d.MarshalText(); err != nil || back.UnmarshalText(b) != nil || back != d {
			t.Fatalf("%q does not survive its text form", s)
		}
	})
}

func TestAddMonths(t *testing.T) {
	for _, tt := range []struct {
		from string
		n    int
		want string
	}{
		{"2026-01-31", 1, "2026-02-28"}, {"2024-01-31", 1, "2024-02-29"}, {"2026-12-15", 1, "2027-01-15"},
		{"2026-03-31", -1, "2026-02-28"}, {"2026-08-31", 6, "2027-02-28"}, {"2026-01-30", 0, "2026-01-30"},
	} {
		if got := MustDate(tt.from).AddMonths(tt.n); got != MustDate(tt.want) {
			t.Errorf("%s + %d months = %s, want %s", tt.from, tt.n, got, tt.want)
		}
	}
}
