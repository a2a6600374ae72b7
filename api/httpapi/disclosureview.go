package httpapi

import (
	"context"

	"fangxin/api/export"
	"fangxin/domain/calendar"
	"fangxin/domain/sealed"
	"fangxin/projections/disclosure"
)

// disclosureView is a public record as data. Nothing sealed is in it: a natural
// person's name is left out, a foreign narrative is opened only while its consent
// stands.
type disclosureView struct {
	ID          string         `json:"id"`
	Source      string         `json:"source"`
	Policy      string         `json:"policy"`
	Merchant    publicMerchant `json:"merchant"`
	Region      string         `json:"region,omitempty"`
	Category    string         `json:"category,omitempty"`
	Kind        string         `json:"kind,omitempty"`
	Requests    []string       `json:"requests,omitempty"`
	Band        string         `json:"band,omitempty"`
	Outcome     string         `json:"outcome,omitempty"`
	Ground      string         `json:"ground,omitempty"`
	Class       string         `json:"class,omitempty"`
	FiledOn     calendar.Date  `json:"filed_on,omitempty"`
	EndedOn     calendar.Date  `json:"ended_on,omitempty"`
	Days        int            `json:"days"`
	Office      string         `json:"office,omitempty"`
	Summary     string         `json:"summary,omitempty"`
	Statement   string         `json:"statement,omitempty"`
	Objection   string         `json:"objection,omitempty"`
	PublishedOn calendar.Date  `json:"published_on,omitempty"`
	Until       calendar.Date  `json:"until,omitempty"`
	Revises     string         `json:"revises,omitempty"`
	CorrectedOn calendar.Date  `json:"corrected_on,omitempty"`
	Foreign     *foreignView   `json:"foreign,omitempty"`
	Notes       []string       `json:"notes"`
}

// Notes that go with every public record and list: what they say are the sides' own
// statements, and a mediation result is no finding of illegality.
const (
	noteStatements = "parties_statements"
	noteNoFinding  = "no_finding_of_illegality"
)

func publicNotes() []string { return []string{noteStatements, noteNoFinding} }

// covered is the period that a list is from: the first and the last day of what is on
// the register of its source.
type covered struct {
	From calendar.Date `json:"from,omitempty"`
	To   calendar.Date `json:"to,omitempty"`
}

// covers says which period the register of the sources covers, without one that of
// native records.
func (s *surface) covers(ctx context.Context, sources ...string) (covered, error) {
	if len(sources) == 0 {
		sources = []string{disclosure.SourceNative}
	}
	var out covered
	for _, source := range sources {
		e, err := disclosure.ExtentOf(ctx, s.Model, source)
		if err != nil {
			return covered{}, err
		}
		if e.First != 0 && (out.From == 0 || e.First < out.From) {
			out.From = e.First
		}
		out.To = max(out.To, e.Last)
	}
	return out, nil
}

// publicMerchant names a merchant. Person is true for a natural person, whose name is
// personal data and not shown.
type publicMerchant struct {
	ID     string `json:"id"`
	Name   string `json:"name,omitempty"`
	USCC   string `json:"uscc,omitempty"`
	Region string `json:"region,omitempty"`
	Person bool   `json:"person,omitempty"`
	// Store, CodeTail and Industry tell merchants of the same name apart.
	Store    string `json:"store,omitempty"`
	CodeTail string `json:"code_tail,omitempty"`
	Industry string `json:"industry,omitempty"`
}

// foreignView is what another system states, in its own words.
type foreignView struct {
	System         string        `json:"system"`
	Number         string        `json:"number"`
	Received       calendar.Date `json:"received_on"`
	Sent           calendar.Date `json:"sent_on,omitempty"`
	Product        string        `json:"product,omitempty"`
	SubProduct     string        `json:"sub_product,omitempty"`
	Issue          string        `json:"issue,omitempty"`
	SubIssue       string        `json:"sub_issue,omitempty"`
	State          string        `json:"state,omitempty"`
	ZIP            string        `json:"zip,omitempty"`
	Tags           string        `json:"tags,omitempty"`
	Via            string        `json:"via,omitempty"`
	Response       string        `json:"response,omitempty"`
	PublicResponse string        `json:"public_response,omitempty"`
	Timely         string        `json:"timely,omitempty"`
	Disputed       string        `json:"disputed,omitempty"`
	HasNarrative   bool          `json:"has_narrative"`
	Narrative      string        `json:"narrative,omitempty"`
}

func (s *surface) publicView(ctx context.Context, record *disclosure.Record) disclosureView {
	r := record.Netted()
	p := &r.PublicRecord
	v := disclosureView{
		ID: r.Case, Source: r.Source, Policy: p.Policy, Region: p.Region, Category: p.Category, Kind: p.Kind,
		Merchant: publicMerchant{
			ID: p.Merchant.ID, Name: p.Merchant.Name, USCC: p.Merchant.USCC, Region: p.Merchant.Region,
			Person: p.Merchant.Person != nil, Store: p.Merchant.Store, CodeTail: disclosure.CodeTail(p.Merchant.USCC),
			Industry: p.Merchant.Industry,
		},
		Requests: p.Requests, Band: p.Band, Outcome: string(p.Outcome), Ground: p.Ground, Class: p.Class,
		FiledOn: p.FiledOn, EndedOn: p.EndedOn, Days: p.Days, Office: p.Office, Summary: p.Summary,
		Statement: r.Statement, Objection: r.Objection, PublishedOn: r.Published, Until: r.Until, Revises: r.Revises, CorrectedOn: r.Corrected,
		Notes: publicNotes(),
	}
	if f := r.Foreign; f != nil {
		v.Foreign = &foreignView{
			System: f.System, Number: f.Number, Received: f.Received, Sent: f.Sent, Product: f.Product,
			SubProduct: f.SubProduct, Issue: f.Issue, SubIssue: f.SubIssue, State: f.State, ZIP: f.ZIP, Tags: f.Tags,
			Via: f.Via, Response: f.Response, PublicResponse: f.PublicResponse, Timely: f.Timely, Disputed: f.Disputed,
			HasNarrative: f.HasNarrative,
		}
		if f.Narrative != nil && s.Node.OpenNarrative != nil {
			v.Foreign.Narrative = sealed.MaskText(s.Node.OpenNarrative(ctx, f.Narrative))
		}
	}
	return v
}

// registerColumns are the columns of the CSV file, in order; their names are the
// fields of the JSON form.
func registerColumns() []export.Column[disclosureView] {
	col := func(name string, of func(*disclosureView) string) export.Column[disclosureView] {
		return export.Column[disclosureView]{Name: name, Of: of}
	}
	return append([]export.Column[disclosureView]{
		col("id", func(v *disclosureView) string { return v.ID }),
		col("source", func(v *disclosureView) string { return v.Source }),
		col("policy", func(v *disclosureView) string { return v.Policy }),
		col("merchant_id", func(v *disclosureView) string { return v.Merchant.ID }),
		col("merchant_name", func(v *disclosureView) string { return v.Merchant.Name }),
		col("merchant_uscc", func(v *disclosureView) string { return v.Merchant.USCC }),
		col("merchant_region", func(v *disclosureView) string { return v.Merchant.Region }),
		col("merchant_store", func(v *disclosureView) string { return v.Merchant.Store }),
		col("region", func(v *disclosureView) string { return v.Region }),
		col("category", func(v *disclosureView) string { return v.Category }),
		col("kind", func(v *disclosureView) string { return v.Kind }),
		col("requests", func(v *disclosureView) string { return export.List(v.Requests) }),
		col("band", func(v *disclosureView) string { return v.Band }),
		col("outcome", func(v *disclosureView) string { return v.Outcome }),
		col("ground", func(v *disclosureView) string { return v.Ground }),
		col("class", func(v *disclosureView) string { return v.Class }),
		col("filed_on", func(v *disclosureView) string { return v.FiledOn.String() }),
		col("ended_on", func(v *disclosureView) string { return v.EndedOn.String() }),
		col("days", func(v *disclosureView) string { return export.Whole(v.Days) }),
		col("office", func(v *disclosureView) string { return v.Office }),
		col("summary", func(v *disclosureView) string { return v.Summary }),
		col("statement", func(v *disclosureView) string { return v.Statement }),
		col("objection", func(v *disclosureView) string { return v.Objection }),
		col("published_on", func(v *disclosureView) string { return v.PublishedOn.String() }),
		col("until", func(v *disclosureView) string { return v.Until.String() }),
		col("revises", func(v *disclosureView) string { return v.Revises }),
		col("corrected_on", func(v *disclosureView) string { return v.CorrectedOn.String() }),
	}, foreignColumns()...)
}

// foreignColumns are filled for imported cases only, but for the last.
func foreignColumns() []export.Column[disclosureView] {
	foreign := func(name string, of func(*foreignView) string) export.Column[disclosureView] {
		return export.Column[disclosureView]{Name: name, Of: func(v *disclosureView) string {
			if v.Foreign == nil {
				return ""
			}
			return of(v.Foreign)
		}}
	}
	return []export.Column[disclosureView]{
		foreign("number", func(f *foreignView) string { return f.Number }),
		foreign("received_on", func(f *foreignView) string { return f.Received.String() }),
		foreign("sent_on", func(f *foreignView) string { return f.Sent.String() }),
		foreign("product", func(f *foreignView) string { return f.Product }),
		foreign("sub_product", func(f *foreignView) string { return f.SubProduct }),
		foreign("issue", func(f *foreignView) string { return f.Issue }),
		foreign("sub_issue", func(f *foreignView) string { return f.SubIssue }),
		foreign("state", func(f *foreignView) string { return f.State }),
		foreign("zip", func(f *foreignView) string { return f.ZIP }),
		foreign("tags", func(f *foreignView) string { return f.Tags }),
		foreign("via", func(f *foreignView) string { return f.Via }),
		foreign("response", func(f *foreignView) string { return f.Response }),
		foreign("public_response", func(f *foreignView) string { return f.PublicResponse }),
		foreign("timely", func(f *foreignView) string { return f.Timely }),
		foreign("disputed", func(f *foreignView) string { return f.Disputed }),
		foreign("narrative", func(f *foreignView) string { return f.Narrative }),
		{Name: "notes", Of: func(v *disclosureView) string { return export.List(v.Notes) }},
	}
}
