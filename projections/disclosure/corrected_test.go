package disclosure_test

import (
	"context"
	"testing"

	"fangxin/domain/complaint"
	"fangxin/projections"
	"fangxin/projections/disclosure"
	"fangxin/projections/projectiontest"
)

// A record on the register is put right with the day on which that was done; one that is
// not there yet waits for its own publication.
func TestCorrectedRecord(t *testing.T) {
	l := projectiontest.NewLog(t, "2026-07-01")
	was := record(shop, "150102", "")
	now := was
	now.Category = "appliances"
	fix := &complaint.Corrected{Event: "filed", Field: complaint.FieldCategory, Was: was.Category, Now: "appliances", Record: &now, On: projectiontest.Days("2026-07-05")}
	l.Add("a", &complaint.Disclosed{Record: was, On: projectiontest.Days("2026-07-01")})
	l.Add("b", fix)
	l.On("2026-07-05").Add("a", fix)
	m := l.Rebuild(fresh())
	page, err := disclosure.List(context.Background(), m, disclosure.Filter{Category: "appliances"}, "", 10)
	if err != nil || len(page.Records) != 1 || page.Records[0].Corrected != fix.On || page.Records[0].Published != projectiontest.Days("2026-07-01") {
		t.Errorf("%+v %v", page.Records, err)
	}
	if page, err = disclosure.List(context.Background(), m, disclosure.Filter{Category: was.Category}, "", 10); err != nil || len(page.Records) != 0 {
		t.Errorf("%+v %v", page.Records, err)
	}
	l.Same(fresh(), func() projections.Projection { return fresh() })
}
