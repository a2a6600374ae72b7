package keyring

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"

	"modernc.org/sqlite"

	"fangxin/cmd/internal/secretfile"
	"fangxin/domain/sealed"
)

// backupPages is how many pages a backup copies between two batches.
const backupPages = 256

// backupQueue holds the backup under way. Only the writer touches it.
type backupQueue struct{ current *backupJob }

type backupJob struct {
	ctx    context.Context
	copy   *sqlite.Backup
	result chan error
}

// closedChannel is always ready to be received from.
func closedChannel() <-chan struct{} {
	c := make(chan struct{})
	close(c)
	return c
}

// ready is nil, and never chosen, while no backup is under way.
func (q *backupQueue) ready() <-chan struct{} {
	if q.current == nil {
		return nil
	}
	return closedChannel()
}

// abort ends the backup under way when the keyring closes.
func (q *backupQueue) abort() {
	if q.current != nil {
		q.current.result <- errors.Join(ErrClosed, q.current.copy.Finish())
		q.current = nil
	}
}

// step copies some pages. Writes of the same connection go into the copy as well,
// so it never starts over.
func (q *backupQueue) step() {
	job := q.current
	more, err := job.copy.Step(backupPages)
	if err == nil {
		err = job.ctx.Err()
	}
	if more && err == nil {
		return
	}
	q.current = nil
	job.result <- errors.Join(err, job.copy.Finish())
}

// Backup copies the file between batches.
func (k *fileRing) Backup(ctx context.Context, dest string) error {
	return backUp(dest, func(part string) error { return k.copyTo(ctx, part) })
}

// backUp lets write fill a private file and moves it to dest, which must not exist.
func backUp(dest string, write func(part string) error) error {
	if _, err := os.Lstat(dest); err == nil {
		return fmt.Errorf("backup: %s exists: %w", dest, os.ErrExist)
	}
	part := dest + ".part"
	if err := os.Remove(part); err != nil && !errors.Is(err, os.ErrNotExist) {
		return translate("backup", err)
	}
	defer os.Remove(part)
	if err := private(part); err != nil {
		return translate("backup", err)
	}
	if err := write(part); err != nil {
		return translate("backup", err)
	}
	return translate("backup", publish(part, dest))
}

func (k *fileRing) copyTo(ctx context.Context, part string) error {
	job := &backupJob{ctx: ctx, result: make(chan error, 1)}
	err := k.do(ctx, &task{run: func(b *batch) error {
		b.afterCommit(func() { k.beginBackup(job, part) })
		return nil
	}})
	if err != nil {
		return err
	}
	select {
	case err := <-job.result:
		return err
	case <-k.closed:
		select {
		case err := <-job.result:
			return err
		default:
			return ErrClosed
		}
	}
}

func (k *fileRing) beginBackup(job *backupJob, part string) {
	if k.backups.current != nil {
		job.result <- fmt.Errorf("another backup is under way: %w", sealed.ErrUnavailable)
		return
	}
	source := k.db.conn.(interface {
		NewBackup(string) (*sqlite.Backup, error)
	})
	var err error
	if job.copy, err = source.NewBackup("file:" + (&url.URL{Path: part}).EscapedPath()); err != nil {
		job.result <- err
		return
	}
	k.backups.current = job
}

func publish(part, dest string) error {
	f, err := os.OpenFile(part, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	if err := errors.Join(f.Chmod(0o600), f.Sync(), f.Close()); err != nil {
		return err
	}
	if err := os.Rename(part, dest); err != nil {
		return err
	}
	return secretfile.SyncFolder(filepath.Dir(dest))
}

// Count answers the number of keys by state.
func (k *fileRing) Count(ctx context.Context) (Counts, error) {
	var c Counts
	err := k.do(ctx, &task{run: func(b *batch) error {
		_, err := b.db.query(b.db.countStates, func(row []driver.Value) error {
			n, _ := row[1].(int64)
			switch row[0] {
			case active:
				c.Active = n
			case restricted:
				c.Restricted = n
			case erased:
				c.Erased = n
			default:
				return fmt.Errorf("state %q: %w", row[0], ErrDamaged)
			}
			return nil
		})
		return err
	}})
	return c, err
}

// Verify checks the file's structure and unwraps every key; ErrDamaged names the
// first that fails. Other callers wait for the first and are served between keys.
func (k *fileRing) Verify(ctx context.Context) error {
	err := k.do(ctx, &task{run: func(b *batch) error { return b.db.integrity() }})
	for after := int64(0); err == nil && after >= 0; {
		from := after
		err = k.do(ctx, &task{run: func(b *batch) (err error) {
			after, err = b.unwrapAfter(from)
			return err
		}})
	}
	return err
}

func (db *database) integrity() error {
	rows, err := db.conn.(driver.QueryerContext).QueryContext(context.Background(), "PRAGMA integrity_check(1)", nil)
	if err != nil {
		return err
	}
	_, err = each(rows, func(row []driver.Value) error {
		if row[0] != "ok" {
			return fmt.Errorf("%v: %w", row[0], ErrDamaged)
		}
		return nil
	})
	return err
}

// unwrapAfter checks the next rows and answers the last, or -1 after the last.
func (b *batch) unwrapAfter(from int64) (int64, error) {
	last := int64(-1)
	_, err := b.db.query(b.db.keysAfter, func(row []driver.Value) error {
		last, _ = row[0].(int64)
		s, err := readSubject(row[1])
		if err != nil {
			return err
		}
		wrapped, _ := row[3].([]byte)
		switch row[2] {
		case erased:
			return nil
		case active, restricted:
			_, err = b.master.unwrap(s, wrapped)
			return err
		}
		return fmt.Errorf("state %q: %w", row[2], ErrDamaged)
	}, from)
	return last, err
}
