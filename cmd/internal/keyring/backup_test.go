package keyring_test

import (
	"errors"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"fangxin/domain/sealed"
)

// Given sealing and erasing under way, when a backup is taken, then the copy is
// whole: it verifies and opens what was acknowledged before it began.
func TestBackupUnderLoad(t *testing.T) {
	o := options(t.TempDir())
	k := open(t, o)
	seed(t, k, 4000)
	before := seal(t, k, person("s-before", 1))[1]
	stop := make(chan struct{})
	var wg sync.WaitGroup
	for c := range 4 {
		wg.Go(func() {
			for i := 10000 + c; ; i += 4 {
				select {
				case <-stop:
					return
				default:
				}
				_, err := k.Seal(t.Context(), person(subject(i), i))
				if err == nil && i%5 == 0 {
					err = k.Erase(t.Context(), subject(i))
				}
				if err != nil {
					t.Errorf("under backup: %v", err)
					return
				}
			}
		})
	}
	dest := filepath.Join(t.TempDir(), "copy.db")
	err := k.Backup(t.Context(), dest)
	close(stop)
	wg.Wait()
	if err := errors.Join(err, k.Verify(t.Context()), k.Close()); err != nil {
		t.Fatal(err)
	}
	copied := o
	copied.Path = dest
	k = open(t, copied)
	if err := k.Verify(t.Context()); err != nil {
		t.Error(err)
	}
	if got, err := k.Open(t.Context(), "consumer.phone", before); err != nil || got != "13800000001" {
		t.Errorf("Open = %q, %v", got, err)
	}
	if n, err := k.Count(t.Context()); err != nil || n.Active < 4001 {
		t.Errorf("Count = %+v, %v", n, err)
	}
}

// Given a backup that has not ended, when the keyring is closed, then the caller is
// told and nothing stands at the destination.
func TestBackupAndClose(t *testing.T) {
	k := open(t, options(t.TempDir()))
	seed(t, k, 20000)
	dest := filepath.Join(t.TempDir(), "copy.db")
	result := make(chan error)
	go func() { result <- k.Backup(t.Context(), dest) }()
	if err := k.Close(); err != nil {
		t.Error(err)
	}
	err := <-result
	if err != nil && !errors.Is(err, sealed.ErrUnavailable) {
		t.Errorf("Backup = %v", err)
	}
	if _, missing := os.Stat(dest); (err == nil) == errors.Is(missing, os.ErrNotExist) {
		t.Errorf("Backup = %v, destination: %v", err, missing)
	}
}
