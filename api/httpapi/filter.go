package httpapi

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"fangxin/api/problem"
	"fangxin/domain/calendar"
	"fangxin/domain/complaint"
	"fangxin/domain/statute"
	"fangxin/projections/disclosure"
	"fangxin/projections/search"
)

// filter reads what narrows the register.
func (q *query) filter(l *search.Lexicon) search.Filter {
	q.known = append(q.known, search.Parameters()...)
	f, faults := search.Read(q.values, l)
	for _, bad := range faults {
		q.fault(bad.Name, bad.Code)
	}
	return f
}

// order is newest or oldest first.
func (q *query) order() search.Order {
	if q.one("order", "newest", "oldest") == "oldest" {
		return search.Oldest
	}
	return search.Newest
}

// codes names the parameters whose codes neither the law nor any public record has.
func (s *surface) codes(ctx context.Context, f search.Filter) error {
	var faults []problem.Fault
	for _, field := range disclosure.Fields() {
		c := f.Choices[field]
		for name, list := range map[string][]string{string(field): c.In, search.Not + string(field): c.Out} {
			for _, v := range list {
				known, err := s.knows(ctx, field, v)
				if err != nil {
					return err
				}
				if !known {
					faults = append(faults, problem.In(name, "unknown_code"))
					break
				}
			}
		}
	}
	if len(faults) == 0 {
		return nil
	}
	slices.SortFunc(faults, func(a, b problem.Fault) int { return strings.Compare(a.Parameter, b.Parameter) })
	return problem.New(problem.BadParameter, faults...)
}

// knows says whether a value is a code of the field. Ids of merchants are no codes.
func (s *surface) knows(ctx context.Context, field search.Field, v string) (bool, error) {
	if field == search.Merchant || slices.Contains(s.codesOf(field), v) || s.divides(field, v) {
		return true, nil
	}
	return search.Occurs(ctx, s.Model, field, v)
}

// divides: the leading digits of divisions are codes of a region.
func (s *surface) divides(field search.Field, v string) bool {
	if field != search.Region && field != search.Office {
		return false
	}
	return slices.ContainsFunc(s.Law.Regions().All(), func(r statute.Region) bool {
		return r.Code == v || field == search.Region && (len(v) == 2 || len(v) == 4) && strings.HasPrefix(r.Code, v)
	})
}

// codesOf lists the codes that are known without a look at the records.
func (s *surface) codesOf(field search.Field) []string {
	switch field {
	case search.Source:
		// What the program can import, with and without public records.
		return []string{disclosure.SourceNative, "cfpb", "consumidor", "12315"}
	case search.Kind:
		return kinds()
	case search.Category:
		return s.nestedCategories()
	case search.Outcome:
		return []string{
			string(complaint.OutcomeAgreement), string(complaint.OutcomeSettlement), string(complaint.OutcomePrior),
			string(complaint.OutcomeNoAgreement), string(complaint.OutcomeWithdrawn), string(complaint.OutcomeDeclined),
		}
	case search.Class:
		return []string{"ordinary", "prior_settlement"}
	case search.Request:
		var out []string
		for _, w := range s.Law.Vocabulary().RequestKinds {
			out = append(out, w.Code)
		}
		return out
	case search.Band:
		return s.bands()
	case search.Objection:
		return []string{complaint.ObjectionDismissed, complaint.ObjectionCorrected}
	case search.Statement, search.Narrative:
		return []string{disclosure.Yes, disclosure.No}
	}
	return nil
}

func kinds() []string { return []string{"goods", "service"} }

// nestedCategories are the categories, alone and below their kind.
func (s *surface) nestedCategories() []string {
	out := kinds()
	for _, w := range s.Law.Vocabulary().Categories {
		out = append(out, w.Code)
		for _, k := range kinds() {
			if w.Kind == k || w.Kind == "any" {
				out = append(out, k+disclosure.Nested+w.Code)
			}
		}
	}
	return out
}

// bands are the bands of amounts of the policies of all times, by their edges in fen.
func (s *surface) bands() []string {
	var out []string
	for _, p := range s.Law.Policies() {
		for i, lo := range p.AmountBands {
			band := strconv.FormatInt(lo, 10) + "-"
			if i+1 < len(p.AmountBands) {
				band += strconv.FormatInt(p.AmountBands[i+1], 10)
			}
			if !slices.Contains(out, band) {
				out = append(out, band)
			}
		}
	}
	return out
}

// today is the day in Asia/Shanghai.
func (s *surface) today() calendar.Date { return calendar.DateOf(s.Now()) }
