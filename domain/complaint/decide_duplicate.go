package complaint

import "slices"

// Results of looking at a case that may be the same dispute.
const (
	DuplicateDismissed = "dismissed"
	DuplicateSame      = "same"
	DuplicateJoined    = "joined"
)

// FlagMax bounds the cases that are named on filing.
const FlagMax = 10

func (FlagDuplicate) may(t *deciding) error { return first(t.by(byOffice), t.room(len(t.Duplicates))) }

func (a FlagDuplicate) decide(t *deciding) error {
	switch {
	case a.Case == "":
		return t.refuse("case_required", "/case", lawGrounds)
	case a.Case == t.ID:
		return t.refuse("same_case", "/case", lawGrounds)
	case t.duplicate(a.Case) >= 0:
		return t.refuse("already_flagged", "/case", lawGrounds)
	}
	t.emit(&DuplicateFlagged{Case: a.Case, By: "officer"})
	return nil
}

func (t *deciding) duplicate(id string) int {
	return slices.IndexFunc(t.Duplicates, func(d DuplicateState) bool { return d.Case == id })
}

func (DecideDuplicate) may(t *deciding) error {
	if err := t.by(byOffice); err != nil {
		return err
	}
	if !slices.ContainsFunc(t.Duplicates, func(d DuplicateState) bool { return d.Result == "" }) {
		return t.refuse("no_duplicate", "", lawGrounds)
	}
	return nil
}

// decide: a possible duplicate never refuses by itself. That the same dispute is dealt
// with elsewhere is a ground (Order 121 art 16(2)) on which an officer declines, or not.
func (a DecideDuplicate) decide(t *deciding) error {
	i := t.duplicate(a.Case)
	switch {
	case i < 0:
		return t.refuse("duplicate_unknown", "/case", lawGrounds)
	case t.Duplicates[i].Result != "":
		return t.refuse("duplicate_decided", "/case", lawGrounds)
	case !slices.Contains([]string{DuplicateDismissed, DuplicateSame, DuplicateJoined}, a.Result):
		return t.refuse("result_unknown", "/result", lawGrounds)
	}
	t.emit(&DuplicateDecided{Case: a.Case, Result: a.Result, Reason: a.Reason})
	if a.Result != DuplicateDismissed {
		t.emit(&Linked{Kind: "complaint", Case: a.Case, Relation: RelationOf(a.Result)})
	}
	return nil
}

// RelationOf names the link that a decision makes.
func RelationOf(result string) string {
	if result == DuplicateJoined {
		return "joint"
	}
	return "duplicate"
}

// OfficeOnlyLink says of a link that the parties do not see it: the other case can be
// somebody else's.
func OfficeOnlyLink(relation string) bool { return relation == "duplicate" || relation == "joint" }
