package program

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

// visitor is a browser without scripts that keeps its cookies.
type visitor struct {
	t    *testing.T
	base string
	http.Client
	seen []string // every address it was sent to
}

func newVisitor(t *testing.T, base string) *visitor {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	v := &visitor{t: t, base: base, Client: http.Client{Jar: jar}}
	v.CheckRedirect = func(r *http.Request, _ []*http.Request) error {
		v.seen = append(v.seen, r.URL.String())
		return nil
	}
	return v
}

func (v *visitor) look(res *http.Response, err error) (int, string) {
	v.t.Helper()
	if err != nil {
		v.t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		v.t.Fatal(err)
	}
	if res.Header.Get("Cache-Control") != "no-store" || res.Header.Get("ETag") != "" || res.Header.Get("Referrer-Policy") != "no-referrer" ||
		!strings.Contains(res.Header.Get("X-Robots-Tag"), "noindex") {
		v.t.Errorf("%v", res.Header)
	}
	return res.StatusCode, string(body)
}

func (v *visitor) open() (int, string) { v.t.Helper(); return v.look(v.Get(v.base + "/answer")) }

func (v *visitor) send(path string, pairs ...string) (int, string) {
	v.t.Helper()
	form := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		form.Set(pairs[i], pairs[i+1])
	}
	return v.look(v.PostForm(v.base+path, form))
}

// sentJSON sends JSON with a token and reads JSON.
func sentJSON(t *testing.T, token, address, body string) map[string]any {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, address, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+token)
	r.Header.Set("Content-Type", "application/json")
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	var out map[string]any
	if err := json.NewDecoder(res.Body).Decode(&out); err != nil || res.StatusCode >= 300 {
		t.Fatalf("%s: %d %v %v", address, res.StatusCode, out, err)
	}
	return out
}

var hiddenForm = regexp.MustCompile(`name="form" value="([^"]+)"`)

// A merchant that never enrolled opens the link of a message, reads the complaint,
// answers and offers; the consumer sees both.
func TestAnsweringOnThePage(t *testing.T) {
	data := filepath.Join(t.TempDir(), "data")
	base, stop := started(t, data)
	defer stop()
	mint := func(args ...string) string {
		code, out, errs := run(t, append([]string{"token", "--data", data}, args...)...)
		if code != exitOK {
			t.Fatal(code, errs)
		}
		return strings.TrimSpace(out)
	}
	consumer, officer := mint("--role", "consumer", "--sub", "c-9"), mint("--role", "officer", "--sub", "o-9", "--region", "1501")
	api := base + "/api/v1/complaints"
	today := time.Now().UTC().Add(8 * time.Hour)
	filed := sentJSON(t, consumer, api, fmt.Sprintf(`{"consumer":{"name":"样例·其其格","phone":"10000000002","address":"样例路3号","region":"150105"},
		"merchant":{"name":"样例·冷饮店","address":"样例街2号","region":"150105"},
		"subject":{"kind":"goods","category":"food","name":"冰棍","bought_on":%q,"channel":"offline","amount_fen":12900},
		"facts":"样例：已经化了。","requests":[{"kind":"refund","amount_fen":12900}],"consent":{"publish":true,"delegate_mediation":false,"wording":"consent-1"}}`,
		today.AddDate(0, 0, -3).Format(time.DateOnly)))
	id := filed["id"].(string)
	sentJSON(t, officer, api+"/"+id+"/identify-merchant", `{"state":"confirmed","source":"register","merchant":{"name":"样例·冷饮店","region":"150105"}}`)
	sentJSON(t, officer, api+"/"+id+"/accept", `{}`)
	links := sentJSON(t, officer, api+"/"+id+"/issue-link", `{"channel":"sms"}`)["answer_links"].([]any)
	code := links[0].(map[string]any)["code"].(string)

	v := newVisitor(t, base)
	if status, body := v.open(); status != 200 || !strings.Contains(body, `name="code"`) {
		t.Fatal(status, body)
	}
	if status, body := v.send("/answer"); status != 404 || !strings.Contains(body, "答复码不正确") {
		t.Error(status, body)
	}
	status, body := v.send("/answer", "code", base+"/answer#"+code)
	if status != 200 || !strings.Contains(body, "已经化了") || !strings.Contains(body, "129 元") || !strings.Contains(body, "调解期限") || strings.Contains(body, "样例路3号") {
		t.Fatal(status, body)
	}
	form := hiddenForm.FindStringSubmatch(body)[1]
	if status, body := v.send("/answer/act", "form", form, "act", "respond", "kind", "final"); status != 422 || !strings.Contains(body, "必须填写") {
		t.Error(status, body)
	}
	if status, _ := v.send("/answer/act", "form", "x", "act", "respond", "kind", "final", "text", "不退"); status != 403 {
		t.Error(status)
	}
	for range 2 { // sent twice, done once
		status, body = v.send("/answer/act", "form", form, "act", "respond", "seen", "3", "kind", "final", "text", "样例：同意退款。")
	}
	if status != 200 || !strings.Contains(body, "答复已提交") || strings.Count(body, "样例：同意退款。") != 1 {
		t.Error(status, body)
	}
	bad := []string{"form", form, "act", "offer", "terms.kind", "refund", "terms.amount_fen", "129.00", "terms.perform_by"}
	if status, body := v.send("/answer/act", append(bad, "2020-01-01")...); status != 422 || !strings.Contains(body, `value="129.00"`) {
		t.Error(status, body)
	}
	status, body = v.send("/answer/act", append(bad, today.AddDate(0, 0, 9).Format(time.DateOnly))...)
	if status != 200 || !strings.Contains(body, "您提出的方案") {
		t.Error(status, body)
	}
	for _, address := range v.seen {
		if strings.Contains(address, id) || strings.Contains(address, code) {
			t.Errorf("%s tells the case or the code", address)
		}
	}
	sentJSON(t, officer, api+"/"+id+"/revoke-link", `{"link":1,"reason":"号码有误"}`)
	if status, body := v.open(); status != 401 || !strings.Contains(body, `name="code"`) {
		t.Error(status, body)
	}
	if status, _ := v.send("/answer", "code", code); status != 401 {
		t.Error(status)
	}
}
