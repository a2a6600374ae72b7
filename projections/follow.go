package projections

import (
	"context"

	"fangxin/domain/es"
)

// liveAhead is how many decoded events wait for the fold.
const liveAhead = 1024

// live is an event of the subscription, its end, or the mark of the head.
type live struct {
	event    Event
	caughtUp bool
	err      error
}

// follow folds what the subscription delivers: whatever has arrived is one batch.
func (r *Runner) follow(ctx context.Context, g *group, joining <-chan joined, step func(int)) error {
	sub, err := r.store.Subscribe(ctx, g.at)
	if err != nil {
		return err
	}
	ctx, stop := context.WithCancel(ctx)
	in := make(chan live, liveAhead)
	done := make(chan struct{})
	go func() {
		defer close(done)
		r.pump(ctx, sub, in)
	}()
	defer func() {
		stop()
		<-done
		_ = sub.Close() // a reader has nothing to lose
	}()
	r.reached(g, nil, true)
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case j := <-joining:
			if err := r.join(ctx, g, j); err != nil {
				return err
			}
		case one := <-in:
			if err := r.batch(ctx, g, one, in, step); err != nil {
				return err
			}
		}
	}
}

func (r *Runner) pump(ctx context.Context, sub es.Subscription, in chan<- live) {
	for {
		d, err := sub.Next(ctx)
		one := live{err: err, caughtUp: d.CaughtUp}
		if err == nil && d.Event != nil {
			one.event, one.err = r.decoder.decode(d.Event)
		}
		select {
		case in <- one:
		case <-ctx.Done():
			return
		}
		if one.err != nil {
			return
		}
	}
}

// batch folds one event and all that wait behind it, and commits.
func (r *Runner) batch(ctx context.Context, g *group, one live, in <-chan live, step func(int)) error {
	var folded []Event
	caughtUp := r.Status().CaughtUp
	var failed error
	for more := true; more; {
		switch {
		case one.err != nil:
			failed, more = one.err, false
			continue
		case one.caughtUp:
			caughtUp = true
		default:
			if err := g.fold(ctx, &one.event); err != nil {
				return err
			}
			folded = append(folded, one.event)
		}
		if g.events >= r.options.Batch {
			break
		}
		select {
		case one = <-in:
		default:
			more = false
		}
	}
	n := g.events
	if err := g.commit(ctx); err != nil {
		return err
	}
	step(n)
	r.reached(g, folded, caughtUp)
	return failed
}
