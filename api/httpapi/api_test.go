package httpapi_test

import (
	"encoding/csv"
	"io"
	"net/http/httptest"
	"strings"
	"testing"

	"fangxin/domain/es"

	"github.com/google/go-cmp/cmp"
)

// A complaint walks from filing to the register, over HTTP alone.
func TestFromFilingToTheRegister(t *testing.T) {
	w := newWorld(t)
	rec := w.do(201, "consumer", "POST", complaints, filing)
	id := w.json(rec)["id"].(string)
	if h := rec.Header(); h.Get("Location") != complaints+"/"+id || h.Get("ETag") == "" || h.Get("Fangxin-Position") == "" || h.Get("Cache-Control") != "no-store" {
		t.Errorf("%v", h)
	}
	id = w.published()
	r := w.json(w.do(200, "", "GET", "/api/v1/public/disclosures/"+id, ""))
	if m := r["merchant"].(object); m["name"] != shopName || r["outcome"] != "agreement" {
		t.Errorf("%v", r)
	}
	page := w.json(w.do(200, "", "GET", "/api/v1/public/disclosures?region=150100&limit=5&q=冰箱", ""))
	if page["total"] != 1.0 || len(page["disclosures"].([]any)) != 1 {
		t.Errorf("%v", page)
	}
	merchants := w.json(w.do(200, "", "GET", "/api/v1/public/merchants?q=暖阳", ""))["merchants"].([]any)
	if len(merchants) != 1 {
		t.Fatalf("%v", merchants)
	}
	m := w.json(w.do(200, "", "GET", "/api/v1/public/merchants/"+merchants[0].(object)["id"].(string), ""))
	if m["total"] != 1.0 || len(m["response_times"].([]any)) == 0 {
		t.Errorf("%v", m)
	}
	times := w.json(w.do(200, "", "GET", "/api/v1/public/metrics/response-times?stage=filed&by=month", ""))
	if rows := times["rows"].([]any); len(rows) != 1 || rows[0].(object)["withheld"] != nil || rows[0].(object)["n"] != 1.0 {
		t.Errorf("%v", times)
	}
}

func TestViewHistoryAndClocks(t *testing.T) {
	w := newWorld(t)
	id := w.accepted()
	v := w.json(w.do(200, "officer", "GET", complaints+"/"+id, ""))
	if v["status"] != "accepted" || v["consumer"].(object)["name"] != "乌云·其其格" {
		t.Errorf("%v", v)
	}
	if past := w.json(w.do(200, "officer", "GET", complaints+"/"+id+"?as_of=2026-09-14T23:00:00Z", "")); past["id"] != id {
		t.Errorf("%v", past)
	}
	h := w.json(w.do(200, "officer", "GET", complaints+"/"+id+"/history?limit=2", ""))
	if len(h["events"].([]any)) != 2 || h["next"] != "1" {
		t.Errorf("%v", h)
	}
	h = w.json(w.do(200, "officer", "GET", complaints+"/"+id+"/history?cursor=1", ""))
	if h["events"].([]any)[0].(object)["revision"] != 2.0 {
		t.Errorf("%v", h)
	}
	clocks := w.json(w.do(200, "consumer", "GET", complaints+"/"+id+"/clocks", ""))["clocks"].([]any)
	if len(clocks) == 0 || clocks[0].(object)["law"] == nil {
		t.Errorf("%v", clocks)
	}
	if w.json(w.do(200, "auditor", "GET", complaints+"/"+id+"/history", ""))["events"] == nil {
		t.Error("the auditor sees no history")
	}
}

// Access by role, cell by cell: what may not be known of is not found.
func TestRoles(t *testing.T) {
	w := newWorld(t)
	id := w.file()
	view := complaints + "/" + id
	for _, c := range []struct {
		token, method, path, body string
		status                    int
	}{
		{"", "GET", view, "", 401}, {"nobody", "GET", view, "", 401},
		{"stranger", "GET", view, "", 404}, {"elsewhere", "GET", view, "", 404}, {"merchant", "GET", view, "", 404},
		{"admin", "GET", view, "", 403}, {"consumer", "GET", view, "", 200}, {"officer", "GET", view, "", 200}, {"auditor", "GET", view, "", 200},
		{"merchant", "POST", complaints, filing, 403}, {"auditor", "POST", complaints, filing, 403},
		{"consumer", "POST", view + "/accept", "{}", 403}, {"elsewhere", "POST", view + "/accept", "{}", 404},
		{"stranger", "POST", view + "/withdraw", "{}", 404}, {"competitor", "POST", view + "/respond", `{"kind":"final","text":"x"}`, 404},
		{"institution", "GET", "/api/v1/cases", "", 403}, {"", "GET", "/api/v1/cases", "", 401},
		{"consumer", "POST", "/api/v1/demo/clock", `{"now":"2026-12-01T00:00:00Z"}`, 403}, {"", "POST", "/api/v1/evidence", "x", 401},
		{"officer", "GET", complaints + "/nothing", "", 404}, {"officer", "GET", complaints + "/%00", "", 404},
	} {
		if c.status < 400 {
			w.do(c.status, c.token, c.method, c.path, c.body)
			continue
		}
		code := map[int]string{401: "unauthenticated", 403: "forbidden", 404: "not_found"}[c.status]
		w.refused(c.status, code, c.token, c.method, c.path, c.body)
	}
}

func TestNotFoundAndMethodNotAllowed(t *testing.T) {
	w := newWorld(t)
	w.refused(404, "not_found", "consumer", "GET", "/api/v1/nothing", "")
	w.refused(404, "not_found", "consumer", "POST", complaints+"/x/fly", "{}")
	rec := w.do(405, "consumer", "DELETE", complaints, "")
	if w.json(rec)["code"] != "method_not_allowed" || !strings.Contains(rec.Header().Get("Allow"), "POST") {
		t.Errorf("%v %s", rec.Header(), rec.Body)
	}
}

func TestConflicts(t *testing.T) {
	w := newWorld(t)
	id := w.file()
	path := complaints + "/" + id + "/supplement"
	tag := w.do(200, "consumer", "GET", complaints+"/"+id, "").Header().Get("ETag")
	first := w.do(200, "consumer", "POST", path, `{"text":"一"}`, header("If-Match", tag), header("Idempotency-Key", "k1"))
	p := w.refused(412, "precondition_failed", "consumer", "POST", path, `{"text":"二"}`, header("If-Match", tag))
	if got := p["current_revision"]; `"`+strings.TrimSuffix(strings.TrimSuffix(jsonNumber(got), ".0"), "")+`"` != first.Header().Get("ETag") {
		t.Errorf("current revision %v, tag %s", got, first.Header().Get("ETag"))
	}
	again := w.do(200, "consumer", "POST", path, `{"text":"一"}`, header("Idempotency-Key", "k1"))
	if again.Header().Get("Fangxin-Repeated") != "true" || again.Header().Get("ETag") != first.Header().Get("ETag") {
		t.Errorf("%v", again.Header())
	}
	w.refused(422, "idempotency-key-reused", "consumer", "POST", complaints+"/"+id+"/supplement", `{"evidence":["sha256:`+strings.Repeat("a", 64)+`"]}`, header("Idempotency-Key", "k1"))
	var conflict error = &es.ConflictError{Stream: "complaint.x", Expected: 1, Actual: 7}
	w.faults.fail.Store(&conflict)
	if p := w.refused(409, "conflict", "consumer", "POST", path, `{"text":"三"}`); p["current_revision"] != 2.0 || p["last_fact"].(object)["type"] != "complaint.supplemented.v1" {
		t.Errorf("where the case stands for the caller, and what happened: %v", p)
	}
}

func TestStoreTroubles(t *testing.T) {
	w := newWorld(t)
	for code, err := range map[string]error{
		"unknown_outcome": es.ErrUnknownOutcome, "unavailable": es.ErrFull, "newer_version": es.ErrUnknownType, "internal": es.ErrInvalidAppend,
	} {
		w.faults.fail.Store(&err)
		status := 503
		if code == "internal" {
			status = 500
		}
		p := w.refused(status, code, "consumer", "POST", complaints, filing, header("Accept-Language", "en"), header("X-Correlation-ID", "c-77"))
		if p["correlation_id"] != "c-77" || strings.Contains(jsonText(p), err.Error()) {
			t.Errorf("%v", p)
		}
	}
}

// The same key meets the same case, also when the first answer was lost.
func TestFilingTwiceWithOneKeyIsOneCase(t *testing.T) {
	w := newWorld(t)
	first := w.do(201, "consumer", "POST", complaints, filing, header("Idempotency-Key", "phone-1"))
	n := w.events()
	second := w.do(201, "consumer", "POST", complaints, filing, header("Idempotency-Key", "phone-1"))
	if first.Header().Get("Location") != second.Header().Get("Location") || w.events() != n {
		t.Errorf("%s and %s", first.Header().Get("Location"), second.Header().Get("Location"))
	}
	other := strings.Replace(filing, "329900", "100", 1)
	w.refused(422, "idempotency-key-reused", "consumer", "POST", complaints, other, header("Idempotency-Key", "phone-1"))
}

// A refusal by law names rule and citation (Order 121 art 16).
func TestRefusalByLaw(t *testing.T) {
	w := newWorld(t)
	id := w.file()
	p := w.refused(422, "refused", "officer", "POST", complaints+"/"+id+"/decline", `{"ground":"NA9_NONE"}`)
	if p["rule"] == nil || p["citation"] == nil || p["reason"] != "ground_unknown" {
		t.Errorf("%v", p)
	}
}

func TestWorkLists(t *testing.T) {
	w := newWorld(t)
	received, accepted := w.file(), w.accepted()
	w.project()
	ids := func(token, query string) []string {
		var out []string
		for _, r := range w.json(w.do(200, token, "GET", "/api/v1/cases"+query, ""))["cases"].([]any) {
			out = append(out, r.(object)["id"].(string))
		}
		return out
	}
	if got := ids("officer", ""); len(got) != 2 {
		t.Errorf("officer: %v", got)
	}
	if got := ids("officer", "?status=accepted&region=150102&due_before=2099-01-01&q=暖阳"); len(got) != 1 || got[0] != accepted {
		t.Errorf("officer, accepted: %v", got)
	}
	if got := ids("merchant", ""); len(got) != 1 || got[0] != accepted {
		t.Errorf("merchant sees %v; %s is not accepted yet (Order 121)", got, received)
	}
	if got := ids("consumer", "?limit=1"); len(got) != 1 {
		t.Errorf("consumer: %v", got)
	}
	for token, want := range map[string]int{"stranger": 0, "competitor": 0, "elsewhere": 0} {
		if got := ids(token, ""); len(got) != want {
			t.Errorf("%s sees %v", token, got)
		}
	}
	page := w.json(w.do(200, "consumer", "GET", "/api/v1/cases?limit=1", ""))
	if next := ids("consumer", "?limit=1&cursor="+page["next"].(string)); len(next) != 1 || next[0] == page["cases"].([]any)[0].(object)["id"] {
		t.Errorf("second page %v", next)
	}
	w.refused(400, "bad_parameter", "officer", "GET", "/api/v1/cases?region=150200", "")
	w.refused(400, "bad_parameter", "merchant", "GET", "/api/v1/cases?merchant=other", "")
}

// A list that is asked to stand at a position shows the command that answered with it.
func TestListsWaitForAPosition(t *testing.T) {
	w := newWorld(t)
	at := w.do(201, "consumer", "POST", complaints, filing).Header().Get("Fangxin-Position")
	rec := w.do(200, "consumer", "GET", "/api/v1/cases", "", header("Fangxin-Position", at))
	if len(w.json(rec)["cases"].([]any)) != 1 || rec.Header().Get("Fangxin-Position") != at[:32] || rec.Header().Get("Age") != "1" {
		t.Errorf("%v %s", rec.Header(), rec.Body)
	}
	w.do(200, "consumer", "GET", "/api/v1/cases", "", header("Fangxin-Position", at[:32]))
	for _, bad := range []string{"x", at[:31], at[:33], at[:36], at + "0", at[:33] + "0000000g"} {
		w.refused(400, "bad_header", "consumer", "GET", "/api/v1/cases", "", header("Fangxin-Position", bad))
	}
}

func TestRegisterFiles(t *testing.T) {
	w := newWorld(t)
	id := w.published()
	rec := w.do(200, "", "GET", "/api/v1/public/disclosures.csv?bom=true", "")
	if got := rec.Header().Get("Content-Disposition"); got != `attachment; filename="fangxin-disclosures-2026-10-20.csv"` {
		t.Error(got)
	}
	text, ok := strings.CutPrefix(rec.Body.String(), "\ufeff")
	rows, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	if !ok || err != nil || len(rows) != 2 || rows[1][0] != id {
		t.Fatalf("%v %v", rows, err)
	}
	for i, name := range rows[0] {
		if name == "summary" && rows[1][i] != "'=冰箱不制冷，商家全额退款。" {
			t.Errorf("a formula: %q", rows[1][i])
		}
	}
	lines := w.do(200, "", "GET", "/api/v1/public/disclosures.ndjson?source=native", "").Body.String()
	if strings.Count(lines, "\n") != 1 || !strings.Contains(lines, id) || strings.Contains(lines, "乌云") {
		t.Error(lines)
	}
}

func TestWithdrawnRecordIsGone(t *testing.T) {
	w := newWorld(t)
	id := w.published()
	w.act("officer", id, "withdraw-disclosure", `{"class":"consent_withdrawn"}`)
	w.project()
	if p := w.refused(410, "gone", "", "GET", "/api/v1/public/disclosures/"+id, ""); p["reason"] != "consent_withdrawn" {
		t.Errorf("%v", p)
	}
	if gone := w.do(410, "", "GET", "/api/v1/public/disclosures/"+id, ""); gone.Header().Get("X-Robots-Tag") != "noindex" {
		t.Errorf("search engines keep it: %v", gone.Header())
	}
	w.refused(404, "not_found", "", "GET", "/api/v1/public/disclosures/none", "")
	w.refused(404, "not_found", "", "GET", "/api/v1/public/merchants/none", "")
}

func TestEvidence(t *testing.T) {
	w := newWorld(t)
	rec := w.do(201, "consumer", "POST", "/api/v1/evidence", "照片", header("Content-Type", "image/jpeg"))
	id := w.json(rec)["id"].(string)
	form := "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.txt\"\r\n\r\nhello\r\n--b--\r\n"
	w.do(201, "consumer", "POST", "/api/v1/evidence", form, header("Content-Type", "multipart/form-data; boundary=b"))
	two := strings.Replace(form, "--b--", "--b\r\nContent-Disposition: form-data; name=\"file\"\r\n\r\nx\r\n--b--", 1)
	w.refused(422, "invalid", "consumer", "POST", "/api/v1/evidence", two, header("Content-Type", "multipart/form-data; boundary=b"))
	show := w.do(200, "consumer", "GET", "/api/v1/evidence/"+id+"?case=x", "")
	if show.Body.String() != "照片" || show.Header().Get("Content-Disposition") != "attachment" {
		t.Errorf("%v %s", show.Header(), show.Body)
	}
	w.refused(404, "not_found", "stranger", "GET", "/api/v1/evidence/"+id, "")
	w.refused(404, "not_found", "consumer", "GET", "/api/v1/evidence/md5:00", "")
	w.refused(415, "unsupported_media_type", "consumer", "POST", "/api/v1/evidence", "x", header("Content-Type", "application/json"))
	w.refused(415, "unsupported_media_type", "consumer", "POST", "/api/v1/evidence", "MZ", header("Content-Type", "image/png"))
	w.refused(413, "body_too_large", "consumer", "POST", "/api/v1/evidence", strings.Repeat("x", 21<<20), header("Content-Type", "image/png"))
}

// Given any address that answers GET, when a monitor asks HEAD, then it gets the same
// head and no body (RFC 9110 section 9.3.2); a stream has no HEAD.
func TestHead(t *testing.T) {
	w := newWorld(t)
	id := w.published()
	server := httptest.NewServer(w.e)
	defer server.Close()
	for path, want := range map[string]int{
		"/healthz": 200, "/openapi.yaml": 200, "/api/v1/public/disclosures": 200, "/api/v1/public/disclosures/" + id: 200,
		"/api/v1/public/merchants/none": 404, "/api/v1/cases": 401, "/api/v1/complaints": 405,
		"/api/v1/events": 405, "/api/v1/public/disclosures.csv": 405,
	} {
		answer, err := server.Client().Head(server.URL + path)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(answer.Body)
		answer.Body.Close()
		if answer.StatusCode != want || len(body) != 0 || err != nil {
			t.Errorf("HEAD %s: %d, %d bytes, %v", path, answer.StatusCode, len(body), err)
		}
	}
}

func TestNodeRoutes(t *testing.T) {
	w := newWorld(t)
	w.do(200, "", "GET", "/healthz", "")
	w.do(200, "", "GET", "/readyz", "")
	w.do(404, "", "GET", "/nothing", "")
	if text := w.do(200, "", "GET", "/metrics", "").Body.String(); !strings.Contains(text, `fangxin_http_requests_total{method="GET",route="/healthz",status="200"} 1`) {
		t.Error(text)
	}
	if !strings.HasPrefix(w.do(200, "", "GET", "/openapi.yaml", "").Body.String(), "openapi: 3.1.0") {
		t.Error("no document")
	}
	if p := w.json(w.do(200, "", "GET", "/problems/conflict", "", header("Accept-Language", "en-GB, zh;q=0.5"))); p["title"] != "The case moved on" {
		t.Errorf("%v", p)
	}
	w.do(200, "admin", "POST", "/api/v1/demo/clock", `{"now":"2026-12-01T00:00:00Z"}`)
	w.refused(422, "invalid", "admin", "POST", "/api/v1/demo/clock", `{"now":"2026-01-01T00:00:00Z"}`)
}

func TestSecurityHeaders(t *testing.T) {
	w := newWorld(t)
	h := w.do(401, "", "GET", "/api/v1/cases", "").Header()
	got := map[string]string{}
	for _, name := range []string{"X-Content-Type-Options", "Referrer-Policy", "Content-Security-Policy", "Cache-Control", "WWW-Authenticate"} {
		got[name] = h.Get(name)
	}
	want := map[string]string{
		"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer", "Cache-Control": "no-store",
		"Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'", "WWW-Authenticate": `Bearer realm="fangxin"`,
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	if h.Get("X-Correlation-ID") == "" || h.Get("Server") != "" {
		t.Errorf("%v", h)
	}
}
