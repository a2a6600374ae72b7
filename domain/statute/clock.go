package statute

import (
	"fmt"
	"slices"

	"fangxin/domain/calendar"
)

// ClockRule is one line of the deadline catalogue: from which fact a period runs,
// how long, what stops it and where that stands.
type ClockRule struct {
	ID         string           `json:"id"`
	Duty       string           `json:"duty,omitempty"` // what rules of several rule sets are about; else the ID
	Title      Text             `json:"title"`
	Starts     string           `json:"starts"`              // the fact that starts it; its day is not counted
	MetBy      string           `json:"met_by"`              // the fact that meets it
	Periods    []Limb           `json:"periods"`             // the earliest end wins
	Extension  *calendar.Period `json:"extension,omitempty"` // added by a recorded decision
	PausableBy []string         `json:"pausable_by,omitempty"`
	Alarm      bool             `json:"alarm,omitempty"`     // a reminder where the law sets no number of days
	Refinable  bool             `json:"refinable,omitempty"` // a region may ask for less time
	Enforced   bool             `json:"enforced"`            // a limit here; foreign limits are shown only
	Foreign    bool             `json:"foreign,omitempty"`
	Citations  []Citation       `json:"citations"`
	Counting   []Citation       `json:"counting,omitempty"` // how days are counted; else the rule set says it
	Notes      []Note           `json:"notes,omitempty"`
	Mark       Mark             `json:"mark"`

	Added *calendar.Period `json:"-"` // by Extended
}

// Limb is one of the periods that stand side by side in a rule. PausableBy has the
// causes that stop it where they are not those of the rule: Order 20 leaves out
// inspection and verification, Regulation 778 art 46 does not. Citations say where
// this period stands, if that differs from period to period.
type Limb struct {
	calendar.Period
	PausableBy []string   `json:"pausable_by,omitempty"`
	Citations  []Citation `json:"citations,omitempty"`
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
	// PauseTesting (检测) stops what appraisal stops.
	PauseTesting = "testing"
	// PauseInspection (检验) and PauseVerification (检定) stop the periods of Order
	// 20; inspection also stops the check of a lead.
	PauseInspection   = "inspection"
	PauseVerification = "verification"
	// PauseQuarantine (检疫) and PauseIdentification (权利人辨认、鉴别) stop the
	// check of a lead only (penalty procedure art 18).
	PauseQuarantine     = "quarantine"
	PauseIdentification = "identification"
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
	ClockForward      = "CP.FORWARD"
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
	// By says where each of several periods stands; absent for a single one.
	By [][]Citation `json:"by,omitempty"`
	// Ignored are pauses whose cause stops no period of this clock.
	Ignored []Pause `json:"ignored_pauses,omitempty"`
	// Extension is the time that a recorded decision added, within Periods.
	Extension *calendar.Period `json:"extension,omitempty"`
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
	r.Extension, r.Added = nil, r.Extension
	return r
}

// About names the duty that the rule sets a limit to. Rules of several rule sets
// that are about the same duty replace each other.
func (r ClockRule) About() string {
	if r.Duty != "" {
		return r.Duty
	}
	return r.ID
}

// Pauses says whether a pause of this cause stops the clock, or one of its periods.
func (r ClockRule) Pauses(cause string) bool {
	return slices.ContainsFunc(r.Periods, func(l Limb) bool { return slices.Contains(r.stops(l), cause) })
}

// StandsStill says whether a pause of this cause stops every period of the rule, so that
// the whole limit stands still.
func (r ClockRule) StandsStill(cause string) bool {
	return !slices.ContainsFunc(r.Periods, func(l Limb) bool { return !slices.Contains(r.stops(l), cause) })
}

// stops returns the causes that stop a period of the rule.
func (r ClockRule) stops(l Limb) []string {
	if l.PausableBy != nil {
		return l.PausableBy
	}
	return r.PausableBy
}

// Compute returns the clock that runs under rule from the day start. Pauses whose
// cause does not stop the rule are left out of the count. The error wraps
// calendar.ErrPeriod: no start, a pause that runs backwards, a rule without period.
func Compute(cal *calendar.Calendar, rule ClockRule, start calendar.Date, pauses []Pause) (Clock, error) {
	limits := make([]calendar.Limit, 0, 2)
	for _, p := range rule.Periods {
		l, err := cal.Due(rule.term(p, start, pauses))
		if err != nil {
			return Clock{}, fmt.Errorf("clock %s: %w", rule.ID, err)
		}
		limits = append(limits, l)
	}
	return rule.clock(cal, start, limits)
}

// Explain computes the same clock as Compute and tells how.
func Explain(cal *calendar.Calendar, rule ClockRule, start calendar.Date, pauses []Pause) (Explanation, error) {
	e := Explanation{
		Title: rule.Title, Starts: rule.Starts, Citations: rule.Citations, Counting: rule.Counting, Notes: rule.Notes,
		Mark: rule.Mark, Enforced: rule.Enforced, Extension: rule.Added,
	}
	for _, p := range pauses {
		if !rule.Pauses(p.Cause) {
			e.Ignored = append(e.Ignored, p)
		}
	}
	var limits []calendar.Limit
	for _, p := range rule.Periods {
		d, err := cal.Explain(rule.term(p, start, pauses))
		if err != nil {
			return Explanation{}, fmt.Errorf("clock %s: %w", rule.ID, err)
		}
		e.Periods = append(e.Periods, d)
		if len(rule.Periods) > 1 {
			e.By = append(e.By, p.by(rule))
		}
		limits = append(limits, d.Limit())
	}
	var err error
	e.Clock, err = rule.clock(cal, start, limits)
	e.Binding = max(0, slices.IndexFunc(limits, func(l calendar.Limit) bool { return l.Due == e.Due }))
	e.BindingWide = max(0, slices.IndexFunc(limits, func(l calendar.Limit) bool { return l.DueWide == e.DueWide }))
	return e, err
}

// by returns where a period of the rule stands.
func (l Limb) by(r ClockRule) []Citation {
	if len(l.Citations) > 0 {
		return l.Citations
	}
	return r.Citations
}

// term is the question for the calendar: one period and the pauses that stop it.
func (r ClockRule) term(l Limb, start calendar.Date, pauses []Pause) calendar.Term {
	t := calendar.Term{Start: start, Period: l.Period}
	if r.Foreign {
		t.Roll = calendar.RollNone
	}
	causes := r.stops(l)
	for _, p := range pauses {
		if slices.Contains(causes, p.Cause) {
			t.Pauses = append(t.Pauses, p.Span)
		}
	}
	return t
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
