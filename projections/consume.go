package projections

import "context"

// consume folds what a pass brings, commits it in batches, and ends with the pass or
// when turned says so. told hears of each chunk before it is folded.
func (f *fold) consume(ctx, commit context.Context, fence uint64, r *consumer, turned <-chan struct{}, told func(chunk)) error {
	defer close(r.gone)
	for {
		var c chunk
		var open bool
		select {
		case c, open = <-r.in:
		case <-turned:
			return errTurned
		case <-ctx.Done():
			return ctx.Err()
		}
		if !open {
			err := f.commit(commit, fence)
			f.release()
			return err
		}
		told(c)
		if err := f.take(ctx, c.events); err != nil {
			return err
		}
		if f.passed += c.passed; f.at.Before(c.upTo) {
			f.at = c.upTo
		}
		if f.passed >= f.engine.batch || c.err != nil {
			if err := f.commit(commit, fence); err != nil {
				return err
			}
		}
		if c.err != nil {
			return c.err
		}
	}
}
