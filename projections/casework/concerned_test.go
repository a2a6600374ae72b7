package casework_test

import (
	"slices"
	"testing"

	"fangxin/domain/complaint"
	"fangxin/projections/casework"
	"fangxin/projections/projectiontest"
)

// Order 121 art 15: before acceptance the department's case does not concern the
// merchant yet; what runs with the merchant alone concerns it at once.
func TestAMerchantSeesWhatConcernsItAlready(t *testing.T) {
	l := town(t)
	l.Add("d", func() *complaint.Filed {
		f := projectiontest.Filed("d", "NM2026-000041", "2026-05-10", "150102", "兴安百货有限公司", "羊绒衫", 100)
		f.Lane = complaint.LaneDirect
		return f
	}(), &complaint.RespondentConfirmed{Merchant: complaint.Identity{ID: "m1", Name: "兴安百货有限公司", Store: "s1"}})
	want := func(step string, f casework.Filter, ids ...string) {
		t.Helper()
		if got := list(t, l.Rebuild(casework.New()), f); !slices.Equal(got, append([]string{}, ids...)) {
			t.Errorf("%s: %v, want %v", step, got, ids)
		}
	}
	want("received only", casework.Filter{Concerned: "m1"}, "d")
	l.On("2026-05-12").Add("a", &complaint.Accepted{Region: "150102", Occurred: on("2026-05-12"), Clock: limit("CP.MEDIATE.M3", "2026-07-11", "2026-07-13")})
	want("accepted", casework.Filter{Concerned: "m1"}, "a", "d")
	want("one store, and what names none", casework.Filter{Concerned: "m1", Store: "s1"}, "a", "d")
	want("another store", casework.Filter{Concerned: "m1", Store: "s2"}, "a")
	l.On("2026-05-13").Add("a", &complaint.RespondentReplaced{
		From: complaint.Identity{ID: "m1", Name: "兴安百货有限公司"}, To: complaint.Identity{ID: "m9", Name: "另一家"}})
	want("the wrong merchant loses it at once", casework.Filter{Concerned: "m1"}, "d")
	want("the right one has it", casework.Filter{Concerned: "m9"}, "a")
}

// An officer of a unit sees the unit's cases and those still at the desk (art 41).
func TestAUnitSeesItsOwnAndTheDesk(t *testing.T) {
	m := town(t).Rebuild(casework.New())
	if got := list(t, m, casework.Filter{Desk: "u1"}); !slices.Equal(got, []string{"a", "b"}) {
		t.Errorf("unit u1 sees %v", got)
	}
}
