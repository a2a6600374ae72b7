package web

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	cdpruntime "github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/labstack/echo/v4"
)

// structure is looked at in the browser: what a screen reader and a phone need.
const structure = `(() => {
  const bad = [], all = q => [...document.querySelectorAll(q)];
  const text = e => (e.getAttribute('aria-label') || e.textContent || '').trim();
  if (all('h1').length !== 1) bad.push('h1: ' + all('h1').length);
  if (all('main').length !== 1) bad.push('main');
  for (const q of ['header', 'footer', 'nav[aria-label]']) if (!document.querySelector(q)) bad.push('no ' + q);
  if (!document.documentElement.lang) bad.push('no lang');
  if (!document.title) bad.push('no title');
  let level = 0;
  for (const h of all('h1,h2,h3,h4')) {
    const l = +h.tagName[1];
    if (l > level + 1) bad.push('heading skips to ' + h.tagName + ' ' + text(h));
    if (!text(h)) bad.push('empty heading');
    level = l;
  }
  for (const f of all('input:not([type=hidden]),select,textarea')) if (!f.labels || !f.labels.length || !text(f.labels[0])) bad.push('no label: ' + f.name);
  for (const a of all('a,button')) if (!text(a)) bad.push('no name: ' + a.outerHTML.slice(0, 80));
  for (const t of all('table')) {
    if (!t.caption) bad.push('table without caption');
    for (const th of t.querySelectorAll('th')) if (!th.scope) bad.push('th without scope');
  }
  for (const i of all('img')) if (!i.hasAttribute('alt')) bad.push('img without alt');
  const ids = all('[id]').map(e => e.id);
  if (new Set(ids).size !== ids.length) bad.push('an id twice');
  for (const e of all('[aria-labelledby],[aria-describedby]'))
    for (const id of ((e.getAttribute('aria-labelledby') || '') + ' ' + (e.getAttribute('aria-describedby') || '')).trim().split(/\s+/))
      if (!document.getElementById(id)) bad.push('no element ' + id);
  if (all('[style],script:not([src^="/assets/"]),[onclick]').length) bad.push('inline style or script');
  const doc = document.documentElement;
  if (doc.scrollWidth > doc.clientWidth) bad.push('scrolls sideways: ' + doc.scrollWidth + ' > ' + doc.clientWidth);
  if (parseFloat(getComputedStyle(document.body).fontSize) < 16) bad.push('small text');
  return bad;
})()`

// contrast computes WCAG ratios of all visible text against its background.
const contrast = `(() => {
  const lum = c => c.map(v => { v /= 255; return v <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4; })
    .reduce((s, v, i) => s + v * [.2126, .7152, .0722][i], 0);
  const rgb = s => { const m = s.match(/[\d.]+/g).map(Number); return { c: m.slice(0, 3), a: m.length > 3 ? m[3] : 1 }; };
  const behind = e => { for (; e; e = e.parentElement) { const b = rgb(getComputedStyle(e).backgroundColor); if (b.a === 1) return b.c; } return [255, 255, 255]; };
  const bad = new Set(), walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const e = walk.currentNode.parentElement;
    if (!walk.currentNode.textContent.trim() || !e.getClientRects().length || e.closest('.hidden,option,.skip')) continue;
    const a = lum(rgb(getComputedStyle(e).color).c), b = lum(behind(e));
    const r = (Math.max(a, b) + .05) / (Math.min(a, b) + .05);
    if (r < 4.5) bad.add(e.tagName + '.' + e.className + ' ' + r.toFixed(2));
  }
  return [...bad];
})()`

// emulate chooses between the light and the dark look.
func emulate(scheme string) chromedp.Action[chromedp.Void] {
	return chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
			Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}}})
		return err
	})
}

// chromium gives the browser, or says that there is none.
func chromium(t *testing.T) string {
	t.Helper()
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	if slices.Contains(strings.Split(os.Getenv("FANGXIN_REQUIRE"), ","), "chromium") {
		t.Fatal("chromium is required and not installed")
	}
	t.Skip("no chromium")
	return ""
}

// console gathers what a browser complains about.
type console struct {
	mu    sync.Mutex
	lines []string
}

func (c *console) listen(event any) {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch e := event.(type) {
	case *log.EventEntryAdded:
		// An error page is meant to have an error status.
		if e.Entry.Level == log.EntryLevelError && !strings.Contains(e.Entry.Text, "Failed to load resource: the server responded with a status of 4") {
			c.lines = append(c.lines, e.Entry.Text+" "+e.Entry.URL)
		}
	case *cdpruntime.EventExceptionThrown:
		c.lines = append(c.lines, e.ExceptionDetails.Text)
	case *cdpruntime.EventConsoleAPICalled:
		c.lines = append(c.lines, "console."+string(e.Type))
	}
}

func (c *console) take() []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	l := c.lines
	c.lines = nil
	return l
}

// Pages must work on a phone and a desktop, in both languages, light and dark.
// FANGXIN_PICTURES names a folder that is to receive pictures of them.
func TestPagesInBrowser(t *testing.T) {
	options := append(slices.Clone(chromedp.DefaultExecAllocatorOptions[:]), chromedp.ExecPath(chromium(t)),
		chromedp.NoSandbox, chromedp.DisableGPU, chromedp.Flag("disable-background-networking", true), chromedp.Flag("accept-lang", "zh-CN,zh"))
	ctx, cancel := context.WithTimeout(t.Context(), 4*time.Minute)
	defer cancel()
	ctx, cancel = chromedp.NewExecAllocator(ctx, options...)
	defer cancel()
	ctx, cancel = chromedp.NewContext(ctx)
	defer cancel()

	src := sample(45, 30)
	src.records = append(hostile(), src.records...)
	full := httptest.NewServer(site(t, src, true))
	defer full.Close()
	empty := httptest.NewServer(site(t, &register{}, false))
	defer empty.Close()
	var c console
	if err := chromedp.Listen(ctx, c.listen); err != nil {
		t.Fatal(err)
	}

	pages := map[string]string{
		"home": full.URL + "/", "home-en": full.URL + "/?lang=en", "home-empty": empty.URL + "/",
		"register": full.URL + "/register", "register-en": full.URL + "/register?lang=en&q=" + "Example",
		"register-page-2": full.URL + "/register?cursor=c20", "register-empty": full.URL + "/register?q=zzz&region=150105",
		"register-search": full.URL + "/register?q=%E5%AE%B6%E7%94%B5", "foreign": full.URL + "/register?source=cfpb&lang=en",
		"foreign-zh": full.URL + "/register?source=cfpb", "record": full.URL + "/register/c-0045", "record-en": full.URL + "/register/c-0044?lang=en",
		"record-foreign": full.URL + "/register/cfpb-0", "record-hostile": full.URL + "/register/h-1",
		"merchant": full.URL + "/merchants/m-1", "merchant-en": full.URL + "/merchants/m-3?lang=en", "merchant-foreign": full.URL + "/merchants/f-1?lang=en",
		"about": full.URL + "/about", "regions": full.URL + "/regions", "regions-en": full.URL + "/regions?lang=en", "region": full.URL + "/regions/1501",
		"figures": full.URL + "/figures", "figures-en": full.URL + "/figures?lang=en", "figure": full.URL + "/figures/first_response_time",
		"figure-en": full.URL + "/figures/mediation_success_closed?lang=en&by=region", "figure-parts": full.URL + "/figures/relief",
		"cases": full.URL + "/figures/received/cases", "periods": full.URL + "/periods", "period": full.URL + "/periods/2026-05", "period-en": full.URL + "/periods/2026-05?lang=en", "data": full.URL + "/data", "data-en": full.URL + "/data?lang=en",
		"register-chosen": full.URL + "/register?outcome=agreement&not_category=travel&region=1501", "about-en": full.URL + "/about?lang=en",
		"gone": full.URL + "/register/c-gone", "missing": full.URL + "/register/none?lang=en", "bad": full.URL + "/register?region=1&limit=900",
	}
	for name, address := range pages {
		for _, width := range []int64{320, 390, 1280} {
			look(ctx, t, &c, name, address, width)
		}
	}
}

// audited asks axe-core, where FANGXIN_AXE names its file, what it finds in the page.
func audited(ctx context.Context, t *testing.T) []string {
	t.Helper()
	path := os.Getenv("FANGXIN_AXE")
	if path == "" {
		return nil
	}
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	const begin = `;window.audit = null; axe.run(document).then(r => {
  window.audit = r.violations.map(v => v.id + ': ' + v.nodes.slice(0, 3).map(n => n.target.join(' ')).join(' | '));
}, e => { window.audit = [String(e)]; }); []`
	if _, err := chromedp.Run(ctx, chromedp.Evaluate[[]string](string(text)+begin)); err != nil {
		t.Fatal(err)
	}
	if _, err := chromedp.Run(ctx, chromedp.Poll[bool](`window.audit !== null`)); err != nil {
		t.Fatal(err)
	}
	found, err := chromedp.Run(ctx, chromedp.Evaluate[[]string](`window.audit`))
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// look opens a page at a width and reports what is wrong with it.
func look(ctx context.Context, t *testing.T, c *console, name, address string, width int64) {
	t.Helper()
	fatal := func(err error) {
		if err != nil {
			t.Fatalf("%s at %d: %v", name, width, err)
		}
	}
	see := func(script string) []string {
		found, err := chromedp.Run(ctx, chromedp.Evaluate[[]string](script))
		fatal(err)
		return found
	}
	fatal(chromedp.Do(ctx, chromedp.EmulateViewport(width, 900), emulate("light"), chromedp.Navigate(address)))
	wrong, faint := see(structure), see(contrast)
	if folder := os.Getenv("FANGXIN_PICTURES"); folder != "" {
		picture, err := chromedp.Run(ctx, chromedp.FullScreenshot(100))
		fatal(err)
		fatal(os.WriteFile(filepath.Join(folder, fmt.Sprintf("%s-%d.png", name, width)), picture, 0o600))
	}
	wrong = append(wrong, audited(ctx, t)...)
	fatal(chromedp.Do(ctx, emulate("dark")))
	dark := see(contrast)
	for _, what := range [][]string{wrong, faint, dark, c.take()} {
		if len(what) > 0 {
			t.Errorf("%s at %d px: %s", name, width, strings.Join(what, "; "))
		}
	}
}

// While a name is typed the field offers names of the register; without the script it
// is a field like any other.
func TestNamesAreOffered(t *testing.T) {
	options := append(slices.Clone(chromedp.DefaultExecAllocatorOptions[:]), chromedp.ExecPath(chromium(t)),
		chromedp.NoSandbox, chromedp.DisableGPU, chromedp.Flag("disable-background-networking", true))
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	ctx, cancel = chromedp.NewExecAllocator(ctx, options...)
	defer cancel()
	ctx, cancel = chromedp.NewContext(ctx)
	defer cancel()
	e := site(t, sample(5, 0), false)
	e.GET(suggestRoad, func(c echo.Context) error {
		return c.JSON(http.StatusOK, map[string]any{"merchants": []map[string]string{{"name": c.QueryParam("q") + "<b>甲"}, {"name": "乙"}, {"name": "乙"}}})
	})
	server := httptest.NewServer(e)
	defer server.Close()
	for _, path := range []string{"/", "/register"} {
		if err := chromedp.Do(ctx, chromedp.Navigate(server.URL+path), chromedp.Focus("#q"), chromedp.KeyEvent("青城")); err != nil {
			t.Fatal(err)
		}
		if _, err := chromedp.Run(ctx, chromedp.Poll[bool](`document.querySelectorAll('#names option').length === 2`)); err != nil {
			t.Fatal(err)
		}
		found, err := chromedp.Run(ctx, chromedp.Evaluate[string](`document.querySelector('#names option').value`))
		if err != nil || found != "青城<b>甲" {
			t.Errorf("%s: %q, %v", path, found, err)
		}
	}
}
