package lease

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"time"
)

// Memory is the store of nodes that share one process.
type Memory struct {
	now    func() time.Time
	mu     sync.Mutex
	groups map[string]*group
}

type group struct {
	nodes  map[string]time.Time // until when each lives
	leases map[string]taken
}

type taken struct {
	node  string // empty when it was given back
	fence uint64
	until time.Time
}

// NewMemory gives a store that reads the time from the clock.
func NewMemory(now func() time.Time) *Memory {
	return &Memory{now: now, groups: map[string]*group{}}
}

// group gives the named group; the caller holds the mutex.
func (m *Memory) group(name string) *group {
	g := m.groups[name]
	if g == nil {
		g = &group{nodes: map[string]time.Time{}, leases: map[string]taken{}}
		m.groups[name] = g
	}
	return g
}

// Beat implements Store.
func (m *Memory) Beat(ctx context.Context, group, node string, ttl time.Duration) ([]Member, error) {
	if err := errors.Join(ctx.Err(), checkNode(group, node), checkTTL(ttl)); err != nil {
		return nil, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	g, now := m.group(group), m.now()
	g.nodes[node] = now.Add(ttl)
	counts := map[string]int{}
	for _, l := range g.leases {
		if l.until.After(now) {
			counts[l.node]++
		}
	}
	var live []Member
	for n, until := range g.nodes {
		if !until.After(now) {
			delete(g.nodes, n)
			continue
		}
		live = append(live, Member{Node: n, Held: counts[n]})
	}
	slices.SortFunc(live, func(a, b Member) int { return strings.Compare(a.Node, b.Node) })
	return live, nil
}

// Claim implements Store.
func (m *Memory) Claim(ctx context.Context, group, node string, names []string, most int, ttl time.Duration) ([]Held, error) {
	if err := errors.Join(ctx.Err(), checkNode(group, node), checkNames(names), checkTTL(ttl)); err != nil {
		return nil, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	g, now := m.group(group), m.now()
	var got []Held
	for _, name := range names {
		if len(got) >= most {
			break
		}
		l := g.leases[name]
		live := l.until.After(now)
		if live && l.node != node {
			continue
		}
		if !live {
			l.fence = max(l.fence+1, uint64(now.UnixMicro()))
		}
		g.leases[name] = taken{node: node, fence: l.fence, until: now.Add(ttl)}
		got = append(got, Held{Name: name, Fence: l.fence})
	}
	return got, nil
}

// Renew implements Store.
func (m *Memory) Renew(ctx context.Context, group, node string, held []Held, ttl time.Duration) ([]Held, error) {
	if err := errors.Join(ctx.Err(), checkNode(group, node), checkNames(namesOf(held)), checkTTL(ttl)); err != nil {
		return nil, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	g, now := m.group(group), m.now()
	var still []Held
	for _, h := range held {
		if l := g.leases[h.Name]; l.node == node && l.fence == h.Fence {
			l.until = now.Add(ttl)
			g.leases[h.Name] = l
			still = append(still, h)
		}
	}
	return still, nil
}

// Release implements Store.
func (m *Memory) Release(ctx context.Context, group, node string, held []Held) error {
	if err := errors.Join(ctx.Err(), checkNode(group, node), checkNames(namesOf(held))); err != nil {
		return err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	g := m.group(group)
	for _, h := range held {
		if l := g.leases[h.Name]; l.node == node && l.fence == h.Fence {
			g.leases[h.Name] = taken{fence: h.Fence}
		}
	}
	return nil
}

// Leave implements Store.
func (m *Memory) Leave(ctx context.Context, group, node string) error {
	if err := errors.Join(ctx.Err(), checkNode(group, node)); err != nil {
		return err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.group(group).nodes, node)
	return nil
}
