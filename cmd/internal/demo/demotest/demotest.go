// Package demotest plays demonstrations on memory stores, for tests that need a
// plausible log: any seed, any size, the whole log and whatever is projected from it.
package demotest

import (
	"bytes"
	"context"
	"iter"
	"log/slog"
	"math/rand/v2"
	"time"

	"fangxin/cmd/internal/codec"
	"fangxin/cmd/internal/demo"
	"fangxin/cmd/internal/readmodel/memory"
	"fangxin/domain/calendar"
	"fangxin/domain/complaint"
	"fangxin/domain/es"
	"fangxin/domain/es/estest"
	"fangxin/domain/sealed/sealedtest"
	"fangxin/domain/statute"
	"fangxin/domain/usecase"
	"fangxin/projections"
)

// Deps are those of an installation in memory that runs all lanes, with the compiled law.
func Deps(now time.Time) (usecase.Deps, error) {
	law, err := statute.Load()
	if err != nil {
		return usecase.Deps{}, err
	}
	table, err := calendar.Load()
	return usecase.Deps{
		Store: estest.NewStore(estest.Shared()), Registry: usecase.NewRegistry(codec.JSON{}), Keyring: sealedtest.NewKeyring(),
		Law: complaint.Law{
			Catalogue: law, Calendar: table,
			Lanes: []complaint.Lane{complaint.LaneDepartment, complaint.LaneDirect, complaint.LaneAssociation},
		},
		Now: func() time.Time { return now }, Entropy: rand.NewChaCha8([32]byte{}),
		Wait: func(ctx context.Context, _ int) error { return ctx.Err() }, LinkKey: bytes.Repeat([]byte{1}, 32),
	}, err
}

// Keep appends each entry by itself.
func Keep(store es.Store) func(context.Context, iter.Seq[es.Entry]) error {
	return func(ctx context.Context, entries iter.Seq[es.Entry]) error {
		for e := range entries {
			if _, err := store.Append(ctx, e.Stream, e.Expected, e.Events); err != nil {
				return err
			}
		}
		return nil
	}
}

// Play plays a year up to now, with so many cases, and answers the installation: its log
// is Deps.Store, read with Deps.Registry. The same seed gives the same facts.
func Play(ctx context.Context, seed uint64, cases int, now time.Time) (usecase.Deps, error) {
	deps, err := Deps(now)
	if err != nil {
		return deps, err
	}
	_, err = demo.Play(ctx, demo.Stage{Deps: deps, Keep: Keep(deps.Store), Log: slog.New(slog.DiscardHandler), Seed: seed, Cases: cases}, now)
	return deps, err
}

// Project projects a log from its beginning.
func Project(ctx context.Context, d usecase.Deps, all ...projections.Projection) (*memory.Model, error) {
	m := memory.New()
	return m, projections.Rebuild(ctx, d.Store, d.Registry, m, all, nil)
}
