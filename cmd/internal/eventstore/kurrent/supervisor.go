package kurrent

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/streams"
	"google.golang.org/grpc"
	"google.golang.org/grpc/connectivity"

	"fangxin/domain/es"
)

// generation is one connection and the calls on it. It is retired at its first
// failure, so that no call begins on it any more, and closed when the last call
// has left.
type generation struct {
	conn    *grpc.ClientConn
	streams streams.StreamsClient
	contact *contact

	// Guarded by the supervisor's lock.
	calls   int
	proved  bool // a call on it has succeeded
	retired bool
}

// supervisor hands out the current generation and builds the next one when there
// is none: one builder at a time, with a pause that grows from failure to failure.
type supervisor struct {
	conf    *esdb.Configuration
	options Options
	closing <-chan struct{} // Close has begun: nobody waits any more
	ctx     context.Context // Close is over
	stop    context.CancelFunc
	tasks   sync.WaitGroup // builders and watchers

	mu       sync.Mutex
	current  *generation
	all      map[*generation]struct{} // not yet closed
	building chan struct{}            // closed when the attempt under way is over; nil: none
	failed   error                    // of the last attempt; nil after success
	failures int                      // connections that failed since a call succeeded
	hint     string                   // the leader's address, as a server gave it
	ended    bool
	stats    Stats
}

func newSupervisor(conf *esdb.Configuration, options Options, closing <-chan struct{}) *supervisor {
	v := &supervisor{conf: conf, options: options, closing: closing, all: map[*generation]struct{}{}}
	v.ctx, v.stop = context.WithCancel(context.Background())
	return v
}

// acquire is the generation for one call, which calls release when it is over. A
// caller waits for one attempt to connect, with the pause before it, and no longer
// than its context.
func (v *supervisor) acquire(ctx context.Context) (*generation, error) {
	for range tries {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		g, built, err := v.use()
		if built == nil {
			return g, err
		}
		select {
		case <-built:
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-v.closing:
			return nil, es.ErrClosed
		}
		if err := v.lastFailure(); err != nil {
			return nil, err
		}
		// It was made, and perhaps lost again before this caller came to use it.
	}
	return nil, fmt.Errorf("%w: lost as soon as it was made", ErrConnection)
}

// use is the generation in use, or the end of the attempt to make one.
func (v *supervisor) use() (*generation, <-chan struct{}, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	switch {
	case v.ended:
		return nil, nil, es.ErrClosed
	case v.current != nil:
		v.current.calls++
		v.stats.InFlight++
		return v.current, nil, nil
	case v.building == nil:
		built := make(chan struct{})
		v.building = built
		after := pause(v.options, v.failures)
		v.tasks.Go(func() { v.build(built, after) })
	}
	return nil, v.building, nil
}

func (v *supervisor) lastFailure() error {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.failed
}

// pause is the time before the attempt that follows so many failures: none before
// the first, then doubling up to the bound, each between half and all of it.
func pause(o Options, failures int) time.Duration {
	if failures == 0 {
		return 0
	}
	d := o.MaxBackOff
	if failures < 16 {
		d = min(d, o.BackOff<<(failures-1))
	}
	return d/2 + time.Duration(o.Random()*float64(d/2))
}

func (v *supervisor) build(built chan struct{}, after time.Duration) {
	g, err := v.attempt(after)
	v.mu.Lock()
	defer v.mu.Unlock()
	v.building, v.failed = nil, err
	close(built)
	switch {
	case err != nil && v.ctx.Err() == nil:
		v.failures++
		v.options.Log.Warn("event store: no connection", "failures", v.failures, "error", err)
	case err != nil:
	case v.ended:
		_ = g.conn.Close()
	default:
		v.current = g
		v.all[g] = struct{}{}
		v.stats.Built++
		v.tasks.Go(func() { v.watch(g) })
		v.options.Log.Info("event store: connected", "address", g.contact.address)
	}
}

func (v *supervisor) attempt(after time.Duration) (*generation, error) {
	if !sleep(v.ctx, after) {
		return nil, es.ErrClosed
	}
	v.mu.Lock()
	hint := v.hint
	v.hint = ""
	v.mu.Unlock()
	conn, c, err := reach(v.ctx, v.conf, hint, v.options.Random)
	if err != nil {
		return nil, err
	}
	return &generation{conn: conn, streams: streams.NewStreamsClient(conn), contact: c}, nil
}

// watch retires the generation as soon as its connection is not ready any more, so
// that the calls after an outage do not find out one by one.
func (v *supervisor) watch(g *generation) {
	for g.conn.GetState() == connectivity.Ready {
		if !g.conn.WaitForStateChange(v.ctx, connectivity.Ready) {
			return
		}
	}
	v.retire(g, "")
}

// retire takes the generation out of use. leader, if not empty, is where the next
// one connects first.
func (v *supervisor) retire(g *generation, leader string) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if leader != "" {
		v.hint = leader
	}
	if g.retired {
		return
	}
	g.retired = true
	v.stats.Retired++
	if v.current == g {
		v.current = nil
	}
	if !g.proved { // a server that greets and then answers nothing
		v.failures++
	}
	v.drain(g)
}

// release ends a call, which proved the generation if the server answered it.
func (v *supervisor) release(g *generation, answered bool) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if answered && !g.proved {
		g.proved, v.failures = true, 0
	}
	g.calls--
	v.stats.InFlight--
	v.drain(g)
}

// drain closes a retired generation that nobody uses. It is called with the lock.
func (v *supervisor) drain(g *generation) {
	if _, open := v.all[g]; !open || !g.retired || g.calls > 0 {
		return
	}
	delete(v.all, g)
	v.tasks.Go(func() { _ = g.conn.Close() })
}

// end closes every connection, under whoever still uses it, and waits for the
// supervisor's own goroutines.
func (v *supervisor) end() {
	v.mu.Lock()
	v.ended, v.current = true, nil
	left := v.all
	v.all = map[*generation]struct{}{}
	v.mu.Unlock()
	v.stop()
	for g := range left {
		_ = g.conn.Close()
	}
	v.tasks.Wait()
}

func (v *supervisor) count(change func(*Stats)) {
	v.mu.Lock()
	defer v.mu.Unlock()
	change(&v.stats)
}

// sleep waits and says whether it could, which it cannot when the context ends.
func sleep(ctx context.Context, d time.Duration) bool {
	if d <= 0 {
		return ctx.Err() == nil
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// discard is where a store without a logger writes.
func discard() *slog.Logger { return slog.New(slog.DiscardHandler) }
