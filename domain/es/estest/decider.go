package estest

import (
	"errors"
	"fmt"
	"reflect"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// Decider is a decider under test: a state S, commands C, events E.
//
//	complaints.Given(Filed{…}).When(Accept{…}).Then(t, Accepted{…})
//	complaints.Given(Closed{…}).When(Accept{…}).ThenError(t, ErrClosed)
type Decider[S, C, E any] struct {
	Initial S
	Decide  func(S, C) ([]E, error)
	Evolve  func(S, E) S
}

// Scenario is a decider with a past.
type Scenario[S, C, E any] struct {
	decider Decider[S, C, E]
	past    []E
}

// Outcome is what one command led to.
type Outcome[S, C, E any] struct {
	scenario Scenario[S, C, E]
	command  C
	events   []E
	err      error
	impure   string // how two equal decisions differed
}

// Given is the past, in order. None at all is a past, too.
func (d Decider[S, C, E]) Given(events ...E) Scenario[S, C, E] {
	return Scenario[S, C, E]{decider: d, past: events}
}

// State is the fold of the past.
func (s Scenario[S, C, E]) State() S {
	state := s.decider.Initial
	for _, e := range s.past {
		state = s.decider.Evolve(state, e)
	}
	return state
}

// When decides the command. It decides twice, on two folds of the same past: a
// decider that answers differently is not pure, and every Then says so.
func (s Scenario[S, C, E]) When(command C) Outcome[S, C, E] {
	o := Outcome[S, C, E]{scenario: s, command: command}
	o.events, o.err = s.decider.Decide(s.State(), command)
	again, err := s.decider.Decide(s.State(), command)
	if (err == nil) != (o.err == nil) {
		o.impure = fmt.Sprintf("first %v, then %v", o.err, err)
	} else {
		o.impure = diff(o.events, again)
	}
	return o
}

// When goes on from what the first command led to. A refused command leaves the
// past as it was.
func (o Outcome[S, C, E]) When(command C) Outcome[S, C, E] {
	past := append(o.scenario.past[:len(o.scenario.past):len(o.scenario.past)], o.events...)
	return Scenario[S, C, E]{decider: o.scenario.decider, past: past}.When(command)
}

// Then expects exactly these events.
func (o Outcome[S, C, E]) Then(t testing.TB, want ...E) Outcome[S, C, E] {
	t.Helper()
	o.pure(t)
	if o.err != nil {
		t.Fatalf("%T was refused: %v", o.command, o.err)
	}
	if d := diff(want, o.events); d != "" {
		t.Fatalf("%T: events differ (-want +got):\n%s", o.command, d)
	}
	return o
}

// ThenNothing expects that the command was taken and nothing happened.
func (o Outcome[S, C, E]) ThenNothing(t testing.TB) Outcome[S, C, E] {
	t.Helper()
	return o.Then(t)
}

// ThenError expects a refusal that errors.Is the target, and no events.
func (o Outcome[S, C, E]) ThenError(t testing.TB, target error) Outcome[S, C, E] {
	t.Helper()
	o.refused(t)
	if !errors.Is(o.err, target) {
		t.Fatalf("%T: refused with %q, not %q", o.command, o.err, target)
	}
	return o
}

// ThenState expects the state after the command.
func (o Outcome[S, C, E]) ThenState(t testing.TB, want S) Outcome[S, C, E] {
	t.Helper()
	o.pure(t)
	if d := diff(want, o.State()); d != "" {
		t.Fatalf("%T: state differs (-want +got):\n%s", o.command, d)
	}
	return o
}

// Events are those the command led to, Err its refusal, for checks of one's own.
func (o Outcome[S, C, E]) Events() []E { return o.events }
func (o Outcome[S, C, E]) Err() error  { return o.err }

// State is the fold of the past and of what the command led to.
func (o Outcome[S, C, E]) State() S {
	state := o.scenario.State()
	for _, e := range o.events {
		state = o.scenario.decider.Evolve(state, e)
	}
	return state
}

// RefusedAs expects a refusal that errors.As finds to be a T, and returns it.
func RefusedAs[T error, S, C, E any](t testing.TB, o Outcome[S, C, E]) T {
	t.Helper()
	o.refused(t)
	var target T
	if !errors.As(o.err, &target) {
		t.Fatalf("%T: refused with %T %q, not a %T", o.command, o.err, o.err, target)
	}
	return target
}

func (o Outcome[S, C, E]) refused(t testing.TB) {
	t.Helper()
	o.pure(t)
	if o.err == nil {
		t.Fatalf("%T was not refused; events: %+v", o.command, o.events)
	}
	if len(o.events) != 0 {
		t.Fatalf("%T was refused (%v) and yet gave events: %+v", o.command, o.err, o.events)
	}
}

func (o Outcome[S, C, E]) pure(t testing.TB) {
	t.Helper()
	if o.impure != "" {
		t.Fatalf("%T: two decisions on the same past differ:\n%s", o.command, o.impure)
	}
}

// diff compares values of any type, unexported fields included; nil and empty
// slices of events are the same.
func diff[T any](want, got T) string {
	if w := reflect.ValueOf(&want).Elem(); w.Kind() == reflect.Slice && w.Len() == 0 &&
		reflect.ValueOf(&got).Elem().Len() == 0 {
		return ""
	}
	return cmp.Diff(want, got, cmp.Exporter(func(reflect.Type) bool { return true }))
}
