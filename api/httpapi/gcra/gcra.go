// Package gcra limits rates by the generic cell rate algorithm (ITU-T I.371): one
// time per key, the moment at which its next request would be exactly on time.
package gcra

import (
	"context"
	"hash/maphash"
	"sync"
	"time"
)

// Limit allows Burst requests at once and one more every Every.
type Limit struct {
	Every time.Duration
	Burst int
}

// PerMinute allows n requests a minute and a third of them at once.
func PerMinute(n int) Limit {
	return Limit{Every: time.Minute / time.Duration(max(n, 1)), Burst: max(n/3, 1)}
}

// Limiter is the port: may the key go on at the time, and if not, how long until it
// may. An adapter that cannot answer lets the request pass with its error.
type Limiter interface {
	Allow(ctx context.Context, key string, l Limit, now time.Time) (wait time.Duration, err error)
}

// Memory is the embedded limiter of one process. It forgets keys that have nothing
// left to pay, and never holds more than its bound.
type Memory struct {
	seed   maphash.Seed
	shards [shardCount]shard
}

const (
	shardCount = 32
	// maxKeys bounds one shard. At the bound the keys that are on time are dropped;
	// if none is, new keys pass unlimited rather than lock everybody out.
	maxKeys = 8192
)

type shard struct {
	mu    sync.Mutex
	due   map[string]time.Time
	swept time.Time
}

// NewMemory returns an empty limiter.
func NewMemory() *Memory {
	m := &Memory{seed: maphash.MakeSeed()}
	for i := range m.shards {
		m.shards[i].due = map[string]time.Time{}
	}
	return m
}

// Allow implements Limiter.
func (m *Memory) Allow(_ context.Context, key string, l Limit, now time.Time) (time.Duration, error) {
	s := &m.shards[maphash.String(m.seed, key)%shardCount]
	s.mu.Lock()
	defer s.mu.Unlock()
	due, known := s.due[key]
	if due.Before(now) {
		due = now
	}
	next := due.Add(l.Every)
	if wait := next.Sub(now) - time.Duration(l.Burst)*l.Every; wait > 0 {
		return wait, nil
	}
	if !known && len(s.due) >= maxKeys && !s.forget(now) {
		return 0, nil
	}
	s.due[key] = next
	return 0, nil
}

// forget drops keys that are on time, at most once a second: a flood of new keys must
// not make every request look at all of them.
func (s *shard) forget(now time.Time) bool {
	if now.Sub(s.swept) < time.Second {
		return false
	}
	s.swept = now
	before := len(s.due)
	for k, due := range s.due {
		if !due.After(now) {
			delete(s.due, k)
		}
	}
	return len(s.due) < before
}
