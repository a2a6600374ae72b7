package es_test

import (
	"strconv"
	"testing"

	"fangxin/domain/es"
)

func TestFoldsKeepWhatIsUsed(t *testing.T) {
	m := es.NewFolds[int](8)
	stream := func(n int) es.StreamID { return es.StreamID("counter." + strconv.Itoa(n)) }
	for n := range 100 {
		m.Remember(stream(n), n)
		if f, ok := m.Recall(stream(0)); !ok || f != 0 {
			t.Fatalf("lost what is used all the time, after %d", n)
		}
	}
	known := 0
	for n := range 100 {
		if f, ok := m.Recall(stream(n)); ok {
			if known++; f != n {
				t.Errorf("%d for %d", f, n)
			}
		}
	}
	if known < 4 || known > 8 {
		t.Errorf("%d known", known)
	}
	m.Remember(stream(0), 7)
	if f, _ := m.Recall(stream(0)); f != 7 {
		t.Error("an earlier fold was kept")
	}
}

// Given the fold of a beginning, a command reads only what came after it, and is
// answered as if all had been read.
func TestCommandGoesOnFromAPast(t *testing.T) {
	r, s := newRunner()
	must(t, r, opening("k1"), add{open: true, n: 5})
	must(t, r, request("k2"), add{n: 2})
	all := stored(t, s)
	m, err := r.Registry.DecodeMetadata(&all[0])
	if err != nil {
		t.Fatal(err)
	}
	r.Past = &es.Past[count]{State: count{open: true, total: 5}, Revision: 0, Seen: 0, At: m.At, IDs: []es.ID{all[0].ID}}
	if out := must(t, r, request("k3"), add{n: 1}); out.State.total != 8 || out.Receipt.Revision != 2 || out.Seen != 2 {
		t.Errorf("%+v", out)
	}
	for key, n := range map[string]int{"k1": 5, "k2": 2, "k3": 1} { // in the past, after it, at the end
		out := must(t, r, request(key), add{open: key == "k1", n: n})
		if !out.Receipt.Repeated || out.State.total != 8 || out.Seen != 2 {
			t.Errorf("%s: %+v", key, out)
		}
	}
	r.Past = &es.Past[count]{State: count{open: true, total: 8}, Revision: 2, Seen: 2, At: m.At.Add(1), IDs: []es.ID{all[0].ID}}
	if out := must(t, r, request("k4"), add{n: 1}); out.At.Before(r.Past.At) {
		t.Error("time ran backwards behind a past")
	}
}
