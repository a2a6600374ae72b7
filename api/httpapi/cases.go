package httpapi

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"fangxin/api/problem"
	"fangxin/domain/complaint"
	"fangxin/domain/es"
	"fangxin/domain/reconcile"
	"fangxin/domain/usecase"
	"fangxin/projections/casework"

	"github.com/labstack/echo/v4"
)

// casePage is a page of a work list.
type casePage struct {
	Cases        []caseRow `json:"cases"`
	Next         string    `json:"next,omitempty"`
	Total        int64     `json:"total"`
	TotalAtLeast bool      `json:"total_at_least,omitempty"`
}

// cases is a work list (办件列表), cut to what the actor's role is bound to.
func (s *surface) cases(c echo.Context, actor usecase.Actor) error {
	q := queryOf(c)
	f := caseFilter(q)
	cursor, limit := q.page()
	if err := s.lists(actor, "cases"); err != nil {
		return err
	}
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
	page, err := casework.List(c.Request().Context(), s.Model, f, cursor, limit)
	if err != nil {
		return err
	}
	s.stands(c, page.AsOf)
	if actor.Role != usecase.RoleOfficer { // what an office is asked to decide
		for i := range page.Rows {
			page.Rows[i].Erasure = ""
		}
	}
	return answer(c, http.StatusOK, casePage{
		Cases: rows(page.Rows, actor.Role), Next: page.Next, Total: page.Total.N, TotalAtLeast: page.Total.AtLeast,
	})
}

// lists says whether the table of access gives the role this list at all; bind cuts it to
// what the caller is bound to.
func (s *surface) lists(actor usecase.Actor, row string) error {
	if s.Complaints.Access().Standing(actor.Role, row) == usecase.StandingNone {
		return usecase.ErrForbidden
	}
	return nil
}

// caseRow is a row as one role sees it. A row's revision and the time of its last change
// count every fact of the case; a party would learn from them of facts that are hidden
// from it (Order 121 art 37), so they are the office's.
type caseRow struct {
	casework.Row
	Revision  *int64     `json:"revision,omitempty"`
	UpdatedAt *time.Time `json:"updated_at,omitempty"`
}

func rows(list []casework.Row, role usecase.Role) []caseRow {
	out := make([]caseRow, len(list))
	for i := range list {
		out[i].Row = list[i]
		if role == usecase.RoleOfficer {
			out[i].Revision, out[i].UpdatedAt = &list[i].Revision, &list[i].UpdatedAt
		}
	}
	return out
}

// caseFilter reads what narrows a work list.
func caseFilter(q *query) casework.Filter {
	return casework.Filter{
		Status: q.one("status", statuses()...), Kind: q.one("kind", "complaint"), Lane: q.one("lane", lanes()...),
		Region: q.text("region"), Unit: q.text("unit"), Merchant: q.text("merchant"), Source: q.text("source"),
		Sync: q.one("sync", complaint.SyncToEnter, complaint.SyncEntered, complaint.SyncDiffers, complaint.SyncNotNeeded),
		Q:    q.text("q"), Erasure: q.one("erasure", casework.ErasureAsked, casework.ErasureOver), DueBefore: q.date("due_before"),
	}
}

func statuses() []string {
	var out []string
	for _, s := range []complaint.Status{
		complaint.StatusFiled, complaint.StatusReceived, complaint.StatusAccepted, complaint.StatusDeclined,
		complaint.StatusAgreed, complaint.StatusSettled, complaint.StatusWithdrawn, complaint.StatusTerminated,
		complaint.StatusClosed, complaint.StatusForeign,
	} {
		out = append(out, string(s))
	}
	return out
}

func lanes() []string {
	return []string{
		string(complaint.LaneDirect), string(complaint.LaneAssociation),
		string(complaint.LaneDepartment), string(complaint.LaneForeign),
	}
}

// bind narrows a filter to what the role is bound to. Asking for more is a fault,
// not a shorter list.
func bind(f *casework.Filter, actor usecase.Actor, q *query) error {
	if f.Erasure != "" && actor.Role != usecase.RoleOfficer {
		q.fault("erasure", "officers_only")
	}
	switch actor.Role {
	case usecase.RoleOfficer:
		if f.Region == "" {
			f.Region = actor.Region
		} else if !actor.Covers(f.Region) {
			q.fault("region", "outside_region")
		}
		if actor.Unit != "" && f.Unit != "" && f.Unit != actor.Unit {
			q.fault("unit", "own_only")
		}
		f.Desk = actor.Unit
		if f.Source != "" && f.Source != casework.SourceNative && f.Source != casework.SourceAll && f.Source != reconcile.System {
			f.Region = "" // cases of other systems have no division here
		}
	case usecase.RoleMerchant:
		if f.Merchant != "" && f.Merchant != actor.Merchant {
			q.fault("merchant", "own_only")
		}
		f.Concerned, f.Store = actor.Merchant, actor.Store
	case usecase.RoleConsumer:
		f.Account = actor.ID
	default:
		return usecase.ErrForbidden
	}
	return nil
}

// await lets a caller that names a position wait for the lists, at most two seconds;
// then it gets the list with its age.
func (s *surface) await(c echo.Context) error {
	p, err := place(c, headerPosition)
	if err != nil || p.Position.IsStart() || s.Node.WaitFor == nil {
		return err
	}
	ctx, cancel := context.WithTimeout(c.Request().Context(), waitAtMost)
	defer cancel()
	if err := s.Node.WaitFor(ctx, p); err != nil && ctx.Err() == nil {
		return err
	}
	return c.Request().Context().Err()
}

// stands says up to which place in the log an answer stands, and how old that is.
func (s *surface) stands(c echo.Context, at es.Position) {
	h := c.Response().Header()
	if !at.IsStart() {
		h.Set(headerPosition, at.String())
	}
	if s.Node.Age != nil {
		h.Set("Age", strconv.Itoa(int(s.Node.Age(c.Request().Context(), at).Seconds())))
	}
}

// moveClock sets the practice clock of a demonstration.
func (s *surface) moveClock(c echo.Context, actor usecase.Actor) error {
	if actor.Role != usecase.RoleAdmin {
		return usecase.ErrForbidden
	}
	var in struct {
		Now string `json:"now" validate:"required,max=40"`
	}
	if err := s.read(c, &in); err != nil {
		return err
	}
	to, ok := parseTime(in.Now)
	if !ok {
		return problem.New(problem.Invalid, problem.At("/now", "bad_time"))
	}
	if !s.Node.MoveClock(to) {
		return problem.New(problem.Invalid, problem.At("/now", "clock_backwards"))
	}
	return answer(c, http.StatusOK, map[string]any{"now": s.Now().UTC()})
}
