package simulation_test

import (
	"slices"
	"testing"

	"fangxin/cmd/internal/readmodel/memory"
	"fangxin/domain/calendar"
	"fangxin/projections"
	"fangxin/projections/responsetime"
	"fangxin/projections/responsetime/responsetimetest"
)

// Every metric in every cut, over all cases and over the disclosed ones, as of several
// days, is what a second calculation over the raw facts finds; and so are the cases named
// behind it.
func TestFiguresAreWhatASecondCalculationFinds(t *testing.T) {
	seeds, total := uint64(20), 0
	if testing.Short() {
		seeds = 4
	}
	for seed := uint64(1); seed <= seeds; seed++ {
		c := small(seed)
		c.cases, c.nodes, c.faults, c.rivals, c.crashes, c.naps = 60, 1, 0, 0, 0, 0
		w, err := newWorld(c)
		if err != nil {
			t.Fatal(err)
		}
		total += w.compareFigures(t, seed)
	}
	t.Logf("%d figures", total)
}

func (w *world) compareFigures(t *testing.T, seed uint64) int {
	t.Helper()
	last := w.config.first + calendar.Date(w.config.filing+w.config.after)
	if err := w.town.Play(t.Context(), (last + 2).Start()); err != nil {
		t.Fatal(err)
	}
	w.close()
	told, err := w.read(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	l := responsetimetest.Log{Calendar: w.law.Calendar, Model: memory.New(), Every: 9}
	for _, s := range told.order {
		for _, f := range told.streams[s] {
			l.Facts = append(l.Facts, responsetimetest.Fact{Stream: s, Known: calendar.DateOf(f.meta.At), Data: f.data})
		}
	}
	model := []projections.Projection{responsetime.New(w.law.Calendar)}
	if err := projections.Rebuild(t.Context(), w.log, w.registry, l.Model, model, nil); err != nil {
		t.Fatal(err)
	}
	days := []calendar.Date{w.config.first + 15, w.config.first + 45, last, last + 400}
	slices.Sort(days)
	wrong, figures, err := l.Compare(t.Context(), days...)
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range wrong {
		t.Errorf("seed %d: %s", seed, line)
	}
	return figures
}
