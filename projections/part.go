package projections

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"fangxin/domain/es"
	"fangxin/projections/readmodel"
)

// part is a partition that the node works on: one lane for each projection.
type part struct {
	runner *Runner
	number int
	fence  uint64
	lanes  []*lane
	// soft ends between two commits, hard in the middle of one.
	soft, hard context.Context
	stop, kill context.CancelFunc
	done       chan struct{}

	// Under the runner's lock.
	ready  bool // readers see a build of every projection that counts
	at     es.Position
	moved  chan struct{} // closed when at or ready change, or the part ends
	fenced bool
	ended  bool
}

// startPart begins to work on a partition; the lock is held.
func (r *Runner) startPart(number int, fence uint64) {
	p := &part{runner: r, number: number, fence: fence, done: make(chan struct{}), moved: make(chan struct{})}
	p.hard, p.kill = context.WithCancel(r.running)
	p.soft, p.stop = context.WithCancel(p.hard)
	for _, j := range r.engine.projectors {
		p.lanes = append(p.lanes, newLane(p, j))
	}
	r.parts[number] = p
	came := r.catchUp.expect()
	go p.run(came)
}

// run works until the part is stopped, has lost its lease, or must not go on.
func (p *part) run(came func()) {
	if p.open(came) {
		var lanes sync.WaitGroup
		for _, l := range p.lanes {
			first := p.runner.catchUp.expect()
			lanes.Go(func() { l.run(first) })
		}
		came()
		lanes.Wait()
	}
	came()
	p.end()
}

// open asks which projections have to be made first. Where readers use some of them
// already, they do not wait for the others.
func (p *part) open(came func()) bool {
	for attempt := 1; ; attempt++ {
		err := p.made()
		if err == nil {
			return true
		}
		if came(); !p.again(err, attempt) {
			return false
		}
	}
}

// made marks the lanes whose projection nobody can read yet, if others can be read.
func (p *part) made() error {
	current := make([]bool, len(p.lanes))
	n := 0
	for i, l := range p.lanes {
		v, err := p.runner.engine.model.Current(p.soft, l.projector.Name(), l.projector.Version())
		if err != nil {
			return err
		}
		if current[i] = v != 0; current[i] {
			n++
		}
	}
	p.runner.mu.Lock()
	defer p.runner.mu.Unlock()
	for i, l := range p.lanes {
		l.aside = n > 0 && !current[i]
	}
	return nil
}

// again says whether to try again after a failure, and waits where that makes sense.
func (p *part) again(err error, attempt int) bool {
	r := p.runner
	switch {
	case p.soft.Err() != nil:
		return false
	case errors.Is(err, es.ErrClosed):
		r.end(nil)
		return false
	case unreadable(err):
		r.mu.Lock()
		defer r.mu.Unlock()
		r.degraded = fmt.Errorf("%w: %w", ErrDegraded, err)
		return false
	case errors.Is(err, readmodel.ErrFenced):
		r.mu.Lock()
		defer r.mu.Unlock()
		p.fenced = true
		p.stop()
		return false
	case (errors.Is(err, readmodel.ErrCheckpoint) || errors.Is(err, errTurned)) && attempt < maxMoved:
		// Somebody else moved on: go on from there at once.
		return true
	case r.options.Pause == nil:
		r.end(err)
		return false
	}
	return r.options.Pause(p.soft, attempt) == nil
}

// end tells that the part is idle.
func (p *part) end() {
	r := p.runner
	p.kill()
	r.mu.Lock()
	p.ended = true
	close(p.moved)
	p.moved = nil
	active := 0
	for _, q := range r.parts {
		if !q.ended {
			active++
		}
	}
	if r.degraded != nil && active == 0 {
		r.finish(r.degraded)
	}
	fenced := p.fenced
	r.mu.Unlock()
	close(p.done)
	if fenced && r.options.Lost != nil {
		r.options.Lost(p.number)
	}
}

// note keeps what changed of a lane and tells who waits.
func (p *part) note(change func()) {
	r := p.runner
	r.mu.Lock()
	defer r.mu.Unlock()
	change()
	ready, first, at := true, true, es.Position{}
	for _, l := range p.lanes {
		if l.aside {
			continue
		}
		ready = ready && l.published
		if first || l.at.Before(at) {
			first, at = false, l.at
		}
	}
	if ready == p.ready && at == p.at || p.moved == nil {
		p.ready, p.at = ready, at
		return
	}
	p.ready, p.at = ready, at
	close(p.moved)
	p.moved = make(chan struct{})
}
