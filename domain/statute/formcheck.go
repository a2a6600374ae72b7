package statute

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Bounds of the texts of a form.
const (
	maxFormText  = 900 // bytes
	maxFormLabel = 60
	maxForms     = 40
	maxFormParts = 60 // fields, blocks, items, rows, cells
)

// check holds the forms to the law and to what a printer relies on.
func (f *Forms) check(law *Catalogue) error {
	var found faults
	found.add(plainText(f.Version, maxFormLabel), "no version")
	found.add(len(f.List) > 0 && len(f.List) <= maxForms, "%d forms", len(f.List))
	codes := map[string]bool{}
	for i, l := range f.List {
		found.add(l.Number == i+1, "form %d stands in place %d", l.Number, i+1)
		found.add(plainKey(l.Code) && !codes[l.Code], "form %d: code missing or used twice", l.Number)
		codes[l.Code] = true
		l.check(&found, law)
	}
	for _, rs := range law.ruleSets {
		f.checkRuleSet(&found, rs)
	}
	return errors.Join(found.list...)
}

// checkRuleSet: each form of the rule set has a layout under its title, and each
// notice that goes out on a form has one that serves it and goes to its recipients.
func (f *Forms) checkRuleSet(found *faults, rs RuleSet) {
	for _, form := range rs.Forms {
		l, err := f.Form(rs.ID, form.Number)
		found.add(err == nil && l.Title == form.Title, "%s: form %d has no layout or another title", rs.ID, form.Number)
	}
	for _, n := range rs.Notices {
		if n.Form == 0 {
			continue
		}
		l, err := f.For(rs.ID, n.Kind)
		found.add(err == nil && l.Number == n.Form, "%s: notice %s is not served by form %d", rs.ID, n.Kind, n.Form)
		for _, r := range n.Recipients {
			found.add(l.GoesTo(r), "%s: form %d has no copy for %s", rs.ID, n.Form, r)
		}
	}
}

func (l FormLayout) check(found *faults, law *Catalogue) {
	where := fmt.Sprintf("form %d", l.Number)
	found.add(plainText(l.Title.ZH, maxFormLabel) && plainText(l.Title.EN, maxFormLabel) && l.Mark.sure(), "%s: title or mark missing", where)
	found.add(l.Numbering == NumberedAsDocument || l.Numbering == NumberedAsRegister, "%s: numbering %q", where, short(string(l.Numbering)))
	found.add(len(l.Serves) > 0 && len(l.Serves) <= maxFormParts && keys(l.Serves), "%s serves nothing", where)
	found.add(len(l.Recipients) > 0 && within(l.Recipients, copies()) && l.GoesTo(CopyOffice), "%s: copies %d", where, len(l.Recipients))
	found.add(within(l.NotesOn, l.Recipients) && l.Copies >= 0 && l.Copies < 10, "%s: notes or copies for nobody", where)
	found.add(len(l.RuleSets) > 0 && len(l.RuleSets) <= maxFormParts, "%s is in use nowhere", where)
	for _, id := range l.RuleSets {
		rs, err := law.Named(id)
		found.add(err == nil, "%s: rule set %q is unknown", where, short(id))
		law.cites(found, where, l.Citations, rs.Laws)
		_, ok := rs.Form(l.Number)
		found.add(ok, "%s is no form of %s", where, short(id))
	}
	for _, n := range l.Notes {
		found.add(plainText(n, maxFormText) && !strings.ContainsAny(n, "{}"), "%s: a note is empty, too long or has a field", where)
	}
	l.checkFields(found, where)
	l.checkBlocks(found, where, law)
}

func (l FormLayout) checkFields(found *faults, where string) {
	found.add(len(l.Fields) > 0 && len(l.Fields) <= maxFormParts, "%s: %d fields", where, len(l.Fields))
	for i, f := range l.Fields {
		at := where + " field " + short(f.Key)
		found.add(plainKey(f.Key) && !slices.ContainsFunc(l.Fields[:i], func(g FormField) bool { return g.Key == f.Key }), "%s: key missing or used twice", at)
		found.add(plainText(f.Label, maxFormLabel) && f.Mark.sure() && (f.Wide == "" || f.Wide == "short"), "%s: label, mark or width", at)
		found.add((f.Source == "") != (f.Compose == "") && len(f.Source) <= maxFormLabel, "%s: needs either source or text", at)
		found.add(slices.Contains(fieldKinds(), f.Kind), "%s: kind %q", at, short(string(f.Kind)))
		found.add((f.Words != "") == (f.Kind == FieldWord || f.Kind == FieldWords), "%s: list of words", at)
		if f.Compose != "" {
			found.add(f.Kind == FieldText && !f.Required, "%s is composed and required or no text", at)
			// Composed of earlier fields alone: nothing turns in a circle.
			checkText(found, at, f.Compose, FormLayout{Fields: l.Fields[:i]})
		}
		l.checkMasks(found, at, f)
	}
	_, numbered := l.Field("number")
	found.add(numbered, "%s has no number", where)
}

// checkMasks: each copy is masked in one way at most, never the office's own, and only
// where the value is text of its own.
func (l FormLayout) checkMasks(found *faults, at string, f FormField) {
	maskable := f.Compose == "" && (f.Kind == FieldText || f.Kind == FieldRequests)
	found.add(maskable || len(f.Masked) == 0, "%s cannot be masked", at)
	seen := map[string]bool{}
	for _, m := range f.Masked {
		found.add(len(m.For) > 0 && within(m.For, l.Recipients) && slices.Contains(maskKinds(), m.As), "%s: mask", at)
		found.add(!slices.Contains(m.For, CopyOffice), "%s is masked on the office's own copy", at)
		for _, r := range m.For {
			found.add(!seen[r], "%s is masked twice on a copy", at)
			seen[r] = true
		}
	}
}

func (l FormLayout) checkBlocks(found *faults, where string, law *Catalogue) {
	found.add(len(l.Blocks) > 0 && len(l.Blocks) <= maxFormParts, "%s: %d blocks", where, len(l.Blocks))
	lists := 0
	for i, b := range l.Blocks {
		at := fmt.Sprintf("%s block %d", where, i+1)
		found.add(slices.Contains(blockKinds(), b.Kind), "%s: kind %q", at, short(string(b.Kind)))
		found.add((len(b.Items) > 0) == (b.Kind == BlockList) && (len(b.Rows) > 0) == (b.Kind == BlockTable), "%s: items or rows", at)
		found.add((b.Text != "") != (b.Kind == BlockList || b.Kind == BlockTable), "%s: text", at)
		found.add(within(b.On, l.Recipients) && (b.Mark == "" || b.Mark.sure()), "%s: copies or mark", at)
		_, ok := l.Field(b.When)
		found.add(b.When == "" || ok, "%s depends on no field", at)
		if b.Text != "" {
			checkText(found, at, b.Text, l)
		}
		checkRows(found, at, b.Rows, l)
		if b.Kind == BlockList {
			lists++
			l.checkItems(found, at, b.Items, law)
		}
	}
	found.add(lists <= 1, "%s has %d lists", where, lists)
	l.checkUse(found, where)
}

// checkUse: every field stands somewhere on the form.
func (l FormLayout) checkUse(found *faults, where string) {
	// The number of a document stands above the text, by itself.
	used := map[string]bool{"number": l.Numbering == NumberedAsDocument}
	use := func(text string) {
		for _, p := range FormPieces(text) {
			used[p.Field] = true
		}
	}
	for _, b := range l.Blocks {
		use(b.Text)
		for _, row := range b.Rows {
			for _, c := range row {
				use(c.Text)
			}
		}
	}
	for _, f := range l.Fields {
		use(f.Compose)
	}
	for _, f := range l.Fields {
		found.add(used[f.Key], "%s: field %s stands nowhere", where, short(f.Key))
	}
}

// checkItems: the items are the grounds of one kind, all of them, each once.
func (l FormLayout) checkItems(found *faults, at string, items []FormItem, law *Catalogue) {
	found.add(len(items) <= maxFormParts, "%s: %d items", at, len(items))
	var codes []string
	for _, item := range items {
		found.add(plainText(item.No, 12) && plainText(item.Text, maxFormText) && len(item.Codes) > 0, "%s: item %q", at, short(item.No))
		codes = append(codes, item.Codes...)
	}
	for _, id := range l.RuleSets {
		rs, _ := law.Named(id)
		same := false
		for _, kind := range []GroundKind{Decline, Terminate} {
			var want []string
			for _, g := range rs.Grounds(kind) {
				want = append(want, g.Code)
			}
			same = same || slices.Equal(want, codes)
		}
		found.add(same, "%s: the items are not the grounds of %s", at, short(id))
	}
}

// checkRows: the cells fill every row of the table exactly.
func checkRows(found *faults, at string, rows [][]FormCell, l FormLayout) {
	found.add(len(rows) <= maxFormParts, "%s: %d rows", at, len(rows))
	if len(rows) > maxFormParts {
		return
	}
	taken := make([]int, len(rows))
	for i, row := range rows {
		found.add(len(row) > 0 && len(row) <= FormColumns, "%s row %d: %d cells", at, i+1, len(row))
		for _, c := range row {
			cols, high := c.Spans()
			if c.Cols < 0 || c.Rows < 0 || cols > FormColumns || i+high > len(rows) {
				found.add(false, "%s row %d: a cell sticks out", at, i+1)
				return
			}
			for j := i; j < i+high; j++ {
				taken[j] += cols
			}
			found.add(slices.Contains([]string{"", "facts", "requests", "signature"}, c.Tall), "%s row %d: height", at, i+1)
			checkText(found, fmt.Sprintf("%s row %d", at, i+1), c.Text, l)
		}
	}
	for i, n := range taken {
		found.add(n == FormColumns, "%s row %d takes %d columns", at, i+1, n)
	}
}

// checkText: bounded, plain, and every {key} is a field.
func checkText(found *faults, at, text string, l FormLayout) {
	found.add(plainText(text, maxFormText), "%s: text empty, too long or with control characters", at)
	depth := 0
	for _, r := range text {
		switch r {
		case '{':
			depth++
		case '}':
			depth--
		}
		found.add(depth == 0 || depth == 1, "%s: braces", at)
	}
	found.add(depth == 0, "%s: braces", at)
	for _, p := range FormPieces(text) {
		if p.Text == "" {
			_, ok := l.Field(p.Field)
			found.add(ok, "%s: %q is no field", at, short(p.Field))
		}
	}
}

// plainText is not empty, not longer than limit bytes, and has no control character
// but the end of a line.
func plainText(s string, limit int) bool {
	return s != "" && len(s) <= limit && utf8.ValidString(s) &&
		!strings.ContainsFunc(s, func(r rune) bool { return r != '\n' && (unicode.IsControl(r) || unicode.Is(unicode.Cf, r)) })
}

func within(list, all []string) bool {
	return len(list) <= len(all) && !slices.ContainsFunc(list, func(s string) bool { return !slices.Contains(all, s) })
}

func keys(list []string) bool {
	return !slices.ContainsFunc(list, func(s string) bool { return !plainKey(s) })
}

func copies() []string {
	return []string{CopyComplainant, CopyRespondent, CopyAuthority, CopyReporter, CopyOffice}
}

func maskKinds() []string {
	return []string{"name", "phone", "id_number", "address", "contact", MaskNumbers, MaskAll}
}

func fieldKinds() []FieldKind {
	return []FieldKind{FieldText, FieldDate, FieldTime, FieldYesNo, FieldFen, FieldNumber, FieldCount, FieldWord, FieldWords, FieldRequests, FieldItem}
}

func blockKinds() []BlockKind {
	return []BlockKind{BlockLine, BlockAddressee, BlockParagraph, BlockLead, BlockList, BlockTable, BlockBoxed, BlockSign, BlockSeal, BlockStub}
}
