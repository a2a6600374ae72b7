package keyring

import (
	"bytes"
	"errors"
	"path/filepath"
	"testing"

	"fangxin/domain/sealed"
)

func openHere(t *testing.T) *fileRing {
	t.Helper()
	dir := t.TempDir()
	k, err := Open(Options{
		Path: filepath.Join(dir, "keys.db"), Erasures: filepath.Join(dir, "erasures"),
		Master: bytes.Repeat([]byte{1}, masterSize),
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { k.Close() })
	return k.ring.(*fileRing)
}

func sealOne(t *testing.T, k sealed.Keyring, s sealed.Subject) (sealed.Value, error) {
	t.Helper()
	phone := []sealed.Field{{Name: "phone", Kind: sealed.Phone, Plain: "13812341234"}}
	v, err := k.Seal(t.Context(), sealed.Matter{Subject: s, Fields: phone, Known: phone})
	if err != nil {
		return sealed.Value{}, err
	}
	return v[0][0], nil
}

// Given an erasure list that cannot be written, then nothing is destroyed: an
// erasure that is not listed would not survive a restore.
func TestUnwritableList(t *testing.T) {
	k := openHere(t)
	v, err := sealOne(t, k, "s-1")
	if err != nil {
		t.Fatal(err)
	}
	if err := k.erasures.close(); err != nil {
		t.Fatal(err)
	}
	if err := k.Erase(t.Context(), "s-1"); !errors.Is(err, sealed.ErrUnavailable) {
		t.Errorf("Erase = %v", err)
	}
	k.cache.drop("s-1")
	if got, err := k.Open(t.Context(), "phone", v); err != nil || got != "13812341234" {
		t.Errorf("Open = %q, %v", got, err)
	}
	if same, err := k.Same(t.Context(), sealed.Phone, "13812341234", 9); err != nil || len(same) != 1 {
		t.Errorf("Same = %v, %v", same, err)
	}
}

// Given a file that may not grow, when keys are sealed, then the answer is ErrFull,
// nothing is acknowledged that is not stored, and all goes on when there is room.
func TestFull(t *testing.T) {
	k := openHere(t)
	kept, err := sealOne(t, k, "s-1")
	if err != nil {
		t.Fatal(err)
	}
	limit := func(pages string) {
		if err := k.do(t.Context(), &task{run: func(b *batch) error { return b.db.run("PRAGMA max_page_count=" + pages) }}); err != nil {
			t.Fatal(err)
		}
	}
	limit("1")
	var full error
	for i := range 1000 {
		if _, full = sealOne(t, k, sealed.Subject("x"+string(rune('a'+i%26))+string(rune('a'+i/26)))); full != nil {
			break
		}
	}
	if !errors.Is(full, ErrFull) || !errors.Is(full, sealed.ErrUnavailable) {
		t.Fatalf("Seal = %v", full)
	}
	if _, err := k.StateOf(t.Context(), "s-1"); err != nil {
		t.Error(err)
	}
	limit("1000000")
	if _, err := sealOne(t, k, "s-2"); err != nil {
		t.Error(err)
	}
	if got, err := k.Open(t.Context(), "phone", kept); err != nil || got != "13812341234" {
		t.Errorf("Open = %q, %v", got, err)
	}
	if err := k.Verify(t.Context()); err != nil {
		t.Error(err)
	}
}
