package program

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"fangxin/domain/calendar"
	"fangxin/domain/es"
	"fangxin/projections/responsetime/responsetimetest"
)

// Every metric in every cut over an imported file, of the real one where it is at hand,
// is what a second calculation over the raw facts finds.
func TestFiguresOfAnImportASecondWay(t *testing.T) {
	path, every := madeFile(t), 5
	if real := realFile("cfpb_18col_2015-2020_6623.csv"); real != "" && !testing.Short() {
		path, every = real, 11
		if os.Getenv("FANGXIN_REALDATA") != "" { // all questions, which takes more than a minute
			every = 1
		}
	}
	data := filepath.Join(t.TempDir(), "data")
	if code, out, errs := run(t, "import", "--format", "cfpb", path, "--data", data); code != 0 {
		t.Fatal(code, out, errs)
	}
	today := calendar.DateOf(time.Now())
	opened(t, configOf(t, data), (today + 1).Start(), func(n *node) {
		if err := n.caughtUp(t.Context()); err != nil {
			t.Fatal(err)
		}
		l := responsetimetest.Log{Calendar: n.law.Calendar, Model: n.model, Every: every}
		for env, err := range n.store.ReadAll(t.Context(), es.Position{}) {
			if err != nil {
				t.Fatal(err)
			}
			fact, err := n.registry.Decode(&env)
			if err != nil {
				t.Fatal(err)
			}
			meta, err := n.registry.DecodeMetadata(&env)
			if err != nil {
				t.Fatal(err)
			}
			l.Facts = append(l.Facts, responsetimetest.Fact{Stream: env.Stream, Known: calendar.DateOf(meta.At), Data: fact})
		}
		wrong, figures, err := l.Compare(t.Context(), today-10, today+1)
		if err != nil {
			t.Fatal(err)
		}
		for _, line := range wrong {
			t.Error(line)
		}
		if t.Logf("%d facts, %d figures", len(l.Facts), figures); figures < 100 {
			t.Error("too few figures to tell")
		}
	})
}
