package usecase

import (
	"testing"

	"fangxin/domain/complaint"
	"fangxin/domain/reconcile"
)

// What an export of the national platform says is recorded once, however often the
// file is read (Order 121 art 40).
func TestAReconciliationIsRecordedOnce(t *testing.T) {
	w := newWorld(t)
	v := w.decided()
	for _, want := range []bool{true, false} {
		for _, s := range []reconcile.Sync{
			{Case: v.ID, Field: reconcile.FieldFiledOn, State: reconcile.SyncEntered, Ours: "2026-09-14", Theirs: "2026-09-14"},
			{Case: v.ID, Field: reconcile.FieldAcceptedOn, State: reconcile.SyncDiffers, Ours: "2026-09-14", Theirs: "2026-09-15"},
		} {
			if changed, err := w.RecordOfficialSync(t.Context(), s); err != nil || changed != want {
				t.Errorf("%s: %v, %v", s.Field, changed, err)
			}
		}
		if changed, err := w.RecordOfficialNumber(t.Context(), v.ID, "1150102002026091412345678"); err != nil || changed != want {
			t.Errorf("number: %v, %v", changed, err)
		}
	}
	if changed, err := w.RecordOfficialSync(t.Context(), reconcile.Sync{Case: v.ID, Field: reconcile.FieldReceivedOn, State: reconcile.SyncToEnter}); changed || err != nil {
		t.Error(changed, err)
	}
	s, _, err := w.State(t.Context(), v.ID)
	if err != nil || s.Syncs[complaint.ActAccepted].State != complaint.SyncDiffers || s.Syncs[complaint.ActFiled].State != complaint.SyncEntered || len(s.ExternalRefs) != 1 {
		t.Errorf("%+v, %v", s.Syncs, err)
	}
}
