package responsetime

import (
	"slices"
	"strconv"
	"strings"

	"fangxin/projections/facet"
)

// plan is a question that was looked through: which cells answer it and how these are
// grouped.
type plan struct {
	Question
	metric *compiled
	span   span
	steps  []step
	dim    dim
	level  int // of the regions by which figures are grouped
}

// step reads the months of the span less a shift, under a role.
type step struct {
	role  *compiled
	shift int
}

// asked finds the metric and looks the question through. *QuestionError.
func asked(q Question) (*plan, error) {
	if _, ok := find(q.Metric, 0); !ok {
		return nil, &QuestionError{"metric", q.Metric}
	}
	m, ok := find(q.Metric, q.Version)
	if !ok {
		return nil, &QuestionError{"version", strconv.Itoa(q.Version)}
	}
	return newPlan(m, q)
}

func newPlan(m Metric, q Question) (*plan, error) {
	if q.Source == "" {
		q.Source = SourceNative
	}
	native := q.Source == SourceNative
	switch {
	case native && !m.Native || !native && !m.Foreign:
		return nil, &QuestionError{"source", q.Source}
	case q.AsOf == 0:
		return nil, &QuestionError{"as_of", "none"}
	case m.Whole && !q.Everyone:
		return nil, &QuestionError{"metric", q.Metric}
	}
	p := &plan{Question: q, metric: compile(m)}
	if err := p.spanned(); err != nil {
		return nil, err
	}
	if err := p.cut(native); err != nil {
		return nil, err
	}
	p.stepped()
	return p, nil
}

// spanned reads which months are asked for.
func (p *plan) spanned() error {
	p.span = span{0, noEnd}
	if p.Period != "" {
		if p.From != "" || p.To != "" {
			return &QuestionError{"period", "with from or to"}
		}
		s, ok := spanOf(p.Period)
		if !ok {
			return &QuestionError{"period", p.Period}
		}
		p.span = s
		return nil
	}
	ok := true
	if p.From != "" {
		if p.span.from, ok = monthNumber(p.From); !ok {
			return &QuestionError{"from", p.From}
		}
	}
	if p.To != "" {
		if p.span.to, ok = monthNumber(p.To); !ok {
			return &QuestionError{"to", p.To}
		}
	}
	if p.span.from > p.span.to {
		return &QuestionError{"to", p.To}
	}
	return nil
}

// cut chooses the dimension.
func (p *plan) cut(native bool) error {
	times := 0
	for i, d := range p.By {
		if slices.Contains(p.By[:i], d) || i >= 2 {
			return &QuestionError{"by", string(d)}
		}
		switch d {
		case Month, Quarter, Year:
			times++
		case Region, Category, Merchant:
		default:
			return &QuestionError{"by", string(d)}
		}
	}
	if times > 1 {
		return &QuestionError{"by", string(p.By[1])}
	}
	p.Region = facet.Division(p.Region)
	if native && p.Region != "" && !division(p.Region) {
		return &QuestionError{"region", p.Region}
	}
	p.level = p.grouped(native)
	p.dim = p.dimension()
	return nil
}

func division(code string) bool {
	return len(code) <= 6 && len(code)%2 == 0 && !strings.ContainsFunc(code, func(r rune) bool { return r < '0' || r > '9' })
}

// grouped is the level of the regions that figures are grouped by: leagues and cities
// (盟市), inside a region the level below it, of imported cases their states.
func (p *plan) grouped(native bool) int {
	switch {
	case !native:
		return 1
	case p.Region == "":
		return 2
	}
	return min(levelOf(p.Region)+1, 3)
}

// levelOf is the level at which a region stands.
func levelOf(region string) int {
	for l := 3; l > 1; l-- {
		if facet.Level(region, l) == region && region != "" {
			return l
		}
	}
	return 1
}

func (p *plan) dimension() dim {
	by := func(d Dimension) bool { return slices.Contains(p.By, d) }
	region, category := p.Region != "" || by(Region), p.Category != "" || by(Category)
	deep := levelOf(p.Region) == 3 || by(Region) && p.level == 3
	switch {
	case p.Merchant != "" || by(Merchant):
		return dimMerchant
	case region && (category || deep):
		return dimPlace
	case region:
		return dimRegion
	case category:
		return dimCategory
	}
	return dimAll
}

// merchantAlone says that one merchant's cases are asked for, all of them alike.
func (p *plan) merchantAlone() bool {
	return p.Merchant != "" && p.Category == "" && p.Region == "" &&
		!slices.Contains(p.By, Category) && !slices.Contains(p.By, Region)
}

// stepped: a growth compares with the span before, or with the same a year before.
func (p *plan) stepped() {
	c := p.metric
	if c.Kind != KindGrowth {
		p.steps = []step{{role: c}}
		return
	}
	now, before := *c, *c
	now.den, before.num = [measures][]condition{}, [measures][]condition{}
	shift := 12
	if c.ID == "growth" {
		shift = p.length()
	}
	p.steps = []step{{role: &now}, {role: &before, shift: shift}}
}

// length of what is compared: a month, a quarter, a year, or the span asked for.
func (p *plan) length() int {
	switch {
	case slices.Contains(p.By, Month):
		return 1
	case slices.Contains(p.By, Quarter):
		return 3
	case slices.Contains(p.By, Year) || p.span.to == noEnd:
		return 12
	}
	return p.span.to - p.span.from + 1
}

// values of a case that cells are made of; Region as facet.Division has it.
type values struct{ merchant, category, region string }

func valuesOf(p *place) values { return values{p.Merchant, p.Category, facet.Division(p.Region)} }

// valuesIn takes a cell apart.
func (d dim) valuesIn(cell string) (v values) {
	switch d {
	case dimRegion:
		v.region = cell
	case dimCategory:
		v.category = cell
	case dimPlace:
		v.category, v.region, _ = strings.Cut(cell, string(part))
	case dimMerchant:
		v.merchant = cell
	}
	return v
}

// key groups what counts in a month at such values; ok is false where it is not asked for.
func (p *plan) key(v values, month int) (key []string, ok bool) {
	if p.Merchant != "" && v.merchant != p.Merchant || p.Category != "" && v.category != p.Category || !p.within(v.region) {
		return nil, false
	}
	key = make([]string, 0, len(p.By))
	for _, d := range p.By {
		switch d {
		case Region:
			key = append(key, facet.Level(v.region, p.level))
		case Category:
			key = append(key, v.category)
		case Merchant:
			key = append(key, v.merchant)
		default:
			key = append(key, timeKey(d, month))
		}
		if key[len(key)-1] == "" {
			return nil, false
		}
	}
	return key, true
}

func (p *plan) within(region string) bool {
	return p.Region == "" || facet.Level(region, levelOf(p.Region)) == p.Region
}
