package demo

import (
	"context"
	"fmt"
	"math/rand"
	"testing"
	"time"

	"fangxin/cmd/internal/clock"
	"fangxin/domain/calendar"
	"fangxin/domain/complaint"
	"fangxin/domain/es"
	"fangxin/domain/es/estest"
	"fangxin/domain/sealed/sealedtest"
	"fangxin/domain/statute"
	"fangxin/domain/usecase"
)

// play runs the demonstration on memory stores and returns its facts by type.
func play(t *testing.T, now time.Time) (filed int, types map[string]int) {
	t.Helper()
	law, err := statute.Load()
	if err != nil {
		t.Fatal(err)
	}
	table, err := calendar.Load()
	if err != nil {
		t.Fatal(err)
	}
	practice := clock.NewPractice(now.AddDate(-1, 0, 0))
	store := estest.NewStore()
	cases, err := usecase.NewComplaints(usecase.Deps{
		Store: store, Registry: usecase.NewRegistry(es.StdCodec{}), Keyring: sealedtest.NewKeyring(),
		Law: complaint.Law{Catalogue: law, Calendar: table, Lanes: []complaint.Lane{complaint.LaneDepartment, complaint.LaneDirect}},
		Now: practice.Now, Entropy: rand.New(rand.NewSource(1)), Wait: func(ctx context.Context, _ int) error { return ctx.Err() },
	})
	if err != nil {
		t.Fatal(err)
	}
	nights := 0
	n, err := Play(t.Context(), Stage{
		Cases: cases, Calendar: table, Lanes: []complaint.Lane{complaint.LaneDepartment, complaint.LaneDirect},
		Set:     func(at time.Time) { practice.Set(at) },
		Night:   func(context.Context) error { nights++; return nil },
		Refused: func(route string, err error) { t.Errorf("%s: %v", route, err) },
	}, now)
	if err != nil || n < count-20 || nights < days-10 {
		t.Fatalf("%d cases, %d nights, %v", n, nights, err)
	}
	types = map[string]int{}
	for env, err := range store.ReadAll(t.Context(), es.Position{}) {
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
	for _, day := range []string{"2026-11-23", "2026-10-04", "2026-12-31"} {
		filed, types := play(t, calendar.MustDate(day).Start().Add(11*time.Hour))
		for _, name := range []string{"complaint.filed.v1", "complaint.accepted.v1", "complaint.declined.v1", "complaint.agreed.v1",
			"complaint.settled.v1", "complaint.withdrawn.v1", "complaint.terminated.v1", "complaint.performance_confirmed.v1",
			"complaint.rated.v1", "complaint.closed.v1", "disclosure.notified.v1", "complaint.received.v1",
			"complaint.lane_changed.v1", "complaint.forwarded.v1", "complaint.assigned.v1", "complaint.appraisal_commissioned.v1",
			"complaint.delegated.v1", "complaint.recusal_requested.v1", "complaint.lead_found.v1", "complaint.supplement_requested.v1",
			"complaint.performance_broken.v1", "complaint.jurisdiction_disputed.v1", "disclosure.objected.v1", "disclosure.refused.v1",
			// Where people have something left to do, some cases wait on the day of the opening.
			"received", "accepted", "agreed", "settled", "closed"} {
			if types[name] == 0 {
				t.Errorf("%s: no %s", day, name)
			}
		}
		if types["complaint.filed.v1"] != filed {
			t.Errorf("%s: %d filed, told of %d", day, types["complaint.filed.v1"], filed)
		}
	}
}

func TestEachAccountCanAct(t *testing.T) {
	roles := map[usecase.Role]bool{}
	for _, a := range Accounts() {
		if err := a.Check(); err != nil {
			t.Error(err)
		}
		roles[a.Role] = true
	}
	if len(roles) != 7 {
		t.Error(fmt.Sprint(roles))
	}
}
