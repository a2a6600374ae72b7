package casework

import (
	"strings"

	"fangxin/domain/calendar"
	"fangxin/domain/es"
	"fangxin/projections/facet"
	"fangxin/projections/readmodel"
	"fangxin/projections/words"
)

// Names of indexes. Members are streams.
const (
	// ixDue holds every row and orders lists, see score.
	ixDue      = "due"
	ixOpen     = "open"  // those of it that are not ended
	ixEnded    = "ended" // and those that are
	ixStatus   = "status/"
	ixKind     = "kind/"
	ixLane     = "lane/"
	ixSource   = "source/"
	ixMerchant = "merchant/"
	// ixConcerned holds the cases that concern a confirmed respondent already; a
	// merchant's people see these only.
	ixConcerned = "concerned/"
	ixStore     = "store/"
	ixRegion    = "region/"
	ixUnit      = "unit/"
	ixAccount   = "account/"
	ixSubject   = "subject/"
	ixNumber    = "number/"
	ixWord      = "word/"
	ixSync      = "sync/"
)

// Scores: a row with a limit stands at its strict due date; after all of these
// come open rows without a limit, then ended ones, both newest filed first.
const (
	scoreOpen  = int64(1) << 32
	scoreEnded = int64(1) << 33
)

func score(r *Row) int64 {
	switch {
	case r.Clock != nil:
		return int64(r.Clock.Due)
	case ended(r.Status):
		return scoreEnded - int64(r.FiledOn)
	}
	return scoreOpen - int64(r.FiledOn)
}

// ended says whether a case of this status stands at the end of lists.
func ended(status string) bool {
	return status == "closed" || status == "declined" || status == "withdrawn" || status == "foreign"
}

// orderOf is the index that orders the rows of a status, so that a list of ended
// cases does not walk over all open ones.
func orderOf(status string) string {
	switch {
	case status == "":
		return ixDue
	case ended(status):
		return ixEnded
	}
	return ixOpen
}

// without is the value in ixUnit and ixStore of rows that have none.
const without = "-"

type names struct {
	status, kind, lane, source, merchant, concerned, store, region, unit, word, sync *words.Interner
	buf                                                                              []byte
	before, after                                                                    []string
}

func newNames() names {
	in := words.NewInterner
	return names{
		status: in(ixStatus), kind: in(ixKind), lane: in(ixLane), source: in(ixSource),
		merchant: in(ixMerchant), concerned: in(ixConcerned), store: in(ixStore), region: in(ixRegion), unit: in(ixUnit), word: in(ixWord), sync: in(ixSync),
	}
}

// Diff tells the index members that follow from the view.
func (p *Projection) Diff(stream es.StreamID, was, is any, out []readmodel.Change) []readmodel.Change {
	m := string(stream)
	a, _ := was.(*View)
	b, _ := is.(*View)
	out = subjects(out, m, orNone(a), orNone(b))
	out = owners(out, m, orNone(a), orNone(b))
	if a, b = listed(a), listed(b); a == b {
		return out
	}
	a, b = orNone(a), orNone(b)
	out = order(out, m, &a.Row, &b.Row)
	return p.names.texts(p.names.facets(out, m, a, b), m, &a.Row, &b.Row)
}

// order keeps the indexes that order lists. A row without status is none.
func order(out []readmodel.Change, m string, a, b *Row) []readmodel.Change {
	was, is := "", ""
	if a.Status != "" {
		was = orderOf(a.Status)
	}
	if b.Status != "" {
		is = orderOf(b.Status)
	}
	if was == is && score(a) == score(b) {
		return out
	}
	if was != "" && was != is {
		out = append(out, readmodel.Remove(was, m))
	}
	if is == "" {
		return append(out, readmodel.Remove(ixDue, m))
	}
	return append(out, readmodel.Add(ixDue, m, score(b)), readmodel.Add(is, m, score(b)))
}

// listed is the view that lists may show, nil for none.
func listed(v *View) *View {
	if v == nil || v.Hidden {
		return nil
	}
	return v
}

// subjects keeps the index by which an erasure finds what it concerns: what is hidden
// too, since a restricted subject can be erased later.
func subjects(out []readmodel.Change, m string, a, b *View) []readmodel.Change {
	out = facet.Own(out, ixSubject, m, string(a.Subject), string(b.Subject))
	return facet.Own(out, ixSubject, m, string(a.Person), string(b.Person))
}

func orNone(v *View) *View {
	if v == nil {
		return &View{}
	}
	return v
}

func (n *names) facets(out []readmodel.Change, m string, a, b *View) []readmodel.Change {
	out = facet.Move(out, n.status, m, a.Row.Status, b.Row.Status, 0, 0)
	out = facet.Move(out, n.kind, m, a.Row.Kind, b.Row.Kind, 0, 0)
	out = facet.Move(out, n.lane, m, a.Row.Lane, b.Row.Lane, 0, 0)
	out = facet.Move(out, n.source, m, a.Row.Source, b.Row.Source, 0, 0)
	out = facet.Move(out, n.merchant, m, a.Row.MerchantID, b.Row.MerchantID, 0, 0)
	out = facet.Move(out, n.concerned, m, a.concerned(), b.concerned(), 0, 0)
	out = facet.Move(out, n.store, m, orWithout(&a.Row, a.Store), orWithout(&b.Row, b.Store), 0, 0)
	out = facet.Move(out, n.unit, m, orWithout(&a.Row, a.Row.Unit), orWithout(&b.Row, b.Row.Unit), 0, 0)
	out = facet.Move(out, n.sync, m, a.Row.Sync, b.Row.Sync, 0, 0)
	out = facet.Region(out, n.region, m, a.Row.Region, b.Row.Region)
	out = facet.Own(out, ixErasure, m, a.Row.Erasure, b.Row.Erasure)
	out = accounts(out, m, a, b)
	return facet.Own(out, ixNumber, m, strings.ToUpper(a.Row.Number), strings.ToUpper(b.Row.Number))
}

// accounts takes the short way where there is one account, as nearly always.
func accounts(out []readmodel.Change, m string, a, b *View) []readmodel.Change {
	if len(a.Others)+len(b.Others) == 0 {
		return facet.Own(out, ixAccount, m, a.Account, b.Account)
	}
	return facet.Set(out, m, a.accounts(), b.accounts())
}

// orWithout names the facet of a row that lacks a value; a row that is none has none.
func orWithout(r *Row, value string) string {
	if value == "" && r.Status != "" {
		return without
	}
	return value
}

func (n *names) texts(out []readmodel.Change, m string, a, b *Row) []readmodel.Change {
	if a.Merchant == b.Merchant && a.Item == b.Item {
		return out
	}
	n.before, n.after = n.pieces(a, n.before[:0]), n.pieces(b, n.after[:0])
	return facet.Set(out, m, n.before, n.after)
}

func (n *names) pieces(r *Row, out []string) []string {
	n.buf, out = words.Pieces(r.Merchant, n.buf, out, n.word.OfBytes)
	n.buf, out = words.Pieces(r.Item, n.buf, out, n.word.OfBytes)
	return out
}

// dueBefore is the highest score of rows due before a day.
func dueBefore(d calendar.Date) int64 { return int64(d) - 1 }
