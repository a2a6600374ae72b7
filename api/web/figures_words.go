package web

import (
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"fangxin/domain/statute"
	"fangxin/projections/facet"
	"fangxin/projections/responsetime"
)

// source of what the page shows.
func (p *page) source() string {
	if p.foreign {
		return cfpb
	}
	return native
}

// made says of how many cases a figure was made, and of which part of them.
func (p *page) made(t *total) string {
	f := &t.Figure
	switch t.Metric.Kind {
	case responsetime.KindShare:
		return p.T("figure.of", "n", grouped(max(0, f.Numerator)), "d", grouped(max(0, f.Denominator)))
	case responsetime.KindGrowth:
		return p.T("figure.from", "n", grouped(max(0, f.Numerator)), "d", grouped(max(0, f.Denominator)))
	}
	return p.N("figure.cases", max(0, f.N))
}

// shadeName says what a shade of the tiles stands for.
func (p *page) shadeName(step int) string {
	b := shades()
	switch {
	case step <= 1:
		return p.T("shade.upto", "n", strconv.Itoa(b[0]))
	case step > len(b):
		return p.T("shade.over", "n", strconv.Itoa(b[len(b)-1]))
	}
	return p.T("shade.between", "lo", strconv.Itoa(b[step-2]+1), "hi", strconv.Itoa(b[step-1]))
}

func (p *page) regionURL(r statute.Region) templ.SafeURL {
	if r.Level == statute.Province {
		return p.URL("/regions")
	}
	return p.URL("/regions/" + facet.Division(r.Code))
}

// nameLang is the language in which a division is named.
func (p *page) nameLang(r statute.Region) string {
	if p.has("region." + r.Code) {
		return p.lang
	}
	return chinese
}

// recordSubject says what a record is about.
func (p *page) recordSubject(r *Record) string {
	if r.Foreign != nil {
		return r.Foreign.Product
	}
	return p.Category(r.Category)
}

// caseCode names what a case counted as, or why it was left out.
func (p *page) caseCode(m *responsetime.Metric, code string) string {
	switch {
	case code == "":
		return p.T("chart.none")
	case p.has("reason." + code):
		return p.T("reason." + code)
	}
	return p.PartName(m, code)
}

// caseValue writes what one case brought into a figure.
func (p *page) caseValue(m *responsetime.Metric, v *int64) string {
	switch {
	case v == nil:
		return p.T("chart.none")
	case m.Unit == responsetime.UnitFen:
		return p.Money(max(0, *v))
	case m.Unit == responsetime.UnitCalendarDay || m.Unit == responsetime.UnitWorkingDay:
		return p.N("days", max(0, *v))
	}
	return grouped(max(0, *v))
}

// sourceName names where a definition is from, with the place in it.
func (p *page) sourceName(s string) string {
	name, place, _ := strings.Cut(s, " ")
	return strings.TrimSpace(p.Name("definition.", strings.ToLower(name)) + " " + place)
}

// columns of the register's files that are explained on the page; the interface lists
// all.
func columns() []string {
	return []string{
		"id", "merchant_id", "merchant_name", "merchant_uscc", "merchant_store", "region", "category", "kind", "requests",
		"band", "outcome", "ground", "class", "filed_on", "ended_on", "days", "office", "summary", "statement", "objection",
		"published_on", "until", "corrected_on", "policy",
	}
}

// road is an address for programs.
type road struct{ Path, Key string }

func roads() []road {
	const base = "/api/v1/public/"
	return []road{
		{"/openapi.yaml", "openapi"}, {base + "disclosures", "list"}, {base + "disclosures.zip", "zip"},
		{base + "disclosures.manifest", "manifest"}, {base + "facets", "facets"}, {base + "changes", "changes"},
		{base + "withdrawn", "withdrawn"}, {base + "dictionary", "dictionary"}, {base + "metrics", "metrics"},
	}
}

// categoryCodes lists the codes of goods and services with their names.
func (p *page) categoryCodes() (out []pair) {
	for _, w := range p.site.law.Vocabulary().Categories {
		out = append(out, pair{w.Code, p.Law(w.Text)})
	}
	return out
}

func (p *page) outcomeCodes() (out []pair) {
	for _, o := range outcomes() {
		out = append(out, pair{string(o), p.T("outcome." + string(o))})
	}
	return out
}
