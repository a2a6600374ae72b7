package disclosure

import (
	"context"
	"errors"
	"strings"

	"fangxin/domain/calendar"
	"fangxin/domain/es"
	"fangxin/projections/readmodel"
	"fangxin/projections/words"
)

// List returns a page of public records, the newest first.
// readmodel.ErrCursor, readmodel.ErrUnavailable.
func List(ctx context.Context, m readmodel.Model, f Filter, cursor string, limit int) (Page, error) {
	s, at, err := readmodel.Reading(ctx, m, Name, Version)
	if err != nil {
		return Page{}, err
	}
	page := Page{AsOf: at}
	p := readmodel.Page{After: cursor, Limit: limit, Min: int64(f.From), Max: int64(f.To)}
	query := words.Parse(f.Q)
	plan, err := f.find(ctx, m, s, query, &p.Where)
	if err != nil || plan.None {
		return page, err
	}
	keep := func(view any) (Record, bool) {
		v, ok := view.(*View)
		if !ok || !v.Public || !plan.Exact && !query.In(v.Record.Texts(nil)...) {
			return Record{}, false
		}
		return v.Record, true
	}
	if page.Records, page.Next, err = readmodel.Select(ctx, m, s, p, keep); err != nil {
		return Page{}, err
	}
	p.After = ""
	if plan.Exact {
		page.Total, err = m.Count(ctx, s, p.Where, p.Min, p.Max)
	} else {
		page.Total, err = readmodel.CountKept(ctx, m, s, p, func(v any) bool { _, ok := keep(v); return ok })
	}
	return page, err
}

// find turns the filter into a set, ordered by day.
func (f Filter) find(ctx context.Context, m readmodel.Model, s readmodel.Space, q words.Query, where *readmodel.Expr) (words.Plan, error) {
	source := f.Source
	if source == "" {
		source = SourceNative
	}
	terms := []readmodel.Expr{readmodel.In(BySource.Index(source))}
	for _, t := range []struct {
		field Field
		value string
	}{{ByMerchant, f.Merchant}, {ByRegion, f.Region}, {ByCategory, f.Category}, {ByOutcome, f.Outcome}} {
		if t.value != "" {
			terms = append(terms, readmodel.In(t.field.Index(t.value)))
		}
	}
	plan, err := q.Plan(ctx, m, s, WordIndex, readmodel.MaxTerms-len(terms))
	if err != nil {
		return plan, err
	}
	*where = readmodel.All(append(terms, plan.Terms...)...)
	return plan, nil
}

// Get returns one record by its case's id. A withdrawn one comes without content
// and with Withdrawn set. readmodel.ErrNotFound.
func Get(ctx context.Context, m readmodel.Model, id string) (Record, error) {
	s, _, err := readmodel.Reading(ctx, m, Name, Version)
	if err != nil {
		return Record{}, err
	}
	view, err := m.Get(ctx, s, readmodel.ViewKey(es.StreamID("complaint."+id)))
	if err != nil {
		return Record{}, err
	}
	v, ok := view.(*View)
	if !ok || !v.Public && v.Record.Withdrawn == "" {
		return Record{}, readmodel.ErrNotFound
	}
	return v.Record, nil
}

// MerchantPage returns a merchant of the register with its counts.
// readmodel.ErrNotFound where it has no public record.
func MerchantPage(ctx context.Context, m readmodel.Model, id string) (Merchant, error) {
	s, _, err := readmodel.Reading(ctx, m, Name, Version)
	if err != nil {
		return Merchant{}, err
	}
	return merchant(ctx, m, s, id)
}

// maxTallies bounds the pairs of source and outcome of one merchant.
const maxTallies = 1000

func merchant(ctx context.Context, m readmodel.Model, s readmodel.Space, id string) (Merchant, error) {
	doc, err := m.Get(ctx, s, merchantKey+id)
	if err != nil {
		return Merchant{}, err
	}
	d, ok := doc.(*MerchantDoc)
	if !ok {
		return Merchant{}, readmodel.ErrNotFound
	}
	out := Merchant{ID: d.ID, Name: d.Name, USCC: d.USCC, Region: d.Region, CodeTail: CodeTail(d.USCC), Industry: d.Industry}
	from := tallyKey + id + "\x00"
	counts, err := m.Counters(ctx, s, from, tallyKey+id+"\x01", maxTallies)
	if err != nil {
		return Merchant{}, err
	}
	for _, c := range counts {
		source, outcome, _ := strings.Cut(c.Key[len(from):], "\x00")
		if c.Value != 0 {
			out.Counts = append(out.Counts, Tally{Source: source, Outcome: outcome, N: c.Value})
			out.Total += c.Value
		}
	}
	if out.Total == 0 {
		return Merchant{}, readmodel.ErrNotFound
	}
	if out.Stores, err = storesOf(ctx, m, s, id); err != nil {
		return Merchant{}, err
	}
	if out.First, err = edge(ctx, m, s, id, readmodel.Oldest); err != nil {
		return Merchant{}, err
	}
	out.Last, err = edge(ctx, m, s, id, readmodel.Newest)
	return out, err
}

// maxStores bounds the stores of one merchant that are counted.
const maxStores = 200

func storesOf(ctx context.Context, m readmodel.Model, s readmodel.Space, id string) (int, error) {
	list, err := m.Counters(ctx, s, storeKey+id+"\x00", storeKey+id+"\x01", maxStores)
	n := 0
	for _, c := range list {
		if c.Value > 0 {
			n++
		}
	}
	return n, err
}

// edge is the first or last day of a merchant's records.
func edge(ctx context.Context, m readmodel.Model, s readmodel.Space, id string, o readmodel.Order) (calendar.Date, error) {
	p, err := m.Page(ctx, s, readmodel.Page{Where: readmodel.In(ByMerchant.Index(id)), Order: o, Limit: 1})
	if err != nil || len(p.Rows) == 0 {
		return 0, err
	}
	return calendar.Date(p.Rows[0].Score), nil
}

// merchantRounds bounds the pages of candidates that one page of merchants looks at.
const merchantRounds = 5

// FindMerchants returns merchants with public records whose name holds the words of
// q, or all. They come in the order of their ids.
func FindMerchants(ctx context.Context, m readmodel.Model, q, cursor string, limit int) (Merchants, error) {
	s, at, err := readmodel.Reading(ctx, m, Name, Version)
	if err != nil {
		return Merchants{}, err
	}
	out := Merchants{AsOf: at}
	query := words.Parse(q)
	plan, err := query.Plan(ctx, m, s, ixMerchantWord, readmodel.MaxTerms-1)
	if err != nil || plan.None {
		return out, err
	}
	limit = min(readmodel.MaxPage, max(1, limit))
	p := readmodel.Page{
		Where: readmodel.All(append([]readmodel.Expr{readmodel.In(ixMerchants)}, plan.Terms...)...),
		Order: readmodel.Oldest, After: cursor,
	}
	for range merchantRounds {
		p.Limit = limit
		page, err := m.Page(ctx, s, p)
		if err != nil {
			return Merchants{}, err
		}
		for i, r := range page.Rows {
			one, err := merchant(ctx, m, s, r.Member)
			if errors.Is(err, readmodel.ErrNotFound) || err == nil && !query.In(one.Name) {
				continue
			}
			if err != nil {
				return Merchants{}, err
			}
			if out.Rows = append(out.Rows, one); len(out.Rows) == limit {
				if i+1 < len(page.Rows) || page.Next != "" {
					out.Next = readmodel.CursorOf(r)
				}
				return out, nil
			}
		}
		if p.After = page.Next; p.After == "" {
			return out, nil
		}
	}
	out.Next = p.After
	return out, nil
}
