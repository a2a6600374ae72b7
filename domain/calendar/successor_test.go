package calendar

import (
	"errors"
	"strings"
	"testing"
)

// table2027 is the embedded table continued by a year.
func table2027(t *testing.T, change func(string) string) *Calendar {
	t.Helper()
	text := strings.Replace(embedded, "2026-12-31", "2027-12-31", 1)
	text = strings.Replace(text, "calendar CN-2026.1", "calendar CN-TEST-2027", 1)
	c, err := Parse(strings.NewReader(change(text + "\nnotice 2027\nnew_year off 01-01..01-03 work 01-09\n")))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestContinues(t *testing.T) {
	own, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	same := func(s string) string { return s }
	if err := Continues(own, table2027(t, same)); err != nil {
		t.Error(err)
	}
	if err := Continues(own, own); err != nil {
		t.Error(err)
	}
	for name, newer := range map[string]*Calendar{
		"older than ours":    mustParse(t, "calendar X-1\nrange 2020-01-01..2025-12-31\n"),
		"begins later":       mustParse(t, "calendar X-1\nrange 2021-01-01..2027-12-31\n"),
		"names no festivals": mustParse(t, "calendar X-1\nrange 2020-01-01..2027-12-31\n"),
		"the same version":   table2027(t, func(s string) string { return strings.Replace(s, "CN-TEST-2027", own.Version(), 1) }),
	} {
		if err := Continues(own, newer); !errors.Is(err, ErrTable) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if Same(own, table2027(t, same)) || !Same(own, own) {
		t.Error("Same")
	}
}

func mustParse(t *testing.T, text string) *Calendar {
	t.Helper()
	c, err := Parse(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	return c
}
