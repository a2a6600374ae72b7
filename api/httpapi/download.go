package httpapi

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"
	"time"

	"fangxin/api/export"
	"fangxin/domain/calendar"
	"fangxin/domain/es"
	"fangxin/projections/disclosure"
	"fangxin/projections/search"

	"github.com/labstack/echo/v4"
)

// writer writes rows of a file.
type writer interface {
	Row(*disclosureView) error
	Flush() error
}

// pageDeadline is how long one page of a file may take to reach its reader.
const pageDeadline = 60 * time.Second

// Trailers of a file: they come behind its last byte.
const (
	trailerRows = "Fangxin-Rows"
	trailerSum  = "Fangxin-SHA256"
)

const (
	mediaCSV    = "text/csv; charset=utf-8; header=present"
	mediaNDJSON = "application/x-ndjson"
	mediaZIP    = "application/zip"
)

// asked is a question whose whole answer is wanted.
type asked struct {
	filter search.Filter
	order  search.Order
	bom    bool
}

// wholly reads such a question and takes it from the rate of files.
func (s *surface) wholly(c echo.Context, withBOM bool) (asked, error) {
	q := queryOf(c)
	a := asked{filter: q.filter(s.lexicon), order: q.order()}
	if withBOM {
		a.bom = q.flag("bom")
	}
	if err := q.err(); err != nil {
		return a, err
	}
	if err := s.codes(c.Request().Context(), a.filter); err != nil {
		return a, err
	}
	return a, s.allow(c, "file "+c.RealIP(), s.PerFile)
}

// fileName names a file of the register by the day in Asia/Shanghai.
func (s *surface) fileName(ext string) string {
	return fmt.Sprintf("fangxin-disclosures-%s.%s", s.today(), ext)
}

// disclosuresCSV streams the register as a spreadsheet file.
func (s *surface) disclosuresCSV(c echo.Context) error {
	a, err := s.wholly(c, true)
	if err != nil {
		return err
	}
	return s.download(c, a, "csv", mediaCSV, func(w io.Writer) (writer, error) {
		return export.NewCSV(w, registerColumns(), a.bom)
	})
}

// disclosuresNDJSON streams the register, one record a line.
func (s *surface) disclosuresNDJSON(c echo.Context) error {
	a, err := s.wholly(c, false)
	if err != nil {
		return err
	}
	return s.download(c, a, "ndjson", mediaNDJSON, func(w io.Writer) (writer, error) {
		return export.NewNDJSON[disclosureView](w), nil
	})
}

// download streams one file; rows and hash follow as trailers.
func (s *surface) download(c echo.Context, a asked, ext, media string, open func(io.Writer) (writer, error)) error {
	var sum *export.Sum
	var out *bufio.Writer
	rows, err := s.every(c, a, func() (writer, error) {
		c.Response().Header().Set("Trailer", trailerRows+", "+trailerSum)
		out = s.attach(c, ext, media)
		sum = export.NewSum(out)
		w, err := open(sum)
		return flushing{w, out}, err
	})
	if err == nil {
		h := c.Response().Header()
		h.Set(trailerRows, strconv.Itoa(rows.n))
		h.Set(trailerSum, sum.File("", "").SHA256)
	}
	return s.broken(c, err)
}

// disclosuresZIP streams an archive: the spreadsheet file, its manifest, and what its
// columns mean.
func (s *surface) disclosuresZIP(c echo.Context) error {
	a, err := s.wholly(c, true)
	if err != nil {
		return err
	}
	var sum *export.Sum
	var archive *export.Archive
	var out *bufio.Writer
	rows, err := s.every(c, a, func() (writer, error) {
		out = s.attach(c, "zip", mediaZIP)
		archive = export.NewArchive(out, s.Now())
		file, err := archive.Begin(s.fileName("csv"))
		if err != nil {
			return nil, err
		}
		sum = export.NewSum(file)
		return export.NewCSV(sum, registerColumns(), a.bom)
	})
	if err == nil {
		m := s.manifestOf(a, rows, sum.File(s.fileName("csv"), mediaCSV))
		err = errors.Join(archive.Add("manifest.json", m), archive.Add("dictionary.json", s.terms()), archive.Close(), out.Flush())
	}
	return s.broken(c, err)
}

// manifest says what the files of a question are without sending them.
func (s *surface) manifest(c echo.Context) error {
	a, err := s.wholly(c, true)
	if err != nil {
		return err
	}
	lines, table := export.NewSum(io.Discard), export.NewSum(io.Discard)
	rows, err := s.every(c, a, func() (writer, error) {
		csv, err := export.NewCSV(table, registerColumns(), a.bom)
		return pair{csv, export.NewNDJSON[disclosureView](lines)}, err
	})
	if err != nil {
		return err
	}
	public(c)
	s.stands(c, rows.from)
	return answer(c, http.StatusOK, s.manifestOf(a, rows, table.File(s.fileName("csv"), mediaCSV), lines.File(s.fileName("ndjson"), mediaNDJSON)))
}

// attach begins the answer with a file.
func (s *surface) attach(c echo.Context, ext, media string) *bufio.Writer {
	h := c.Response().Header()
	h.Set(echo.HeaderContentType, media)
	h.Set(echo.HeaderContentDisposition, `attachment; filename="`+s.fileName(ext)+`"`)
	public(c)
	c.Response().WriteHeader(http.StatusOK)
	return bufio.NewWriterSize(c.Response(), 32<<10)
}

// broken breaks a transfer off that failed after its first byte: a short file never
// looks whole.
func (s *surface) broken(c echo.Context, err error) error {
	if err != nil && c.Response().Committed {
		visitOf(c).err = err
		panic(http.ErrAbortHandler)
	}
	return err
}

// flushing also hands on what stands in a buffer.
type flushing struct {
	writer
	out *bufio.Writer
}

func (f flushing) Flush() error { return errors.Join(f.writer.Flush(), f.out.Flush()) }

// pair writes to two.
type pair [2]writer

func (p pair) Row(v *disclosureView) error { return errors.Join(p[0].Row(v), p[1].Row(v)) }
func (p pair) Flush() error                { return errors.Join(p[0].Flush(), p[1].Flush()) }

// account is what is known of rows when they were written.
type account struct {
	n           int
	from        es.Position
	first, last calendar.Date
	policies    []string
}

func (a *account) take(r *disclosure.Record) {
	a.n++
	if a.first == 0 || r.Published < a.first {
		a.first = r.Published
	}
	a.last = max(a.last, r.Published)
	if !slices.Contains(a.policies, r.Policy) {
		a.policies = append(a.policies, r.Policy)
	}
}

// every writes every record that the question finds. open is called when the first of
// them were read: an error before has no answer begun.
func (s *surface) every(c echo.Context, a asked, open func() (writer, error)) (account, error) {
	ctx := c.Request().Context()
	var out account
	var to writer
	err := search.Walk(ctx, s.Model, a.filter, a.order, func(list []*search.Record, asOf es.Position) (err error) {
		if to == nil {
			out.from = asOf
			s.stands(c, asOf)
			if to, err = open(); err != nil {
				return err
			}
		}
		if err := s.extend(c); err != nil {
			return err
		}
		if err := s.rows(ctx, to, list, &out); err != nil {
			return err
		}
		return to.Flush()
	})
	return out, err
}

func (s *surface) rows(ctx context.Context, to writer, list []*search.Record, a *account) error {
	for i := range list {
		v := s.publicView(ctx, list[i])
		a.take(list[i])
		if err := to.Row(&v); err != nil {
			return err
		}
	}
	return nil
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
