package calendar

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func run(from, to string, r Reason, festival string) Run {
	x := Run{From: MustDate(from), To: MustDate(to), Reason: r, Festival: festival}
	x.Days = int(x.To-x.From) + 1
	return x
}

// TestExplainAcceptance: Order 121 art 15, 7 WD over a worked Sunday and Mid-Autumn.
func TestExplainAcceptance(t *testing.T) {
	got, err := load(t).Explain(Term{Start: MustDate("2026-09-18"), Period: Period{7, WorkingDays}})
	end := MustDate("2026-09-29")
	want := Derivation{
		Start: MustDate("2026-09-18"), CountedFrom: MustDate("2026-09-20"), Period: Period{7, WorkingDays},
		BaseEnd: end, RawEnd: end, Due: end, DueWide: end, Calendar: "CN-2026.1",
		Notable: []Run{
			run("2026-09-19", "2026-09-19", Weekend, ""),
			run("2026-09-20", "2026-09-20", MakeUpDay, ""),
			run("2026-09-25", "2026-09-27", FestivalBreak, "mid_autumn"),
		},
	}
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Errorf("%v %s", err, diff)
	}
}

// TestExplainMediation: Order 121 arts 22, 23(5) and 45, with an appraisal, ending
// in National Day.
func TestExplainMediation(t *testing.T) {
	got, err := load(t).Explain(Term{
		Start: MustDate("2026-07-25"), Period: Period{60, CalendarDays},
		Pauses: []Span{span("2026-08-10", "2026-08-20")},
	})
	want := Derivation{
		Start: MustDate("2026-07-25"), CountedFrom: MustDate("2026-07-26"), Period: Period{60, CalendarDays},
		BaseEnd: MustDate("2026-09-23"), RawEnd: MustDate("2026-10-03"), Calendar: "CN-2026.1",
		Pauses:     []PausedDays{{span("2026-08-10", "2026-08-20"), 10}},
		Notable:    []Run{run("2026-08-10", "2026-08-19", Paused, "")},
		Rolled:     []Run{run("2026-10-03", "2026-10-07", FestivalBreak, "national_day")},
		RolledWide: []Run{run("2026-10-03", "2026-10-07", FestivalBreak, "national_day")},
		Due:        MustDate("2026-10-08"), DueWide: MustDate("2026-10-08"),
	}
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Errorf("%v %s", err, diff)
	}
}

func TestExplainOpenPause(t *testing.T) {
	got, err := load(t).Explain(Term{
		Start: MustDate("2026-07-25"), Period: Period{60, CalendarDays}, Pauses: []Span{span("2026-07-26", "")},
	})
	if err != nil || !got.Suspended || got.CountedFrom != 0 || len(got.Pauses) != 1 || got.BaseEnd != MustDate("2026-09-23") {
		t.Errorf("%+v %v", got, err)
	}
	b, err := json.Marshal(got)
	if err != nil {
		t.Fatal(err)
	}
	var back Derivation
	if err := json.Unmarshal(b, &back); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(got, back); diff != "" {
		t.Errorf("%s: %s", b, diff)
	}
}
