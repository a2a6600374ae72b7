package httpapi

import (
	"errors"
	"net/http"
	"strconv"

	"fangxin/domain/calendar"
	"fangxin/domain/usecase"

	"github.com/labstack/echo/v4"
)

// numbers lists the numbers (文号) that an office gave in a year, newest first, voided
// ones with the others.
func (s *surface) numbers(c echo.Context, actor usecase.Actor) error {
	q := queryOf(c)
	office, year := q.text("office"), q.text("year")
	cursor, limit := q.page()
	if office == "" {
		office = actor.Region
	}
	of, _, _ := calendar.DateOf(s.Now()).Civil()
	if year != "" {
		n, err := strconv.Atoi(year)
		if err != nil || n < 1900 || n > 9999 {
			q.fault("year", "bad_number")
		}
		of = n
	}
	if err := q.err(); err != nil {
		return err
	}
	page, err := s.Complaints.Numbers(c.Request().Context(), actor, office, of, cursor, limit)
	switch {
	case errors.Is(err, usecase.ErrNoOffice): // an auditor has no office of its own
		q.fault("office", "required")
		return q.err()
	case errors.Is(err, usecase.ErrCursor):
		q.fault("cursor", "bad_cursor")
		return q.err()
	case err != nil:
		return err
	}
	return answer(c, http.StatusOK, page)
}
