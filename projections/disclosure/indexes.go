package disclosure

import (
	"slices"

	"fangxin/domain/es"
	"fangxin/projections/facet"
	"fangxin/projections/readmodel"
	"fangxin/projections/words"
)

// Names of indexes beside those of fields. Members of the last two are merchants' ids.
const (
	ixSubject = "subject/"

	ixMerchants    = "merchants"
	ixMerchantWord = "merchant-word/"
)

// tally/<merchant>\x00<source>\x00<outcome> counts public records.
const tallyKey = "tally/"

// store/<merchant>\x00<store> counts public records.
const storeKey = "store/"

// names keeps names of indexes and keys of counters, each made once.
type names struct {
	field                               map[Field]*words.Interner
	total                               map[string]*words.Interner // by source and field
	word, number, change, withdrawn     *words.Interner
	merchantWord                        *words.Interner
	buf                                 []byte
	before, after, valuesWas, valuesAre []string
}

func newNames() names {
	in := words.NewInterner
	n := names{
		field: map[Field]*words.Interner{}, total: map[string]*words.Interner{},
		word: in(WordIndex), number: in(indexNumber), change: in(ChangeIndex("")), withdrawn: in(WithdrawnIndex("")),
		merchantWord: in(ixMerchantWord),
	}
	for _, f := range Fields() {
		n.field[f] = in(string(f) + "/")
	}
	return n
}

// day is by what lists are ordered and From and To count.
func day(r *Record) int64 { return int64(r.Published) }

// Diff tells the index members and counters that follow from the view.
func (p *Projection) Diff(stream es.StreamID, was, is any, out []readmodel.Change) []readmodel.Change {
	m, n := string(stream), &p.names
	a, _ := was.(*View)
	b, _ := is.(*View)
	out = facet.Own(out, ixSubject, m, subject(a, false), subject(b, false))
	out = facet.Own(out, ixSubject, m, subject(a, true), subject(b, true))
	out = n.stands(out, m, a, b)
	ra, rb := public(a), public(b)
	if ra == nil && rb == nil {
		return out
	}
	ra, rb = orNone(ra), orNone(rb)
	da, db := day(ra), day(rb)
	out = facet.Move(out, n.field[BySource], m, ra.Source, rb.Source, da, db)
	out = facet.Move(out, n.field[ByMerchant], m, ra.Merchant.ID, rb.Merchant.ID, da, db)
	out = n.fields(out, m, ra, rb)
	out = n.words(out, m, ra, rb)
	return stores(tally(out, ra, rb), ra, rb)
}

func subject(v *View, narrator bool) string {
	switch {
	case v == nil:
		return ""
	case narrator:
		return string(v.Narrator)
	}
	return string(v.Person)
}

func public(v *View) *Record {
	if v == nil || !v.Public {
		return nil
	}
	return &v.Record
}

func orNone(r *Record) *Record {
	if r == nil {
		return &Record{}
	}
	return r
}

// stands tells the lists of what changed and of what was taken back.
func (n *names) stands(out []readmodel.Change, member string, a, b *View) []readmodel.Change {
	was, is := standing(a), standing(b)
	out = facet.Move(out, n.change, member, was.Source, is.Source, int64(was.Position.Commit), int64(is.Position.Commit))
	gone, goes := "", ""
	if was.Withdrawn != "" {
		gone = was.Source
	}
	if is.Withdrawn != "" {
		goes = is.Source
	}
	return facet.Move(out, n.withdrawn, member, gone, goes, int64(was.WithdrawnOn), int64(is.WithdrawnOn))
}

// standing is a record that is or was public.
func standing(v *View) *Record {
	if v == nil || !v.Public && v.Record.Withdrawn == "" {
		return &Record{}
	}
	return &v.Record
}

// fields moves a record between the values of all fields that do not order lists, and
// the totals with it.
func (n *names) fields(out []readmodel.Change, member string, a, b *Record) []readmodel.Change {
	n.before, n.after = n.before[:0], n.after[:0]
	for _, f := range Fields() {
		n.valuesWas, n.valuesAre = f.Of(a, n.valuesWas[:0]), f.Of(b, n.valuesAre[:0])
		if f != BySource && f != ByMerchant && !slices.Equal(n.valuesWas, n.valuesAre) {
			for _, v := range n.valuesWas {
				n.before = append(n.before, n.field[f].Of(v))
			}
			for _, v := range n.valuesAre {
				n.after = append(n.after, n.field[f].Of(v))
			}
		}
		if f != ByMerchant && (a.Source != b.Source || !slices.Equal(n.valuesWas, n.valuesAre)) {
			out = n.totals(out, f, a, -1)
			out = n.totals(out, f, b, 1)
		}
	}
	return facet.Set(out, member, n.before, n.after)
}

func (n *names) totals(out []readmodel.Change, f Field, r *Record, by int64) []readmodel.Change {
	if r.Source == "" {
		return out
	}
	source := r.Source
	if f == BySource {
		source = ""
	}
	n.valuesWas = f.tree(r, n.valuesWas[:0])
	slices.Sort(n.valuesWas)
	n.valuesWas = slices.Compact(n.valuesWas)
	for _, v := range n.valuesWas {
		out = append(out, readmodel.Count(n.keys(source, f).Of(v), by))
	}
	return out
}

func (n *names) keys(source string, f Field) *words.Interner {
	n.buf = append(append(append(n.buf[:0], source...), 0), f...)
	k, ok := n.total[string(n.buf)]
	if !ok {
		k = words.NewInterner(TotalsKey(source, f))
		n.total[string(n.buf)] = k
	}
	return k
}

func (n *names) words(out []readmodel.Change, member string, a, b *Record) []readmodel.Change {
	n.valuesWas, n.valuesAre = a.Texts(n.valuesWas[:0]), b.Texts(n.valuesAre[:0])
	same := slices.Equal(n.valuesWas, n.valuesAre)
	n.before, n.after = n.before[:0], n.after[:0]
	if !same {
		for _, t := range n.valuesWas {
			n.buf, n.before = words.Pieces(t, n.buf, n.before, n.word.OfBytes)
		}
		for _, t := range n.valuesAre {
			n.buf, n.after = words.Pieces(t, n.buf, n.after, n.word.OfBytes)
		}
	}
	if a.Case != b.Case || a.FiledOn != b.FiledOn || number(a) != number(b) {
		a.numberPieces(func(p string) { n.before = append(n.before, n.number.Of(p)) })
		b.numberPieces(func(p string) { n.after = append(n.after, n.number.Of(p)) })
	}
	return facet.Set(out, member, n.before, n.after)
}

// number is what a foreign record's number is read from.
func number(r *Record) string {
	if r.Foreign == nil {
		return ""
	}
	return r.Foreign.Number
}

func tally(out []readmodel.Change, a, b *Record) []readmodel.Change {
	if a.Merchant.ID == b.Merchant.ID && a.Source == b.Source && a.Outcome == b.Outcome {
		return out
	}
	if a.Merchant.ID != "" {
		out = append(out, readmodel.Count(tallyOf(a), -1))
	}
	if b.Merchant.ID != "" {
		out = append(out, readmodel.Count(tallyOf(b), 1))
	}
	return out
}

func tallyOf(r *Record) string {
	return tallyKey + r.Merchant.ID + "\x00" + r.Source + "\x00" + string(r.Outcome)
}

func stores(out []readmodel.Change, a, b *Record) []readmodel.Change {
	if a.Merchant.ID == b.Merchant.ID && a.Merchant.Store == b.Merchant.Store {
		return out
	}
	for by, r := range map[int64]*Record{-1: a, 1: b} {
		if r.Merchant.ID != "" && r.Merchant.Store != "" {
			out = append(out, readmodel.Count(storeKey+r.Merchant.ID+"\x00"+r.Merchant.Store, by))
		}
	}
	return out
}
