package search

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"fangxin/projections/words"
)

// SyntaxError says why a text is no query. Code is one of the codes below.
type SyntaxError struct {
	Code string
	// At is where, in bytes.
	At int
}

// Codes of SyntaxError.
const (
	TooLong         = "query_too_long"
	TooManyWords    = "query_too_many_words"
	TooDeep         = "query_too_deep"
	OpenQuote       = "query_open_quote"
	OpenParenthesis = "query_open_parenthesis"
	MissingWord     = "query_missing_word"
	Pattern         = "query_pattern" // signs of a regular expression or a wildcard
	NotText         = "query_not_text"
)

func (e *SyntaxError) Error() string { return fmt.Sprintf("query: %s at %d", e.Code, e.At) }

// Parse reads a query. lexicon may be nil. An error is a *SyntaxError; the work is
// bounded whatever the text is. A text of spaces asks for nothing.
func Parse(text string, lexicon *Lexicon) (Query, error) {
	if len(text) > MaxQuery {
		return Query{}, &SyntaxError{Code: TooLong, At: MaxQuery}
	}
	if !utf8.ValidString(text) {
		return Query{}, &SyntaxError{Code: NotText}
	}
	p := parser{text: text, lexicon: lexicon}
	if err := p.cut(); err != nil {
		return Query{}, err
	}
	if len(p.tokens) == 0 && strings.TrimSpace(text) == "" {
		return Query{}, nil
	}
	root, err := p.any(0)
	if err == nil && p.next < len(p.tokens) {
		err = &SyntaxError{Code: OpenParenthesis, At: p.tokens[p.next].at} // closed, never opened
	}
	if err != nil {
		return Query{}, err
	}
	return Query{root: root}, nil
}

type kind uint8

const (
	end kind = iota
	word
	phrase
	opens
	closes
	and
	or
	not
)

type token struct {
	kind kind
	text string
	at   int
}

type parser struct {
	text    string
	lexicon *Lexicon
	tokens  []token
	next    int
	words   int
}

// closing is the quote that ends what a quote begins; 0 for what is none.
func closing(r rune) rune {
	switch r {
	case '"', '＂':
		return r
	case '“':
		return '”'
	case '「':
		return '」'
	case '『':
		return '』'
	}
	return 0
}

func parenthesis(r rune) kind {
	switch r {
	case '(', '（':
		return opens
	case ')', '）':
		return closes
	}
	return end
}

// cut makes tokens.
func (p *parser) cut() error {
	for at := 0; at < len(p.text); {
		r, n := utf8.DecodeRuneInString(p.text[at:])
		switch {
		case unicode.IsSpace(r) || unicode.IsControl(r):
			at += n
		case parenthesis(r) != end:
			p.tokens = append(p.tokens, token{parenthesis(r), "", at})
			at += n
		case closing(r) != 0:
			inside := p.text[at+n:]
			to := strings.IndexRune(inside, closing(r))
			if to < 0 {
				return &SyntaxError{Code: OpenQuote, At: at}
			}
			p.tokens = append(p.tokens, token{phrase, inside[:to], at})
			at += n + to + utf8.RuneLen(closing(r))
		case r == '”' || r == '」' || r == '』':
			return &SyntaxError{Code: OpenQuote, At: at}
		case (r == '-' || r == '+' || r == '－' || r == '＋') && p.leads(at+n):
			if r == '-' || r == '－' {
				p.tokens = append(p.tokens, token{not, "", at})
			}
			at += n
		default:
			stop := at + wordEnd(p.text[at:])
			if err := p.word(p.text[at:stop], at); err != nil {
				return err
			}
			at = stop
		}
	}
	return nil
}

// leads says whether a sign before the place stands in front of something.
func (p *parser) leads(at int) bool {
	r, n := utf8.DecodeRuneInString(p.text[at:])
	return n > 0 && !unicode.IsSpace(r) && !unicode.IsControl(r) && parenthesis(r) != closes
}

// wordEnd is where a word ends: at a space, a parenthesis or a quote.
func wordEnd(s string) int {
	to := strings.IndexFunc(s, func(r rune) bool {
		return unicode.IsSpace(r) || unicode.IsControl(r) || parenthesis(r) != end || closing(r) != 0 || r == '”' || r == '」' || r == '』'
	})
	if to < 0 {
		return len(s)
	}
	return to
}

// patternSigns are refused outside quotes: a search that took them for letters would
// find something else than who wrote them meant.
const patternSigns = `*\[]{}^~|$`

func (p *parser) word(s string, at int) error {
	switch s {
	case "AND":
		p.tokens = append(p.tokens, token{and, s, at})
		return nil
	case "OR":
		p.tokens = append(p.tokens, token{or, s, at})
		return nil
	case "NOT":
		p.tokens = append(p.tokens, token{not, s, at})
		return nil
	}
	if i := strings.IndexAny(s, patternSigns); i >= 0 {
		return &SyntaxError{Code: Pattern, At: at + i}
	}
	if len(s) > 1 && s[0] == '/' && s[len(s)-1] == '/' || strings.Contains(s, ".+") {
		return &SyntaxError{Code: Pattern, At: at}
	}
	// A lone sign is no word.
	if len(words.Runs(s)) > 0 {
		p.tokens = append(p.tokens, token{word, s, at})
	}
	return nil
}

func (p *parser) peek() token {
	if p.next == len(p.tokens) {
		return token{kind: end, at: len(p.text)}
	}
	return p.tokens[p.next]
}

// any reads alternatives.
func (p *parser) any(depth int) (*node, error) {
	out := &node{op: isAny}
	for {
		k, err := p.all(depth)
		if err != nil {
			return nil, err
		}
		out.take(k)
		if p.peek().kind != or {
			return out.plain(), nil
		}
		p.next++
	}
}

// all reads what stands beside each other.
func (p *parser) all(depth int) (*node, error) {
	out := &node{op: isAll}
	for {
		k, err := p.one(depth)
		if err != nil {
			return nil, err
		}
		out.take(k)
		switch p.peek().kind {
		case and:
			p.next++
		case word, phrase, opens, not:
		default:
			return out.plain(), nil
		}
	}
}

// take adds a kid; of one of the same kind its kids.
func (n *node) take(k *node) {
	if k.op == n.op {
		n.kids = append(n.kids, k.kids...)
		return
	}
	n.kids = append(n.kids, k)
}

// plain is the only kid of a list of one.
func (n *node) plain() *node {
	if len(n.kids) == 1 {
		return n.kids[0]
	}
	return n
}

func (p *parser) one(depth int) (*node, error) {
	t := p.peek()
	if depth > MaxDepth {
		return nil, &SyntaxError{Code: TooDeep, At: t.at}
	}
	p.next++
	switch t.kind {
	case not:
		k, err := p.one(depth + 1)
		if err != nil {
			return nil, err
		}
		if k.op == isNot {
			return k.kids[0], nil
		}
		return &node{op: isNot, kids: []*node{k}}, nil
	case opens:
		k, err := p.any(depth + 1)
		if err != nil {
			return nil, err
		}
		if c := p.peek(); c.kind != closes {
			return nil, &SyntaxError{Code: OpenParenthesis, At: t.at}
		}
		p.next++
		return k, nil
	case word, phrase:
		return p.leaf(t)
	}
	return nil, &SyntaxError{Code: MissingWord, At: t.at}
}

func (p *parser) leaf(t token) (*node, error) {
	if p.words++; p.words > MaxWords {
		return nil, &SyntaxError{Code: TooManyWords, At: t.at}
	}
	l := &leaf{text: t.text, phrase: t.kind == phrase, runs: words.Runs(t.text)}
	if len(l.runs) == 0 {
		return nil, &SyntaxError{Code: MissingWord, At: t.at}
	}
	if l.phrase {
		texts := make([]string, len(l.runs))
		for i, r := range l.runs {
			texts[i] = r.Text
		}
		l.text = strings.Join(texts, " ")
	} else {
		l.number = numberOf(t.text)
	}
	l.categories = p.lexicon.named(l)
	return &node{op: isLeaf, leaf: l}, nil
}
