// Package body reads request bodies: strict JSON into the inputs of the use cases.
//
// It works in two steps. A fast scan decodes and refuses at the first thing that is
// wrong; validator tags then check the shape. Only when either fails, a slow walk
// over the same bytes collects everything that is wrong, as JSON pointers.
package body

import (
	"fmt"
	"reflect"
	"strings"
	"sync"

	"github.com/go-playground/validator/v10"
)

// Bounds of one body.
const (
	// MaxDepth is how deep arrays and objects may nest.
	MaxDepth = 32
	// MaxFaults is how many faults one answer names.
	MaxFaults = 50
)

// Fault is one thing that is wrong with a body. Pointer is a JSON pointer
// (RFC 6901), Code one of the codes of this package.
type Fault struct {
	Pointer string
	Code    string
}

// InvalidError lists what is wrong with a body that is JSON.
type InvalidError struct{ Faults []Fault }

func (e *InvalidError) Error() string {
	s := make([]string, len(e.Faults))
	for i, f := range e.Faults {
		s[i] = f.Pointer + " " + f.Code
	}
	return "invalid body: " + strings.Join(s, ", ")
}

// SyntaxError says that a body is not JSON, and the byte at which that shows.
type SyntaxError struct{ Offset int64 }

func (e *SyntaxError) Error() string { return fmt.Sprintf("not JSON at byte %d", e.Offset) }

// Codes of the faults that the two steps find.
const (
	WrongType      = "wrong_type"
	NotInteger     = "not_integer"
	NumberTooLarge = "number_too_large"
	IsNull         = "null"
	UnknownField   = "unknown_field"
	DuplicateField = "duplicate_field"
	BadUTF8        = "bad_utf8"
	NulCharacter   = "nul_character"
	ControlChar    = "control_character"
	TooDeep        = "too_deep"
	Missing        = "missing"
	TooLong        = "too_long"
	TooShort       = "too_short"
	TooMany        = "too_many"
	TooFew         = "too_few"
	TooLarge       = "too_large"
	TooSmall       = "too_small"
	Negative       = "negative"
	NotAllowed     = "not_allowed"
	BadName        = "bad_name"
	BadPhone       = "bad_phone"
	BadDate        = "bad_date"
	BadDigest      = "bad_digest"
	BadUSCC        = "bad_uscc"
	BadURL         = "bad_url"
	UnknownRegion  = "unknown_region"
	UnknownItem    = "unknown_category"
)

// Codes lists every code, for the message catalogue's test.
func Codes() []string {
	return []string{
		WrongType, NotInteger, NumberTooLarge, IsNull, UnknownField, DuplicateField, BadUTF8,
		NulCharacter, ControlChar, TooDeep, Missing, TooLong, TooShort, TooMany, TooFew, TooLarge, TooSmall,
		Negative, NotAllowed, BadName, BadPhone, BadDate, BadDigest, BadUSCC, BadURL,
		UnknownRegion, UnknownItem,
	}
}

// Lists are the code lists that shape depends on.
type Lists struct {
	// Region and Category say whether a code exists.
	Region   func(code string) bool
	Category func(code string) bool
}

// Reader reads bodies. It may be used by many goroutines.
type Reader struct {
	check *validator.Validate
	plans sync.Map // reflect.Type -> *plan
}

// New returns a reader.
func New(lists Lists) *Reader { return &Reader{check: newValidator(lists)} }

// Read decodes raw into the struct that into points to and checks its shape.
// *SyntaxError, *InvalidError. raw may be changed afterwards.
func (r *Reader) Read(raw []byte, into any) error {
	v := reflect.ValueOf(into).Elem()
	p := r.plan(v.Type())
	if r.fast(raw, p, v) && r.check.Struct(into) == nil {
		return nil
	}
	v.SetZero()
	return r.slow(raw, p, v)
}

func (r *Reader) plan(t reflect.Type) *plan {
	if p, ok := r.plans.Load(t); ok {
		return p.(*plan)
	}
	p, _ := r.plans.LoadOrStore(t, compile(t))
	return p.(*plan)
}
