package httpapi_test

import "testing"

// What an office will miss in the next ten working days: its own cases, the most urgent
// first, counted by day and by rule; nobody else's (rules of Order 121 arts 15, 23).
func TestDeadlinesOfAnOffice(t *testing.T) {
	w := newWorld(t)
	id := w.file()
	w.project()
	page := w.json(w.do(200, "officer", "GET", "/api/v1/deadlines", ""))
	rows := page["deadlines"].([]any)
	if len(rows) != 1 || page["calendar"] == "" {
		t.Fatalf("%v", page)
	}
	row := rows[0].(object)
	if row["rule"] != "CP.ACCEPT" || row["overdue"] != false || row["case"].(object)["id"] != id || row["case"].(object)["number"] == "" {
		t.Errorf("%v", row)
	}
	if n := len(page["days"].([]any)); n != 1 || page["rules"].([]any)[0].(object)["count"] != float64(1) {
		t.Errorf("%v", page)
	}
	for query, want := range map[string]int{"?days=1": 0, "?rule=CP.ACCEPT": 1, "?rule=CP.MEDIATE.M3": 0, "?days=60&limit=1": 1} {
		if got := w.json(w.do(200, "officer", "GET", "/api/v1/deadlines"+query, ""))["deadlines"].([]any); len(got) != want {
			t.Errorf("%s: %v", query, got)
		}
	}
	if got := w.json(w.do(200, "elsewhere", "GET", "/api/v1/deadlines", ""))["deadlines"].([]any); len(got) != 0 {
		t.Errorf("elsewhere: %v", got)
	}
	for _, token := range []string{"consumer", "merchant", "auditor"} {
		w.do(403, token, "GET", "/api/v1/deadlines", "")
	}
	for _, query := range []string{"?days=0", "?days=61", "?days=x", "?region=150200", "?cursor=x", "?weather=1"} {
		w.refused(400, "bad_parameter", "officer", "GET", "/api/v1/deadlines"+query, "")
	}
}
