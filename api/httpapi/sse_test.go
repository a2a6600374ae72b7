package httpapi_test

import (
	"bufio"
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"fangxin/api/httpapi/feed"
	"fangxin/domain/es"
	"fangxin/projections"
)

// follow opens a live stream over a real connection and returns its lines.
func (w *world) follow(url, token, last string) (lines *bufio.Scanner, stop func()) {
	w.t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	r, _ := http.NewRequestWithContext(ctx, http.MethodGet, url+"/api/v1/events", nil)
	r.Header.Set("Authorization", "Bearer "+token)
	if last != "" {
		r.Header.Set("Last-Event-ID", last)
	}
	response, err := http.DefaultClient.Do(r)
	if err != nil || response.StatusCode != 200 {
		cancel()
		w.t.Fatal(err, response)
	}
	s := bufio.NewScanner(response.Body)
	if !s.Scan() || s.Text() != "retry: 3000" {
		w.t.Fatalf("begins with %q", s.Text())
	}
	return s, func() { cancel(); response.Body.Close() }
}

// next is the next event's id and data.
func next(t *testing.T, s *bufio.Scanner) (id, data string) {
	t.Helper()
	for s.Scan() {
		if v, ok := strings.CutPrefix(s.Text(), "id: "); ok {
			id = v
		}
		if v, ok := strings.CutPrefix(s.Text(), "data: "); ok {
			return id, v
		}
	}
	t.Fatal("the stream ended")
	return "", ""
}

func TestLiveChangesOfOwnCasesOnly(t *testing.T) {
	w := newWorld(t)
	server := httptest.NewServer(w.e)
	defer server.Close()
	ctx, cancel := context.WithCancel(context.Background())
	hub, ended := w.config.Feed.(*feed.Hub), make(chan struct{})
	tail := projections.NewTail(w.store, w.registry, projections.TailOptions{})
	go func() { defer close(ended); _ = hub.Run(ctx, tail) }()
	read := make(chan struct{})
	go func() { defer close(read); _ = tail.Run(ctx) }()
	defer func() { cancel(); <-ended; <-read }()
	for _, _, more, begun, _ := tail.After(es.Position{}, 1); !begun; _, _, more, begun, _ = tail.After(es.Position{}, 1) {
		<-more
	}
	at := w.do(201, "consumer", "POST", complaints, filing).Header().Get("Fangxin-Position")
	// Whoever comes back with a place misses nothing, whatever the reader is at.
	mine, stop := w.follow(server.URL, "consumer", strings.Repeat("0", 32))
	defer stop()
	id, data := next(t, mine)
	_, second := next(t, mine)
	if !strings.Contains(data, `"type":"complaint.filed.v1"`) || !strings.Contains(second, "received") || strings.Contains(data, "乌云") {
		t.Errorf("%s %s %s", id, data, second)
	}
	again, stopAgain := w.follow(server.URL, "consumer", id)
	defer stopAgain()
	if got, _ := next(t, again); got != at[:32] {
		t.Errorf("after %s comes %s, want %s", id, got, at)
	}
	others, stopOthers := w.follow(server.URL, "stranger", strings.Repeat("0", 32))
	defer stopOthers()
	key := header("Idempotency-Key", "of-the-stranger")
	w.do(201, "stranger", "POST", complaints, filing, key)
	if _, data := next(t, others); strings.Contains(data, `"revision":0`) == false {
		t.Errorf("the stranger sees %s", data)
	}
}

func TestTooManyStreams(t *testing.T) {
	w := newWorld(t)
	hub := w.config.Feed.(*feed.Hub)
	for range feed.MaxPerActor {
		if _, err := hub.Follow(accounts()["consumer"], es.Position{}, feed.Live); err != nil {
			t.Fatal(err)
		}
	}
	p := w.refused(429, "too_many_streams", "consumer", "GET", "/api/v1/events", "")
	if p["retry_after"] == nil {
		t.Errorf("%v", p)
	}
	hub.Close()
	w.refused(503, "unavailable", "consumer", "GET", "/api/v1/events", "")
}
