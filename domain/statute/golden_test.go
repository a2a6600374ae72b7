package statute

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// printed writes a rule set as one reads it beside the law: a line for everything
// that holds, with the place where it stands.
func printed(rs RuleSet) string {
	var b strings.Builder
	line := func(kind, code string, rest ...string) {
		fmt.Fprintf(&b, "%s %s: %s\n", kind, code, strings.Join(rest, "; "))
	}
	fmt.Fprintf(&b, "# %s %s..%s, days by %s\n", rs.ID, rs.From, rs.To, cited(rs.Counting))
	for _, id := range rs.ClockIDs {
		r, _ := rs.Clock(id)
		line("clock", id, clock(id)(rs), "until "+r.MetBy, "stops "+stops(id)(rs), "days by "+cited(r.Counting),
			fmt.Sprintf("enforced %v, refinable %v", r.Enforced, r.Refinable), string(r.Mark))
	}
	for _, kind := range []GroundKind{Decline, Terminate} {
		for _, g := range rs.Grounds(kind) {
			line(string(kind), g.Code, cited(g.Citations), strings.Join(g.Bodies, " "), g.Unless, string(g.Mark))
		}
	}
	for _, n := range rs.Notices {
		line("notice", n.Kind, fmt.Sprintf("form %d", n.Form), n.Clock, strings.Join(n.Recipients, " "), strings.Join(n.Contents, " "), strings.Join(n.Channels, " "), cited(n.Citations))
	}
	entries := func(kind string, e Entry, rest ...string) {
		line(kind, e.Code, append(rest, cited(e.Citations), string(e.Mark))...)
	}
	for _, p := range rs.in().provisions {
		entries("provision", p.Entry, fmt.Sprint(p.Number))
	}
	for _, f := range rs.in().fields {
		entries("field", f.Entry, string(f.Need))
	}
	for _, c := range rs.in().channels {
		entries("channel", c.Entry, strings.Join(c.FiledAs, " "))
	}
	for _, c := range rs.in().competence {
		entries("competence", c.Entry, strings.Join(c.Places, " "), strings.Join(c.Unreachable, " "))
	}
	for _, m := range rs.in().scope {
		entries("scope", m.Entry, m.From.String()+".."+m.To.String())
	}
	for _, d := range rs.in().dates {
		entries("date", d.Entry, d.SetBy, d.Starts, d.MetBy)
	}
	for _, m := range rs.in().measures {
		entries("measure", m.Entry, m.Starts, m.Ends, m.Unit.String())
	}
	return b.String()
}

// TestLawAsPrinted compares everything that holds in each rule set with
// testdata/law.txt, which was read line by line beside the law. A change of the law's
// data changes that file too, by hand.
func TestLawAsPrinted(t *testing.T) {
	want, err := os.ReadFile("testdata/law.txt")
	if err != nil {
		t.Fatal(err)
	}
	c := load(t)
	var got strings.Builder
	for _, rs := range c.RuleSets() {
		got.WriteString(printed(rs) + "\n")
	}
	for _, l := range c.Laws() {
		for _, a := range l.Amendments {
			fmt.Fprintf(&got, "amendment %s %s: %s, from %s (%s), articles %v\n", l.ID, a.ID, a.Decided, a.From, a.FromMark, a.Articles)
		}
	}
	if diff := cmp.Diff(string(want), got.String()); diff != "" {
		t.Error(diff)
	}
}
