package web

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"fangxin/domain/statute"
)

// act is something that a merchant may do on the page: a form, as data.
type act struct {
	name   string // of the API's action
	fields []actField
	// perOffer: there is one form for each open offer of the other side.
	perOffer bool
}

// actField is one field of a form.
type actField struct {
	// name is the last part of its pointer in the body of the action.
	pointer string
	kind    fieldKind
	// codes are what can be chosen; for requests of the law they are its words.
	codes    []string
	required bool
	most     int // characters
}

type fieldKind int

const (
	fieldLine fieldKind = iota
	fieldArea
	fieldMoney
	fieldDay
	fieldRadio
	fieldSelect
	fieldHidden
)

func (f actField) name() string {
	return strings.ReplaceAll(strings.TrimPrefix(f.pointer, "/"), "/", ".")
}

// acts are what the page knows to do, in the order in which it shows them.
func acts() []act {
	return []act{
		{name: "respond", fields: []actField{
			{pointer: "/kind", kind: fieldRadio, codes: []string{"final", "interim"}, required: true},
			{pointer: "/text", kind: fieldArea, required: true, most: 5000},
		}},
		{name: "offer", fields: []actField{
			{pointer: "/terms/kind", kind: fieldSelect, required: true},
			{pointer: "/terms/amount_fen", kind: fieldMoney},
			{pointer: "/terms/text", kind: fieldArea, most: 2000},
			{pointer: "/terms/perform_by", kind: fieldDay},
		}},
		{name: "accept-offer", perOffer: true, fields: []actField{{pointer: "/offer", kind: fieldHidden, required: true}}},
		{name: "refuse-offer", perOffer: true, fields: []actField{
			{pointer: "/offer", kind: fieldHidden, required: true}, {pointer: "/reason", kind: fieldLine, most: 500},
		}},
		{name: "consent-delegation", fields: []actField{
			{pointer: "/answer", kind: fieldRadio, codes: []string{"yes", "no"}, required: true},
		}},
		{name: "recuse", fields: []actField{{pointer: "/reason", kind: fieldArea, required: true, most: 2000}}},
	}
}

// Allowed are the acts that the API lets the merchant do now.
func (v *complaintView) allowed() []act {
	return slices.DeleteFunc(acts(), func(a act) bool { return !slices.Contains(v.Actions, a.name) })
}

// draft is what a form said, what is wrong with it, or what was done.
type draft struct {
	act    act
	seen   string // revision of the complaint that was looked at
	values url.Values
	faults map[string]string // by pointer
	wrong  []string          // what belongs to no field
	done   string
}

// of says whether the draft is of the form of an act, for an offer where it names one.
func (d draft) of(a act, offer string) bool {
	return d.act.name == a.name && (!a.perOffer || d.values.Get("offer") == offer)
}

func (d draft) value(a act, offer string, f actField) string {
	if d.of(a, offer) {
		return d.values.Get(f.name())
	}
	return ""
}

// fault is what is wrong with a field, or nothing.
func (d draft) fault(a act, offer string, f actField) string {
	if d.of(a, offer) {
		return d.faults[f.pointer]
	}
	return ""
}

// readDraft reads a form into the body of its action. What the API would not
// understand is said here, everything else is the API's to judge.
func readDraft(p *page, form url.Values) (draft, map[string]any) {
	d := draft{values: form, seen: form.Get("seen"), faults: map[string]string{}}
	known := acts()
	i := slices.IndexFunc(known, func(a act) bool { return a.name == form.Get("act") })
	if i < 0 {
		d.faults[""] = p.T("answer.wrong.form")
		d.wrong = []string{p.T("answer.wrong.form")}
		return d, nil
	}
	d.act = known[i]
	body := map[string]any{}
	for _, f := range d.act.fields {
		text := strings.TrimSpace(form.Get(f.name()))
		switch {
		case text == "" && f.required:
			d.faults[f.pointer] = p.T("answer.wrong.missing")
		case text == "":
		case f.kind == fieldMoney:
			fen, ok := readMoney(text)
			if !ok {
				d.faults[f.pointer] = p.T("answer.wrong.money")
			}
			put(body, f.pointer, fen)
		default:
			put(body, f.pointer, strings.ReplaceAll(text, "\r\n", "\n"))
		}
	}
	return d, body
}

// put sets a value at a pointer of at most two parts.
func put(body map[string]any, pointer string, value any) {
	above, name, nested := strings.Cut(pointer[1:], "/")
	if !nested {
		body[above] = value
		return
	}
	inner, _ := body[above].(map[string]any)
	if inner == nil {
		inner = map[string]any{}
		body[above] = inner
	}
	inner[name] = value
}

// readMoney reads yuan with at most two decimals into fen.
func readMoney(text string) (fen int64, ok bool) {
	text = strings.NewReplacer(",", "", "，", "", " ", "", "．", ".").Replace(text)
	yuan, part, _ := strings.Cut(text, ".")
	if len(yuan) > 9 || len(part) > 2 || yuan == "" || strings.Trim(yuan+part, "0123456789") != "" {
		return 0, false
	}
	fen, err := strconv.ParseInt(yuan+(part + "00")[:2], 10, 64)
	return fen, err == nil
}

// take puts a refusal of the API beside the fields that it names.
func (d *draft) take(told *apiProblem) {
	for _, e := range told.Errors {
		if slices.ContainsFunc(d.act.fields, func(f actField) bool { return f.pointer == e.Pointer && f.kind != fieldHidden }) {
			d.faults[e.Pointer] = e.Detail
		} else if e.Detail != told.Detail {
			d.wrong = append(d.wrong, e.Detail)
		}
	}
	if told.Status != http.StatusUnprocessableEntity || len(d.faults) == 0 {
		d.wrong = append([]string{told.Detail}, d.wrong...)
	}
	if told.Citation != "" {
		d.wrong = append(d.wrong, told.Citation)
	}
}

// openOffers are those of the consumer that wait for an answer.
func (v *complaintView) openOffers() []answerOffer {
	return slices.DeleteFunc(slices.Clone(v.Offers), func(o answerOffer) bool { return o.By != "consumer" || o.State != "open" })
}

// choices are the words of a field that can be chosen from.
func (p *page) choices(a act, f actField) []statute.Word {
	if f.kind == fieldSelect {
		return p.site.law.Vocabulary().RequestKinds
	}
	words := make([]statute.Word, len(f.codes))
	for i, code := range f.codes {
		text := p.T("answer." + a.name + "." + code)
		words[i] = statute.Word{Code: code, Text: statute.Text{ZH: text, EN: text}}
	}
	return words
}

// label names a field, and says where it may be left empty.
func (p *page) label(a act, f actField) string {
	text := p.T("answer.field." + a.name + "." + f.name())
	if f.required {
		return text
	}
	return p.T("answer.field.free", "field", text)
}

// look is what the browser needs to know of a field of one line.
func (f actField) look() templ.Attributes {
	switch f.kind {
	case fieldMoney:
		return templ.Attributes{"type": "text", "inputmode": "decimal", "maxlength": "14"}
	case fieldDay:
		return templ.Attributes{"type": "date"}
	}
	return templ.Attributes{"type": "text", "maxlength": strconv.Itoa(f.most)}
}

func invalid(fault string) string { return strconv.FormatBool(fault != "") }
