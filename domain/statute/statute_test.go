package statute

import (
	"encoding/json"
	"errors"
	"io/fs"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"fangxin/domain/calendar"
)

func load(t testing.TB) *Catalogue {
	t.Helper()
	c, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func loadCalendar(t testing.TB) *calendar.Calendar {
	t.Helper()
	cal, err := calendar.Load()
	if err != nil {
		t.Fatal(err)
	}
	return cal
}

func at(t testing.TB, c *Catalogue, day string) RuleSet {
	t.Helper()
	rs, err := c.At(calendar.MustDate(day))
	if err != nil {
		t.Fatal(err)
	}
	return rs
}

// TestRuleSetByFilingDate: ORD-20 art 40, REG-778 art 53, ORD-121 art 46.
func TestRuleSetByFilingDate(t *testing.T) {
	c := load(t)
	for _, tt := range []struct{ day, set, mediation string }{
		{"2020-01-01", "ORD-20", ClockMediateM1},
		{"2024-06-30", "ORD-20", ClockMediateM1},
		{"2024-07-01", "ORD-20+REG-778", ClockMediateM2},
		{"2026-04-14", "ORD-20+REG-778", ClockMediateM2},
		{"2026-04-15", "ORD-121", ClockMediateM3},
		{"2100-12-31", "ORD-121", ClockMediateM3},
	} {
		rs := at(t, c, tt.day)
		if rs.ID != tt.set || rs.Mediation().ID != tt.mediation || rs.Accepting().ID != ClockAccept {
			t.Errorf("%s: %s, %s", tt.day, rs.ID, rs.Mediation().ID)
		}
	}
	if _, err := c.At(calendar.MustDate("2019-12-31")); !errors.Is(err, ErrNoRuleSet) {
		t.Errorf("before 2020: %v", err)
	}
	if _, err := c.Named("ORD-19"); !errors.Is(err, ErrNoRuleSet) {
		t.Errorf("unknown name: %v", err)
	}
	if rs, err := c.Named("CFPB"); err != nil || !rs.Foreign() || rs.Mediation().ID != "" {
		t.Errorf("CFPB: %+v %v", rs, err)
	}
}

// TestClockVectors has every vector of acceptance, mediation and returns, each under
// the rule set of its filing day.
func TestClockVectors(t *testing.T) {
	tests := []struct {
		article      string
		filed, start string
		clock        string
		due, wide    string
		provisional  bool
	}{
		{"ORD-121 15", "2026-09-18", "2026-09-18", ClockAccept, "2026-09-29", "", false},
		{"ORD-20 14", "2026-02-10", "2026-02-10", ClockAccept, "2026-02-26", "", false},
		{"ORD-121 15, 45", "2026-04-30", "2026-04-30", ClockAccept, "2026-05-13", "", false},
		{"ORD-121 15, 45", "2026-05-08", "2026-05-08", ClockAccept, "2026-05-18", "", false},
		{"ORD-20 14", "2026-01-01", "2026-01-01", ClockAccept, "2026-01-12", "", false},
		{"ORD-20 14", "2025-09-25", "2025-09-25", ClockAccept, "2025-10-11", "", false},
		{"ORD-20 14", "2025-01-24", "2025-01-24", ClockAccept, "2025-02-10", "", false},
		{"ORD-20 14", "2024-02-05", "2024-02-05", ClockAccept, "2024-02-20", "", false},
		{"ORD-20 14", "2024-09-10", "2024-09-10", ClockAccept, "2024-09-20", "", false},
		{"ORD-20 14", "2023-04-20", "2023-04-20", ClockAccept, "2023-04-28", "", false},
		{"ORD-20 14", "2020-01-22", "2020-01-22", ClockAccept, "2020-02-10", "", false},
		{"ORD-121 15, 2027 unknown", "2026-12-28", "2026-12-28", ClockAccept, "2027-01-06", "", true},
		{"PENPROC 18", "2026-09-14", "2026-09-14", "TIP.CHECK", "2026-10-10", "", false},
		{"ORD-20 21(5)", "2024-06-20", "2024-06-28", ClockMediateM1, "2024-08-30", "", false},
		{"REG-778 46 before ORD-20 21(5)", "2025-12-30", "2026-01-05", ClockMediateM2, "2026-03-06", "", false},
		{"ORD-121 23(5), 45", "2026-07-30", "2026-08-03", ClockMediateM3, "2026-10-08", "", false},
		{"ORD-121 23(5), 45", "2026-07-20", "2026-07-27", ClockMediateM3, "2026-09-28", "", false},
		{"ORD-121 23(5), 45, a plain Sunday", "2026-06-01", "2026-06-03", ClockMediateM3, "2026-08-02", "2026-08-03", false},
		{"ORD-121 23", "2026-09-18", "2026-09-18", ClockTermNotice, "2026-09-29", "", false},
		{"CRPL 25, civil code 203", "2026-09-24", "2026-09-24", "RET.WINDOW", "2026-10-08", "", false},
		{"CRPL 25, civil code 203", "2026-05-24", "2026-05-24", "RET.WINDOW", "2026-05-31", "2026-06-01", false},
	}
	c, cal := load(t), loadCalendar(t)
	for _, tt := range tests {
		t.Run(tt.clock+" "+tt.article+" "+tt.start, func(t *testing.T) {
			rule, ok := at(t, c, tt.filed).Clock(tt.clock)
			if !ok {
				t.Fatal("no such clock in the rule set")
			}
			if tt.wide == "" {
				tt.wide = tt.due
			}
			want := Clock{
				Rule: tt.clock, StartedOn: calendar.MustDate(tt.start), Due: calendar.MustDate(tt.due),
				DueWide: calendar.MustDate(tt.wide), Provisional: tt.provisional, Calendar: "CN-2026.1",
			}
			got, err := Compute(cal, rule, want.StartedOn, nil)
			if diff := cmp.Diff(want, got); err != nil || diff != "" {
				t.Errorf("%v %s", err, diff)
			}
			e, err := Explain(cal, rule, want.StartedOn, nil)
			if diff := cmp.Diff(want, e.Clock); err != nil || diff != "" {
				t.Errorf("explained: %v %s", err, diff)
			}
		})
	}
}

// TestExtendedCheck: 15 WD and 15 more with a head's approval (PENPROC 18).
func TestExtendedCheck(t *testing.T) {
	rule, _ := at(t, load(t), "2026-09-14").Clock("TIP.CHECK")
	got, err := Compute(loadCalendar(t), rule.Extended(), calendar.MustDate("2026-09-14"), nil)
	if err != nil || got.Due != calendar.MustDate("2026-10-30") {
		t.Errorf("%+v %v", got, err)
	}
	if rule.Periods[0].N != 15 {
		t.Error("the catalogue was changed")
	}
	accept := at(t, load(t), "2026-09-14").Accepting()
	if diff := cmp.Diff(accept, accept.Extended()); diff != "" {
		t.Error(diff)
	}
}

// TestPausesByCause: appraisal stops the mediation period (ORD-121 22); recusal only
// suspends sessions (ORD-121 21); nothing stops the acceptance period (ORD-121 15).
func TestPausesByCause(t *testing.T) {
	cal, rs := loadCalendar(t), at(t, load(t), "2026-04-20")
	start := calendar.MustDate("2026-04-20")
	pause := func(cause string) []Pause {
		return []Pause{{cause, calendar.Span{From: calendar.MustDate("2026-05-11"), To: calendar.MustDate("2026-05-21")}}}
	}
	plain, err := Compute(cal, rs.Mediation(), start, nil)
	if err != nil {
		t.Fatal(err)
	}
	appraised, err := Compute(cal, rs.Mediation(), start, pause(PauseAppraisal))
	if err != nil || appraised.Due != calendar.MustDate("2026-06-29") {
		t.Errorf("appraisal: %+v %v", appraised, err)
	}
	recused, err := Explain(cal, rs.Mediation(), start, pause(PauseRecusal))
	if err != nil || recused.Clock != plain || len(recused.Ignored) != 1 {
		t.Errorf("recusal: %+v %v", recused, err)
	}
	open := []Pause{{PauseAppraisal, calendar.Span{From: calendar.MustDate("2026-05-11")}}}
	if got, err := Compute(cal, rs.Mediation(), start, open); err != nil || !got.Suspended || got.Due != 0 {
		t.Errorf("open: %+v %v", got, err)
	}
	accept, err := Compute(cal, rs.Accepting(), start, []Pause{{PauseAppraisal, calendar.Span{From: start + 1}}})
	if err != nil || accept.Suspended {
		t.Errorf("acceptance: %+v %v", accept, err)
	}
}

// TestMediationM2Explained: both periods are shown, the binding one is named.
func TestMediationM2Explained(t *testing.T) {
	rs := at(t, load(t), "2026-01-05")
	e, err := Explain(loadCalendar(t), rs.Mediation(), calendar.MustDate("2026-01-05"), nil)
	if err != nil || len(e.Periods) != 2 || e.Binding != 1 || e.BindingWide != 1 {
		t.Fatalf("%+v %v", e, err)
	}
	if e.Periods[0].Due != calendar.MustDate("2026-03-13") || e.Periods[1].Due != e.Due {
		t.Errorf("%s, %s", e.Periods[0].Due, e.Periods[1].Due)
	}
	var laws []string
	for _, x := range e.Citations {
		laws = append(laws, x.String())
	}
	if diff := cmp.Diff([]string{"REG-778 46", "REG-778 47", "ORD-20 21(5)"}, laws); diff != "" {
		t.Error(diff)
	}
	if len(e.By) != 2 || cited(e.By[0]) != "ORD-20 21(5), ORD-20 20 [recalled]" || cited(e.By[1]) != "REG-778 46, REG-778 47" {
		t.Errorf("where each period stands: %v", e.By)
	}
	if len(e.Counting) != 2 || e.Counting[0].String() != "CIVIL-CODE 201" {
		t.Errorf("counting: %v", e.Counting)
	}
	if len(e.Notes) == 0 || e.Notes[0].Mark != Design {
		t.Errorf("that the earlier of the two counts is a decision of this project: %+v", e.Notes)
	}
}

// TestForeignClocks: 15 and 60 CD, shown, never enforced, never moved by Chinese
// holidays.
func TestForeignClocks(t *testing.T) {
	rs, err := load(t).Named("CFPB")
	if err != nil {
		t.Fatal(err)
	}
	for id, want := range map[string]string{ClockCFPBRespond: "2019-10-05", ClockCFPBFinal: "2019-11-19"} {
		rule, ok := rs.Clock(id)
		if !ok || rule.Enforced || rule.Mark != Recalled {
			t.Fatalf("%s: %+v", id, rule)
		}
		got, err := Compute(loadCalendar(t), rule, calendar.MustDate("2019-09-20"), nil)
		day := calendar.MustDate(want)
		if diff := cmp.Diff(Clock{Rule: id, StartedOn: calendar.MustDate("2019-09-20"), Due: day, DueWide: day}, got); err != nil || diff != "" {
			t.Errorf("%v %s", err, diff)
		}
	}
}

func TestComputeRefuses(t *testing.T) {
	cal, rule := loadCalendar(t), at(t, load(t), "2026-05-05").Accepting()
	if _, err := Compute(cal, rule, 0, nil); !errors.Is(err, calendar.ErrPeriod) {
		t.Errorf("no start: %v", err)
	}
	if _, err := Explain(cal, rule, 0, nil); !errors.Is(err, calendar.ErrPeriod) {
		t.Errorf("explained without start: %v", err)
	}
	if _, err := Compute(cal, ClockRule{}, calendar.MustDate("2026-05-05"), nil); !errors.Is(err, calendar.ErrPeriod) {
		t.Errorf("no rule: %v", err)
	}
}

func TestClockJSON(t *testing.T) {
	for _, want := range []Clock{
		{Rule: ClockAccept, StartedOn: 739000, Due: 739010, DueWide: 739011, Provisional: true, Calendar: "CN-2026.1"},
		{Rule: ClockMediateM3, StartedOn: 739000, Suspended: true, Calendar: "CN-2026.1"},
	} {
		b, err := json.Marshal(want)
		if err != nil {
			t.Fatal(err)
		}
		var got Clock
		if err := json.Unmarshal(b, &got); err != nil || got != want {
			t.Errorf("%s: %+v %v", b, got, err)
		}
	}
}

// TestDataRoundTrip: nothing in a data file is lost by reading and writing it.
func TestDataRoundTrip(t *testing.T) {
	c := load(t)
	for _, part := range c.parts() {
		name := part.name
		written, err := json.Marshal(part.into)
		if err != nil {
			t.Fatal(err)
		}
		file, err := data.ReadFile("data/" + name + ".json")
		if err := errors.Join(err, checkKeys(file)); err != nil {
			t.Fatal(err)
		}
		var want, got any
		if err := errors.Join(json.Unmarshal(file, &want), json.Unmarshal(written, &got)); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

func TestDecodeIsStrict(t *testing.T) {
	for _, text := range []string{
		`[{"id":"X","colour":"red"}]`, `[{"id":"X","id":"Y"}]`, `[{"ID":"X"}]`, `[{"title":{"zh":"甲","zh":"乙"}}]`,
		strings.Repeat("[", 40) + strings.Repeat("]", 40), `[{"":1}]`, `[] []`, `[`, `{}`, `[{"mark":1}]`, `[{"citations":["ORD-121"]}]`,
		`[{"citations":["ORD-121 15 [perhaps]"]}]`, `[{"periods":[{"n":7,"unit":"weeks"}]}]`,
	} {
		var into []ClockRule
		if err := decodeOutside([]byte(text), &into); err == nil {
			t.Errorf("%s was read as %+v", text, into)
		}
	}
}

// TestCheckFindsFaults breaks the data in one place at a time.
func TestCheckFindsFaults(t *testing.T) {
	for name, spoil := range map[string]func(*Catalogue){
		"gap between rule sets":     func(c *Catalogue) { c.ruleSets[0].To-- },
		"overlap":                   func(c *Catalogue) { c.ruleSets[0].To++ },
		"no open rule set":          func(c *Catalogue) { c.ruleSets[2].To = calendar.MaxDate },
		"unknown clock":             func(c *Catalogue) { c.ruleSets[0].ClockIDs = append(c.ruleSets[0].ClockIDs, "X") },
		"clock without citation":    func(c *Catalogue) { c.clocks[0].Citations = nil },
		"clock named twice":         func(c *Catalogue) { c.clocks = append(c.clocks, c.clocks[0]) },
		"no period":                 func(c *Catalogue) { c.clocks[0].Periods = nil },
		"unknown law":               func(c *Catalogue) { c.clocks[0].Citations = []Citation{{"X", "1", Verified}} },
		"repealed law":              func(c *Catalogue) { c.ruleSets[2].Laws = append(c.ruleSets[2].Laws, "ORD-20") },
		"ground cites another time": func(c *Catalogue) { c.grounds[0].RuleSets = []string{"ORD-121"} },
		"mark unknown":              func(c *Catalogue) { c.laws[0].Mark = "sure" },
		"one language only":         func(c *Catalogue) { c.grounds[0].Title.EN = "" },
		"policy opens a secret":     func(c *Catalogue) { c.policies[0].Fields = append(c.policies[0].Fields, "consumer_id") },
		"bands do not rise":         func(c *Catalogue) { c.policies[0].AmountBands = []int64{0, 5, 5} },
		"category named twice":      func(c *Catalogue) { c.words.Categories = append(c.words.Categories, c.words.Categories[0]) },
		"unknown form":              func(c *Catalogue) { c.ruleSets[2].Notices[0].Form = 11 },
		"notice by unknown clock":   func(c *Catalogue) { c.ruleSets[2].Notices[0].Clock = "CP.X" },
		"notice to a stranger":      func(c *Catalogue) { c.ruleSets[2].Notices[0].Recipients = []string{"neighbour"} },
		"notice by unknown channel": func(c *Catalogue) { c.ruleSets[2].Notices[0].Channels = []string{"pigeon"} },
		"fact without name":         func(c *Catalogue) { c.clocks[0].Starts = "moonrise" },
		"pause without name":        func(c *Catalogue) { c.clocks[2].PausableBy = []string{"sleep"} },
		"reminder enforced":         func(c *Catalogue) { c.clocks[0].Enforced = true },
		"rests on doubt":            func(c *Catalogue) { c.clocks[0].Mark = Unsure },
		"provision twice":           func(c *Catalogue) { c.provisions = append(c.provisions, c.provisions[0]) },
		"provision of no law there": func(c *Catalogue) { c.provisions[0].Citations = []Citation{{"ORD-121", "9", Verified}} },
		"provision nowhere":         func(c *Catalogue) { c.provisions[0].RuleSets = nil },
		"provision of foreign data": func(c *Catalogue) { c.provisions[0].RuleSets = []string{"CFPB"} },
		"need without name":         func(c *Catalogue) { c.fields[0].Need = "nice" },
		"place without name":        func(c *Catalogue) { c.competence[0].Places = []string{"moon"} },
		"competence without place":  func(c *Catalogue) { c.competence[0].Places = nil },
		"matter ends first":         func(c *Catalogue) { c.scope[0].From, c.scope[0].To = 20, 10 },
		"date is a clock":           func(c *Catalogue) { c.dates[0].Code = ClockAccept },
		"reading without answer":    func(c *Catalogue) { c.readings[0].Strict = "none" },
		"amendment in one language": func(c *Catalogue) { c.laws[2].Amendments[0].Change.EN = "" },
		"amendment before decision": func(c *Catalogue) { c.laws[2].Amendments[0].From = 1 },
		"circumstance without name": func(c *Catalogue) { c.policies[0].NeverWhen = append(c.policies[0].NeverWhen, "rain") },
		"displaced by nothing":      func(c *Catalogue) { c.grounds[0].Unless = "luck" },
		"unknown body":              func(c *Catalogue) { c.grounds[1].Bodies = []string{"club"} },
	} {
		c := load(t)
		if err := c.check(); err != nil {
			t.Fatal(err)
		}
		spoil(c)
		c.link()
		if c.check() == nil {
			t.Errorf("%s: not found", name)
		}
	}
}

func TestCitationText(t *testing.T) {
	for _, want := range []Citation{{"ORD-121", "23(5)", Verified}, {"CFPB-PORTAL", "final response", Recalled}} {
		b, err := want.MarshalText()
		var got Citation
		if err != nil || got.UnmarshalText(b) != nil || got != want {
			t.Errorf("%s: %+v %v", b, got, err)
		}
	}
}

// FuzzCitation: what is read is written back the same.
func FuzzCitation(f *testing.F) {
	for _, s := range []string{"ORD-121 23(5)", "CFPB-PORTAL final response [recalled]", "X", "A b [verified]", " a", "A [design]"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		var c, back Citation
		if err := c.UnmarshalText([]byte(s)); err != nil {
			if !errors.Is(err, ErrData) {
				t.Fatal(err)
			}
			return
		}
		if err := back.UnmarshalText([]byte(c.String())); err != nil || back != c {
			t.Fatalf("%q: %+v, back %+v %v", s, c, back, err)
		}
	})
}

// TestCountingRule: Order 121 counts by its own article 45, Order 20 had none and the
// Civil Code counts; checks of leads go by the penalty procedure.
func TestCountingRule(t *testing.T) {
	c := load(t)
	for _, tt := range []struct{ day, clock, want string }{
		{"2024-06-30", ClockAccept, "CIVIL-CODE 201"}, {"2026-04-14", ClockAccept, "CIVIL-CODE 201"},
		{"2026-04-15", ClockAccept, "ORD-121 45"}, {"2026-04-15", "RET.WINDOW", "CIVIL-CODE 201"},
		{"2026-04-15", "TIP.CHECK", "PENPROC 80"}, {"2026-04-15", ClockLeadCheck, "PENPROC 80"},
	} {
		r, ok := at(t, c, tt.day).Clock(tt.clock)
		if !ok || r.Counting[0].String() != tt.want {
			t.Errorf("%s %s: %v", tt.day, tt.clock, r.Counting)
		}
	}
}

func TestDataFilesAreAllRead(t *testing.T) {
	files, err := fs.Glob(data, "data/*")
	if err != nil || len(files) != len(new(Catalogue).parts())+2 { // and the divisions, and the forms
		t.Errorf("%v %v", files, err)
	}
}
