package httpapi_test

import (
	"context"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"fangxin/api/httpapi"
	"fangxin/domain/es"
)

// A list that does not reach the position is given with its age after two seconds.
func TestAListThatLagsIsGivenWithItsAge(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, func(c *httpapi.Config) {
			c.Node.WaitFor = func(ctx context.Context, _ httpapi.Place) error { <-ctx.Done(); return ctx.Err() }
		})
		r := httptest.NewRequest("GET", "/api/v1/public/disclosures", nil)
		r.Header.Set("Fangxin-Position", es.Position{Commit: 9, Prepare: 9}.String())
		start, rec := time.Now(), httptest.NewRecorder()
		w.e.ServeHTTP(rec, r)
		if rec.Code != 200 || rec.Header().Get("Age") != "1" || time.Since(start) != 2*time.Second {
			t.Errorf("%d after %v: %v", rec.Code, time.Since(start), rec.Header())
		}
	})
}

// A request that takes longer than its deadline is a problem that says how to go on.
func TestDeadline(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, func(c *httpapi.Config) {
			c.Deadline = time.Second
			c.Node.WaitFor = func(ctx context.Context, _ httpapi.Place) error { <-ctx.Done(); return ctx.Err() }
		})
		r := httptest.NewRequest("GET", "/api/v1/public/disclosures", nil)
		r.Header.Set("Fangxin-Position", es.Position{Commit: 9, Prepare: 9}.String())
		rec := httptest.NewRecorder()
		w.e.ServeHTTP(rec, r)
		if rec.Code != 503 || !strings.Contains(rec.Body.String(), `"code":"timeout"`) {
			t.Errorf("%d %s", rec.Code, rec.Body)
		}
	})
}

func TestHeartbeat(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		ctx, cancel := context.WithTimeout(t.Context(), 40*time.Second)
		defer cancel()
		r := httptest.NewRequestWithContext(ctx, "GET", "/api/v1/events", nil)
		r.Header.Set("Authorization", "Bearer consumer")
		rec := httptest.NewRecorder()
		w.e.ServeHTTP(rec, r)
		if n := strings.Count(rec.Body.String(), ": still here\n\n"); n != 2 || rec.Header().Get("Content-Type") != "text/event-stream" {
			t.Errorf("%d heartbeats: %q", n, rec.Body)
		}
	})
}
