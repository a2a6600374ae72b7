package body

import (
	"fmt"
	"reflect"
	"strconv"
	"strings"
)

// form is what JSON a Go type is written as.
type form uint8

const (
	text form = iota
	integer
	boolean
	object
	list
	pointer
)

// plan is how one type is read, made once.
type plan struct {
	form   form
	typ    reflect.Type
	elem   *plan // of a list or pointer
	fields []field
}

// field is one member of an object. max bounds the elements of a list, 0 where the
// list has no bound.
type field struct {
	name string
	path []int
	plan *plan
	max  int
}

// maxFields is how many fields an object may have: duplicates are kept in one word.
const maxFields = 64

// compile makes the plan of a type. It panics for a type that no body has: that is
// a mistake of the program, found by its first test.
func compile(t reflect.Type) *plan {
	p := &plan{typ: t}
	switch t.Kind() {
	case reflect.String:
		p.form = text
	case reflect.Int, reflect.Int64:
		p.form = integer
	case reflect.Bool:
		p.form = boolean
	case reflect.Pointer:
		p.form, p.elem = pointer, compile(t.Elem())
	case reflect.Slice:
		p.form, p.elem = list, compile(t.Elem())
	case reflect.Struct:
		p.form, p.fields = object, fieldsOf(t, nil)
		if len(p.fields) > maxFields {
			panic(fmt.Sprintf("body: %s has more than %d fields", t, maxFields))
		}
	default:
		panic(fmt.Sprintf("body: no JSON form for %s", t))
	}
	return p
}

func fieldsOf(t reflect.Type, path []int) []field {
	var out []field
	for i := range t.NumField() {
		f := t.Field(i)
		at := append(append([]int(nil), path...), i)
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		switch {
		case f.Anonymous && name == "":
			out = append(out, fieldsOf(f.Type, at)...)
		case name != "-" && f.IsExported():
			out = append(out, field{name: name, path: at, plan: compile(f.Type), max: listMax(f)})
		}
	}
	return out
}

// listMax reads the bound of a list from its validate tag, so that a long list is
// refused before it is decoded.
func listMax(f reflect.StructField) int {
	if f.Type.Kind() != reflect.Slice {
		return 0
	}
	for tag := range strings.SplitSeq(f.Tag.Get("validate"), ",") {
		if tag == "dive" {
			break
		}
		if n, ok := strings.CutPrefix(tag, "max="); ok {
			max, _ := strconv.Atoi(n)
			return max
		}
	}
	return 0
}

// find returns the place of a field by its name, looking first where fields sent in
// the order of the document are met; -1 where there is none.
func (p *plan) find(name string, from int) int {
	for i := from; i < len(p.fields); i++ {
		if p.fields[i].name == name {
			return i
		}
	}
	for i := 0; i < from && i < len(p.fields); i++ {
		if p.fields[i].name == name {
			return i
		}
	}
	return -1
}

// of returns the field's value in v.
func (f *field) of(v reflect.Value) reflect.Value {
	for _, i := range f.path {
		v = v.Field(i)
	}
	return v
}
