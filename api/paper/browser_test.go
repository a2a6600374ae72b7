package paper

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	cdppage "github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"

	"fangxin/domain/statute"
)

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

// spoiled looks for what a reader of the paper would see: text that leaves the page or
// its cell, upright heads that are cut, and a style that the policy refused.
const spoiled = `(() => {
  const bad = [], all = q => [...document.querySelectorAll(q)];
  const doc = document.documentElement, sheet = document.querySelector('.sheet').getBoundingClientRect();
  if (doc.scrollWidth > doc.clientWidth) bad.push('scrolls sideways: ' + doc.scrollWidth);
  for (const e of all('.sheet *')) {
    const r = e.getBoundingClientRect();
    if (r.width && (r.right > sheet.right + 1 || r.left < sheet.left - 1)) bad.push('outside the page: ' + e.tagName + ' ' + e.textContent.slice(0, 20));
    if (/^(TD|TH)$/.test(e.tagName) && (e.scrollWidth > e.clientWidth + 1 || e.scrollHeight > e.clientHeight + 1)) bad.push('outside the cell: ' + e.textContent.slice(0, 20));
  }
  for (const e of all('th.upright > div')) {
    const inner = e.getBoundingClientRect(), cell = e.parentElement.getBoundingClientRect();
    if (inner.bottom > cell.bottom + 1 || inner.right > cell.right + 1) bad.push('cut: ' + e.textContent);
  }
  if (getComputedStyle(document.querySelector('h1')).textAlign !== 'center') bad.push('no style');
  if (getComputedStyle(document.body).color !== 'rgb(0, 0, 0)') bad.push('not black');
  if (document.scripts.length) bad.push('script');
  return bad;
})()`

// pages are what the browser looks at, by name: every form, and in a long test also
// blank ones, spoiled ones and copies.
func pages(t *testing.T, p *Printer) map[string]string {
	t.Helper()
	all := map[string]string{}
	for n := 1; n <= 10; n++ {
		all[fmt.Sprintf("form-%d", n)] = printed(t, p, n, first(t, p, n), facts(n))
	}
	if testing.Short() {
		return all
	}
	for _, n := range []int{1, 7, 9} {
		var b strings.Builder
		if err := p.Blank(&b, n); err != nil {
			t.Fatal(err)
		}
		all[fmt.Sprintf("form-%d-blank", n)] = b.String()
	}
	for _, n := range []int{1, 3, 9} {
		all[fmt.Sprintf("form-%d-hostile", n)] = printed(t, p, n, statute.CopyOffice, hostile())
	}
	for _, n := range []int{6, 9} {
		all[fmt.Sprintf("form-%d-office", n)] = printed(t, p, n, statute.CopyOffice, facts(n))
	}
	all["form-9-respondent"] = printed(t, p, 9, statute.CopyRespondent, facts(9))
	return all
}

// The pages stand on A4 without anything cut off. FANGXIN_PICTURES names a folder that
// is to receive pictures of them.
func TestPagesInBrowser(t *testing.T) {
	options := append(slices.Clone(chromedp.DefaultExecAllocatorOptions[:]), chromedp.ExecPath(chromium(t)),
		chromedp.NoSandbox, chromedp.DisableGPU, chromedp.Flag("disable-background-networking", true))
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	ctx, cancel = chromedp.NewExecAllocator(ctx, options...)
	defer cancel()
	ctx, cancel = chromedp.NewContext(ctx)
	defer cancel()

	p, sheet := printer(t), regexp.MustCompile(`/Type\s*/Page\b`)
	all := pages(t, p)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.Header().Set("Content-Security-Policy", p.Policy())
		_, _ = w.Write([]byte(all[strings.TrimPrefix(r.URL.Path, "/")]))
	}))
	defer server.Close()
	for name := range all {
		if err := chromedp.Do(ctx, chromedp.EmulateViewport(794, 1123), chromedp.Navigate(server.URL+"/"+name)); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		found, err := chromedp.Run(ctx, chromedp.Evaluate[[]string](spoiled))
		if err != nil || len(found) > 0 {
			t.Errorf("%s: %v %s", name, err, strings.Join(found, "; "))
		}
		pdf, err := chromedp.Run(ctx, chromedp.PrintToPDF(func(p *cdppage.PrintToPDFParams) { p.PreferCSSPageSize = new(true) }))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if n := len(sheet.FindAll(pdf, -1)); n != 1 && !strings.HasSuffix(name, "hostile") {
			t.Errorf("%s takes %d sheets", name, n)
		}
		if folder := os.Getenv("FANGXIN_PICTURES"); folder != "" {
			picture, err := chromedp.Run(ctx, chromedp.FullScreenshot(100))
			if err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(folder, name+".png"), picture, 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
}
