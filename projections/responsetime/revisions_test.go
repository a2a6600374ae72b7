package responsetime_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"fangxin/domain/calendar"
	"fangxin/domain/complaint"
	"fangxin/projections/projectiontest"
	"fangxin/projections/readmodel"
	"fangxin/projections/responsetime"
)

// allBehind lists all cases behind a figure, each with what it gives to it.
func allBehind(t testing.TB, m readmodel.Model, q responsetime.Question, of responsetime.CasePart) map[string]bool {
	t.Helper()
	out, cursor := map[string]bool{}, ""
	for {
		page, err := responsetime.Cases(context.Background(), m, q, of, cursor, 7)
		if err != nil {
			t.Fatalf("%+v: %v", q, err)
		}
		for _, r := range page.Rows {
			value := "none"
			if r.Value != nil {
				value = fmt.Sprint(*r.Value)
			}
			out[r.Case+" "+value+" "+r.Code] = true
		}
		if cursor = page.Next; cursor == "" {
			return out
		}
	}
}

func allRevisions(t testing.TB, m readmodel.Model, q responsetime.RevisionQuestion) (out []responsetime.Revision) {
	t.Helper()
	for cursor := ""; ; {
		page, err := responsetime.Revisions(context.Background(), m, q, cursor, 3)
		if err != nil {
			t.Fatalf("%+v: %v", q, err)
		}
		out = append(out, page.Rows...)
		if cursor = page.Next; cursor == "" {
			return out
		}
	}
}

const revisedMonth = "2026-05"

// drawTold writes cases of which some events come only after the month was closed.
func drawTold(t testing.TB, rt *rapid.T, closed calendar.Date) (l *projectiontest.Log, after func()) {
	l = projectiontest.NewLog(t, "2026-05-01")
	type late struct {
		id, day string
		event   any
	}
	var held []late
	first := rapid.IntRange(0, 200).Draw(rt, "first")
	for i := range rapid.IntRange(1, 12).Draw(rt, "cases") {
		id, events, days := projectiontest.Case(first + i)
		keep := rapid.IntRange(0, len(events)).Draw(rt, "before")
		for j, e := range events {
			if j < keep {
				l.On(days[j].String()).Add(id, e)
			} else {
				held = append(held, late{id, days[j].String(), e})
			}
		}
	}
	l.On((closed + 3).String()).Close(revisedMonth, closed.String())
	return l, func() {
		for _, h := range held {
			l.On(h.day).Add(h.id, h.event)
		}
	}
}

// Whatever becomes known after a closing, every figure as of the closing stays as it was
// and is final; what changed since is there as revisions: a case that gives something else
// to any figure has one, and together they are the difference.
func TestRevisionsAreTheDifference(t *testing.T) {
	ctx := context.Background()
	rapid.Check(t, func(rt *rapid.T) {
		closed := calendar.MustDate("2026-06-01") + calendar.Date(rapid.IntRange(0, 90).Draw(rt, "closed"))
		l, after := drawTold(t, rt, closed)
		then := l.Rebuild(fresh(t))
		after()
		now := l.Rebuild(fresh(t))
		turn := rapid.IntRange(0, 5).Draw(rt, "turn") // of the metrics whose cases are listed
		for _, everyone := range []bool{false, true} {
			rows := allRevisions(t, now, responsetime.RevisionQuestion{Period: revisedMonth, Everyone: everyone})
			revised, received := map[string]bool{}, int64(0)
			for _, r := range rows {
				if revised[r.Case] = true; r.Known <= closed {
					rt.Fatalf("%+v was known by %s", r, closed)
				}
				for _, m := range r.Measures {
					if m.Measure == "received" {
						received += m.N
					}
				}
			}
			for i, m := range responsetime.Catalogue() {
				if !m.Native || m.Whole && !everyone {
					continue
				}
				q := responsetime.Question{Metric: m.ID, Version: m.Version, Period: revisedMonth, AsOf: closed, Everyone: everyone}
				frozen, err := responsetime.Ask(ctx, then, q)
				again, err2 := responsetime.Ask(ctx, now, q)
				if err != nil || err2 != nil || cmp.Diff(frozen.Figures, again.Figures) != "" {
					rt.Fatalf("%s is not as it was closed: %v, %v, %s", m.ID, err, err2, cmp.Diff(frozen.Figures, again.Figures))
				}
				if final := m.Kind != responsetime.KindGrowth; again.Final != final || again.Figures[0].Final != final {
					rt.Fatalf("%s is final: %v", m.ID, again.Final)
				}
				q.AsOf = closed + 400
				current, err := responsetime.Ask(ctx, now, q)
				if err != nil || current.Final || current.Figures[0].Final {
					rt.Fatalf("%s is final as of a day that is not settled: %v", m.ID, err)
				}
				if m.ID == "received" && current.Figures[0].N-again.Figures[0].N != received {
					rt.Fatalf("received %d, then %d, revised by %d", again.Figures[0].N, current.Figures[0].N, received)
				}
				if i%6 != turn || m.AsOf != responsetime.AsKnown || m.Kind == responsetime.KindGrowth {
					continue
				}
				for _, part := range []responsetime.CasePart{responsetime.OfNumerator, responsetime.OfDenominator, responsetime.OfExcluded} {
					to := allBehind(t, now, q, part)
					q.AsOf = closed
					from := allBehind(t, now, q, part)
					q.AsOf = closed + 400
					for row := range to {
						if id := caseIn(row); !from[row] && !revised[id] {
							rt.Fatalf("%s of %s: %s has no revision", part, m.ID, row)
						}
					}
					for row := range from {
						if id := caseIn(row); !to[row] && !revised[id] {
							rt.Fatalf("%s of %s: %s has no revision", part, m.ID, row)
						}
					}
				}
			}
		}
	})
}

func caseIn(row string) (id string) {
	_, _ = fmt.Sscan(row, &id)
	return id
}

// What a case does after its month was closed is told with its reason.
func TestRevisionsTellWhy(t *testing.T) {
	l := projectiontest.NewLog(t, "2026-05-06")
	filed := func(id string) *complaint.Filed {
		return projectiontest.Filed(id, id, "2026-05-06", "150102", "店", "货", 100)
	}
	l.Add("a", filed("a")).Add("b", filed("b"))
	model := l.Rebuild(fresh(t))
	ask := func(q responsetime.RevisionQuestion, cursor string) error {
		_, err := responsetime.Revisions(context.Background(), model, q, cursor, 1)
		return err
	}
	if err := ask(responsetime.RevisionQuestion{Period: "2026-05"}, ""); err != responsetime.ErrNotClosed {
		t.Error(err)
	}
	l.On("2026-06-10").Close("2026-05", "2026-06-05")
	l.On("2026-05-07").Add("c", filed("c")) // entered late
	l.On("2026-06-11").Add("b", &complaint.Corrected{Event: "filed", Field: complaint.FieldCategory, Was: "food", Now: "toys"})
	model = l.Rebuild(fresh(t))
	rows := allRevisions(t, model, responsetime.RevisionQuestion{Period: "2026-05", Everyone: true})
	got := map[string]string{}
	for _, r := range rows {
		got[r.Case] = r.Known.String() + " " + string(r.Reason)
	}
	if diff := cmp.Diff(map[string]string{"b": "2026-06-11 corrected", "c": "2026-06-06 entered"}, got); diff != "" {
		t.Error(diff)
	}
	// Nothing of that is public.
	if rows := allRevisions(t, model, responsetime.RevisionQuestion{Period: "2026-05"}); len(rows) != 0 {
		t.Errorf("%+v", rows)
	}
	for name, bad := range map[string]responsetime.RevisionQuestion{"period": {Period: "2026"}, "closing": {Period: "2026-05", Closing: 2}} {
		if q, ok := ask(bad, "").(*responsetime.QuestionError); !ok || q.Field != name {
			t.Error(name, q)
		}
	}
	for _, cursor := range []string{"x", "x.y", "1.2.3", "."} {
		if err := ask(responsetime.RevisionQuestion{Period: "2026-05"}, cursor); err != readmodel.ErrCursor {
			t.Error(cursor, err)
		}
	}
}
