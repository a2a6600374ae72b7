package complaint

import "slices"

// Kinds of what is split from a mixed submission.
const (
	SplitComplaint = "complaint" // another dispute: it becomes a case of its own
	SplitTipOff    = "tipoff"    // leads of a breach of law (举报)
)

// SplitOff (分别处理) takes a mixed submission apart (Order 121 art 9). Case is the case
// that was opened for another complaint. Rest are the facts without the part.
type SplitOff struct {
	Kind     string
	Part     string // new id
	Case     string
	Text     Text
	Rest     Text
	Evidence []string
}

// Route name.
func (SplitOff) Route() string { return "split" }

// SplitFrom is the relation of a case to the mixed submission that it grew from.
const SplitFrom = "split_from"

const lawSplit = "ORD-121 9|ORD-20 7"

func (SplitOff) may(t *deciding) error {
	return first(t.by(byOfficer), t.live(), t.atOffice(), t.room(len(t.Splits)))
}

// decide records the part. Each goes on under the rules of its own procedure.
func (a SplitOff) decide(t *deciding) error {
	switch {
	case a.Kind != SplitComplaint && a.Kind != SplitTipOff:
		return t.refuse("kind_unknown", "/kind", lawSplit)
	case a.Part == "" || slices.ContainsFunc(t.Splits, func(s *Split) bool { return s.Part == a.Part }):
		return t.refuse("part_exists", "", houseCase)
	case (a.Kind == SplitComplaint) != (a.Case != ""):
		return t.refuse("case_required", "", lawSplit)
	case a.Text == nil:
		return t.refuse("text_required", "/text", lawSplit)
	case a.Rest == nil:
		return t.refuse("rest_required", "/rest", lawSplit)
	}
	t.emit(&Split{Kind: a.Kind, Case: a.Case, Part: a.Part, Text: a.Text, Rest: a.Rest, Evidence: a.Evidence})
	return nil
}

// known says whether a respondent reads the case already.
func (s *State) known() bool {
	return s.Identity == IdentityConfirmed && (s.Lane != LaneDepartment || !s.AcceptedOn.IsZero())
}

// A respondent that comes to the case later reads it without the part. One that reads it
// already goes on reading what it read: facts that grew shorter would tell it that
// something was taken out (Order 121 art 37).
func (e *Split) applyTo(s *State) {
	s.Splits = added(s.Splits, e)
	if !s.known() {
		s.withhold()
	}
}

// withhold cuts every part that was split off from what a respondent reads.
func (s *State) withhold() {
	for _, part := range s.Splits[min(s.cut, len(s.Splits)):] {
		if part.Rest != nil {
			s.Rest = part.Rest
		}
		s.Withheld = added(s.Withheld, part.Evidence...)
	}
	s.cut = len(s.Splits)
}
