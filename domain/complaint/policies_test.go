package complaint

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"fangxin/domain/calendar"
	"fangxin/domain/statute"
)

// laterPolicy is the law with a second policy from 2026-06-25 on: ten working days to
// object, five to correct, half a year on the register, statements of ten characters, two
// bands, no class for what was settled before acceptance, and no consent needed.
func laterPolicy(t *testing.T) Law {
	t.Helper()
	l := law(t)
	p, ok := l.Catalogue.Policy("NM-2026.1")
	if !ok {
		t.Fatal("no policy")
	}
	p.Version, p.From = "NM-2026.2", day("2026-06-25")
	p.ObjectionPeriod, p.CorrectionPeriod = &calendar.Period{N: 10, Unit: calendar.WorkingDays}, &calendar.Period{N: 5, Unit: calendar.WorkingDays}
	p.Period, p.StatementMax, p.AmountBands = &calendar.Period{N: 180, Unit: calendar.CalendarDays}, 10, []int64{0, 100000}
	p.Classes, p.RequiresConsent = slices.DeleteFunc(slices.Clone(p.Classes), func(c statute.RecordClass) bool { return c.BeforeAcceptance }), false
	file, err := json.Marshal(map[string]any{
		"version": "policy-2", "title": statute.Text{ZH: "公示规则", EN: "disclosure"}, "refinements": []any{}, "policies": []any{p},
	})
	if err != nil {
		t.Fatal(err)
	}
	read, err := statute.ReadRefinements(strings.NewReader(string(file)))
	if err != nil {
		t.Fatal(err)
	}
	if l.Catalogue, err = statute.LoadWith(read); err != nil {
		t.Fatal(err)
	}
	return l
}

// A later policy holds for reviews from its first day on; a record made before names its
// own policy and goes by it to the end.
func TestALaterPolicyHoldsForLaterReviews(t *testing.T) {
	d := gwt(NewDecider(laterPolicy(t)))
	told := func(when string) DisclosureState {
		return d.Given(after(t, d, append(ended(), review(when))...)...).State().Disclosure
	}
	if r := told("2026-06-24").Record; r.Policy != "NM-2026.1" || r.Band != "100000-500000" {
		t.Errorf("%+v", r)
	}
	if r := told("2026-06-25").Record; r.Policy != "NM-2026.2" || r.Band != "100000-" {
		t.Errorf("%+v", r)
	}
	due := func(when, rule string, more ...Command) calendar.Date {
		c, _ := d.Given(after(t, d, append(append(ended(), review(when)), more...)...)...).State().Clock(rule)
		return c.Due
	}
	if a, b := due("2026-06-24", "PUB.OBJECT"), due("2026-06-25", "PUB.OBJECT"); a != day("2026-07-01") || b != day("2026-07-09") {
		t.Errorf("%s and %s", a, b)
	}
	object := by(merchant, "2026-06-26", ObjectDisclosure{Text: words()})
	if a, b := due("2026-06-24", "PUB.CORRECT", object), due("2026-06-25", "PUB.CORRECT", object); a != day("2026-07-01") || b != day("2026-07-03") {
		t.Errorf("%s and %s", a, b)
	}
	until := func(when, on string) calendar.Date {
		return d.Given(after(t, d, append(ended(), review(when), by(officer, on, Publish{}))...)...).State().Disclosure.Until
	}
	if a, b := until("2026-06-24", "2026-07-02"), until("2026-06-25", "2026-07-10"); a != day("2027-07-02") || b != day("2027-01-06") {
		t.Errorf("%s and %s", a, b)
	}
	// The statement, the class, the consent.
	state := d.Given(after(t, d, append(ended(), review("2026-06-25"))...)...).State()
	if _, err := NewDecider(laterPolicy(t)).Decide(state, handIn("2026-06-26", 11)); err == nil {
		t.Error("longer than the policy of the record allows")
	}
	no := by(consumer, "2026-07-13", ChangeConsent{Publish: new(false), Wording: "w"})
	for when, want := range map[string]string{"2026-06-24": DisclosureOff, "2026-06-25": DisclosurePublic} {
		past := append(ended(), review(when), by(officer, "2026-07-10", Publish{}), no)
		if s := d.Given(after(t, d, past...)...).State().Disclosure; s.State != want {
			t.Errorf("reviewed on %s, consent withdrawn later: %s", when, s.State)
		}
	}
	prior := append(confirmed(), by(consumer, "2026-06-03", Settle{Terms: terms()}), by(merchant, "2026-06-04", Perform{AmountFen: 200000}),
		by(consumer, "2026-06-05", ConfirmPerformance{}), review("2026-06-25"))
	if s := d.Given(after(t, d, prior...)...).State().Disclosure; s.Why != statute.WhenNotAccepted {
		t.Errorf("%+v", s)
	}
}
