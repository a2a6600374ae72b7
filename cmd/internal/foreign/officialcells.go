package foreign

import (
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"fangxin/domain/calendar"
	"fangxin/domain/reconcile"
	"fangxin/domain/sealed"
)

// take reads one cell into the row. It returns why not, or "".
func (f *Official) take(row *OfficialRow, c bound, cell string) (reason string) {
	if reason := unfit(cell); reason != "" {
		return reason
	}
	if strings.ContainsRune(cell, '\ufffd') {
		return "is not in the encoding of the file (" + f.notes.Encoding + ")"
	}
	text := plainCell(cell)
	if f.mapping.isEmpty(text) {
		return ""
	}
	switch c.field {
	case fieldNumber:
		row.Number = reconcile.Number(text)
		return spoilt(row.Number)
	case fieldOurNumber:
		if n := reconcile.Number(text); reconcile.Usable(n) && !reconcile.Personal(n) {
			row.OurNumber = n
		}
	case fieldRegion:
		if row.Region = reconcile.Number(text); !digitsOnly(row.Region) || len(row.Region) > maxRegion {
			return "is no code of a division"
		}
	case string(reconcile.FieldState):
		f.takeState(row, text)
	case string(reconcile.FieldAmount):
		row.AmountFen, reason = amount(text, c.fen)
	case string(reconcile.FieldMerchant):
		row.Merchant = reconcile.MerchantCode(text)
	case string(reconcile.FieldComplainant):
		row.Complainant = sealed.MaskOf(sealed.Name, text)
	default:
		*dateOf(row, c.field), reason = f.date(reconcile.Field(c.field), text)
	}
	return reason
}

func dateOf(row *OfficialRow, field string) *calendar.Date {
	switch reconcile.Field(field) {
	case reconcile.FieldFiledOn:
		return &row.FiledOn
	case reconcile.FieldReceivedOn:
		return &row.ReceivedOn
	case reconcile.FieldAcceptedOn:
		return &row.AcceptedOn
	case reconcile.FieldDeclinedOn:
		return &row.DeclinedOn
	case reconcile.FieldEndedOn:
		return &row.EndedOn
	}
	return &row.ClosedOn
}

// plainCell takes off what spreadsheets put around a text so that it stays one:
// '123, ="123", and tabs.
func plainCell(s string) string {
	s = strings.TrimSpace(s)
	if inner, ok := strings.CutPrefix(s, `="`); ok && strings.HasSuffix(inner, `"`) {
		return strings.TrimSpace(strings.TrimSuffix(inner, `"`))
	}
	return strings.TrimSpace(strings.TrimPrefix(s, "'"))
}

const maxRegion = 12 // digits of a village

const (
	exactDigits = 15 // what a spreadsheet keeps of a number
	surelyLong  = 20
)

// spoilt says whether a spreadsheet took the number for a quantity and lost digits.
// It cannot be got back from the file.
func spoilt(number string) string {
	mantissa, exponent, scientific := strings.Cut(number, "E+")
	if scientific && digitsOnly(strings.Replace(mantissa, ".", "", 1)) && digitsOnly(exponent) {
		return "was shortened by a spreadsheet; export the column as text"
	}
	if len(number) >= surelyLong && digitsOnly(number) && strings.Trim(number[exactDigits:], "0") == "" {
		return "was rounded by a spreadsheet; export the column as text"
	}
	return ""
}

func digitsOnly(s string) bool { return s != "" && strings.Trim(s, "0123456789") == "" }

// takeState leaves the state open where nobody mapped its text, and says so once.
func (f *Official) takeState(row *OfficialRow, text string) {
	state, known := f.mapping.state(text)
	row.State = state
	switch {
	case known:
	case utf8.RuneCountInString(text) > maxWord:
		f.notes.OtherTexts++
	case len(f.notes.Words) < maxListed && !slices.Contains(f.notes.Words, text):
		f.notes.Words = append(f.notes.Words, text)
	}
}

// date tries the layout that fitted the column last, then all.
func (f *Official) date(field reconcile.Field, text string) (calendar.Date, string) {
	layouts := f.mapping.Dates
	last := f.layouts[field]
	for i := range len(layouts) {
		at := (last + i) % len(layouts)
		t, err := time.ParseInLocation(layouts[at], text, calendar.Shanghai)
		if err != nil {
			continue
		}
		d := calendar.DateOf(t)
		if d < calendar.MinDate || d > calendar.MaxDate {
			return 0, "lies outside 1900 to 2100"
		}
		f.layouts[field] = at
		return d, ""
	}
	return 0, "is not a date in a form that the mapping names"
}

const maxAmountFen = 100_000_000_000_000 // a trillion yuan

// amount reads a sum in a unit of so many fen. Group separators and a currency sign
// are passed over; parts of a fen are refused.
func amount(text string, unit int64) (int64, string) {
	const reason = "is not an amount"
	s := reconcile.Number(text)
	s = strings.TrimPrefix(strings.TrimPrefix(s, "¥"), "￥")
	s = strings.ReplaceAll(strings.TrimSuffix(s, "元"), ",", "")
	whole, part, dotted := strings.Cut(s, ".")
	part = strings.TrimRight(part, "0")
	if !digitsOnly(whole) || len(whole) > exactDigits || dotted && part != "" && !digitsOnly(part) {
		return 0, reason
	}
	n, err := strconv.ParseInt(whole, 10, 64)
	if err != nil || n > maxAmountFen/unit {
		return 0, reason
	}
	fen := n * unit
	for _, digit := range part {
		if unit%10 != 0 {
			return 0, "has parts of a fen"
		}
		unit /= 10
		fen += int64(digit-'0') * unit
	}
	return fen, ""
}

// whole says what the row as a whole lacks.
func (f *Official) whole(row *OfficialRow) (column, reason string) {
	for _, field := range f.mapping.Fields {
		if field.Required && f.lacks(row, field.Field) {
			return field.Headers[0], "is empty"
		}
	}
	switch {
	case !reconcile.Usable(row.Number):
		return f.mapping.Fields[0].Headers[0], "is no number of a case"
	case reconcile.Personal(row.Number):
		return f.mapping.Fields[0].Headers[0], "is a person's number"
	}
	return "", ""
}

func (f *Official) lacks(row *OfficialRow, field string) bool {
	switch field {
	case fieldNumber:
		return row.Number == ""
	case fieldOurNumber:
		return row.OurNumber == ""
	case fieldRegion:
		return row.Region == ""
	case fieldKind:
		return false
	}
	switch reconcile.Field(field) {
	case reconcile.FieldState:
		return row.State == ""
	case reconcile.FieldAmount:
		return row.AmountFen == 0
	case reconcile.FieldMerchant:
		return row.Merchant == ""
	case reconcile.FieldComplainant:
		return row.Complainant == ""
	}
	return dateOf(row, field).IsZero()
}
