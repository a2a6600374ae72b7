package limiter

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"
	"pgregory.net/rapid"

	"fangxin/api/httpapi/gcra"
	"fangxin/cmd/internal/redistest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var start = time.Date(2026, 11, 23, 1, 2, 3, 456789012, time.UTC)

// patient never falls back: on a busy machine a test's server may take its time.
const patient = 10 * time.Second

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// bucket is the algorithm in its other form, the leaky bucket as a meter (ITU-T I.371,
// annex A): it fills by one interval a request and drains with the time.
type bucket struct {
	level time.Duration
	last  time.Time
}

type oracle map[string]bucket

func (o oracle) allow(key string, l gcra.Limit, now time.Time) time.Duration {
	b, known := o[key]
	level := time.Duration(0)
	if known {
		level = max(b.level-now.Sub(b.last), 0)
	}
	if over := level + l.Every - time.Duration(l.Burst)*l.Every; over > 0 {
		return over
	}
	o[key] = bucket{level: level + l.Every, last: now}
	return 0
}

// Memory and Redis answer every request as the oracle does: other keys, other limits
// of one key, times that run back a little between nodes.
func TestBothAnswerAsTheOracle(t *testing.T) {
	s := redistest.Run(t, redistest.Options{})
	client := redistest.Client(t, s.Address())
	rapid.Check(t, func(rt *rapid.T) {
		must(t, client.FlushDB(t.Context()).Err())
		limiters := map[string]gcra.Limiter{"memory": gcra.NewMemory(), "redis": New(Options{Client: client, Timeout: patient})}
		o, now := oracle{}, start
		for range rapid.IntRange(1, 60).Draw(rt, "requests") {
			now = now.Add(time.Duration(rapid.Int64Range(int64(-time.Second), int64(40*time.Second)).Draw(rt, "pause")))
			key := rapid.SampledFrom([]string{"a", "b", ""}).Draw(rt, "key")
			// Intervals are long beside the test: what is owed must not run out on the
			// server's own clock.
			l := gcra.Limit{
				Every: time.Duration(rapid.Int64Range(int64(20*time.Second), int64(90*time.Second)).Draw(rt, "every")),
				Burst: rapid.IntRange(0, 5).Draw(rt, "burst"),
			}
			want := o.allow(key, l, now)
			for name, limiter := range limiters {
				if got, err := limiter.Allow(t.Context(), key, l, now); err != nil || got != want {
					rt.Fatalf("%s: waits %v, %v; want %v", name, got, err, want)
				}
			}
		}
	})
}

// All nodes together give what one would.
func TestNodesShareTheRate(t *testing.T) {
	c := redistest.RunCluster(t, 3)
	l := gcra.Limit{Every: time.Hour, Burst: 40}
	var passed sync.Map
	var nodes sync.WaitGroup
	for n := range 4 {
		limiter := New(Options{Client: redistest.Client(t, c.Address()), Secret: []byte("s"), Timeout: patient})
		nodes.Go(func() {
			for i := range 60 {
				wait, err := limiter.Allow(t.Context(), fmt.Sprint("caller", i%3), l, start)
				if err != nil || limiter.Fallen() {
					t.Error(err, limiter.Fallen())
				}
				if wait == 0 {
					passed.Store([2]int{n, i}, i%3)
				}
			}
		})
	}
	nodes.Wait()
	counts := map[int]int{}
	passed.Range(func(_, caller any) bool {
		counts[caller.(int)]++
		return true
	})
	for caller := range 3 {
		if counts[caller] != l.Burst {
			t.Errorf("caller %d passed %d times", caller, counts[caller])
		}
	}
}

// Nobody who reads Redis reads who called, and nothing stays longer than it is owed.
func TestWhatStandsInRedis(t *testing.T) {
	s := redistest.Run(t, redistest.Options{})
	client := redistest.Client(t, s.Address())
	one, other := New(Options{Client: client, Secret: []byte("1"), Timeout: patient}), New(Options{Client: client, Secret: []byte("2"), Timeout: patient})
	const address = "address 203.0.113.7"
	l := gcra.Limit{Every: time.Minute, Burst: 10}
	for range 3 {
		for _, limiter := range []*Redis{one, other} {
			if wait, err := limiter.Allow(t.Context(), address, l, start); wait != 0 || err != nil {
				t.Fatal(wait, err)
			}
		}
	}
	keys, err := client.Keys(t.Context(), "*").Result()
	must(t, err)
	if len(keys) != 2 {
		t.Errorf("keys %q: with other secrets they are others", keys)
	}
	for _, key := range keys {
		if strings.Contains(key, "203.0") || !strings.HasPrefix(key, prefix) {
			t.Errorf("key %q", key)
		}
		if left := client.PTTL(t.Context(), key).Val(); left > 3*time.Minute || left < 2*time.Minute {
			t.Errorf("it stays for %v", left)
		}
	}
	// What is owed for less than a millisecond still stands for one.
	if wait, err := one.Allow(t.Context(), "short", gcra.Limit{Every: 1, Burst: 1}, start); wait != 0 || err != nil {
		t.Error(wait, err)
	}
}

// clocked is a limiter on a clock of the test's, with its log.
func clocked(t *testing.T, s *redistest.Server) (l *Redis, forward func(time.Duration), said func() int) {
	var mu sync.Mutex
	var log bytes.Buffer
	l = New(Options{Client: redistest.Client(t, s.Address()), Timeout: patient, Log: slog.New(slog.NewTextHandler(&log, nil))})
	now := l.start
	l.now = func() time.Time { mu.Lock(); defer mu.Unlock(); return now }
	forward = func(d time.Duration) { mu.Lock(); defer mu.Unlock(); now = now.Add(d) }
	return l, forward, func() int { return strings.Count(log.String(), "level=WARN") }
}

func TestRedisAwayAndBack(t *testing.T) {
	s := redistest.Run(t, redistest.Options{AppendOnly: true})
	r, forward, said := clocked(t, s)
	l := gcra.Limit{Every: time.Hour, Burst: 2}
	allow := func(passes bool, fallen bool) {
		t.Helper()
		if wait, err := r.Allow(t.Context(), "k", l, start); err != nil || (wait == 0) != passes || r.Fallen() != fallen {
			t.Errorf("wait %v, error %v, fallen %v", wait, err, r.Fallen())
		}
	}
	allow(true, false)
	allow(true, false)
	allow(false, false)
	must(t, s.Stop())
	allow(true, true) // the node's own rate
	allow(true, true)
	allow(false, true)
	forward(pause)
	allow(false, true) // asked again, still away
	must(t, s.Restart(t.Context()))
	allow(false, true) // not asked yet
	forward(pause)
	allow(false, false) // the shared rate again, which is used up
	if n := said(); n != 1 {
		t.Errorf("said %d times", n)
	}

	must(t, s.Stop()) // an outage soon after is not told again
	allow(false, true)
	forward(sayEvery)
	allow(false, true)
	if n := said(); n != 2 {
		t.Errorf("said %d times", n)
	}
}

// A server that stands still costs one request a second its patience, the others
// nothing.
func TestRedisPaused(t *testing.T) {
	s := redistest.Run(t, redistest.Options{})
	r, forward, _ := clocked(t, s)
	l := gcra.Limit{Every: time.Hour, Burst: 100}
	allow := func() {
		t.Helper()
		if wait, err := r.Allow(t.Context(), "k", l, start); wait != 0 || err != nil {
			t.Error(wait, err)
		}
	}
	allow()
	must(t, s.Pause())
	r.o.Timeout = 20 * time.Millisecond
	began := time.Now()
	for range 50 {
		allow()
	}
	if took := time.Since(began); took > 50*r.o.Timeout/2 || !r.Fallen() {
		t.Errorf("50 requests took %v, fallen %v", took, r.Fallen())
	}
	must(t, s.Resume())
	r.o.Timeout = patient
	forward(pause)
	allow()
	if r.Fallen() {
		t.Error("still fallen")
	}
}

// A caller that gives up says nothing about Redis, and the next one asks.
func TestACallerThatGivesUp(t *testing.T) {
	s := redistest.Run(t, redistest.Options{})
	r, forward, said := clocked(t, s)
	l := gcra.Limit{Every: time.Hour, Burst: 1}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if wait, err := r.Allow(ended, "k", l, start); wait != 0 || err != nil || r.Fallen() || said() != 0 {
		t.Error(wait, err, r.Fallen())
	}
	must(t, s.Stop())
	if _, err := r.Allow(t.Context(), "j", l, start); err != nil || !r.Fallen() {
		t.Error(err)
	}
	must(t, s.Restart(t.Context()))
	forward(pause)
	if _, err := r.Allow(ended, "j", l, start); err != nil || !r.Fallen() {
		t.Error(err, r.Fallen())
	}
	if wait, err := r.Allow(t.Context(), "j", l, start); wait != 0 || err != nil || r.Fallen() {
		t.Error(wait, err, r.Fallen())
	}
}

// After an outage many come at once: one asks.
func TestOneAsksAfterAnOutage(t *testing.T) {
	s := redistest.Run(t, redistest.Options{})
	r, forward, _ := clocked(t, s)
	l := gcra.Limit{Every: time.Hour, Burst: 1000}
	must(t, s.Stop())
	_, _ = r.Allow(t.Context(), "k", l, start)
	must(t, s.Restart(t.Context()))
	must(t, s.Pause())
	r.o.Timeout = 300 * time.Millisecond
	forward(pause)
	var calls sync.WaitGroup
	var slow sync.Map
	for i := range 40 {
		calls.Go(func() {
			began := time.Now()
			if _, err := r.Allow(t.Context(), "k", l, start); err != nil {
				t.Error(err)
			}
			if time.Since(began) > r.o.Timeout {
				slow.Store(i, true)
			}
		})
	}
	calls.Wait()
	n := 0
	slow.Range(func(any, any) bool { n++; return true })
	if n != 1 {
		t.Errorf("%d waited for Redis", n)
	}
	must(t, s.Resume())
}

func BenchmarkAllow(b *testing.B) {
	redistest.Need(b)
	s := redistest.Run(b, redistest.Options{})
	r := New(Options{Client: redistest.Client(b, s.Address()), Timeout: patient})
	for b.Loop() {
		if _, err := r.Allow(b.Context(), "k", gcra.Limit{Every: time.Nanosecond, Burst: 1}, time.Now()); err != nil {
			b.Fatal(err)
		}
	}
}
