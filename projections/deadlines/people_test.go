package deadlines_test

import (
	"testing"

	"fangxin/domain/complaint"
	"fangxin/domain/sealed"
	"fangxin/projections"
	"fangxin/projections/deadlines"
	"fangxin/projections/projectiontest"
)

// PIPL 19: the end of the retention period is asked for once, and not of a case that
// was opened again.
func TestRetentionIsWatched_PIPL19(t *testing.T) {
	l := received(t)
	l.Add("b", &complaint.DeadlinePassed{Rule: "CP.ACCEPT", Due: projectiontest.Days("2026-05-16")})
	l.Add("a", &complaint.DeadlinePassed{Rule: "CP.ACCEPT", Due: projectiontest.Days("2026-05-15")})
	keep := &complaint.RetentionSet{Class: "complaint_file", From: projectiontest.Days("2026-06-01"), Until: projectiontest.Days("2029-06-01")}
	l.Add("a", keep)
	l.Add("b", keep, &complaint.Reopened{})
	expect(t, l, "2029-05-31")
	expect(t, l, "2029-06-01", "a PI.RETENTION 2029-06-01 2029-06-01")
	l.Add("a", &complaint.RetentionOver{Class: "complaint_file", Until: keep.Until})
	expect(t, l, "2040-01-01")
	l.Same(deadlines.New(), func() projections.Projection { return deadlines.New() })
}

// PIPL 47: what was decided and not carried out is asked for at once, until the last key
// is gone.
func TestErasureOutstandingIsWatched_PIPL47(t *testing.T) {
	l := received(t)
	l.Add("b", &complaint.DeadlinePassed{Rule: "CP.ACCEPT", Due: projectiontest.Days("2026-05-16")})
	l.Add("a", &complaint.DeadlinePassed{Rule: "CP.ACCEPT", Due: projectiontest.Days("2026-05-15")})
	l.Add("b", &complaint.ErasureDecided{Result: "refused", Basis: "held", On: projectiontest.Days("2026-06-02")})
	l.Add("a", &complaint.ErasureDecided{Result: "erased", Basis: "request", Subjects: []sealed.Subject{"s", "f"}, On: projectiontest.Days("2026-06-02")})
	expect(t, l, "2026-06-01", "a PI.ERASE 2026-06-02 2026-06-01")
	l.Add("a", &complaint.SubjectErased{Subject: "s", Manner: "erased"})
	expect(t, l, "2026-06-01", "a PI.ERASE 2026-06-02 2026-06-01")
	l.Add("a", &complaint.SubjectErased{Subject: "f", Manner: "erased"})
	expect(t, l, "2040-01-01")
	l.Same(deadlines.New(), func() projections.Projection { return deadlines.New() })
}
