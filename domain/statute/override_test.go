package statute

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"fangxin/domain/calendar"
)

func day(s string) calendar.Date { return calendar.MustDate(s) }

func running(t *testing.T, rs RuleSet, id, start string, pauses ...Pause) Running {
	t.Helper()
	rule, ok := rs.Clock(id)
	if !ok {
		t.Fatalf("%s has no %s", rs.ID, id)
	}
	c, err := Compute(loadCalendar(t), rule, day(start), pauses)
	if err != nil {
		t.Fatal(err)
	}
	return Running{Clock: c, Pauses: pauses}
}

// TestOverride: ORD-121 46 says nothing of cases that were pending on 2026-04-15. One
// of them, filed under Order 20 and Regulation 778, is put under Order 121.
func TestOverride(t *testing.T) {
	c, cal := load(t), loadCalendar(t)
	old := at(t, c, "2026-03-02")
	appraisal := Pause{PauseAppraisal, calendar.Span{From: day("2026-03-20"), To: day("2026-03-30")}}
	perform := Running{Clock: Clock{Rule: "CP.PERFORM", StartedOn: day("2026-04-01"), Due: day("2026-05-09"), DueWide: day("2026-05-09")}}
	lead := running(t, old, ClockLeadCheck, "2026-04-10")
	lead.Extended = true
	got, err := c.Override(cal, OverrideRequest{
		From: "ORD-20+REG-778", To: "ORD-121", Reason: "pending_at_change", FiledOn: day("2026-03-02"), Today: day("2026-04-20"),
		Running: []Running{running(t, old, ClockMediateM2, "2026-03-06", appraisal), lead, running(t, old, "TIP.INFORM_NAMED", "2026-04-14"), perform},
	})
	if err != nil {
		t.Fatal(err)
	}
	want := []Clock{
		{Rule: ClockMediateM3, StartedOn: day("2026-03-06"), Due: day("2026-05-15"), DueWide: day("2026-05-15"), Calendar: "CN-2026.1"},
		{Rule: ClockLeadCheck, StartedOn: day("2026-04-10"), Due: day("2026-05-26"), DueWide: day("2026-05-26"), Calendar: "CN-2026.1"},
	}
	if diff := cmp.Diff(want, got.Clocks); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"TIP.INFORM_NAMED"}, got.Lapsed); diff != "" {
		t.Error(diff)
	}
	for code, list := range map[string][]string{"NA6_IDENTITY": got.Gained, "TM_PARTY_GONE": got.Gained, IdentityProof: got.Gained, "TM_APPRAISAL_BODY": got.Lost, DelegateOtherUnits: got.Lost} {
		if !slices.Contains(list, code) {
			t.Errorf("%s is not said to change: %v", code, list)
		}
	}
	if got.From != "ORD-20+REG-778" || got.To != "ORD-121" || got.Reason != "pending_at_change" {
		t.Errorf("%+v", got)
	}
}

func TestOverrideRefused(t *testing.T) {
	c, cal := load(t), loadCalendar(t)
	good := OverrideRequest{From: "ORD-20+REG-778", To: "ORD-121", Reason: "pending_at_change", FiledOn: day("2026-03-02"), Today: day("2026-04-20")}
	if _, err := c.Override(cal, good); err != nil {
		t.Fatal(err)
	}
	for name, tt := range map[string]struct {
		spoil func(*OverrideRequest)
		cause error
	}{
		"the same":       {func(q *OverrideRequest) { q.To = q.From }, ErrOverrideSame},
		"unknown":        {func(q *OverrideRequest) { q.To = "ORD-9" }, ErrNoRuleSet},
		"from unknown":   {func(q *OverrideRequest) { q.From = "" }, ErrNoRuleSet},
		"foreign":        {func(q *OverrideRequest) { q.To = "CFPB" }, ErrOverrideForeign},
		"of foreign":     {func(q *OverrideRequest) { q.From = "CFPB" }, ErrOverrideForeign},
		"not yet":        {func(q *OverrideRequest) { q.Today = day("2026-04-14") }, ErrOverrideNotYet},
		"repealed":       {func(q *OverrideRequest) { q.To = "ORD-20" }, ErrOverrideRepealed},
		"without reason": {func(q *OverrideRequest) { q.Reason = "" }, ErrOverrideReason},
		"bad clock": {func(q *OverrideRequest) {
			q.Running = []Running{{Clock: Clock{Rule: ClockAccept}}}
		}, calendar.ErrPeriod},
	} {
		q := good
		tt.spoil(&q)
		if o, err := c.Override(cal, q); !errors.Is(err, ErrOverride) || !errors.Is(err, tt.cause) {
			t.Errorf("%s: %+v %v", name, o, err)
		}
	}
}

// TestHistory: from which filing day a thing holds.
func TestHistory(t *testing.T) {
	c := load(t)
	for code, want := range map[string]string{
		"NA6_IDENTITY": "2026-04-15", "NA1_SCOPE": "2020-01-01", "TM_PARTY_GONE": "2026-04-15",
		DelegationNeedsBoth: "2024-07-01", TrueIdentity: "2024-07-01", "factual_basis": "2026-04-15",
		"hotline_12315": "2026-04-15", ClockMediateM2: "2024-07-01", DateIdentity: "2026-04-15",
	} {
		h := c.History(code)
		if len(h) == 0 || h[0].From != day(want) || len(h[0].Citations) == 0 {
			t.Errorf("%s: %+v", code, h)
		}
	}
	if h := c.History("TM_APPRAISAL_BODY"); len(h) != 2 || h[1].To != day("2026-04-14") {
		t.Errorf("ORD-20 21(2): %+v", h)
	}
	if h := c.History("nothing"); h != nil {
		t.Errorf("%+v", h)
	}
}

// TestCountedAgain: with a newer calendar a provisional date becomes certain; a clock
// that keeps its days says that nothing changed.
func TestCountedAgain(t *testing.T) {
	c := load(t)
	rs := at(t, c, "2026-12-28")
	was := running(t, rs, ClockAccept, "2026-12-28")
	if !was.Provisional || was.Due != day("2027-01-06") {
		t.Fatalf("%+v", was)
	}
	newer, err := calendar.Parse(strings.NewReader(`calendar CN-2027.1
range 2026-01-01..2027-12-31
festival new_year 元旦 New Year's Day
notice 2026
new_year off 01-01..01-03 work 01-04
notice 2027
new_year off 01-01..01-03 work 01-09`))
	if err != nil {
		t.Fatal(err)
	}
	got, changed, err := was.Again(newer, rs.Accepting())
	if err != nil || !changed || got.Provisional || got.Due != day("2027-01-07") || got.Calendar != "CN-2027.1" {
		t.Errorf("%+v %v %v", got, changed, err)
	}
	old := running(t, rs, ClockAccept, "2026-11-02")
	if got, changed, err := old.Again(newer, rs.Accepting()); err != nil || changed || got.Due != old.Due {
		t.Errorf("%+v %v %v", got, changed, err)
	}
	if _, changed, err := (Running{}).Again(newer, rs.Accepting()); changed || !errors.Is(err, calendar.ErrPeriod) {
		t.Errorf("%v %v", changed, err)
	}
}
