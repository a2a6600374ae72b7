package keyring

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"
	"sync"

	"fangxin/cmd/internal/objects"
	"fangxin/domain/sealed"
)

// cursor goes through a folder whose names are in order.
type cursor struct {
	folder string
	next   func() (objects.Entry, error, bool)
	stop   func()
	name   string // "" after the last
}

func (k *objectRing) cursor(ctx context.Context, folder string) *cursor {
	c := &cursor{folder: folder}
	c.next, c.stop = iter.Pull2(objects.All(ctx, k.store, folder))
	return c
}

func (c *cursor) advance() error {
	e, err, ok := c.next()
	if c.name = ""; err != nil {
		return unavailable("keyring", err)
	}
	if ok {
		c.name = strings.TrimPrefix(e.Name, c.folder)
	}
	return nil
}

// at moves up to a name and says whether it is there.
func (c *cursor) at(name string) (bool, error) {
	for c.name != "" && c.name < name {
		if err := c.advance(); err != nil {
			return false, err
		}
	}
	return c.name == name, nil
}

// walk calls visit for every subject in the order of the names. The three folders
// name subjects alike, so that one pass over each is enough, whatever their size.
func (k *objectRing) walk(ctx context.Context, visit func(name, state string) error) error {
	subjects, erasures, restrictions := k.cursor(ctx, subjectFolder), k.cursor(ctx, erasuresFolder), k.cursor(ctx, restrictFolder)
	defer subjects.stop()
	defer erasures.stop()
	defer restrictions.stop()
	for _, c := range []*cursor{subjects, erasures, restrictions} {
		if err := c.advance(); err != nil {
			return err
		}
	}
	for subjects.name != "" || erasures.name != "" {
		name := subjects.name
		if name == "" || erasures.name != "" && erasures.name < name {
			name = erasures.name
		}
		state := active
		if held, err := restrictions.at(name); err != nil {
			return err
		} else if held {
			state = restricted
		}
		if erasures.name == name {
			state = erased
			if err := erasures.advance(); err != nil {
				return err
			}
		}
		if subjects.name == name {
			if err := subjects.advance(); err != nil {
				return err
			}
		}
		if err := visit(name, state); err != nil {
			return err
		}
	}
	return nil
}

// Count answers the number of keys by state.
func (k *objectRing) Count(ctx context.Context) (Counts, error) {
	var c Counts
	end, err := k.begin(ctx)
	if err != nil {
		return c, err
	}
	defer end()
	err = k.walk(ctx, func(_, state string) error {
		switch state {
		case active:
			c.Active++
		case restricted:
			c.Restricted++
		case erased:
			c.Erased++
		}
		return nil
	})
	return c, err
}

// Verify unwraps every key, and looks at every hash.
func (k *objectRing) Verify(ctx context.Context) error {
	end, err := k.begin(ctx)
	if err != nil {
		return err
	}
	defer end()
	err = k.inBatches(func(add func(string) error) error {
		return k.walk(ctx, func(name, _ string) error { return add(name) })
	}, func(name string) error { return k.verifySubject(ctx, name) })
	if err != nil {
		return err
	}
	return k.inBatches(func(add func(string) error) error {
		for o, err := range objects.All(ctx, k.store, knownFolder) {
			if err != nil {
				return unavailable("keyring", err)
			}
			if err := add(o.Name); err != nil {
				return err
			}
		}
		return nil
	}, func(name string) error {
		_, err := k.living(ctx, []objects.Entry{{Name: name}})
		return err
	})
}

// verifySubject: looking alone destroys a key that is listed as erased. Of who is
// erased no hash may stand.
func (k *objectRing) verifySubject(ctx context.Context, name string) error {
	st, err := k.lookByName(ctx, name)
	switch {
	case errors.Is(err, sealed.ErrNoKey): // lifted or erased since it was listed
		return nil
	case err != nil:
		return err
	case st.state != erased:
		_, err = k.master.unwrap(st.record.Subject, st.record.Key)
		return err
	}
	listed, err := k.stands(ctx, erasuresFolder+name)
	if err == nil {
		err = k.forgetMarks(ctx, name)
	}
	if err == nil && !listed {
		err = fmt.Errorf("subject %.40q is erased, but not in the list: %w", string(st.record.Subject), ErrDamaged)
	}
	return err
}

// inBatches hands what list adds to do, some at the same time.
func (k *objectRing) inBatches(list func(add func(string) error) error, do func(string) error) error {
	batch := make([]string, 0, 16*abreast)
	flush := func() error {
		err := parallel(len(batch), func(i int) error { return do(batch[i]) })
		batch = batch[:0]
		return err
	}
	err := list(func(name string) error {
		if batch = append(batch, name); len(batch) < cap(batch) {
			return nil
		}
		return flush()
	})
	if err != nil {
		return err
	}
	return flush()
}

// Erasures lists the erasures, oldest first.
func (k *objectRing) Erasures(ctx context.Context) ([]Erasure, error) {
	end, err := k.begin(ctx)
	if err != nil {
		return nil, err
	}
	defer end()
	var mu sync.Mutex
	var list []Erasure
	err = k.inBatches(func(add func(string) error) error {
		for o, err := range objects.All(ctx, k.store, erasuresFolder) {
			if err != nil {
				return unavailable("keyring", err)
			}
			if err := add(o.Name); err != nil {
				return err
			}
		}
		return nil
	}, func(object string) error {
		content, err := k.read(ctx, object)
		if err != nil {
			return unavailable("keyring", err)
		}
		e, err := k.master.readErasure(strings.TrimPrefix(object, erasuresFolder), content)
		mu.Lock()
		defer mu.Unlock()
		list = append(list, e)
		return err
	})
	slices.SortFunc(list, func(a, b Erasure) int {
		return cmp.Or(a.At.Compare(b.At), strings.Compare(string(a.Subject), string(b.Subject)))
	})
	return list, err
}
