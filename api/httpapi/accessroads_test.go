package httpapi_test

import (
	"strings"
	"testing"
	"time"

	"fangxin/domain/es"
	"fangxin/domain/usecase"
)

// untraced are the GET routes that leave no record of a reading, with the reason.
func untraced() map[string]string {
	const public, own, row = "anyone may read it", "of nobody's case", "a row of a list holds no sealed text: codes, dates, the item and a merchant's name"
	return map[string]string{
		"/healthz": own, "/readyz": own, "/metrics": own, "/openapi.yaml": own, "/problems/{code}": own,
		"/api/v1/me/data": "the consumer's own", "/api/v1/me/data.ndjson": "the consumer's own",
		"/api/v1/forms/{form}": "a blank form", "/api/v1/numbers": "numbers and dates of an office",
		"/api/v1/cases": row, "/api/v1/deadlines": row, "/api/v1/events": "ids and types, no content",
		"/api/v1/public/disclosures": public, "/api/v1/public/disclosures.csv": public, "/api/v1/public/disclosures.ndjson": public,
		"/api/v1/public/disclosures.zip": public, "/api/v1/public/disclosures.manifest": public, "/api/v1/public/facets": public,
		"/api/v1/public/suggest": public, "/api/v1/public/changes": public, "/api/v1/public/withdrawn": public, "/api/v1/public/dictionary": public,
		"/api/v1/public/disclosures/{id}": public, "/api/v1/public/merchants": public, "/api/v1/public/merchants/{id}": public,
		"/api/v1/public/metrics/response-times": public, "/api/v1/public/metrics": public, "/api/v1/public/periods": public,
		"/api/v1/public/tables": public, "/api/v1/public/tables/{table}": public,
		"/api/v1/public/periods/{period}/revisions": public, "/api/v1/periods/{period}/revisions": "ids, classes and measures, no content",
		"/api/v1/public/metrics/{metric}": public, "/api/v1/public/metrics/{metric}/cases": public,
		"/api/v1/metrics/{metric}": "sums", "/api/v1/metrics/{metric}/cases": "ids and classes, no content",
		"/api/v1/evidence/{id}": "recorded by the use case: TestOpeningAFileIsRecordedWithoutItsCase, TestWhoReadMyCase",
	}
}

// roads are the requests for a case on one route of the document: more than one where a
// parameter changes what is read.
func roads(path, id string, now time.Time) []string {
	at := strings.Replace(path, "{id}", id, 1)
	switch {
	case path == complaints+"/{id}":
		return []string{at, at + "?as_of=" + now.UTC().Format(time.RFC3339)}
	case strings.Contains(path, "{form}"):
		return []string{strings.Replace(at, "{form}", "1", 1), strings.Replace(at, "{form}", "5", 1)}
	case strings.HasSuffix(path, "/transfer-sheet.csv"):
		return []string{at + "?sync=to_enter"}
	}
	return []string{at}
}

func (w *world) traces(id string) int {
	n := 0
	stream := usecase.AccessStream(id, w.now())
	for _, err := range w.store.Read(w.t.Context(), stream, 0) {
		if err != nil {
			return n
		}
		n++
	}
	return n
}

// PIPL 44, design §7: whoever but the consumer reads a case on any route of the document
// is recorded before the answer; where that cannot be written, nothing is shown. A new
// route is traced, or says in untraced() why not.
func TestEveryReadingRoadIsRecorded_PIPL44(t *testing.T) {
	w := newWorld(t)
	id := w.accepted()
	w.project()
	down := error(es.ErrUnavailable)
	left, read := untraced(), 0
	for path, methods := range paths(t) {
		if _, get := methods["get"]; !get {
			continue
		}
		if _, known := left[path]; known {
			delete(left, path)
			continue
		}
		if !strings.Contains(path, "/complaints/{id}") && !strings.Contains(path, "/cases/") {
			t.Errorf("GET %s: say in untraced() why no reading is recorded, or how", path)
			continue
		}
		for _, road := range roads(path, id, w.now()) {
			answered := 0
			for _, who := range []string{"officer", "merchant", "auditor", "consumer"} {
				before := w.traces(id)
				rec := w.request(who, "GET", road, "")
				if rec.Code != 200 {
					if w.traces(id) != before && rec.Code == 403 {
						t.Errorf("%s %s: a reading that was refused is recorded", who, road)
					}
					continue
				}
				answered++
				grew := w.traces(id) > before
				if grew != (who != "consumer") {
					t.Errorf("%s reads %s: recorded %v", who, road, grew)
				}
				if who == "consumer" {
					continue
				}
				w.faults.fail.Store(&down)
				rec = w.request(who, "GET", road, "")
				w.faults.fail.Store(nil)
				if rec.Code != 503 || strings.Contains(rec.Body.String(), shopName) {
					t.Errorf("%s reads %s without a trace: %d", who, road, rec.Code)
				}
			}
			if answered == 0 {
				t.Errorf("nobody reads %s", road)
			}
			read++
		}
	}
	if read < 7 {
		t.Errorf("%d roads", read)
	}
	for path := range left {
		t.Errorf("GET %s is named in untraced() and not in the document", path)
	}
}
