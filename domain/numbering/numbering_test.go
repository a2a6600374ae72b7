package numbering

import (
	"encoding/json"
	"errors"
	"os"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"fangxin/domain/calendar"
	"fangxin/domain/es/estest"
	"fangxin/domain/sealed"
)

var hohhot = Row{Office: "150100", Year: 2026}

func rows() estest.Decider[State, Command, Event] {
	var d Decider
	return estest.Decider[State, Command, Event]{Initial: d.Initial(), Decide: d.Decide, Evolve: d.Evolve}
}

func day(s string) calendar.Date { return calendar.MustDate(s) }

func style(t testing.TB, office string) Style {
	t.Helper()
	s, err := LoadStyles()
	if err != nil {
		t.Fatal(err)
	}
	return s.For(office, "新城区")
}

// at is a command on the row of Hohhot in 2026, at noon of a day in Shanghai.
func at(date string, do Action) Command {
	return Command{Row: hohhot, At: day(date).Start().Add(12 * time.Hour), Do: do}
}

func take(t testing.TB, notice, dated string) Take {
	return Take{Notice: notice, Case: "c-1", Form: 5, Dated: day(dated), Style: style(t, "150100")}
}

func number(n int, notice, text string) *Taken {
	return &Taken{Number: n, Text: text, Notice: notice, Case: "c-1", Form: 5, Dated: day("2026-06-04")}
}

// The pattern of the official forms (FORMS-2026): __市监__〔year〕第__号.
func TestNumbersFollowEachOther_Forms2026(t *testing.T) {
	rows().Given().When(at("2026-06-04", take(t, "n-1", "2026-06-04"))).
		Then(t, number(1, "n-1", "呼市监投受〔2026〕第1号")).
		When(at("2026-06-04", take(t, "n-2", "2026-06-04"))).
		Then(t, number(2, "n-2", "呼市监投受〔2026〕第2号"))
}

func TestAskingAgainTakesNothing_FangxinNumbering(t *testing.T) {
	past := rows().Given(number(1, "n-1", "呼市监投受〔2026〕第1号"), number(2, "n-2", "呼市监投受〔2026〕第2号"))
	past.When(at("2026-06-05", take(t, "n-1", "2026-06-04"))).ThenNothing(t)
	// Also if it says another day, or the year is over: what was taken was taken.
	past.When(at("2027-01-01", take(t, "n-1", "2027-01-01"))).ThenNothing(t)
	if e, ok := past.State().Of("n-1"); !ok || e.Number != 1 || e.Text != "呼市监投受〔2026〕第1号" || e.Void != nil {
		t.Errorf("%+v %v", e, ok)
	}
}

func TestVoidedNumbersStay_FangxinNumbering(t *testing.T) {
	past := rows().Given(number(1, "n-1", "1"), number(2, "n-2", "2"))
	voided := past.When(at("2026-06-05", Void{Notice: "n-2", Why: WhyMisprint})).
		Then(t, &Voided{Number: 2, Why: WhyMisprint, On: day("2026-06-05")})
	voided.When(at("2026-06-06", Void{Notice: "n-2", Why: WhyRevoked})).ThenNothing(t)
	voided.When(at("2026-06-06", take(t, "n-2", "2026-06-04"))).ThenError(t, &Refusal{Code: "number_voided", Pointer: "/notice"})
	next := voided.When(at("2026-06-06", take(t, "n-3", "2026-06-04"))).Then(t, number(3, "n-3", "呼市监投受〔2026〕第3号"))
	var got []int
	for e := range next.State().Newest() {
		got = append(got, e.Number)
		if (e.Void != nil) != (e.Number == 2) {
			t.Errorf("number %d: %v", e.Number, e.Void)
		}
	}
	if diff := cmp.Diff([]int{3, 2, 1}, got); diff != "" || next.State().Voids() != 1 {
		t.Error(diff)
	}
	if e, ok := next.State().At(2); !ok || e.Void == nil {
		t.Errorf("number 2: %+v", e)
	}
}

func TestRefusals(t *testing.T) {
	full := &Taken{Number: MaxNumber, Notice: "n-1", Dated: day("2026-06-04")}
	odd := take(t, "n-9", "2026-06-04")
	odd.Form = 1
	plain := take(t, "n-9", "2026-06-04")
	plain.Style = Style{}
	long := take(t, "n-9", "2026-06-04")
	long.Case = ""
	for name, tt := range map[string]struct {
		given []Event
		when  Command
		code  string
	}{
		"another year":          {nil, at("2026-06-04", take(t, "n-1", "2025-12-31")), "other_year"},
		"tomorrow":              {nil, at("2026-06-04", take(t, "n-1", "2026-06-05")), "dated_in_future"},
		"after the last number": {[]Event{full}, at("2026-06-04", take(t, "n-2", "2026-06-04")), "row_full"},
		"a register form":       {nil, at("2026-06-04", odd), "style_unknown"},
		"no style":              {nil, at("2026-06-04", plain), "style_unknown"},
		"no notice":             {nil, at("2026-06-04", take(t, "", "2026-06-04")), "notice_unknown"},
		"no case":               {nil, at("2026-06-04", long), "notice_unknown"},
		"odd id":                {nil, at("2026-06-04", take(t, "n 1\n", "2026-06-04")), "notice_unknown"},
		"no row":                {nil, Command{Do: take(t, "n-1", "2026-06-04")}, "row_unknown"},
		"no action":             {nil, Command{Row: hohhot}, "no_action"},
		"void what is not":      {nil, at("2026-06-04", Void{Notice: "n-1", Why: WhyMisprint}), "number_unknown"},
		"void without why":      {[]Event{full}, at("2026-06-04", Void{Notice: "n-1"}), "why_unknown"},
		"other without reason":  {[]Event{full}, at("2026-06-04", Void{Notice: "n-1", Why: WhyOther, Reason: &sealed.Value{}}), "reason_required"},
		"void before its day":   {[]Event{full}, at("2026-06-03", Void{Notice: "n-1", Why: WhyMisprint}), "before_cause"},
	} {
		t.Run(name, func(t *testing.T) {
			o := rows().Given(tt.given...).When(tt.when)
			o.ThenError(t, &Refusal{Code: tt.code})
			var r *Refusal
			if !errors.As(o.Err(), &r) || r.Rule != HouseRule || r.Error() == "" {
				t.Errorf("%v", o.Err())
			}
		})
	}
}

// The year is that of the document's day in Shanghai.
func TestYearByShanghaiDay(t *testing.T) {
	turn := time.Date(2026, 12, 31, 16, 0, 0, 0, time.UTC) // midnight in Shanghai
	before, after := RowOf("150100", calendar.DateOf(turn.Add(-time.Second))), RowOf("150100", calendar.DateOf(turn))
	if before.Year != 2026 || after.Year != 2027 {
		t.Fatalf("%v %v", before, after)
	}
	next := take(t, "n-2", "2027-01-01")
	rows().Given(number(1, "n-1", "1")).When(Command{Row: before, At: turn, Do: next}).ThenError(t, &Refusal{Code: "other_year"})
	rows().Given().When(Command{Row: after, At: turn, Do: next}).Then(t, &Taken{
		Number: 1, Text: "呼市监投受〔2027〕第1号", Notice: "n-2", Case: "c-1", Form: 5, Dated: day("2027-01-01"),
	})
	// A document of the old year that is finished in the new one belongs to the old row.
	late := take(t, "n-3", "2026-12-31")
	rows().Given().When(Command{Row: before, At: turn, Do: late}).Then(t, &Taken{
		Number: 1, Text: "呼市监投受〔2026〕第1号", Notice: "n-3", Case: "c-1", Form: 5, Dated: day("2026-12-31"),
	})
}

func TestEventsAsStored(t *testing.T) {
	want, err := os.ReadFile("testdata/events.json")
	if err != nil {
		t.Fatal(err)
	}
	got, err := json.MarshalIndent([]Event{
		number(12, "n-1", "呼市监投受〔2026〕第12号"),
		&Taken{Number: 13, Text: "呼市监投函〔2026〕第13号", Notice: "n-2", Case: "c-1", Dated: day("2026-06-04")},
		&Voided{Number: 12, Why: WhyMisprint, On: day("2026-06-05")},
		&Voided{Number: 13, Why: WhyOther, On: day("2026-06-05"),
			Reason: &sealed.Value{Suite: sealed.SuiteA1, Subject: "s-1", Cipher: []byte("cipher")}},
	}, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)+"\n"); diff != "" {
		t.Error(diff)
	}
}

func TestStreams(t *testing.T) {
	if s := hohhot.Stream(); s != "numbering.150100.2026" {
		t.Error(s)
	}
	row, err := ParseStream("numbering.150105-dz.2026")
	if err != nil || row != (Row{Office: "150105-dz", Year: 2026}) {
		t.Errorf("%v %v", row, err)
	}
	for _, bad := range []string{"", "numbering.", "numbering.150100", "numbering.150100.02026", "numbering.150100.+2026", "numbering..2026",
		"numbering.150100.2019", "numbering.150100.2026.1", "numbering.A.2026", "complaint.150100.2026", "numbering.-1.2026"} {
		if _, err := ParseStream(bad); !errors.Is(err, ErrRow) {
			t.Errorf("%q: %v", bad, err)
		}
	}
}
