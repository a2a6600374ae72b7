package program

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"fangxin/domain/calendar"
)

// put writes a file into a new folder and returns both.
func put(t *testing.T, name, text string) (folder, file string) {
	t.Helper()
	folder = t.TempDir()
	file = filepath.Join(folder, name)
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return folder, file
}

const festivals = `festival new_year 元旦 New Year's Day
festival spring_festival 春节 Spring Festival
festival qingming 清明节 Qingming Festival
festival labour_day 劳动节 Labour Day
festival dragon_boat 端午节 Dragon Boat Festival
festival mid_autumn 中秋节 Mid-Autumn Festival
festival national_day 国庆节 National Day
`

const calendar2027 = "calendar CN-TEST-2027\nrange 2020-01-01..2027-12-31\n" + festivals + "notice 2027\nnew_year off 01-01..01-03 work 01-09\n"

func TestTheLatestCalendarCounts(t *testing.T) {
	folder, file := put(t, "cn-2027.txt", calendar2027)
	for _, path := range []string{folder, file} {
		law, err := loadLaw(Config{Lanes: "department", Calendar: path})
		if err != nil || law.Calendar.Version() != "CN-TEST-2027" || law.CalendarIn("150102") != law.Calendar {
			t.Errorf("%s: %v", path, err)
		}
	}
	own, err := loadLaw(Config{Lanes: "department"})
	if err != nil {
		t.Fatal(err)
	}
	if free, _ := own.Calendar.Working(calendar.MustDate("2027-01-09")); free {
		t.Error("the program's own calendar knows 2027")
	}
}

// What cannot be read, or cannot hold, is told in one line that names the file.
func TestLawFilesAreChecked(t *testing.T) {
	short, _ := put(t, "x.txt", "calendar X-1\nrange 2020-01-01..2026-01-31\n")
	twice, _ := put(t, "x.txt", strings.Replace(calendar2027, "CN-TEST-2027", "CN-2026.1", 1))
	broken, _ := put(t, "x.json", `{"version":`)
	against, _ := put(t, "x.json", `{"version":"X-1","title":{"zh":"甲","en":"a"},"laws":[{"id":"L-1","title":{"zh":"甲","en":"a"},"from":"2026-05-01","mark":"verified","from_mark":"verified"}],"refinements":[`+
		`{"id":"r","kind":"period","region":"1501","from":"2026-05-01","clock":"CP.ACCEPT","period":{"n":9,"unit":"WD"},"citations":["L-1 1"],"mark":"verified"}]}`)
	for name, c := range map[string]Config{
		"a calendar that knows less":     {Calendar: short},
		"another calendar, same version": {Calendar: twice},
		"no calendar":                    {Calendar: filepath.Join(short, "none")},
		"no calendars":                   {Calendar: t.TempDir()},
		"no JSON":                        {Refinements: broken},
		"more time than the law gives":   {Refinements: against},
		"no folder":                      {Refinements: filepath.Join(broken, "none")},
		"no files":                       {Refinements: t.TempDir()},
	} {
		c.Lanes = "department"
		if _, err := loadLaw(c); err == nil || strings.Contains(err.Error(), "\n") || len(err.Error()) > 400 {
			t.Errorf("%s: %v", name, err)
		}
	}
}
