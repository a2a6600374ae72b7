package responsetime_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"fangxin/domain/calendar"
	"fangxin/domain/complaint"
	"fangxin/domain/sealed"
	"fangxin/projections"
	"fangxin/projections/projectiontest"
	"fangxin/projections/readmodel"
	"fangxin/projections/responsetime"
)

func fresh(t testing.TB) *responsetime.Projection {
	t.Helper()
	cal, err := calendar.Load()
	if err != nil {
		t.Fatal(err)
	}
	return responsetime.New(cal)
}

func query(t testing.TB, m readmodel.Model, q responsetime.Q) map[string]responsetime.Cell {
	t.Helper()
	q.Everyone = true
	table, err := responsetime.Query(context.Background(), m, q)
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]responsetime.Cell{}
	for _, c := range table.Rows {
		out[c.Key] = c
	}
	return out
}

// A figure as of a day is what was known on that day; a correction counts under the
// day it became known and edits nothing.
func TestKnownDays(t *testing.T) {
	l := projectiontest.NewLog(t, "2026-05-06")
	l.Add("a", projectiontest.Filed("a", "a", "2026-05-06", "150102", "店", "货", 1),
		&complaint.RespondentConfirmed{Merchant: complaint.Identity{ID: "m1", Name: "店"}})
	l.On("2026-05-07").Add("a", &complaint.Received{Region: "150102", Occurred: projectiontest.On("2026-05-07"), Clock: projectiontest.Limit("CP.ACCEPT", "2026-05-18", "2026-05-18")})
	l.On("2026-05-12").Add("a", &complaint.Accepted{Region: "150102", Occurred: projectiontest.On("2026-05-12"), Clock: projectiontest.Limit("CP.MEDIATE.M3", "2026-07-11", "2026-07-11")},
		&complaint.NoticeIssued{Notice: "n", Recipient: complaint.Consumer, About: "acceptance"})
	l.On("2026-05-13").Add("a", &complaint.NoticeSent{Notice: "n", Occurred: projectiontest.On("2026-05-13")})
	l.On("2026-06-01").Add("a", &complaint.RespondentReplaced{From: complaint.Identity{ID: "m1"}, To: complaint.Identity{ID: "m2", Name: "另一店"}})
	m := l.Rebuild(fresh(t))
	q := responsetime.Q{Stage: responsetime.StageAccept, By: responsetime.ByMerchant}
	for _, c := range []struct {
		asOf string
		want string
	}{{"2026-05-12", ""}, {"2026-05-13", "m1"}, {"2026-05-31", "m1"}, {"2026-06-01", "m2"}} {
		q.AsOf = projectiontest.Days(c.asOf)
		got := query(t, m, q)
		if c.want == "" && len(got) == 0 {
			continue
		}
		// Thursday to Wednesday with a make-up Saturday (调休): 5 working days.
		cell := got[c.want]
		if len(got) != 1 || cell.N != 1 || cell.P50 != 5 || cell.P99 != 5 || cell.Mean != 5 || cell.OnTime != (responsetime.Rate{Num: 1, Den: 1}) {
			t.Errorf("as of %s: %+v", c.asOf, got)
		}
	}
	if cell := query(t, m, responsetime.Q{Stage: responsetime.StageAccept, By: responsetime.ByMerchant})["m2"]; cell.Label != "另一店" {
		t.Errorf("label %q", cell.Label)
	}
	l.Same(fresh(t), func() projections.Projection { return fresh(t) })
}

// What the source states and what its dates say stand beside each other; a later
// file that states a row otherwise moves the figures.
func TestForeign(t *testing.T) {
	l := projectiontest.NewLog(t, "2026-05-06")
	for i, c := range []struct {
		sent, timely string
	}{{"2020-03-18", "Yes"}, {"2020-03-20", "No"}, {"2020-03-25", "Yes"}} {
		l.Add(fmt.Sprint("f", i), &complaint.ForeignRecorded{ID: fmt.Sprint("f", i), Ruleset: "CFPB", Policy: "CFPB-public", Case: complaint.ForeignCase{
			System: "cfpb", Received: projectiontest.Days("2020-03-18"), Sent: projectiontest.Days(c.sent), Timely: c.timely,
			Merchant: complaint.Identity{ID: "e", Name: "EQUIFAX, INC."}, Product: "Credit reporting, credit repair", State: "FL",
		}})
	}
	m := l.Rebuild(fresh(t))
	q := responsetime.Q{Stage: responsetime.StageReceivedToSent, Source: "cfpb", By: responsetime.ByMerchant, Month: "2020-03"}
	if c := query(t, m, q)["e"]; c.N != 3 || c.P50 != 2 || c.P90 != 7 || c.Mean != 3 || c.Label != "EQUIFAX, INC." {
		t.Errorf("received to sent %+v", c)
	}
	q = responsetime.Q{Stage: responsetime.StageTimelyStated, Source: "cfpb", Merchant: "e", By: responsetime.ByMonth}
	if c := query(t, m, q)["2020-03"]; c.OnTime != (responsetime.Rate{Num: 2, Den: 3}) {
		t.Errorf("timely %+v", c)
	}
	for by, key := range map[string]string{responsetime.ByRegion: "FL", responsetime.ByCategory: "Credit reporting, credit repair", responsetime.ByAll: "*"} {
		if c := query(t, m, responsetime.Q{Stage: responsetime.StageFiled, Source: "cfpb", By: by})[key]; c.N != 3 {
			t.Errorf("by %s: %+v", by, c)
		}
	}
	if got := query(t, m, responsetime.Q{Stage: responsetime.StageFiled, By: responsetime.ByMonth}); len(got) > 0 {
		t.Errorf("native figures hold imported cases: %v", got)
	}
	l.On("2026-06-01").Add("f1", &complaint.ForeignChanged{Fields: []string{"timely", "sent_on"}, Case: complaint.ForeignCase{Timely: "Yes", Sent: projectiontest.Days("2020-03-19")}})
	m = l.Rebuild(fresh(t))
	if c := query(t, m, q)["2020-03"]; c.OnTime != (responsetime.Rate{Num: 3, Den: 3}) {
		t.Errorf("timely after the change %+v", c)
	}
	q.AsOf = projectiontest.Days("2026-05-31")
	if c := query(t, m, q)["2020-03"]; c.OnTime != (responsetime.Rate{Num: 2, Den: 3}) {
		t.Errorf("timely as it was known before %+v", c)
	}
}

func TestQuestionsWithoutAnswer(t *testing.T) {
	m := projectiontest.NewLog(t, "2026-05-06").Rebuild(fresh(t))
	for _, q := range []responsetime.Q{
		{Stage: "speed"}, {Stage: responsetime.StageTimelyStated}, {Stage: responsetime.StageAccept, Source: "cfpb"},
		{Stage: responsetime.StageFiled, By: "week"}, {Stage: responsetime.StageFiled, Region: "NM"},
	} {
		if _, err := responsetime.Query(context.Background(), m, q); !errors.Is(err, responsetime.ErrQuestion) {
			t.Errorf("%+v: %v", q, err)
		}
	}
}

// walk draws cases whose facts come in any order that a road allows, with days of
// entry that differ from the days of the acts.
func walk(t *rapid.T, l *projectiontest.Log) {
	day := projectiontest.Days("2026-05-06")
	for i := range rapid.IntRange(1, 6).Draw(t, "cases") {
		id := fmt.Sprint("c", i)
		now := day + calendar.Date(rapid.IntRange(0, 60).Draw(t, "filed"))
		add := func(e any) { l.On(now.String()).Add(id, e) }
		region := rapid.SampledFrom([]string{"150102", "150103", "150202"}).Draw(t, "region")
		f := projectiontest.Filed(id, id, now.String(), region, "店", "货", 1)
		f.ReceivedOn.On -= calendar.Date(rapid.IntRange(0, 40).Draw(t, "came in before it was entered"))
		f.Purchase.Category = rapid.SampledFrom([]string{"food", "car"}).Draw(t, "category")
		add(f)
		for range rapid.IntRange(0, 12).Draw(t, "steps") {
			now += calendar.Date(rapid.IntRange(0, 9).Draw(t, "later"))
			at := complaint.Occurred{On: now - calendar.Date(rapid.IntRange(0, 1).Draw(t, "entered late"))}
			add(step(t, region, at))
		}
	}
}

func step(t *rapid.T, region string, at complaint.Occurred) any {
	clock := func(rule string, n int) complaint.Clock {
		return complaint.Clock{Rule: rule, Due: at.On + calendar.Date(n), DueWide: at.On + calendar.Date(n+2)}
	}
	who := rapid.SampledFrom([]complaint.Identity{{ID: "m1", Name: "甲"}, {ID: "m2", Name: "乙"}, {ID: "p", Person: &sealed.Value{Mask: "李*"}}}).Draw(t, "who")
	appraisal := rapid.SampledFrom([]string{"q1", "q2"}).Draw(t, "appraisal")
	switch rapid.IntRange(0, 18).Draw(t, "step") {
	case 0:
		return &complaint.RespondentConfirmed{Merchant: who}
	case 1:
		return &complaint.RespondentReplaced{To: who}
	case 2, 3:
		return &complaint.Received{Region: region, Occurred: at, Clock: clock("CP.ACCEPT", 5)}
	case 4, 5:
		return &complaint.Accepted{Region: region, Occurred: at, Clock: clock("CP.MEDIATE.M3", 12)}
	case 6:
		return &complaint.NoticeIssued{Notice: "n", Recipient: complaint.Consumer, About: "acceptance"}
	case 7:
		return &complaint.NoticeSent{Notice: "n", Occurred: at}
	case 8:
		return &complaint.Responded{Kind: "final", Occurred: at}
	case 9:
		return &complaint.Agreed{Form: "record", Occurred: at}
	case 10:
		return &complaint.Terminated{Occurred: at, Clock: clock("CP.TERM_NOTICE", 7)}
	case 11:
		return &complaint.Closed{Outcome: complaint.OutcomeAgreement, Occurred: at}
	case 12:
		return &complaint.Reopened{}
	case 13, 14:
		return &complaint.AppraisalCommissioned{Appraisal: appraisal, Occurred: at}
	case 15, 16:
		return &complaint.AppraisalReported{Appraisal: appraisal, Occurred: at, Clock: clock("CP.MEDIATE.M3", 20)}
	case 17:
		return &complaint.RespondentUnknown{}
	}
	return &complaint.OfferMade{Offer: "o", By: complaint.Merchant, Occurred: at}
}

// Every figure, as of any day, equals a recomputation from the events.
func TestFiguresAgainstRecomputation(t *testing.T) {
	cal, err := calendar.Load()
	if err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(rt *rapid.T) {
		l := projectiontest.NewLog(t, "2026-05-06")
		walk(rt, l)
		m := l.Rebuild(responsetime.New(cal))
		asOf := projectiontest.Days("2026-05-06") + calendar.Date(rapid.IntRange(0, 150).Draw(rt, "as of"))
		cases := recompute(l.Events, asOf)
		for _, stage := range []string{responsetime.StageFiled, responsetime.StageAccept, responsetime.StageFirstResponse, responsetime.StageMediation, responsetime.StageClose} {
			for _, by := range []string{responsetime.ByMonth, responsetime.ByRegion, responsetime.ByCategory, responsetime.ByMerchant} {
				got := query(t, m, responsetime.Q{Stage: stage, By: by, AsOf: asOf})
				want := map[string][]int{}
				onTime := map[string]int64{}
				for _, c := range cases {
					days, ok, counts := c.measure(cal, stage)
					if k := c.key(by); counts && k != "" {
						want[k] = append(want[k], days)
						if ok {
							onTime[k]++
						}
					}
				}
				if len(got) != len(want) {
					rt.Fatalf("%s by %s: %v, want %v", stage, by, got, want)
				}
				for k, days := range want {
					check(rt, fmt.Sprint(stage, " by ", by, " ", k), got[k], days, onTime[k])
				}
			}
		}
	})
}

func check(t *rapid.T, what string, got responsetime.Cell, days []int, onTime int64) {
	slices.Sort(days)
	rank := func(share float64) int { return days[int(math.Ceil(share*float64(len(days))))-1] }
	total := 0
	for _, d := range days {
		total += d
	}
	if got.N != int64(len(days)) || got.OnTime.Num != onTime && got.OnTime.Den != 0 {
		t.Fatalf("%s: %+v, want n %d on time %d", what, got, len(days), onTime)
	}
	if got.P50 != rank(0.5) || got.P90 != rank(0.9) || got.P99 != rank(0.99) || math.Abs(got.Mean-float64(total)/float64(len(days))) > 1e-9 {
		t.Fatalf("%s: %+v, want %v", what, got, days)
	}
}

// A state of an import has no level below: by region it stands for itself.
func TestOneState(t *testing.T) {
	l := projectiontest.NewLog(t, "2026-05-06")
	for i, state := range []string{"FL", "FL", "TX"} {
		l.Add(fmt.Sprint("f", i), &complaint.ForeignRecorded{ID: fmt.Sprint("f", i), Case: complaint.ForeignCase{System: "cfpb", Received: projectiontest.Days("2020-03-18"), State: state}})
	}
	q := responsetime.Q{Stage: responsetime.StageFiled, Source: "cfpb", By: responsetime.ByRegion, Region: "FL"}
	if got := query(t, l.Rebuild(fresh(t)), q); len(got) != 1 || got["FL"].N != 2 {
		t.Fatalf("%+v", got)
	}
}
