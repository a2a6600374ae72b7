// Package limiter bounds rates for all nodes together: the generic cell rate algorithm
// (ITU-T I.371) in Redis, one key a caller. Where Redis does not answer, each node
// bounds by itself.
package limiter

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"io"
	"log/slog"
	"sync/atomic"
	"time"

	"github.com/redis/go-redis/v9"

	"fangxin/api/httpapi/gcra"
)

// Options of a limiter.
type Options struct {
	// Client stays the caller's to close.
	Client redis.UniversalClient
	// Secret keys the hashes under which callers stand in Redis. All nodes need the
	// same. Without it, who can read Redis can find short keys such as addresses by
	// trying all of them.
	Secret []byte
	// Timeout bounds one question, 100 ms if zero.
	Timeout time.Duration
	Log     *slog.Logger // nil is silent
}

const (
	usualTimeout = 100 * time.Millisecond
	// pause is how long Redis is left alone after a failure; then one request asks.
	pause = time.Second
	// sayEvery is how often at most an outage that goes on is told.
	sayEvery = time.Minute
	prefix   = "fangxin:rate:"
)

// Redis implements gcra.Limiter for nodes that share a Redis.
type Redis struct {
	o      Options
	script *redis.Script
	// twin bounds this node's callers while Redis is away.
	twin *gcra.Memory
	// now and start make a clock that only goes forward; only pauses are measured by it.
	now   func() time.Time
	start time.Time
	// away is 0, or when Redis is asked again; said is when an outage was told.
	away, said atomic.Int64
}

// New gives a limiter.
func New(o Options) *Redis {
	if o.Timeout <= 0 {
		o.Timeout = usualTimeout
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	return &Redis{o: o, script: redis.NewScript(allow), twin: gcra.NewMemory(), now: time.Now, start: time.Now()}
}

// allow keeps, per key, the moment at which the next request would be exactly on time,
// as seconds and nanoseconds: Lua's numbers hold no nanoseconds since 1970, but their
// differences. The server forgets the key when nothing is owed any more. ARGV: seconds
// and nanoseconds of now, nanoseconds between requests, burst. It answers the wait.
const allow = `
local sec, nano, every, burst = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
local owed = 0
local due = redis.call('GET', KEYS[1])
if due then
  local s, n = string.match(due, '^(-?%d+) (%d+)$')
  owed = math.max((s - sec) * 1000000000 + (n - nano), 0)
end
local next = owed + every
local wait = next - burst * every
if wait > 0 then return wait end
local n = nano + next
local s = math.floor(n / 1000000000)
redis.call('SET', KEYS[1], string.format('%.0f %.0f', sec + s, n - s * 1000000000), 'PX', math.max(math.ceil(next / 1000000), 1))
return 0
`

// Allow implements gcra.Limiter. It refuses nobody because Redis is away.
func (r *Redis) Allow(ctx context.Context, key string, l gcra.Limit, now time.Time) (time.Duration, error) {
	again := r.away.Load()
	if again != 0 && (r.clock() < again || !r.away.CompareAndSwap(again, r.clock()+int64(pause))) {
		return r.twin.Allow(ctx, key, l, now)
	}
	wait, err := r.ask(ctx, key, l, now)
	switch {
	case err == nil:
		if again != 0 {
			r.back()
		}
		return wait, nil
	case ctx.Err() == nil:
		r.lost(err)
	case again != 0:
		r.away.CompareAndSwap(r.away.Load(), again) // this caller is gone: let the next one ask
	}
	return r.twin.Allow(ctx, key, l, now)
}

func (r *Redis) ask(ctx context.Context, key string, l gcra.Limit, now time.Time) (time.Duration, error) {
	ctx, cancel := context.WithTimeout(ctx, r.o.Timeout)
	defer cancel()
	wait, err := r.script.Run(ctx, r.o.Client, []string{r.name(key)},
		now.Unix(), now.Nanosecond(), l.Every.Nanoseconds(), l.Burst).Int64()
	if err != nil {
		return 0, err
	}
	if wait < 0 {
		return 0, errAnswer
	}
	return time.Duration(wait), nil
}

var errAnswer = errors.New("limiter: the server's answer is not the script's")

// name is what the caller is called in Redis: no address and no account.
func (r *Redis) name(key string) string {
	mac := hmac.New(sha256.New, r.o.Secret)
	_, _ = io.WriteString(mac, key) // a hash does not fail
	return prefix + base64.RawURLEncoding.EncodeToString(mac.Sum(nil)[:16])
}

// clock is nanoseconds since the start, never 0.
func (r *Redis) clock() int64 { return max(int64(r.now().Sub(r.start)), 0) + 1 }

// Fallen says whether this node bounds rates by itself because Redis does not answer.
func (r *Redis) Fallen() bool { return r.away.Load() != 0 }

func (r *Redis) lost(err error) {
	now := r.clock()
	r.away.Store(now + int64(pause))
	if said := r.said.Load(); (said == 0 || now-said >= int64(sayEvery)) && r.said.CompareAndSwap(said, now) {
		r.o.Log.Warn("limiter: Redis does not answer, this node bounds rates by itself", "error", err)
	}
}

// back tells the end of an outage. said stays: an outage that comes and goes is told at
// most once a minute too.
func (r *Redis) back() {
	if r.away.Swap(0) != 0 {
		r.o.Log.Info("limiter: Redis answers again")
	}
}
