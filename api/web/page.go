package web

import (
	"net/url"
	"strings"

	"github.com/a-h/templ"

	"fangxin/domain/calendar"
	"fangxin/domain/statute"
)

// page is what every template knows: the language, the address and the standing line.
type page struct {
	*messages
	site    *Site
	other   *messages // the language that the switch leads to
	pinned  bool
	path    string
	query   url.Values
	nav     string // which entry of the navigation is the current one
	title   string
	today   calendar.Date
	foreign bool     // the page shows foreign data
	covered *Covered // nil where it is not known
	// offers loads the script that offers names while one is typed.
	offers bool
	// hidden keeps the page out of search engines.
	hidden bool
}

// Title is the text of the title element.
func (p *page) Title() string { return p.T("site.title", "page", plain(p.title)) }

// URL makes a link from a path and pairs of parameters; empty ones are left out. It
// keeps the language where the address named it.
func (p *page) URL(path string, pairs ...string) templ.SafeURL {
	v := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i+1] != "" {
			v.Add(pairs[i], pairs[i+1])
		}
	}
	if p.pinned {
		v.Set("lang", p.lang)
	}
	return address(path, v)
}

// Switch leads to this page in the other language.
func (p *page) Switch() templ.SafeURL {
	v := url.Values{}
	for k, s := range p.query {
		v[k] = s
	}
	v.Set("lang", p.other.lang)
	return address(p.path, v)
}

func (p *page) record(id string) templ.SafeURL { return p.URL("/register/" + url.PathEscape(id)) }
func (p *page) merchant(id string) templ.SafeURL {
	return p.URL("/merchants/" + url.PathEscape(id))
}

// address is safe by its making: own paths with escaped parameters.
func address(path string, v url.Values) templ.SafeURL {
	if len(v) == 0 {
		return templ.SafeURL(path)
	}
	return templ.SafeURL(path + "?" + v.Encode())
}

// Name of a merchant as it may be shown.
func (p *page) MerchantName(m MerchantName) string {
	switch {
	case m.Name != "":
		return m.Name
	case m.Person:
		return p.T("person.name")
	}
	return p.T("merchant.unnamed")
}

// Word names a code of a closed list of the law.
func (p *page) Word(list []statute.Word, code string) string {
	if code == "" {
		return p.T("none")
	}
	w, ok := statute.Find(list, code)
	if !ok {
		return code
	}
	return p.Law(w.Text)
}

// Law picks the language of a text of the law.
func (p *page) Law(t statute.Text) string {
	if p.lang == english {
		return t.EN
	}
	return t.ZH
}

func (p *page) Category(code string) string {
	return p.Word(p.site.law.Vocabulary().Categories, code)
}

// knows says whether a category has a name; other systems have codes of their own.
func (p *page) knows(category string) bool {
	_, ok := p.site.law.Vocabulary().Category(category)
	return ok
}

// Requests lists what the consumer asked for.
func (p *page) Requests(codes []string) string {
	names := make([]string, len(codes))
	for i, c := range codes {
		names[i] = p.Word(p.site.law.Vocabulary().RequestKinds, c)
	}
	return strings.Join(names, p.T("list.separator"))
}

// Ground names a ground by the newest rule set that has it.
func (p *page) Ground(code string) string {
	sets := p.site.law.RuleSets()
	for i := len(sets) - 1; i >= 0; i-- {
		if g, ok := sets[i].GroundFor(code); ok {
			return p.Law(g.Title)
		}
	}
	return code
}

// Region names a division with the one above it, for instance 呼和浩特市新城区. The
// region itself and its leagues and cities (盟市) have English names too.
func (p *page) Region(code string) string {
	regions := p.site.law.Regions()
	r, ok := regions.ByCode(division6(code))
	if !ok {
		return p.Name("", code)
	}
	above, ok := regions.Parent(r.Code)
	switch {
	case !ok || r.Level != statute.County:
		return p.division(r)
	case p.lang == english:
		return r.Name + ", " + p.division(above)
	}
	return above.Name + r.Name
}

// county names a county or banner and the league or city above it.
func (p *page) county(code string) (city, county string, ok bool) {
	r, found := p.site.law.Regions().ByCode(division6(code))
	above, ok := p.site.law.Regions().Parent(r.Code)
	if !found || !ok || r.Level != statute.County {
		return "", "", false
	}
	return p.division(above), r.Name, true
}

// division names one division by itself.
func (p *page) division(r statute.Region) string {
	if key := "region." + r.Code; p.has(key) {
		return p.T(key)
	}
	return r.Name
}

// Office names the publishing office, given as a division and a unit of it.
func (p *page) Office(code string) string {
	division, unit, _ := strings.Cut(code, "/")
	if _, ok := p.site.law.Regions().ByCode(division); ok {
		division = p.T("record.office.of", "division", p.Region(division))
	}
	return strings.TrimSpace(division + " " + unit)
}

// Policy names a policy by its version.
func (p *page) Policy(version string) string {
	if d, ok := p.site.law.Policy(version); ok {
		return p.Law(d.Title)
	}
	return ""
}

// Band writes a band of money.
func (p *page) Band(b Band) string {
	switch {
	case !b.Known:
		return p.T("none")
	case b.To == 0:
		return p.T("band.above", "from", p.Money(b.From))
	case b.From == 0:
		return p.T("band.below", "to", p.Money(b.To))
	}
	return p.T("band.range", "from", p.Money(b.From), "to", p.Money(b.To))
}

// Response names a company's response of the foreign source in our words.
func (p *page) Response(stated string) string {
	code := strings.ReplaceAll(strings.ToLower(strings.TrimSpace(stated)), " ", "_")
	if code == "" {
		code = "none"
	}
	if key := "foreign.response." + code; p.has(key) {
		return p.T(key)
	}
	return stated
}

// period is the part of the standing line that says what time the records cover.
func (p *page) period(c Covered) string {
	if c.First.IsZero() {
		return p.T("standing.period.none")
	}
	key := "standing.period"
	if p.foreign {
		key = "standing.period.foreign"
	}
	return p.T(key, "from", p.Date(c.First), "to", p.Date(c.Last))
}

// plain takes control and direction characters out of a text that stands where
// markup cannot isolate it, such as a title.
func plain(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r < ' ', r == 0x7f, r >= 0x200e && r <= 0x200f, r >= 0x202a && r <= 0x202e, r >= 0x2066 && r <= 0x2069:
			return -1
		}
		return r
	}, s)
}
