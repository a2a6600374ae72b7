package gcra

import (
	"context"
	"strconv"
	"testing"
	"time"

	"pgregory.net/rapid"
)

var start = time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC)

func TestBurstThenOneEvery(t *testing.T) {
	m, l, ctx := NewMemory(), Limit{Every: time.Second, Burst: 3}, context.Background()
	for range 3 {
		if wait, _ := m.Allow(ctx, "a", l, start); wait != 0 {
			t.Fatal(wait)
		}
	}
	if wait, _ := m.Allow(ctx, "a", l, start); wait != time.Second {
		t.Errorf("waits %v", wait)
	}
	if wait, _ := m.Allow(ctx, "b", l, start); wait != 0 {
		t.Error("another key pays")
	}
	if wait, _ := m.Allow(ctx, "a", l, start.Add(time.Second)); wait != 0 {
		t.Errorf("after its wait it still waits %v", wait)
	}
}

// Whatever the order of requests, no window of time passes more than the burst and
// what the rate gives for it.
func TestNeverMoreThanTheRate(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := NewMemory()
		l := Limit{Every: time.Second, Burst: rapid.IntRange(1, 5).Draw(t, "burst")}
		now, passed := start, []time.Time{}
		for range rapid.IntRange(1, 60).Draw(t, "requests") {
			now = now.Add(time.Duration(rapid.IntRange(0, 1500).Draw(t, "pause")) * time.Millisecond)
			if wait, _ := m.Allow(context.Background(), "k", l, now); wait == 0 {
				passed = append(passed, now)
			}
		}
		for i := range passed {
			for j := i; j < len(passed); j++ {
				if n, most := j-i+1, l.Burst+int(passed[j].Sub(passed[i])/l.Every); n > most {
					t.Fatalf("%d requests in %v", n, passed[j].Sub(passed[i]))
				}
			}
		}
	})
}

func TestKeysAreBounded(t *testing.T) {
	m, l := NewMemory(), PerMinute(60)
	for i := range shardCount * maxKeys * 2 {
		_, _ = m.Allow(context.Background(), strconv.Itoa(i), l, start)
	}
	for i := range m.shards {
		if n := len(m.shards[i].due); n > maxKeys {
			t.Fatalf("%d keys", n)
		}
	}
}
