package bench

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync/atomic"
	"time"

	"fangxin/api/httpapi"
	"fangxin/domain/es"
	"fangxin/projections/search"
)

// registerPath is the newest page of the register as data.
const registerPath = "/api/v1/public/disclosures?source=" + marketSource + "&limit=20"

// answered measures a page as an HTTP answer: what it costs may not grow with the
// register.
func (s *sizes) answered(ctx context.Context, g *register) (err error) {
	dir, err := s.Dir()
	if err != nil {
		return err
	}
	handler, stop, err := s.surface(ctx, dir, g.model)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, stop()) }()
	address, shut, err := listen(httpapi.Server, handler)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, shut()) }()
	l := load{address: address, status: http.StatusOK, serial: &atomic.Int64{}}
	l.request = fmt.Appendf(nil, "GET %s HTTP/1.1\r\nHost: %s\r\nAccept: application/json\r\n\r\n", registerPath, address)
	c, err := l.dial(ctx)
	if err != nil {
		return err
	}
	defer c.conn.Close()
	var took times
	if err := asks(ctx, s.span, &took, func(context.Context, int) (func() answer, error) {
		return nil, c.ask(0, http.StatusOK)
	}); err != nil {
		return err
	}
	page := s.Record(fmt.Sprintf("a page as an HTTP answer, %d cases, p50", g.cases), "µs", took.at(0.5))
	s.Record(fmt.Sprintf("a page as an HTTP answer, %d cases, p99", g.cases), "µs", took.at(0.99))
	switch {
	case s.smallest == 0:
		s.smallest = page
	case s.largest:
		s.AtMost(fmt.Sprintf("a page as an HTTP answer, %d cases / %d", g.cases, s.sizes[0]), page/s.smallest, growthGoal)
	}
	return nil
}

// exported walks through all records, as an export does before it writes them.
func (s *sizes) exported(ctx context.Context, g *register) error {
	begin, rows := time.Now(), 0
	err := search.Walk(ctx, g.model, g.all(), search.Newest, func(list []*search.Record, _ es.Position) error {
		rows += len(list)
		return nil
	})
	if err == nil && rows != g.cases {
		err = fmt.Errorf("%d of %d records: %w", rows, g.cases, errShort)
	}
	rate := s.Record(fmt.Sprintf("records walked for an export, %d cases", g.cases), "rows/s", float64(rows)/time.Since(begin).Seconds())
	if s.largest {
		s.AtLeast("records walked for an export / 50,000 a second", rate/exportGoal, 1)
	}
	return err
}
