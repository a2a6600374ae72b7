package lease

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"fangxin/cmd/internal/redistest"
)

// cabinet counts who leads.
type cabinet struct {
	mu      sync.Mutex
	leading string
	terms   []string
	faults  int
}

// term is the work of a leader that needs a while to end.
func (c *cabinet) term(node string, end time.Duration) func(context.Context) {
	return func(ctx context.Context) {
		c.mu.Lock()
		if c.leading != "" {
			c.faults++
		}
		c.leading = node
		c.terms = append(c.terms, node)
		c.mu.Unlock()
		<-ctx.Done()
		time.Sleep(end) // the bubble's clock: no real time passes
		c.mu.Lock()
		c.leading = ""
		c.mu.Unlock()
	}
}

func (c *cabinet) want(t *testing.T, node string, terms int) {
	t.Helper()
	synctest.Wait()
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.leading != node || len(c.terms) != terms || c.faults > 0 {
		t.Errorf("%q leads after terms %v, %d faults", c.leading, c.terms, c.faults)
	}
}

func TestOneLeads(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store, c := NewMemory(time.Now), &cabinet{}
		gates := [3]*gate{}
		var stop [3]context.CancelFunc
		var ended [3]chan struct{}
		var willing [3]atomic.Bool
		for i := range gates {
			node := fmt.Sprint("n", i)
			ctx, cancel := context.WithCancel(t.Context())
			gates[i], stop[i], ended[i] = &gate{Store: store}, cancel, make(chan struct{})
			willing[i].Store(true)
			go func() {
				defer close(ended[i])
				Leader{Store: gates[i], Group: "timers", Node: node, Willing: willing[i].Load}.Lead(ctx, c.term(node, 300*time.Millisecond))
			}()
			time.Sleep(10 * time.Millisecond)
		}
		c.want(t, "n0", 1)

		stop[0]() // in good order: the next takes over in its next round
		time.Sleep(300*time.Millisecond + usualEvery)
		c.want(t, "n1", 2)

		gates[1].set(hang) // loses the store: it stops before another begins
		time.Sleep(10 * time.Second)
		c.want(t, "n2", 3)
		gates[1].set(pass)
		time.Sleep(quiet)
		c.want(t, "n2", 3)

		willing[2].Store(false)
		time.Sleep(3 * usualEvery)
		c.want(t, "n1", 4)

		stop[1]()
		stop[2]()
		for i := range ended {
			<-ended[i]
		}
		c.want(t, "", 4)
	})
}

// A lead that is lost while the work does not end is taken by another node, but this
// one begins no second term beside the first.
func TestATermEndsBeforeTheNext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store, c := NewMemory(time.Now), &cabinet{}
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan struct{})
		go func() {
			defer close(ended)
			Leader{Store: store, Group: "g", Node: "n0"}.Lead(ctx, c.term("n0", 3*usualEvery))
		}()
		time.Sleep(usualEvery / 2)
		store.lose()
		time.Sleep(2 * usualEvery)
		c.want(t, "n0", 1) // still the first
		time.Sleep(4 * usualEvery)
		c.want(t, "n0", 2)
		cancel()
		<-ended
	})
}

// Work that returns by itself is begun again, after a pause.
func TestWorkThatReturnsIsBegunAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second+usualEvery/2)
		defer cancel()
		calls := 0
		Leader{Store: NewMemory(time.Now), Group: "g", Node: "n"}.Lead(ctx, func(context.Context) { calls++ })
		if calls != 11 {
			t.Errorf("%d calls", calls)
		}
	})
}

// Keepers on a real server: a node is lost, the server is flushed, stopped and back.
func TestKeepersOnRedis(t *testing.T) {
	s := redistest.Run(t, redistest.Options{})
	w := newTown(16, false)
	w.store = NewRedis(redistest.Client(t, s.Address()))
	w.ttl, w.every = 600*time.Millisecond, 40*time.Millisecond
	w.changed = make(chan struct{}, 1)
	for i := range 3 {
		w.start(fmt.Sprint("n", i))
	}
	w.until(t, "all three share", 3)
	w.kill("n1")
	w.until(t, "two share", 2)
	must(t, s.Flush(t.Context()))
	w.start("n3")
	w.until(t, "after a flush three share", 3)
	must(t, s.Stop())
	w.until(t, "without the server nobody works", 0)
	must(t, s.Restart(t.Context()))
	w.until(t, "all three share again", 3)
	w.close()
	check(t, w.faults)
}

// until waits for every lease to have one of so many nodes, in fair shares.
func (w *town) until(t *testing.T, what string, nodes int) {
	t.Helper()
	late := time.NewTimer(10 * time.Second)
	defer late.Stop()
	for !w.shared(nodes) {
		select {
		case <-w.changed:
		case <-late.C:
			t.Fatalf("not so: %s: %v", what, w.works)
		}
	}
}

func (w *town) shared(nodes int) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	counts := map[string]int{}
	for _, name := range w.names {
		if len(w.works[name]) != min(nodes, 1) {
			return false
		}
		for node := range w.works[name] {
			counts[node]++
		}
	}
	for _, n := range counts {
		if n < len(w.names)/nodes || n > len(w.names)/nodes+1 {
			return false
		}
	}
	return len(counts) == nodes
}
