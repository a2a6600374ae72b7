package keyring

import (
	"context"
	"errors"
	"fmt"
	"time"

	"fangxin/cmd/internal/objects"
	"fangxin/domain/sealed"
)

// standing is what the store says of a subject.
type standing struct {
	record subjectRecord
	state  string
	asked  time.Duration
}

// look asks the store about a subject: sealed.ErrNoKey where it never had a key. The
// erasure list is asked too: it outlives a backup of the keys.
func (k *objectRing) look(ctx context.Context, s sealed.Subject) (standing, error) {
	if sealed.CheckSubject(s) != nil {
		return standing{}, sealed.ErrNoKey
	}
	return k.lookByName(ctx, k.master.name(s))
}

func (k *objectRing) lookByName(ctx context.Context, name string) (standing, error) {
	st := standing{asked: k.options.Elapsed(), state: active}
	var content []byte
	var held, listed, held47 bool
	err := parallel(3, func(i int) (err error) {
		switch i {
		case 0:
			if content, err = k.read(ctx, subjectFolder+name); errors.Is(err, objects.ErrNotFound) {
				return nil
			}
			held = err == nil
		case 1:
			listed, err = k.stands(ctx, erasuresFolder+name)
		case 2:
			held47, err = k.stands(ctx, restrictFolder+name)
		}
		return err
	})
	if err != nil {
		return st, err
	}
	if held {
		if st.record, err = k.master.readRecord(name, content); err != nil {
			return st, err
		}
	}
	switch {
	case listed, held && st.record.tombstone():
		st.state = erased
	case !held:
		return st, sealed.ErrNoKey
	case held47:
		st.state = restricted
	}
	return st, k.settleRestored(ctx, name, st, listed)
}

// settleRestored destroys a key that came back with a backup older than the list.
func (k *objectRing) settleRestored(ctx context.Context, name string, st standing, listed bool) error {
	if !listed || st.record.tombstone() {
		return nil
	}
	content, err := k.read(ctx, erasuresFolder+name)
	if err != nil {
		return unavailable("keyring", err)
	}
	e, err := k.master.readErasure(name, content)
	if err != nil {
		return err
	}
	return k.destroy(ctx, e)
}

// load answers the key of an active subject and remembers it.
func (k *objectRing) load(ctx context.Context, s sealed.Subject) (*entry, error) {
	drops := k.cache.dropped()
	st, err := k.look(ctx, s)
	if err == nil {
		err = refusal(st.state)
	}
	if err != nil {
		return nil, err
	}
	key, err := k.master.unwrap(s, st.record.Key)
	if err != nil {
		return nil, err
	}
	e := &entry{subject: s, key: key, asked: st.asked}
	k.cache.putSince(drops, e, nil)
	return e, nil
}

// Open implements sealed.Keyring.
func (k *objectRing) Open(ctx context.Context, field string, v sealed.Value) (string, error) {
	if v.IsZero() {
		return "", nil
	}
	end, err := k.begin(ctx)
	if err != nil {
		return "", err
	}
	defer end()
	e, _ := k.cache.get(v.Subject, nil)
	if e == nil {
		if e, err = k.load(ctx, v.Subject); err != nil {
			return "", err
		}
	}
	return e.key.Open(field, v)
}

// Seal implements sealed.Keyring.
func (k *objectRing) Seal(ctx context.Context, matters ...sealed.Matter) ([][]sealed.Value, error) {
	end, err := k.begin(ctx)
	if err != nil {
		return nil, err
	}
	defer end()
	wants, missing, err := k.wants(ctx, matters)
	if err != nil {
		return nil, err
	}
	if len(missing) > 1 {
		if err := k.admit(ctx, missing); err != nil {
			return nil, err
		}
	}
	if err := parallel(len(missing), func(i int) error { return k.ensure(ctx, missing[i]) }); err != nil {
		return nil, err
	}
	return k.sealAll(wants, matters)
}

// admit makes sure that no subject is refused before the first key of a call is made.
// One that is erased in between refuses the call all the same; the keys it made then
// stand unused.
func (k *objectRing) admit(ctx context.Context, missing []*want) error {
	return parallel(len(missing), func(i int) error {
		w := missing[i]
		if w.key != nil {
			return nil
		}
		e, err := k.load(ctx, w.subject)
		if errors.Is(err, sealed.ErrNoKey) {
			return nil
		}
		if err == nil {
			w.key = e.key
		}
		return err
	})
}

// ensure makes the subject's key durable, and its marks.
func (k *objectRing) ensure(ctx context.Context, w *want) error {
	drops, asked := k.cache.dropped(), k.options.Elapsed()
	if w.key == nil {
		made, err := k.createKey(ctx, w)
		if err != nil {
			return err
		}
		if !made {
			// Another node was faster, or this call's own answer was lost: the key that
			// stands is the one.
			e, err := k.load(ctx, w.subject)
			if err != nil {
				return err
			}
			w.key = e.key
		}
	}
	if len(w.marks) > 0 {
		if err := k.learn(ctx, w.subject, w.marks); err != nil {
			return err
		}
	}
	k.cache.putSince(drops, &entry{subject: w.subject, key: w.key, asked: asked}, w.marks)
	return nil
}

// createKey makes the subject's object, and says whether it did. A subject that is
// listed as erased gets none: its object may be missing in a restored store.
func (k *objectRing) createKey(ctx context.Context, w *want) (made bool, err error) {
	name := k.master.name(w.subject)
	var listed bool
	err = parallel(2, func(i int) (err error) {
		if i == 0 {
			listed, err = k.stands(ctx, erasuresFolder+name)
			return err
		}
		made, err = k.createJSON(ctx, subjectFolder+name, subjectRecord{Suite: sealed.SuiteA1, Subject: w.subject, Key: w.fresh.wrapped})
		return err
	})
	if err != nil || !made {
		return false, err
	}
	if listed {
		if _, err := k.lookByName(ctx, name); err != nil {
			return false, err
		}
		return false, sealed.ErrErased
	}
	w.key = w.fresh.key
	return true, nil
}

// now answers a time after every one it answered before.
func (k *objectRing) now() time.Time {
	k.learning.Lock()
	defer k.learning.Unlock()
	now := k.options.Now()
	if !now.After(k.learnt) {
		now = k.learnt.Add(1)
	}
	k.learnt = now
	return now
}

// learn stores the marks of a subject. First stands in the subject's own list when a
// mark was learnt; the first to write it decides, so that the object by which the
// subject is found has one name for ever. An erasure that goes on at the same time
// either finds the mark in that list, or is seen here afterwards.
func (k *objectRing) learn(ctx context.Context, s sealed.Subject, marks []mark) error {
	name := k.master.name(s)
	at := make([]string, len(marks))
	for i := range marks {
		at[i] = learnt(k.now())
	}
	learning := parallel(len(marks), func(i int) error {
		own := marksFolder + name + "/" + marks[i].hex()
		made, err := k.create(ctx, own, []byte(at[i]))
		if err == nil && !made {
			at[i], err = k.learntIn(ctx, own, at[i])
		}
		if err == nil {
			_, err = k.create(ctx, knownObject(marks[i].hex(), at[i], name), []byte(at[i]))
		}
		return err
	})
	// Also after a failure: what was written until then must not outlive an erasure.
	if after := k.unlearnErased(ctx, name, marks, at); errors.Is(after, sealed.ErrErased) || learning == nil {
		return after
	}
	return learning
}

// unlearnErased takes marks back that were learnt of a subject while it was erased.
func (k *objectRing) unlearnErased(ctx context.Context, name string, marks []mark, at []string) error {
	content, err := k.read(ctx, subjectFolder+name)
	if err != nil {
		return unavailable("keyring", err)
	}
	if r, err := k.master.readRecord(name, content); err != nil || !r.tombstone() {
		return err
	}
	for i, m := range marks {
		if err := k.remove(ctx, knownObject(m.hex(), at[i], name)); err != nil {
			return err
		}
		if err := k.remove(ctx, marksFolder+name+"/"+m.hex()); err != nil {
			return err
		}
	}
	return sealed.ErrErased
}

// learntIn reads when a mark was learnt; sealed.ErrErased where an erasure has just
// taken it away.
func (k *objectRing) learntIn(ctx context.Context, own, mine string) (string, error) {
	content, err := k.read(ctx, own)
	switch {
	case errors.Is(err, objects.ErrNotFound):
		return mine, sealed.ErrErased
	case err != nil:
		return mine, err
	}
	if _, ok := learntAt(string(content)); !ok {
		return mine, fmt.Errorf("%s: %w", own, ErrDamaged)
	}
	return string(content), nil
}
