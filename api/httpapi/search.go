package httpapi

import (
	"errors"
	"net/http"

	"fangxin/api/problem"
	"fangxin/domain/calendar"
	"fangxin/domain/es"
	"fangxin/projections/search"

	"github.com/labstack/echo/v4"
)

// cursorFault names the parameter of a cursor that belongs to another question.
func cursorFault(err error, name string) error {
	if errors.Is(err, search.ErrCursor) {
		return problem.New(problem.BadParameter, problem.In(name, "cursor_of_another_question"))
	}
	return err
}

// facetsView is what further choices would leave.
type facetsView struct {
	Facets []facetView `json:"facets"`
	Notes  []string    `json:"notes"`
}

type facetView struct {
	Field  search.Field `json:"field"`
	Values []valueView  `json:"values"`
}

type valueView struct {
	Value   string      `json:"value"`
	N       int64       `json:"n"`
	AtLeast bool        `json:"at_least,omitempty"`
	In      bool        `json:"in,omitempty"`
	Out     bool        `json:"out,omitempty"`
	Below   []valueView `json:"below,omitempty"`
}

func valuesView(list []search.Value) []valueView {
	out := make([]valueView, len(list))
	for i, v := range list {
		out[i] = valueView{Value: v.Value, N: v.N.N, AtLeast: v.N.AtLeast, In: v.In, Out: v.Out}
		if len(v.Below) > 0 {
			out[i].Below = valuesView(v.Below)
		}
	}
	return out
}

// facets counts, for each field, what each of its values would leave.
func (s *surface) facets(c echo.Context) error {
	q := queryOf(c)
	f := q.filter(s.lexicon)
	if err := q.err(); err != nil {
		return err
	}
	if err := s.await(c); err != nil {
		return err
	}
	ctx := c.Request().Context()
	if err := s.codes(ctx, f); err != nil {
		return err
	}
	page, err := search.Facets(ctx, s.Model, f)
	if err != nil {
		return err
	}
	out := facetsView{Facets: make([]facetView, len(page.Facets)), Notes: publicNotes()}
	for i, x := range page.Facets {
		out.Facets[i] = facetView{Field: x.Field, Values: valuesView(x.Values)}
	}
	public(c)
	s.stands(c, page.AsOf)
	return answer(c, http.StatusOK, out)
}

// suggestions are merchants for what was typed.
type suggestions struct {
	Merchants []search.Suggestion `json:"merchants"`
}

const defaultSuggestions = 10

// suggest completes the name or the credit code of a merchant.
func (s *surface) suggest(c echo.Context) error {
	q := queryOf(c)
	typed, limit := q.text("q"), q.atMost("limit", defaultSuggestions, search.MaxSuggestions)
	if err := q.err(); err != nil {
		return err
	}
	list, err := search.Suggest(c.Request().Context(), s.Model, typed, limit)
	if err != nil {
		return err
	}
	if list == nil {
		list = []search.Suggestion{}
	}
	public(c)
	return answer(c, http.StatusOK, suggestions{Merchants: list})
}

// becameView is what became of one record.
type becameView struct {
	ID       string        `json:"id"`
	Source   string        `json:"source"`
	State    search.State  `json:"state"`
	On       calendar.Date `json:"on"`
	Reason   string        `json:"reason,omitempty"`
	Position es.Position   `json:"position"`
}

func changesView(list []search.Change) []becameView {
	out := make([]becameView, len(list))
	for i, x := range list {
		out[i] = becameView(x)
	}
	return out
}

// changesPage is a stretch of the change feed.
type changesPage struct {
	Changes []becameView `json:"changes"`
	Next    string       `json:"next"`
}

// changes says what became of records since a cursor: published, corrected, withdrawn.
func (s *surface) changes(c echo.Context) error {
	q := queryOf(c)
	source, since := q.text("source"), q.bounded("since", maxCursor)
	limit := q.atMost("limit", defaultLimit, maxLimit)
	if err := q.err(); err != nil {
		return err
	}
	if err := s.await(c); err != nil {
		return err
	}
	page, err := search.Changes(c.Request().Context(), s.Model, source, since, limit)
	if err != nil {
		return cursorFault(err, "since")
	}
	public(c)
	s.stands(c, page.AsOf)
	return answer(c, http.StatusOK, changesPage{Changes: changesView(page.Changes), Next: page.Next})
}

// withdrawnPage lists records that were taken back.
type withdrawnPage struct {
	Withdrawn    []becameView `json:"withdrawn"`
	Next         string       `json:"next,omitempty"`
	Total        int64        `json:"total"`
	TotalAtLeast bool         `json:"total_at_least,omitempty"`
}

// withdrawn lists the records that were taken back: id, day and the class of the
// reason, without content, so that old copies can be put right.
func (s *surface) withdrawn(c echo.Context) error {
	q := queryOf(c)
	source := q.text("source")
	cursor, limit := q.page()
	if err := q.err(); err != nil {
		return err
	}
	if err := s.await(c); err != nil {
		return err
	}
	page, err := search.WithdrawnRows(c.Request().Context(), s.Model, source, cursor, limit)
	if err != nil {
		return cursorFault(err, "cursor")
	}
	public(c)
	s.stands(c, page.AsOf)
	return answer(c, http.StatusOK, withdrawnPage{
		Withdrawn: changesView(page.Rows), Next: page.Next, Total: page.Total.N, TotalAtLeast: page.Total.AtLeast,
	})
}
