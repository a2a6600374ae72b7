package responsetime

import (
	"context"

	"fangxin/projections/readmodel"
)

// caseSize is what looking at one case costs, in counters.
const caseSize = 4

// where picks the cases that may be counted in a month.
func (p *plan) where(month int) readmodel.Expr {
	in := func(name, value string) readmodel.Expr {
		return readmodel.In(string(index(nil, name, p.Source, value)))
	}
	terms := make([]readmodel.Expr, 0, 4)
	if p.Merchant != "" {
		terms = append(terms, in(ixMerchant, p.Merchant))
	}
	terms = append(terms, in(ixMonth, monthName(month)))
	if p.Region != "" {
		terms = append(terms, in(ixRegion, p.Region))
	}
	if p.Category != "" {
		terms = append(terms, in(ixCategory, p.Category))
	}
	return readmodel.All(terms...)
}

// cases adds the cases of one month, off their ledgers.
func (r *reader) cases(g *gathering, x step, month int) error {
	page := readmodel.Page{Where: g.plan.where(month), Order: readmodel.Oldest, Limit: readmodel.MaxPage}
	for r.left > 0 {
		rows, views, err := r.page(page)
		if err != nil {
			return err
		}
		for _, v := range views {
			if v == nil {
				continue
			}
			key, class, ok := g.plan.asOf(v, month, x.shift)
			if !ok {
				continue
			}
			into := g.at(key)
			v.entries(g.asOf, func(m measure, o *observation, n int64) {
				g.add(into, x.role, &counted{measure: m, observation: *o, class: class, n: n, fen: n * o.Fen})
			})
		}
		if page.After = rows.Next; rows.Next == "" {
			return nil
		}
	}
	return nil
}

// page reads one page of cases.
func (r *reader) page(p readmodel.Page) (readmodel.Rows, []*View, error) {
	rows, err := r.model.Page(r.ctx, r.space, p)
	if err != nil {
		return rows, nil, err
	}
	keys := make([]string, len(rows.Rows))
	for i, row := range rows.Rows {
		keys[i] = readmodel.ViewPrefix + row.Member
	}
	r.left -= caseSize * len(keys)
	views := make([]*View, len(keys))
	if len(keys) == 0 {
		return rows, views, nil
	}
	docs, err := r.model.GetMany(r.ctx, r.space, keys)
	for i, d := range docs {
		views[i], _ = d.(*View)
	}
	return rows, views, err
}

// asOf says where a case counts as of the day asked for, if it does in this month.
func (p *plan) asOf(v *View, month, shift int) (key []string, class uint8, ok bool) {
	at := v.placeAt(p.AsOf)
	if at == nil || at.Filed == 0 {
		return nil, 0, false
	}
	if y, m, _ := at.Filed.Civil(); y*12+int(m)-1 != month {
		return nil, 0, false
	}
	class = v.classAt(p.AsOf)
	if !p.Everyone && class != publicCode {
		return nil, 0, false
	}
	key, ok = p.key(valuesOf(at), month+shift)
	return key, class, ok
}

// maxLooked bounds the cases looked at for one page.
const maxLooked = 2_000

// MaxCases bounds a page of cases.
const MaxCases = 200

// Cases lists the cases behind a figure: those of the question without By, whose filters
// name the figure. *QuestionError, readmodel.ErrCursor, readmodel.ErrUnavailable.
//
// A page can end early, with a cursor, where it had to look at too many.
func Cases(ctx context.Context, m readmodel.Model, q Question, of CasePart, cursor string, limit int) (CasePage, error) {
	if len(q.By) > 0 {
		return CasePage{}, &QuestionError{"by", string(q.By[0])}
	}
	if of != OfNumerator && of != OfDenominator && of != OfExcluded {
		return CasePage{}, &QuestionError{"part", string(of)}
	}
	p, err := asked(q)
	if err != nil {
		return CasePage{}, err
	}
	s, at, err := readmodel.Reading(ctx, m, Name, Version)
	if err != nil {
		return CasePage{}, err
	}
	l := lister{
		reader: reader{ctx: ctx, model: m, space: s, left: maxLooked * caseSize}, plan: p, of: of,
		limit: min(MaxCases, max(1, limit)), page: CasePage{Version: p.metric.Version, Rows: []CaseRow{}, AsOf: q.AsOf, Position: at},
	}
	months, err := l.list(ixMonths, p.Source)
	if err != nil {
		return CasePage{}, err
	}
	err = l.run(months, cursor)
	return l.page, err
}
