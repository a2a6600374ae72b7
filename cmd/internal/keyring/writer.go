package keyring

import (
	"context"
	"errors"
	"runtime"

	"fangxin/domain/sealed"
)

// maxBatch bounds the tasks of one transaction.
const maxBatch = 1024

// task is one caller's work inside the writer's transaction.
type task struct {
	// run does the work. A refusal (ErrErased, ErrNoKey and so on) concerns this
	// task alone and must come before it has written; any other error undoes the
	// whole batch.
	run func(*batch) error
	// undoable says that a refusal may come after writing.
	undoable bool
	// scrubs says that the caller waits for the log to be emptied.
	scrubs  bool
	refused error
	done    chan error
}

// batch is what one transaction gathers to be done around its commit.
type batch struct {
	*fileRing
	erasures []Erasure
	// moved are the subjects whose state this batch changes: what the cache holds of
	// them is no longer true.
	moved map[sealed.Subject]bool
	// commits run in order once the transaction is durable.
	commits []func()
}

func (b *batch) afterCommit(do func()) { b.commits = append(b.commits, do) }

// forget takes a subject out of the cache: at once for this batch, for everybody
// once it is durable.
func (b *batch) forget(s sealed.Subject) {
	if b.moved == nil {
		b.moved = map[sealed.Subject]bool{}
	}
	b.moved[s] = true
	b.afterCommit(func() { b.cache.drop(s) })
}

// do queues a task and waits for its outcome. A caller whose context ends gets the
// context's error; the task may still be done.
func (k *fileRing) do(ctx context.Context, t *task) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	t.done = make(chan error, 1)
	select {
	case k.queue <- t:
	case <-ctx.Done():
		return ctx.Err()
	case <-k.closing:
		return ErrClosed
	}
	select {
	case err := <-t.done:
		return err
	case <-ctx.Done():
		return ctx.Err()
	case <-k.closed:
		select {
		case err := <-t.done:
			return err
		default:
			return ErrClosed
		}
	}
}

// write is the writer: it takes everything queued, commits it at once and answers.
// A backup under way advances between batches.
func (k *fileRing) write() {
	defer close(k.closed)
	tasks := make([]*task, 0, maxBatch)
	for {
		select {
		case t := <-k.queue:
			tasks = k.drain(append(tasks[:0], t))
			k.settle(tasks)
		case <-k.closing:
			for tasks = k.drain(tasks[:0]); len(tasks) > 0; tasks = k.drain(tasks[:0]) {
				k.settle(tasks)
			}
			k.backups.abort()
			k.closeErr = errors.Join(k.db.close(), k.erasures.close())
			return
		case <-k.backups.ready():
			k.backups.step()
		}
	}
}

// drain takes what waits, and what comes while others are let go first: the callers
// of the last batch have just been woken, and a commit costs the same for many.
func (k *fileRing) drain(tasks []*task) []*task {
	for seen := 0; len(tasks) < maxBatch; {
		select {
		case t := <-k.queue:
			tasks = append(tasks, t)
			continue
		default:
		}
		if len(tasks) == seen {
			return tasks
		}
		seen = len(tasks)
		runtime.Gosched()
	}
	return tasks
}

// settle commits a batch and answers its callers.
func (k *fileRing) settle(tasks []*task) {
	b := &batch{fileRing: k}
	err := translate("keyring", b.attempt(tasks))
	if err == nil {
		for _, do := range b.commits {
			do()
		}
		k.unscrubbed = k.unscrubbed || len(b.erasures) > 0
	}
	scrub := k.scrub()
	for _, t := range tasks {
		switch {
		case err != nil:
			t.done <- err
		case t.refused == nil && t.scrubs:
			t.done <- scrub
		default:
			t.done <- t.refused
		}
	}
}

// scrub empties the log of the keys destroyed since the last time it succeeded.
func (k *fileRing) scrub() error {
	if !k.unscrubbed {
		return nil
	}
	if err := k.db.emptyLog(); err != nil {
		return translate("empty the log", err)
	}
	k.unscrubbed = false
	return nil
}

// attempt is one transaction. The erasure list is durable before the keys are
// destroyed.
func (b *batch) attempt(tasks []*task) error {
	if _, err := b.db.exec(b.db.begin); err != nil {
		return err
	}
	err := b.runAll(tasks)
	if err == nil && len(b.erasures) > 0 {
		err = b.fileRing.erasures.append(b.erasures)
	}
	if err == nil {
		_, err = b.db.exec(b.db.commit)
	}
	if err != nil {
		// A full disk may have rolled back already; there is nothing to add then.
		_, _ = b.db.exec(b.db.rollback)
	}
	return err
}

func (b *batch) runAll(tasks []*task) error {
	for _, t := range tasks {
		run := t.run
		if t.undoable {
			run = func(b *batch) error { return b.undoably(t.run) }
		}
		if t.refused = run(b); t.refused != nil && !isOwn(t.refused) {
			err := t.refused
			t.refused = nil
			return err
		}
	}
	return nil
}

// undoably takes back what a refused task wrote.
func (b *batch) undoably(run func(*batch) error) error {
	if _, err := b.db.exec(b.db.savepoint); err != nil {
		return err
	}
	before := len(b.commits)
	refused := run(b)
	if refused != nil {
		b.commits = b.commits[:before]
		if _, err := b.db.exec(b.db.undo); err != nil {
			return err
		}
	}
	if _, err := b.db.exec(b.db.release); err != nil {
		return err
	}
	return refused
}

// isOwn says whether an error concerns the task alone: a refusal, or a row that is
// damaged. Damage to the file itself arrives as the driver's error.
func isOwn(err error) bool {
	for _, own := range []error{sealed.ErrErased, sealed.ErrRestricted, sealed.ErrNoKey, ErrDamaged} {
		if errors.Is(err, own) {
			return true
		}
	}
	return false
}
