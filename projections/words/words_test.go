package words_test

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"

	"fangxin/projections/words"
)

func pieces(text string) []string {
	_, out := words.Pieces(text, nil, nil, func(b []byte) string { return string(b) })
	return out
}

func TestPieces(t *testing.T) {
	for text, want := range map[string][]string{
		"":              nil,
		"店":             {"店"},
		"兴安饭店":          {"兴安", "安饭", "饭店", "店"},
		"EQUIFAX, INC.": {"equifax", "inc"},
		"Ａpple手机 15":    {"apple", "手机", "机", "15"},
		"ᠮᠣᠩᠭᠣᠯ ᠪᠢᠴᠢᠭ":  {"ᠮᠣᠩᠭᠣᠯ", "ᠪᠢᠴᠢᠭ"},
		" ,.!":          nil,
		"A-b":           {"a", "b"},
		"乌兰·巴特尔":        {"乌兰", "兰", "巴特", "特尔", "尔"},
	} {
		if got := pieces(text); !slices.Equal(got, want) {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

func TestQueryIn(t *testing.T) {
	for _, c := range []struct {
		q    string
		text []string
		want bool
	}{
		{"安饭", []string{"兴安饭店"}, true},
		{"饭安", []string{"兴安饭店"}, false},
		{"equi", []string{"EQUIFAX, INC."}, true},
		{"quifax", []string{"EQUIFAX, INC."}, false},
		{"inc equifax", []string{"EQUIFAX, INC."}, true},
		{"饭店 手机", []string{"兴安饭店", "手机"}, true},
		{"", []string{"x"}, true},
	} {
		if got := words.Parse(c.q).In(c.text...); got != c.want {
			t.Errorf("%q in %q: %v", c.q, c.text, got)
		}
	}
}

// Every run of characters out of a text finds the text.
func TestPartsFindTheWhole(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringMatching(`[兴安饭店手机]{1,8}( [a-z]{1,6}){0,3}`).Draw(t, "text")
		rs := []rune(strings.Fields(text)[0])
		from := rapid.IntRange(0, len(rs)-1).Draw(t, "from")
		to := rapid.IntRange(from+1, len(rs)).Draw(t, "to")
		part := string(rs[from:to])
		if !words.Parse(part).In(text) {
			t.Fatalf("%q does not find %q", part, text)
		}
		if len(rs[from:to]) == 1 && !slices.ContainsFunc(pieces(text), func(p string) bool { return strings.HasPrefix(p, part) }) {
			t.Fatalf("no piece of %q begins with %q", text, part)
		}
	})
}

// FuzzPieces: any text gives valid pieces, and is found by itself.
func FuzzPieces(f *testing.F) {
	f.Add("兴安饭店 Apple 15")
	f.Add("\xff\xfeA")
	f.Fuzz(func(t *testing.T, text string) {
		for _, p := range pieces(text) {
			if p == "" || !utf8.ValidString(p) {
				t.Fatalf("piece %q of %q", p, text)
			}
		}
		if q := words.Parse(text); utf8.ValidString(text) && len(text) < 100 && !q.In(text) {
			t.Fatalf("%q does not find itself", text)
		}
	})
}
