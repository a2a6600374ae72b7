package bench

import (
	"context"
	"errors"
	"time"
)

// spun is what a number of goroutines got done in a time.
type spun struct {
	done int
	took time.Duration
	// busy is the processor time of the whole process meanwhile, on all cores.
	busy time.Duration
}

func (s spun) perSecond() float64 { return float64(s.done) / s.took.Seconds() }

// cost is the processor time of one piece of work, in microseconds. Time spent
// waiting for the disk does not count.
func (s spun) cost() float64 { return float64(s.busy.Nanoseconds()) / 1e3 / float64(max(s.done, 1)) }

// spin runs once in each of n goroutines, at least one time and again until the time
// is over.
func spin(ctx context.Context, n int, span time.Duration, once func(ctx context.Context, worker, i int) error) (spun, error) {
	until, cancel := context.WithTimeout(ctx, span)
	defer cancel()
	type part struct {
		done int
		err  error
	}
	parts := make(chan part, n)
	begin, busy := time.Now(), processorTime()
	for worker := range n {
		go func() {
			var p part
			for more := true; more; more = p.err == nil && until.Err() == nil {
				if p.err = once(ctx, worker, p.done); p.err == nil {
					p.done++
				}
			}
			parts <- p
		}()
	}
	var all spun
	var failed error
	for range n {
		p := <-parts
		all.done += p.done
		failed = errors.Join(failed, p.err)
	}
	all.took, all.busy = time.Since(begin), busySince(busy, begin)
	return all, failed
}

// busySince is the processor time since a moment; the time that passed where the
// system does not tell.
func busySince(busy time.Duration, begin time.Time) time.Duration {
	if b := processorTime() - busy; b > 0 {
		return b
	}
	return time.Since(begin)
}

// perSecond is how often a second n goroutines get once done.
func perSecond(ctx context.Context, n int, span time.Duration, once func(ctx context.Context, worker, i int) error) (float64, error) {
	all, err := spin(ctx, n, span, once)
	return all.perSecond(), err
}
