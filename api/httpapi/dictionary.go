package httpapi

import (
	"net/http"
	"slices"

	"fangxin/domain/statute"
	"fangxin/projections/disclosure"
	"fangxin/projections/search"

	"github.com/labstack/echo/v4"
)

// dictionary is the data dictionary of the register as data: what columns, parameters
// and codes mean.
type dictionary struct {
	Columns    []term `json:"columns"`
	Parameters []term `json:"parameters"`
	// Rules hold for all files.
	Rules  []saying `json:"rules"`
	Notice notice   `json:"notice"`
}

// saying is a text by language.
type saying map[string]string

// term is one column or parameter. Excludes names the parameter that takes its values
// out. Codes are those that the law and this program know; other sources have their own.
type term struct {
	Name     string   `json:"name"`
	Type     string   `json:"type"`
	Excludes string   `json:"excludes,omitempty"`
	Text     saying   `json:"text"`
	Codes    []coding `json:"codes,omitempty"`
}

type coding struct {
	Code string `json:"code"`
	Text saying `json:"text"`
}

func (s *surface) says(key string) saying {
	out := saying{}
	for lang, w := range s.sheets {
		out[string(lang)] = w.Say(key)
	}
	return out
}

// dictionary answers what everything means.
func (s *surface) dictionary(c echo.Context) error {
	q := queryOf(c)
	name, all := q.text("term"), s.terms()
	other := func(t term) bool { return t.Name != name }
	if name != "" && !slices.ContainsFunc(slices.Concat(all.Columns, all.Parameters), func(t term) bool { return t.Name == name }) {
		q.fault("term", "unknown_code")
	}
	if err := q.err(); err != nil {
		return err
	}
	if name != "" {
		all.Columns, all.Parameters = slices.DeleteFunc(all.Columns, other), slices.DeleteFunc(all.Parameters, other)
	}
	public(c)
	return answer(c, http.StatusOK, all)
}

func (s *surface) terms() dictionary {
	out := dictionary{Columns: []term{}, Parameters: []term{}, Notice: s.notice(search.Filter{})}
	for _, col := range registerColumns() {
		out.Columns = append(out.Columns, term{
			Name: col.Name, Type: columnType(col.Name), Text: s.says("column." + col.Name), Codes: s.coded(search.Field(col.Name)),
		})
	}
	for _, f := range disclosure.Fields() {
		out.Parameters = append(out.Parameters, term{
			Name: string(f), Type: "code", Excludes: search.Not + string(f), Text: s.says("parameter." + string(f)), Codes: s.coded(f),
		})
	}
	for _, p := range []term{{Name: "from", Type: "date"}, {Name: "to", Type: "date"}, {Name: "q", Type: "text"}, {Name: "order", Type: "code"}} {
		p.Text = s.says("parameter." + p.Name)
		out.Parameters = append(out.Parameters, p)
	}
	for _, rule := range []string{"encoding", "formula", "list", "days", "hash", "changes"} {
		out.Rules = append(out.Rules, s.says("file."+rule))
	}
	return out
}

// columnType is what the cells of a column are.
func columnType(name string) string {
	switch name {
	case "filed_on", "ended_on", "published_on", "until", "corrected_on", "received_on", "sent_on":
		return "date"
	case "days":
		return "integer"
	case "requests", "notes":
		return "list"
	}
	return "text"
}

// coded are the codes of a field with their names.
func (s *surface) coded(f search.Field) []coding {
	v := s.Law.Vocabulary()
	switch f {
	case search.Category:
		return s.worded(v.Categories)
	case search.Request:
		return s.worded(v.RequestKinds)
	case search.Region:
		var out []coding
		for _, r := range s.Law.Regions().All() {
			out = append(out, coding{Code: r.Code, Text: saying{"zh-CN": r.Name}})
		}
		return out
	case "notes":
		var out []coding
		for _, code := range publicNotes() {
			out = append(out, coding{Code: code, Text: s.says("notes." + code)})
		}
		return out
	case search.Source, search.Kind, search.Outcome, search.Class, search.Statement, search.Objection, search.Narrative:
		var out []coding
		for _, code := range s.codesOf(f) {
			out = append(out, coding{Code: code, Text: s.says(listOf(f) + "." + code)})
		}
		return out
	}
	return nil
}

// listOf names the list of words of a field's codes.
func listOf(f search.Field) string {
	if slices.Contains([]search.Field{search.Statement, search.Narrative}, f) {
		return "answer"
	}
	return string(f)
}

func (s *surface) worded(list []statute.Word) []coding {
	var out []coding
	for _, w := range list {
		out = append(out, coding{Code: w.Code, Text: saying{"zh-CN": w.ZH, "en": w.EN}})
	}
	return out
}
