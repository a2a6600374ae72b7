package projections

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"fangxin/domain/es"
	"fangxin/projections/readmodel"
)

// ErrDegraded: the runner stopped before an event it does not know or cannot read.
// What was projected before keeps being served, with its age.
var ErrDegraded = errors.New("projections stopped")

// errTurned: readers use another build than the one that was written to.
var errTurned = errors.New("another build is current")

// Options of a runner. Zero values mean the defaults.
type Options struct {
	// Batch is how many events of the log go by before a commit while catching up;
	// 50,000. Live, a batch is what has arrived meanwhile.
	Batch int
	// Pause waits before the attempt-th try again after the store or the read model
	// could not answer. Without it the runner ends with that error. It is called by
	// several goroutines at once.
	Pause func(ctx context.Context, attempt int) error
	// Tail is the node's reader of the log, which somebody else runs. Without it the
	// runner has one of its own.
	Tail *Tail
	// Leased: the runner works on no partition until Assign says so. Otherwise it
	// works on all of them, under fence 0.
	Leased bool
	// Alone: no other node uses the read model. Builds of other versions of a
	// projection are dropped when one is published.
	Alone bool
	// Tick is a clock: it delivers once, after the time. By it partitions with nothing
	// to do commit their progress every ProgressEvery while the log moves, builds that
	// others made or dropped are noticed within LookEvery, and places that other nodes
	// have to reach are asked for every AskEvery. Without it progress is committed
	// with every event, and the rest is seen at the next commit.
	Tick func(time.Duration) <-chan time.Time
	// Step is told how many events of its partition each commit covered, once for all
	// projections and by one goroutine at a time.
	Step func(events int)
	// Trace is shown each event that is about to be projected, once for all
	// projections, by several goroutines at once. It may be nil.
	Trace func(e *Event)
	// Around is called with each commit and calls it: for clocks and counters.
	Around func(partition int, commit func() error) error
	// Lost is told of a partition that another node holds under a later lease. Work on
	// it has ended.
	Lost func(partition int)
}

// What the runner asks its clock for.
const (
	ProgressEvery = 100 * time.Millisecond
	LookEvery     = time.Second
	AskEvery      = 20 * time.Millisecond
)

// maxMoved is how often in a row a moved checkpoint is no failure.
const maxMoved = 100

// Holding is a partition that the node works on, with the fence of its lease.
type Holding struct {
	Partition int
	Fence     uint64
}

// Runner projects the partitions that its node holds. Each partition of each
// projection is a lane of its own, with its own checkpoint: near the end of the log
// it is fed by the tail, behind it by a pass over the log that all who lag share.
type Runner struct {
	engine  *engine
	tail    *Tail
	own     bool // the tail is the runner's own
	catchUp *catchUp
	options Options
	// assigning orders calls of Assign.
	assigning sync.Mutex

	mu       sync.Mutex
	running  context.Context // nil while not running
	holdings map[int]uint64
	parts    map[int]*part
	changed  chan struct{} // closed when parts or running change
	degraded error
	over     chan error
}

// NewRunner checks that every projection handles or ignores every type of the
// registry, and returns a runner.
func NewRunner(store es.Store, reg *es.Registry, m readmodel.Model, ps []Projection, o Options) (*Runner, error) {
	for _, p := range ps {
		if err := Covers(p, reg.Types()); err != nil {
			return nil, err
		}
	}
	if o.Batch <= 0 {
		o.Batch = 50_000
	}
	en := newEngine(store, reg, m, ps, o.Batch)
	if en.trace = o.Trace; o.Step != nil {
		en.step = o.Step
	}
	if o.Around != nil {
		en.around = o.Around
	}
	r := &Runner{
		engine: en, tail: o.Tail, options: o, holdings: map[int]uint64{}, parts: map[int]*part{},
		changed: make(chan struct{}),
	}
	if r.tail == nil {
		r.tail, r.own = NewTail(store, reg, TailOptions{Pause: o.Pause}), true
	}
	if !o.Leased {
		for partition := range en.partitions {
			r.holdings[partition] = 0
		}
	}
	return r, nil
}

// Run projects until the context ends, which is no error. It ends before an event
// that this program does not know or cannot read, with an error that wraps
// ErrDegraded, and, without Options.Pause, when the store or the read model fails.
func (r *Runner) Run(ctx context.Context) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	over, tasks := r.begin(ctx), sync.WaitGroup{}
	if r.own {
		tasks.Go(func() {
			if err := r.tail.Run(ctx); !unreadable(err) && ctx.Err() == nil {
				r.end(err)
			}
		})
	}
	tasks.Go(func() { r.catchUp.run(ctx) })
	if r.paced() {
		tasks.Go(func() { r.route(ctx) })
		tasks.Go(func() { r.pulse(ctx) })
	}
	if r.options.Tick != nil {
		tasks.Go(func() { r.look(ctx) })
	}
	var err error
	select {
	case <-ctx.Done():
	case err = <-over:
	}
	stop()
	r.halt()
	tasks.Wait()
	if err == nil { // what stopped the work before the context did is told all the same
		r.mu.Lock()
		err = r.degraded
		r.mu.Unlock()
	}
	return err
}

// paced says that partitions commit their progress by the clock, and are woken for
// what belongs to them.
func (r *Runner) paced() bool { return r.engine.several() && r.options.Tick != nil }

// begin starts work on what is held.
func (r *Runner) begin(ctx context.Context) <-chan error {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.running, r.degraded, r.over = ctx, nil, make(chan error, 1)
	r.catchUp = newCatchUp(r.engine)
	for partition, fence := range r.holdings {
		r.startPart(partition, fence)
	}
	r.tellChanged()
	return r.over
}

// halt waits until all parts are idle.
func (r *Runner) halt() {
	r.mu.Lock()
	r.running = nil
	parts := make([]*part, 0, len(r.parts))
	for _, p := range r.parts {
		parts = append(parts, p)
	}
	r.mu.Unlock()
	for _, p := range parts {
		<-p.done
	}
}

// end ends Run.
func (r *Runner) end(err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if err != nil && r.degraded == nil {
		r.degraded = err
	}
	r.finish(err)
}

// finish hands Run its result; the lock is held.
func (r *Runner) finish(err error) {
	select {
	case r.over <- err:
	default:
	}
}

// tellChanged wakes who waits for parts; the lock is held.
func (r *Runner) tellChanged() {
	close(r.changed)
	r.changed = make(chan struct{})
}

// Assign says which partitions the node works on from now on. It returns when work on
// all others is idle: no commit of it follows. When the context ends before that,
// what is under way is broken off, and the error is the context's.
func (r *Runner) Assign(ctx context.Context, hs []Holding) error {
	r.assigning.Lock()
	defer r.assigning.Unlock()
	wanted := map[int]uint64{}
	for _, h := range hs {
		if h.Partition < 0 || h.Partition >= r.engine.partitions {
			return fmt.Errorf("%w: %d", readmodel.ErrPartition, h.Partition)
		}
		wanted[h.Partition] = h.Fence
	}
	var leaving []*part
	r.mu.Lock()
	for partition, p := range r.parts {
		if fence, ok := wanted[partition]; !ok || fence != p.fence {
			leaving = append(leaving, p)
			p.stop()
		}
	}
	r.mu.Unlock()
	var err error
	for _, p := range leaving {
		select {
		case <-p.done:
		case <-ctx.Done():
			p.kill()
			<-p.done
			err = ctx.Err()
		}
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, p := range leaving {
		delete(r.parts, p.number)
	}
	r.holdings = wanted
	if r.running != nil && r.degraded == nil {
		for partition, fence := range wanted {
			if r.parts[partition] == nil {
				r.startPart(partition, fence)
			}
		}
	}
	r.tellChanged()
	return err
}
