package paper

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"html/template"
	"io"
	"strings"

	"fangxin/domain/statute"
)

// Printer prints forms. It is immutable and safe for use by many goroutines.
type Printer struct {
	forms   *statute.Forms
	words   *words
	sources map[string]source // by form code and field key
	sheet   *template.Template
	css     template.CSS
	policy  string
}

// New makes a press of these forms. It fails where a field's source does not exist
// or is of another kind than the field.
func New(law *statute.Catalogue, forms *statute.Forms) (*Printer, error) {
	w, err := loadWords(law)
	if err != nil {
		return nil, err
	}
	p := &Printer{forms: forms, words: w, sources: map[string]source{}}
	for _, l := range forms.List {
		for _, f := range l.Fields {
			if f.Compose != "" {
				continue
			}
			s, err := sourceOf(f.Source, f.Kind)
			if err != nil {
				return nil, fmt.Errorf("form %d field %s: %w", l.Number, f.Key, err)
			}
			if _, ok := w.Lists[f.Words]; f.Words != "" && !ok {
				return nil, fmt.Errorf("form %d field %s: no list %q", l.Number, f.Key, f.Words)
			}
			p.sources[l.Code+"."+f.Key] = s
		}
	}
	if p.sheet, err = template.ParseFS(files, "data/sheet.html"); err != nil {
		return nil, fmt.Errorf("sheet: %w", err)
	}
	css, err := files.ReadFile("data/sheet.css")
	if err != nil {
		return nil, fmt.Errorf("sheet: %w", err)
	}
	sum := sha256.Sum256(css)
	p.css = template.CSS(css) // compiled in, nobody's input
	p.policy = "default-src 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'; frame-ancestors 'none'"
	return p, nil
}

// Policy is the Content-Security-Policy under which a page is to be served: it allows
// the page's own style and nothing else.
func (p *Printer) Policy() string { return p.policy }

// Print writes a form's copy for a recipient (statute.CopyOffice and so on) as a page
// of HTML. statute.ErrNoForm where the form is not in use under the matter's rule set,
// ErrNotRecipient, *Missing, ErrTooLong; nothing is written then.
func (p *Printer) Print(w io.Writer, number int, copyFor string, facts Facts) error {
	return p.print(w, number, copyFor, facts, false)
}

// Draft is Print where required fields may be empty: they are blanks on the page, to be
// completed by hand before it is signed.
func (p *Printer) Draft(w io.Writer, number int, copyFor string, facts Facts) error {
	return p.print(w, number, copyFor, facts, true)
}

func (p *Printer) print(w io.Writer, number int, copyFor string, facts Facts, draft bool) error {
	l, err := p.forms.Form(facts.ruleset(), number)
	if err != nil {
		return fmt.Errorf("form %d under %q: %w", number, facts.ruleset(), err)
	}
	if !l.GoesTo(copyFor) {
		return fmt.Errorf("form %d for %q: %w", number, copyFor, ErrNotRecipient)
	}
	f, err := p.fillIn(l, copyFor, facts)
	var missing *Missing
	if err != nil && !(draft && errors.As(err, &missing)) {
		return err
	}
	return p.write(w, f)
}

// Blank writes a form with nothing filled in, to be completed by hand.
func (p *Printer) Blank(w io.Writer, number int) error {
	l, ok := p.forms.Layout(number)
	if !ok {
		return fmt.Errorf("form %d: %w", number, statute.ErrNoForm)
	}
	return p.write(w, &filled{press: p, layout: l, values: map[string]string{}, copyFor: statute.CopyOffice, empty: true})
}

func (p *Printer) write(w io.Writer, f *filled) error {
	var page bytes.Buffer
	if err := p.sheet.ExecuteTemplate(&page, "sheet", f.page()); err != nil {
		return fmt.Errorf("form %d: %w", f.layout.Number, err)
	}
	if _, err := page.WriteTo(w); err != nil {
		return fmt.Errorf("form %d: %w", f.layout.Number, err)
	}
	return nil
}

// fillIn reads and masks every field. With *Missing it gives what there is.
func (p *Printer) fillIn(l statute.FormLayout, copyFor string, facts Facts) (*filled, error) {
	f := &filled{press: p, layout: l, values: map[string]string{}, copyFor: copyFor}
	missing := &Missing{Form: l.Number}
	for _, field := range l.Fields {
		if field.Compose != "" {
			continue
		}
		text := clean(p.words.write(field, l, p.sources[l.Code+"."+field.Key].of(facts)))
		if len(text) > maxValue {
			return nil, fmt.Errorf("form %d field %s: %w", l.Number, field.Key, ErrTooLong)
		}
		if text == "" && field.Required {
			missing.Fields = append(missing.Fields, field.Key)
		}
		f.values[field.Key] = p.mask(field.MaskFor(copyFor), text)
	}
	if len(missing.Fields) > 0 {
		return f, missing
	}
	return f, nil
}

// filled is a form with its values.
type filled struct {
	press   *Printer
	layout  statute.FormLayout
	values  map[string]string
	copyFor string
	empty   bool // to be filled in by hand
}

// has says whether a field, or any field of which it is composed, is filled.
func (f *filled) has(key string) bool {
	field, _ := f.layout.Field(key)
	for _, p := range statute.FormPieces(field.Compose) {
		if p.Field != "" && f.has(p.Field) {
			return true
		}
	}
	return strings.TrimSpace(f.values[key]) != ""
}
