package httpapi

import (
	"net/url"
	"slices"

	"fangxin/api/export"
	"fangxin/api/problem"
	"fangxin/domain/es"
	"fangxin/projections/disclosure"
	"fangxin/projections/search"
)

// notice are the standing sentences of the register, by language.
type notice map[string][]string

// notice says what a question covers.
func (s *surface) notice(f search.Filter) notice {
	cover := export.Cover{From: f.From, To: f.To, AsOf: s.today()}
	out := notice{}
	for lang, w := range s.sheets {
		out[string(lang)] = w.Notice(cover)
	}
	return out
}

func (s *surface) manifestOf(a asked, rows account, files ...export.File) export.Manifest {
	order := "newest"
	if a.order == search.Oldest {
		order = "oldest"
	}
	filter := a.filter.Values()
	if len(filter[string(search.Source)])+len(filter[search.Not+string(search.Source)]) == 0 {
		filter[string(search.Source)] = []string{disclosure.SourceNative}
	}
	slices.Sort(rows.policies)
	m := export.Manifest{
		Filter: filter, Order: order, AsOf: s.today(), Position: rows.from, Rows: rows.n, First: rows.first, Last: rows.last,
		Policies: rows.policies, Files: files, Notice: s.notice(a.filter), Dictionary: "/api/v1/public/dictionary",
		Changes: changesFrom(filter[string(search.Source)], rows.from),
	}
	if m.Policies == nil {
		m.Policies = []string{}
	}
	return m
}

// changesFrom is where the change feed goes on from a place; a feed has one source.
func changesFrom(sources []string, at es.Position) string {
	if len(sources) != 1 {
		return ""
	}
	q := url.Values{"source": sources, "since": {search.Since(sources[0], at)}}
	return "/api/v1/public/changes?" + q.Encode()
}

// sheets reads the texts of files in all languages.
func sheets() (map[problem.Lang]export.Words, error) {
	out := map[problem.Lang]export.Words{}
	for _, lang := range []problem.Lang{problem.Chinese, problem.English} {
		w, err := export.ReadWords(string(lang))
		if err != nil {
			return nil, err
		}
		out[lang] = w
	}
	return out, nil
}
