package keyring

import (
	"context"
	"slices"

	"fangxin/domain/sealed"
)

// sealer is what a keyring does without its store: it hashes, draws keys, remembers
// the keys used last and seals with them.
type sealer struct {
	options Options
	master  *master
	cache   *cache
}

// unlock takes the master key; used says that the store was made with one already.
func (k *sealer) unlock(used bool) (err error) {
	root := k.options.Master
	if root == nil {
		if root, err = loadMaster(k.options.MasterFile, used, k.options.Entropy); err != nil {
			return err
		}
	}
	k.master, err = newMaster(root)
	return err
}

// Derive makes a key for another purpose.
func (k *sealer) Derive(purpose string) ([]byte, error) { return k.master.derive("for " + purpose) }

// want is what the store must hold for one matter before it can be sealed.
type want struct {
	subject sealed.Subject
	marks   []mark
	// fresh is the key to store if the subject has none.
	fresh *freshKey
	// key is the subject's durable key, once it is known.
	key *sealed.DataKey
}

// wants checks the matters and answers what each needs; missing are those the store
// must be asked for.
func (k *sealer) wants(ctx context.Context, matters []sealed.Matter) (wants []want, missing []*want, err error) {
	for _, m := range matters {
		if err := m.Check(); err != nil {
			return nil, nil, err
		}
	}
	if err := ctx.Err(); err != nil {
		return nil, nil, err
	}
	wants = make([]want, len(matters))
	for i, m := range matters {
		if !m.HasData() {
			continue
		}
		ready, err := k.prepare(&wants[i], m)
		if err != nil {
			return nil, nil, err
		}
		if !ready {
			missing = append(missing, &wants[i])
		}
	}
	return wants, missing, nil
}

// prepare does what needs no disk: hashing, and drawing and wrapping a key that is
// probably new, so that the store need not wait for it.
func (k *sealer) prepare(w *want, m sealed.Matter) (ready bool, err error) {
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

func (k *sealer) sealAll(wants []want, matters []sealed.Matter) ([][]sealed.Value, error) {
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
