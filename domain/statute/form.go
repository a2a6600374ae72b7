package statute

import (
	"errors"
	"slices"
	"strings"
)

// ErrNoForm says that no official form has the number, or that it is not in use under
// the rule set.
var ErrNoForm = errors.New("no official form")

// Forms are the official forms (文书式样) as they are printed: what each says, word
// for word, and where each of its blanks is filled from. They are immutable and safe
// for use by many goroutines; what they return is shared and must not be changed.
//
// Source: 市场监督管理部门处理投诉举报文书式样 (April 2026).
type Forms struct {
	Version string       `json:"version"`
	List    []FormLayout `json:"forms"`
}

// FormLayout is one official form. A block, field or word that the official form does
// not have is marked design.
type FormLayout struct {
	Number     int         `json:"number"`
	Code       string      `json:"code"`
	Title      Text        `json:"title"`
	RuleSets   []string    `json:"rule_sets"`        // under which it is in use
	Serves     []string    `json:"serves"`           // kinds of notices, or other acts
	Recipients []string    `json:"recipients"`       // who gets a copy (联)
	Numbering  Numbering   `json:"numbering"`        // what stands as its number
	Copies     int         `json:"copies,omitempty"` // 一式几份, where the form says so
	Fields     []FormField `json:"fields"`
	Blocks     []FormBlock `json:"blocks"`
	Notes      []string    `json:"notes"`    // 注
	NotesOn    []string    `json:"notes_on"` // copies on which the notes are printed
	Citations  []Citation  `json:"citations"`
	Mark       Mark        `json:"mark"`
}

// Acts that official forms serve beside the kinds of notices.
const (
	ActRegistration       = "registration"        // 登记投诉
	ActTipOffRegistration = "tipoff_registration" // 登记举报
	ActAgreement          = "agreement"           // 制作调解书
	ActTipOffResult       = "tipoff_result"       // 告知举报处理结果
)

// Copies of a form beside those of complainant, respondent and authority.
const (
	CopyComplainant = "complainant" // 投诉人
	CopyRespondent  = "respondent"  // 被投诉人
	CopyAuthority   = "authority"   // 接收部门
	CopyReporter    = "reporter"    // 举报人
	CopyOffice      = "office"      // 存档
)

// Numbering says which number a form carries.
type Numbering string

// The numberings.
const (
	NumberedAsDocument Numbering = "document" // 文号: __市监__〔year〕第__号
	NumberedAsRegister Numbering = "register" // 编号 of the case
)

// FieldKind says how a value is written on paper.
type FieldKind string

// The kinds of fields.
const (
	FieldText     FieldKind = "text"
	FieldDate     FieldKind = "date"     // 2026年6月4日
	FieldTime     FieldKind = "time"     // 9时30分, from 09:30
	FieldYesNo    FieldKind = "yes_no"   // 是否, both boxes
	FieldFen      FieldKind = "fen"      // money
	FieldNumber   FieldKind = "number"   // a count as figures
	FieldCount    FieldKind = "count"    // how many pieces a list has
	FieldWord     FieldKind = "word"     // a code of the list Words
	FieldWords    FieldKind = "words"    // several codes of the list Words
	FieldRequests FieldKind = "requests" // 投诉请求
	FieldItem     FieldKind = "item"     // the number of the item that is chosen in the form's list
)

// FormField is one blank of a form. Its value comes from Source, a path in what the
// printer is given (case, clock, notice, office, session, transfer, sides, tipoff), or
// is composed of other fields by Compose.
type FormField struct {
	Key      string     `json:"key"`
	Label    string     `json:"label"` // as the form names it
	Source   string     `json:"source,omitempty"`
	Compose  string     `json:"text,omitempty"`
	Kind     FieldKind  `json:"kind"`
	Words    string     `json:"words,omitempty"`
	Wide     string     `json:"wide,omitempty"` // of the blank line: "" or short
	Required bool       `json:"required,omitempty"`
	Masked   []FormMask `json:"masked,omitempty"`
	Mark     Mark       `json:"mark"`
}

// FormMask hides a field on the copies For: as one of the kinds of personal data
// (name, phone, id_number, address, contact), as numbers inside a text, or wholly.
type FormMask struct {
	For []string `json:"for"`
	As  string   `json:"as"`
}

// MaskNumbers hides the personal numbers inside a text; MaskAll hides everything.
const (
	MaskNumbers = "numbers"
	MaskAll     = "all"
)

// MaskFor says how the field is hidden on a copy; "" shows it.
func (f FormField) MaskFor(copyFor string) string {
	for _, m := range f.Masked {
		if slices.Contains(m.For, copyFor) {
			return m.As
		}
	}
	return ""
}

// BlockKind is a part of the page.
type BlockKind string

// The kinds of blocks.
const (
	BlockLine      BlockKind = "line"      // 登记单位 and 编号, side by side
	BlockAddressee BlockKind = "addressee" // 收件人
	BlockParagraph BlockKind = "paragraph"
	BlockLead      BlockKind = "lead" // a line before a box
	BlockList      BlockKind = "list" // 情形, of which one applies
	BlockTable     BlockKind = "table"
	BlockBoxed     BlockKind = "boxed"
	BlockSign      BlockKind = "sign" // 签名
	BlockSeal      BlockKind = "seal" // 印章 and date
	BlockStub      BlockKind = "stub" // what the office keeps
)

// FormBlock is a part of the page. Text holds {key} where a field is filled in.
type FormBlock struct {
	Kind  BlockKind    `json:"kind"`
	Text  string       `json:"text,omitempty"`
	When  string       `json:"when,omitempty"` // only if this field is filled
	On    []string     `json:"on,omitempty"`   // only on these copies
	Items []FormItem   `json:"items,omitempty"`
	Rows  [][]FormCell `json:"rows,omitempty"`
	Mark  Mark         `json:"mark,omitempty"` // absent: the form's
}

// FormItem is one ground (情形) of a list. Codes are those of the Grounds it prints.
type FormItem struct {
	No    string   `json:"no"`
	Codes []string `json:"codes"`
	Text  string   `json:"text"`
}

// FormCell is one cell of a table of six columns.
type FormCell struct {
	Text    string `json:"text"`
	Head    bool   `json:"head,omitempty"`
	Cols    int    `json:"cols,omitempty"`
	Rows    int    `json:"rows,omitempty"`
	Tall    string `json:"tall,omitempty"`    // facts, requests, signature
	Upright bool   `json:"upright,omitempty"` // written from top to bottom
}

// FormColumns is how many columns every table has.
const FormColumns = 6

// Spans returns how many columns and rows the cell takes.
func (c FormCell) Spans() (cols, rows int) { return max(c.Cols, 1), max(c.Rows, 1) }

// Form returns the layout of a form in use under the rule set, or ErrNoForm.
func (f *Forms) Form(ruleSet string, number int) (FormLayout, error) {
	if l, ok := f.Layout(number); ok && slices.Contains(l.RuleSets, ruleSet) {
		return l, nil
	}
	return FormLayout{}, ErrNoForm
}

// For returns the form that serves a kind of notice or an act under the rule set, or
// ErrNoForm: before 2026-04-15 there were none.
func (f *Forms) For(ruleSet, act string) (FormLayout, error) {
	for _, l := range f.List {
		if slices.Contains(l.RuleSets, ruleSet) && slices.Contains(l.Serves, act) {
			return l, nil
		}
	}
	return FormLayout{}, ErrNoForm
}

// Layout returns a form by its number under any rule set.
func (f *Forms) Layout(number int) (FormLayout, bool) {
	for _, l := range f.List {
		if l.Number == number {
			return l, true
		}
	}
	return FormLayout{}, false
}

// Field returns a field by its key.
func (l FormLayout) Field(key string) (FormField, bool) {
	for _, f := range l.Fields {
		if f.Key == key {
			return f, true
		}
	}
	return FormField{}, false
}

// Item returns the item of the form's list that prints the ground.
func (l FormLayout) Item(code string) (FormItem, bool) {
	for _, b := range l.Blocks {
		for _, item := range b.Items {
			if slices.Contains(item.Codes, code) {
				return item, true
			}
		}
	}
	return FormItem{}, false
}

// GoesTo says whether the form has a copy for this recipient.
func (l FormLayout) GoesTo(copyFor string) bool { return slices.Contains(l.Recipients, copyFor) }

// FormPiece is plain text, or the key of a field between two texts.
type FormPiece struct {
	Text  string
	Field string
}

// FormPieces cuts a text at its fields: "于{day}前" is 于, the field day, 前.
func FormPieces(text string) []FormPiece {
	var out []FormPiece
	for text != "" {
		plain, rest, found := strings.Cut(text, "{")
		if plain != "" {
			out = append(out, FormPiece{Text: plain})
		}
		if !found {
			break
		}
		key, after, _ := strings.Cut(rest, "}")
		out = append(out, FormPiece{Field: key})
		text = after
	}
	return out
}
