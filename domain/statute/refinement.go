package statute

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"fangxin/domain/calendar"
)

// ErrRefinement is wrapped by every refusal of a file of refinements; the message
// names the file's version and the refinement.
var ErrRefinement = errors.New("refinement")

// Bounds of a file of refinements.
const (
	maxRefinementBytes = 256 << 10
	maxRefinements     = 500
	maxTextBytes       = 600
	maxDaysOff         = 31
)

// RefinementKind says what a refinement does.
type RefinementKind string

// The kinds of refinements, and what keeps each within the law.
const (
	// RefinePeriod sets a shorter period beside one of the law's; the earlier end
	// wins. A reminder, for which the law sets no days, may have any length. The
	// periods of mediation are not refinable: their end is a ground for
	// terminating, and an earlier one would take something from the parties.
	RefinePeriod RefinementKind = "period"
	// RefineFactor says a factor of Order 121 art 17 in more detail; prefecture
	// level and above only, and never a new ground.
	RefineFactor RefinementKind = "factor"
	// RefineChannel adds a channel for filing where the list is open.
	RefineChannel RefinementKind = "channel"
	// RefineDaysOff gives days off for a local festival; the wide reading only.
	RefineDaysOff RefinementKind = "days_off"
	// RefineSettle replaces what is recalled by what a person has read.
	RefineSettle RefinementKind = "settle"
)

// Refinements is a file of what a region adds to the law, and of what has been
// checked since. It is data from outside: strict in form, and checked against the
// catalogue when it is loaded.
type Refinements struct {
	Version string       `json:"version"`
	Title   Text         `json:"title"`
	Laws    []Law        `json:"laws,omitempty"` // the local texts that it cites
	Items   []Refinement `json:"refinements"`
	// Policies of disclosure that hold from a day on, in place of earlier ones.
	Policies []DisclosurePolicy `json:"policies,omitempty"`
}

// Refinement is one change. Region is a division code or its leading digits; From
// and To are filing dates, both included; absent they are open. Citations name laws
// of the program or of the file. The fields below Mark belong to the kinds named
// beside them and to no other:
//
//	{"id": "accept-5", "kind": "period", "region": "1507", "from": "2026-06-01",
//	 "clock": "CP.ACCEPT", "period": {"n": 5, "unit": "WD"},
//	 "citations": ["HULUN-1 3"], "mark": "verified"}
type Refinement struct {
	ID        string         `json:"id"`
	Kind      RefinementKind `json:"kind"`
	Region    string         `json:"region,omitempty"`
	RuleSets  []string       `json:"rule_sets,omitempty"` // absent: all in which it can hold
	From      calendar.Date  `json:"from,omitzero"`
	To        calendar.Date  `json:"to,omitzero"`
	Citations []Citation     `json:"citations"`
	Mark      Mark           `json:"mark"`

	Clock  string           `json:"clock,omitempty"`  // period, settle
	Period *calendar.Period `json:"period,omitempty"` // period, settle

	Factor  string   `json:"factor,omitempty"`   // factor: the one said in more detail
	Code    string   `json:"code,omitempty"`     // factor, channel, days_off
	Title   *Text    `json:"title,omitempty"`    // factor, channel, days_off
	FiledAs []string `json:"filed_as,omitempty"` // channel

	Off []calendar.Date `json:"off,omitempty"` // days_off

	Law       string        `json:"law,omitempty"`       // settle: whose date
	Amendment string        `json:"amendment,omitempty"` // settle: of that law
	InForce   calendar.Date `json:"in_force,omitzero"`   // settle
	Place     *Citation     `json:"place,omitempty"`     // settle: as it stands, recalled
	Is        *Citation     `json:"is,omitempty"`        // settle: as it was read

	File string `json:"-"` // version of the file
}

// ReadRefinements reads a file of at most 256 KiB strictly: unknown fields, fields
// of another kind, text after the value and texts beyond their bounds are refused.
// What it says is checked against the law by LoadWith.
func ReadRefinements(r io.Reader) (Refinements, error) {
	text, err := io.ReadAll(io.LimitReader(r, maxRefinementBytes+1))
	if err != nil {
		return Refinements{}, fmt.Errorf("%w: %w", ErrRefinement, err)
	}
	if len(text) > maxRefinementBytes || !utf8.Valid(text) {
		return Refinements{}, fmt.Errorf("%w: longer than %d bytes or not UTF-8", ErrRefinement, maxRefinementBytes)
	}
	f, err := parseRefinements(text)
	if err != nil {
		return Refinements{}, fmt.Errorf("%w: %w", ErrRefinement, err)
	}
	if err := f.form(); err != nil {
		return Refinements{}, fmt.Errorf("%w: file %q: %w", ErrRefinement, short(f.Version), err)
	}
	for i := range f.Items {
		f.Items[i].File = f.Version
	}
	return f, nil
}

// parseRefinements decodes the file and then item by item, so that a message says
// which of them cannot be read.
func parseRefinements(text []byte) (Refinements, error) {
	var outer struct {
		Version string            `json:"version"`
		Title   Text              `json:"title"`
		Laws    []Law             `json:"laws"`
		Items   []json.RawMessage `json:"refinements"`
		Policy  []json.RawMessage `json:"policies"`
	}
	if err := decodeOutside(text, &outer); err != nil {
		return Refinements{}, err
	}
	f := Refinements{Version: outer.Version, Title: outer.Title, Laws: outer.Laws}
	if len(outer.Items) > maxRefinements {
		return f, fmt.Errorf("more than %d refinements", maxRefinements)
	}
	for i, raw := range outer.Items {
		var r Refinement
		if err := decode(raw, &r); err != nil {
			return f, fmt.Errorf("file %q, refinement %d: %w", short(f.Version), i+1, err)
		}
		f.Items = append(f.Items, r)
	}
	return f, f.readPolicies(outer.Policy)
}

// form checks what can be seen without the law.
func (f Refinements) form() error {
	var bad faults
	bad.add(isToken(f.Version), "version is missing or no token")
	bad.add(f.Title.complete() && f.Title.bounded(), "title missing or too long")
	bad.add(len(f.Items)+len(f.Policies) > 0 && len(f.Laws) <= maxRefinements, "no refinement, or more than %d laws", maxRefinements)
	for _, l := range f.Laws {
		bad.add(isToken(l.ID) && l.Title.bounded() && len(l.Number) <= maxTextBytes, "law %q: no token or too long", short(l.ID))
	}
	for _, p := range f.Policies {
		if err := p.form(); err != nil {
			bad.add(false, "policy %q: %w", short(p.Version), err)
		}
	}
	seen := map[string]bool{}
	for _, r := range f.Items {
		bad.add(isToken(r.ID) && !seen[r.ID], "%q is no token or named twice", short(r.ID))
		seen[r.ID] = true
		if err := r.form(); err != nil {
			bad.add(false, "%q: %w", short(r.ID), err)
		}
	}
	return errors.Join(bad.list...)
}

func (r Refinement) form() error {
	var bad faults
	allowed, ok := refinementFields(r.Kind)
	bad.add(ok, "kind %q is unknown", short(string(r.Kind)))
	for _, field := range r.given() {
		bad.add(slices.Contains(allowed, field), "%s does not belong to kind %s", field, short(string(r.Kind)))
	}
	bad.add(len(r.Citations) > 0 && r.Mark.sure(), "citation or mark missing")
	bad.add(r.To.IsZero() || r.To >= r.From, "ends before it begins")
	bad.add(r.Title == nil || r.Title.complete() && r.Title.bounded(), "title incomplete or too long")
	bad.add(r.Period == nil || r.Period.Check() == nil, "no such period")
	bad.add(len(r.Off) <= maxDaysOff && slices.IsSorted(r.Off), "days off do not rise or are more than %d", maxDaysOff)
	bad.add(!slices.Contains(r.Off, 0) && len(slices.Compact(slices.Clone(r.Off))) == len(r.Off), "day off missing or named twice")
	for _, c := range r.FiledAs {
		bad.add(isToken(c), "channel %q", short(c))
	}
	return errors.Join(bad.list...)
}

// refinementFields lists the fields of a kind.
func refinementFields(k RefinementKind) ([]string, bool) {
	where := []string{"region", "rule_sets", "from", "to"}
	switch k {
	case RefinePeriod:
		return append(where, "clock", "period"), true
	case RefineFactor:
		return append(where, "factor", "code", "title"), true
	case RefineChannel:
		return append(where, "code", "title", "filed_as"), true
	case RefineDaysOff:
		return []string{"region", "code", "title", "off"}, true
	case RefineSettle:
		return []string{"clock", "period", "law", "amendment", "in_force", "place", "is"}, true
	}
	return nil, false
}

// given lists the fields that are filled.
func (r Refinement) given() []string {
	var out []string
	add := func(name string, filled bool) {
		if filled {
			out = append(out, name)
		}
	}
	add("region", r.Region != "")
	add("rule_sets", r.RuleSets != nil)
	add("from", !r.From.IsZero())
	add("to", !r.To.IsZero())
	add("clock", r.Clock != "")
	add("period", r.Period != nil)
	add("factor", r.Factor != "")
	add("code", r.Code != "")
	add("title", r.Title != nil)
	add("filed_as", r.FiledAs != nil)
	add("off", r.Off != nil)
	add("law", r.Law != "")
	add("amendment", r.Amendment != "")
	add("in_force", !r.InForce.IsZero())
	add("place", r.Place != nil)
	add("is", r.Is != nil)
	return out
}

// LoadWith reads the law compiled into the program, settles what the files settle
// and keeps what their regions add. Later files come after earlier ones; none can
// undo another. The error wraps ErrRefinement and names every fault.
func LoadWith(files ...Refinements) (*Catalogue, error) {
	c, err := Load()
	if err != nil || len(files) == 0 {
		return c, err
	}
	var f faults
	for _, file := range files {
		f.add(!slices.ContainsFunc(c.refined, func(r Refinement) bool { return r.File == file.Version }), "file %q is loaded twice", file.Version)
		c.laws = append(c.laws, file.Laws...)
		c.refined = append(c.refined, file.Items...)
		c.policies = append(c.policies, file.Policies...)
	}
	for i := range c.refined {
		if r := &c.refined[i]; r.Kind == RefineSettle {
			c.settle(&f, r)
		}
	}
	c.link()
	if err := c.check(); err != nil {
		f.list = append(f.list, err)
	}
	for i := range c.refined {
		c.checkRefinement(&f, &c.refined[i])
	}
	if len(f.list) > 0 {
		return nil, fmt.Errorf("%w: %w", ErrRefinement, errors.Join(f.list...))
	}
	for i := range c.refined {
		c.resolve(&c.refined[i])
	}
	return c, nil
}

// where names a refinement in a message.
func (r Refinement) where() string { return fmt.Sprintf("file %q, %q", short(r.File), short(r.ID)) }

// isToken says whether s is a name of letters, digits and a few signs.
func isToken(s string) bool {
	if s == "" || len(s) > 60 {
		return false
	}
	for _, b := range []byte(s) {
		if !(b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z' || b >= '0' && b <= '9' || strings.IndexByte("._-", b) >= 0) {
			return false
		}
	}
	return true
}

func (t Text) bounded() bool { return len(t.ZH) <= maxTextBytes && len(t.EN) <= maxTextBytes }

// short bounds what a message repeats of a file.
func short(s string) string {
	if len(s) > 60 {
		return strings.ToValidUTF8(s[:60], "") + "…"
	}
	return s
}
