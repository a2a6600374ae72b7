package casework

import (
	"slices"

	"fangxin/domain/complaint"
)

// Sync is what a work list knows of the official record (national 12315 platform,
// Order 121 art 40): which acts of the case happened, and what was recorded of each.
type Sync struct {
	Done     uint8 `json:"done,omitempty"` // a bit an act, in the order of complaint.Acts
	Recorded uint8 `json:"recorded,omitempty"`
	ToEnter  uint8 `json:"to_enter,omitempty"`
	Differs  uint8 `json:"differs,omitempty"`
	Entered  uint8 `json:"entered,omitempty"`
}

func bit(a complaint.Act) uint8 { return 1 << max(slices.Index(complaint.Acts(), a), 0) }

// fold takes what happened, and what was recorded of it.
func (s *Sync) fold(data any) {
	switch e := data.(type) {
	case *complaint.Received:
		s.Done |= bit(complaint.ActReceived)
	case *complaint.Accepted:
		s.Done |= bit(complaint.ActAccepted)
	case *complaint.Declined:
		s.Done |= bit(complaint.ActDeclined)
	case *complaint.Agreed, *complaint.Settled, *complaint.Withdrawn, *complaint.Terminated:
		s.Done |= bit(complaint.ActEnded)
	case *complaint.Closed:
		s.Done |= bit(complaint.ActClosed)
	case *complaint.Reopened:
		s.forget(bit(complaint.ActDeclined) | bit(complaint.ActEnded) | bit(complaint.ActClosed))
	case *complaint.Corrected:
		s.reenter(e.Act())
	case *complaint.SyncRecorded:
		s.record(complaint.Act(e.Act), e.State)
	}
}

func (s *Sync) forget(acts uint8) {
	s.Done, s.Recorded = s.Done&^acts, s.Recorded&^acts
	s.ToEnter, s.Differs, s.Entered = s.ToEnter&^acts, s.Differs&^acts, s.Entered&^acts
}

func (s *Sync) record(a complaint.Act, state string) {
	if !slices.Contains(complaint.Acts(), a) {
		return
	}
	b := bit(a)
	s.Recorded |= b
	s.ToEnter, s.Differs, s.Entered = s.ToEnter&^b, s.Differs&^b, s.Entered&^b
	switch state {
	case complaint.SyncToEnter:
		s.ToEnter |= b
	case complaint.SyncDiffers:
		s.Differs |= b
	case complaint.SyncEntered:
		s.Entered |= b
	}
}

// state is the case's: what somebody has to look at comes first. Empty for a case that
// is not the department's.
func (v *View) syncState() string {
	s := &v.Sync
	switch {
	case v.Row.Source != SourceNative || v.Row.Lane != string(complaint.LaneDepartment):
		return ""
	case s.Differs != 0:
		return complaint.SyncDiffers
	case s.ToEnter != 0 || (s.Done|bit(complaint.ActFiled))&^s.Recorded != 0:
		return complaint.SyncToEnter
	case s.Entered != 0:
		return complaint.SyncEntered
	}
	return complaint.SyncNotNeeded
}
