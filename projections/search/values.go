package search

import (
	"errors"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"fangxin/domain/calendar"
	"fangxin/domain/statute"
	"fangxin/projections/disclosure"
)

// Fault is a parameter that is no part of a filter.
type Fault struct{ Name, Code string }

// Codes of Fault beside those of SyntaxError.
const (
	BadValue   = "bad_value"
	BadDate    = "bad_date"
	TooMany    = "too_many_values"
	Repeated   = "repeated_parameter"
	EmptyRange = "empty_range" // To is not behind From
)

// maxValue bounds one value, in bytes.
const maxValue = 200

// Not begins the name of a parameter that excludes.
const Not = "not_"

// Parameters lists the names of the parameters of a filter: each field, each field
// excluded, from, to and q.
func Parameters() []string {
	var out []string
	for _, f := range disclosure.Fields() {
		out = append(out, string(f), Not+string(f))
	}
	return append(out, "from", "to", "q")
}

// Read reads a filter from the parameters of an address and names every one that is
// wrong; others than Parameters are not looked at. A field may be given several times:
// one of its values is enough.
func Read(values map[string][]string, l *Lexicon) (Filter, []Fault) {
	r := reader{values: values}
	var f Filter
	for _, field := range disclosure.Fields() {
		if in := r.list(field, string(field)); len(in) > 0 {
			f = f.With(field, in...)
		}
		if out := r.list(field, Not+string(field)); len(out) > 0 {
			f = f.Without(field, out...)
		}
	}
	f.From, f.To = r.date("from"), r.date("to")
	if f.To != 0 && f.From >= f.To {
		r.fault("to", EmptyRange)
	}
	var bad *SyntaxError
	var err error
	if f.Query, err = Parse(r.single("q"), l); errors.As(err, &bad) {
		r.fault("q", bad.Code)
	}
	return f, r.faults
}

// Values writes a filter as the parameters of an address: Read of them is the same
// filter.
func (f Filter) Values() map[string][]string {
	out := map[string][]string{}
	for _, field := range disclosure.Fields() {
		c := f.chosen(field)
		for name, list := range map[string][]string{string(field): c.In, Not + string(field): c.Out} {
			if len(list) > 0 {
				out[name] = slices.Compact(slices.Sorted(slices.Values(list)))
			}
		}
	}
	for name, d := range map[string]calendar.Date{"from": f.From, "to": f.To} {
		if d != 0 {
			out[name] = []string{d.String()}
		}
	}
	if !f.Query.Empty() {
		out["q"] = []string{f.Query.String()}
	}
	return out
}

type reader struct {
	values map[string][]string
	faults []Fault
}

func (r *reader) fault(name, code string) { r.faults = append(r.faults, Fault{name, code}) }

func (r *reader) list(field Field, name string) []string {
	var out []string
	for _, v := range r.values[name] {
		switch {
		case v == "":
			continue
		case len(v) > maxValue || !clean(v):
			r.fault(name, BadValue)
			return nil
		case (field == Statement || field == Narrative) && v != disclosure.Yes && v != disclosure.No:
			r.fault(name, BadValue)
			return nil
		}
		out = append(out, v)
	}
	if len(out) > MaxValues {
		r.fault(name, TooMany)
		return nil
	}
	return out
}

func (r *reader) single(name string) string {
	switch v := r.values[name]; {
	case len(v) == 0:
		return ""
	case len(v) > 1:
		r.fault(name, Repeated)
		return ""
	case len(v[0]) <= MaxQuery && !clean(v[0]):
		r.fault(name, BadValue)
		return ""
	default:
		return v[0]
	}
}

func clean(s string) bool {
	return utf8.ValidString(s) && !strings.ContainsFunc(s, unicode.IsControl)
}

func (r *reader) date(name string) calendar.Date {
	v := r.single(name)
	if v == "" {
		return 0
	}
	d, err := calendar.ParseDate(v)
	if err != nil {
		r.fault(name, BadDate)
	}
	return d
}

// CategoryNames is the lexicon of the law's categories of goods and services.
func CategoryNames(list []statute.Word) *Lexicon {
	names := map[string][]string{}
	for _, w := range list {
		names[w.Code] = []string{w.ZH, w.EN}
	}
	return NewLexicon(names)
}
