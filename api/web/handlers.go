package web

import (
	"context"
	"fmt"
	"net/url"
	"strconv"

	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"
)

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

func (s *Site) data(ctx context.Context, _ echo.Context, p *page) (templ.Component, error) {
	p.title = p.T("data.title")
	if err := p.cover(ctx, native); err != nil {
		return nil, err
	}
	foreign, err := s.source.Covered(ctx, cfpb)
	if err != nil {
		return nil, err
	}
	return dataPage(p, foreign.Records.N > 0), nil
}
