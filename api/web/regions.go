package web

import (
	"context"

	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"

	"fangxin/domain/statute"
	"fangxin/projections/facet"
	"fangxin/projections/responsetime"
	"fangxin/projections/search"
)

// regionMonths is how many months a region's page draws.
const regionMonths = 13

// regionView is the overview of a division.
type regionView struct {
	Region  statute.Region
	Above   []statute.Region
	Tiles   []tile
	Records Number
	Totals  []total
	Trend   lineChart
	Times   lineChart
	Spread  histogram
}

// tile is one division below. Step shades it by its median, from 1, the fastest, to 5;
// 0 has too few cases.
type tile struct {
	Region  statute.Region
	Records Number
	Time    responsetime.Figure
	Step    int
}

func (s *Site) regions(ctx context.Context, _ echo.Context, p *page) (templ.Component, error) {
	top := s.law.Regions().Children("")
	if len(top) == 0 {
		return nil, ErrNotFound
	}
	return s.overview(ctx, p, top[0])
}

func (s *Site) region(ctx context.Context, c echo.Context, p *page) (templ.Component, error) {
	r, ok := s.law.Regions().ByCode(division6(facet.Division(c.Param("code"))))
	if !ok {
		return nil, ErrNotFound
	}
	return s.overview(ctx, p, r)
}

func (s *Site) overview(ctx context.Context, p *page, r statute.Region) (templ.Component, error) {
	p.title = p.T("region.title", "region", p.Region(r.Code))
	if err := p.cover(ctx, native); err != nil {
		return nil, err
	}
	v := regionView{Region: r}
	for at := r; ; {
		above, ok := s.law.Regions().Parent(at.Code)
		if !ok {
			break
		}
		v.Above = append([]statute.Region{above}, v.Above...)
		at = above
	}
	var err error
	own := search.Filter{}.With(search.Source, native)
	if v.Records, err = s.source.Count(ctx, own.With(search.Region, r.Code)); err != nil {
		return nil, err
	}
	if err := s.regionFigures(ctx, p, &v); err != nil {
		return nil, err
	}
	if err := s.regionTiles(ctx, p, &v); err != nil {
		return nil, err
	}
	return regionPage(p, v), nil
}

// regionFigures asks for totals, trend and distribution.
func (s *Site) regionFigures(ctx context.Context, p *page, v *regionView) error {
	q := responsetime.Question{Region: v.Region.Code, AsOf: p.today}
	for _, id := range []string{"first_response_time", "time_from_receipt", "initial_check_on_time", "closed_on_time", "mediation_success_closed", "mediation_success_accepted"} {
		q.Metric = id
		a, err := s.source.Ask(ctx, q)
		if err != nil {
			return err
		}
		t := total{Metric: a.Metric, Cases: p.casesURL(q)}
		t.Figure.TooFew = true
		if len(a.Figures) > 0 {
			t.Figure = a.Figures[0]
			if id == "first_response_time" {
				v.Spread = p.spread("spread", &a, &t.Figure)
			}
		}
		v.Totals = append(v.Totals, t)
	}
	months := lastMonths(monthOf(p.today), regionMonths)
	q.By, q.From, q.To = []responsetime.Dimension{responsetime.Month}, months[0].String(), months[len(months)-1].String()
	chart := func(id, metric, note string) (lineChart, error) {
		q.Metric = metric
		a, err := s.source.Ask(ctx, q)
		if err != nil {
			return lineChart{}, err
		}
		one, counts := p.timeline(&a, months)
		one.Name = p.MetricName(metric)
		c := lineChart{ID: id, Title: p.T("region." + id), Note: p.T(note), Axis: p.Axis(&a.Metric), First: p.T("col.month"),
			Steps: p.months(months), Series: []series{one}}
		if a.Metric.Kind != responsetime.KindCount {
			c.Counts = &counts
		}
		return c, nil
	}
	var err error
	if v.Trend, err = chart("trend", "received", "region.trend.note"); err != nil {
		return err
	}
	v.Times, err = chart("times", "first_response_time", "region.times.note")
	return err
}

// regionTiles asks for the divisions below, in the order of their codes and of no
// figure.
func (s *Site) regionTiles(ctx context.Context, p *page, v *regionView) error {
	below := s.law.Regions().Children(v.Region.Code)
	if len(below) == 0 {
		return nil
	}
	a, err := s.source.Ask(ctx, responsetime.Question{
		Metric: "first_response_time", Region: v.Region.Code, By: []responsetime.Dimension{responsetime.Region}, AsOf: p.today,
	})
	if err != nil {
		return err
	}
	times := map[string]responsetime.Figure{}
	for _, f := range a.Figures {
		if len(f.Key) == 1 {
			times[facet.Division(f.Key[0])] = f
		}
	}
	own := search.Filter{}.With(search.Source, native)
	for _, r := range below {
		n, err := s.source.Count(ctx, own.With(search.Region, r.Code))
		if err != nil {
			return err
		}
		t := tile{Region: r, Records: n, Time: times[facet.Division(r.Code)]}
		t.Step = shade(&t.Time)
		v.Tiles = append(v.Tiles, t)
	}
	return nil
}

// shade of a median by fixed bounds, so that it means the same on every page.
func shade(f *responsetime.Figure) int {
	if f.P50 == nil {
		return 0
	}
	for i, bound := range shades() {
		if f.P50.Value <= bound {
			return i + 1
		}
	}
	return len(shades()) + 1
}

// shades are the greatest medians, in days, of the first four steps [design].
func shades() []int { return []int{3, 5, 7, 10} }
