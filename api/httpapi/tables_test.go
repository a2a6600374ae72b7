package httpapi_test

import (
	"net/http"
	"reflect"
	"testing"
)

// Everybody may read the tables of a closed month: they never change, and cells of few
// cases are hidden. Of a month that is open there is none.
func TestPublishedTablesOverHTTP(t *testing.T) {
	w := newWorld(t)
	const tables = "/api/v1/public/tables"
	policy := w.json(w.do(http.StatusOK, "", "GET", tables, ""))
	if policy["id"] != "TABLES-2026.1" || len(policy["tables"].([]any)) != 3 {
		t.Fatal(policy)
	}
	for range 6 {
		w.file()
	}
	published := w.published()
	w.at("2026-12-01")
	w.project()
	w.do(http.StatusNotFound, "", "GET", tables+"/received?period=2026-09", "")
	w.do(http.StatusCreated, "auditor", "POST", "/api/v1/periods/2026-09/close", `{"as_of":"2026-11-30"}`)
	w.project()
	read := func(id, query string) object {
		v := w.json(w.do(http.StatusOK, "", "GET", tables+"/"+id+query, ""))
		delete(v, "position")
		return v
	}
	received := read("received", "?period=2026-09")
	if n := received["total"].(object)["counts"].([]any); n[0] != 7.0 || n[1] != 1.0 || n[2] != 6.0 || received["final"] != true {
		t.Error(received)
	}
	first := map[string]object{}
	for _, k := range policy["tables"].([]any) {
		id := k.(object)["id"].(string)
		first[id] = read(id, "?period=2026-09&closing=1")
	}
	// One more becomes undisclosed, and the month is closed anew: a change of one is not told.
	w.act("officer", published, "withdraw-disclosure", `{"class":"consent_withdrawn"}`)
	w.at("2026-12-03")
	w.do(http.StatusCreated, "auditor", "POST", "/api/v1/periods/2026-09/close", `{"as_of":"2026-12-02"}`)
	w.project()
	for id, was := range first {
		if is := read(id, "?period=2026-09&closing=1"); !reflect.DeepEqual(was, is) {
			t.Errorf("%s is not as it was: %v, was %v", id, is, was)
		}
	}
	if again := read("received", "?period=2026-09"); again["closing"] != 2.0 || again["total"].(object)["hidden"] != true {
		t.Error(again)
	}
	for _, bad := range []string{"", "?period=2026", "?period=x", "?period=2026-09&closing=3", "?period=2026-09&region=15"} {
		w.do(http.StatusBadRequest, "", "GET", tables+"/received"+bad, "")
	}
	w.do(http.StatusBadRequest, "", "GET", tables+"?x=1", "")
	w.do(http.StatusNotFound, "", "GET", tables+"/none?period=2026-09", "")
}
