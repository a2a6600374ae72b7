package audit

import (
	"context"
	"strings"

	"fangxin/cmd/internal/readmodel/memory"
	"fangxin/domain/es"
	"fangxin/projections"
	"fangxin/projections/readmodel"
)

const (
	// maxRests is how often a read model is asked whether it has come to rest while it
	// catches up, maxStirs while the log goes on.
	maxRests = 60
	maxStirs = 12
	// copyBatch is how many changes are taken over at once.
	copyBatch = 10_000
)

// copied takes a copy of a build while all its partitions stand at one place.
func (v *Views) copied(ctx context.Context, p projections.Projection, from Dumper) (held, error) {
	begun, err := v.Store.Head(ctx)
	if err != nil {
		return held{}, err
	}
	for attempt := range maxRests {
		s, at, err := v.space(ctx, p)
		if err != nil || s.Version == 0 {
			return held{projection: p}, err
		}
		if rests, err := v.rests(ctx, from, s, at); err != nil {
			return held{}, err
		} else if rests {
			m, err := copyOf(ctx, from, s)
			if err != nil {
				return held{}, err
			}
			// Nothing was written while the copy was made?
			again, still, err := v.space(ctx, p)
			if rests, err2 := v.rests(ctx, from, s, at); err == nil && err2 == nil && rests && again == s && still == at {
				return held{p, s, at, m}, nil
			}
		}
		head, err := v.Store.Head(ctx)
		if err != nil {
			return held{}, err
		}
		if attempt >= maxStirs && head != begun {
			break
		}
		if err := v.Wait(ctx, attempt); err != nil {
			return held{}, err
		}
	}
	return held{}, ErrMoving
}

// rests says whether all partitions stand at the place.
func (v *Views) rests(ctx context.Context, m readmodel.Model, s readmodel.Space, at es.Position) (bool, error) {
	for p := range m.Partitions() {
		here, err := m.Checkpoint(ctx, s, p)
		if err != nil || here != at {
			return false, err
		}
	}
	return true, nil
}

// copyOf takes all partitions together into one: counters add up, of a shared document
// the latest stays.
func copyOf(ctx context.Context, from Dumper, s readmodel.Space) (*memory.Model, error) {
	to := memory.New()
	latest := map[string]es.Position{}
	batch := readmodel.Batch{Space: s}
	flush := func() error {
		batch.To = es.Position{Commit: batch.From.Commit + 1, Prepare: batch.From.Prepare + 1}
		err := to.Commit(ctx, batch)
		batch.From, batch.Changes = batch.To, nil
		return err
	}
	for p := range from.Partitions() {
		err := from.Dump(ctx, s, p, func(c readmodel.Change) error {
			if c.Op == readmodel.PutDoc && !strings.HasPrefix(c.Key, readmodel.ViewPrefix) {
				if at, ok := latest[c.Key]; ok && !at.Before(c.At) {
					return nil
				}
				latest[c.Key] = c.At
			}
			if batch.Changes = append(batch.Changes, c); len(batch.Changes) < copyBatch {
				return nil
			}
			return flush()
		})
		if err != nil {
			return nil, err
		}
	}
	return to, flush()
}
