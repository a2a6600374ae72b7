package bench

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"fangxin/domain/sealed"
	"fangxin/domain/usecase"
)

// gather is a server that keeps what it was asked.
type gather struct {
	mu     sync.Mutex
	keys   map[string]int
	ids    map[string]int
	faults []string
	// answer is written in pieces, so that it goes out chunked.
	answer []string
	status int
}

func (g *gather) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	raw, err := io.ReadAll(r.Body)
	var in usecase.FileComplaint
	g.mu.Lock()
	if err == nil {
		err = json.Unmarshal(raw, &in)
	}
	if err != nil || r.Header.Get("Authorization") != "Bearer t" || r.Method != http.MethodPost || r.URL.Path != complaintPath {
		g.faults = append(g.faults, r.Method+" "+r.URL.Path+" "+string(raw))
	} else {
		g.keys[r.Header.Get("Idempotency-Key")]++
		g.ids[in.Consumer.IDNumber+in.Consumer.Phone]++
	}
	g.mu.Unlock()
	w.WriteHeader(g.status)
	for _, part := range g.answer {
		_, _ = io.WriteString(w, part)
		w.(http.Flusher).Flush()
	}
}

func gathering(t *testing.T, status int, answer ...string) (*gather, *load) {
	g := &gather{keys: map[string]int{}, ids: map[string]int{}, status: status, answer: answer}
	s := httptest.NewServer(g)
	t.Cleanup(s.Close)
	address := strings.TrimPrefix(s.URL, "http://")
	return g, &load{address: address, request: complaintRequest(address, "t"), status: http.StatusCreated, serial: &atomic.Int64{}}
}

func TestEveryRequestHasItsOwnKeyAndPerson(t *testing.T) {
	g, l := gathering(t, http.StatusCreated, `{"a":`, `1}`)
	all, err := l.run(t.Context(), 4, 20*time.Millisecond)
	if err != nil || len(g.faults) > 0 {
		t.Fatal(err, g.faults)
	}
	if len(g.keys) != all.done || len(g.ids) != all.done {
		t.Errorf("%d requests, %d keys, %d persons", all.done, len(g.keys), len(g.ids))
	}
}

func TestAnswersAreReadWholeInEitherForm(t *testing.T) {
	for name, parts := range map[string][]string{
		"chunked": {"one,", strings.Repeat("x", 20_000), ",three"},
		"empty":   {},
	} {
		_, l := gathering(t, http.StatusCreated, parts...)
		body, err := l.one(t.Context())
		if err != nil || string(body) != strings.Join(parts, "") {
			t.Errorf("%s: %d bytes, %v", name, len(body), err)
		}
	}
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", "5")
		w.WriteHeader(http.StatusCreated)
		_, _ = io.WriteString(w, "whole")
	}))
	t.Cleanup(s.Close)
	address := strings.TrimPrefix(s.URL, "http://")
	l := &load{address: address, request: complaintRequest(address, "t"), status: http.StatusCreated, serial: &atomic.Int64{}}
	if body, err := l.one(t.Context()); err != nil || string(body) != "whole" {
		t.Errorf("%q, %v", body, err)
	}
}

func TestAnotherStatusEndsTheLoad(t *testing.T) {
	_, l := gathering(t, http.StatusTooManyRequests, "slow down")
	if _, err := l.run(t.Context(), 2, time.Minute); !errors.Is(err, errAnswer) || !strings.Contains(err.Error(), "429 slow down") {
		t.Error(err)
	}
}

func TestStampChangesOnlyItsPlaces(t *testing.T) {
	a, b := Complaint(7), Complaint(7)
	stamp(b, 12_345_678)
	if len(a) != len(b) || string(b) != string(Complaint(12_345_678)) {
		t.Fatal("a second stamp differs from the first")
	}
	if strings.Contains(string(b), serialPlace) || strings.Contains(string(b), idPlace) {
		t.Error("a place was left out")
	}
	var in usecase.FileComplaint
	if err := json.Unmarshal(b, &in); err != nil || in.Consumer.Phone != "13812345678" {
		t.Error(in.Consumer, err)
	}
	if n := len(complaintBody); n < 1000 || n > 2500 {
		t.Errorf("a complaint of %d bytes", n)
	}
}

// GB 11643-1999: each number is well formed and has its own owner.
func TestIDNumbers(t *testing.T) {
	seen := map[string]bool{}
	for i := int64(0); i < 40_000; i++ {
		number := idNumber(i)
		if seen[number] || len(number) != 18 {
			t.Fatal(i, number)
		}
		seen[number] = true
		if !sealed.ValidIDNumber(number) {
			t.Fatal(i, number)
		}
	}
	if got := idNumber(0); !strings.HasPrefix(got, "15010219500101000") {
		t.Error(got)
	}
}
