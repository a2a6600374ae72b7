package httpapi_test

import (
	"bytes"
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"strings"
	"testing"

	"fangxin/api/httpapi"
	"fangxin/api/httpapi/gcra"
	"fangxin/projections/casework"
)

// lists finds cases in the work lists, as a node does.
type lists struct{ w *world }

func (l lists) CasesOf(ctx context.Context, account, cursor string, limit int) ([]string, string, error) {
	l.w.project()
	return casework.Owned(ctx, l.w.model, account, cursor, limit)
}

func (l lists) Citing(ctx context.Context, file string, limit int) ([]string, error) {
	l.w.project()
	return casework.Citing(ctx, l.w.model, file, limit)
}

// closed is a case that an officer has closed.
func (w *world) closed() string {
	w.t.Helper()
	id := w.accepted()
	w.act("officer", id, "agree", `{"form":"performed","record":"当场退款","terms":{"kind":"refund","amount_fen":100}}`)
	w.act("officer", id, "close", `{}`)
	return id
}

func (w *world) total(token, query string) float64 {
	w.t.Helper()
	w.project()
	return w.json(w.do(200, token, "GET", "/api/v1/cases?"+query, ""))["total"].(float64)
}

// PIPL 47 over HTTP: asked for, shown to the office as something to decide, restricted,
// and out of every list; figures stay.
func TestErasureOverHTTP_PIPL47(t *testing.T) {
	w := newWorld(t)
	w.cases.Lookup = lists{w}
	id, other := w.closed(), w.closed()
	at := complaints + "/" + id
	before := w.total("officer", "status=closed")
	w.act("consumer", id, "request-erasure", `{"reason":"已经解决"}`)
	if n := w.total("officer", "erasure=requested"); n != 1 {
		t.Errorf("%v to decide", n)
	}
	w.project()
	rows := w.json(w.do(200, "consumer", "GET", "/api/v1/cases", ""))["cases"].([]any)
	for _, r := range rows {
		if r.(object)["erasure"] != nil {
			t.Error("who is no officer sees what an office has to decide")
		}
	}
	w.refused(400, "bad_parameter", "merchant", "GET", "/api/v1/cases?erasure=requested", "")
	if r := w.refused(422, "refused", "officer", "POST", at+"/decide-erasure", `{"result":"erased"}`); r["reason"] != "retention_runs" || r["rule"] != "PIPL.47" {
		t.Errorf("%v", r)
	}
	w.act("officer", id, "decide-erasure", `{"result":"restricted"}`)
	if n := w.total("officer", "status=closed"); n != before-1 {
		t.Errorf("the list counts %v of %v", n, before)
	}
	if n := w.total("officer", "erasure=requested"); n != 0 {
		t.Errorf("%v to decide", n)
	}
	for _, token := range []string{"officer", "merchant"} {
		for _, path := range []string{"", "/history", "/clocks"} {
			if p := w.refused(410, "gone", token, "GET", at+path, ""); p["reason"] != "data_restricted" {
				t.Errorf("%v", p)
			}
		}
	}
	v := w.json(w.do(200, "consumer", "GET", at, ""))
	if v["rights"].(object)["data"] != "restricted" || v["consumer"].(object)["erased"] != "restricted" {
		t.Errorf("%v", v["rights"])
	}
	held := w.json(w.do(200, "consumer", "GET", "/api/v1/me/data", ""))
	if cases := held["cases"].([]any); len(cases) != 2 || held["more"] != false {
		t.Errorf("%v", held)
	}
	if w.json(w.do(200, "auditor", "GET", at, ""))["status"] != "closed" {
		t.Error("the auditor sees no skeleton")
	}
	w.do(200, "officer", "GET", complaints+"/"+other, "")
}

// PIPL 45 over HTTP: own account only, as one document or line by line, not too often.
func TestHeldOverHTTP_PIPL45(t *testing.T) {
	w := newWorld(t, func(c *httpapi.Config) { c.Limiter = gcra.NewMemory() })
	w.cases.Lookup = lists{w}
	id := w.accepted()
	w.do(200, "officer", "GET", complaints+"/"+id, "")
	all := w.json(w.do(200, "consumer", "GET", "/api/v1/me/data", ""))["cases"].([]any)
	if len(all) != 1 || all[0].(object)["case"].(object)["consumer"].(object)["phone"] == nil || len(all[0].(object)["reads"].([]any)) == 0 {
		t.Errorf("%v", all)
	}
	rec := w.do(200, "consumer", "GET", "/api/v1/me/data.ndjson", "")
	if lines := strings.Split(rec.Body.String(), "\n"); len(lines) != 1 || !json.Valid([]byte(lines[0])) || !strings.Contains(rec.Header().Get("Content-Disposition"), "attachment") {
		t.Errorf("%s", rec.Body)
	}
	for _, token := range []string{"officer", "merchant", "auditor", "admin"} {
		w.refused(403, "forbidden", token, "GET", "/api/v1/me/data", "")
	}
	w.refused(401, "unauthenticated", "", "GET", "/api/v1/me/data", "")
	w.refused(400, "bad_parameter", "consumer", "GET", "/api/v1/me/data?account=c-2", "")
	limited := false
	for range 8 {
		limited = limited || w.request("consumer", "GET", "/api/v1/me/data", "").Code == http.StatusTooManyRequests
	}
	if !limited {
		t.Error("asked for as often as one likes")
	}
	reads := w.json(w.do(200, "consumer", "GET", complaints+"/"+id+"/reads", ""))["reads"].([]any)
	if len(reads) == 0 || reads[0].(object)["actor"] != nil || reads[0].(object)["region"] == nil {
		t.Errorf("%v", reads)
	}
	w.refused(403, "forbidden", "officer", "GET", complaints+"/"+id+"/reads", "")
}

// No personal word of these roads stands in the log, the figures or an address.
func TestRightsLeaveNoPersonalWords(t *testing.T) {
	var out bytes.Buffer
	w := newWorld(t, func(c *httpapi.Config) {
		c.Log = slog.New(slog.NewTextHandler(&out, &slog.HandlerOptions{Level: slog.LevelDebug}))
	})
	w.cases.Lookup = lists{w}
	id := w.closed()
	w.act("consumer", id, "correct-person", `{"name":"娜仁·格日乐","phone":"13900001111"}`)
	w.act("consumer", id, "request-erasure", `{"reason":"娜仁·格日乐的申请"}`)
	w.do(200, "consumer", "GET", "/api/v1/me/data", "")
	w.act("officer", id, "decide-erasure", `{"result":"restricted"}`)
	out.WriteString(w.do(200, "", "GET", "/metrics", "").Body.String())
	for _, word := range []string{"娜仁", "13900001111", "乌云", "13847112233"} {
		if strings.Contains(out.String(), word) {
			t.Errorf("%s stands in the log", word)
		}
	}
}
