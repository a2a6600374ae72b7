package httpapi_test

import (
	"encoding/csv"
	"fmt"
	"net/http"
	"strings"
	"testing"
)

const (
	numbersOf  = "/api/v1/numbers?office=150102"
	sheetOf    = "/api/v1/cases/transfer-sheet.csv"
	blankForms = "/api/v1/forms/"
)

// The row of an office shows every number, newest first, voided ones with the others,
// to its officers and to auditors alone.
func TestNumbersOfAnOffice(t *testing.T) {
	w := newWorld(t)
	var notices []string
	for range 3 {
		id := w.accepted()
		v := w.json(w.do(200, "officer", "GET", complaints+"/"+id, ""))
		notices = append(notices, id, v["notices"].([]any)[0].(object)["id"].(string))
	}
	w.act("officer", notices[2], "void-notice", `{"notice":"`+notices[3]+`","why":"misprint","reason":"日期印错"}`)
	for _, token := range []string{"officer", "auditor"} {
		page := w.json(w.do(200, token, "GET", numbersOf, ""))
		list := page["numbers"].([]any)
		if page["last"] != float64(3) || page["voids"] != float64(1) || len(list) != 3 || page["year"] != float64(2026) {
			t.Fatalf("%s: %v", token, page)
		}
		for k, row := range list {
			row := row.(object)
			if row["number"] != float64(3-k) || row["text"] != fmt.Sprintf("新城区市监投受〔2026〕第%d号", 3-k) || (row["state"] == "voided") != (k == 1) {
				t.Errorf("%s: %v", token, row)
			}
		}
	}
	first := w.json(w.do(200, "auditor", "GET", numbersOf+"&limit=2", ""))
	next, _ := first["next"].(string)
	rest := w.json(w.do(200, "auditor", "GET", numbersOf+"&limit=2&cursor="+next, ""))
	if list := rest["numbers"].([]any); next == "" || len(list) != 1 || list[0].(object)["number"] != float64(1) || rest["next"] != nil {
		t.Errorf("%v, then %v", first, rest)
	}
	if page := w.json(w.do(200, "officer", "GET", numbersOf+"&year=2025", "")); len(page["numbers"].([]any)) != 0 || page["last"] != float64(0) {
		t.Errorf("%v", page)
	}
}

func TestNumbersAreNotForOthers(t *testing.T) {
	w := newWorld(t)
	w.accepted()
	w.refused(404, "not_found", "elsewhere", "GET", numbersOf, "")
	w.refused(404, "not_found", "auditor", "GET", "/api/v1/numbers?office=no%20office", "")
	for _, token := range []string{"consumer", "merchant", "institution"} {
		w.refused(403, "forbidden", token, "GET", numbersOf, "")
	}
	w.refused(401, "unauthenticated", "", "GET", numbersOf, "")
	for _, query := range []string{"&cursor=x", "&cursor=-1", "&cursor=0", "&limit=0", "&limit=x", "&year=x", "&year=1", "&weather=1"} {
		w.refused(400, "bad_parameter", "officer", "GET", numbersOf+query, "")
	}
}

// An officer prints any form of a case, a party what was sent to it, nobody else any.
func TestFormsOfACase(t *testing.T) {
	w := newWorld(t)
	id := w.accepted()
	forms := complaints + "/" + id + "/forms/"
	page := func(token, path string) string {
		t.Helper()
		rec := w.do(200, token, "GET", path, "")
		policy := rec.Header().Get("Content-Security-Policy")
		if !strings.HasPrefix(rec.Header().Get("Content-Type"), "text/html") || !strings.Contains(policy, "default-src 'none'") || rec.Header().Get("Cache-Control") != "no-store" {
			t.Errorf("%v", rec.Header())
		}
		return rec.Body.String()
	}
	for form, title := range map[int]string{1: "投诉登记表", 3: "分送", 4: "限期提供身份证明", 5: "投诉受理决定书", 6: "投诉不予受理决定书", 7: "投诉调解通知书", 8: "投诉终止调解决定书", 9: "投诉调解书"} {
		if text := page("officer", forms+fmt.Sprint(form)); !strings.Contains(text, title) {
			t.Errorf("form %d is none: %.200s", form, text)
		}
	}
	for token, form := range map[string]string{"officer": "5?copy=complainant", "consumer": "5"} {
		text := page(token, forms+form)
		if !strings.Contains(text, "新城区市监投受〔2026〕第1号") || !strings.Contains(text, "乌云·其其格") {
			t.Errorf("%s: %s", token, text)
		}
	}
	if text := page("consumer", forms+"1"); !strings.Contains(text, "冰箱送货三天后不制冷") {
		t.Error("the registration is not the consumer's")
	}
	for token, paths := range map[string][]string{
		"officer": {"2", "10", "11", "0", "x", "5.0", "-1"}, "consumer": {"6", "7", "9", "5?copy=office"},
		"merchant": {"1", "5", "7", "9"}, "stranger": {"1", "5"}, "elsewhere": {"1", "5"}, "competitor": {"1", "5"},
	} {
		for _, path := range paths {
			w.do(404, token, "GET", forms+path, "")
		}
	}
	w.refused(401, "unauthenticated", "", "GET", forms+"5", "")
	for _, query := range []string{"?copy=none", "?session_on=soon", "?recusal_days=0", "?recusal_days=31", "?weather=1"} {
		w.refused(400, "bad_parameter", "officer", "GET", forms+"7"+query, "")
	}
}

// A notice is the party's own once it was sent, and no longer when it was voided.
func TestAFormIsThePartysOnceItWasSent(t *testing.T) {
	w := newWorld(t)
	id := w.accepted()
	form := complaints + "/" + id + "/forms/7"
	v := w.act("officer", id, "notify", `{"about":"mediation","recipient":"merchant","channel":"letter","text":"调解通知"}`)
	list := v["notices"].([]any)
	notice := list[len(list)-1].(object)["id"].(string)
	query := "?session_on=2026-09-20&session_time=10:00&session_place=%E8%B0%83%E8%A7%A3%E5%AE%A4"
	if text := w.do(200, "officer", "GET", form+query+"&copy=respondent", "").Body.String(); !strings.Contains(text, "2026年9月20日") || !strings.Contains(text, "调解室") {
		t.Error(text)
	}
	// What a party adds is not printed.
	if text := w.do(200, "merchant", "GET", form+query, "").Body.String(); !strings.Contains(text, shopName) || strings.Contains(text, "调解室") {
		t.Error(text)
	}
	w.act("officer", id, "void-notice", `{"notice":"`+notice+`","why":"wrong_recipient","reason":"送错"}`)
	w.do(404, "merchant", "GET", form, "")
}

// The mediation document holds what was agreed (Order 121 art 24); both have it.
func TestTheMediationDocument_Order121Art24(t *testing.T) {
	w := newWorld(t)
	id := w.accepted()
	w.act("merchant", id, "respond", `{"kind":"final","text":"同意退款"}`)
	w.act("officer", id, "agree", `{"form":"document","in_person":true,"signed_by":["consumer","merchant"],"sealed":true,"copies":3,"terms":{"kind":"refund","amount_fen":329900,"perform_by":"2026-09-20"}}`)
	for _, token := range []string{"officer", "consumer", "merchant"} {
		text := w.do(200, token, "GET", complaints+"/"+id+"/forms/9", "").Body.String()
		for _, want := range []string{"投诉调解书", shopName, "乌云·其其格", "金额：<span class=\"fill\">3299元", "2026年9月20日", "<div><span class=\"fill\">退还货款和服务费用</span></div>"} {
			if !strings.Contains(text, want) {
				t.Errorf("%s: no %s in %s", token, want, text)
			}
		}
	}
	for _, token := range []string{"stranger", "competitor", "elsewhere"} {
		w.refused(404, "not_found", token, "GET", complaints+"/"+id+"/forms/9", "")
	}
}

// Forms with nothing filled in: all ten, for who may print them.
func TestBlankForms(t *testing.T) {
	w := newWorld(t)
	for n := 1; n <= 10; n++ {
		if text := w.do(200, "officer", "GET", blankForms+fmt.Sprint(n), "").Body.String(); !strings.Contains(text, "<h1") || strings.Contains(text, "乌云") {
			t.Errorf("form %d: %.300s", n, text)
		}
	}
	for _, form := range []string{"0", "11", "x", "1.5"} {
		w.refused(404, "not_found", "officer", "GET", blankForms+form, "")
	}
	w.refused(401, "unauthenticated", "", "GET", blankForms+"1", "")
	w.refused(400, "bad_parameter", "officer", "GET", blankForms+"1?weather=1", "")
}

// The sheet for the national platform holds the cases that are to be entered, one a
// line, and no cell that a spreadsheet takes for a formula (Order 121 art 40).
func TestTheTransferSheet_Order121Art40(t *testing.T) {
	w := newWorld(t)
	for _, facts := range []string{"=HYPERLINK(\"http://x\")", "+1", "-1，\\n第二行", "@SUM(1)"} {
		body := strings.Replace(filing, "冰箱送货三天后不制冷。", strings.ReplaceAll(facts, `"`, `\"`), 1)
		w.do(201, "consumer", "POST", complaints, body)
	}
	w.project()
	read := func(token, query string) (lines [][]string, h http.Header) {
		t.Helper()
		rec := w.do(200, token, "GET", sheetOf+query, "")
		lines, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(rec.Body.String(), "\ufeff"))).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		return lines, rec.Header()
	}
	before := w.events()
	lines, h := read("officer", "")
	if len(lines) != 5 || !strings.Contains(h.Get("Content-Disposition"), "transfer-12315-2026-") || !strings.HasPrefix(h.Get("Content-Type"), "text/csv") {
		t.Fatalf("%v, %v", h, lines)
	}
	if n := w.events() - before; n != 4 {
		t.Errorf("%d readings are recorded", n)
	}
	for _, line := range lines {
		for _, cell := range line {
			if cell != "" && strings.ContainsRune("=+-@\t\r", rune(cell[0])) {
				t.Errorf("a formula: %q", cell)
			}
		}
	}
	if all := fmt.Sprint(lines); !strings.Contains(all, "乌云·其其格") || !strings.Contains(all, "HYPERLINK") {
		t.Error(all)
	}
	seen := map[string]bool{}
	for cursor, pages := "", 0; pages < 4; pages++ {
		part, h := read("officer", "?limit=3"+cursor)
		for _, line := range part[1:] {
			seen[fmt.Sprint(line)] = true
		}
		if h.Get("Fangxin-Next") == "" {
			break
		}
		cursor = "&cursor=" + h.Get("Fangxin-Next")
	}
	if len(seen) != 4 {
		t.Errorf("%d cases by pages", len(seen))
	}
	if lines, _ := read("elsewhere", ""); len(lines) != 1 {
		t.Errorf("elsewhere: %v", lines)
	}
	for _, token := range []string{"consumer", "merchant", "auditor", "institution"} {
		w.refused(403, "forbidden", token, "GET", sheetOf, "")
	}
	for _, query := range []string{"?cursor=x", "?limit=0", "?sync=x", "?region=150200", "?weather=1"} {
		w.refused(400, "bad_parameter", "officer", "GET", sheetOf+query, "")
	}
}
