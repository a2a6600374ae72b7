package responsetimetest

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"fangxin/domain/calendar"
	"fangxin/projections/readmodel"
	"fangxin/projections/responsetime"
)

// Log is a log and the read model that was made of it.
type Log struct {
	Facts    []Fact
	Calendar *calendar.Calendar
	Model    readmodel.Model
	// Cuts are looked at one in so many; 0 is every one.
	Every int
}

// Compare asks for every metric in every cut as of the days, and answers with what is not
// as it is by hand, at most 20 lines; and how many figures it looked at.
func (l *Log) Compare(ctx context.Context, asOf ...calendar.Date) (differences []string, figures int, err error) {
	for _, day := range asOf {
		cases := lives(l.Facts, l.Calendar, day)
		for i, q := range l.questions(cases) {
			if l.Every > 1 && i%l.Every != int(day)%l.Every {
				continue
			}
			q.AsOf = day
			n, d, err := l.compare(ctx, cases, q)
			if err != nil {
				return differences, figures, fmt.Errorf("%+v: %w", q, err)
			}
			figures += n
			if differences = append(differences, d...); len(differences) > 20 {
				return differences[:20], figures, nil
			}
		}
	}
	return differences, figures, nil
}

// questions are all metrics in all cuts that make sense, over all and over the public.
func (l *Log) questions(cases []*life) (out []responsetime.Question) {
	sources := map[string]bool{}
	for _, c := range cases {
		sources[c.source()] = true
	}
	for _, source := range sortedKeys(sources) {
		for _, m := range responsetime.Catalogue() {
			if source == "native" && !m.Native || source != "native" && !m.Foreign {
				continue
			}
			for _, cut := range cuts(cases, source) {
				cut.Metric, cut.Source, cut.Everyone = m.ID, source, true
				out = append(out, cut)
				if cut.Everyone = false; !m.Whole {
					out = append(out, cut)
				}
			}
		}
	}
	return out
}

// cuts of one source: groupings, and filters that its cases have.
func cuts(cases []*life, source string) (out []responsetime.Question) {
	type by = []responsetime.Dimension
	const (
		month, quarter, year       = responsetime.Month, responsetime.Quarter, responsetime.Year
		region, category, merchant = responsetime.Region, responsetime.Category, responsetime.Merchant
	)
	every := []by{
		nil, {month}, {quarter}, {year}, {region}, {category}, {merchant}, {month, region}, {region, quarter}, {category, month},
		{merchant, month}, {region, category}, {category, region}, {merchant, category}, {region, merchant},
	}
	for _, b := range every {
		out = append(out, responsetime.Question{By: b})
	}
	var seen *life
	for _, c := range cases { // a case with everything gives the filters
		if c.source() == source && c.merchant() != "" {
			seen = c
		}
	}
	if seen == nil {
		return out
	}
	at := monthOf(seen)
	with := func(q responsetime.Question, groupings ...by) {
		for _, b := range groupings {
			q.By = b
			out = append(out, q)
		}
	}
	with(responsetime.Question{Merchant: seen.merchant()}, nil, by{month}, by{category}, by{region, category})
	with(responsetime.Question{Merchant: seen.merchant(), Category: seen.category(), Region: seen.region()}, nil)
	with(responsetime.Question{Category: seen.category()}, nil, by{region}, by{merchant, month})
	with(responsetime.Question{Period: month2(at)}, nil, by{region}, by{category, merchant})
	with(responsetime.Question{Period: strconv.Itoa(at/12) + "-Q" + strconv.Itoa(at%12/3+1)}, by{region, category})
	with(responsetime.Question{From: month2(at - 1), To: month2(at)}, nil, by{month})
	for _, r := range regions(seen, source) {
		with(responsetime.Question{Region: r}, nil, by{month}, by{region}, by{category}, by{region, category})
		with(responsetime.Question{Region: r, Category: seen.category()}, nil, by{region})
	}
	return out
}

func regions(c *life, source string) []string {
	r := c.region()
	if source != "native" || len(r) != 6 {
		return []string{r}
	}
	return []string{r[:2], r[:4] + "00", r}
}

func monthOf(c *life) int {
	y, m, _ := c.cameIn().Civil()
	return y*12 + int(m) - 1
}

func month2(n int) string { return fmt.Sprintf("%04d-%02d", n/12, n%12+1) }

// division of a code down to a level, "" where it is not that deep.
func division(code string, level int) string {
	for strings.HasSuffix(code, "00") {
		code = strings.TrimSuffix(code, "00")
	}
	if len(code) < 2*level {
		return ""
	}
	return code[:2*level]
}

// regionKey is the region by which a case is grouped.
func regionKey(c *life, q *responsetime.Question) string {
	if q.Source != "native" {
		return c.region()
	}
	filter := q.Region
	for strings.HasSuffix(filter, "00") {
		filter = strings.TrimSuffix(filter, "00")
	}
	return division(c.region(), map[int]int{0: 2, 2: 2, 4: 3, 6: 3}[len(filter)])
}

// holds says whether a case passes the filters, its month apart.
func holds(c *life, q *responsetime.Question) bool {
	if c.source() != q.Source || q.Merchant != "" && c.merchant() != q.Merchant || q.Category != "" && c.category() != q.Category {
		return false
	}
	filter := q.Region
	if q.Source != "native" {
		return filter == "" || c.region() == filter
	}
	for strings.HasSuffix(filter, "00") {
		filter = strings.TrimSuffix(filter, "00")
	}
	return strings.HasPrefix(c.region(), filter)
}

// spanOf gives the months asked for, both inclusive.
func spanOf(q *responsetime.Question) (from, to int) {
	read := func(s string) int {
		y, _ := strconv.Atoi(s[:4])
		m, _ := strconv.Atoi(s[5:7])
		return y*12 + m - 1
	}
	from, to = 0, 1<<30
	switch {
	case len(q.Period) == 7 && q.Period[5] == 'Q':
		y, _ := strconv.Atoi(q.Period[:4])
		from = y*12 + 3*int(q.Period[6]-'1')
		return from, from + 2
	case q.Period != "":
		return read(q.Period), read(q.Period)
	}
	if q.From != "" {
		from = read(q.From)
	}
	if q.To != "" {
		to = read(q.To)
	}
	return from, to
}

// keyOf groups a case as if it had come in in a month.
func keyOf(c *life, q *responsetime.Question, month int) ([]string, bool) {
	key := []string{}
	for _, d := range q.By {
		var k string
		switch d {
		case responsetime.Month:
			k = month2(month)
		case responsetime.Quarter:
			k = fmt.Sprintf("%04d-Q%d", month/12, month%12/3+1)
		case responsetime.Year:
			k = fmt.Sprintf("%04d", month/12)
		case responsetime.Region:
			k = regionKey(c, q)
		case responsetime.Category:
			k = c.category()
		case responsetime.Merchant:
			k = c.merchant()
		}
		if k == "" {
			return nil, false
		}
		key = append(key, k)
	}
	return key, true
}

// byHand gathers the figures of a question.
func byHand(cases []*life, q *responsetime.Question) map[string]*gathered {
	out := map[string]*gathered{}
	at := func(key []string) *gathered {
		name := strings.Join(key, "/")
		if out[name] == nil {
			out[name] = &gathered{key: key}
		}
		return out[name]
	}
	from, to := spanOf(q)
	add := func(c *life, month int, v verdict) {
		key, ok := keyOf(c, q, month)
		if !ok || month < from || month > to {
			return
		}
		g := at(key)
		g.verdicts, g.classes, g.cases = append(g.verdicts, v), append(g.classes, c.class()), append(g.cases, c.id)
	}
	rule := rules()[q.Metric]
	for _, c := range cases {
		if !holds(c, q) || !q.Everyone && c.class() != "public" {
			continue
		}
		if back, grows := span(q); grows {
			add(c, monthOf(c), verdict{num: true})
			add(c, monthOf(c)+back, verdict{den: true})
			continue
		}
		add(c, monthOf(c), rule(c, q.AsOf))
	}
	return out
}

// span by which a growth looks back.
func span(q *responsetime.Question) (months int, grows bool) {
	if q.Metric == "growth_year" {
		return 12, true
	}
	from, to := spanOf(q)
	switch {
	case slices.Contains(q.By, responsetime.Month):
		months = 1
	case slices.Contains(q.By, responsetime.Quarter):
		months = 3
	case slices.Contains(q.By, responsetime.Year) || to == 1<<30:
		months = 12
	default:
		months = to - from + 1
	}
	return months, q.Metric == "growth"
}

func (g *gathered) empty() bool {
	return !slices.ContainsFunc(g.verdicts, func(v verdict) bool { return v.num || v.den || v.excluded != "" })
}

// compare asks one question.
func (l *Log) compare(ctx context.Context, cases []*life, q responsetime.Question) (figures int, differences []string, err error) {
	a, err := responsetime.Ask(ctx, l.Model, q)
	if err != nil {
		return 0, nil, err
	}
	want := byHand(cases, &q)
	tell := func(key any, what string) {
		if what != "" {
			differences = append(differences, fmt.Sprintf("%s by %v %s%s%s%s%s%s as of %s, everyone %v, %v: %s", q.Metric, q.By, q.Period, q.From,
				q.To, q.Region, q.Category, q.Merchant, q.AsOf, q.Everyone, key, what))
		}
	}
	if !slices.IsSortedFunc(a.Figures, func(x, y responsetime.Figure) int { return slices.Compare(x.Key, y.Key) }) {
		tell("keys", "not in order")
	}
	for i := range a.Figures {
		f := &a.Figures[i]
		name := strings.Join(f.Key, "/")
		g := want[name]
		if g == nil {
			g = &gathered{}
		}
		delete(want, name)
		n := g.numbers(func(string) bool { return true })
		tell(f.Key, n.differs(&a.Metric, f))
		if q.Everyone {
			tell(f.Key, g.sides(&a.Metric, f))
		}
		if len(q.By) == 0 {
			what, err := l.listed(ctx, q, g)
			if err != nil {
				return 0, nil, err
			}
			tell("cases", what)
		}
	}
	for name, g := range want {
		if !g.empty() {
			tell(name, "no figure")
		}
	}
	return len(a.Figures), differences, nil
}

// listed compares the cases that are named behind a figure.
func (l *Log) listed(ctx context.Context, q responsetime.Question, g *gathered) (string, error) {
	for _, part := range []responsetime.CasePart{responsetime.OfNumerator, responsetime.OfDenominator, responsetime.OfExcluded} {
		var want, got []string
		for i, v := range g.verdicts {
			if part == responsetime.OfNumerator && v.num || part == responsetime.OfDenominator && v.den || part == responsetime.OfExcluded && v.excluded != "" {
				want = append(want, g.cases[i])
			}
		}
		for cursor, pages := "", 0; ; pages++ {
			page, err := responsetime.Cases(ctx, l.Model, q, part, cursor, 7)
			if err != nil {
				return "", err
			}
			for _, row := range page.Rows {
				got = append(got, row.Case)
			}
			if cursor = page.Next; cursor == "" {
				break
			}
			if pages > 10_000 {
				return "pages without end", nil
			}
		}
		slices.Sort(want)
		slices.Sort(got)
		if !slices.Equal(got, want) {
			return fmt.Sprintf("%s: %v, by hand %v", part, got, want), nil
		}
	}
	return "", nil
}
