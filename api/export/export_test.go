package export

import (
	"encoding/csv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

type row struct{ A, B string }

func columns() []Column[row] {
	return []Column[row]{
		{Name: "a", Of: func(r *row) string { return r.A }},
		{Name: "b", Of: func(r *row) string { return r.B }},
	}
}

func TestCSVIsRFC4180(t *testing.T) {
	var b strings.Builder
	c, err := NewCSV(&b, columns(), true)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range []row{{"甲,乙", "say \"no\""}, {"two\nlines", "=1+1"}} {
		if err := c.Row(&r); err != nil {
			t.Fatal(err)
		}
	}
	if err := c.Flush(); err != nil {
		t.Fatal(err)
	}
	want := "\ufeffa,b\r\n\"甲,乙\",\"say \"\"no\"\"\"\r\n\"two\r\nlines\",'=1+1\r\n"
	if d := cmp.Diff(want, b.String()); d != "" {
		t.Error(d)
	}
}

// No cell of any content begins a formula, and none loses its content.
func TestNoCellIsAFormula(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := row{A: rapid.String().Draw(t, "a"), B: rapid.SampledFrom([]string{"=cmd|'/c calc'!A0", "+1", "-1", "@x", "\t=1", "＝1", "plain", ""}).Draw(t, "b")}
		var b strings.Builder
		c, _ := NewCSV(&b, columns(), false)
		if err := c.Row(&in); err != nil {
			t.Fatal(err)
		}
		_ = c.Flush()
		rows, err := csv.NewReader(strings.NewReader(b.String())).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		for i, cell := range rows[len(rows)-1] {
			if strings.IndexAny(cell, "=+-@\t\r") == 0 {
				t.Fatalf("cell %d is a formula: %q", i, cell)
			}
		}
		if got := strings.TrimPrefix(rows[len(rows)-1][1], "'"); got != in.B {
			t.Fatalf("%q became %q", in.B, got)
		}
	})
}

func TestNDJSON(t *testing.T) {
	var b strings.Builder
	n := NewNDJSON[row](&b)
	for _, r := range []row{{"<甲>", "1"}, {"乙\n", "2"}} {
		if err := n.Row(&r); err != nil {
			t.Fatal(err)
		}
	}
	if want := "{\"A\":\"<甲>\",\"B\":\"1\"}\n{\"A\":\"乙\\n\",\"B\":\"2\"}\n"; b.String() != want {
		t.Errorf("%q", b.String())
	}
}
