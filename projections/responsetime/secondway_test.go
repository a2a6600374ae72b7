package responsetime_test

import (
	"context"
	"fmt"
	"testing"

	"fangxin/domain/calendar"
	"fangxin/domain/complaint"
	"fangxin/projections/projectiontest"
	"fangxin/projections/responsetime/responsetimetest"
)

// compare looks at every metric and cut of a log by a second calculation.
func compare(t testing.TB, l *projectiontest.Log, every int, asOf ...string) {
	t.Helper()
	cal, err := calendar.Load()
	if err != nil {
		t.Fatal(err)
	}
	log := responsetimetest.Log{Calendar: cal, Model: l.Rebuild(fresh(t)), Every: every}
	for _, e := range l.Events {
		log.Facts = append(log.Facts, responsetimetest.Fact{Stream: e.Stream, Known: calendar.DateOf(e.At), Data: e.Data})
	}
	var days []calendar.Date
	for _, d := range asOf {
		days = append(days, projectiontest.Days(d))
	}
	wrong, figures, err := log.Compare(context.Background(), days...)
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range wrong {
		t.Error(line)
	}
	t.Logf("%d figures", figures)
}

// imported is a file of another system, with what such files have: answers of all kinds,
// some missing, and rows that a later file states otherwise.
func imported(t testing.TB) *projectiontest.Log {
	l := projectiontest.NewLog(t, "2020-06-01")
	pick := func(i int, list ...string) string { return list[i%len(list)] }
	for i := range 400 {
		id, day := fmt.Sprint("f", i), projectiontest.Days("2020-01-01")+calendar.Date(i*i%90)
		l.Add(id, &complaint.ForeignRecorded{ID: id, Ruleset: "CFPB", Policy: "CFPB-public", Case: complaint.ForeignCase{
			System: "cfpb", Received: day, Sent: day + calendar.Date(i*7%31), Timely: pick(i, "Yes", "Yes", "No", ""),
			Response: pick(i*3, "Closed with explanation", "Closed with monetary relief", "In progress", "Untimely response", "Closed", "Else", ""),
			Disputed: pick(i*5, "Yes", "No", "N/A"), Product: pick(i*i, "Mortgage", "Debt collection", "Loan"), State: pick(i, "FL", "NM", "CA"),
			Merchant: complaint.Identity{ID: pick(i*i, "a", "b", "c"), Name: "ACME"},
		}})
	}
	l.On("2020-07-01")
	for i := range 40 {
		l.Add(fmt.Sprint("f", i*9), &complaint.ForeignChanged{
			Fields: []string{"response", "timely", "state", "merchant"},
			Case:   complaint.ForeignCase{Response: "Closed with non-monetary relief", Timely: "Yes", State: "TX", Merchant: complaint.Identity{ID: "d", Name: "OTHER"}},
		})
	}
	return l
}

// Figures of imported cases, before and after a later file, are what a second calculation
// over the raw facts finds.
func TestImportedFiguresASecondWay(t *testing.T) {
	compare(t, imported(t), 3, "2020-05-31", "2020-06-30", "2020-07-01")
}

// So are those of many native cases, with percentiles and intervals.
func TestManyFiguresASecondWay(t *testing.T) {
	l := projectiontest.NewLog(t, "2026-05-01")
	for i := range 240 {
		id, events, days := projectiontest.Case(i)
		for j, e := range events {
			if j < len(events)-i%3 { // some are not closed yet, some not disclosed
				l.On(days[j].String()).Add(id, e)
			}
		}
	}
	compare(t, l, 17, "2026-06-10", "2026-09-30", "2026-12-31")
}
