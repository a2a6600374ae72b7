package web

import (
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"fangxin/domain/calendar"
)

var placeholder = regexp.MustCompile(`\{[a-z]+\}`)

func both(t *testing.T) (zh, en *messages) {
	t.Helper()
	zh, err := loadMessages(chinese)
	if err != nil {
		t.Fatal(err)
	}
	if en, err = loadMessages(english); err != nil {
		t.Fatal(err)
	}
	return zh, en
}

// Both languages say everything, with the same placeholders.
func TestCataloguesAreComplete(t *testing.T) {
	zh, en := both(t)
	for key, text := range zh.text {
		other, ok := en.text[key]
		if !ok {
			t.Errorf("%s is missing in English", key)
			continue
		}
		if strings.TrimSpace(text) == "" || strings.TrimSpace(other) == "" {
			t.Errorf("%s is empty", key)
		}
		// English names months where Chinese numbers them.
		if key == "date" || key == "month" {
			continue
		}
		a, b := placeholder.FindAllString(text, -1), placeholder.FindAllString(other, -1)
		slices.Sort(a)
		slices.Sort(b)
		if !slices.Equal(a, b) {
			t.Errorf("%s: placeholders %v and %v", key, a, b)
		}
	}
	for key := range en.text {
		if !zh.has(key) {
			t.Errorf("%s is missing in Chinese", key)
		}
	}
}

// sources reads the code and templates, without comments and tests.
func sources(t *testing.T) map[string]string {
	t.Helper()
	out := map[string]string{}
	for _, pattern := range []string{"*.go", "*.templ"} {
		names, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range names {
			if strings.HasSuffix(name, "_test.go") || strings.HasSuffix(name, "_templ.go") {
				continue
			}
			raw, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			out[name] = regexp.MustCompile(`(?m)(^|\s)//.*$`).ReplaceAllString(string(raw), "")
		}
	}
	return out
}

// Every key that code or templates name exists, and every text is named somewhere,
// whole or by the beginning of its key.
func TestCatalogueKeysAreUsed(t *testing.T) {
	zh, _ := both(t)
	used := map[string]bool{}
	var begun []string
	quoted := regexp.MustCompile(`"([a-z0-9_.]+)"`)
	call := regexp.MustCompile(`(?:\b[TN]|Name|@fact|@stated)\((?:p, )?"([a-z0-9_.]+)"(\s*\+)?`)
	for name, text := range sources(t) {
		for _, m := range call.FindAllStringSubmatch(text, -1) {
			key := m[1]
			if m[2] == "" && !strings.HasSuffix(key, ".") && !zh.has(key) {
				t.Errorf("%s names %s, which no catalogue has", name, key)
			}
		}
		for _, m := range quoted.FindAllStringSubmatch(text, -1) {
			used[m[1]] = true
			if strings.HasSuffix(m[1], ".") || strings.HasPrefix(m[1], "about.") {
				begun = append(begun, m[1])
			}
		}
	}
	for key := range maps.Keys(zh.text) {
		plain := strings.TrimSuffix(key, ".one")
		if !used[plain] && !slices.ContainsFunc(begun, func(b string) bool { return strings.HasPrefix(plain, b) }) {
			t.Errorf("%s is not used", key)
		}
	}
}

// No text for people stands in code or templates.
func TestNoTextOutsideCatalogues(t *testing.T) {
	han := regexp.MustCompile(`\p{Han}`)
	// Words between two tags, outside of an expression.
	between := regexp.MustCompile(`>[^<>{}\n]*[A-Za-z]{2,}[^<>{}\n]*</`)
	for name, text := range sources(t) {
		if found := han.FindString(text); found != "" {
			t.Errorf("%s: %s stands outside of the catalogues", name, found)
		}
		if strings.HasSuffix(name, ".templ") {
			for _, found := range between.FindAllString(text, -1) {
				t.Errorf("%s: %s", name, found)
			}
		}
	}
}

func TestDatesAndMoney(t *testing.T) {
	zh, en := both(t)
	d := calendar.MustDate("2026-02-03")
	for _, c := range []struct{ got, want string }{
		{zh.Date(d), "2026年2月3日"}, {en.Date(d), "3 February 2026"}, {zh.Date(0), "未注明"},
		{zh.Month(2026, 11), "2026年11月"}, {en.Month(2026, 11), "November 2026"},
		{zh.Money(1234567), "12,345.67 元"}, {en.Money(50000), "CNY 500"}, {zh.Money(0), "0 元"},
		{en.N("days", 1), "1 day"}, {en.N("days", 2000), "2,000 days"}, {zh.N("days", 1), "1 天"},
		{zh.T("site.title", "page", "{page} {n}"), "{page} {n} · 放心消费投诉信息公示"},
		{percent(1, 3), "33.3"}, {percent(1, 2), "50"}, {percent(0, 0), "0"}, {percent(3, 2), "0"},
	} {
		if c.got != c.want {
			t.Errorf("got %q, want %q", c.got, c.want)
		}
	}
}

// The language is the address's, else the browser's, else Chinese.
func TestNegotiation(t *testing.T) {
	for _, c := range []struct {
		param, accept, want string
		pinned              bool
	}{
		{"", "", chinese, false}, {"en", "zh", english, true}, {"zh", "en", chinese, true}, {"zh-CN", "en", chinese, true},
		{"", "en-GB,en;q=0.9", english, false}, {"", "fr, en;q=0.5, zh;q=0.8", chinese, false}, {"", "mn", chinese, false},
		{"xx", "en", english, false}, {"", "en;;q=x,,", chinese, false}, {"", strings.Repeat("en,", 100), chinese, false},
	} {
		if lang, pinned := negotiate(c.param, c.accept); lang != c.want || pinned != c.pinned {
			t.Errorf("%q, %q: %s %v", c.param, c.accept, lang, pinned)
		}
	}
}

func FuzzNegotiate(f *testing.F) {
	f.Add("en", "zh-CN,zh;q=0.9,en;q=0.8")
	f.Add("", "*;q=0.1")
	f.Fuzz(func(t *testing.T, param, accept string) {
		if lang, _ := negotiate(param, accept); lang != chinese && lang != english {
			t.Errorf("%q", lang)
		}
	})
}
