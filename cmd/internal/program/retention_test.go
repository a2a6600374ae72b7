package program

import (
	"errors"
	"testing"

	"fangxin/domain/statute"
)

func TestTheInstallationSetsItsRetention(t *testing.T) {
	law, err := statute.Load()
	if err != nil {
		t.Fatal(err)
	}
	for years, want := range map[int]int{0: 3, 5: 5} {
		set, err := Config{RetentionYears: years}.retaining(law)
		if err != nil {
			t.Fatal(err)
		}
		if r, _ := set.Retention(statute.RetainComplaint); r.Period.N != want {
			t.Errorf("%d years: %+v", years, r)
		}
	}
	for _, years := range []int{-1, 99} {
		if _, err := (Config{RetentionYears: years}).retaining(law); !errors.Is(err, errConfig) {
			t.Errorf("%d: %v", years, err)
		}
	}
}
