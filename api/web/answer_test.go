package web

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/labstack/echo/v4"
	"golang.org/x/net/html"

	"fangxin/domain/statute"
)

const (
	goodCode  = "AdMOQ8R9V9e0p5Xo3sSLcwGk2mZ1oX8bQd4tQy7uWkLa"
	goodCase  = "0b5f7c1e-9f0a-5c41-8d26-0b7f5a3c2d11"
	goodToken = "eyJhbGciOiJFZERTQSJ9.eyJyb2xlIjoibWVyY2hhbnQifQ.c2lnbmF0dXJl"
)

// shopAPI answers as the API does to a merchant that came by a link.
type shopAPI struct {
	mu    sync.Mutex
	calls []*http.Request
	sent  []string
	// refuse answers the next calls of a path with a problem.
	refuse map[string]apiProblem
	view   string
}

const shopView = `{"id":"` + goodCase + `","number":"2026-B1T5-WQ8S-TYQ1-62","status":"accepted","revision":3,"filed_at":"2026-11-20T02:00:00Z",
 "merchant":{"name":"呼和浩特市暖阳家电有限公司"},"consumer":{"name":"乌*","phone":"138****2233"},"region":"150102","category":"appliances",
 "subject":{"kind":"goods","category":"appliances","name":"冰箱","bought_on":"2026-11-01","amount_fen":329900},
 "requests":[{"kind":"refund","amount_fen":329900}],"facts":"<b>冰箱</b>送货三天后不制冷。","responses":[{"kind":"interim","on":"2026-11-21","text":"正在核实。"}],
 "offers":[{"id":"o-1","by":"consumer","terms":{"kind":"refund","amount_fen":300000,"perform_by":"2026-12-10"},"state":"open"},
  {"id":"o-0","by":"merchant","terms":{"kind":"repair","text":"上门维修"},"state":"countered"}],
 "actions":["respond","offer","accept-offer","refuse-offer","withdraw-offer","recuse","consent-delegation","cannot-attend"]}`

const shopClocks = `{"clocks":[{"rule":"CP.MEDIATE.M3","due":"2027-01-19","due_wide":"2027-01-19","state":"running","law":{"title":{"zh":"调解期限","en":"Mediation"}},
 "steps":[{"text":"从2026年11月20日起算。"}]},{"rule":"CP.ACCEPT","due_wide":"2026-12-01","state":"met","law":{"title":{"zh":"受理决定期限","en":"Decision"}}}]}`

func (s *shopAPI) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	body, _ := io.ReadAll(r.Body)
	s.calls, s.sent = append(s.calls, r), append(s.sent, string(body))
	tell := func(p apiProblem) {
		w.WriteHeader(p.Status)
		_ = json.NewEncoder(w).Encode(p)
	}
	path := strings.TrimPrefix(r.URL.Path, "/api/v1/")
	if p, ok := s.refuse[path]; ok {
		w.Header().Set("Retry-After", "6")
		tell(p)
		return
	}
	exchange := path == "links/exchange"
	switch {
	case exchange && !strings.Contains(string(body), goodCode):
		tell(apiProblem{Status: http.StatusNotFound, Code: "not_found"})
	case exchange:
		_, _ = io.WriteString(w, `{"access_token":"`+goodToken+`","expires_in":1800,"case":"`+goodCase+`"}`)
	case r.Header.Get("Authorization") != "Bearer "+goodToken:
		tell(apiProblem{Status: http.StatusUnauthorized, Code: "unauthenticated"})
	case path == "complaints/"+goodCase+"/clocks":
		_, _ = io.WriteString(w, shopClocks)
	default:
		_, _ = io.WriteString(w, s.view)
	}
}

// answerSite serves the page over an API.
func answerSite(t testing.TB, api http.Handler, secure bool) *echo.Echo {
	t.Helper()
	law, err := statute.Load()
	if err != nil {
		t.Fatal(err)
	}
	now := time.Date(2026, 11, 23, 4, 0, 0, 0, time.UTC)
	s, err := New(Config{Source: sample(3, 0), Law: law, Now: func() time.Time { return now }, API: api, Secure: secure})
	if err != nil {
		t.Fatal(err)
	}
	e := echo.New()
	s.Register(e)
	return e
}

// visited sends a form, or looks where there is none, with the cookie of a session.
func visited(t testing.TB, e *echo.Echo, path, cookie string, form url.Values, header ...string) shownPage {
	t.Helper()
	method, body := http.MethodGet, io.Reader(nil)
	if form != nil {
		method, body = http.MethodPost, strings.NewReader(form.Encode())
	}
	r := httptest.NewRequestWithContext(t.Context(), method, path, body)
	r.Header.Set("Accept", "text/html")
	if form != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	if cookie != "" {
		r.AddCookie(&http.Cookie{Name: answerCookie, Value: cookie})
	}
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	e.ServeHTTP(w, r)
	root, err := html.Parse(strings.NewReader(w.Body.String()))
	if err != nil {
		t.Fatal(err)
	}
	return shownPage{w, root}
}

func pairs(list ...string) url.Values {
	v := url.Values{}
	for i := 0; i+1 < len(list); i += 2 {
		v.Set(list[i], list[i+1])
	}
	return v
}

const signedIn = goodCase + "." + goodToken

var ours = session{id: goodCase, token: goodToken}

func TestCodeBecomesACookie(t *testing.T) {
	for _, secure := range []bool{false, true} {
		api := &shopAPI{view: shopView}
		e := answerSite(t, api, secure)
		p := visited(t, e, "/answer?lang=en", "", pairs("code", " https://x.example/answer#"+goodCode+" "), "X-Forwarded-For", "203.0.113.9")
		c := p.Result().Cookies()
		if p.Code != http.StatusSeeOther || p.Header().Get("Location") != "/answer?lang=en" || len(c) != 1 {
			t.Fatal(p.Code, p.Header())
		}
		if k := c[0]; k.Value != signedIn || k.Path != "/answer" || !k.HttpOnly || k.Secure != secure || k.SameSite != http.SameSiteStrictMode || k.MaxAge != 1800 {
			t.Errorf("%+v", k)
		}
		if r := api.calls[0]; r.Header.Get("X-Forwarded-For") != "203.0.113.9" || r.RemoteAddr != "192.0.2.1:1234" || r.Header.Get("Accept-Language") != english {
			t.Errorf("%v %s", r.Header, r.RemoteAddr)
		}
	}
}

// What cannot be exchanged is told in words, and nothing is kept.
func TestCodesThatAreRefused(t *testing.T) {
	for name, c := range map[string]struct {
		code   string
		told   apiProblem
		status int
		says   string
	}{
		"empty":   {"", apiProblem{}, 404, "答复码不正确"},
		"wrong":   {"x", apiProblem{}, 404, "答复码不正确"},
		"ended":   {goodCode, apiProblem{Status: 401, Code: "link_ended", Detail: "答复链接已失效。"}, 401, "答复链接已失效。"},
		"limited": {goodCode, apiProblem{Status: 429, Code: "rate_limited", Detail: "请求过于频繁。"}, 429, "请求过于频繁。"},
		"away":    {goodCode, apiProblem{Status: 503, Code: "unavailable", Detail: "请稍后再试。"}, 503, "请稍后再试。"},
	} {
		api := &shopAPI{refuse: map[string]apiProblem{}}
		if c.told.Status != 0 {
			api.refuse["links/exchange"] = c.told
		}
		p := visited(t, answerSite(t, api, false), "/answer", "", pairs("code", c.code))
		if p.Code != c.status || len(p.find("input", "name", "code")) != 1 || p.Header().Get("ETag") != "" {
			t.Errorf("%s: %d", name, p.Code)
		}
		if (p.Header().Get("Retry-After") != "") != (c.status == 429) {
			t.Errorf("%s: %v", name, p.Header())
		}
		for _, k := range p.Result().Cookies() {
			if k.MaxAge >= 0 {
				t.Errorf("%s: %+v", name, k)
			}
		}
		p.says(t, c.says)
	}
	p := visited(t, answerSite(t, &shopAPI{}, false), "/answer", "", pairs("code", goodCode), "Sec-Fetch-Site", "cross-site")
	if p.Code != http.StatusForbidden {
		t.Error(p.Code)
	}
}

func TestComplaintOnThePage(t *testing.T) {
	e := answerSite(t, &shopAPI{view: shopView}, false)
	p := visited(t, e, "/answer", signedIn, nil)
	p.says(t, "乌*", "138****2233", "<b>冰箱</b>送货三天后不制冷。", "3,299 元", "退还货款", "调解期限", "2027年1月19日", "正在核实。", "上门维修", "已有新方案")
	h := p.Header()
	if h.Get("Cache-Control") != never || h.Get("ETag") != "" || h.Get("Referrer-Policy") != "no-referrer" || h.Get("X-Robots-Tag") != "noindex, nofollow" ||
		h.Get("Content-Security-Policy") != answerPolicy || !slices.Contains(h.Values("Vary"), "Cookie") {
		t.Errorf("%v", h)
	}
	if strings.Contains(p.Body.String(), goodCase) || strings.Contains(p.Body.String(), goodToken) || strings.Contains(text(p.root), "受理决定期限") {
		t.Error("the page tells the case or the token, or a limit that is met")
	}
	var got []string
	for _, i := range p.find("input", "name", "act") {
		got = append(got, attribute(i, "value"))
	}
	if want := []string{"respond", "offer", "accept-offer", "refuse-offer", "consent-delegation", "recuse"}; !slices.Equal(got, want) {
		t.Errorf("forms %v", got)
	}
	visited(t, e, "/answer", signedIn, nil, "Accept-Language", english).says(t, "A complaint about your business", "Mediation", "Send the answer")
	api := &shopAPI{view: strings.Replace(strings.Replace(shopView, `"accepted"`, `"closed"`, 1), `"actions":[`, `"actions":["print"],"then":[`, 1)}
	p = visited(t, answerSite(t, api, false), "/answer", signedIn, nil)
	p.says(t, "投诉已办结", "目前没有可以在这里办理的事项")
}

// Every act becomes the body that the API knows, with a key that a repeat has too.
func TestActsOnThePage(t *testing.T) {
	for name, c := range map[string]struct {
		form []string
		body string
	}{
		"respond":      {[]string{"kind", "final", "text", "同意\r\n退款"}, `{"kind":"final","text":"同意\n退款"}`},
		"offer":        {[]string{"terms.kind", "refund", "terms.amount_fen", "1,299.5", "terms.text", "", "terms.perform_by", "2026-12-01"}, `{"terms":{"amount_fen":129950,"kind":"refund","perform_by":"2026-12-01"}}`},
		"accept-offer": {[]string{"offer", "o-1"}, `{"offer":"o-1"}`},
		"refuse-offer": {[]string{"offer", "o-1", "reason", "太多"}, `{"offer":"o-1","reason":"太多"}`},
		"recuse":       {[]string{"reason", "亲属"}, `{"reason":"亲属"}`},
	} {
		api := &shopAPI{view: shopView}
		e := answerSite(t, api, false)
		form := pairs(append(c.form, "act", name, "form", ours.form(), "seen", "3")...)
		for range 2 {
			p := visited(t, e, "/answer/act", signedIn, form)
			if p.Code != http.StatusSeeOther || p.Header().Get("Location") != "/answer?done="+name {
				t.Fatal(name, p.Code, p.Header())
			}
		}
		first, again := api.calls[0], api.calls[1]
		if first.URL.Path != "/api/v1/complaints/"+goodCase+"/"+name || strings.TrimSpace(api.sent[0]) != c.body || first.Header.Get("Content-Type") != "application/json" {
			t.Errorf("%s: %s %s", first.URL.Path, api.sent[0], first.Header)
		}
		if key := first.Header.Get("Idempotency-Key"); len(key) != 32 || key != again.Header.Get("Idempotency-Key") {
			t.Errorf("%s: key %q", name, key)
		}
	}
	p := visited(t, answerSite(t, &shopAPI{view: shopView}, false), "/answer?done=respond", signedIn, nil)
	p.says(t, "答复已提交。")
	if p := visited(t, answerSite(t, &shopAPI{view: shopView}, false), "/answer?done=%3Cx", signedIn, nil); len(p.find("div", "role", "status")) != 0 {
		t.Error("anything is told as done")
	}
}

// A form that is not ours does nothing.
func TestFormsOfOthers(t *testing.T) {
	api := &shopAPI{view: shopView}
	e := answerSite(t, api, false)
	other := session{id: goodCase, token: goodToken + "x"}
	for name, form := range map[string]string{"none": "", "other": other.form(), "long": strings.Repeat("a", maxAnswer)} {
		p := visited(t, e, "/answer/act", signedIn, pairs("form", form, "act", "respond", "kind", "final", "text", "x"))
		if p.Code != http.StatusForbidden || len(api.calls) != 0 {
			t.Errorf("%s: %d", name, p.Code)
		}
	}
	if p := visited(t, e, "/answer/act", "", pairs("form", ours.form(), "act", "respond")); p.Code != http.StatusUnauthorized {
		t.Error(p.Code)
	}
	for _, cookie := range []string{"x", ".", goodCase + ".", "../../../me/data....................x." + goodToken} {
		if p := visited(t, e, "/answer", cookie, nil); p.Code != http.StatusOK || len(api.calls) != 0 {
			t.Errorf("%q: %d", cookie, p.Code)
		}
	}
	p := visited(t, e, "/answer/act", signedIn, pairs("form", ours.form(), "act", "close"))
	if p.Code != http.StatusUnprocessableEntity {
		t.Error(p.Code)
	}
	for _, r := range api.calls {
		if r.Method != http.MethodGet {
			t.Error(r.URL)
		}
	}
}

// What is refused stands beside its field, and what was written stays.
func TestRefusalsOnThePage(t *testing.T) {
	api := &shopAPI{view: shopView, refuse: map[string]apiProblem{}}
	e := answerSite(t, api, false)
	fault := apiProblem{Status: 422, Code: "refused", Detail: "不能这样做。", Citation: "《某办法》第一条"}
	fault.Errors = append(fault.Errors, struct {
		Pointer string `json:"pointer"`
		Detail  string `json:"detail"`
	}{"/terms/perform_by", "日期已经过去"})
	api.refuse["complaints/"+goodCase+"/offer"] = fault
	form := pairs("form", ours.form(), "act", "offer", "terms.kind", "refund", "terms.amount_fen", "12.50", "terms.perform_by", "2020-01-01")
	p := visited(t, e, "/answer/act", signedIn, form)
	p.says(t, "日期已经过去", "《某办法》第一条")
	if f := p.find("input", "name", "terms.perform_by"); p.Code != 422 || attribute(f[0], "aria-invalid") != "true" || attribute(f[0], "value") != "2020-01-01" {
		t.Error(p.Code)
	}
	if f := p.find("input", "name", "terms.amount_fen"); attribute(f[0], "value") != "12.50" || attribute(f[0], "aria-invalid") != "false" {
		t.Errorf("%+v", f[0])
	}
	form.Set("terms.amount_fen", "about ten")
	p = visited(t, e, "/answer/act", signedIn, form)
	p.says(t, "最多两位小数")
	api.refuse["complaints/"+goodCase+"/offer"] = apiProblem{Status: 401, Code: "unauthenticated", Detail: "请登录"}
	form.Set("terms.amount_fen", "10")
	p = visited(t, e, "/answer/act", signedIn, form)
	if k := p.Result().Cookies(); p.Code != 401 || len(k) != 1 || k[0].MaxAge >= 0 {
		t.Error(p.Code, k)
	}
	p.says(t, "时间已到")
}

func TestLeaving(t *testing.T) {
	p := visited(t, answerSite(t, &shopAPI{view: shopView}, false), "/answer/leave", signedIn, pairs())
	if k := p.Result().Cookies(); p.Code != http.StatusSeeOther || len(k) != 1 || k[0].MaxAge >= 0 || k[0].Path != "/answer" {
		t.Error(p.Code, k)
	}
	if p := get(t, site(t, sample(1, 0), false), "/answer"); p.Code != http.StatusNotFound {
		t.Error("there is a page without an API")
	}
}

func FuzzMoney(f *testing.F) {
	f.Add("1,299.50")
	f.Add("９")
	f.Fuzz(func(t *testing.T, s string) {
		if fen, ok := readMoney(s); fen < 0 || ok && fen > 99_999_999_999 {
			t.Errorf("%q: %d %v", s, fen, ok)
		}
	})
}

func TestMoney(t *testing.T) {
	for s, want := range map[string]int64{"0": 0, "12": 1200, "12.5": 1250, "12.05": 1205, "1,299.50": 129950, "12．5": 1250, "999999999.99": 99999999999} {
		if fen, ok := readMoney(s); !ok || fen != want {
			t.Errorf("%q: %d %v", s, fen, ok)
		}
	}
	for _, s := range []string{"", "-1", "+1", "1.234", ".5", "1e3", "1.2.3", "9999999999", "十"} {
		if fen, ok := readMoney(s); ok {
			t.Errorf("%q: %d", s, fen)
		}
	}
}
