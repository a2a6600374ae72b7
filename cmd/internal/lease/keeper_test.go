package lease

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"
)

// quiet is long enough for everything to settle: a lease's life, the memory of lost
// members and a few rounds.
const quiet = usualTTL + 6*usualEvery

// inTown runs the story on a virtual clock and gives what went wrong.
func inTown(t *testing.T, w func() *town, story func(w *town)) (faults []string) {
	synctest.Test(t, func(*testing.T) {
		w := w()
		story(w)
		w.close()
		faults = w.faults
	})
	return faults
}

func check(t *testing.T, faults []string) {
	t.Helper()
	for _, f := range faults {
		t.Error(f)
	}
}

func strict(leases int) func() *town { return func() *town { return newTown(leases, true) } }

// act is one thing that happens in a town, after a pause.
type act struct {
	What  string
	Node  int
	After time.Duration
}

// play draws what happens to at most five nodes.
func play(rt *rapid.T, kinds ...string) []act {
	return rapid.SliceOfN(rapid.Custom(func(rt *rapid.T) act {
		return act{
			What:  rapid.SampledFrom(kinds).Draw(rt, "what"),
			Node:  rapid.IntRange(0, 4).Draw(rt, "node"),
			After: time.Duration(rapid.IntRange(1, 9000).Draw(rt, "after")) * time.Millisecond,
		}
	}), 1, 40).Draw(rt, "acts")
}

// names of nodes are new with every start.
func (w *town) do(a act, serial int) {
	time.Sleep(a.After) // the bubble's clock: no real time passes
	id := ""
	for known := range w.sites {
		if strings.HasPrefix(known, fmt.Sprintf("n%d-", a.Node)) {
			id = known
		}
	}
	if id == "" {
		if a.What == "start" {
			w.start(fmt.Sprintf("n%d-%d", a.Node, serial))
		}
		return
	}
	switch a.What {
	case "kill":
		w.kill(id)
	case "leave":
		w.leave(id)
	case "flush":
		w.flush()
	case "refuse":
		w.sites[id].gate.set(refuse)
	case "hang":
		w.sites[id].gate.set(hang)
	case "deaf":
		w.sites[id].gate.set(deaf)
	case "freeze":
		w.sites[id].gate.set(freeze)
	case "pass":
		w.sites[id].gate.set(pass)
	case "unwilling":
		w.setWilling(id, false)
	case "willing":
		w.setWilling(id, true)
	case "slow":
		w.setStall(id, 700*time.Millisecond)
	case "settle":
		w.recover()
		time.Sleep(quiet)
		w.settled()
	}
}

// recover ends every outage.
func (w *town) recover() {
	for _, s := range w.sites {
		s.gate.set(pass)
	}
}

func plays(t *testing.T, strict bool, kinds ...string) {
	rapid.Check(t, func(rt *rapid.T) {
		leases := rapid.IntRange(1, 20).Draw(rt, "leases")
		acts := play(rt, kinds...)
		faults := inTown(t, func() *town { return newTown(leases, strict) }, func(w *town) {
			for i := range 3 {
				w.do(act{What: "start", Node: i, After: 700 * time.Millisecond}, 0)
			}
			for i, a := range acts {
				w.do(a, i+1)
			}
			w.do(act{What: "start"}, len(acts)+1)
			w.do(act{What: "settle"}, 0)
		})
		if len(faults) > 0 {
			rt.Fatal(strings.Join(faults, "\n"))
		}
	})
}

// As long as nobody stands still and nothing is flushed, no two nodes ever work on
// one lease, fences rise, and in the end everything is shared out.
func TestOneWorkerWhateverTheStoreDoes(t *testing.T) {
	plays(t, true, "start", "start", "start", "kill", "leave", "refuse", "hang", "deaf", "pass", "pass", "unwilling", "willing", "slow", "settle")
}

// With flushes and nodes that stand still two may work for a while; it heals.
func TestHealsAfterAnything(t *testing.T) {
	plays(t, false, "start", "start", "start", "kill", "leave", "refuse", "hang", "deaf", "freeze", "flush", "pass", "pass", "unwilling", "willing", "slow", "settle")
}

func TestTakeoverWithinTenSeconds(t *testing.T) {
	check(t, inTown(t, strict(16), func(w *town) {
		for i := range 3 {
			w.start(fmt.Sprint("n", i))
		}
		time.Sleep(quiet)
		w.settled()
		w.kill("n1")
		time.Sleep(10 * time.Second)
		w.settled()
		w.kill("n0")
		time.Sleep(10 * time.Second)
		w.settled()
	}))
}

// Who leaves in good order is replaced at once.
func TestLeavingHandsOverQuickly(t *testing.T) {
	check(t, inTown(t, strict(16), func(w *town) {
		w.start("n0")
		w.start("n1")
		time.Sleep(quiet)
		w.leave("n0")
		time.Sleep(usualEvery + time.Millisecond)
		if w.settled(); w.lost != 0 {
			w.fault("%d leases are called lost", w.lost)
		}
	}))
}

// A node that joins gets its share within a few rounds, and no lease moves that need
// not.
func TestJoiningMovesWhatItMust(t *testing.T) {
	check(t, inTown(t, strict(16), func(w *town) {
		w.start("n1")
		w.start("n2")
		time.Sleep(quiet)
		for _, join := range []struct {
			id    string
			moves int
		}{{"n3", 5}, {"n0", 4}} {
			before := w.moved()
			w.start(join.id)
			time.Sleep(5*usualEvery + time.Millisecond)
			w.settled()
			time.Sleep(quiet)
			w.settled()
			if moved := w.moved() - before; moved != join.moves {
				w.fault("%s: %d moved", join.id, moved)
			}
		}
	}))
}

// After a flush, or an outage, everyone takes again what was its own.
func TestLossMovesNothing(t *testing.T) {
	for name, lose := range map[string]func(w *town){
		"flush": func(w *town) { w.flush() },
		"outage": func(w *town) {
			for _, s := range w.sites {
				s.gate.set(refuse)
			}
			time.Sleep(time.Minute)
			w.flush()
			w.recover()
		},
	} {
		check(t, inTown(t, func() *town { return newTown(16, false) }, func(w *town) {
			for i := range 3 {
				w.start(fmt.Sprint("n", i))
				time.Sleep(300 * time.Millisecond)
			}
			time.Sleep(quiet)
			before := w.owners()
			time.Sleep(250 * time.Millisecond) // between two rounds of every node
			lose(w)
			time.Sleep(quiet)
			w.settled()
			if after := w.owners(); !slices.Equal(before, after) {
				w.fault("%s: before %v, after %v", name, before, after)
			}
		}))
	}
}

func (w *town) moved() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.moves
}

func (w *town) owners() (owners []string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, name := range w.names {
		for node := range w.works[name] {
			owners = append(owners, node)
		}
	}
	return owners
}

// A store that is away for thirty seconds: nodes let go before the leases end, and
// share all again when it is back.
func TestStoreAwayAndBack(t *testing.T) {
	for _, how := range []manner{refuse, hang} {
		check(t, inTown(t, strict(16), func(w *town) {
			w.start("n0")
			w.start("n1")
			time.Sleep(quiet)
			for _, s := range w.sites {
				s.gate.set(how)
			}
			time.Sleep(usualTTL - usualEvery)
			synctest.Wait()
			if owners := w.owners(); len(owners) != 0 {
				w.fault("they still work on %d", len(owners))
			}
			if w.lost != len(w.names) {
				w.fault("%d leases are called lost, %d were", w.lost, len(w.names))
			}
			time.Sleep(26 * time.Second)
			w.recover()
			time.Sleep(3*usualEvery + time.Millisecond)
			w.settled()
		}))
	}
}

func TestUnwillingNodeGivesEverythingBack(t *testing.T) {
	check(t, inTown(t, strict(7), func(w *town) {
		w.start("n0")
		w.start("n1")
		time.Sleep(quiet)
		w.setWilling("n0", false)
		time.Sleep(2*usualEvery + time.Millisecond)
		w.settled()
		w.setWilling("n1", false)
		time.Sleep(2*usualEvery + time.Millisecond)
		w.settled()
		w.setWilling("n0", true)
		time.Sleep(2*usualEvery + time.Millisecond)
		w.settled()
	}))
}

// One lease stays where it is, whoever joins.
func TestTheLeadDoesNotMoveForNothing(t *testing.T) {
	check(t, inTown(t, strict(1), func(w *town) {
		for i := 4; i >= 0; i-- {
			w.start(fmt.Sprint("n", i))
			time.Sleep(quiet)
			w.settled()
		}
		if moved := w.moved(); moved != 1 {
			w.fault("%d moves", moved)
		}
	}))
}
