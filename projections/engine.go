package projections

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"

	"fangxin/domain/es"
	"fangxin/projections/readmodel"
)

// projector is a projection with what is asked of it for every event. The lanes of
// all partitions share it: whoever folds holds the lock.
type projector struct {
	sync.Mutex
	Projection
	number     int // in the order given
	concerns   Broadcast
	forget     func()
	wants      map[string]bool
	broadcasts map[string]bool
}

func newProjector(p Projection, number int) *projector {
	j := &projector{Projection: p, number: number, forget: func() {}, wants: map[string]bool{}, broadcasts: map[string]bool{}}
	for _, t := range p.Handles() {
		j.wants[t] = true
	}
	if f, ok := p.(Forgetful); ok {
		j.forget = f.Forget
	}
	if b, ok := p.(Broadcast); ok {
		j.concerns = b
		for _, t := range b.Broadcasts() {
			j.broadcasts[t] = true
		}
	}
	return j
}

// engine is what the lanes of one node, or of one rebuild, work with.
type engine struct {
	store      es.Store
	registry   *es.Registry
	types      map[string]bool
	model      readmodel.Model
	partitions int
	projectors []*projector
	broadcasts map[string]bool
	// batch is how many events of the log go by before a commit while catching up.
	batch int
	// least is how far a pass goes before it begins again for who came too late.
	least   int
	around  func(partition int, commit func() error) error
	trace   func(*Event)
	commits chan struct{} // a place for each commit under way

	stepping sync.Mutex
	step     func(events int)
}

// maxCommits bounds the commits under way at once: as many as a node of 16 partitions
// has lanes, so that those which wait for a part of the read model that is away do not
// keep the others waiting.
const maxCommits = 64

func newEngine(store es.Store, reg *es.Registry, m readmodel.Model, ps []Projection, batch int) *engine {
	en := &engine{
		store: store, registry: reg, types: map[string]bool{}, model: m, partitions: max(1, m.Partitions()), least: leastPass,
		broadcasts: map[string]bool{}, batch: batch, commits: make(chan struct{}, maxCommits),
		around: func(_ int, commit func() error) error { return commit() },
		step:   func(int) {},
	}
	for _, t := range reg.Types() {
		en.types[t] = true
	}
	for i, p := range ps {
		j := newProjector(p, i)
		en.projectors = append(en.projectors, j)
		for t := range j.broadcasts {
			en.broadcasts[t] = true
		}
	}
	return en
}

// several says that there is more than one partition.
func (e *engine) several() bool { return e.partitions > 1 }

// partition is that of an event's stream.
func (e *engine) partition(hash uint32) int {
	if e.partitions == 1 {
		return 0
	}
	return int(hash % uint32(e.partitions))
}

// commit sends a batch to the read model, as soon as there is a place for it.
func (e *engine) commit(ctx context.Context, b readmodel.Batch) error {
	select {
	case e.commits <- struct{}{}:
	case <-ctx.Done():
		return ctx.Err()
	}
	defer func() { <-e.commits }()
	err := e.around(b.Partition, func() error { return e.model.Commit(ctx, b) })
	if err != nil {
		return fmt.Errorf("commit %s of partition %d: %w", b.Space.Projection, b.Partition, err)
	}
	return nil
}

// stepped tells how many events of its partition a commit covered, once for all
// projections.
func (e *engine) stepped(by *projector, events int) {
	if by.number > 0 || events == 0 {
		return
	}
	e.stepping.Lock()
	defer e.stepping.Unlock()
	e.step(events)
}

// CoverageError names types that a projection neither handles nor ignores, or names
// twice, or that do not exist.
type CoverageError struct {
	Projection            string
	Missing, Twice, Alien []string
}

func (e *CoverageError) Error() string {
	return fmt.Sprintf("projection %s: types missing %v, named twice %v, unknown %v", e.Projection, e.Missing, e.Twice, e.Alien)
}

// Covers says whether a projection names every type exactly once, and broadcasts
// only what it handles. *CoverageError.
func Covers(p Projection, types []string) error {
	err := &CoverageError{Projection: p.Name()}
	named := map[string]int{}
	for _, t := range append(slices.Clone(p.Handles()), p.Ignores()...) {
		if named[t]++; named[t] == 2 {
			err.Twice = append(err.Twice, t)
		}
		if !slices.Contains(types, t) {
			err.Alien = append(err.Alien, t)
		}
	}
	if b, ok := p.(Broadcast); ok {
		for _, t := range b.Broadcasts() {
			if !slices.Contains(p.Handles(), t) {
				err.Alien = append(err.Alien, t)
			}
		}
	}
	for _, t := range types {
		if named[t] == 0 {
			err.Missing = append(err.Missing, t)
		}
	}
	if len(err.Missing)+len(err.Twice)+len(err.Alien) > 0 {
		return err
	}
	return nil
}

// unreadable says that an event is of an unknown type or cannot be decoded: nothing
// may be projected past it.
func unreadable(err error) bool {
	var bad *es.DecodeError
	return errors.Is(err, es.ErrUnknownType) || errors.As(err, &bad)
}
