package paper

import (
	"html/template"
	"slices"
	"strings"

	"fangxin/domain/statute"
)

// page is what the template prints.
type page struct {
	CSS      template.CSS
	Title    string
	Number   string // 文号, or "" where the form has another place for it
	Register bool   // a table form
	Dense    bool   // a document with a list or a table: smaller type keeps it on one sheet
	Empty    bool   // nothing is filled in
	Copy     string
	Blocks   []block
	Label    string // of the notes
	Notes    []string
}

type block struct {
	Kind  string
	Label string
	Lines [][]part
	Items []string
	Rows  [][]cell
}

type cell struct {
	Cols, Rows int
	Head       bool
	Upright    bool
	Tall       string
	Lines      [][]part
}

// part is fixed text, a filled value, or a blank to be filled by hand, whose text is
// nothing but space.
type part struct {
	Text  string
	Fill  bool
	Blank bool
}

func (f *filled) page() page {
	l, w := f.layout, f.press.words
	p := page{
		CSS: f.press.css, Title: l.Title.ZH, Register: l.Numbering == statute.NumberedAsRegister,
		Label: w.Notes, Empty: f.empty,
	}
	if !f.empty {
		p.Copy = w.Copies[f.copyFor]
	}
	if !p.Register {
		if p.Number = f.values["number"]; p.Number == "" {
			p.Number = w.BlankNumber
		}
	}
	for _, b := range l.Blocks {
		if len(b.On) > 0 && !slices.Contains(b.On, f.copyFor) || b.When != "" && !f.has(b.When) || f.empty && b.Kind == statute.BlockStub {
			continue
		}
		p.Blocks = append(p.Blocks, f.block(b))
		p.Dense = p.Dense || !p.Register && (b.Kind == statute.BlockList || b.Kind == statute.BlockTable)
	}
	if slices.Contains(l.NotesOn, f.copyFor) {
		p.Notes = l.Notes
	}
	return p
}

func (f *filled) block(b statute.FormBlock) block {
	out := block{Kind: string(b.Kind), Lines: f.lines(b.Text)}
	if b.Kind == statute.BlockStub {
		out.Label = f.press.words.Stub
	}
	if b.Kind == statute.BlockBoxed {
		out.Lines = open(out.Lines)
	}
	for _, item := range b.Items {
		out.Items = append(out.Items, item.Text)
	}
	for _, row := range b.Rows {
		cells := make([]cell, len(row))
		for i, c := range row {
			cols, rows := c.Spans()
			cells[i] = cell{Cols: cols, Rows: rows, Head: c.Head, Upright: c.Upright, Tall: c.Tall, Lines: open(f.lines(c.Text))}
		}
		out.Rows = append(out.Rows, cells)
	}
	return out
}

// lines are the lines of a text with its fields filled in.
func (f *filled) lines(text string) [][]part {
	if text == "" {
		return nil
	}
	var out [][]part
	for line := range strings.SplitSeq(text, "\n") {
		out = append(out, f.parts(line))
	}
	return out
}

func (f *filled) parts(text string) []part {
	var out []part
	for _, piece := range statute.FormPieces(text) {
		if piece.Field == "" {
			out = append(out, part{Text: piece.Text})
			continue
		}
		field, _ := f.layout.Field(piece.Field)
		switch {
		case field.Compose != "" && f.has(field.Key):
			out = append(out, f.parts(field.Compose)...)
		case f.values[field.Key] != "":
			out = append(out, part{Text: f.values[field.Key], Fill: true})
		default:
			out = append(out, f.blank(field))
		}
	}
	return out
}

func (f *filled) blank(field statute.FormField) part {
	w := f.press.words
	switch {
	case field.Kind == statute.FieldDate:
		return part{Text: w.BlankDate}
	case field.Kind == statute.FieldTime:
		return part{Text: w.BlankTime}
	case field.Kind == statute.FieldYesNo:
		return part{Text: w.Unasked}
	case field.Wide == "short", field.Kind == statute.FieldNumber, field.Kind == statute.FieldItem, field.Kind == statute.FieldCount:
		return part{Blank: true, Text: w.BlankShort}
	}
	return part{Blank: true, Text: w.Blank}
}

// open takes away blanks that stand alone on a line: a cell or a box is itself the
// place to write in.
func open(lines [][]part) [][]part {
	for _, line := range lines {
		if len(line) == 1 && line[0].Blank {
			line[0] = part{}
		}
	}
	return lines
}
