package disclosure

import (
	"strings"

	"fangxin/domain/complaint"
	"fangxin/domain/es"
	"fangxin/projections/facet"
)

// Field is something of a public record by which the register is narrowed. A record
// may have several values of it, or none.
type Field string

// Fields.
const (
	BySource    Field = "source"    // native, or the name of an import
	ByMerchant  Field = "merchant"  // id
	ByRegion    Field = "region"    // leading digits of a division (行政区划), or a foreign state
	ByCategory  Field = "category"  // see Nested
	ByOutcome   Field = "outcome"   // of a foreign case the company's response
	ByKind      Field = "kind"      // goods, service
	ByClass     Field = "class"     // ordinary, prior settlement (先行和解) and what the policy names
	ByBand      Field = "band"      // of the amount
	ByRequest   Field = "requests"  // kinds of request (投诉请求)
	ByOffice    Field = "office"    // that dealt with it
	ByGround    Field = "ground"    // of an ending
	ByIssue     Field = "issue"     // of a foreign case, see Nested
	ByStatement Field = "statement" // yes: the merchant's statement stands beside it
	ByObjection Field = "objection" // how the merchant's was decided: dismissed, corrected
	ByNarrative Field = "narrative" // yes: the consumer's consented words are in it
)

// Fields lists them all.
func Fields() []Field {
	return []Field{
		BySource, ByMerchant, ByRegion, ByCategory, ByOutcome, ByKind, ByClass, ByBand, ByRequest, ByOffice,
		ByGround, ByIssue, ByStatement, ByObjection, ByNarrative,
	}
}

// Nested stands between a value and the one below it: "Credit reporting•Wrong name"
// (as the CFPB writes it), "goods•food".
const Nested = "•"

// Yes and No are the values of a field that is a question.
const (
	Yes = "yes"
	No  = "no"
)

// Index names the index of the public records that have a value.
func (f Field) Index(value string) string { return string(f) + "/" + f.Value(value) }

// Value is the form under which a value is kept: 150100 as 1501.
func (f Field) Value(value string) string {
	if f == ByRegion {
		return facet.Division(value)
	}
	return value
}

// Of appends what a record has of the field. What stands above a value stands before
// it: "goods", "goods•food". A native category is also a value of its own.
func (f Field) Of(r *Record, out []string) []string {
	out = f.tree(r, out)
	if f == ByCategory && r.Foreign == nil && r.Kind != "" {
		out = given(out, r.Category)
	}
	return out
}

// tree is Of without second names.
func (f Field) tree(r *Record, out []string) []string {
	switch f {
	case BySource:
		return given(out, r.Source)
	case ByMerchant:
		return given(out, r.Merchant.ID)
	case ByRegion:
		for i := 1; i <= 3; i++ {
			out = given(out, facet.Level(r.Region, i))
		}
		return out
	case ByCategory:
		if r.Foreign != nil {
			return nested(out, r.Foreign.Product, r.Foreign.SubProduct)
		}
		if r.Kind == "" {
			return given(out, r.Category)
		}
		return nested(out, r.Kind, r.Category)
	case ByIssue:
		if r.Foreign != nil {
			return nested(out, r.Foreign.Issue, r.Foreign.SubIssue)
		}
		return out
	case ByStatement:
		return asked(out, r, r.Statement != "")
	case ByNarrative:
		return asked(out, r, r.Foreign != nil && r.Foreign.HasNarrative)
	}
	return f.code(r, out)
}

// code is tree of what the record holds as it is.
func (f Field) code(r *Record, out []string) []string {
	switch f {
	case ByOutcome:
		return given(out, string(r.Outcome))
	case ByKind:
		return given(out, r.Kind)
	case ByClass:
		return given(out, r.Class)
	case ByBand:
		return given(out, r.Band)
	case ByRequest:
		for _, q := range r.Requests {
			out = given(out, q)
		}
		return out
	case ByOffice:
		return given(out, r.Office)
	case ByGround:
		return given(out, r.Ground)
	case ByObjection:
		return given(out, r.Objection)
	}
	return out
}

func given(out []string, value string) []string {
	if value == "" {
		return out
	}
	return append(out, value)
}

func nested(out []string, value, below string) []string {
	if out = given(out, value); value != "" && below != "" {
		out = append(out, value+Nested+below)
	}
	return out
}

func asked(out []string, r *Record, yes bool) []string {
	switch {
	case r.Source == "":
		return out
	case yes:
		return append(out, Yes)
	}
	return append(out, No)
}

// Texts are what a search looks in, each on its own: the merchant's name, item or
// category, issue and the reviewed summary. Nothing sealed is among them.
func (r *Record) Texts(out []string) []string {
	out = append(out, r.Merchant.Name, r.Category, r.Summary)
	if f := r.Foreign; f != nil {
		out = append(out, f.SubProduct, f.Issue, f.SubIssue)
	}
	return out
}

// Number is the case number without hyphens: of a native record the one that follows
// from its id and its day of filing, of a foreign one the source's; "" for none.
func (r *Record) Number() string {
	if r.Foreign != nil {
		return PlainNumber(r.Foreign.Number)
	}
	id, err := es.ParseID(r.Case)
	if err != nil || r.FiledOn == 0 {
		return ""
	}
	return PlainNumber(complaint.Number(r.FiledOn, [16]byte(id)))
}

// PlainNumber leaves the letters and digits of a number, in upper case.
func PlainNumber(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= '0' && r <= '9', r >= 'A' && r <= 'Z':
			return r
		case r >= 'a' && r <= 'z':
			return r - 'a' + 'A'
		}
		return -1
	}, s)
}

// NumberPieces are the beginnings of numbers that have an index: long enough that few
// records share one, short enough that there are not as many indexes as records. The
// first four figures of a native number are the year.
const (
	NumberPiece     = 5
	NumberLongPiece = 7 // of native numbers alone
	indexNumber     = "number/"
)

// NumberIndex names the index of the records whose number begins with a piece of
// NumberPiece or NumberLongPiece characters.
func NumberIndex(piece string) string { return indexNumber + piece }

// numberPieces calls yield with the pieces of a record's number.
func (r *Record) numberPieces(yield func(piece string)) {
	n := r.Number()
	if len(n) >= NumberPiece {
		yield(n[:NumberPiece])
	}
	if r.Foreign == nil && len(n) >= NumberLongPiece {
		yield(n[:NumberLongPiece])
	}
}

// WordIndex begins the names of the indexes of pieces of text (package words).
const WordIndex = "word/"

// MerchantNameIndex begins the names of the indexes of merchants by name and by credit
// code (统一社会信用代码), each folded (words.Fold). A former name stays among them.
const MerchantNameIndex = "merchant-name/"

// ChangeIndex names the index of all records of a source that are or were public,
// ordered by the place in the log of what made them what they are.
func ChangeIndex(source string) string { return "change/" + source }

// WithdrawnIndex names the index of the records of a source that were taken back,
// ordered by day.
func WithdrawnIndex(source string) string { return "withdrawn/" + source }

// TotalsKey begins the keys of the counters of public records by value of a field;
// the value follows. The totals of the sources themselves stand under no source.
func TotalsKey(source string, f Field) string { return "facet/" + source + "\x00" + string(f) + "\x00" }
