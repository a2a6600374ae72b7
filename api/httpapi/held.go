package httpapi

import (
	"net/http"
	"time"

	"fangxin/api/httpapi/gcra"
	"fangxin/domain/usecase"

	"github.com/goccy/go-json"
	"github.com/labstack/echo/v4"
)

// perHeld bounds how often one account asks for all that is held about it: it opens
// every field of every case.
func perHeld() gcra.Limit { return gcra.Limit{Every: 5 * time.Minute, Burst: 6} }

// readPage lists who read a case.
type readPage struct {
	Reads []usecase.Reading `json:"reads"`
	More  bool              `json:"more,omitempty"`
}

// reads lists who read a case (查阅记录).
func (s *surface) reads(c echo.Context, actor usecase.Actor) error {
	q := queryOf(c)
	if err := q.err(); err != nil {
		return err
	}
	list, more, err := s.Complaints.Reads(c.Request().Context(), actor, c.Param("id"))
	if err != nil {
		return err
	}
	return answer(c, http.StatusOK, readPage{Reads: list, More: more})
}

// held answers all that is held about the account, as one JSON document.
func (s *surface) held(c echo.Context, actor usecase.Actor) error {
	return s.tellHeld(c, actor, heldForm{media: echo.MIMEApplicationJSON, open: `{"cases":[`, between: ",", shut: true})
}

// heldLines answers the same as one line a case, to be kept as a file.
func (s *surface) heldLines(c echo.Context, actor usecase.Actor) error {
	c.Response().Header().Set(echo.HeaderContentDisposition, `attachment; filename="my-data.ndjson"`)
	return s.tellHeld(c, actor, heldForm{media: "application/x-ndjson", between: "\n"})
}

// heldForm is how cases are put together.
type heldForm struct {
	media, open, between string
	shut                 bool // with what says whether there is more
}

// tellHeld streams case by case: nothing is gathered in memory. An error before the
// first case is answered as ever; later the stream is cut, so that half is never taken
// for the whole.
func (s *surface) tellHeld(c echo.Context, actor usecase.Actor, form heldForm) error {
	q := queryOf(c)
	if err := q.err(); err != nil {
		return err
	}
	// Who has no such right is told so, however often it asks.
	if s.Complaints.Access().Standing(actor.Role, "me-data") == usecase.StandingNone {
		return usecase.ErrForbidden
	}
	if err := s.allow(c, "held "+string(actor.Role)+" "+actor.ID, perHeld()); err != nil {
		return err
	}
	w := heldWriter{c: c, form: form}
	more, err := s.Complaints.Held(c.Request().Context(), actor, w.give)
	if err == nil {
		err = w.close(more)
	}
	if err != nil && w.begun {
		visitOf(c).err = err
		panic(http.ErrAbortHandler)
	}
	return err
}

type heldWriter struct {
	c     echo.Context
	form  heldForm
	begun bool
}

func (w *heldWriter) begin() error {
	if w.begun {
		return nil
	}
	w.begun = true
	w.c.Response().Header().Set(echo.HeaderContentType, w.form.media)
	w.c.Response().WriteHeader(http.StatusOK)
	_, err := w.c.Response().Write([]byte(w.form.open))
	return err
}

func (w *heldWriter) give(d *usecase.CaseData) error {
	raw, err := json.MarshalWithOption(d, json.DisableHTMLEscape())
	if err != nil {
		return err
	}
	if w.begun {
		raw = append([]byte(w.form.between), raw...)
	} else if err := w.begin(); err != nil {
		return err
	}
	if _, err := w.c.Response().Write(raw); err != nil {
		return err
	}
	w.c.Response().Flush()
	return nil
}

func (w *heldWriter) close(more bool) error {
	if err := w.begin(); err != nil || !w.form.shut {
		return err
	}
	end := `],"more":false}`
	if more {
		end = `],"more":true}`
	}
	_, err := w.c.Response().Write([]byte(end))
	return err
}
