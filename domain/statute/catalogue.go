package statute

import (
	"embed"
	"fmt"
	"slices"
	"strings"

	"fangxin/domain/calendar"
)

// data holds the law; embedding needs a variable, nothing ever writes it.
//
//go:embed data/*.json data/regions-nm.txt
var data embed.FS

// Catalogue is all of the law that the program knows. It is immutable and safe for
// use by many goroutines; what it returns is shared and must not be changed.
type Catalogue struct {
	laws     []Law
	ruleSets []RuleSet
	clocks   []ClockRule
	grounds  []Ground
	policies []DisclosurePolicy
	words    Vocabulary
	regions  *Regions

	provisions []Provision
	fields     []Field
	channels   []Channel
	competence []CompetenceRule
	scope      []Matter
	dates      []DateRule
	measures   []Measure
	readings   []Reading
	retention  []Retention

	refined []Refinement // of all files, in their order
	local   []local      // those of them that regions add
}

// Load reads and checks the data compiled into the program.
func Load() (*Catalogue, error) {
	var c Catalogue
	for _, part := range c.parts() {
		text, err := data.ReadFile("data/" + part.name + ".json")
		if err != nil {
			return nil, fmt.Errorf("%w: %w", ErrData, err)
		}
		if err := decode(text, part.into); err != nil {
			return nil, fmt.Errorf("%w: %s: %w", ErrData, part.name, err)
		}
	}
	regions, err := LoadRegions()
	if err != nil {
		return nil, err
	}
	c.regions = regions
	c.link()
	if err := c.check(); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrData, err)
	}
	return &c, nil
}

// part is one data file and what it fills.
type part struct {
	name string
	into any
}

func (c *Catalogue) parts() []part {
	return []part{
		{"laws", &c.laws}, {"clocks", &c.clocks}, {"rulesets", &c.ruleSets},
		{"grounds", &c.grounds}, {"policies", &c.policies}, {"vocabulary", &c.words},
		{"provisions", &c.provisions}, {"fields", &c.fields}, {"channels", &c.channels},
		{"competence", &c.competence}, {"scope", &c.scope}, {"dates", &c.dates},
		{"measures", &c.measures}, {"readings", &c.readings}, {"retention", &c.retention},
	}
}

// link gives each rule set what holds in it.
func (c *Catalogue) link() {
	for i := range c.ruleSets {
		rs := &c.ruleSets[i]
		rs.held = &contents{clocks: map[string]*ClockRule{}, grounds: map[string]*Ground{}}
		for _, r := range c.clocks {
			if slices.Contains(rs.ClockIDs, r.ID) {
				r.Citations = rs.cited(r.Citations)
				if len(r.Counting) == 0 {
					r.Counting = rs.Counting
				}
				rs.held.clocks[r.ID] = &r
			}
		}
		for _, g := range c.grounds {
			if slices.Contains(g.RuleSets, rs.ID) {
				rs.held.grounds[g.Code] = &g
				rs.held.order = append(rs.held.order, g.Code)
			}
		}
		rs.held.provisions = held(c.provisions, rs)
		rs.held.fields = held(c.fields, rs)
		rs.held.channels = held(c.channels, rs)
		rs.held.competence = held(c.competence, rs)
		rs.held.scope = held(c.scope, rs)
		rs.held.dates = held(c.dates, rs)
		rs.held.measures = held(c.measures, rs)
	}
}

// cited keeps the citations of laws that are in force in the rule set.
func (rs RuleSet) cited(all []Citation) []Citation {
	var out []Citation
	for _, c := range all {
		if slices.Contains(rs.Laws, c.Law) {
			out = append(out, c)
		}
	}
	return out
}

// At returns the rule set for a native case filed on d, or ErrNoRuleSet.
func (c *Catalogue) At(filedOn calendar.Date) (RuleSet, error) {
	for _, rs := range c.ruleSets {
		if !rs.Foreign() && rs.Covers(filedOn) {
			return rs, nil
		}
	}
	return RuleSet{}, fmt.Errorf("filed on %s: %w", filedOn, ErrNoRuleSet)
}

// Named returns a rule set by its identifier (imported data, recorded overrides), or
// ErrNoRuleSet.
func (c *Catalogue) Named(id string) (RuleSet, error) {
	for _, rs := range c.ruleSets {
		if rs.ID == id {
			return rs, nil
		}
	}
	return RuleSet{}, fmt.Errorf("%q: %w", id, ErrNoRuleSet)
}

// RuleSets returns all rule sets, native ones by date first.
func (c *Catalogue) RuleSets() []RuleSet { return slices.Clone(c.ruleSets) }

// Law returns a legal text by the identifier that citations use.
func (c *Catalogue) Law(id string) (Law, bool) {
	for _, l := range c.laws {
		if l.ID == id {
			return l, true
		}
	}
	return Law{}, false
}

// Laws returns all legal texts.
func (c *Catalogue) Laws() []Law { return slices.Clone(c.laws) }

// Regions returns the administrative divisions.
func (c *Catalogue) Regions() *Regions { return c.regions }

// Vocabulary returns the closed lists of words: routes, lanes, request kinds,
// channels of notices, categories.
func (c *Catalogue) Vocabulary() Vocabulary { return c.words }

// GroundFor returns the decline or termination ground with the given code in any
// case: the prefix of the code tells the kind.
func (rs RuleSet) GroundFor(code string) (Ground, bool) {
	if strings.HasPrefix(code, "NA") {
		return rs.DeclineGround(code)
	}
	return rs.TerminationGround(code)
}
