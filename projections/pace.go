package projections

import (
	"context"

	"fangxin/domain/es"
	"fangxin/projections/readmodel"
)

// route wakes, for every event that the tail delivers, the lanes of its partition, so
// that the others sleep until their progress is due.
func (r *Runner) route(ctx context.Context) {
	at, concerned := r.tail.Status().At, make([]bool, r.engine.partitions)
	r.wakeAll() // for what came before this looked
	for ctx.Err() == nil {
		events, upTo, more, ok, err := r.tail.After(at, liveAhead)
		if at = upTo; len(events) > 0 {
			r.wake(events, concerned)
			continue
		}
		if !ok || err != nil {
			at = r.tail.Status().At
			r.wakeAll()
		}
		select {
		case <-more:
		case <-ctx.Done():
		}
	}
}

// wake wakes the lanes whose partition has events, all of them for a broadcast.
func (r *Runner) wake(events []Event, concerned []bool) {
	clear(concerned)
	all := false
	for i := range events {
		all = all || r.engine.broadcasts[events[i].Envelope.Type]
		concerned[r.engine.partition(events[i].hash)] = true
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	for number, p := range r.parts {
		if all || concerned[number] {
			p.wake()
		}
	}
}

func (r *Runner) wakeAll() {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, p := range r.parts {
		p.wake()
	}
}

func (p *part) wake() {
	for _, l := range p.lanes {
		signal(l.wake)
	}
}

// signal wakes who waits, or who will wait next.
func signal(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

// pulse asks lanes for their progress while the log moves, and those whose build is
// not published yet to look again.
func (r *Runner) pulse(ctx context.Context) {
	for {
		select {
		case <-r.options.Tick(ProgressEvery):
		case <-ctx.Done():
			return
		}
		at := r.tail.Status().At
		r.mu.Lock()
		for _, p := range r.parts {
			for _, l := range p.lanes {
				if l.live && (l.at.Before(at) || !l.published) {
					l.due.Store(true)
					signal(l.wake)
				}
			}
		}
		r.mu.Unlock()
	}
}

// look notices that another build was made current, or that the read model was
// emptied, where no commit would tell.
func (r *Runner) look(ctx context.Context) {
	stood := map[readmodel.Space]es.Position{}
	for {
		select {
		case <-r.options.Tick(LookEvery):
		case <-ctx.Done():
			return
		}
		for _, j := range r.engine.projectors {
			v, err := r.engine.model.Current(ctx, j.Name(), j.Version())
			if err != nil {
				continue
			}
			s := readmodel.Space{Projection: j.Name(), Version: v}
			if v == 0 {
				s = readmodel.First(j.Name(), j.Version())
			}
			low, err := r.engine.model.Lowest(ctx, s)
			if err != nil {
				continue
			}
			emptied := low.Before(stood[s])
			stood[s] = low
			r.turn(j, v, emptied)
		}
	}
}

// turn makes the lanes of a projection load again that write to another build than
// readers use.
func (r *Runner) turn(j *projector, current int, emptied bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, p := range r.parts {
		l := p.lanes[j.number]
		loaded := l.space.Version != 0
		other := current != 0 && l.space.Version != current || current == 0 && l.published
		if loaded && (other || emptied) {
			signal(l.turn)
		}
	}
}
