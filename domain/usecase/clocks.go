package usecase

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"fangxin/domain/calendar"
	"fangxin/domain/complaint"
	"fangxin/domain/statute"
)

// ClockExplanation is one clock with everything needed to recompute it by hand:
// what started it, the rule and where it stands, the days left out, and the result.
type ClockExplanation struct {
	ClockView
	// Calendar is the version with which the dates were computed when they were
	// pinned. The derivation below uses the calendar of today.
	Calendar string `json:"calendar,omitempty"`
	// Law is the rule and its derivation; absent for a day that the parties set.
	Law *statute.Explanation `json:"law,omitempty"`
	// Citations are the places in the law, with titles.
	Citations []CitationView `json:"citations"`
	// Pauses are the days on which the clock stood still.
	Pauses []statute.Pause `json:"pauses"`
	// Steps tell the count in words: keys of the message catalogue and what goes
	// into them.
	Steps []Step `json:"steps"`
	// Differs: today's calendar gives other days than those that were pinned, for
	// instance because the holidays of a year were not known yet.
	Differs bool `json:"differs,omitempty"`
}

// CitationView is a place in the law with the law's title in both languages.
type CitationView struct {
	Law     string       `json:"law"`
	Title   statute.Text `json:"title"`
	Article string       `json:"article"`
	Mark    statute.Mark `json:"mark"`
}

// Step is one sentence of an explanation. Key is found in the message catalogue in
// both languages.
type Step struct {
	Key    string            `json:"key"`
	Params map[string]string `json:"params,omitempty"`
}

// Keys of steps.
const (
	stepLaw         = "clock.law"         // title and citations, in each language
	stepStarted     = "clock.started"     // date, fact in each language
	stepCounted     = "clock.counted"     // from, period
	stepSkipped     = "clock.skipped"     // from, to, days, reason, festival
	stepMadeUp      = "clock.made_up"     // from, to, days
	stepExtended    = "clock.extended"    // period
	stepPaused      = "clock.paused"      // from, to, days, causes
	stepIgnored     = "clock.ignored"     // from, to, cause
	stepEnds        = "clock.ends"        // date
	stepRolled      = "clock.rolled"      // from, to, reason, festival
	stepEarliest    = "clock.earliest"    // period
	stepDue         = "clock.due"         // due, due_wide
	stepSuspended   = "clock.suspended"   //
	stepCalendar    = "clock.calendar"    // calendar
	stepProvisional = "clock.provisional" // calendar
	stepAgreed      = "clock.agreed"      // date
	stepSet         = "clock.set"         // date
	stepShown       = "clock.shown"       // foreign, not enforced
)

// Clocks explains each clock of the case, the most urgent first. ErrNotFound,
// ErrForbidden.
func (c *Complaints) Clocks(ctx context.Context, actor Actor, id string) ([]ClockExplanation, error) {
	f, err := c.enter(ctx, actor, id, "clocks")
	if err != nil {
		return nil, err
	}
	rules, err := c.Law.Rules(&f.state)
	if err != nil {
		return nil, err
	}
	explained := []ClockExplanation{}
	for _, view := range clockViews(c.clocksFor(actor.Role, StageOf(&f.state), f.state.Clocks)) {
		state, _ := f.state.Clock(view.Rule)
		e, err := c.explain(rules, &f.state, view, state)
		if err != nil {
			return nil, err
		}
		explained = append(explained, e)
	}
	return explained, c.recordRead(ctx, actor, id, "clocks", fieldsNone)
}

func (c *Complaints) explain(rules statute.RuleSet, of *complaint.State, view ClockView, s complaint.ClockState) (ClockExplanation, error) {
	e := ClockExplanation{
		ClockView: view, Calendar: s.Clock.Calendar,
		Citations: []CitationView{}, Pauses: append([]statute.Pause{}, s.Pauses...),
	}
	rule, ok := c.Law.ClockRule(of, rules, view.Rule)
	if !ok {
		return c.explainDate(rules, e), nil
	}
	if s.Extended {
		rule = rule.Extended()
	}
	x, err := statute.Explain(c.Law.CalendarIn(of.Region), rule, view.StartedOn, s.Pauses)
	if err != nil {
		return e, err
	}
	e.Law = &x
	e.Differs = !x.Suspended && (x.Due != view.Due || x.DueWide != view.DueWide)
	e.Citations = c.citations(x.Citations)
	e.Steps = append([]Step{c.stepLaw(x.Title, e.Citations)}, c.steps(&x, s.Pauses, rules.Foreign())...)
	return e, nil
}

// explainDate tells a date that no period gave: the parties agreed on it, or an officer
// set it.
func (c *Complaints) explainDate(rules statute.RuleSet, e ClockExplanation) ClockExplanation {
	key := stepAgreed
	if date, ok := rules.DateRule(e.Rule); ok {
		e.Citations = c.citations(date.Citations)
		e.Steps = []Step{c.stepLaw(date.Title, e.Citations)}
		if date.SetBy == "officer" {
			key = stepSet
		}
	}
	e.Steps = append(e.Steps, Step{Key: key, Params: params("date", e.Due.String())})
	return e
}

// stepLaw tells which limit this is and where it stands, in both languages.
func (c *Complaints) stepLaw(title statute.Text, cites []CitationView) Step {
	var zh, en []string
	for _, cite := range cites {
		zh = append(zh, complaint.CitationZH(cite.Title.ZH, cite.Article))
		en = append(en, cite.Title.EN+", art. "+cite.Article)
	}
	return Step{stepLaw, params("title_zh", title.ZH, "title_en", title.EN, "cited_zh", strings.Join(zh, "、"), "cited_en", strings.Join(en, "; "))}
}

func (c *Complaints) citations(list []statute.Citation) []CitationView {
	views := make([]CitationView, 0, len(list))
	for _, cite := range list {
		law, _ := c.Law.Catalogue.Law(cite.Law)
		views = append(views, CitationView{Law: cite.Law, Title: law.Title, Article: cite.Article, Mark: cite.Mark})
	}
	return views
}

// steps tells the derivation that binds; where two periods stand side by side the
// other one is named.
func (c *Complaints) steps(x *statute.Explanation, pauses []statute.Pause, foreign bool) []Step {
	d := x.Periods[x.BindingWide]
	fact, _ := c.Law.Catalogue.Vocabulary().Name("fact", x.Starts)
	s := []Step{
		{stepStarted, params("date", d.Start.String(), "fact_zh", fact.ZH, "fact_en", fact.EN)},
		{stepCounted, params("from", d.CountedFrom.String(), "period", d.Period.String())},
	}
	if x.Extension != nil {
		s = append(s, Step{stepExtended, params("period", x.Extension.String())})
	}
	for _, r := range d.Notable {
		key := stepSkipped
		if r.Reason == calendar.MakeUpDay {
			key = stepMadeUp
		}
		if r.Reason != calendar.Paused {
			s = append(s, Step{key, run(r)})
		}
	}
	for _, p := range d.Pauses {
		s = append(s, Step{stepPaused, params("from", p.From.String(), "to", p.To.String(), "days", strconv.Itoa(p.Days), "causes", causes(p.Span, pauses, x.Ignored))})
	}
	for _, p := range x.Ignored {
		s = append(s, Step{stepIgnored, params("from", p.From.String(), "to", p.To.String(), "cause", p.Cause)})
	}
	return append(s, result(x, &d, foreign)...)
}

func result(x *statute.Explanation, d *calendar.Derivation, foreign bool) []Step {
	if x.Suspended {
		return []Step{{Key: stepSuspended}}
	}
	s := []Step{{stepEnds, params("date", d.RawEnd.String())}}
	for _, r := range d.RolledWide {
		s = append(s, Step{stepRolled, run(r)})
	}
	if len(x.Periods) > 1 {
		names := make([]string, len(x.Periods))
		for i := range x.Periods {
			names[i] = x.Periods[i].Period.String()
		}
		s = append(s, Step{stepEarliest, params("periods", strings.Join(names, ", "), "period", d.Period.String())})
	}
	s = append(s, Step{stepDue, params("due", x.Due.String(), "due_wide", x.DueWide.String())})
	switch {
	case foreign: // no calendar of this place took part
	case !x.Provisional:
		s = append(s, Step{stepCalendar, params("calendar", d.Calendar)})
	default:
		s = append(s, Step{stepProvisional, params("calendar", d.Calendar)})
	}
	if foreign {
		s = append(s, Step{Key: stepShown})
	}
	return s
}

// causes names what stopped the clock within a span, in the order in which it began.
func causes(span calendar.Span, pauses, ignored []statute.Pause) string {
	var list []string
	for _, p := range pauses {
		meets := (span.To.IsZero() || p.From < span.To) && (p.To.IsZero() || p.To > span.From)
		if meets && !slices.Contains(ignored, p) && !slices.Contains(list, p.Cause) {
			list = append(list, p.Cause)
		}
	}
	return strings.Join(list, "+")
}

func run(r calendar.Run) map[string]string {
	p := params("from", r.From.String(), "to", r.To.String(), "days", strconv.Itoa(r.Days), "reason", string(r.Reason))
	if r.Festival != "" {
		p["festival"] = r.Festival
	}
	return p
}

func params(pairs ...string) map[string]string {
	m := make(map[string]string, len(pairs)/2)
	for i := 0; i+1 < len(pairs); i += 2 {
		m[pairs[i]] = pairs[i+1]
	}
	return m
}
