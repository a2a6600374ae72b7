package keyring

import (
	"context"
	"slices"

	"fangxin/domain/sealed"
)

// want is what the writer must do for one matter before it can be sealed.
type want struct {
	subject sealed.Subject
	marks   []mark
	// fresh is the key to store if the subject has none.
	fresh *freshKey
	// key is the subject's durable key, once it is known.
	key *sealed.DataKey
}

// Seal implements sealed.Keyring. A matter whose key is cached and whose known
// fields are stored touches no disk; the others share the writer's next commit.
func (k *Keyring) Seal(ctx context.Context, matters ...sealed.Matter) ([][]sealed.Value, error) {
	for _, m := range matters {
		if err := m.Check(); err != nil {
			return nil, err
		}
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	wants := make([]want, len(matters))
	var missing []*want
	for i, m := range matters {
		if !m.HasData() {
			continue
		}
		ready, err := k.prepare(&wants[i], m)
		if err != nil {
			return nil, err
		}
		if !ready {
			missing = append(missing, &wants[i])
		}
	}
	if len(missing) > 0 {
		if err := k.do(ctx, sealTask(missing)); err != nil {
			return nil, err
		}
	}
	return k.sealAll(wants, matters)
}

// prepare does what needs no disk: hashing, and drawing and wrapping a key that is
// probably new, so that the writer need not.
func (k *Keyring) prepare(w *want, m sealed.Matter) (ready bool, err error) {
	w.subject = m.Subject
	for _, f := range m.Known {
		if mark, ok := k.master.markOf(f.Kind, f.Plain); ok && !slices.Contains(w.marks, mark) {
			w.marks = append(w.marks, mark)
		}
	}
	e, stored := k.cache.get(m.Subject, w.marks)
	if e != nil {
		w.key = e.key
		return stored, nil
	}
	w.fresh, err = k.master.newKey(m.Subject, k.options.Entropy)
	return false, err
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

func (k *Keyring) sealAll(wants []want, matters []sealed.Matter) ([][]sealed.Value, error) {
	values := make([][]sealed.Value, len(matters))
	for i, m := range matters {
		if wants[i].key == nil {
			values[i] = make([]sealed.Value, len(m.Fields))
			continue
		}
		var err error
		if values[i], err = wants[i].key.Seal(k.options.Entropy, m.Fields); err != nil {
			return nil, err
		}
	}
	return values, nil
}
