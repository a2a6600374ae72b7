package statute

import (
	"errors"
	"fmt"
	"slices"

	"fangxin/domain/calendar"
)

// RetainComplaint is the retention class of the personal data in a complaint's file.
const RetainComplaint = "complaint_file"

// Retention is how long a class of data is kept, and from which fact (保存期限, PIPL
// 19: the shortest time that the purpose needs). AtLeast marks a minimum that a law
// sets; Configurable a period that no law sets and the installation may.
type Retention struct {
	ID           string          `json:"id"`
	Version      string          `json:"version"`
	Title        Text            `json:"title"`
	From         string          `json:"from"`
	Period       calendar.Period `json:"period"`
	Basis        string          `json:"basis"`
	AtLeast      bool            `json:"at_least,omitempty"`
	Configurable bool            `json:"configurable,omitempty"`
	Mark         Mark            `json:"mark"`
	Note         Text            `json:"note"`
}

// ErrRetention: a period that may not be set.
var ErrRetention = errors.New("retention period may not be set")

// Retention returns a class by its identifier.
func (c *Catalogue) Retention(id string) (Retention, bool) {
	for _, r := range c.retention {
		if r.ID == id {
			return r, true
		}
	}
	return Retention{}, false
}

// Retentions returns all classes.
func (c *Catalogue) Retentions() []Retention { return slices.Clone(c.retention) }

// WithRetention is the catalogue with the installation's own period of a configurable
// class, in years. ErrRetention where the class is set by law, or years are not 1 to 30.
func (c *Catalogue) WithRetention(id string, years int) (*Catalogue, error) {
	next := *c
	next.retention = slices.Clone(c.retention)
	for i := range next.retention {
		r := &next.retention[i]
		if r.ID != id {
			continue
		}
		if !r.Configurable || years < 1 || years > 30 {
			return nil, fmt.Errorf("%s, %d years: %w", id, years, ErrRetention)
		}
		r.Period = calendar.Period{N: years, Unit: calendar.Years}
		r.Version += fmt.Sprintf("/%dY", years)
		return &next, nil
	}
	return nil, fmt.Errorf("%s: %w", id, ErrRetention)
}

// checkRetention holds the classes to what the code relies on: a period rests on a law
// that was read, or says that it does not.
func (c *Catalogue) checkRetention(f *faults) {
	seen := map[string]bool{}
	for _, r := range c.retention {
		f.add(r.ID != "" && !seen[r.ID], "retention %q without name or named twice", r.ID)
		seen[r.ID] = true
		f.add(r.Title.complete() && r.Note.complete() && r.Version != "" && r.From != "" && r.Basis != "", "retention %s incomplete", r.ID)
		f.add(r.Period.N > 0 && r.Mark.sure(), "retention %s: period or mark", r.ID)
		f.add(r.Configurable == (r.Mark == Design) && r.AtLeast != r.Configurable, "retention %s: set by law or by the installation, not both", r.ID)
	}
	f.add(seen[RetainComplaint], "no retention of %s", RetainComplaint)
}
