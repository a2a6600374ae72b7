// Package words cuts text into the pieces by which it is found: pairs of characters
// (bigrams) and the last character where words are not spaced, as in Chinese, and
// whole lower-case words elsewhere. So every character of the one and every
// beginning of the other begins a piece. An index per piece holds what contains it; order and neighbourhood are
// checked against the text itself (Query.In).
package words

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Limits of a query: longer ones are cut.
const (
	maxQuery = 200 // bytes
	maxRuns  = 8
)

// fold makes letters comparable: lower case, full-width forms as plain ones.
func fold(r rune) rune {
	switch {
	case r >= 'A' && r <= 'Z':
		return r + 'a' - 'A'
	case r < utf8.RuneSelf:
		return r
	case r >= 0xFF01 && r <= 0xFF5E:
		return fold(r - 0xFEE0)
	}
	return unicode.ToLower(r)
}

type class uint8

const (
	space  class = iota // ends a run
	spaced              // a letter or digit of a script that spaces words
	dense               // a character of a script that does not
)

func classOf(r rune) class {
	switch {
	case r < utf8.RuneSelf:
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
			return spaced
		}
		return space
	case r >= 0x4E00 && r <= 0x9FFF:
		return dense
	case unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana):
		return dense
	case unicode.IsLetter(r), unicode.IsDigit(r), unicode.IsMark(r):
		return spaced
	}
	return space
}

// run is a stretch of folded characters of one class.
type run struct {
	text  string
	class class
}

// runs calls yield with each run. The bytes are reused.
func runs(text string, buf []byte, yield func(b []byte, c class) bool) []byte {
	buf = buf[:0]
	now := space
	for _, r := range text {
		r = fold(r)
		c := classOf(r)
		if c != now {
			if now != space && !yield(buf, now) {
				return buf
			}
			buf, now = buf[:0], c
		}
		if c != space {
			buf = utf8.AppendRune(buf, r)
		}
	}
	if now != space {
		yield(buf, now)
	}
	return buf
}

// Pieces appends the pieces of a text to out, each as the index name that intern
// makes of its bytes. Pieces can repeat. buf is reused and returned.
func Pieces(text string, buf []byte, out []string, intern func(piece []byte) string) ([]byte, []string) {
	buf = runs(text, buf, func(b []byte, c class) bool {
		if c == spaced {
			out = append(out, intern(b))
			return true
		}
		first := width(b)
		for first < len(b) {
			w := width(b[first:])
			out = append(out, intern(b[:first+w]))
			b, first = b[first:], w
		}
		out = append(out, intern(b))
		return true
	})
	return buf, out
}

func width(b []byte) int { _, n := utf8.DecodeRune(b); return n }

// Query is a search text, cut into runs that must all occur.
type Query struct{ runs []run }

// Parse reads a search text. A text without any letter or digit asks for nothing.
func Parse(q string) Query {
	if len(q) > maxQuery {
		q = q[:maxQuery]
	}
	var out Query
	runs(strings.ToValidUTF8(q, " "), nil, func(b []byte, c class) bool {
		out.runs = append(out.runs, run{text: string(b), class: c})
		return len(out.runs) < maxRuns
	})
	return out
}

// Empty says whether the query asks for nothing.
func (q Query) Empty() bool { return len(q.runs) == 0 }

// In says whether one of the texts holds each run: a run of spaced script begins a
// word of it, a run of dense script stands anywhere in it.
func (q Query) In(texts ...string) bool {
	for _, want := range q.runs {
		found := false
		for _, t := range texts {
			runs(t, nil, func(b []byte, c class) bool {
				if c == want.class && want.class == spaced {
					found = strings.HasPrefix(string(b), want.text)
				} else if c == want.class {
					found = strings.Contains(string(b), want.text)
				}
				return !found
			})
			if found {
				break
			}
		}
		if !found {
			return false
		}
	}
	return true
}
