package projections

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"sync"

	"fangxin/domain/es"
	"fangxin/projections/readmodel"
)

// RebuildBatch is how many events a rebuild folds in memory before it writes what
// came out of them.
const RebuildBatch = 25_000

// Rebuild makes all partitions of the projections again in one pass over the log:
// into the next build beside the current one, then the readers are turned over and
// the old one is dropped. Runners that work meanwhile go over to the new build by
// themselves. step is told of the events of each batch and may be nil. A rebuild that
// is broken off leaves the current build as it was; the next begins anew.
// es.ErrUnknownType, *es.DecodeError; readmodel.ErrCheckpoint or ErrFenced where others
// are filling the same build, which is then left to them.
func Rebuild(ctx context.Context, store es.Store, reg *es.Registry, m readmodel.Model, ps []Projection, step func(events int)) error {
	en := newEngine(store, reg, m, ps, RebuildBatch)
	if step != nil {
		en.step = step
	}
	builds, err := nextBuilds(ctx, m, ps)
	if err != nil {
		return err
	}
	mark, err := en.fill(ctx, builds)
	switch {
	case errors.Is(err, readmodel.ErrCheckpoint), errors.Is(err, readmodel.ErrFenced):
		return err
	case err != nil:
		return errors.Join(err, abandon(ctx, m, builds))
	}
	for _, s := range builds {
		if err := en.turnOver(ctx, s, mark); err != nil {
			return err
		}
	}
	return nil
}

// turnOver makes a build that was filled up to the mark the current one.
func (e *engine) turnOver(ctx context.Context, s readmodel.Space, mark es.Position) error {
	done, err := e.flip(ctx, s, mark)
	switch {
	case err != nil:
		return err
	case !done:
		return fmt.Errorf("%s was emptied meanwhile: %w", s.Projection, readmodel.ErrCheckpoint)
	}
	return tidy(ctx, e.model, s, false)
}

// fill folds the log up to its head into builds that hold nothing yet, and answers
// where that was.
func (e *engine) fill(ctx context.Context, builds []readmodel.Space) (es.Position, error) {
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	var consumers []*consumer
	var lanes sync.WaitGroup
	for partition := range e.partitions {
		for i, p := range e.projectors {
			f, r := newFold(e, p, partition, builds[i], es.Position{}), newConsumer(partition, es.Position{})
			consumers = append(consumers, r)
			lanes.Go(func() {
				if err := f.consume(ctx, ctx, 0, r, nil, func(chunk) {}); err != nil {
					stop(err)
				}
			})
		}
	}
	p := newPass(e, consumers)
	p.run(ctx, func() bool { return ctx.Err() != nil })
	lanes.Wait()
	return p.at, cmp.Or(context.Cause(ctx), p.failed)
}

// abandon frees what a rebuild filled before it was broken off.
func abandon(ctx context.Context, m readmodel.Model, builds []readmodel.Space) error {
	var err error
	for _, s := range builds {
		err = errors.Join(err, m.Drop(context.WithoutCancel(ctx), s))
	}
	return err
}

// nextBuilds are empty builds beside those that readers use.
func nextBuilds(ctx context.Context, m readmodel.Model, ps []Projection) ([]readmodel.Space, error) {
	builds := make([]readmodel.Space, 0, len(ps))
	for _, p := range ps {
		s, err := nextBuild(ctx, m, p)
		if err != nil {
			return nil, err
		}
		if err := m.Drop(ctx, s); err != nil {
			return nil, err
		}
		builds = append(builds, s)
	}
	return builds, nil
}

// nextBuild is the space after the one that readers use now. Where there is none,
// the first build may be under way: the next is beside it.
func nextBuild(ctx context.Context, m readmodel.Model, p Projection) (readmodel.Space, error) {
	v, err := m.Current(ctx, p.Name(), p.Version())
	if err != nil {
		return readmodel.Space{}, err
	}
	if v != 0 {
		return readmodel.Space{Projection: p.Name(), Version: v}.Next(), nil
	}
	first := readmodel.First(p.Name(), p.Version())
	spaces, err := m.Spaces(ctx, p.Name())
	for _, s := range spaces {
		if s == first {
			return first.Next(), err
		}
	}
	return first, err
}
