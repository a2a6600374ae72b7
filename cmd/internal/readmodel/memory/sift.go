package memory

import "fangxin/projections/readmodel"

// sieve is what members of an order have to pass.
type sieve struct{ in, out []dense }

func sieveOf(n *node) (s sieve) {
	for _, x := range n.all[1:] {
		s.in = append(s.in, x.dense)
	}
	for _, x := range n.not {
		s.out = append(s.out, x.dense)
	}
	return s
}

func (s *sieve) passes(number uint32) bool {
	for _, d := range s.in {
		if !d.has(number) {
			return false
		}
	}
	for _, d := range s.out {
		if d.has(number) {
			return false
		}
	}
	return true
}

// sift is walk along an index beside dense sets: of most members nothing but a bit is
// looked at.
func (q *query) sift(n *node, looks int) {
	sieve, o, names := sieveOf(n), n.order().index.inOrder(n.roll()), n.roll().names
	q.rows, q.numbers = make([]readmodel.Row, 0, q.limit), make([]uint32, 0, q.limit)
	var last placed
	looked := false
	from, to := q.places(o)
	for r := range o.stretches(q.p.Order, from, to) {
		i, end, step := 0, len(r.numbers), 1
		if q.p.Order == readmodel.Newest {
			i, end, step = end-1, -1, -1
		}
		for ; i != end && len(q.rows) < q.limit && looks > 0; i += step {
			looks--
			if number := r.numbers[i]; sieve.passes(number) {
				q.rows = append(q.rows, readmodel.Row{Member: names[number], Score: r.scores[i]})
				q.numbers = append(q.numbers, number)
			}
			last, looked = placed{r.scores[i], r.numbers[i]}, true
		}
		if q.more = i != end; q.more {
			break
		}
	}
	if looked {
		q.last = &readmodel.Row{Member: names[last.number], Score: last.score}
	}
}

// places of an order between which the page may have rows.
func (q *query) places(o *order) (from, to place) {
	from, to = o.between(q.p.Min, q.p.Max)
	if q.after == nil {
		return from, to
	}
	at := o.find(q.after)
	if q.p.Order == readmodel.Newest {
		if at.before(to) {
			to = at
		}
		return from, to
	}
	if o.stands(at, q.after) {
		at.at++
	}
	if from.before(at) {
		from = at
	}
	return from, to
}

func (p place) before(o place) bool { return p.run < o.run || p.run == o.run && p.at < o.at }

// stands says whether a row is in the order, at the place where it would be.
func (o *order) stands(p place, row *readmodel.Row) bool {
	if p.run == len(o.runs) {
		return false
	}
	r := &o.runs[p.run]
	return r.scores[p.at] == row.Score && o.roll.names[r.numbers[p.at]] == row.Member
}

// stretches yields what lies between two places run by run, the last run first where the
// newest are asked for; within a run members rise.
func (o *order) stretches(by readmodel.Order, from, to place) func(yield func(run) bool) {
	return func(yield func(run) bool) {
		first, last, step := from.run, min(to.run, len(o.runs)-1), 1
		if by == readmodel.Newest {
			first, last, step = last, first, -1
		}
		for i := first; (last-i)*step >= 0; i += step {
			r := &o.runs[i]
			lo, hi := 0, len(r.numbers)
			if i == from.run {
				lo = min(from.at, hi)
			}
			if i == to.run {
				hi = to.at
			}
			if lo < hi && !yield(run{r.scores[lo:hi], r.numbers[lo:hi]}) {
				return
			}
		}
	}
}
