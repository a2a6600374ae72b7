package responsetime

import (
	"cmp"
	"context"
	"slices"

	"fangxin/domain/calendar"
	"fangxin/domain/es"
	"fangxin/projections/readmodel"
)

// Stages of a case whose times stand in one table, with how many kept their limit.
const (
	StageFiled          = "filed"            // count of cases
	StageAccept         = "accept"           // receipt by the competent body to decision and notice
	StageFirstResponse  = "first_response"   // filing to the merchant's first answer
	StageMediation      = "mediation"        // acceptance to the end of mediation
	StageClose          = "close"            // filing to closing
	StageTimelyStated   = "timely_stated"    // on time as the source states it
	StageReceivedToSent = "received_to_sent" // the source's receipt to its sending on
)

// What a table is grouped by.
const (
	ByAll      = "all"
	ByMonth    = "month"
	ByRegion   = "region"
	ByCategory = "category"
	ByMerchant = "merchant"
)

// Formula is the definition of a stage's figures.
type Formula struct {
	ID      string `json:"id"`
	Version int    `json:"version"`
	Stage   string `json:"stage"`
	// Unit of the durations: "wd" working days, "cd" calendar days, "" for figures
	// without a duration.
	Unit string `json:"unit,omitempty"`
	// OnTime says whether the formula has an on-time rate.
	OnTime bool `json:"on_time"`
	// Foreign formulas exist for imported cases, the others for native ones; the
	// count exists for both.
	Native  bool `json:"native"`
	Foreign bool `json:"foreign"`
}

// Q asks for a table. At most one of Merchant, Region and Category narrows it, and
// only where it is grouped by month, by itself or not at all.
type Q struct {
	Stage string
	By    string // "" means all
	// Source is "" for native cases, or the name of an import.
	Source   string
	Merchant string
	Region   string
	Category string
	// Month of the case, "2026-11"; "" for all.
	Month string
	// AsOf leaves out what became known after this day; zero leaves out nothing.
	AsOf calendar.Date
	// Everyone counts undisclosed cases too.
	Everyone bool
}

// Table answers a question.
type Table struct {
	Formula Formula
	AsOf    calendar.Date
	// Position is the place in the log up to which the figures stand.
	Position es.Position
	Rows     []Cell
	// Truncated is true where not every cell could be looked at; the rows are then
	// a part.
	Truncated bool
}

// Rate is a share, with both its parts.
type Rate struct {
	Num int64 `json:"num"`
	Den int64 `json:"den"`
}

// Cell is one row of a table. Percentiles are whole days by the nearest rank, exact
// because each whole day is counted.
type Cell struct {
	Key   string `json:"key"`
	Label string `json:"label"`
	N     int64  `json:"n"`
	// OnTime goes by the wide date (24:00 Asia/Shanghai), OnTimeStrict by the
	// strict one. Den counts the cases with a limit; 0 where the formula has none.
	OnTime       Rate    `json:"on_time"`
	OnTimeStrict Rate    `json:"on_time_strict"`
	P50          int     `json:"p50"`
	P90          int     `json:"p90"`
	P99          int     `json:"p99"`
	Mean         float64 `json:"mean"`
}

// Formulas lists the stages' definitions.
func Formulas() []Formula {
	return []Formula{
		{ID: "count", Version: 2, Stage: StageFiled, Native: true, Foreign: true},
		{ID: "accept_wd", Version: 2, Stage: StageAccept, Unit: UnitWorkingDay, OnTime: true, Native: true},
		{ID: "first_response_cd", Version: 2, Stage: StageFirstResponse, Unit: UnitCalendarDay, Native: true},
		{ID: "mediation_cd", Version: 2, Stage: StageMediation, Unit: UnitCalendarDay, OnTime: true, Native: true},
		{ID: "close_cd", Version: 2, Stage: StageClose, Unit: UnitCalendarDay, Native: true},
		{ID: "timely_stated", Version: 2, Stage: StageTimelyStated, OnTime: true, Foreign: true},
		{ID: "received_to_sent_cd", Version: 2, Stage: StageReceivedToSent, Unit: UnitCalendarDay, Foreign: true},
	}
}

// stageMetrics are the metrics of a stage: its cases, and those that kept their limit by
// the wide and by the strict date.
func stageMetrics(stage string) (metrics []Metric) {
	share := func(num, den []Term) Metric { return Metric{Kind: KindShare, Numerator: num, Denominator: den} }
	limited := func(m measure) {
		den := []Term{term(m).flagged("strict", "wide", "late")}
		metrics = append(metrics, share([]Term{term(m).flagged("strict", "wide")}, den), share([]Term{term(m).flagged("strict")}, den))
	}
	times := func(m measure) {
		metrics = append(metrics, Metric{Kind: KindDuration, Numerator: one(m), Value: first})
	}
	switch stage {
	case StageFiled:
		metrics = []Metric{{Kind: KindCount, Numerator: one(mReceived)}}
	case StageAccept:
		times(mChecked)
		limited(mChecked)
	case StageFirstResponse:
		times(mAnswered)
	case StageMediation:
		times(mMediated)
		limited(mMediated)
	case StageClose:
		times(mClosed)
	case StageTimelyStated:
		metrics = []Metric{{Kind: KindCount, Numerator: one(mTimely)}, share(one(mTimely, "yes"), one(mTimely)), share(one(mTimely, "yes"), one(mTimely))}
	case StageReceivedToSent:
		times(mSent)
	}
	return metrics
}

// Query answers one question with a stage's table. *QuestionError,
// readmodel.ErrUnavailable.
//
// Tables are remembered as the answers of Ask are: nobody changes them.
func Query(ctx context.Context, m readmodel.Model, q Q) (Table, error) {
	s, at, err := readmodel.Reading(ctx, m, Name, Version)
	if err != nil {
		if _, wrong := q.plans(); wrong != nil {
			return Table{}, wrong
		}
		return Table{}, err
	}
	return readmodel.Remembered(ctx, m, s, q.name(), func() (Table, int, error) {
		plans, err := q.plans()
		if err != nil {
			return Table{}, 0, err
		}
		t := Table{Formula: q.formula(), AsOf: q.AsOf, Position: at}
		rows := map[string]*Cell{}
		for i, p := range plans {
			r := reader{ctx: ctx, model: m, space: s, left: maxCounters}
			a, err := r.work(p, at)
			if err != nil {
				return Table{}, 0, err
			}
			t.Truncated = t.Truncated || a.Truncated
			for j := range a.Figures {
				t.row(rows, i, &a.Figures[j], cmp.Or(q.Merchant, q.Region, q.Category, "*"))
			}
		}
		for j := range t.Rows {
			t.Rows[j] = *rows[t.Rows[j].Key]
		}
		return t, 4 + 2*len(t.Rows), nil
	})
}

// name tells a question from every other.
func (q *Q) name() string {
	whole := Question{
		Metric: "times/" + q.Stage, Period: q.Month, Region: q.Region, Category: q.Category, Merchant: q.Merchant, Source: q.Source,
		AsOf: q.AsOf, Everyone: q.Everyone, By: []Dimension{Dimension(q.By)},
	}
	return whole.name()
}

// formula of the stage; without an id where there is no such stage.
func (q *Q) formula() Formula {
	i := slices.IndexFunc(Formulas(), func(f Formula) bool { return f.Stage == q.Stage })
	if i < 0 {
		return Formula{}
	}
	return Formulas()[i]
}

// plans of the stage's metrics. *QuestionError.
func (q *Q) plans() ([]*plan, error) {
	f, native := q.formula(), q.Source == "" || q.Source == SourceNative
	if f.ID == "" || native && !f.Native || !native && !f.Foreign {
		return nil, &QuestionError{"stage", q.Stage}
	}
	ask := Question{
		Period: q.Month, Region: q.Region, Category: q.Category, Merchant: q.Merchant, Source: q.Source, AsOf: cmp.Or(q.AsOf, noDay), Everyone: q.Everyone,
	}
	if q.By != "" && q.By != ByAll {
		ask.By = []Dimension{Dimension(q.By)}
	}
	var plans []*plan
	for _, metric := range stageMetrics(q.Stage) {
		metric.Native, metric.Foreign = true, true
		p, err := newPlan(metric, ask)
		if err != nil {
			return nil, err
		}
		plans = append(plans, p)
	}
	return plans, nil
}

// row takes the figure of the i-th metric of a stage into its row; key is that of a
// figure without dimensions.
func (t *Table) row(rows map[string]*Cell, i int, f *Figure, key string) {
	if len(f.Key) > 0 {
		key = f.Key[0]
	}
	c := rows[key]
	if c == nil {
		if i > 0 || f.N == 0 {
			return
		}
		c = &Cell{Key: key, Label: key}
		if f.Label != "" {
			c.Label = f.Label
		}
		rows[key] = c
		t.Rows = append(t.Rows, Cell{Key: key})
	}
	switch i {
	case 1:
		c.OnTime = Rate{f.Numerator, f.Denominator}
	case 2:
		c.OnTimeStrict = Rate{f.Numerator, f.Denominator}
	default:
		c.N = f.N
		c.spread(f)
	}
}

func (c *Cell) spread(f *Figure) {
	if len(f.Days) == 0 {
		return
	}
	total := int64(0)
	for _, d := range f.Days {
		total += int64(d.Value) * d.N
	}
	rank := func(percent int64) int { return ranked(f.Days, (f.N*percent+99)/100) }
	c.P50, c.P90, c.P99, c.Mean = rank(50), rank(90), rank(99), float64(total)/float64(f.N)
}
