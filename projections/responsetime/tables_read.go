package responsetime

import (
	"context"
	"maps"
	"slices"
	"strconv"

	"fangxin/domain/calendar"
	"fangxin/domain/es"
	"fangxin/projections/readmodel"
)

// TableQuestion asks for a published table.
type TableQuestion struct {
	Table string
	// Period is a month that is closed, "2026-05", or a quarter of which all are, "2026-Q2".
	Period string
	// Closing of a month; 0 is the newest. A quarter is made of the first closings.
	Closing int
}

// PublishedTable is a published table of a closed period: it also counts undisclosed cases, so that
// cells of few cases are hidden. It never changes.
type PublishedTable struct {
	Kind    PublishedKind
	Policy  string
	Period  string
	Closing int
	// AsOf is the day of the closing, of a quarter the last one.
	AsOf     calendar.Date
	Position es.Position
	// Total, without counts where it is hidden; then so is everything.
	Total TableCell
	Cuts  []TableCut
}

// TableCut divides the total.
type TableCut struct {
	By    Dimension   `json:"by"`
	Cells []TableCell `json:"cells"`
}

// TableCell is one cell. Without counts it is hidden: it, or what would be left beside the
// others, is of one to four cases.
type TableCell struct {
	// Key of the region or category; empty for cases without one.
	Key    string  `json:"key"`
	Hidden bool    `json:"hidden,omitempty"`
	Counts []int64 `json:"counts,omitempty"`
}

// TableOf reads a published table. *QuestionError, ErrNotClosed, readmodel.ErrUnavailable.
//
// It is worked out anew from the figures as of the closings, which never change, and is
// there only once the read model stands at or behind the closing.
func TableOf(ctx context.Context, m readmodel.Model, q TableQuestion) (PublishedTable, error) {
	kind, ok := tableKind(q.Table)
	if !ok {
		return PublishedTable{}, &QuestionError{"table", q.Table}
	}
	months, ok := spanOf(q.Period)
	if !ok || months.to-months.from > 2 {
		return PublishedTable{}, &QuestionError{"period", q.Period}
	}
	s, at, err := readmodel.Reading(ctx, m, Name, Version)
	if err != nil {
		return PublishedTable{}, err
	}
	r := reader{ctx: ctx, model: m, space: s}
	known, err := r.settled(at)
	if err != nil {
		return PublishedTable{}, err
	}
	t := &tabling{ctx: ctx, model: m, kind: kind, settled: known}
	out := PublishedTable{Kind: kind, Policy: TablePolicy().ID, Period: q.Period, Position: at}
	if months.from == months.to {
		err = t.month(&out, months.from, q.Closing)
	} else {
		err = t.quarter(&out, months, q.Closing)
	}
	return out, err
}

// tabling works out one table.
type tabling struct {
	ctx     context.Context
	model   readmodel.Model
	kind    PublishedKind
	settled settled
}

// month reads one closing of a month.
func (t *tabling) month(out *PublishedTable, month, number int) error {
	if _, ok := t.settled.of(month, 1); !ok {
		return ErrNotClosed
	}
	if number == 0 {
		for _, c := range t.settled.all {
			if c.month == month {
				number = max(number, c.number)
			}
		}
	}
	closed, ok := t.settled.of(month, number)
	if !ok {
		return &QuestionError{"closing", strconv.Itoa(number)}
	}
	_, editions, err := t.editions(month, number)
	if err != nil {
		return err
	}
	e := editions[number-1]
	out.Closing, out.AsOf = number, closed.asOf
	out.Total = t.cell("", e.total, e.whole)
	for i, by := range tableCuts() {
		out.Cuts = append(out.Cuts, t.cut(by, e.cuts[i], e.shown[i]))
	}
	return nil
}

// quarter adds up the first closings of its months.
func (t *tabling) quarter(out *PublishedTable, months span, number int) error {
	if number > 1 {
		return &QuestionError{"closing", strconv.Itoa(number)}
	}
	var all, parts []edition
	for m := months.from; m <= months.to; m++ {
		closed, ok := t.settled.of(m, 1)
		if !ok {
			return ErrNotClosed
		}
		beside, of, err := t.editions(m, 1)
		if err != nil {
			return err
		}
		all, parts = append(all, beside[0]), append(parts, of[0])
		out.AsOf = max(out.AsOf, closed.asOf)
	}
	total, whole := counts{}, true
	for _, e := range parts {
		total, whole = total.plus(e.total), whole && e.whole
	}
	out.Closing, out.Total = 1, t.cell("", total, whole)
	for i, by := range tableCuts() {
		var beside map[string]bool
		if t.kind.ID != TableReceived {
			beside = publishSum(all, i, nil)
		}
		out.Cuts = append(out.Cuts, t.cut(by, sumsOf(parts, i), publishSum(parts, i, beside)))
	}
	return nil
}

// editions are what the closings of a month made known, up to one of them: of all cases,
// and of the table asked for beside them.
func (t *tabling) editions(month, upTo int) (all, of []edition, err error) {
	for n := 1; n <= upTo; n++ {
		closed, ok := t.settled.of(month, n)
		if !ok {
			return nil, nil, &QuestionError{"closing", strconv.Itoa(n)}
		}
		received, kind, err := t.snapshots(month, closed.asOf)
		if err != nil {
			return nil, nil, err
		}
		all = append(all, publish(all, received, nil))
		if t.kind.ID == TableReceived {
			of = all
			continue
		}
		of = append(of, publish(of, kind, &all[n-1]))
	}
	return all, of, nil
}

// snapshots count a month as of a day: all cases, and what the table tells of them.
func (t *tabling) snapshots(month int, asOf calendar.Date) (received, kind snapshot, err error) {
	for i, by := range append([]Dimension{""}, tableCuts()...) {
		cases, err := t.figures("received", by, month, asOf)
		if err != nil {
			return received, kind, err
		}
		figures := cases
		if t.kind.Metric != "received" {
			if figures, err = t.figures(t.kind.Metric, by, month, asOf); err != nil {
				return received, kind, err
			}
		}
		one, two := map[string]counts{}, map[string]counts{}
		for key, f := range cases {
			of := figures[key]
			one[key], two[key] = receivedCounts(f), t.counts(f, of)
		}
		if i == 0 {
			received.total, kind.total = receivedCounts(cases[""]), t.counts(cases[""], figures[""])
			continue
		}
		received.cuts, kind.cuts = append(received.cuts, withOther(received.total, one)), append(kind.cuts, withOther(kind.total, two))
	}
	return received, kind, nil
}

// withOther adds the cell of those that have no value in the cut, so that the cells add
// up to the total.
func withOther(total counts, cells map[string]counts) map[string]counts {
	left := total
	for _, c := range cells {
		left = left.minus(c)
	}
	if slices.ContainsFunc(left, func(n int64) bool { return n != 0 }) {
		cells[""] = left
	}
	return cells
}

// figures asks for a metric over all cases of a month.
func (t *tabling) figures(metric string, by Dimension, month int, asOf calendar.Date) (map[string]*Figure, error) {
	q := Question{Metric: metric, Period: monthName(month), AsOf: asOf, Everyone: true}
	if by != "" {
		q.By = []Dimension{by}
	}
	a, err := Ask(t.ctx, t.model, q)
	if err != nil {
		return nil, err
	}
	if a.Truncated {
		return nil, readmodel.ErrUnavailable
	}
	out := map[string]*Figure{}
	for i := range a.Figures {
		key := ""
		if by != "" {
			key = a.Figures[i].Key[0]
		}
		out[key] = &a.Figures[i]
	}
	return out, nil
}

// receivedCounts are all cases and the undisclosed ones.
func receivedCounts(f *Figure) counts {
	if f == nil || f.Sides == nil {
		return counts{0, 0}
	}
	return counts{f.Sides.All.N, f.Sides.All.N - f.Sides.Public.N}
}

// counts are all that a cell of the table tells, and what follows from it beside what is
// known of the disclosed cases and of all cases.
func (t *tabling) counts(received, f *Figure) counts {
	out := receivedCounts(received)
	switch t.kind.ID {
	case TableUndisclosed:
		for _, c := range classes()[1:] {
			out = append(out, received.Sides.Hidden[string(c)])
		}
	case TableChecked:
		var all, public Side
		if f != nil && f.Sides != nil {
			all, public = f.Sides.All, f.Sides.Public
		}
		den, num := all.Denominator-public.Denominator, all.Numerator-public.Numerator
		out = append(out, all.Denominator, all.Numerator, all.Denominator-all.Numerator, out[0]-all.Denominator,
			den, num, den-num, out[1]-den)
	}
	return out
}

// columns are the counts of a cell as they are printed.
func (t *tabling) columns(c counts) []int64 {
	c = c.plus(counts{0, 0})
	switch t.kind.ID {
	case TableUndisclosed:
		return c.plus(make(counts, 2+len(t.kind.Columns)))[2:]
	case TableChecked:
		c = c.plus(make(counts, 10))
		return []int64{c[2], c[3], c[2] - c[6], c[3] - c[7]}
	}
	return []int64{c[0], c[0] - c[1], c[1]}
}

func (t *tabling) cell(key string, c counts, shown bool) TableCell {
	if !shown {
		return TableCell{Key: key, Hidden: true}
	}
	return TableCell{Key: key, Counts: t.columns(c)}
}

// cut lists the cells in the order of their keys, never of their counts.
func (t *tabling) cut(by Dimension, cells map[string]counts, shown map[string]bool) TableCut {
	out := TableCut{By: by, Cells: []TableCell{}}
	for _, key := range slices.Sorted(maps.Keys(cells)) {
		out.Cells = append(out.Cells, t.cell(key, cells[key], shown[key]))
	}
	return out
}
