package redis

import (
	"slices"

	"fangxin/projections/readmodel"
)

// take reads what a partition answered.
func (q *paging) take(p *part, asked []*walk, answer []any) error {
	version, err := textAt(answer, 0)
	if err != nil {
		return err
	}
	kind, err := textAt(answer, 1)
	if err != nil {
		return err
	}
	begins := p.version == ""
	p.version = version
	if kind == "gathered" {
		return q.gathered(p, answer)
	}
	list, err := listAt(answer, 2)
	if err != nil || len(list) != len(asked) {
		return errAnswer
	}
	for i, w := range asked {
		told, ok := list[i].([]any)
		if !ok {
			return errAnswer
		}
		looked, err := q.walked(w, told)
		if err != nil {
			return err
		}
		p.looked += looked
		q.looked += looked
	}
	if !begins || !q.bounds.hold(0) {
		return nil
	}
	return q.unordered(p, answer)
}

// unordered adds walks through the members without score that the indexes have.
func (q *paging) unordered(p *part, answer []any) error {
	with, err := listAt(answer, 3)
	if err != nil {
		return err
	}
	for i := range with {
		leg, err := numberAt(with, i)
		if err != nil || leg < 0 || int(leg) >= len(q.legs) {
			return errAnswer
		}
		w := &walk{leg: q.legs[leg], zero: true, cursor: "0"}
		// They may all lie before the cursor.
		if q.after == nil || q.after.Score == 0 || !q.maybeBefore(w, *q.after) {
			p.walks = append(p.walks, w)
		}
	}
	return nil
}

// gathered takes all rows of a partition, as far as the page can need them, in place
// of its walks.
func (q *paging) gathered(p *part, answer []any) error {
	looked, err := numberAt(answer, 2)
	if err != nil {
		return err
	}
	q.looked += looked
	flat, err := listAt(answer, 3)
	if err != nil {
		return err
	}
	w := &walk{done: true}
	if w.rows, err = rowsOf(w.rows, flat); err != nil {
		return err
	}
	slices.SortFunc(w.rows, q.compare)
	p.walks = []*walk{w}
	return nil
}

// walked takes what one walk met.
func (q *paging) walked(w *walk, told []any) (looked int64, err error) {
	done, err := numberAt(told, 0)
	if err != nil {
		return 0, err
	}
	if looked, err = numberAt(told, 1); err != nil {
		return 0, err
	}
	flat, err := listAt(told, 4)
	if err != nil {
		return 0, err
	}
	w.done = done == 1
	if w.zero {
		return looked, q.unscored(w, told, flat)
	}
	w.rows, w.told = w.rows[:0], 0
	if w.rows, err = rowsOf(w.rows, flat); err != nil {
		return 0, err
	}
	if w.done {
		return looked, nil
	}
	w.begun = true
	if w.place.Score, err = numberAt(told, 2); err != nil {
		return 0, err
	}
	w.place.Member, err = textAt(told, 3)
	return looked, err
}

// maxMet is how many rows a walk without scores gathers before it leaves away those
// that the page cannot need.
const maxMet = 5_000

// unscored gathers rows until all were met, and then tells them in order.
func (q *paging) unscored(w *walk, told, flat []any) (err error) {
	if w.cursor, err = textAt(told, 2); err != nil && !w.done {
		return err
	}
	if w.met, err = rowsOf(w.met, flat); err != nil {
		return err
	}
	if !w.done && len(w.met) < maxMet {
		return nil
	}
	w.met = slices.DeleteFunc(w.met, func(r readmodel.Row) bool { return q.after != nil && q.compare(r, *q.after) <= 0 })
	slices.SortFunc(w.met, q.compare)
	w.met = slices.Compact(w.met)
	w.met = w.met[:min(len(w.met), q.limit+1)]
	if w.done {
		w.rows, w.told, w.met = w.met, 0, nil
	}
	return nil
}

// textsAt is the i-th part of an answer, as a list of texts.
func textsAt(answer []any, i int) ([]string, error) {
	list, err := listAt(answer, i)
	if err != nil {
		return nil, err
	}
	out := make([]string, len(list))
	for k := range list {
		if out[k], err = textAt(list, k); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// rowsOf reads rows written as member, score, member, score.
func rowsOf(out []readmodel.Row, flat []any) ([]readmodel.Row, error) {
	for i := 0; i+1 < len(flat); i += 2 {
		member, err := textAt(flat, i)
		if err != nil {
			return nil, err
		}
		score, err := numberAt(flat, i+1)
		if err != nil {
			return nil, err
		}
		out = append(out, readmodel.Row{Member: member, Score: score})
	}
	return out, nil
}
