package search_test

import (
	"context"
	"errors"
	"slices"
	"testing"

	"fangxin/domain/complaint"
	"fangxin/projections/readmodel"
	"fangxin/projections/search"
)

func find(t testing.TB, m readmodel.Model, f search.Filter) []string {
	t.Helper()
	p, err := search.Find(context.Background(), m, f, search.Newest, "", 50)
	if err != nil {
		t.Fatalf("%v: %v", f, err)
	}
	if p.Total.N != int64(len(p.Records)) || p.Total.AtLeast {
		t.Fatalf("%v: total %+v of %d", f, p.Total, len(p.Records))
	}
	return ids(p.Records)
}

func TestFilters(t *testing.T) {
	m := register(t)
	var all search.Filter
	for _, c := range []struct {
		name string
		f    search.Filter
		want []string
	}{
		{"native, newest first", all, []string{"e", "d", idB, "c", idA}},
		{"a merchant", all.With(search.Merchant, "m-兴安饭店91150100MA0000001X"), []string{idA}},
		{"a prefecture", all.With(search.Region, "150200"), []string{idB, "c"}},
		{"leading digits, and one county without", all.With(search.Region, "15").Without(search.Region, "150202"), []string{"e", "d", idA}},
		{"two values of a field", all.With(search.Category, "food", "fitness"), []string{"e", "d", "c"}},
		{"a kind of category", all.With(search.Category, "goods"), []string{"c"}},
		{"a category below a kind", all.With(search.Category, "service•fitness"), []string{"e", "d"}},
		{"not an outcome", all.Without(search.Outcome, "agreement"), []string{"d", idB}},
		{"requests", all.With(search.Request, "refund").Without(search.Request, "apologise"), []string{"e", idA}},
		{"class, band, kind, office", all.With(search.Class, "prior_settlement").With(search.Band, "0-10000").With(search.Kind, "goods").With(search.Office, "150202"), []string{"c"}},
		{"no statement", all.With(search.Statement, "no"), []string{"e", "d", idB, "c", idA}},
		{"a statement", all.With(search.Statement, "yes"), []string{}},
		{"an import", all.With(search.Source, "cfpb"), []string{"y", "x"}},
		{"both sources", all.With(search.Source, "cfpb", "native").With(search.Region, "TX", "1525"), []string{"e", "y"}},
		{"not native", all.Without(search.Source, "native"), []string{"y", "x"}},
		{"a narrative that its consumer agreed to", all.With(search.Source, "cfpb").With(search.Narrative, "yes"), []string{"x"}},
		{"a sub-product", all.With(search.Source, "cfpb").With(search.Category, "Credit reporting•Other report"), []string{"y"}},
		{"an issue", all.With(search.Source, "cfpb").With(search.Issue, "Improper use"), []string{"y"}},
	} {
		if got := find(t, m, c.f); !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
}

// Days are half-open, in Asia/Shanghai: a month is from its first day to the first of
// the next (peers: ccdb5-api#104, max date inclusive although documented exclusive;
// zammad#5865 and #6134, month edges in UTC).
func TestDaysAreHalfOpen(t *testing.T) {
	m := register(t)
	june := search.Filter{From: day("2026-06-01"), To: day("2026-07-01")}
	if got := find(t, m, june); !slices.Equal(got, []string{"d", idB, "c", idA}) {
		t.Errorf("June: %v", got)
	}
	if got := find(t, m, search.Filter{From: day("2026-07-01"), To: day("2026-08-01")}); !slices.Equal(got, []string{"e"}) {
		t.Errorf("July: %v", got)
	}
}

func TestQueries(t *testing.T) {
	m := register(t)
	for q, want := range map[string][]string{
		"定金":                        {"d", idA},
		"兴安饭":                       {idB, idA},
		"兴安 定金":                     {idA},
		"定金 OR 退卡":                  {"e", "d", idA},
		"定金 -健身":                    {idA},
		"NOT 定金":                    {"e", idB, "c"},
		"(定金 OR 退卡) NOT 饭店":         {"e", "d"},
		"暖阳 AND NOT (退卡 OR 协商)":     {},
		"appl":                      {"c"},
		"pple":                      {},
		`"Apple 手机"`:                {"c"},
		`"手机 Apple"`:                {},
		`"appl"`:                    {},
		"“定金不退”":                    {"d"},
		"金":                         {"d", idA},
		"食品":                        {"c"}, // a category's name
		"服务":                        {"e", "d"},
		"2026-" + number(idA)[5:12]: {idA},
		number(idB):                 {idB},
		number(idB)[:8] + " OR 退卡":  {"e", idB},
		"secret":                    {}, // a sealed narrative is not searched
	} {
		if got := find(t, m, search.Filter{Query: ask(t, q)}); !slices.Equal(got, want) {
			t.Errorf("%s: %v, want %v", q, got, want)
		}
	}
	for q, want := range map[string][]string{
		"33845": {"y", "x"}, "3384512": {"x"}, "equifax incorrect": {"x"}, "secret": {}, `"equifax inc"`: {"x"}, "-equifax": {"y"},
	} {
		if got := find(t, m, search.Filter{Query: ask(t, q)}.With(search.Source, "cfpb")); !slices.Equal(got, want) {
			t.Errorf("cfpb %s: %v, want %v", q, got, want)
		}
	}
}

func number(id string) string {
	return complaint.Number(day("2026-05-01"), uuid(id))
}

// A cursor goes on behind its row while rows come and go (peers: ccdb5-api#27 and #105,
// paging that needs a hidden cursor; ccdb5-api P#186, the last page lost).
func TestCursorIsStableWhileRowsComeAndGo(t *testing.T) {
	l := log(t)
	m := l.Rebuild(fresh())
	ctx := context.Background()
	first, err := search.Find(ctx, m, search.Filter{}, search.Newest, "", 2)
	if err != nil || !slices.Equal(ids(first.Records), []string{"e", "d"}) {
		t.Fatal(ids(first.Records), err)
	}
	l.On("2026-07-02").Add("f", native{id: "f", on: "2026-07-02", merchant: "新店", region: "150102", category: "food", kind: "goods"}.events()...)
	l.Add("d", &complaint.DisclosureWithdrawn{Class: "court", On: day("2026-07-02")})
	m = l.Rebuild(fresh())
	second, err := search.Find(ctx, m, search.Filter{}, search.Newest, first.Next, 2)
	if err != nil || !slices.Equal(ids(second.Records), []string{idB, "c"}) {
		t.Fatal(ids(second.Records), err)
	}
	last, err := search.Find(ctx, m, search.Filter{}, search.Newest, second.Next, 2)
	if err != nil || !slices.Equal(ids(last.Records), []string{idA}) || last.Next != "" {
		t.Fatal(ids(last.Records), last.Next, err)
	}
}

func TestCursorOfAnotherQuestionIsRefused(t *testing.T) {
	m := register(t)
	ctx := context.Background()
	p, err := search.Find(ctx, m, search.Filter{}, search.Newest, "", 1)
	if err != nil || p.Next == "" {
		t.Fatal(err)
	}
	other := search.Filter{}.With(search.Region, "15")
	if _, err := search.Find(ctx, m, other, search.Newest, p.Next, 1); !errors.Is(err, search.ErrCursor) || !errors.Is(err, readmodel.ErrCursor) {
		t.Errorf("another filter: %v", err)
	}
	if _, err := search.Find(ctx, m, search.Filter{}, search.Oldest, p.Next, 1); !errors.Is(err, search.ErrCursor) {
		t.Errorf("another order: %v", err)
	}
	for _, bad := range []string{"x", p.Next[:12], p.Next + "=", "%%%"} {
		if _, err := search.Find(ctx, m, search.Filter{}, search.Newest, bad, 1); !errors.Is(err, search.ErrCursor) {
			t.Errorf("%q: %v", bad, err)
		}
	}
	a := search.Filter{}.With(search.Region, "150200", "15").With(search.Kind, "goods")
	b := search.Filter{}.With(search.Kind, "goods").With(search.Region, "15", "1502")
	if a.String() != b.String() {
		t.Errorf("%s and %s are one question", a, b)
	}
}

func TestOldestFirst(t *testing.T) {
	p, err := search.Find(context.Background(), register(t), search.Filter{}, search.Oldest, "", 50)
	if err != nil || !slices.Equal(ids(p.Records), []string{idA, "c", idB, "d", "e"}) {
		t.Error(ids(p.Records), err)
	}
}

// BenchmarkMatch is what a look at one record costs.
func BenchmarkMatch(b *testing.B) {
	r := recordOf(natives()[3])
	q := ask(b, "预付卡定金 -饭店")
	for b.Loop() {
		if !q.Match(&r) {
			b.Fatal("not found")
		}
	}
}
