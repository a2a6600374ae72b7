package demotest_test

import (
	"crypto/sha256"
	"fmt"
	"testing"
	"time"

	"fangxin/cmd/internal/demo/demotest"
	"fangxin/domain/calendar"
	"fangxin/domain/es"
	"fangxin/projections/deadlines"
)

// The same seed gives the same facts, another seed others; and what a log holds can be
// projected.
func TestASeedGivesTheSameFacts(t *testing.T) {
	now := calendar.MustDate("2026-11-23").Start().Add(11 * time.Hour)
	log := func(seed uint64) (sum [sha256.Size]byte) {
		d, err := demotest.Play(t.Context(), seed, 60, now)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := demotest.Project(t.Context(), d, deadlines.New()); err != nil {
			t.Fatal(err)
		}
		h := sha256.New()
		for env, err := range d.Store.ReadAll(t.Context(), es.Position{}) {
			if err != nil {
				t.Fatal(err)
			}
			m, err := d.Registry.DecodeMetadata(&env)
			if err != nil {
				t.Fatal(err)
			}
			if env.Stream.Kind() != "access" { // a reading has an id of chance
				fmt.Fprintln(h, env.ID, env.Stream, env.Type, m.At)
			}
		}
		h.Sum(sum[:0])
		return sum
	}
	if a, b, other := log(3), log(3), log(4); a != b || a == other {
		t.Errorf("%x, %x, %x", a, b, other)
	}
}
