package lease

import (
	"context"
	"log/slog"
	"slices"
	"time"
)

// Keeper holds a node's fair share of a group's leases. It beats and renews, takes
// what is free up to its share, gives back what exceeds it, and lets go in time of
// what it cannot renew. Of P leases over N live and willing nodes each has P/N, rounded
// up or down.
type Keeper struct {
	Store Store
	// Group and Node name whose leases these are and who asks. Node must be new with
	// every start of a process.
	Group, Node string
	// Names are all leases of the group, the same for every node.
	Names []string
	// TTL is how long a lease lives without its node, 5 s if zero; Every the pause
	// between renewals, 1 s if zero. A lease is let go a quarter of the TTL before its
	// end if it was not renewed.
	TTL, Every time.Duration
	// Assign tells what the node holds from now on, sorted by name. It returns when
	// everything else is idle: only then are leases given back. It returns early, with
	// an error, when its context ends, and is called again. Calls do not overlap.
	Assign func(ctx context.Context, held []Held) error
	// Willing says whether the node can do the work; nil is always. While it says no
	// the node gives back what it has and counts as absent.
	Willing func() bool
	// Lost is told of each lease that ended before it was given back; nil is nobody.
	Lost func(name string)
	// Log hears when the store goes away and comes back, and what is lost; nil is silent.
	Log *slog.Logger
}

const (
	usualTTL   = 5 * time.Second
	usualEvery = time.Second
)

// Run keeps leases until the context ends; then it makes the node idle, gives all
// leases back and leaves, within the TTL.
func (k Keeper) Run(ctx context.Context) {
	if k.TTL <= 0 {
		k.TTL = usualTTL
	}
	if k.Every <= 0 {
		k.Every = usualEvery
	}
	if k.Willing == nil {
		k.Willing = func() bool { return true }
	}
	if k.Lost == nil {
		k.Lost = func(string) {}
	}
	if k.Log == nil {
		k.Log = slog.New(slog.DiscardHandler)
	}
	k.Log = k.Log.With("group", k.Group, "node", k.Node)
	r := &round{Keeper: k, held: map[string]hold{}, former: map[string]bool{}, known: true}
	r.loop(ctx)
	r.end(ctx)
}

// round is a Keeper at work. Only its loop touches it.
type round struct {
	Keeper
	held   map[string]hold // what the store says is the node's
	former map[string]bool // lost, not given back: taken first when free again
	// told is what Assign was last told and has done; known is false after a failure,
	// when nobody knows what is idle.
	told   []Held
	known  bool
	failed bool // wait for the next step before telling again
	work   *work

	members []Member
	// recall lists the members from before a loss or an outage, for a while: after a
	// flush the others' signs of life are missing too.
	recall      []Member
	recallUntil time.Time

	left, away bool
}

type hold struct {
	fence  uint64
	until  time.Time // by our clock, from before the renewal was sent
	giving bool      // exceeds the share
}

// work is an Assign under way.
type work struct {
	target []Held
	begun  time.Time
	late   bool // told that it takes long
	cancel context.CancelFunc
	cut    bool // cut short by us, which is no failure
	done   chan error
}

// margin is how long before its end a lease is let go.
func (r *round) margin() time.Duration { return r.TTL / 4 }

func (r *round) loop(ctx context.Context) {
	for next := time.Now(); ctx.Err() == nil; {
		r.lapse()
		if now := time.Now(); !now.Before(next) {
			next = now.Add(r.Every)
			r.step(ctx)
			r.lapse()
		}
		r.tell(ctx)
		r.wait(ctx, next)
	}
}

// wait ends when the next step or the end of a lease has come, or Assign is done.
func (r *round) wait(ctx context.Context, next time.Time) {
	timer := time.NewTimer(time.Until(r.firstEnd(next)))
	defer timer.Stop()
	var done chan error
	if r.work != nil {
		done = r.work.done
	}
	select {
	case <-ctx.Done():
	case <-timer.C:
	case err := <-done:
		r.finish(ctx, err)
	}
}

// firstEnd is when the first lease must be let go, or the given time if that is earlier.
func (r *round) firstEnd(at time.Time) time.Time {
	for _, h := range r.held {
		if end := h.until.Add(-r.margin()); end.Before(at) {
			at = end
		}
	}
	return at
}

// lapse lets go of what could not be renewed.
func (r *round) lapse() {
	now, lost := time.Now(), 0
	for name, h := range r.held {
		if !now.Before(h.until.Add(-r.margin())) {
			r.lose(name)
			lost++
		}
	}
	if lost > 0 {
		r.Log.Warn("lease: let go what could not be renewed", "leases", lost)
	}
}

func (r *round) lose(name string) {
	delete(r.held, name)
	r.former[name] = true
	r.failed = false
	r.Lost(name)
}

// desired is what the node shall work on, sorted by name.
func (r *round) desired() []Held {
	var held []Held
	for name, h := range r.held {
		if !h.giving {
			held = append(held, Held{Name: name, Fence: h.fence})
		}
	}
	sortHeld(held)
	return held
}

// tell has Assign do what is desired, unless it has. An Assign that still works on
// what was lost is cut short.
func (r *round) tell(ctx context.Context) {
	if r.work != nil {
		if slices.ContainsFunc(r.work.target, func(h Held) bool { return r.held[h.Name].fence != h.Fence }) {
			r.work.cut = true
			r.work.cancel()
		}
		return
	}
	target := r.desired()
	if r.failed || r.known && slices.Equal(target, r.told) {
		return
	}
	ctx, cancel := context.WithCancel(ctx)
	r.work = &work{target: target, begun: time.Now(), cancel: cancel, done: make(chan error, 1)}
	go func(w *work) { w.done <- r.Assign(ctx, slices.Clone(w.target)) }(r.work)
}

// watch says once that an Assign takes longer than a lease lives.
func (r *round) watch() {
	if w := r.work; w != nil && !w.late && time.Since(w.begun) > r.TTL {
		w.late = true
		r.Log.Warn("lease: the node does not become idle, nothing is given back meanwhile", "since", w.begun)
	}
}

// finish takes note of an Assign that has returned.
func (r *round) finish(ctx context.Context, err error) {
	w := r.work
	r.work = nil
	w.cancel()
	r.known = err == nil
	if err == nil {
		r.told = w.target
		r.giveBack(ctx)
		return
	}
	if !w.cut {
		r.failed = true
		r.Log.Warn("lease: the node could not be assigned its leases", "error", err)
	}
}

// giveBack frees what exceeds the share and is idle.
func (r *round) giveBack(ctx context.Context) {
	if r.work != nil || !r.known {
		return
	}
	var idle []Held
	for name, h := range r.held {
		if held := (Held{Name: name, Fence: h.fence}); h.giving && !slices.Contains(r.told, held) {
			idle = append(idle, held)
		}
	}
	if len(idle) == 0 {
		return
	}
	sortHeld(idle)
	ctx, cancel := r.bound(ctx)
	defer cancel()
	if err := r.Store.Release(ctx, r.Group, r.Node, idle); err != nil {
		r.note(ctx, err) // the next step tries again
		return
	}
	for _, h := range idle {
		delete(r.held, h.Name)
	}
	r.Log.Info("lease: gave back", "leases", len(idle))
}

// end makes the node idle, gives everything back and leaves.
func (r *round) end(ctx context.Context) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), r.TTL)
	defer cancel()
	if r.work != nil {
		r.work.cancel()
		if err := <-r.work.done; err != nil {
			r.Log.Debug("lease: what was being told is broken off", "error", err)
		}
		r.known = false
	}
	if !r.known || len(r.told) > 0 {
		if err := r.Assign(ctx, nil); err != nil {
			r.Log.Warn("lease: the node did not become idle, its leases run out by themselves", "error", err)
			clear(r.held)
		}
	}
	var held []Held
	for name, h := range r.held {
		held = append(held, Held{Name: name, Fence: h.fence})
	}
	sortHeld(held)
	if len(held) > 0 {
		r.note(ctx, r.Store.Release(ctx, r.Group, r.Node, held))
	}
	r.note(ctx, r.Store.Leave(ctx, r.Group, r.Node))
}
