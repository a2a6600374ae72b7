package sqlite

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"fangxin/domain/es"
)

// TestBackup copies while eight writers append; the copy is a prefix of the log.
func TestBackup(t *testing.T) {
	s := opened(t, path(t), Options{})
	fill(t, s, "case.before", 2000)
	stop := make(chan struct{})
	var writers sync.WaitGroup
	for w := range 8 {
		writers.Go(func() {
			stream := es.StreamID(fmt.Sprintf("writer.%d", w))
			for i := es.None; ; i++ {
				select {
				case <-stop:
					return
				default:
				}
				if _, err := s.Append(t.Context(), stream, i, crashEvents(stream, i, 1)); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	dest := filepath.Join(t.TempDir(), "备份 %20?x.db")
	err := s.Backup(t.Context(), dest)
	close(stop)
	writers.Wait()
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Backup(t.Context(), dest); !errors.Is(err, os.ErrExist) {
		t.Fatalf("backup over a backup: %v", err)
	}
	entries, err := os.ReadDir(filepath.Dir(dest))
	if err != nil || len(entries) != 1 {
		t.Fatalf("beside the backup: %v, %v", entries, err)
	}
	backup := opened(t, dest, Options{})
	if err := backup.Check(t.Context()); err != nil {
		t.Fatal(err)
	}
	if n := count(t, backup); n < 2000 || n > count(t, s) {
		t.Fatalf("%d events in the backup, %d in the log", n, count(t, s))
	}
	checkSurvivors(t, backup, nil)
}

func TestBackupCutShort(t *testing.T) {
	s := opened(t, path(t), Options{})
	fill(t, s, "case.1", 1000)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	dest := filepath.Join(t.TempDir(), "backup.db")
	if err := s.Backup(ctx, dest); !errors.Is(err, context.Canceled) {
		t.Fatalf("backup: %v", err)
	}
	if entries, err := os.ReadDir(filepath.Dir(dest)); err != nil || len(entries) != 0 {
		t.Fatalf("left behind: %v, %v", entries, err)
	}
	if err := s.Backup(t.Context(), filepath.Join(t.TempDir(), "missing", "backup.db")); !errors.Is(err, es.ErrUnavailable) {
		t.Fatalf("backup into a missing folder: %v", err)
	}
}

// TestFiles: nobody else may read them, and Close leaves one complete file.
func TestFiles(t *testing.T) {
	p := path(t)
	s := mustOpen(t, p, Options{})
	fill(t, s, "case.1", 10)
	for _, suffix := range []string{"", "-wal", "-shm", ".lock"} {
		info, err := os.Stat(p + suffix)
		if err != nil || info.Mode().Perm() != 0o600 {
			t.Fatalf("%s: %v, %v", suffix, info.Mode(), err)
		}
	}
	backup := filepath.Join(t.TempDir(), "backup.db")
	if err := s.Backup(t.Context(), backup); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(backup); err != nil || info.Mode().Perm() != 0o600 {
		t.Fatalf("backup: %v, %v", info, err)
	}
	if _, err := os.Stat(p + "-wal"); !errors.Is(err, os.ErrNotExist) {
		t.Fatalf("a write-ahead log after Close: %v", err)
	}
}

func TestStats(t *testing.T) {
	p := path(t)
	s := opened(t, p, Options{})
	fill(t, s, "case.1", 100)
	stats, err := s.Stats()
	if err != nil || stats.Events != 100 || stats.Head != position(100) || stats.Bytes < 100*600 {
		t.Fatalf("%+v, %v", stats, err)
	}
	if s.Path() != p {
		t.Fatalf("path %s", s.Path())
	}
}

// TestLongWorkEnds: Close does not wait for the end of a check or a backup.
func TestLongWorkEnds(t *testing.T) {
	s := mustOpen(t, path(t), Options{})
	fill(t, s, "case.1", 1000)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := s.Check(ctx); !errors.Is(err, context.Canceled) {
		t.Fatalf("check: %v", err)
	}
	closed := make(chan error, 1)
	err := s.whileOpen(t.Context(), "long work", func(ctx context.Context) error {
		go func() { closed <- s.Close() }()
		<-ctx.Done()
		return ctx.Err()
	})
	if !errors.Is(err, es.ErrClosed) {
		t.Fatalf("long work: %v", err)
	}
	if err := <-closed; err != nil {
		t.Fatal(err)
	}
	for what, err := range map[string]error{
		"check": s.Check(t.Context()), "backup": s.Backup(t.Context(), path(t)),
	} {
		if !errors.Is(err, es.ErrClosed) {
			t.Errorf("%s after Close: %v", what, err)
		}
	}
	if _, err := s.Stats(); !errors.Is(err, es.ErrClosed) {
		t.Errorf("stats after Close: %v", err)
	}
}
