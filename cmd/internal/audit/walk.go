package audit

import (
	"reflect"
	"strconv"
	"strings"

	"fangxin/domain/complaint"
	"fangxin/domain/sealed"
	"fangxin/domain/usecase"
)

// field is where a sealed value stands in the program's types.
type field struct {
	owner reflect.Type
	index int
}

// visitor is told of the values inside an event, each with its JSON pointer
// (RFC 6901).
type visitor struct {
	sealed func(owner field, pointer string, v *sealed.Value) error
	clock  func(pointer string, c *complaint.Clock) error
}

// walker finds sealed values and clocks inside events. It belongs to one goroutine.
type walker struct {
	holds map[reflect.Type]bool
	all   []string
	hints map[field]string
	order []string
}

func newWalker() *walker {
	return &walker{holds: map[reflect.Type]bool{}, all: usecase.SealedFields(), hints: map[field]string{}}
}

// names lists the names a value may be sealed under, the one that fitted last first.
func (w *walker) names(of field) []string {
	hint, ok := w.hints[of]
	if !ok {
		return w.all
	}
	w.order = append(w.order[:0], hint)
	for _, name := range w.all {
		if name != hint {
			w.order = append(w.order, name)
		}
	}
	return w.order
}

func (w *walker) walk(event any, v visitor) error {
	return w.visit(reflect.ValueOf(event), field{}, nil, v)
}

func (w *walker) visit(at reflect.Value, owner field, path []string, v visitor) error {
	if !w.worth(at.Type()) {
		return nil
	}
	switch at.Kind() {
	case reflect.Pointer, reflect.Interface:
		if at.IsNil() {
			return nil
		}
		return w.visit(at.Elem(), owner, path, v)
	case reflect.Slice, reflect.Array:
		for i := range at.Len() {
			if err := w.visit(at.Index(i), owner, append(path, strconv.Itoa(i)), v); err != nil {
				return err
			}
		}
		return nil
	case reflect.Struct:
		return w.visitStruct(at, owner, path, v)
	}
	return nil
}

func (w *walker) visitStruct(at reflect.Value, owner field, path []string, v visitor) error {
	switch x := at.Addr().Interface().(type) {
	case *sealed.Value:
		return v.sealed(owner, pointerOf(path), x)
	case *complaint.Clock:
		return v.clock(pointerOf(path), x)
	}
	t := at.Type()
	for i := range t.NumField() {
		f := t.Field(i)
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		if !f.IsExported() || name == "-" {
			continue
		}
		below := path
		if !f.Anonymous || name != "" {
			below = append(path, name)
		}
		if err := w.visit(at.Field(i), field{t, i}, below, v); err != nil {
			return err
		}
	}
	return nil
}

func pointerOf(path []string) string { return "/" + strings.Join(path, "/") }

// worth says whether a value of the type can hold what is looked for.
func (w *walker) worth(t reflect.Type) bool {
	if known, ok := w.holds[t]; ok {
		return known
	}
	w.holds[t] = false // a type that holds itself adds nothing
	holds := false
	switch t.Kind() {
	case reflect.Pointer, reflect.Slice, reflect.Array:
		holds = w.worth(t.Elem())
	case reflect.Struct:
		holds = t == reflect.TypeFor[sealed.Value]() || t == reflect.TypeFor[complaint.Clock]()
		for i := 0; i < t.NumField() && !holds; i++ {
			holds = t.Field(i).IsExported() && w.worth(t.Field(i).Type)
		}
	}
	w.holds[t] = holds
	return holds
}
