package numbering

import (
	"context"
	"fmt"
	"sync"
	"testing"

	"fangxin/domain/es"
	"fangxin/domain/es/estest"
)

// runner runs rows on a store, as a use case would.
func runner(store es.Store, queue *es.Queue) *es.Runner[State, Command, Event] {
	r := es.NewRegistry(es.StdCodec{})
	es.Register[Taken](r, "number.taken.v1")
	es.Register[Voided](r, "number.voided.v1")
	var d Decider
	return &es.Runner[State, Command, Event]{
		Store: store, Registry: r, Queue: queue,
		Salt: func() (string, error) { return "AAAAAAAAAAAAAAAAAAAAAA==", nil },
		Wait: func(ctx context.Context, _ int) error { return ctx.Err() },
		Decider: es.Decider[State, Command, Event]{
			Initial: d.Initial, Decide: d.Decide, Evolve: d.Evolve, At: d.At, Ruleset: d.Ruleset,
		},
	}
}

func request(name, notice string) es.Request {
	return es.Request{
		Stream: es.StreamID(hohhot.Stream()), Command: es.DeriveID(es.Namespace, name, notice), Body: notice,
		At: day("2026-06-04").Start(), Meta: es.Metadata{Actor: "o-1", Role: "officer", Name: name, Source: "native"},
	}
}

// Two desks take numbers at once, each asks twice, and appends are lost before and
// after they are written: the row has every number once, and each notice one of them.
func TestTwoDesksAtOnce(t *testing.T) {
	store := estest.Faulty(estest.NewStore())
	for range 12 {
		store.Next(estest.Appending, estest.Pass(), estest.FailAfter(), estest.FailBefore(es.ErrUnknownOutcome))
	}
	const each = 20
	numbers := make([][]int, 2)
	var desks sync.WaitGroup
	queue := &es.Queue{}
	style := style(t, hohhot.Office)
	for desk := range numbers {
		desks.Go(func() {
			r := runner(store, queue)
			for i := range each {
				notice := fmt.Sprintf("n-%d-%d", desk, i)
				for range 2 {
					out, err := r.Run(t.Context(), request("take", notice), Command{Row: hohhot,
						Do: Take{Notice: notice, Case: "c", Form: 5, Dated: day("2026-06-04"), Style: style}})
					if err != nil {
						t.Error(err)
						return
					}
					e, _ := out.State.Of(notice)
					numbers[desk] = append(numbers[desk], e.Number)
				}
			}
		})
	}
	desks.Wait()
	seen := map[int]bool{}
	for _, list := range numbers {
		for i := 0; i < len(list); i += 2 {
			if list[i] != list[i+1] || seen[list[i]] {
				t.Errorf("number %d, asked again %d, given before: %v", list[i], list[i+1], seen[list[i]])
			}
			seen[list[i]] = true
		}
	}
	for n := 1; n <= 2*each; n++ {
		if !seen[n] {
			t.Errorf("number %d is missing", n)
		}
	}
	if len(seen) != 2*each || store.Left() != 0 {
		t.Errorf("%d numbers, %d faults left", len(seen), store.Left())
	}
}
