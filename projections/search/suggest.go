package search

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"

	"fangxin/projections/disclosure"
	"fangxin/projections/readmodel"
	"fangxin/projections/words"
)

// Suggestion is a merchant whose name, or credit code (统一社会信用代码), begins with
// what was typed, or whose name holds it.
type Suggestion struct {
	ID     string `json:"id"`
	Name   string `json:"name"`
	USCC   string `json:"uscc,omitempty"`
	Region string `json:"region,omitempty"`
	// Stores is how many of its stores the register names.
	Stores int `json:"stores,omitempty"`
	// N is how many public records it has.
	N int64 `json:"n"`
	// Namesake: another merchant of the list has the same name; credit code, region and
	// stores tell them apart.
	Namesake bool `json:"namesake,omitempty"`
}

// Bounds of Suggest.
const (
	MaxSuggestions = 50
	namesakes      = 20 // of one name
)

// Suggest returns merchants with public records for what was typed: first those whose
// name or code begins with it, in the order of names, then those whose name holds its
// words. No merchant stands higher because it has more records.
// readmodel.ErrUnavailable.
func Suggest(ctx context.Context, m readmodel.Model, typed string, limit int) ([]Suggestion, error) {
	limit = min(MaxSuggestions, max(1, limit))
	folded := words.Fold(typed)
	if folded == "" {
		return nil, nil
	}
	out, err := beginning(ctx, m, folded, limit)
	if err != nil {
		return nil, err
	}
	if len(out) < limit {
		page, err := disclosure.FindMerchants(ctx, m, typed, "", limit)
		if err != nil {
			return nil, err
		}
		for i := range page.Rows {
			if s := suggestion(&page.Rows[i]); len(out) < limit && !slices.ContainsFunc(out, func(o Suggestion) bool { return o.ID == s.ID }) {
				out = append(out, s)
			}
		}
	}
	names := map[string]int{}
	for _, s := range out {
		names[s.Name]++
	}
	for i := range out {
		out[i].Namesake = names[out[i].Name] > 1
	}
	return out, nil
}

// beginning finds merchants by the beginning of a name or code.
func beginning(ctx context.Context, m readmodel.Model, folded string, limit int) ([]Suggestion, error) {
	s, _, err := readmodel.Reading(ctx, m, disclosure.Name, disclosure.Version)
	if err != nil {
		return nil, err
	}
	names, err := m.Indexes(ctx, s, disclosure.MerchantNameIndex+folded, "", 2*limit)
	if err != nil {
		return nil, err
	}
	var out []Suggestion
	for _, n := range names {
		page, err := m.Page(ctx, s, readmodel.Page{Where: readmodel.In(n), Order: readmodel.Oldest, Limit: namesakes})
		if err != nil {
			return nil, err
		}
		for _, r := range page.Rows {
			one, err := disclosure.MerchantPage(ctx, m, r.Member)
			if errors.Is(err, readmodel.ErrNotFound) {
				continue
			}
			if err != nil {
				return nil, err
			}
			// The index keeps former names as well.
			if strings.HasPrefix(words.Fold(one.Name), folded) || strings.HasPrefix(words.Fold(one.USCC), folded) {
				out = append(out, suggestion(&one))
			}
		}
		if len(out) >= limit {
			break
		}
	}
	slices.SortStableFunc(out, func(a, b Suggestion) int {
		return cmp.Or(strings.Compare(a.Name, b.Name), strings.Compare(a.Region, b.Region), strings.Compare(a.ID, b.ID))
	})
	out = slices.CompactFunc(out, func(a, b Suggestion) bool { return a.ID == b.ID })
	return out[:min(len(out), limit)], nil
}

func suggestion(m *disclosure.Merchant) Suggestion {
	return Suggestion{ID: m.ID, Name: m.Name, USCC: m.USCC, Region: m.Region, Stores: m.Stores, N: m.Total}
}
