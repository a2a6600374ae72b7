package web

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strconv"

	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"

	"fangxin/domain/statute"
)

// How much the pages show beside the list itself.
const (
	newest        = 5
	namesFound    = 6
	merchantsPage = 10
)

// home is what the first page shows.
type home struct {
	Covered  Covered
	Newest   []Record
	Foreign  Number
	Outcomes []OutcomeCount
}

func (s *Site) home(ctx context.Context, _ echo.Context, p *page) (templ.Component, error) {
	p.title = p.T("home.title")
	if err := p.cover(ctx, native); err != nil {
		return nil, err
	}
	list, err := s.source.List(ctx, Filter{Source: native}, "", newest)
	if err != nil {
		return nil, err
	}
	foreign, err := s.source.Covered(ctx, cfpb)
	if err != nil {
		return nil, err
	}
	h := home{Covered: *p.covered, Newest: list.Records, Foreign: foreign.Records}
	for _, o := range outcomes() {
		some, err := s.source.List(ctx, Filter{Source: native, Outcome: string(o)}, "", 1)
		if err != nil {
			return nil, err
		}
		h.Outcomes = append(h.Outcomes, OutcomeCount{string(o), some.Count.N})
	}
	return homePage(p, h), nil
}

// registerView is what the register shows.
type registerView struct {
	asked      asked
	List       List
	Merchants  []MerchantName
	Regions    []division
	Categories []statute.Word
	Outcomes   []statute.Word
	HasForeign bool
}

func (s *Site) list(ctx context.Context, c echo.Context, p *page) (templ.Component, error) {
	a, err := ask(c.QueryParams(), s.law)
	if err != nil {
		return nil, err
	}
	p.title = p.T("register.title")
	p.hidden = !a.first() || a.filtered()
	if err := p.cover(ctx, a.Source); err != nil {
		return nil, err
	}
	v := registerView{asked: a, Categories: s.law.Vocabulary().Categories}
	v.List, err = s.source.List(ctx, a.Filter, a.Cursor, a.Limit)
	if errors.Is(err, ErrCursor) {
		return nil, &refused{[]string{"cursor"}}
	}
	if err != nil {
		return nil, err
	}
	if a.Words != "" && a.first() && a.Merchant == "" {
		if v.Merchants, err = s.source.Merchants(ctx, a.Source, a.Words, namesFound); err != nil {
			return nil, err
		}
	}
	if !p.foreign {
		foreign, err := s.source.Covered(ctx, cfpb)
		if err != nil {
			return nil, err
		}
		v.HasForeign = foreign.Records.N > 0
	}
	v.choices(p)
	return registerPage(p, v), nil
}

// choices fills the lists of the form.
func (v *registerView) choices(p *page) {
	if p.foreign {
		for _, r := range responses() {
			v.Outcomes = append(v.Outcomes, word(r, p.Response(r)))
		}
		return
	}
	for _, o := range outcomes() {
		v.Outcomes = append(v.Outcomes, word(string(o), p.T("outcome."+string(o))))
	}
	regions := p.site.law.Regions()
	for _, top := range regions.Children("") {
		for _, city := range regions.Children(top.Code) {
			v.Regions = append(v.Regions, division{city, regions.Children(city.Code)})
		}
	}
}

// division is a city or league with what lies below it.
type division struct {
	statute.Region
	below []statute.Region
}

// word is a choice whose text is already in the page's language.
func word(code, text string) statute.Word {
	return statute.Word{Code: code, Text: statute.Text{ZH: text, EN: text}}
}

func (s *Site) record(ctx context.Context, c echo.Context, p *page) (templ.Component, error) {
	id, err := identifier(c)
	if err != nil {
		return nil, err
	}
	r, err := s.source.Record(ctx, id)
	if err != nil {
		return nil, err
	}
	if err := p.cover(ctx, r.Source); err != nil {
		return nil, err
	}
	p.title = p.T("record.title", "merchant", p.MerchantName(r.Merchant))
	return recordPage(p, r), nil
}

// merchantView is what a merchant's page shows.
type merchantView struct {
	Merchant Merchant
	List     List
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
	list, err := s.source.List(ctx, Filter{Source: m.Source, Merchant: id}, "", merchantsPage)
	if err != nil {
		return nil, err
	}
	return merchantPage(p, merchantView{m, list}), nil
}

func (s *Site) about(ctx context.Context, _ echo.Context, p *page) (templ.Component, error) {
	p.title = p.T("about.title")
	if err := p.cover(ctx, native); err != nil {
		return nil, err
	}
	return aboutPage(p), nil
}

// identifier reads the last part of the address; what cannot be one does not exist.
func identifier(c echo.Context) (string, error) {
	id, err := url.PathUnescape(c.Param("id"))
	if err != nil || id == "" || !code(id) {
		return "", ErrNotFound
	}
	return id, nil
}

// number writes a count that may be a lower bound.
func (p *page) number(n Number) string {
	if n.AtLeast {
		return p.T("atleast", "n", grouped(n.N))
	}
	return grouped(n.N)
}

// count writes how many records there are.
func (p *page) count(n Number) string {
	if n.AtLeast {
		return p.T("register.count.atleast", "n", grouped(n.N))
	}
	return p.N("register.count", n.N)
}

func (p *page) listURL(a asked) templ.SafeURL { return p.URL("/register", a.pairs()...) }

func (p *page) onTimeLabel() string {
	if p.foreign {
		return p.T("merchant.times.timely")
	}
	return p.T("merchant.times.ontime")
}

// percent of n in d, one decimal where it is not whole.
func percent(n, d int64) string {
	if d <= 0 || n < 0 || n > d {
		return "0"
	}
	tenths := (n*1000 + d/2) / d
	if tenths%10 == 0 {
		return strconv.FormatInt(tenths/10, 10)
	}
	return fmt.Sprintf("%d.%d", tenths/10, tenths%10)
}

// unit names the days of a table: working days (wd) or calendar days.
func (p *page) unit(m Merchant) string {
	if len(m.Months) > 0 && m.Months[0].Unit == "wd" {
		return p.T("unit.wd")
	}
	return p.T("unit.cd")
}

// iso writes a month for machines.
func (m Month) iso() string { return fmt.Sprintf("%04d-%02d", m.Year, m.Month) }
