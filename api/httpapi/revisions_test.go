package httpapi_test

import (
	"net/http"
	"testing"
)

// A month that was closed stays equal after a later withdrawal, says that it is final,
// and shows its revision with the case and the reason.
func TestAFrozenMonthShowsItsRevision(t *testing.T) {
	w := newWorld(t)
	id := w.published()
	w.project()
	record := w.json(w.do(http.StatusOK, "", "GET", "/api/v1/public/disclosures/"+id, ""))
	month := record["filed_on"].(string)[:7]
	w.at("2026-12-01")
	revisions := "/api/v1/public/periods/" + month + "/revisions"
	w.do(http.StatusNotFound, "", "GET", revisions, "")
	w.do(http.StatusCreated, "auditor", "POST", "/api/v1/periods/"+month+"/close", `{"as_of":"2026-11-30"}`)
	w.project()
	received := func(token, at, day string) (n float64, final bool) {
		v := w.json(w.do(http.StatusOK, token, "GET", at+"metrics/received?period="+month+"&as_of="+day, ""))
		f := v["figures"].([]any)[0].(object)
		if f["final"] != v["final"] {
			t.Error(v)
		}
		return f["n"].(float64), v["final"].(bool)
	}
	same := func(token, at, day string, n float64, final bool) {
		t.Helper()
		if got, is := received(token, at, day); got != n || is != final {
			t.Errorf("%s as of %s: %v, final %v, want %v, %v", at, day, got, is, n, final)
		}
	}
	const public, all = "/api/v1/public/", "/api/v1/"
	same("", public, "2026-11-30", 1, true)
	w.act("officer", id, "withdraw-disclosure", `{"class":"consent_withdrawn"}`)
	w.project()
	same("", public, "2026-11-30", 1, true)
	same("", public, "2026-12-01", 0, false)
	same("officer", all, "2026-11-30", 1, true)
	same("officer", all, "2026-12-01", 1, false)
	listed := func(token, at string) object {
		t.Helper()
		v := w.json(w.do(http.StatusOK, token, "GET", at, ""))
		if rows := v["revisions"].([]any); len(rows) == 1 && v["as_of"] == "2026-11-30" {
			return rows[0].(object)
		}
		t.Fatalf("%v", v)
		return nil
	}
	for token, at := range map[string]string{"": revisions, "officer": "/api/v1/periods/" + month + "/revisions"} {
		if r := listed(token, at); r["case"] != id || r["known_on"] != "2026-12-01" || r["reason"] != "undisclosed" || r["class"] != "no_consent" {
			t.Error(r)
		}
	}
	for _, who := range []string{"consumer", "merchant"} {
		w.do(http.StatusForbidden, who, "GET", "/api/v1/periods/"+month+"/revisions", "")
	}
	w.do(http.StatusUnauthorized, "", "GET", "/api/v1/periods/"+month+"/revisions", "")
	for _, bad := range []string{"?closing=2", "?closing=0x", "?cursor=x", "?limit=0", "?since=1"} {
		w.do(http.StatusBadRequest, "", "GET", revisions+bad, "")
	}
	for _, none := range []string{"2026", "2026-13", "x", "2026-01"} {
		w.do(http.StatusNotFound, "", "GET", "/api/v1/public/periods/"+none+"/revisions", "")
	}
}
