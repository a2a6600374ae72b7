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

// lane is one projection on its way: the space it writes to and the place up to
// which that is committed.
type lane struct {
	projection Projection
	concerns   Broadcast
	space      readmodel.Space
	at         es.Position
	wants      map[string]bool

	// What the batch under way has gathered beside views.
	changes []readmodel.Change
	counts  map[string]int64
	docs    map[string]any
	scratch []readmodel.Change
}

func newLane(p Projection, s readmodel.Space, at es.Position) *lane {
	l := &lane{
		projection: p, space: s, at: at,
		wants: map[string]bool{}, counts: map[string]int64{}, docs: map[string]any{},
	}
	l.concerns, _ = p.(Broadcast)
	if f, ok := p.(Forgetful); ok {
		f.Forget()
	}
	for _, t := range p.Handles() {
		l.wants[t] = true
	}
	return l
}

// take keeps what an event changed: counters add up, the last document wins.
func (l *lane) take(changes []readmodel.Change) {
	for i := range changes {
		switch c := &changes[i]; c.Op {
		case readmodel.AddCount:
			l.counts[c.Key] += c.Delta
		case readmodel.PutDoc:
			l.docs[c.Key] = c.Doc
		default:
			l.changes = append(l.changes, *c)
		}
	}
}

// release gives back the room that large batches took: what follows live is small.
func (g *group) release() {
	g.slots, g.order = map[es.StreamID]*slot{}, nil
	for _, l := range g.lanes {
		l.changes, l.scratch = nil, nil
		l.counts, l.docs = map[string]int64{}, map[string]any{}
	}
}

func (l *lane) reset() {
	clear(l.counts)
	clear(l.docs)
	clear(l.changes)
	l.changes = l.changes[:0]
}

// group folds one ordered run of events into several lanes. It gathers a batch in
// memory and commits only what came out of it.
type group struct {
	model  readmodel.Model
	lanes  []*lane
	at     es.Position // of the last event folded
	events int         // in the batch under way
	slots  map[es.StreamID]*slot
	order  []*slot
}

// slot is a stream of the batch under way: per lane the view as committed and the
// batch's own.
type slot struct {
	stream  es.StreamID
	key     string
	was, is []any
	loaded  []bool
}

func newGroup(m readmodel.Model, lanes []*lane) *group {
	g := &group{model: m, lanes: lanes, slots: map[es.StreamID]*slot{}}
	g.at = g.lowest()
	return g
}

// lowest is the place from which the group has to read.
func (g *group) lowest() es.Position {
	low := es.Position{}
	for i, l := range g.lanes {
		if i == 0 || l.at.Before(low) {
			low = l.at
		}
	}
	return low
}

func (g *group) slot(stream es.StreamID) *slot {
	if s := g.slots[stream]; s != nil {
		return s
	}
	n := len(g.lanes)
	s := &slot{stream: stream, key: readmodel.ViewKey(stream)}
	views := make([]any, 2*n)
	s.was, s.is, s.loaded = views[:n:n], views[n:], make([]bool, n)
	g.slots[stream] = s
	g.order = append(g.order, s)
	return s
}

// fold takes one event into all lanes that have not had it.
func (g *group) fold(ctx context.Context, e *Event) error {
	var s *slot
	for i, l := range g.lanes {
		if !l.wants[e.Envelope.Type] || e.Envelope.Position.Compare(l.at) <= 0 {
			continue
		}
		if s == nil {
			s = g.slot(e.Envelope.Stream)
		}
		if err := g.project(ctx, i, s, e); err != nil {
			return err
		}
	}
	if err := g.broadcast(ctx, e); err != nil {
		return err
	}
	g.at = e.Envelope.Position
	g.events++
	return nil
}

func (g *group) project(ctx context.Context, i int, s *slot, e *Event) error {
	l := g.lanes[i]
	if !s.loaded[i] {
		view, err := g.model.Get(ctx, l.space, s.key)
		if err != nil && !errors.Is(err, readmodel.ErrNotFound) {
			return err
		}
		if err == nil {
			s.was[i], s.is[i] = view, l.projection.Begin(view)
		}
		s.loaded[i] = true
	}
	s.is[i], l.scratch = l.projection.Project(s.is[i], e, l.scratch[:0])
	l.take(l.scratch)
	return nil
}

// broadcast takes an event into the views of the other streams it concerns.
func (g *group) broadcast(ctx context.Context, e *Event) error {
	for i, l := range g.lanes {
		if l.concerns == nil || e.Envelope.Position.Compare(l.at) <= 0 {
			continue
		}
		index := l.concerns.Concerns(e)
		if index == "" {
			continue
		}
		streams, err := g.concerned(ctx, i, index, e)
		if err != nil {
			return err
		}
		for _, stream := range streams {
			if stream == e.Envelope.Stream {
				continue
			}
			if err := g.project(ctx, i, g.slot(stream), e); err != nil {
				return err
			}
		}
	}
	return nil
}

// concerned lists the members of an index, those that the batch under way would
// add among them.
func (g *group) concerned(ctx context.Context, i int, index string, e *Event) ([]es.StreamID, error) {
	l := g.lanes[i]
	var out []es.StreamID
	for _, s := range g.order {
		if s.is[i] != nil && l.concerns.Holds(s.is[i], e) {
			out = append(out, s.stream)
		}
	}
	p := readmodel.Page{Where: readmodel.In(index), Order: readmodel.Oldest, Limit: readmodel.MaxPage}
	for {
		page, err := g.model.Page(ctx, l.space, p)
		if err != nil {
			return nil, err
		}
		for _, r := range page.Rows {
			if s := g.slots[es.StreamID(r.Member)]; s == nil || !s.loaded[i] {
				out = append(out, es.StreamID(r.Member))
			}
		}
		if page.Next == "" {
			return out, nil
		}
		p.After = page.Next
	}
}

// largeBatch is from how many events on the lanes commit side by side: they write
// to spaces of their own.
const largeBatch = 2000

// commit writes the batch of each lane with its checkpoint, both or neither.
func (g *group) commit(ctx context.Context) error {
	errs := make([]error, len(g.lanes))
	var wait sync.WaitGroup
	for i, l := range g.lanes {
		switch {
		case l.at.Compare(g.at) >= 0:
		case g.events >= largeBatch:
			wait.Go(func() { errs[i] = g.commitLane(ctx, i) })
		default:
			errs[i] = g.commitLane(ctx, i)
		}
	}
	wait.Wait()
	if err := errors.Join(errs...); err != nil {
		return err
	}
	g.events = 0
	clear(g.slots)
	clear(g.order)
	g.order = g.order[:0]
	return nil
}

func (g *group) commitLane(ctx context.Context, i int) error {
	l := g.lanes[i]
	b := readmodel.Batch{Space: l.space, From: l.at, To: g.at, Changes: g.changes(i)}
	if err := g.model.Commit(ctx, b); err != nil {
		return fmt.Errorf("commit %s: %w", l.projection.Name(), err)
	}
	l.at = g.at
	l.reset()
	return nil
}

// changesPerStream is how many changes a new case usually makes, to spare growing;
// room for more than changesAhead is not taken before they are there.
const (
	changesPerStream = 40
	changesAhead     = 1 << 16
)

// changes is what came out of the batch for one lane.
func (g *group) changes(i int) []readmodel.Change {
	l := g.lanes[i]
	out := slices.Grow(l.changes, min(changesAhead, len(g.order)*changesPerStream))
	for _, s := range g.order {
		if !s.loaded[i] {
			continue
		}
		switch {
		case s.is[i] != nil:
			out = append(out, readmodel.Put(s.key, s.is[i]))
		case s.was[i] != nil:
			out = append(out, readmodel.Delete(s.key))
		default:
			continue
		}
		out = l.projection.Diff(s.stream, s.was[i], s.is[i], out)
	}
	for k, doc := range l.docs {
		out = append(out, readmodel.Put(k, doc))
	}
	for k, n := range l.counts {
		if n != 0 {
			out = append(out, readmodel.Count(k, n))
		}
	}
	l.changes = out
	return out
}
