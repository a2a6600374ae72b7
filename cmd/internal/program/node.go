package program

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"fangxin/api/httpapi"
	"fangxin/api/httpapi/feed"
	"fangxin/api/httpapi/meter"
	"fangxin/cmd/internal/clock"
	"fangxin/cmd/internal/readmodel/memory"
	"fangxin/cmd/internal/timers"
	"fangxin/domain/calendar"
	"fangxin/domain/sealed"
	"fangxin/domain/usecase"
	"fangxin/projections"
	"fangxin/projections/casework"
	"fangxin/projections/deadlines"
	"fangxin/projections/disclosure"
	"fangxin/projections/readmodel"
	"fangxin/projections/responsetime"
)

// node is an installation with its read models, kept up to date by one reader of the
// log, with timers and the live feed.
type node struct {
	*adapters
	log    *slog.Logger
	model  *memory.Model
	runner *projections.Runner
	timers *timers.Timers
	hub    *feed.Hub
	tasks  sync.WaitGroup
	stop   context.CancelFunc
	fresh  atomic.Pointer[time.Time] // when the lists last showed everything
	// running is the context of the tasks, which stop ends.
	running context.Context
	// rebuilt says that the read models were made again beside the running ones.
	rebuilt chan struct{}
}

// projectionsOf lists every projection of the program.
func projectionsOf(a *adapters) []projections.Projection {
	return []projections.Projection{casework.New(), deadlines.New(), disclosure.New(a.law.Catalogue.Policy), responsetime.New(a.law.Calendar)}
}

// documentTypes tells the read model how to read what a projection puts.
func documentTypes(all []projections.Projection) func(readmodel.Space) []readmodel.DocType {
	return func(s readmodel.Space) []readmodel.DocType {
		for _, p := range all {
			if p.Name() == s.Projection && s.Builds(p.Version()) {
				return p.Docs()
			}
		}
		return nil
	}
}

// openNode opens the read model and prepares, but does not start, what runs.
func openNode(a *adapters, log *slog.Logger) (*node, error) {
	n := &node{adapters: a, log: log, rebuilt: make(chan struct{})}
	all := projectionsOf(a)
	model, loaded, err := memory.Open(memory.Options{
		Dir: a.folder.views(), Types: documentTypes(all), Every: a.config.Snapshot,
		Failed: func(err error) { log.Error("snapshot of the read model", "error", err) },
	})
	if err != nil {
		return nil, err
	}
	if loaded.Damaged != nil {
		log.Warn("the snapshot of the read model is put aside; the log is replayed", "error", loaded.Damaged)
	}
	n.model = model
	n.runner, err = projections.NewRunner(a.store, a.registry, model, all, projections.Options{Pause: backOff})
	if err != nil {
		return nil, errors.Join(err, model.Close())
	}
	n.hub = feed.NewHub(a.store, httpapi.Sees(a.cases, a.law.Catalogue))
	n.timers = &timers.Timers{Due: n.due, Record: n.recordPassed, Now: a.clock.Now, Log: log, Every: 30 * time.Second}
	if p, ok := a.clock.(*clock.Practice); ok {
		n.timers.Moved = p.Moved
	}
	return n, nil
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
	return err
}

// start runs projections and feed in the background until close.
func (n *node) start(ctx context.Context) {
	ctx, n.stop = context.WithCancel(ctx)
	n.running = ctx
	n.tasks.Go(func() { n.project(ctx) })
	n.tasks.Go(func() {
		for attempt := 0; ctx.Err() == nil; attempt++ {
			if err := n.hub.Run(ctx); err != nil && ctx.Err() == nil {
				n.log.Warn("live feed stopped", "error", err)
			}
			_ = backOff(ctx, attempt)
		}
	})
}

// startTimers lets the timers run until close.
func (n *node) startTimers() {
	ctx := n.running
	n.tasks.Go(func() {
		if err := n.runTimers(ctx); err != nil && ctx.Err() == nil {
			n.log.Error("timers", "error", err)
		}
	})
}

// runTimers begins once the lists stand where the log does: before that the
// deadlines are those of yesterday.
func (n *node) runTimers(ctx context.Context) error {
	head, err := n.store.Head(ctx)
	if err != nil {
		return err
	}
	if err := n.runner.WaitFor(ctx, head); err != nil {
		return err
	}
	n.timers.Run(ctx)
	return nil
}

// close stops what runs, writes the snapshot and closes the stores.
func (n *node) close() error {
	if n.stop != nil {
		n.stop()
	}
	n.hub.Close()
	n.tasks.Wait()
	return errors.Join(n.model.Close(), n.adapters.close())
}

// ready checks the parts of the node.
func (n *node) ready(ctx context.Context) []httpapi.Check {
	log := httpapi.Check{Name: "event_store", OK: true}
	if _, err := n.store.Head(ctx); err != nil {
		log.OK, log.Reason = false, "unavailable"
	}
	views := httpapi.Check{Name: "projections", OK: true}
	switch s := n.runner.Status(); {
	case s.Degraded != nil:
		views.OK, views.Reason = false, "degraded"
	case !s.CaughtUp:
		views.OK, views.Reason = false, "catching_up"
	}
	keys := httpapi.Check{Name: "keyring", OK: true}
	if _, err := n.keyring.Count(ctx); err != nil {
		keys.OK, keys.Reason = false, "unavailable"
	}
	return []httpapi.Check{log, views, keys}
}

// surface is what the HTTP surface asks of this node.
func (n *node) surface() httpapi.Node {
	s := httpapi.Node{Ready: n.ready, WaitFor: n.runner.WaitFor, Freshness: n.freshness, Gauges: n.gauges}
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

// freshness says up to where the lists stand, and for how long they have been behind
// the log; lists that show everything are no seconds old.
func (n *node) freshness() httpapi.Freshness {
	at, now := n.runner.Status().At, time.Now()
	if head, err := n.store.Head(context.Background()); err == nil && !at.Before(head) {
		n.fresh.Store(&now)
	}
	f := httpapi.Freshness{Position: at}
	if last := n.fresh.Load(); last != nil {
		f.Age = now.Sub(*last)
	}
	return f
}

func (n *node) gauges() []meter.Gauge {
	var behind float64
	stats, err := n.store.Stats()
	if err == nil && n.runner.Status().At.Before(stats.Head) {
		behind = float64(stats.Head.Commit - n.runner.Status().At.Commit)
	}
	return []meter.Gauge{
		{Name: "fangxin_events_total", Help: "Events in the log.", Kind: "counter", Value: float64(stats.Events)},
		{Name: "fangxin_log_bytes", Help: "Size of the log on disk.", Kind: "gauge", Value: float64(stats.Bytes)},
		{Name: "fangxin_projection_lag_events", Help: "Events not yet in the lists.", Kind: "gauge", Value: behind},
	}
}
