package bench

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"
)

// lagGoal is for the time from an acknowledgement to every list showing it, at half of
// the greatest rate, in milliseconds.
const lagGoal = 50

// Lag files complaints over HTTP as fast as they are taken, then at half of that rate,
// and measures how long after an answer all lists stand where the log stood.
func Lag(open OpenNode) Bench {
	return Bench{Name: "lag", About: "how far the lists are behind, at half of the greatest rate", Run: func(ctx context.Context, r *Run) (err error) {
		c, err := newContest(ctx, r, open)
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, c.close()) }()
		peak, err := r.Measure(ctx, fmt.Sprintf("complaints filed, %d clients", lagClients), "1/s", func(ctx context.Context) (float64, error) {
			done, err := c.whole.run(ctx, lagClients, r.span)
			return done.perSecond(), errors.Join(err, c.node.CaughtUp(ctx))
		})
		if err != nil {
			return err
		}
		var lags times
		for range r.rounds {
			took, err := c.paced(ctx, peak/2, r.span)
			if err != nil {
				return err
			}
			lags = append(lags, took...)
		}
		r.Record("from an answer to all lists, half of that rate, p50", "ms", lags.at(0.5))
		p99 := r.Record("from an answer to all lists, half of that rate, p99", "ms", lags.at(0.99))
		r.AtMost("lists behind the log, p99, in ms", p99, lagGoal)
		return nil
	}}
}

const lagClients = 64

// paced files at a rate for a time, each client in its turn, and answers how many
// milliseconds the lists needed after each answer.
func (c *contest) paced(ctx context.Context, rate float64, span time.Duration) (times, error) {
	clients := make([]*client, lagClients)
	for i := range clients {
		var err error
		if clients[i], err = c.whole.dial(ctx); err != nil {
			return nil, err
		}
		defer clients[i].conn.Close()
	}
	var mu sync.Mutex
	var lags times
	var failed error
	var all sync.WaitGroup
	var turn atomic.Int64
	begin, between := time.Now(), time.Duration(float64(time.Second)/rate)
	for _, one := range clients {
		all.Go(func() {
			for {
				due := begin.Add(time.Duration(turn.Add(1)) * between)
				if due.Sub(begin) > span || ctx.Err() != nil {
					return
				}
				time.Sleep(time.Until(due))
				lag, err := c.fileAndWait(ctx, one)
				mu.Lock()
				lags, failed = append(lags, lag), errors.Join(failed, err)
				mu.Unlock()
				if err != nil {
					return
				}
			}
		})
	}
	all.Wait()
	return lags, errors.Join(failed, ctx.Err())
}

// fileAndWait files a complaint and answers how many milliseconds after the answer all
// lists stood where the log stood then.
func (c *contest) fileAndWait(ctx context.Context, one *client) (float64, error) {
	if err := one.ask(c.whole.serial.Add(1), c.whole.status); err != nil {
		return 0, err
	}
	answered := time.Now()
	err := c.node.CaughtUp(ctx)
	return float64(time.Since(answered).Microseconds()) / 1e3, err
}
