package web

import (
	"errors"
	"net/http"
	"net/url"
	"reflect"
	"strings"
	"testing"

	"fangxin/domain/statute"
)

func TestPaging(t *testing.T) {
	e := site(t, sample(230, 0), false)
	address, seen := "/register?lang=en&limit=20", map[string]bool{}
	var pages []string
	for address != "" {
		p := get(t, e, address)
		if p.Code != http.StatusOK {
			t.Fatalf("%s: %d", address, p.Code)
		}
		for _, row := range p.find("th", "scope", "row") {
			name := attribute(row.FirstChild, "href")
			if seen[name] {
				t.Errorf("%s twice", name)
			}
			seen[name] = true
		}
		pages = append(pages, address)
		address = p.link("next")
	}
	if len(seen) != 230 || len(pages) != 12 {
		t.Fatalf("%d records on %d pages", len(seen), len(pages))
	}
	// Back again, as far as the trail goes; then the first page is left.
	back := pages[len(pages)-1]
	steps := 0
	for {
		p := get(t, e, back)
		if !strings.Contains(back, "cursor") {
			break
		}
		if p.link("first") == "" {
			t.Fatalf("%s: no way to the first page", back)
		}
		previous := p.link("prev")
		if previous == "" {
			break
		}
		steps++
		want := attribute(get(t, e, pages[len(pages)-1-steps]).find("th", "scope", "row")[0].FirstChild, "href")
		if got := attribute(get(t, e, previous).find("th", "scope", "row")[0].FirstChild, "href"); got != want {
			t.Fatalf("%d back: %s, want %s", steps, got, want)
		}
		back = previous
	}
	if steps < maxTrail-1 {
		t.Errorf("only %d steps back", steps)
	}
}

// ticked says whether a choice of the form is in force.
func (p shownPage) ticked(name, value string) bool {
	for _, n := range p.find("input", "name", name) {
		if attribute(n, "value") != value {
			continue
		}
		for _, a := range n.Attr {
			if a.Key == "checked" {
				return true
			}
		}
	}
	return false
}

// Filters are kept by the form, the paging links and the language switch.
func TestFiltersAreKept(t *testing.T) {
	e := site(t, sample(200, 0), false)
	const ask = "category=appliances&from=2025-01-01&lang=zh-CN&not_region=1502&order=oldest&outcome=agreement&q=%E5%AE%B6%E7%94%B5&region=1501"
	p := get(t, e, "/register?"+ask)
	for name, want := range map[string]string{"region": "1501", "category": "appliances", "outcome": "agreement", "not_region": "1502"} {
		if !p.ticked(name, want) {
			t.Errorf("%s is not ticked", name)
		}
	}
	if q := p.find("input", "name", "q"); attribute(q[0], "value") != "家电" {
		t.Error("words lost")
	}
	if l := p.find("input", "name", "lang"); len(l) != 2 || attribute(l[0], "value") != chinese {
		t.Error("language lost in the form")
	}
	next := p.link("next")
	for one := range strings.SplitSeq(ask, "&") {
		if !strings.Contains(next, one) {
			t.Errorf("%s does not hold %s", next, one)
		}
	}
	p.says(t, "名称符合的商家", "不含 包头市", "旧的在前")
	other := attribute(p.find("a", "hreflang", english)[0], "href")
	if en := get(t, e, other); attribute(en.find("html")[0], "lang") != english || !en.ticked("region", "1501") {
		t.Errorf("%s loses something", other)
	}
}

// Bad parameters are named all at once and nothing is asked of the read model.
func TestBadParameters(t *testing.T) {
	src := sample(3, 0)
	src.err = errors.New("asked")
	e := site(t, src, false)
	for query, want := range map[string]string{
		"q=" + strings.Repeat("x", maxWords+1): "关键词", "q=%ff": "关键词", "q=%22open": "关键词", "q=(a": "关键词", "from=2026-13-01": "起始日期", "from=2026-02-01&to=2026-02-01": "截止日期", "order=up": "顺序", "not_outcome=best": "处理结果", "q=a%00b": "关键词", "region=99": "地区", "region=US": "地区",
		"category=zzz": "类别", "outcome=best": "处理结果", "source=moon": "数据来源", "limit=0": "每页条数", "limit=51": "每页条数",
		"limit=-1": "每页条数", "limit=1e9": "每页条数", "cursor=" + strings.Repeat("c", maxCursor+1): "翻页位置",
		"trail=c1": "翻页位置", "cursor=c9&trail=" + strings.Repeat("c1~", maxTrail+2): "翻页位置", "merchant=" + strings.Repeat("m", maxCode+1): "商家",
		"region=1&limit=x&outcome=y": "地区、处理结果、每页条数", strings.Repeat("z", maxQuery+1): "看不懂",
	} {
		p := get(t, e, "/register?"+query)
		if p.Code != http.StatusBadRequest {
			t.Errorf("%.40s: %d", query, p.Code)
		}
		p.says(t, want)
	}
	if p := get(t, site(t, sample(3, 0), false), "/register?cursor=bogus"); p.Code != http.StatusBadRequest {
		t.Errorf("a cursor of no list: %d", p.Code)
	}
}

// What an address asks for is the same after a round trip through a link.
func FuzzAsk(f *testing.F) {
	law, err := statute.Load()
	if err != nil {
		f.Fatal(err)
	}
	f.Add("q=a+b&region=150100&cursor=c1&trail=c2~c3&limit=5")
	f.Add("not_region=15&category=goods%E2%80%A2food&category=travel&from=2026-01-01&to=2026-02-01&order=oldest&statement=yes")
	f.Add("source=cfpb&region=ca&outcome=In+progress&trail=~")
	f.Fuzz(func(t *testing.T, query string) {
		v, err := url.ParseQuery(query)
		if err != nil {
			return
		}
		a, err := ask(v, law)
		if err != nil {
			return
		}
		p := &page{messages: &messages{lang: chinese}}
		u, err := url.Parse(string(p.listURL(a)))
		if err != nil {
			t.Fatal(err)
		}
		b, err := ask(u.Query(), law)
		if err != nil || !reflect.DeepEqual(a, b) {
			t.Errorf("%q: %+v became %+v, %v", query, a, b, err)
		}
	})
}
