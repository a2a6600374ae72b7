package demo_test

import (
	"context"
	"fmt"
	"log/slog"
	"testing"
	"time"

	"fangxin/cmd/internal/demo"
	"fangxin/cmd/internal/demo/demotest"
	"fangxin/domain/calendar"
	"fangxin/domain/es"
	"fangxin/domain/usecase"
)

// warned fails the test for each step that a case refused.
type warned struct {
	slog.Handler
	t *testing.T
}

func (w warned) Enabled(context.Context, slog.Level) bool { return true }

func (w warned) Handle(_ context.Context, r slog.Record) error {
	if r.Level >= slog.LevelWarn {
		r.Attrs(func(a slog.Attr) bool { w.t.Errorf("%s: %v", r.Message, a); return true })
	}
	return nil
}

// played runs the demonstration on memory stores and returns its facts by type.
func played(t *testing.T, now time.Time) (filed int, types map[string]int) {
	t.Helper()
	deps, err := demotest.Deps(now)
	if err != nil {
		t.Fatal(err)
	}
	n, err := demo.Play(t.Context(), demo.Stage{Deps: deps, Keep: demotest.Keep(deps.Store), Log: slog.New(warned{slog.DiscardHandler, t})}, now)
	if err != nil || n < demo.Cases-20 {
		t.Fatalf("%d cases, %v", n, err)
	}
	cases, err := usecase.NewComplaints(deps)
	if err != nil {
		t.Fatal(err)
	}
	types = map[string]int{}
	for env, err := range deps.Store.ReadAll(t.Context(), es.Position{}) {
		if err != nil {
			t.Fatal(err)
		}
		types[env.Type]++
		if env.Type == "complaint.filed.v1" {
			state, _, err := cases.State(t.Context(), env.Stream.Key())
			if err != nil {
				t.Fatal(err)
			}
			types[string(state.Status)]++
		}
	}
	t.Log(types)
	return n, types
}

func TestEveryRoadOfTheDemonstrationIsWalked(t *testing.T) {
	// Whatever day it is started on, also on a holiday: nothing is refused.
	days := []string{"2026-11-23", "2026-10-04", "2026-12-31"}
	if testing.Short() {
		days = days[:1]
	}
	for _, day := range days {
		filed, types := played(t, calendar.MustDate(day).Start().Add(11*time.Hour))
		for _, name := range []string{"complaint.filed.v1", "complaint.accepted.v1", "complaint.declined.v1", "complaint.agreed.v1",
			"complaint.settled.v1", "complaint.withdrawn.v1", "complaint.terminated.v1", "complaint.performance_confirmed.v1",
			"complaint.rated.v1", "complaint.closed.v1", "disclosure.notified.v1", "complaint.received.v1",
			"complaint.lane_changed.v1", "complaint.forwarded.v1", "complaint.assigned.v1", "complaint.appraisal_commissioned.v1",
			"complaint.delegated.v1", "complaint.recusal_requested.v1", "complaint.lead_found.v1", "complaint.supplement_requested.v1",
			"complaint.performance_broken.v1", "complaint.jurisdiction_disputed.v1", "disclosure.objected.v1", "disclosure.refused.v1",
			"disclosure.published.v1", "disclosure.statement_added.v1", "complaint.reopened.v1", "period.closed.v1",
			// Where people have something left to do, some cases wait on the day of the opening.
			"received", "accepted", "agreed", "settled", "closed"} {
			if types[name] == 0 {
				t.Errorf("%s: no %s", day, name)
			}
		}
		if types["complaint.filed.v1"] < filed { // more, where a mixed submission became two
			t.Errorf("%s: %d filed, told of %d", day, types["complaint.filed.v1"], filed)
		}
	}
}

func TestEachAccountCanAct(t *testing.T) {
	roles := map[usecase.Role]bool{}
	for _, a := range demo.Accounts() {
		if err := a.Check(); err != nil {
			t.Error(err)
		}
		roles[a.Role] = true
	}
	if len(roles) != 7 {
		t.Error(fmt.Sprint(roles))
	}
}
