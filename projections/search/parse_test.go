package search_test

import (
	"errors"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"fangxin/domain/es"
	"fangxin/projections/disclosure"
	"fangxin/projections/search"
)

func uuid(s string) [16]byte {
	id, err := es.ParseID(s)
	if err != nil {
		panic(err)
	}
	return id
}

func TestQueryHasOneForm(t *testing.T) {
	for text, want := range map[string]string{
		"":                       "",
		"  ":                     "",
		"定金":                     "定金",
		"a AND b":                "a b",
		"a NOT b":                "a -b",
		"-(-a)":                  "a",
		"(a b) c":                "a b c",
		"a OR (b OR c)":          "a OR b OR c",
		"（a OR b） c":             "(a OR b) c",
		"NOT(a b)":               "-(a b)",
		"+a":                     "a",
		"“定金，不退” x":              `"定金 不退" x`,
		"兴安 - 饭店":                "兴安 饭店",
		"如何退款?":                  "如何退款?",
		"2026-7000-0000-0000-91": "2026-7000-0000-0000-91",
		"a-b":                    "a-b",
	} {
		q, err := search.Parse(text, nil)
		if err != nil || q.String() != want {
			t.Errorf("%q: %q (%v), want %q", text, q, err, want)
		}
	}
}

func TestBadQueries(t *testing.T) {
	for text, code := range map[string]string{
		strings.Repeat("定", 10_000):      search.TooLong,
		strings.Repeat("a ", 30):         search.TooManyWords,
		strings.Repeat("(", 20) + "a":    search.TooDeep,
		strings.Repeat("NOT ", 20) + "a": search.TooDeep,
		`"定金`:                            search.OpenQuote,
		`定金"`:                            search.OpenQuote,
		"“定金":                            search.OpenQuote,
		"定金”":                            search.OpenQuote,
		"(定金":                            search.OpenParenthesis,
		"定金)":                            search.OpenParenthesis,
		"()":                             search.MissingWord,
		"定金 OR":                          search.MissingWord,
		"OR 定金":                          search.MissingWord,
		"定金 AND":                         search.MissingWord,
		"NOT":                            search.MissingWord,
		`""`:                             search.MissingWord,
		"!!!":                            search.MissingWord,
		"定金*":                            search.Pattern,
		"/定金.+/":                         search.Pattern,
		"/定金/":                           search.Pattern,
		"^a$":                            search.Pattern,
		"[a-z]":                          search.Pattern,
		`\d+`:                            search.Pattern,
		"a|b":                            search.Pattern,
		"\xff":                           search.NotText,
	} {
		_, err := search.Parse(text, nil)
		var bad *search.SyntaxError
		if !errors.As(err, &bad) || bad.Code != code {
			t.Errorf("%.20q: %v, want %s", text, err, code)
		}
	}
}

// drawQuery writes a query of all parts of the language.
func drawQuery(t *rapid.T, depth int) string {
	if depth == 0 || rapid.IntRange(0, 2).Draw(t, "leaf") == 0 {
		w := rapid.SampledFrom([]string{"定金", "退", "兴安饭店", "appl", "手机15", "食品", "服务", "2026-0", "33845", "x", "安饭 店", "协商三次", "incorrect"}).Draw(t, "word")
		if rapid.Bool().Draw(t, "phrase") || strings.Contains(w, " ") {
			return `"` + w + `"`
		}
		return w
	}
	a, b := drawQuery(t, depth-1), drawQuery(t, depth-1)
	switch rapid.IntRange(0, 3).Draw(t, "op") {
	case 0:
		return "(" + a + " OR " + b + ")"
	case 1:
		return "-(" + a + ")"
	case 2:
		return "NOT " + a + " " + b
	}
	return a + " " + b
}

func TestParserRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := drawQuery(t, 3)
		q, err := search.Parse(text, lexicon())
		if err != nil {
			return // too long, too deep
		}
		again, err := search.Parse(q.String(), lexicon())
		if err != nil || again.String() != q.String() {
			t.Fatalf("%q is %q, which is %q (%v)", text, q, again, err)
		}
		for _, n := range natives() {
			r := recordOf(n)
			if q.Match(&r) != again.Match(&r) {
				t.Fatalf("%q and %q differ on %+v", text, q, n)
			}
		}
	})
}

// FuzzQuery: any text is a query or is refused; a query has one form, which is itself.
func FuzzQuery(f *testing.F) {
	for _, s := range []string{"定金 -健身", `"Apple 手机" OR (a b)`, "NOT NOT a", "（“x”）", "2026-7000-0000", "/a.*/", "-+-a", "a\x00b", "İstanbul"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		q, err := search.Parse(text, lexicon())
		if err != nil {
			var bad *search.SyntaxError
			if !errors.As(err, &bad) {
				t.Fatal(err)
			}
			return
		}
		r := recordOf(natives()[0])
		if s := q.String(); len(s) <= search.MaxQuery {
			again, err := search.Parse(s, lexicon())
			if err != nil || again.String() != s || again.Match(&r) != q.Match(&r) {
				t.Fatalf("%q is %q, which is %q (%v)", text, s, again, err)
			}
		}
	})
}

// BenchmarkBadQuery: what is refused costs well under a millisecond.
func BenchmarkBadQuery(b *testing.B) {
	for name, text := range map[string]string{
		"10,000 characters": strings.Repeat("定", 10_000),
		"parentheses":       strings.Repeat("(", search.MaxQuery),
		"open quote":        `a "` + strings.Repeat("定金 ", 30),
		"words":             strings.Repeat("定 ", 60),
		"pattern":           strings.Repeat("a ", 20) + "^.*$",
	} {
		b.Run(name, func(b *testing.B) {
			l := lexicon()
			for b.Loop() {
				if _, err := search.Parse(text, l); err == nil {
					b.Fatal("taken")
				}
			}
		})
	}
}

func recordOf(n native) disclosure.Record {
	return disclosure.Record{Case: n.id, Source: "native", PublicRecord: n.record(), Published: day(n.on)}
}
