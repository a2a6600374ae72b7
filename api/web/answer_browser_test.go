package web

import (
	"context"
	"net/http/httptest"
	"slices"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// The code stands behind the # of the address: a script puts it into the form and takes it
// out of the address. Keyboard alone, both languages, phone and desktop, light and dark.
func TestAnsweringInBrowser(t *testing.T) {
	options := append(slices.Clone(chromedp.DefaultExecAllocatorOptions[:]), chromedp.ExecPath(chromium(t)),
		chromedp.NoSandbox, chromedp.DisableGPU, chromedp.Flag("disable-background-networking", true), chromedp.Flag("accept-lang", "zh-CN,zh"))
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	ctx, cancel = chromedp.NewExecAllocator(ctx, options...)
	defer cancel()
	ctx, cancel = chromedp.NewContext(ctx)
	defer cancel()
	api := &shopAPI{view: shopView}
	server := httptest.NewServer(answerSite(t, api, false))
	defer server.Close()
	var c console
	if err := chromedp.Listen(ctx, c.listen); err != nil {
		t.Fatal(err)
	}
	say := func(script string) string {
		t.Helper()
		found, err := chromedp.Run(ctx, chromedp.Evaluate[string](script))
		if err != nil {
			t.Fatal(err)
		}
		return found
	}
	do := func(actions ...chromedp.Action[chromedp.Void]) {
		t.Helper()
		if err := chromedp.Do(ctx, actions...); err != nil {
			t.Fatal(err)
		}
	}
	do(chromedp.Navigate(server.URL + "/answer#" + goodCode))
	if got := say(`document.getElementById('code').value + ' ' + location.href`); got != goodCode+" "+server.URL+"/answer" {
		t.Errorf("%s", got)
	}
	if got := say(`document.querySelector('a[hreflang]').hash`); got != "#"+goodCode {
		t.Errorf("the other language loses the code: %q", got)
	}
	for name, address := range map[string]string{"answer-code": "/answer", "answer-code-en": "/answer?lang=en"} {
		for _, width := range []int64{320, 390, 1280} {
			look(ctx, t, &c, name, server.URL+address, width)
		}
	}
	do(chromedp.Navigate("about:blank"), chromedp.Navigate(server.URL+"/answer#"+goodCode),
		chromedp.Focus("#code"), chromedp.KeyEvent("\r"), chromedp.WaitVisible("#matter"))
	for name, address := range map[string]string{"answer": "/answer", "answer-en": "/answer?lang=en", "answer-done": "/answer?done=respond"} {
		for _, width := range []int64{320, 390, 1280} {
			look(ctx, t, &c, name, server.URL+address, width)
		}
	}
	do(chromedp.Navigate(server.URL+"/answer"), chromedp.Focus("#respond-kind-final"), chromedp.KeyEvent(" "),
		chromedp.Focus("#respond-text"), chromedp.KeyEvent("同意"), chromedp.KeyEvent("\t"), chromedp.KeyEvent("\r"),
		chromedp.WaitVisible(".done"))
	if got := say(`document.activeElement.className`); got != "done" {
		t.Errorf("the focus is on %q", got)
	}
	api.mu.Lock()
	sent := slices.Contains(api.sent, `{"kind":"final","text":"同意"}`+"\n")
	api.mu.Unlock()
	if !sent {
		t.Error("nothing was sent")
	}
	// Another message ends what is shown.
	do(chromedp.Navigate("about:blank"), chromedp.Navigate(server.URL+"/answer#"+goodCode), chromedp.WaitVisible("#code"))
	if got := say(`document.getElementById('code').value + document.cookie`); got != goodCode {
		t.Errorf("%q", got)
	}
}
