package sqlite

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"fangxin/domain/es"
)

// Backup writes a copy of the log as it is at one moment to dest, which must not
// exist. Appends go on meanwhile. The copy is complete and durable, or there is
// none: it is written beside dest, checked, synced and then renamed. Every row is
// read and written anew, so damage makes the backup fail, not the restore.
func (s *Store) Backup(ctx context.Context, dest string) error {
	if err := s.using.enter(); err != nil {
		return err
	}
	defer s.using.leave()
	dest, err := filepath.Abs(dest)
	if err != nil {
		return classify("backup", err)
	}
	return s.whileOpen(ctx, "backup to "+dest, func(ctx context.Context) error {
		return backup(ctx, s.path, dest)
	})
}

// whileOpen runs long work that Close cuts short.
func (s *Store) whileOpen(ctx context.Context, doing string, work func(context.Context) error) error {
	ctx, cancel := context.WithCancelCause(ctx)
	watched := make(chan struct{})
	go func() {
		defer close(watched)
		select {
		case <-s.closing:
			cancel(es.ErrClosed)
		case <-ctx.Done():
		}
	}()
	err := work(ctx)
	if err != nil && ctx.Err() != nil {
		err = context.Cause(ctx)
	}
	cancel(nil)
	<-watched
	if err != nil {
		return classify(doing, err)
	}
	return nil
}

func backup(ctx context.Context, source, dest string) (err error) {
	if _, err := os.Lstat(dest); !errors.Is(err, fs.ErrNotExist) {
		if err == nil {
			err = fmt.Errorf("%s: %w", dest, fs.ErrExist)
		}
		return err
	}
	partial := dest + ".partial"
	if err := os.Remove(partial); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	defer func() {
		if err != nil {
			_ = os.Remove(partial) // the first error is the one to tell
		}
	}()
	if err := private(partial); err != nil {
		return err
	}
	c, err := connect(ctx, source, false) // query_only would forbid VACUUM INTO
	if err != nil {
		return err
	}
	if err := errors.Join(c.exec(ctx, `VACUUM INTO ?`, partial), c.close()); err != nil {
		return err
	}
	if err := syncFile(partial); err != nil {
		return err
	}
	if err := os.Rename(partial, dest); err != nil {
		return err
	}
	return syncDir(filepath.Dir(dest))
}

func syncFile(path string) error {
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}
