package httpapi

import (
	"context"
	"net/http"

	"fangxin/api/problem"
	"fangxin/projections/disclosure"
	"fangxin/projections/search"

	"github.com/labstack/echo/v4"
)

// registerPage is a page of the register.
type registerPage struct {
	Disclosures  []disclosureView `json:"disclosures"`
	Next         string           `json:"next,omitempty"`
	Total        int64            `json:"total"`
	TotalAtLeast bool             `json:"total_at_least,omitempty"`
	Notes        []string         `json:"notes"`
	Covers       covered          `json:"covers"`
}

// public lets anyone keep an answer for a moment.
func public(c echo.Context) { c.Response().Header().Set("Cache-Control", "public, max-age=30") }

// disclosures is the register (消费投诉信息公示) as data.
func (s *surface) disclosures(c echo.Context) error {
	q := queryOf(c)
	f, order := q.filter(s.lexicon), q.order()
	cursor, limit := q.page()
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
	page, err := search.Find(ctx, s.Model, f, order, cursor, limit)
	if err != nil {
		return cursorFault(err, "cursor")
	}
	period, err := s.covers(ctx, f.Choices[search.Source].In...)
	if err != nil {
		return err
	}
	public(c)
	s.stands(c, page.AsOf)
	return answer(c, http.StatusOK, registerPage{
		Notes: publicNotes(), Covers: period,
		Disclosures: s.records(ctx, page.Records), Next: page.Next,
		Total: page.Total.N, TotalAtLeast: page.Total.AtLeast,
	})
}

func (s *surface) records(ctx context.Context, list []*disclosure.Record) []disclosureView {
	out := make([]disclosureView, len(list))
	for i := range list {
		out[i] = s.publicView(ctx, list[i])
	}
	return out
}

// disclosure is one public record; one that was taken down says why.
func (s *surface) disclosure(c echo.Context) error {
	q := queryOf(c)
	if err := q.err(); err != nil {
		return err
	}
	r, err := disclosure.Get(c.Request().Context(), s.Model, c.Param("id"))
	if err != nil {
		return err
	}
	if r.Withdrawn != "" {
		c.Response().Header().Set("X-Robots-Tag", "noindex")
		return &problem.Error{Code: problem.Gone, Reason: r.Withdrawn}
	}
	public(c)
	v := s.publicView(c.Request().Context(), &r)
	return answer(c, http.StatusOK, v)
}

// merchantPage is a page of merchants that have public records.
type merchantPage struct {
	Merchants []disclosure.Merchant `json:"merchants"`
	Next      string                `json:"next,omitempty"`
	Notes     []string              `json:"notes"`
}

func (s *surface) merchants(c echo.Context) error {
	q := queryOf(c)
	words := q.text("q")
	cursor, limit := q.page()
	if err := q.err(); err != nil {
		return err
	}
	page, err := disclosure.FindMerchants(c.Request().Context(), s.Model, words, cursor, limit)
	if err != nil {
		return err
	}
	if page.Rows == nil {
		page.Rows = []disclosure.Merchant{}
	}
	public(c)
	s.stands(c, page.AsOf)
	return answer(c, http.StatusOK, merchantPage{Merchants: page.Rows, Next: page.Next, Notes: publicNotes()})
}

// merchantView is a merchant's register page as data: counts, outcomes, and response
// times where there are any.
type merchantView struct {
	disclosure.Merchant
	ResponseTimes []stageView `json:"response_times"`
	Notes         []string    `json:"notes"`
}

func (s *surface) merchant(c echo.Context) error {
	q := queryOf(c)
	if err := q.err(); err != nil {
		return err
	}
	ctx := c.Request().Context()
	m, err := disclosure.MerchantPage(ctx, s.Model, c.Param("id"))
	if err != nil {
		return err
	}
	out := merchantView{Merchant: m, ResponseTimes: []stageView{}, Notes: publicNotes()}
	for _, source := range sourcesOf(m) {
		more, err := s.merchantTimes(ctx, m.ID, source)
		if err != nil {
			return err
		}
		out.ResponseTimes = append(out.ResponseTimes, more...)
	}
	public(c)
	return answer(c, http.StatusOK, out)
}

// sourcesOf names the sources of a merchant's records, each once.
func sourcesOf(m disclosure.Merchant) []string {
	var out []string
	seen := map[string]bool{}
	for _, t := range m.Counts {
		if !seen[t.Source] {
			seen[t.Source] = true
			out = append(out, t.Source)
		}
	}
	return out
}
