package program

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"

	"fangxin/cmd/internal/clock"
	"fangxin/cmd/internal/keyring"
	"fangxin/domain/es"
	"fangxin/projections"
	"fangxin/projections/readmodel"
)

var errNothing = errors.New("no installation there")

// held says that a running node has the stores.
func held(err error) bool { return errors.Is(err, es.ErrLocked) || errors.Is(err, keyring.ErrLocked) }

// openStanding opens the stores of an installation that exists.
func openStanding(ctx context.Context, c Config) (*adapters, error) {
	if f := c.folder(); c.EventStore == "" && !f.exists() {
		return nil, fmt.Errorf("%s: %w", c.Data, errNothing)
	}
	return openAdapters(ctx, c, clock.System{}, quiet())
}

// quiet is for commands: what an operator has to know they say themselves.
func quiet() *slog.Logger { return slog.New(slog.DiscardHandler) }

// rebuild makes the read models again from the log. Embedded ones are made here where
// the node stands, in the node where it runs; shared ones here, beside what the nodes
// serve, and they go over to them by themselves.
func rebuild(ctx context.Context, in Invocation, args []string) error {
	fs, c, file := newFlags("rebuild", in.Stderr)
	if _, err := parse(fs, file, args, in.Env); err != nil {
		return err
	}
	if c.EventStore != "" && c.ReadModel == "" {
		// Nothing of such a node is locked but its control socket.
		if err := ask(ctx, c.folder(), "rebuild", nil, in.Stderr); !errors.Is(err, errNoControl) {
			return err
		}
	}
	a, err := openStanding(ctx, *c)
	if held(err) {
		fmt.Fprintln(in.Stderr, "the node is running and makes them itself")
		return ask(ctx, c.folder(), "rebuild", nil, in.Stderr)
	}
	if err != nil {
		return err
	}
	return errors.Join(a.rebuildStanding(ctx, in.Stderr), a.close())
}

func (a *adapters) rebuildStanding(ctx context.Context, say io.Writer) error {
	all := projectionsOf(a)
	model, err := a.openViews(ctx, all)
	if err != nil {
		return err
	}
	if model.loaded.Damaged != nil {
		fmt.Fprintln(say, "the snapshot is put aside:", model.loaded.Damaged)
	}
	err = a.rebuildInto(ctx, model, all, say)
	return errors.Join(err, model.Close())
}

// rebuildInto fills the next build of each projection beside the current one and
// turns the readers over.
func (a *adapters) rebuildInto(ctx context.Context, model readmodel.Model, all []projections.Projection, say io.Writer) error {
	total, err := a.events()
	if err != nil {
		return err
	}
	p := newProgress(say, "events", total)
	err = projections.Rebuild(ctx, a.store, a.registry, model, all, func(n int) { p.add(int64(n)) })
	p.end()
	return err
}

// events is how many the log holds, 0 where it does not count them.
func (a *adapters) events() (int64, error) {
	if a.local == nil {
		return 0, nil
	}
	stats, err := a.local.Stats()
	return stats.Events, err
}

// rebuild of a running node: lists are served from the current build until the new
// one is complete; the runner goes over to it by itself.
func (n *node) rebuild(ctx context.Context, say io.Writer) error {
	if err := n.rebuildInto(ctx, n.model, projectionsOf(n.adapters), say); err != nil {
		return err
	}
	return n.model.Save()
}
