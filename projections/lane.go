package projections

import (
	"cmp"
	"context"
	"errors"
	"sync/atomic"
	"time"

	"fangxin/domain/es"
	"fangxin/projections/readmodel"
)

// liveAhead is how many events a lane takes from the tail at once.
const liveAhead = 4096

// lane is one partition of one projection on its way through the log.
type lane struct {
	part      *part
	projector *projector
	fold      *fold
	// mark is where the lane first reached the head; a build is published once all
	// partitions stand there.
	mark   es.Position
	marked bool
	// due: progress is to be committed though nothing happened here.
	due  atomic.Bool
	wake chan struct{}
	turn chan struct{} // readers may use another build

	// Under the runner's lock, for who asks.
	space     readmodel.Space
	at        es.Position // committed
	published bool        // readers use what the lane writes
	aside     bool        // nobody waits for it: it is being made beside others
	live      bool        // the tail reaches it
	oldest    time.Time   // recorded, of the first event a pass has beyond at
}

func newLane(p *part, j *projector) *lane {
	return &lane{part: p, projector: j, wake: make(chan struct{}, 1), turn: make(chan struct{}, 1)}
}

// run keeps the lane going until its part ends or it must not go on.
func (l *lane) run(came func()) {
	for attempt := 1; ; attempt++ {
		progressed, err := l.session(came)
		if came(); progressed {
			attempt = 1
		}
		l.part.note(func() { l.live = false })
		if !l.part.again(err, attempt) {
			return
		}
		came = l.part.runner.catchUp.expect()
	}
}

// session loads the checkpoint and projects until something fails.
func (l *lane) session(came func()) (progressed bool, err error) {
	if err := l.load(); err != nil {
		return false, err
	}
	from := l.fold.from
	err = l.follow(came)
	return l.fold.from != from, err
}

// load finds the build to write to and where it stands.
func (l *lane) load() error {
	select {
	case <-l.turn:
	default:
	}
	ctx, en, j := l.part.soft, l.part.runner.engine, l.projector
	v, err := en.model.Current(ctx, j.Name(), j.Version())
	if err != nil {
		return err
	}
	s := readmodel.Space{Projection: j.Name(), Version: v}
	if v == 0 {
		s = readmodel.First(j.Name(), j.Version())
	}
	at, err := l.checkpoint(ctx, s)
	if err != nil {
		return err
	}
	if l.mark, l.marked = (es.Position{}), false; v != 0 && l.part.number == 0 {
		if err := tidy(ctx, en.model, s, l.part.runner.options.Alone); err != nil {
			return err
		}
	}
	l.fold = newFold(en, j, l.part.number, s, at)
	l.part.note(func() {
		l.space, l.at, l.published, l.live, l.oldest = s, at, v != 0, false, time.Time{}
		l.aside = l.aside && v == 0
	})
	return nil
}

// checkpoint of the lane in a build. A build ahead of the log belongs to another log:
// it is dropped, and with it all others of the version, which may belong there too.
func (l *lane) checkpoint(ctx context.Context, s readmodel.Space) (es.Position, error) {
	r := l.part.runner
	for attempt := 1; ; attempt++ {
		at, err := r.engine.model.Checkpoint(ctx, s, l.part.number)
		if err != nil || at.IsStart() {
			return at, err
		}
		head, err := r.engine.store.Head(ctx)
		if err != nil || !head.Before(at) {
			return at, err
		}
		// The store may have answered with less than it has: ask twice.
		if r.options.Pause == nil || attempt > 1 {
			return es.Position{}, cmp.Or(dropVersion(ctx, r.engine.model, s), errTurned)
		}
		if err := r.options.Pause(ctx, attempt); err != nil {
			return es.Position{}, err
		}
	}
}

// follow goes with the tail where that reaches, and with a pass where it does not.
func (l *lane) follow(came func()) error {
	r, ctx := l.part.runner, l.part.soft
	for {
		events, _, more, ok, err := r.tail.After(l.fold.at, min(liveAhead, r.engine.batch))
		if !ok {
			if err := l.lag(ctx, came, more); err != nil {
				return err
			}
			continue
		}
		if came(); len(events) > 0 {
			if err := l.take(ctx, events); err != nil {
				return err
			}
			continue
		}
		if err := l.reached(ctx, err != nil); err != nil {
			return err
		}
		if errors.Is(err, ErrRestored) {
			err = l.restored(ctx)
		}
		if err != nil {
			return err
		}
		if err := l.wait(ctx, more); err != nil {
			return err
		}
	}
}

// take folds what has arrived and commits it, if it concerns the partition.
func (l *lane) take(ctx context.Context, events []Event) error {
	if err := l.fold.take(ctx, events); err != nil {
		return err
	}
	l.fold.passed += len(events)
	if l.fold.own > 0 || len(l.fold.order) > 0 {
		return l.commit()
	}
	return nil
}

// reached is called where nothing is left to take: progress that is due is committed,
// and a build that is complete is published.
func (l *lane) reached(ctx context.Context, last bool) error {
	due := l.due.Swap(false) || !l.part.runner.paced()
	if due || last || !l.published {
		if err := l.commit(); err != nil {
			return err
		}
	}
	if !l.live {
		l.part.note(func() { l.live = true })
	}
	if l.published || l.marked && !due {
		return nil
	}
	if !l.marked {
		l.mark, l.marked = l.fold.at, true
	}
	r := l.part.runner
	done, err := r.engine.publish(ctx, l.projector, l.fold.space, l.mark, r.options.Alone)
	switch {
	case err != nil:
		return err
	case done:
		l.part.note(func() { l.published, l.aside = true, false })
		return nil
	}
	// While others fill the build, somebody may have dropped it: begin again then.
	at, err := r.engine.model.Checkpoint(ctx, l.fold.space, l.part.number)
	if err == nil && at != l.fold.from {
		err = errTurned
	}
	return err
}

// commit writes what was folded, and does not end in the middle of it.
func (l *lane) commit() error {
	if err := l.fold.commit(l.part.hard, l.part.fence); err != nil {
		return err
	}
	l.committed()
	return nil
}

func (l *lane) committed() {
	if l.at != l.fold.from {
		l.part.note(func() { l.at, l.oldest = l.fold.from, time.Time{} })
	}
}

// wait waits for more of the log, for a tick, or for another build.
func (l *lane) wait(ctx context.Context, more <-chan struct{}) error {
	if l.part.runner.paced() {
		more = nil
	}
	select {
	case <-more:
	case <-l.wake:
	case <-l.turn:
		return errTurned
	case <-ctx.Done():
		return ctx.Err()
	}
	return nil
}

// lag takes the next pass over the log.
func (l *lane) lag(ctx context.Context, came func(), more <-chan struct{}) error {
	l.part.note(func() { l.live = false })
	at := l.fold.at
	consumer := newConsumer(l.part.number, at)
	l.part.runner.catchUp.join(consumer)
	came()
	err := l.fold.consume(ctx, l.part.hard, l.part.fence, consumer, l.turn, func(c chunk) {
		l.committed()
		if l.oldest.IsZero() {
			l.part.note(func() { l.oldest = c.oldest })
		}
	})
	l.committed()
	if err != nil || l.fold.at != at {
		return err
	}
	// The pass brought nothing: the tail has not begun yet, or it was told more of the
	// log than the pass was.
	var again <-chan time.Time
	if tick := l.part.runner.options.Tick; tick != nil {
		again = tick(ProgressEvery)
	}
	select {
	case <-more:
	case <-again:
	case <-l.turn:
		return errTurned
	case <-ctx.Done():
		return ctx.Err()
	}
	return nil
}

// restored looks where the log ends that was put in place of another: before the
// lane's place, then the lane begins again.
func (l *lane) restored(ctx context.Context) error {
	head, err := l.part.runner.engine.store.Head(ctx)
	if err == nil && head.Before(l.fold.at) {
		return errTurned
	}
	return err
}
