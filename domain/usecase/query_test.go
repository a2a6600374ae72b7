package usecase

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"

	"fangxin/domain/calendar"
	"fangxin/domain/complaint"
	"fangxin/domain/es"
	"fangxin/domain/statute"
)

func typesOf(entries []HistoryEntry) []string {
	var types []string
	for _, e := range entries {
		types = append(types, e.Type)
	}
	return types
}

func TestHistoryIsCutToTheReader(t *testing.T) {
	w := newWorld(t)
	v := w.accepted()
	w.do(desk, v.ID, "assign", &Assign{Unit: "u-1"})
	read := func(a Actor) []HistoryEntry {
		t.Helper()
		h, err := w.History(t.Context(), a, v.ID, es.None, 0)
		if err != nil {
			t.Fatal(err)
		}
		return h
	}
	all := []string{"complaint.filed.v1", "complaint.received.v1", "complaint.respondent_confirmed.v1", "complaint.accepted.v1",
		"notice.issued.v1", "notice.sent.v1", "complaint.assigned.v1"}
	if got := typesOf(read(desk)); !slices.Equal(got, all) {
		t.Error(got)
	}
	for _, a := range []Actor{anyConsumer, shop} {
		h := read(a)
		if got := typesOf(h); !slices.Equal(got, all[:4]) {
			t.Errorf("%s: %v", a.Role, got)
		}
		for _, e := range h {
			if e.Data != nil || e.Actor != "" || e.Command != "" || e.Recorded != nil {
				t.Errorf("%s sees %+v", a.Role, e)
			}
		}
	}
	h := read(auditor)
	if h[0].Recorded == nil || h[0].Actor != "c-1" || h[0].Ruleset != "ORD-121" || h[0].Source != "native" {
		t.Errorf("%+v", h[0])
	}
	text, err := json.Marshal(h)
	if err != nil {
		t.Fatal(err)
	}
	for _, secret := range []string{consumerName, consumerPhone, "cipher", "A1"} {
		if strings.Contains(string(text), secret) {
			t.Errorf("history shows %q", secret)
		}
	}
	if !strings.Contains(string(text), `"phone":{"mask":"138****2233"}`) {
		t.Errorf("no masks: %s", text)
	}
}

func TestHistoryByPages(t *testing.T) {
	w := newWorld(t)
	v := w.accepted()
	var got []string
	after := es.None
	for range 10 {
		page, err := w.History(t.Context(), desk, v.ID, after, 2)
		if err != nil || len(page) > 2 {
			t.Fatal(len(page), err)
		}
		if len(page) == 0 {
			break
		}
		got = append(got, typesOf(page)...)
		after = es.Revision(page[len(page)-1].Revision)
	}
	if len(got) != 6 {
		t.Error(got)
	}
}

func TestClocksAreExplained(t *testing.T) {
	w := newWorld(t)
	w.at("2026-09-18")
	v := w.accepted()
	clocks, err := w.Clocks(t.Context(), anyConsumer, v.ID)
	if err != nil || len(clocks) != 2 {
		t.Fatal(clocks, err)
	}
	mediation, acceptance := clocks[0], clocks[1]
	if mediation.Rule != statute.ClockMediateM3 || mediation.State != "running" || acceptance.State != "met" {
		t.Errorf("the running clock comes first: %s, %s", mediation.Rule, acceptance.Rule)
	}
	// Order 121 arts 15, 45: from 2026-09-18, 7 working days; Sunday 09-20 works, 25 to
	// 27 are off.
	if acceptance.Due != calendar.MustDate("2026-09-29") || acceptance.Differs || acceptance.Law == nil || acceptance.Calendar == "" {
		t.Errorf("%+v", acceptance)
	}
	if got := stepKeys(acceptance); got[0] != stepLaw || got[1] != stepStarted || !slices.Contains(got, stepMadeUp) || !slices.Contains(got, stepSkipped) || !slices.Contains(got, stepDue) || got[len(got)-1] != stepCalendar {
		t.Error(got)
	}
	if c := acceptance.Citations; len(c) == 0 || c[0].Title.ZH == "" || c[0].Article == "" {
		t.Error(c)
	}
	for _, s := range acceptance.Steps {
		if s.Key == stepSkipped && s.Params["reason"] == "festival" && (s.Params["from"] != "2026-09-25" || s.Params["festival"] == "") {
			t.Error(s)
		}
	}
}

func stepKeys(e ClockExplanation) (keys []string) {
	for _, s := range e.Steps {
		keys = append(keys, s.Key)
	}
	return keys
}

func (w *world) explained(id, rule string) ClockExplanation {
	w.t.Helper()
	clocks, err := w.Clocks(w.t.Context(), anyConsumer, id)
	if err != nil {
		w.t.Fatal(err)
	}
	i := slices.IndexFunc(clocks, func(c ClockExplanation) bool { return c.Rule == rule })
	if i < 0 {
		w.t.Fatalf("no clock %s in %+v", rule, clocks)
	}
	return clocks[i]
}

// Between 2024-07-01 and 2026-04-14 two periods stand side by side: 45 working days
// of Order 20 art 21 and 60 days of Regulation 778 art 47; the earlier end binds.
func TestTheEarlierOfTwoPeriodsIsExplained(t *testing.T) {
	w := newWorld(t)
	w.at("2026-01-05")
	in := complaintOf("暖阳家电")
	in.Subject.BoughtOn, in.Subject.DeliveredOn = "2026-01-02", ""
	v := w.file(in)
	w.confirm(v.ID)
	w.do(desk, v.ID, "accept", &Accept{})
	e := w.explained(v.ID, statute.ClockMediateM2)
	if e.DueWide.String() != "2026-03-06" || len(e.Law.Periods) != 2 || !slices.Contains(stepKeys(e), stepEarliest) {
		t.Errorf("%s %v", e.DueWide, stepKeys(e))
	}
}

// Order 121 art 22: only appraisal stops the mediation clock.
func TestAPausedClockIsExplained(t *testing.T) {
	w := newWorld(t)
	v := w.accepted()
	name, data, err := w.Registry.Encode(&complaint.AppraisalCommissioned{Appraisal: "a-1", Institution: "i-1", By: "both",
		Occurred: complaint.Occurred{On: calendar.MustDate("2026-09-16")}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.store.Append(t.Context(), Stream(v.ID), es.Revision(v.Revision), []es.Pending{{ID: es.DeriveID(es.Namespace, "a"),
		Type: name, Data: data, Meta: []byte(`{"at":"2026-09-16T03:00:00Z"}`)}}); err != nil {
		t.Fatal(err)
	}
	e := w.explained(v.ID, statute.ClockMediateM3)
	if got := stepKeys(e); !e.Paused || len(e.Pauses) != 1 || got[len(got)-1] != stepSuspended {
		t.Errorf("%+v %v", e.ClockView, got)
	}
}

// No holidays of 2027 are known: the date is provisional.
func TestAProvisionalDateIsSaidToBeOne(t *testing.T) {
	w := newWorld(t)
	w.at("2026-12-28")
	e := w.explained(w.file(complaintOf("暖阳家电")).ID, statute.ClockAccept)
	if !e.Provisional || e.Due.String() != "2027-01-06" || !slices.Contains(stepKeys(e), stepProvisional) {
		t.Errorf("%+v %v", e.ClockView, stepKeys(e))
	}
}

func TestForeignClocksAreShownOnly(t *testing.T) {
	w := newWorld(t)
	r := w.foreign(foreignCase(), true, 1)
	clocks, err := w.Clocks(t.Context(), auditor, r.ID)
	if err != nil || len(clocks) != 2 {
		t.Fatal(clocks, err)
	}
	for _, c := range clocks {
		if got := stepKeys(c); got[len(got)-1] != stepShown || c.Law.Enforced || c.Differs {
			t.Errorf("%+v %v", c.ClockView, got)
		}
	}
}

func TestAgreedDaysAreExplainedAsSuch(t *testing.T) {
	w := newWorld(t)
	v := w.accepted()
	w.do(desk, v.ID, "agree", documentOf(TermsInput{Kind: "refund", AmountFen: 1, PerformBy: "2026-09-30"}))
	clocks, err := w.Clocks(t.Context(), desk, v.ID)
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(clocks, func(c ClockExplanation) bool { return c.Rule == complaint.ClockPerform })
	if c := clocks[i]; c.Law != nil || c.Steps[1].Key != stepAgreed || c.Steps[1].Params["date"] != "2026-09-30" {
		t.Errorf("%+v", c)
	}
}

func TestPassedDeadlineIsRecordedOnce(t *testing.T) {
	w := newWorld(t)
	v := w.file(complaintOf("暖阳家电"))
	due := v.Clocks[0].Due
	if _, err := w.RecordDeadlinePassed(t.Context(), v.ID, statute.ClockAccept, due); !errors.Is(err, &complaint.Refusal{Code: "moved_on"}) {
		t.Error("before it passed:", err)
	}
	w.at("2026-11-23")
	for i := range 3 {
		r, err := w.RecordDeadlinePassed(t.Context(), v.ID, statute.ClockAccept, due)
		if err != nil || r.Revision != 2 || r.Repeated != (i > 0) {
			t.Fatal(r, err)
		}
	}
	if got := w.view(desk, v.ID); got.Clocks[0].State != "passed" || got.Status != "received" {
		t.Errorf("%+v", got.Clocks)
	}
	if _, err := w.RecordDeadlinePassed(t.Context(), "no-such-case", statute.ClockAccept, due); !errors.Is(err, ErrNotFound) {
		t.Error(err)
	}
}

func TestStateForChecks(t *testing.T) {
	w := newWorld(t)
	v := w.accepted()
	s, rev, err := w.State(t.Context(), v.ID)
	if err != nil || int64(rev) != v.Revision || s.Status != complaint.StatusAccepted {
		t.Error(s.Status, rev, err)
	}
	if _, _, err := w.State(t.Context(), "x"); !errors.Is(err, ErrNotFound) {
		t.Error(err)
	}
}
