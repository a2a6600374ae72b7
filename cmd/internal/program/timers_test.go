package program

import (
	"errors"
	"path/filepath"
	"testing"
	"time"

	"fangxin/cmd/internal/clock"
	"fangxin/domain/calendar"
	"fangxin/domain/complaint"
	"fangxin/domain/es"
	"fangxin/domain/usecase"
)

// passes counts the passed-events in the log by rule.
func passes(t *testing.T, n *node) map[string]int {
	t.Helper()
	count := map[string]int{}
	for env, err := range n.store.ReadAll(t.Context(), es.Position{}) {
		if err != nil {
			t.Fatal(err)
		}
		if env.Type != "complaint.deadline_passed.v1" {
			continue
		}
		e, err := n.registry.Decode(&env)
		if err != nil {
			t.Fatal(err)
		}
		count[e.(*complaint.DeadlinePassed).Rule]++
	}
	return count
}

// woken opens the installation at a moment, lets the timers pass twice and closes it.
func woken(t *testing.T, data string, at time.Time, do func(n *node)) map[string]int {
	t.Helper()
	a, err := openAdapters(t.Context(), configOf(t, data), clock.NewPractice(at), quiet())
	if err != nil {
		t.Fatal(err)
	}
	n, err := openNode(t.Context(), a)
	if err != nil {
		t.Fatal(errors.Join(err, a.close()))
	}
	defer func() {
		if err := n.close(); err != nil {
			t.Error(err)
		}
	}()
	n.start(t.Context())
	if do != nil {
		do(n)
	}
	for range 2 {
		if err := n.caughtUp(t.Context()); err != nil {
			t.Fatal(err)
		}
		if _, err := n.timers.Pass(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	return passes(t, n)
}

// Order 121 art 15: the decision and its notice are due 7 working days after receipt.
// A limit that is missed is recorded once, by the end of its day (24:00 Asia/Shanghai),
// also where nobody was awake when it passed, and it ends nothing (art 23).
func TestAMissedLimitIsRecordedOnceWhoeverSlept(t *testing.T) {
	data := filepath.Join(t.TempDir(), "data")
	// Thursday 2026-04-30; the table of days gives Wednesday 2026-05-13.
	filed := calendar.MustDate("2026-04-30").Start().Add(10 * time.Hour)
	due := calendar.MustDate("2026-05-13")
	var id string
	got := woken(t, data, filed, func(n *node) {
		in := complaintInput()
		in.Subject.BoughtOn = "2026-04-01"
		r, _, err := n.cases.File(t.Context(), usecase.Actor{ID: "c-1", Role: usecase.RoleConsumer}, in, usecase.Options{})
		if err != nil {
			t.Fatal(err)
		}
		id = r.ID
	})
	if len(got) != 0 {
		t.Fatalf("on the day of filing: %v", got)
	}
	if got := woken(t, data, due.End().Add(-time.Minute), nil); len(got) != 0 {
		t.Fatalf("before the day is over: %v", got)
	}
	for _, late := range []time.Duration{48 * time.Hour, 30 * 24 * time.Hour} {
		got = woken(t, data, due.End().Add(late), func(n *node) {
			view, err := n.cases.View(t.Context(), usecase.Actor{ID: "c-1", Role: usecase.RoleConsumer}, id, nil)
			if err != nil || view.Status != "received" {
				t.Errorf("the case is %s, %v", view.Status, err)
			}
		})
		if got["CP.ACCEPT"] != 1 || len(got) != 1 {
			t.Fatalf("%v late: %v", late, got)
		}
	}
}
