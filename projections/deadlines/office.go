package deadlines

import (
	"context"
	"strings"

	"fangxin/domain/calendar"
	"fangxin/domain/complaint"
	"fangxin/domain/es"
	"fangxin/domain/statute"
	"fangxin/projections/facet"
	"fangxin/projections/readmodel"
	"fangxin/projections/running"
)

// Names of the indexes of offices. Those of regions are ordered by the strict date.
const (
	ixRegion = "region/" // and a division at each of its levels
	ixUnit   = "unit/"   // and the unit, or without
	ixRule   = "rule/"   // and the rule, instalments under that of the whole
	// ixUnsure has the limits whose date is provisional, under the calendar that gave it.
	ixUnsure = "unsure/"
	without  = "-"
)

// Office is whose limits are asked for: those of a division and what lies below it, and
// with a unit those of the unit and of the desk.
type Office struct{ Region, Unit string }

// Tally counts open limits whose strict date lies in a span.
type Tally struct {
	Rule string        // of one rule, "" for all
	Day  calendar.Date // of one day, zero for all
	readmodel.Number
}

// entry is one member of an index.
type entry struct {
	index, member string
	score         int64
}

// entries are the members of all indexes that follow from a view.
func (v *View) entries(stream es.StreamID, out []entry) []entry {
	if v == nil {
		return out
	}
	for _, l := range limits(v) {
		if !waits(l) {
			continue
		}
		m := member(stream, l)
		out = append(out, entry{ixDue, m, int64(l.Due)}, entry{ixWide, m, int64(l.DueWide)})
		if l.Calendar != "" {
			out = append(out, entry{ixUnsure + l.Calendar, m, int64(l.Due)})
		}
	}
	for _, l := range v.Open() {
		if duty(l) {
			out = v.offices(member(stream, l), l, out)
		}
	}
	return out
}

// offices adds the indexes in which an office looks.
func (v *View) offices(m string, l running.Limit, out []entry) []entry {
	for level := 1; level <= 3; level++ {
		if division := facet.Level(v.Region, level); division != "" {
			out = append(out, entry{ixRegion + division, m, int64(l.Due)})
		}
	}
	unit := v.Unit
	if unit == "" {
		unit = without
	}
	return append(out, entry{ixUnit + unit, m, 0}, entry{ixRule + whole(l.Rule), m, 0})
}

// duty: somebody has to do something by this day. The end of a publication and of the
// time to object to one are none, nor are service limits.
func duty(l running.Limit) bool {
	return l.Due != 0 && l.Rule != complaint.ClockPublic && l.Rule != statute.ClockPubObject
}

// whole is the rule of an instalment's whole.
func whole(rule string) string {
	if strings.HasPrefix(rule, complaint.ClockPerform+".") {
		return complaint.ClockPerform
	}
	return rule
}

// place follows which office has the case.
func (v *View) place(event any) {
	at := func(region, unit string) {
		if region != "" {
			v.Region = region
		}
		v.Unit = unit
	}
	switch d := event.(type) {
	case *complaint.Filed:
		at(d.Respondent.Region, "")
	case *complaint.Received:
		at(d.Region, d.Unit)
	case *complaint.Assigned:
		at(d.Region, d.Unit)
	case *complaint.ReturnedToDesk:
		at(d.Region, "")
	case *complaint.Forwarded:
		at(d.To, "")
	case *complaint.JurisdictionDecided:
		at(d.Region, v.Unit)
	case *complaint.Accepted:
		if d.Unit != "" {
			v.Unit = d.Unit
		}
		at(d.Region, v.Unit)
	}
}

// ForOffice lists the open limits of an office whose strict date is upTo or earlier, the
// oldest first, also those whose passing was recorded while the duty stands.
func ForOffice(ctx context.Context, m readmodel.Model, o Office, rule string, upTo calendar.Date, cursor string, limit int) ([]Item, string, es.Position, error) {
	s, at, err := readmodel.Reading(ctx, m, Name, Version)
	if err != nil || upTo <= 0 {
		return nil, "", at, err
	}
	page, err := m.Page(ctx, s, readmodel.Page{
		Where: o.where(rule), Order: readmodel.Oldest, Max: int64(upTo), After: cursor, Limit: limit,
	})
	if err != nil {
		return nil, "", at, err
	}
	items, err := itemsOf(page.Rows)
	return items, page.Next, at, err
}

// Tallies counts an office's open limits: those before the day from, then each day up to
// upTo, then each rule over all of them. Days and rules without any are left out.
func Tallies(ctx context.Context, m readmodel.Model, o Office, from, upTo calendar.Date) (before Tally, days, rules []Tally, err error) {
	s, _, err := readmodel.Reading(ctx, m, Name, Version)
	if err != nil {
		return before, nil, nil, err
	}
	count := func(rule string, min, max calendar.Date) (readmodel.Number, error) {
		return m.Count(ctx, s, o.where(rule), int64(min), int64(max))
	}
	if before.Number, err = count("", 0, from-1); err != nil {
		return before, nil, nil, err
	}
	for d := from; d <= min(upTo, from+maxDays); d++ {
		n, err := count("", d, d)
		if err != nil {
			return before, nil, nil, err
		}
		if n.N > 0 {
			days = append(days, Tally{Day: d, Number: n})
		}
	}
	names, err := m.Indexes(ctx, s, ixRule, "", maxRules)
	if err != nil {
		return before, nil, nil, err
	}
	for _, name := range names {
		rule := strings.TrimPrefix(name, ixRule)
		n, err := count(rule, 0, upTo)
		if err != nil {
			return before, nil, nil, err
		}
		if n.N > 0 {
			rules = append(rules, Tally{Rule: rule, Number: n})
		}
	}
	return before, days, rules, nil
}

// Bounds of Tallies.
const (
	maxDays  = 92
	maxRules = 60
)

func (o Office) where(rule string) readmodel.Expr {
	terms := []readmodel.Expr{readmodel.In(ixRegion + facet.Division(o.Region))}
	if o.Unit != "" {
		terms = append(terms, readmodel.Any(ixUnit+o.Unit, ixUnit+without))
	}
	if rule != "" {
		terms = append(terms, readmodel.In(ixRule+whole(rule)))
	}
	return readmodel.All(terms...)
}

// Unsure names the calendars under which running limits have a provisional date.
func Unsure(ctx context.Context, m readmodel.Model) ([]string, error) {
	s, _, err := readmodel.Reading(ctx, m, Name, Version)
	if err != nil {
		return nil, err
	}
	names, err := m.Indexes(ctx, s, ixUnsure, "", readmodel.MaxPage)
	for i := range names {
		names[i] = strings.TrimPrefix(names[i], ixUnsure)
	}
	return names, err
}

// UnsureUnder lists the limits to which a calendar gave a provisional date, the oldest
// first.
func UnsureUnder(ctx context.Context, m readmodel.Model, version, cursor string, limit int) ([]Item, string, error) {
	return list(ctx, m, ixUnsure+version, calendar.MaxDate, cursor, limit)
}
