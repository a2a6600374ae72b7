package casework_test

import (
	"slices"
	"testing"

	"fangxin/domain/complaint"
	"fangxin/projections"
	"fangxin/projections/casework"
)

// Order 121 art 40: a department's case stands among those to be entered in the
// national platform until each of its acts was; what differs stands apart.
func TestListsOfTheOfficialRecord(t *testing.T) {
	l := town(t)
	l.Add("b", &complaint.LaneChanged{To: complaint.LaneDirect})
	want := func(step string, state string, ids ...string) {
		t.Helper()
		if got := list(t, l.Rebuild(casework.New()), casework.Filter{Sync: state}); !slices.Equal(got, append([]string{}, ids...)) {
			t.Errorf("%s: %s: %v, want %v", step, state, got, ids)
		}
	}
	want("nothing recorded", "to_enter", "c", "a")
	entered := func(act string) *complaint.SyncRecorded {
		return &complaint.SyncRecorded{Act: act, State: complaint.SyncEntered}
	}
	l.Add("a", entered("filed"), entered("received"))
	want("all entered", "entered", "a")
	l.Add("a", &complaint.Accepted{Region: "150102", Occurred: on("2026-05-12"), Clock: limit("CP.MEDIATE.M3", "2026-07-11", "2026-07-13")})
	want("a new act", "to_enter", "c", "a")
	l.Add("a", &complaint.SyncRecorded{Act: "accepted", State: complaint.SyncDiffers, Field: "accepted_on"})
	want("another day there", "differs", "a")
	l.Add("a", entered("accepted"), entered("ended"), &complaint.Withdrawn{})
	want("ended", "entered", "a")
	l.Add("a", &complaint.Reopened{}, &complaint.Withdrawn{})
	want("ended anew", "to_enter", "c", "a")
	l.Same(casework.New(), func() projections.Projection { return casework.New() })
}
