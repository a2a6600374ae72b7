package export

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"fangxin/domain/calendar"
	"fangxin/domain/complaint"
	"fangxin/domain/statute"
	"fangxin/domain/usecase"
)

// system12315 is the national 12315 platform among external references.
const system12315 = "12315"

// TransferSheet is the sheet from which an officer enters complaints in the national
// 12315 platform: one row a case, the columns in the order of official form 1
// (投诉登记表, April 2026), behind them what the form has no place for. It carries our
// number, by which an export of the platform is reconciled later.
//
// It shows a case as its caller may see it, so it holds personal data in clear: the
// caller answers that the officer is competent and that the reading is recorded.
// The complainant's signature stands on paper and has no column. No cell runs as a
// formula.
type TransferSheet struct{ csv *CSV[usecase.CaseView] }

// NewTransferSheet writes the header line. A byte-order mark makes spreadsheets read
// UTF-8.
func NewTransferSheet(w io.Writer, words Words, law statute.Vocabulary, withBOM bool) (*TransferSheet, error) {
	csv, err := NewCSV(w, transferColumns(words, law), withBOM)
	return &TransferSheet{csv}, err
}

// Row writes one case.
func (s *TransferSheet) Row(v *usecase.CaseView) error { return s.csv.Row(v) }

// Flush hands on what was written.
func (s *TransferSheet) Flush() error { return s.csv.Flush() }

func transferColumns(w Words, law statute.Vocabulary) []Column[usecase.CaseView] {
	col := func(name string, of func(*usecase.CaseView) string) Column[usecase.CaseView] {
		return Column[usecase.CaseView]{Name: w.say("transfer." + name), Of: of}
	}
	head := []Column[usecase.CaseView]{
		col("number", func(v *usecase.CaseView) string { return longNumber(their12315(v)) }),
		col("our_number", func(v *usecase.CaseView) string { return v.Number }),
		col("kind", func(*usecase.CaseView) string { return w.say("transfer.kind.complaint") }),
		col("filed_on", filedOn),
	}
	return slices.Concat(head, partyColumns(w, col), disputeColumns(w, law, col), restColumns(col))
}

type transferColumn = func(string, func(*usecase.CaseView) string) Column[usecase.CaseView]

// partyColumns are the complainant and the respondent of form 1.
func partyColumns(w Words, col transferColumn) []Column[usecase.CaseView] {
	consumer := func(name string, of func(*usecase.PersonView) string) Column[usecase.CaseView] {
		return col(name, func(v *usecase.CaseView) string {
			if v.Consumer == nil {
				return ""
			}
			return of(v.Consumer)
		})
	}
	return []Column[usecase.CaseView]{
		consumer("consumer_name", func(p *usecase.PersonView) string { return p.Name }),
		consumer("consumer_phone", func(p *usecase.PersonView) string { return p.Phone }),
		consumer("id_type", func(p *usecase.PersonView) string {
			if p.IDType == "" {
				return ""
			}
			return w.say("id_type." + p.IDType)
		}),
		consumer("id_number", func(p *usecase.PersonView) string { return longNumber(p.IDNumber) }),
		consumer("consumer_address", func(p *usecase.PersonView) string { return p.Address }),
		col("respondent_name", respondentName),
		col("respondent_contact", func(v *usecase.CaseView) string {
			if person := told(v).Person; person != respondentName(v) {
				return person
			}
			return ""
		}),
		col("respondent_address", respondentAddress),
		col("respondent_phone", func(v *usecase.CaseView) string { return told(v).Phone }),
	}
}

// disputeColumns are the requests, the facts and the consents of form 1.
func disputeColumns(w Words, law statute.Vocabulary, col transferColumn) []Column[usecase.CaseView] {
	bought := func(name string, of func(*usecase.PurchaseView) string) Column[usecase.CaseView] {
		return col(name, func(v *usecase.CaseView) string {
			if v.Subject == nil {
				return ""
			}
			return of(v.Subject)
		})
	}
	consent := func(name string, of func(*usecase.DeclaredView) bool) Column[usecase.CaseView] {
		return col(name, func(v *usecase.CaseView) string {
			if v.Declared == nil {
				return ""
			}
			return w.yes(of(v.Declared))
		})
	}
	return []Column[usecase.CaseView]{
		col("requests", func(v *usecase.CaseView) string { return requests(v, w, law) }),
		bought("when", func(p *usecase.PurchaseView) string { return p.BoughtOn.String() }),
		bought("where", func(p *usecase.PurchaseView) string { return p.Place }),
		bought("item", func(p *usecase.PurchaseView) string { return spaced(p.Name, p.Brand, p.Model) }),
		col("amount", func(v *usecase.CaseView) string { return yuan(v.AmountFen) }),
		col("facts", func(v *usecase.CaseView) string { return v.Facts }),
		col("evidence", func(v *usecase.CaseView) string {
			if len(v.Evidence) == 0 {
				return ""
			}
			return w.say("evidence.files", "{n}", strconv.Itoa(len(v.Evidence)))
		}),
		consent("consent_publish", func(d *usecase.DeclaredView) bool { return d.Publish }),
		consent("consent_delegate", func(d *usecase.DeclaredView) bool { return d.DelegateMediation }),
	}
}

// restColumns stand behind the form.
func restColumns(col transferColumn) []Column[usecase.CaseView] {
	filer := func(name string, of func(*usecase.FilerView) string) Column[usecase.CaseView] {
		return col(name, func(v *usecase.CaseView) string {
			if v.Filer == nil {
				return ""
			}
			return of(v.Filer)
		})
	}
	return []Column[usecase.CaseView]{
		col("merchant", func(v *usecase.CaseView) string { return cmp.Or(v.Merchant.USCC, told(v).USCC) }),
		col("platform", func(v *usecase.CaseView) string {
			if p := told(v).Platform; p != nil {
				return spaced(p.Name, p.Shop)
			}
			return ""
		}),
		col("order_no", func(v *usecase.CaseView) string {
			if v.Subject == nil {
				return ""
			}
			return longNumber(v.Subject.OrderNo)
		}),
		filer("filer", func(f *usecase.FilerView) string { return f.Name }),
		filer("filer_phone", func(f *usecase.FilerView) string { return f.Phone }),
	}
}

func their12315(v *usecase.CaseView) string {
	at := slices.IndexFunc(v.ExternalRefs, func(r complaint.ExternalRef) bool { return r.System == system12315 })
	if at < 0 {
		return ""
	}
	return v.ExternalRefs[at].Number
}

func told(v *usecase.CaseView) *usecase.ToldView {
	if v.Told == nil {
		return &usecase.ToldView{}
	}
	return v.Told
}

// respondentName is the confirmed name, or the best that the consumer told.
func respondentName(v *usecase.CaseView) string {
	t := told(v)
	shop := ""
	if t.Platform != nil {
		shop = t.Platform.Shop
	}
	return cmp.Or(v.Merchant.Name, t.Name, t.Sign, t.Person, shop)
}

func respondentAddress(v *usecase.CaseView) string {
	t := told(v)
	market, shown := "", ""
	if t.Market != nil {
		market = spaced(t.Market.Name, t.Market.Stall)
	}
	if t.Platform != nil {
		shown = t.Platform.AddressShown
	}
	return cmp.Or(t.Address, market, shown, t.Landmark)
}

// requests joins what is asked for, each with its sum and words.
func requests(v *usecase.CaseView, w Words, law statute.Vocabulary) string {
	list := make([]string, len(v.Requests))
	for i, r := range v.Requests {
		name := r.Kind
		if word, ok := law.RequestKind(r.Kind); ok {
			name = word.ZH
			if w.lang == "en" {
				name = word.EN
			}
		}
		sum := ""
		if r.AmountFen > 0 {
			sum = w.say("amount.yuan", "{yuan}", yuan(r.AmountFen))
		}
		list[i] = spaced(name, sum, r.Text)
	}
	return strings.Join(list, "; ")
}

// spaced joins the texts that are there.
func spaced(texts ...string) string {
	return strings.Join(slices.DeleteFunc(texts, func(s string) bool { return s == "" }), " ")
}

// yuan writes a sum in fen as yuan, which is what the form asks for.
func yuan(fen int64) string {
	if fen <= 0 {
		return ""
	}
	return fmt.Sprintf("%d.%02d", fen/100, fen%100)
}

// filedOn is the day on which the complaint was entered here, in Asia/Shanghai.
func filedOn(v *usecase.CaseView) string {
	if v.FiledAt.IsZero() {
		return ""
	}
	return calendar.DateOf(v.FiledAt).String()
}

// mostDigits is what a spreadsheet shows of a number without shortening it.
const mostDigits = 11

// longNumber keeps a spreadsheet from taking a number of many digits for a quantity,
// of which it would lose all digits behind the fifteenth: a tab behind it makes it
// text. What reads the sheet takes the tab off.
func longNumber(s string) string {
	if len(s) > mostDigits && strings.Trim(s, "0123456789") == "" {
		return s + "\t"
	}
	return s
}
