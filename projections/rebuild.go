package projections

import (
	"context"
	"errors"

	"fangxin/domain/es"
	"fangxin/projections/readmodel"
)

// RebuildBatch is how many events a rebuild folds in memory before it writes what
// came out of them.
const RebuildBatch = 25_000

// Rebuild makes the projections again from the log: into the next build beside the
// current one, then the readers are turned over and the old one is dropped. step is
// told of the events of each batch and may be nil. A rebuild that is broken off
// leaves the current build as it was; the next begins anew.
// es.ErrUnknownType, *es.DecodeError.
func Rebuild(ctx context.Context, store es.Store, reg *es.Registry, m readmodel.Model, ps []Projection, step func(events int)) error {
	if step == nil {
		step = func(int) {}
	}
	lanes := make([]*lane, 0, len(ps))
	for _, p := range ps {
		s, err := nextBuild(ctx, m, p)
		if err != nil {
			return err
		}
		if err := m.Drop(ctx, s); err != nil {
			return err
		}
		lanes = append(lanes, newLane(p, s, es.Position{}))
	}
	if err := newGroup(m, lanes).catchUp(ctx, store, decoder{reg}, RebuildBatch, step); err != nil {
		return errors.Join(err, abandon(ctx, m, lanes))
	}
	return publish(ctx, m, lanes)
}

// abandon frees what a rebuild filled before it was broken off.
func abandon(ctx context.Context, m readmodel.Model, lanes []*lane) error {
	var err error
	for _, l := range lanes {
		err = errors.Join(err, m.Drop(context.WithoutCancel(ctx), l.space))
	}
	return err
}

// nextBuild is the space after the one that readers use now.
func nextBuild(ctx context.Context, m readmodel.Model, p Projection) (readmodel.Space, error) {
	v, err := m.Current(ctx, p.Name())
	if err != nil {
		return readmodel.Space{}, err
	}
	now := readmodel.Space{Projection: p.Name(), Version: v}
	if v == 0 || !now.Builds(p.Version()) {
		return readmodel.First(p.Name(), p.Version()), nil
	}
	return now.Next(), nil
}
