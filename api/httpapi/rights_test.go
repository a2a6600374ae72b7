package httpapi_test

import (
	"net/http"
	"testing"
)

// Who may never ask is told so however often it asks: the rate is for those who may.
func TestForbiddenComesBeforeTheRate(t *testing.T) {
	w := newWorld(t)
	for range 20 {
		for _, path := range []string{"/api/v1/me/data", "/api/v1/me/data.ndjson"} {
			w.refused(http.StatusForbidden, "forbidden", "officer", "GET", path, "")
		}
	}
}

// An auditor has no office of its own: it names one, and is told so when it does not.
func TestAuditorsNameTheOfficeOfARow(t *testing.T) {
	w := newWorld(t)
	w.refused(http.StatusBadRequest, "bad_parameter", "auditor", "GET", "/api/v1/numbers", "")
	w.do(http.StatusOK, "auditor", "GET", "/api/v1/numbers?office=150102", "")
	w.refused(http.StatusForbidden, "forbidden", "consumer", "GET", "/api/v1/numbers", "")
	w.refused(http.StatusNotFound, "not_found", "officer", "GET", "/api/v1/numbers?office=150202", "")
	w.do(http.StatusOK, "officer", "GET", "/api/v1/numbers", "")
}
