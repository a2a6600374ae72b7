package statute

import (
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"fangxin/domain/calendar"
)

// constants gives the values of the string constants whose names begin with prefix,
// as the sources of the package at dir declare them.
func constants(t *testing.T, dir, prefix string) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		f, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(f, func(n ast.Node) bool {
			spec, ok := n.(*ast.ValueSpec)
			if !ok || len(spec.Values) != 1 || !strings.HasPrefix(spec.Names[0].Name, prefix) {
				return true
			}
			if lit, ok := spec.Values[0].(*ast.BasicLit); ok && lit.Kind == token.STRING {
				s, _ := strconv.Unquote(lit.Value)
				out = append(out, s)
			}
			return true
		})
	}
	if len(out) == 0 {
		t.Errorf("no constants %s…", prefix)
	}
	return out
}

// TestEveryCodeHasAName: whatever a rule, a clock or an explanation can carry has a
// name in both languages, and every name is of a code that can come out.
func TestEveryCodeHasAName(t *testing.T) {
	c := load(t)
	used := map[string][]string{
		"pause":   constants(t, ".", "Pause"),
		"place":   constants(t, ".", "Place"),
		"need":    constants(t, ".", "Need"),
		"notice":  {},
		"outcome": constants(t, ".", "Outcome"), "circumstance": constants(t, ".", "When"),
		"day":         {string(calendar.Weekend), string(calendar.FestivalBreak), string(calendar.Paused), string(calendar.MakeUpDay)},
		"unit":        {},
		"mark":        {string(Verified), string(Recalled), string(Unsure), string(Design)},
		"ground_kind": {string(Decline), string(Terminate)},
		"refinement":  {string(RefinePeriod), string(RefineFactor), string(RefineChannel), string(RefineDaysOff), string(RefineSettle)},
		"fact":        {}, "recipient": {}, "content": {}, "set_by": {}, "fact_displacing": {BodyDesignated},
		// closed lists of the law that people choose from
		"definition": nil, "body": nil, "suspicion": nil, "recusal": nil, "agreement": nil, "designation": nil, "override_reason": nil,
	}
	for u := calendar.WorkingDays; u <= calendar.Years; u++ {
		used["unit"] = append(used["unit"], u.String())
	}
	for _, r := range c.clocks {
		used["fact"] = append(used["fact"], r.Starts, r.MetBy)
	}
	for _, d := range c.dates {
		used["fact"] = append(used["fact"], d.Starts, d.MetBy)
		used["set_by"] = append(used["set_by"], d.SetBy)
	}
	for _, m := range c.measures {
		used["fact"] = append(used["fact"], m.Starts, m.Ends)
	}
	for _, rs := range c.ruleSets {
		for _, n := range rs.Notices {
			used["notice"] = append(used["notice"], n.Kind)
			used["recipient"] = append(used["recipient"], n.Recipients...)
			used["content"] = append(used["content"], n.Contents...)
		}
	}
	for list, codes := range used {
		for _, code := range codes {
			if w, ok := c.Vocabulary().Name(list, code); !ok || w.ZH == "" || w.EN == "" {
				t.Errorf("%s %q has no name", list, code)
			}
		}
		for _, w := range c.Vocabulary().Names[list] {
			if codes != nil && !slices.Contains(codes, w.Code) {
				t.Errorf("%s %q is a name of nothing", list, w.Code)
			}
		}
	}
	for list := range maps.Keys(c.Vocabulary().Names) {
		if _, ok := used[list]; !ok {
			t.Errorf("list %s belongs to nothing", list)
		}
	}
}

// TestConstantsAreInTheData: a code that the program asks for stands in the data, so
// that no question is answered with silence because of a slip.
func TestConstantsAreInTheData(t *testing.T) {
	c := load(t)
	for _, id := range constants(t, ".", "Clock") {
		if !slices.ContainsFunc(c.clocks, func(r ClockRule) bool { return r.ID == id }) {
			t.Errorf("clock %s", id)
		}
	}
	for _, code := range constants(t, ".", "Date") {
		if _, ok := find(c.dates, code); !ok {
			t.Errorf("date %s", code)
		}
	}
	for _, code := range constants(t, ".", "Measure") {
		if _, ok := find(c.measures, code); !ok {
			t.Errorf("measure %s", code)
		}
	}
	for _, code := range constants(t, ".", "Respondent") {
		if _, ok := find(c.competence, code); !ok {
			t.Errorf("respondent %s", code)
		}
	}
	for _, code := range constants(t, ".", "Read") {
		if r, ok := c.Reading(code); !ok || len(r.Options) == 0 {
			t.Errorf("reading %s", code)
		}
	}
	for _, code := range provisionConstants(t) {
		if _, ok := find(c.provisions, code); !ok {
			t.Errorf("provision %s", code)
		}
	}
	for _, kind := range constants(t, ".", "Notice") {
		if _, ok := at(t, c, "2026-05-06").Notice(kind); !ok {
			t.Errorf("notice %s", kind)
		}
	}
}

// provisionConstants are the constants of provision.go that no other list has.
func provisionConstants(t *testing.T) []string {
	t.Helper()
	f, err := parser.ParseFile(token.NewFileSet(), "provision.go", nil, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	ast.Inspect(f, func(n ast.Node) bool {
		if spec, ok := n.(*ast.ValueSpec); ok && spec.Type == nil && len(spec.Values) == 1 {
			if lit, ok := spec.Values[0].(*ast.BasicLit); ok {
				s, _ := strconv.Unquote(lit.Value)
				out = append(out, s)
			}
		}
		return true
	})
	if len(out) < 25 {
		t.Errorf("only %v", out)
	}
	return out
}

// TestReadings: every open question has its strict and its wide answer, and what
// rests on memory says so.
func TestReadings(t *testing.T) {
	c := load(t)
	if got := len(c.Readings()); got != 6 {
		t.Errorf("%d readings", got)
	}
	r, _ := c.Reading(ReadRestAtEnd)
	if r.Strict != "notice_days" || r.Wide != "every_day_off" || len(r.Options) != 3 {
		t.Errorf("%+v", r)
	}
	if o, ok := r.Option("statutory_days"); !ok || o.ZH == "" {
		t.Errorf("%+v", o)
	}
	if _, ok := c.Reading("weather"); ok {
		t.Error("an unknown reading was found")
	}
}

// TestMeasure: days since first intake, working days by the calendar.
func TestMeasure(t *testing.T) {
	cal := loadCalendar(t)
	m, ok := at(t, load(t), "2026-09-18").Measure(MeasureSinceIntake)
	if !ok || m.Count(cal, day("2026-09-18"), day("2026-09-29")) != 7 {
		t.Errorf("%+v", m)
	}
	m.Unit = calendar.CalendarDays
	if n := m.Count(cal, day("2026-09-18"), day("2026-09-29")); n != 11 {
		t.Errorf("%d days", n)
	}
}
