package httpapi

import (
	"context"
	"errors"
	"net/http"

	"fangxin/domain/calendar"
	"fangxin/projections/responsetime"

	"github.com/labstack/echo/v4"
)

// stageView is one figure of a merchant.
type stageView struct {
	Stage  string    `json:"stage"`
	Source string    `json:"source"`
	Unit   string    `json:"unit,omitempty"`
	Cell   timesCell `json:"figures"`
}

// timesCell is a row of a table of times. Percentiles and the mean are left out where
// they would speak of too few cases; these are then listed instead.
type timesCell struct {
	Key          string            `json:"key"`
	Label        string            `json:"label"`
	N            int64             `json:"n"`
	OnTime       responsetime.Rate `json:"on_time"`
	OnTimeStrict responsetime.Rate `json:"on_time_strict"`
	P50          *int              `json:"p50,omitempty"`
	P90          *int              `json:"p90,omitempty"`
	P99          *int              `json:"p99,omitempty"`
	Mean         *float64          `json:"mean,omitempty"`
	TooFew       bool              `json:"too_few,omitempty"`
}

func timesCells(t *responsetime.Table) []timesCell {
	out := make([]timesCell, len(t.Rows))
	for i := range t.Rows {
		r := &t.Rows[i]
		out[i] = timesCell{Key: r.Key, Label: r.Label, N: r.N, OnTime: r.OnTime, OnTimeStrict: r.OnTimeStrict}
		switch {
		case t.Formula.Unit == "":
		case r.N < responsetime.MinimumN:
			out[i].TooFew = true
		default:
			out[i].P50, out[i].P90, out[i].P99, out[i].Mean = &r.P50, &r.P90, &r.P99, &r.Mean
		}
	}
	return out
}

// merchantTimes asks for each stage that the source has.
func (s *surface) merchantTimes(ctx context.Context, id, source string) ([]stageView, error) {
	var out []stageView
	for _, stage := range stages() {
		t, err := responsetime.Query(ctx, s.Model, responsetime.Q{Stage: stage, Source: source, Merchant: id})
		if errors.Is(err, responsetime.ErrQuestion) {
			continue
		}
		if err != nil {
			return nil, err
		}
		for _, cell := range timesCells(&t) {
			out = append(out, stageView{Stage: stage, Source: source, Unit: t.Formula.Unit, Cell: cell})
		}
	}
	return out, nil
}

func stages() []string {
	return []string{
		responsetime.StageFiled, responsetime.StageAccept, responsetime.StageFirstResponse, responsetime.StageMediation,
		responsetime.StageClose, responsetime.StageTimelyStated, responsetime.StageReceivedToSent,
	}
}

// timesView is a table of figures.
type timesView struct {
	Formula   responsetime.Formula `json:"formula"`
	AsOf      calendar.Date        `json:"as_of,omitempty"`
	Rows      []timesCell          `json:"rows"`
	Truncated bool                 `json:"truncated,omitempty"`
}

// stageQuestion reads what figures are asked for; without a stage it is the count of cases.
func stageQuestion(q *query) responsetime.Q {
	q.one("kind", "complaint")
	ask := responsetime.Q{
		Stage:  q.one("stage", stages()...),
		By:     q.one("by", responsetime.ByAll, responsetime.ByMonth, responsetime.ByRegion, responsetime.ByCategory, responsetime.ByMerchant),
		Source: q.text("source"), Merchant: q.text("merchant"), Region: q.text("region"),
		Category: q.text("category"), Month: q.month("month"), AsOf: q.date("as_of"),
	}
	if ask.Stage == "" {
		ask.Stage = responsetime.StageFiled
	}
	return ask
}

// responseTimes answers one question about how fast complaints are dealt with. Disclosed
// cases alone are counted: each of them is public.
func (s *surface) responseTimes(c echo.Context) error {
	q := queryOf(c)
	ask := stageQuestion(q)
	if err := q.err(); err != nil {
		return err
	}
	t, err := responsetime.Query(c.Request().Context(), s.Model, ask)
	if err != nil {
		return unasked(err)
	}
	public(c)
	s.stands(c, t.Position)
	return answer(c, http.StatusOK, timesView{Formula: t.Formula, AsOf: t.AsOf, Rows: timesCells(&t), Truncated: t.Truncated})
}
