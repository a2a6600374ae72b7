package program

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"fangxin/api/httpapi"
	"fangxin/api/httpapi/feed"
	"fangxin/api/httpapi/gcra"
	"fangxin/api/httpapi/meter"
	"fangxin/cmd/internal/clock"
	"fangxin/cmd/internal/timers"
	"fangxin/domain/calendar"
	"fangxin/domain/es"
	"fangxin/domain/sealed"
	"fangxin/domain/usecase"
	"fangxin/projections"
	"fangxin/projections/deadlines"
	"fangxin/projections/readmodel"
)

// node is an installation at work: one reader of the log feeds the projections, the
// live feed and whoever waits.
type node struct {
	*adapters
	name        string // new with every start
	projections []projections.Projection
	model       *views
	tail        *projections.Tail
	runner      *projections.Runner
	timers      *timers.Timers
	hub         *feed.Hub
	limiter     gcra.Limiter
	fallen      func() bool // whether the limiter is this node's own for now
	asked       asked
	restarts    atomic.Int64 // of the tail
	kept        string       // what log and keys are called among nodes, "" where nobody asks
	tasks       sync.WaitGroup
	stop        context.CancelFunc
	// running is the context of the tasks, which stop ends.
	running context.Context
	// versions are those of the program whose nodes live; nil until they are known.
	versions atomic.Pointer[[]string]
}

// openNode opens the read model and prepares, but does not start, what runs.
func openNode(ctx context.Context, a *adapters) (*node, error) {
	all := projectionsOf(a)
	n := &node{adapters: a, name: nodeName(a.config.Node), projections: all}
	model, err := a.openViews(ctx, all)
	if err != nil {
		return nil, err
	}
	if model.loaded.Damaged != nil {
		a.log.Warn("the snapshot of the read model is put aside; the log is replayed", "error", model.loaded.Damaged)
	}
	n.model = model
	n.cases.Kin = kin{model: model}
	n.tail = projections.NewTail(a.store, a.registry, projections.TailOptions{Pause: backOff, Restarted: n.restarted})
	if n.runner, err = projections.NewRunner(a.store, a.registry, model, all, n.projecting()); err != nil {
		return nil, errors.Join(err, model.Close())
	}
	if err := n.openLimiter(); err != nil {
		return nil, errors.Join(err, model.Close())
	}
	a.cases.Lookup = lookup{n}
	n.hub = feed.NewHub(a.store, httpapi.Sees(a.cases))
	n.timers = &timers.Timers{Due: n.due, Record: n.recordPassed, Unsure: n.unsure, Recompute: n.cases.RecomputeClocks, Now: a.clock.Now, Log: a.log, Every: 30 * time.Second}
	if p, ok := a.clock.(*clock.Practice); ok {
		n.timers.Moved = p.Moved
	}
	return n, nil
}

// nodeName is the name of this process among the nodes: a process that comes back
// comes with a new one.
func nodeName(configured string) string {
	if configured == "" {
		configured, _ = os.Hostname() // an empty name is no worse than any
	}
	return configured + "-" + newID()
}

// restarted counts and tells that the log has to be subscribed to again.
func (n *node) restarted(err error) {
	n.restarts.Add(1)
	n.log.Warn("reading the log again", "error", err)
}

// projecting says how the runner works on this node.
func (n *node) projecting() projections.Options {
	o := projections.Options{
		Pause: backOff, Tail: n.tail, Leased: n.model.shared != nil, Alone: n.model.shared == nil,
		Tick: time.After, Step: n.stepped, Around: n.committed, Lost: n.lost,
	}
	if n.model.shared != nil {
		o.Batch = sharedBatch
	}
	if n.log.Enabled(context.Background(), slog.LevelDebug) {
		o.Trace = n.trace
	}
	return o
}

// sharedBatch is how many events go by before a commit to a server: one script must
// not keep it from others for long.
const sharedBatch = 4000

func (n *node) stepped(events int) {
	n.meter.Add(meter.ProjectionBatches, 1)
	n.meter.Add(meter.ProjectionEvents, int64(events))
}

func (n *node) committed(_ int, commit func() error) error {
	begun := time.Now()
	err := commit()
	n.meter.Observe(meter.ProjectionCommitSeconds, time.Since(begun))
	switch {
	case errors.Is(err, readmodel.ErrCheckpoint), errors.Is(err, readmodel.ErrFenced):
		n.meter.Add(meter.ReadModelCommitConflicts, 1)
	case errors.Is(err, readmodel.ErrUnavailable):
		n.meter.SetBool(meter.ReadModelUp, false)
	case err == nil:
		n.meter.SetBool(meter.ReadModelUp, true)
	}
	return err
}

func (n *node) lost(partition int) {
	n.log.Warn("another node holds the partition under a later lease", "partition", partition)
}

// trace names the request an event came from, so that one correlation id leads from
// the request's line in the log to the projections'.
func (n *node) trace(e *projections.Event) {
	m, err := n.registry.DecodeMetadata(&e.Envelope)
	if err != nil {
		return // the runner says what cannot be read
	}
	n.log.Debug("projected", "correlation", m.Correlation, "event", e.Envelope.ID.String(), "type", e.Envelope.Type,
		"stream", string(e.Envelope.Stream), "revision", int64(e.Envelope.Revision), "position", e.Envelope.Position.String())
}

// due adapts the deadlines projection to the timers: limits whose wide end lies
// before the day.
func (n *node) due(ctx context.Context, before calendar.Date, cursor string, limit int) ([]timers.Limit, string, error) {
	items, next, err := deadlines.Due(ctx, n.model, before-1, cursor, limit)
	limits := make([]timers.Limit, len(items))
	for i, item := range items {
		limits[i] = timers.Limit{Case: item.Case, Rule: item.Rule, Due: item.Due}
	}
	return limits, next, err
}

func (n *node) recordPassed(ctx context.Context, l timers.Limit) error {
	_, err := n.cases.RecordDeadlinePassed(ctx, l.Case, l.Rule, l.Due)
	if err == nil {
		n.meter.Add(meter.DeadlinesPassed, 1)
	}
	return err
}

// start runs reader, projections and feed in the background until close.
func (n *node) start(ctx context.Context) {
	ctx, n.stop = context.WithCancel(ctx)
	n.running = ctx
	n.tasks.Go(func() {
		if err := n.tail.Run(ctx); err != nil && ctx.Err() == nil {
			n.log.Error("the log cannot be read on", "error", err)
		}
	})
	n.tasks.Go(func() {
		if err := n.runner.Run(ctx); err != nil && ctx.Err() == nil {
			n.log.Error("projections stopped; the last good data keep being served", "error", err)
		}
	})
	n.tasks.Go(func() {
		for attempt := 0; ctx.Err() == nil; attempt++ {
			if err := n.hub.Run(ctx, n.tail); err != nil && ctx.Err() == nil {
				n.log.Warn("live feed stopped", "error", err)
			}
			_ = backOff(ctx, attempt)
		}
	})
	if n.model.shared != nil {
		n.tasks.Go(func() { n.keepPartitions(ctx) })
		n.tasks.Go(func() { n.livePrograms(ctx) })
	}
}

// startTimers lets the timers run until close; of several nodes on one.
func (n *node) startTimers() {
	ctx := n.running
	n.tasks.Go(func() {
		n.meter.SetBool(meter.Leader, n.model.shared == nil, groupTimers)
		if n.model.shared == nil {
			n.runTimers(ctx)
			return
		}
		n.lead(ctx, n.runTimers)
	})
}

// runTimers begins once the lists stand where the log does: before that the
// deadlines are those of yesterday. A log that is away is asked again.
func (n *node) runTimers(ctx context.Context) {
	for attempt := 0; ctx.Err() == nil; attempt++ {
		err := n.caughtUp(ctx)
		if err == nil {
			n.timers.Run(ctx)
			return
		}
		if attempt == 0 && ctx.Err() == nil {
			n.log.Warn("timers wait for the log and the lists", "error", err)
		}
		_ = backOff(ctx, attempt) // it ends with the context, as the loop does
	}
}

// close stops what runs, writes the snapshot and closes the stores.
func (n *node) close() error {
	if n.stop != nil {
		n.stop()
	}
	if n.hub != nil {
		n.hub.Close()
	}
	n.tasks.Wait()
	n.part()
	return errors.Join(n.model.Close(), n.adapters.close())
}

// readyWithin bounds the answer to "are you ready": who asks, a balancer, takes a late
// answer for a no. A read model that hangs must not take all nodes away from commands.
const readyWithin = 1500 * time.Millisecond

// ready checks the parts of the node, all at once.
func (n *node) ready(ctx context.Context) []httpapi.Check {
	ctx, cancel := context.WithTimeout(ctx, readyWithin)
	defer cancel()
	log := httpapi.Check{Name: "event_store", OK: true}
	lists := httpapi.Check{Name: "projections", OK: true}
	keys := httpapi.Check{Name: "keyring", OK: true}
	var checks sync.WaitGroup
	checks.Go(func() {
		if _, err := n.store.Head(ctx); err != nil {
			log.OK, log.Reason = false, "unavailable"
		}
	})
	checks.Go(func() {
		switch s := n.runner.Status(); {
		case s.Degraded != nil:
			lists.OK, lists.Reason = false, "degraded"
		case !n.published(ctx):
			lists.OK, lists.Reason = n.aloneInVersion(), "catching_up"
		}
	})
	checks.Go(func() {
		if err := n.keyring.Ready(ctx); err != nil {
			keys.OK, keys.Reason = false, "unavailable"
		}
	})
	checks.Wait()
	return []httpapi.Check{log, lists, keys}
}

// published says whether there is something to show in every list.
func (n *node) published(ctx context.Context) bool {
	if n.model.shared == nil && !n.runner.Status().CaughtUp {
		return false
	}
	for _, p := range n.projections {
		_, _, err := readmodel.Reading(ctx, n.model, p.Name(), p.Version())
		if errors.Is(err, readmodel.ErrFilling) {
			return false
		}
	}
	return true
}

// surface is what the HTTP surface asks of this node.
func (n *node) surface() httpapi.Node {
	s := httpapi.Node{Ready: n.ready, WaitFor: n.waitFor, Age: n.age, Gauges: n.gauges}
	s.OpenNarrative = n.openNarrative
	if p, ok := n.clock.(*clock.Practice); ok {
		s.MoveClock = p.Set
	}
	return s
}

// openNarrative opens the text of an imported case whose consent stands; "" where
// its key is gone.
func (n *node) openNarrative(ctx context.Context, v *sealed.Value) string {
	text, err := n.keyring.Open(ctx, usecase.FieldNarrative, *v)
	if err != nil {
		return ""
	}
	return text
}

// waitFor waits for the partition of a stream, or for all of them.
func (n *node) waitFor(ctx context.Context, p httpapi.Place) error {
	if p.Stream == nil {
		return n.runner.WaitFor(ctx, p.Position)
	}
	return n.runner.WaitForPartition(ctx, int(*p.Stream%uint32(n.model.Partitions())), p.Position)
}

// ageWithin bounds how long an answer waits for its age to be exact.
const ageWithin = time.Second

// age is how old the oldest fact is that a list standing at a place does not show.
func (n *node) age(ctx context.Context, at es.Position) time.Duration {
	recorded, known := n.tail.Oldest(at)
	if !known {
		// Further back than the reader reaches: the log says what comes next. Where it
		// does not, the oldest the reader has is the least the age can be.
		ctx, cancel := context.WithTimeout(ctx, ageWithin)
		defer cancel()
		for env, err := range n.store.ReadAll(ctx, at) {
			if err == nil {
				recorded = env.Recorded
			}
			break
		}
	}
	if recorded.IsZero() {
		return 0
	}
	return max(0, time.Since(recorded))
}
