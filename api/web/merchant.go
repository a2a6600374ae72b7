package web

import (
	"context"

	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"

	"fangxin/projections/responsetime"
	"fangxin/projections/search"
)

// How much a merchant's page shows.
const (
	merchantsPage  = 10
	merchantMonths = 24
)

// merchantView is what a merchant's page shows.
type merchantView struct {
	Merchant Merchant
	List     List
	// Category is that of the newest record; the merchant's months stand beside it.
	Category string
	Times    lineChart
	// Totals are figures over all of its public cases.
	Totals []total
	// Spread is drawn from the least number of cases on.
	Spread histogram
	Few    bool
	Said   Number // records with the merchant's statement
	// Objected are the records that were published after the merchant's objection was
	// dismissed, or with what it put right.
	Dismissed, Corrected Number
	Same                 []MerchantName
}

// total is one figure over everything that was asked for.
type total struct {
	Metric responsetime.Metric
	Figure responsetime.Figure
	Cases  templ.SafeURL
}

func (s *Site) merchant(ctx context.Context, c echo.Context, p *page) (templ.Component, error) {
	id, err := identifier(c)
	if err != nil {
		return nil, err
	}
	m, err := s.source.Merchant(ctx, id)
	if err != nil {
		return nil, err
	}
	if err := p.cover(ctx, m.Source); err != nil {
		return nil, err
	}
	p.title = p.T("merchant.title", "merchant", p.MerchantName(m.MerchantName))
	own := search.Filter{}.With(search.Source, m.Source).With(search.Merchant, id)
	v := merchantView{Merchant: m}
	if v.List, err = s.source.Find(ctx, own, search.Newest, "", merchantsPage); err != nil {
		return nil, err
	}
	if len(v.List.Records) > 0 {
		v.Category = v.List.Records[0].Category
		if f := v.List.Records[0].Foreign; f != nil {
			v.Category = f.Product
		}
	}
	if err := s.merchantVoice(ctx, own, &v); err != nil {
		return nil, err
	}
	if m.Namesake {
		found, err := s.source.Merchants(ctx, m.Source, m.Name, namesFound)
		if err != nil {
			return nil, err
		}
		for _, n := range found {
			if n.ID != m.ID && n.Name == m.Name {
				v.Same = append(v.Same, n)
			}
		}
	}
	if err := s.merchantFigures(ctx, p, &v); err != nil {
		return nil, err
	}
	return merchantPage(p, v), nil
}

// merchantVoice counts the records beside which the merchant was heard.
func (s *Site) merchantVoice(ctx context.Context, own search.Filter, v *merchantView) (err error) {
	count := func(to *Number, f search.Field, value string) {
		if err == nil {
			*to, err = s.source.Count(ctx, own.With(f, value))
		}
	}
	count(&v.Said, search.Statement, "yes")
	count(&v.Dismissed, search.Objection, "dismissed")
	count(&v.Corrected, search.Objection, "corrected")
	return err
}

// merchantFigures asks for the merchant's figures and for the months of its industry.
func (s *Site) merchantFigures(ctx context.Context, p *page, v *merchantView) error {
	q := responsetime.Question{Metric: "first_response_time", Merchant: v.Merchant.ID, Source: v.Merchant.Source, AsOf: p.today}
	ids := []string{"first_response_time", "response_rate_10d", "mediation_success_closed", "mediation_success_accepted", "rating_coverage", "satisfaction"}
	if p.foreign {
		q.Metric, ids = "received_to_sent_time", []string{"received_to_sent_time", "timely_stated", "relief_stated", "disputed_stated"}
	}
	for _, id := range ids {
		ask := q
		ask.Metric = id
		a, err := s.source.Ask(ctx, ask)
		if err != nil {
			return err
		}
		t := total{Metric: a.Metric, Cases: p.casesURL(ask)}
		if len(a.Figures) > 0 {
			t.Figure = a.Figures[0]
		} else {
			t.Figure.TooFew = true
		}
		if id == q.Metric {
			v.Few = t.Figure.TooFew
			if !v.Few {
				v.Spread = p.spread("spread", &a, &t.Figure)
			}
		}
		v.Totals = append(v.Totals, t)
	}
	if v.Few {
		return nil // the cases are listed instead
	}
	return s.beside(ctx, p, q, v)
}

// beside draws the merchant's months and those of its industry.
func (s *Site) beside(ctx context.Context, p *page, q responsetime.Question, v *merchantView) error {
	last := monthOf(p.today)
	if !v.Merchant.Last.IsZero() && p.foreign {
		last = monthOf(v.Merchant.Last)
	}
	months := lastMonths(last, merchantMonths)
	q.By, q.From, q.To = []responsetime.Dimension{responsetime.Month}, months[0].String(), last.String()
	own, err := s.source.Ask(ctx, q)
	if err != nil {
		return err
	}
	mine, counts := p.timeline(&own, months)
	mine.Name = p.T("merchant.own")
	v.Times = lineChart{
		ID: "times", Title: p.T("merchant.times.title", "metric", p.MetricName(own.Metric.ID)), Note: p.T("merchant.times.note"),
		Axis: p.Axis(&own.Metric), First: p.T("col.month"), Steps: p.months(months), Series: []series{mine}, Counts: &counts,
	}
	if v.Category == "" {
		return nil
	}
	q.Merchant, q.Category = "", v.Category
	industry, err := s.source.Ask(ctx, q)
	if err != nil {
		return err
	}
	theirs, _ := p.timeline(&industry, months)
	theirs.Name = p.T("merchant.industry", "category", p.categoryName(v.Category))
	v.Times.Series = append(v.Times.Series, theirs)
	return nil
}

func (p *page) categoryName(code string) string {
	if p.foreign {
		return code
	}
	return p.Category(code)
}
