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

// recounts are the answers of cases in the log, by stream.
func recounts(t *testing.T, n *node) map[es.StreamID][]*complaint.ClockRecomputed {
	t.Helper()
	all := map[es.StreamID][]*complaint.ClockRecomputed{}
	for env, err := range n.store.ReadAll(t.Context(), es.Position{}) {
		if err != nil {
			t.Fatal(err)
		}
		e, err := n.registry.Decode(&env)
		if err != nil {
			t.Fatal(err)
		}
		if c, ok := e.(*complaint.ClockRecomputed); ok {
			all[env.Stream] = append(all[env.Stream], c)
		}
	}
	return all
}

// opened opens an installation under a configuration at a moment, does something with it
// and closes it.
func opened(t *testing.T, c Config, at time.Time, do func(n *node)) {
	t.Helper()
	a, err := openAdapters(t.Context(), c, clock.NewPractice(at), quiet())
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
	do(n)
}

// The calendar of 2027 arrives: every case of December 2026 with a provisional date gets
// one event a clock, once, also after a restart; a sure date gets none (design §6).
func TestANewCalendarRecountsProvisionalDatesOnce(t *testing.T) {
	c := configOf(t, filepath.Join(t.TempDir(), "data"))
	day := func(s string) time.Time { return calendar.MustDate(s).Start().Add(10 * time.Hour) }
	file := func(n *node, key string) es.StreamID {
		in := complaintInput()
		in.Subject.BoughtOn = "2026-11-20"
		r, _, err := n.cases.File(t.Context(), usecase.Actor{ID: "c-1", Role: usecase.RoleConsumer}, in, usecase.Options{Key: key})
		if err != nil {
			t.Fatal(err)
		}
		return usecase.Stream(r.ID)
	}
	pass := func(n *node) map[es.StreamID][]*complaint.ClockRecomputed {
		for range 2 {
			if err := n.caughtUp(t.Context()); err != nil {
				t.Fatal(err)
			}
			if _, err := n.timers.Pass(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		return recounts(t, n)
	}
	var sure es.StreamID
	provisional := map[es.StreamID]bool{}
	opened(t, c, day("2026-12-01"), func(n *node) { sure = file(n, "early") })
	opened(t, c, day("2026-12-28"), func(n *node) {
		for _, key := range []string{"a", "b", "c"} {
			provisional[file(n, key)] = true
		}
		if got := pass(n); len(got) != 0 {
			t.Fatalf("before the calendar came: %v", got)
		}
	})
	_, c.Calendar = put(t, "cn-2027.txt", calendar2027)
	for _, when := range []string{"2026-12-29", "2026-12-30"} {
		opened(t, c, day(when), func(n *node) {
			got := pass(n)
			if len(got) != len(provisional) || len(got[sure]) != 0 {
				t.Fatalf("%s: %d cases", when, len(got))
			}
			for stream, events := range got {
				e := events[0]
				if !provisional[stream] || len(events) != 1 || e.Clock.Calendar != "CN-TEST-2027" || e.Clock.Provisional || e.Clock.DueWide != calendar.MustDate("2027-01-07") {
					t.Errorf("%s: %d events, %+v", stream, len(events), e)
				}
			}
		})
	}
	opened(t, c, day("2027-01-08"), func(n *node) {
		pass(n)
		if got := passes(t, n); got["CP.ACCEPT"] != len(provisional)+1 {
			t.Errorf("passed by the newer day: %v", got)
		}
	})
}
