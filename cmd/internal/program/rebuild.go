package program

import (
	"context"
	"errors"
	"fmt"
	"io"

	"fangxin/cmd/internal/clock"
	"fangxin/cmd/internal/keyring"
	"fangxin/cmd/internal/readmodel/memory"
	"fangxin/domain/es"
	"fangxin/projections"
)

var errNothing = errors.New("no installation there")

// held says that a running node has the stores.
func held(err error) bool { return errors.Is(err, es.ErrLocked) || errors.Is(err, keyring.ErrLocked) }

// openStanding opens the stores of an installation that exists.
func openStanding(ctx context.Context, c Config) (*adapters, error) {
	if f := (folder{root: c.Data}); !f.exists() {
		return nil, fmt.Errorf("%s: %w", c.Data, errNothing)
	}
	return openAdapters(ctx, c, clock.System{})
}

// rebuild makes the read models again from the log: here where the node stands, in
// the node where it runs.
func rebuild(ctx context.Context, in Invocation, args []string) error {
	fs, c, file := newFlags("rebuild", in.Stderr)
	if _, err := parse(fs, file, args, in.Env); err != nil {
		return err
	}
	a, err := openStanding(ctx, *c)
	if held(err) {
		fmt.Fprintln(in.Stderr, "the node is running and makes them itself")
		return ask(ctx, folder{root: c.Data}, "rebuild", nil, in.Stderr)
	}
	if err != nil {
		return err
	}
	return errors.Join(a.rebuildStanding(ctx, in.Stderr), a.close())
}

func (a *adapters) rebuildStanding(ctx context.Context, say io.Writer) error {
	all := projectionsOf(a)
	model, loaded, err := memory.Open(memory.Options{Dir: a.folder.views(), Types: documentTypes(all)})
	if err != nil {
		return err
	}
	if loaded.Damaged != nil {
		fmt.Fprintln(say, "the snapshot is put aside:", loaded.Damaged)
	}
	err = a.rebuildInto(ctx, model, all, say)
	return errors.Join(err, model.Close())
}

// rebuildInto fills the next version of each projection beside the current one and
// turns the readers over.
func (a *adapters) rebuildInto(ctx context.Context, model *memory.Model, all []projections.Projection, say io.Writer) error {
	stats, err := a.store.Stats()
	if err != nil {
		return err
	}
	p := newProgress(say, "events", stats.Events)
	err = projections.Rebuild(ctx, a.store, a.registry, model, all, func(n int) { p.add(int64(n)) })
	p.end()
	return err
}

// rebuild of a running node: lists are served from the current version until the new
// one is complete; then the reader of the log goes on behind it.
func (n *node) rebuild(ctx context.Context, say io.Writer) error {
	if err := n.rebuildInto(ctx, n.model, projectionsOf(n.adapters), say); err != nil {
		return err
	}
	select {
	case n.rebuilt <- struct{}{}:
	case <-ctx.Done():
		return ctx.Err()
	}
	return n.model.Save()
}

// project runs the projections until the context ends. A rebuild ends a run: the
// next begins on what it made.
func (n *node) project(ctx context.Context) {
	for ctx.Err() == nil {
		run, stop := context.WithCancel(ctx)
		ended := make(chan error, 1)
		go func() { ended <- n.runner.Run(run) }()
		select {
		case err := <-ended:
			ended <- nil
			if err != nil && ctx.Err() == nil {
				n.log.Error("projections stopped; the last good data keep being served", "error", err)
			}
			select {
			case <-n.rebuilt:
			case <-ctx.Done():
			}
		case <-n.rebuilt:
		case <-ctx.Done():
		}
		stop()
		if err := <-ended; err != nil {
			n.log.Debug("projections stopped for new read models", "error", err)
		}
	}
}
