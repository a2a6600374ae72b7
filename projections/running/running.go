// Package running folds which legal limits of a case are running (期限): started
// and replaced by what events carry, ended when their duty is met or falls away. It
// copies dates, computes none, and agrees with the decider's own state, which a
// test holds it to; it is the small part of it that lists need.
package running

import (
	"slices"
	"strconv"
	"strings"

	"fangxin/domain/calendar"
	"fangxin/domain/complaint"
	"fangxin/domain/statute"
)

// Limit is one open limit: its duty is not met. Passed says that its passing was
// recorded, Paused that it stands still.
type Limit struct {
	Rule    string        `json:"rule"`
	Due     calendar.Date `json:"due"`
	DueWide calendar.Date `json:"wide"`
	Passed  bool          `json:"passed,omitempty"`
	Paused  bool          `json:"paused,omitempty"`
	// Calendar is that which gave a provisional date, absent for one that is sure.
	Calendar string `json:"calendar,omitempty"`
}

// Told marks what was decided, and who was told of it.
type Told uint8

// Marks of Told.
const (
	accepted Told = 1 << iota
	declined
)

// Set is the open limits of a case.
type Set struct {
	Limits []Limit `json:"limits,omitempty"`
	Told   Told    `json:"told,omitempty"`
	// Notices are those on which a limit depends.
	Notices    []Notice `json:"notices,omitempty"`
	Appraisals []string `json:"appraisals,omitempty"`
	// Still: an appraisal stopped mediation and is under way, even where the limit
	// itself ended since; one that takes its place stands still with it.
	Still bool `json:"still,omitempty"`
	// Over: the proceedings have ended.
	Over bool `json:"over,omitempty"`
	// Gone are limits whose passing was recorded before their duty ended; where the duty
	// comes back in a reopened case, it is recorded no second time.
	Gone []Limit `json:"gone,omitempty"`
}

// Notice is a notice on acceptance or termination.
type Notice struct {
	ID string `json:"id"`
	// About is as in complaint.NoticeIssued.
	About     string          `json:"about"`
	Recipient complaint.Party `json:"to"`
	Sent      bool            `json:"sent,omitempty"`
}

// Copy returns a set that can be changed without changing s.
func (s Set) Copy() Set {
	s.Limits = append([]Limit(nil), s.Limits...)
	s.Notices = append([]Notice(nil), s.Notices...)
	s.Appraisals = append([]string(nil), s.Appraisals...)
	s.Gone = append([]Limit(nil), s.Gone...)
	return s
}

// Urgent returns the limit that is due first, nil where none runs. A passed one
// stays the most urgent until its duty is met or there is nothing left to tell. What
// lies between offices, or between the office and the consumer, is left out: the parties
// read the same lists, and whether leads are checked must not show there (Order 121 art 37).
func (s *Set) Urgent() *Limit {
	var first *Limit
	for i := range s.Limits {
		l := &s.Limits[i]
		if !l.Paused && !s.moot(l) && !complaint.OfficeOnly(l.Rule) && !complaint.ConsumerOnly(l.Rule) && (first == nil || l.Due < first.Due || l.Due == first.Due && l.Rule < first.Rule) {
			first = l
		}
	}
	return first
}

// Open returns the limits whose duty somebody still has: neither those that stand still
// nor those of which nothing is left to do.
func (s *Set) Open() []Limit {
	var open []Limit
	for _, l := range s.Limits {
		if !l.Paused && !s.moot(&l) {
			open = append(open, l)
		}
	}
	return open
}

// moot: the proceedings ended without a decision on acceptance. A limit that had
// passed stays on record, but nobody has to decide any more.
func (s *Set) moot(l *Limit) bool { return s.Over && s.Told == 0 && l.Rule == statute.ClockAccept }

func (s *Set) isPassed(rule string) bool {
	return slices.ContainsFunc(s.Limits, func(l Limit) bool { return l.Rule == rule && l.Passed })
}

func mediation(rule string) bool { return strings.HasPrefix(rule, "CP.MEDIATE.") }

func performance(rule string) bool {
	return rule == complaint.ClockPerform || strings.HasPrefix(rule, complaint.ClockPerform+".")
}

// ofSessions says of a limit that it is a day of sessions.
func ofSessions(rule string) bool { return rule == statute.DateHearing || rule == statute.DateRecusal }

// lawful says whether the rule is one of the catalogue or of the parties; others
// are service limits of an installation, which end when a department has the case.
func lawful(rule string) bool {
	return strings.HasPrefix(rule, "CP.") || strings.HasPrefix(rule, "PUB.")
}

// start adds a clock, in place of the one of the same duty.
func (s *Set) start(c *complaint.Clock) {
	if c.Rule == "" {
		return
	}
	l := Limit{Rule: c.Rule, Due: c.Due, DueWide: c.DueWide, Calendar: unsure(c)}
	for i := range s.Limits {
		if was := &s.Limits[i]; was.Rule == c.Rule || mediation(was.Rule) && mediation(c.Rule) {
			l.Paused = was.Paused
			l.Passed = was.Passed && was.Rule == l.Rule && was.Due == l.Due && was.DueWide == l.DueWide
			*was = l
			return
		}
	}
	l.Paused = s.Still && mediation(c.Rule)
	l.Passed = slices.ContainsFunc(s.Gone, func(g Limit) bool { return g.Rule == l.Rule && g.Due == l.Due && g.DueWide == l.DueWide })
	s.Limits = append(s.Limits, l)
}

// unsure names the calendar of a provisional date, "" for one that is sure.
func unsure(c *complaint.Clock) string {
	if !c.Provisional {
		return ""
	}
	return c.Calendar
}

func (s *Set) startAll(cs []complaint.Clock) {
	for i := range cs {
		s.start(&cs[i])
	}
}

// end takes out the limits that is picks.
func (s *Set) end(is func(rule string) bool) {
	kept := s.Limits[:0]
	for _, l := range s.Limits {
		if is(l.Rule) {
			s.gone(l)
			continue
		}
		kept = append(kept, l)
	}
	s.Limits = kept
}

// gone remembers of a limit that ends that it had passed.
func (s *Set) gone(l Limit) {
	s.Gone = slices.DeleteFunc(s.Gone, func(g Limit) bool { return g.Rule == l.Rule })
	if l.Passed {
		s.Gone = append(s.Gone, Limit{Rule: l.Rule, Due: l.Due, DueWide: l.DueWide})
	}
}

func (s *Set) endRule(rule string) {
	for i := range s.Limits {
		if s.Limits[i].Rule == rule {
			s.gone(s.Limits[i])
			s.Limits = append(s.Limits[:i], s.Limits[i+1:]...)
			return
		}
	}
}

// performed ends the limits of what was done: an instalment by its number, all for 0,
// none for a part that settles no instalment.
func (s *Set) performed(instalment int) {
	switch {
	case instalment > 0:
		s.endRule(complaint.ClockPerform + "." + strconv.Itoa(instalment))
	case instalment == 0:
		s.end(performance)
	}
}

// pause stops the limit of mediation, if one runs and its last day is not over.
func (s *Set) pause(on calendar.Date) {
	for i := range s.Limits {
		if l := &s.Limits[i]; mediation(l.Rule) && on <= l.DueWide {
			l.Paused, s.Still = true, true
		}
	}
}

func (s *Set) resume() {
	s.Still = false
	for i := range s.Limits {
		s.Limits[i].Paused = false
	}
}

// passed marks the limit whose passing was recorded. One that had already ended
// stays ended.
func (s *Set) passed(e *complaint.DeadlinePassed) {
	for i := range s.Limits {
		if l := &s.Limits[i]; l.Rule == e.Rule && l.Due == e.Due {
			l.Passed = true
		}
	}
	if e.Rule == statute.DateRecusal { // a time to ask, nobody's duty
		s.endRule(e.Rule)
	}
}

// recomputed puts the dates of a newer calendar on a limit.
func (s *Set) recomputed(e *complaint.ClockRecomputed) {
	for i := range s.Limits {
		if l := &s.Limits[i]; l.Rule == e.From.Rule {
			l.Rule, l.Due, l.DueWide, l.Calendar = e.Clock.Rule, e.Clock.Due, e.Clock.DueWide, unsure(&e.Clock)
		}
	}
}

// told says whether a party was sent a notice about something.
func (s *Set) told(about string, to complaint.Party) bool {
	for _, n := range s.Notices {
		if n.Sent && n.About == about && n.Recipient == to {
			return true
		}
	}
	return false
}

// meetAcceptance ends the limit of art 15 when the complainant was told of the
// decision.
func (s *Set) meetAcceptance() {
	about := "acceptance"
	if s.Told&declined != 0 {
		about = "decline"
	}
	if s.Told != 0 && s.told(about, complaint.Consumer) {
		s.endRule(statute.ClockAccept)
	}
}

// meetTermination ends the limit of art 23 when both sides were told.
func (s *Set) meetTermination() {
	if s.told("termination", complaint.Consumer) && s.told("termination", complaint.Merchant) {
		s.endRule(statute.ClockTermNotice)
	}
}
