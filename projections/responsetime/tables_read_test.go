package responsetime_test

import (
	"context"
	"errors"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"fangxin/domain/calendar"
	"fangxin/projections/projectiontest"
	"fangxin/projections/readmodel"
	"fangxin/projections/responsetime"
)

func table(t testing.TB, m readmodel.Model, q responsetime.TableQuestion) responsetime.PublishedTable {
	t.Helper()
	out, err := responsetime.TableOf(context.Background(), m, q)
	if err != nil {
		t.Fatalf("%+v: %v", q, err)
	}
	return out
}

func few(n int64) bool { return n != 0 && n > -5 && n < 5 }

func lacking(all, shown []int64) []int64 {
	out := slices.Clone(all)
	for i := range shown {
		out[i] -= shown[i]
	}
	return out
}

// told checks what a table prints, and what is left of its total beside the shown cells.
func told(rt *rapid.T, x responsetime.PublishedTable) {
	if x.Total.Hidden {
		for _, cut := range x.Cuts {
			if slices.ContainsFunc(cut.Cells, func(c responsetime.TableCell) bool { return !c.Hidden }) {
				rt.Fatalf("cells without a total: %+v", x)
			}
		}
		return
	}
	lines := [][]int64{x.Total.Counts}
	for _, cut := range x.Cuts {
		left := x.Total.Counts
		for _, c := range cut.Cells {
			if !c.Hidden {
				lines, left = append(lines, c.Counts), lacking(left, c.Counts)
			}
		}
		lines = append(lines, left)
	}
	for _, line := range lines {
		for i, n := range line {
			// What is public is listed case by case; all else is of nobody or of five.
			if c := x.Kind.Columns[i]; few(n) && c != responsetime.ColumnPublic && c != responsetime.ColumnDenominatorPublic && c != responsetime.ColumnNumeratorPublic {
				rt.Fatalf("%s of %s: %s is %d in %+v", x.Kind.ID, x.Period, c, n, x)
			}
		}
		if x.Kind.ID == responsetime.TableChecked && (few(line[0]-line[1]) || few(line[0]-line[2]) || few(line[1]-line[3])) {
			rt.Fatalf("%s of %s tells of few: %v in %+v", x.Kind.ID, x.Period, line, x)
		}
	}
}

// changed checks what two closings tell beside each other.
func changed(rt *rapid.T, was, is responsetime.PublishedTable) {
	if was.Total.Hidden || is.Total.Hidden {
		return
	}
	shown := func(x responsetime.PublishedTable) map[string][]int64 {
		out := map[string][]int64{"": x.Total.Counts}
		for _, cut := range x.Cuts {
			for _, c := range cut.Cells {
				if !c.Hidden {
					out[string(cut.By)+"/"+c.Key] = c.Counts
				}
			}
		}
		return out
	}
	before := shown(was)
	for key, now := range shown(is) {
		old, ok := before[key]
		if !ok || is.Kind.ID == responsetime.TableChecked {
			continue
		}
		for i, n := range lacking(now, old) {
			if few(n) && is.Kind.Columns[i] != responsetime.ColumnPublic {
				rt.Fatalf("%s %s became %v, was %v", is.Kind.ID, key, now, old)
			}
		}
	}
}

// The tables of closed months and quarters, by each closing: nothing of one to four cases
// is printed or left over by subtracting, and a table stays as it was whatever is known
// later.
func TestPublishedTablesTellOfNoFewAndStay(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		l := projectiontest.NewLog(t, "2026-05-01")
		many := rapid.SampledFrom([]int{15, 40, 90}).Draw(rt, "cases")
		var held []func()
		for i := range many {
			id, events, days := projectiontest.Case(i * 7)
			keep := rapid.IntRange(1, len(events)).Draw(rt, "before")
			if rapid.IntRange(0, 9).Draw(rt, "late") == 0 {
				keep = 0
			}
			for j, e := range events {
				write := func() { l.On(days[j].String()).Add(id, e) }
				if j < keep {
					write()
				} else {
					held = append(held, write)
				}
			}
		}
		close := func(month, day string) { l.On(day).Close(month, (calendar.MustDate(day) - 2).String()) }
		months := []string{"2026-07", "2026-08", "2026-09"}
		for _, m := range months {
			close(m, "2026-10-05")
		}
		first := l.Rebuild(fresh(t))
		for _, write := range held {
			write()
		}
		close(months[0], "2026-11-05")
		second := l.Rebuild(fresh(t))
		for _, kind := range responsetime.TablePolicy().Tables {
			for _, period := range append(months, "2026-Q3") {
				q := responsetime.TableQuestion{Table: kind.ID, Period: period, Closing: 1}
				was, is := table(t, first, q), table(t, second, q)
				was.Position = is.Position
				if diff := cmp.Diff(was, is); diff != "" {
					rt.Fatalf("the table is not as it was: %s", diff)
				}
				told(rt, is)
				if q.Closing = 0; period == months[0] {
					again := table(t, second, q)
					if again.Closing != 2 {
						rt.Fatalf("%+v", again)
					}
					told(rt, again)
					changed(rt, is, again)
				}
			}
		}
	})
}

// What is asked for wrongly, or is not closed, has no table.
func TestTablesThatThereAreNot(t *testing.T) {
	l := projectiontest.NewLog(t, "2026-05-01")
	id, events, _ := projectiontest.Case(1)
	l.Add(id, events...)
	l.On("2026-06-10").Close("2026-05", "2026-06-05")
	m := l.Rebuild(fresh(t))
	ask := func(table, period string, closing int) error {
		_, err := responsetime.TableOf(context.Background(), m, responsetime.TableQuestion{Table: table, Period: period, Closing: closing})
		return err
	}
	if err := ask("received", "2026-05", 1); err != nil {
		t.Error(err)
	}
	for _, open := range []string{"2026-06", "2026-Q2"} {
		if err := ask("received", open, 0); !errors.Is(err, responsetime.ErrNotClosed) {
			t.Error(open, err)
		}
	}
	for field, err := range map[string]error{
		"table": ask("x", "2026-05", 0), "period": ask("received", "2026", 0), "closing": ask("received", "2026-05", 2),
	} {
		var q *responsetime.QuestionError
		if !errors.As(err, &q) || q.Field != field {
			t.Error(field, err)
		}
	}
}
