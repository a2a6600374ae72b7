package complaint

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

const (
	local    = "91150102MA0MYXH21K" // registered in 150102
	platform = "91330100799655058B" // registered in 330100
)

// competenceOf files a complaint with a change and asks who is competent.
func competenceOf(t *testing.T, filed string, change func(*File)) *Competence {
	t.Helper()
	d := NewDecider(law(t))
	f := filing(LaneDepartment)
	f.Respondent.USCC = local
	f.Purchase.BoughtOn = day(filed) - 10
	f.Number = Number(day(filed), [16]byte{15: 7})
	change(&f)
	state := gwt(d).Given(after(t, gwt(d), by(consumer, filed, f))...).State()
	return d.Competence(state)
}

// Each row of rules.md 2.3: the kind of respondent, the places that make a department
// competent, and where the law stands.
func TestCompetenceHints_Order121Art13_Order20Art12(t *testing.T) {
	onPlatform := func(shown bool) func(*File) {
		return func(f *File) {
			f.Purchase.Channel = "online"
			f.Respondent.Platform = &Platform{USCC: platform, Name: "某平台", Shop: "青城家电"}
			if shown {
				f.Respondent.Platform.AddressShown = words()
			}
		}
	}
	for name, row := range map[string]struct {
		filed  string
		change func(*File)
		kind   string
		want   []string
		rule   string
		first  string
	}{
		"ordinary operator: place of business or domicile": {
			"2026-06-01", func(f *File) { f.Respondent.Region = "150103" }, "ordinary",
			[]string{"business 150103", "domicile 150102"}, "ORD-121.13", "ORD-121.14"},
		"ordinary operator at its domicile: one department": {
			"2026-06-01", func(*File) {}, "ordinary", []string{"business 150102"}, "ORD-121.13", ""},
		"platform operator: its domicile": {
			"2026-06-01", func(f *File) {
				f.Respondent.USCC = platform
				f.Respondent.Platform = &Platform{USCC: platform, Name: "某平台"}
			}, "platform_operator", []string{"domicile 330100"}, "ORD-121.13", ""},
		"own website: its domicile": {
			"2026-06-01", func(f *File) { f.Purchase.Channel = "online" }, "own_website", []string{"domicile 150102"}, "ORD-121.13", ""},
		"on a platform, address shown: that place or the platform's domicile": {
			"2026-06-01", onPlatform(true), "on_platform", []string{"shown_address 150102", "platform_domicile 330100"}, "ORD-121.13", "ORD-121.14"},
		"on a platform, no address shown: the platform's domicile": {
			"2026-06-01", onPlatform(false), "on_platform", []string{"platform_domicile 330100 instead"}, "ORD-121.13", ""},
		"on a platform under Order 20: place of business or the platform's domicile": {
			"2025-06-03", onPlatform(false), "on_platform", []string{"business 150102", "platform_domicile 330100"}, "ORD-20.12", "ORD-20.13"},
		"nobody said where the platform is": {
			"2026-06-01", func(f *File) {
				f.Respondent.Platform = &Platform{Name: "某平台", Shop: "青城家电"}
			}, "on_platform", []string{"platform_domicile  instead"}, "ORD-121.13", ""},
	} {
		t.Run(name, func(t *testing.T) {
			c := competenceOf(t, row.filed, row.change)
			home := "150102"
			if row.want[0] == "business 150103" {
				home = "150103"
			}
			var got []string
			for _, p := range c.Places {
				s := p.Place + " " + p.Region
				if p.Instead {
					s += " instead"
				}
				if p.Rule != row.rule || p.Citation == "" {
					t.Errorf("cites %q %q", p.Rule, p.Citation)
				}
				if p.Here != (p.Region == home) {
					t.Errorf("%s here: %v", s, p.Here)
				}
				got = append(got, s)
			}
			if diff := cmp.Diff(row.want, got); diff != "" || c.Kind != row.kind || c.First.Rule != row.first {
				t.Errorf("%s, first %q: %s", c.Kind, c.First.Rule, diff)
			}
		})
	}
}

// Once the respondent is confirmed its registered division counts.
func TestCompetenceFollowsTheConfirmedRespondent(t *testing.T) {
	d := NewDecider(law(t))
	past := append(mediated(), replaceBy("2026-06-10"))
	c := d.Competence(gwt(d).Given(after(t, gwt(d), past...)...).State())
	if len(c.Places) != 2 || c.Places[1].Region != "150103" || c.Places[1].Here {
		t.Fatalf("%+v", c.Places)
	}
	if d.Competence(State{}) != nil {
		t.Error("a case that is not there")
	}
}

// What a body that has the dispute already closes here.
func TestWhatOtherBodiesClose_Order121Art16(t *testing.T) {
	bodies := func(f *File) {
		f.ExternalRefs = []ExternalRef{{System: "12315", Number: "1"}, {System: "court", Number: "2"}, {System: "court", Number: "2"}}
		f.History = &History{FiledElsewhere: []Elsewhere{{Where: "association", Number: "3"}, {Where: "mediation_body", Number: "4"}, {Where: "街道办", Number: "5"}}}
	}
	for filed, want := range map[string][]string{
		"2026-06-01": {"court 2 ORD-121.16(2)", "association 3 ORD-121.16(2)"},
		"2025-06-03": {"court 2 ORD-20.15(2)", "association 3 ORD-20.15(2)", "mediation_body 4 ORD-20.15(2)"},
	} {
		var got []string
		for _, c := range competenceOf(t, filed, bodies).Closed {
			got = append(got, c.Body+" "+c.Number+" "+c.Rule)
			if c.Ground.Code != "NA2_ALREADY" || c.Citation == "" {
				t.Errorf("%+v", c)
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: %s", filed, diff)
		}
	}
}
