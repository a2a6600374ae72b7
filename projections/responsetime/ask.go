package responsetime

import (
	"context"
	"encoding/binary"
	"slices"
	"strconv"

	"fangxin/domain/calendar"
	"fangxin/domain/es"
	"fangxin/projections/readmodel"
)

// Bounds of one question.
const (
	counterPage = 10_000
	maxCounters = 1_000_000
	maxListed   = 5_000
)

// Ask answers a question. *QuestionError, readmodel.ErrUnavailable.
//
// Without Everyone it counts disclosed cases alone. By region it lists leagues and cities
// (盟市), inside a region the level below it, and of imported cases their states.
//
// What was worked out is remembered until the read model moves on: public pages ask the
// same again and again. Nobody changes an answer.
func Ask(ctx context.Context, m readmodel.Model, q Question) (Answer, error) {
	s, at, err := readmodel.Reading(ctx, m, Name, Version)
	if err != nil {
		if _, wrong := asked(q); wrong != nil {
			return Answer{}, wrong
		}
		return Answer{}, err
	}
	return readmodel.Remembered(ctx, m, s, q.name(), func() (Answer, int, error) {
		p, err := asked(q)
		if err != nil {
			return Answer{}, 0, err
		}
		r := reader{ctx: ctx, model: m, space: s, left: maxCounters}
		a, err := r.work(p, at)
		return a, a.weight(), err
	})
}

// name tells a question from every other.
func (q *Question) name() string {
	b := append(make([]byte, 0, 160), "ask"...)
	for _, text := range []string{q.Metric, q.Period, q.From, q.To, q.Region, q.Category, q.Merchant, q.Source} {
		b = binary.AppendUvarint(b, uint64(len(text)))
		b = append(b, text...)
	}
	b = binary.AppendVarint(b, int64(q.Version))
	b = binary.AppendVarint(b, int64(q.AsOf))
	b = strconv.AppendBool(b, q.Everyone)
	for _, d := range q.By {
		b = append(append(b, sep), d...)
	}
	return string(b)
}

// weight of the answer, in hundreds of bytes.
func (a *Answer) weight() int {
	n := 10
	for i := range a.Figures {
		n += 5 + len(a.Figures[i].Days)/6
	}
	return n
}

// work reads the counters or cases.
func (r *reader) work(p *plan, at es.Position) (Answer, error) {
	a := Answer{Metric: p.metric.Metric, AsOf: p.AsOf, Position: at, Confidence: confidence, Z: zScore}
	g := newGathering(p)
	for _, x := range p.steps {
		if err := r.step(g, x); err != nil {
			return Answer{}, err
		}
	}
	a.Truncated = r.left <= 0
	a.Figures = g.figures()
	if err := r.finish(p, &a); err != nil {
		return Answer{}, err
	}
	return a, r.label(p, a.Figures)
}

// reader reads counters, lists and cases of one question.
type reader struct {
	ctx                 context.Context
	model               readmodel.Model
	space               readmodel.Space
	left                int // counters or cases that may still be looked at
	regions, categories []string
}

// step reads the months that the span, less the shift, holds.
//
// What is asked of one merchant alone is read off its counters; what is asked of several,
// or of a part of its cases, off the cases.
func (r *reader) step(g *gathering, x step) error {
	everyone := g.everyone && g.plan.Source == SourceNative
	if !everyone && g.plan.merchantAlone() {
		return r.merchant(g, x)
	}
	months, err := r.list(ixMonths, g.plan.Source)
	if err != nil {
		return err
	}
	for _, name := range months {
		month, ok := monthNumber(name)
		if !ok || !g.plan.span.holds(month+x.shift) {
			continue
		}
		read := r.counters
		if g.plan.dim == dimMerchant || everyone && g.plan.dim.disclosedOnly() {
			read = r.cases
		}
		if err := read(g, x, month); err != nil {
			return err
		}
		if r.left <= 0 {
			return nil
		}
	}
	return nil
}

// list gives the members of a shared index, in order.
func (r *reader) list(name, source string) ([]string, error) {
	var out []string
	page := readmodel.Page{
		Where: readmodel.In(string(index(nil, name, source, ""))), Order: readmodel.Oldest, Limit: readmodel.MaxPage,
	}
	for len(out) < maxListed {
		rows, err := r.model.Page(r.ctx, r.space, page)
		if err != nil {
			return nil, err
		}
		for _, row := range rows.Rows {
			out = append(out, row.Member)
		}
		if rows.Next == "" {
			break
		}
		page.After = rows.Next
	}
	return out, nil
}

// known lists the values that a shared index has, less the sign before them.
func (r *reader) known(kept *[]string, name, source string) error {
	if *kept != nil {
		return nil
	}
	list, err := r.list(name, source)
	for i := range list {
		list[i] = list[i][1:]
	}
	*kept = append([]string{}, list...)
	return err
}

// counters adds the counters of one month.
func (r *reader) counters(g *gathering, x step, month int) error {
	p := g.plan
	base := append(append(head(nil, p.Source, p.dim), monthName(month)...), sep)
	cells, whole, err := r.cellsOf(p)
	if err != nil {
		return err
	}
	for _, cell := range cells {
		from := string(base) + cell
		if !whole {
			if err := r.ranged(g, x, month, len(base), from); err != nil {
				return err
			}
			continue
		}
		from += string(sep)
		for m := range measures {
			if !x.role.wants[m] {
				continue
			}
			if err := r.ranged(g, x, month, len(base), from+string(rune(m))); err != nil {
				return err
			}
		}
	}
	return nil
}

// cellsOf lists the cells that answer the question, or beginnings of such cells where
// whole is false.
func (r *reader) cellsOf(p *plan) (cells []string, whole bool, err error) {
	switch p.dim {
	case dimRegion:
		if err := r.known(&r.regions, ixRegions, p.Source); err != nil {
			return nil, false, err
		}
		for _, region := range r.regions {
			if region != "" && p.within(region) {
				cells = append(cells, region)
			}
		}
		return cells, true, nil
	case dimCategory, dimPlace:
		cells = []string{p.Category}
		if p.Category == "" {
			if err := r.known(&r.categories, ixCategories, p.Source); err != nil {
				return nil, false, err
			}
			cells = r.categories
		}
		if p.dim == dimCategory {
			return cells, true, nil
		}
		cells = slices.Clone(cells)
		for i := range cells {
			cells[i] += string(part) + p.Region
		}
		return cells, levelOf(p.Region) == 3, nil
	}
	return []string{""}, true, nil
}

// ranged adds the counters whose keys begin so.
func (r *reader) ranged(g *gathering, x step, month, base int, from string) error {
	to := upTo(from)
	for r.left > 0 {
		page, err := r.model.Counters(r.ctx, r.space, from, to, min(r.left, counterPage))
		if err != nil {
			return err
		}
		r.left -= len(page)
		cell, into := "", (*gathered)(nil)
		for i := range page {
			key := page[i].Key
			end := len(key) - tailSize
			if end <= base || !x.role.wants[measure(key[end])] {
				continue
			}
			if into == nil || key[base:end-1] != cell {
				cell = key[base : end-1]
				into = g.cell(cell, month+x.shift)
			}
			if into.key != nil {
				g.tail(into, x.role, key[end:], page[i].Value)
			}
		}
		if len(page) < counterPage {
			return nil
		}
		from = page[len(page)-1].Key + string(sep)
	}
	return nil
}

// cell is where the counters of a cell are gathered; without a key where they are not
// asked for.
func (g *gathering) cell(cell string, month int) *gathered {
	key, ok := g.plan.key(g.plan.dim.valuesIn(cell), month)
	if !ok {
		return &gathered{}
	}
	return g.at(key)
}

// tail adds what the tail of a counter's key stands for, n times.
func (g *gathering) tail(to *gathered, role *compiled, tail string, n int64) {
	b := []byte(tail)
	if calendar.Date(get24(b[1:])) > g.asOf || n == 0 {
		return
	}
	x := counted{measure: measure(b[0]), class: b[4], n: n}
	if x.measure.money() && b[5] == 0 {
		x.n, x.fen = 0, n
	} else if !x.measure.money() {
		x.observation = observation{
			On: true, Code: b[5] & (1<<codeBits - 1), Flag: b[5] >> codeBits,
			First: int32(get24(b[6:])) - bias, Second: int32(get24(b[9:])) - bias,
		}
	}
	g.add(to, role, &x)
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

// label names merchants; other keys are codes that name themselves.
func (r *reader) label(p *plan, figures []Figure) error {
	at := slices.Index(p.By, Merchant)
	if at < 0 || len(figures) == 0 {
		return nil
	}
	for from := 0; from < len(figures); from += labelPage {
		some := figures[from:min(from+labelPage, len(figures))]
		keys := make([]string, len(some))
		for i := range some {
			keys[i] = merchantKey + some[i].Key[at]
		}
		docs, err := r.model.GetMany(r.ctx, r.space, keys)
		if err != nil {
			return err
		}
		for i, d := range docs {
			if doc, ok := d.(*MerchantDoc); ok {
				some[i].Label = doc.Name
			}
		}
	}
	return nil
}

// labelPage is how many names are read at once.
const labelPage = 1000
