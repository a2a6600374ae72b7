package httpapi

import (
	"net/http"
	"strconv"

	"fangxin/api/problem"
	"fangxin/domain/es"
	"fangxin/domain/usecase"

	"github.com/goccy/go-json"
	"github.com/labstack/echo/v4"
)

func (s *surface) knowsRegion(code string) bool {
	_, ok := s.Law.Regions().ByCode(code)
	return ok
}

func (s *surface) knowsCategory(code string) bool { return s.categories[code] }

// file opens a case (提交投诉).
func (s *surface) file(c echo.Context, actor usecase.Actor) error {
	visitOf(c).command = "file"
	o, err := options(c)
	if err != nil {
		return err
	}
	if o.IfMatch != nil {
		return problem.New(problem.BadHeader, problem.In("If-Match", "bad_etag"))
	}
	var in usecase.FileComplaint
	if err := s.read(c, &in); err != nil {
		return err
	}
	receipt, view, err := s.Complaints.File(c.Request().Context(), actor, in, o)
	if err != nil {
		return err
	}
	c.Response().Header().Set(echo.HeaderLocation, "/api/v1/complaints/"+receipt.ID)
	return acted(c, http.StatusCreated, receipt, &view)
}

// act is the handler of one action.
func (s *surface) act(action string, input func() any) func(echo.Context, usecase.Actor) error {
	return func(c echo.Context, actor usecase.Actor) error {
		visitOf(c).command = action
		o, err := options(c)
		if err != nil {
			return err
		}
		in := input()
		if err := s.read(c, in); err != nil {
			return err
		}
		receipt, view, err := s.Complaints.Act(c.Request().Context(), actor, c.Param("id"), action, in, o)
		if err != nil {
			return err
		}
		return acted(c, http.StatusOK, receipt, &view)
	}
}

// acted answers a command: the case, its tag, and the place in the log that lists
// have to reach to show it.
func acted(c echo.Context, status int, r usecase.Receipt, view *usecase.CaseView) error {
	h := c.Response().Header()
	if !r.Position.IsStart() {
		h.Set(headerPosition, placeOf(r.Position, usecase.Stream(view.ID)))
	}
	if r.Repeated {
		h.Set(headerRepeated, "true")
	}
	h.Set("ETag", tagOf(view.Revision))
	return answer(c, status, view)
}

// answer writes JSON.
func answer(c echo.Context, status int, v any) error {
	raw, err := json.MarshalWithOption(v, json.DisableHTMLEscape())
	if err != nil {
		return err
	}
	return c.Blob(status, echo.MIMEApplicationJSON, raw)
}

func (s *surface) view(c echo.Context, actor usecase.Actor) error {
	q := queryOf(c)
	asOf := q.time("as_of")
	if err := q.err(); err != nil {
		return err
	}
	view, err := s.Complaints.View(c.Request().Context(), actor, c.Param("id"), asOf)
	if err != nil {
		return err
	}
	if asOf == nil {
		c.Response().Header().Set("ETag", tagOf(view.Revision))
	}
	return answer(c, http.StatusOK, view)
}

// historyPage is a part of a history; Next is the cursor of the following one.
type historyPage struct {
	Events []usecase.HistoryEntry `json:"events"`
	Next   string                 `json:"next,omitempty"`
}

// history pages by revision: the cursor is the last one seen.
func (s *surface) history(c echo.Context, actor usecase.Actor) error {
	q := queryOf(c)
	cursor, limit := q.page()
	after := int64(es.None)
	if cursor != "" {
		n, err := strconv.ParseInt(cursor, 10, 64)
		if err != nil || n < 0 {
			q.fault("cursor", "bad_cursor")
		}
		after = n
	}
	if err := q.err(); err != nil {
		return err
	}
	events, err := s.Complaints.History(c.Request().Context(), actor, c.Param("id"), es.Revision(after), limit)
	if err != nil {
		return err
	}
	page := historyPage{Events: events}
	if page.Events == nil {
		page.Events = []usecase.HistoryEntry{}
	}
	if len(events) == limit {
		page.Next = strconv.FormatInt(events[limit-1].Revision, 10)
	}
	return answer(c, http.StatusOK, page)
}
