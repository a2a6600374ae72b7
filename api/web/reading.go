package web

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"fangxin/domain/complaint"
	"fangxin/domain/sealed"
	"fangxin/domain/statute"
	"fangxin/domain/usecase"
	"fangxin/projections/disclosure"
	"fangxin/projections/readmodel"
	"fangxin/projections/responsetime"
	"fangxin/projections/search"
)

// reading answers from the read model.
type reading struct {
	model   readmodel.Model
	keyring sealed.Keyring
	law     *statute.Catalogue
	now     func() time.Time
}

// Find asks the register.
func (r *reading) Find(ctx context.Context, f search.Filter, o search.Order, cursor string, limit int) (List, error) {
	page, err := search.Find(ctx, r.model, f, o, cursor, limit)
	if err != nil {
		return List{}, answered("list", err)
	}
	l := List{Records: make([]Record, len(page.Records)), Next: page.Next, Count: Number(page.Total)}
	for i := range page.Records {
		l.Records[i] = shown(page.Records[i])
	}
	return l, nil
}

// Count counts without keeping the records.
func (r *reading) Count(ctx context.Context, f search.Filter) (Number, error) {
	page, err := search.Find(ctx, r.model, f, search.Newest, "", 1)
	return Number(page.Total), answered("count", err)
}

// Facets asks for the live counts of each further choice.
func (r *reading) Facets(ctx context.Context, f search.Filter) ([]search.Facet, error) {
	page, err := search.Facets(ctx, r.model, f)
	return page.Facets, answered("facets", err)
}

// Ask answers with figures over the public cases.
func (r *reading) Ask(ctx context.Context, q responsetime.Question) (responsetime.Answer, error) {
	a, err := responsetime.Ask(ctx, r.model, q)
	return a, answered("figures", err)
}

// Cases lists the public cases behind a figure.
func (r *reading) Cases(ctx context.Context, q responsetime.Question, of responsetime.CasePart, cursor string, limit int) (responsetime.CasePage, error) {
	page, err := responsetime.Cases(ctx, r.model, q, of, cursor, limit)
	return page, answered("cases", err)
}

// Closings lists the closings of months.
func (r *reading) Closings(ctx context.Context) ([]responsetime.Closing, error) {
	list, err := responsetime.ClosingsOf(ctx, r.model)
	return list, answered("closings", err)
}

// Table reads a published table.
func (r *reading) Table(ctx context.Context, q responsetime.TableQuestion) (responsetime.PublishedTable, error) {
	t, err := responsetime.TableOf(ctx, r.model, q)
	return t, answered("table", err)
}

// Revisions lists what became known of a closed month.
func (r *reading) Revisions(ctx context.Context, q responsetime.RevisionQuestion, cursor string, limit int) (responsetime.RevisionPage, error) {
	page, err := responsetime.Revisions(ctx, r.model, q, cursor, limit)
	return page, answered("revisions", err)
}

// Record returns one record and opens its narrative if it is public.
func (r *reading) Record(ctx context.Context, id string) (Record, error) {
	d, err := disclosure.Get(ctx, r.model, id)
	if err != nil {
		return Record{}, answered("record", err)
	}
	if d.Withdrawn != "" {
		return Record{}, &Withdrawn{Class: d.Withdrawn, On: d.WithdrawnOn}
	}
	x := shown(&d)
	if x.Foreign != nil && d.Foreign.Narrative != nil {
		x.Foreign.Narrative, x.Foreign.Closed = r.open(ctx, d.Foreign.Narrative)
	}
	return x, nil
}

// open gives the narrative, nothing where it was erased or restricted (PIPL 47), and
// closed where it cannot be opened at the moment.
func (r *reading) open(ctx context.Context, v *sealed.Value) (text string, closed bool) {
	text, err := r.keyring.Open(ctx, usecase.FieldNarrative, *v)
	switch {
	case err == nil:
		return sealed.MaskText(text), false
	case errors.Is(err, sealed.ErrErased), errors.Is(err, sealed.ErrRestricted), errors.Is(err, sealed.ErrNoKey):
		return "", false
	}
	return "", true
}

// Covered says how much a source has and from when.
func (r *reading) Covered(ctx context.Context, source string) (Covered, error) {
	e, err := disclosure.ExtentOf(ctx, r.model, source)
	if err != nil {
		return Covered{}, answered("extent", err)
	}
	return Covered{Records: Number(e.Total), First: e.First, Last: e.Last}, nil
}

// Merchants finds merchants with records of the source.
func (r *reading) Merchants(ctx context.Context, source, typed string, limit int) ([]MerchantName, error) {
	found, err := search.Suggest(ctx, r.model, typed, 3*limit)
	if err != nil {
		return nil, answered("merchants", err)
	}
	var out []MerchantName
	for _, m := range found {
		f := search.Filter{}.With(search.Source, source).With(search.Merchant, m.ID)
		n, err := r.Count(ctx, f)
		if err != nil {
			return nil, err
		}
		if n.N > 0 && len(out) < limit {
			out = append(out, MerchantName{ID: m.ID, Name: m.Name, USCC: m.USCC, Source: source, N: n.N,
				Region: m.Region, Stores: m.Stores, Namesake: m.Namesake})
		}
	}
	return out, nil
}

// Merchant puts together counts. A merchant of a foreign source has no native records.
func (r *reading) Merchant(ctx context.Context, id string) (Merchant, error) {
	d, err := disclosure.MerchantPage(ctx, r.model, id)
	if err != nil {
		return Merchant{}, answered("merchant", err)
	}
	source := native
	if !slices.ContainsFunc(d.Counts, func(t disclosure.Tally) bool { return t.Source == native }) && len(d.Counts) > 0 {
		source = d.Counts[0].Source
	}
	m := Merchant{MerchantName: MerchantName{ID: d.ID, Name: d.Name, USCC: d.USCC, Source: source, Region: d.Region, Stores: d.Stores},
		First: d.First, Last: d.Last}
	m.Outcomes, m.Total = tallies(&d, source)
	m.Namesake, err = r.namesake(ctx, &d)
	return m, err
}

// namesake says whether the register has another merchant of the same name.
func (r *reading) namesake(ctx context.Context, d *disclosure.Merchant) (bool, error) {
	if d.Name == "" {
		return false, nil
	}
	found, err := search.Suggest(ctx, r.model, d.Name, search.MaxSuggestions)
	if err != nil {
		return false, answered("merchants", err)
	}
	return slices.ContainsFunc(found, func(s search.Suggestion) bool { return s.Name == d.Name && s.ID != d.ID }), nil
}

// tallies counts one source, in the order of the outcomes' codes.
func tallies(m *disclosure.Merchant, source string) (out []OutcomeCount, total int64) {
	for _, t := range m.Counts {
		if t.Source == source {
			out = append(out, OutcomeCount{t.Outcome, t.N})
			total += t.N
		}
	}
	return out, total
}

// shown turns a record of the projection into what the pages show.
func shown(record *disclosure.Record) Record {
	netted := record.Netted()
	d := &netted
	x := Record{
		ID: d.Case, Source: d.Source, Region: d.Region, Category: d.Category, Kind: d.Kind, Requests: d.Requests,
		Merchant: named(d.Merchant, d.Source), Store: d.Merchant.Store, Industry: d.Merchant.Industry,
		Band: band(d.Band), Outcome: string(d.Outcome), Ground: d.Ground, Class: d.Class,
		FiledOn: d.FiledOn, EndedOn: d.EndedOn, Days: d.Days, Office: d.Office, Summary: d.Summary,
		Statement: d.Statement, Objection: d.Objection, On: d.Published, Until: d.Until, Policy: d.Policy, Revised: d.Revises != "", Corrected: d.Corrected,
	}
	if f := d.Foreign; f != nil {
		x.Foreign = &Foreign{
			Number: f.Number, Product: f.Product, SubProduct: f.SubProduct, Issue: f.Issue, SubIssue: f.SubIssue,
			State: f.State, ZIP: f.ZIP, Tags: f.Tags, Via: f.Via, Received: f.Received, Sent: f.Sent,
			Response: f.Response, PublicResponse: f.PublicResponse, Timely: f.Timely, Disputed: f.Disputed,
		}
		x.On = 0 // the source does not say when it published
	}
	return x
}

// named keeps a natural person's name to its mask.
func named(m complaint.Identity, source string) MerchantName {
	n := MerchantName{ID: m.ID, Name: m.Name, USCC: m.USCC, Person: m.Person != nil, Source: source}
	if n.Person {
		n.Name, n.USCC = m.Person.Mask, ""
	}
	return n
}

// band reads an amount band by its edges in fen, "10000-50000" or "10000000-".
func band(s string) Band {
	from, to, ok := strings.Cut(s, "-")
	lo, err := strconv.ParseInt(from, 10, 64)
	if !ok || err != nil || lo < 0 {
		return Band{}
	}
	if to == "" {
		return Band{From: lo, Known: true}
	}
	hi, err := strconv.ParseInt(to, 10, 64)
	return Band{From: lo, To: hi, Known: err == nil && hi > lo}
}

// answered turns an error of the read model into one of this port.
func answered(what string, err error) error {
	var question *responsetime.QuestionError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &question):
		return question
	case errors.Is(err, readmodel.ErrNotFound), errors.Is(err, responsetime.ErrNotClosed):
		return ErrNotFound
	case errors.Is(err, readmodel.ErrCursor):
		return ErrCursor
	case errors.Is(err, readmodel.ErrUnavailable), errors.Is(err, readmodel.ErrClosed):
		return fmt.Errorf("%s: %w: %w", what, ErrUnavailable, err)
	}
	return fmt.Errorf("%s: %w", what, err)
}
