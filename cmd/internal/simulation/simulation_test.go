package simulation_test

import (
	"crypto/sha256"
	"fmt"
	"os"
	"runtime"
	"strconv"
	"sync"
	"testing"

	"fangxin/cmd/internal/simulation"
	"fangxin/domain/es"
	"fangxin/domain/usecase"
)

// Every route of a complaint is taken by somebody, or it is said why not.
func TestEveryRouteIsSimulated(t *testing.T) {
	for route := range new(usecase.Complaints).Actions() {
		if why, known := simulation.Simulated(route); !known {
			t.Errorf("nobody takes %s, and nothing says why", route)
		} else if why != "" {
			t.Logf("%s: %s", route, why)
		}
	}
}

// run plays one seed.
func run(t testing.TB, c config) (*world, error) {
	if c.seed%8 == 0 { // nodes that keep snapshots start from them again
		c.dir = t.TempDir()
	}
	w, err := newWorld(c)
	if err != nil {
		return nil, err
	}
	return w, w.play(t.Context())
}

// The same seed gives the same log, byte for byte, whatever the machine does meanwhile.
func TestASeedReplays(t *testing.T) {
	seeds := uint64(20)
	if testing.Short() {
		seeds = 6
	}
	for seed := uint64(1); seed <= seeds; seed++ {
		var first [sha256.Size]byte
		for again := range 2 {
			w, err := run(t, small(seed))
			if err != nil {
				t.Fatal(err)
			}
			h := sha256.New()
			for env, err := range w.log.ReadAll(t.Context(), es.Position{}) {
				if err != nil {
					t.Fatal(err)
				}
				fmt.Fprintf(h, "%s %s %s %s\n", env.ID, env.Stream, env.Data, env.Meta)
			}
			if sum := [sha256.Size]byte(h.Sum(nil)); again == 0 {
				first = sum
			} else if sum != first {
				t.Errorf("seed %d: two logs", seed)
			}
		}
	}
}

// untaken are the routes that people take, and nobody did.
func untaken(taken map[string]int) (routes []string) {
	for route := range new(usecase.Complaints).Actions() {
		if why, _ := simulation.Simulated(route); why == "" && taken[route] == 0 {
			routes = append(routes, route)
		}
	}
	return routes
}

// The seeds together walk every road: each route is taken, and each kind of fact that
// a town can make is made.
func TestSeedsWalkEveryRoad(t *testing.T) {
	routes, types := map[string]int{}, map[string]int{}
	for seed := uint64(1); seed <= 60 || seed <= 400 && len(untaken(routes)) > 0; seed++ {
		w, err := run(t, small(seed))
		if err != nil {
			t.Fatal(err)
		}
		for route, n := range w.routes {
			routes[route] += n
		}
		for env, err := range w.log.ReadAll(t.Context(), es.Position{}) {
			if err != nil {
				t.Fatal(err)
			}
			types[env.Type]++
		}
	}
	t.Log(routes, types)
	for _, route := range untaken(routes) {
		t.Errorf("nobody took %s", route)
	}
	if types["number.taken.v1"] == 0 {
		t.Error("no number was taken, so no row was checked")
	}
}

// Whatever goes wrong, what must hold holds. FANGXIN_SEED=n plays one seed and tells
// what happened in it; FANGXIN_SEEDS=n plays so many.
func TestSeeds(t *testing.T) {
	if text := os.Getenv("FANGXIN_SEED"); text != "" {
		seed, err := strconv.ParseUint(text, 10, 64)
		if err != nil {
			t.Fatal(err)
		}
		c := small(seed)
		c.trace = func(line string) { fmt.Println(line) }
		if _, err := run(t, c); err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
		return
	}
	seeds := 1000
	if testing.Short() {
		seeds = 60
	}
	if text := os.Getenv("FANGXIN_SEEDS"); text != "" {
		var err error
		if seeds, err = strconv.Atoi(text); err != nil {
			t.Fatal(err)
		}
	}
	next := make(chan uint64)
	var workers sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		workers.Go(func() {
			for seed := range next {
				if _, err := run(t, small(seed)); err != nil {
					t.Errorf("seed %d: %v\nagain: FANGXIN_SEED=%d go test -run TestSeeds ./cmd/internal/simulation", seed, err, seed)
				}
			}
		})
	}
	for seed := range seeds {
		if next <- uint64(seed + 1); t.Failed() && os.Getenv("FANGXIN_ALL") == "" {
			break
		}
	}
	close(next)
	workers.Wait()
}
