package demo

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"sync"
	"time"

	"fangxin/domain/es"
)

// draft is the log of a demonstration while it is played. It lies in memory, so that no
// step waits for a disk; each append goes on, in its order, to who keeps it. Who reads it
// does not write into what it reads.
type draft struct {
	now  func() time.Time
	kept chan<- es.Entry

	mu      sync.Mutex
	log     []es.Envelope
	streams map[es.StreamID][]int // places in the log by revision
	touched []string              // cases written to since somebody asked
}

func newDraft(now func() time.Time, kept chan<- es.Entry) *draft {
	return &draft{now: now, kept: kept, streams: map[es.StreamID][]int{}}
}

var errNobodyFollows = errors.New("a draft is not followed")

// Append implements es.Store.
func (d *draft) Append(ctx context.Context, stream es.StreamID, expected es.Revision, events []es.Pending) (es.Receipt, error) {
	if err := errors.Join(es.CheckAppend(stream, expected, events), ctx.Err()); err != nil {
		return es.Receipt{}, err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	at := d.streams[stream]
	if actual := es.Revision(len(at)) - 1; expected != actual {
		return d.repeated(stream, expected, events)
	}
	if len(events) == 0 {
		return es.Receipt{Revision: expected}, nil
	}
	select {
	case d.kept <- es.Entry{Stream: stream, Expected: expected, Events: events}:
	case <-ctx.Done():
		return es.Receipt{}, ctx.Err()
	}
	for i, e := range events {
		at = append(at, len(d.log))
		d.log = append(d.log, es.Envelope{
			ID: e.ID, Stream: stream, Revision: expected + 1 + es.Revision(i), Position: place(len(d.log)),
			Type: e.Type, Data: e.Data, Meta: e.Meta, Recorded: d.now(),
		})
	}
	d.streams[stream] = at
	if stream.Kind() == "complaint" {
		d.touched = append(d.touched, stream.Key())
	}
	last := &d.log[len(d.log)-1]
	return es.Receipt{Revision: last.Revision, Position: last.Position}, nil
}

// repeated answers an append that does not expect the end of the stream.
func (d *draft) repeated(stream es.StreamID, expected es.Revision, events []es.Pending) (es.Receipt, error) {
	at := d.streams[stream]
	last := int(expected) + len(events)
	conflict := &es.ConflictError{Stream: stream, Expected: expected, Actual: es.Revision(len(at)) - 1}
	if len(events) == 0 || last >= len(at) {
		return es.Receipt{}, conflict
	}
	for i, e := range events {
		if d.log[at[int(expected)+1+i]].ID != e.ID {
			return es.Receipt{}, conflict
		}
	}
	return es.Receipt{Revision: es.Revision(last), Position: d.log[at[last]].Position, Repeated: true}, nil
}

func place(n int) es.Position { return es.Position{Commit: uint64(n) + 1, Prepare: uint64(n) + 1} }

// cases takes the cases that were written to, each once, in the order of their change.
func (d *draft) cases() []string {
	d.mu.Lock()
	defer d.mu.Unlock()
	var ids []string
	seen := make(map[string]bool, len(d.touched))
	for _, id := range d.touched {
		if !seen[id] {
			seen[id] = true
			ids = append(ids, id)
		}
	}
	d.touched = d.touched[:0]
	return ids
}

// view is the log and the places of a stream at one moment.
func (d *draft) view(stream es.StreamID) ([]es.Envelope, []int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.log, d.streams[stream]
}

// Read implements es.Store.
func (d *draft) Read(ctx context.Context, stream es.StreamID, from es.Revision) iter.Seq2[es.Envelope, error] {
	return func(yield func(es.Envelope, error) bool) {
		log, at := d.view(stream)
		if err := there(ctx, stream, at); err != nil {
			yield(es.Envelope{}, err)
			return
		}
		for r := max(from, 0); r < es.Revision(len(at)); r++ {
			if !yield(log[at[r]], nil) {
				return
			}
		}
	}
}

// ReadBack implements es.Store.
func (d *draft) ReadBack(ctx context.Context, stream es.StreamID, from es.Revision) iter.Seq2[es.Envelope, error] {
	return func(yield func(es.Envelope, error) bool) {
		log, at := d.view(stream)
		if err := there(ctx, stream, at); err != nil {
			yield(es.Envelope{}, err)
			return
		}
		for r := min(from, es.Revision(len(at))-1); r >= 0; r-- {
			if !yield(log[at[r]], nil) {
				return
			}
		}
	}
}

func there(ctx context.Context, stream es.StreamID, at []int) error {
	if len(at) == 0 {
		return fmt.Errorf("%s: %w", stream, es.ErrStreamNotFound)
	}
	return ctx.Err()
}

// ReadAll implements es.Store.
func (d *draft) ReadAll(ctx context.Context, after es.Position) iter.Seq2[es.Envelope, error] {
	return func(yield func(es.Envelope, error) bool) {
		log, _ := d.view("")
		for i := after.Commit; i < uint64(len(log)); i++ {
			if err := ctx.Err(); err != nil {
				yield(es.Envelope{}, err)
				return
			}
			if !yield(log[i], nil) {
				return
			}
		}
	}
}

// Head implements es.Store.
func (d *draft) Head(ctx context.Context) (es.Position, error) {
	log, _ := d.view("")
	if len(log) == 0 {
		return es.Position{}, ctx.Err()
	}
	return log[len(log)-1].Position, ctx.Err()
}

// Subscribe implements es.Store: nobody does.
func (d *draft) Subscribe(context.Context, es.Position) (es.Subscription, error) {
	return nil, errNobodyFollows
}

// Close implements es.Store.
func (d *draft) Close() error { return nil }
