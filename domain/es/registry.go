package es

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
)

// Codec turns events into JSON and back. Every codec writes the same bytes; the
// golden files keep it so.
type Codec interface {
	Marshal(v any) ([]byte, error)
	Unmarshal(data []byte, v any) error
}

// StdCodec is encoding/json without HTML escaping.
type StdCodec struct{}

// Marshal writes v as one line of JSON.
func (StdCodec) Marshal(v any) ([]byte, error) {
	var b bytes.Buffer
	b.Grow(1 << 10) // most events fit: no growing on the way
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
}

// Unmarshal reads JSON into v.
func (StdCodec) Unmarshal(data []byte, v any) error { return json.Unmarshal(data, v) }

// ErrUnknownType: this program does not know the event's type. Nothing may be
// folded or projected past it.
var ErrUnknownType = errors.New("unknown event type")

// DecodeError: an event of a known type cannot be read.
type DecodeError struct {
	Type   string
	Stream StreamID
	At     Revision
	Err    error
}

func (e *DecodeError) Error() string {
	return fmt.Sprintf("decode %s at %s/%d: %v", e.Type, e.Stream, e.At, e.Err)
}

func (e *DecodeError) Unwrap() error { return e.Err }

// Upcaster rewrites the data of an old version as the next one.
type Upcaster func(data []byte) ([]byte, error)

type upcast struct {
	to string
	do Upcaster
}

// Registry maps stored type names to Go types. It is filled once, at start, and
// only read afterwards.
type Registry struct {
	codec   Codec
	makers  map[string]func() any
	names   map[reflect.Type]string
	upcasts map[string]upcast
}

// NewRegistry returns an empty registry.
func NewRegistry(c Codec) *Registry {
	return &Registry{
		codec:   c,
		makers:  map[string]func() any{},
		names:   map[reflect.Type]string{},
		upcasts: map[string]upcast{},
	}
}

// Register binds the current stored name of an event to its Go type. Decoding
// yields *E. Registering a name or type twice is a programming error and panics.
func Register[E any](r *Registry, name string) {
	t := reflect.TypeFor[*E]()
	if r.knows(name) {
		panic("event name registered twice: " + name)
	}
	if was, ok := r.names[t]; ok {
		panic("event type registered twice: " + was + ", " + name)
	}
	r.makers[name] = func() any { return new(E) }
	r.names[t] = name
}

// Upcast declares that data stored under the name from are read as the name to.
// Chains are followed to the end.
func (r *Registry) Upcast(from, to string, do Upcaster) {
	if r.knows(from) {
		panic("event name registered twice: " + from)
	}
	r.upcasts[from] = upcast{to: to, do: do}
}

func (r *Registry) knows(name string) bool {
	_, a := r.makers[name]
	_, b := r.upcasts[name]
	return a || b
}

// Types lists every stored name, old ones too, sorted.
func (r *Registry) Types() []string {
	return slices.Sorted(maps.Keys(r.all()))
}

func (r *Registry) all() map[string]bool {
	all := map[string]bool{}
	for n := range r.makers {
		all[n] = true
	}
	for n := range r.upcasts {
		all[n] = true
	}
	return all
}

// Encode writes an event (a pointer to a registered type) under its current name.
func (r *Registry) Encode(event any) (name string, data []byte, err error) {
	name, ok := r.names[reflect.TypeOf(event)]
	if !ok {
		return "", nil, fmt.Errorf("%T: %w", event, ErrUnknownType)
	}
	data, err = r.codec.Marshal(event)
	if err != nil {
		return "", nil, fmt.Errorf("encode %s: %w", name, err)
	}
	return name, data, nil
}

// Decode reads an envelope's event, upcasting old versions. ErrUnknownType,
// *DecodeError.
func (r *Registry) Decode(e *Envelope) (any, error) {
	name, data := e.Type, e.Data
	for {
		if mk, ok := r.makers[name]; ok {
			v := mk()
			if err := r.codec.Unmarshal(data, v); err != nil {
				return nil, &DecodeError{Type: e.Type, Stream: e.Stream, At: e.Revision, Err: err}
			}
			return v, nil
		}
		up, ok := r.upcasts[name]
		if !ok {
			return nil, fmt.Errorf("%s at %s/%d: %w", e.Type, e.Stream, e.Revision, ErrUnknownType)
		}
		var err error
		if data, err = up.do(data); err != nil {
			return nil, &DecodeError{Type: e.Type, Stream: e.Stream, At: e.Revision, Err: err}
		}
		name = up.to
	}
}

// EncodeMetadata writes metadata as stored.
func (r *Registry) EncodeMetadata(m *Metadata) ([]byte, error) { return r.codec.Marshal(m) }

// DecodeMetadata reads an envelope's metadata. *DecodeError.
func (r *Registry) DecodeMetadata(e *Envelope) (Metadata, error) {
	var m Metadata
	if err := r.codec.Unmarshal(e.Meta, &m); err != nil {
		return m, &DecodeError{Type: e.Type, Stream: e.Stream, At: e.Revision, Err: err}
	}
	return m, nil
}
