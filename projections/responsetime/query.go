package responsetime

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"fangxin/domain/calendar"
	"fangxin/projections/facet"
	"fangxin/projections/readmodel"
)

// Bounds of one query.
const (
	counterPage = 10_000
	maxCounters = 500_000
)

// Query answers one question. *QuestionError, readmodel.ErrUnavailable.
//
// By region it lists leagues and cities (盟市), inside a region the level below it,
// and of imported cases their states.
func Query(ctx context.Context, m readmodel.Model, q Q) (Table, error) {
	sel, err := q.selection()
	if err != nil {
		return Table{}, err
	}
	s, at, err := readmodel.Reading(ctx, m, Name, Version)
	if err != nil {
		return Table{}, err
	}
	t := Table{Formula: sel.formula, AsOf: q.AsOf, Position: at}
	months := []string{q.Month}
	if q.Month == "" {
		if months, err = monthsOf(ctx, m, s, sel.kind, sel.source); err != nil {
			return Table{}, err
		}
	}
	sums := map[string]*sum{}
	left := maxCounters
	for _, month := range months {
		if left, err = sel.read(ctx, m, s, month, q.AsOf, sums, left); err != nil {
			return Table{}, err
		}
		if t.Truncated = left <= 0; t.Truncated {
			break
		}
	}
	t.Rows = cellsFrom(sums, sel.formula)
	return t, label(ctx, m, s, q.By, t.Rows)
}

// selection is a question as ranges of counters.
type selection struct {
	formula      Formula
	kind, source string
	dim          dim
	// value is the only one wanted, "" for all that begin with within.
	value, within string
	byMonth       bool
}

func (q Q) selection() (selection, error) {
	s := selection{kind: q.Kind, source: q.Source, byMonth: q.By == ByMonth}
	if s.kind == "" {
		s.kind = "complaint"
	}
	if s.source == "" {
		s.source = SourceNative
	}
	i := slices.IndexFunc(Formulas(), func(f Formula) bool { return f.Stage == q.Stage })
	if i < 0 {
		return s, &QuestionError{"stage", q.Stage}
	}
	s.formula = Formulas()[i]
	if native := s.source == SourceNative; native && !s.formula.Native || !native && !s.formula.Foreign {
		return s, &QuestionError{"stage", q.Stage}
	}
	return s, s.cut(q)
}

// cut chooses the dimension, and the values in it.
func (s *selection) cut(q Q) error {
	given := 0
	region := facet.Division(q.Region)
	for d, v := range map[dim]string{dimMerchant: q.Merchant, dimCategory: q.Category, levelOf(region): region} {
		if v != "" {
			given++
			s.dim, s.value = d, v
		}
	}
	if given > 1 {
		return &QuestionError{"by", "more than one filter"}
	}
	switch {
	case q.By == "" || q.By == ByAll || q.By == ByMonth:
		return nil
	case q.By == ByMerchant && (given == 0 || q.Merchant != ""):
		s.dim = dimMerchant
	case q.By == ByCategory && (given == 0 || q.Category != ""):
		s.dim = dimCategory
	case q.By == ByRegion && region != "" && !numeric(region):
		s.dim = dimRegion1 // a state, which has no level below
	case q.By == ByRegion && region != "":
		s.dim, s.value, s.within = min(levelOf(region)+1, dimRegion3), "", region
	case q.By == ByRegion && given == 0 && s.source != SourceNative:
		s.dim = dimRegion1
	case q.By == ByRegion && given == 0:
		s.dim = dimRegion2
	default:
		return &QuestionError{"by", q.By}
	}
	return nil
}

func numeric(code string) bool {
	_, err := strconv.ParseUint(code, 10, 64)
	return err == nil
}

// levelOf is the dimension in which a region stands.
func levelOf(region string) dim {
	for l := 3; l > 1; l-- {
		if facet.Level(region, l) == region && region != "" {
			return dimRegion1 + dim(l-1)
		}
	}
	return dimRegion1
}

// read adds the counters of one month to the sums.
func (s *selection) read(ctx context.Context, m readmodel.Model, space readmodel.Space, month string, asOf calendar.Date, sums map[string]*sum, left int) (int, error) {
	prefix := string(append(append(head(nil, &s.formula, s.kind, s.source, s.dim), month...), sep))
	from, to := prefix+s.within, upTo(prefix+s.within)
	if s.value != "" {
		from = prefix + s.value + string(sep)
		to = upTo(from)
	}
	for left > 0 {
		page, err := m.Counters(ctx, space, from, to, min(left, counterPage))
		if err != nil {
			return 0, err
		}
		for _, c := range page {
			s.add(sums, c.Key[len(prefix):], month, c.Value, asOf)
		}
		left -= len(page)
		if len(page) < counterPage {
			break
		}
		from = page[len(page)-1].Key + "\x00"
	}
	return left, nil
}

// upTo is the end of the range of keys that begin with prefix.
func upTo(prefix string) string {
	b := []byte(prefix)
	for i := len(b) - 1; i >= 0; i-- {
		if b[i] < 0xff {
			b[i]++
			return string(b[:i+1])
		}
	}
	return ""
}

// add takes one counter, whose key's rest is value, known day, duration and flag.
func (s *selection) add(sums map[string]*sum, rest, month string, n int64, asOf calendar.Date) {
	const tail = 1 + width + 1 + width + 1
	if n == 0 || len(rest) < tail {
		return
	}
	value, rest := rest[:len(rest)-tail], rest[len(rest)-tail+1:]
	known, err1 := strconv.Atoi(rest[:width])
	days, err2 := strconv.Atoi(rest[width+1 : 2*width+1])
	if err1 != nil || err2 != nil || asOf != 0 && calendar.Date(known) > asOf {
		return
	}
	key := value
	if s.byMonth {
		key = month
	}
	one := sums[key]
	if one == nil {
		one = &sum{days: map[int]int64{}}
		sums[key] = one
	}
	one.add(days-bias, flag(rest[2*width+1]), n)
}

// sum gathers the observations of one cell.
type sum struct {
	days               map[int]int64
	n, limited, ok, by int64
}

func (s *sum) add(days int, f flag, n int64) {
	s.n += n
	s.days[days] += n
	if f == noLimit {
		return
	}
	s.limited += n
	switch f {
	case strict:
		s.ok += n
		s.by += n
	case wide:
		s.by += n
	}
}

// rank is the value of the nearest rank: the smallest with at least share of the
// observations at or below it.
func (s *sum) rank(sorted []int, percent int64) int {
	need := (s.n*percent + 99) / 100
	for _, d := range sorted {
		if need -= s.days[d]; need <= 0 {
			return d
		}
	}
	return 0
}

func (s *sum) cell(key string, f Formula) Cell {
	c := Cell{Key: key, Label: key, N: s.n}
	if f.OnTime {
		c.OnTime = Rate{Num: s.by, Den: s.limited}
		c.OnTimeStrict = Rate{Num: s.ok, Den: s.limited}
	}
	if f.Unit == "" {
		return c
	}
	sorted := make([]int, 0, len(s.days))
	total := int64(0)
	for d, n := range s.days {
		sorted = append(sorted, d)
		total += int64(d) * n
	}
	slices.Sort(sorted)
	c.P50, c.P90, c.P99 = s.rank(sorted, 50), s.rank(sorted, 90), s.rank(sorted, 99)
	c.Mean = float64(total) / float64(s.n)
	return c
}

func cellsFrom(sums map[string]*sum, f Formula) []Cell {
	rows := make([]Cell, 0, len(sums))
	for key, s := range sums {
		if s.n > 0 {
			rows = append(rows, s.cell(key, f))
		}
	}
	slices.SortFunc(rows, func(a, b Cell) int { return strings.Compare(a.Key, b.Key) })
	return rows
}

// label names merchants; other keys are codes that name themselves.
func label(ctx context.Context, m readmodel.Model, s readmodel.Space, by string, rows []Cell) error {
	if by != ByMerchant || len(rows) == 0 {
		return nil
	}
	keys := make([]string, len(rows))
	for i, r := range rows {
		keys[i] = merchantKey + r.Key
	}
	docs, err := m.GetMany(ctx, s, keys)
	if err != nil {
		return err
	}
	for i, d := range docs {
		if doc, ok := d.(*MerchantDoc); ok && doc.Name != "" {
			rows[i].Label = doc.Name
		}
	}
	return nil
}

// monthsOf lists the months in which cases were filed.
func monthsOf(ctx context.Context, m readmodel.Model, s readmodel.Space, kind, source string) ([]string, error) {
	k := newKeys()
	p := readmodel.Page{
		Where: readmodel.In(k.months(kind, source)), Order: readmodel.Oldest, Limit: readmodel.MaxPage,
	}
	var months []string
	for {
		page, err := m.Page(ctx, s, p)
		if err != nil {
			return nil, err
		}
		for _, r := range page.Rows {
			months = append(months, r.Member)
		}
		if page.Next == "" {
			return months, nil
		}
		p.After = page.Next
	}
}
