package httpapi_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"fangxin/domain/complaint"
	"fangxin/domain/statute"
	"fangxin/domain/usecase"
)

// asked is the access check of one request: the gate before and on the state, every cell
// of the field table that the view asks for, and each action that is offered.
type asked struct {
	access  *usecase.Access
	regions *statute.Regions
	actor   usecase.Actor
	state   complaint.State
	fields  []string
	actions []string
}

func (a *asked) view() (open int) {
	if a.access.Standing(a.actor.Role, "view") == usecase.StandingNone || a.access.Check(a.regions, a.actor, "view", &a.state) != nil {
		return 0
	}
	stage := usecase.StageOf(&a.state)
	for _, f := range a.fields {
		if a.access.Show(a.actor.Role, f, stage) != usecase.ShowNothing {
			open++
		}
	}
	for _, action := range a.actions {
		if a.access.Check(a.regions, a.actor, action, &a.state) == nil {
			open++
		}
	}
	return open
}

// command is the gate twice, before and on the state that is decided upon, and the view
// that is answered.
func (a *asked) command() int {
	for range 2 {
		if a.access.Check(a.regions, a.actor, "assign", &a.state) != nil {
			return 0
		}
	}
	return a.view()
}

// BenchmarkAccessShare is the share of the access check in a whole request over HTTP on
// stores in memory, where there is the least beside it: every row of the field table is
// asked once, which is more than most views ask. The aim is at most 2 %.
func BenchmarkAccessShare(b *testing.B) {
	w := newWorld(b)
	id := w.accepted()
	state, _, err := w.cases.State(b.Context(), id)
	if err != nil {
		b.Fatal(err)
	}
	a := &asked{access: w.cases.Access(), regions: w.config.Law.Regions(), actor: accounts()["officer"], state: state}
	for row := range table(b, "[fields]") {
		a.fields = append(a.fields, row)
	}
	slices.Sort(a.fields)
	a.actions = listed(w.json(w.do(http.StatusOK, "officer", "GET", complaints+"/"+id, "")))
	n, spare := 0, ""
	for name, sides := range map[string][2]func() int{
		"view": {a.view, func() int { return w.bare(http.MethodGet, complaints+"/"+id, "") }},
		"command": {a.command, func() int {
			n++
			return w.bare(http.MethodPost, complaints+"/"+spare+"/assign", fmt.Sprintf(`{"unit":"u%d"}`, n))
		}},
	} {
		b.Run(name, func(b *testing.B) {
			var check, whole time.Duration
			for b.Loop() {
				begun := time.Now()
				for range 10 {
					if sides[0]() == 0 {
						b.Fatal("shut out")
					}
				}
				check += time.Since(begun)
				if n%20 == 0 { // none grows long
					spare = w.accepted()
				}
				begun = time.Now()
				if code := sides[1](); code != http.StatusOK {
					b.Fatal(code)
				}
				whole += time.Since(begun)
			}
			b.ReportMetric(float64(check.Nanoseconds())/float64(10*b.N), "ns/check")
			b.ReportMetric(float64(whole.Nanoseconds())/float64(b.N), "ns/request")
			b.ReportMetric(10*float64(check)/float64(whole), "%")
		})
	}
}

// bare is a request by the officer with nothing around it.
func (w *world) bare(method, path, body string) int {
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	r.Header.Set("Authorization", "Bearer officer")
	r.Header.Set("Content-Type", "application/json")
	rec := httptest.NewRecorder()
	w.e.ServeHTTP(rec, r)
	return rec.Code
}
