package lease

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"
	"testing/synctest"
	"time"
)

// town is a group of nodes over one store, in a bubble of virtual time. It watches who
// works on what.
type town struct {
	store Store
	flush func()
	names []string
	// strict: no two nodes ever work on one lease. Only pauses, flushes and nodes that
	// do not become idle in time may break this.
	strict bool
	// ttl and every are the keepers', the usual ones if zero; changed, if set, tells
	// of every assignment.
	ttl, every time.Duration
	changed    chan struct{}

	mu     sync.Mutex
	sites  map[string]*site
	works  map[string]map[string]uint64 // lease -> node -> fence
	fences map[string]uint64            // the highest fence seen
	taker  map[Held]string
	faults []string
	moves  int
	lost   int // leases that ended before they were given back
}

// site is one node.
type site struct {
	id      string
	gate    *gate
	cancel  context.CancelFunc
	ended   chan struct{}
	dead    bool
	willing bool
	stall   time.Duration // how long it takes to become idle
}

func newTown(leases int, strict bool) *town {
	m := NewMemory(time.Now)
	w := &town{
		store: m, flush: m.lose, strict: strict,
		sites: map[string]*site{}, works: map[string]map[string]uint64{}, fences: map[string]uint64{}, taker: map[Held]string{},
	}
	for i := range leases {
		w.names = append(w.names, fmt.Sprintf("p%02d", i))
	}
	return w
}

func (w *town) fault(format string, args ...any) {
	w.faults = append(w.faults, fmt.Sprintf(format, args...))
}

// start opens a node.
func (w *town) start(id string) *site {
	ctx, cancel := context.WithCancel(context.Background())
	s := &site{id: id, gate: &gate{Store: w.store}, cancel: cancel, ended: make(chan struct{}), willing: true}
	w.mu.Lock()
	w.sites[id] = s
	w.mu.Unlock()
	k := Keeper{
		Store: s.gate, Group: "g", Node: id, Names: w.names, TTL: w.ttl, Every: w.every,
		Assign:  func(ctx context.Context, held []Held) error { return w.assign(ctx, s, held) },
		Willing: func() bool { w.mu.Lock(); defer w.mu.Unlock(); return s.willing },
		Lost:    func(string) { w.mu.Lock(); defer w.mu.Unlock(); w.lost++ },
	}
	go func() {
		defer close(s.ended)
		k.Run(ctx)
	}()
	return s
}

// assign does what a node of partitions does: what it no longer holds ends first.
func (w *town) assign(ctx context.Context, s *site, held []Held) error {
	if stall := w.stallOf(s); stall > 0 && w.drops(s, held) {
		select {
		case <-time.After(stall):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	defer w.change()
	w.mu.Lock()
	defer w.mu.Unlock()
	if s.dead {
		return errors.New("dead")
	}
	for name, nodes := range w.works {
		if fence, ok := nodes[s.id]; ok && !slices.Contains(held, Held{name, fence}) {
			delete(nodes, s.id)
		}
	}
	for _, h := range held {
		w.begin(s, h)
	}
	return nil
}

func (w *town) change() {
	select {
	case w.changed <- struct{}{}:
	default:
	}
}

func (w *town) drops(s *site, held []Held) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	for name, nodes := range w.works {
		if fence, ok := nodes[s.id]; ok && !slices.Contains(held, Held{name, fence}) {
			return true
		}
	}
	return false
}

func (w *town) begin(s *site, h Held) {
	if w.works[h.Name] == nil {
		w.works[h.Name] = map[string]uint64{}
	}
	nodes := w.works[h.Name]
	if _, ok := nodes[s.id]; ok {
		return
	}
	w.moves++
	nodes[s.id] = h.Fence
	if w.strict && len(nodes) > 1 {
		w.fault("%v: %v work on %s", time.Now(), slices.Collect(maps.Keys(nodes)), h.Name)
	}
	if w.strict && h.Fence < w.fences[h.Name] {
		w.fault("%s: fence %d after %d", h.Name, h.Fence, w.fences[h.Name])
	}
	if taker, ok := w.taker[h]; ok && taker != s.id {
		w.fault("%v was given to %s and to %s", h, taker, s.id)
	}
	w.taker[h] = s.id
	w.fences[h.Name] = max(w.fences[h.Name], h.Fence)
}

// kill ends a node as a loss of power would: nothing is given back.
func (w *town) kill(id string) {
	s := w.sites[id]
	w.mu.Lock()
	s.dead = true
	for _, nodes := range w.works {
		delete(nodes, id)
	}
	delete(w.sites, id)
	w.mu.Unlock()
	s.gate.set(refuse)
	s.cancel()
	<-s.ended
}

// leave ends a node in good order.
func (w *town) leave(id string) {
	s := w.sites[id]
	s.gate.set(pass)
	s.cancel()
	<-s.ended
	w.mu.Lock()
	defer w.mu.Unlock()
	delete(w.sites, id)
	for name, nodes := range w.works {
		if _, ok := nodes[id]; ok {
			w.fault("%s left and still works on %s", id, name)
		}
	}
}

func (w *town) stallOf(s *site) time.Duration {
	w.mu.Lock()
	defer w.mu.Unlock()
	return s.stall
}

func (w *town) setStall(id string, stall time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.sites[id].stall = stall
}

func (w *town) setWilling(id string, willing bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.sites[id].willing = willing
}

// settled says what is not as it should be when all is quiet: every lease with one
// willing node, shares that differ by one at most.
func (w *town) settled() []string {
	synctest.Wait()
	w.mu.Lock()
	defer w.mu.Unlock()
	counts := map[string]int{}
	for id, s := range w.sites {
		if s.willing {
			counts[id] = 0
		}
	}
	for _, name := range w.names {
		nodes := slices.Sorted(maps.Keys(w.works[name]))
		if len(counts) > 0 && len(nodes) != 1 || len(counts) == 0 && len(nodes) != 0 {
			w.fault("%s is worked on by %v", name, nodes)
		}
		for _, node := range nodes {
			if _, ok := counts[node]; !ok {
				w.fault("%s is worked on by %s, which is unwilling or gone", name, node)
			}
			counts[node]++
		}
	}
	least, most := len(w.names), 0
	for _, n := range counts {
		least, most = min(least, n), max(most, n)
	}
	if len(counts) > 0 && most-least > 1 {
		w.fault("shares %v", counts)
	}
	return w.faults
}

// close ends all nodes.
func (w *town) close() {
	for _, id := range slices.Sorted(maps.Keys(w.sites)) {
		w.leave(id)
	}
}

// gate stands between a node and the store.
type gate struct {
	Store
	mu   sync.Mutex
	how  manner
	wake chan struct{}
}

type manner int

const (
	pass   manner = iota
	refuse        // the store is away: an error at once
	hang          // the store does not answer until the caller gives up
	deaf          // the store does it, the answer is lost
	freeze        // the node itself stands still, beyond any deadline
)

var errAway = errors.New("away")

func (g *gate) set(how manner) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.how == freeze && g.wake != nil {
		close(g.wake)
	}
	g.how, g.wake = how, make(chan struct{})
}

// through passes a call as the gate stands.
func through[T any](ctx context.Context, g *gate, call func(ctx context.Context) (T, error)) (T, error) {
	g.mu.Lock()
	how, wake := g.how, g.wake
	g.mu.Unlock()
	var none T
	switch how {
	case refuse:
		return none, errAway
	case hang:
		<-ctx.Done()
		return none, ctx.Err()
	case deaf:
		_, err := call(ctx)
		return none, errors.Join(errAway, err)
	case freeze:
		answer, err := call(ctx)
		<-wake
		return answer, err
	default:
		return call(ctx)
	}
}

func (g *gate) Beat(ctx context.Context, group, node string, ttl time.Duration) ([]Member, error) {
	return through(ctx, g, func(ctx context.Context) ([]Member, error) { return g.Store.Beat(ctx, group, node, ttl) })
}

func (g *gate) Claim(ctx context.Context, group, node string, names []string, most int, ttl time.Duration) ([]Held, error) {
	return through(ctx, g, func(ctx context.Context) ([]Held, error) {
		return g.Store.Claim(ctx, group, node, names, most, ttl)
	})
}

func (g *gate) Renew(ctx context.Context, group, node string, held []Held, ttl time.Duration) ([]Held, error) {
	return through(ctx, g, func(ctx context.Context) ([]Held, error) { return g.Store.Renew(ctx, group, node, held, ttl) })
}

func (g *gate) Release(ctx context.Context, group, node string, held []Held) error {
	_, err := through(ctx, g, func(ctx context.Context) (struct{}, error) {
		return struct{}{}, g.Store.Release(ctx, group, node, held)
	})
	return err
}

func (g *gate) Leave(ctx context.Context, group, node string) error {
	_, err := through(ctx, g, func(ctx context.Context) (struct{}, error) { return struct{}{}, g.Store.Leave(ctx, group, node) })
	return err
}
