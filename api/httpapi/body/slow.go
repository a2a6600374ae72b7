package body

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"reflect"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"
)

// walker reads a body token by token and goes on after a fault.
type walker struct {
	raw    []byte
	dec    *json.Decoder
	path   []string
	faults []Fault
}

var (
	errEnough = errors.New("enough faults")
	errNoJSON = errors.New("not JSON")
)

// slow collects what is wrong. It shares no code with the fast scan, so that a test
// can hold one against the other.
func (r *Reader) slow(raw []byte, p *plan, v reflect.Value) error {
	w := walker{raw: raw, dec: json.NewDecoder(bytes.NewReader(raw))}
	w.dec.UseNumber()
	err := w.value(p, v, 0)
	if err == nil && len(w.faults) < MaxFaults {
		if _, end := w.dec.Token(); !errors.Is(end, io.EOF) {
			err = errNoJSON
		}
	}
	if errors.Is(err, errNoJSON) {
		return &SyntaxError{Offset: w.dec.InputOffset()}
	}
	if err == nil {
		w.shape(r.check.Struct(v.Addr().Interface()))
	}
	if len(w.faults) == 0 {
		return nil
	}
	return &InvalidError{Faults: w.faults[:min(len(w.faults), MaxFaults)]}
}

func (w *walker) pointer() string {
	var b strings.Builder
	for _, s := range w.path {
		b.WriteByte('/')
		b.WriteString(escapePointer(s))
	}
	return b.String()
}

func escapePointer(s string) string {
	if len(s) > 100 {
		s = strings.ToValidUTF8(s[:100], "") + "…"
	}
	return strings.ReplaceAll(strings.ReplaceAll(s, "~", "~0"), "/", "~1")
}

func (w *walker) fault(code string) error {
	w.faults = append(w.faults, Fault{w.pointer(), code})
	if len(w.faults) >= MaxFaults || code == TooDeep {
		return errEnough
	}
	return nil
}

// next reads one token and checks the bytes it was written with.
func (w *walker) next() (json.Token, error) {
	from := w.dec.InputOffset()
	t, err := w.dec.Token()
	if err != nil {
		return nil, errNoJSON
	}
	if s, ok := t.(string); ok {
		return t, w.characters(w.raw[from:w.dec.InputOffset()], s)
	}
	return t, nil
}

// characters finds NUL, bytes that are not UTF-8 and halves of surrogates.
func (w *walker) characters(raw []byte, s string) error {
	if strings.ContainsRune(s, 0) {
		return w.fault(NulCharacter)
	}
	if !utf8.Valid(raw) || halfSurrogate(raw) {
		return w.fault(BadUTF8)
	}
	if strings.IndexFunc(s, isHidden) >= 0 {
		return w.fault(ControlChar)
	}
	return nil
}

// isHidden finds what no one types and every reader trips over: control characters
// other than tab and line ends, and those that turn the direction of a whole text
// around (Unicode Standard Annex 9). What Mongolian script needs is neither.
func isHidden(r rune) bool {
	switch r {
	case '\t', '\n', '\r', '\u061c', '\u200e', '\u200f':
		return false
	}
	return unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r)
}

// halfSurrogate finds an escape of a surrogate without its other half, which the
// decoder replaces in silence.
func halfSurrogate(raw []byte) bool {
	for i := 0; i+1 < len(raw); i++ {
		if raw[i] != '\\' {
			continue
		}
		if i++; raw[i] != 'u' {
			continue
		}
		n, _ := strconv.ParseUint(string(raw[i+1:i+5]), 16, 32)
		i += 4
		if !utf16.IsSurrogate(rune(n)) {
			continue
		}
		if i+6 >= len(raw) || raw[i+1] != '\\' || raw[i+2] != 'u' {
			return true
		}
		low, _ := strconv.ParseUint(string(raw[i+3:i+7]), 16, 32)
		if utf16.DecodeRune(rune(n), rune(low)) == utf8.RuneError {
			return true
		}
		i += 6
	}
	return false
}

func (w *walker) value(p *plan, v reflect.Value, max int) error {
	t, err := w.next()
	if err != nil {
		return err
	}
	for p.form == pointer && t != nil {
		v.Set(reflect.New(p.elem.typ))
		p, v = p.elem, v.Elem()
	}
	switch t := t.(type) {
	case nil:
		return w.fault(IsNull)
	case json.Delim:
		return w.enter(t, p, v, max)
	case string:
		if p.form == text {
			v.SetString(t)
			return nil
		}
	case bool:
		if p.form == boolean {
			v.SetBool(t)
			return nil
		}
	case json.Number:
		if p.form == integer {
			return w.number(string(t), v)
		}
	}
	return w.fault(WrongType)
}

func (w *walker) number(s string, v reflect.Value) error {
	if strings.ContainsAny(s, ".eE") {
		return w.fault(NotInteger)
	}
	n, err := strconv.ParseInt(s, 10, v.Type().Bits())
	if err != nil {
		return w.fault(NumberTooLarge)
	}
	v.SetInt(n)
	return nil
}

// enter walks an array or object, or passes over one that does not belong there.
func (w *walker) enter(open json.Delim, p *plan, v reflect.Value, max int) error {
	switch {
	case len(w.path) >= MaxDepth:
		return w.fault(TooDeep)
	case open == '{' && p.form == object:
		return w.object(p, v)
	case open == '[' && p.form == list:
		return w.list(p, v, max)
	}
	if err := w.fault(WrongType); err != nil {
		return err
	}
	return w.skip(len(w.path) + 1)
}

func (w *walker) object(p *plan, v reflect.Value) error {
	seen := map[string]bool{}
	for w.dec.More() {
		name, err := w.name()
		if err != nil {
			return err
		}
		w.path = append(w.path, name)
		if err := w.member(p, v, name, seen); err != nil {
			return err
		}
		w.path = w.path[:len(w.path)-1]
	}
	return w.end('}')
}

// name reads a member's name; what is wrong with its characters is said of the object.
func (w *walker) name() (string, error) {
	t, err := w.next()
	if err != nil {
		return "", err
	}
	name, ok := t.(string)
	if !ok {
		return "", errNoJSON
	}
	return name, nil
}

func (w *walker) member(p *plan, v reflect.Value, name string, seen map[string]bool) error {
	code := ""
	var known *field
	for i := range p.fields {
		if p.fields[i].name == name {
			known = &p.fields[i]
		}
	}
	if known == nil {
		code = UnknownField
	} else if seen[name] {
		code = DuplicateField
	}
	seen[name] = known != nil
	if code == "" {
		return w.value(known.plan, known.of(v), known.max)
	}
	if err := w.fault(code); err != nil {
		return err
	}
	return w.pass(len(w.path))
}

func (w *walker) list(p *plan, v reflect.Value, max int) error {
	for n := 0; w.dec.More(); n++ {
		if max > 0 && n == max {
			if err := w.fault(TooMany); err != nil {
				return err
			}
			return w.skip(len(w.path) + 1)
		}
		v.Set(reflect.Append(v, reflect.Zero(p.elem.typ)))
		w.path = append(w.path, strconv.Itoa(n))
		if err := w.value(p.elem, v.Index(n), 0); err != nil {
			return err
		}
		w.path = w.path[:len(w.path)-1]
	}
	return w.end(']')
}

func (w *walker) end(c json.Delim) error {
	if t, err := w.dec.Token(); err != nil || t != c {
		return errNoJSON
	}
	return nil
}

// pass passes over one value that stands at the depth.
func (w *walker) pass(depth int) error {
	t, err := w.dec.Token()
	if err != nil {
		return errNoJSON
	}
	if d, ok := t.(json.Delim); ok && (d == '{' || d == '[') {
		if depth >= MaxDepth {
			return w.fault(TooDeep)
		}
		return w.skip(depth + 1)
	}
	return nil
}

// skip passes over the rest of an array or object that was entered at the depth.
func (w *walker) skip(depth int) error {
	for open := 1; open > 0; {
		t, err := w.dec.Token()
		if err != nil {
			return errNoJSON
		}
		switch t {
		case json.Delim('{'), json.Delim('['):
			if open++; depth+open-1 > MaxDepth {
				return w.fault(TooDeep)
			}
		case json.Delim('}'), json.Delim(']'):
			open--
		}
	}
	return nil
}
