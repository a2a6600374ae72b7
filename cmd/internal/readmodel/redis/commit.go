package redis

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"time"

	driver "github.com/redis/go-redis/v9"

	"fangxin/domain/es"
	"fangxin/projections/readmodel"
)

// ErrScore: Redis orders by numbers that are exact only up to 2^53.
var ErrScore = errors.New("score of an index member is out of bounds")

const maxScore = 1 << 53

// stageTime is how long steps that nobody accepted lie about.
const stageTime = 10 * time.Minute

// Commit applies a batch. One that is small enough is one step. A larger one
// is laid ready where nobody reads, accepted by one write, and then applied step by
// step: who comes by in between finishes it first, so that readers see all of it or
// nothing, and no step keeps the server for long.
func (m *Model) Commit(ctx context.Context, b readmodel.Batch) error {
	if b.Partition < 0 || b.Partition >= m.partitions {
		return readmodel.ErrPartition
	}
	err := m.do(ctx, func() error {
		if err := m.list(ctx, b.Space, b.From.IsStart()); err != nil {
			return err
		}
		return m.commit(ctx, &b)
	})
	switch {
	case err == nil:
		m.count.commits.Add(1)
		m.count.changes.Add(uint64(len(b.Changes)))
	case errors.Is(err, readmodel.ErrCheckpoint), errors.Is(err, readmodel.ErrFenced):
		m.count.refused.Add(1)
	}
	return err
}

func (m *Model) commit(ctx context.Context, b *readmodel.Batch) error {
	w := writing{m: m, batch: b, token: rand.Text(), head: m.head(b.Space, b.Partition)}
	p := m.pieces.Get().(*piece)
	defer func() {
		p.reset()
		m.pieces.Put(p)
		_ = w.wait() // what failed before is told already
	}()
	for i := range b.Changes {
		if p.full(m.sizes) {
			if err := w.stage(ctx, p.pack()); err != nil {
				return err
			}
			p.reset()
		}
		if err := p.add(&b.Changes[i]); err != nil {
			return err
		}
	}
	if w.steps == 0 {
		return w.finish(ctx, m.scripts.commit, nil, p.pack())
	}
	if err := w.flush(ctx, p.pack()); err != nil {
		return err
	}
	m.count.staged.Add(1)
	if err := w.finish(ctx, m.scripts.accept, []string{w.stageKey()}, w.steps); err != nil {
		// What was laid ready would go by itself, later.
		return errors.Join(err, m.client.Unlink(ctx, w.stageKey()).Err())
	}
	return m.help(ctx, w.head)
}

// writing is one batch on its way.
type writing struct {
	m     *Model
	batch *readmodel.Batch
	token string
	head  string
	steps int
	ready [][]byte // not sent yet
	// sent tells how the sending under way ended; nil where none is.
	sent chan error
}

// stageAhead is how many steps are sent at once.
const stageAhead = 8

func (w *writing) stageKey() string { return w.head + ":" + w.token }

func (w *writing) stage(ctx context.Context, step []byte) error {
	if w.steps == 0 {
		if err := w.worthwhile(ctx); err != nil {
			return err
		}
	}
	w.ready = append(w.ready, step)
	w.steps++
	if len(w.ready) < stageAhead {
		return nil
	}
	// The next steps are made while these are sent.
	if err := w.wait(); err != nil {
		return err
	}
	ready, sent := w.ready, make(chan error, 1)
	w.ready, w.sent = nil, sent
	go func() { sent <- w.send(ctx, ready) }()
	return nil
}

// wait waits for the sending under way.
func (w *writing) wait() error {
	if w.sent == nil {
		return nil
	}
	err := <-w.sent
	w.sent = nil
	return err
}

// worthwhile spares laying ready what would be refused.
func (w *writing) worthwhile(ctx context.Context) error {
	h, err := w.m.client.HMGet(ctx, w.head, "at", "torn", "to").Result()
	if err != nil {
		return err
	}
	now, _ := h[0].(string)
	if h[1] != "1" && h[2] == nil && now != stored(w.batch.From) {
		return readmodel.ErrCheckpoint
	}
	return nil
}

func (w *writing) flush(ctx context.Context, last []byte) error {
	w.steps++
	if err := w.wait(); err != nil {
		return err
	}
	return w.send(ctx, append(w.ready, last))
}

func (w *writing) send(ctx context.Context, steps [][]byte) error {
	_, err := w.m.client.Pipelined(ctx, func(p driver.Pipeliner) error {
		for _, step := range steps {
			p.RPush(ctx, w.stageKey(), step)
		}
		p.Expire(ctx, w.stageKey(), stageTime)
		return nil
	})
	return err
}

// maxPending is how often in a row a batch of another writer is finished first.
const maxPending = 5

// finish runs the script that writes or accepts the batch.
func (w *writing) finish(ctx context.Context, s *driver.Script, keys []string, last any) error {
	b := w.batch
	c := call{
		keys: append([]string{w.head, w.m.lives(b.Partition), w.m.gone(b.Partition)}, keys...),
		args: []any{stored(b.From), stored(b.To), fmt.Sprintf("%020d", b.Fence), w.token, last},
	}
	for range maxPending {
		out, err := w.m.run(ctx, s, c)
		if err != nil {
			return err
		}
		switch out[0] {
		case "ok", "applied":
			return nil
		case "moved":
			return readmodel.ErrCheckpoint
		case "fenced":
			return readmodel.ErrFenced
		case "pending":
			if err := w.m.help(ctx, w.head); err != nil {
				return err
			}
		default:
			return fmt.Errorf("%w: %v", errAnswer, out[0])
		}
	}
	return readmodel.ErrCheckpoint
}

// help finishes the batch that a partition has accepted, if there is one. Two steps are
// sent at once, so that the server does not wait for us between them.
func (m *Model) help(ctx context.Context, head string) error {
	step := call{keys: []string{head}}
	for {
		out, err := m.run(ctx, m.scripts.step, step, step)
		if err != nil {
			return err
		}
		for i := range out {
			left, err := numberAt(out, i)
			if err != nil {
				return err
			}
			if left >= 0 {
				m.count.steps.Add(1)
			}
			if left <= 0 {
				return nil
			}
		}
	}
}

// stored is a checkpoint as it is kept; the start is "".
func stored(at es.Position) string {
	if at.IsStart() {
		return ""
	}
	return at.String()
}

// Checkpoint of one partition; the start where nothing was committed, or where what
// there is cannot be used.
func (m *Model) Checkpoint(ctx context.Context, s readmodel.Space, partition int) (es.Position, error) {
	if partition < 0 || partition >= m.partitions {
		return es.Position{}, readmodel.ErrPartition
	}
	at, err := m.checkpoints(ctx, []string{m.head(s, partition)})
	if err != nil {
		return es.Position{}, err
	}
	return at[0], nil
}

// Lowest is the lowest checkpoint of all partitions.
func (m *Model) Lowest(ctx context.Context, s readmodel.Space) (es.Position, error) {
	at, err := m.checkpoints(ctx, m.heads(s))
	if err != nil {
		return es.Position{}, err
	}
	low := at[0]
	for _, a := range at[1:] {
		if a.Before(low) {
			low = a
		}
	}
	return low, nil
}

func (m *Model) checkpoints(ctx context.Context, heads []string) ([]es.Position, error) {
	out := make([]es.Position, len(heads))
	err := m.do(ctx, func() error {
		cmds := make([]*driver.SliceCmd, len(heads))
		_, err := m.client.Pipelined(ctx, func(p driver.Pipeliner) error {
			for i, h := range heads {
				cmds[i] = p.HMGet(ctx, h, "at", "torn", "to")
			}
			return nil
		})
		if err != nil {
			return err
		}
		for i, cmd := range cmds {
			// A batch that was accepted will be applied: it counts once it is.
			at, ok := cmd.Val()[0].(string)
			if !ok || cmd.Val()[1] == "1" && cmd.Val()[2] == nil {
				continue
			}
			if out[i], err = es.ParsePosition(at); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}
