package httpapi_test

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/csv"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"fangxin/api/httpapi"
	"fangxin/api/httpapi/gcra"
	"fangxin/domain/calendar"
	"fangxin/domain/complaint"
	"fangxin/domain/statute"
	"fangxin/projections/disclosure"
	"fangxin/projections/projectiontest"
	"fangxin/projections/readmodel"
)

const register = "/api/v1/public"

// shelf is a world whose register holds n records, one a day from the first of June on,
// in regions that take turns.
func shelf(t *testing.T, n int, change ...func(*httpapi.Config)) *world {
	t.Helper()
	l := projectiontest.NewLog(t, "2026-05-20")
	for i := range n {
		region := []string{"150102", "150202", "152501"}[i%3]
		day := calendar.MustDate("2026-06-01") + calendar.Date(i)
		l.Add(fmt.Sprintf("0b9d5ce4-7a4d-5d11-8f5e-%012d", i), &complaint.Disclosed{On: day, Until: day + 365, Record: complaint.PublicRecord{
			Policy: "NM-2026.1", Merchant: complaint.Identity{ID: fmt.Sprint("m", i%2), Name: []string{"兴安饭店", "东方超市"}[i%2], USCC: fmt.Sprintf("9115010%dMA0N00000X", i%2), Region: region},
			Region: region, Category: []string{"catering", "food"}[i%2], Kind: []string{"service", "goods"}[i%2], Band: "0-10000", Outcome: complaint.OutcomeAgreement, Class: "ordinary",
			FiledOn: day - 30, EndedOn: day - 10, Days: 20, Office: region, Requests: []string{"refund"}, Summary: "退还\"定金\"，\n第" + fmt.Sprint(i) + "号",
		}})
	}
	m := l.Rebuild(disclosure.New(lawPolicies(t)))
	return newWorld(t, append(change, func(c *httpapi.Config) { c.Model = m })...)
}

// all reads every page of a list.
func (w *world) all(query url.Values) (ids []string, total float64) {
	w.t.Helper()
	for {
		page := w.json(w.do(200, "", "GET", register+"/disclosures?"+query.Encode(), ""))
		for _, r := range page["disclosures"].([]any) {
			ids = append(ids, r.(object)["id"].(string))
		}
		total = page["total"].(float64)
		next, more := page["next"].(string)
		if !more {
			return ids, total
		}
		query.Set("cursor", next)
	}
}

func (w *world) table(query string) [][]string {
	w.t.Helper()
	rows, err := csv.NewReader(bytes.NewReader(w.do(200, "", "GET", register+"/disclosures.csv?"+query, "").Body.Bytes())).ReadAll()
	if err != nil {
		w.t.Fatal(err)
	}
	return rows
}

// The same question gives the same records as pages, as a count, as a facet and as files
// (peers: ccdb5-api#37 and P#86, a full-size export that stops; osTicket#2197 and #3667,
// an export that stops after two rows).
func TestFilesPagesAndCountsAreOne(t *testing.T) {
	w := shelf(t, 450)
	for _, q := range []string{"", "region=1501", "not_region=150100&category=food", "q=定金 -超市", "from=2026-07-01&to=2026-08-01", "order=oldest&requests=refund&requests=repair", "q=99号"} {
		values, err := url.ParseQuery(q)
		if err != nil {
			t.Fatal(err)
		}
		ids, total := w.all(url.Values(values))
		values.Del("cursor")
		rows := w.table(values.Encode())
		var told []string
		for _, r := range rows[1:] {
			told = append(told, r[0])
		}
		if !slices.Equal(ids, told) || int(total) != len(ids) || len(ids) == 0 {
			t.Errorf("%s: %d on pages, %d in the file, total %v", q, len(ids), len(told), total)
		}
		lines := w.do(200, "", "GET", register+"/disclosures.ndjson?"+values.Encode(), "").Body.String()
		if strings.Count(lines, "\n") != len(ids) {
			t.Errorf("%s: %d lines", q, strings.Count(lines, "\n"))
		}
		m := w.json(w.do(200, "", "GET", register+"/disclosures.manifest?"+values.Encode(), ""))
		if m["rows"] != float64(len(ids)) {
			t.Errorf("%s: the manifest has %v rows", q, m["rows"])
		}
		if values.Del("order"); int(w.facet(values, "kind")) != len(ids) {
			t.Errorf("%s: facets have %v", q, w.facet(values, "kind"))
		}
	}
}

// facet is the sum of the values of one facet.
func (w *world) facet(query url.Values, field string) (sum float64) {
	w.t.Helper()
	for _, f := range w.json(w.do(200, "", "GET", register+"/facets?"+query.Encode(), ""))["facets"].([]any) {
		if f.(object)["field"] == field {
			for _, v := range f.(object)["values"].([]any) {
				sum += v.(object)["n"].(float64)
			}
		}
	}
	return sum
}

// A month goes from midnight to midnight in Asia/Shanghai, with its first day and
// without the first of the next (peers: zammad#5865, month edges in UTC; zammad#6134, an
// empty October; ccdb5-api#104, a last day that is in although documented as out).
func TestMonthsMeetAtMidnightInShanghai(t *testing.T) {
	w := shelf(t, 92) // June, July, August
	sum := 0
	for month, next := calendar.MustDate("2026-06-01"), calendar.Date(0); month < calendar.MustDate("2026-09-01"); month = next {
		next = month + 31
		for _, _, d := next.Civil(); d != 1; _, _, d = next.Civil() {
			next--
		}
		ids, _ := w.all(url.Values{"from": {month.String()}, "to": {next.String()}})
		if len(ids) != int(next-month) {
			t.Errorf("%s: %d records", month, len(ids))
		}
		sum += len(ids)
	}
	if sum != 92 {
		t.Errorf("%d in all", sum)
	}
	// One minute past midnight of 24 November in Shanghai is still the 23rd in UTC.
	late := shelf(t, 1)
	late.clock.Store(time.Date(2026, 11, 23, 16, 1, 0, 0, time.UTC).UnixNano())
	if got := late.do(200, "", "GET", register+"/disclosures.csv", "").Header().Get("Content-Disposition"); got != `attachment; filename="fangxin-disclosures-2026-11-24.csv"` {
		t.Error(got)
	}
}

// The files hold the texts (peers: osTicket#4905, zammad#4270, exports without the body)
// and bear a dated name (ccdb5-api: literally file.csv); what they are is told by their
// manifest and their trailers, which agree.
func TestFilesProveThemselves(t *testing.T) {
	w := shelf(t, 7)
	rows := w.table("")
	for _, name := range []string{"summary", "statement", "narrative", "merchant_name", "notes"} {
		if !slices.Contains(rows[0], name) {
			t.Errorf("no column %s", name)
		}
	}
	if at := slices.Index(rows[0], "summary"); rows[1][at] != "退还\"定金\"，\n第6号" {
		t.Errorf("%q", rows[1][at])
	}
	m := w.json(w.do(200, "", "GET", register+"/disclosures.manifest", ""))
	for i, ext := range []string{"csv", "ndjson"} {
		rec := w.do(200, "", "GET", register+"/disclosures."+ext, "")
		sum := sha256.Sum256(rec.Body.Bytes())
		file := m["files"].([]any)[i].(object)
		tail := rec.Result().Trailer
		if got := hex.EncodeToString(sum[:]); file["sha256"] != got || tail.Get("Fangxin-SHA256") != got || file["bytes"] != float64(rec.Body.Len()) {
			t.Errorf("%s: %s, manifest %v, trailers %v", ext, got, file, tail)
		}
		if tail.Get("Fangxin-Rows") != "7" || m["rows"] != 7.0 {
			t.Errorf("%s: %v rows", ext, tail)
		}
		if !strings.HasPrefix(file["name"].(string), "fangxin-disclosures-2026-") {
			t.Errorf("%v", file["name"])
		}
	}
	if n := m["notice"].(object)["en"].([]any); len(n) != 3 || !strings.Contains(n[1].(string), "no finding of illegality") {
		t.Errorf("%v", n)
	}
	next := w.json(w.do(200, "", "GET", m["changes"].(string), ""))
	if len(next["changes"].([]any)) != 0 {
		t.Errorf("behind the file nothing changed: %v", next)
	}
}

func TestArchiveHoldsFileManifestAndDictionary(t *testing.T) {
	w := shelf(t, 7)
	raw := w.do(200, "", "GET", register+"/disclosures.zip?region=15&bom=true", "").Body.Bytes()
	z, err := zip.NewReader(bytes.NewReader(raw), int64(len(raw)))
	if err != nil || len(z.File) != 3 {
		t.Fatal(z, err)
	}
	content := map[string][]byte{}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		if content[f.Name], err = io.ReadAll(r); err != nil {
			t.Fatal(err)
		}
	}
	var m struct {
		Filter map[string][]string
		Rows   int
		Files  []struct{ Name, SHA256 string }
	}
	if err := json.Unmarshal(content["manifest.json"], &m); err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256(content[m.Files[0].Name])
	if m.Rows != 7 || m.Files[0].SHA256 != hex.EncodeToString(sum[:]) || !slices.Equal(m.Filter["region"], []string{"15"}) || !bytes.HasPrefix(content[m.Files[0].Name], []byte("\ufeff")) {
		t.Errorf("%+v", m)
	}
	var d struct {
		Columns []struct {
			Name string
			Text map[string]string
		}
	}
	if err := json.Unmarshal(content["dictionary.json"], &d); err != nil {
		t.Fatal(err)
	}
	rows := w.table("")
	for i, name := range rows[0] {
		if c := d.Columns[i]; c.Name != name || c.Text["zh-CN"] == "" || c.Text["en"] == "" || strings.HasPrefix(c.Text["en"], name) {
			t.Errorf("%s: %+v", name, c)
		}
	}
}

// A bad question is told by parameter (design §8: unknown codes, impossible ranges,
// cursors of another question, patterns, quotes, 10,000 characters).
func TestBadQuestionsNameTheParameter(t *testing.T) {
	w := shelf(t, 30)
	next := w.json(w.do(200, "", "GET", register+"/disclosures?limit=2", ""))["next"].(string)
	since := w.json(w.do(200, "", "GET", register+"/changes?limit=2", ""))["next"].(string)
	for _, c := range []struct{ path, parameter, code string }{
		{"/disclosures?q=" + strings.Repeat("定", 10_000), "q", "query_too_long"},
		{"/disclosures?q=%22定金", "q", "query_open_quote"},
		{"/disclosures?q=(定金", "q", "query_open_parenthesis"},
		{"/disclosures?q=定金.*", "q", "query_pattern"},
		{"/disclosures?q=OR", "q", "query_missing_word"},
		{"/disclosures?region=999999", "region", "unknown_code"},
		{"/disclosures?not_category=unicorns", "not_category", "unknown_code"},
		{"/disclosures?outcome=won", "outcome", "unknown_code"},
		{"/disclosures?source=nowhere", "source", "unknown_code"},
		{"/disclosures?band=1-2", "band", "unknown_code"},
		{"/disclosures?statement=maybe", "statement", "bad_value"},
		{"/disclosures?from=2026-07-01&to=2026-07-01", "to", "empty_range"},
		{"/disclosures?from=2026-02-30", "from", "bad_date"},
		{"/disclosures?order=random", "order", "bad_value"},
		{"/disclosures?page=2", "page", "unknown_parameter"},
		{"/disclosures?" + strings.Repeat("region=15&", 11), "region", "too_many_values"},
		{"/disclosures?cursor=" + next + "&region=15", "cursor", "cursor_of_another_question"},
		{"/disclosures?cursor=" + next + "&order=oldest", "cursor", "cursor_of_another_question"},
		{"/disclosures?cursor=" + since, "cursor", "cursor_of_another_question"},
		{"/changes?since=" + next, "since", "cursor_of_another_question"},
		{"/withdrawn?cursor=" + since, "cursor", "cursor_of_another_question"},
		{"/facets?q=/a/", "q", "query_pattern"},
		{"/facets?limit=3", "limit", "unknown_parameter"},
		{"/suggest?q=" + strings.Repeat("a", 201), "q", "bad_value"},
		{"/suggest?q=a&limit=51", "limit", "bad_number"},
		{"/disclosures.zip?class=odd", "class", "unknown_code"},
		{"/disclosures.manifest?bom=yes", "bom", "bad_value"},
		{"/dictionary?term=nothing", "term", "unknown_code"},
	} {
		p := w.refused(400, "bad_parameter", "", "GET", register+strings.ReplaceAll(c.path, " ", "%20"), "")
		f := p["errors"].([]any)[0].(object)
		if f["parameter"] != c.parameter || f["code"] != c.code || f["detail"] == "" {
			t.Errorf("%.60s: %v", c.path, f)
		}
	}
}

// A crawler that fetches everything waits; who reads pages does not.
func TestACrawlerSlowsNobodyElse(t *testing.T) {
	w := shelf(t, 5, func(c *httpapi.Config) { c.PerFile = gcra.Limit{Every: time.Minute, Burst: 2} })
	w.do(200, "", "GET", register+"/disclosures.csv", "")
	w.do(200, "", "GET", register+"/disclosures.zip", "")
	for _, ext := range []string{"csv", "ndjson", "zip", "manifest"} {
		if rec := w.do(429, "", "GET", register+"/disclosures."+ext, ""); rec.Header().Get("Retry-After") != "60" {
			t.Errorf("%s: %v", ext, rec.Header())
		}
	}
	w.do(200, "", "GET", register+"/disclosures", "")
	w.do(200, "", "GET", register+"/disclosures.csv", "", func(r *http.Request) { r.RemoteAddr = "198.51.100.7:1234" })
	w.refused(400, "bad_parameter", "", "GET", register+"/disclosures.csv?x=1", "") // costs no file
}

func TestSuggestTellsNamesakesApart(t *testing.T) {
	l := projectiontest.NewLog(t, "2026-05-20")
	for i, m := range []complaint.Identity{
		{ID: "a", Name: "兴安饭店", USCC: "91150100MA0N00001X", Region: "150102", Store: "一店"}, {ID: "b", Name: "兴安饭店", Region: "150202"}, {ID: "c", Name: "大兴安饭店", Region: "150102"},
	} {
		l.Add(fmt.Sprint("c", i), &complaint.Disclosed{On: calendar.MustDate("2026-06-01"), Record: complaint.PublicRecord{Policy: "NM-2026.1", Merchant: m, Region: m.Region}})
	}
	m := l.Rebuild(disclosure.New(lawPolicies(t)))
	w := newWorld(t, func(c *httpapi.Config) { c.Model = m })
	told := func(q string) (ids []string, first object) {
		for i, x := range w.json(w.do(200, "", "GET", register+"/suggest?q="+q, ""))["merchants"].([]any) {
			if i == 0 {
				first = x.(object)
			}
			ids = append(ids, x.(object)["id"].(string))
		}
		return ids, first
	}
	ids, first := told("兴安")
	if !slices.Equal(ids, []string{"a", "b", "c"}) || first["namesake"] != true || first["uscc"] != "91150100MA0N00001X" || first["stores"] != 1.0 {
		t.Errorf("%v %v", ids, first)
	}
	if ids, first := told("91150100ma0n"); !slices.Equal(ids, []string{"a"}) || first["namesake"] != nil {
		t.Errorf("by code: %v", ids)
	}
}

// The change feed tells each record once, with its last state, and goes on from its own
// cursor; withdrawn records have no content (peers: G6, G10, users download gigabytes
// again for want of it).
func TestChangesAndWithdrawn(t *testing.T) {
	w := newWorld(t)
	id := w.published()
	first := w.json(w.do(200, "", "GET", register+"/changes", ""))
	if c := first["changes"].([]any)[0].(object); c["id"] != id || c["state"] != "published" {
		t.Errorf("%v", first)
	}
	w.act("officer", id, "withdraw-disclosure", `{"class":"court"}`)
	w.project()
	second := w.json(w.do(200, "", "GET", register+"/changes?since="+first["next"].(string), ""))
	if list := second["changes"].([]any); len(list) != 1 || list[0].(object)["state"] != "withdrawn" || list[0].(object)["reason"] != "court" {
		t.Errorf("%v", second)
	}
	third := w.json(w.do(200, "", "GET", register+"/changes?since="+second["next"].(string), ""))
	if len(third["changes"].([]any)) != 0 || third["next"] != second["next"] {
		t.Errorf("%v", third)
	}
	gone := w.do(200, "", "GET", register+"/withdrawn", "").Body.String()
	if !strings.Contains(gone, id) || !strings.Contains(gone, `"reason":"court"`) || strings.Contains(gone, "冰箱") || strings.Contains(gone, "暖阳") {
		t.Error(gone)
	}
	if ids, total := w.all(url.Values{}); len(ids) != 0 || total != 0 {
		t.Error(ids)
	}
}

func TestSearchAway(t *testing.T) {
	w := newWorld(t)
	w.model.down = readmodel.ErrUnavailable
	for _, path := range []string{"/facets", "/suggest?q=a", "/changes", "/withdrawn", "/disclosures.zip", "/disclosures.manifest", "/disclosures.ndjson"} {
		w.refused(503, "unavailable", "", "GET", register+path, "")
	}
}

func lawPolicies(t *testing.T) func(string) (statute.DisclosurePolicy, bool) {
	t.Helper()
	law, err := lawOf()
	if err != nil {
		t.Fatal(err)
	}
	return law.Catalogue.Policy
}

// Personal data typed into free text reach no public output, and are not found by a
// search either (peers: CFPB scrubs by hand; globaleaks#4868, an export that leaks).
func TestNothingPersonalInPublicAnswers(t *testing.T) {
	const phone, identity, plate = "13847112233", "150102199001011234", "蒙A12345"
	l := projectiontest.NewLog(t, "2026-05-20")
	l.Add("c", &complaint.StatementAdded{Text: "请联系" + phone}, &complaint.Disclosed{On: calendar.MustDate("2026-06-01"), Until: calendar.MustDate("2027-06-01"), Record: complaint.PublicRecord{
		Policy: "NM-2026.1", Merchant: complaint.Identity{ID: "m", Name: "暖阳" + phone, Region: "150102"}, Region: "150102", Category: "food", Kind: "goods",
		Summary: "姓名王小明，电话" + phone + "，证件" + identity + "，车牌" + plate,
	}})
	m := l.Rebuild(disclosure.New(lawPolicies(t)))
	w := newWorld(t, func(c *httpapi.Config) { c.Model = m })
	for _, path := range []string{
		"/disclosures", "/disclosures/c", "/disclosures.csv", "/disclosures.ndjson", "/disclosures.manifest", "/facets", "/suggest?q=暖阳",
		"/changes", "/withdrawn", "/merchants?q=暖阳",
	} {
		body := w.do(200, "", "GET", register+path, "").Body.String()
		for _, personal := range []string{phone, identity, plate, "王小明"} {
			if strings.Contains(body, personal) {
				t.Errorf("%s: %s", path, personal)
			}
		}
	}
	for _, q := range []string{phone, identity, "王小明", "A12345"} {
		if ids, _ := w.all(url.Values{"q": {q}}); len(ids) > 0 {
			t.Errorf("%s finds a record", q)
		}
		if body := w.do(200, "", "GET", register+"/suggest?q="+url.QueryEscape(q), "").Body.String(); strings.Contains(body, `"m"`) {
			t.Errorf("%s completes to a merchant", q)
		}
	}
}
