package kurrent

import (
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"google.golang.org/grpc/metadata"

	"fangxin/domain/es"
)

// Options of a store. Only Address is required; the zero value of the others is
// right for production.
type Options struct {
	// Address is the connection string: esdb://user:password@host:port?tls=true,
	// several hosts separated by commas, or esdb+discover://name. All options of
	// the vendor's client are known, unknown ones are refused. With a nodePreference
	// other than leader reads may lag behind writes, and repeats may go untold.
	Address string
	Log     *slog.Logger
	// Random is in [0, 1): it spreads pauses and chooses among equal nodes.
	Random func() float64
	// BackOff is the pause after the first failure, 100 ms by default (or the
	// address's discoveryInterval); it doubles up to MaxBackOff, 2 s by default.
	BackOff, MaxBackOff time.Duration
	// Attempt bounds one try of a call and the silence within a read: 10 s by
	// default (or the address's defaultDeadline).
	Attempt time.Duration
	// Settle is how long an append whose outcome is unknown is sent again when the
	// caller's context allows it; 30 s by default.
	Settle time.Duration
	// HeadAge is how old the last look at the head of the log may be when an append
	// is sent; 100 ms by default. See Append.
	HeadAge time.Duration
	// Watch is the silence after which a subscription compares itself with the
	// head; 20 s by default.
	Watch time.Duration
	// Outage is how long a subscription looks for a server before it ends with
	// es.ErrUnavailable; 2 minutes by default.
	Outage time.Duration

	now func() time.Time // with its monotonic part
}

func (o Options) filled(conf *esdb.Configuration) Options {
	if o.Log == nil {
		o.Log = discard()
	}
	if o.Random == nil {
		o.Random = rand.Float64
	}
	if o.now == nil {
		o.now = time.Now
	}
	deadline := 10 * time.Second
	if conf.DefaultDeadline != nil {
		deadline = *conf.DefaultDeadline
	}
	for _, d := range []struct {
		value    *time.Duration
		standard time.Duration
	}{
		{&o.BackOff, time.Duration(conf.DiscoveryInterval) * time.Millisecond}, {&o.MaxBackOff, 2 * time.Second},
		{&o.Attempt, deadline}, {&o.Settle, 30 * time.Second}, {&o.HeadAge, 100 * time.Millisecond},
		{&o.Watch, 20 * time.Second}, {&o.Outage, 2 * time.Minute},
	} {
		if *d.value <= 0 {
			*d.value = d.standard
		}
	}
	o.MaxBackOff = max(o.MaxBackOff, o.BackOff)
	return o
}

// Stats are counters since Open, and what is under way now.
type Stats struct {
	// Built and Retired connections.
	Built, Retired int
	// InFlight calls, open subscriptions included.
	InFlight int
	// Repeats of appends that were sent more than once.
	Repeats int
	// Subscriptions that are open; Restarts of their streams after a loss.
	Subscriptions, Restarts int
}

// Store is an es.Store on EventStoreDB or KurrentDB.
type Store struct {
	options    Options
	supervisor *supervisor
	seen       seen

	life  context.Context // ends when Close begins
	end   context.CancelFunc
	mu    sync.RWMutex   // orders enter and Close
	calls sync.WaitGroup // appends under way, and readers of subscriptions
	done  chan struct{}  // closed when Close is over
}

var _ es.Store = (*Store)(nil)

// Open connects and looks at the head of the log, within ctx. The error is one
// line that wraps ErrAddress, ErrConnection, ErrCertificate or ErrCredentials and
// never holds the password.
func Open(ctx context.Context, o Options) (*Store, error) {
	conf, err := parse(o.Address)
	if err != nil {
		return nil, err
	}
	o = o.filled(conf)
	warn(o.Log, conf)
	s := &Store{options: o, done: make(chan struct{})}
	s.life, s.end = context.WithCancel(context.Background())
	s.supervisor = newSupervisor(conf, o, s.life.Done())
	if _, err = s.Head(ctx); err == nil {
		_, err = s.glance(ctx)
	}
	if err != nil {
		if ctx.Err() != nil {
			err = fmt.Errorf("%w: %w", ErrConnection, ctx.Err())
		}
		_ = s.Close()
		return nil, err
	}
	return s, nil
}

func warn(log *slog.Logger, conf *esdb.Configuration) {
	if conf.SkipCertificateVerification && !conf.DisableTLS {
		log.Warn("event store: tlsVerifyCert=false: anyone on the way can read and change events")
	}
	if conf.DisableTLS && !loopback(conf) {
		log.Warn("event store: tls=false: anyone on the way can read and change events")
	}
	if conf.NodePreference != esdb.NodePreferenceLeader {
		log.Warn("event store: reads may lag behind writes", "nodePreference", string(conf.NodePreference))
	}
}

// Stats are for metrics.
func (s *Store) Stats() Stats {
	s.supervisor.mu.Lock()
	defer s.supervisor.mu.Unlock()
	return s.supervisor.stats
}

// enter begins a call that Close waits for; calls.Done ends it.
func (s *Store) enter() error {
	s.mu.RLock()
	defer s.mu.RUnlock()
	if s.life.Err() != nil {
		return es.ErrClosed
	}
	s.calls.Add(1)
	return nil
}

// rest pauses between tries, and says whether there is to be another.
func (s *Store) rest(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
	case <-s.life.Done():
	}
	return false
}

// Close ends subscriptions and reads, waits for appends under way, each of which
// ends within Options.Attempt, and closes every connection.
func (s *Store) Close() error {
	s.mu.Lock()
	first := s.life.Err() == nil
	s.end()
	s.mu.Unlock()
	if !first {
		<-s.done
		return nil
	}
	s.calls.Wait()
	s.supervisor.end()
	close(s.done)
	return nil
}

// outgoing asks for the leader where the connection string does, in the headers
// that leave the process.
func (v *supervisor) outgoing(ctx context.Context) context.Context {
	if v.conf.NodePreference != esdb.NodePreferenceLeader {
		return ctx
	}
	return metadata.AppendToOutgoingContext(ctx, "requires-leader", "true")
}

// seen is what is known of the head of the log.
type seen struct {
	mu sync.Mutex
	// at is the newest position seen. Everything written before asOf lies at or
	// before it.
	at   es.Position
	asOf time.Time
}

// raise notes a position that is in the log.
func (s *seen) raise(p es.Position) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.at.Before(p) {
		s.at = p
	}
}

// head notes that the head was at p, or beyond it, at some time after asOf, and
// that nothing before asOf was written behind p.
func (s *seen) head(p es.Position, asOf time.Time) {
	s.raise(p)
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.asOf.Before(asOf) {
		s.asOf = asOf
	}
}

// lately answers the newest position seen, if the head was seen within the age.
func (s *seen) lately(now time.Time, age time.Duration) (es.Position, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.at, now.Sub(s.asOf) <= age
}
