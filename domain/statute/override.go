package statute

import (
	"errors"
	"fmt"
	"slices"

	"fangxin/domain/calendar"
)

// ErrOverride is wrapped by every refusal of an override; the cause follows it.
var ErrOverride = errors.New("rule set cannot be overridden")

// Causes of a refused override, each wrapped with ErrOverride.
var (
	ErrOverrideSame     = errors.New("the case stands under it already")
	ErrOverrideForeign  = errors.New("imported cases keep their own rules")
	ErrOverrideNotYet   = errors.New("not in force yet")
	ErrOverrideRepealed = errors.New("repealed before the case was filed")
	ErrOverrideReason   = errors.New("unknown reason")
)

// Running is a clock of a case that has not ended, with what is needed to count it
// again.
type Running struct {
	Clock
	Pauses   []Pause
	Extended bool // an extension was approved
}

// Again counts the clock anew under a rule: with a newer calendar, or under another
// rule set. changed says whether either day, or what is said of them, is another; a
// newer calendar that gives the same days changes nothing but its name.
func (r Running) Again(cal *calendar.Calendar, rule ClockRule) (c Clock, changed bool, err error) {
	if r.Extended {
		rule = rule.Extended()
	}
	c, err = Compute(cal, rule, r.StartedOn, r.Pauses)
	was := r.Clock
	was.Calendar = c.Calendar
	return c, err == nil && c != was, err
}

// OverrideRequest asks to put a case under another rule set. No text says which
// rules govern a case pending when new ones come into force (Order 121 art 46), so
// the filing date decides and an officer may decide otherwise, with a reason.
type OverrideRequest struct {
	From    string // pinned on the case
	To      string
	Reason  string // a code of the vocabulary's override_reason
	FiledOn calendar.Date
	Today   calendar.Date
	Region  string // of the case, for what its region refines; may be empty
	Running []Running
}

// Override is what an override changes: the event to be recorded, in codes.
type Override struct {
	From   string   `json:"from"`
	To     string   `json:"to"`
	Reason string   `json:"reason"`
	Clocks []Clock  `json:"clocks,omitempty"` // counted again under To, in the order given
	Lapsed []string `json:"lapsed,omitempty"` // rules of clocks that To does not know
	Gained []string `json:"gained,omitempty"` // provisions and grounds that hold from now on
	Lost   []string `json:"lost,omitempty"`   // those that no longer hold
}

// Override puts a case under another rule set: every running clock whose duty the
// new rules know starts again from its own first day under them, with the pauses they
// admit; the others lapse. It decides nothing else and records nothing. The error
// wraps ErrOverride and a cause, ErrNoRuleSet, or calendar.ErrPeriod for a clock
// that cannot be counted.
func (c *Catalogue) Override(cal *calendar.Calendar, q OverrideRequest) (Override, error) {
	from, err := c.Named(q.From)
	if err != nil {
		return Override{}, fmt.Errorf("%w: %w", ErrOverride, err)
	}
	to, err := c.NamedIn(q.To, q.Region, q.FiledOn)
	if err != nil {
		return Override{}, fmt.Errorf("%w: %w", ErrOverride, err)
	}
	if err := c.mayOverride(q, from, to); err != nil {
		return Override{}, fmt.Errorf("%w: %s by %s: %w", ErrOverride, q.From, q.To, err)
	}
	o := Override{From: q.From, To: q.To, Reason: q.Reason}
	for _, r := range q.Running {
		rule, known, ours := to.counterpart(from, r.Rule)
		switch {
		case !ours: // a date that people set stays that date
		case !known:
			o.Lapsed = append(o.Lapsed, r.Rule)
		default:
			clock, _, err := r.Again(cal, rule)
			if err != nil {
				return Override{}, fmt.Errorf("%w: %w", ErrOverride, err)
			}
			o.Clocks = append(o.Clocks, clock)
		}
	}
	o.Gained, o.Lost = missing(to.codes(), from.codes()), missing(from.codes(), to.codes())
	return o, nil
}

func (c *Catalogue) mayOverride(q OverrideRequest, from, to RuleSet) error {
	_, reason := c.words.Name("override_reason", q.Reason)
	switch {
	case from.Foreign() || to.Foreign():
		return ErrOverrideForeign
	case from.ID == to.ID:
		return ErrOverrideSame
	case to.From > q.Today:
		return ErrOverrideNotYet
	case !to.To.IsZero() && to.To < q.FiledOn:
		return ErrOverrideRepealed
	case !reason:
		return ErrOverrideReason
	}
	return nil
}

// Overridable says whether a native case that came in on filedOn and stands under the
// rule set from can be put under another one today.
func (c *Catalogue) Overridable(from string, filedOn, today calendar.Date) bool {
	return slices.ContainsFunc(c.ruleSets, func(rs RuleSet) bool {
		return !rs.Foreign() && rs.ID != from && rs.From <= today && (rs.To.IsZero() || rs.To >= filedOn)
	})
}

// counterpart returns the rule that sets a limit to the same duty. ours is false for
// a rule that the old rule set does not know.
func (rs RuleSet) counterpart(from RuleSet, id string) (rule ClockRule, known, ours bool) {
	old, ours := from.Clock(id)
	if !ours {
		return ClockRule{}, false, false
	}
	for _, id := range rs.ClockIDs {
		if r, _ := rs.Clock(id); r.About() == old.About() {
			return r, true, true
		}
	}
	return ClockRule{}, false, true
}

// codes lists what holds in the rule set, in the order of the law.
func (rs RuleSet) codes() []string {
	var out []string
	for _, p := range rs.in().provisions {
		out = append(out, p.Code)
	}
	return append(out, rs.in().order...)
}

// missing returns those of list that other does not have.
func missing(list, other []string) []string {
	var out []string
	for _, code := range list {
		if !slices.Contains(other, code) {
			out = append(out, code)
		}
	}
	return out
}

// Holding says that something holds in a rule set, over which filing days and where
// it stands.
type Holding struct {
	RuleSet   string        `json:"rule_set"`
	From      calendar.Date `json:"from,omitzero"`
	To        calendar.Date `json:"to,omitzero"`
	Citations []Citation    `json:"citations"`
}

// History tells in which native rule sets a clock, ground, provision, field or
// channel holds, by filing date. An item of the same code may read otherwise in each.
func (c *Catalogue) History(code string) []Holding {
	var out []Holding
	for _, rs := range c.ruleSets {
		if cites := rs.citing(code); !rs.Foreign() && cites != nil {
			out = append(out, Holding{RuleSet: rs.ID, From: rs.From, To: rs.To, Citations: cites})
		}
	}
	return out
}

// citing returns where the item of a code stands in the rule set, nil if nowhere.
func (rs RuleSet) citing(code string) []Citation {
	in := rs.in()
	if r, ok := in.clocks[code]; ok {
		return r.Citations
	}
	if g, ok := in.grounds[code]; ok {
		return g.Citations
	}
	if p, ok := find(in.provisions, code); ok {
		return p.Citations
	}
	if f, ok := find(in.fields, code); ok {
		return f.Citations
	}
	if d, ok := find(in.dates, code); ok {
		return d.Citations
	}
	ch, _ := find(in.channels, code)
	return ch.Citations
}
