package statute

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"fangxin/domain/calendar"
)

// AtIn returns the rule set for a native case filed on d, with what the case's
// region adds to it, or ErrNoRuleSet. An unknown region adds nothing.
func (c *Catalogue) AtIn(filedOn calendar.Date, region string) (RuleSet, error) {
	rs, err := c.At(filedOn)
	return c.refine(rs, region, filedOn), err
}

// NamedIn returns the rule set that a case pins, with what the case's region adds to
// it for the day on which it was filed, or ErrNoRuleSet.
func (c *Catalogue) NamedIn(id, region string, filedOn calendar.Date) (RuleSet, error) {
	rs, err := c.Named(id)
	return c.refine(rs, region, filedOn), err
}

// Refinements returns what regions add and what was settled, in the order loaded.
func (c *Catalogue) Refinements() []Refinement { return slices.Clone(c.refined) }

// refine returns the rule set with the refinements of a region; itself when there
// are none.
func (c *Catalogue) refine(rs RuleSet, region string, filedOn calendar.Date) RuleSet {
	own := false
	for i := range c.local {
		r := &c.local[i]
		if !r.holds(rs.ID, filedOn) || !c.regions.Competent(r.Region, region) {
			continue
		}
		if !own {
			rs.held, rs.Laws, own = rs.held.shared(), slices.Clip(rs.Laws), true
		}
		rs.take(r)
	}
	return rs
}

// local is a refinement with what every case would ask of it.
type local struct {
	*Refinement
	held   []string // rule sets in which it holds
	ground string   // of the factor
}

// holds says whether the refinement takes part in a rule set for a filing day.
func (r *local) holds(ruleSet string, filedOn calendar.Date) bool {
	return filedOn >= r.From && (r.To.IsZero() || filedOn <= r.To) && slices.Contains(r.held, ruleSet)
}

// resolve keeps the refinement with what is asked of it, if it adds to a rule set.
func (c *Catalogue) resolve(r *Refinement) {
	l := local{Refinement: r}
	for _, rs := range c.ruleSets {
		if c.meant(r, rs) && r.fits(rs) {
			l.held, l.ground = append(l.held, rs.ID), rs.factorOf(r.Factor)
		}
	}
	if l.held != nil {
		c.local = append(c.local, l)
	}
}

// meant says whether the refinement speaks of the rule set.
func (c *Catalogue) meant(r *Refinement, rs RuleSet) bool {
	return !rs.Foreign() && (len(r.RuleSets) == 0 || slices.Contains(r.RuleSets, rs.ID))
}

// fits says whether the rule set has what the refinement is about.
func (r *Refinement) fits(rs RuleSet) bool {
	switch r.Kind {
	case RefinePeriod:
		rule, ok := rs.Clock(r.Clock)
		return ok && rule.Refinable
	case RefineFactor:
		return rs.Has(FactorsRefinable) && rs.factorOf(r.Factor) != ""
	case RefineChannel:
		return rs.Has(ChannelsOpen)
	}
	return false
}

// factorOf returns the ground that has a factor of the law with the given code.
func (rs RuleSet) factorOf(code string) string {
	for _, g := range rs.Grounds(Decline) {
		if slices.ContainsFunc(g.Factors, func(f Factor) bool { return f.Code == code && f.Refines == "" }) {
			return g.Code
		}
	}
	return ""
}

// shared returns contents of its own that still share everything inside.
func (h *contents) shared() *contents { d := *h; return &d }

// take writes one refinement into a rule set whose contents nobody else holds; what
// is shared inside them is copied first.
func (rs *RuleSet) take(r *local) {
	switch r.Kind {
	case RefinePeriod:
		rule := *rs.held.clocks[r.Clock]
		limb := Limb{Period: *r.Period, Citations: r.Citations}
		was := slices.Clone(rule.Periods)
		for i := range was {
			was[i].Citations = was[i].by(rule)
		}
		if rule.Alarm {
			was = nil
		}
		rule.Periods = append(was, limb)
		rule.Citations = append(slices.Clip(rule.Citations), r.Citations...)
		rs.held.clocks = maps.Clone(rs.held.clocks)
		rs.held.clocks[r.Clock] = &rule
	case RefineFactor:
		g := *rs.held.grounds[r.ground]
		g.Factors = append(slices.Clip(g.Factors), Factor{Code: r.Code, Title: *r.Title, Refines: r.Factor, Citations: r.Citations})
		rs.held.grounds = maps.Clone(rs.held.grounds)
		rs.held.grounds[r.ground] = &g
	case RefineChannel:
		e := Entry{Code: r.Code, RuleSets: []string{rs.ID}, Title: *r.Title, Citations: r.Citations, Mark: r.Mark}
		rs.held.channels = append(slices.Clip(rs.held.channels), Channel{Entry: e, FiledAs: r.FiledAs})
	}
	for _, x := range r.Citations {
		if !slices.Contains(rs.Laws, x.Law) {
			rs.Laws = append(rs.Laws, x.Law)
		}
	}
	if !slices.Contains(rs.Refined, r.File) {
		rs.Refined = append(rs.Refined, r.File)
	}
}

// checkRefinement holds one refinement to the law.
func (c *Catalogue) checkRefinement(f *faults, r *Refinement) {
	where := r.where()
	c.cites(f, where, r.Citations, nil)
	for _, x := range r.Citations {
		l, _ := c.Law(x.Law)
		f.add(l.From <= r.From || r.From.IsZero() && !r.dated(), "%s: from %q, before %s was in force", where, r.From, x.Law)
		f.add(l.To.IsZero() || l.To >= r.From, "%s: cites %s, which was repealed", where, x.Law)
	}
	if r.Kind == RefineSettle {
		return
	}
	f.add(c.prefix(r.Region), "%s: region %q is no division here", where, short(r.Region))
	for _, id := range r.RuleSets {
		rs, err := c.Named(id)
		f.add(err == nil && !rs.Foreign(), "%s: rule set %q is unknown", where, short(id))
		f.add(err != nil || r.fits(rs), "%s: %s has nothing there to refine", where, id)
	}
	switch r.Kind {
	case RefinePeriod:
		c.checkPeriod(f, r)
	case RefineFactor:
		f.add(len(strings.TrimRight(r.Region, "0")) <= 4, "%s: factors are for prefecture level and above", where)
		f.add(r.Title != nil && strings.HasPrefix(r.Code, r.Factor+".") && isToken(r.Code), "%s: want a title and a code that begins with %q", where, r.Factor+".")
		f.add(c.anySet(r), "%s: no rule set has a factor %q to refine", where, short(r.Factor))
		f.add(!c.twice(r), "%s: code %q is taken", where, short(r.Code))
	case RefineChannel:
		f.add(r.Title != nil && isToken(r.Code) && c.anySet(r) && !c.twice(r), "%s: want a title and a code that is not taken", where)
		f.add(!slices.ContainsFunc(c.channels, func(x Channel) bool { return x.Code == r.Code }), "%s: code %q is the law's", where, short(r.Code))
	case RefineDaysOff:
		local := slices.ContainsFunc(r.Citations, func(x Citation) bool { return x.Mark != Design })
		f.add(r.Title != nil && isToken(r.Code) && len(r.Off) > 0 && !c.twice(r), "%s: want a title, days and a code that is not taken", where)
		f.add(local && r.Mark != Design, "%s: days off need a decision of the local government", where)
	}
}

// dated says whether the refinement holds by filing date.
func (r *Refinement) dated() bool { return r.Kind != RefineSettle && r.Kind != RefineDaysOff }

// checkPeriod: less time than the law gives, in the law's unit; a reminder may have
// any length.
func (c *Catalogue) checkPeriod(f *faults, r *Refinement) {
	where := r.where()
	f.add(r.Period != nil && c.anySet(r), "%s: clock %q is not refinable, or the period is missing", where, short(r.Clock))
	for _, k := range c.clocks {
		if k.ID != r.Clock || k.Alarm || !k.Refinable || r.Period == nil {
			continue
		}
		for _, p := range k.Periods {
			f.add(p.Unit == r.Period.Unit, "%s: %s cannot be compared with %s", where, r.Period, p.Period)
			f.add(p.Unit != r.Period.Unit || r.Period.N < p.N, "%s: %s is not less than the law's %s", where, r.Period, p.Period)
		}
	}
}

// anySet says whether the refinement can hold in one of its rule sets.
func (c *Catalogue) anySet(r *Refinement) bool {
	return slices.ContainsFunc(c.ruleSets, func(rs RuleSet) bool { return c.meant(r, rs) && r.fits(rs) })
}

// twice says whether another refinement of the kind has the same code.
func (c *Catalogue) twice(r *Refinement) bool {
	return slices.ContainsFunc(c.refined, func(o Refinement) bool {
		return o.Kind == r.Kind && o.Code == r.Code && (o.File != r.File || o.ID != r.ID)
	})
}

// prefix says whether s is a division code of the table or its leading digits.
func (c *Catalogue) prefix(s string) bool {
	switch len(s) {
	case 2, 4:
		_, ok := c.regions.ByCode(s + "0000"[:6-len(s)])
		return ok
	}
	_, ok := c.regions.ByCode(s)
	return ok
}

// Calendars has the calendar of each region. It is immutable.
type Calendars struct {
	base *calendar.Calendar
	by   map[string]*calendar.Calendar
}

// Calendars returns the calendars of the regions: base, with the local festivals
// that refinements give a region. The version of such a calendar names the files and
// the regions they speak of, for example CN-2026.1+HULUN-2026.1@1507.
func (c *Catalogue) Calendars(base *calendar.Calendar) (Calendars, error) {
	out := Calendars{base: base, by: map[string]*calendar.Calendar{}}
	same := map[string]*calendar.Calendar{}
	for _, region := range c.regions.All() {
		var key, files []string
		var breaks []calendar.LocalBreak
		for i := range c.refined {
			r := &c.refined[i]
			if r.Kind != RefineDaysOff || !c.regions.Competent(r.Region, region.Code) {
				continue
			}
			breaks = append(breaks, calendar.LocalBreak{Festival: calendar.Festival{Code: r.Code, ZH: r.Title.ZH, EN: r.Title.EN}, Off: r.Off})
			key = append(key, r.File+"#"+r.ID)
			if name := r.File + "@" + r.Region; !slices.Contains(files, name) {
				files = append(files, name)
			}
		}
		if len(breaks) == 0 {
			continue
		}
		k := strings.Join(key, " ")
		if same[k] == nil {
			cal, err := base.WithLocal(strings.Join(files, "+"), breaks)
			if err != nil {
				return Calendars{}, fmt.Errorf("%w: %w", ErrRefinement, err)
			}
			same[k] = cal
		}
		out.by[region.Code] = same[k]
	}
	return out, nil
}

// Versions names the calendars of regions that have one of their own.
func (c Calendars) Versions() []string {
	var list []string
	for _, cal := range c.by {
		if !slices.Contains(list, cal.Version()) {
			list = append(list, cal.Version())
		}
	}
	slices.Sort(list)
	return list
}

// For returns the calendar of a region; the national one where nothing is added.
func (c Calendars) For(region string) *calendar.Calendar {
	if cal, ok := c.by[region]; ok {
		return cal
	}
	return c.base
}
