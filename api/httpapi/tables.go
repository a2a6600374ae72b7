package httpapi

import (
	"errors"
	"net/http"

	"fangxin/api/problem"
	"fangxin/domain/calendar"
	"fangxin/domain/es"
	"fangxin/domain/period"
	"fangxin/projections/responsetime"

	"github.com/labstack/echo/v4"
)

// tableView is a published table of a closed period.
type tableView struct {
	Table    responsetime.PublishedKind `json:"table"`
	Policy   string                     `json:"policy"`
	Period   string                     `json:"period"`
	Closing  int                        `json:"closing"`
	AsOf     calendar.Date              `json:"as_of"`
	Position es.Position                `json:"position"`
	Final    bool                       `json:"final"`
	Total    responsetime.TableCell     `json:"total"`
	Cuts     []responsetime.TableCut    `json:"cuts"`
}

// tables lists which tables are published of each closed period.
func (s *surface) tables(c echo.Context) error {
	if err := queryOf(c).err(); err != nil {
		return err
	}
	public(c)
	return answer(c, http.StatusOK, responsetime.TablePolicy())
}

// table of a closed month or quarter.
func (s *surface) table(c echo.Context) error {
	q := queryOf(c)
	ask := responsetime.TableQuestion{Table: c.Param("table"), Period: q.text("period"), Closing: q.number("closing", 0, period.MaxClosings)}
	if ask.Period == "" {
		q.fault("period", "required")
	}
	if err := q.err(); err != nil {
		return err
	}
	if err := s.await(c); err != nil {
		return err
	}
	t, err := responsetime.TableOf(c.Request().Context(), s.Model, ask)
	if err != nil {
		return untabled(err)
	}
	public(c)
	s.stands(c, t.Position)
	return answer(c, http.StatusOK, tableView{
		Table: t.Kind, Policy: t.Policy, Period: t.Period, Closing: t.Closing, AsOf: t.AsOf, Position: t.Position, Final: true,
		Total: t.Total, Cuts: t.Cuts,
	})
}

// untabled: of a period that is not closed nothing is published.
func untabled(err error) error {
	var bad *responsetime.QuestionError
	if errors.Is(err, responsetime.ErrNotClosed) || errors.As(err, &bad) && bad.Field == "table" {
		return problem.New(problem.NotFound)
	}
	return unasked(err)
}
