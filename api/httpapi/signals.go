package httpapi

import (
	"net/http"

	"fangxin/domain/usecase"

	"github.com/labstack/echo/v4"
)

// signals counts what bears on whether a complaint is a consumer's (Order 121 art 17),
// for an officer.
func (s *surface) signals(c echo.Context, actor usecase.Actor) error {
	if err := queryOf(c).err(); err != nil {
		return err
	}
	told, err := s.Complaints.Signals(c.Request().Context(), actor, c.Param("id"))
	if err != nil {
		return err
	}
	return answer(c, http.StatusOK, told)
}
