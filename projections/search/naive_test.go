package search_test

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"fangxin/projections/disclosure"
	"fangxin/projections/projectiontest"
	"fangxin/projections/readmodel"
	"fangxin/projections/search"
)

// drawRegister publishes records of few values, so that filters meet.
func drawRegister(t *rapid.T, tb testing.TB) (readmodel.Model, []*search.Record) {
	l := projectiontest.NewLog(tb, "2026-06-01")
	one := func(name string, of ...string) string { return rapid.SampledFrom(of).Draw(t, name) }
	n := rapid.IntRange(1, 12).Draw(t, "records")
	for i := range n {
		id := fmt.Sprintf("0b9d5ce4-7a4d-5d11-8f5e-3f6d2a1c4b%02d", i)
		if rapid.IntRange(0, 3).Draw(t, "imported") == 0 {
			l.Add(id, foreign(id, fmt.Sprint(3384500+i*37), one("received", "2020-03-18", "2020-03-19"), one("company", "EQUIFAX, INC.", "兴安 Bank"),
				one("product", "Credit reporting", "food"), one("sub", "", "Other report"), one("issue", "Incorrect information", "Improper use"), one("state", "FL", "TX"),
				one("consent", "Consent provided", "Consent withdrawn")))
			continue
		}
		r := native{
			id, one("on", "2026-06-01", "2026-06-30", "2026-07-01"), one("name", "兴安饭店", "东方超市", "暖阳 Apple 店"), "", one("store", "", "一店"),
			one("region", "150102", "150202", "150100", "152500"), one("category", "food", "fitness"), one("kind", "goods", "service"),
			one("outcome", "agreement", "settlement"), one("band", "0-10000", "10000-50000"), one("class", "ordinary", "prior_settlement"),
			one("summary", "", "退还定金", "定金不退，协商三次", "更换手机15"), nil,
		}
		if rapid.Bool().Draw(t, "refund") {
			r.requests = []string{"refund", "apologise"}
		}
		l.On(r.on).Add(id, r.events()...)
	}
	m := l.Rebuild(fresh())
	var all []*search.Record
	for i := range n {
		r, err := disclosure.Get(context.Background(), m, fmt.Sprintf("0b9d5ce4-7a4d-5d11-8f5e-3f6d2a1c4b%02d", i))
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, &r)
	}
	return m, all
}

func drawFilter(t *rapid.T) search.Filter {
	var f search.Filter
	values := map[search.Field][]string{
		search.Source: {"native", "cfpb"}, search.Merchant: {"m-兴安饭店", "c-EQUIFAX, INC.", "m-东方超市"},
		search.Region: {"15", "150100", "1502", "150202", "FL", "TX"}, search.Category: {"food", "goods", "service•fitness", "Credit reporting", "Credit reporting•Other report"},
		search.Outcome: {"agreement", "settlement", "Closed with explanation"}, search.Kind: {"goods", "service"},
		search.Class: {"ordinary", "prior_settlement"}, search.Band: {"0-10000", "10000-50000"}, search.Request: {"refund", "apologise", "other"},
		search.Narrative: {"yes", "no"}, search.Issue: {"Improper use"}, search.Office: {"150102"},
	}
	for _, field := range disclosure.Fields() {
		of := values[field]
		if len(of) == 0 {
			continue
		}
		switch rapid.IntRange(0, 9).Draw(t, "choice") {
		case 0, 1:
			f = f.With(field, rapid.SliceOfNDistinct(rapid.SampledFrom(of), 1, len(of), rapid.ID).Draw(t, "in")...)
		case 2:
			f = f.Without(field, rapid.SliceOfNDistinct(rapid.SampledFrom(of), 1, len(of), rapid.ID).Draw(t, "out")...)
		}
	}
	if rapid.Bool().Draw(t, "source") {
		f = f.With(search.Source, "native", "cfpb")
	}
	if rapid.IntRange(0, 3).Draw(t, "days") == 0 {
		f.From, f.To = day("2026-06-01"), day(rapid.SampledFrom([]string{"2026-06-30", "2026-07-01", "2026-08-01"}).Draw(t, "to"))
	}
	if rapid.Bool().Draw(t, "query") {
		f.Query, _ = search.Parse(drawQuery(t, 2), lexicon())
	}
	return f
}

// slow is the answer found by looking at every record.
func slow(all []*search.Record, f search.Filter) []*search.Record {
	var out []*search.Record
	for i := range all {
		if f.Match(all[i]) {
			out = append(out, all[i])
		}
	}
	slices.SortFunc(out, func(a, b *search.Record) int {
		if a.Published != b.Published {
			return int(b.Published - a.Published)
		}
		if a.Case < b.Case {
			return 1
		}
		return -1
	})
	return out
}

// Pages, counts, facets and the walk of any filter and query are what a look at every
// record gives (peers: ccdb5-api P#186, the last page lost; P#86, a limit nobody meant).
func TestAgainstEveryRecord(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		m, all := drawRegister(rt, t)
		ctx := context.Background()
		for range 6 {
			f := drawFilter(rt)
			want := ids(slow(all, f))
			if got := paged(rt, m, f); !slices.Equal(got, want) {
				rt.Fatalf("%s: pages have %v, want %v", f, got, want)
			}
			var walked []string
			if err := search.Walk(ctx, m, f, search.Newest, func(list []*search.Record, _ search.Position) error {
				walked = append(walked, ids(list)...)
				return nil
			}); err != nil || !slices.Equal(walked, want) && len(want) > 0 {
				rt.Fatalf("%s: the walk has %v, want %v (%v)", f, walked, want, err)
			}
			compareFacets(rt, m, all, f)
		}
	})
}

func paged(t *rapid.T, m readmodel.Model, f search.Filter) []string {
	out := []string{}
	for cursor := ""; ; {
		p, err := search.Find(context.Background(), m, f, search.Newest, cursor, 2)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, ids(p.Records)...)
		if cursor = p.Next; cursor == "" {
			if p.Total.N != int64(len(out)) || p.Total.AtLeast {
				t.Fatalf("%s: total %+v of %d", f, p.Total, len(out))
			}
			return out
		}
	}
}

func compareFacets(t *rapid.T, m readmodel.Model, all []*search.Record, f search.Filter) {
	page, err := search.Facets(context.Background(), m, f)
	if err != nil {
		t.Fatal(err)
	}
	got := map[search.Field]map[string]int64{}
	for _, facet := range page.Facets {
		got[facet.Field] = map[string]int64{}
		var take func(list []search.Value)
		take = func(list []search.Value) {
			for _, v := range list {
				got[facet.Field][v.Value] = v.N.N
				take(v.Below)
			}
		}
		take(facet.Values)
	}
	for _, field := range search.FacetFields() {
		free := f.Free(field)
		if field == search.Source {
			free = free.With(search.Source, "native", "cfpb")
		}
		want := map[string]int64{}
		for _, r := range slow(all, free) {
			for _, v := range field.Of(r, nil) {
				want[v]++
			}
		}
		for v, n := range got[field] {
			if want[v] != n {
				t.Fatalf("%s: %s %q has %d, want %d", f, field, v, n, want[v])
			}
		}
		for v, n := range want {
			// Counties stand only below what was chosen; a native category is counted below
			// its kind.
			if _, told := got[field][v]; !told && !(field == search.Region && len(v) == 6) && !(field == search.Category && (v == "food" || v == "fitness")) {
				t.Fatalf("%s: %s %q of %d is missing in %v", f, field, v, n, got[field])
			}
		}
	}
}
