// Package export writes rows as files: CSV (RFC 4180) that a spreadsheet opens
// without running anything, and NDJSON. Both are written row by row.
package export

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// Column is one column of a CSV file.
type Column[T any] struct {
	Name string
	Of   func(*T) string
}

// CSV writes rows of T with a header line.
type CSV[T any] struct {
	out     *csv.Writer
	columns []Column[T]
	cells   []string
}

// bom tells spreadsheets that a file is UTF-8.
const bom = "\ufeff"

// NewCSV writes the header line. Lines end in CRLF.
func NewCSV[T any](w io.Writer, columns []Column[T], withBOM bool) (*CSV[T], error) {
	if withBOM {
		if _, err := io.WriteString(w, bom); err != nil {
			return nil, fmt.Errorf("export: %w", err)
		}
	}
	c := &CSV[T]{out: csv.NewWriter(w), columns: columns, cells: make([]string, len(columns))}
	c.out.UseCRLF = true
	for i, col := range columns {
		c.cells[i] = col.Name
	}
	return c, c.out.Write(c.cells)
}

// Row writes one row.
func (c *CSV[T]) Row(row *T) error {
	for i, col := range c.columns {
		c.cells[i] = Safe(col.Of(row))
	}
	return c.out.Write(c.cells)
}

// Flush hands on what was written.
func (c *CSV[T]) Flush() error {
	c.out.Flush()
	return c.out.Error()
}

// Safe keeps a spreadsheet from taking a cell for a formula: a cell that begins like
// one gets an apostrophe in front (OWASP, CSV injection). Full-width signs count,
// since spreadsheets in Chinese take them as well.
func Safe(cell string) string {
	if cell == "" {
		return cell
	}
	for _, sign := range []string{"=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"} {
		if strings.HasPrefix(cell, sign) {
			return "'" + cell
		}
	}
	return cell
}

// List joins codes in one cell.
func List(codes []string) string { return strings.Join(codes, ";") }

// Whole writes a whole number.
func Whole(n int) string { return strconv.Itoa(n) }

// NDJSON writes one JSON value a line.
type NDJSON[T any] struct{ out *json.Encoder }

// NewNDJSON returns a writer of lines.
func NewNDJSON[T any](w io.Writer) *NDJSON[T] {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	return &NDJSON[T]{out: e}
}

// Row writes one line.
func (n *NDJSON[T]) Row(row *T) error { return n.out.Encode(row) }

// Flush has nothing to hand on: every line was.
func (*NDJSON[T]) Flush() error { return nil }
