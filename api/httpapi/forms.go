package httpapi

import (
	"bytes"
	"errors"
	"net/http"
	"slices"
	"strconv"

	"fangxin/api/paper"
	"fangxin/domain/complaint"
	"fangxin/domain/statute"
	"fangxin/domain/usecase"

	"github.com/labstack/echo/v4"
)

// form prints an official form of a case (文书): for an officer any form and copy, for
// a party its own copy of what was sent to it.
func (s *surface) form(c echo.Context, actor usecase.Actor) error {
	q := queryOf(c)
	copyFor := q.one("copy", statute.CopyOffice, statute.CopyComplainant, statute.CopyRespondent, statute.CopyAuthority)
	notice, added := q.text("notice"), addedTo(q)
	if err := q.err(); err != nil {
		return err
	}
	if s.Complaints.Access().Standing(actor.Role, "print") == usecase.StandingNone {
		return usecase.ErrForbidden
	}
	number, err := strconv.Atoi(c.Param("form"))
	if err != nil || !slices.Contains(caseForms(), number) {
		return usecase.ErrNotFound // before the case is read, which is recorded
	}
	v, err := s.Complaints.View(c.Request().Context(), actor, c.Param("id"), nil)
	if err != nil {
		return err
	}
	if actor.Role != usecase.RoleOfficer {
		own := paper.CopyOf(string(actor.Role))
		if copyFor == "" {
			copyFor = own
		}
		if copyFor != own || !sentTo(&v, actor, number) {
			return usecase.ErrNotFound
		}
		added = paper.Added{} // a party adds nothing to what the office wrote
	}
	if copyFor == "" {
		copyFor = statute.CopyOffice
	}
	facts := s.press.CaseFacts(&v, paper.NoticeOn(&v, number, notice, copyFor), s.Law.Regions(), added)
	switch {
	case number == formForwarding:
		s.press.Forwarded(&facts, s.Law.Regions())
	case number == formIdentity && facts.Notice.Addressee == "" && v.Consumer != nil:
		facts.Notice.Addressee = v.Consumer.Name
	}
	var page bytes.Buffer
	if err := s.press.Draft(&page, number, copyFor, facts); err != nil {
		return noForm(err)
	}
	return s.paper(c, page.Bytes())
}

// caseForms are the forms of a complaint; 2 and 10 are those of a tip-off (举报).
func caseForms() []int { return []int{1, 3, 4, 5, 6, 7, 8, 9} }

// Forms that are filled in another way than notices to a party.
const (
	formRegistration = 1
	formForwarding   = 3
	formIdentity     = 4
	formAgreement    = 9
)

// sentTo says whether a party has the form: its notice was sent to it, the complaint is
// its own, or the parties agreed by this document.
func sentTo(v *usecase.CaseView, actor usecase.Actor, form int) bool {
	switch form {
	case formRegistration:
		return actor.Role == usecase.RoleConsumer
	case formAgreement:
		return v.Agreement != nil && v.Agreement.Form == complaint.FormDocument
	}
	return slices.ContainsFunc(v.Notices, func(n usecase.NoticeView) bool {
		return n.Form == strconv.Itoa(form) && !n.SentOn.IsZero() && n.State != complaint.NoticeInvalid
	})
}

// addedTo reads what the office adds to what the case holds.
func addedTo(q *query) paper.Added {
	a := paper.Added{Contact: q.text("contact"), Phone: q.text("phone"), Address: q.text("address"), Materials: q.text("materials")}
	a.Session = paper.Session{
		On: q.date("session_on"), Time: q.text("session_time"), Place: q.text("session_place"),
		Mediator: q.text("mediator"), Phone: q.text("mediator_phone"), Bring: q.text("bring"),
	}
	if days := q.text("recusal_days"); days != "" {
		n, err := strconv.Atoi(days)
		if err != nil || n < 1 || n > 30 {
			q.fault("recusal_days", "bad_number")
		}
		a.Session.RecusalDays = n
	}
	return a
}

// blankForm prints an official form with nothing filled in.
func (s *surface) blankForm(c echo.Context, actor usecase.Actor) error {
	q := queryOf(c)
	if err := q.err(); err != nil {
		return err
	}
	if s.Complaints.Access().Standing(actor.Role, "blank-form") == usecase.StandingNone {
		return usecase.ErrForbidden
	}
	number, err := strconv.Atoi(c.Param("form"))
	if err != nil {
		return usecase.ErrNotFound
	}
	var page bytes.Buffer
	if err := s.press.Blank(&page, number); err != nil {
		return noForm(err)
	}
	return s.paper(c, page.Bytes())
}

// noForm: there is no such form, or none under the law of the case, or no such copy.
func noForm(err error) error {
	if errors.Is(err, statute.ErrNoForm) || errors.Is(err, paper.ErrNotRecipient) {
		return usecase.ErrNotFound
	}
	return err
}

func (s *surface) paper(c echo.Context, page []byte) error {
	h := c.Response().Header()
	h.Set("Content-Security-Policy", s.press.Policy())
	h.Set("Content-Language", "zh-CN")
	return c.Blob(http.StatusOK, "text/html; charset=utf-8", page)
}
