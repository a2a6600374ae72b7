package httpapi

import (
	"errors"
	"net/http"

	"fangxin/api/problem"
	"fangxin/domain/calendar"
	"fangxin/domain/es"
	"fangxin/domain/period"
	"fangxin/domain/usecase"
	"fangxin/projections/responsetime"

	"github.com/labstack/echo/v4"
)

// revisionView lists what became known of a month after it was closed.
type revisionView struct {
	Period    string                  `json:"period"`
	Closing   int                     `json:"closing"`
	AsOf      calendar.Date           `json:"as_of"`
	Position  es.Position             `json:"position"`
	Revisions []responsetime.Revision `json:"revisions"`
	Next      string                  `json:"next,omitempty"`
}

// revisions of the figures over disclosed cases.
func (s *surface) revisions(c echo.Context) error { return s.revisionsOf(c, false) }

// revisionsOfAll answers officers over all cases.
func (s *surface) revisionsOfAll(c echo.Context, actor usecase.Actor) error {
	if err := s.lists(actor, "metrics"); err != nil {
		return err
	}
	return s.revisionsOf(c, true)
}

func (s *surface) revisionsOf(c echo.Context, everyone bool) error {
	q := queryOf(c)
	ask := responsetime.RevisionQuestion{
		Period: c.Param("period"), Closing: q.number("closing", 1, period.MaxClosings), Source: q.text("source"), Everyone: everyone,
	}
	cursor, limit := q.page()
	if err := q.err(); err != nil {
		return err
	}
	if err := s.await(c); err != nil {
		return err
	}
	page, err := responsetime.Revisions(c.Request().Context(), s.Model, ask, cursor, limit)
	if err != nil {
		return unrevised(err)
	}
	if !everyone {
		public(c)
	}
	s.stands(c, page.Position)
	return answer(c, http.StatusOK, revisionView{
		Period: ask.Period, Closing: page.Closing, AsOf: page.AsOf, Position: page.Position, Revisions: page.Rows, Next: page.Next,
	})
}

// unrevised: a period that is none, or is not closed, has no page of revisions.
func unrevised(err error) error {
	var bad *responsetime.QuestionError
	if errors.Is(err, responsetime.ErrNotClosed) || errors.As(err, &bad) && bad.Field == "period" {
		return problem.New(problem.NotFound)
	}
	return unasked(err)
}
