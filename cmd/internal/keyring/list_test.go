package keyring_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"fangxin/cmd/internal/keyring"
)

// FuzzErasureList: any bytes give a list or ErrDamaged, and a list that reads goes
// on reading after a crash has cut its last line.
func FuzzErasureList(f *testing.F) {
	f.Add([]byte(`{"subject":"s-1","at":"2026-11-23T08:00:00Z"}` + "\n"))
	f.Add([]byte("{}\n"))
	f.Add(bytes.Repeat([]byte("x"), 5000))
	f.Fuzz(func(t *testing.T, content []byte) {
		path := filepath.Join(t.TempDir(), "list")
		if err := os.WriteFile(path, content, 0o600); err != nil {
			t.Fatal(err)
		}
		list, err := keyring.ErasureList(path)
		if err != nil {
			if !errors.Is(err, keyring.ErrDamaged) {
				t.Fatal(err)
			}
			return
		}
		if want := bytes.Count(content, []byte("\n")); len(list) != want {
			t.Fatalf("%d entries of %d lines", len(list), want)
		}
	})
}
