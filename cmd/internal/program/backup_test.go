package program

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"fangxin/cmd/internal/clock"
	"fangxin/domain/sealed"
)

func backedUp(t *testing.T, data string, more ...string) string {
	t.Helper()
	dest := filepath.Join(t.TempDir(), "backup")
	code, out, errs := run(t, append([]string{"backup", dest, "--data", data}, more...)...)
	if code != exitOK || !strings.Contains(out, "events") {
		t.Fatal(code, out, errs)
	}
	if !strings.Contains(errs, "WARNING: the backup") {
		t.Errorf("nothing said of the master key: %s", errs)
	}
	return dest
}

func TestBackupAndRestore(t *testing.T) {
	i := installed(t)
	dest := backedUp(t, i.data)
	for _, path := range filesBelow(t, dest) {
		if name := filepath.Base(path); name == "master.key" || name == "erasures.jsonl" || strings.HasSuffix(name, ".partial") || strings.HasSuffix(name, ".lock") {
			t.Errorf("in the backup: %s", path)
		}
	}
	to := filepath.Join(t.TempDir(), "restored")
	code, _, errs := run(t, "restore", dest, "--data", to)
	if code != exitFound || !strings.Contains(errs, "master key") {
		t.Fatal("restored without the master key", code, errs)
	}
	code, out, errs := run(t, "restore", dest, "--data", to, "--master-key", folder{root: i.data}.masterKey())
	if code != exitOK || !strings.HasSuffix(out, "clean\n") || !strings.Contains(errs, "no --erasures") {
		t.Fatal(code, out, errs)
	}
	sameLog(t, i.data, to)
	if code, _, errs := run(t, "restore", dest, "--data", to, "--master-key", folder{root: i.data}.masterKey()); code != exitFound || !strings.Contains(errs, "not empty") {
		t.Error("restored over an installation", code, errs)
	}
}

// sameLog compares the exports of two folders line by line, but for their heads.
func sameLog(t *testing.T, a, b string) {
	t.Helper()
	var bodies [2]string
	for k, data := range []string{a, b} {
		code, out, errs := run(t, "export", "--data", data)
		if code != exitOK {
			t.Fatal(code, errs)
		}
		lines := strings.Split(out, "\n")
		bodies[k] = strings.Join(lines[1:len(lines)-2], "\n")
	}
	if bodies[0] != bodies[1] || bodies[0] == "" {
		t.Error("the logs differ")
	}
}

// TestErasureAfterTheBackup: what was erased since stays erased in what is restored
// (PIPL 47), and the restored log is sound.
func TestErasureAfterTheBackup(t *testing.T) {
	i := installed(t)
	dest := backedUp(t, i.data, "--with-master-key")
	a, err := openAdapters(t.Context(), configOf(t, i.data), clock.System{}, quiet())
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(a.keyring.Erase(t.Context(), i.subjects[0]), a.close()); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		more []string
		want sealed.State
	}{
		{nil, sealed.Active},
		{[]string{"--erasures", folder{root: i.data}.erasures()}, sealed.Erased},
	} {
		to := filepath.Join(t.TempDir(), "restored")
		code, out, errs := run(t, append([]string{"restore", "--data", to, dest}, c.more...)...)
		if code != exitOK || !strings.HasSuffix(out, "clean\n") {
			t.Fatal(code, out, errs)
		}
		b, err := openAdapters(t.Context(), configOf(t, to), clock.System{}, quiet())
		if err != nil {
			t.Fatal(err)
		}
		got, err := b.keyring.StateOf(t.Context(), i.subjects[0])
		if err = errors.Join(err, b.close()); err != nil || got != c.want {
			t.Errorf("%v: %s, %v", c.more, got, err)
		}
	}
}

// TestDamagedBackup: a backup that is not what was made is refused, and nothing is
// left in the folder.
func TestDamagedBackup(t *testing.T) {
	i := installed(t)
	for name, damage := range map[string]func(dest string) error{
		"no manifest":      func(d string) error { return os.Remove(filepath.Join(d, manifestName)) },
		"no keys":          func(d string) error { return os.Remove(folder{root: d}.keys()) },
		"a byte of keys":   func(d string) error { flip(t, folder{root: d}.keys()); return nil },
		"a byte of events": func(d string) error { flip(t, folder{root: d}.events()); return nil },
		"a shorter list":   func(d string) error { return os.Truncate(filepath.Join(d, fileList), 200) },
		"a newer form": func(d string) error {
			return writeSynced(filepath.Join(d, manifestName), []byte(`{"format":2}`))
		},
		"a path out of the folder": func(d string) error {
			list := []byte(`{"path":"../events.db","size":1,"sha256":""}` + "\n")
			if err := os.WriteFile(filepath.Join(d, fileList), list, 0o600); err != nil {
				return err
			}
			m, err := readManifest(d)
			if !errors.Is(err, errTornBackup) {
				return errors.New("a list of another backup was taken")
			}
			if _, m.List, err = digest(filepath.Join(d, fileList)); err != nil {
				return err
			}
			text, err := json.Marshal(m)
			if err != nil {
				return err
			}
			return writeSynced(filepath.Join(d, manifestName), text)
		},
	} {
		t.Run(name, func(t *testing.T) {
			dest := backedUp(t, i.data, "--with-master-key")
			if err := damage(dest); err != nil {
				t.Fatal(err)
			}
			to := filepath.Join(t.TempDir(), "restored")
			if code, out, errs := run(t, "restore", dest, "--data", to); code != exitFound || !strings.Contains(errs, "backup") {
				t.Fatal(code, out, errs)
			}
			if entries, err := os.ReadDir(to); err == nil && len(entries) > 0 {
				t.Errorf("left behind: %v", entries)
			}
		})
	}
}

func TestBackupRefusesItsPlace(t *testing.T) {
	i := installed(t)
	full := t.TempDir()
	if err := os.WriteFile(filepath.Join(full, "x"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for dest, want := range map[string]string{full: "not empty", filepath.Join(i.data, "backup"): "inside the data folder"} {
		if code, _, errs := run(t, "backup", dest, "--data", i.data); code != exitFound || !strings.Contains(errs, want) {
			t.Error(dest, code, errs)
		}
	}
	if code, _, errs := run(t, "backup", "--data", i.data); code != exitUsage {
		t.Error(code, errs)
	}
	if code, _, errs := run(t, "backup", filepath.Join(full, "y"), "--data", t.TempDir()); code != exitFound || !strings.Contains(errs, "no installation") {
		t.Error(code, errs)
	}
}

// TestBackupCutShort leaves nothing behind.
func TestBackupCutShort(t *testing.T) {
	i := installed(t)
	a, err := openAdapters(t.Context(), configOf(t, i.data), clock.System{}, quiet())
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	dest := filepath.Join(t.TempDir(), "backup")
	for kind, want := range map[string]error{backupFull: context.Canceled, "half": errKind} {
		if err := a.backupTo(ctx, backupOrder{Dest: dest, Kind: kind}, io.Discard); !errors.Is(err, want) {
			t.Errorf("%s: %v", kind, err)
		}
	}
	if entries, err := os.ReadDir(dest); err != nil || len(entries) > 0 {
		t.Error(entries, err)
	}
	if err := a.close(); err != nil {
		t.Fatal(err)
	}
}

// FuzzList: whatever stands in a list, no path leads out of the folder.
func FuzzList(f *testing.F) {
	for _, seed := range []string{`{"path":"keys/keyring.db","size":1,"sha256":"00"}`, `{"path":"../x"}`, `{"path":"/etc/passwd"}`, `{"path":"a/../../b"}`, `{"path":""}`, `{"path":"..0"}`, "x", "\x00"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, list []byte) {
		root := t.TempDir()
		if err := os.WriteFile(filepath.Join(root, fileList), list, 0o600); err != nil {
			t.Fatal(err)
		}
		_ = eachListed(root, func(l listed) error { // an error ends the restore
			below, err := filepath.Rel(root, filepath.Join(root, filepath.FromSlash(l.Path)))
			if err != nil || !filepath.IsLocal(below) {
				t.Errorf("%q leads to %q", l.Path, below)
			}
			return nil
		})
	})
}
