package projections

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"

	"fangxin/domain/es"
	"fangxin/projections/readmodel"
)

// ErrDegraded: the group stopped before an event it does not know or cannot read.
// What was projected before keeps being served, with its age.
var ErrDegraded = errors.New("projections stopped")

// Options of a runner. Zero values mean the defaults.
type Options struct {
	// Batch is how many events are folded before a commit while catching up;
	// 50,000. Live, a batch is what has arrived meanwhile.
	Batch int
	// Pause waits before the attempt-th try again after the store or the read model
	// could not answer. Without it the runner ends with that error.
	Pause func(ctx context.Context, attempt int) error
	// Step is told how many events each commit covered.
	Step func(events int)
}

// maxMoved is how often in a row a moved checkpoint is no failure.
const maxMoved = 100

// Runner reads the log once, decodes each event once and feeds all projections. It
// commits changes and checkpoint in one step.
type Runner struct {
	store       es.Store
	decoder     decoder
	model       readmodel.Model
	projections []Projection
	options     Options

	mu        sync.Mutex
	at        es.Position
	caughtUp  bool
	degraded  error
	moved     chan struct{}
	listeners map[*listener]struct{}
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
	if o.Step == nil {
		o.Step = func(int) {}
	}
	return &Runner{
		store: store, decoder: decoder{reg}, model: m, projections: ps, options: o,
		moved: make(chan struct{}), listeners: map[*listener]struct{}{},
	}, nil
}

// CoverageError names types that a projection neither handles nor ignores, or names
// twice, or that do not exist.
type CoverageError struct {
	Projection            string
	Missing, Twice, Alien []string
}

func (e *CoverageError) Error() string {
	return fmt.Sprintf("projection %s: types missing %v, named twice %v, unknown %v", e.Projection, e.Missing, e.Twice, e.Alien)
}

// Covers says whether a projection names every type exactly once. *CoverageError.
func Covers(p Projection, types []string) error {
	err := &CoverageError{Projection: p.Name()}
	named := map[string]int{}
	for _, t := range append(slices.Clone(p.Handles()), p.Ignores()...) {
		if named[t]++; named[t] == 2 {
			err.Twice = append(err.Twice, t)
		}
		if !slices.Contains(types, t) {
			err.Alien = append(err.Alien, t)
		}
	}
	for _, t := range types {
		if named[t] == 0 {
			err.Missing = append(err.Missing, t)
		}
	}
	if len(err.Missing)+len(err.Twice)+len(err.Alien) > 0 {
		return err
	}
	return nil
}

// Run projects until the context ends, which is no error. It ends before an event
// that this program does not know or cannot read, with an error that wraps
// ErrDegraded, and, without Options.Pause, when the store or the read model fails.
func (r *Runner) Run(ctx context.Context) error {
	for attempt := 1; ; attempt++ {
		progressed, err := r.session(ctx)
		if ctx.Err() != nil || errors.Is(err, es.ErrClosed) {
			return nil
		}
		var bad *es.DecodeError
		if errors.Is(err, es.ErrUnknownType) || errors.As(err, &bad) {
			err = fmt.Errorf("%w: %w", ErrDegraded, err)
			r.degrade(err)
			return err
		}
		if progressed {
			attempt = 1
		}
		// Another runner moved the checkpoint: go on from there at once.
		if errors.Is(err, readmodel.ErrCheckpoint) && attempt < maxMoved {
			continue
		}
		if r.options.Pause == nil {
			r.degrade(err)
			return err
		}
		if r.options.Pause(ctx, attempt) != nil {
			return nil
		}
	}
}

// session loads the checkpoints, catches up and follows the log until something
// fails.
func (r *Runner) session(ctx context.Context) (progressed bool, err error) {
	fresh, behind, err := r.load(ctx)
	if err != nil {
		return false, err
	}
	step := func(n int) {
		progressed = progressed || n > 0
		r.options.Step(n)
	}
	// A version that has to be made first does so beside what is served.
	ctx, stop := context.WithCancel(ctx)
	joining := make(chan joined, 1)
	var wait sync.WaitGroup
	defer wait.Wait()
	defer stop()
	if len(fresh) > 0 && len(behind) > 0 {
		wait.Go(func() { joining <- r.prepare(ctx, behind) })
	} else {
		fresh, behind = append(fresh, behind...), nil
	}
	g := newGroup(r.model, fresh)
	if err := g.catchUp(ctx, r.store, r.decoder, r.options.Batch, step); err != nil {
		return progressed, err
	}
	if err := publish(ctx, r.model, g.lanes); err != nil {
		return progressed, err
	}
	return progressed, r.follow(ctx, g, joining, step)
}

// load makes the lanes: fresh ones that readers use, and those still to be built.
func (r *Runner) load(ctx context.Context) (fresh, behind []*lane, err error) {
	head, err := r.store.Head(ctx)
	if err != nil {
		return nil, nil, err
	}
	for _, p := range r.projections {
		v, err := r.model.Current(ctx, p.Name())
		if err != nil {
			return nil, nil, err
		}
		s := readmodel.Space{Projection: p.Name(), Version: v}
		current := v != 0 && s.Builds(p.Version())
		if !current {
			s = readmodel.First(p.Name(), p.Version())
		}
		at, err := r.model.Checkpoint(ctx, s, 0)
		if err != nil {
			return nil, nil, err
		}
		// A checkpoint ahead of the log belongs to another log.
		if head.Before(at) {
			if err := r.model.Drop(ctx, s); err != nil {
				return nil, nil, err
			}
			at, current = es.Position{}, false
		}
		if l := newLane(p, s, at); current {
			fresh = append(fresh, l)
		} else {
			behind = append(behind, l)
		}
	}
	return fresh, behind, nil
}

// joined is what a preparation ended with.
type joined struct {
	lanes []*lane
	err   error
}

func (r *Runner) prepare(ctx context.Context, lanes []*lane) joined {
	err := newGroup(r.model, lanes).catchUp(ctx, r.store, r.decoder, r.options.Batch, r.options.Step)
	return joined{lanes, err}
}

// join brings prepared lanes to the place of the group and adds them to it.
func (r *Runner) join(ctx context.Context, g *group, j joined) error {
	if j.err != nil {
		return j.err
	}
	lag := newGroup(r.model, j.lanes)
	if err := lag.catchUp(ctx, r.store, r.decoder, r.options.Batch, r.options.Step); err != nil {
		return err
	}
	g.lanes = append(g.lanes, j.lanes...)
	return publish(ctx, r.model, j.lanes)
}
