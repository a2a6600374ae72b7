package web

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/labstack/echo/v4"
	"golang.org/x/net/html"

	"fangxin/domain/statute"
	"fangxin/projections/responsetime"
)

// shownPage is an answer, read.
type shownPage struct {
	*httptest.ResponseRecorder
	root *html.Node
}

func get(t testing.TB, e *echo.Echo, address string, header ...string) shownPage {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
	r.Header.Set("Accept", "text/html,*/*")
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	e.ServeHTTP(w, r)
	root, err := html.Parse(bytes.NewReader(w.Body.Bytes()))
	if err != nil {
		t.Fatal(err)
	}
	return shownPage{w, root}
}

// find returns the elements with a tag and, if given, an attribute of that value.
func (p shownPage) find(tag string, attr ...string) (out []*html.Node) {
	for n := range p.root.Descendants() {
		if n.Type == html.ElementNode && n.Data == tag && (len(attr) < 2 || attribute(n, attr[0]) == attr[1]) {
			out = append(out, n)
		}
	}
	return out
}

func attribute(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

func text(n *html.Node) string {
	var b strings.Builder
	for d := range n.Descendants() {
		if d.Type == html.TextNode {
			b.WriteString(d.Data)
		}
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

func (p shownPage) says(t *testing.T, want ...string) {
	t.Helper()
	all := text(p.root)
	for _, w := range want {
		if !strings.Contains(all, w) {
			t.Errorf("the page does not say %q", w)
		}
	}
}

func (p shownPage) link(rel string) string {
	if a := p.find("a", "rel", rel); len(a) == 1 {
		return attribute(a[0], "href")
	}
	return ""
}

func TestEveryPage(t *testing.T) {
	e := site(t, sample(45, 30), true)
	for _, address := range []string{
		"/", "/register", "/register?source=cfpb", "/register?q=zzz", "/register/c-0045", "/register/cfpb-0",
		"/merchants/m-1", "/merchants/f-1", "/about", "/regions", "/regions/1501", "/regions/150105", "/figures", "/figures?source=cfpb",
		"/figures/first_response_time", "/figures/first_response_time/cases", "/figures/relief?by=region", "/data", "/periods", "/periods/2026-05", "/periods/2026-04", "/periods/2026-Q2", "/periods/2026-13", "/register?region=1501&not_category=food&order=oldest", "/register/c-gone", "/register/none", "/merchants/none", "/nowhere", "/register?limit=x",
	} {
		for lang, standing := range map[string]string{
			chinese: "投诉内容是当事人的陈述；调解结果不等于认定商家违法。",
			english: "Complaints are the parties’ own statements; mediation is no finding that a merchant broke the law.",
		} {
			p := get(t, e, address, "Accept-Language", lang)
			if got := attribute(p.find("html")[0], "lang"); got != lang {
				t.Errorf("%s: lang %q", address, got)
			}
			p.says(t, standing)
			if p.Code == http.StatusOK && len(p.find("h1")) != 1 || len(p.find("main")) != 1 {
				t.Errorf("%s: structure", address)
			}
			// Pages with a search field load one own script, which they do without.
			want, scripts := policy, p.find("script")
			if len(scripts) > 0 {
				want = searchPolicy
			}
			if offers := p.Code == http.StatusOK && len(p.find("input", "id", "q")) == 1; len(scripts) > 1 || offers != (len(scripts) == 1) {
				t.Errorf("%s: %d scripts", address, len(scripts))
			}
			if n := p.Body.Len() + len(mustRead(t, "site.css")) + len(mustRead(t, "mark.svg")) + len(mustRead(t, "search.js")); n > 60<<10 {
				t.Errorf("%s: %d bytes", address, n)
			}
			if csp := p.Header().Get("Content-Security-Policy"); csp != want {
				t.Errorf("%s: %s", address, csp)
			}
			if v := p.Header().Values("Vary"); len(v) != 1 || v[0] != "Accept-Language" {
				t.Errorf("%s: Vary %v", address, v)
			}
			if len(p.find("aside", "class", "demo")) != 1 {
				t.Errorf("%s: no demo banner", address)
			}
		}
	}
	if p := get(t, site(t, sample(1, 0), false), "/"); len(p.find("aside", "class", "demo")) != 0 {
		t.Error("a banner without demo")
	}
}

// What stands around the pages may set a stricter policy of its own: theirs holds.
func TestPolicyReplacesAnOuterOne(t *testing.T) {
	e := site(t, sample(3, 0), false)
	e.Use(func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			c.Response().Header().Set("Content-Security-Policy", "default-src 'none'")
			return next(c)
		}
	})
	for address, want := range map[string]string{"/": searchPolicy, "/register": searchPolicy, "/about": policy, "/merchants/m-1": policy, "/nowhere": policy} {
		if got := get(t, e, address).Header().Get("Content-Security-Policy"); got != want {
			t.Errorf("%s: %s", address, got)
		}
	}
}

func mustRead(t *testing.T, name string) []byte {
	t.Helper()
	b, err := files.ReadFile("assets/" + name)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// Foreign data name their source and policy, and never stand among native records.
func TestForeignDataApart(t *testing.T) {
	e := site(t, sample(3, 3), false)
	p := get(t, e, "/register")
	if strings.Contains(p.Body.String(), "cfpb-0") || p.Body.String() == "" {
		t.Error("a foreign record among native ones")
	}
	for _, address := range []string{"/register?source=cfpb", "/register/cfpb-0", "/merchants/f-1"} {
		get(t, e, address).says(t, "CFPB Consumer Complaint Database", "美国联邦政府作品", "CFPB-public", "外来数据")
	}
	get(t, e, "/register/cfpb-0").says(t, "Closed with explanation", "已答复并说明", "2 天", "3480000")
}

func TestRecordPage(t *testing.T) {
	p := get(t, site(t, sample(8, 0), false), "/register/c-0008")
	p.says(t, "呼和浩特市青城家电有限责任公司", "91150100MA0N3XTT1B", "调解达成协议", "家用电器", "修理、退还货款和服务费用",
		"500 元 至 1,000 元", "呼和浩特市赛罕区", "NM-2026.1", "2026年11月20日", "我公司已按协议退款", "不是法律条文", "c-0008")
	// The merchant's statement has the size of the summary.
	if words := p.find("p", "class", "words"); len(words) != 2 {
		t.Errorf("%d texts", len(words))
	}
	if p.Header().Get("Cache-Control") != check {
		t.Error("a record may be kept after it was taken down")
	}
}

// A withdrawn record answers 410 with the class of reason and nothing of its content.
func TestWithdrawnRecord(t *testing.T) {
	src := sample(4, 0)
	src.withdrawn["odd"] = Withdrawn{Class: "unheard_of"}
	e := site(t, src, false)
	p := get(t, e, "/register/c-gone?lang=en")
	if p.Code != http.StatusGone || p.Header().Get("Cache-Control") != never {
		t.Errorf("%d %s", p.Code, p.Header().Get("Cache-Control"))
	}
	p.says(t, "the consumer took back the consent to publish", "1 November 2026")
	get(t, e, "/register/odd").says(t, "其他原因")
}

// Once the address names a language, every link of the page keeps it; the pages do
// not add a language that the address did not name.
func TestLanguageIsKept(t *testing.T) {
	e := site(t, sample(30, 1), false)
	for _, address := range []string{"/", "/register", "/register/c-0003", "/merchants/m-1", "/about", "/regions", "/figures", "/figures/growth", "/figures/received/cases", "/periods", "/periods/2026-05", "/data", "/nowhere"} {
		for _, a := range get(t, e, address+"?lang=en").find("a") {
			h := attribute(a, "href")
			if strings.HasPrefix(h, "/") && !strings.HasPrefix(h, "/openapi") && !strings.HasPrefix(h, "/api/") && !strings.Contains(h, "lang=") {
				t.Errorf("%s: %s loses the language", address, h)
			}
		}
		for _, a := range get(t, e, address).find("a") {
			if h := attribute(a, "href"); strings.Contains(h, "lang=") && attribute(a, "hreflang") == "" {
				t.Errorf("%s: %s pins the language", address, h)
			}
		}
	}
}

// What people wrote stays text: no markup, no direction of writing leaks out.
func TestHostileTexts(t *testing.T) {
	src := sample(1, 0)
	src.records = append(hostile(), src.records...)
	src.withdrawn["w"] = Withdrawn{Class: "<script>"}
	e := site(t, src, false)
	for _, address := range []string{"/", "/register", "/register/h-1", "/register/h-2", "/register/h-3", "/register/w",
		"/merchants/m-rtl", "/merchants/%3Cx%3E%2F..%2F..%2F%3F", "/register?q=%22%3E%3Cscript%3Ealert(1)%3C/script%3E", "/register/%3Cscript%3E"} {
		p := get(t, e, address)
		for _, script := range p.find("script") {
			if !strings.HasPrefix(attribute(script, "src"), "/assets/") || text(script) != "" {
				t.Errorf("%s: a script from data", address)
			}
		}
		if len(p.find("u"))+len(p.find("i"))+len(p.find("b"))+len(p.find("o")) > 0 {
			t.Errorf("%s: markup from data", address)
		}
		for n := range p.root.Descendants() {
			for _, a := range n.Attr {
				if strings.HasPrefix(a.Key, "on") || a.Key == "style" {
					t.Errorf("%s: attribute %s", address, a.Key)
				}
			}
			isolated := n.Parent != nil && n.Parent.Data == "bdi"
			if n.Type == html.TextNode && strings.ContainsRune(n.Data, '\u202e') && !isolated {
				t.Errorf("%s: %q turns the page's writing", address, n.Data)
			}
		}
	}
	if p := get(t, e, "/merchants/%3Cx%3E%2F..%2F..%2F%3F"); p.Code != http.StatusOK {
		t.Errorf("an odd identifier: %d", p.Code)
	}
}

func TestErrorPages(t *testing.T) {
	src := sample(3, 0)
	src.err = fmt.Errorf("list: %w", ErrUnavailable)
	if p := get(t, site(t, src, false), "/register"); p.Code != http.StatusServiceUnavailable || p.Header().Get("Retry-After") == "" {
		t.Errorf("%d", p.Code)
	}
	src.err = errors.New("secret detail")
	p := get(t, site(t, src, false), "/")
	if p.Code != http.StatusInternalServerError || strings.Contains(p.Body.String(), "secret") {
		t.Errorf("%d", p.Code)
	}
	if p := get(t, site(t, sample(1, 0), false), "/nowhere"); p.Code != http.StatusNotFound {
		t.Errorf("%d", p.Code)
	}
	e := site(t, sample(1, 0), false)
	e.GET("/busy", func(echo.Context) error { return echo.NewHTTPError(http.StatusTooManyRequests) })
	p = get(t, e, "/busy")
	p.says(t, "请求太多")
	if p.Code != http.StatusTooManyRequests {
		t.Errorf("%d", p.Code)
	}
}

// Programs keep the errors of the API; only browsers get pages.
func TestErrorsOfOthers(t *testing.T) {
	e := site(t, sample(1, 0), false)
	for address, accept := range map[string]string{"/nowhere": "application/json", "/api/v1/nowhere": "text/html"} {
		if p := get(t, e, address, "Accept", accept); p.Code != http.StatusNotFound || len(p.find("main")) > 0 {
			t.Errorf("%s: %d %s", address, p.Code, p.Body)
		}
	}
	e.GET("/broken", func(echo.Context) error { return errors.New("secret detail") })
	if p := get(t, e, "/broken"); p.Code != http.StatusInternalServerError || strings.Contains(p.Body.String(), "secret") || len(p.find("main")) != 1 {
		t.Errorf("%d %s", p.Code, p.Body)
	}
}

// Who asks too often is told how long to wait.
func TestRate(t *testing.T) {
	law, err := statute.Load()
	if err != nil {
		t.Fatal(err)
	}
	s, err := New(Config{Source: sample(1, 0), Law: law, Now: time.Now,
		Allow: func(_ context.Context, address string) time.Duration {
			if address == "" {
				t.Error("no address")
			}
			return 1500 * time.Millisecond
		}})
	if err != nil {
		t.Fatal(err)
	}
	e := echo.New()
	s.Register(e)
	p := get(t, e, "/register")
	if p.Code != http.StatusTooManyRequests || p.Header().Get("Retry-After") != "2" {
		t.Errorf("%d %v", p.Code, p.Header())
	}
}

// Pages carry a validator; files are kept for ever under a name with their hash.
func TestCaching(t *testing.T) {
	e := site(t, sample(3, 0), false)
	p := get(t, e, "/register")
	tag := p.Header().Get("ETag")
	if again := get(t, e, "/register", "If-None-Match", `"x", W/`+tag); tag == "" || again.Code != http.StatusNotModified || again.Body.Len() != 0 {
		t.Errorf("%q: %d with %d bytes", tag, again.Code, again.Body.Len())
	}
	if other := get(t, e, "/register?lang=en", "If-None-Match", tag); other.Code != http.StatusOK {
		t.Errorf("another language: %d", other.Code)
	}
	css := get(t, e, attribute(p.find("link", "rel", "stylesheet")[0], "href"))
	if css.Code != http.StatusOK || !strings.Contains(css.Header().Get("Cache-Control"), "immutable") || !strings.HasPrefix(css.Header().Get("Content-Type"), "text/css") {
		t.Errorf("style sheet: %d %v", css.Code, css.Header())
	}
	if old := get(t, e, "/assets/site.000000000000.css"); old.Code != http.StatusNotFound {
		t.Errorf("an old name: %d", old.Code)
	}
}

// A merchant stands beside its industry, with what each figure was made of, told apart
// from others of its name; nothing ranks.
func TestMerchantPage(t *testing.T) {
	src := sample(45, 0)
	p := get(t, site(t, src, false), "/merchants/m-1")
	p.says(t, "这家商家", "同类：家用电器", "另有同名商家", "3 家门店有记录", "95% 区间", "看记录")
	if len(p.find("table")) != len(p.find("caption")) {
		t.Error("a table without a name")
	}
	// Below the least number the records are listed, and nothing is compared (peers 4.6).
	src.few = true
	p = get(t, site(t, src, false), "/merchants/m-1")
	p.says(t, "不足30件", "记录列在下面", "公示记录")
	if strings.Contains(p.Body.String(), "95%") || len(p.find("figure")) != 0 {
		t.Error("a comparison of few cases")
	}
}

// Leagues and cities stand in the order of their codes, with or without a median.
func TestRegionPages(t *testing.T) {
	e := site(t, sample(45, 0), false)
	p := get(t, e, "/regions")
	p.says(t, "十二个盟市", "呼和浩特市", "阿拉善盟", "首次答复中位")
	var names []string
	for _, li := range p.find("li") {
		if strings.HasPrefix(attribute(li, "class"), "tile") {
			names = append(names, attribute(li, "class"))
		}
	}
	if len(names) != 12 || !strings.Contains(names[0], "at-150100") || !strings.Contains(names[11], "at-152900") {
		t.Errorf("%v", names)
	}
	get(t, e, "/regions/1501?lang=en").says(t, "Hohhot", "Banners, counties", "median")
	for _, bad := range []string{"/regions/99", "/regions/x", "/regions/150199"} {
		if p := get(t, e, bad); p.Code != http.StatusNotFound {
			t.Errorf("%s: %d", bad, p.Code)
		}
	}
}

// Every metric has a page in both languages with its formula as data, its readings
// side by side, and a way to the cases.
func TestFigurePages(t *testing.T) {
	src := sample(9, 9)
	e := site(t, src, false)
	for _, m := range responsetime.Catalogue() {
		if m.Whole {
			continue
		}
		for _, lang := range []string{chinese, english} {
			p := get(t, e, "/figures/"+m.ID+"?lang="+lang)
			if p.Code != http.StatusOK {
				t.Fatalf("%s: %d", m.ID, p.Code)
			}
			p.says(t, `"id": "`+m.ID+`"`)
			for n := range p.root.Descendants() {
				if n.Type == html.TextNode && strings.HasPrefix(strings.TrimSpace(n.Data), "metric.") {
					t.Errorf("%s: a text is missing: %s", m.ID, n.Data)
				}
			}
		}
	}
	p := get(t, e, "/figures/mediation_success_closed")
	p.says(t, "调解成功率（按受理并办结）", "同一个说法的几种算法", "还没到期 3 件", "62%–85%")
	get(t, e, "/figures/received?by=region").says(t, "呼和浩特市")
	for query, want := range map[string]string{
		"by=merchant": "分组方式", "as_of=2027-01-01": "截止日期", "as_of=x": "截止日期", "region=99": "地区", "period=bad": "时间段", "source=cfpb": "数据来源",
	} {
		p := get(t, e, "/figures/first_response_time?"+query)
		if p.Code != http.StatusBadRequest {
			t.Errorf("%s: %d", query, p.Code)
		}
		p.says(t, want)
	}
	get(t, e, "/figures/received/cases").says(t, "这个数背后的公示记录", "gone")
	for _, bad := range []string{"/figures/received/cases?cursor=zz", "/figures/received/cases?part=x"} {
		if p := get(t, e, bad); p.Code != http.StatusBadRequest {
			t.Errorf("%s: %d", bad, p.Code)
		}
	}
	if p := get(t, e, "/figures/disclosed_share"); p.Code != http.StatusNotFound {
		t.Errorf("a metric that has no meaning over public cases: %d", p.Code)
	}
}

// The choices show live counts, can be excluded, and each can be taken back.
func TestFacets(t *testing.T) {
	p := get(t, site(t, sample(45, 0), false), "/register?outcome=agreement&not_category=travel")
	p.says(t, "缩小范围", "处理结果", "不含 旅游服务", "排除…")
	if !p.ticked("outcome", "agreement") || !p.ticked("not_category", "travel") {
		t.Error("the choices are not ticked")
	}
	chips := p.find("nav", "class", "chips")
	if len(chips) != 1 || !strings.Contains(text(chips[0]), "调解达成协议") {
		t.Errorf("chips: %v", chips)
	}
	if !strings.Contains(p.Body.String(), `href="/register?not_category=travel"`) || !strings.Contains(p.Body.String(), `/api/v1/public/disclosures.csv?not_category=travel&amp;outcome=agreement`) {
		t.Error("no way to take a choice back, or to download the list")
	}
}
