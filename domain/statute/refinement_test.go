package statute

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"fangxin/domain/calendar"
)

func example(t testing.TB) []byte {
	t.Helper()
	text, err := os.ReadFile("testdata/refinements.json")
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func refined(t testing.TB) *Catalogue {
	t.Helper()
	f, err := ReadRefinements(bytes.NewReader(example(t)))
	if err != nil {
		t.Fatal(err)
	}
	c, err := LoadWith(f)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func atIn(t testing.TB, c *Catalogue, day, region string) RuleSet {
	t.Helper()
	rs, err := c.AtIn(calendar.MustDate(day), region)
	if err != nil {
		t.Fatal(err)
	}
	return rs
}

// TestRegionsRefine: by region, rule set and filing day, and nowhere else.
func TestRegionsRefine(t *testing.T) {
	c := refined(t)
	for _, tt := range []struct{ day, region, periods, cites string }{
		{"2026-06-01", "150721", "7 WD 5 WD", "ORD-121 15, REG-778 46, CRPL-2013 46, HULUN-1 3"},
		{"2026-12-31", "150700", "7 WD 5 WD", "ORD-121 15, REG-778 46, CRPL-2013 46, HULUN-1 3"},
		{"2026-05-31", "150721", "7 WD", "ORD-121 15, REG-778 46, CRPL-2013 46"},
		{"2027-01-01", "150721", "7 WD", "ORD-121 15, REG-778 46, CRPL-2013 46"},
		{"2026-06-01", "150102", "7 WD", "ORD-121 15, REG-778 46, CRPL-2013 46"},
		{"2026-06-01", "150000", "7 WD", "ORD-121 15, REG-778 46, CRPL-2013 46"},
		{"2026-06-01", "", "7 WD", "ORD-121 15, REG-778 46, CRPL-2013 46"},
	} {
		rs := atIn(t, c, tt.day, tt.region)
		var periods []string
		for _, p := range rs.Accepting().Periods {
			periods = append(periods, p.String())
		}
		if got := strings.Join(periods, " "); got != tt.periods || cited(rs.Accepting().Citations) != tt.cites {
			t.Errorf("%s %s: %s, %s", tt.day, tt.region, got, cited(rs.Accepting().Citations))
		}
	}
	rs := atIn(t, c, "2026-06-01", "150721")
	if diff := cmp.Diff([]string{"HULUN-TEST.1"}, rs.Refined); diff != "" || rs.ID != "ORD-121" {
		t.Errorf("%s %s", rs.ID, diff)
	}
	if named, err := c.NamedIn("ORD-121", "150721", calendar.MustDate("2026-06-01")); err != nil || len(named.Accepting().Periods) != 2 {
		t.Errorf("%+v %v", named.Accepting(), err)
	}
	if _, err := c.NamedIn("X", "150721", 1); !errors.Is(err, ErrNoRuleSet) {
		t.Error(err)
	}
	if plain := at(t, c, "2026-06-01"); len(plain.Accepting().Periods) != 1 || plain.Refined != nil {
		t.Error("the law itself was changed")
	}
}

// TestRefinedClock: the shorter period wins and is explained beside the law's.
func TestRefinedClock(t *testing.T) {
	rs := atIn(t, refined(t), "2026-09-18", "150721")
	e, err := Explain(loadCalendar(t), rs.Accepting(), calendar.MustDate("2026-09-18"), nil)
	if err != nil || e.Due != calendar.MustDate("2026-09-24") || len(e.Periods) != 2 || e.Binding != 1 {
		t.Errorf("%+v %v", e, err)
	}
	if e.Periods[0].Due != calendar.MustDate("2026-09-29") {
		t.Errorf("the law's own end: %s", e.Periods[0].Due)
	}
	if r, _ := rs.Clock(ClockForward); len(r.Periods) != 1 || r.Periods[0].String() != "5 CD" {
		t.Errorf("a reminder may have any length: %+v", r)
	}
}

// TestRefinedFactorsAndChannels: ORD-121 17, last paragraph; ORD-121 8.
func TestRefinedFactorsAndChannels(t *testing.T) {
	c := refined(t)
	g, _ := atIn(t, c, "2026-06-01", "150721").DeclineGround("NA3_NOT_CONSUMER")
	if n := len(g.Factors); n != 6 || g.Factors[5].Code != "F1.food" || g.Factors[5].Refines != "F1" {
		t.Errorf("%+v", g.Factors)
	}
	if g, _ := atIn(t, c, "2026-06-01", "150102").DeclineGround("NA3_NOT_CONSUMER"); len(g.Factors) != 5 {
		t.Errorf("another region: %+v", g.Factors)
	}
	if g, _ := atIn(t, c, "2025-06-01", "150721").DeclineGround("NA3_NOT_CONSUMER"); len(g.Factors) != 0 {
		t.Errorf("before Order 121: %+v", g.Factors)
	}
	if x, ok := atIn(t, c, "2026-06-01", "150721").FiledAs("station"); !ok || x.Code != "banner_van" {
		t.Errorf("%+v", x)
	}
	if x, _ := atIn(t, c, "2026-06-01", "150102").FiledAs("station"); x.Code != "other" {
		t.Errorf("%+v", x)
	}
}

// TestSettled: what was recalled is verified once a person has read it.
func TestSettled(t *testing.T) {
	c := refined(t)
	law, _ := c.Law("ORD-20")
	if got := law.Amended(calendar.MustDate("2022-05-01")); len(got) != 1 || got[0].FromMark != Verified {
		t.Errorf("Order 55: %+v", got)
	}
	if p, _ := at(t, c, "2023-01-01").Provision(RecusalSuspends); cited(p.Citations) != "ORD-20 19" {
		t.Errorf("%+v", p)
	}
	if p, _ := at(t, load(t), "2023-01-01").Provision(RecusalSuspends); cited(p.Citations) != "ORD-20 19 [recalled]" {
		t.Errorf("the data compiled in were changed: %+v", p)
	}
	rs, _ := c.Named("CFPB")
	if r, _ := rs.Clock(ClockCFPBRespond); r.Mark != Verified {
		t.Errorf("%+v", r)
	}
}

// TestLocalFestival: HOLIDAYS art 4; the wide reading takes it for a day off, the
// strict one does not, and only in that banner.
func TestLocalFestival(t *testing.T) {
	c := refined(t)
	cals, err := c.Calendars(loadCalendar(t))
	if err != nil {
		t.Fatal(err)
	}
	if got := cals.For("150102").Version(); got != "CN-2026.1" {
		t.Errorf("elsewhere %s", got)
	}
	if got := cals.For("150724").Version(); got != "CN-2026.1+HULUN-TEST.1@150724" {
		t.Errorf("%s", got)
	}
	rule := at(t, c, "2026-05-06").Accepting()
	e, err := Explain(cals.For("150724"), rule, calendar.MustDate("2026-06-12"), nil)
	if err != nil || e.Due != calendar.MustDate("2026-06-24") || e.DueWide != calendar.MustDate("2026-06-25") {
		t.Errorf("%s %s %v", e.Due, e.DueWide, err)
	}
	got, err := Compute(cals.For("150724"), rule, calendar.MustDate("2026-06-12"), nil)
	if err != nil || got != e.Clock || e.Periods[0].Strict == nil {
		t.Errorf("%+v %v", got, err)
	}
	if f, ok := cals.For("150724").FestivalByCode("seber"); !ok || f.ZH != "瑟宾节" {
		t.Errorf("%+v", f)
	}
}

func TestRefinementsRoundTrip(t *testing.T) {
	f, err := ReadRefinements(bytes.NewReader(example(t)))
	if err != nil {
		t.Fatal(err)
	}
	b, err := json.Marshal(f)
	if err != nil {
		t.Fatal(err)
	}
	back, err := ReadRefinements(bytes.NewReader(b))
	if diff := cmp.Diff(f, back, cmpopts.EquateEmpty()); err != nil || diff != "" {
		t.Errorf("%v %s", err, diff)
	}
}

// one is a file with one refinement, on the laws of the example.
func one(item string) string {
	return `{"version":"T.1","title":{"zh":"甲","en":"a"},"laws":[{"id":"L-1","title":{"zh":"甲","en":"a"},"from":"2026-05-01","mark":"verified","from_mark":"verified"}],"refinements":[` + item + `]}`
}

const (
	tail    = `,"citations":["L-1 1"],"mark":"verified"}`
	accept5 = `{"id":"a","kind":"period","region":"15","from":"2026-05-01","clock":"CP.ACCEPT","period":{"n":5,"unit":"WD"}`
	factor  = `{"id":"a","kind":"factor","region":"15","from":"2026-05-01","factor":"F1","code":"F1.x","title":{"zh":"甲","en":"a"}`
	channel = `{"id":"a","kind":"channel","region":"15","from":"2026-05-01","code":"van","title":{"zh":"甲","en":"a"}`
	dayOff  = `{"id":"a","kind":"days_off","region":"15","code":"f","title":{"zh":"甲","en":"a"},"off":["2026-06-18"]`
)

// TestRefusedForms: what is wrong can be seen in the file itself.
func TestRefusedForms(t *testing.T) {
	for name, text := range map[string]string{
		"empty":            ``,
		"not JSON":         `{`,
		"text after":       one(accept5+tail) + `{}`,
		"unknown field":    one(accept5 + `,"colour":"red"` + tail),
		"capital letters":  one(accept5 + `,"Rule_sets":["ORD-121"]` + tail),
		"field twice":      one(accept5 + `,"clock":"CP.TERM_NOTICE"` + tail),
		"no version":       `{"title":{"zh":"甲","en":"a"},"refinements":[` + accept5 + tail + `]}`,
		"version no token": strings.Replace(one(accept5+tail), "T.1", "T 1", 1),
		"one language":     strings.Replace(one(accept5+tail), `"en":"a"`, `"en":""`, 1),
		"none":             one(``),
		"named twice":      one(accept5 + tail + "," + accept5 + tail),
		"unknown kind":     one(strings.Replace(accept5, `"period","region"`, `"penalty","region"`, 1) + tail),
		"no citation":      one(accept5 + `,"mark":"verified"}`),
		"unsure":           one(accept5 + `,"citations":["L-1 1"],"mark":"unsure"}`),
		"backwards":        one(accept5 + `,"to":"2026-04-30"` + tail),
		"field of another": one(accept5 + `,"factor":"F1"` + tail),
		"no such period":   one(strings.Replace(accept5, `"n":5`, `"n":0`, 1) + tail),
		"unit":             one(strings.Replace(accept5, `WD`, `weeks`, 1) + tail),
		"bad date":         one(strings.Replace(accept5, `2026-05-01`, `2026-02-30`, 1) + tail),
		"days fall":        one(strings.Replace(dayOff, `"2026-06-18"`, `"2026-06-18","2026-06-17"`, 1) + tail),
		"day twice":        one(strings.Replace(dayOff, `"2026-06-18"`, `"2026-06-18","2026-06-18"`, 1) + tail),
		"days with dates":  one(dayOff + `,"from":"2026-05-01"` + tail),
		"long text":        one(strings.Replace(factor, `"en":"a"`, `"en":"`+strings.Repeat("a", 700)+`"`, 1) + tail),
		"not UTF-8":        one(strings.Replace(factor, `"en":"a"`, "\"en\":\"\xff\"", 1) + tail),
		"too many":         one(strings.Repeat(accept5+tail+",", maxRefinements) + accept5 + tail),
		"too big":          one(accept5 + tail + strings.Repeat(" ", maxRefinementBytes)),
	} {
		if _, err := ReadRefinements(strings.NewReader(text)); !errors.Is(err, ErrRefinement) {
			t.Errorf("%s: %v", name, err)
		} else if len(err.Error()) > 2000 {
			t.Errorf("%s: %d bytes of message", name, len(err.Error()))
		}
	}
}

// TestRefusedByLaw: a region can only ask for less time, say a factor in more detail
// or open a further way; it can take nothing from anybody.
func TestRefusedByLaw(t *testing.T) {
	swap := func(s, a, b string) string { return one(strings.Replace(s, a, b, 1) + tail) }
	for name, text := range map[string]string{
		"as long as the law":      swap(accept5, `"n":5`, `"n":7`),
		"longer":                  swap(accept5, `"n":5`, `"n":10`),
		"another unit":            swap(accept5, `WD`, `CD`),
		"mediation":               swap(accept5, `CP.ACCEPT`, `CP.MEDIATE.M3`),
		"limitation":              swap(accept5, `CP.ACCEPT`, `CP.LIMITATION`),
		"unknown clock":           swap(accept5, `CP.ACCEPT`, `CP.X`),
		"unknown region":          swap(accept5, `"15"`, `"150199"`),
		"another province":        swap(accept5, `"15"`, `"11"`),
		"no region":               swap(accept5, `"15"`, `""`),
		"unknown rule set":        swap(accept5, `"from"`, `"rule_sets":["ORD-9"],"from"`),
		"foreign rule set":        swap(accept5, `"from"`, `"rule_sets":["CFPB"],"from"`),
		"unknown law":             one(accept5 + `,"citations":["L-2 1"],"mark":"verified"}`),
		"before its law":          swap(accept5, `2026-05-01`, `2026-04-30`),
		"from ever":               swap(accept5, `"from":"2026-05-01",`, ``),
		"repealed law":            one(accept5 + `,"citations":["ORD-20 1"],"mark":"verified"}`),
		"factor of a county":      swap(factor, `"15"`, `"150721"`),
		"factor of another order": swap(factor, `"from"`, `"rule_sets":["ORD-20"],"from"`),
		"unknown factor":          swap(factor, `"factor":"F1"`, `"factor":"F9"`),
		"new factor":              swap(factor, `F1.x`, `F6`),
		"factor without title":    swap(factor, `,"title":{"zh":"甲","en":"a"}`, ``),
		"channel under Order 20":  swap(channel, `"from"`, `"rule_sets":["ORD-20"],"from"`),
		"channel of the law":      swap(channel, `van`, `window`),
		"days off by design":      one(dayOff + `,"citations":["FANGXIN x [design]"],"mark":"design"}`),
		"days off, none":          swap(dayOff, `"2026-06-18"`, ``),
		"settle what is verified": one(`{"id":"a","kind":"settle","law":"ORD-121","in_force":"2026-05-01"` + tail),
		"settle an own decision":  one(`{"id":"a","kind":"settle","clock":"PUB.OBJECT","period":{"n":1,"unit":"WD"}` + tail),
		"settle by memory":        one(`{"id":"a","kind":"settle","law":"CRPL-2013","in_force":"2014-03-15","citations":["L-1 1"],"mark":"recalled"}`),
		"settle two things":       one(`{"id":"a","kind":"settle","law":"CRPL-2013","in_force":"2014-03-15","clock":"CFPB.FINAL","period":{"n":60,"unit":"CD"}` + tail),
		"settle nothing":          one(`{"id":"a","kind":"settle"` + tail),
		"settle another law":      one(`{"id":"a","kind":"settle","place":"ORD-20 19 [recalled]","is":"ORD-121 21"` + tail),
		"settle no such place":    one(`{"id":"a","kind":"settle","place":"ORD-20 99 [recalled]","is":"ORD-20 99"` + tail),
	} {
		f, err := ReadRefinements(strings.NewReader(text))
		if err != nil {
			t.Errorf("%s: form: %v", name, err)
			continue
		}
		c, err := LoadWith(f)
		if !errors.Is(err, ErrRefinement) || c != nil {
			t.Errorf("%s: %v", name, err)
		}
		if err != nil && !strings.Contains(err.Error(), `"T.1"`) {
			t.Errorf("%s: the message names no file: %v", name, err)
		}
	}
}

func TestTwoFiles(t *testing.T) {
	read := func(s string) Refinements {
		f, err := ReadRefinements(strings.NewReader(s))
		if err != nil {
			t.Fatal(err)
		}
		return f
	}
	first := read(one(accept5 + tail))
	stricter := read(strings.NewReplacer("T.1", "T.2", "L-1", "L-2", `"n":5`, `"n":4`, `"15"`, `"1501"`).Replace(one(accept5 + tail)))
	c, err := LoadWith(first, stricter)
	if err != nil {
		t.Fatal(err)
	}
	rs := atIn(t, c, "2026-09-18", "150102")
	got, err := Compute(loadCalendar(t), rs.Accepting(), calendar.MustDate("2026-09-18"), nil)
	if err != nil || got.Due != calendar.MustDate("2026-09-23") || len(rs.Refined) != 2 {
		t.Errorf("%+v %v %v", got, rs.Refined, err)
	}
	if _, err := LoadWith(first, first); !errors.Is(err, ErrRefinement) {
		t.Errorf("one file twice: %v", err)
	}
	if c, err := LoadWith(); err != nil || len(c.Refinements()) != 0 {
		t.Error(err)
	}
}

// FuzzReadRefinements: what is read can be written and read again, and whatever the
// law accepts gives no later day than the law.
func FuzzReadRefinements(f *testing.F) {
	f.Add(string(example(f)))
	for _, item := range []string{accept5 + tail, factor + tail, channel + tail, dayOff + tail} {
		f.Add(one(item))
	}
	cal, law := loadCalendar(f), load(f)
	start := calendar.MustDate("2026-09-18")
	f.Fuzz(func(t *testing.T, text string) {
		file, err := ReadRefinements(strings.NewReader(text))
		if err != nil {
			if !errors.Is(err, ErrRefinement) {
				t.Fatalf("untyped: %v", err)
			}
			return
		}
		b, err := json.Marshal(file)
		if err != nil {
			t.Fatal(err)
		}
		back, err := ReadRefinements(bytes.NewReader(b))
		if diff := cmp.Diff(file, back, cmpopts.EquateEmpty()); err != nil || diff != "" {
			t.Fatalf("%v %s", err, diff)
		}
		c, err := LoadWith(file)
		if err != nil {
			if !errors.Is(err, ErrRefinement) {
				t.Fatalf("untyped: %v", err)
			}
			return
		}
		never(t, cal, law, c, start)
	})
}

// never: in no region is an enforced clock of the law later than the law has it.
func never(t *testing.T, cal *calendar.Calendar, law, c *Catalogue, start calendar.Date) {
	t.Helper()
	plain := at(t, law, start.String())
	for _, region := range []string{"150102", "150721", "150000"} {
		rs := atIn(t, c, start.String(), region)
		for _, id := range plain.ClockIDs {
			was, _ := plain.Clock(id)
			is, _ := rs.Clock(id)
			if was.Alarm {
				continue
			}
			a, err1 := Compute(cal, was, start, nil)
			b, err2 := Compute(cal, is, start, nil)
			if err1 != nil || err2 != nil || b.Due > a.Due || b.DueWide > a.DueWide {
				t.Fatalf("%s in %s: %s, the law %s (%v, %v)", id, region, b.Due, a.Due, err1, err2)
			}
		}
	}
}
