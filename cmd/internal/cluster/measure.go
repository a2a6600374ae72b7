package cluster

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"fangxin/cmd/internal/bench"
	redismodel "fangxin/cmd/internal/readmodel/redis"
	"fangxin/cmd/internal/redislink"
	"fangxin/domain/es"
	"fangxin/domain/usecase"
	"fangxin/projections"
	"fangxin/projections/readmodel"

	"github.com/redis/go-redis/v9"
)

// Goals of a cluster.
const (
	lagGoal      = 100 // milliseconds, p99 at half of the peak
	failoverGoal = 10  // seconds
)

// Measuring is what a bench of a cluster needs.
type Measuring struct {
	// Binary is the program itself.
	Binary string
	Nodes  int
	// Objects starts an object store for the run and returns its address.
	Objects func() (address string, stop func() error, err error)
	// Projections and Registry are the program's own.
	Projections []projections.Projection
	Registry    *es.Registry
	// Log takes what the nodes say.
	Log io.Writer
}

// Bench measures a cluster of nodes as processes over the log's protocol and a real
// Redis, all on this machine.
func (m Measuring) Bench() bench.Bench {
	return bench.Bench{Name: "cluster", About: fmt.Sprintf("%d nodes as processes, the log over its protocol, a real Redis, all on this machine", m.Nodes), Run: m.run}
}

func (m Measuring) run(ctx context.Context, r *bench.Run) (err error) {
	dir, err := r.Dir()
	if err != nil {
		return err
	}
	objects, stop, err := m.Objects()
	if err != nil {
		return err
	}
	c, err := Start(ctx, Options{
		Binary: m.Binary, Dir: filepath.Join(dir, "cluster"), Nodes: m.Nodes, Objects: objects, Log: m.Log,
		Flags: []string{"--rate", "10000000", "--lanes", "department", "--log-level", "warn"},
	})
	if err != nil {
		return errors.Join(err, stop())
	}
	defer func() { err = errors.Join(err, c.Close(), stop()) }()
	w, err := newWatch(ctx, c, m.Projections)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, w.close()) }()
	peak, err := m.peak(ctx, r, c)
	if err != nil {
		return err
	}
	size := sizing{commands: peak}
	if err := m.lag(ctx, r, c, w, peak/2); err != nil {
		return err
	}
	if err := m.failover(ctx, r, c, w, peak/4); err != nil {
		return err
	}
	if err := m.scaling(ctx, r, c, w, &size); err != nil {
		return err
	}
	size.tell(r)
	return nil
}

func (c *Cluster) consumer(ctx context.Context) (string, error) {
	out, err := c.Run(ctx, "token", "--role", "consumer", "--sub", "c-1")
	return strings.TrimSpace(out), err
}

// peakClients keep all nodes busy.
const peakClients = 64

// peak is how many complaints a second are acknowledged when clients never pause.
func (m Measuring) peak(ctx context.Context, r *bench.Run, c *Cluster) (float64, error) {
	token, err := c.consumer(ctx)
	if err != nil {
		return 0, err
	}
	t := &Traffic{Cluster: c, Token: token, Clients: peakClients, Prefix: "peak"}
	return r.Measure(ctx, "complaints filed, acknowledged", "commands/s", func(ctx context.Context) (float64, error) {
		before, begun := len(t.Filed()), time.Now()
		t.For(ctx, r.Span())
		rate := float64(len(t.Filed())-before) / time.Since(begun).Seconds()
		return rate, t.fault()
	})
}

// lagSamples is how many filings a second are watched until the lists show them.
const lagSamples = 50

// lag is the time from an acknowledged command until every list shows it, at a rate of
// commands.
func (m Measuring) lag(ctx context.Context, r *bench.Run, c *Cluster, w *watch, rate float64) error {
	token, err := c.consumer(ctx)
	if err != nil {
		return err
	}
	const clients = 16
	t := &Traffic{Cluster: c, Token: token, Clients: clients, Prefix: "lag", Every: time.Duration(clients / rate * float64(time.Second))}
	var mu sync.Mutex
	var seen []float64
	var watching sync.WaitGroup
	pace := time.NewTicker(time.Second / lagSamples)
	defer pace.Stop()
	t.Answered = func(f Filed) {
		select {
		case <-pace.C:
		default:
			return
		}
		watching.Go(func() {
			took, err := w.shown(ctx, f)
			mu.Lock()
			defer mu.Unlock()
			if err == nil {
				seen = append(seen, float64(took.Microseconds())/1000)
			}
		})
	}
	span := r.Span() * 3
	begun := time.Now()
	t.For(ctx, span)
	elapsed := time.Since(begun).Seconds()
	watching.Wait()
	if len(seen) == 0 {
		return fmt.Errorf("no filing was seen in the lists: %w", t.fault())
	}
	slices.Sort(seen)
	r.Record("commands beside the lag", "commands/s", float64(len(t.Filed()))/elapsed)
	r.Record("lag from acknowledgement to every list, p50", "ms", seen[len(seen)/2])
	p99 := r.Record("lag from acknowledgement to every list, p99", "ms", seen[(len(seen)*99)/100])
	r.AtMost("projection lag p99 at half of the peak, ms", p99, lagGoal)
	return t.fault()
}

// failover is the time from the kill of a node until all lists show what was in the
// log shortly after, while commands go on at the other nodes.
func (m Measuring) failover(ctx context.Context, r *bench.Run, c *Cluster, w *watch, rate float64) error {
	if len(c.Nodes) < 2 {
		r.Skip("failover needs two nodes")
		return nil
	}
	token, err := c.consumer(ctx)
	if err != nil {
		return err
	}
	t := &Traffic{Cluster: c, Token: token, Clients: 8, Prefix: "failover", Every: time.Duration(8 / rate * float64(time.Second))}
	traffic, stop := context.WithCancel(ctx)
	done := make(chan struct{})
	go func() { defer close(done); t.Run(traffic, time.Minute) }()
	defer func() { stop(); <-done }()
	took, err := r.Measure(ctx, "failover of a killed node's partitions", "s", func(ctx context.Context) (float64, error) {
		victim := c.Nodes[0]
		if err := victim.Kill(); err != nil {
			return 0, err
		}
		begun := time.Now()
		if err := poll(ctx, time.Second, func() bool { return time.Since(begun) > 500*time.Millisecond }); err != nil {
			return 0, err
		}
		head, err := c.Log.Head(ctx)
		if err != nil {
			return 0, err
		}
		if err := w.reach(ctx, head); err != nil {
			return 0, err
		}
		took := time.Since(begun).Seconds()
		return took, errors.Join(victim.Start(ctx), victim.Ready(ctx), c.settled(ctx))
	})
	if err != nil {
		return err
	}
	r.AtMost("failover, s", took, failoverGoal)
	return nil
}

// settled waits until the partitions are shared out again.
func (c *Cluster) settled(ctx context.Context) error {
	wait := time.NewTimer(8 * time.Second)
	defer wait.Stop()
	select {
	case <-wait.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// scaling is how fast one to four nodes make all lists again from a log, and how fast
// the rebuild command does beside them.
func (m Measuring) scaling(ctx context.Context, r *bench.Run, c *Cluster, w *watch, size *sizing) error {
	before, err := w.memory(ctx)
	if err != nil {
		return err
	}
	if err := bench.Fill(ctx, c.Log, m.Registry, r.Cases()); err != nil {
		return err
	}
	head, err := c.Log.Head(ctx)
	if err != nil {
		return err
	}
	events := float64(head.Commit)
	if err := w.reach(ctx, head); err != nil {
		return err
	}
	after, err := w.memory(ctx)
	if err != nil {
		return err
	}
	size.memory = r.Record("memory of Redis a case", "bytes", (after-before)/float64(r.Cases()))
	rebuilt := func(ctx context.Context) (float64, error) {
		begun := time.Now()
		_, err := c.Run(ctx, "rebuild")
		return events / time.Since(begun).Seconds(), err
	}
	if size.rebuild, err = r.Measure(ctx, "rebuild beside the nodes", "events/s", rebuilt); err != nil {
		return err
	}
	var one float64
	for _, nodes := range []int{1, 2, 4} {
		rate, err := r.Measure(ctx, fmt.Sprintf("lists made again by %d nodes", nodes), "events/s", func(ctx context.Context) (float64, error) {
			return m.refill(ctx, c, w, nodes, head)
		})
		if err != nil {
			return err
		}
		if nodes == 1 {
			one = rate
		} else {
			r.Ratio(fmt.Sprintf("lists made again by %d nodes / by 1", nodes), rate/one)
		}
	}
	return nil
}

// refill empties Redis while so many nodes run and times how long they take.
func (m Measuring) refill(ctx context.Context, c *Cluster, w *watch, nodes int, head es.Position) (float64, error) {
	for len(c.Nodes) < nodes {
		n, err := c.newNode(fmt.Sprintf("n%d", len(c.Nodes)+1))
		if err != nil {
			return 0, err
		}
		c.Nodes = append(c.Nodes, n)
	}
	for i, n := range c.Nodes {
		var err error
		if i < nodes {
			err = errors.Join(n.Start(ctx), n.Ready(ctx))
		} else {
			err = n.Stop()
		}
		if err != nil {
			return 0, err
		}
	}
	if err := errors.Join(w.reach(ctx, head), c.settled(ctx)); err != nil {
		return 0, err
	}
	begun := time.Now()
	if err := c.Redis.Flush(ctx); err != nil {
		return 0, err
	}
	err := w.reach(ctx, head)
	return float64(head.Commit) / time.Since(begun).Seconds(), err
}

// watch looks at the read models from outside of the nodes.
type watch struct {
	client redis.UniversalClient
	model  *redismodel.Model
	names  []projections.Projection
}

func newWatch(ctx context.Context, c *Cluster, all []projections.Projection) (*watch, error) {
	client, err := redislink.Open(c.Redis.Address())
	if err != nil {
		return nil, err
	}
	model, err := redismodel.Open(ctx, redismodel.Options{
		Client: client, Types: func(readmodel.Space) []readmodel.DocType { return nil }, Every: -1,
	})
	if err != nil {
		return nil, errors.Join(err, client.Close())
	}
	return &watch{client, model, all}, nil
}

func (w *watch) close() error { return errors.Join(w.model.Close(), w.client.Close()) }

// stands says whether all projections stand at a place, each asked by where.
func (w *watch) stands(ctx context.Context, at es.Position, where func(context.Context, readmodel.Space) (es.Position, error)) bool {
	for _, p := range w.names {
		v, err := w.model.Current(ctx, p.Name(), p.Version())
		if err != nil || v == 0 {
			return false
		}
		here, err := where(ctx, readmodel.Space{Projection: p.Name(), Version: v})
		if err != nil || here.Before(at) {
			return false
		}
	}
	return true
}

// memory is what the data take in Redis, in bytes.
func (w *watch) memory(ctx context.Context) (float64, error) {
	info, err := w.client.Info(ctx, "memory").Result()
	if err != nil {
		return 0, err
	}
	for line := range strings.SplitSeq(info, "\r\n") {
		if text, ok := strings.CutPrefix(line, "used_memory_dataset:"); ok {
			return strconv.ParseFloat(text, 64)
		}
	}
	return 0, errNoFigure
}

// errNoFigure: Redis does not say how much memory it uses.
var errNoFigure = errors.New("no used_memory_dataset in INFO")

// watchWithin bounds how long anything is waited for.
const watchWithin = 5 * time.Minute

// reach waits until every partition of every projection stands at a place.
func (w *watch) reach(ctx context.Context, at es.Position) error {
	ctx, cancel := context.WithTimeout(ctx, watchWithin)
	defer cancel()
	return poll(ctx, 5*time.Millisecond, func() bool { return w.stands(ctx, at, w.model.Lowest) })
}

// shown is how long after its acknowledgement every list shows a filing.
func (w *watch) shown(ctx context.Context, f Filed) (time.Duration, error) {
	text, _, _ := strings.Cut(f.Position, "-")
	at, err := es.ParsePosition(text)
	if err != nil || at.IsStart() {
		return 0, errors.Join(es.ErrPosition, err)
	}
	partition := readmodel.PartitionOf(usecase.Stream(f.Case), w.model.Partitions())
	ctx, cancel := context.WithTimeout(ctx, watchWithin)
	defer cancel()
	err = poll(ctx, time.Millisecond, func() bool {
		return w.stands(ctx, at, func(ctx context.Context, s readmodel.Space) (es.Position, error) {
			return w.model.Checkpoint(ctx, s, partition)
		})
	})
	return time.Since(f.At), err
}
