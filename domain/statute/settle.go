package statute

import "slices"

// settle replaces something recalled by what a person has read: the date of a law or
// of an amendment, the period of a clock, a place in a law. Whatever is verified or a
// decision of this project cannot be settled. c was loaded for this call alone.
func (c *Catalogue) settle(f *faults, r *Refinement) {
	where := r.where()
	f.add(r.Mark == Verified, "%s: what settles something was read: mark it verified", where)
	targets := 0
	if r.Law != "" || r.Amendment != "" || !r.InForce.IsZero() {
		targets++
		f.add(!r.InForce.IsZero(), "%s: in_force is missing", where)
		f.add(c.settleDate(r), "%s: law %q has no recalled date (amendment %q)", where, short(r.Law), short(r.Amendment))
	}
	if r.Clock != "" || r.Period != nil {
		targets++
		f.add(r.Period != nil && c.settleClock(r), "%s: clock %q has no recalled period", where, short(r.Clock))
	}
	if r.Place != nil || r.Is != nil {
		targets++
		f.add(c.settlePlace(r), "%s: no such place is recalled, or it is another law's", where)
	}
	f.add(targets == 1, "%s: settles %d things, not one", where, targets)
}

func unread(m Mark) bool { return m == Recalled || m == Unsure }

func (c *Catalogue) settleDate(r *Refinement) bool {
	for i := range c.laws {
		l := &c.laws[i]
		switch {
		case l.ID != r.Law:
			continue
		case r.Amendment == "" && unread(l.FromMark):
			l.From, l.FromMark = r.InForce, Verified
			return true
		}
		for j := range l.Amendments {
			if a := &l.Amendments[j]; a.ID == r.Amendment && unread(a.FromMark) {
				a.From, a.FromMark = r.InForce, Verified
				return true
			}
		}
	}
	return false
}

func (c *Catalogue) settleClock(r *Refinement) bool {
	for i := range c.clocks {
		if k := &c.clocks[i]; k.ID == r.Clock && k.Mark == Recalled {
			k.Periods, k.Mark = []Limb{{Period: *r.Period}}, Verified
			k.Citations = append(slices.Clone(k.Citations), r.Citations...)
			return true
		}
	}
	return false
}

// settlePlace writes the place that was read wherever the recalled one stands.
func (c *Catalogue) settlePlace(r *Refinement) bool {
	if r.Place == nil || r.Is == nil || !unread(r.Place.Mark) || r.Is.Mark != Verified || r.Is.Law != r.Place.Law {
		return false
	}
	found := false
	for _, list := range c.citations() {
		for i := range list {
			if list[i] == *r.Place {
				list[i], found = *r.Is, true
			}
		}
	}
	return found
}

// citations gives every list of citations in the rules.
func (c *Catalogue) citations() [][]Citation {
	var out [][]Citation
	for _, r := range c.clocks {
		out = append(out, r.Citations, r.Counting)
		for _, p := range r.Periods {
			out = append(out, p.Citations)
		}
	}
	for _, rs := range c.ruleSets {
		out = append(out, rs.Counting)
		for _, n := range rs.Notices {
			out = append(out, n.Citations)
		}
	}
	for _, g := range c.grounds {
		out = append(out, g.Citations)
		for _, x := range g.Factors {
			out = append(out, x.Citations)
		}
	}
	for _, p := range c.provisions {
		out = append(out, p.Citations)
	}
	for _, x := range c.fields {
		out = append(out, x.Citations)
	}
	for _, x := range c.channels {
		out = append(out, x.Citations)
	}
	for _, x := range c.competence {
		out = append(out, x.Citations)
	}
	for _, x := range c.scope {
		out = append(out, x.Citations)
	}
	for _, d := range c.dates {
		out = append(out, d.Citations)
	}
	return out
}
