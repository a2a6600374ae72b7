package usecase

import "fangxin/domain/calendar"

// ProofView shows what proves that a notice was sent, arrived or was refused.
type ProofView struct {
	Kind     string   `json:"kind"`
	Number   string   `json:"number,omitempty"`
	Evidence []string `json:"evidence"`
}

// SyncView is how one act stands in the official record (national 12315 platform):
// not_needed, to_enter, entered or differs.
type SyncView struct {
	Act    string        `json:"act"` // filed, received, accepted, declined, ended, closed
	State  string        `json:"state"`
	By     string        `json:"by,omitempty"`
	At     calendar.Date `json:"at,omitempty"` // day of the entry
	Field  string        `json:"field,omitempty"`
	Ours   string        `json:"ours,omitempty"`
	Theirs string        `json:"theirs,omitempty"`
}
