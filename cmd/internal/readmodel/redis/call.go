package redis

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"time"

	driver "github.com/redis/go-redis/v9"

	"fangxin/projections/readmodel"
)

//go:embed scripts/apply.lua
var applySource string

//go:embed scripts/commit.lua
var commitSource string

//go:embed scripts/accept.lua
var acceptSource string

//go:embed scripts/step.lua
var stepSource string

//go:embed scripts/drop.lua
var dropSource string

//go:embed scripts/sweep.lua
var sweepSource string

//go:embed scripts/head.lua
var headSource string

//go:embed scripts/documents.lua
var documentsSource string

//go:embed scripts/names.lua
var namesSource string

//go:embed scripts/counters.lua
var countersSource string

//go:embed scripts/sets.lua
var setsSource string

//go:embed scripts/page.lua
var pageSource string

//go:embed scripts/count.lua
var countSource string

// scripts are run by their hash; a server that does not know one is sent its text.
type scripts struct {
	commit, accept, step, drop, sweep       *driver.Script
	documents, names, counters, page, count *driver.Script
}

func newScripts(s sizes) scripts {
	return scripts{
		commit:    driver.NewScript(applySource + commitSource),
		accept:    driver.NewScript(applySource + acceptSource),
		step:      driver.NewScript(applySource + stepSource),
		drop:      driver.NewScript(dropSource),
		sweep:     driver.NewScript(sweepSource),
		documents: driver.NewScript(headSource + documentsSource),
		names:     driver.NewScript(headSource + namesSource),
		counters:  driver.NewScript(headSource + countersSource),
		page:      driver.NewScript(s.lua() + headSource + setsSource + pageSource),
		count:     driver.NewScript(s.lua() + headSource + setsSource + countSource),
	}
}

// call is one run of a script.
type call struct {
	keys []string
	args []any
}

// run runs a script once for each call, all of them sent at once, and returns the
// answers in order.
func (m *Model) run(ctx context.Context, s *driver.Script, calls ...call) ([]any, error) {
	cmds, err := m.send(ctx, calls, func(p driver.Pipeliner, c call) *driver.Cmd {
		return s.EvalSha(ctx, p, c.keys, c.args...)
	})
	var unknown []call
	var which []int
	for i, cmd := range cmds {
		if driver.HasErrorPrefix(cmd.Err(), "NOSCRIPT") {
			unknown, which = append(unknown, calls[i]), append(which, i)
		}
	}
	if len(unknown) > 0 {
		m.count.reloads.Add(1)
		again, failed := m.send(ctx, unknown, func(p driver.Pipeliner, c call) *driver.Cmd {
			return s.Eval(ctx, p, c.keys, c.args...)
		})
		for k, i := range which {
			cmds[i] = again[k]
		}
		err = failed
	}
	out := make([]any, len(cmds))
	for i, cmd := range cmds {
		if err := cmd.Err(); err != nil {
			return nil, err
		}
		out[i] = cmd.Val()
	}
	return out, err
}

func (m *Model) send(ctx context.Context, calls []call, queue func(driver.Pipeliner, call) *driver.Cmd) ([]*driver.Cmd, error) {
	m.count.scripts.Add(uint64(len(calls)))
	pipe := m.client.Pipeline()
	cmds := make([]*driver.Cmd, len(calls))
	for i, c := range calls {
		cmds[i] = queue(pipe, c)
	}
	_, err := pipe.Exec(ctx)
	if driver.HasErrorPrefix(err, "NOSCRIPT") {
		err = nil
	}
	return cmds, err
}

// do runs what talks to the server and returns at the latest when the context ends;
// what was sent by then may still take effect.
func (m *Model) do(ctx context.Context, f func() error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	m.mu.RLock()
	if m.closed {
		m.mu.RUnlock()
		return readmodel.ErrClosed
	}
	m.calls.Add(1)
	m.mu.RUnlock()
	if ctx.Done() == nil {
		defer m.calls.Done()
		return fault(ctx, f())
	}
	done := make(chan error, 1)
	go func() {
		defer m.calls.Done()
		done <- f()
	}()
	select {
	case err := <-done:
		return fault(ctx, err)
	case <-ctx.Done():
		return ctx.Err()
	}
}

// fault makes the port's errors of the driver's. Whatever the server says that is
// none of the port's own means that it cannot answer now.
func fault(ctx context.Context, err error) error {
	if err == nil {
		return nil
	}
	if ended := ctx.Err(); ended != nil {
		return ended
	}
	// The driver ends at the context's deadline, perhaps just before the context does.
	if at, ok := ctx.Deadline(); ok && !time.Now().Before(at) {
		return context.DeadlineExceeded
	}
	for _, own := range []error{
		readmodel.ErrUnavailable, readmodel.ErrCheckpoint, readmodel.ErrFenced, ErrScore,
	} {
		if errors.Is(err, own) {
			return err
		}
	}
	return fmt.Errorf("%w: %w", readmodel.ErrUnavailable, err)
}

// errAnswer: the server answered something else than the script does.
var errAnswer = errors.New("answer cannot be read")
