// Package statute holds the law as data: which rule set (规则集) governs a case filed
// on a day, its clocks, its grounds for refusing and for ending, what a notice must
// contain, the official forms, the disclosure policies and the divisions.
//
// Everything is read from files compiled into the program and checked when loaded.
// Each item says how well it is known: verified (its text was read), recalled (from
// memory, a person should check it) or design (no law, a decision of this project).
// Nothing here is legal advice.
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
	Design   Mark = "design"   // not law: a decision of this project
)

func (m Mark) known() bool { return m == Verified || m == Recalled || m == Design }

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
	if !ok || law == "" || article == "" || !mark.known() {
		return fmt.Errorf("citation %q: %w", b, ErrData)
	}
	*c = Citation{Law: law, Article: article, Mark: mark}
	return nil
}
