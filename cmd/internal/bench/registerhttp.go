package bench

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"sync/atomic"
	"time"

	"fangxin/api/httpapi"
)

// registerPath is the newest page of the register as data.
const registerPath = "/api/v1/public/disclosures?source=" + marketSource + "&limit=20"

// served asks what is asked over HTTP, of one node on this machine.
func (s *sizes) served(ctx context.Context, g *register) (err error) {
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
	return errors.Join(s.answered(ctx, g, address), s.exported(ctx, g, address))
}

// answered measures a page as an HTTP answer: what it costs may not grow with the
// register.
func (s *sizes) answered(ctx context.Context, g *register, address string) error {
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

// exported downloads the whole register as files, as a reader does who counts the rows
// and works out the hash that the file ends with.
func (s *sizes) exported(ctx context.Context, g *register, address string) error {
	for _, ext := range []string{"csv", "ndjson"} {
		begin := time.Now()
		if err := downloaded(ctx, "http://"+address+"/api/v1/public/disclosures."+ext+"?source="+marketSource, g.cases); err != nil {
			return fmt.Errorf("%s: %w", ext, err)
		}
		rate := s.Record(fmt.Sprintf("register as %s over HTTP, %d cases", ext, g.cases), "rows/s", float64(g.cases)/time.Since(begin).Seconds())
		if s.largest {
			s.AtLeast("register as "+ext+" over HTTP / 50,000 rows a second", rate/exportGoal, 1)
		}
	}
	return nil
}

// downloaded reads a file of so many rows to its end and compares it with its trailers.
func downloaded(ctx context.Context, address string, cases int) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return err
	}
	client := http.Client{Transport: &http.Transport{DisableCompression: true, DisableKeepAlives: true}}
	res, err := client.Do(req)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	sum := sha256.New()
	if _, err := io.Copy(sum, res.Body); err != nil {
		return err
	}
	if res.StatusCode != http.StatusOK {
		return fmt.Errorf("status %d: %w", res.StatusCode, errShort)
	}
	if rows := res.Trailer.Get("Fangxin-Rows"); rows != strconv.Itoa(cases) {
		return fmt.Errorf("%s of %d records: %w", rows, cases, errShort)
	}
	if got := hex.EncodeToString(sum.Sum(nil)); got != res.Trailer.Get("Fangxin-SHA256") {
		return fmt.Errorf("hash of the file: %w", errDiffer)
	}
	return nil
}
