package projections

import (
	"context"
	"errors"
	"iter"

	"fangxin/domain/es"
	"fangxin/projections/readmodel"
)

// Sizes of the pipe between decoding and folding.
const (
	chunkEvents = 256
	chunksAhead = 32
)

// chunk is a run of decoded events; err ends the sequence after them.
type chunk struct {
	events []Event
	err    error
}

// decoded reads and decodes in a goroutine of its own, so that folding does not
// wait for it. Leaving the loop ends the goroutine.
func (d decoder) decoded(ctx context.Context, all iter.Seq2[es.Envelope, error]) iter.Seq[chunk] {
	return func(yield func(chunk) bool) {
		ctx, stop := context.WithCancel(ctx)
		out := make(chan chunk, chunksAhead)
		go func() {
			defer close(out)
			d.pump(ctx, all, out)
		}()
		// The reader has left the store before this returns.
		defer func() {
			stop()
			for range out {
			}
		}()
		for c := range out {
			if !yield(c) {
				return
			}
		}
	}
}

func (d decoder) pump(ctx context.Context, all iter.Seq2[es.Envelope, error], out chan<- chunk) {
	c := chunk{events: make([]Event, 0, chunkEvents)}
	send := func() bool {
		select {
		case out <- c:
		case <-ctx.Done():
			return false
		}
		c = chunk{events: make([]Event, 0, chunkEvents)}
		return true
	}
	for env, err := range all {
		var e Event
		if err == nil {
			e, err = d.decode(&env)
		}
		if err != nil {
			c.err = err
			send()
			return
		}
		if c.events = append(c.events, e); len(c.events) == chunkEvents && !send() {
			return
		}
	}
	send()
}

// catchUp folds everything written so far, in batches of so many events. step is
// told after each commit.
func (g *group) catchUp(ctx context.Context, store es.Store, d decoder, batch int, step func(events int)) error {
	for c := range d.decoded(ctx, store.ReadAll(ctx, g.at)) {
		for i := range c.events {
			if err := g.fold(ctx, &c.events[i]); err != nil {
				return err
			}
		}
		if n := g.events; n >= batch || c.err != nil {
			if err := g.commit(ctx); err != nil {
				return errors.Join(c.err, err)
			}
			step(n)
		}
		if c.err != nil {
			return c.err
		}
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	n := g.events
	if err := g.commit(ctx); err != nil {
		return err
	}
	step(n)
	g.release()
	return nil
}

// publish makes the spaces of the lanes the current ones and drops those they
// replace.
func publish(ctx context.Context, m readmodel.Model, lanes []*lane) error {
	for _, l := range lanes {
		was, err := m.Current(ctx, l.space.Projection)
		if err != nil {
			return err
		}
		if was == l.space.Version {
			continue
		}
		if err := m.Flip(ctx, l.space); err != nil {
			return err
		}
		if was == 0 {
			continue
		}
		if err := m.Drop(ctx, readmodel.Space{Projection: l.space.Projection, Version: was}); err != nil {
			return err
		}
	}
	return nil
}
