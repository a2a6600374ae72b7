package httpapi

import (
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"strings"

	"fangxin/api/httpapi/body"
	"fangxin/api/problem"
	"fangxin/domain/usecase"

	"github.com/labstack/echo/v4"
)

// blobView describes evidence that was handed in (证据).
type blobView struct {
	ID   string `json:"id"`
	Size int64  `json:"size"`
	Type string `json:"type"`
}

// offerEvidence keeps one file: the body itself, or the part named file of a form.
// What kind of file it is, is read from its bytes.
func (s *surface) offerEvidence(c echo.Context, actor usecase.Actor) error {
	r := c.Request()
	if r.ContentLength > s.MaxEvidence+overhead {
		return problem.New(problem.BodyTooLarge)
	}
	r.Body = http.MaxBytesReader(c.Response(), r.Body, s.MaxEvidence+overhead)
	file, err := filePart(r)
	if err != nil {
		return err
	}
	blob, err := s.Evidence.Offer(r.Context(), actor, file, s.MaxEvidence)
	if err != nil {
		return err
	}
	c.Response().Header().Set(echo.HeaderLocation, "/api/v1/evidence/"+blob.ID)
	return answer(c, http.StatusCreated, blobView{ID: blob.ID, Size: blob.Size, Type: blob.Type})
}

// filePart finds the file in a request.
func filePart(r *http.Request) (io.Reader, error) {
	media, params, err := mime.ParseMediaType(r.Header.Get(echo.HeaderContentType))
	switch {
	case err != nil:
		return nil, problem.New(problem.UnsupportedMediaType)
	case media != echo.MIMEMultipartForm:
		if !evidenceMedia(media) {
			return nil, problem.New(problem.UnsupportedMediaType)
		}
		return r.Body, nil
	}
	form := multipart.NewReader(r.Body, params["boundary"])
	part, err := form.NextPart()
	if err != nil || part.FormName() != "file" {
		return nil, oneFile(err)
	}
	return &onlyPart{part: part, form: form}, nil
}

func oneFile(cause error) error {
	return &problem.Error{Code: problem.Invalid, Faults: []problem.Fault{problem.In("file", "one_file")}, Cause: cause}
}

// onlyPart ends well only if no further part follows, so that a form with two files
// is refused before the first is kept.
type onlyPart struct {
	part io.Reader
	form *multipart.Reader
}

func (p *onlyPart) Read(b []byte) (int, error) {
	n, err := p.part.Read(b)
	if errors.Is(err, io.EOF) {
		if _, next := p.form.NextPart(); !errors.Is(next, io.EOF) {
			return n, oneFile(next)
		}
	}
	return n, err
}

// evidenceMedia are types a caller may claim; the bytes decide.
func evidenceMedia(media string) bool {
	kind, _, _ := strings.Cut(media, "/")
	return kind == "image" || media == "application/pdf" || media == "application/octet-stream" ||
		media == "video/mp4" || media == "text/plain"
}

// showEvidence gives a file back to who offered it, and its copy without metadata to
// who may see the evidence of ?case=.
func (s *surface) showEvidence(c echo.Context, actor usecase.Actor) error {
	id, q := c.Param("id"), queryOf(c)
	inCase := q.text("case")
	if err := q.err(); err != nil {
		return err
	}
	if !body.IsDigest(id) {
		return usecase.ErrNotFound
	}
	file, blob, err := s.Evidence.Show(c.Request().Context(), actor, inCase, id)
	if err != nil {
		return err
	}
	defer file.Close()
	return download(c, file, blob)
}

// download copies a file to its reader, as a file and never as a page.
func download(c echo.Context, file io.ReadSeeker, blob usecase.Blob) error {
	h := c.Response().Header()
	h.Set(echo.HeaderContentType, blob.Type)
	h.Set(echo.HeaderContentDisposition, "attachment")
	h.Set("Content-Security-Policy", "default-src 'none'; sandbox")
	if _, err := file.Seek(0, io.SeekStart); err != nil {
		return err
	}
	c.Response().WriteHeader(http.StatusOK)
	if _, err := io.Copy(c.Response(), file); err != nil {
		visitOf(c).err = err
		panic(http.ErrAbortHandler) // the rest of the file is lost: say so
	}
	return nil
}
