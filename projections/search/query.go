package search

import (
	"slices"
	"strings"

	"fangxin/projections/disclosure"
	"fangxin/projections/words"
)

// Query is a search text as it was understood. The zero Query asks for nothing.
//
// Words that stand beside each other must all occur (AND), OR is between the words or
// groups on its two sides and binds less, NOT or a hyphen in front excludes, quotes
// make a phrase, parentheses group. In a word of a script without spaces any stretch
// of characters is found; a word of a spaced script is found by its beginning. A
// phrase is found as it stands: whole words, in order, in one text. A word that begins
// with a figure and has at least five letters or figures also finds the case numbers
// that begin with it; a word that a category is named by also finds the category.
type Query struct{ root *node }

// Bounds of a query.
const (
	MaxQuery = 256 // bytes
	MaxWords = 24  // words and phrases
	MaxDepth = 8   // of parentheses and negations
)

type op uint8

const (
	isLeaf op = iota
	isAll     // every kid
	isAny     // one kid
	isNot     // not its kid
)

// node is a part of a query. Kids of isAll are not isAll, of isAny not isAny, of isNot
// not isNot, so that a query has one form.
type node struct {
	op   op
	kids []*node
	leaf *leaf
}

// leaf is a word or phrase.
type leaf struct {
	text   string // as it was written; of a phrase the folded runs
	phrase bool
	runs   []words.Run
	// number is a beginning of a case number, "" where the word is none.
	number string
	// categories are those whose names hold the word.
	categories []string
}

// Empty says whether the query asks for nothing.
func (q Query) Empty() bool { return q.root == nil }

// String writes the query in its one form: Parse of it is the same query.
func (q Query) String() string {
	if q.root == nil {
		return ""
	}
	var b strings.Builder
	q.root.write(&b, isAny)
	return b.String()
}

func (n *node) write(b *strings.Builder, within op) {
	switch n.op {
	case isLeaf:
		if n.leaf.phrase {
			b.WriteString(`"` + n.leaf.text + `"`)
			return
		}
		b.WriteString(n.leaf.text)
	case isNot:
		b.WriteByte('-')
		n.kids[0].write(b, isNot)
	case isAll:
		n.list(b, " ", within == isNot)
	case isAny:
		n.list(b, " OR ", within != isAny)
	}
}

func (n *node) list(b *strings.Builder, between string, enclosed bool) {
	if enclosed {
		b.WriteByte('(')
	}
	for i, k := range n.kids {
		if i > 0 {
			b.WriteString(between)
		}
		k.write(b, n.op)
	}
	if enclosed {
		b.WriteByte(')')
	}
}

// Lexicon says which categories of goods and services are named by which words. It is
// immutable.
type Lexicon struct {
	codes []string
	names [][]words.Run
}

// NewLexicon takes the names of each category.
func NewLexicon(names map[string][]string) *Lexicon {
	l := &Lexicon{}
	for code, list := range names {
		for _, name := range list {
			l.codes, l.names = append(l.codes, code), append(l.names, words.Runs(name))
		}
	}
	return l
}

// named lists the categories whose names hold a leaf, in order.
func (l *Lexicon) named(x *leaf) []string {
	if l == nil {
		return nil
	}
	var out []string
	for i, name := range l.names {
		t := texts{of: [][]words.Run{name}}
		if t.hold(x) {
			out = append(out, l.codes[i])
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// maxNumber is the length of a native case number without hyphens.
const maxNumber = 18

// numberOf reads a word as the beginning of a case number.
func numberOf(word string) string {
	if word[0] < '0' || word[0] > '9' {
		return ""
	}
	n := disclosure.PlainNumber(word)
	if len(n) < disclosure.NumberPiece || len(n) > maxNumber || len(n)+strings.Count(word, "-") != len(word) {
		return ""
	}
	return n
}
