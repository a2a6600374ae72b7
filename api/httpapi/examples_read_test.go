package httpapi_test

import (
	"context"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"fangxin/api/httpapi"
	"fangxin/api/httpapi/gcra"
	"fangxin/domain/es"
)

// owned finds the cases of an account.
type owned struct {
	nowhere
	ids []string
}

func (o owned) CasesOf(context.Context, string, string, int) ([]string, string, error) {
	return o.ids, "", nil
}

// readings are examples of answers to questions, about a case that went its whole way and
// one under way, and to what is asked of no case.
func readings(t *testing.T) map[string]sample {
	w := newWorld(t)
	public := w.published()
	id := w.accepted()
	w.project()
	w.cases.Lookup = owned{ids: []string{id}}
	one, register := complaints+"/"+id, "/api/v1/public"
	all := map[string]sample{}
	asks := map[string][2]string{
		"viewComplaint": {"consumer", one}, "complaintHistory": {"officer", one + "/history?limit=4"},
		"complaintClocks": {"officer", one + "/clocks"}, "complaintSignals": {"officer", one + "/signals"},
		"complaintReads": {"consumer", one + "/reads"}, "heldAboutMe": {"consumer", "/api/v1/me/data"},
		"listCases": {"officer", "/api/v1/cases"}, "listDeadlines": {"officer", "/api/v1/deadlines"},
		"listNumbers": {"officer", "/api/v1/numbers"}, "listDisclosures": {"", register + "/disclosures"},
		"viewDisclosure": {"", register + "/disclosures/" + public}, "listMerchants": {"", register + "/merchants?q=暖阳"},
		"viewMerchant": {"", register + "/merchants/" + accounts()["merchant"].Merchant}, "responseTimes": {"", register + "/metrics/response-times?stage=accept"},
		"listMetrics": {"", register + "/metrics"}, "viewMetric": {"", register + "/metrics/closed_on_time?by=category"},
		"metricCases":    {"", register + "/metrics/received/cases"},
		"officialMetric": {"officer", "/api/v1/metrics/initial_check_on_time"}, "officialMetricCases": {"officer", "/api/v1/metrics/received/cases"},
		"disclosuresManifest": {"", register + "/disclosures.manifest?region=15"}, "listFacets": {"", register + "/facets"},
		"suggestMerchants": {"", register + "/suggest?q=呼和"}, "listChanges": {"", register + "/changes"}, "dataDictionary": {"", register + "/dictionary?term=band"},
		"healthz": {"", "/healthz"}, "readyz": {"", "/readyz"}, "problemType": {"", "/problems/refused"},
	}
	for _, name := range slices.Sorted(maps.Keys(asks)) { // reading leaves traces: always in one order
		ask := asks[name]
		all[name] = w.sample("read by "+who(ask[0]), ask[0], "GET", ask[1], "")
	}
	filed := newWorld(t)
	all["fileComplaint"] = filed.sample("filed by the consumer", "consumer", "POST", complaints, filing, header("Idempotency-Key", "example"))
	all["offerEvidence"] = filed.sample("handed in by the consumer", "consumer", "POST", "/api/v1/evidence", "photo of the cold shelf", header("Content-Type", "text/plain"))
	all["claimComplaint"] = claimed(t)
	all["moveClock"] = filed.sample("moved by an admin", "admin", "POST", "/api/v1/demo/clock", `{"now":"2026-12-01T02:00:00Z"}`)
	all["closePeriod"] = filed.sample("closed by an auditor", "auditor", "POST", "/api/v1/periods/2026-08/close", `{"as_of":"2026-09-13"}`, header("Idempotency-Key", "example"))
	all["listRevisions"], all["officialRevisions"] = revised(t)
	all["listTables"] = filed.sample("read by anyone", "", "GET", "/api/v1/public/tables", "")
	all["viewTable"] = tabled(t)
	all["listPeriods"] = filed.sample("read by anyone", "", "GET", "/api/v1/public/periods", "")
	all["listWithdrawn"] = withdrawn(t)
	for name, s := range all {
		if s.answer.Code >= 300 {
			t.Errorf("%s: %d %s", name, s.answer.Code, s.answer.Body)
		}
	}
	return all
}

// withdrawn is a register of which a record was taken back.
func withdrawn(t *testing.T) sample {
	w := newWorld(t)
	w.act("officer", w.published(), "withdraw-disclosure", `{"class":"consent_withdrawn"}`)
	w.project()
	return w.sample("read by anyone", "", "GET", "/api/v1/public/withdrawn", "")
}

// revised is a closed month of which a record was taken back.
func revised(t *testing.T) (public, official sample) {
	w := newWorld(t)
	id := w.published()
	w.at("2026-12-01")
	w.do(http.StatusCreated, "auditor", "POST", "/api/v1/periods/2026-09/close", `{"as_of":"2026-11-30"}`)
	w.act("officer", id, "withdraw-disclosure", `{"class":"consent_withdrawn"}`)
	w.project()
	return w.sample("read by anyone", "", "GET", "/api/v1/public/periods/2026-09/revisions", ""),
		w.sample("read by officer", "officer", "GET", "/api/v1/periods/2026-09/revisions", "")
}

// tabled is a closed month of six cases.
func tabled(t *testing.T) sample {
	w := newWorld(t)
	for range 6 {
		w.file()
	}
	w.at("2026-12-01")
	w.do(http.StatusCreated, "auditor", "POST", "/api/v1/periods/2026-09/close", `{"as_of":"2026-11-30"}`)
	w.project()
	return w.sample("read by anyone", "", "GET", "/api/v1/public/tables/received?period=2026-09", "")
}

// claimed is a case filed at the window, taken over by its consumer's account.
func claimed(t *testing.T) sample {
	w := newWorld(t)
	id := w.json(w.do(http.StatusCreated, "officer", "POST", complaints, filing))["id"].(string)
	code := w.act("officer", id, "offer-claim", `{}`)["claim_code"].(string)
	return w.sample("claimed by the consumer", "consumer", "POST", complaints+"/"+id+"/claim", `{"code":"`+code+`"}`)
}

func who(token string) string {
	if token == "" {
		return "anyone"
	}
	return token
}

// problems are examples of the problems that a client meets.
func problems(t *testing.T) map[string]sample {
	w := newWorld(t)
	id := w.accepted()
	one := complaints + "/" + id
	w.do(http.StatusOK, "officer", "POST", one+"/assign", `{"unit":"a"}`, header("Idempotency-Key", "used"))
	accept := func(token, body string, set ...func(*http.Request)) sample {
		return w.sample("a command by "+who(token), token, "POST", one+"/accept", body, set...)
	}
	all := map[string]sample{
		"not_json": accept("officer", `{`), "unauthenticated": accept("", `{}`), "forbidden": accept("consumer", `{}`),
		"not_found": accept("elsewhere", `{}`), "invalid": accept("officer", `{"occurred":{"on":"yesterday"}}`),
		"refused": accept("officer", `{}`), "precondition_failed": accept("officer", `{}`, header("If-Match", `"1"`)),
		"bad_header":             accept("officer", `{}`, header("If-Match", "1")),
		"bad_parameter":          w.sample("a list by officer", "officer", "GET", "/api/v1/cases?limit=many", ""),
		"unsupported_media_type": accept("officer", `{}`, header("Content-Type", "text/plain")),
		"body_too_large":         accept("officer", `{"occurred":{"reason":"`+strings.Repeat("x", 1<<20)+`"}}`),
		"idempotency-key-reused": w.sample("a command by officer", "officer", "POST", one+"/assign", `{"unit":"b"}`, header("Idempotency-Key", "used")),
	}
	for name, err := range map[string]error{"conflict": &es.ConflictError{}, "unavailable": es.ErrUnavailable} {
		w.faults.fail.Store(&err)
		all[name] = w.sample("a command by officer", "officer", "POST", one+"/assign", `{"unit":"c"}`)
		w.faults.fail.Store(nil)
	}
	busy := newWorld(t, func(c *httpapi.Config) { c.PerActor = gcra.Limit{Every: time.Minute, Burst: 1} })
	busy.do(http.StatusOK, "officer", "GET", "/api/v1/cases", "")
	all["rate_limited"] = busy.sample("a list by officer", "officer", "GET", "/api/v1/cases", "")
	gone := newWorld(t)
	public := gone.published()
	gone.act("officer", public, "withdraw-disclosure", `{"class":"consent_withdrawn"}`)
	gone.project()
	all["gone"] = gone.sample("a withdrawn record, by anyone", "", "GET", "/api/v1/public/disclosures/"+public, "")
	for name, s := range all {
		if v, _ := s.value(t).(object); v["code"] != name {
			t.Errorf("%s: %s", name, s.answer.Body)
		}
	}
	return all
}
