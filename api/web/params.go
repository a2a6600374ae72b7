package web

import (
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"fangxin/domain/calendar"
	"fangxin/domain/complaint"
	"fangxin/domain/statute"
	"fangxin/projections/facet"
	"fangxin/projections/search"
)

// Bounds of what an address may ask for.
const (
	maxWords  = 200 // characters of a search
	maxCode   = 100 // bytes of an identifier or a code
	maxCursor = 300 // bytes
	maxTrail  = 8   // pages that can be walked back one by one
	maxQuery  = 4096
	pageSize  = 20
	maxPage   = 50
)

// trailMark stands between the cursors of a trail, trailCut where some were left out;
// no cursor holds the one or is the other.
const (
	trailMark = "~"
	trailCut  = "-"
)

// oldest is the parameter's word for the oldest first.
const oldest = "oldest"

// outcomes with which a native record can be public, in the order of the filter.
func outcomes() []complaint.Outcome {
	return []complaint.Outcome{
		complaint.OutcomeAgreement, complaint.OutcomeSettlement, complaint.OutcomePrior, complaint.OutcomeNoAgreement,
	}
}

// responses are the classes of the foreign source, in its own words.
func responses() []string {
	return []string{
		"Closed with explanation", "Closed with monetary relief", "Closed with non-monetary relief",
		"Closed", "Closed with relief", "Closed without relief", "In progress", "Untimely response",
	}
}

// narrowing lists the fields that an address may ask for, and exclude as not_<field>.
func narrowing() []search.Field {
	return []search.Field{
		search.Merchant, search.Region, search.Category, search.Outcome, search.Class, search.Band,
		search.Request, search.Kind, search.Issue, search.Ground, search.Office, search.Statement, search.Objection, search.Narrative,
	}
}

// asked is what an address of the register asks for.
type asked struct {
	Filter search.Filter
	Source string
	Words  string
	Order  search.Order
	Cursor string
	// Trail holds the cursors of the pages before this one, the second page's first.
	// A leading trailCut says that earlier ones were left out.
	Trail []string
	Limit int
}

// refused names the parameters that cannot be read.
type refused struct{ fields []string }

func (r *refused) Error() string { return "bad parameters: " + strings.Join(r.fields, ", ") }

// asking reads parameters and gathers the names of all bad ones.
type asking struct {
	values url.Values
	law    *statute.Catalogue
	bad    []string
}

func (k *asking) check(field string, ok bool) {
	if !ok && !slices.Contains(k.bad, field) {
		k.bad = append(k.bad, field)
	}
}

// ask reads the parameters of the register and names all bad ones at once.
func ask(v url.Values, law *statute.Catalogue) (asked, error) {
	k := &asking{values: v, law: law}
	a := asked{Limit: pageSize, Source: v.Get("source"), Cursor: v.Get("cursor")}
	if a.Source == "" {
		a.Source = native
	}
	k.check("source", a.Source == native || a.Source == cfpb)
	a.Filter = search.Filter{}.With(search.Source, a.Source)
	k.words(&a)
	k.choices(&a)
	k.days(&a.Filter)
	switch v.Get("order") {
	case "", "newest":
	case oldest:
		a.Order = search.Oldest
	default:
		k.check("order", false)
	}
	k.check("cursor", cursor(a.Cursor))
	if t := v.Get("trail"); t != "" {
		a.Trail = strings.Split(t, trailMark)
		k.check("trail", a.Cursor != "" && len(a.Trail) <= maxTrail+1 && !slices.ContainsFunc(a.Trail, func(s string) bool { return !cursor(s) }))
	}
	if l := v.Get("limit"); l != "" {
		n, ok := smallNumber(l)
		k.check("limit", ok && n >= 1 && n <= maxPage)
		a.Limit = n
	}
	if k.bad != nil {
		return asked{}, &refused{k.bad}
	}
	return a, nil
}

// words reads the query. A query that is no query names the parameter.
func (k *asking) words(a *asked) {
	a.Words = strings.Join(strings.Fields(k.values.Get("q")), " ")
	if len(k.values["q"]) > 1 || !clean(a.Words) || utf8.RuneCountInString(a.Words) > maxWords {
		k.check("q", false)
		return
	}
	var err error
	a.Filter.Query, err = search.Parse(a.Words, nil)
	k.check("q", err == nil)
}

// choices reads what is asked of each field, and what is excluded.
func (k *asking) choices(a *asked) {
	for _, f := range narrowing() {
		for _, not := range []bool{false, true} {
			name := string(f)
			if not {
				name = "not_" + name
			}
			var kept []string
			for _, v := range k.values[name] {
				if v = k.value(a, f, v); v != "" && !slices.Contains(kept, v) {
					kept = append(kept, v)
				}
			}
			k.check(name, len(kept) <= search.MaxValues)
			switch {
			case len(kept) == 0:
			case not:
				a.Filter = a.Filter.Without(f, kept...)
			default:
				a.Filter = a.Filter.With(f, kept...)
			}
		}
	}
}

// value brings a value into the form in which it is kept; what cannot be one names the
// parameter.
func (k *asking) value(a *asked, f search.Field, v string) string {
	v = strings.TrimSpace(v)
	if v == "" {
		return ""
	}
	ok := code(v)
	foreign := a.Source != native
	switch {
	case !ok:
	case f == search.Region && foreign:
		v = strings.ToUpper(v)
	case f == search.Region:
		v = facet.Division(v)
		_, ok = k.law.Regions().ByCode(division6(v))
	case f == search.Category && !foreign:
		ok = knownCategory(k.law, v)
	case f == search.Outcome && !foreign:
		ok = slices.Contains(outcomes(), complaint.Outcome(v))
	case f == search.Outcome:
		ok = slices.Contains(responses(), v)
	}
	if !ok {
		k.check(string(f), false)
		return ""
	}
	return v
}

// division6 writes leading digits of a division as its whole code, 1501 as 150100.
func division6(code string) string {
	if len(code) < 6 {
		code += strings.Repeat("0", 6-len(code))
	}
	return code
}

// knownCategory takes a category, goods or service, or one below the other.
func knownCategory(law *statute.Catalogue, v string) bool {
	kind, below, nested := strings.Cut(v, "•")
	if nested {
		v = below
	}
	if !nested || kind == "goods" || kind == "service" {
		if _, ok := law.Vocabulary().Category(v); ok {
			return true
		}
	}
	return !nested && (v == "goods" || v == "service")
}

// days reads the half-open interval [from, to).
func (k *asking) days(f *search.Filter) {
	for name, to := range map[string]*calendar.Date{"from": &f.From, "to": &f.To} {
		s := k.values.Get(name)
		if s == "" {
			continue
		}
		d, err := calendar.ParseDate(s)
		k.check(name, err == nil)
		*to = d
	}
	k.check("to", f.From == 0 || f.To == 0 || f.From < f.To)
}

// filtered says whether anything but the source narrows the list.
func (a asked) filtered() bool {
	return len(a.Filter.Choices) > 1 || a.Words != "" || a.Filter.From != 0 || a.Filter.To != 0
}

// first says whether this is the first page.
func (a asked) first() bool { return a.Cursor == "" }

func (a asked) start() asked {
	a.Cursor, a.Trail = "", nil
	return a
}

// next is the page after this one.
func (a asked) next(cursor string) asked {
	if a.Cursor != "" {
		a.Trail = append(slices.Clone(a.Trail), a.Cursor)
	}
	if len(a.Trail) > maxTrail {
		a.Trail = append([]string{trailCut}, a.Trail[len(a.Trail)-maxTrail+1:]...)
	}
	a.Cursor = cursor
	return a
}

// previous is the page before this one, if the trail leads there.
func (a asked) previous() (asked, bool) {
	if len(a.Trail) == 0 {
		return a.start(), true
	}
	last := len(a.Trail) - 1
	if a.Trail[last] == trailCut {
		return asked{}, false
	}
	a.Cursor, a.Trail = a.Trail[last], a.Trail[:last]
	return a, true
}

// pair is one parameter of an address.
type pair struct{ Name, Value string }

// choicePairs are the choices as parameters, in the order of the fields.
func (a asked) choicePairs() (p []pair) {
	for _, f := range narrowing() {
		c := a.Filter.Choices[f]
		for _, v := range c.In {
			p = append(p, pair{string(f), v})
		}
		for _, v := range c.Out {
			p = append(p, pair{"not_" + string(f), v})
		}
	}
	return p
}

// otherPairs are words, days, source and order as parameters.
func (a asked) otherPairs() (p []pair) {
	add := func(name, value string) {
		if value != "" {
			p = append(p, pair{name, value})
		}
	}
	add("q", a.Words)
	add("source", foreignOnly(a.Source))
	if a.Filter.From != 0 {
		add("from", a.Filter.From.String())
	}
	if a.Filter.To != 0 {
		add("to", a.Filter.To.String())
	}
	if a.Order == search.Oldest {
		add("order", oldest)
	}
	if a.Limit != pageSize {
		add("limit", strconv.Itoa(a.Limit))
	}
	return p
}

// pairs are the parameters that ask for the same again.
func (a asked) pairs() []string {
	var out []string
	for _, p := range append(a.otherPairs(), a.choicePairs()...) {
		out = append(out, p.Name, p.Value)
	}
	return append(out, "cursor", a.Cursor, "trail", strings.Join(a.Trail, trailMark))
}

// less is the same question without one value.
func (a asked) less(drop pair) []string {
	var out []string
	for _, p := range append(a.otherPairs(), a.choicePairs()...) {
		if p != drop {
			out = append(out, p.Name, p.Value)
		}
	}
	return out
}

func (a asked) foreignSource() string { return foreignOnly(a.Source) }

// foreignOnly leaves the default source out of addresses.
func foreignOnly(source string) string {
	if source == native {
		return ""
	}
	return source
}

// clean refuses broken UTF-8 and control characters.
func clean(s string) bool {
	return utf8.ValidString(s) && !strings.ContainsFunc(s, unicode.IsControl)
}

func code(s string) bool { return len(s) <= maxCode && clean(s) }

func cursor(s string) bool {
	return len(s) <= maxCursor && clean(s) && !strings.Contains(s, trailMark)
}

func smallNumber(s string) (int, bool) {
	if len(s) > 3 {
		return 0, false
	}
	return digits(s)
}
