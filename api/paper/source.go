package paper

import (
	"fmt"
	"reflect"
	"strings"
	"time"

	"fangxin/domain/calendar"
	"fangxin/domain/statute"
	"fangxin/domain/usecase"
)

// source is a path into Facts that was found once, when the printer was made.
type source struct {
	rule  string // of a clock, or empty
	steps []int
}

// sourceOf finds a path of names as JSON has them, and checks that what is there can
// be written as the kind.
func sourceOf(path string, kind statute.FieldKind) (source, error) {
	var s source
	at, names := reflect.TypeFor[Facts](), strings.Split(path, ".")
	if rest, ok := strings.CutPrefix(path, "clock."); ok {
		cut := strings.LastIndexByte(rest, '.')
		if cut < 1 {
			return s, fmt.Errorf("source %q names no field of a clock", path)
		}
		s.rule, names, at = rest[:cut], []string{rest[cut+1:]}, reflect.TypeFor[usecase.ClockView]()
	}
	for _, name := range names {
		if at.Kind() == reflect.Pointer {
			at = at.Elem()
		}
		step, ok := fieldNamed(at, name)
		if !ok {
			return s, fmt.Errorf("source %q: nothing is called %q", path, name)
		}
		s.steps, at = append(s.steps, step), at.Field(step).Type
	}
	if !fits(at, kind) {
		return s, fmt.Errorf("source %q is a %s, not %s", path, at, kind)
	}
	return s, nil
}

func fieldNamed(at reflect.Type, name string) (int, bool) {
	if at.Kind() != reflect.Struct {
		return 0, false
	}
	for i := range at.NumField() {
		tag, _, _ := strings.Cut(at.Field(i).Tag.Get("json"), ",")
		if tag == name {
			return i, true
		}
	}
	return 0, false
}

func fits(at reflect.Type, kind statute.FieldKind) bool {
	switch kind {
	case statute.FieldDate:
		return at == reflect.TypeFor[calendar.Date]() || at == reflect.TypeFor[time.Time]()
	case statute.FieldYesNo:
		return at.Kind() == reflect.Bool
	case statute.FieldFen:
		return at.Kind() == reflect.Int64 && at != reflect.TypeFor[calendar.Date]()
	case statute.FieldNumber:
		return at.Kind() == reflect.Int
	case statute.FieldCount:
		return at.Kind() == reflect.Slice
	case statute.FieldWords:
		return at == reflect.TypeFor[[]string]()
	case statute.FieldRequests:
		return at == reflect.TypeFor[[]usecase.RequestView]()
	}
	return at.Kind() == reflect.String
}

// of returns what stands at the path, or nil where a part on the way is absent.
func (s source) of(f Facts) any {
	at := reflect.ValueOf(f)
	if s.rule != "" {
		c, ok := f.clock(s.rule)
		if !ok {
			return nil
		}
		at = reflect.ValueOf(c)
	}
	for _, step := range s.steps {
		if at.Kind() == reflect.Pointer {
			if at.IsNil() {
				return nil
			}
			at = at.Elem()
		}
		at = at.Field(step)
	}
	return at.Interface()
}
