package estest_test

import (
	"testing"
	"time"

	"fangxin/domain/es"
	"fangxin/domain/es/estest"
)

func TestRecordedTime(t *testing.T) {
	shanghai := time.FixedZone("Asia/Shanghai", 8*60*60)
	at := time.Date(2026, 11, 23, 8, 0, 0, 0, shanghai)
	for want, store := range map[time.Time]*estest.Store{
		at.UTC(): estest.NewStore(estest.WithClock(func() time.Time { return at })),
		time.Date(2020, 1, 1, 0, 0, 0, 1e6, time.UTC): estest.NewStore(),
	} {
		if _, err := store.Append(t.Context(), "case.1", es.None, pending(1)); err != nil {
			t.Fatal(err)
		}
		for e, err := range store.Read(t.Context(), "case.1", 0) {
			if err != nil || e.Recorded != want {
				t.Errorf("recorded %s, want %s; %v", e.Recorded, want, err)
			}
		}
	}
}

// The reference store says again that a reader has caught up, once it had fallen
// behind by more than its limit.
func TestFallingBehind(t *testing.T) {
	store := estest.NewStore()
	sub, err := store.Subscribe(t.Context(), es.Position{})
	if err != nil {
		t.Fatal(err)
	}
	for round, behind := range []int{0, 900, 1100} {
		stream := es.StreamID("case." + es.EventID(es.Namespace, round).String())
		for from := 0; from < behind; from += 100 {
			if _, err := store.Append(t.Context(), stream, es.Revision(from-1), pending(behind)[from:from+100]); err != nil {
				t.Fatal(err)
			}
		}
		for range behind {
			if d, err := sub.Next(t.Context()); err != nil || d.Event == nil {
				t.Fatalf("%+v, %v", d, err)
			}
		}
		if behind == 900 {
			continue
		}
		head, err := store.Head(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if d, err := sub.Next(t.Context()); err != nil || !d.CaughtUp || d.Position != head {
			t.Fatalf("after %d events: %+v, %v", behind, d, err)
		}
	}
}
