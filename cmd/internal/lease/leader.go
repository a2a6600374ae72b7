package lease

import (
	"context"
	"log/slog"
	"time"
)

// Leader has one node of a group do what shall be done once: timers, processes,
// senders. Their correctness does not rest on it.
type Leader struct {
	Store Store
	// Group and Node name who leads and who asks; see Keeper.
	Group, Node string
	// TTL and Every as in Keeper.
	TTL, Every time.Duration
	Willing    func() bool
	Log        *slog.Logger
}

// leaderLease is the group's one lease.
const leaderLease = "leader"

// Lead runs f while this node leads, until the context ends. The context of f ends
// when the lead is lost; the lead is given back only when f has returned. An f that
// returns by itself is run again after a pause.
func (l Leader) Lead(ctx context.Context, f func(ctx context.Context)) {
	every := l.Every
	if every <= 0 {
		every = usualEvery
	}
	office := &office{work: f, every: every}
	Keeper{
		Store: l.Store, Group: l.Group, Node: l.Node, Names: []string{leaderLease},
		TTL: l.TTL, Every: l.Every, Willing: l.Willing, Log: l.Log,
		Assign: func(assign context.Context, held []Held) error { return office.assign(ctx, assign, held) },
	}.Run(ctx)
	office.close()
}

// office is where the leader works. Keeper's calls do not overlap.
type office struct {
	work   func(ctx context.Context)
	every  time.Duration
	fence  uint64
	cancel context.CancelFunc
	done   chan struct{} // nil while nobody leads
}

// assign opens or closes the office. A term that a later fence replaces ends first:
// never do two run in one process.
func (o *office) assign(life, ctx context.Context, held []Held) error {
	if o.done != nil && (len(held) == 0 || held[0].Fence != o.fence) {
		o.cancel()
		select {
		case <-o.done:
			o.done = nil
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	if o.done == nil && len(held) > 0 {
		o.open(life, held[0].Fence)
	}
	return nil
}

func (o *office) open(life context.Context, fence uint64) {
	ctx, cancel := context.WithCancel(life)
	o.fence, o.cancel, o.done = fence, cancel, make(chan struct{})
	go func(done chan struct{}) {
		defer close(done)
		for ctx.Err() == nil {
			o.work(ctx)
			pause(ctx, o.every)
		}
	}(o.done)
}

// close waits for the work to end, when the lead was lost before it did.
func (o *office) close() {
	if o.done != nil {
		o.cancel()
		<-o.done
		o.done = nil
	}
}

func pause(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-timer.C:
	}
}
