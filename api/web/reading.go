package web

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"fangxin/domain/calendar"
	"fangxin/domain/complaint"
	"fangxin/domain/sealed"
	"fangxin/domain/statute"
	"fangxin/domain/usecase"
	"fangxin/projections/disclosure"
	"fangxin/projections/readmodel"
	"fangxin/projections/responsetime"
)

// monthsShown bounds the table of response times.
const monthsShown = 24

// reading answers from the read model.
type reading struct {
	model   readmodel.Model
	keyring sealed.Keyring
	law     *statute.Catalogue
	now     func() time.Time
}

// List asks the projection of the register.
func (r *reading) List(ctx context.Context, f Filter, cursor string, limit int) (List, error) {
	page, err := disclosure.List(ctx, r.model, disclosure.Filter{
		Merchant: f.Merchant, Region: f.Region, Category: f.Category, Outcome: f.Outcome, Source: f.Source, Q: f.Words,
	}, cursor, limit)
	if err != nil {
		return List{}, answered("list", err)
	}
	l := List{Records: make([]Record, len(page.Records)), Next: page.Next, Count: Number(page.Total)}
	for i := range page.Records {
		l.Records[i] = shown(&page.Records[i])
	}
	return l, nil
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
func (r *reading) Merchants(ctx context.Context, source, name string, limit int) ([]MerchantName, error) {
	page, err := disclosure.FindMerchants(ctx, r.model, name, "", 3*limit)
	if err != nil {
		return nil, answered("merchants", err)
	}
	var out []MerchantName
	for i := range page.Rows {
		m := &page.Rows[i]
		if _, n := tallies(m, source); n > 0 && len(out) < limit {
			out = append(out, MerchantName{ID: m.ID, Name: m.Name, USCC: m.USCC, Source: source, N: n})
		}
	}
	return out, nil
}

// Merchant puts together counts and response times. A merchant of a foreign source
// has no native records.
func (r *reading) Merchant(ctx context.Context, id string) (Merchant, error) {
	d, err := disclosure.MerchantPage(ctx, r.model, id)
	if err != nil {
		return Merchant{}, answered("merchant", err)
	}
	source := native
	if !slices.ContainsFunc(d.Counts, func(t disclosure.Tally) bool { return t.Source == native }) && len(d.Counts) > 0 {
		source = d.Counts[0].Source
	}
	m := Merchant{MerchantName: MerchantName{ID: d.ID, Name: d.Name, USCC: d.USCC, Source: source}, Region: d.Region}
	m.Outcomes, m.Total = tallies(&d, source)
	if m.Months, err = r.months(ctx, id, source); err != nil {
		return Merchant{}, answered("response times", err)
	}
	return m, nil
}

// tallies counts one source, the most frequent outcome first.
func tallies(m *disclosure.Merchant, source string) (out []OutcomeCount, total int64) {
	for _, t := range m.Counts {
		if t.Source == source {
			out = append(out, OutcomeCount{t.Outcome, t.N})
			total += t.N
		}
	}
	slices.SortStableFunc(out, func(a, b OutcomeCount) int { return cmp.Compare(b.N, a.N) })
	return out, total
}

// months is the merchant's response time by month, the newest first. Months with
// fewer cases than the policy's small cell are withheld.
func (r *reading) months(ctx context.Context, merchant, source string) ([]Month, error) {
	q := responsetime.Q{Stage: responsetime.StageFirstResponse, By: responsetime.ByMonth, Merchant: merchant}
	if source != native {
		q.Stage, q.Source = responsetime.StageReceivedToSent, source
	}
	table, err := responsetime.Query(ctx, r.model, q)
	if err != nil {
		return nil, err
	}
	small, err := r.smallCell(source)
	if err != nil {
		return nil, err
	}
	onTime, err := r.onTime(ctx, q, small)
	if err != nil {
		return nil, err
	}
	var out []Month
	for _, c := range table.Withhold(small).Rows {
		rate := onTime[c.Key]
		m := Month{N: c.N, P50: c.P50, P90: c.P90, Unit: table.Formula.Unit, OnTime: rate.Num, Due: rate.Den, Withheld: c.Withheld}
		if _, err := fmt.Sscanf(c.Key, "%4d-%2d", &m.Year, &m.Month); err != nil {
			return nil, fmt.Errorf("month %q: %w", c.Key, err)
		}
		if c.N > 0 || c.Withheld {
			out = append(out, m)
		}
	}
	slices.SortFunc(out, func(a, b Month) int { return cmp.Or(b.Year-a.Year, b.Month-a.Month) })
	return out[:min(len(out), monthsShown)], nil
}

// onTime asks by month how many mediations ended in time, or what the foreign source
// states of it.
func (r *reading) onTime(ctx context.Context, q responsetime.Q, small int64) (map[string]responsetime.Rate, error) {
	q.Stage = responsetime.StageMediation
	if q.Source != "" {
		q.Stage = responsetime.StageTimelyStated
	}
	table, err := responsetime.Query(ctx, r.model, q)
	if err != nil {
		return nil, err
	}
	rates := make(map[string]responsetime.Rate, len(table.Rows))
	for _, c := range table.Withhold(small).Rows {
		rates[c.Key] = c.OnTime
	}
	return rates, nil
}

// smallCell is the number of cases below which figures are withheld. Of imported
// cases each row is public: there is nothing to withhold.
func (r *reading) smallCell(source string) (int64, error) {
	if source != native {
		return 0, nil
	}
	p, err := r.law.PolicyAt(calendar.DateOf(r.now()))
	return int64(p.SmallCell), err
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
		Statement: d.Statement, On: d.Published, Until: d.Until, Policy: d.Policy, Revised: d.Revises != "", Corrected: d.Corrected,
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
	switch {
	case errors.Is(err, readmodel.ErrNotFound):
		return ErrNotFound
	case errors.Is(err, readmodel.ErrCursor):
		return ErrCursor
	case errors.Is(err, readmodel.ErrUnavailable), errors.Is(err, readmodel.ErrClosed):
		return fmt.Errorf("%s: %w: %w", what, ErrUnavailable, err)
	}
	return fmt.Errorf("%s: %w", what, err)
}
