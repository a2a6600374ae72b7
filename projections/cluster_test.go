package projections_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"

	"fangxin/domain/es"
	"fangxin/domain/es/estest"
	"fangxin/projections"
	"fangxin/projections/readmodel"
	"fangxin/projections/readmodel/readmodeltest"
)

// shaky is one node's way to the read model: the next commits fail as told.
type shaky struct {
	readmodel.Model
	mu     sync.Mutex
	script []string
	kill   context.CancelFunc
}

var errShaky = errors.New("connection lost")

func (m *shaky) Commit(ctx context.Context, b readmodel.Batch) error {
	m.mu.Lock()
	do, kill := "", m.kill
	if len(m.script) > 0 {
		do, m.script = m.script[0], m.script[1:]
	}
	m.mu.Unlock()
	switch do {
	case "before":
		return errShaky
	case "kill before":
		kill()
		return ctx.Err()
	}
	err := m.Model.Commit(ctx, b)
	switch {
	case err != nil:
	case do == "after":
		return errShaky
	case do == "kill after":
		kill()
		return ctx.Err()
	}
	return err
}

// node is a runner with its own reader of the log.
type node struct {
	runner *projections.Runner
	model  *shaky
	store  *estest.FaultStore
	ctx    context.Context
	done   chan error
	stop   context.CancelFunc
}

// cluster is several nodes over one log and one read model.
type cluster struct {
	*rapid.T
	log   *toyLog
	model *readmodeltest.Simple
	nodes [3]*node
	fence uint64
}

func (c *cluster) start(i int) {
	n := &node{model: &shaky{Model: c.model}, store: estest.Faulty(c.log.store), done: make(chan error, 1)}
	// A small ring: who is slow has to read the log again.
	tail := projections.NewTail(n.store, toyTypes(), projections.TailOptions{Events: 8, Pause: pause})
	r, err := projections.NewRunner(n.store, toyTypes(), n.model, toys(), projections.Options{
		Batch: 5, Pause: pause, Tick: tick, Tail: tail, Leased: true,
	})
	if err != nil {
		c.Fatal(err)
	}
	r.BreakPassesOffAfter(rapid.SampledFrom([]int{0, 7, 1 << 16}).Draw(c.T, "least"))
	ctx, stop := context.WithCancel(context.Background())
	n.ctx, n.stop = ctx, stop
	n.model.kill, n.runner = n.stop, r
	go func() {
		var tails sync.WaitGroup
		tails.Go(func() { _ = tail.Run(ctx) })
		err := r.Run(ctx)
		n.stop()
		tails.Wait()
		n.done <- err
	}()
	c.nodes[i] = n
}

func (c *cluster) end(i int) {
	c.nodes[i].stop()
	if err := <-c.nodes[i].done; err != nil {
		c.Fatalf("node %d: %v", i, err)
	}
	c.nodes[i].done <- nil
}

func (c *cluster) restart() {
	for i, n := range c.nodes {
		if n.ctx.Err() != nil {
			c.end(i)
			c.start(i)
		}
	}
}

// assign gives every partition to one node, or to some.
func (c *cluster) assign(once bool) {
	var hold [3][]projections.Holding
	if once || rapid.Bool().Draw(c.T, "new leases") {
		c.fence++
	}
	for p := range c.model.Partitions() {
		owner := rapid.IntRange(0, 2).Draw(c.T, "owner")
		for i := range hold {
			if i == owner || !once && rapid.IntRange(0, 5).Draw(c.T, "second owner") == 0 {
				hold[i] = append(hold[i], projections.Holding{Partition: p, Fence: c.fence})
			}
		}
	}
	for i, n := range c.nodes {
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		if err := n.runner.Assign(ctx, hold[i]); err != nil {
			c.Fatalf("assign: %v", err)
		}
		cancel()
	}
}

func (c *cluster) append() {
	for range rapid.IntRange(1, 12).Draw(c.T, "events") {
		stream := es.StreamID(fmt.Sprintf("case.%d", rapid.IntRange(0, 9).Draw(c.T, "stream")))
		of := rapid.SampledFrom([]string{"", "a", "b"}).Draw(c.T, "of")
		switch rapid.IntRange(0, 6).Draw(c.T, "kind") {
		case 0:
			c.log.add(stream, "noted.v1", noted{})
		case 1:
			c.log.add("person."+stream, "erased.v1", erased{Of: rapid.SampledFrom([]string{"a", "b"}).Draw(c.T, "erase")})
		default:
			name := rapid.SampledFrom([]string{"x", "y", "z"}).Draw(c.T, "name")
			c.log.add(stream, "added.v1", added{N: rapid.Int64Range(1, 9).Draw(c.T, "n"), Name: name, Of: of})
		}
	}
}

// flush empties the read model under everybody's feet.
func (c *cluster) flush() {
	ctx := context.Background()
	for _, p := range toys() {
		spaces, err := c.model.Spaces(ctx, p.Name())
		if err != nil {
			c.Fatal(err)
		}
		v, err := c.model.Current(ctx, p.Name(), p.Version())
		if err != nil {
			c.Fatal(err)
		}
		for _, s := range append(spaces, readmodel.Space{Projection: p.Name(), Version: v}) {
			if err := c.model.Drop(ctx, s); err != nil {
				c.Fatal(err)
			}
		}
	}
}

// restore puts an older state of the log in place of it. The nodes are down meanwhile.
func (c *cluster) restore() {
	for i := range c.nodes {
		c.end(i)
	}
	c.log = c.log.prefix(rapid.IntRange(0, len(c.log.all)).Draw(c.T, "kept"))
	for i := range c.nodes {
		c.start(i)
	}
	c.assign(true)
	// Until all partitions are looked at, some of them may be ahead of the log.
	<-time.After(time.Second)
	c.settle()
}

func (c *cluster) rebuild() {
	m := &shaky{Model: c.model, script: make([]string, rapid.IntRange(0, 6).Draw(c.T, "commits"))}
	if rapid.Bool().Draw(c.T, "broken off") {
		m.script = append(m.script, "before")
	}
	err := projections.Rebuild(context.Background(), c.log.store, toyTypes(), m, toys(), nil)
	if err != nil && !errors.Is(err, errShaky) && !errors.Is(err, readmodel.ErrCheckpoint) && !errors.Is(err, readmodel.ErrFenced) {
		c.Fatalf("rebuild: %v", err)
	}
}

func (c *cluster) step() {
	n := c.nodes[rapid.IntRange(0, 2).Draw(c.T, "node")]
	switch rapid.IntRange(0, 11).Draw(c.T, "do") {
	case 0, 1, 2:
		c.append()
	case 3, 4:
		c.restart()
		c.assign(false)
	case 5, 6:
		n.model.mu.Lock()
		faults := []string{"", "before", "after", "kill before", "kill after"}
		n.model.script = rapid.SliceOfN(rapid.SampledFrom(faults), 1, 6).Draw(c.T, "commits")
		n.model.mu.Unlock()
	case 7:
		n.store.Next(estest.Subscribing, estest.Cut(rapid.IntRange(0, 5).Draw(c.T, "cut"), nil))
		n.store.Next(estest.ReadLog, estest.Cut(rapid.IntRange(0, 5).Draw(c.T, "cut"), nil))
		n.store.Next(estest.AskHead, estest.FailBefore(nil))
	case 8:
		c.flush()
	case 9:
		c.restore()
	case 10:
		c.rebuild()
	case 11:
		i := rapid.IntRange(0, 2).Draw(c.T, "killed")
		c.end(i)
		c.start(i)
	}
	if rapid.Bool().Draw(c.T, "let run") {
		<-time.After(time.Duration(rapid.IntRange(1, 300).Draw(c.T, "ms")) * time.Millisecond)
	}
}

// settle waits until readers see the whole log, and compares it with a fold from
// scratch.
func (c *cluster) settle() {
	for i, n := range c.nodes {
		if s := n.runner.Status(); s.Degraded != nil {
			c.Fatalf("node %d: %v", i, s.Degraded)
		}
	}
	for _, p := range toys() {
		var got map[string]string
		for i := 0; ; i++ {
			var at es.Position
			var err error
			if got, at, err = published(c.model, p); err == nil && at == c.log.head() {
				break
			}
			if i == 600 {
				for j, n := range c.nodes {
					c.Logf("node %d: %+v", j, n.runner.Status())
				}
				c.Fatalf("%s stands at %v of %v: %v", p.Name(), at, c.log.head(), err)
			}
			<-time.After(100 * time.Millisecond)
		}
		if d := differs(got, c.log.scratch(p)); d != "" {
			c.Fatalf("%s: %s", p.Name(), d)
		}
	}
}

// bubble is a test without a deadline: a bubble's clock knows none.
type bubble struct{ testing.TB }

// Whatever happens to nodes, leases, the log and the read model: in the end readers
// see what a fold from scratch gives, nothing is counted twice and nothing left out.
func TestClusterAgreesWithAFoldFromScratch(t *testing.T) {
	for _, partitions := range []int{1, 3, 16} {
		t.Run(fmt.Sprint(partitions), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				rapid.Check(bubble{t}, func(rt *rapid.T) {
					c := &cluster{T: rt, log: newToyLog(t), model: readmodeltest.NewPartitioned(partitions)}
					defer func() {
						for _, n := range c.nodes {
							n.stop()
							<-n.done
						}
					}()
					for i := range c.nodes {
						c.start(i)
					}
					c.append()
					c.assign(false)
					for range rapid.IntRange(0, 12).Draw(rt, "steps") {
						c.step()
					}
					for _, n := range c.nodes {
						n.model.mu.Lock()
						n.model.script = nil
						n.model.mu.Unlock()
					}
					c.restart()
					c.assign(true)
					c.settle()
				})
			})
		})
	}
}
