package usecase

import (
	"strconv"
	"testing"

	"fangxin/domain/es"
)

func TestCasesInUseAreRemembered(t *testing.T) {
	var m memory
	stream := func(n int) es.StreamID { return Stream(strconv.Itoa(n)) }
	for n := range 5 * generation {
		m.put(stream(n), folded{seen: es.Revision(n)})
		if f, ok := m.get(stream(0)); !ok || f.seen != 0 {
			t.Fatalf("lost what is used all the time, after %d", n)
		}
	}
	known := 0
	for n := range 5 * generation {
		if f, ok := m.get(stream(n)); ok {
			if known++; f.seen != es.Revision(n) {
				t.Errorf("%d for %d", f.seen, n)
			}
		}
	}
	if known < generation/2 || known > 2*generation {
		t.Errorf("%d known", known)
	}
}
