// Package audit reads a whole installation and says what is wrong with it and
// where: that the log has no gaps, that every event decodes and every case folds,
// that what is sealed opens, that clocks and lists follow from the facts.
package audit

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"sync"

	"fangxin/domain/complaint"
	"fangxin/domain/es"
	"fangxin/domain/sealed"
	"fangxin/domain/usecase"
)

// Finding is one thing that is wrong: where it stands and what it is.
type Finding struct{ Where, What string }

// Log checks the event log and what its events lead to.
type Log struct {
	Store    es.Store
	Registry *es.Registry
	Law      complaint.Law
	// Keyring opens what is sealed, Blobs evidence and notices; nil leaves the check out.
	Keyring sealed.Keyring
	Blobs   usecase.Blobs
	// Step is told of events read; Tell of each finding. Both are called by one
	// goroutine at a time; Step may be nil.
	Step func(events int)
	Tell func(Finding)
}

// Summary counts what was looked at.
type Summary struct {
	Events, Streams, Cases int64
	// Opened are sealed values that opened; Closed those of erased and restricted
	// subjects, which no longer do.
	Opened, Closed int64
	// Clocks were computed again; Unsure could not be: they are provisional under an
	// older calendar.
	Clocks, Unsure int64
	// Files are evidence and notices that were read to the last byte.
	Files int64
}

// stepEvery is how many events lie between two calls of Step.
const stepEvery = 256

// Check reads the log once in order and every stream once, in memory that does not
// grow with the log. What is wrong is told; the error is for a check that could not
// be finished.
func (l *Log) Check(ctx context.Context) (Summary, error) {
	c := &check{Log: l, decider: complaint.NewDecider(l.Law)}
	streams := make(chan es.StreamID, 256)
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var readers sync.WaitGroup
	for range max(1, runtime.GOMAXPROCS(0)) {
		readers.Go(func() {
			w := newWalker()
			for stream := range streams {
				if err := c.stream(ctx, w, stream); err != nil {
					cancel(err)
				}
			}
		})
	}
	events, err := c.log(ctx, streams)
	close(streams)
	readers.Wait()
	if ctx.Err() != nil {
		return c.sum, context.Cause(ctx)
	}
	if err != nil {
		return c.sum, err
	}
	if c.whole && events != c.sum.Events {
		c.tell("log", "%d events stand in the log, %d in streams that have a beginning", events, c.sum.Events)
	}
	c.sum.Events = events
	return c.sum, nil
}

// check is one run.
type check struct {
	*Log
	decider complaint.Decider
	whole   bool // the log could be read to its end

	mu  sync.Mutex
	sum Summary
}

func (c *check) tell(where, what string, args ...any) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.Tell(Finding{Where: where, What: fmt.Sprintf(what, args...)})
}

// log reads the log in order and hands each stream that begins to the readers.
func (c *check) log(ctx context.Context, streams chan<- es.StreamID) (n int64, err error) {
	head, err := c.Store.Head(ctx)
	if err != nil {
		return 0, err
	}
	var last es.Position
	for env, err := range c.Store.ReadAll(ctx, last) {
		if errors.Is(err, es.ErrDamaged) {
			c.tell("log", "%v; from position %d on it was not checked", err, last.Commit+1)
			return n, nil
		}
		if err != nil {
			return n, err
		}
		if !last.Before(env.Position) {
			c.tell(placeOf(&env), "stands at position %d, after %d", env.Position.Commit, last.Commit)
		}
		last = env.Position
		if n++; n%stepEvery == 0 {
			c.step(stepEvery)
		}
		if env.Revision != 0 {
			continue
		}
		select {
		case streams <- env.Stream:
		case <-ctx.Done():
			return n, context.Cause(ctx)
		}
	}
	c.step(int(n % stepEvery))
	c.whole = true
	if last.Before(head) {
		c.tell("log", "ends at position %d, its head is %d", last.Commit, head.Commit)
	}
	return n, nil
}

func (c *check) step(n int) {
	if c.Step != nil {
		c.Step(n)
	}
}

// placeOf is stream, revision and position: complaint.…/5@1017.
func placeOf(env *es.Envelope) string {
	if env.Position.IsStart() {
		return fmt.Sprintf("%s/%d", env.Stream, env.Revision)
	}
	return fmt.Sprintf("%s/%d@%d", env.Stream, env.Revision, env.Position.Commit)
}

// stream reads one stream from its beginning.
func (c *check) stream(ctx context.Context, w *walker, name es.StreamID) error {
	r := &reading{check: c, ctx: ctx, walker: w, stream: name, folds: name.Kind() == "complaint"}
	for env, err := range c.Store.Read(ctx, name, 0) {
		if errors.Is(err, es.ErrDamaged) {
			c.tell(string(name), "%v", err)
			break
		}
		if err != nil {
			return err
		}
		if err := r.take(&env); err != nil {
			return err
		}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.sum.add(&r.sum)
	return nil
}

func (s *Summary) add(o *Summary) {
	s.Events += o.Events
	s.Streams++
	s.Cases += o.Cases
	s.Opened += o.Opened
	s.Closed += o.Closed
	s.Clocks += o.Clocks
	s.Unsure += o.Unsure
	s.Files += o.Files
}

// Lines splits what a store says about itself into findings.
func Lines(where string, err error) []Finding {
	if err == nil {
		return nil
	}
	var all []Finding
	for line := range strings.Lines(err.Error()) {
		if line = strings.TrimSpace(line); line != "" {
			all = append(all, Finding{where, line})
		}
	}
	return all
}
