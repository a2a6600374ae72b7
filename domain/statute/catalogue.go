package statute

import (
	"embed"
	"encoding/json"
	"fmt"
	"io"
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
}

// Load reads and checks the data compiled into the program.
func Load() (*Catalogue, error) {
	var c Catalogue
	for _, part := range []struct {
		name string
		into any
	}{
		{"laws", &c.laws}, {"clocks", &c.clocks}, {"rulesets", &c.ruleSets},
		{"grounds", &c.grounds}, {"policies", &c.policies}, {"vocabulary", &c.words},
	} {
		f, err := data.Open("data/" + part.name + ".json")
		if err != nil {
			return nil, fmt.Errorf("%w: %w", ErrData, err)
		}
		err = decode(f, part.into)
		_ = f.Close() // an embedded file has nothing to lose
		if err != nil {
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

// decode reads one JSON value strictly: no unknown fields, nothing after it.
func decode(r io.Reader, into any) error {
	d := json.NewDecoder(r)
	d.DisallowUnknownFields()
	if err := d.Decode(into); err != nil {
		return err
	}
	if _, err := d.Token(); err != io.EOF {
		return fmt.Errorf("text after the value at byte %d", d.InputOffset())
	}
	return nil
}

// link gives each rule set its clocks and grounds.
func (c *Catalogue) link() {
	for i := range c.ruleSets {
		rs := &c.ruleSets[i]
		rs.clocks, rs.grounds = map[string]ClockRule{}, map[string]Ground{}
		for _, r := range c.clocks {
			if slices.Contains(rs.ClockIDs, r.ID) {
				r.Citations = rs.cited(r.Citations)
				if len(r.Counting) == 0 {
					r.Counting = rs.Counting
				}
				rs.clocks[r.ID] = r
			}
		}
		for _, g := range c.grounds {
			if slices.Contains(g.RuleSets, rs.ID) {
				rs.grounds[g.Code] = g
				rs.order = append(rs.order, g.Code)
			}
		}
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

// Vocabulary holds closed lists of codes with their names.
type Vocabulary struct {
	Routes         []Word `json:"routes"`          // 解决争议的途径, CRPL 39
	Lanes          []Word `json:"lanes"`           // 受理路径
	RequestKinds   []Word `json:"request_kinds"`   // 投诉请求
	NoticeChannels []Word `json:"notice_channels"` // 告知方式
	Categories     []Word `json:"categories"`      // 商品和服务类别
}

// Word is one code of a closed list.
type Word struct {
	Code string `json:"code"`
	Text
	Kind      string     `json:"kind,omitempty"` // of categories: goods, service, any
	Legal     bool       `json:"legal_clocks,omitempty"`
	Citations []Citation `json:"citations,omitempty"`
	Mark      Mark       `json:"mark"`
}

// Find returns the word with the given code.
func Find(list []Word, code string) (Word, bool) {
	for _, w := range list {
		if w.Code == code {
			return w, true
		}
	}
	return Word{}, false
}

// Category returns a category of goods or services by its code.
func (v Vocabulary) Category(code string) (Word, bool) { return Find(v.Categories, code) }

// Lane returns a lane by its code.
func (v Vocabulary) Lane(code string) (Word, bool) { return Find(v.Lanes, code) }

// Route returns a route of CRPL 39 by its code.
func (v Vocabulary) Route(code string) (Word, bool) { return Find(v.Routes, code) }

// RequestKind returns a kind of request by its code.
func (v Vocabulary) RequestKind(code string) (Word, bool) { return Find(v.RequestKinds, code) }

// GroundFor returns the decline or termination ground with the given code in any
// case: the prefix of the code tells the kind.
func (rs RuleSet) GroundFor(code string) (Ground, bool) {
	if strings.HasPrefix(code, "NA") {
		return rs.DeclineGround(code)
	}
	return rs.TerminationGround(code)
}
