package simulation_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"math/rand/v2"
	"sync"
	"time"

	"fangxin/cmd/internal/readmodel/memory"
	"fangxin/cmd/internal/timers"
	"fangxin/domain/calendar"
	"fangxin/domain/es"
	"fangxin/domain/es/estest"
	"fangxin/domain/usecase"
	"fangxin/projections"
	"fangxin/projections/casework"
	"fangxin/projections/deadlines"
	"fangxin/projections/disclosure"
	"fangxin/projections/responsetime"
)

// errCrash is why a node stops waiting for an answer of the store: it is no more.
var errCrash = errors.New("the node crashed")

// node is one process of the installation: the use cases, the lists and the timers
// over the log and the keyring that all nodes share. What it holds in memory goes
// with it.
type node struct {
	w       *world
	number  int
	starts  int
	store   *estest.FaultStore // of the use cases
	feed    *estest.FaultStore // of the projections: what they read may not use up the faults of a request
	cases   *usecase.Complaints
	model   *memory.Model
	runner  *projections.Runner
	timers  *timers.Timers
	dying   bool // the next wait ends the process
	stop    context.CancelFunc
	running sync.WaitGroup
}

func (w *world) projections() []projections.Projection {
	return []projections.Projection{
		casework.New(), deadlines.New(), disclosure.New(w.law.Catalogue.Policy), responsetime.New(w.law.Calendar),
	}
}

// start begins the process anew, from the log and, where it kept one, its snapshot.
func (n *node) start() error {
	w := n.w
	n.starts++
	n.dying = false
	n.store, n.feed = estest.Faulty(w.log), estest.Faulty(w.log)
	var seed [32]byte
	seed[0], seed[1], seed[2] = byte(n.number), byte(n.starts), byte(n.starts>>8)
	for i := range 8 {
		seed[8+i] = byte(w.config.seed >> (8 * i))
	}
	var err error
	n.cases, err = usecase.NewComplaints(usecase.Deps{
		Store: n.store, Registry: w.registry, Keyring: w.keyring, Law: w.law, Now: w.now,
		Entropy: rand.NewChaCha8(seed), Wait: n.wait, LinkKey: linkKey(),
	})
	if err != nil {
		return err
	}
	if n.model, err = n.open(); err != nil {
		return err
	}
	n.timers = &timers.Timers{Due: n.due, Record: n.record, Unsure: n.unsure, Recompute: n.recount, Now: w.now, Log: slog.New(slog.DiscardHandler)}
	return n.read()
}

// open loads the snapshot, or begins with nothing.
func (n *node) open() (*memory.Model, error) {
	if n.w.config.dir == "" {
		return memory.New(), nil
	}
	m, loaded, err := memory.Open(memory.Options{Dir: n.folder(), Types: n.w.documents, Every: 24 * time.Hour})
	return m, errors.Join(err, loaded.Damaged)
}

// read starts the projections.
func (n *node) read() error {
	w := n.w
	var err error
	n.runner, err = projections.NewRunner(n.feed, w.registry, n.model, w.projections(), projections.Options{
		Pause: func(ctx context.Context, _ int) error { return ctx.Err() }, Alone: true,
	})
	if err != nil {
		return err
	}
	ctx, stop := context.WithCancel(context.Background())
	n.stop = stop
	runner := n.runner
	n.running.Go(func() {
		if err := runner.Run(ctx); err != nil && ctx.Err() == nil {
			w.note("node %d: projections stopped: %v", n.number, err)
		}
	})
	return nil
}

// sleep stops the projections; the lists stay as they are.
func (n *node) sleep() {
	if n.stop != nil {
		n.stop()
		n.running.Wait()
		n.stop = nil
	}
}

// doze stops the projections where the log ends: where they stop is the seed's affair,
// not the machine's.
func (n *node) doze(ctx context.Context) error {
	err := n.caughtUp(ctx)
	n.sleep()
	return err
}

// crash loses everything in memory.
func (n *node) crash() {
	n.sleep()
	n.w.note("node %d crashes", n.number)
	n.model = nil
}

// wait is between tries of an append whose outcome is unknown.
func (n *node) wait(ctx context.Context, _ int) error {
	if n.dying {
		return errCrash
	}
	return ctx.Err()
}

// caughtUp waits until the lists show everything that was written.
func (n *node) caughtUp(ctx context.Context) error {
	if n.stop == nil {
		if err := n.read(); err != nil {
			return err
		}
	}
	head, err := n.w.log.Head(ctx)
	if err != nil {
		return err
	}
	return n.runner.WaitFor(ctx, head)
}

func (n *node) due(ctx context.Context, before calendar.Date, cursor string, limit int) ([]timers.Limit, string, error) {
	items, next, err := deadlines.Due(ctx, n.model, before-1, cursor, limit)
	limits := make([]timers.Limit, len(items))
	for i, item := range items {
		limits[i] = timers.Limit{Case: item.Case, Rule: item.Rule, Due: item.Due}
	}
	return limits, next, err
}

func (n *node) record(ctx context.Context, l timers.Limit) error {
	n.w.upset(n)
	_, err := n.cases.RecordDeadlinePassed(ctx, l.Case, l.Rule, l.Due)
	n.w.note("timer %s %s %s: %v", short(l.Case), l.Rule, l.Due, err)
	return err
}

// transient says that a request may be sent again.
func transient(err error) bool {
	return errors.Is(err, es.ErrUnavailable) || errors.Is(err, es.ErrUnknownOutcome) || errors.Is(err, errCrash)
}

// linkKey is that of the links by which merchants answer.
func linkKey() []byte { return bytes.Repeat([]byte{7}, 32) }
