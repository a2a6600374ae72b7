package es_test

import (
	"slices"
	"testing"

	"fangxin/domain/es"
)

// Given the fold of a beginning, a command reads only what came after it, and is
// answered as if all had been read.
func TestCommandGoesOnFromAPast(t *testing.T) {
	r, s := newRunner()
	must(t, r, opening("k1"), add{open: true, n: 5})
	must(t, r, request("k2"), add{n: 2})
	all := stored(t, s)
	r.Past = &es.Past[count]{State: count{open: true, total: 5}, Last: all[0], IDs: []es.ID{all[0].ID}}
	if out := must(t, r, request("k3"), add{n: 1}); out.State.total != 8 || out.Receipt.Revision != 2 || out.Seen != 2 {
		t.Errorf("%+v", out)
	}
	for key, n := range map[string]int{"k1": 5, "k2": 2, "k3": 1} { // in the past, after it, at the end
		out := must(t, r, request(key), add{open: key == "k1", n: n})
		if !out.Receipt.Repeated || out.State.total != 8 || out.Seen != 2 {
			t.Errorf("%s: %+v", key, out)
		}
	}
}

// A log that was restored and went on otherwise is read from its beginning.
func TestAPastThatTheLogDoesNotHaveIsForgotten(t *testing.T) {
	r, s := newRunner()
	must(t, r, opening("k1"), add{open: true, n: 5})
	last := stored(t, s)[0]
	last.Meta = append(slices.Clone(last.Meta), ' ')
	r.Past = &es.Past[count]{State: count{open: true, total: 500}, Last: last}
	if out := must(t, r, request("k2"), add{n: 1}); out.State.total != 6 {
		t.Errorf("%+v", out)
	}
}
