package projections

import (
	"context"

	"fangxin/domain/es"
	"fangxin/projections/readmodel"
)

// publish makes a build the current one of its version, once all its partitions
// stand at the mark or behind it, which was the head of the log at some moment. It
// says whether the build is current now. Any node may do it, and several at once.
// errTurned: another build is current.
func (e *engine) publish(ctx context.Context, p *projector, s readmodel.Space, mark es.Position, alone bool) (bool, error) {
	v, err := e.model.Current(ctx, s.Projection, p.Version())
	switch {
	case err != nil:
		return false, err
	case v == s.Version:
		return true, nil
	case v != 0:
		return false, errTurned
	}
	done, err := e.flip(ctx, s, mark)
	if err != nil || !done {
		return false, err
	}
	return true, tidy(ctx, e.model, s, alone)
}

// flip turns readers over to a build whose partitions all stand at the mark or behind
// it, and says whether they do.
func (e *engine) flip(ctx context.Context, s readmodel.Space, mark es.Position) (bool, error) {
	if filled, err := e.filled(ctx, s, mark); err != nil || !filled {
		return false, err
	}
	if err := e.model.Flip(ctx, s); err != nil {
		return false, err
	}
	// Between the look and the flip the build may have been dropped.
	filled, err := e.filled(ctx, s, mark)
	if err == nil && !filled {
		err = e.model.Drop(ctx, s)
	}
	return filled, err
}

// filled says whether all partitions of a build stand at the mark or behind it.
func (e *engine) filled(ctx context.Context, s readmodel.Space, mark es.Position) (bool, error) {
	low, err := e.model.Lowest(ctx, s)
	return err == nil && !low.Before(mark), err
}

// tidy drops the builds of a version beside the current one, but not the next, which
// may be under way. Builds of other versions may be in use by nodes of those
// versions; a node that is alone drops them too.
func tidy(ctx context.Context, m readmodel.Model, current readmodel.Space, alone bool) error {
	return drop(ctx, m, current.Projection, func(s readmodel.Space) bool {
		if s.Major() != current.Major() {
			return !alone
		}
		return s == current || s == current.Next()
	})
}

// dropVersion drops a build and all others of its version.
func dropVersion(ctx context.Context, m readmodel.Model, build readmodel.Space) error {
	if err := m.Drop(ctx, build); err != nil {
		return err
	}
	return drop(ctx, m, build.Projection, func(s readmodel.Space) bool { return s.Major() != build.Major() })
}

// Retire drops the builds of the projections that keep does not want: those of
// versions that no node runs any more.
func Retire(ctx context.Context, m readmodel.Model, ps []Projection, keep func(readmodel.Space) bool) error {
	for _, p := range ps {
		if err := drop(ctx, m, p.Name(), keep); err != nil {
			return err
		}
	}
	return nil
}

func drop(ctx context.Context, m readmodel.Model, projection string, keep func(readmodel.Space) bool) error {
	spaces, err := m.Spaces(ctx, projection)
	if err != nil {
		return err
	}
	for _, s := range spaces {
		if keep(s) {
			continue
		}
		if err := m.Drop(ctx, s); err != nil {
			return err
		}
	}
	return nil
}
