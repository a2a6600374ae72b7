// Package cluster runs an installation of several nodes on one machine: the nodes as
// processes of the real program, the event store's protocol served over an embedded
// log (kurrenttest), a real Redis. It measures (bench --cluster) and it is what the
// storm test breaks.
package cluster

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"fangxin/cmd/internal/eventstore/kurrent/kurrenttest"
	"fangxin/cmd/internal/eventstore/sqlite"
	"fangxin/cmd/internal/redistest"
)

// Options of a cluster.
type Options struct {
	// Binary is the program; Dir an empty folder for everything it writes.
	Binary string
	Dir    string
	Nodes  int
	// Objects is the address of the object store of keys and evidence, which several
	// nodes need.
	Objects string
	// Durable keeps Redis's data over a kill (append-only file).
	Durable bool
	// Flags are given to every node.
	Flags []string
	// Log takes what the nodes say, each line with the node's name.
	Log io.Writer
}

// Cluster is a running installation.
type Cluster struct {
	Log    *sqlite.Store // the log itself, behind the server
	Events *kurrenttest.Server
	Redis  *redistest.Server
	Nodes  []*Node

	options Options
}

// Start starts the servers and all nodes, and waits until each is ready.
func Start(ctx context.Context, o Options) (c *Cluster, err error) {
	if o.Log == nil {
		o.Log = io.Discard
	}
	c = &Cluster{options: o}
	defer func() {
		if err != nil {
			err = errors.Join(err, c.Close())
		}
	}()
	if err := os.MkdirAll(o.Dir, 0o700); err != nil {
		return c, err
	}
	if c.Log, err = sqlite.Open(ctx, filepath.Join(o.Dir, "events.db"), sqlite.Options{}); err != nil {
		return c, err
	}
	if c.Events, err = kurrenttest.Start(c.Log, kurrenttest.Options{}); err != nil {
		return c, err
	}
	memory := filepath.Join(o.Dir, "redis")
	if err := os.MkdirAll(memory, 0o700); err != nil {
		return c, err
	}
	if c.Redis, err = redistest.Start(ctx, redistest.Options{
		Dir: memory, AppendOnly: o.Durable, ExtraConfig: []string{"set-max-intset-entries 65536", "appendfsync everysec", "maxmemory-policy noeviction"}, // as deploy/redis has it
	}); err != nil {
		return c, err
	}
	for i := range o.Nodes {
		n, err := c.newNode(fmt.Sprintf("n%d", i+1))
		if err != nil {
			return c, err
		}
		c.Nodes = append(c.Nodes, n)
	}
	for _, n := range c.Nodes {
		if err := n.Start(ctx); err != nil {
			return c, err
		}
	}
	return c, c.Ready(ctx)
}

// Ready waits until every node that runs says that it is ready.
func (c *Cluster) Ready(ctx context.Context) error {
	for _, n := range c.Nodes {
		if !n.Running() {
			continue
		}
		if err := n.Ready(ctx); err != nil {
			return err
		}
	}
	return nil
}

// flags are what leads a command of the program to this installation.
func (c *Cluster) flags(data string) []string {
	shared := filepath.Join(c.options.Dir, "shared")
	flags := []string{
		"--data", data, "--eventstore", c.Events.ConnectionString(), "--readmodel", c.Redis.Address(),
		"--master-key", filepath.Join(shared, "master.key"), "--token-key", filepath.Join(shared, "token.pem"),
	}
	if c.options.Objects != "" {
		flags = append(flags, "--objects", c.options.Objects)
	}
	return append(flags, c.options.Flags...)
}

// Run runs another command of the program on the installation and returns what it
// printed.
func (c *Cluster) Run(ctx context.Context, name string, args ...string) (string, error) {
	return c.command(ctx, name, append(args, c.flags(filepath.Join(c.options.Dir, "tools"))...)...)
}

// Close kills the nodes and ends the servers.
func (c *Cluster) Close() error {
	var failed error
	for _, n := range c.Nodes {
		failed = errors.Join(failed, n.Kill())
	}
	if c.Redis != nil {
		failed = errors.Join(failed, c.Redis.Close())
	}
	if c.Events != nil {
		failed = errors.Join(failed, c.Events.Close())
	}
	if c.Log != nil {
		failed = errors.Join(failed, c.Log.Close())
	}
	return failed
}

// poll asks every few milliseconds until the answer is yes or the context ends.
func poll(ctx context.Context, every time.Duration, yes func() bool) error {
	t := time.NewTicker(every)
	defer t.Stop()
	for !yes() {
		select {
		case <-t.C:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return nil
}
