package sqlite

import (
	"errors"
	"os"
	"strings"
	"testing"

	"fangxin/domain/es"
)

// TestExamine names the place where Open only says that there is damage, and leaves
// the store free.
func TestExamine(t *testing.T) {
	p := path(t)
	if err := Examine(t.Context(), p); !errors.Is(err, os.ErrNotExist) {
		t.Fatalf("a missing file: %v", err)
	}
	stored(t, p)
	if err := Examine(t.Context(), p); err != nil {
		t.Fatalf("a sound file: %v", err)
	}
	s := mustOpen(t, p, Options{})
	if err := Examine(t.Context(), p); !errors.Is(err, es.ErrLocked) {
		t.Errorf("a store in use: %v", err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	sql(t, p, `DELETE FROM events WHERE position = 2500`)
	for range 2 {
		err := Examine(t.Context(), p)
		if !errors.Is(err, es.ErrDamaged) || !strings.Contains(err.Error(), "no event at position 2500") || !strings.Contains(err.Error(), "stream case.2") {
			t.Fatal(err)
		}
	}
}
