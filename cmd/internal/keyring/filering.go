package keyring

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"fangxin/domain/sealed"
)

// queueLength bounds the callers waiting for the writer; more wait to enter.
const queueLength = 4096

// fileRing is the keyring in one SQLite file, held by one process.
type fileRing struct {
	sealer
	db       *database
	erasures *erasureLog
	backups  backupQueue
	// unscrubbed says that the log may hold keys that were destroyed; the writer's.
	unscrubbed bool

	queue     chan *task
	closing   chan struct{}
	closeOnce sync.Once
	closed    chan struct{}
	closeErr  error
}

var _ ring = (*fileRing)(nil)

func openFile(o Options) (*fileRing, error) {
	db, err := openDatabase(o.Path)
	if err != nil {
		return nil, err
	}
	k := &fileRing{
		sealer: sealer{options: o, cache: newCache(o.CacheSize)}, db: db,
		queue: make(chan *task, queueLength), closing: make(chan struct{}), closed: make(chan struct{}),
	}
	if err := k.start(); err != nil {
		db.close()
		if k.erasures != nil {
			k.erasures.close()
		}
		return nil, translate("open keyring", err)
	}
	go k.write()
	return k, nil
}

func (k *fileRing) start() error {
	used, err := k.db.hasCheck()
	if err != nil {
		return err
	}
	if err := k.unlock(used); err != nil {
		return err
	}
	if err := k.db.check(k.master.check); err != nil {
		return err
	}
	log, list, err := openErasureLog(k.options.Erasures)
	if err != nil {
		return err
	}
	k.erasures = log
	return k.repeat(list)
}

// Close answers everything queued and releases the files. Closing twice is one
// close.
func (k *fileRing) Close() error {
	k.closeOnce.Do(func() { close(k.closing) })
	<-k.closed
	return k.closeErr
}

// Ready says whether the writer answers.
func (k *fileRing) Ready(ctx context.Context) error {
	return k.do(ctx, &task{run: func(*batch) error { return nil }})
}

// Open implements sealed.Keyring. The zero Value opens to "".
func (k *fileRing) Open(ctx context.Context, field string, v sealed.Value) (string, error) {
	if v.IsZero() {
		return "", nil
	}
	if err := ctx.Err(); err != nil {
		return "", err
	}
	if e, _ := k.cache.get(v.Subject, nil); e != nil {
		return e.key.Open(field, v)
	}
	if sealed.CheckSubject(v.Subject) != nil {
		return "", sealed.ErrNoKey
	}
	var e *entry
	err := k.do(ctx, &task{run: func(b *batch) (err error) {
		e, err = b.load(v.Subject)
		return err
	}})
	if err != nil {
		return "", err
	}
	return e.key.Open(field, v)
}

// load answers the key of an active subject and remembers it.
func (b *batch) load(s sealed.Subject) (*entry, error) {
	if e, _ := b.cache.get(s, nil); e != nil && !b.moved[s] {
		return e, nil
	}
	row, err := b.db.find(s)
	if err != nil {
		return nil, err
	}
	if err := refusal(row.state); err != nil {
		return nil, err
	}
	key, err := b.master.unwrap(s, row.wrapped)
	if err != nil {
		return nil, err
	}
	e := &entry{subject: s, row: row.id, key: key}
	b.afterCommit(func() { b.cache.put(e, nil) })
	return e, nil
}

// Same implements sealed.Keyring: the subjects of whom this was learnt last come
// first; restricted ones are out of every search.
func (k *fileRing) Same(ctx context.Context, kind sealed.Kind, plain string, limit int) ([]sealed.Subject, error) {
	m, ok := k.master.markOf(kind, plain)
	if !ok || limit <= 0 {
		return nil, ctx.Err()
	}
	var found []sealed.Subject
	err := k.do(ctx, &task{run: func(b *batch) (err error) {
		found, err = b.db.sameMark(m, limit)
		return err
	}})
	if err != nil {
		return nil, err
	}
	return found, nil
}

// StateOf implements sealed.Keyring.
func (k *fileRing) StateOf(ctx context.Context, s sealed.Subject) (sealed.State, error) {
	var state sealed.State
	err := k.do(ctx, &task{run: func(b *batch) error {
		row, err := b.db.find(s)
		if err == nil {
			state, err = stateOf(row.state)
		}
		return err
	}})
	if err != nil {
		return "", err
	}
	return state, nil
}

// Restrict implements sealed.Keyring.
func (k *fileRing) Restrict(ctx context.Context, s sealed.Subject) error {
	return k.move(ctx, s, restricted)
}

// Lift implements sealed.Keyring.
func (k *fileRing) Lift(ctx context.Context, s sealed.Subject) error {
	return k.move(ctx, s, active)
}

func (k *fileRing) move(ctx context.Context, s sealed.Subject, to string) error {
	return k.do(ctx, &task{run: func(b *batch) error { return b.move(s, to) }})
}

// move gives a subject that is not erased another state.
func (b *batch) move(s sealed.Subject, to string) error {
	row, err := b.db.find(s)
	switch {
	case err != nil:
		return err
	case row.state == erased:
		return sealed.ErrErased
	case row.state == to:
		return nil
	}
	b.forget(s)
	state, err := stateOf(to)
	if err != nil {
		return err
	}
	b.erasures = append(b.erasures, Erasure{Subject: s, State: state, At: b.options.Now().UTC().Truncate(time.Second)})
	_, err = b.db.exec(b.db.setState, row.id, to)
	return err
}

// become does to a key what a line of the list says. A key that is not there cannot be
// restricted, and needs not be.
func (b *batch) become(e Erasure) error {
	to := e.rowState()
	if to == erased {
		return b.erase(e.Subject, e.At, true)
	}
	err := b.move(e.Subject, to)
	if errors.Is(err, sealed.ErrNoKey) || errors.Is(err, sealed.ErrErased) {
		return nil
	}
	return err
}

// Erase implements sealed.Keyring. When it returns, the list names the subject and
// no file of the keyring holds its key or hashes.
func (k *fileRing) Erase(ctx context.Context, s sealed.Subject) error {
	return k.do(ctx, &task{scrubs: true, run: func(b *batch) error {
		return b.erase(s, k.options.Now(), false)
	}})
}

// erase refuses an unknown subject, or, where tombstone is set, enters it as erased.
func (b *batch) erase(s sealed.Subject, at time.Time, tombstone bool) error {
	row, err := b.db.find(s)
	switch {
	case err == nil && row.state == erased:
		return nil
	case err == nil:
		err = b.db.destroy(row.id)
	case tombstone && errors.Is(err, sealed.ErrNoKey):
		_, _, err = b.db.insert(s, erased, make([]byte, wrappedSize))
	}
	if err != nil {
		return err
	}
	b.erasures = append(b.erasures, Erasure{Subject: s, At: at.UTC().Truncate(time.Second)})
	b.forget(s)
	return nil
}

// Apply erases or restricts every subject of a list, for instance after a restore, and
// enters it in the keyring's own list. A subject this keyring never held is marked as
// erased, so that it can take no data again.
func (k *fileRing) Apply(ctx context.Context, list []Erasure) error {
	for list = lastOf(list); len(list) > 0; {
		n := min(len(list), maxBatch)
		part := list[:n]
		err := k.do(ctx, &task{scrubs: true, run: func(b *batch) error {
			for _, e := range part {
				if err := b.become(e); err != nil {
					return err
				}
			}
			return nil
		}})
		if err != nil {
			return fmt.Errorf("apply erasures: %w", err)
		}
		list = list[n:]
	}
	return nil
}

// Erasures reads the list, in the order of its lines.
func (k *fileRing) Erasures(ctx context.Context) ([]Erasure, error) {
	var list []Erasure
	err := k.do(ctx, &task{run: func(*batch) (err error) {
		list, err = ErasureList(k.options.Erasures)
		return err
	}})
	if err != nil {
		return nil, err
	}
	return list, nil
}

// repeat destroys or restricts what the list names and a crash or a restored backup left. The
// log is emptied in any case: a crash may have left it unscrubbed.
func (k *fileRing) repeat(list []Erasure) error {
	var left []Erasure
	for _, e := range lastOf(list) {
		row, err := k.db.find(e.Subject)
		if err != nil && !errors.Is(err, sealed.ErrNoKey) {
			return err
		}
		if err != nil || row.state != erased && row.state != e.rowState() {
			left = append(left, e)
		}
	}
	b := &batch{fileRing: k}
	t := &task{run: func(b *batch) error {
		for _, e := range left {
			if err := b.become(e); err != nil {
				return err
			}
		}
		b.erasures = nil // the list names them already
		return nil
	}}
	if err := b.attempt([]*task{t}); err != nil {
		return err
	}
	return k.db.emptyLog()
}
