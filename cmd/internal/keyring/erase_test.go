package keyring_test

import (
	"database/sql"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"fangxin/cmd/internal/keyring"
	"fangxin/domain/es"
	"fangxin/domain/sealed"
)

// Given a line in the list and a key that a crash left, when the keyring opens, then
// the key is destroyed.
func TestCrashBetweenListAndKey(t *testing.T) {
	dir := t.TempDir()
	o := options(dir)
	k := open(t, o)
	v, other := seal(t, k, person("s-1", 1))[1], seal(t, k, person("s-2", 2))[1]
	k.Close()
	write(t, o.Erasures, []byte(`{"subject":"s-1","at":"2026-11-23T08:00:00Z"}`+"\n"))
	k = open(t, o)
	if _, err := k.Open(t.Context(), "consumer.phone", v); !errors.Is(err, sealed.ErrErased) {
		t.Errorf("Open = %v", err)
	}
	if _, err := k.Open(t.Context(), "consumer.phone", other); err != nil {
		t.Error(err)
	}
	if list, err := keyring.ErasureList(o.Erasures); err != nil || len(list) != 1 {
		t.Errorf("list = %v, %v", list, err)
	}
}

// Given a backup, when subjects are erased later and the backup is put back, then
// opening it beside the present list erases them again.
func TestBackupAndErasureList(t *testing.T) {
	o := options(t.TempDir())
	k := open(t, o)
	v1, v2 := seal(t, k, person("s-1", 1))[1], seal(t, k, person("s-2", 2))[1]
	dest := filepath.Join(t.TempDir(), "backup.db")
	if err := k.Backup(t.Context(), dest); err != nil {
		t.Fatal(err)
	}
	if err := k.Backup(t.Context(), dest); !errors.Is(err, os.ErrExist) {
		t.Errorf("second backup: %v", err)
	}
	later := seal(t, k, person("s-3", 3))[1]
	if err := errors.Join(k.Erase(t.Context(), "s-1"), k.Erase(t.Context(), "s-3"), k.Close()); err != nil {
		t.Fatal(err)
	}
	restored := o
	restored.Path = dest
	k = open(t, restored)
	for _, v := range []sealed.Value{v1, later} {
		if _, err := k.Open(t.Context(), "consumer.phone", v); !errors.Is(err, sealed.ErrErased) {
			t.Errorf("%s: %v", v.Subject, err)
		}
	}
	if _, err := k.Open(t.Context(), "consumer.phone", v2); err != nil {
		t.Error(err)
	}
	list, err := keyring.ErasureList(o.Erasures)
	at := o.Now()
	if want := []keyring.Erasure{{Subject: "s-1", At: at}, {Subject: "s-3", At: at}}; err != nil || !slices.Equal(list, want) {
		t.Errorf("list = %v, %v", list, err)
	}
}

func TestApply(t *testing.T) {
	o := options(t.TempDir())
	k := open(t, o)
	v := seal(t, k, person("s-1", 1))[1]
	var list []keyring.Erasure
	for i := range 3000 {
		list = append(list, keyring.Erasure{Subject: subject(i), At: o.Now()})
	}
	list = append(list, keyring.Erasure{Subject: "s-1", At: o.Now()})
	for range 2 {
		if err := k.Apply(t.Context(), list); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := k.Open(t.Context(), "consumer.phone", v); !errors.Is(err, sealed.ErrErased) {
		t.Errorf("Open = %v", err)
	}
	if _, err := k.Seal(t.Context(), person(subject(7), 7)); !errors.Is(err, sealed.ErrErased) {
		t.Errorf("Seal = %v", err)
	}
	if got, err := keyring.ErasureList(o.Erasures); err != nil || len(got) != len(list) {
		t.Errorf("%d entries, %v", len(got), err)
	}
}

func TestErasureListTornAndDamaged(t *testing.T) {
	o := options(t.TempDir())
	k := open(t, o)
	seal(t, k, person("s-1", 1))
	v := seal(t, k, person("s-2", 2))[1]
	if err := errors.Join(k.Erase(t.Context(), "s-1"), k.Close()); err != nil {
		t.Fatal(err)
	}
	whole, err := os.ReadFile(o.Erasures)
	if err != nil {
		t.Fatal(err)
	}
	write(t, o.Erasures, append(slices.Clone(whole), `{"subject":"s-2","at":"2026`...))
	k = open(t, o)
	if _, err := k.Open(t.Context(), "consumer.phone", v); err != nil {
		t.Errorf("a torn line erased: %v", err)
	}
	if err := errors.Join(k.Erase(t.Context(), "s-2"), k.Close()); err != nil {
		t.Fatal(err)
	}
	if list, err := keyring.ErasureList(o.Erasures); err != nil || len(list) != 2 {
		t.Errorf("list = %v, %v", list, err)
	}
	write(t, o.Erasures, append([]byte("garbage\n"), whole...))
	wantOpenErr(t, o, keyring.ErrDamaged)
}

// PIPL 47: after an erasure no file of the folder holds the wrapped key or the
// hashes, also where many were written and erased before, nor do they come back.
func TestErasedKeyIsInNoFile(t *testing.T) {
	dir := t.TempDir()
	o := options(dir)
	k := open(t, o)
	const subjects = secretSubjects
	seed(t, k, subjects)
	k.Close()
	secrets := storedSecrets(t, o.Path)
	k = open(t, o)
	seed(t, k, subjects) // known and cached again, nothing new
	for i := range subjects {
		seal(t, k, person(subject(subjects+i), subjects+i))
		if i%3 == 0 {
			erase(t, k, subject(i))
		}
		if i == subjects/2 {
			wantNoSecrets(t, dir, secrets, i)
		}
	}
	wantNoSecrets(t, dir, secrets, subjects-1)
	if err := k.Verify(t.Context()); err != nil {
		t.Error(err)
	}
}

func seed(t *testing.T, k *keyring.Keyring, n int) {
	t.Helper()
	var matters []sealed.Matter
	for i := range n {
		matters = append(matters, person(subject(i), i))
	}
	if _, err := k.Seal(t.Context(), matters...); err != nil {
		t.Fatal(err)
	}
}

func erase(t *testing.T, k *keyring.Keyring, s sealed.Subject) {
	t.Helper()
	if err := k.Erase(t.Context(), s); err != nil {
		t.Fatal(err)
	}
}

const secretSubjects = 900

// storedSecrets reads wrapped keys and hashes by the subject's number.
func storedSecrets(t *testing.T, path string) map[int][][]byte {
	t.Helper()
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	rows, err := db.Query("SELECT subject, wrapped, hash FROM subject_key k JOIN known ON known.id=k.id")
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	number := make(map[string]int)
	for i := range secretSubjects {
		id, _ := es.ParseID(string(subject(i)))
		number[string(id[:])] = i
	}
	secrets := make(map[int][][]byte)
	for rows.Next() {
		var s, wrapped, hash []byte
		if err := rows.Scan(&s, &wrapped, &hash); err != nil {
			t.Fatal(err)
		}
		i, ok := number[string(s)]
		if !ok || len(wrapped) != 60 || len(hash) != 16 {
			t.Fatalf("unexpected row %x %x %x", s, wrapped, hash)
		}
		secrets[i] = append(secrets[i], wrapped, hash)
	}
	if len(secrets) != secretSubjects || rows.Err() != nil {
		t.Fatalf("%d rows, %v", len(secrets), rows.Err())
	}
	return secrets
}

// wantNoSecrets looks for the secrets of those erased up to now in every file, and
// as a counter-check for those of a living subject.
func wantNoSecrets(t *testing.T, dir string, secrets map[int][][]byte, upTo int) {
	t.Helper()
	all := contents(t, dir)
	windows := make(map[string]bool)
	for i := range len(all) - 15 {
		windows[string(all[i:i+16])] = true
	}
	if !windows[string(secrets[1][0][:16])] || !windows[string(secrets[1][1])] {
		t.Fatal("the search does not find what is there")
	}
	for i := 0; i <= upTo; i += 3 {
		for _, secret := range secrets[i] {
			if windows[string(secret[:16])] || windows[string(secret[len(secret)-16:])] {
				t.Fatalf("a secret of subject %d is still in a file after %d erasures", i, upTo/3+1)
			}
		}
	}
}
