package numbering

import (
	"time"
	"unicode/utf8"

	"fangxin/domain/calendar"
	"fangxin/domain/sealed"
)

// Command is a request to a row, at the use case's time.
type Command struct {
	Row Row
	At  time.Time
	Do  Action
}

// Action is what is asked: a closed union of Take and Void.
type Action interface {
	decide(State, Command) ([]Event, error)
}

// Take asks for the number of a notice. The notice's id makes it safe to ask again:
// the same notice has the same number, whatever else the request says.
type Take struct {
	Notice string
	Case   string
	Form   int // official form, 0 for a plain letter
	Dated  calendar.Date
	Style  Style
}

// Void declares a number not valid (作废), by the notice that has it.
type Void struct {
	Notice string
	Why    Why
	Reason *sealed.Value // needed for WhyOther
}

// Refusal is a decision not to do what was asked; the text for people is found by Code.
type Refusal struct {
	Code    string
	Rule    string // FANGXIN.numbering
	Pointer string // JSON pointer of the field at fault, or empty
}

// HouseRule is the place in this project's own rules on which refusals rest.
const HouseRule = "FANGXIN.numbering"

func (r *Refusal) Error() string {
	s := "refused: " + r.Code
	if r.Pointer != "" {
		s += " at " + r.Pointer
	}
	return s + " by " + r.Rule
}

// Is matches a refusal with the same code; a Pointer in the target must match as well.
func (r *Refusal) Is(target error) bool {
	t, ok := target.(*Refusal)
	return ok && t.Code == r.Code && (t.Pointer == "" || t.Pointer == r.Pointer)
}

func refuse(code, pointer string) error {
	return &Refusal{Code: code, Rule: HouseRule, Pointer: pointer}
}

// Decider decides on rows of numbers. It is pure and holds nothing.
type Decider struct{}

// Initial is a row of which nothing was taken.
func (Decider) Initial() State { return State{} }

// Decide answers with the facts a command leads to, or with a *Refusal. No facts and
// no refusal means that nothing changed: ask the State for the notice's number.
func (Decider) Decide(s State, c Command) ([]Event, error) {
	switch {
	case c.Do == nil:
		return nil, refuse("no_action", "")
	case !c.Row.Valid():
		return nil, refuse("row_unknown", "")
	}
	return c.Do.decide(s, c)
}

// Evolve adds a fact to the state. It never fails and checks nothing.
func (Decider) Evolve(s State, e Event) State {
	e.applyTo(&s)
	return s
}

// At returns the command with its time replaced.
func (Decider) At(c Command, at time.Time) Command {
	c.At = at
	return c
}

// Ruleset names no law: numbers are given alike under each.
func (Decider) Ruleset(State) string { return "" }

func (a Take) decide(s State, c Command) ([]Event, error) {
	if !identifier(a.Notice) || !identifier(a.Case) {
		return nil, refuse("notice_unknown", "/notice")
	}
	if e, ok := s.Of(a.Notice); ok {
		if e.Void != nil {
			return nil, refuse("number_voided", "/notice")
		}
		return nil, nil
	}
	year, _, _ := a.Dated.Civil()
	switch {
	case year != c.Row.Year:
		return nil, refuse("other_year", "/dated")
	case a.Dated > calendar.DateOf(c.At):
		return nil, refuse("dated_in_future", "/dated")
	case s.Next() > MaxNumber:
		return nil, refuse("row_full", "")
	}
	text, err := a.Style.Text(a.Form, c.Row.Year, s.Next())
	if err != nil {
		return nil, refuse("style_unknown", "/form")
	}
	return []Event{&Taken{Number: s.Next(), Text: text, Notice: a.Notice, Case: a.Case, Form: a.Form, Dated: a.Dated}}, nil
}

func (a Void) decide(s State, c Command) ([]Event, error) {
	e, ok := s.Of(a.Notice)
	switch {
	case !ok:
		return nil, refuse("number_unknown", "/notice")
	case e.Void != nil:
		return nil, nil
	case !a.Why.known():
		return nil, refuse("why_unknown", "/why")
	case a.Why == WhyOther && (a.Reason == nil || a.Reason.IsZero()):
		return nil, refuse("reason_required", "/reason")
	}
	on := calendar.DateOf(c.At)
	if on < e.Dated {
		return nil, refuse("before_cause", "")
	}
	return []Event{&Voided{Number: e.Number, Why: a.Why, Reason: a.Reason, On: on}}, nil
}

// identifier is an opaque id: 1 to 80 printable characters of ASCII.
func identifier(s string) bool {
	if s == "" || len(s) > 80 || !utf8.ValidString(s) {
		return false
	}
	for _, b := range []byte(s) {
		if b <= ' ' || b > '~' {
			return false
		}
	}
	return true
}
