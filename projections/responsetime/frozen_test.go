package responsetime_test

import (
	"context"
	"testing"

	"github.com/google/go-cmp/cmp"

	"fangxin/domain/complaint"
	"fangxin/projections"
	"fangxin/projections/projectiontest"
	"fangxin/projections/responsetime"
)

// A month that was closed stays as it was, whatever is put right later, and also where a
// case of it is entered later under an old date; as of a later day it shows the change.
func TestAClosedMonthStaysAsItWas(t *testing.T) {
	l := projectiontest.NewLog(t, "2026-05-06")
	filed := func(id string) *complaint.Filed {
		return projectiontest.Filed(id, id, "2026-05-06", "150102", "店", "货", 100)
	}
	l.Add("a", filed("a")).Add("b", filed("b"))
	l.On("2026-06-10").Close("2026-05", "2026-06-05")
	figures := func(asOf string) []responsetime.Figure {
		a, err := responsetime.Ask(context.Background(), l.Rebuild(fresh(t)), responsetime.Question{
			Metric: "received", Period: "2026-05", By: []responsetime.Dimension{responsetime.Category},
			AsOf: projectiontest.Days(asOf), Everyone: true,
		})
		if err != nil {
			t.Fatal(err)
		}
		return a.Figures
	}
	frozen := figures("2026-06-05")
	if len(frozen) != 1 || frozen[0].N != 2 {
		t.Fatalf("%+v", frozen)
	}
	l.On("2026-05-07").Add("c", filed("c")) // an old file, imported after the closing
	l.On("2026-05-08").Add("b", &complaint.Corrected{Event: "filed", Field: complaint.FieldCategory, Was: "food", Now: "toys"})
	if diff := cmp.Diff(frozen, figures("2026-06-05")); diff != "" {
		t.Errorf("the closed month changed: %s", diff)
	}
	later := map[string]int64{}
	for _, f := range figures("2026-06-06") {
		later[f.Key[0]] = f.N
	}
	if later["food"] != 2 || later["toys"] != 1 {
		t.Errorf("as of the day after: %v", later)
	}
	l.Same(fresh(t), func() projections.Projection { return fresh(t) })
}
