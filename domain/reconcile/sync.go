package reconcile

import "slices"

// SyncState is what a reconciliation says of one statutory act and its entry in the
// official record.
type SyncState string

// The states; that an act needs no entry is known without any export.
const (
	SyncEntered SyncState = "entered"  // there, with the same day
	SyncToEnter SyncState = "to_enter" // not there
	SyncDiffers SyncState = "differs"  // there, with another day, or there alone
)

// Sync is the state of one act of one case. Field is the day of the act.
type Sync struct {
	Case   string    `json:"case"`
	Number string    `json:"their_number,omitempty"`
	Field  Field     `json:"field"`
	State  SyncState `json:"state"`
	Ours   string    `json:"ours,omitempty"`
	Theirs string    `json:"theirs,omitempty"`
}

// Syncs says for each act what may be recorded on the case. Only an entry that is
// certain says anything: one matter on each side, or a case that the export does not
// have. Acts whose day the export has no column for stay as they are.
func Syncs(e Entry, stated []Field) []Sync {
	certain := e.Class == Matched || e.Class == Differs || e.Class == OnlyHere
	if !certain || len(e.Ours) != 1 {
		return nil
	}
	var theirs [dates]string
	number := ""
	if len(e.Theirs) == 1 {
		number = e.Theirs[0].Number
		for i, d := range e.Theirs[0].list() {
			theirs[i] = d.String()
		}
	}
	ours := e.Ours[0].list()
	var found []Sync
	for i, f := range dateFields() {
		s := Sync{Case: e.Ours[0].Case, Number: number, Field: f, Ours: ours[i].String(), Theirs: theirs[i]}
		switch {
		case !slices.Contains(stated, f), s.Ours == "" && s.Theirs == "":
			continue
		case s.Ours == s.Theirs:
			s.State = SyncEntered
		case s.Theirs == "":
			s.State = SyncToEnter
		default:
			s.State = SyncDiffers
		}
		found = append(found, s)
	}
	return found
}
