package complaint

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"fangxin/domain/calendar"
	"fangxin/domain/es/estest"
)

// An event that went through JSON is the same fact: nothing is lost, and nothing of
// Go's own shows up in it.
func TestFactsSurviveJSON(t *testing.T) {
	d := complaints(t)
	open := cmp.Exporter(func(reflect.Type) bool { return true })
	for name, past := range stages() {
		events := after(t, d, past...)
		stored := make([]Event, len(events))
		for i, e := range events {
			data, err := json.Marshal(e)
			if err != nil || strings.Contains(string(data), "fact\"") {
				t.Fatalf("%T: %s, %v", e, data, err)
			}
			stored[i] = reflect.New(reflect.TypeOf(e).Elem()).Interface().(Event)
			if err := json.Unmarshal(data, stored[i]); err != nil {
				t.Fatalf("%T: %v", e, err)
			}
		}
		want, got := d.Given(events...).State(), d.Given(stored...).State()
		if diff := cmp.Diff(want, got, open); diff != "" {
			t.Fatalf("%s:\n%s", name, diff)
		}
	}
}

// FuzzEvolve folds any JSON as any sequence of facts: damaged or strange streams are
// shown, never a crash; and no command on them crashes either.
func FuzzEvolve(f *testing.F) {
	f.Add([]byte{0, 1, 12}, []byte(`{"id":"x","clock":{"rule":"CP.ACCEPT","due":"2026-06-10","due_wide":"2026-06-10"}}`))
	f.Add([]byte{30, 31, 45, 80, 77}, []byte(`{"offer":"a","answers":"a","fields":["sent_on"],"terms":{"kind":"refund"}}`))
	f.Add([]byte{72, 73, 74, 75}, []byte(`{"record":{"policy":"NM-2026.1"},"result":"corrected","clock":{"rule":"PUB.OBJECT"}}`))
	d := NewDecider(law(f))
	f.Fuzz(func(t *testing.T, order, body []byte) {
		types := everyEvent()
		state := d.Initial()
		for i, b := range order {
			if i == 12 {
				break
			}
			e := reflect.New(reflect.TypeOf(types[int(b)%len(types)]).Elem()).Interface().(Event)
			_ = json.Unmarshal(body, e) // whatever could be read is folded
			state = d.Evolve(state, e)
		}
		for _, actor := range []Actor{consumer, merchant, officer, machine} {
			d.Allowed(state, actor, at("2026-07-03"))
			for _, action := range append(wellFormed(state, day("2026-07-03")), illFormed()...) {
				_, _ = d.Decide(state, Command{At: at("2026-07-03"), Actor: actor, Do: action})
			}
		}
	})
}

// Any order of facts at all, not only those that commands lead to.
func TestAnyOrderOfFactsCanBeDecidedUpon(t *testing.T) {
	d := NewDecider(law(t))
	types := everyEvent()
	rapid.Check(t, func(t *rapid.T) {
		state := d.Initial()
		for range rapid.IntRange(0, 12).Draw(t, "facts") {
			state = d.Evolve(state, rapid.SampledFrom(types).Draw(t, "fact"))
		}
		actor := rapid.SampledFrom(everyone()).Draw(t, "actor")
		now := day("2026-06-20").Start().Add(time.Duration(rapid.IntRange(0, 3000).Draw(t, "hours")) * time.Hour)
		for _, action := range append(wellFormed(state, calendar.DateOf(now)), illFormed()...) {
			_, _ = d.Decide(state, Command{At: now, Actor: actor, Do: action})
		}
		d.Allowed(state, actor, now)
	})
}

func TestRefusalsAreTestable(t *testing.T) {
	var err error = &Refusal{Code: "ended", Rule: "FANGXIN.case", Pointer: "/x"}
	for _, c := range []struct {
		target error
		is     bool
	}{
		{&Refusal{Code: "ended"}, true},
		{&Refusal{Code: "ended", Rule: "FANGXIN.case"}, true},
		{&Refusal{Code: "ended", Rule: "ORD-121.15"}, false},
		{&Refusal{Code: "ended", Pointer: "/y"}, false},
		{&Refusal{Code: "not_ended"}, false},
		{errors.New("ended"), false},
	} {
		if errors.Is(err, c.target) != c.is {
			t.Errorf("%v is %v: %v", err, c.target, !c.is)
		}
	}
	if got := err.Error(); got != "refused: ended at /x by FANGXIN.case" {
		t.Error(got)
	}
}

func TestTheRunnerMovesTimeAndNamesTheLaw(t *testing.T) {
	d := NewDecider(law(t))
	c := d.At(accept(), at("2026-06-09"))
	if !c.At.Equal(at("2026-06-09")) || c.Actor != officer {
		t.Fatalf("%+v", c)
	}
	if got := d.Ruleset(walk(t, received()...).State()); got != "ORD-121" {
		t.Fatal(got)
	}
}

// A case whose pinned rule set this program does not know is not decided upon.
func TestUnknownRuleSet(t *testing.T) {
	d := complaints(t)
	past := append(after(t, d, confirmed()...), &RulesetOverridden{To: "ORD-999"})
	if r := estest.RefusedAs[*Refusal](t, d.Given(past...).When(accept())); r.Code != "no_rule_set" {
		t.Fatal(r)
	}
}

// A case is folded whole on every command, so what it gathers is bounded.
func TestACaseGathersABoundedNumberOfEntries(t *testing.T) {
	d := complaints(t)
	s := d.Given(after(t, d, mediated()...)...).State()
	for i := range maxEntries {
		id := string(binary.BigEndian.AppendUint16(nil, uint16(i)))
		s = d.Evolve(s, &OfferMade{Offer: id, By: Consumer})
		s = d.Evolve(s, &Responded{})
		s = d.Evolve(s, &Supplemented{})
		s = d.Evolve(s, &NoticeIssued{Notice: id})
	}
	for _, c := range []Command{
		offer(merchant, "f-x", "", "2026-06-05"), respond(merchant, "2026-06-05", ""),
		by(consumer, "2026-06-05", Supplement{Text: words()}), tell("n-x", AboutMediation, Merchant, "2026-06-05"),
	} {
		if _, err := d.Decide(s, c); !errors.Is(err, &Refusal{Code: "too_many"}) {
			t.Errorf("%T: %v", c.Do, err)
		}
	}
}

func BenchmarkEvolve(b *testing.B) {
	d := NewDecider(law(b))
	events := after(b, gwt(d), ended()...)
	b.ReportAllocs()
	for b.Loop() {
		s := d.Initial()
		for _, e := range events {
			s = d.Evolve(s, e)
		}
	}
	b.ReportMetric(float64(len(events)), "events/op")
}

func BenchmarkDecideFile(b *testing.B) {
	d := NewDecider(law(b))
	c := file(LaneDepartment)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := d.Decide(d.Initial(), c); err != nil {
			b.Fatal(err)
		}
	}
}
