// Package statute holds the law as data: which rule set (规则集) governs a case filed
// on a day, its clocks, its grounds for refusing and for ending, what a notice must
// contain, the official forms, the disclosure policies and the divisions.
//
// Everything is read from files compiled into the program and checked when loaded.
// Each item says how well it is known: verified (its text was read), recalled (from
// memory, a person should check it), unsure (nothing rests on it before a person has
// checked it) or design (no law, a decision of this project). What is recalled can be
// settled, and what a region adds can be loaded, from a file of Refinements. Nothing
// here is legal advice.
//
// A case asks NamedIn for its pinned rule set, with what its region adds for its
// filing day, and Calendars for the calendar of its region. Clocks are counted by
// Compute, told by Explain, counted anew by Running.Again; Override puts a case under
// another rule set. All of it is pure: nothing is recorded here.
package statute

import (
	"errors"
	"fmt"
	"strings"

	"fangxin/domain/calendar"
)

// ErrData is wrapped by every refusal of a data file.
var ErrData = errors.New("statute data")

// ErrNoRuleSet says that no rule set is known: a native filing before 2020-01-01,
// or an unknown name.
var ErrNoRuleSet = errors.New("no rule set")

// Mark says how well an item is known.
type Mark string

// The marks.
const (
	Verified Mark = "verified" // the text of the law was read
	Recalled Mark = "recalled" // from memory or a secondary source; to be checked
	Unsure   Mark = "unsure"   // from memory, with doubt: nothing may rest on it
	Design   Mark = "design"   // not law: a decision of this project
)

func (m Mark) known() bool { return m.sure() || m == Unsure }

// sure marks are those on which a rule may rest.
func (m Mark) sure() bool { return m == Verified || m == Recalled || m == Design }

// Text is a text of the law or a name in both languages.
type Text struct {
	ZH string `json:"zh"`
	EN string `json:"en"`
}

func (t Text) complete() bool { return t.ZH != "" && t.EN != "" }

// Law is one legal text (法律、法规、规章) or, marked design, a rule of this project.
type Law struct {
	ID       string        `json:"id"`
	Title    Text          `json:"title"`
	Number   string        `json:"number,omitempty"`
	From     calendar.Date `json:"from,omitzero"`
	To       calendar.Date `json:"to,omitzero"`
	Mark     Mark          `json:"mark"`      // of the text
	FromMark Mark          `json:"from_mark"` // of the date from which it is in force

	Amendments []Amendment `json:"amendments,omitempty"` // by date
}

// Amendment (修改) is a change of a legal text that starts no rule set of its own:
// it touches no clock and no ground.
type Amendment struct {
	ID       string        `json:"id"`
	Number   string        `json:"number,omitempty"`
	Decided  calendar.Date `json:"decided,omitzero"`
	From     calendar.Date `json:"from,omitzero"`
	FromMark Mark          `json:"from_mark"`
	Articles []string      `json:"articles,omitempty"` // absent where they are not known
	Change   Text          `json:"change"`
	Mark     Mark          `json:"mark"`
}

// Amended returns the amendments in force on d. Those whose date is unsure are left
// out until a person has checked it.
func (l Law) Amended(d calendar.Date) []Amendment {
	var out []Amendment
	for _, a := range l.Amendments {
		if a.FromMark.sure() && !a.From.IsZero() && a.From <= d {
			out = append(out, a)
		}
	}
	return out
}

// InForce says whether the text was in force on d.
func (l Law) InForce(d calendar.Date) bool {
	return d >= l.From && (l.To.IsZero() || d <= l.To)
}

// Citation points at a place in a Law. In data files it is one string, "ORD-121 15",
// followed by " [recalled]" or " [design]" when the place was not read.
type Citation struct {
	Law     string
	Article string
	Mark    Mark
}

// String gives the form of the data files.
func (c Citation) String() string {
	s := c.Law + " " + c.Article
	if c.Mark != Verified {
		s += " [" + string(c.Mark) + "]"
	}
	return s
}

// MarshalText writes the form of the data files.
func (c Citation) MarshalText() ([]byte, error) { return []byte(c.String()), nil }

// UnmarshalText reads the form of the data files.
func (c *Citation) UnmarshalText(b []byte) error {
	s, mark := string(b), Verified
	if rest, in, ok := strings.Cut(s, " ["); ok && strings.HasSuffix(in, "]") {
		s, mark = rest, Mark(strings.TrimSuffix(in, "]"))
	}
	law, article, ok := strings.Cut(s, " ")
	if !ok || law == "" || article == "" || !mark.sure() {
		return fmt.Errorf("citation %q: %w", b, ErrData)
	}
	*c = Citation{Law: law, Article: article, Mark: mark}
	return nil
}
