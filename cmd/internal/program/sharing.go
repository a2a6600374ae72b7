package program

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"fangxin/api/httpapi/gcra"
	"fangxin/api/httpapi/meter"
	"fangxin/cmd/internal/lease"
	"fangxin/cmd/internal/limiter"
	"fangxin/projections"
	"fangxin/projections/readmodel"
)

// Groups of leases. Partitions are shared among the nodes of one version of the
// projections: nodes of another version write other builds.
const (
	groupPartitions = "partitions."
	groupTimers     = "timers"
	groupVersions   = "versions"
	// versionBeat is how often a node says that its version lives, for versionTTL.
	versionBeat = 10 * time.Second
	versionTTL  = time.Minute
	// retireEvery is how often builds of versions that nobody runs are dropped.
	retireEvery = 5 * time.Minute
)

// versionOf names which builds this program writes: casework.3-deadlines.2-….
func versionOf(all []projections.Projection, partitions int) string {
	names := []string{}
	for _, p := range all {
		names = append(names, fmt.Sprintf("%s.%d", p.Name(), p.Version()))
	}
	slices.Sort(names)
	return strings.Join(names, "-") + "-" + strconv.Itoa(partitions)
}

func (n *node) version() string { return versionOf(n.projections, n.model.Partitions()) }

// keepPartitions holds this node's share of the partitions until the context ends.
func (n *node) keepPartitions(ctx context.Context) {
	names := make([]string, n.model.Partitions())
	for i := range names {
		names[i] = fmt.Sprintf("p%04d", i)
	}
	lease.Keeper{
		Store: lease.NewRedis(n.model.client), Group: groupPartitions + n.version(), Node: n.name, Names: names,
		Assign: n.assign, Log: n.log, Lost: func(string) { n.meter.Add(meter.LeaseLost, 1) },
		// A node that met an event it does not know leaves the work to those that do.
		Willing: func() bool { return n.runner.Status().Degraded == nil },
	}.Run(ctx)
}

// assign hands leases to the runner as partitions.
func (n *node) assign(ctx context.Context, held []lease.Held) error {
	holdings := make([]projections.Holding, 0, len(held))
	for _, h := range held {
		number, err := strconv.Atoi(strings.TrimPrefix(h.Name, "p"))
		if err != nil {
			return fmt.Errorf("lease %q: %w", h.Name, err)
		}
		holdings = append(holdings, projections.Holding{Partition: number, Fence: h.Fence})
	}
	n.meter.Set(meter.PartitionsHeld, float64(len(holdings)))
	return n.runner.Assign(ctx, holdings)
}

// lead does work on one node at a time. It is right without that; it is only less.
func (n *node) lead(ctx context.Context, work func(ctx context.Context)) {
	lease.Leader{Store: lease.NewRedis(n.model.client), Group: groupTimers, Node: n.name, Log: n.log}.Lead(ctx, func(ctx context.Context) {
		n.meter.SetBool(meter.Leader, true, groupTimers)
		defer n.meter.SetBool(meter.Leader, false, groupTimers)
		var beside sync.WaitGroup
		beside.Go(func() { n.retire(ctx) })
		work(ctx)
		beside.Wait()
	})
}

// livePrograms says that this version of the program lives, with which log and keys,
// and learns of others.
func (n *node) livePrograms(ctx context.Context) {
	store := lease.NewRedis(n.model.client)
	for divided, met := false, false; ; {
		members, err := store.Beat(ctx, groupVersions, n.version(), versionTTL)
		if err == nil {
			alive := make([]string, 0, len(members))
			for _, m := range members {
				alive = append(alive, m.Node)
			}
			n.versions.Store(&alive)
			was := divided
			if divided = otherPartitions(alive, n.version()); divided && !was {
				n.log.Warn("nodes run with different --partitions: all lists are made and kept once for each number", "partitions", n.model.Partitions())
			}
		}
		if strangers, err := n.strangers(ctx, store); err == nil {
			if strangers && !met {
				n.log.Error("stop one of the two", "error", errStrangers)
			}
			met = strangers
		}
		select {
		case <-time.After(versionBeat):
		case <-ctx.Done():
			return
		}
	}
}

// aloneInVersion says whether no node of another version is known: nobody else could
// serve lists while this version's are being made.
func (n *node) aloneInVersion() bool {
	if n.model.shared == nil {
		return false // the embedded lists are this node's own
	}
	alive := n.versions.Load()
	return alive == nil || !slices.ContainsFunc(*alive, func(v string) bool { return v != n.version() })
}

// retire drops, every now and then, builds of versions that no node runs. One that is
// dropped too early is made again by who needs it.
func (n *node) retire(ctx context.Context) {
	for {
		select {
		case <-time.After(retireEvery):
		case <-ctx.Done():
			return
		}
		alive := n.versions.Load()
		if alive == nil || !slices.Contains(*alive, n.version()) {
			continue
		}
		if err := projections.Retire(ctx, n.model, n.projections, func(s readmodel.Space) bool { return wanted(*alive, s) }); err != nil && ctx.Err() == nil {
			n.log.Warn("old builds of the read models stay for now", "error", err)
		}
	}
}

// wanted says whether a live version writes the build.
func wanted(alive []string, s readmodel.Space) bool {
	name := fmt.Sprintf("%s.%d", s.Projection, s.Major())
	return slices.ContainsFunc(alive, func(v string) bool { return slices.Contains(strings.Split(v, "-"), name) })
}

// openLimiter bounds rates for all nodes together where they share a Redis.
func (n *node) openLimiter() error {
	n.limiter, n.fallen = gcra.NewMemory(), func() bool { return false }
	if n.model.shared == nil {
		return nil
	}
	secret, err := n.keyring.Derive("rate limits")
	if err != nil {
		return err
	}
	l := limiter.New(limiter.Options{Client: n.model.client, Secret: secret, Log: n.log})
	n.limiter, n.fallen = l, l.Fallen
	return nil
}
