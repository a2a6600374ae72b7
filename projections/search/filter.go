// Package search asks the public register: by what a record has and what it has not,
// by days, and by words in Chinese and Latin script. It reads what the projection of
// the register (package disclosure) wrote; every answer stands at one place in the log.
//
// Find gives pages without a limit of depth, Facets how many records each further
// choice would leave, Suggest merchants by the beginning of their names, Changes and
// Withdrawn what became of records, Walk all of a filter's records one after another.
package search

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"fangxin/domain/calendar"
	"fangxin/projections/disclosure"
)

// Field is something by which the register is narrowed.
type Field = disclosure.Field

// Fields.
const (
	Source    = disclosure.BySource
	Merchant  = disclosure.ByMerchant
	Region    = disclosure.ByRegion
	Category  = disclosure.ByCategory
	Outcome   = disclosure.ByOutcome
	Kind      = disclosure.ByKind
	Class     = disclosure.ByClass
	Band      = disclosure.ByBand
	Request   = disclosure.ByRequest
	Office    = disclosure.ByOffice
	Ground    = disclosure.ByGround
	Issue     = disclosure.ByIssue
	Statement = disclosure.ByStatement
	Objection = disclosure.ByObjection
	Narrative = disclosure.ByNarrative
)

// Choice is what is asked of a field: one of In, where there is any, and none of Out.
type Choice struct{ In, Out []string }

// MaxValues bounds the values of one field, In and Out each.
const MaxValues = 10

// Filter narrows the register. Without a word on the source it is that of the native
// records.
type Filter struct {
	// Choices by field; all of them hold at once.
	Choices map[Field]Choice
	// From and To bound the day of publication in Asia/Shanghai, of a foreign record
	// the day on which its source received the case: from the beginning of From to the
	// beginning of To, [From, To). Zero is no bound.
	From, To calendar.Date
	Query    Query
}

// With returns the filter that also asks for one of the values.
func (f Filter) With(field Field, values ...string) Filter {
	c := f.chosen(field)
	c.In = append(slices.Clone(c.In), values...)
	return f.choosing(field, c)
}

// Without returns the filter that also excludes the values.
func (f Filter) Without(field Field, values ...string) Filter {
	c := f.chosen(field)
	c.Out = append(slices.Clone(c.Out), values...)
	return f.choosing(field, c)
}

// Free returns the filter without a word on the field.
func (f Filter) Free(field Field) Filter {
	choices := maps.Clone(f.Choices)
	delete(choices, field)
	f.Choices = choices
	return f
}

func (f Filter) choosing(field Field, c Choice) Filter {
	choices := maps.Clone(f.Choices)
	if choices == nil {
		choices = map[Field]Choice{}
	}
	choices[field] = c
	f.Choices = choices
	return f
}

// named lists the fields that the filter speaks of, by name.
func (f *Filter) named() []Field {
	if len(f.Choices) == 0 {
		return nil
	}
	out := make([]Field, 0, len(f.Choices))
	for field, c := range f.Choices {
		if len(c.In)+len(c.Out) > 0 {
			out = append(out, field)
		}
	}
	slices.Sort(out)
	return out
}

func (f Filter) chosen(field Field) Choice { return f.Choices[field] }

// String writes the filter in one form: the order in which values were given makes no
// difference.
func (f Filter) String() string {
	var b strings.Builder
	b.Grow(64)
	for _, field := range f.named() {
		c := f.chosen(field)
		writeValues(&b, string(field), field, c.In)
		writeValues(&b, "not_"+string(field), field, c.Out)
	}
	if f.From != 0 {
		fmt.Fprintf(&b, "from=%s;", f.From)
	}
	if f.To != 0 {
		fmt.Fprintf(&b, "to=%s;", f.To)
	}
	if !f.Query.Empty() {
		b.WriteString("q=" + strconv.Quote(f.Query.String()) + ";")
	}
	return b.String()
}

func writeValues(b *strings.Builder, name string, field Field, values []string) {
	if len(values) == 0 {
		return
	}
	kept := make([]string, len(values))
	for i, v := range values {
		kept[i] = field.Value(v)
	}
	slices.Sort(kept)
	for _, v := range slices.Compact(kept) {
		b.WriteString(name + "=" + strconv.Quote(v) + ";")
	}
}

// mark tells the cursors of one question from those of another.
func mark(question string) string {
	sum := sha256.Sum256([]byte(question))
	return hex.EncodeToString(sum[:markLength/2])
}

const markLength = 12
