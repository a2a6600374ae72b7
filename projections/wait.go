package projections

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"fangxin/domain/es"
	"fangxin/projections/readmodel"
)

// Status says where the projections of a node stand.
type Status struct {
	// At is the place in the log up to which all partitions that the node holds are
	// committed, the start where it holds none.
	At es.Position
	// CaughtUp: what the node holds has reached the head and is published; before that
	// lists are older than they need be.
	CaughtUp bool
	// Degraded is why the node stopped, nil while it works.
	Degraded error
	// Parts are the partitions that the node holds, in order.
	Parts []PartStatus
}

// PartStatus says where one partition stands.
type PartStatus struct {
	Partition int
	// At is the lowest checkpoint of its projections.
	At es.Position
	// CaughtUp: all of its projections have reached the head and are published.
	CaughtUp bool
	// Oldest is the recorded time of the oldest event that is not committed: the lag is
	// its age. It is the zero time where nothing waits.
	Oldest time.Time
}

// Status of the runner.
func (r *Runner) Status() Status {
	r.mu.Lock()
	defer r.mu.Unlock()
	s := Status{Degraded: r.degraded, CaughtUp: true}
	for _, p := range r.parts {
		if p.fenced {
			continue
		}
		one := p.status()
		if len(s.Parts) == 0 || one.At.Before(s.At) {
			s.At = one.At
		}
		s.CaughtUp = s.CaughtUp && one.CaughtUp
		s.Parts = append(s.Parts, one)
	}
	slices.SortFunc(s.Parts, func(a, b PartStatus) int { return cmp.Compare(a.Partition, b.Partition) })
	tail := r.tail.Status()
	if s.Degraded == nil && unreadable(tail.Failed) {
		s.Degraded = fmt.Errorf("%w: %w", ErrDegraded, tail.Failed)
	}
	if len(s.Parts) == 0 {
		s.CaughtUp = tail.CaughtUp && s.Degraded == nil
	}
	return s
}

// status of a partition; the runner's lock is held.
func (p *part) status() PartStatus {
	s := PartStatus{Partition: p.number, At: p.at, CaughtUp: p.ready && !p.ended}
	for _, l := range p.lanes {
		if l.aside {
			continue
		}
		s.CaughtUp = s.CaughtUp && l.live
		oldest, known := p.runner.tail.Oldest(l.at)
		if !known && !l.oldest.IsZero() {
			oldest = l.oldest
		}
		if !oldest.IsZero() && (s.Oldest.IsZero() || oldest.Before(s.Oldest)) {
			s.Oldest = oldest
		}
	}
	return s
}

// WaitFor waits until all partitions are projected up to a place in the log, so that
// who wrote there reads it: by what this node knows where it holds them all, else by
// what the read model says. The context bounds the wait. ErrDegraded.
func (r *Runner) WaitFor(ctx context.Context, at es.Position) error {
	for partition := range r.engine.partitions {
		if held, err := r.waitHere(ctx, partition, at); err != nil {
			return err
		} else if !held {
			return r.ask(ctx, at, r.engine.model.Lowest, func() bool { return false })
		}
	}
	return nil
}

// WaitForPartition waits until one partition is projected up to a place in the log.
// The context bounds the wait. ErrDegraded, readmodel.ErrPartition.
func (r *Runner) WaitForPartition(ctx context.Context, partition int, at es.Position) error {
	if partition < 0 || partition >= r.engine.partitions {
		return fmt.Errorf("%w: %d", readmodel.ErrPartition, partition)
	}
	for {
		if held, err := r.waitHere(ctx, partition, at); held || err != nil {
			return err
		}
		reached := false
		err := r.ask(ctx, at, func(ctx context.Context, s readmodel.Space) (es.Position, error) {
			return r.engine.model.Checkpoint(ctx, s, partition)
		}, func() bool { reached = r.holds(partition); return reached })
		if err != nil || !reached {
			return err
		}
	}
}

func (r *Runner) holds(partition int) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	p := r.parts[partition]
	return p != nil && !p.ended
}

// waitHere waits for a partition that the node holds. held is false as soon as it
// does not.
func (r *Runner) waitHere(ctx context.Context, partition int, at es.Position) (held bool, err error) {
	for {
		r.mu.Lock()
		p, changed, moved, degraded := r.parts[partition], r.changed, (<-chan struct{})(nil), r.degraded
		working := p != nil && !p.ended
		if p != nil && p.ready && at.Compare(p.at) <= 0 {
			r.mu.Unlock()
			return true, nil
		}
		if working {
			moved = p.moved
		}
		r.mu.Unlock()
		switch {
		case working:
		case r.options.Leased:
			return false, nil
		case degraded != nil:
			return true, degraded
		}
		select {
		case <-moved:
		case <-changed:
		case <-ctx.Done():
			return true, ctx.Err()
		}
	}
}

// ask asks the read model, every now and then, until all projections that readers use
// stand at the place. One that cannot answer may answer later.
func (r *Runner) ask(ctx context.Context, at es.Position, where func(context.Context, readmodel.Space) (es.Position, error), enough func() bool) error {
	for !r.stand(ctx, at, where) && !enough() {
		var next <-chan time.Time
		if r.options.Tick != nil {
			next = r.options.Tick(AskEvery)
		}
		r.mu.Lock()
		changed := r.changed
		r.mu.Unlock()
		select {
		case <-next:
		case <-changed:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return nil
}

// stand says whether all projections stand at the place. One that nobody can read yet
// is not waited for where others can be read: it is being made.
func (r *Runner) stand(ctx context.Context, at es.Position, where func(context.Context, readmodel.Space) (es.Position, error)) bool {
	read := false
	for _, j := range r.engine.projectors {
		v, err := r.engine.model.Current(ctx, j.Name(), j.Version())
		if err != nil {
			return false
		}
		if v == 0 {
			continue
		}
		read = true
		now, err := where(ctx, readmodel.Space{Projection: j.Name(), Version: v})
		if err != nil || now.Before(at) {
			return false
		}
	}
	return read
}
