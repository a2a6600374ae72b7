package httpapi

import (
	"net/http"

	"fangxin/api/problem"
	"fangxin/domain/usecase"

	"github.com/labstack/echo/v4"
)

// toldClock is an explained clock with its steps in words.
type toldClock struct {
	usecase.ClockExplanation
	Steps []toldStep `json:"steps"`
}

type toldStep struct {
	usecase.Step
	Text string `json:"text"`
}

// clocks explains the legal time limits of a case (期限说明) in the language asked
// for; keys and parameters stand beside the words, for programs.
func (s *surface) clocks(c echo.Context, actor usecase.Actor) error {
	q := queryOf(c)
	if err := q.err(); err != nil {
		return err
	}
	list, err := s.Complaints.Clocks(c.Request().Context(), actor, c.Param("id"))
	if err != nil {
		return err
	}
	lang := problem.Language(c.Request().Header.Get("Accept-Language"))
	told := make([]toldClock, len(list))
	for i := range list {
		told[i] = toldClock{list[i], make([]toldStep, len(list[i].Steps))}
		for j, step := range list[i].Steps {
			told[i].Steps[j] = toldStep{step, s.words.Sentence(lang, step)}
		}
	}
	h := c.Response().Header()
	h.Set("Content-Language", string(lang))
	h.Add("Vary", "Accept-Language")
	return answer(c, http.StatusOK, map[string]any{"clocks": told})
}
