package httpapi

import (
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"strconv"
	"strings"

	"fangxin/api/httpapi/body"
	"fangxin/api/problem"
	"fangxin/domain/es"
	"fangxin/domain/usecase"
	"fangxin/projections/readmodel"

	"github.com/labstack/echo/v4"
)

// Headers of this surface.
const (
	headerKey      = "Idempotency-Key"
	headerPosition = "Fangxin-Position"
	headerRepeated = "Fangxin-Repeated"
)

// read takes a JSON body into the input.
func (s *surface) read(c echo.Context, into any) error {
	raw, err := s.raw(c)
	if err != nil {
		return err
	}
	err = s.bodies.Read(raw, into)
	var invalid *body.InvalidError
	var syntax *body.SyntaxError
	switch {
	case errors.As(err, &invalid):
		e := problem.New(problem.Invalid)
		for _, f := range invalid.Faults {
			e.Faults = append(e.Faults, problem.At(f.Pointer, f.Code))
		}
		return e
	case errors.As(err, &syntax):
		return &problem.Error{Code: problem.NotJSON, Cause: err}
	}
	return err
}

// raw reads a JSON body within its bound.
func (s *surface) raw(c echo.Context) ([]byte, error) {
	r := c.Request()
	media, params, err := mime.ParseMediaType(r.Header.Get(echo.HeaderContentType))
	if err != nil || media != echo.MIMEApplicationJSON || !utf8Charset(params) || r.Header.Get("Content-Encoding") != "" {
		return nil, problem.New(problem.UnsupportedMediaType)
	}
	if r.ContentLength > maxJSON {
		return nil, problem.New(problem.BodyTooLarge)
	}
	limited := http.MaxBytesReader(c.Response(), r.Body, maxJSON)
	if r.ContentLength < 0 {
		return bodyError(io.ReadAll(limited))
	}
	raw := make([]byte, r.ContentLength)
	_, err = io.ReadFull(limited, raw)
	return bodyError(raw, err)
}

// bodyError keeps what means "too large" and calls every other failure to read a
// body that ended early.
func bodyError(raw []byte, err error) ([]byte, error) {
	var large *http.MaxBytesError
	if err == nil || errors.As(err, &large) {
		return raw, err
	}
	return nil, &problem.Error{Code: problem.NotJSON, Cause: err}
}

func utf8Charset(params map[string]string) bool {
	charset, given := params["charset"]
	return !given || strings.EqualFold(charset, "utf-8")
}

// options reads what a command brings beside its body.
func options(c echo.Context) (usecase.Options, error) {
	h := c.Request().Header
	o := usecase.Options{Correlation: visitOf(c).correlation}
	if keys := h.Values(headerKey); len(keys) > 0 {
		o.Key = keys[0]
		if len(keys) > 1 || o.Key == "" || len(o.Key) > 200 || !visible(o.Key) {
			return o, problem.New(problem.BadHeader, problem.In(headerKey, "bad_key"))
		}
	}
	if tags := h.Values("If-Match"); len(tags) > 0 {
		revision, ok := revisionOf(tags[0])
		if len(tags) > 1 || !ok {
			return o, problem.New(problem.BadHeader, problem.In("If-Match", "bad_etag"))
		}
		o.IfMatch = &revision
	}
	return o, nil
}

// revisionOf reads the ETag that tagOf wrote.
func revisionOf(tag string) (es.Revision, bool) {
	digits, ok := strings.CutPrefix(tag, `"`)
	digits, ok2 := strings.CutSuffix(digits, `"`)
	n, err := strconv.ParseInt(digits, 10, 64)
	return es.Revision(n), ok && ok2 && err == nil && n >= 0 && tagOf(n) == tag
}

func tagOf(revision int64) string { return `"` + strconv.FormatInt(revision, 10) + `"` }

// placeOf tells a caller where its command ended: lists that are reached with it wait
// for that stream's partition alone.
func placeOf(at es.Position, stream es.StreamID) string {
	return fmt.Sprintf("%s-%08x", at, readmodel.StreamHash(stream))
}

// place reads the place that the caller wants its lists to reach: what placeOf wrote,
// or a position that a list or a live change was answered with.
func place(c echo.Context, header string) (Place, error) {
	text, hash, one := strings.Cut(c.Request().Header.Get(header), "-")
	p, err := es.ParsePosition(text)
	n, err2 := strconv.ParseUint(hash, 16, 32)
	switch {
	case err != nil || one && (err2 != nil || len(hash) != 8):
		return Place{}, problem.New(problem.BadHeader, problem.In(header, "bad_position"))
	case one:
		stream := uint32(n)
		return Place{Position: p, Stream: &stream}, nil
	}
	return Place{Position: p}, nil
}
