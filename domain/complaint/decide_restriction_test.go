package complaint

import (
	"testing"
)

func lift() LiftRestriction { return LiftRestriction{Reason: words()} }

// PIPL 47(2): a restriction ends where its ground fell away, with the reason; then the
// case goes on as before [design].
func TestLiftRestriction_PIPL47(t *testing.T) {
	free := append(restricted(), by(officer, "2026-06-27", lift()))
	walk(t, restricted()...).When(by(officer, "2026-06-27", lift())).Then(t,
		&RestrictionLifted{Reason: words(), Occurred: Occurred{On: day("2026-06-27"), Source: "record"}},
		&SubjectReleased{Subject: "s-1"}, &SubjectReleased{Subject: "f-1"})
	s := stateAfter(t, free...)
	if s.Gone() != "" || len(s.Restricted())+len(s.Outstanding())+len(s.Erased) != 0 {
		t.Errorf("still %q: %v %v", s.Gone(), s.Outstanding(), s.Erased)
	}
	again := append(free, by(consumer, "2026-06-28", RequestErasure{Request: "e-2"}))
	if s := stateAfter(t, again...); s.People.Asked == nil {
		t.Error("nobody may ask again")
	}
	refused(t, restricted(), by(officer, "2026-06-27", LiftRestriction{}), "reason_required", "PIPL.47")
	refused(t, closedCase(), by(officer, "2026-06-27", lift()), "not_restricted", "PIPL.47")
	refused(t, free, by(officer, "2026-06-28", lift()), "not_restricted", "PIPL.47")
	refused(t, restricted(), by(consumer, "2026-06-27", lift()), "not_your_part", "")
	refused(t, restricted(), by(machine, "2026-06-27", lift()), "not_your_part", "")
}

// PIPL 47: one key serves the cases of one submission; it goes when each may let it go.
func TestLinkedCaseNeedsTheKey_PIPL47(t *testing.T) {
	asked := append(closedCase(), by(consumer, "2026-06-26", RequestErasure{Request: "e-1"}))
	do := DecideErasure{Result: ErasureRestricted, Subjects: subjects(), Linked: []string{"case-2"}}
	refused(t, asked, by(officer, "2026-06-27", do), "linked_case_needs", "PIPL.47")
	d := NewDecider(law(t))
	for _, c := range []struct {
		name   string
		life   []Command
		result string
		on     string
		want   bool
	}{
		{"open", mediated(), ErasureRestricted, "2026-06-27", false},
		{"closed", closedCase(), ErasureRestricted, "2026-06-27", true},
		{"kept", closedCase(), ErasureErased, "2026-06-27", false},
		{"over", closedCase(), ErasureErased, "2029-06-25", true},
		{"held", append(closedCase(), by(officer, "2026-06-26", PlaceHold{Hold: "h", Kind: "court"})), ErasureErased, "2029-06-25", false},
	} {
		if got := d.Dispensable(stateAfter(t, c.life...), c.result, at(c.on)); got != c.want {
			t.Errorf("%s, to be %s: %v", c.name, c.result, got)
		}
	}
}
