package program

import (
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"fangxin/domain/es"
	"fangxin/domain/sealed"
	"fangxin/domain/usecase"
)

// shownOf is what the roads of a node tell of a case.
func (i *installation) shownOf(t *testing.T, n *node, id string) string {
	t.Helper()
	var all []any
	for _, who := range []usecase.Actor{i.consumer(), i.desk(), {ID: "a-1", Role: usecase.RoleAuditor}} {
		if v, err := n.cases.View(t.Context(), who, id, nil); err == nil {
			all = append(all, v)
		}
		if h, err := n.cases.History(t.Context(), who, id, es.None, 0); err == nil {
			all = append(all, h)
		}
	}
	if _, err := n.cases.Held(t.Context(), i.consumer(), func(d *usecase.CaseData) error {
		if d.Case.ID == id {
			all = append(all, d)
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	raw, err := json.Marshal(all)
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

func decideErased(t *testing.T, i *installation, n *node, id string) {
	t.Helper()
	if _, _, err := n.cases.Act(t.Context(), i.desk(), id, "decide-erasure", &usecase.DecideErasure{Result: "erased"}, usecase.Options{Key: "erase"}); err != nil {
		t.Fatal(err)
	}
}

// PIPL 19, 47, whole: the period ends by the clock, an officer decides, the keys go, and
// nothing is shown on any road, after a restart, or out of a backup made before.
func TestErasedOnANodeAndInItsBackups_PIPL47(t *testing.T) {
	i := installed(t)
	id := i.cases[2]
	day := func(y int, m time.Month, d int) time.Time { return time.Date(y, m, d, 2, 0, 0, 0, time.UTC) }
	opened(t, configOf(t, i.data), day(2026, 9, 21), func(n *node) {
		if _, _, err := n.cases.Act(t.Context(), i.desk(), id, "close", &usecase.Close{}, usecase.Options{Key: "close"}); err != nil {
			t.Fatal(err)
		}
		if shown := i.shownOf(t, n, id); !strings.Contains(shown, filedPhone) {
			t.Fatal("nothing is shown to begin with")
		}
	})
	before := backedUp(t, i.data, "--with-master-key")
	woken(t, i.data, day(2029, 12, 1), nil)
	opened(t, configOf(t, i.data), day(2029, 12, 2), func(n *node) { decideErased(t, i, n, id) })
	after := backedUp(t, i.data, "--with-master-key")
	nothing := func(data string) {
		t.Helper()
		opened(t, configOf(t, data), day(2029, 12, 3), func(n *node) {
			if err := n.caughtUp(t.Context()); err != nil {
				t.Fatal(err)
			}
			shown := i.shownOf(t, n, id)
			for _, secret := range secrets() {
				if strings.Contains(shown, secret) {
					t.Errorf("%s is shown", secret)
				}
			}
			if state, err := n.cases.Keyring.StateOf(t.Context(), i.subjects[2]); err != nil || state != sealed.Erased {
				t.Errorf("%s, %v", state, err)
			}
		})
		if code, out, errs := run(t, "verify", "--data", data); code != exitOK {
			t.Error(code, out, errs)
		}
	}
	nothing(i.data)
	for _, backup := range []string{before, after} {
		to := filepath.Join(t.TempDir(), "restored")
		code, out, errs := run(t, "restore", "--data", to, "--erasures", folder{root: i.data}.erasures(), backup)
		if code != exitOK {
			t.Fatal(code, out, errs)
		}
		nothing(to)
	}
}
