package statute

import (
	"fmt"
	"maps"
	"slices"
)

// named refuses a code that the vocabulary does not have.
func (c *Catalogue) named(f *faults, where, list, code string) {
	_, ok := c.words.Name(list, code)
	f.add(ok, "%s: %s %q has no name", where, list, code)
}

func (c *Catalogue) checkWords(f *faults) {
	v := c.words
	lists := maps.Clone(v.Names)
	if lists == nil {
		lists = map[string][]Word{}
	}
	maps.Copy(lists, map[string][]Word{
		"routes": v.Routes, "lanes": v.Lanes, "request kinds": v.RequestKinds,
		"notice channels": v.NoticeChannels, "categories": v.Categories,
	})
	for _, name := range slices.Sorted(maps.Keys(lists)) {
		list := lists[name]
		f.add(len(list) > 0, "no %s", name)
		seen := map[string]bool{}
		for _, w := range list {
			f.add(w.Code != "" && !seen[w.Code] && w.complete() && w.Mark.sure(), "%s: %q incomplete or named twice", name, w.Code)
			seen[w.Code] = true
			if w.Mark == Verified || len(w.Citations) > 0 {
				c.cites(f, name+" "+w.Code, w.Citations, nil)
			}
		}
	}
	for _, p := range c.policies {
		for _, o := range p.PublishOutcomes {
			c.named(f, "policy "+p.Version, "outcome", o)
		}
		for _, w := range p.NeverWhen {
			c.named(f, "policy "+p.Version, "circumstance", w)
		}
	}
	for _, g := range c.grounds {
		c.named(f, "ground "+g.Code, "ground_kind", string(g.Kind))
		if g.Unless != "" {
			c.named(f, "ground "+g.Code, "fact_displacing", g.Unless)
		}
	}
}

// entries checks lines of one file: complete, known rule sets, once in each, and
// resting on a law in force in each.
func entries[T any, P interface {
	*T
	entry() *Entry
}](c *Catalogue, f *faults, name string, list []T, once bool) {
	type key struct{ set, code string }
	seen := map[key]bool{}
	f.add(len(list) > 0, "no %s", name)
	for i := range list {
		e := P(&list[i]).entry()
		where := fmt.Sprintf("%s %s of %v", name, e.Code, e.RuleSets)
		f.add(e.Code != "" && e.Title.complete() && e.Mark.sure() && len(e.RuleSets) > 0, "%s: code, title, mark or rule set missing", where)
		for _, n := range e.Notes {
			f.add(n.complete() && n.Mark.known(), "%s: note without text or mark", where)
		}
		for _, id := range e.RuleSets {
			rs, err := c.Named(id)
			f.add(err == nil && !rs.Foreign(), "%s: rule set %s is unknown", where, id)
			f.add(!once || !seen[key{id, e.Code}], "%s: named twice in %s", where, id)
			seen[key{id, e.Code}] = true
			c.cites(f, where+" in "+id, rs.cited(e.Citations), nil)
		}
		c.cites(f, where, e.Citations, nil)
	}
}

func (c *Catalogue) checkEntries(f *faults) {
	entries(c, f, "provision", c.provisions, true)
	entries(c, f, "field", c.fields, true)
	entries(c, f, "channel", c.channels, true)
	entries(c, f, "competence", c.competence, true)
	entries(c, f, "scope", c.scope, false)
	entries(c, f, "date", c.dates, true)
	entries(c, f, "measure", c.measures, true)
	for _, x := range c.fields {
		c.named(f, "field "+x.Code, "need", string(x.Need))
	}
	for _, x := range c.competence {
		f.add(len(x.Places) > 0, "competence %s: no place", x.Code)
		for _, p := range slices.Concat(x.Places, x.Unreachable) {
			c.named(f, "competence "+x.Code, "place", p)
		}
	}
	for _, m := range c.scope {
		f.add(m.To.IsZero() || m.To >= m.From, "scope %s ends before it begins", m.Code)
	}
	for _, d := range c.dates {
		c.named(f, "date "+d.Code, "set_by", d.SetBy)
		c.named(f, "date "+d.Code, "fact", d.Starts)
		c.named(f, "date "+d.Code, "fact", d.MetBy)
		f.add(!slices.ContainsFunc(c.clocks, func(r ClockRule) bool { return r.ID == d.Code }), "date %s is a clock too", d.Code)
	}
	for _, m := range c.measures {
		c.named(f, "measure "+m.Code, "fact", m.Starts)
		c.named(f, "measure "+m.Code, "fact", m.Ends)
	}
}

func (c *Catalogue) checkReadings(f *faults) {
	f.add(len(c.readings) > 0, "no readings")
	for _, r := range c.readings {
		where := "reading " + r.Code
		f.add(r.Code != "" && r.Question.complete() && r.Mark.sure(), "%s: question or mark missing", where)
		for _, o := range r.Options {
			f.add(o.Code != "" && o.complete() && o.Mark.known(), "%s: option %q incomplete", where, o.Code)
		}
		_, strict := r.Option(r.Strict)
		_, wide := r.Option(r.Wide)
		f.add(strict && wide, "%s: strict or wide is no option", where)
		c.cites(f, where, r.Citations, nil)
	}
}
