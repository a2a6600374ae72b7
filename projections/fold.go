package projections

import (
	"context"
	"slices"

	"fangxin/domain/es"
	"fangxin/projections/readmodel"
)

// fold gathers in memory what a run of events makes of one partition of one
// projection; only what came out of it is committed.
type fold struct {
	engine    *engine
	projector *projector
	space     readmodel.Space
	partition int
	// from is the checkpoint; at the place up to which events were taken.
	from, at es.Position
	passed   int // events of the log since the checkpoint
	own      int // those of them that belong to the partition

	slots   map[es.StreamID]*slot
	order   []*slot
	picked  []pick
	changes []readmodel.Change
	counts  map[string]int64
	docs    map[string]shared
	scratch []readmodel.Change
}

// slot is a stream of the batch under way: its view as committed and the batch's own.
type slot struct {
	stream        es.StreamID
	key           string
	was, is       any
	loaded, begun bool
}

// pick is an event that the projection looks at. Where only streams beside its own
// may be concerned, there is no slot.
type pick struct {
	event *Event
	slot  *slot
}

// shared is a document that belongs to no stream, with the place of its event.
type shared struct {
	doc any
	at  es.Position
}

func newFold(en *engine, p *projector, partition int, s readmodel.Space, at es.Position) *fold {
	f := &fold{engine: en, projector: p, partition: partition, space: s, from: at, at: at}
	f.release()
	p.Lock()
	defer p.Unlock()
	p.forget()
	return f
}

// release gives back the room that large batches took: what follows live is small.
func (f *fold) release() {
	f.slots, f.order, f.picked = map[es.StreamID]*slot{}, nil, nil
	f.changes, f.scratch = nil, nil
	f.counts, f.docs = map[string]int64{}, map[string]shared{}
}

func (f *fold) reset() {
	f.from, f.passed, f.own = f.at, 0, 0
	clear(f.slots)
	clear(f.order)
	clear(f.counts)
	clear(f.docs)
	clear(f.changes)
	f.order, f.changes = f.order[:0], f.changes[:0]
}

// mine says whether an event's stream belongs to the partition.
func (f *fold) mine(e *Event) bool { return f.engine.partition(e.hash) == f.partition }

// take folds those of the events that lie ahead and belong here.
func (f *fold) take(ctx context.Context, events []Event) error {
	missing := f.pick(events)
	if err := f.load(ctx, missing); err != nil {
		return err
	}
	f.projector.Lock()
	defer f.projector.Unlock()
	several := f.engine.several()
	for _, p := range f.picked {
		if several {
			f.projector.forget()
		}
		if p.slot != nil {
			f.project(p.slot, p.event)
		}
		if f.projector.broadcasts[p.event.Envelope.Type] {
			if err := f.broadcast(ctx, p.event); err != nil {
				return err
			}
		}
	}
	return nil
}

// pick lists the events to look at, and the streams whose views are not here yet.
func (f *fold) pick(events []Event) (missing []*slot) {
	clear(f.picked)
	f.picked = f.picked[:0]
	for i := range events {
		e := &events[i]
		if e.Envelope.Position.Compare(f.at) <= 0 {
			continue
		}
		f.at = e.Envelope.Position
		mine := f.mine(e)
		if mine {
			f.own++
			if f.engine.trace != nil && f.projector.number == 0 {
				f.engine.trace(e)
			}
		}
		switch {
		case mine && f.projector.wants[e.Envelope.Type]:
			s := f.slot(e.Envelope.Stream)
			// A stream that begins here has no view.
			if !s.loaded && e.Envelope.Revision != 0 {
				missing = append(missing, s)
			}
			s.loaded = true
			f.picked = append(f.picked, pick{e, s})
		case f.projector.broadcasts[e.Envelope.Type]:
			f.picked = append(f.picked, pick{e, nil})
		}
	}
	return missing
}

func (f *fold) slot(stream es.StreamID) *slot {
	if s := f.slots[stream]; s != nil {
		return s
	}
	s := &slot{stream: stream, key: readmodel.ViewKey(stream)}
	f.slots[stream] = s
	f.order = append(f.order, s)
	return s
}

// load gets views in one call.
func (f *fold) load(ctx context.Context, missing []*slot) error {
	if len(missing) == 0 {
		return nil
	}
	keys := make([]string, len(missing))
	for i, s := range missing {
		keys[i] = s.key
	}
	views, err := f.engine.model.GetMany(ctx, f.space, keys)
	if err != nil {
		return err
	}
	for i, s := range missing {
		s.was, s.loaded = views[i], true
	}
	return nil
}

// project folds an event into a view. The projector is held.
func (f *fold) project(s *slot, e *Event) {
	if !s.begun {
		if s.begun = true; s.was != nil {
			s.is = f.projector.Begin(s.was)
		}
	}
	s.is, f.scratch = f.projector.Project(s.is, e, f.scratch[:0])
	f.keep(f.scratch, e.Envelope.Position)
}

// keep takes what an event changed: counters add up, the last document wins.
func (f *fold) keep(changes []readmodel.Change, at es.Position) {
	for i := range changes {
		switch c := &changes[i]; c.Op {
		case readmodel.AddCount:
			f.counts[c.Key] += c.Delta
		case readmodel.PutDoc:
			f.docs[c.Key] = shared{c.Doc, at}
		default:
			f.changes = append(f.changes, *c)
		}
	}
}

// changesPerStream is how many changes a new case usually makes, to spare growing;
// room for more than changesAhead is not taken before they are there.
const (
	changesPerStream = 40
	changesAhead     = 1 << 16
)

// commit writes the batch with its checkpoint, both or neither.
func (f *fold) commit(ctx context.Context, fence uint64) error {
	if f.at == f.from {
		return nil
	}
	err := f.engine.commit(ctx, readmodel.Batch{
		Space: f.space, Partition: f.partition, Fence: fence, From: f.from, To: f.at, Changes: f.collect(),
	})
	if err != nil {
		return err
	}
	own := f.own
	f.reset()
	f.engine.stepped(f.projector, own)
	return nil
}

// collect is what came out of the batch.
func (f *fold) collect() []readmodel.Change {
	f.projector.Lock()
	defer f.projector.Unlock()
	out := slices.Grow(f.changes, min(changesAhead/f.engine.partitions, len(f.order)*changesPerStream))
	for _, s := range f.order {
		switch {
		case !s.begun:
			continue
		case s.is != nil:
			out = append(out, readmodel.Put(s.key, s.is))
		case s.was != nil:
			out = append(out, readmodel.Delete(s.key))
		default:
			continue
		}
		out = f.projector.Diff(s.stream, s.was, s.is, out)
	}
	for k, d := range f.docs {
		out = append(out, readmodel.Change{Op: readmodel.PutDoc, Key: k, Doc: d.doc, At: d.at})
	}
	for k, n := range f.counts {
		if n != 0 {
			out = append(out, readmodel.Count(k, n))
		}
	}
	f.changes = out
	return out
}
