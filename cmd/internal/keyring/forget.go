package keyring

import (
	"context"
	"errors"

	"fangxin/domain/sealed"
)

// Forget implements sealed.Keyring. When it returns, no file and no object of the
// keyring holds the hash of what was corrected. Other nodes may take it for known for
// Options.Staleness more.
func (k *Keyring) Forget(ctx context.Context, s sealed.Subject, kind sealed.Kind, plain string) error {
	return k.ring.Forget(ctx, s, kind, plain)
}

// Forget implements sealed.Keyring: the hash is overwritten in place, as in an erasure.
func (k *fileRing) Forget(ctx context.Context, s sealed.Subject, kind sealed.Kind, plain string) error {
	m, ok := k.master.markOf(kind, plain)
	return k.do(ctx, &task{scrubs: true, run: func(b *batch) error {
		row, err := b.db.find(s)
		if err != nil || !ok || row.state == erased {
			return err
		}
		b.forget(s)
		b.afterCommit(func() { b.unscrubbed = true })
		_, err = b.db.exec(b.db.overwriteMark, row.id, m[:], make([]byte, markSize))
		return err
	}})
}

// Forget implements sealed.Keyring: from the public place first, as in an erasure.
func (k *objectRing) Forget(ctx context.Context, s sealed.Subject, kind sealed.Kind, plain string) error {
	end, err := k.begin(ctx)
	if err != nil {
		return err
	}
	defer end()
	st, err := k.look(ctx, s)
	m, ok := k.master.markOf(kind, plain)
	if err != nil || !ok || st.state == erased {
		return err
	}
	defer k.cache.drop(s)
	name := k.master.name(s)
	own := marksFolder + name + "/" + m.hex()
	at, err := k.learntIn(ctx, own, "")
	switch {
	case errors.Is(err, sealed.ErrErased): // it is not there
		return nil
	case errors.Is(err, ErrDamaged):
		err = k.forgetWherever(ctx, m.hex(), name)
	case err == nil:
		err = k.remove(ctx, knownObject(m.hex(), at, name))
	}
	if err != nil {
		return err
	}
	return k.remove(ctx, own)
}
