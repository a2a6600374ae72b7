package keyring_test

import (
	"errors"
	"path/filepath"
	"testing"

	"fangxin/cmd/internal/keyring"
	"fangxin/domain/sealed"
)

// PIPL 47: given a backup, when subjects are restricted later, lifted, or erased, and the
// backup is put back, then opening it beside the present list brings each to where it was.
func TestRestrictionOutlivesABackup(t *testing.T) {
	o := options(t.TempDir())
	k := open(t, o)
	for i := 1; i <= 4; i++ {
		seal(t, k, person(sealed.Subject("s-"+string(rune('0'+i))), i))
	}
	err := k.Restrict(t.Context(), "s-4") // lifted after the backup
	dest := filepath.Join(t.TempDir(), "backup.db")
	err = errors.Join(err, k.Backup(t.Context(), dest),
		k.Restrict(t.Context(), "s-1"),
		k.Restrict(t.Context(), "s-2"), k.Lift(t.Context(), "s-2"),
		k.Restrict(t.Context(), "s-3"), k.Erase(t.Context(), "s-3"),
		k.Lift(t.Context(), "s-4"), k.Restrict(t.Context(), "s-1"), k.Close())
	if err != nil {
		t.Fatal(err)
	}
	list, err := keyring.ErasureList(o.Erasures)
	if err != nil || len(list) != 7 {
		t.Errorf("%d lines, %v: %v", len(list), err, list)
	}
	restored := o
	restored.Path = dest
	for range 2 { // the second time nothing is left to do
		k = open(t, restored)
		for s, want := range map[sealed.Subject]sealed.State{"s-1": sealed.Restricted, "s-2": sealed.Active, "s-3": sealed.Erased, "s-4": sealed.Active} {
			if got, err := k.StateOf(t.Context(), s); err != nil || got != want {
				t.Errorf("%s is %s, want %s, %v", s, got, want, err)
			}
		}
		if err := k.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if again, err := keyring.ErasureList(o.Erasures); err != nil || len(again) != len(list) {
		t.Errorf("%d lines became %d, %v", len(list), len(again), err)
	}
}

// A list of another keyring restricts here too, and never gives free what was erased.
func TestApplyRestrictions(t *testing.T) {
	o := options(t.TempDir())
	k := open(t, o)
	v := seal(t, k, person("s-1", 1))[1]
	seal(t, k, person("s-2", 2))
	list := []keyring.Erasure{
		{Subject: "s-1", State: sealed.Restricted, At: o.Now()}, {Subject: "s-9", State: sealed.Restricted, At: o.Now()},
		{Subject: "s-2", At: o.Now()}, {Subject: "s-2", State: sealed.Active, At: o.Now()},
	}
	if err := k.Apply(t.Context(), list); err != nil {
		t.Fatal(err)
	}
	if _, err := k.Open(t.Context(), "consumer.phone", v); !errors.Is(err, sealed.ErrRestricted) {
		t.Errorf("Open = %v", err)
	}
	if got, err := k.StateOf(t.Context(), "s-2"); err != nil || got != sealed.Erased {
		t.Errorf("s-2 is %s, %v", got, err)
	}
	for _, line := range []string{`{"restricted":"s-1","released":"s-1","at":"2026-11-23T08:00:00Z"}`, `{"at":"2026-11-23T08:00:00Z"}`} {
		write(t, o.Erasures, []byte(line+"\n"))
		if _, err := keyring.ErasureList(o.Erasures); !errors.Is(err, keyring.ErrDamaged) {
			t.Errorf("%s: %v", line, err)
		}
	}
}
