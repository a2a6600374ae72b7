package httpapi

import (
	"net/http"
	"slices"
	"strconv"

	"fangxin/domain/calendar"
	"fangxin/domain/period"
	"fangxin/domain/usecase"
	"fangxin/projections/responsetime"

	"github.com/labstack/echo/v4"
)

// closingView is one closing of a period (关账). From then on its figures as of that day
// are final; what changes later is a revision.
type closingView struct {
	Period   string        `json:"period"`
	Closing  int           `json:"closing"`
	AsOf     calendar.Date `json:"as_of"`
	ClosedOn calendar.Date `json:"closed_on"`
	Formulas []string      `json:"formulas"`
	Policy   string        `json:"policy"`
}

func closingViewOf(c *period.Closed) closingView {
	return closingView{
		Period: string(c.Period), Closing: c.Closing, AsOf: c.AsOf, ClosedOn: c.On, Formulas: c.Formulas, Policy: c.Policy,
	}
}

// publication is what this program publishes figures by.
func publication() usecase.Publication {
	return usecase.Publication{Formulas: responsetime.FormulaNames(), Policy: responsetime.TablePolicy().ID}
}

// closePeriod makes the figures of a month final, or publishes them again.
func (s *surface) closePeriod(c echo.Context, actor usecase.Actor) error {
	visitOf(c).command = "close-period"
	o, err := options(c)
	if err != nil {
		return err
	}
	var in usecase.ClosePeriod
	if err := s.read(c, &in); err != nil {
		return err
	}
	receipt, closing, err := s.Complaints.ClosePeriod(c.Request().Context(), actor, c.Param("period"), in, publication(), o)
	if err != nil {
		return err
	}
	h := c.Response().Header()
	h.Set(headerPosition, placeOf(receipt.Position, period.Complaints))
	if receipt.Repeated {
		h.Set(headerRepeated, "true")
	}
	h.Set("ETag", tagOf(int64(receipt.Revision)))
	return answer(c, http.StatusCreated, closingViewOf(closing.Closed))
}

// closingPage is a page of closings, newest first.
type closingPage struct {
	Closings []closingView `json:"closings"`
	Next     string        `json:"next,omitempty"`
}

// periods lists which periods are closed, by each of their closings.
func (s *surface) periods(c echo.Context) error {
	q := queryOf(c)
	cursor, limit := q.page()
	month := q.month("period")
	before, err := strconv.Atoi(cursor)
	if cursor != "" && (err != nil || before < 0 || strconv.Itoa(before) != cursor) {
		q.fault("cursor", "bad_cursor")
	}
	if err := q.err(); err != nil {
		return err
	}
	all, err := s.Complaints.Closings(c.Request().Context())
	if err != nil {
		return err
	}
	if cursor != "" {
		all = all[:min(before, len(all))]
	}
	page := closingPage{Closings: []closingView{}}
	for i, closing := range slices.Backward(all) {
		if month != "" && string(closing.Period) != month {
			continue
		}
		if len(page.Closings) == limit {
			page.Next = strconv.Itoa(i + 1)
			break
		}
		page.Closings = append(page.Closings, closingViewOf(closing.Closed))
	}
	public(c)
	return answer(c, http.StatusOK, page)
}
