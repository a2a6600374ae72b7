package httpapi_test

import (
	"net/http"
	"testing"
)

// A month is closed once it is over, and everybody can see that and when.
func TestClosingPeriodsOverHTTP(t *testing.T) {
	w := newWorld(t) // on 2026-09-14
	closeOf := func(period string) string { return "/api/v1/periods/" + period + "/close" }
	for token, code := range map[string]int{"": 401, "consumer": 403, "merchant": 403, "officer": 403} {
		w.do(code, token, "POST", closeOf("2026-08"), `{"as_of":"2026-09-13"}`)
	}
	for body, code := range map[string]int{
		`{"as_of":"2026-09-14"}`: 422, `{"as_of":"2026-08-30"}`: 422, `{"as_of":"yesterday"}`: 422, `{}`: 422, `{"as_of":"2026-09-13","formulas":[]}`: 422, `[`: 400,
	} {
		w.do(code, "auditor", "POST", closeOf("2026-08"), body)
	}
	for _, path := range []string{"2026-13", "2026", "x", "2026-8"} {
		w.do(http.StatusNotFound, "admin", "POST", closeOf(path), `{"as_of":"2026-09-13"}`)
	}
	w.do(422, "admin", "POST", closeOf("2026-09"), `{"as_of":"2026-09-13"}`)
	w.do(http.StatusCreated, "auditor", "POST", closeOf("2026-07"), `{"as_of":"2026-09-01"}`)
	w.do(http.StatusCreated, "admin", "POST", closeOf("2026-08"), `{"as_of":"2026-09-13"}`)
	if v := w.json(w.do(422, "admin", "POST", closeOf("2026-06"), `{"as_of":"2026-09-12"}`)); v["reason"] != "as_of_before_closing" {
		t.Error(v)
	}
	w.do(http.StatusCreated, "admin", "POST", closeOf("2026-07"), `{"as_of":"2026-09-13"}`)
	page := func(query string) (got []string, next string) {
		v := w.json(w.do(http.StatusOK, "", "GET", "/api/v1/public/periods"+query, ""))
		for _, c := range v["closings"].([]any) {
			c := c.(map[string]any)
			got = append(got, c["period"].(string)+" "+c["as_of"].(string))
		}
		next, _ = v["next"].(string)
		return got, next
	}
	if got, next := page("?limit=2"); len(got) != 2 || got[0] != "2026-07 2026-09-13" || got[1] != "2026-08 2026-09-13" || next != "1" {
		t.Error(got, next)
	}
	if got, next := page("?limit=2&cursor=1"); len(got) != 1 || got[0] != "2026-07 2026-09-01" || next != "" {
		t.Error(got, next)
	}
	if got, _ := page("?period=2026-07"); len(got) != 2 {
		t.Error(got)
	}
	for _, bad := range []string{"?cursor=x", "?cursor=-1", "?cursor=01", "?period=2026-13", "?limit=0", "?since=1"} {
		w.do(http.StatusBadRequest, "", "GET", "/api/v1/public/periods"+bad, "")
	}
}
