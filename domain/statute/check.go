package statute

import (
	"errors"
	"fmt"
	"slices"

	"fangxin/domain/calendar"
)

// maxFaults bounds what is said about one bad file.
const maxFaults = 50

// faults collects what is wrong with the data.
type faults struct{ list []error }

func (f *faults) add(ok bool, format string, args ...any) {
	if !ok && len(f.list) < maxFaults {
		f.list = append(f.list, fmt.Errorf(format, args...))
	}
}

// check holds the data to the rules that the code relies on and returns all faults.
func (c *Catalogue) check() error {
	var f faults
	c.checkLaws(&f)
	c.checkClocks(&f)
	c.checkDates(&f)
	for _, rs := range c.ruleSets {
		c.checkRuleSet(&f, rs)
	}
	c.checkGrounds(&f)
	c.checkPolicies(&f)
	c.checkWords(&f)
	c.checkEntries(&f)
	c.checkReadings(&f)
	c.checkRetention(&f)
	return errors.Join(f.list...)
}

func (c *Catalogue) checkLaws(f *faults) {
	seen := map[string]bool{}
	for _, l := range c.laws {
		f.add(l.ID != "" && !seen[l.ID], "law %q without name or named twice", l.ID)
		seen[l.ID] = true
		f.add(l.Title.complete() && l.Mark.known() && l.FromMark.known(), "law %s: title or mark missing", l.ID)
		f.add(l.To.IsZero() || l.To >= l.From, "law %s ends before it begins", l.ID)
		for _, a := range l.Amendments {
			f.add(a.ID != "" && a.Change.complete() && a.Mark.sure() && a.FromMark.known(), "law %s: amendment %q incomplete", l.ID, a.ID)
			f.add(!a.Decided.IsZero() && (a.From.IsZero() || a.From >= a.Decided), "law %s: dates of amendment %s", l.ID, a.ID)
		}
	}
}

// cites refuses an empty list and laws that are unknown or not in force there.
func (c *Catalogue) cites(f *faults, where string, list []Citation, within []string) {
	f.add(len(list) > 0, "%s has no citation", where)
	for _, x := range list {
		_, ok := c.Law(x.Law)
		f.add(ok, "%s cites %s, which is unknown", where, x.Law)
		f.add(within == nil || slices.Contains(within, x.Law), "%s cites %s, not in force there", where, x.Law)
	}
}

func (c *Catalogue) checkClocks(f *faults) {
	seen := map[string]bool{}
	for _, r := range c.clocks {
		where := "clock " + r.ID
		f.add(r.ID != "" && !seen[r.ID], "%s without name or named twice", where)
		seen[r.ID] = true
		f.add(r.Title.complete() && r.Mark.sure() && r.Starts != "" && r.MetBy != "", "%s: title, mark or facts missing", where)
		f.add(len(r.Periods) > 0, "%s has no period", where)
		for _, p := range r.Periods {
			f.add(p.Check() == nil, "%s: period %s", where, p)
			f.add(r.Extension == nil || r.Extension.Check() == nil && r.Extension.Unit == p.Unit, "%s: extension", where)
			if p.Citations != nil {
				c.cites(f, where+" "+p.String(), p.Citations, nil)
			}
			for _, cause := range r.stops(p) {
				c.named(f, where, "pause", cause)
			}
		}
		c.named(f, where, "fact", r.Starts)
		c.named(f, where, "fact", r.MetBy)
		f.add(!r.Alarm || !r.Enforced, "%s is a reminder and enforced", where)
		for _, n := range r.Notes {
			f.add(n.complete() && n.Mark.known(), "%s: note without text or mark", where)
		}
		f.add(!r.Foreign || !r.Enforced, "%s is foreign and enforced", where)
		c.cites(f, where, r.Citations, nil)
	}
}

// checkDates: native rule sets follow each other without gap or overlap, the last
// one is open.
func (c *Catalogue) checkDates(f *faults) {
	var last *RuleSet
	for i := range c.ruleSets {
		rs := &c.ruleSets[i]
		if rs.Foreign() {
			continue
		}
		f.add(!rs.From.IsZero(), "rule set %s has no first day", rs.ID)
		if last != nil {
			f.add(rs.From == last.To+1, "rule set %s does not follow %s", rs.ID, last.ID)
		}
		last = rs
	}
	f.add(last != nil && last.To.IsZero(), "no rule set is in force now")
}

func (c *Catalogue) checkRuleSet(f *faults, rs RuleSet) {
	where := "rule set " + rs.ID
	f.add(rs.ID != "" && rs.Jurisdiction != "" && rs.Title.complete() && rs.Mark.sure(), "%s: name, jurisdiction, title or mark missing", where)
	for _, id := range rs.Laws {
		l, ok := c.Law(id)
		f.add(ok, "%s: law %s is unknown", where, id)
		f.add(l.To.IsZero() || l.To >= rs.From, "%s: law %s was not in force", where, id)
	}
	for _, id := range rs.ClockIDs {
		r, ok := rs.Clock(id)
		f.add(ok, "%s: clock %s is unknown", where, id)
		f.add(!ok || len(r.Citations) > 0, "%s: clock %s rests on no law of it", where, id)
		f.add(!ok || r.Foreign == rs.Foreign(), "%s: clock %s belongs to another jurisdiction", where, id)
		if ok && !rs.Foreign() {
			c.cites(f, where+" counting of "+id, r.Counting, rs.Laws)
		}
	}
	_, accept := rs.Clock(rs.Acceptance)
	_, mediate := rs.Clock(rs.Mediate)
	f.add(rs.Foreign() || accept && mediate, "%s: no clock of acceptance or mediation", where)
	for _, n := range rs.Notices {
		c.cites(f, where+" notice "+n.Kind, n.Citations, rs.Laws)
		_, ok := rs.Form(n.Form)
		f.add(n.Form == 0 || ok, "%s: notice %s has unknown form %d", where, n.Kind, n.Form)
		f.add(len(n.Recipients) > 0, "%s: notice %s goes to nobody", where, n.Kind)
		f.add(n.Clock == "" || slices.Contains(rs.ClockIDs, n.Clock), "%s: notice %s has unknown clock %s", where, n.Kind, n.Clock)
		c.named(f, where, "notice", n.Kind)
		for _, x := range n.Recipients {
			c.named(f, where, "recipient", x)
		}
		for _, x := range n.Contents {
			c.named(f, where, "content", x)
		}
		for _, x := range n.Channels {
			_, ok := Find(c.words.NoticeChannels, x)
			f.add(ok, "%s: notice %s by unknown channel %s", where, n.Kind, x)
		}
	}
	for i, form := range rs.Forms {
		f.add(form.Number == i+1 && form.Title.complete(), "%s: form %d", where, form.Number)
	}
}

func (c *Catalogue) checkGrounds(f *faults) {
	type key struct{ set, code string }
	seen := map[key]bool{}
	for _, g := range c.grounds {
		where := fmt.Sprintf("ground %s of %v", g.Code, g.RuleSets)
		f.add(g.Code != "" && g.Title.complete() && g.Mark.sure() && (g.Kind == Decline || g.Kind == Terminate), "%s: code, kind, title or mark missing", where)
		f.add(len(g.RuleSets) > 0, "%s belongs nowhere", where)
		for _, id := range g.RuleSets {
			rs, err := c.Named(id)
			f.add(err == nil && !seen[key{id, g.Code}], "%s: rule set %s unknown, or named twice", where, id)
			seen[key{id, g.Code}] = true
			c.cites(f, where, g.Citations, rs.Laws)
			for _, b := range g.Bodies {
				c.named(f, where, "body", b)
			}
			for _, x := range g.Factors {
				f.add(x.Title.complete(), "%s: factor %s", where, x.Code)
				c.cites(f, where+" "+x.Code, x.Citations, rs.Laws)
			}
		}
	}
}

func (c *Catalogue) checkPolicies(f *faults) {
	seen := map[string]bool{}
	codes := map[string]bool{}
	for _, g := range c.grounds {
		codes[g.Code] = true
	}
	for _, p := range c.policies {
		where := "policy " + p.Version
		f.add(p.Version != "" && !seen[p.Version] && p.Title.complete(), "%s: version or title missing or named twice", where)
		seen[p.Version] = true
		for _, id := range p.RuleSets {
			_, err := c.Named(id)
			f.add(err == nil, "%s: rule set %s is unknown", where, id)
		}
		for _, g := range p.NeverGrounds {
			f.add(codes[g], "%s: ground %s is unknown", where, g)
		}
		for _, period := range []*calendar.Period{p.ObjectionPeriod, p.CorrectionPeriod, p.Period} {
			f.add(period == nil || period.Check() == nil, "%s: period %s", where, period)
		}
		for _, field := range p.Fields {
			f.add(!slices.Contains(p.NeverFields, field), "%s: field %s is public and never public", where, field)
		}
		classes := map[string]bool{}
		for _, class := range p.Classes {
			f.add(class.ID != "" && !classes[class.ID] && class.Title.complete(), "%s: class %s", where, class.ID)
			classes[class.ID] = true
		}
		f.add(p.PublishAll || !p.Public() || len(p.Classes) > 0 && len(p.Withdrawals) > 0, "%s: classes of records or withdrawals missing", where)
		f.add(p.StatementMax >= 0 && p.StatementMax <= maxStatement, "%s: length of the statement", where)
		c.oneBegins(f, p)
		f.add(slices.IsSorted(p.AmountBands) && len(slices.Compact(slices.Clone(p.AmountBands))) == len(p.AmountBands), "%s: bands do not rise", where)
		f.add(len(p.AmountBands) == 0 || p.AmountBands[0] == 0, "%s: bands do not start at 0", where)
		f.add(len(p.Fields) > 0 || !p.Public(), "%s: fields missing", where)
		f.add(p.SmallCell > 0 && len(p.Marks) > 0, "%s: small cell or marks missing", where)
		c.cites(f, where, p.Citations, nil)
	}
	for _, rs := range c.ruleSets {
		_, err := c.PolicyFor(rs.ID, calendar.MaxDate)
		f.add(err == nil, "rule set %s has no disclosure policy", rs.ID)
	}
}
