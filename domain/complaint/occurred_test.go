package complaint

import (
	"errors"
	"reflect"
	"testing"

	"fangxin/domain/calendar"
)

// dated returns the action with its day of the act replaced; ok is false where the
// action has none.
func dated(a Action, o Occurred) (Action, bool) {
	v := reflect.New(reflect.TypeOf(a)).Elem()
	v.Set(reflect.ValueOf(a))
	f := v.FieldByName("Occurred")
	if !f.IsValid() {
		return a, false
	}
	f.Set(reflect.ValueOf(o))
	return v.Interface().(Action), true
}

// occurredOf finds the day of the act in the first fact that has one.
func occurredOf(events []Event) (Occurred, bool) {
	for _, e := range events {
		if f := reflect.ValueOf(e).Elem().FieldByName("Occurred"); f.IsValid() {
			switch o := f.Interface().(type) {
			case Occurred:
				return o, true
			case *Occurred:
				if o != nil {
					return *o, true
				}
			}
		}
	}
	return Occurred{}, false
}

// told: a party that answers an offer does so now, and its fact carries no day.
func told(a Action, by Actor) bool {
	return reflect.ValueOf(a).FieldByName("Spoken").IsValid() && by.Role != RoleOfficer
}

// saysWhen: the action comes with a day of its own.
func saysWhen(a Action) bool {
	o, ok := reflect.ValueOf(a).FieldByName("Occurred").Interface().(Occurred)
	return ok && !o.On.IsZero()
}

// One rule of two times for every act: the day of the act is today unless said; it
// is never in the future; entered late it needs a reason and is marked.
func TestTwoTimesHoldForEveryAct(t *testing.T) {
	d := complaints(t)
	now, today := at("2026-07-03"), day("2026-07-03")
	tried := map[string]bool{}
	for stage, past := range stages() {
		state := d.Given(after(t, d, past...)...).State()
		for _, actor := range []Actor{consumer, merchant, officer, machine} {
			for _, action := range wellFormed(state, today) {
				events, err := d.Decide(state, Command{At: now, Actor: actor, Do: action})
				if _, has := dated(action, Occurred{}); err != nil || !has || saysWhen(action) || heldAsAnnounced(state, action) {
					continue
				}
				name := stage + ", " + actor.Role + ", " + reflect.TypeOf(action).Name()
				tried[reflect.TypeOf(action).Name()] = true
				if o, ok := occurredOf(events); !ok && !told(action, actor) || ok && (o.On != today || o.Late || o.Source == "") {
					t.Errorf("%s: today is %+v", name, o)
				}
				future, _ := dated(action, Occurred{On: today + 1})
				expect(t, d, state, Command{At: now, Actor: actor, Do: future}, name, "in_future", "not_backdated")
				silent, _ := dated(action, Occurred{On: today - 9})
				expect(t, d, state, Command{At: now, Actor: actor, Do: silent}, name, "reason_required", "before_cause", "not_backdated")
				reasoned, _ := dated(action, Occurred{On: today - 9, Reason: words()})
				lateOrRefused(t, d, state, Command{At: now, Actor: actor, Do: reasoned}, name, today-9)
			}
		}
	}
	for _, name := range []string{"Accept", "Decline", "Notify", "Respond", "Agree", "Settle", "Withdraw", "Terminate", "Perform", "Close"} {
		if !tried[name] {
			t.Errorf("%s was never tried", name)
		}
	}
}

// heldAsAnnounced: what was announced for a day is of that day.
func heldAsAnnounced(s State, a Action) bool {
	_, holds := a.(HoldSession)
	_, announced := s.Mediation.scheduled()
	return holds && announced
}

func expect(t *testing.T, d cases, s State, c Command, name string, wanted ...string) {
	t.Helper()
	_, err := d.Decide(s, c)
	for _, code := range wanted {
		if errors.Is(err, &Refusal{Code: code}) {
			return
		}
	}
	t.Errorf("%s: %v, not one of %v", name, err, wanted)
}

// lateOrRefused: with a reason a late entry is a marked fact of that day, unless the
// day lies before what the act rests on.
func lateOrRefused(t *testing.T, d cases, s State, c Command, name string, on calendar.Date) {
	t.Helper()
	events, err := d.Decide(s, c)
	if err != nil {
		if !errors.Is(err, &Refusal{Code: "before_cause"}) && !errors.Is(err, &Refusal{Code: "not_backdated"}) {
			t.Errorf("%s, with a reason: %v", name, err)
		}
		return
	}
	o, ok := occurredOf(events)
	if !ok || o.On != on || !o.Late || o.Reason == nil {
		t.Errorf("%s: entered late as %+v", name, o)
	}
	for _, e := range events {
		s = d.Evolve(s, e)
	}
	if s.LateMarks == 0 {
		t.Errorf("%s: not marked", name)
	}
}

// A late paper complaint is one late entry, though two facts carry its day.
func TestALatePaperComplaintIsMarkedOnce(t *testing.T) {
	f := filing(LaneDepartment)
	f.ReceivedOn = Occurred{On: day("2026-05-25"), Source: "postmark", Reason: words()}
	if s := walk(t).When(by(officer, "2026-06-01", f)).State(); s.LateMarks != 1 {
		t.Fatal(s.LateMarks)
	}
}

// The office records, parties act on line, unless another source is stated.
func TestSourceOfTheDay(t *testing.T) {
	for actor, want := range map[Actor]string{consumer: "online", officer: "record"} {
		o, _ := occurredOf(walk(t, mediated()...).When(by(actor, "2026-06-08", Withdraw{})).Events())
		if o.Source != want {
			t.Errorf("%s: %s", actor.Role, o.Source)
		}
	}
	stated := by(officer, "2026-06-08", Withdraw{Occurred: Occurred{On: day("2026-06-08"), Source: "counter"}})
	if o, _ := occurredOf(walk(t, mediated()...).When(stated).Events()); o.Source != "counter" {
		t.Error(o.Source)
	}
}

// Side says in whose name one acts; it gives no right that the role has not.
func TestSideGivesNoRights(t *testing.T) {
	posing := consumer
	posing.Side = Office
	refused(t, confirmed(), by(posing, "2026-06-03", Accept{}), "not_your_part", "")
	posing = rival
	posing.Side = Consumer
	refused(t, mediated(), by(posing, "2026-06-08", Withdraw{}), "not_your_part", "")
}
