package numbering

import (
	"errors"
	"fmt"
	"strings"
	"testing"
)

func TestStyleOfOffices(t *testing.T) {
	styles, err := LoadStyles()
	if err != nil {
		t.Fatal(err)
	}
	own, err := ReadStyles(strings.NewReader(`{"pattern": "{place}市监{word}〔{year}〕第{number}号", "words": {"5": "投受"},
		"offices": [{"office": "150102", "place": "新", "pattern": "{place}市监{word}〔{year}〕{number}号", "words": {"8": "投终"}}]}`))
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		style Style
		form  int
		want  string
	}{
		{styles.For("150100", "呼和浩特市"), 5, "呼市监投受〔2026〕第12号"},
		{styles.For("150700", "呼伦贝尔市"), 6, "呼伦贝尔市监投不受〔2026〕第12号"},
		{styles.For("150102", "新城区"), 8, "新城区市监投终〔2026〕第12号"},
		{styles.For("150102", "新城区"), 0, "新城区市监投函〔2026〕第12号"},
		{own.For("150102", "新城区"), 5, "新市监投受〔2026〕12号"},
		{own.For("150102", "新城区"), 8, "新市监投终〔2026〕12号"},
	} {
		if got, err := tt.style.Text(tt.form, 2026, 12); err != nil || got != tt.want {
			t.Errorf("form %d: %q %v", tt.form, got, err)
		}
	}
	for form, s := range map[int]Style{1: styles.For("150100", ""), 5: styles.For("150102", ""), 8: own.For("150105", "赛罕区"), 3: {}} {
		if got, err := s.Text(form, 2026, 12); !errors.Is(err, ErrStyle) {
			t.Errorf("form %d: %q %v", form, got, err)
		}
	}
}

func TestBadStyles(t *testing.T) {
	const good = "{place}市监{word}〔{year}〕第{number}号"
	for name, text := range map[string]string{
		"nothing":           ``,
		"two values":        fmt.Sprintf(`{"pattern": %q}{}`, good),
		"an unknown field":  fmt.Sprintf(`{"pattern": %q, "colour": "red"}`, good),
		"no pattern":        `{"words": {}}`,
		"no number":         `{"pattern": "{place}{word}〔{year}〕"}`,
		"a number twice":    `{"pattern": "{place}{word}〔{year}〕{number}{number}"}`,
		"digits run on":     `{"pattern": "{place}{word}{year}{number}"}`,
		"digits in between": `{"pattern": "{place}{word}〔{year}〕第0{number}号"}`,
		"another brace":     `{"pattern": "{place}{word}〔{year}〕第{number}号{day}"}`,
		"a control":         `{"pattern": "{place}{word}〔{year}〕第{number}号\u202e"}`,
		"no such form":      fmt.Sprintf(`{"pattern": %q, "words": {"05": "投受"}}`, good),
		"a word of digits":  fmt.Sprintf(`{"pattern": %q, "words": {"5": "投5"}}`, good),
		"no place":          fmt.Sprintf(`{"pattern": %q, "offices": [{"office": "150100"}]}`, good),
		"no office":         fmt.Sprintf(`{"pattern": %q, "offices": [{"office": "X", "place": "呼"}]}`, good),
		"an office twice":   fmt.Sprintf(`{"pattern": %q, "offices": [{"office": "150100", "place": "呼"}, {"office": "150100", "place": "和"}]}`, good),
		"numbers alike":     fmt.Sprintf(`{"pattern": %q, "offices": [{"office": "150100", "place": "呼"}, {"office": "150700", "place": "呼"}]}`, good),
		"an office's word":  fmt.Sprintf(`{"pattern": %q, "offices": [{"office": "150100", "place": "呼", "words": {"x": "投"}}]}`, good),
		"not UTF-8":         "{\"pattern\": \"\xff\"}",
		"too long":          strings.Repeat(" ", maxStyleBytes) + "{}",
	} {
		if _, err := ReadStyles(strings.NewReader(text)); !errors.Is(err, ErrStyle) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// FuzzReadStyles: what is accepted writes numbers that differ where the numbers do.
func FuzzReadStyles(f *testing.F) {
	f.Add(string(styles), 12, 121)
	f.Add(`{"pattern": "{number}·{place}{word}〔{year}〕", "words": {"5": "受"}, "offices": [{"office": "150100", "place": "呼"}]}`, 1, 2)
	f.Fuzz(func(t *testing.T, text string, one, other int) {
		s, err := ReadStyles(strings.NewReader(text))
		if err != nil {
			if !errors.Is(err, ErrStyle) {
				t.Fatalf("untyped: %v", err)
			}
			return
		}
		style := s.For("150100", "呼")
		a, err := style.Text(5, 2026, one)
		b, errOther := style.Text(5, 2026, other)
		c, _ := style.Text(5, 2027, one)
		if err == nil && errOther == nil && ((a == b) != (one == other) || a == c) {
			t.Fatalf("%d %q, %d %q, next year %q", one, a, other, b, c)
		}
	})
}

func FuzzParseStream(f *testing.F) {
	f.Add("numbering.150100.2026")
	f.Fuzz(func(t *testing.T, stream string) {
		if row, err := ParseStream(stream); err == nil && (row.Stream() != stream || !row.Valid()) {
			t.Fatalf("%q is %+v", stream, row)
		}
	})
}
