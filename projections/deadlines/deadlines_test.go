package deadlines_test

import (
	"context"
	"slices"
	"testing"

	"fangxin/domain/complaint"
	"fangxin/projections"
	"fangxin/projections/deadlines"
	"fangxin/projections/projectiontest"
)

var (
	on    = projectiontest.On
	limit = projectiontest.Limit
)

func due(t testing.TB, l *projectiontest.Log, upTo string) []string {
	t.Helper()
	m := l.Rebuild(deadlines.New())
	var out []string
	cursor := ""
	for {
		items, next, err := deadlines.Due(context.Background(), m, projectiontest.Days(upTo), cursor, 1)
		if err != nil {
			t.Fatal(err)
		}
		for _, i := range items {
			if i.Stream.Key() != i.Case {
				t.Fatalf("item %+v", i)
			}
			out = append(out, i.Case+" "+i.Rule+" "+i.Due.String()+" "+i.DueWide.String())
		}
		if cursor = next; cursor == "" {
			return out
		}
	}
}

func expect(t testing.TB, l *projectiontest.Log, upTo string, want ...string) {
	t.Helper()
	if got := due(t, l, upTo); !slices.Equal(got, want) {
		t.Fatalf("due up to %s: %v, want %v", upTo, got, want)
	}
}

func received(t testing.TB) *projectiontest.Log {
	l := projectiontest.NewLog(t, "2026-05-01")
	for _, id := range []string{"a", "b"} {
		l.Add(id, projectiontest.Filed(id, id, "2026-05-01", "150102", "店", "货", 1))
	}
	l.Add("a", &complaint.Received{Region: "150102", Occurred: on("2026-05-06"), Clock: limit("CP.ACCEPT", "2026-05-15", "2026-05-17")})
	l.Add("b", &complaint.Received{Region: "150102", Occurred: on("2026-05-06"), Clock: limit("CP.ACCEPT", "2026-05-16", "2026-05-16")})
	l.Add("x", &complaint.ForeignRecorded{ID: "x", Clocks: []complaint.Clock{limit("CFPB.RESPOND", "2020-01-01", "2020-01-01")}})
	return l
}

// Passed goes by the wide date, the alarm by the strict one; foreign limits are not
// watched.
func TestDue(t *testing.T) {
	l := received(t)
	expect(t, l, "2026-05-15")
	expect(t, l, "2026-05-16", "b CP.ACCEPT 2026-05-16 2026-05-16")
	expect(t, l, "2026-05-17", "b CP.ACCEPT 2026-05-16 2026-05-16", "a CP.ACCEPT 2026-05-15 2026-05-17")
	m := l.Rebuild(deadlines.New())
	items, _, err := deadlines.Alarms(context.Background(), m, projectiontest.Days("2026-05-15"), "", 9)
	if err != nil || len(items) != 1 || items[0].Case != "a" {
		t.Fatalf("alarms %v (%v)", items, err)
	}
	if n, err := deadlines.Count(context.Background(), m, projectiontest.Days("2026-05-16")); err != nil || n.N != 1 {
		t.Fatalf("count %v (%v)", n, err)
	}
}

// A limit is watched until its duty is met, it stands still, or its passing was
// recorded: once for each date.
func TestLimitsEnd(t *testing.T) {
	l := received(t)
	l.Add("b", &complaint.DeadlinePassed{Rule: "CP.ACCEPT", Due: projectiontest.Days("2026-05-16")})
	expect(t, l, "2027-01-01", "a CP.ACCEPT 2026-05-15 2026-05-17")
	l.Add("a", &complaint.Accepted{Region: "150102", Occurred: on("2026-05-12"), Clock: limit("CP.MEDIATE.M3", "2026-07-11", "2026-07-11")})
	expect(t, l, "2027-01-01", "a CP.ACCEPT 2026-05-15 2026-05-17", "a CP.MEDIATE.M3 2026-07-11 2026-07-11")
	l.Add("a", &complaint.NoticeIssued{Notice: "n", Recipient: complaint.Consumer, About: "acceptance"}, &complaint.NoticeSent{Notice: "n", Occurred: on("2026-05-13")})
	expect(t, l, "2027-01-01", "a CP.MEDIATE.M3 2026-07-11 2026-07-11")
	l.Add("a", &complaint.AppraisalCommissioned{Appraisal: "q", Occurred: on("2026-05-20")})
	expect(t, l, "2027-01-01")
	l.Add("a", &complaint.AppraisalReported{Appraisal: "q", Occurred: on("2026-05-30"), Clock: limit("CP.MEDIATE.M3", "2026-07-21", "2026-07-21")})
	expect(t, l, "2027-01-01", "a CP.MEDIATE.M3 2026-07-21 2026-07-21")
	l.Add("a", &complaint.Agreed{Form: "record", Occurred: on("2026-06-01"), Clocks: []complaint.Clock{limit("CP.PERFORM", "2026-06-08", "2026-06-08")}})
	expect(t, l, "2027-01-01", "a CP.PERFORM 2026-06-08 2026-06-08")
	l.Add("a", &complaint.Performed{By: complaint.Merchant, Occurred: on("2026-06-05")}, &complaint.Closed{Outcome: complaint.OutcomeAgreement, Occurred: on("2026-06-06")})
	expect(t, l, "2027-01-01")
	l.Add("a", &complaint.DisclosureNotified{Clock: limit("PUB.OBJECT", "2026-06-20", "2026-06-20")})
	expect(t, l, "2027-01-01", "a PUB.OBJECT 2026-06-20 2026-06-20")
	l.Add("a", &complaint.DisclosureObjected{Clock: limit("PUB.CORRECT", "2026-06-15", "2026-06-15")})
	expect(t, l, "2027-01-01", "a PUB.CORRECT 2026-06-15 2026-06-15")
	l.Add("a", &complaint.ObjectionDecided{Result: "dismissed"})
	expect(t, l, "2027-01-01")
	l.Same(deadlines.New(), func() projections.Projection { return deadlines.New() })
}

// A public record is watched to the end of its period, as of its latest publication.
func TestPeriodOnTheRegister(t *testing.T) {
	l := projectiontest.NewLog(t, "2026-05-01")
	l.Add("a", projectiontest.Filed("a", "a", "2026-05-01", "150102", "店", "货", 1),
		&complaint.Disclosed{On: projectiontest.Days("2026-06-01"), Until: projectiontest.Days("2027-06-01")})
	expect(t, l, "2027-05-31")
	expect(t, l, "2027-06-01", "a PUB.PERIOD 2027-06-01 2027-06-01")
	l.Add("a", &complaint.Disclosed{On: projectiontest.Days("2026-07-01"), Until: projectiontest.Days("2027-07-01")})
	expect(t, l, "2028-01-01", "a PUB.PERIOD 2027-07-01 2027-07-01")
	l.Add("a", &complaint.DisclosureWithdrawn{Class: "period_over", On: projectiontest.Days("2027-07-02")})
	expect(t, l, "2028-01-01")
	l.Same(deadlines.New(), func() projections.Projection { return deadlines.New() })
}

// A limit that an appraisal stopped stands still in a reopened case too: nobody would
// be allowed to record it.
func TestReopenedDuringAnAppraisal(t *testing.T) {
	l := received(t)
	l.Add("b", &complaint.Accepted{Region: "150102", Occurred: on("2026-05-12"), Clock: limit("CP.MEDIATE.M3", "2026-07-11", "2026-07-11")},
		&complaint.AppraisalCommissioned{Appraisal: "q", Occurred: on("2026-05-20")},
		&complaint.Withdrawn{Occurred: on("2026-05-21")},
		&complaint.Reopened{Clocks: []complaint.Clock{limit("CP.MEDIATE.M3", "2026-07-20", "2026-07-20")}})
	expect(t, l, "2027-01-01", "b CP.ACCEPT 2026-05-16 2026-05-16", "a CP.ACCEPT 2026-05-15 2026-05-17")
	l.Add("b", &complaint.AppraisalReported{Appraisal: "q", Occurred: on("2026-05-30"), Clock: limit("CP.MEDIATE.M3", "2026-07-30", "2026-07-30")})
	expect(t, l, "2027-01-01", "b CP.ACCEPT 2026-05-16 2026-05-16", "a CP.ACCEPT 2026-05-15 2026-05-17", "b CP.MEDIATE.M3 2026-07-30 2026-07-30")
}
