package httpapi

import (
	"bytes"
	"fmt"
	"net/http"

	"fangxin/api/export"
	"fangxin/api/problem"
	"fangxin/domain/calendar"
	"fangxin/domain/complaint"
	"fangxin/domain/usecase"
	"fangxin/projections/casework"

	"github.com/labstack/echo/v4"
)

// headerNext is the cursor of the following page of a file.
const headerNext = "Fangxin-Next"

// transferSheet is a page of a work list as the sheet from which an officer enters
// cases in the national 12315 platform (Order 121 art 40); without a filter it holds
// what is to be entered. It shows persons, so the reading of every case is recorded.
func (s *surface) transferSheet(c echo.Context, actor usecase.Actor) error {
	if s.Complaints.Access().Standing(actor.Role, "transfer-sheet") == usecase.StandingNone {
		return usecase.ErrForbidden
	}
	q := queryOf(c)
	f := caseFilter(q)
	if f.Sync == "" {
		f.Sync = complaint.SyncToEnter
	}
	f.Lane, f.Source = string(complaint.LaneDepartment), ""
	bom := q.flag("bom")
	cursor, limit := q.page()
	err := bind(&f, actor, q)
	if err == nil {
		err = q.err()
	}
	if err != nil {
		return err
	}
	if err := s.await(c); err != nil {
		return err
	}
	ctx := c.Request().Context()
	list, err := casework.List(ctx, s.Model, f, cursor, limit)
	if err != nil {
		return err
	}
	file, err := s.sheet(c, actor, list.Rows, bom)
	if err != nil {
		return err
	}
	h := c.Response().Header()
	h.Set(echo.HeaderContentDisposition, fmt.Sprintf(`attachment; filename="transfer-12315-%s.csv"`, calendar.DateOf(s.Now())))
	if list.Next != "" {
		h.Set(headerNext, list.Next)
	}
	s.stands(c, list.AsOf)
	return c.Blob(http.StatusOK, "text/csv; charset=utf-8; header=present", file)
}

// sheet reads each case as the officer may see it. What left the officer's hands since
// the list was made is left out.
func (s *surface) sheet(c echo.Context, actor usecase.Actor, rows []casework.Row, bom bool) ([]byte, error) {
	lang := problem.Language(c.Request().Header.Get("Accept-Language"))
	words, err := export.ReadWords(string(lang))
	if err != nil {
		return nil, err
	}
	var file bytes.Buffer
	sheet, err := export.NewTransferSheet(&file, words, s.Law.Vocabulary(), bom)
	if err != nil {
		return nil, err
	}
	for i := range rows {
		v, err := s.Complaints.View(c.Request().Context(), actor, rows[i].ID, nil)
		if err != nil && problem.From(err).Status == http.StatusNotFound {
			continue
		}
		if err != nil {
			return nil, err
		}
		if err := sheet.Row(&v); err != nil {
			return nil, err
		}
	}
	if err := sheet.Flush(); err != nil {
		return nil, err
	}
	return file.Bytes(), nil
}
