package period

import (
	"slices"
	"strings"
	"time"

	"fangxin/domain/calendar"
)

// Command is a request to close a period, at the use case's time.
type Command struct {
	At     time.Time
	Period Month
	// AsOf is the day up to which facts count that were known by its end.
	AsOf calendar.Date
	// Formulas and Policy are what the program publishes by, see Closed.
	Formulas []string
	Policy   string
}

// Refusal is a decision not to close; the text for people is found by Code.
type Refusal struct {
	Code    string
	Rule    string // FANGXIN.periods
	Pointer string // JSON pointer of the field at fault, or empty
}

// HouseRule is the place in this project's own rules on which refusals rest.
const HouseRule = "FANGXIN.periods"

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

// Refusals lists the codes with which a closing is refused to people.
func Refusals() []string {
	return []string{"period_running", "as_of_before_end", "as_of_not_over", "as_of_before_closing", "closed_already", "periods_full"}
}

func refuse(code, pointer string) error {
	return &Refusal{Code: code, Rule: HouseRule, Pointer: pointer}
}

// Bounds of the stream and of one closing. A month that is closed four times on the
// average gives room for two centuries.
const (
	MaxClosings = 10_000
	maxFormulas = 500
	maxFormula  = 100 // bytes
)

// Decider decides on closings. It is pure and holds nothing.
type Decider struct{}

// Initial is a kind of case of which no period was closed.
func (Decider) Initial() State { return State{} }

// Decide answers with the fact that the period is closed, or with a *Refusal.
//
// A period is closed only after its last day, as of a day on or after its last day that
// is itself over. Over all periods the days as of which they are closed never go back:
// what was known by a day is settled once something was published as of it. A period
// that is closed again as of the same day needs other formulas or another policy.
func (Decider) Decide(s State, c Command) ([]Event, error) {
	today := calendar.DateOf(c.At)
	switch {
	case !c.Period.Valid():
		return nil, refuse("period_unknown", "")
	case !named(c.Policy) || !listed(c.Formulas):
		return nil, refuse("formulas_unknown", "")
	case today <= c.Period.Last():
		return nil, refuse("period_running", "")
	case c.AsOf < c.Period.Last():
		return nil, refuse("as_of_before_end", "/as_of")
	case c.AsOf >= today:
		return nil, refuse("as_of_not_over", "/as_of")
	case s.Last() != nil && c.AsOf < s.Last().AsOf:
		return nil, refuse("as_of_before_closing", "/as_of")
	case s.Len() >= MaxClosings:
		return nil, refuse("periods_full", "")
	}
	before := s.Of(c.Period)
	if n := len(before); n > 0 && before[n-1].says(c) {
		return nil, refuse("closed_already", "/as_of")
	}
	return []Event{&Closed{
		Period: c.Period, AsOf: c.AsOf, Formulas: slices.Clone(c.Formulas), Policy: c.Policy, Closing: len(before) + 1, On: today,
	}}, nil
}

// says is true where closing again would publish what is published.
func (e *Closed) says(c Command) bool {
	return e.AsOf == c.AsOf && e.Policy == c.Policy && slices.Equal(e.Formulas, c.Formulas)
}

// named is a name of 1 to 100 printable characters of ASCII.
func named(s string) bool {
	return s != "" && len(s) <= maxFormula && !strings.ContainsFunc(s, func(r rune) bool { return r <= ' ' || r > '~' })
}

// listed is a list of names in order of text, each once.
func listed(formulas []string) bool {
	for i, f := range formulas {
		if !named(f) || !strings.Contains(f, "@") || i > 0 && f <= formulas[i-1] {
			return false
		}
	}
	return len(formulas) > 0 && len(formulas) <= maxFormulas
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

// Ruleset names no law: periods are closed alike under each.
func (Decider) Ruleset(State) string { return "" }
