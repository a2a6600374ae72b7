package keyring

import (
	"context"

	"fangxin/domain/sealed"
)

// Seal implements sealed.Keyring. A matter whose key is cached and whose known
// fields are stored touches no disk; the others share the writer's next commit.
func (k *fileRing) Seal(ctx context.Context, matters ...sealed.Matter) ([][]sealed.Value, error) {
	wants, missing, err := k.wants(ctx, matters)
	if err != nil {
		return nil, err
	}
	if len(missing) > 0 {
		if err := k.do(ctx, sealTask(missing)); err != nil {
			return nil, err
		}
	}
	return k.sealAll(wants, matters)
}

func sealTask(missing []*want) *task {
	return &task{
		undoable: len(missing) > 1,
		run: func(b *batch) error {
			for _, w := range missing {
				if err := b.ensure(w); err != nil {
					return err
				}
			}
			return nil
		},
	}
}

// ensure makes the subject's key durable with this batch, and its marks.
func (b *batch) ensure(w *want) error {
	if w.fresh != nil {
		id, inserted, err := b.db.insert(w.subject, active, w.fresh.wrapped)
		if err != nil {
			return err
		}
		if inserted {
			w.key = w.fresh.key
			return b.remember(&entry{subject: w.subject, row: id, key: w.key}, w.marks, true)
		}
	}
	e, err := b.load(w.subject)
	if err != nil {
		return err
	}
	w.key = e.key
	return b.remember(e, w.marks, false)
}

func (b *batch) remember(e *entry, marks []mark, fresh bool) error {
	b.afterCommit(func() { b.cache.put(e, marks) })
	return b.db.know(e.row, marks, fresh)
}
