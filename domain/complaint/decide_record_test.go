package complaint

import (
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"fangxin/domain/calendar"
)

func TestADeadlinePassesOnceAfterTheEndOfItsWideDay_Order121Art23(t *testing.T) {
	passed := func(when, rule, due string) Command {
		return by(machine, when, RecordDeadlinePassed{Rule: rule, Due: day(due)})
	}
	walk(t, mediated()...).When(passed("2026-08-04 00:00", "CP.MEDIATE.M3", "2026-08-02")).
		Then(t, &DeadlinePassed{Rule: "CP.MEDIATE.M3", Due: day("2026-08-02"), DueWide: day("2026-08-03")})
	once := append(mediated(), passed("2026-08-04", "CP.MEDIATE.M3", "2026-08-02"))
	for name, c := range map[string]Command{
		"before 24:00 of the wide day": passed("2026-08-03 23:59", "CP.MEDIATE.M3", "2026-08-02"),
		"another due date":             passed("2026-08-04", "CP.MEDIATE.M3", "2026-08-03"),
		"another rule":                 passed("2026-08-04", "CP.MEDIATE.M1", "2026-08-02"),
		"a clock that was met":         passed("2026-08-04", "CP.ACCEPT", "2026-06-10"),
	} {
		t.Run(name, func(t *testing.T) { refused(t, mediated(), c, "moved_on", "") })
	}
	refused(t, once, passed("2026-08-05", "CP.MEDIATE.M3", "2026-08-02"), "moved_on", "")
	refused(t, mediated(), by(officer, "2026-08-04", RecordDeadlinePassed{Rule: "CP.MEDIATE.M3", Due: day("2026-08-02")}), "not_your_part", "")
	walk(t, agreed()...).When(passed("2026-07-11", ClockPerform, "2026-07-10")).
		Then(t, &DeadlinePassed{Rule: ClockPerform, Due: day("2026-07-10"), DueWide: day("2026-07-10")})
}

func foreign() RecordForeignCase {
	return RecordForeignCase{ID: "case-f", Ruleset: "CFPB", Case: ForeignCase{
		System: "cfpb", Number: "8123", Received: day("2023-05-06"), Sent: day("2023-05-08"),
		Merchant: Identity{ID: "cfpb-acme", Name: "ACME BANK"}, Product: "Mortgage", State: "CA",
		Response: "Closed with explanation", Timely: "Yes", Narrative: words(),
	}}
}

// A foreign case brings its own limits: 15 and 60 days, shown and never rolled.
func TestForeignCaseIsTakenOver(t *testing.T) {
	f := foreign()
	s := walk(t).When(by(machine, "2026-06-01", f)).Then(t, &ForeignRecorded{
		ID: "case-f", Ruleset: "CFPB", Policy: "CFPB-public", Case: f.Case,
		Clocks: []Clock{
			{Rule: "CFPB.RESPOND", StartedOn: day("2023-05-08"), Due: day("2023-05-23"), DueWide: day("2023-05-23")},
			{Rule: "CFPB.FINAL", StartedOn: day("2023-05-08"), Due: day("2023-07-07"), DueWide: day("2023-07-07")},
		},
	}).State()
	if s.Status != StatusForeign || s.Lane != LaneForeign || s.Clocks[0].State != ClockShown {
		t.Fatalf("%+v", s)
	}
	past := []Command{by(machine, "2026-06-01", f)}
	refused(t, past, by(machine, "2026-06-01", RecordDeadlinePassed{Rule: "CFPB.RESPOND", Due: day("2023-05-23")}), "foreign_case", "")
	refused(t, past, accept(), "foreign_case", "")
	refused(t, received(), by(machine, "2026-06-01", f), "native_case", "")
	refused(t, nil, by(consumer, "2026-06-01", f), "not_your_part", "")
}

// What the policy never publishes is internal from its first fact on; days and sum of the
// platform change as one field (Order 121 art 40).
func TestOfficialRecordIsInternal_Order121Art40(t *testing.T) {
	f := foreign()
	f.Ruleset, f.Case.System, f.Case.State, f.Case.Response, f.Case.Narrative = "12315", "12315", "150105", "received", nil
	o := walk(t).When(by(machine, "2026-06-01", f))
	o.Then(t, &ForeignRecorded{ID: "case-f", Ruleset: "12315", Policy: "12315-internal", Case: f.Case, Internal: true})
	if s := o.State(); !s.Foreign.Internal || len(s.Clocks) != 0 {
		t.Fatalf("%+v", s)
	}
	past := []Command{by(machine, "2026-06-01", f)}
	again := f
	again.Case.Official = &OfficialFacts{AcceptedOn: day("2023-05-10"), AmountFen: 9900}
	walk(t, past...).When(by(machine, "2026-06-02", again)).
		Then(t, &ForeignChanged{Fields: []string{"official"}, Case: ForeignCase{Official: again.Case.Official}})
	again.Case.Official = &OfficialFacts{}
	walk(t, past...).When(by(machine, "2026-06-02", again)).ThenNothing(t)
}

func TestForeignCaseAgainIsNothingOrTheChangeOnly(t *testing.T) {
	past := []Command{by(machine, "2026-06-01", foreign())}
	again := func(change func(*RecordForeignCase)) Command {
		f := foreign()
		f.Case.Narrative = words() // sealed anew, never comparable
		change(&f)
		return by(machine, "2026-07-01", f)
	}
	walk(t, past...).When(again(func(*RecordForeignCase) {})).ThenNothing(t)
	walk(t, past...).When(again(func(f *RecordForeignCase) { f.Case.Timely, f.Case.State = "No", "" })).
		Then(t, &ForeignChanged{Fields: []string{"state", "timely"}, Case: ForeignCase{Timely: "No"}})
	o := walk(t, past...).When(again(func(f *RecordForeignCase) { f.NarrativeChanged = true }))
	o.Then(t, &ForeignChanged{Fields: []string{"narrative"}, Case: ForeignCase{Narrative: words()}})
	o = walk(t, past...).When(again(func(f *RecordForeignCase) { f.Case.Sent = day("2023-05-10") }))
	if c, _ := o.State().Clock("CFPB.RESPOND"); c.Due != day("2023-05-25") || c.State != ClockShown {
		t.Fatalf("%+v", c)
	}
	o = walk(t, past...).When(again(func(f *RecordForeignCase) { f.Case.Sent = 0 }))
	if s := o.State(); len(s.Clocks) != 0 {
		t.Fatalf("%+v", s.Clocks)
	}
	refused(t, past, again(func(f *RecordForeignCase) { f.Case.Number = "1" }), "other_foreign_case", "")
}

func TestForeignCaseIsRefusedWhenIncomplete(t *testing.T) {
	for code, change := range map[string]func(*RecordForeignCase){
		"number_invalid":      func(f *RecordForeignCase) { f.Case.Number = "" },
		"date_missing":        func(f *RecordForeignCase) { f.Case.Received = 0 },
		"identity_incomplete": func(f *RecordForeignCase) { f.Case.Merchant.ID = "" },
		"no_rule_set":         func(f *RecordForeignCase) { f.Ruleset = "ORD-121" },
	} {
		f := foreign()
		change(&f)
		refused(t, nil, by(machine, "2026-06-01", f), code, "")
	}
}

// foreignFields has every field of ForeignCase but system and number, by JSON name.
func TestForeignFieldsAreComplete(t *testing.T) {
	var want, got []string
	for f := range reflect.TypeFor[ForeignCase]().Fields() {
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		if name != "system" && name != "number" {
			want = append(want, name)
		}
	}
	for _, f := range foreignFields() {
		got = append(got, f.name)
	}
	slices.Sort(want)
	slices.Sort(got)
	if !slices.Equal(want, got) {
		t.Fatalf("%v, not %v", got, want)
	}
}

// Whatever a later file says, the fold of the changes is what it says.
func TestForeignChangesFoldToTheLatestStatement(t *testing.T) {
	d := complaints(t)
	word := rapid.SampledFrom([]string{"", "a", "b"})
	rapid.Check(t, func(t *rapid.T) {
		state := d.Initial
		for i := range rapid.IntRange(1, 6).Draw(t, "files") {
			f := foreign()
			f.Case.Narrative = nil
			f.Case.Timely, f.Case.Tags = word.Draw(t, "timely"), word.Draw(t, "tags")
			f.Case.Merchant.Name = word.Draw(t, "name")
			f.Case.Sent += calendar.Date(rapid.IntRange(0, 1).Draw(t, "sent"))
			events, err := d.Decide(state, by(machine, "2026-06-01", f))
			if err != nil || len(events) > 1 || i == 0 && len(events) != 1 {
				t.Fatalf("%v, %v", events, err)
			}
			for _, e := range events {
				state = d.Evolve(state, e)
			}
			got, _ := json.Marshal(state.Foreign.Case)
			want, _ := json.Marshal(f.Case)
			if string(got) != string(want) || *state.Respondent != f.Case.Merchant {
				t.Fatalf("%s, not %s", got, want)
			}
		}
	})
}
