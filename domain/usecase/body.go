package usecase

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// bodies hashes requests: the SHA-256 of action, case and a canonical JSON of the
// input. Members are in the order of their names, absent and empty ones left out,
// and so is every field that holds personal data: the hash stands in the event.
// The layout of a type is read once.
type bodies struct{ shapes sync.Map } // reflect.Type -> *shape

// shape is the part of a struct that takes part in the hash.
type shape struct{ members []member }

type member struct {
	index []int
	name  string // quoted, with the colon
	inner *shape // of a struct, or of what a pointer or slice holds
}

// hash returns 64 hexadecimal digits. in is a pointer to an input.
func (b *bodies) hash(action, id string, in any) (string, error) {
	var scratch [1024]byte
	buf := append(scratch[:0], action...)
	buf = append(buf, '\n')
	buf = append(buf, id...)
	buf = append(buf, '\n')
	v := reflect.ValueOf(in)
	for v.Kind() == reflect.Pointer && !v.IsNil() {
		v = v.Elem()
	}
	if v.Kind() != reflect.Struct {
		return "", fmt.Errorf("body of type %T", in)
	}
	s, err := b.shapeOf(v.Type())
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(s.object(buf, v))
	return hex.EncodeToString(sum[:]), nil
}

func (b *bodies) shapeOf(t reflect.Type) (*shape, error) {
	if s, ok := b.shapes.Load(t); ok {
		return s.(*shape), nil
	}
	s := new(shape)
	if err := s.read(t, nil, b); err != nil {
		return nil, err
	}
	slices.SortFunc(s.members, func(a, b member) int { return cmp.Compare(a.name, b.name) })
	known, _ := b.shapes.LoadOrStore(t, s)
	return known.(*shape), nil
}

// read adds the members of t; those of an embedded struct stand beside them, as in
// JSON.
func (s *shape) read(t reflect.Type, path []int, b *bodies) error {
	for i := range t.NumField() {
		f := t.Field(i)
		if _, personal := f.Tag.Lookup("pii"); personal || !f.IsExported() {
			continue
		}
		index := append(slices.Clone(path), i)
		if f.Anonymous {
			if err := s.read(f.Type, index, b); err != nil {
				return err
			}
			continue
		}
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		if name == "-" {
			continue
		}
		m := member{index: index, name: strconv.Quote(cmp.Or(name, f.Name)) + ":"}
		held := f.Type
		for held.Kind() == reflect.Pointer || held.Kind() == reflect.Slice {
			held = held.Elem()
		}
		switch held.Kind() {
		case reflect.Struct:
			var err error
			if m.inner, err = b.shapeOf(held); err != nil {
				return err
			}
		case reflect.String, reflect.Bool, reflect.Int, reflect.Int64:
		default:
			return fmt.Errorf("body field %s of type %s", f.Name, f.Type)
		}
		s.members = append(s.members, m)
	}
	return nil
}

func (s *shape) object(buf []byte, v reflect.Value) []byte {
	buf = append(buf, '{')
	start := len(buf)
	for _, m := range s.members {
		f := v.FieldByIndex(m.index)
		if f.IsZero() || f.Kind() == reflect.Slice && f.Len() == 0 {
			continue
		}
		if len(buf) > start {
			buf = append(buf, ',')
		}
		buf = m.value(append(buf, m.name...), f)
	}
	return append(buf, '}')
}

func (m *member) value(buf []byte, v reflect.Value) []byte {
	switch v.Kind() {
	case reflect.Pointer:
		if v.IsNil() {
			return append(buf, "null"...)
		}
		return m.value(buf, v.Elem())
	case reflect.Slice:
		buf = append(buf, '[')
		for i := range v.Len() {
			if i > 0 {
				buf = append(buf, ',')
			}
			buf = m.value(buf, v.Index(i))
		}
		return append(buf, ']')
	case reflect.Struct:
		return m.inner.object(buf, v)
	case reflect.String:
		return appendText(buf, v.String())
	case reflect.Bool:
		return strconv.AppendBool(buf, v.Bool())
	default:
		return strconv.AppendInt(buf, v.Int(), 10)
	}
}

// appendText writes a JSON string; plain ASCII without a need to escape is the
// common case.
func appendText(buf []byte, s string) []byte {
	for i := range len(s) {
		if c := s[i]; c < 0x20 || c >= 0x7f || c == '"' || c == '\\' || c == '<' || c == '>' || c == '&' {
			quoted, err := json.Marshal(s)
			if err != nil { // a string is always written
				panic(err)
			}
			return append(buf, quoted...)
		}
	}
	buf = append(buf, '"')
	buf = append(buf, s...)
	return append(buf, '"')
}
