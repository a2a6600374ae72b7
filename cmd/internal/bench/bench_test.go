package bench

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// counting is a bench whose side answers 3, 1, 2, 3, 1, 2, …
func counting(goal float64) Bench {
	return Bench{Name: "counting", About: "test", Run: func(ctx context.Context, r *Run) error {
		n := 0
		m, err := r.SideBySide(ctx, "x/s",
			Side{"turns", func(context.Context) (float64, error) { n++; return []float64{2, 3, 1}[n%3], nil }},
			Side{"constant", func(context.Context) (float64, error) { return 1200, nil }},
		)
		if err != nil {
			return err
		}
		r.AtLeast("large enough", m[0], goal)
		r.AtMost("small enough", m[0], goal)
		r.Ratio("plain", m[1]/m[0])
		r.Skip("a floor: not here")
		return nil
	}}
}

func TestMedianDoesNotDependOnOrder(t *testing.T) {
	values := []float64{5, 1, 4, 2, 3}
	if m := median(values); m != 3 {
		t.Errorf("median %v", m)
	}
	if values[0] != 5 {
		t.Error("the values were sorted in place")
	}
}

func TestReportAsTableAndJSON(t *testing.T) {
	report, err := All(t.Context(), []Bench{counting(2)}, Options{Folder: t.TempDir(), Rounds: 3})
	if err != nil {
		t.Fatal(err)
	}
	if f := report.Figures[0]; f.Median != 2 || len(f.Values) != 3 || f.Unit != "x/s" || f.Bench != "counting" {
		t.Errorf("%+v", f)
	}
	path := filepath.Join(t.TempDir(), "report.json")
	if err := report.WriteJSON(path); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var read Report
	if err := json.Unmarshal(text, &read); err != nil {
		t.Fatal(err)
	}
	if len(read.Ratios) != 3 || !read.Ratios[0].Met || !read.Ratios[1].Met || read.Ratios[2].Goal != "" || read.Ratios[2].Value != 600 || read.Rounds != 3 || len(read.Skipped) != 1 {
		t.Errorf("%s", text)
	}
	var table strings.Builder
	if err := report.WriteTable(&table); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"median of 3", "turns", "1200", "≥ 2", "≤ 2", "met", "skipped", "a floor: not here"} {
		if !strings.Contains(table.String(), want) {
			t.Errorf("no %q in\n%s", want, &table)
		}
	}
}

func TestAGoalThatIsNotReachedIsSaid(t *testing.T) {
	report, err := All(t.Context(), []Bench{counting(2.5)}, Options{Folder: t.TempDir(), Rounds: 3})
	if err != nil || report.Ratios[0].Met || !report.Ratios[1].Met {
		t.Fatal(report, err)
	}
	var table strings.Builder
	if err := report.WriteTable(&table); err != nil || !strings.Contains(table.String(), "not met") {
		t.Error(err, table.String())
	}
}

func TestOnlyTheNamedBenchesRun(t *testing.T) {
	broken := Bench{Name: "broken", Run: func(context.Context, *Run) error { return errors.New("ran") }}
	both := []Bench{broken, counting(1)}
	if _, err := All(t.Context(), both, Options{Folder: t.TempDir(), Rounds: 1, Only: []string{"counting"}}); err != nil {
		t.Error(err)
	}
	if _, err := All(t.Context(), both, Options{Only: []string{"nothing"}}); !errors.Is(err, ErrNoBench) {
		t.Error(err)
	}
	if _, err := All(t.Context(), both, Options{Folder: t.TempDir()}); err == nil || !strings.Contains(err.Error(), "broken") {
		t.Error(err)
	}
}

func TestFolderIsRemovedAfterwards(t *testing.T) {
	folder := t.TempDir()
	writes := Bench{Name: "writes", Run: func(_ context.Context, r *Run) error {
		dir, err := r.Dir()
		if err != nil {
			return err
		}
		return os.WriteFile(filepath.Join(dir, "file"), []byte("x"), 0o600)
	}}
	if _, err := All(t.Context(), []Bench{writes}, Options{Folder: folder}); err != nil {
		t.Fatal(err)
	}
	if left, err := os.ReadDir(folder); err != nil || len(left) > 0 {
		t.Error(left, err)
	}
}

func TestSpinCountsAndStopsAtAnError(t *testing.T) {
	all, err := spin(t.Context(), 3, time.Millisecond, func(context.Context, int, int) error { return nil })
	if err != nil || all.done == 0 || all.perSecond() <= 0 || all.cost() <= 0 {
		t.Error(all, err)
	}
	failed := errors.New("failed")
	all, err = spin(t.Context(), 2, time.Hour, func(_ context.Context, _, i int) error {
		if i == 2 {
			return failed
		}
		return nil
	})
	if !errors.Is(err, failed) || all.done != 4 {
		t.Error(all, err)
	}
}
