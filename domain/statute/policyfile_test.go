package statute

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"fangxin/domain/calendar"
)

func policyFile(t *testing.T, change func(*DisclosurePolicy)) (Refinements, error) {
	t.Helper()
	p, _ := load(t).Policy("NM-2026.1")
	p.Version, p.From = "NM-2027.1", calendar.MustDate("2027-01-01")
	change(&p)
	text, err := json.Marshal(Refinements{Version: "policy-2", Title: Text{ZH: "公示规则", EN: "disclosure"}, Items: []Refinement{}, Policies: []DisclosurePolicy{p}})
	if err != nil {
		t.Fatal(err)
	}
	return ReadRefinements(strings.NewReader(string(text)))
}

// An installation brings its own policy as data, from a day on.
func TestAPolicyFromAFile(t *testing.T) {
	file, err := policyFile(t, func(p *DisclosurePolicy) { p.StatementMax = 300 })
	if err != nil {
		t.Fatal(err)
	}
	c, err := LoadWith(file)
	if err != nil {
		t.Fatal(err)
	}
	for day, want := range map[string]string{"2026-12-31": "NM-2026.1", "2027-01-01": "NM-2027.1", "2030-01-01": "NM-2027.1"} {
		if p, err := c.PolicyFor("ORD-121", calendar.MustDate(day)); err != nil || p.Version != want {
			t.Errorf("%s: %s %v", day, p.Version, err)
		}
	}
	if p, ok := c.Policy("NM-2026.1"); !ok || p.StatementMax != 500 {
		t.Error("the earlier one is gone")
	}
}

// What no policy may loosen, and what cannot be told apart, is refused by name.
func TestAPolicyFromAFileIsRefused(t *testing.T) {
	for name, change := range map[string]func(*DisclosurePolicy){
		"no first day":        func(p *DisclosurePolicy) { p.From = 0 },
		"text that none read": func(p *DisclosurePolicy) { p.ReviewedTextOnly = false },
		"all at once":         func(p *DisclosurePolicy) { p.PublishAll = true },
		"no time to object":   func(p *DisclosurePolicy) { p.ObjectionPeriod = nil },
		"tip-offs":            func(p *DisclosurePolicy) { p.NeverWhen = []string{WhenReferral} },
		"the consumer":        func(p *DisclosurePolicy) { p.NeverFields = nil },
	} {
		if _, err := policyFile(t, change); !errors.Is(err, ErrRefinement) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for name, change := range map[string]func(*DisclosurePolicy){
		"the same version":     func(p *DisclosurePolicy) { p.Version = "NM-2026.1" },
		"the same day":         func(p *DisclosurePolicy) { p.From = calendar.MustDate("2020-01-01") },
		"no classes":           func(p *DisclosurePolicy) { p.Classes = nil },
		"an unknown rule set":  func(p *DisclosurePolicy) { p.RuleSets = []string{"ORD-999"} },
		"an unknown condition": func(p *DisclosurePolicy) { p.NeverWhen = append(p.NeverWhen, "rain") },
		"a long statement":     func(p *DisclosurePolicy) { p.StatementMax = 5000 },
	} {
		file, err := policyFile(t, change)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if _, err := LoadWith(file); !errors.Is(err, ErrRefinement) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
