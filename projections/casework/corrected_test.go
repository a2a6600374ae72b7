package casework_test

import (
	"slices"
	"testing"

	"fangxin/domain/complaint"
	"fangxin/projections"
	"fangxin/projections/casework"
)

// A row says what is right, and an act that was entered in the official record with what
// was wrong is to be entered anew (Order 121 art 40).
func TestCorrectedRow(t *testing.T) {
	l := town(t)
	l.Add("a", &complaint.SyncRecorded{Act: "filed", State: complaint.SyncEntered}, &complaint.SyncRecorded{Act: "received", State: complaint.SyncEntered},
		&complaint.Corrected{Event: "filed", Field: complaint.FieldRegion, Was: "150102", Now: "150202", Moves: true})
	if got := list(t, l.Rebuild(casework.New()), casework.Filter{Sync: "to_enter", Region: "150202"}); !slices.Equal(got, []string{"c", "a"}) {
		t.Error(got)
	}
	l.Add("a", &complaint.Corrected{Event: "filed", Field: complaint.FieldRegion, Was: "150202", Now: "150102", Moves: true},
		&complaint.Corrected{Event: "filed", Field: complaint.FieldAmount, Was: "1", Now: "700"},
		&complaint.Corrected{Event: "filed", Field: complaint.FieldItem, Was: "货", Now: "烘干机"},
		&complaint.Corrected{Event: "filed", Field: complaint.FieldCategory, Was: "", Now: "food"})
	if got := list(t, l.Rebuild(casework.New()), casework.Filter{Q: "烘干机"}); !slices.Equal(got, []string{"a"}) {
		t.Error(got)
	}
	l.Same(casework.New(), func() projections.Projection { return casework.New() })
}
