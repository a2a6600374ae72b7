package redis

import (
	"context"
	"time"
)

// sweepKeys is how many keys one step of the removal takes.
const sweepKeys = 200

// Sweep removes all that was dropped, in small steps, whoever dropped it. Several may
// sweep at once, and one that breaks off is continued by the next.
func (m *Model) Sweep(ctx context.Context) error {
	return m.do(ctx, func() error { return m.sweep(ctx) })
}

func (m *Model) sweep(ctx context.Context) error {
	left := make([]int, m.partitions)
	for p := range left {
		left[p] = p
	}
	for len(left) > 0 {
		if err := ctx.Err(); err != nil {
			return err
		}
		calls := make([]call, len(left))
		for i, p := range left {
			calls[i] = call{keys: []string{m.gone(p)}, args: []any{max(1, sweepKeys/len(left))}}
		}
		answers, err := m.run(ctx, m.scripts.sweep, calls...)
		if err != nil {
			return err
		}
		more := left[:0]
		for i, p := range left {
			n, err := numberAt(answers, i)
			if err != nil {
				return err
			}
			if n > 0 {
				m.count.swept.Add(uint64(n))
				more = append(more, p)
			}
		}
		left = more
	}
	return nil
}

// tend sweeps after each Drop and every so often, and looks once at the server's
// settings.
func (m *Model) tend(ctx context.Context, every time.Duration) {
	var tick <-chan time.Time
	if every > 0 {
		t := time.NewTicker(every)
		defer t.Stop()
		tick = t.C
	}
	advised := m.advise(ctx)
	for {
		select {
		case <-ctx.Done():
			return
		case <-m.swept:
		case <-tick:
		}
		advised = advised || m.advise(ctx)
		if err := m.sweep(ctx); err != nil && ctx.Err() == nil {
			m.log.WarnContext(ctx, "read model: removal of what was dropped waits", "error", err)
		}
	}
}
