package keyring_test

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	_ "modernc.org/sqlite"

	"fangxin/cmd/internal/keyring"
	"fangxin/domain/es"
	"fangxin/domain/sealed"
	"fangxin/domain/sealed/sealedtest"
)

func options(dir string) keyring.Options {
	return keyring.Options{
		Path:       filepath.Join(dir, "keys.db"),
		MasterFile: filepath.Join(dir, "master.key"),
		Erasures:   filepath.Join(dir, "erasures.ndjson"),
		Now:        func() time.Time { return time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC) },
	}
}

func open(t *testing.T, o keyring.Options) *keyring.Keyring {
	t.Helper()
	k, err := keyring.Open(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { k.Close() })
	return k
}

func subject(i int) sealed.Subject {
	return sealed.Subject(es.DeriveID(es.Namespace, "subject", fmt.Sprint(i)).String())
}

func person(s sealed.Subject, i int) sealed.Matter {
	phone := sealed.Field{Name: "consumer.phone", Kind: sealed.Phone, Plain: fmt.Sprintf("138%08d", i)}
	id := sealed.Field{Name: "consumer.id_number", Kind: sealed.IDNumber, Plain: fmt.Sprintf("E%08d", i)}
	return sealed.Matter{
		Subject: s,
		Fields: []sealed.Field{
			{Name: "consumer.name", Kind: sealed.Name, Plain: "乌兰"}, phone, id,
			{Name: "consumer.address", Kind: sealed.Address, Plain: "呼和浩特市赛罕区大学西街 1 号"},
			{Name: "facts", Kind: sealed.Text, Plain: "商家拒绝退还预付款。"},
			{Name: "order_no", Kind: sealed.Text, Plain: "A-1"},
			{Name: "requests.0", Kind: sealed.Text, Plain: "退款"},
			{Name: "place", Kind: sealed.Text, Plain: "赛罕区"},
		},
		Known: []sealed.Field{phone, id},
	}
}

func seal(t *testing.T, k *keyring.Keyring, m sealed.Matter) []sealed.Value {
	t.Helper()
	v, err := k.Seal(t.Context(), m)
	if err != nil {
		t.Fatal(err)
	}
	return v[0]
}

func TestConformance(t *testing.T) {
	sealedtest.Run(t, func(t *testing.T) sealed.Keyring { return open(t, options(t.TempDir())) })
}

func TestConformanceWithTinyCache(t *testing.T) {
	sealedtest.Run(t, func(t *testing.T) sealed.Keyring {
		o := options(t.TempDir())
		o.CacheSize = 1
		return open(t, o)
	})
}

// Given sealed values, when the program starts again, then they open, people are
// recognised and states stand, whatever form the subject has.
func TestReopen(t *testing.T) {
	o := options(t.TempDir())
	k := open(t, o)
	subjects := []sealed.Subject{subject(1), "s-1", sealed.Subject(strings.ToUpper(string(subject(1)))), subject(2)}
	var values []sealed.Value
	for i, s := range subjects {
		values = append(values, seal(t, k, person(s, i))[1])
	}
	if err := errors.Join(k.Restrict(t.Context(), subjects[3]), k.Close(), k.Close()); err != nil {
		t.Fatal(err)
	}
	k = open(t, o)
	for i, s := range subjects[:3] {
		if got, err := k.Open(t.Context(), "consumer.phone", values[i]); err != nil || got != fmt.Sprintf("138%08d", i) {
			t.Errorf("%s: %q, %v", s, got, err)
		}
		if got, err := k.Same(t.Context(), sealed.Phone, fmt.Sprintf("138%08d", i), 9); err != nil || !slices.Equal(got, []sealed.Subject{s}) {
			t.Errorf("Same = %v, %v", got, err)
		}
	}
	if s, err := k.StateOf(t.Context(), subjects[3]); err != nil || s != sealed.Restricted {
		t.Errorf("StateOf = %v, %v", s, err)
	}
	if n, err := k.Count(t.Context()); err != nil || n != (keyring.Counts{Active: 3, Restricted: 1}) {
		t.Errorf("Count = %+v, %v", n, err)
	}
	if err := k.Verify(t.Context()); err != nil {
		t.Error(err)
	}
}

func TestMasterKeyFileIsPrivateAndNeeded(t *testing.T) {
	o := options(t.TempDir())
	k := open(t, o)
	seal(t, k, person("s-1", 1))
	k.Close()
	info, err := os.Stat(o.MasterFile)
	if err != nil || info.Mode().Perm() != 0o600 || info.Size() != 32 {
		t.Fatalf("%v, %v", info.Mode(), err)
	}
	wrong := o
	wrong.Master = bytes.Repeat([]byte{7}, 32)
	wantOpenErr(t, wrong, keyring.ErrMasterKey)
	wrong.Master = []byte("short")
	wantOpenErr(t, wrong, keyring.ErrBadMasterKey)
	if err := os.Remove(o.MasterFile); err != nil {
		t.Fatal(err)
	}
	wantOpenErr(t, o, keyring.ErrNoMasterKey)
	if _, err := os.Stat(o.MasterFile); !errors.Is(err, os.ErrNotExist) {
		t.Error("a new master key was made for old keys")
	}
}

// TestFilesArePrivate: whatever the folder's mode is, also where an older file was
// readable by others.
func TestFilesArePrivate(t *testing.T) {
	dir := t.TempDir()
	o := options(dir)
	seal(t, open(t, o), person("s-1", 1))
	files := []string{o.Path, o.Path + "-wal", o.Erasures, o.MasterFile}
	check := func() {
		t.Helper()
		for _, path := range files {
			info, err := os.Stat(path)
			if err != nil {
				t.Fatal(err)
			}
			if info.Mode().Perm() != 0o600 {
				t.Errorf("%s: %v", path, info.Mode())
			}
		}
	}
	check()
	old := options(t.TempDir())
	k := open(t, old)
	seal(t, k, person("s-1", 1))
	if err := errors.Join(k.Close(), os.Chmod(old.Path, 0o644)); err != nil {
		t.Fatal(err)
	}
	seal(t, open(t, old), person("s-2", 2))
	files = []string{old.Path, old.Path + "-wal"}
	check()
}

func wantOpenErr(t *testing.T, o keyring.Options, want error) {
	t.Helper()
	k, err := keyring.Open(o)
	if err == nil {
		k.Close()
	}
	if !errors.Is(err, want) {
		t.Fatalf("Open: %v, want %v", err, want)
	}
}

func TestLockedByAnotherOpener(t *testing.T) {
	o := options(t.TempDir())
	k := open(t, o)
	wantOpenErr(t, o, keyring.ErrLocked)
	wantOpenErr(t, o, sealed.ErrUnavailable)
	seal(t, k, person("s-1", 1))
	k.Close()
	open(t, o)
}

func TestNewerSchema(t *testing.T) {
	o := options(t.TempDir())
	open(t, o).Close()
	alter(t, o.Path, "PRAGMA user_version=9")
	wantOpenErr(t, o, keyring.ErrNewerSchema)
}

func alter(t *testing.T, path, script string) {
	t.Helper()
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.Exec(script); err != nil {
		t.Fatal(err)
	}
}

func TestDamagedFile(t *testing.T) {
	o := options(t.TempDir())
	k := open(t, o)
	for i := range 200 {
		seal(t, k, person(subject(i), i))
	}
	k.Close()
	whole, err := os.ReadFile(o.Path)
	if err != nil {
		t.Fatal(err)
	}
	noise := slices.Clone(whole)
	copy(noise, bytes.Repeat([]byte("x"), 100))
	write(t, o.Path, noise)
	wantOpenErr(t, o, keyring.ErrDamaged)

	for at := 4096; at < len(noise); at += 4096 {
		copy(noise, whole)
		copy(noise[at:min(at+4096, len(noise))], bytes.Repeat([]byte{0xff}, 4096))
		write(t, o.Path, noise)
		if k, err := keyring.Open(o); err == nil {
			err = k.Verify(t.Context())
			k.Close()
			if !errors.Is(err, keyring.ErrDamaged) {
				t.Fatalf("page at %d: Verify = %v", at, err)
			}
		} else if !errors.Is(err, keyring.ErrDamaged) {
			t.Fatalf("page at %d: Open = %v", at, err)
		}
	}
}

func write(t *testing.T, path string, content []byte) {
	t.Helper()
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
}

// A damaged key concerns its subject alone.
func TestDamagedRow(t *testing.T) {
	o := options(t.TempDir())
	k := open(t, o)
	bad, good := seal(t, k, person("s-1", 1))[1], seal(t, k, person("s-2", 2))[1]
	k.Close()
	alter(t, o.Path, "UPDATE subject_key SET wrapped=randomblob(60) WHERE subject='s-1'")
	k = open(t, o)
	if _, err := k.Open(t.Context(), "consumer.phone", bad); !errors.Is(err, keyring.ErrDamaged) {
		t.Errorf("Open = %v", err)
	}
	if _, err := k.Open(t.Context(), "consumer.phone", good); err != nil {
		t.Error(err)
	}
	if err := k.Verify(t.Context()); !errors.Is(err, keyring.ErrDamaged) {
		t.Errorf("Verify = %v", err)
	}
}

func TestClosed(t *testing.T) {
	k := open(t, options(t.TempDir()))
	k.Close()
	_, err := k.Seal(t.Context(), person("s-1", 1))
	if !errors.Is(err, keyring.ErrClosed) || !errors.Is(err, sealed.ErrUnavailable) {
		t.Errorf("Seal = %v", err)
	}
	if err := k.Backup(t.Context(), filepath.Join(t.TempDir(), "b")); !errors.Is(err, keyring.ErrClosed) {
		t.Errorf("Backup = %v", err)
	}
}

func TestNoPlainTextInAnyFile(t *testing.T) {
	dir := t.TempDir()
	k := open(t, options(dir))
	seal(t, k, person("s-1", 12345678))
	files, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		content, err := os.ReadFile(filepath.Join(dir, f.Name()))
		if err != nil {
			t.Fatal(err)
		}
		for _, plain := range []string{"13812345678", "E12345678", "乌兰", "赛罕"} {
			if bytes.Contains(content, []byte(plain)) {
				t.Errorf("%s holds %q", f.Name(), plain)
			}
		}
	}
}

// Given a cached key and stored marks, when more is sealed, then no file changes.
func TestKnownSubjectTouchesNoDisk(t *testing.T) {
	dir := t.TempDir()
	k := open(t, options(dir))
	seal(t, k, person("s-1", 1))
	before := contents(t, dir)
	for range 10 {
		seal(t, k, person("s-1", 1))
	}
	if !bytes.Equal(before, contents(t, dir)) {
		t.Error("a file has changed")
	}
	seal(t, k, person("s-1", 2))
	if bytes.Equal(before, contents(t, dir)) {
		t.Error("a new phone is not stored")
	}
}

// contents is what all files of a folder hold.
func contents(t *testing.T, dir string) (all []byte) {
	t.Helper()
	files, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		content, err := os.ReadFile(filepath.Join(dir, f.Name()))
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, content...)
	}
	return all
}

func TestDeriveIsStableAndSeparate(t *testing.T) {
	o := options(t.TempDir())
	k := open(t, o)
	a, err1 := k.Derive("blob names")
	b, err2 := k.Derive("blob name")
	k.Close()
	again, err3 := open(t, o).Derive("blob names")
	if err := errors.Join(err1, err2, err3); err != nil || len(a) != 32 || !bytes.Equal(a, again) || bytes.Equal(a, b) {
		t.Fatalf("%x %x %x %v", a, b, again, err)
	}
}

type failingEntropy struct{}

func (failingEntropy) Read([]byte) (int, error) { return 0, errors.New("dry") }

func TestNoEntropy(t *testing.T) {
	o := options(t.TempDir())
	o.Master = bytes.Repeat([]byte{1}, 32)
	o.Entropy = failingEntropy{}
	k := open(t, o)
	if _, err := k.Seal(context.Background(), person("s-1", 1)); !errors.Is(err, sealed.ErrUnavailable) {
		t.Errorf("Seal = %v", err)
	}
	if _, err := k.StateOf(t.Context(), "s-1"); !errors.Is(err, sealed.ErrNoKey) {
		t.Errorf("StateOf = %v", err)
	}
}
