package body

import (
	"math"
	"reflect"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// scanner decodes a body in one pass and gives up at the first fault without
// saying what it was. Strings of the result are parts of s.
type scanner struct {
	s     string
	i     int
	depth int
}

func (r *Reader) fast(raw []byte, p *plan, v reflect.Value) bool {
	if !utf8.Valid(raw) {
		return false
	}
	d := scanner{s: string(raw)}
	d.space()
	if !d.value(p, v, 0) {
		return false
	}
	d.space()
	return d.i == len(d.s)
}

func (d *scanner) space() {
	for d.i < len(d.s) {
		switch d.s[d.i] {
		case ' ', '\t', '\n', '\r':
			d.i++
		default:
			return
		}
	}
}

// token takes the byte c after white space.
func (d *scanner) token(c byte) bool {
	d.space()
	if d.i < len(d.s) && d.s[d.i] == c {
		d.i++
		return true
	}
	return false
}

// value reads one value; max bounds a list.
func (d *scanner) value(p *plan, v reflect.Value, max int) bool {
	if d.i >= len(d.s) {
		return false
	}
	switch p.form {
	case text:
		s, ok := d.str()
		v.SetString(s)
		return ok
	case integer:
		n, ok := d.integer()
		if !ok || v.OverflowInt(n) {
			return false
		}
		v.SetInt(n)
		return true
	case boolean:
		switch {
		case strings.HasPrefix(d.s[d.i:], "true"):
			v.SetBool(true)
			d.i += len("true")
		case strings.HasPrefix(d.s[d.i:], "false"):
			v.SetBool(false)
			d.i += len("false")
		default:
			return false
		}
		return true
	case pointer:
		n := reflect.New(p.elem.typ)
		v.Set(n)
		return d.value(p.elem, n.Elem(), max)
	case list:
		return d.nested(func() bool { return d.list(p, v, max) })
	}
	return d.nested(func() bool { return d.object(p, v) })
}

func (d *scanner) nested(read func() bool) bool {
	d.depth++
	ok := d.depth <= MaxDepth && read()
	d.depth--
	return ok
}

func (d *scanner) object(p *plan, v reflect.Value) bool {
	if !d.token('{') {
		return false
	}
	if d.token('}') {
		return true
	}
	var seen uint64
	for next := 0; ; {
		d.space()
		name, ok := d.str()
		if !ok || !d.token(':') {
			return false
		}
		at := p.find(name, next)
		if at < 0 || seen&(1<<at) != 0 {
			return false
		}
		seen |= 1 << at
		next = at + 1
		f := &p.fields[at]
		d.space()
		if !d.value(f.plan, f.of(v), f.max) {
			return false
		}
		if d.token('}') {
			return true
		}
		if !d.token(',') {
			return false
		}
	}
}

func (d *scanner) list(p *plan, v reflect.Value, max int) bool {
	if !d.token('[') {
		return false
	}
	if d.token(']') {
		return true
	}
	for n := 0; ; n++ {
		if max > 0 && n == max {
			return false
		}
		if n == v.Cap() {
			v.Grow(1)
		}
		v.SetLen(n + 1)
		d.space()
		if !d.value(p.elem, v.Index(n), 0) {
			return false
		}
		if d.token(']') {
			return true
		}
		if !d.token(',') {
			return false
		}
	}
}

// integer reads a whole number without fraction or exponent (RFC 8259 section 6).
func (d *scanner) integer() (int64, bool) {
	start := d.i
	neg := d.s[d.i] == '-'
	if neg {
		d.i++
	}
	first := d.i
	var n uint64
	for d.i < len(d.s) && d.s[d.i]-'0' <= 9 {
		if d.i-first >= 19 {
			return 0, false
		}
		n = n*10 + uint64(d.s[d.i]-'0')
		d.i++
	}
	if d.i == first || d.s[first] == '0' && d.i > first+1 {
		return 0, false
	}
	if d.i < len(d.s) && (d.s[d.i] == '.' || d.s[d.i] == 'e' || d.s[d.i] == 'E') {
		d.i = start
		return 0, false
	}
	if neg {
		return -int64(n), n <= math.MaxInt64+1
	}
	return int64(n), n <= math.MaxInt64
}

// str reads a string: without escapes it is a part of the body.
func (d *scanner) str() (string, bool) {
	if d.i >= len(d.s) || d.s[d.i] != '"' {
		return "", false
	}
	d.i++
	start := d.i
	for d.i < len(d.s) {
		switch c := d.s[d.i]; {
		case c == '"':
			s := d.s[start:d.i]
			d.i++
			return s, true
		case c == '\\':
			return d.escaped(start)
		case c < 0x20, hidden(d.s[d.i:]):
			return "", false
		}
		d.i++
	}
	return "", false
}

// hidden says whether the text begins with DEL, a C1 control, or an embedding,
// override or isolate of writing direction: C2 80-9F, E2 80 AA-AE, E2 81 A6-A9.
func hidden(s string) bool {
	switch s[0] {
	case 0x7f:
		return true
	case 0xc2:
		return s[1] < 0xa0
	case 0xe2:
		return s[1] == 0x80 && s[2]-0xaa <= 0xae-0xaa || s[1] == 0x81 && s[2]-0xa6 <= 0xa9-0xa6
	}
	return false
}

// escaped reads the rest of a string that has an escape at d.i.
func (d *scanner) escaped(start int) (string, bool) {
	out := append(make([]byte, 0, d.i-start+64), d.s[start:d.i]...)
	for d.i < len(d.s) {
		c := d.s[d.i]
		d.i++
		switch {
		case c == '"':
			return string(out), true
		case c < 0x20, hidden(d.s[d.i-1:]):
			return "", false
		case c != '\\':
			out = append(out, c)
			continue
		}
		r, ok := d.escape()
		if !ok {
			return "", false
		}
		before := len(out)
		out = utf8.AppendRune(out, r)
		if r < 0x20 && r != '\t' && r != '\n' && r != '\r' || hidden(string(out[before:])) {
			return "", false
		}
	}
	return "", false
}

// escape reads what follows a backslash. NUL and half surrogates are refused.
func (d *scanner) escape() (rune, bool) {
	if d.i >= len(d.s) {
		return 0, false
	}
	c := d.s[d.i]
	d.i++
	if c == 'u' {
		r, ok := d.hex4()
		if !ok || r == 0 {
			return 0, false
		}
		if !utf16.IsSurrogate(r) {
			return r, true
		}
		if !strings.HasPrefix(d.s[d.i:], `\u`) {
			return 0, false
		}
		d.i += 2
		low, ok := d.hex4()
		r = utf16.DecodeRune(r, low)
		return r, ok && r != utf8.RuneError
	}
	at := strings.IndexByte(`"\/bfnrt`, c)
	if at < 0 {
		return 0, false
	}
	return rune("\"\\/\b\f\n\r\t"[at]), true
}

func (d *scanner) hex4() (rune, bool) {
	if len(d.s)-d.i < 4 {
		return 0, false
	}
	var r rune
	for _, c := range []byte(d.s[d.i : d.i+4]) {
		switch {
		case c-'0' <= 9:
			r = r<<4 | rune(c-'0')
		case c|0x20 >= 'a' && c|0x20 <= 'f':
			r = r<<4 | rune(c|0x20-'a'+10)
		default:
			return 0, false
		}
	}
	d.i += 4
	return r, true
}
