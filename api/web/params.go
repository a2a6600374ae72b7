package web

import (
	"net/url"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"fangxin/domain/complaint"
	"fangxin/domain/statute"
)

// Bounds of what an address may ask for.
const (
	maxWords  = 100 // characters of a search
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

// asked is what an address of the register asks for.
type asked struct {
	Filter
	Cursor string
	// Trail holds the cursors of the pages before this one, the second page's first.
	// A leading trailCut says that earlier ones were left out.
	Trail []string
	Limit int
}

// refused names the parameters that cannot be read.
type refused struct{ fields []string }

func (r *refused) Error() string { return "bad parameters: " + strings.Join(r.fields, ", ") }

// ask reads the parameters of the register and names all bad ones at once.
func ask(v url.Values, law *statute.Catalogue) (asked, error) {
	a := asked{Limit: pageSize}
	var bad []string
	check := func(field string, ok bool) {
		if !ok {
			bad = append(bad, field)
		}
	}
	a.Words = strings.Join(strings.Fields(v.Get("q")), " ")
	check("q", len(v["q"]) < 2 && clean(a.Words) && utf8.RuneCountInString(a.Words) <= maxWords)
	a.Source, a.Merchant, a.Region = v.Get("source"), v.Get("merchant"), v.Get("region")
	a.Category, a.Outcome, a.Cursor = v.Get("category"), v.Get("outcome"), v.Get("cursor")
	if a.Source == "" {
		a.Source = native
	}
	check("source", a.Source == native || a.Source == cfpb)
	check("merchant", code(a.Merchant))
	check("region", a.Region == "" || a.knownRegion(law))
	check("category", a.Category == "" || a.knownCategory(law))
	check("outcome", a.Outcome == "" || a.knownOutcome())
	check("cursor", cursor(a.Cursor))
	if t := v.Get("trail"); t != "" {
		a.Trail = strings.Split(t, trailMark)
		check("trail", a.Cursor != "" && len(a.Trail) <= maxTrail+1 && !slices.ContainsFunc(a.Trail, func(s string) bool { return !cursor(s) }))
	}
	if l := v.Get("limit"); l != "" {
		n, ok := smallNumber(l)
		check("limit", ok && n >= 1 && n <= maxPage)
		a.Limit = n
	}
	if bad != nil {
		return asked{}, &refused{bad}
	}
	return a, nil
}

func (a *asked) foreign() bool { return a.Source != native }

func (a *asked) knownRegion(law *statute.Catalogue) bool {
	if a.foreign() {
		a.Region = strings.ToUpper(strings.TrimSpace(a.Region))
		return code(a.Region)
	}
	_, ok := law.Regions().ByCode(a.Region)
	return ok
}

func (a *asked) knownCategory(law *statute.Catalogue) bool {
	if a.foreign() {
		return code(a.Category)
	}
	_, ok := law.Vocabulary().Category(a.Category)
	return ok
}

func (a *asked) knownOutcome() bool {
	if a.foreign() {
		return slices.Contains(responses(), a.Outcome)
	}
	return slices.Contains(outcomes(), complaint.Outcome(a.Outcome))
}

// filtered says whether anything but the source narrows the list.
func (a asked) filtered() bool {
	f := a.Filter
	f.Source = ""
	return f != Filter{}
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

// pairs are the parameters that ask for the same again.
func (a asked) pairs() []string {
	p := []string{"q", a.Words, "source", foreignOnly(a.Source), "merchant", a.Merchant, "region", a.Region,
		"category", a.Category, "outcome", a.Outcome, "cursor", a.Cursor, "trail", strings.Join(a.Trail, trailMark)}
	if a.Limit != pageSize {
		p = append(p, "limit", grouped(int64(a.Limit)))
	}
	return p
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
	n := 0
	for _, b := range []byte(s) {
		if b < '0' || b > '9' {
			return 0, false
		}
		n = n*10 + int(b-'0')
	}
	return n, true
}
