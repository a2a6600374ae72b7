package program

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/labstack/echo/v4"

	"fangxin/domain/calendar"
	"fangxin/domain/complaint"
	"fangxin/domain/es"
	"fangxin/domain/period"
	"fangxin/domain/usecase"
	"fangxin/projections/disclosure"
)

// typed are personal data as people type them into free text, by what of them may never
// be read.
func typed() map[string]string {
	return map[string]string{
		"请拨打13812341234":            "13812341234",
		"电话 138 1234 1235 找我":       "138 1234 1235",
		"手机138-1234-1236":           "138-1234-1236",
		"号码１３８１２３４１２３７":             "１３８１２３４１２３７",
		"号码138\u200b1234\u200b1238": "138\u200b1234\u200b1238",
		"座机0471-6234567":            "6234567",
		"身份证15010519880704006X号":    "15010519880704006",
		"身份证 440524188001010014":    "440524188001010014",
		"旧证150105880704006":         "150105880704006",
		"卡号 4111 1111 1111 1111":    "1111 1111",
		"卡4012888888881881":         "4012888888881881",
		"车牌蒙A·Q7X39":                "Q7X39",
		"车牌蒙AD67890":                "D67890", // with its letter: digits alone are in hashes too
		"写信wulan@example.com":       "wulan",
		"姓名：张小三，":                   "张小三",
		"姓名李四光。":                    "李四光",
		"联系人：巴特尔·孟克":                "孟克",
		"联系人王大锤 ":                   "王大锤",
	}
}

// poison puts all of them into every free text of a public record that could hold them,
// past every check: as events.
func poison(t *testing.T, n *node) (ids []string) {
	t.Helper()
	k := 0
	for text := range typed() {
		k++
		id := es.DeriveID(es.Namespace, "poisoned", text).String()
		ids = append(ids, id, "m-"+id)
		record := complaint.PublicRecord{
			Policy: "NM-2026.1", Merchant: complaint.Identity{ID: "m-" + id, Name: "青城家电（" + text + "）", Region: "150102", Store: "一店" + text},
			Region: "150102", Category: "appliances", Kind: "goods", Band: "0-10000", Outcome: complaint.OutcomeAgreement, Class: "ordinary",
			FiledOn: calendar.MustDate("2026-09-01"), EndedOn: calendar.MustDate("2026-09-10"), Days: 9, Office: "150102", Summary: "冰箱不制冷。" + text,
		}
		appendAll(t, n, id, &complaint.StatementAdded{Text: "本店说明：" + text, Reviewed: "o-1"},
			&complaint.Disclosed{Record: record, On: calendar.MustDate("2026-09-11"), Until: calendar.MustDate("2027-09-11")})
		in := usecase.ForeignInput{Ruleset: "CFPB", Narrative: "They said: " + text, Case: complaint.ForeignCase{
			System: "cfpb", Number: "9900" + string(rune('a'+k)), Received: calendar.MustDate("2020-03-18"), Sent: calendar.MustDate("2020-03-19"),
			Merchant: complaint.Identity{Name: "BANK " + text}, Product: "Mortgage", Issue: "Fees " + text, SubIssue: text,
			Response: "Closed with explanation", PublicResponse: "We believe " + text, Timely: "Yes", Consent: disclosure.ConsentProvided,
		}}
		_, receipt, err := n.cases.RecordForeign(t.Context(), in)
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, receipt.ID, usecase.ForeignMerchantID("cfpb", in.Case.Merchant.Name))
	}
	return ids
}

// closed closes a month, so that there are pages of it.
func closed(t *testing.T, n *node) {
	t.Helper()
	appendTo(t, n, period.Complaints, &period.Closed{
		Period: "2026-08", AsOf: calendar.MustDate("2026-09-01"), Formulas: []string{"received@1"}, Policy: "TABLES-2026.1", Closing: 1,
		On: calendar.MustDate("2026-09-11"),
	})
}

func appendAll(t *testing.T, n *node, id string, events ...any) {
	t.Helper()
	appendTo(t, n, es.StreamID("complaint."+id), events...)
}

func appendTo(t *testing.T, n *node, stream es.StreamID, events ...any) {
	t.Helper()
	var list []es.Pending
	for i, e := range events {
		name, data, err := n.registry.Encode(e)
		if err != nil {
			t.Fatal(err)
		}
		meta, err := n.registry.EncodeMetadata(&es.Metadata{Schema: 1,
			At: calendar.MustDate("2026-09-11").Start().Add(9 * time.Hour), Actor: "o-1", Role: "officer", Source: "native",
		})
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, es.Pending{ID: es.DeriveID(es.Namespace, string(stream), string(rune('0'+i))), Type: name, Data: data, Meta: meta})
	}
	if _, err := n.store.Append(t.Context(), stream, es.None, list); err != nil {
		t.Fatal(err)
	}
}

// addresses are what a route with parameters is asked for, and each list with every source.
func addresses(path string, ids []string) []string {
	if strings.Contains(path, ":") {
		var all []string
		from := strings.Index(path, ":")
		to := len(path)
		if slash := strings.Index(path[from:], "/"); slash >= 0 {
			to = from + slash
		}
		for _, id := range append(named(path[:from], path[from+1:to]), ids...) {
			if one := path[:from] + id + path[to:]; !strings.Contains(one, ":") {
				all = append(all, one)
			}
		}
		return all
	}
	return []string{path, path + "?source=cfpb", path + "?limit=200", path + "?source=cfpb&limit=200", path + "?lang=en", path + "?q=家电", path + "?source=cfpb&q=bank"}
}

// named are values of a parameter that there are.
func named(below, parameter string) []string {
	if below == "/figures/" {
		parameter = "metric"
	}
	return map[string][]string{
		"metric": {"received", "relief", "first_response_time", "amount_paid"}, "period": {"2026-08"}, "table": {"received?period=2026-08"},
		"code": {"15", "1501", "150102"},
	}[parameter]
}

// unpacked is an answer as text; of an archive what its files hold.
func unpacked(t *testing.T, body []byte) string {
	t.Helper()
	if !bytes.HasPrefix(body, []byte("PK\x03\x04")) {
		return string(body)
	}
	archive, err := zip.NewReader(bytes.NewReader(body), int64(len(body)))
	if err != nil {
		t.Fatal(err)
	}
	var all strings.Builder
	for _, f := range archive.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.Copy(&all, r); err != nil {
			t.Fatal(err)
		}
	}
	return all.String()
}

// Personal data typed into free text do not reach anything that anybody may read: every
// route of the program is asked without a name, with every record and merchant there is.
func TestPersonalDataReachNoPublicOutput(t *testing.T) {
	c := configOf(t, filepath.Join(t.TempDir(), "data"))
	c.RatePerMinute = 10_000_000
	opened(t, c, calendar.MustDate("2026-09-21").Start().Add(10*time.Hour), func(n *node) {
		ids := poison(t, n)
		closed(t, n)
		if err := n.caughtUp(t.Context()); err != nil {
			t.Fatal(err)
		}
		h, err := n.handler()
		if err != nil {
			t.Fatal(err)
		}
		told, asked := map[string]int{}, 0
		for _, r := range h.(interface{ Routes() []*echo.Route }).Routes() {
			if r.Method != http.MethodGet || strings.HasPrefix(r.Path, "/assets/") {
				continue
			}
			for _, address := range addresses(r.Path, ids) {
				w := httptest.NewRecorder()
				request := httptest.NewRequest(http.MethodGet, address, nil)
				request.RemoteAddr = fmt.Sprintf("10.0.%d.%d:1", asked/250, asked%250) // no reader is slowed
				asked++
				h.ServeHTTP(w, request)
				if w.Code == http.StatusTooManyRequests || w.Code >= 500 {
					t.Errorf("%s: %d", address, w.Code)
				}
				if w.Code == http.StatusOK {
					told[r.Path]++
				}
				body := unpacked(t, w.Body.Bytes())
				for text, secret := range typed() {
					if i := strings.Index(body, secret); i >= 0 {
						t.Errorf("%s tells %q of %q: …%s…", address, secret, text, body[max(0, i-60):min(len(body), i+60)])
					}
				}
			}
		}
		for _, path := range []string{
			"/", "/register", "/register/:id", "/merchants/:id", "/api/v1/public/disclosures", "/api/v1/public/disclosures.csv",
			"/api/v1/public/disclosures.ndjson", "/api/v1/public/disclosures/:id", "/api/v1/public/merchants", "/api/v1/public/merchants/:id",
			"/api/v1/public/disclosures.zip", "/api/v1/public/disclosures.manifest", "/api/v1/public/facets", "/api/v1/public/suggest",
			"/api/v1/public/changes", "/api/v1/public/withdrawn", "/api/v1/public/metrics/:metric", "/api/v1/public/metrics/:metric/cases",
			"/api/v1/public/periods", "/api/v1/public/periods/:period/revisions", "/api/v1/public/tables/:table", "/figures/:id", "/figures/:id/cases",
			"/regions", "/regions/:code", "/periods", "/periods/:period", "/data", "/about",
		} {
			if told[path] == 0 {
				t.Errorf("%s told nothing: %v", path, slices.Sorted(maps.Keys(told)))
			}
		}
	})
}
