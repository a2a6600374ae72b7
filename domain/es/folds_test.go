package es_test

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"fangxin/domain/es"
	"fangxin/domain/es/estest"
)

func folding() (*es.Runner[count, add, fact], *store) {
	r, s := newRunner()
	r.Folds = &es.Folds[count]{}
	return r, s
}

// total folds the stream and compares with a runner that keeps nothing.
func total(t *testing.T, r *es.Runner[count, add, fact], want int) {
	t.Helper()
	kept, err := r.Fold(t.Context(), "counter.a")
	if err != nil {
		t.Fatal(err)
	}
	plain := *r
	plain.Folds = nil
	whole, err := plain.Fold(t.Context(), "counter.a")
	if err != nil || kept != whole || kept.total != want {
		t.Errorf("%+v, the whole stream says %+v, want %d; %v", kept, whole, want, err)
	}
}

// A fold goes on from what it covers, whoever wrote the rest.
func TestFoldsReadTheTail(t *testing.T) {
	r, s := folding()
	total(t, r, 0)
	other := *r
	other.Folds = &es.Folds[count]{}
	for n := range 20 {
		one := r
		if n%3 == 0 {
			one = &other
		}
		must(t, one, request(fmt.Sprint(n)), add{n: n + 1, split: n%2 == 0})
	}
	total(t, r, 210)
	events := len(stored(t, s.Store))
	if out := must(t, r, request("none"), add{}); out.State.total != 210 || len(stored(t, s.Store)) != events {
		t.Errorf("%+v", out)
	}
}

// A log that was restored to an earlier state, and one that went on otherwise to the
// same length, are read again.
func TestFoldsOfARestoredLog(t *testing.T) {
	r, s := folding()
	must(t, r, request("a"), add{n: 1})
	backup := stored(t, s.Store)
	must(t, r, request("b"), add{n: 2})
	must(t, r, request("c"), add{n: 4})
	total(t, r, 7)
	for name, then := range map[string]struct {
		keys []string
		want int
	}{
		"earlier": {nil, 1}, "otherwise": {[]string{"d", "e"}, 1 + 8 + 8}, "as before, but others": {[]string{"d", "c"}, 1 + 8 + 8}, "longer": {[]string{"d", "e", "f"}, 1 + 3*8},
	} {
		t.Run(name, func(t *testing.T) {
			again := *r
			restored := estest.NewStore()
			again.Store = restored
			for _, e := range backup {
				if _, err := restored.Append(t.Context(), e.Stream, e.Revision-1, []es.Pending{{ID: e.ID, Type: e.Type, Data: e.Data, Meta: e.Meta}}); err != nil {
					t.Fatal(err)
				}
			}
			// Written by a node of its own, as folds of this one must not learn of it.
			writer := again
			writer.Folds = nil
			for _, key := range then.keys {
				must(t, &writer, request(key), add{n: 8})
			}
			again.Folds = &es.Folds[count]{}
			original := *r
			original.Folds = again.Folds
			total(t, &original, 7)
			total(t, &again, then.want)
		})
	}
	empty := *r
	empty.Store = estest.NewStore()
	total(t, &empty, 0)
}

// A fold that is kept decides nothing by itself: the append states the revision that
// was read, so of two at once one decides again.
func TestFoldsUnderConcurrency(t *testing.T) {
	r, _ := folding()
	other := *r
	other.Queue, other.Folds = new(es.Queue), &es.Folds[count]{}
	var done sync.WaitGroup
	for k, one := range []*es.Runner[count, add, fact]{r, &other, r, &other} {
		done.Go(func() {
			for n := range 25 {
				for {
					_, err := one.Run(t.Context(), request(fmt.Sprint(k, n)), add{n: 1})
					var conflict *es.ConflictError
					if err == nil {
						break
					}
					if !errors.As(err, &conflict) {
						t.Error(err)
						return
					}
				}
			}
		})
	}
	done.Wait()
	total(t, r, 100)
	total(t, &other, 100)
}

// What cannot be read is an error with folds as well, and nothing of it is kept.
func TestFoldsKeepNothingUnreadable(t *testing.T) {
	r, s := folding()
	must(t, r, request("a"), add{n: 1})
	total(t, r, 1)
	if _, err := s.Store.Append(t.Context(), "counter.a", 0, []es.Pending{{ID: es.ID{9}, Type: "counter.unheard.v1", Data: []byte("{}"), Meta: []byte("{}")}}); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if _, err := r.Fold(t.Context(), "counter.a"); err == nil || !strings.Contains(err.Error(), "unheard") {
			t.Error(err)
		}
	}
}
