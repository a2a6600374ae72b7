package bench

import (
	"context"
	"errors"
	"fmt"
	"time"

	"fangxin/cmd/internal/readmodel/memory"
	"fangxin/projections"
	"fangxin/projections/casework"
	"fangxin/projections/readmodel"
)

// startGoal is for a start from a snapshot, beside a replay of the whole log.
const startGoal = 0.3

// Start compares how long it takes from opening the read model until the lists
// stand where the log does and the first page is answered: from a snapshot, and by
// replaying the log.
func Start(open OpenStore, all MakeProjections) Bench {
	return Bench{Name: "start", About: "start from a snapshot and by replay", Run: func(ctx context.Context, r *Run) (err error) {
		l, err := makeLog(ctx, r, open)
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, l.store.Close()) }()
		kept, err := r.Dir()
		if err != nil {
			return err
		}
		if _, err := l.start(ctx, kept, all, 0); err != nil {
			return err
		}
		m, err := r.SideBySide(ctx, "ms",
			Side{"start by replay", func(ctx context.Context) (float64, error) {
				empty, err := r.Dir()
				if err != nil {
					return 0, err
				}
				return l.start(ctx, empty, all, 0)
			}},
			Side{"start from a snapshot", func(ctx context.Context) (float64, error) { return l.start(ctx, kept, all, 1) }},
		)
		if err != nil {
			return err
		}
		r.AtMost("start from a snapshot / by replay", m[1]/m[0], startGoal)
		return nil
	}}
}

// errSnapshot: the start did not use, or did not find, what it should.
var errSnapshot = errors.New("snapshot")

// start opens the read model in a folder, with at least so many spaces from its
// snapshot, catches up, asks for a page, and answers the milliseconds that took.
// Closing, which writes the snapshot, is not counted.
func (l *caseLog) start(ctx context.Context, dir string, all MakeProjections, spaces int) (ms float64, err error) {
	begin := time.Now()
	ps, err := all()
	if err != nil {
		return 0, err
	}
	model, found, err := memory.Open(memory.Options{Dir: dir, Types: typesOf(ps), Changes: 1 << 40, Every: time.Hour})
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, model.Close()) }()
	if found.Damaged != nil || found.Spaces < spaces {
		return 0, errors.Join(fmt.Errorf("%w: %d spaces", errSnapshot, found.Spaces), found.Damaged)
	}
	runner, err := projections.NewRunner(l.store, l.registry, model, ps, projections.Options{})
	if err != nil {
		return 0, err
	}
	head, err := l.store.Head(ctx)
	if err != nil {
		return 0, err
	}
	var took time.Duration
	err = runUntil(ctx, runner, head, func() error {
		_, err := casework.List(ctx, model, casework.Filter{}, "", 20)
		took = time.Since(begin)
		return err
	})
	return float64(took.Microseconds()) / 1e3, err
}

// typesOf tells the read model which documents a space holds.
func typesOf(ps []projections.Projection) func(readmodel.Space) []readmodel.DocType {
	return func(s readmodel.Space) []readmodel.DocType {
		for _, p := range ps {
			if p.Name() == s.Projection && s.Builds(p.Version()) {
				return p.Docs()
			}
		}
		return nil
	}
}
