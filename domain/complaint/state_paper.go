package complaint

import (
	"maps"

	"fangxin/domain/calendar"
)

// Act is a statutory act that the official record holds too.
type Act string

// The acts, in the order of a case's life.
const (
	ActFiled    Act = "filed"    // 登记
	ActReceived Act = "received" // 收到
	ActAccepted Act = "accepted" // 受理
	ActDeclined Act = "declined" // 不予受理
	ActEnded    Act = "ended"    // 和解、调解达成协议、终止调解、撤回
	ActClosed   Act = "closed"   // 办结
)

// Acts lists them.
func Acts() []Act {
	return []Act{ActFiled, ActReceived, ActAccepted, ActDeclined, ActEnded, ActClosed}
}

// States of an act in the official record.
const (
	SyncNotNeeded = "not_needed"
	SyncToEnter   = "to_enter"
	SyncEntered   = "entered"
	SyncDiffers   = "differs"
)

// SyncState is how one act stands in the official record.
type SyncState struct {
	Act    Act
	State  string
	By     string
	On     calendar.Date
	Field  string
	Ours   Text
	Theirs Text
}

// ActedOn is the day of an act, zero where it did not happen.
func (s State) ActedOn(a Act) calendar.Date {
	switch a {
	case ActFiled:
		return s.FiledOn
	case ActReceived:
		return s.ReceivedOn
	case ActAccepted:
		return s.AcceptedOn
	case ActDeclined:
		if s.Declined != nil {
			return s.Declined.Occurred.On
		}
	case ActEnded:
		if s.Declined == nil {
			return s.EndedOn
		}
	case ActClosed:
		return s.ClosedOn
	}
	return 0
}

// Sync lists how the case's acts stand in the official record: as it was recorded
// last; else an act of the department is to be entered there (Order 121 art 40), and
// an act in another lane needs no entry.
func (s State) Sync() []SyncState {
	if s.Filing == nil {
		return nil
	}
	var list []SyncState
	for _, a := range Acts() {
		recorded, ok := s.Syncs[a]
		switch {
		case ok:
			list = append(list, recorded)
		case s.ActedOn(a).IsZero():
		case s.Lane == LaneDepartment:
			list = append(list, SyncState{Act: a, State: SyncToEnter})
		default:
			list = append(list, SyncState{Act: a, State: SyncNotNeeded})
		}
	}
	return list
}

func (e *SyncRecorded) applyTo(s *State) {
	next := maps.Clone(s.Syncs)
	if next == nil {
		next = map[Act]SyncState{}
	}
	a := Act(e.Act)
	next[a] = SyncState{Act: a, State: e.State, By: e.By, On: e.On, Field: e.Field, Ours: e.Ours, Theirs: e.Theirs}
	s.Syncs = next
}

// forgetSync drops what was recorded of acts that no longer count.
func (s *State) forgetSync(acts ...Act) {
	next := maps.Clone(s.Syncs)
	for _, a := range acts {
		delete(next, a)
	}
	s.Syncs = next
}

// A proof is the office's own: its files do not join the evidence that parties see.
func (e *NoticeProven) applyTo(s *State) {
	s.changeNotice(e.Notice, func(n *NoticeState) {
		n.Proof = e
		if !e.Occurred.On.IsZero() {
			n.On = e.Occurred.On
		}
	})
	s.happened(e.Occurred)
}
