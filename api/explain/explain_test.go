package explain

import (
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"fangxin/api/problem"
	"fangxin/domain/calendar"
	"fangxin/domain/statute"
	"fangxin/domain/usecase"

	"github.com/google/go-cmp/cmp"
)

func words(t *testing.T) *Words {
	t.Helper()
	w, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// keys are the keys of steps, as the use case writes them.
func keys(t *testing.T) (found []string) {
	t.Helper()
	f, err := parser.ParseFile(token.NewFileSet(), "../../domain/usecase/clocks.go", nil, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	ast.Inspect(f, func(n ast.Node) bool {
		if lit, ok := n.(*ast.BasicLit); ok && lit.Kind == token.STRING {
			if s, _ := strconv.Unquote(lit.Value); strings.HasPrefix(s, "clock.") {
				found = append(found, s)
			}
		}
		return true
	})
	return found
}

func same(t *testing.T, what string, section map[string]string, codes ...string) {
	t.Helper()
	if d := cmp.Diff(slices.Sorted(slices.Values(codes)), slices.Sorted(maps.Keys(section))); d != "" {
		t.Errorf("%s (-used +worded): %s", what, d)
	}
	for code, s := range section {
		if s == "" {
			t.Errorf("%s: %s is empty", what, code)
		}
	}
}

// Every step and code has words in both languages, and no words are unused.
func TestEveryStepHasBothLanguages(t *testing.T) {
	steps := keys(t)
	if len(steps) < 14 {
		t.Fatalf("only %v found", steps)
	}
	units := []string{"day"}
	for u := calendar.WorkingDays; u <= calendar.Years; u++ {
		units = append(units, u.String())
	}
	reasons := []calendar.Reason{calendar.Weekend, calendar.FestivalBreak, calendar.Paused, calendar.MakeUpDay}
	for l, m := range words(t).languages {
		same(t, string(l), m.Steps, append(slices.Clone(steps), "clock.counted.open", "clock.paused.open", "clock.due.same")...)
		same(t, string(l), m.Causes, statute.PauseAppraisal, statute.PauseTesting, statute.PauseInspection, statute.PauseVerification,
			statute.PauseQuarantine, statute.PauseIdentification, statute.PauseRecusal)
		same(t, string(l), m.Units, units...)
		same(t, string(l), m.One, units...)
		same(t, string(l), m.Spans, "day", "days", "open")
		codes := make([]string, len(reasons))
		for i, r := range reasons {
			codes[i] = string(r)
		}
		same(t, string(l), m.Reasons, codes...)
	}
}

// Festivals are named as the calendar names them.
func TestFestivalsAreThoseOfTheCalendar(t *testing.T) {
	cal, err := calendar.Load()
	if err != nil {
		t.Fatal(err)
	}
	w := words(t)
	var codes []string
	for d := calendar.MustDate("2020-01-01"); cal.Covers(d); d++ {
		code, _ := cal.FestivalCode(d)
		for part := range strings.SplitSeq(code, "+") {
			if part != "" && !slices.Contains(codes, part) {
				codes = append(codes, part)
			}
		}
	}
	for _, code := range codes {
		f, _ := cal.FestivalByCode(code)
		if w.languages[problem.Chinese].Festivals[code] != f.ZH || w.languages[problem.English].Festivals[code] != f.EN {
			t.Errorf("%+v", f)
		}
	}
	for l, m := range w.languages {
		same(t, string(l), m.Festivals, codes...)
	}
}

func step(key string, pairs ...string) usecase.Step {
	s := usecase.Step{Key: key, Params: map[string]string{}}
	for i := 0; i < len(pairs); i += 2 {
		s.Params[pairs[i]] = pairs[i+1]
	}
	return s
}

func TestSentences(t *testing.T) {
	w := words(t)
	for _, c := range []struct {
		step   usecase.Step
		zh, en string
	}{
		{step("clock.law", "title_zh", "受理期限", "title_en", "Acceptance", "cited_zh", "办法 第十五条", "cited_en", "Measures, art. 15"),
			"受理期限（办法 第十五条）。", "Acceptance (Measures, art. 15)."},
		{step("clock.started", "date", "2026-09-18", "fact_zh", "收到投诉", "fact_en", "complaint received"),
			"从2026年9月18日（收到投诉）起算，这一天不计入。", "The count starts from 18 September 2026 (complaint received); that day itself is not counted."},
		{step("clock.extended", "period", "15 WD"),
			"其中15个工作日是经批准延长的。", "15 working days more were approved and are part of the period."},
		{step("clock.calendar", "calendar", "CN-2026.1"), "按日历CN-2026.1计算。", "Counted by the calendar CN-2026.1."},
		{step("clock.counted", "from", "2026-09-20", "period", "7 WD"),
			"第一天是2026年9月20日，期限7个工作日。", "The first day is 20 September 2026; the period is 7 working days."},
		{step("clock.counted", "from", "", "period", "60 CD"),
			"期限60日。现在暂停计时，还没有算到第一天。", "The period is 60 days. It stands still now and has not reached its first day."},
		{step("clock.skipped", "from", "2026-09-25", "to", "2026-09-27", "days", "3", "reason", "festival", "festival", "mid_autumn"),
			"2026年9月25日至2026年9月27日是中秋节放假，共3天，不计入。", "25 September 2026 to 27 September 2026: days off for Mid-Autumn Festival, 3 days, not counted."},
		{step("clock.skipped", "from", "2020-10-01", "to", "2020-10-08", "days", "8", "reason", "festival", "festival", "national_day+mid_autumn"),
			"2020年10月1日至2020年10月8日是国庆节、中秋节放假，共8天，不计入。", "1 October 2020 to 8 October 2020: days off for National Day and Mid-Autumn Festival, 8 days, not counted."},
		{step("clock.made_up", "from", "2026-09-20", "to", "2026-09-20", "days", "1", "reason", "make_up"),
			"2026年9月20日是调休上班日，共1天，照常计入。", "20 September 2026: working days in exchange for a holiday, 1 day, counted as usual."},
		// A pause ends before the day on which the clock runs again.
		{step("clock.paused", "from", "2026-09-16", "to", "2026-09-26", "days", "10", "causes", "appraisal+inspection"),
			"2026年9月16日至2026年9月25日因鉴定、检验暂停计时，其中原应计入的10天不再计入。", "16 September 2026 to 25 September 2026: the clock stood still because of appraisal and inspection; 10 days that would have counted do not."},
		{step("clock.paused", "from", "2026-09-16", "to", "", "days", "0", "causes", "testing"),
			"2026年9月16日起至今因检测暂停计时。", "Since 16 September 2026: the clock stands still because of testing."},
		{step("clock.ignored", "from", "2026-09-16", "to", "2026-09-17", "cause", "recusal"),
			"2026年9月16日有回避，但不影响这个期限，照常计算。", "16 September 2026: recusal, which does not stop this clock."},
		{step("clock.rolled", "from", "2026-11-21", "to", "2026-11-22", "days", "2", "reason", "weekend"),
			"最后一天遇到周末（2026年11月21日至2026年11月22日），往后顺延。", "The last day meets a weekend (21 November 2026 to 22 November 2026) and moves on."},
		{step("clock.earliest", "periods", "45 WD, 60 CD", "period", "60 CD"),
			"有几种期限同时适用（45个工作日、60日），取先到的60日。", "Several periods apply (45 working days and 60 days); the one that ends first is taken: 60 days."},
		{step("clock.due", "due", "2026-11-21", "due_wide", "2026-11-23"),
			"2026年11月21日提醒，最晚2026年11月23日，到当天24时为止。", "The reminder comes on 21 November 2026; the last day is 23 November 2026, until midnight."},
		{step("clock.due", "due", "2026-11-23", "due_wide", "2026-11-23"),
			"最晚2026年11月23日，到当天24时为止。", "The last day is 23 November 2026, until midnight."},
	} {
		if got := w.Sentence(problem.Chinese, c.step); got != c.zh {
			t.Errorf("%s\n got %s\nwant %s", c.step.Key, got, c.zh)
		}
		if got := w.Sentence(problem.English, c.step); got != c.en {
			t.Errorf("%s\n got %s\nwant %s", c.step.Key, got, c.en)
		}
	}
}

// What the words do not know is shown as it is; a step without words says nothing.
func TestUnknownCodesStand(t *testing.T) {
	w := words(t)
	s := step("clock.skipped", "from", "x", "to", "y", "days", "2", "reason", "festival", "festival", "sports_day")
	if got := w.Sentence(problem.Chinese, s); got != "x至y是sports_day放假，共2天，不计入。" {
		t.Error(got)
	}
	if got := w.Sentence("fr", step("clock.ends", "date", "2026-01-02")); got != "这样算到2026年1月2日为止。" {
		t.Error(got)
	}
	if got := w.Sentence(problem.English, usecase.Step{Key: "clock.none"}); got != "" {
		t.Error(got)
	}
	if got := w.Sentence(problem.Chinese, step("clock.counted", "from", "2026-01-02", "period", "3 ?")); !strings.Contains(got, "3 ?") {
		t.Error(got)
	}
}

// Both languages ask for the same parameters.
func TestLanguagesUseTheSameParameters(t *testing.T) {
	hole := regexp.MustCompile(`\{[a-z_]+\}`)
	holes := func(s string) []string { return slices.Sorted(slices.Values(hole.FindAllString(s, -1))) }
	w := words(t)
	zh, en := w.languages[problem.Chinese], w.languages[problem.English]
	for key := range zh.Steps {
		if d := cmp.Diff(holes(zh.Steps[key]), holes(en.Steps[key])); d != "" {
			t.Errorf("%s: %s", key, d)
		}
	}
}
