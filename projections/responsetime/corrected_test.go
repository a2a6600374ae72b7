package responsetime_test

import (
	"testing"

	"fangxin/domain/complaint"
	"fangxin/projections"
	"fangxin/projections/projectiontest"
	"fangxin/projections/responsetime"
)

// A corrected day counts -1 and +1 under the day of the correction: what was known before
// stays as it was (rules.md 8.4).
func TestCorrectedFigures(t *testing.T) {
	l := projectiontest.NewLog(t, "2026-05-06")
	l.Add("a", projectiontest.Filed("a", "a", "2026-05-06", "150102", "店", "货", 1))
	l.On("2026-05-07").Add("a", &complaint.Received{Region: "150102", Occurred: projectiontest.On("2026-05-07"), Clock: projectiontest.Limit("CP.ACCEPT", "2026-05-18", "2026-05-18")})
	l.On("2026-05-12").Add("a", &complaint.Accepted{Region: "150102", Occurred: projectiontest.On("2026-05-12"), Clock: projectiontest.Limit("CP.MEDIATE.M3", "2026-07-11", "2026-07-11")},
		&complaint.NoticeIssued{Notice: "n", Recipient: complaint.Consumer, About: "acceptance"})
	l.On("2026-05-13").Add("a", &complaint.NoticeSent{Notice: "n", Occurred: projectiontest.On("2026-05-13")})
	l.On("2026-05-20").Add("a", &complaint.Agreed{Occurred: projectiontest.On("2026-05-20")}, &complaint.Closed{Occurred: projectiontest.On("2026-05-20")})
	l.On("2026-06-01").Add("a",
		&complaint.Corrected{Event: "notice", Field: complaint.FieldSent, Of: "n", Was: "2026-05-13", Now: "2026-05-12"},
		&complaint.Corrected{Event: "accepted", Field: complaint.FieldAccepted, Was: "2026-05-12", Now: "2026-05-11", Met: []complaint.Clock{projectiontest.Limit("CP.MEDIATE.M3", "2026-07-10", "2026-07-10")}},
		&complaint.Corrected{Event: "agreed", Field: complaint.FieldEnded, Was: "2026-05-20", Now: "2026-05-19"},
		&complaint.Corrected{Event: "closed", Field: complaint.FieldClosed, Was: "2026-05-20", Now: "2026-05-21"},
		&complaint.Corrected{Event: "filed", Field: complaint.FieldCategory, Was: "x", Now: "food"})
	l.On("2026-06-02").Add("a", &complaint.Corrected{Event: "received", Field: complaint.FieldReceived, Was: "2026-05-07", Now: "2026-05-08", Met: []complaint.Clock{projectiontest.Limit("CP.ACCEPT", "2026-05-11", "2026-05-11")}})
	m := l.Rebuild(fresh(t))
	for _, c := range []struct {
		stage, asOf       string
		days, onTime, den int
	}{
		{responsetime.StageAccept, "2026-05-31", 5, 1, 1}, {responsetime.StageAccept, "2026-06-01", 4, 1, 1}, {responsetime.StageAccept, "2026-06-02", 3, 0, 1},
		{responsetime.StageMediation, "2026-05-31", 8, 1, 1}, {responsetime.StageMediation, "2026-06-01", 8, 1, 1},
		{responsetime.StageClose, "2026-05-31", 14, 0, 0}, {responsetime.StageClose, "2026-06-01", 15, 0, 0},
	} {
		cell := query(t, m, responsetime.Q{Stage: c.stage, By: responsetime.ByAll, AsOf: projectiontest.Days(c.asOf)})["*"]
		if cell.N != 1 || cell.P50 != c.days || cell.OnTime != (responsetime.Rate{Num: int64(c.onTime), Den: int64(c.den)}) {
			t.Errorf("%s as of %s: %+v", c.stage, c.asOf, cell)
		}
	}
	by := responsetime.Q{Stage: responsetime.StageFiled, By: responsetime.ByCategory}
	if cell := query(t, m, by)["food"]; cell.N != 1 {
		t.Errorf("%+v", cell)
	}
	l.Same(fresh(t), func() projections.Projection { return fresh(t) })
}
