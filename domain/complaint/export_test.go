package complaint

import (
	"testing"
	"time"
)

// Update says that what is spelled out in testdata is to be written anew.
func Update() bool { return *update }

// Happened is a fact with who did it, and when.
type Happened struct {
	Event Event
	Actor Actor
	At    time.Time
}

// Stages walks to every place where a case of the tests can stand.
func Stages(t testing.TB) map[string][]Happened {
	t.Helper()
	d := complaints(t)
	all := map[string][]Happened{}
	for name, commands := range stages() {
		state := d.Initial
		for _, c := range commands {
			events, err := d.Decide(state, c)
			if err != nil {
				t.Fatalf("%s: %T: %v", name, c.Do, err)
			}
			for _, e := range events {
				state = d.Evolve(state, e)
				all[name] = append(all[name], Happened{e, c.Actor, c.At})
			}
		}
	}
	return all
}
