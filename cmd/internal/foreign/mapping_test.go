package foreign

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
)

func TestMappingsThatCannotBeUsed(t *testing.T) {
	number := `{"field":"number","headers":["n"]}`
	for why, text := range map[string]string{
		"not JSON":          `{`,
		"unknown key":       `{"colour":1}`,
		"text behind":       `{"fields":[` + number + `],"dates":["2006-01-02"]} {}`,
		"no number":         `{"fields":[{"field":"state","headers":["s"]}],"dates":["2006-01-02"]}`,
		"unknown field":     `{"fields":[` + number + `,{"field":"colour","headers":["s"]}],"dates":["2006-01-02"]}`,
		"external_ref":      `{"fields":[` + number + `,{"field":"external_ref","headers":["s"]}],"dates":["2006-01-02"]}`,
		"field twice":       `{"fields":[` + number + `,{"field":"number","headers":["s"]}],"dates":["2006-01-02"]}`,
		"no headers":        `{"fields":[{"field":"number","headers":[]}],"dates":["2006-01-02"]}`,
		"header twice":      `{"fields":[{"field":"number","headers":["Ｎ"," n "]}],"dates":["2006-01-02"]}`,
		"header of nothing": `{"fields":[{"field":"number","headers":[" ："]}],"dates":["2006-01-02"]}`,
		"no dates":          `{"fields":[` + number + `]}`,
		"half a date":       `{"fields":[` + number + `],"dates":["2006-01"]}`,
		"time alone":        `{"fields":[` + number + `],"dates":["15:04"]}`,
		"unit of nothing":   `{"fields":[` + number + `],"dates":["2006-01-02"],"units":[{"suffix":"","fen":1}]}`,
		"unit below a fen":  `{"fields":[` + number + `],"dates":["2006-01-02"],"units":[{"suffix":"x","fen":0}]}`,
		"unit hides header": `{"fields":[` + number + `,{"field":"amount_fen","headers":["a","ax"]}],"dates":["2006-01-02"],"units":[{"suffix":"x","fen":1}]}`,
		"unknown state":     `{"fields":[` + number + `],"dates":["2006-01-02"],"states":[{"state":"mad","texts":["x"]}]}`,
		"state twice":       `{"fields":[` + number + `],"dates":["2006-01-02"],"states":[{"state":"closed","texts":["x"]},{"state":"filed","texts":["Ｘ"]}]}`,
		"kind twice":        `{"fields":[` + number + `],"dates":["2006-01-02"],"kinds":[{"complaint":true,"texts":["x","x"]}]}`,
		"too long":          `{"name":"` + strings.Repeat("x", maxMapping) + `"}`,
	} {
		if _, err := ReadMapping(strings.NewReader(text)); !errors.Is(err, ErrMapping) {
			t.Errorf("%s: %v", why, err)
		}
	}
	if _, err := ReadMapping(strings.NewReader("\ufeff" + `{"fields":[` + number + `],"dates":["2006-01-02"]}`)); err != nil {
		t.Error(err)
	}
}

func TestAmounts(t *testing.T) {
	for _, c := range []struct {
		text string
		unit int64
		fen  int64
		ok   bool
	}{
		{"129", 100, 12900, true}, {"129.5", 100, 12950, true}, {"¥1,234.50元", 100, 123450, true}, {"１２９．００", 100, 12900, true},
		{"1.23456", 1000000, 1234560, true}, {"0", 100, 0, true}, {"7", 1, 7, true}, {"129.", 100, 12900, true},
		{"0.001", 100, 0, false}, {"-1", 100, 0, false}, {"1e5", 100, 0, false}, {"9999999999999999", 100, 0, false}, {"", 100, 0, false},
		{".5", 100, 0, false}, {"1.2.3", 100, 0, false}, {"100000000000001", 1, 0, false},
	} {
		got, reason := amount(c.text, c.unit)
		if (reason == "") != c.ok || c.ok && got != c.fen {
			t.Errorf("%q: %d, %q", c.text, got, reason)
		}
	}
}

func FuzzMapping(f *testing.F) {
	f.Add(string(officialMapping))
	f.Add(cfpbMapping)
	f.Fuzz(func(t *testing.T, text string) {
		m, err := ReadMapping(strings.NewReader(text))
		if err != nil {
			if !errors.Is(err, ErrMapping) {
				t.Fatal(err)
			}
			return
		}
		// What was read can be written and read again.
		again, err := json.Marshal(m)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := ReadMapping(strings.NewReader(string(again))); err != nil && len(again) <= maxMapping {
			t.Fatalf("%v: %s", err, again)
		}
		for _, field := range m.Fields {
			for _, h := range field.Headers {
				if got, ok := m.header(" " + h + "："); !ok || got.field != field.Field {
					t.Fatalf("header %q of %s is not found", h, field.Field)
				}
			}
		}
	})
}
