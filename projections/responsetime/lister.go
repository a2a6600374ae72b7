package responsetime

import (
	"hash/fnv"
	"slices"
	"strconv"
	"strings"

	"fangxin/projections/readmodel"
)

// lister makes one page of the cases behind a figure.
type lister struct {
	reader
	plan  *plan
	of    CasePart
	limit int
	page  CasePage
}

// run goes on where the cursor says, month after month.
func (l *lister) run(months []string, cursor string) error {
	step := l.plan.steps[0]
	if n := len(l.plan.steps); l.of == OfDenominator {
		step = l.plan.steps[n-1]
	}
	begin, after, err := l.resume(cursor)
	if err != nil {
		return err
	}
	for _, name := range months {
		month, ok := monthNumber(name)
		if !ok || month < begin || !l.plan.span.holds(month+step.shift) {
			continue
		}
		done, err := l.month(step, month, after)
		if err != nil || done {
			return err
		}
		after = ""
	}
	return nil
}

// month lists the cases of one month; done says that the page is full.
func (l *lister) month(x step, month int, after string) (done bool, err error) {
	p := readmodel.Page{Where: l.plan.where(month), Order: readmodel.Oldest, Limit: readmodel.MaxPage, After: after}
	for {
		rows, views, err := l.reader.page(p)
		if err != nil {
			return false, err
		}
		for i, v := range views {
			if v == nil {
				continue
			}
			row, ok := l.row(x.role, v, month)
			if !ok {
				continue
			}
			row.Case = strings.TrimPrefix(rows.Rows[i].Member, kind+".")
			if l.page.Rows = append(l.page.Rows, row); len(l.page.Rows) == l.limit {
				l.page.Next = l.cursor(month, readmodel.CursorOf(rows.Rows[i]))
				return true, nil
			}
		}
		if rows.Next == "" {
			return false, nil
		}
		if p.After = rows.Next; l.left <= 0 {
			l.page.Next = l.cursor(month, rows.Next)
			return true, nil
		}
	}
}

// row is a case as it counts in the figure, if it does.
func (l *lister) row(role *compiled, v *View, month int) (CaseRow, bool) {
	_, class, ok := l.plan.asOf(v, month, 0)
	if !ok {
		return CaseRow{}, false
	}
	var t tally
	v.entries(l.plan.AsOf, func(m measure, o *observation, n int64) {
		t.add(role, &counted{measure: m, observation: *o, class: class, n: n, fen: n * o.Fen}, l.plan.AsOf)
	})
	row := CaseRow{Class: classes()[class-1]}
	switch {
	case l.of == OfExcluded:
		at := slices.IndexFunc(t.out, func(n int64) bool { return n != 0 })
		if at < 0 {
			return row, false
		}
		row.Code = role.reasons[at]
		return row, true
	case l.of == OfDenominator && (role.Kind == KindShare || role.Kind == KindGrowth):
		return row, t.den != 0
	}
	row.value(role, &t)
	return row, t.num != 0 || t.fen != 0
}

// value is what the case gives to the figure.
func (row *CaseRow) value(c *compiled, t *tally) {
	switch c.Kind {
	case KindSum:
		row.Value = &t.fen
	case KindDuration, KindMean:
		for _, v := range summed(t.values) {
			one := int64(v.Value)
			row.Value = &one
		}
	case KindDistribution:
		for i, code := range c.codes {
			if t.parts != nil && t.parts[i+1] != 0 {
				row.Code = code
			}
		}
	}
}

// A cursor is the month, a mark of the question and the place in the month. One of
// another question is none.
func (l *lister) cursor(month int, inner string) string {
	return monthName(month) + "." + l.mark() + "." + inner
}

func (l *lister) resume(cursor string) (month int, inner string, err error) {
	if cursor == "" {
		return 0, "", nil
	}
	parts := strings.SplitN(cursor, ".", 3)
	if len(parts) != 3 || parts[1] != l.mark() {
		return 0, "", readmodel.ErrCursor
	}
	month, ok := monthNumber(parts[0])
	if !ok {
		return 0, "", readmodel.ErrCursor
	}
	_, err = readmodel.ParseCursor(parts[2])
	return month, parts[2], err
}

// mark of a question.
func (l *lister) mark() string {
	h := fnv.New32a()
	q := &l.plan.Question
	for _, s := range []string{
		q.Metric, strconv.Itoa(q.Version), q.Period, q.From, q.To, q.Region, q.Category, q.Merchant, q.Source, q.AsOf.String(),
		string(l.of), strconv.FormatBool(q.Everyone),
	} {
		h.Write([]byte(s))
		h.Write([]byte{sep})
	}
	return strconv.FormatUint(uint64(h.Sum32()), 36)
}
