package blob

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"fangxin/cmd/internal/objects"
	"fangxin/cmd/internal/objects/s3test"
	"fangxin/domain/sealed"
	"fangxin/domain/sealed/sealedtest"
)

// home is a storage under test, with all that lies in it.
type home struct {
	options Options
	files   func(t *testing.T) map[string][]byte
	write   func(t *testing.T, name string, content []byte)
}

// inEach runs a test on every storage.
func inEach(t *testing.T, test func(t *testing.T, h *home)) {
	t.Helper()
	for name, make := range map[string]func(*testing.T) *home{"folder": inFolder, "objects": func(t *testing.T) *home {
		h, _ := inObjects(t)
		return h
	}} {
		t.Run(name, func(t *testing.T) { test(t, make(t)) })
	}
}

func inFolder(t *testing.T) *home {
	t.Helper()
	dir := t.TempDir()
	return &home{
		options: Options{Dir: dir},
		files: func(t *testing.T) map[string][]byte {
			t.Helper()
			all := make(map[string][]byte)
			err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
				if err == nil && !d.IsDir() {
					all[path], err = os.ReadFile(path)
				}
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			return all
		},
		write: func(t *testing.T, name string, content []byte) {
			t.Helper()
			if err := os.WriteFile(name, content, 0o600); err != nil {
				t.Fatal(err)
			}
		},
	}
}

func inObjects(t *testing.T) (*home, *s3test.Server) {
	t.Helper()
	server, err := s3test.Start(s3test.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(server.Stop)
	store, err := objects.Open(t.Context(), server.Under("nm"), objects.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { store.Close() })
	temp := t.TempDir()
	t.Cleanup(func() {
		if left, err := os.ReadDir(temp); err != nil || len(left) != 0 {
			t.Errorf("left in the temporary folder: %v, %v", left, err)
		}
	})
	return &home{
		options: Options{Objects: store, Temp: temp},
		files: func(*testing.T) map[string][]byte {
			all := make(map[string][]byte)
			for _, name := range server.Names() {
				all[name] = server.Object(name)
			}
			return all
		},
		write: func(_ *testing.T, name string, content []byte) {
			if content == nil {
				content = []byte{}
			}
			server.Replace(name, content)
		},
	}, server
}

func (h *home) newStore(t *testing.T) (*Store, *sealedtest.Keyring) {
	t.Helper()
	k := sealedtest.NewKeyring()
	return h.open(t, k), k
}

func (h *home) open(t *testing.T, k sealed.Keyring) *Store {
	t.Helper()
	o := h.options
	o.Keyring, o.NameKey = k, bytes.Repeat([]byte{9}, 32)
	if o.Limit == 0 {
		o.Limit = 1 << 20
	}
	s, err := Open(o)
	if err != nil {
		t.Fatal(err)
	}
	return s
}
