package httpapi

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"

	"fangxin/api/export"
	"fangxin/domain/calendar"
	"fangxin/projections/disclosure"

	"github.com/labstack/echo/v4"
)

// writer writes rows of a file.
type writer interface {
	Row(*disclosureView) error
	Flush() error
}

// pageDeadline is how long one page of a file may take to reach its reader.
const pageDeadline = 60 * time.Second

// disclosuresCSV streams the register as a spreadsheet file.
func (s *surface) disclosuresCSV(c echo.Context) error {
	q := queryOf(c)
	f, bom := registerFilter(q), q.flag("bom")
	if err := q.err(); err != nil {
		return err
	}
	return s.download(c, f, "csv", "text/csv; charset=utf-8; header=present", func(w io.Writer) (writer, error) {
		return export.NewCSV(w, registerColumns(), bom)
	})
}

// disclosuresNDJSON streams the register, one record a line.
func (s *surface) disclosuresNDJSON(c echo.Context) error {
	q := queryOf(c)
	f := registerFilter(q)
	if err := q.err(); err != nil {
		return err
	}
	return s.download(c, f, "ndjson", "application/x-ndjson", func(w io.Writer) (writer, error) {
		return export.NewNDJSON[disclosureView](w), nil
	})
}

// download writes every record that the filter finds. What fails after the first
// byte breaks the transfer off: a short file never looks whole.
func (s *surface) download(c echo.Context, f disclosure.Filter, ext, media string, open func(io.Writer) (writer, error)) error {
	ctx := c.Request().Context()
	page, err := disclosure.List(ctx, s.Model, f, "", maxLimit)
	if err != nil {
		return err
	}
	h := c.Response().Header()
	h.Set(echo.HeaderContentType, media)
	h.Set(echo.HeaderContentDisposition, fmt.Sprintf(`attachment; filename="disclosures-%s.%s"`, calendar.DateOf(s.Now()), ext))
	public(c)
	s.stands(c, page.AsOf)
	c.Response().WriteHeader(http.StatusOK)
	out := bufio.NewWriterSize(c.Response(), 32<<10)
	w, err := open(out)
	if err == nil {
		err = s.pages(ctx, c, f, page, w, out)
	}
	if err != nil {
		visitOf(c).err = err
		panic(http.ErrAbortHandler)
	}
	return nil
}

func (s *surface) pages(ctx context.Context, c echo.Context, f disclosure.Filter, page disclosure.Page, w writer, out *bufio.Writer) error {
	for {
		if err := s.extend(c); err != nil {
			return err
		}
		for i := range page.Records {
			v := s.publicView(ctx, &page.Records[i])
			if err := w.Row(&v); err != nil {
				return err
			}
		}
		if err := errors.Join(w.Flush(), out.Flush(), ctx.Err()); err != nil || page.Next == "" {
			return err
		}
		var err error
		if page, err = disclosure.List(ctx, s.Model, f, page.Next, maxLimit); err != nil {
			return err
		}
	}
}

// extend gives the connection a new deadline, by the machine's clock and not by the
// practice clock. A server without deadlines has none to move on.
func (s *surface) extend(c echo.Context) error {
	if s.Machine == nil {
		return nil
	}
	err := http.NewResponseController(c.Response()).SetWriteDeadline(s.Machine().Add(pageDeadline))
	if errors.Is(err, http.ErrNotSupported) {
		return nil
	}
	return err
}
