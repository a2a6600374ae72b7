package statute

import (
	"fmt"
	"slices"

	"fangxin/domain/calendar"
)

// ClockRule is one line of the deadline catalogue: from which fact a period runs,
// how long, what stops it and where that stands.
type ClockRule struct {
	ID         string            `json:"id"`
	Title      Text              `json:"title"`
	Starts     string            `json:"starts"`              // the fact that starts it; its day is not counted
	MetBy      string            `json:"met_by"`              // the fact that meets it
	Periods    []calendar.Period `json:"periods"`             // the earliest end wins
	Extension  *calendar.Period  `json:"extension,omitempty"` // added by a recorded decision
	PausableBy []string          `json:"pausable_by,omitempty"`
	Enforced   bool              `json:"enforced"` // a limit here; foreign limits are shown only
	Foreign    bool              `json:"foreign,omitempty"`
	Citations  []Citation        `json:"citations"`
	Counting   []Citation        `json:"counting,omitempty"` // how days are counted; else the rule set says it
	Notes      []Note            `json:"notes,omitempty"`
	Mark       Mark              `json:"mark"`
}

// Note is a reading that the text of the law does not settle.
type Note struct {
	Text
	Mark Mark `json:"mark"`
}

// Causes of pauses.
const (
	// PauseAppraisal (鉴定、检测): from the day the body is commissioned or
	// designated to the day its report is received (Order 121 art 22; the two ends
	// are a decision of this project).
	PauseAppraisal = "appraisal"
	// PauseRecusal (回避) suspends sessions (Order 121 art 21); no text takes it
	// out of the mediation period, so no rule lists it.
	PauseRecusal = "recusal"
)

// Facts from which clocks run.
const (
	StartReceivedByCompetent = "received_by_competent"
	StartAccepted            = "accepted"
	StartTerminationDecided  = "termination_decided"
	StartDisclosureNotified  = "disclosure_notified"
	StartSentToCompany       = "sent_to_company"
)

// Identifiers of the clocks on the main road.
const (
	ClockAccept       = "CP.ACCEPT"
	ClockMediateM1    = "CP.MEDIATE.M1"
	ClockMediateM2    = "CP.MEDIATE.M2"
	ClockMediateM3    = "CP.MEDIATE.M3"
	ClockTermNotice   = "CP.TERM_NOTICE"
	ClockPubObject    = "PUB.OBJECT"
	ClockPubCorrect   = "PUB.CORRECT"
	ClockCFPBRespond  = "CFPB.RESPOND"
	ClockCFPBFinal    = "CFPB.FINAL"
	ClockLeadCheck    = "CP.LEAD_CHECK"
	ClockJurisdiction = "CP.JURIS_DISPUTE"
	ClockLimitation   = "CP.LIMITATION"
)

// Pause is a span of whole days with its cause. A zero To means still open.
type Pause struct {
	Cause string `json:"cause"`
	calendar.Span
}

// Clock is one running limit of a case, as an event carries it. Due is the strict
// date, for alarms; DueWide the date told to people, by whose end "on time" is
// judged. Suspended: an open pause, both dates absent.
type Clock struct {
	Rule        string        `json:"rule"`
	StartedOn   calendar.Date `json:"started_on"`
	Due         calendar.Date `json:"due,omitzero"`
	DueWide     calendar.Date `json:"due_wide,omitzero"`
	Provisional bool          `json:"provisional,omitempty"`
	Suspended   bool          `json:"suspended,omitempty"`
	Calendar    string        `json:"calendar,omitempty"` // absent when no calendar took part
}

// Explanation is a clock with everything needed to recompute it by hand.
type Explanation struct {
	Clock
	Title     Text       `json:"title"`
	Starts    string     `json:"starts"`
	Citations []Citation `json:"citations"`
	Counting  []Citation `json:"counting,omitempty"` // start day, roll at the end
	Notes     []Note     `json:"notes,omitempty"`
	Mark      Mark       `json:"mark"`
	Enforced  bool       `json:"enforced"`
	// Periods has one derivation a period of the rule; Binding and BindingWide say
	// which of them gave Due and DueWide.
	Periods     []calendar.Derivation `json:"periods"`
	Binding     int                   `json:"binding"`
	BindingWide int                   `json:"binding_wide"`
	// Ignored are pauses whose cause does not stop this clock.
	Ignored []Pause `json:"ignored_pauses,omitempty"`
}

// Extended returns the rule with its extension (延长) added to each period; it is
// the rule itself where the law knows none.
func (r ClockRule) Extended() ClockRule {
	if r.Extension == nil {
		return r
	}
	r.Periods = slices.Clone(r.Periods)
	for i := range r.Periods {
		r.Periods[i].N += r.Extension.N
	}
	r.Extension = nil
	return r
}

// Pauses says whether a pause of this cause stops the clock.
func (r ClockRule) Pauses(cause string) bool { return slices.Contains(r.PausableBy, cause) }

// Compute returns the clock that runs under rule from the day start. Pauses whose
// cause does not stop the rule are left out of the count. The error wraps
// calendar.ErrPeriod: no start, a pause that runs backwards, a rule without period.
func Compute(cal *calendar.Calendar, rule ClockRule, start calendar.Date, pauses []Pause) (Clock, error) {
	term, _ := rule.term(start, pauses)
	limits := make([]calendar.Limit, 0, 2)
	for _, p := range rule.Periods {
		term.Period = p
		l, err := cal.Due(term)
		if err != nil {
			return Clock{}, fmt.Errorf("clock %s: %w", rule.ID, err)
		}
		limits = append(limits, l)
	}
	return rule.clock(cal, start, limits)
}

// Explain computes the same clock as Compute and tells how.
func Explain(cal *calendar.Calendar, rule ClockRule, start calendar.Date, pauses []Pause) (Explanation, error) {
	term, ignored := rule.term(start, pauses)
	e := Explanation{
		Title: rule.Title, Starts: rule.Starts, Citations: rule.Citations, Counting: rule.Counting, Notes: rule.Notes,
		Mark: rule.Mark, Enforced: rule.Enforced, Ignored: ignored,
	}
	var limits []calendar.Limit
	for _, p := range rule.Periods {
		term.Period = p
		d, err := cal.Explain(term)
		if err != nil {
			return Explanation{}, fmt.Errorf("clock %s: %w", rule.ID, err)
		}
		e.Periods = append(e.Periods, d)
		limits = append(limits, d.Limit())
	}
	var err error
	e.Clock, err = rule.clock(cal, start, limits)
	e.Binding = max(0, slices.IndexFunc(limits, func(l calendar.Limit) bool { return l.Due == e.Due }))
	e.BindingWide = max(0, slices.IndexFunc(limits, func(l calendar.Limit) bool { return l.DueWide == e.DueWide }))
	return e, err
}

// term is the question for the calendar, without its period, and the pauses that do
// not stop this clock.
func (r ClockRule) term(start calendar.Date, pauses []Pause) (t calendar.Term, ignored []Pause) {
	t.Start = start
	if r.Foreign {
		t.Roll = calendar.RollNone
	}
	for _, p := range pauses {
		if r.Pauses(p.Cause) {
			t.Pauses = append(t.Pauses, p.Span)
		} else {
			ignored = append(ignored, p)
		}
	}
	return t, ignored
}

func (r ClockRule) clock(cal *calendar.Calendar, start calendar.Date, limits []calendar.Limit) (Clock, error) {
	if len(limits) == 0 {
		return Clock{}, fmt.Errorf("clock %q has no period: %w", r.ID, calendar.ErrPeriod)
	}
	l := calendar.Earliest(limits...)
	c := Clock{
		Rule: r.ID, StartedOn: start, Due: l.Due, DueWide: l.DueWide,
		Provisional: l.Provisional, Suspended: l.Suspended,
	}
	if !r.Foreign {
		c.Calendar = cal.Version()
	}
	return c, nil
}
