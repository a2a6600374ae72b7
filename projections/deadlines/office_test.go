package deadlines_test

import (
	"context"
	"testing"

	"fangxin/domain/complaint"
	"fangxin/projections"
	"fangxin/projections/deadlines"
	"fangxin/projections/projectiontest"
)

// An office's limits follow the case from hand to hand, and stay after their passing was
// recorded, until the duty is met: a passed limit ends nothing by itself (Order 121 art 23).
func TestLimitsOfAnOffice(t *testing.T) {
	l := received(t)
	l.Add("a", &complaint.Assigned{Region: "150102", Unit: "u-1"}, &complaint.DeadlinePassed{Rule: "CP.ACCEPT", Due: projectiontest.Days("2026-05-15")})
	l.Add("b", &complaint.Forwarded{From: "150102", To: "150202", Occurred: on("2026-05-08")},
		&complaint.Received{Region: "150202", Occurred: on("2026-05-08"), Clock: limit("CP.ACCEPT", "2026-05-19", "2026-05-19")})
	m := l.Rebuild(deadlines.New())
	for o, want := range map[deadlines.Office]string{
		{Region: "150000"}: "ab", {Region: "150100"}: "a", {Region: "150202"}: "b", {Region: "150103"}: "",
		{Region: "150102", Unit: "u-1"}: "a", {Region: "150102", Unit: "u-2"}: "", {Region: "150202", Unit: "u-2"}: "b",
	} {
		items, _, _, err := deadlines.ForOffice(context.Background(), m, o, "", projectiontest.Days("2026-06-01"), "", 9)
		got := ""
		for _, i := range items {
			got += i.Case
		}
		if err != nil || got != want {
			t.Errorf("%+v: %q, want %q (%v)", o, got, want, err)
		}
	}
	before, days, rules, err := deadlines.Tallies(context.Background(), m, deadlines.Office{Region: "150000"}, projectiontest.Days("2026-05-16"), projectiontest.Days("2026-05-29"))
	if err != nil || before.N != 1 || len(days) != 1 || days[0].Day != projectiontest.Days("2026-05-19") || len(rules) != 1 || rules[0].N != 2 {
		t.Errorf("%v %v %v %v", before, days, rules, err)
	}
	l.Same(deadlines.New(), func() projections.Projection { return deadlines.New() })
}

// Provisional dates stand under the calendar that gave them, until another one did.
func TestLimitsThatAreNotSure(t *testing.T) {
	l := received(t)
	c := limit("CP.ACCEPT", "2027-01-06", "2027-01-06")
	c.Provisional, c.Calendar = true, "CN-1"
	l.Add("a", &complaint.Received{Region: "150102", Occurred: on("2026-12-28"), Clock: c})
	m := l.Rebuild(deadlines.New())
	if v, err := deadlines.Unsure(context.Background(), m); err != nil || len(v) != 1 || v[0] != "CN-1" {
		t.Fatalf("%v %v", v, err)
	}
	if items, _, err := deadlines.UnsureUnder(context.Background(), m, "CN-1", "", 9); err != nil || len(items) != 1 || items[0].Case != "a" {
		t.Fatalf("%v %v", items, err)
	}
	now := limit("CP.ACCEPT", "2027-01-07", "2027-01-07")
	l.Add("a", &complaint.ClockRecomputed{From: c, Clock: now})
	if items, _, err := deadlines.UnsureUnder(context.Background(), l.Rebuild(deadlines.New()), "CN-1", "", 9); err != nil || len(items) != 0 {
		t.Fatalf("%v %v", items, err)
	}
}
