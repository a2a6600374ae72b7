package program

import (
	"bytes"
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"fangxin/cmd/internal/bench"
	"fangxin/cmd/internal/clock"
	"fangxin/cmd/internal/demo"
	"fangxin/domain/usecase"
)

// lines is a log that a test can look into while it is written.
type lines struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *lines) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(b)
}

func (l *lines) with(all ...string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	for line := range strings.SplitSeq(l.text.String(), "\n") {
		found := true
		for _, a := range all {
			found = found && strings.Contains(line, a)
		}
		if found {
			return true
		}
	}
	return false
}

// One correlation id leads from the request's line to the projections', and both say
// nothing of the person.
func TestOneCorrelationFromRequestToProjection(t *testing.T) {
	out := &lines{}
	c := configOf(t, t.TempDir())
	c.LogLevel = "debug"
	log := slog.New(slog.NewTextHandler(out, &slog.HandlerOptions{Level: slog.LevelDebug}))
	a, err := openAdapters(t.Context(), c, clock.System{}, log)
	if err != nil {
		t.Fatal(err)
	}
	n, err := openNode(t.Context(), a)
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := n.close(); err != nil {
			t.Error(err)
		}
	}()
	n.start(t.Context())
	handler, err := n.handler()
	if err != nil {
		t.Fatal(err)
	}
	authority, err := openAuthority(n.folder, clock.System{})
	if err != nil {
		t.Fatal(err)
	}
	var token string
	for _, account := range demo.Accounts() {
		if account.Role == usecase.RoleConsumer {
			if token, err = authority.Mint(account, time.Hour); err != nil {
				t.Fatal(err)
			}
		}
	}
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/api/v1/complaints", bytes.NewReader(bench.Complaint(1)))
	r.Header.Set("Authorization", "Bearer "+token)
	r.Header.Set("Content-Type", "application/json")
	answer := httptest.NewRecorder()
	handler.ServeHTTP(answer, r)
	if answer.Code != http.StatusCreated {
		t.Fatal(answer.Code, answer.Body)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	if err := n.caughtUp(ctx); err != nil {
		t.Fatal(err)
	}
	correlation := "correlation=" + answer.Header().Get("X-Correlation-ID")
	if !out.with("msg=request", correlation) || !out.with("msg=projected", correlation, "complaint.filed.v1") {
		t.Errorf("%s is not in both: %s", correlation, out.text.String())
	}
	if out.with("乌云") || out.with("138000") {
		t.Error("a person stands in the log")
	}
}
