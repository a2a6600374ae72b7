package httpapi_test

import (
	"bytes"
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	"fangxin/api/httpapi"
	"fangxin/api/httpapi/gcra"
	"fangxin/projections/readmodel"

	"github.com/labstack/echo/v4"
)

func jsonText(v any) string { raw, _ := json.Marshal(v); return string(raw) }

func jsonNumber(v any) string { f, _ := v.(float64); return strconv.FormatFloat(f, 'f', -1, 64) }

// What the issue lists as bad input: each is refused by name and nothing is written.
func TestBadInput(t *testing.T) {
	w := newWorld(t)
	with := func(old, new string) string {
		if !strings.Contains(filing, old) {
			t.Fatalf("no %q", old)
		}
		return strings.Replace(filing, old, new, 1)
	}
	amount := `"amount_fen":329900}`
	for name, c := range map[string]struct{ body, pointer, code string }{
		"malformed UTF-8":  {with("冰箱\"", "\xff\xfe\""), "/subject/name", "bad_utf8"},
		"deep JSON":        {with(`"truthful":true`, `"truthful":`+strings.Repeat("[", 50)+strings.Repeat("]", 50)), "/truthful", "too_deep"},
		"very deep JSON":   {strings.Repeat(`{"consumer":`, 20000), "", ""},
		"huge number":      {with(amount, `"amount_fen":1`+strings.Repeat("0", 400)+`}`), "/subject/amount_fen", "number_too_large"},
		"number too large": {with(amount, `"amount_fen":9223372036854775807}`), "/subject/amount_fen", "too_large"},
		"exponent":         {with(amount, `"amount_fen":1e999}`), "/subject/amount_fen", "not_integer"},
		"NUL byte":         {with("冰箱\"", `冰\u0000箱"`), "/subject/name", "nul_character"},
		"duplicate keys":   {with(amount, `"amount_fen":1,"amount_fen":2}`), "/subject/amount_fen", "duplicate_field"},
		"date before 1900": {with("2026-09-01", "1899-12-31"), "/subject/bought_on", "bad_date"},
		"date after 2100":  {with("2026-09-01", "2101-01-01"), "/subject/bought_on", "bad_date"},
		"negative amount":  {with(amount, `"amount_fen":-1}`), "/subject/amount_fen", "negative"},
		"unknown field":    {with(`"truthful"`, `"truthfull"`), "/truthfull", "unknown_field"},
	} {
		t.Run(name, func(t *testing.T) {
			if c.code == "" {
				before := w.events()
				if rec := w.request("consumer", "POST", complaints, c.body); rec.Code != 422 && rec.Code != 400 || w.events() != before {
					t.Errorf("%d %s", rec.Code, rec.Body)
				}
				return
			}
			p := w.refused(422, "invalid", "consumer", "POST", complaints, c.body)
			want := object{"pointer": c.pointer, "code": c.code}
			for _, f := range p["errors"].([]any) {
				if f := f.(object); f["pointer"] == want["pointer"] && f["code"] == want["code"] && f["detail"] != "" {
					return
				}
			}
			t.Errorf("%v, want %v", p, want)
		})
	}
}

func TestEveryWrongFieldAtOnce(t *testing.T) {
	w := newWorld(t)
	p := w.refused(422, "invalid", "consumer", "POST", complaints, `{"consumer":{"name":1},"subject":{"amount_fen":-5},"nonsense":true}`)
	if n := len(p["errors"].([]any)); n < 10 {
		t.Errorf("%d faults: %v", n, p["errors"])
	}
}

func TestBodiesThatAreRefusedWhole(t *testing.T) {
	w := newWorld(t)
	w.refused(400, "not_json", "consumer", "POST", complaints, `{"consumer":`)
	w.refused(413, "body_too_large", "consumer", "POST", complaints, `{"facts":"`+strings.Repeat("a", 1<<20)+`"}`)
	w.refused(413, "body_too_large", "consumer", "POST", complaints, `{"facts":"`+strings.Repeat("a", 1<<20)+`"}`, func(r *http.Request) { r.ContentLength = -1 })
	w.refused(400, "not_json", "consumer", "POST", complaints, `{}`, func(r *http.Request) { r.ContentLength = 500 })
	for _, media := range []string{"text/plain", "application/xml", "application/json; charset=gbk", ""} {
		w.refused(415, "unsupported_media_type", "consumer", "POST", complaints, filing, header("Content-Type", media))
	}
	w.refused(415, "unsupported_media_type", "consumer", "POST", complaints, filing, header("Content-Encoding", "gzip"))
}

func TestBadHeaders(t *testing.T) {
	w := newWorld(t)
	id := w.file()
	for _, key := range []string{"", " ", "a b", "键", strings.Repeat("k", 201), "a\x00"} {
		w.refused(400, "bad_header", "consumer", "POST", complaints, filing, header("Idempotency-Key", key))
	}
	for _, tag := range []string{"", "3", `W/"3"`, `"x"`, `"-1"`, `"03"`, `"1","2"`, "*"} {
		w.refused(400, "bad_header", "consumer", "POST", complaints+"/"+id+"/supplement", `{"text":"x"}`, header("If-Match", tag))
	}
	w.refused(400, "bad_header", "consumer", "GET", "/api/v1/cases", "", header("Fangxin-Position", "now"))
	w.refused(400, "bad_header", "consumer", "GET", "/api/v1/events", "", header("Last-Event-ID", "7"))
}

func TestBadParameters(t *testing.T) {
	w := newWorld(t)
	id := w.file()
	w.project()
	for _, path := range []string{
		"/api/v1/public/disclosures?nonsense=1", "/api/v1/public/disclosures?limit=0", "/api/v1/public/disclosures?limit=201",
		"/api/v1/public/disclosures?limit=x", "/api/v1/public/disclosures?cursor=!!", "/api/v1/public/disclosures?from=2026-13-01",
		"/api/v1/public/disclosures?from=2026-02-02&to=2026-02-01", "/api/v1/public/disclosures?q=a&q=b", "/api/v1/public/disclosures?q=%ff",
		"/api/v1/public/disclosures?q=%00", "/api/v1/public/disclosures?q=%zz", "/api/v1/public/disclosures?q=" + strings.Repeat("a", 300),
		"/api/v1/public/disclosures.csv?bom=maybe", "/api/v1/public/metrics/response-times?stage=never", "/api/v1/public/metrics/response-times?month=2026-13",
		"/api/v1/public/metrics?x=1", "/api/v1/public/metrics/received?by=week", "/api/v1/public/metrics/received?by=month,quarter",
		"/api/v1/public/metrics/received?by=region,category,merchant", "/api/v1/public/metrics/received?period=2026-Q5",
		"/api/v1/public/metrics/received?period=2026&from=2026-01", "/api/v1/public/metrics/received?from=2026-02&to=2026-01",
		"/api/v1/public/metrics/received?as_of=2099-01-01", "/api/v1/public/metrics/received?version=7", "/api/v1/public/metrics/received?region=xx",
		"/api/v1/public/metrics/timely_stated", "/api/v1/public/metrics/compliance?source=cfpb", "/api/v1/public/metrics/received/cases?part=all",
		"/api/v1/public/metrics/received/cases?cursor=2026-09.x.", "/api/v1/public/metrics/received/cases?by=month",
		"/api/v1/public/merchants?limit=-1", "/api/v1/public/merchants?cursor=!", complaints + "/" + id + "?as_of=yesterday",
		complaints + "/" + id + "/history?cursor=x", "/api/v1/cases?status=flying", "/api/v1/cases?due_before=1",
		"/api/v1/events?x=1", complaints + "/" + id + "/clocks?x=1",
	} {
		p := w.refused(400, "bad_parameter", "consumer", "GET", path, "")
		if f := p["errors"].([]any)[0].(object); f["parameter"] == nil || f["detail"] == "" {
			t.Errorf("%s: %v", path, p)
		}
	}
}

func TestRateLimits(t *testing.T) {
	w := newWorld(t, func(c *httpapi.Config) {
		c.PerActor, c.PerAddress = gcra.Limit{Every: 10 * time.Second, Burst: 2}, gcra.Limit{Every: time.Second, Burst: 5}
	})
	w.file()
	w.file()
	rec := w.do(429, "consumer", "POST", complaints, filing)
	if p := w.json(rec); rec.Header().Get("Retry-After") != "10" || p["retry_after"] != 10.0 || p["code"] != "rate_limited" {
		t.Errorf("%v %v", rec.Header(), p)
	}
	w.do(200, "officer", "GET", "/api/v1/cases", "")
	w.do(200, "", "GET", "/api/v1/public/merchants", "")
	w.refused(429, "rate_limited", "", "GET", "/api/v1/public/merchants", "", header("X-Forwarded-For", "10.1.1.1"))
	w.do(200, "", "GET", "/healthz", "")
}

// X-Forwarded-For is believed from trusted proxies only.
func TestOneAddressBehindManyForgedHeaders(t *testing.T) {
	w := newWorld(t, func(c *httpapi.Config) { c.PerAddress = gcra.Limit{Every: time.Hour, Burst: 1} })
	w.do(200, "", "GET", "/api/v1/public/merchants", "", header("X-Forwarded-For", "10.0.0.1"))
	w.refused(429, "rate_limited", "", "GET", "/api/v1/public/merchants", "", header("X-Forwarded-For", "10.0.0.2"))
}

func TestReadModelAway(t *testing.T) {
	w := newWorld(t)
	w.model.down = readmodel.ErrUnavailable
	for _, path := range []string{"/api/v1/public/disclosures", "/api/v1/public/disclosures.csv", "/api/v1/cases", "/api/v1/public/metrics/response-times"} {
		w.refused(503, "unavailable", "consumer", "GET", path, "")
	}
}

func TestDegradedNodeIsNotReady(t *testing.T) {
	w := newWorld(t, func(c *httpapi.Config) { c.Node.Ready = degraded })
	if v := w.json(w.do(503, "", "GET", "/readyz", "")); v["status"] != "degraded" {
		t.Errorf("%v", v)
	}
}

// The log has one line a request, without personal data; a panic is an opaque 500.
func TestLogAndPanic(t *testing.T) {
	var log bytes.Buffer
	w := newWorld(t, func(c *httpapi.Config) { c.Log = slog.New(slog.NewJSONHandler(&log, nil)) })
	w.e.GET("/panic", func(echo.Context) error { panic("secret 13847112233") })
	w.do(201, "consumer", "POST", complaints, filing)
	w.do(200, "", "GET", "/api/v1/public/merchants?q=乌云", "")
	for _, personal := range []string{"乌云", "13847112233", "c-1", "192.0.2.1"} {
		if strings.Contains(log.String(), personal) {
			t.Errorf("the log holds %s: %s", personal, log.String())
		}
	}
	if n := strings.Count(log.String(), "\n"); n != 2 {
		t.Errorf("%d lines", n)
	}
	rec := httptest.NewRecorder()
	w.e.ServeHTTP(rec, httptest.NewRequest("GET", "/panic", nil))
	if rec.Code != 500 || strings.Contains(rec.Body.String(), "secret") || !strings.Contains(log.String(), `"status":500`) {
		t.Errorf("%d %s", rec.Code, rec.Body)
	}
}

func TestTexts(t *testing.T) {
	w := newWorld(t)
	zh := w.refused(401, "unauthenticated", "", "GET", "/api/v1/cases", "")
	en := w.refused(401, "unauthenticated", "", "GET", "/api/v1/cases", "", header("Accept-Language", "en"))
	if zh["title"] != "请先登录" || en["title"] != "Sign in first" || zh["type"] != "/problems/unauthenticated" {
		t.Errorf("%v %v", zh, en)
	}
}

func TestConstructorWantsItsParts(t *testing.T) {
	if _, err := httpapi.New(httpapi.Config{}); err == nil {
		t.Error("built from nothing")
	}
}

func degraded(context.Context) []httpapi.Check {
	return []httpapi.Check{{Name: "events", OK: true}, {Name: "projections", Reason: "unknown_event"}}
}
