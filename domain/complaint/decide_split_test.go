package complaint

import "testing"

func split(kind string) Command {
	a := SplitOff{Kind: kind, Part: "p-1", Text: words(), Rest: words(), Evidence: []string{"sha256:t"}}
	if kind == SplitComplaint {
		a.Case = "case-2"
	}
	return by(officer, "2026-06-02", a)
}

// A mixed submission is split, and each part goes its own way.
func TestMixedSubmissionIsSplit_Order121Art9(t *testing.T) {
	for _, kind := range []string{SplitComplaint, SplitTipOff} {
		s := walk(t, append(received(), split(kind))...).State()
		if s.Ended() || len(s.Splits) != 1 || s.Rest == nil || len(s.Withheld) != 1 || len(s.Links) > 0 {
			t.Errorf("%s: %+v", kind, s.Splits)
		}
	}
	part := func(a SplitOff) Command { return by(officer, "2026-06-02", a) }
	refused(t, received(), part(SplitOff{Kind: "?"}), "kind_unknown", "ORD-121.9")
	refused(t, append(received(), split(SplitTipOff)), split(SplitTipOff), "part_exists", "")
	refused(t, received(), part(SplitOff{Kind: SplitComplaint, Part: "p"}), "case_required", "ORD-121.9")
	refused(t, received(), part(SplitOff{Kind: SplitTipOff, Part: "p", Case: "x"}), "case_required", "ORD-121.9")
	refused(t, received(), part(SplitOff{Kind: SplitTipOff, Part: "p"}), "text_required", "ORD-121.9")
	refused(t, received(), part(SplitOff{Kind: SplitTipOff, Part: "p", Text: words()}), "rest_required", "ORD-121.9")
	refused(t, under("2025-06-03", "2025-06-04"), by(officer, "2025-06-05", SplitOff{}), "kind_unknown", "ORD-20.7")
	refused(t, []Command{file(LaneDirect)}, split(SplitTipOff), "not_competent_lane", "")
	refused(t, received(), by(consumer, "2026-06-02", SplitOff{}), "not_your_part", "")
}

// Who reads the case already goes on reading what it read; who comes later does not.
func TestASplitDoesNotShowToWhoReadsTheCase_Order121Art37(t *testing.T) {
	late := split(SplitTipOff)
	late.At = at("2026-06-10")
	past := append(mediated(), late)
	if s := walk(t, past...).State(); s.Rest != nil || len(s.Withheld) > 0 {
		t.Errorf("%+v", s)
	}
	if s := walk(t, append(past, replaceBy("2026-06-11"))...).State(); s.Rest == nil || len(s.Withheld) != 1 {
		t.Errorf("the next respondent reads the part: %+v", s)
	}
}

// A case that was split from another says so.
func TestACaseKnowsWhereItGrewFrom(t *testing.T) {
	f := filing(LaneDepartment)
	f.From = "case-0"
	s := walk(t, by(officer, "2026-06-01", f)).State()
	if len(s.Links) != 1 || s.Links[0].Relation != SplitFrom || s.Links[0].Case != "case-0" {
		t.Fatalf("%+v", s.Links)
	}
}
