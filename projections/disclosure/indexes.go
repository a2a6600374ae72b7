package disclosure

import (
	"math"
	"slices"

	"fangxin/domain/es"
	"fangxin/projections/facet"
	"fangxin/projections/readmodel"
	"fangxin/projections/words"
)

// Names of indexes. Members are streams, but for the last two, whose members are
// merchants' ids. Scores are days, see day.
const (
	ixSource   = "source/" // orders lists
	ixMerchant = "merchant/"
	ixRegion   = "region/"
	ixCategory = "category/"
	ixOutcome  = "outcome/"
	ixWord     = "word/"
	ixSubject  = "subject/"
	// ixWithdrawn orders the stones by their place in the log.
	ixWithdrawn = "withdrawn"

	ixMerchants    = "merchants"
	ixMerchantWord = "merchant-word/"
)

// tally/<merchant>\x00<source>\x00<outcome> counts public records.
const tallyKey = "tally/"

// stores/<merchant>\x00<store> counts public records that name a store.
const storesKey = "stores/"

type names struct {
	source, merchant, region, category, outcome, word, merchantWord *words.Interner
	buf                                                             []byte
	before, after                                                   []string
}

func newNames() names {
	in := words.NewInterner
	return names{
		source: in(ixSource), merchant: in(ixMerchant), region: in(ixRegion), category: in(ixCategory),
		outcome: in(ixOutcome), word: in(ixWord), merchantWord: in(ixMerchantWord),
	}
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
	out = stone(out, m, a, b)
	ra, rb := public(a), public(b)
	if ra == nil && rb == nil {
		return out
	}
	ra, rb = orNone(ra), orNone(rb)
	da, db := day(ra), day(rb)
	out = facet.Move(out, n.source, m, ra.Source, rb.Source, da, db)
	out = facet.Move(out, n.merchant, m, ra.Merchant.ID, rb.Merchant.ID, da, db)
	out = facet.Move(out, n.category, m, ra.Category, rb.Category, 0, 0)
	out = facet.Move(out, n.outcome, m, string(ra.Outcome), string(rb.Outcome), 0, 0)
	out = facet.Region(out, n.region, m, ra.Region, rb.Region)
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

// texts are what a search looks in.
func texts(r *Record) []string {
	t := []string{r.Merchant.Name, r.Category, r.Summary}
	if f := r.Foreign; f != nil {
		t = append(t, f.Issue)
	}
	return t
}

func (n *names) words(out []readmodel.Change, member string, a, b *Record) []readmodel.Change {
	ta, tb := texts(a), texts(b)
	if slices.Equal(ta, tb) {
		return out
	}
	n.before, n.after = n.before[:0], n.after[:0]
	for _, t := range ta {
		n.buf, n.before = words.Pieces(t, n.buf, n.before, n.word.OfBytes)
	}
	for _, t := range tb {
		n.buf, n.after = words.Pieces(t, n.buf, n.after, n.word.OfBytes)
	}
	return facet.Set(out, member, n.before, n.after)
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

// stone keeps the withdrawn rows in the order in which they were.
func stone(out []readmodel.Change, member string, a, b *View) []readmodel.Change {
	was, is := laid(a), laid(b)
	switch {
	case was == is:
	case is != 0:
		out = append(out, readmodel.Add(ixWithdrawn, member, is))
	default:
		out = append(out, readmodel.Remove(ixWithdrawn, member))
	}
	return out
}

// laid is where in the log a record was withdrawn, 0 where it was not.
func laid(v *View) int64 {
	if v == nil || v.Record.Withdrawn == "" {
		return 0
	}
	return place(v.Record.Position)
}

// place is a position as the score of an index: every store counts up by Commit.
func place(p es.Position) int64 { return int64(min(p.Commit, math.MaxInt64)) }

func stores(out []readmodel.Change, a, b *Record) []readmodel.Change {
	was, is := storeOf(a), storeOf(b)
	if was == is {
		return out
	}
	if was != "" {
		out = append(out, readmodel.Count(was, -1))
	}
	if is != "" {
		out = append(out, readmodel.Count(is, 1))
	}
	return out
}

func storeOf(r *Record) string {
	if r.Merchant.ID == "" || r.Merchant.Store == "" {
		return ""
	}
	return storesKey + r.Merchant.ID + "\x00" + r.Merchant.Store
}
