package search

import (
	"slices"
	"strings"

	"fangxin/projections/disclosure"
	"fangxin/projections/words"
)

// Match says whether a record is what the filter asks for. It is what Find, Facets and
// Walk hold to; indexes only save them from looking at every record.
func (f *Filter) Match(r *disclosure.Record) bool {
	if f.From != 0 && r.Published < f.From || f.To != 0 && r.Published >= f.To {
		return false
	}
	if len(f.chosen(Source).In) == 0 && len(f.chosen(Source).Out) == 0 && r.Source != disclosure.SourceNative {
		return false
	}
	var room [8]string
	for field, c := range f.Choices {
		has := field.Of(r, room[:0])
		if len(c.In) > 0 && !overlap(field, has, c.In) || overlap(field, has, c.Out) {
			return false
		}
	}
	return f.Query.Match(r)
}

func overlap(field Field, has, asked []string) bool {
	return slices.ContainsFunc(asked, func(v string) bool { return slices.Contains(has, field.Value(v)) })
}

// Match says whether the texts of a record hold what the query asks for.
func (q Query) Match(r *disclosure.Record) bool {
	if q.root == nil {
		return true
	}
	var room [6]string
	var runs [48]words.Run
	var cut [6][]words.Run
	t, all := texts{record: r, of: cut[:0]}, runs[:0]
	for _, s := range r.Texts(room[:0]) {
		from := len(all)
		all = words.AppendRuns(all, s)
		t.of = append(t.of, all[from:len(all):len(all)])
	}
	return q.root.in(&t)
}

func (n *node) in(t *texts) bool {
	switch n.op {
	case isNot:
		return !n.kids[0].in(t)
	case isAll:
		return !slices.ContainsFunc(n.kids, func(k *node) bool { return !k.in(t) })
	case isAny:
		return slices.ContainsFunc(n.kids, func(k *node) bool { return k.in(t) })
	}
	return t.numbered(n.leaf) || t.classed(n.leaf) || t.hold(n.leaf)
}

// texts are the texts of a record, cut into runs.
type texts struct {
	record *disclosure.Record
	of     [][]words.Run
}

func (t *texts) numbered(x *leaf) bool {
	return x.number != "" && strings.HasPrefix(t.record.Number(), x.number)
}

func (t *texts) classed(x *leaf) bool {
	return slices.Contains(x.categories, t.record.Category)
}

// hold says whether the texts hold a leaf.
func (t *texts) hold(x *leaf) bool {
	if x.phrase {
		return slices.ContainsFunc(t.of, func(text []words.Run) bool { return standsIn(text, x.runs) })
	}
	for _, want := range x.runs {
		if !slices.ContainsFunc(t.of, func(text []words.Run) bool { return begins(text, want) }) {
			return false
		}
	}
	return true
}

// begins says whether a text has a word that begins so, or, where words are not
// spaced, the characters anywhere.
func begins(text []words.Run, want words.Run) bool {
	return slices.ContainsFunc(text, func(r words.Run) bool {
		switch {
		case r.Spaced != want.Spaced:
			return false
		case r.Spaced:
			return strings.HasPrefix(r.Text, want.Text)
		}
		return strings.Contains(r.Text, want.Text)
	})
}

// standsIn says whether the runs of a phrase stand in a text one after the other: the
// first at the end of its run, the last at the beginning of its own, whole words of
// spaced scripts.
func standsIn(text, phrase []words.Run) bool {
	for at := 0; at+len(phrase) <= len(text); at++ {
		if standsAt(text[at:], phrase) {
			return true
		}
	}
	return false
}

func standsAt(text, phrase []words.Run) bool {
	last := len(phrase) - 1
	for i, want := range phrase {
		r := text[i]
		switch {
		case r.Spaced != want.Spaced:
			return false
		case r.Spaced || i > 0 && i < last:
			if r.Text != want.Text {
				return false
			}
		case last == 0:
			if !strings.Contains(r.Text, want.Text) {
				return false
			}
		case i == 0:
			if !strings.HasSuffix(r.Text, want.Text) {
				return false
			}
		default:
			if !strings.HasPrefix(r.Text, want.Text) {
				return false
			}
		}
	}
	return true
}
