package keyring

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"fangxin/cmd/internal/objects"
	"fangxin/domain/sealed"
)

// StateOf implements sealed.Keyring.
func (k *objectRing) StateOf(ctx context.Context, s sealed.Subject) (sealed.State, error) {
	end, err := k.begin(ctx)
	if err != nil {
		return "", err
	}
	defer end()
	st, err := k.look(ctx, s)
	if err != nil {
		return "", err
	}
	return stateOf(st.state)
}

// Restrict implements sealed.Keyring. The restriction is an object of its own: the
// subject's object is never written again while it holds a key, so that no late
// writer can bring an erased key back.
func (k *objectRing) Restrict(ctx context.Context, s sealed.Subject) error {
	return k.move(ctx, s, func(name string) error {
		_, err := k.createJSON(ctx, restrictFolder+name, subjectRecord{Suite: sealed.SuiteA1, Subject: s})
		return err
	})
}

// Lift implements sealed.Keyring.
func (k *objectRing) Lift(ctx context.Context, s sealed.Subject) error {
	return k.move(ctx, s, func(name string) error { return k.remove(ctx, restrictFolder+name) })
}

func (k *objectRing) move(ctx context.Context, s sealed.Subject, do func(name string) error) error {
	end, err := k.begin(ctx)
	if err != nil {
		return err
	}
	defer end()
	st, err := k.look(ctx, s)
	if err == nil && st.state == erased {
		err = sealed.ErrErased
	}
	if err != nil {
		return err
	}
	defer k.cache.drop(s)
	return do(k.master.name(s))
}

// Erase implements sealed.Keyring. Erasing again finishes what was left undone.
func (k *objectRing) Erase(ctx context.Context, s sealed.Subject) error {
	end, err := k.begin(ctx)
	if err != nil {
		return err
	}
	defer end()
	if _, err := k.look(ctx, s); err != nil {
		return err
	}
	return k.erase(ctx, Erasure{Subject: s, At: k.options.Now().UTC().Truncate(time.Second)})
}

// erase notes that an erasure is under way, enters it in the list, destroys the key
// and the marks, and takes the note away. A crash at any point leaves the note, and
// the next node that opens the keyring goes on from there.
func (k *objectRing) erase(ctx context.Context, e Erasure) error {
	name := k.master.name(e.Subject)
	if _, err := k.createJSON(ctx, unfinished+name, e); err != nil {
		return err
	}
	if _, err := k.createJSON(ctx, erasuresFolder+name, e); err != nil {
		return err
	}
	return k.destroy(ctx, e)
}

// destroy overwrites the key with a tombstone and removes all else.
func (k *objectRing) destroy(ctx context.Context, e Erasure) error {
	name := k.master.name(e.Subject)
	defer k.cache.drop(e.Subject)
	tombstone, err := json.Marshal(subjectRecord{Suite: sealed.SuiteA1, Subject: e.Subject})
	if err != nil {
		return err
	}
	err = k.store.Put(ctx, subjectFolder+name, strings.NewReader(string(tombstone)), int64(len(tombstone)))
	if err != nil {
		return unavailable("keyring", err)
	}
	if err := k.forgetMarks(ctx, name); err != nil {
		return err
	}
	if err := k.remove(ctx, restrictFolder+name); err != nil {
		return err
	}
	return k.remove(ctx, unfinished+name)
}

// forgetMarks removes the hashes of a subject, each from the public place first: its
// own list tells where to look when this is repeated.
func (k *objectRing) forgetMarks(ctx context.Context, name string) error {
	own := marksFolder + name + "/"
	for {
		page, err := k.store.List(ctx, own, "", abreast)
		if err != nil {
			return unavailable("keyring", err)
		}
		if len(page) == 0 {
			return nil
		}
		err = parallel(len(page), func(i int) error {
			m := strings.TrimPrefix(page[i].Name, own)
			at, err := k.learntIn(ctx, page[i].Name, "")
			switch {
			case errors.Is(err, ErrDamaged):
				err = k.forgetWherever(ctx, m, name)
			case err == nil:
				err = k.remove(ctx, knownObject(m, at, name))
			case errors.Is(err, sealed.ErrErased): // somebody else erases too
				err = nil
			}
			if err != nil {
				return err
			}
			return k.remove(ctx, page[i].Name)
		})
		if err != nil {
			return err
		}
	}
}

// forgetWherever removes a subject from among all who share a mark.
func (k *objectRing) forgetWherever(ctx context.Context, mark, name string) error {
	for e, err := range objects.All(ctx, k.store, knownFolder+mark+"/") {
		if err != nil {
			return unavailable("keyring", err)
		}
		if strings.HasSuffix(e.Name, "-"+name) {
			if err := k.remove(ctx, e.Name); err != nil {
				return err
			}
		}
	}
	return nil
}

// finishErasures goes on with what a crash interrupted, here or on another node.
func (k *objectRing) finishErasures(ctx context.Context) error {
	for o, err := range objects.All(ctx, k.store, unfinished) {
		if err != nil {
			return unavailable("open keyring", err)
		}
		content, err := k.read(ctx, o.Name)
		if errors.Is(err, objects.ErrNotFound) {
			continue
		}
		if err != nil {
			return err
		}
		e, err := k.master.readErasure(strings.TrimPrefix(o.Name, unfinished), content)
		if err == nil {
			err = k.erase(ctx, e)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// Apply erases or restricts all of a list.
func (k *objectRing) Apply(ctx context.Context, list []Erasure) error {
	end, err := k.begin(ctx)
	if err != nil {
		return err
	}
	defer end()
	list = lastOf(list)
	err = parallel(len(list), func(i int) error {
		if to := list[i].rowState(); to != erased {
			return k.become(ctx, list[i].Subject, to)
		}
		st, err := k.look(ctx, list[i].Subject)
		if err != nil && !errors.Is(err, sealed.ErrNoKey) {
			return err
		}
		if err == nil && st.state == erased && st.record.tombstone() {
			listed, err := k.stands(ctx, erasuresFolder+k.master.name(list[i].Subject))
			if err != nil || listed {
				return err
			}
		}
		return k.erase(ctx, Erasure{Subject: list[i].Subject, At: list[i].At.UTC().Truncate(time.Second)})
	})
	if err != nil {
		return fmt.Errorf("apply erasures: %w", err)
	}
	return nil
}

// become restricts a key or gives it free; one that is gone, or never was, is left alone.
func (k *objectRing) become(ctx context.Context, s sealed.Subject, to string) error {
	do := k.Lift
	if to == restricted {
		do = k.Restrict
	}
	err := do(ctx, s)
	if errors.Is(err, sealed.ErrNoKey) || errors.Is(err, sealed.ErrErased) {
		return nil
	}
	return err
}

// Same implements sealed.Keyring. It reads the listing of one hash from the newest
// on, and no more of it than it needs.
func (k *objectRing) Same(ctx context.Context, kind sealed.Kind, plain string, limit int) ([]sealed.Subject, error) {
	end, err := k.begin(ctx)
	if err != nil {
		return nil, err
	}
	defer end()
	m, ok := k.master.markOf(kind, plain)
	if !ok || limit <= 0 {
		return nil, nil
	}
	folder := knownFolder + m.hex() + "/"
	var found []sealed.Subject
	for after := ""; ; {
		want := min(limit-len(found), objects.MaxPage)
		page, err := k.store.List(ctx, folder, after, want)
		if err != nil {
			return nil, unavailable("keyring", err)
		}
		living, err := k.living(ctx, page)
		if err != nil {
			return nil, err
		}
		if found = append(found, living...); len(found) >= limit || len(page) < want {
			return found, nil
		}
		after = page[len(page)-1].Name
	}
}

// living answers the active subjects of a page. What an erasure could not see, since
// its writer died between two requests, is removed here.
func (k *objectRing) living(ctx context.Context, page []objects.Entry) ([]sealed.Subject, error) {
	all := make([]sealed.Subject, len(page))
	err := parallel(len(page), func(i int) error {
		_, _, name, err := readKnown(page[i].Name)
		if err != nil {
			return err
		}
		st, err := k.lookByName(ctx, name)
		switch {
		case errors.Is(err, sealed.ErrNoKey):
			return nil
		case err == nil && st.state == erased:
			if err := k.remove(ctx, page[i].Name); err != nil {
				return err
			}
			return k.forgetMarks(ctx, name)
		case err == nil && st.state == active:
			all[i] = st.record.Subject
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	found := all[:0]
	for _, s := range all {
		if s != "" {
			found = append(found, s)
		}
	}
	return found, nil
}
